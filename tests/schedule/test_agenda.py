"""What stands on whose calendar."""

from datetime import date, time
from typing import Any

import pytest

from branches.scope import standing_of
from schedule import agenda
from schedule.agenda import Entry, Source
from schedule.models import DayOverride
from schedule.states.days import DayKind
from schedule.states.study import SessionState
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import build as reviewing
from tests.reviews import evaluations as evaluating
from tests.schedule import calendars
from tests.schedule import items as raising

JUNE = (date(2011, 6, 1), date(2011, 6, 30))
ON = calendars.ON


def seen(who: Any, *kinds: str, first: date = JUNE[0], last: date = JUNE[1], on: date = ON) -> list[Entry]:
    return agenda.gathered(standing_of(who, on), first, last, on, set(kinds) or None)


def titles(entries: list[Entry]) -> list[str]:
    return [entry.title for entry in entries]


class TestThePlan:
    def test_phases_begin_and_end_as_exactly_as_the_plan_says(self, cast: Cast) -> None:
        calendars.plan()
        found = seen(cast.dangyuan1, "phase", first=date(2010, 7, 1), last=date(2012, 12, 31))
        assert found[0].day == date(2010, 7, 21) and "下旬" in found[0].note and found[0].title.endswith("开始")
        assert found[-1].day == date(2012, 12, 31) and found[-1].title.endswith("结束")
        assert len({entry.uid for entry in found}) == 6

    def test_a_milestone_known_to_a_month_takes_the_month_and_is_found_from_any_of_its_days(self, cast: Cast) -> None:
        calendars.plan()
        every = seen(cast.dangyuan1, "milestone", first=date(2010, 7, 1), last=date(2012, 12, 31))
        loose = [entry for entry in every if entry.until]
        assert [entry.title for entry in every if entry.day == date(2011, 7, 1)]
        for entry in loose:
            assert entry.note
            assert entry in seen(cast.dangyuan1, "milestone", first=entry.last_day, last=entry.last_day)

    def test_terms_begin_and_end(self, cast: Cast) -> None:
        reviewing.semester()
        found = seen(cast.dangyuan1, "semester", first=date(2011, 1, 1), last=date(2011, 7, 31))
        assert [(entry.day, entry.title[-2:]) for entry in found] == [
            (date(2011, 2, 14), "开学"),
            (date(2011, 6, 30), "放假"),
        ]


class TestHolidays:
    def test_a_holiday_is_one_stretch_also_when_asked_for_from_its_middle(self, cast: Cast) -> None:
        found = seen(cast.dangyuan1, "holiday", first=date(2011, 10, 3), last=date(2011, 10, 10))
        assert [(entry.day, entry.last_day, entry.title) for entry in found] == [
            (date(2011, 10, 1), date(2011, 10, 7), "国庆节放假"),
            (date(2011, 10, 8), date(2011, 10, 9), "调休上班"),
        ]

    def test_what_the_office_set_stands_there_too(self, cast: Cast) -> None:
        DayOverride.objects.create(day=date(2011, 6, 24), kind=DayKind.HOLIDAY, name="校庆", by=cast.ganshi)
        assert titles(seen(cast.dangyuan1, "holiday"))[-1] == "校庆放假"


class TestStudy:
    def test_a_session_says_who_lectures_and_whether_it_is_me(self, cast: Cast) -> None:
        calendars.session(cast.one, lecturer=cast.member1)
        mine, theirs = seen(cast.dangyuan1, "study")[0], seen(cast.shuji1, "study")[0]
        assert (mine.note, mine.mine, mine.starts_at, mine.place) == ("党员甲主讲", True, time(14, 30), "三楼会议室")
        assert (theirs.note, theirs.mine) == ("党员甲主讲", False)

    def test_another_branchs_is_seen_by_those_above_with_its_name_and_by_nobody_beside(self, cast: Cast) -> None:
        calendars.session(cast.two)
        assert seen(cast.dangyuan1, "study") == [] and seen(cast.stranger, "study") == []
        assert seen(cast.ganshi, "study")[0].note == "第二党支部"
        assert list(agenda.gatherings.own_study_sessions(standing_of(cast.zongzhi, ON), *JUNE, ON)) == []

    def test_what_was_cancelled_is_gone(self, cast: Cast) -> None:
        calendars.session(cast.one, state=SessionState.CANCELLED)
        assert seen(cast.dangyuan1, "study") == []

    def test_the_public_learns_day_time_topic_and_place_and_no_name(self, cast: Cast) -> None:
        calendars.session(cast.one, lecturer=cast.member1, host="书记一", materials="党员甲整理")
        (entry,) = agenda.of_the_public(cast.one, date(2011, 6, 22), date(2011, 6, 22), ON)
        assert (entry.day, entry.starts_at, entry.place) == (date(2011, 6, 22), time(14, 30), "三楼会议室")
        assert "七一" in entry.title
        told = f"{entry.title}{entry.note}{entry.text}"
        assert not any(name in told for name in ("党员甲", "书记一"))

    def test_in_the_calendar_of_several_branches_it_says_whose_study_it_is(self, cast: Cast) -> None:
        calendars.session(cast.one)
        (own,) = agenda.of_the_public(cast.one, date(2011, 6, 22), date(2011, 6, 22), ON)
        (above,) = agenda.of_the_public(cast.general, date(2011, 6, 22), date(2011, 6, 22), ON)
        assert (own.note, above.note) == ("", "第一党支部")


class TestMeetingsAndActivities:
    def test_a_committees_meeting_is_for_the_committee(self, cast: Cast) -> None:
        raising.meeting(cast.one, cast.shuji1, kind="branch_committee", title="支委会")
        assert seen(cast.dangyuan1, "meeting") == []
        assert titles(seen(cast.shuji1, "meeting")) == ["支委会"]

    def test_on_a_past_day_later_meetings_are_not_known(self, cast: Cast) -> None:
        raising.meeting(cast.one, cast.shuji1)
        assert seen(cast.dangyuan1, "meeting", on=date(2011, 6, 14)) == []

    def test_only_public_activities_are_public(self, cast: Cast) -> None:
        calendars.activity(cast.one, cast.shuji1)
        calendars.activity(cast.one, cast.shuji1, title="开放课堂", is_public=True)
        calendars.activity(cast.one, cast.shuji1, title="已撤回", is_public=True, withdrawn_on=ON)
        assert sorted(titles(seen(cast.dangyuan1, "activity"))) == ["开放课堂", "送教下乡"]
        public = agenda.of_the_public(cast.one, *JUNE, ON)
        assert [entry.title for entry in public if entry.kind == "activity"] == ["开放课堂"]


class TestDuties:
    def test_ones_own_task_and_the_one_the_branch_has(self, cast: Cast) -> None:
        calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one, cast.member1)
        calendars.reached(calendars.task(cast.general, cast.zongzhi, title="支部小结"), cast.one)
        mine, branchs = seen(cast.dangyuan1, "task")[:2]
        assert (mine.title, mine.mine, branchs.title, branchs.mine) == ("上报半年小结", True, "支部小结", False)
        assert [entry.mine for entry in seen(cast.shuji1, "task") if entry.title == "支部小结"] == [True]
        assert seen(cast.dangyuan2, "task") == []

    def test_who_set_it_sees_it_once(self, cast: Cast) -> None:
        made = calendars.task(cast.general, cast.zongzhi)
        for place in (cast.one, cast.two):
            calendars.reached(made, place)
        assert len(seen(cast.zongzhi, "task")) == 1
        assert seen(cast.ganshi, "task")[0].note == "教研室党总支布置"

    def test_done_and_overdue_are_said_as_of_the_day(self, cast: Cast) -> None:
        made = calendars.task(cast.general, cast.zongzhi, due_on=date(2011, 6, 15))
        calendars.reached(made, cast.one, cast.member1, state="done", done_on=date(2011, 6, 18))
        assert seen(cast.dangyuan1, "task")[0].note == "已完成"
        assert seen(cast.dangyuan1, "task", on=date(2011, 6, 17))[0].note == "已逾期"

    def test_a_task_taken_back_is_gone(self, cast: Cast) -> None:
        calendars.reached(calendars.task(cast.general, cast.zongzhi, cancelled_on=ON), cast.one, cast.member1)
        assert seen(cast.dangyuan1, "task") == [] and seen(cast.zongzhi, "task") == []

    def test_an_item_stands_with_who_answers_for_it(self, cast: Cast) -> None:
        raising.item(cast.one, cast.member1)
        (entry,) = seen(cast.dangyuan1, "item")
        assert entry.day == raising.DUE and entry.title.startswith("整改：") and entry.mine
        assert seen(cast.shuji1, "item") == []


class TestPledgesAndReviews:
    def test_the_days_of_a_cycle_and_what_one_promised(self, cast: Cast) -> None:
        cycle = pledging.cycle(cast.general)
        pledging.published(cycle, cast.dangyuan1, cast.shuji1)
        found = seen(cast.dangyuan1, "pledge")
        assert [(entry.day, entry.title) for entry in found] == [
            (date(2011, 6, 30), "承诺：听评课不少于40节"),
            (date(2011, 6, 30), "2011年承诺：年中检查"),
        ]
        assert titles(seen(cast.dangyuan2, "pledge")) == ["2011年承诺：年中检查"]
        assert seen(cast.stranger, "pledge") == []

    def test_the_public_reads_what_the_organisation_promised_and_no_members_pledge(self, cast: Cast) -> None:
        cycle = pledging.cycle(cast.general)
        pledging.published(cycle, cast.dangyuan1, cast.shuji1)
        pledging.published(
            cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one,
            items=[pledging.text("为农村学校送课十节")],
        )  # fmt: skip
        public = [entry for entry in agenda.of_the_public(cast.one, *JUNE, ON) if entry.kind == "pledge"]
        assert titles(public) == ["承诺：为农村学校送课十节"]

    def test_the_days_of_a_round(self, cast: Cast) -> None:
        reviewing.round_of(cast.general)
        assert [(entry.day.day, entry.title.partition("：")[2]) for entry in seen(cast.dangyuan1, "review")] == [
            (10, "对照检查截止"),
            (25, "点评截止"),
        ]
        assert seen(cast.stranger, "review") == []

    def test_an_evaluation_is_known_once_it_was_announced(self, cast: Cast) -> None:
        evaluating.draft(cast.general, name="草稿")
        evaluating.announced(cast.general)
        assert [entry.day for entry in seen(cast.dangyuan1, "evaluation")] == [evaluating.OPENS, evaluating.CLOSES]
        public = [entry for entry in agenda.of_the_public(cast.one, *JUNE, ON) if entry.kind == "evaluation"]
        assert [entry.day for entry in public] == [evaluating.OPENS, evaluating.CLOSES]
        before = agenda.of_the_public(cast.one, *JUNE, date(2011, 6, 2))
        assert [entry for entry in before if entry.kind == "evaluation"] == []


def test_every_room_has_registered_and_no_kind_stands_twice() -> None:
    assert [source.kind for source in agenda.every()] == [
        "holiday", "semester", "phase", "milestone", "study", "meeting", "activity", "task", "item", "pledge", "review",
        "evaluation", "award",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="already"):
        agenda.register(Source("study", "另一个", lambda *asked: []))


def test_queries_do_not_grow_with_what_stands_there(cast: Cast, django_assert_max_num_queries: Any) -> None:
    reviewing.round_of(cast.general)
    evaluating.announced(cast.general)
    cycle = pledging.cycle(cast.general)
    pledging.published(cycle, cast.dangyuan1, cast.shuji1)

    def fill(number: int) -> None:
        day = date(2011, 6, number)
        calendars.session(cast.one, day, lecturer=cast.member1)
        calendars.session(cast.two, day)
        calendars.activity(cast.one, cast.shuji1, day, is_public=True)
        calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one)
        raising.meeting(cast.one, cast.shuji1, held_on=day)
        raising.item(cast.one, cast.member1)

    fill(1)
    me = standing_of(cast.zongzhi, ON)
    with django_assert_max_num_queries(18):
        first = len(agenda.gathered(me, *JUNE, ON))
    for number in range(2, 8):
        fill(number)
    with django_assert_max_num_queries(18):
        assert len(agenda.gathered(me, *JUNE, ON)) > first
    with django_assert_max_num_queries(18):
        agenda.of_oneself(me, *JUNE, ON)
    with django_assert_max_num_queries(10):
        agenda.of_the_public(cast.one, *JUNE, ON)
