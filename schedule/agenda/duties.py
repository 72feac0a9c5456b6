"""What is to be done by a day: tasks and action items."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from branches.scope import READERS, Standing
from branches.states import LEADERS
from schedule.agenda.entries import Entry, Source, register, short
from schedule.models import ActionItem, Assignment, Task
from schedule.states.plan import Precision
from schedule.states.tasks import TaskState


def own_tasks(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the tasks set to the person, to his branch or to what he leads, as they stand. One query."""
    yield from (_assignment(row, standing, on) for row in _assignments(standing, first, last, on))


def tasks(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the person's own tasks, and those set by him or by an organisation on whose committee he sits. Two queries."""
    mine = list(_assignments(standing, first, last, on))
    yield from (_assignment(row, standing, on) for row in mine)
    seats = [seat.organization_id for seat in standing.seats if seat.post in READERS]
    by_me = Q(organization__in=seats) | Q(by=standing.user.pk, by__isnull=False)
    rows = Task.objects.visible_to(standing, on).filter(by_me, cancelled_on__isnull=True, due_on__range=(first, last))
    for task in rows.exclude(pk__in=[row.task_id for row in mine]).select_related("organization"):
        yield Entry(
            uid=f"task-{task.pk}",
            day=task.due_on,
            title=task.title,
            kind="task",
            label="任务",
            url=task.get_absolute_url(),
            text=task.text,
            note=f"{task.organization}布置" + ("" if task.due_precision == Precision.DAY else f"，{task.spoken_due}"),
            tone="neutral",
        )


def _assignments(standing: Standing, first: date, last: date, on: date) -> Iterator[Assignment]:
    """Walk what reached the person by that day, a task once: his own before his branch's."""
    led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
    whose = Q(member__isnull=True, organization__in=[*led, *([standing.branch_id] if standing.branch_id else [])])
    if standing.member is not None:
        whose |= Q(member=standing.member.pk)
    rows = Assignment.objects.visible_to(standing, on).filter(
        whose, reached_on__lte=on, task__due_on__range=(first, last), task__cancelled_on__isnull=True
    )
    seen: set[int] = set()
    for row in rows.select_related("task", "organization", "member").order_by("-member", "pk"):
        if row.task_id not in seen:
            seen.add(row.task_id)
            yield row


def _assignment(row: Assignment, standing: Standing, on: date) -> Entry:
    task = row.task
    # done later than the day one stands on is not done yet
    done = row.state == TaskState.DONE and row.done_on is not None and row.done_on <= on
    notes = ["" if task.due_precision == Precision.DAY else task.spoken_due, _how(row, done, on)]
    return Entry(
        uid=f"task-{task.pk}",
        day=task.due_on,
        title=task.title,
        kind="task",
        label="任务",
        url=row.get_absolute_url(),
        text=task.text,
        note="，".join(note for note in notes if note),
        tone="good" if done else "late" if row.is_overdue(on) else "wait",
        mine=row.member_id is not None or standing.holds_at(LEADERS, row.organization_id),
        private=row.member_id is not None,
    )


def _how(row: Assignment, done: bool, on: date) -> str:
    if done:
        return "已完成"
    if row.state == TaskState.EXCUSED:
        return row.get_state_display()
    return "已逾期" if row.task.due_on < on else ""


def items(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the action items the person answers for, raised by that day and not taken back. One query."""
    if standing.member is None:
        return
    rows = ActionItem.objects.visible_to(standing, on).filter(
        Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on),
        responsible=standing.member.pk,
        raised_on__lte=on,
        due_on__range=(first, last),
    )
    for item in rows:
        open_still, late = item.is_unfinished(on), item.is_overdue(on)
        yield Entry(
            uid=f"item-{item.pk}",
            day=item.due_on,
            title=f"整改：{short(item.problem)}",
            kind="item",
            label="整改",
            url=reverse("schedule:item_detail", args=[item.pk]),
            text=item.measure or item.problem,
            note="已逾期" if late else "" if open_still else "已销号",
            tone="late" if late else "wait" if open_still else "good",
            mine=True,
            private=True,
        )


TASKS = register(Source("task", "任务", tasks, own=own_tasks))
ITEMS = register(Source("item", "整改", items, own=items))
