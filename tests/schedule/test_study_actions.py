"""Study planned and lived: semesters filled, sessions moved, cancelled, recorded, turns given out and changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import LogEntry, User
from branches.actions.members import transfer_member
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.uploads import Accepted
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule.actions import study as actions
from schedule.actions import study_plans as plans
from schedule.actions import swaps
from schedule.models import Attendance, DayOverride, Notice, StudySession, TurnSwap
from schedule.queries.study import turns_to_swap
from schedule.queries.study_filling import dealing, dealt_mark, filling
from schedule.states.study import SessionState, SwapState
from tests import build as people
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import FIRST, ON

AUTUMN = {"semester": (date(2010, 9, 1), date(2011, 1, 28)), "starts_on": date(2010, 9, 17)}
SEPTEMBER = date(2010, 9, 2)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def autumn(cast: Cast) -> Any:
    """The autumn of 2010, filled on its second day."""
    with clock.standing_on(SEPTEMBER):
        semester = study.semester(date(2010, 9, 1), date(2011, 1, 28))
        return study.filled(cast.one, cast.shuji1, SEPTEMBER, semester=semester, starts_on=date(2010, 9, 17))


def days(*, cancelled: bool = False) -> list[date]:
    rows = StudySession.objects.all() if cancelled else StudySession.objects.standing()
    return list(rows.order_by("on").values_list("on", flat=True))


def lecturers() -> list[str]:
    rows = StudySession.objects.standing().select_related("lecturer").order_by("on")
    return [str(one.lecturer or "") for one in rows]


def told(letter: str) -> list[str]:
    return sorted(str(notice.person) for notice in Notice.objects.filter(letter=letter))


def arranged(session: StudySession, by: User, version: int | None = None, **fields: Any) -> None:
    read = session.version if version is None else version
    actions.change_session(session=session, version=read, documents=(), by=by, on=ON, **fields)


# ---- filling ----


def test_a_semester_is_filled_every_two_weeks_and_avoids_holidays(cast: Cast) -> None:
    autumn(cast)
    found = days()
    assert found[:4] == [date(2010, 9, 17), date(2010, 9, 30), date(2010, 10, 15), date(2010, 10, 29)]
    assert found[-1] <= date(2011, 1, 28)
    assert all(day.weekday() < 5 for day in found)


def test_the_preview_says_what_was_moved_and_why(cast: Cast) -> None:
    semester = study.semester(date(2010, 9, 1), date(2011, 1, 28))
    plan = study.plan(cast.one, cast.shuji1, SEPTEMBER, semester=semester, starts_on=date(2010, 9, 17))
    slots = filling(plan, SEPTEMBER).slots
    assert [slot.why for slot in slots if slot.why] == ["原定10月1日遇国庆节，提前"]
    assert not StudySession.objects.exists()


def test_what_the_office_set_right_counts_too(cast: Cast) -> None:
    DayOverride.objects.create(day=FIRST + timedelta(days=14), kind="holiday", name="校庆", by=cast.ganshi)
    study.filled(cast.one, cast.shuji1)
    assert FIRST + timedelta(days=14) not in days()


def test_everybody_lectures_in_turn_those_longest_without_first(cast: Cast) -> None:
    study.held(cast.one, cast.shuji1, lecturer=cast.member1)
    study.filled(cast.one, cast.shuji1)
    assert lecturers() == ["党员甲", "书记一", "总支书记", "党员甲"]


def test_only_what_was_seen_is_saved(cast: Cast) -> None:
    plan = study.plan(cast.one, cast.shuji1)
    seen = filling(plan, ON).mark
    people.member(cast.one, "新来的", on=people.DAY)
    study.held(cast.one, cast.shuji1, lecturer=cast.shuji1.member)
    with pytest.raises(Overtaken):
        plans.fill(plan=plan, seen=seen, by=cast.shuji1, on=ON)
    assert StudySession.objects.count() == 1


def test_refilling_changes_nothing(cast: Cast) -> None:
    plan = study.filled(cast.one, cast.shuji1)
    before = list(StudySession.objects.values_list("pk", "on", "lecturer"))
    assert not filling(plan, ON).changes
    study.refill(plan, cast.shuji1)
    assert list(StudySession.objects.values_list("pk", "on", "lecturer")) == before


def test_refilling_keeps_what_was_held_moved_cancelled_or_has_a_topic_and_fills_only_what_lacks(cast: Cast) -> None:
    plan = autumn(cast)
    by, on = cast.shuji1, date(2010, 9, 20)
    with clock.standing_on(on):
        held, topic, moved, cancelled, *_ = [study.again(one) for one in StudySession.objects.order_by("on")]
        record: dict[str, Any] = {"day": held.on, "topic": "一", "discussion": "谈体会", "documents": ()}
        actions.record_session(session=held, version=held.version, **record, by=by, on=on)
        actions.change_session(session=topic, version=1, topic="二", documents=(), by=by, on=on)
        move: dict[str, Any] = {"day": date(2010, 10, 18), "reason": "停课", "version": 1}
        actions.move_session(session=moved, **move, by=by, on=on)
        seen = actions.falling(study.again(cancelled), on).mark
        actions.cancel_session(session=cancelled, reason="停课", version=1, seen=seen, by=by, on=on)
        kept = [held.pk, topic.pk, moved.pk, cancelled.pk]
        plans.change_plan(plan=plan, version=1, starts_on=date(2010, 9, 16), by=by, on=on)
        study.refill(plan, by, on)
    assert set(kept) <= set(StudySession.objects.values_list("pk", flat=True))
    assert [day for day in days(cancelled=True) if day < date(2010, 11, 20)] == [
        date(2010, 9, 17),
        date(2010, 9, 30),
        date(2010, 10, 18),
        date(2010, 10, 29),
        date(2010, 11, 11),
    ]


def test_refilling_keeps_a_session_about_whose_turn_somebody_has_been_asked(cast: Cast) -> None:
    plan = study.filled(cast.one, cast.shuji1)
    mine = StudySession.objects.get(lecturer=cast.member1)
    other = StudySession.objects.exclude(lecturer=cast.member1).latest("on")
    swap = study.swap(study.again(mine), study.again(other), cast.dangyuan1)
    plans.change_plan(plan=plan, version=1, starts_on=date(2011, 6, 23), by=cast.shuji1, on=ON)
    study.refill(plan, cast.shuji1)
    assert TurnSwap.objects.filter(pk=swap.pk, state=SwapState.ASKED).exists()


def test_days_that_have_passed_are_not_filled(cast: Cast) -> None:
    study.filled(cast.one, cast.shuji1, starts_on=study.BEGINS)
    assert min(days()) > ON


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (date(2011, 8, 15), "第一次学习要在学期内"),
        (date(2011, 6, 25), "第一次学习请定在平常的工作日"),
        (date(2011, 6, 6), "第一次学习请定在平常的工作日"),
    ],
)
def test_the_first_day_is_a_workday_of_term(cast: Cast, first: date, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        study.plan(cast.one, cast.shuji1, starts_on=first)


def test_a_semester_is_planned_once(cast: Cast) -> None:
    study.plan(cast.one, cast.shuji1)
    with pytest.raises(ValidationError, match="已经有学习计划"):
        study.plan(cast.one, cast.zongzhi)


def test_two_who_change_the_plan_at_once_learn_of_each_other(cast: Cast) -> None:
    plan = study.plan(cast.one, cast.shuji1)
    with pytest.raises(Conflict):
        plans.change_plan(plan=plan, version=7, place="三楼", by=cast.shuji1, on=ON)


def test_members_do_not_plan(cast: Cast) -> None:
    with pytest.raises(Refused, match="委员会"):
        study.plan(cast.one, cast.dangyuan1)


# ---- the turns ----


def test_turns_given_out_again_follow_the_rota_but_for_topics_and_swaps(cast: Cast) -> None:
    plan = study.filled(cast.one, cast.shuji1)
    first, second, third = [study.again(one) for one in StudySession.objects.order_by("on")]
    assert lecturers() == ["党员甲", "书记一", "总支书记"]
    arranged(third, cast.shuji1, topic="七一讲话", lecturer=cast.member1)
    arranged(first, cast.shuji1, lecturer=cast.zongzhi.member)
    rows = dealing(plan, ON)
    assert plans.deal(plan=plan, seen=dealt_mark(rows), by=cast.shuji1, on=ON) == 2
    assert lecturers() == ["书记一", "总支书记", "党员甲"]
    assert told("study_turn_set") == ["党员甲", "总支书记", "总支书记"]
    with pytest.raises(Refused, match="不用变动"):
        plans.deal(plan=plan, seen=dealt_mark(dealing(plan, ON)), by=cast.shuji1, on=ON)


def test_a_cancelled_session_hands_its_turn_on_with_what_was_prepared(cast: Cast) -> None:
    study.filled(cast.one, cast.shuji1)
    first, second, third = [study.again(one) for one in StudySession.objects.order_by("on")]
    file = Accepted("讲稿.txt", ".txt", "text/plain", 6, "0" * 64, "讲稿".encode())
    given: dict[str, Any] = {"topic": "学党史", "documents": (), "files": [file]}
    actions.prepare(session=first, version=first.version, **given, by=cast.dangyuan1, on=ON)
    first = study.again(first)
    fall = actions.falling(first, ON)
    assert [str(shift.new.lecturer) for shift in fall.shifts if shift.new] == ["党员甲", "书记一"]
    assert fall.left is not None and str(fall.left.lecturer) == "总支书记"
    cancel: dict[str, Any] = {"reason": "停课", "version": first.version, "seen": fall.mark}
    actions.cancel_session(session=first, **cancel, by=cast.shuji1, on=ON)
    assert lecturers() == ["党员甲", "书记一"]
    second = study.again(second)
    assert second.topic == "学党史" and [one.name for one in second.evidence.all()] == ["讲稿.txt"]
    assert told("study_cancelled") == ["党员甲", "总支书记"]
    assert told("study_turn_set") == ["党员甲"]  # the secretary did it himself


def test_a_session_that_never_took_place_takes_no_turn_from_one_that_only_waits_for_its_record(cast: Cast) -> None:
    never = study.past(cast.one, cast.shuji1, date(2011, 6, 3), lecturer=cast.member1)
    waits = study.past(cast.one, cast.shuji1, date(2011, 6, 17), lecturer=cast.shuji1.member)
    ahead = study.session(cast.one, cast.shuji1, lecturer=cast.zongzhi.member)
    fall = actions.falling(never, ON)
    assert [shift.place for shift in fall.shifts] == [ahead]
    actions.cancel_session(session=never, reason="停课", version=1, seen=fall.mark, by=cast.shuji1, on=ON)
    assert study.again(waits).lecturer == cast.shuji1.member
    assert study.again(ahead).lecturer == cast.member1


def test_whose_turn_found_no_place_comes_first_next_time(cast: Cast) -> None:
    last = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    fall = actions.falling(last, ON)
    actions.cancel_session(session=last, reason="停课", version=1, seen=fall.mark, by=cast.shuji1, on=ON)
    study.filled(cast.one, cast.shuji1, starts_on=date(2011, 7, 1))
    assert lecturers()[0] == "党员甲"


def test_cancelling_does_only_what_was_seen(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    seen = actions.falling(mine, ON).mark
    arranged(other, cast.shuji1, lecturer=cast.zongzhi.member)
    with pytest.raises(Overtaken):
        actions.cancel_session(session=mine, reason="停课", version=1, seen=seen, by=cast.shuji1, on=ON)


def test_a_swap_changes_nothing_until_the_other_agrees_and_then_both_with_what_they_prepared(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    actions.prepare(session=mine, version=1, topic="学党史", documents=(), by=cast.dangyuan1, on=ON)
    swap = study.swap(study.again(mine), study.again(other), cast.dangyuan1)
    assert told("turn_swap_asked") == ["书记一"]
    assert lecturers() == ["党员甲", "书记一"]
    swaps.answer(swap=swap, verb="agree", version=swap.version, by=cast.shuji1, on=ON)
    assert lecturers() == ["书记一", "党员甲"]
    assert study.again(other).topic == "学党史" and study.again(mine).topic == ""
    assert told("turn_swap_agreed") == ["党员甲"]


def test_declined_or_taken_back_everything_stays_and_each_is_told(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    swap = study.swap(mine, other, cast.dangyuan1)
    swaps.answer(swap=swap, verb="decline", note="也有课", version=None, by=cast.shuji1, on=ON)
    assert told("turn_swap_declined") == ["党员甲"]
    swap = study.swap(mine, other, cast.dangyuan1)
    swaps.answer(swap=swap, verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert told("turn_swap_over") == ["书记一"]
    assert lecturers() == ["党员甲", "书记一"]


def test_a_question_lapses_when_the_turn_is_no_longer_theirs(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    swap = study.swap(mine, other, cast.dangyuan1)
    arranged(other, cast.shuji1, lecturer=cast.zongzhi.member)
    assert TurnSwap.objects.get(pk=swap.pk).state == SwapState.WITHDRAWN
    study.swap(mine, study.again(other), cast.dangyuan1)  # so another can be asked


def test_one_question_a_turn_and_only_of_colleagues(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    with pytest.raises(ValidationError, match="另一位同志"):
        study.swap(mine, mine, cast.dangyuan1)
    elsewhere = study.session(cast.two, cast.shuji2, lecturer=cast.member2)
    with pytest.raises(ValidationError, match="另一位同志"):
        study.swap(mine, elsewhere, cast.dangyuan1)
    study.swap(mine, other, cast.dangyuan1)
    with pytest.raises(ValidationError, match="已经问过"):
        study.swap(mine, other, cast.dangyuan1)


# ---- a session ----


def test_who_has_left_is_not_asked_to_change_places(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    assert list(turns_to_swap(other, ON)) == [mine]
    transfer_member(member=cast.member1, organization=cast.two, by=cast.ganshi, on=ON)
    assert not turns_to_swap(other, ON)


def test_another_day_keeps_the_lecturer_and_tells_the_branch(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    move: dict[str, Any] = {"day": date(2011, 6, 27), "reason": "迎接检查", "version": 1}
    actions.move_session(session=session, **move, by=cast.shuji1, on=ON)
    session = study.again(session)
    assert (session.on, session.planned_on, session.lecturer) == (date(2011, 6, 27), FIRST, cast.member1)
    assert told("study_moved") == ["党员甲", "总支书记"]
    notice = Notice.objects.filter(letter="study_moved").first()
    assert notice is not None and "2011年6月24日" in notice.body and "迎接检查" in notice.body


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (FIRST, "和原来一样"),
        (date(2011, 6, 17), "不能早于今天"),
        (date(2011, 8, 20), "要在学期内"),
        (date(2011, 7, 8), "已经有一次学习"),
    ],
)
def test_a_day_it_cannot_be_moved_to(cast: Cast, day: date, sentence: str) -> None:
    mine, _ = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    with pytest.raises(ValidationError, match=sentence):
        actions.move_session(session=mine, day=day, reason="停课", version=1, by=cast.shuji1, on=ON)


def test_what_somebody_has_signed_for_is_not_put_off(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, ON)
    Attendance.objects.create(session=session, member=cast.member1, status="present", by=cast.shuji1)
    with pytest.raises(ValidationError, match="已经有人签到"):
        actions.move_session(session=session, day=FIRST, reason="停课", version=1, by=cast.shuji1, on=ON)


def test_the_lecturer_prepares_his_own_turn_and_no_other(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    actions.prepare(session=mine, version=1, topic="学党史", documents=(), by=cast.dangyuan1, on=ON)
    with pytest.raises(Refused):
        actions.prepare(session=other, version=1, topic="学党史", documents=(), by=cast.dangyuan1, on=ON)


def test_recorded_it_is_held_and_can_be_corrected_with_both_texts_in_the_log(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1, lecturer=cast.member1)
    record: dict[str, Any] = {"topic": "学党史", "discussion": "谈体会", "documents": ()}
    actions.record_session(session=session, version=1, day=session.on, **record, by=cast.shuji1, on=ON)
    session = study.again(session)
    assert (session.state, session.recorded_by, session.recorded_on) == (SessionState.HELD, cast.shuji1, ON)
    arranged(session, cast.shuji1, discussion="谈体会，提建议")
    entry = LogEntry.objects.of(session).last()
    assert entry is not None and entry.changes["discussion"] == ["谈体会", "谈体会，提建议"]
    with pytest.raises(Conflict):
        arranged(study.again(session), cast.shuji1, version=1, discussion="别的")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": date(2011, 6, 21)}, "不能晚于今天"),
        ({"discussion": " "}, "请写讨论记录"),
        ({"day": date(2009, 1, 5)}, "不在活动的任何一个学期里"),
    ],
)
def test_a_record_that_cannot_be(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    session = study.past(cast.one, cast.shuji1)
    record: dict[str, Any] = {"day": session.on, "topic": "学党史", "discussion": "谈体会", "documents": ()} | fields
    with pytest.raises(ValidationError, match=sentence):
        actions.record_session(session=session, version=1, **record, by=cast.shuji1, on=ON)


def test_history_is_written_down_at_once_and_tells_nobody(cast: Cast) -> None:
    session = study.held(cast.one, cast.shuji1, date(2011, 3, 11), lecturer=cast.member1)
    assert session.state == SessionState.HELD
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("day", "fields", "sentence"),
    [
        (FIRST, {"discussion": "谈体会"}, "日期不能晚于今天"),
        (date(2011, 6, 10), {}, "请写讨论记录"),
    ],
)
def test_what_lies_ahead_has_no_discussion_and_what_was_has_one(
    cast: Cast, day: date, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        study.session(cast.one, cast.shuji1, day, **fields)


def test_one_session_a_day_and_a_lecturer_of_the_branch(cast: Cast) -> None:
    study.session(cast.one, cast.shuji1)
    with pytest.raises(ValidationError, match="已经有一次学习"):
        study.session(cast.one, cast.shuji1)
    with pytest.raises(ValidationError, match="那天不属于"):
        study.session(cast.one, cast.shuji1, date(2011, 7, 1), lecturer=cast.member2)
