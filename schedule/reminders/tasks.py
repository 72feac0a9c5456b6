"""Who must know of a task: letters when it is set, changed, taken back, returned; reminders until it is done, then a word to the level above."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.models import Assignment, Task
from schedule.queries import task_people as people
from schedule.queries.tasks import for_work, with_missing
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def record_url(record: Task | Assignment) -> str:
    """Return the record's own page."""
    return record.get_absolute_url()


def done_url(assignment: Assignment) -> str:
    """Return where it is written down that it was done."""
    return reverse("schedule:assignment_done", args=[assignment.pk])


for kind, label in [
    ("task_set", "有新的任务"),
    ("task_returned", "任务被退回补办"),
    ("task_excused", "任务已免办"),
    ("task_nudge", "催办：任务还没有完成"),
]:
    # a group reads of what its organisation is to do, not of what one person is
    register_letter(Letter(kind, label, record_url, people.doers_of, group=kind == "task_set"))
for kind, label in [("task_changed", "任务有调整"), ("task_cancelled", "任务已撤销")]:
    register_letter(Letter(kind, label, record_url, people.asked))

read_with(Assignment, for_work)
read_with(Task, with_missing)

register_letter(Letter("task_due", "任务快到期了", done_url))
register_letter(Letter("task_overdue", "任务已过完成时限", done_url))
register_letter(Letter("task_escalated", "任务逾期已久", record_url))


def tasks_to_do(on: date, until: date) -> Iterator[Due]:
    """What is asked for and not done, each by itself; who has to do it is told."""
    undone = Assignment.objects.workable().filter(task__due_on__lte=until, task__opens_on__lte=on)
    for batch in in_batches(for_work(undone).order_by("pk")):
        known = people.known_of(batch, on)
        for one in batch:
            yield Due(one, people.doers(one, known), one.task.due_on, one.reached_on)


def is_to_do(assignment: Assignment, on: date) -> bool:
    """Answer whether it still waits to be done."""
    return assignment.is_workable()


def is_overdue_to_do(assignment: Assignment, on: date) -> bool:
    """Answer whether it is still late: its task may have been given more time since the letter was written."""
    return assignment.is_overdue(on)


def tasks_to_see_to(on: date, until: date) -> Iterator[Due]:
    """Tasks somebody has not done, each once, for the level above: the leaders of those who set it are told who that is."""
    undone = Assignment.objects.workable().filter(task=OuterRef("pk"))
    tasks = Task.objects.running(on).filter(Exists(undone), due_on__lte=until)
    for batch in in_batches(with_missing(tasks).order_by("pk")):
        known = people.setters(batch, on)
        for task in batch:
            yield Due(task, known[task.pk], task.due_on, task.set_on)


def is_missed(task: Task, on: date) -> bool:
    """Answer whether somebody is still late with it; its ``missing`` have been fetched."""
    return task.cancelled_on is None and task.due_on < on and bool(task.missing)  # type: ignore[attr-defined]


BEFORE = settings.REMINDER_LEAD_DAYS
# keeps asking until it is done, for half a year at most
AGAIN: dict[str, int] = {
    "overdue_every": settings.OVERDUE_EVERY_DAYS,
    "overdue_most": settings.TASK_OVERDUE_REMINDERS_MOST,
}
ABOVE = (-settings.ESCALATE_AFTER_DAYS,)

for reminder in [
    Reminder("task_due", "任务快到期", "task_due", BEFORE, tasks_to_do, is_to_do),
    Reminder("task_overdue", "任务逾期", "task_overdue", (), tasks_to_do, is_overdue_to_do, **AGAIN),
    Reminder("task_escalated", "任务逾期报上级", "task_escalated", ABOVE, tasks_to_see_to, is_missed),
]:
    register_reminder(reminder, escalates_to="task_escalated" if reminder.open_items is tasks_to_do else "")
