"""Who is reminded of a task, until it is done; and when the level above hears of it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings as site

from chuangxian import clock
from schedule import reminding
from schedule.actions import tasks as actions
from schedule.models import Assignment, Notice, ReminderMark, Task
from schedule.planner import plan_reminder
from schedule.queries.tasks import for_work, with_missing
from tests.conftest import Cast
from tests.schedule import tasks
from tests.schedule.tasks import DUE, ON, OPENS

KINDS = ("task_due", "task_overdue", "task_escalated")


@pytest.fixture(autouse=True)
def always_planned(cast: Cast) -> Iterator[None]:
    for kind in KINDS:
        ReminderMark.objects.create(kind=kind, since=OPENS, planned_on=OPENS, planned_at=clock.wall())
    with clock.standing_on(ON):
        yield


def live(first: date, last: date) -> None:
    """Let the portal plan on each day of a stretch."""
    day = first
    while day <= last:
        with clock.standing_on(day):
            for kind in KINDS:
                reminder = reminding.find(kind)
                assert reminder is not None
                plan_reminder(reminder, on=day)
        day += timedelta(days=1)


def told(letter: str, person: str = "") -> list[str]:
    """The days on which a letter went out, to one person or to all."""
    rows = [row for row in Notice.objects.filter(letter=letter) if not person or str(row.person) == person]
    return sorted(f"{row.on:%m-%d}" for row in rows)


def test_before_the_day_as_often_as_the_lead_days_say(cast: Cast) -> None:
    tasks.task(cast.general, cast.zongzhi)
    live(ON, DUE)
    assert told("task_due", "书记一") == ["06-23", "06-27", "06-30"]


def test_after_the_day_every_week_until_it_is_done_and_no_longer(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    live(ON, date(2011, 8, 1))
    assert told("task_overdue", "书记一") == ["07-07", "07-14", "07-21", "07-28"]
    with clock.standing_on(date(2011, 8, 2)):
        tasks.done(tasks.of(task, cast.one), cast.shuji1, on=date(2011, 8, 2))
    live(date(2011, 8, 2), date(2011, 8, 20))
    assert told("task_overdue", "书记一") == ["07-07", "07-14", "07-21", "07-28"]
    assert told("task_overdue", "书记二")[-2:] == ["08-11", "08-18"]


def test_it_stops_asking_after_half_a_year(cast: Cast) -> None:
    tasks.task(cast.general, cast.zongzhi)
    for week in range(60):
        live(DUE + timedelta(days=7 * week), DUE + timedelta(days=7 * week))
    assert len(told("task_overdue", "书记一")) == site.TASK_OVERDUE_REMINDERS_MOST


def test_the_level_above_hears_once_of_a_task_and_of_everybody_who_is_late(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi, title="报送总结")
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    live(ON, date(2011, 8, 1))
    assert told("task_escalated") == ["07-14"]
    (notice,) = Notice.objects.filter(letter="task_escalated")
    assert str(notice.person) == "总支书记"
    assert "有 1 个没有完成" in notice.body and "第二党支部" in notice.body and "第一党支部" not in notice.body


def test_nobody_is_reminded_of_what_is_done_excused_or_taken_back(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    tasks.excused(tasks.of(task, cast.two), cast.zongzhi)
    off = tasks.task(cast.general, cast.zongzhi)
    actions.cancel_task(task=off, reason="不用报了", version=off.version, by=cast.zongzhi, on=ON)
    live(ON, date(2011, 8, 1))
    assert not any(told(kind) for kind in KINDS)


def test_history_entered_late_reminds_nobody(cast: Cast) -> None:
    tasks.task(cast.general, cast.zongzhi, opens_on=date(2010, 8, 1), due_on=date(2010, 9, 10))
    live(ON, date(2011, 8, 1))
    assert Assignment.objects.count() == 2
    assert not Notice.objects.exists()


def test_a_mail_that_waits_is_not_sent_when_it_was_done_meanwhile(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    made = tasks.of(task, cast.one)
    due, overdue, above = (reminding.find(kind) for kind in KINDS)
    assert due and overdue and above
    after = DUE + timedelta(days=20)
    assert due.still_open(made, ON) and overdue.still_open(made, after) and not overdue.still_open(made, ON)
    late = with_missing(Task.objects.all()).get(pk=task.pk)
    assert above.still_open(late, after)
    tasks.done(made, cast.shuji1)
    tasks.done(tasks.of(task, cast.two), cast.shuji2)
    again = for_work(Assignment.objects.all()).get(pk=made.pk)
    assert not due.still_open(again, ON) and not overdue.still_open(again, after)
    assert not above.still_open(with_missing(Task.objects.all()).get(pk=task.pk), after)


@pytest.mark.parametrize("kind", KINDS)
def test_open_items_take_a_fixed_number_of_queries(
    kind: str, cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        tasks.task(cast.general, cast.zongzhi, title=f"任务{number}", target=("member", "organization")[number % 2])
    reminder = reminding.find(kind)
    assert reminder is not None
    after = DUE + timedelta(days=30)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        dues = list(reminder.open_items(after, after))
        assert all(str(due.obj) and due.to is not None for due in dues)
    assert len(dues) == (12 if kind == "task_escalated" else 6 * 2 + 6 * 5)
