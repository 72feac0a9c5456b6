"""Tasks that come again: their rules, holidays moved, exceptions, and the end."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from chuangxian import clock
from chuangxian.verdicts import Refused
from schedule import recurrence
from schedule.actions import series as actions
from schedule.actions import tasks as task_actions
from schedule.models import DayOverride, Notice
from schedule.queries.series import occurrences
from tests.conftest import Cast
from tests.schedule import tasks
from tests.schedule.tasks import ON

FRIDAYS = recurrence.weekly(every=2, weekday="FR")


@pytest.fixture(autouse=True)
def on_that_day() -> object:
    with clock.standing_on(ON):
        yield


def days(rule: str, first: date, last: date) -> list[str]:
    return [f"{day:%m-%d}" for day in recurrence.days_of(rule, first, last, most=100)]


def test_rules_are_written_read_and_said() -> None:
    first, last = date(2011, 1, 1), date(2011, 4, 30)
    assert days(recurrence.weekly(every=2, weekday="FR"), date(2011, 6, 20), date(2011, 7, 31)) == [
        *("06-24", "07-08", "07-22")
    ]
    assert days(recurrence.monthly(every=1, day=31), first, last) == ["01-31", "02-28", "03-31", "04-30"]
    assert days(recurrence.monthly(every=2, day=-1), first, last) == ["01-31", "03-31"]
    assert days(recurrence.monthly(every=3, day=15), first, last) == ["01-15", "04-15"]
    semesters = recurrence.on_days([date(2011, 2, 14), date(2011, 9, 1)])
    assert days(semesters, first, date(2011, 12, 31)) == ["02-14", "09-01"]
    assert recurrence.spoken(FRIDAYS) == "每2周的周五"
    assert recurrence.spoken(recurrence.monthly(every=1, day=31)) == "每月的31日"
    assert recurrence.spoken(recurrence.monthly(every=3, day=-1)) == "每3个月的最后一天"
    assert recurrence.spoken(semesters) == "每学期一次"


@pytest.mark.parametrize(
    "make",
    [
        lambda: recurrence.weekly(every=0, weekday="FR"),
        lambda: recurrence.weekly(every=1, weekday="XX"),
        lambda: recurrence.monthly(every=1, day=32),
        lambda: recurrence.on_days([]),
    ],
)
def test_what_is_no_rule_is_refused(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]


@pytest.mark.django_db
def test_holidays_move_to_the_next_workday_and_say_why() -> None:
    found = occurrences(recurrence.weekly(every=1, weekday="MO"), date(2011, 6, 1), date(2011, 6, 14))
    assert [(one.day, one.due_on, one.why) for one in found] == [
        (date(2011, 6, 6), date(2011, 6, 7), "端午节"),
        (date(2011, 6, 13), date(2011, 6, 13), ""),
    ]


def test_the_offices_own_days_count_and_what_runs_into_the_next_is_left_out(cast: Cast) -> None:
    for day in range(20, 28):
        DayOverride.objects.create(day=date(2011, 6, day), kind="rest", name="装修", by=cast.ganshi)
    found = occurrences(recurrence.weekly(every=1, weekday="MO"), date(2011, 6, 20), date(2011, 6, 28))
    assert [(one.day, one.due_on, one.why) for one in found] == [(date(2011, 6, 27), date(2011, 6, 28), "装修")]


def test_its_tasks_are_made_at_once_and_opened_one_by_one(cast: Cast) -> None:
    series = tasks.series(cast.general, cast.zongzhi)
    made = list(series.tasks.order_by("due_on"))
    assert [one.due_on for one in made[:3]] == [date(2011, 6, 24), date(2011, 7, 8), date(2011, 7, 22)]
    assert [one.assignments.count() for one in made[:3]] == [2, 0, 0]
    assert made[1].opens_on == date(2011, 7, 1)
    with clock.standing_on(date(2011, 7, 1)):
        assert task_actions.reach_everybody(date(2011, 7, 1)) == 2


def test_no_more_than_sixty_and_none_in_the_past(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="最多排 60 次"):
        tasks.series(cast.general, cast.zongzhi, rule="RRULE:FREQ=DAILY", ends_on=date(2011, 12, 31))
    with pytest.raises(ValidationError, match="今天以后"):
        tasks.series(cast.general, cast.zongzhi, starts_on=date(2011, 5, 1))
    with pytest.raises(ValidationError, match="一次也轮不到"):
        tasks.series(cast.general, cast.zongzhi, ends_on=date(2011, 6, 21))
    with pytest.raises(Refused):
        tasks.series(cast.general, cast.shuji1)


def test_an_exception_moves_or_cancels_one_and_leaves_the_others(cast: Cast) -> None:
    series = tasks.series(cast.general, cast.zongzhi)
    first, second, third = list(series.tasks.order_by("due_on"))[:3]
    new = date(2011, 7, 12)
    task_actions.move_task(task=second, due_on=new, reason="放假", version=second.version, by=cast.zongzhi, on=ON)
    second.refresh_from_db()
    assert (second.series_day, second.due_on, second.opens_on) == (date(2011, 7, 8), new, date(2011, 7, 5))
    task_actions.cancel_task(task=third, reason="暑假", version=third.version, by=cast.zongzhi, on=ON)
    assert series.tasks.filter(cancelled_on__isnull=True).count() == series.tasks.count() - 1
    assert series.tasks.get(pk=first.pk).due_on == date(2011, 6, 24)


def test_ending_it_takes_back_what_is_still_ahead(cast: Cast) -> None:
    series = tasks.series(cast.general, cast.zongzhi)
    later = date(2011, 7, 8)
    with clock.standing_on(later):
        number = actions.end_series(series=series, reason="并入周报", version=1, by=cast.zongzhi, on=later)
    kept = series.tasks.filter(cancelled_on__isnull=True).order_by("due_on")
    assert [one.due_on for one in kept] == [date(2011, 6, 24), later]
    assert number == series.tasks.count() - 2
    assert not Notice.objects.filter(letter="task_cancelled").exists(), "nobody had any of these yet"
    with pytest.raises(Refused, match="已经停止"):
        actions.end_series(series=series, reason="再停", version=series.version, by=cast.zongzhi, on=later)
