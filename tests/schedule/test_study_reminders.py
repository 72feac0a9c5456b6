"""Who is reminded of study, and until when: turns, tomorrow's session, what is not written down, where nobody has met for too long."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.actions.members import transfer_member
from branches.states import Post
from chuangxian import clock
from schedule import letters, reminding
from schedule.actions import study as actions
from schedule.models import Attendance, Notice, ReminderMark, StudySession
from schedule.planner import plan_reminder
from schedule.reminding import Due
from tests import build as people
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import FIRST, ON

KINDS = ("study_turn", "study_session_tomorrow", "study_unrecorded", "study_gap")


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def live(kind: str, *days: date) -> list[tuple[str, str]]:
    """Let the portal plan this reminder on each of these days, as if it had always been there; who was told, and on which day."""
    reminder = reminding.find(kind)
    assert reminder is not None
    mark = {"since": date(2010, 7, 1), "planned_on": days[0] - timedelta(days=1), "planned_at": clock.wall()}
    ReminderMark.objects.get_or_create(kind=kind, defaults=mark)
    for day in days:
        with clock.standing_on(day):
            plan_reminder(reminder, on=day)
    rows = Notice.objects.filter(letter=kind, skipped="").select_related("member", "user").order_by("on", "member")
    return [(f"{row.on:%m-%d}", str(row.person)) for row in rows]


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def open_items(kind: str, on: date = ON) -> list[Due]:
    reminder = reminding.find(kind)
    assert reminder is not None
    return list(reminder.open_items(on, date(2013, 1, 1)))


def test_the_lecturer_is_reminded_seven_days_and_one_day_before_his_turn(cast: Cast) -> None:
    with clock.standing_on(date(2011, 6, 1)):
        study.session(cast.one, cast.shuji1, on=date(2011, 6, 1), lecturer=cast.member1)
    told = live("study_turn", *every_day(date(2011, 6, 10), date(2011, 6, 30)))
    assert told == [("06-17", "党员甲"), ("06-23", "党员甲")]


def test_a_lecturer_who_has_left_the_branch_is_not_reminded_of_his_turn_there(cast: Cast) -> None:
    study.session(cast.one, cast.shuji1, on=date(2011, 6, 1), lecturer=cast.member1)
    transfer_member(member=cast.member1, organization=cast.two, reason="工作调动", by=cast.ganshi, on=date(2011, 6, 13))
    assert live("study_turn", *every_day(date(2011, 6, 10), date(2011, 6, 30))) == []
    told = live("study_session_tomorrow", *every_day(date(2011, 6, 10), date(2011, 6, 30)))
    assert ("06-23", "党员甲") not in told


def test_who_takes_a_turn_over_late_is_reminded_too(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    live("study_turn", ON)
    given: dict[str, Any] = {"version": 1, "lecturer": cast.zongzhi.member, "documents": ()}
    actions.change_session(session=session, **given, by=cast.shuji1, on=ON)
    assert live("study_turn", ON, date(2011, 6, 23))[-1] == ("06-23", "总支书记")


def test_the_members_hear_of_it_the_day_before(cast: Cast) -> None:
    study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    told = live("study_session_tomorrow", *every_day(ON, FIRST))
    assert sorted(told) == [("06-23", "书记一"), ("06-23", "总支书记")]


def test_who_has_leave_does_not_hear_of_it_the_day_before(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, on=date(2011, 6, 1))
    Attendance.objects.create(session=session, member=cast.member1, status="leave", by=cast.shuji1)
    told = live("study_session_tomorrow", *every_day(date(2011, 6, 10), date(2011, 6, 30)))
    assert told and ("06-23", "党员甲") not in told


def test_what_is_not_written_down_is_asked_for_after_three_days_and_then_every_week(cast: Cast) -> None:
    xuanwei = people.member(cast.one, "宣委")
    people.appoint(xuanwei, cast.one, Post.PUBLICITY_COMMISSIONER)
    session = study.past(cast.one, cast.shuji1)
    told = live("study_unrecorded", *every_day(date(2011, 6, 10), date(2011, 6, 18)))
    assert sorted(told) == [("06-13", "书记一"), ("06-13", "宣委"), ("06-17", "书记一"), ("06-17", "宣委")]
    record: dict[str, Any] = {"day": session.on, "topic": "学党史", "discussion": "谈体会", "documents": ()}
    actions.record_session(session=session, version=1, **record, by=cast.shuji1, on=ON)
    assert open_items("study_unrecorded") == []


def test_without_anybody_in_charge_the_office_is_told(cast: Cast) -> None:
    lone = people.branch(cast.general, "第三党支部")
    people.member(lone)
    study.past(lone, cast.ganshi)
    assert [str(person) for due in open_items("study_unrecorded") for person in due.to] == ["干事"]


# ---- gaps ----

GAP_FROM = date(2011, 6, 25)  # fifteen days after the tenth


def gap_told(*days: date) -> list[str]:
    """On which days the first branch's people were told."""
    return [day for day, person in live("study_gap", *days) if person in ("书记一", "宣委")]


def test_more_than_fourteen_days_without_study_the_commissioner_is_reminded_until_one_is_held(cast: Cast) -> None:
    xuanwei = people.member(cast.one, "宣委")
    people.appoint(xuanwei, cast.one, Post.PUBLICITY_COMMISSIONER)
    study.held(cast.one, cast.shuji1)
    days = every_day(date(2011, 6, 20), date(2011, 7, 10))
    assert gap_told(*days) == ["06-25", "07-01", "07-08"]
    assert not Notice.objects.filter(letter="study_gap", member=cast.shuji1.member).exists()
    with clock.standing_on(date(2011, 7, 10)):
        study.held(cast.one, cast.shuji1, date(2011, 7, 9), on=date(2011, 7, 10))
    assert gap_told(*every_day(date(2011, 7, 11), date(2011, 7, 26))) == ["06-25", "07-01", "07-08", "07-24"]


def test_without_a_commissioner_it_is_the_secretary(cast: Cast) -> None:
    study.held(cast.one, cast.shuji1)
    assert gap_told(GAP_FROM) == ["06-25"]


def test_from_the_first_day_of_term_on_and_never_in_vacation(cast: Cast) -> None:
    study.semester()
    assert gap_told(*every_day(date(2011, 2, 14), date(2011, 3, 1))) == ["03-01"]
    assert open_items("study_gap", date(2011, 2, 28)) == []
    assert open_items("study_gap", date(2011, 8, 10)) == []


def test_a_session_of_these_days_that_waits_for_its_record_is_no_gap_yet(cast: Cast) -> None:
    study.held(cast.one, cast.shuji1)
    study.session(cast.one, cast.shuji1)
    names = {due.obj for due in open_items("study_gap", FIRST + timedelta(days=3))}
    assert cast.one not in names
    assert cast.one in {due.obj for due in open_items("study_gap", FIRST + timedelta(days=4))}


def test_what_is_over_is_not_mailed(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    for kind in ("study_turn", "study_session_tomorrow", "study_unrecorded"):
        reminder = reminding.find(kind)
        assert reminder is not None
        StudySession.objects.filter(pk=session.pk).update(state="cancelled")
        assert not reminder.still_open(StudySession.objects.get(pk=session.pk), FIRST + timedelta(days=2))
    gap = reminding.find("study_gap")
    assert gap is not None and gap.still_open(cast.one, ON)
    study.held(cast.one, cast.shuji1)
    assert not gap.still_open(cast.one, ON)


def test_every_letter_can_be_written_and_leads_somewhere(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1, lecturer=cast.member1)
    for kind in KINDS:
        obj = cast.one if kind == "study_gap" else session
        letter = letters.get(kind)
        text = letters.write(letter, obj, due_on=FIRST, on=ON)
        assert text.subject and text.body and "None" not in text.body
        assert letter.url(obj).startswith("/study/")


@pytest.mark.parametrize("kind", KINDS)
def test_many_branches_cost_no_more_queries_than_few(cast: Cast, kind: str) -> None:
    def branches(number: int) -> None:
        for _ in range(number):
            place = people.branch(cast.general)
            people.member(place)
            study.past(place, cast.ganshi, date(2011, 6, 8))
            study.session(place, cast.ganshi)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert open_items(kind, FIRST - timedelta(days=1))
        return len(captured)

    branches(1)
    few = queries()
    branches(6)
    assert queries() == few <= 6
