"""Who is reminded of a session he missed, when, and when no more."""

from datetime import date, timedelta
from typing import Any

import pytest

from chuangxian import clock
from schedule import reminding
from schedule.models import Attendance, Notice, ReminderMark
from schedule.planner import plan
from schedule.queries import attendance as queries
from tests.conftest import Cast
from tests.schedule import attendance as study
from tests.schedule.attendance import HELD, ON

DUE = HELD + timedelta(days=14)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def live(*days: date) -> None:
    """Let the portal plan on each of these days, as if it had always been there."""
    mark = {"since": date(2011, 2, 1), "planned_on": date(2011, 2, 1), "planned_at": clock.wall()}
    ReminderMark.objects.get_or_create(kind="study_make_up", defaults=mark)
    for day in days:
        with clock.standing_on(day):
            plan(on=day)


def told() -> list[str]:
    return sorted(str(one.person) for one in Notice.objects.filter(letter="study_make_up"))


def missed(cast: Cast) -> Attendance:
    with clock.standing_on(HELD):
        return study.missed(cast.one, cast.shuji1, cast.member1)


def test_two_weeks_after_a_session_missed_the_member_is_reminded_once(cast: Cast) -> None:
    missed(cast)
    live(DUE - timedelta(days=1))
    assert told() == []
    live(DUE, DUE + timedelta(days=1), DUE + timedelta(days=30))
    assert told() == ["党员甲"]
    notice = Notice.objects.get(letter="study_make_up")
    assert "6月7日" in notice.title and "没有参加" in notice.body


def test_who_has_made_up_or_was_there_is_not(cast: Cast) -> None:
    row = missed(cast)
    study.made_up(row, cast.dangyuan1)
    live(DUE)
    assert told() == []


def test_an_absence_entered_late_is_history(cast: Cast) -> None:
    with clock.standing_on(DUE + timedelta(days=1)):
        study.missed(cast.one, cast.shuji1, cast.member1)
    live(DUE + timedelta(days=2))
    assert told() == []


def test_the_letter_does_not_leave_when_it_has_been_made_up_meanwhile_or_the_semester_is_over(cast: Cast) -> None:
    row, reminder = missed(cast), reminding.find("study_make_up")
    assert reminder is not None
    assert reminder.still_open(row, DUE)
    assert not reminder.still_open(row, date(2011, 9, 1))
    assert not reminder.still_open(study.made_up(row, cast.dangyuan1), DUE)
    assert list(queries.unfinished_make_ups(date(2011, 9, 1), date(2012, 1, 1))) == []
