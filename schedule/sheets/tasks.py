"""任务台账 as a table: a task with one of those it reaches a row, organisation by organisation, as they stand on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from chuangxian.sheets import Column, Groups, Sheet
from schedule.models import Assignment
from schedule.queries.tasks import for_work
from schedule.scope.tasks import AssignmentQuerySet
from schedule.states.tasks import TaskState


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One assignment on a day."""

    assignment: Assignment
    number: int
    on: date

    @property
    def is_done(self) -> bool | None:
        """It has been done."""
        return True if self.assignment.state == TaskState.DONE else None

    @property
    def overdue(self) -> bool | None:
        """Its day has passed and it is undone."""
        return True if self.assignment.is_overdue(self.on) else None

    @property
    def days_late(self) -> int | None:
        """Days behind the day set, done or not; nothing when in time or excused."""
        one = self.assignment
        if one.state == TaskState.EXCUSED:
            return None
        return max(0, ((one.done_on or self.on) - one.task.due_on).days) or None

    @property
    def phase(self) -> str:
        """The phase of the plan it belongs to."""
        planned = self.assignment.task.phase_task
        return planned.phase.title if planned is not None else ""


LEDGER: Sheet[LedgerLine] = Sheet(
    "任务台账",
    [
        Column("党组织", "assignment.organization.name", key="organization", width=16, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("任务", "assignment.task.title", key="title", width=30, wrap=True),
        Column("谁来完成", lambda line: str(line.assignment.whose), key="whose", width=11, wrap=True),
        Column("布置单位", "assignment.task.organization.name", key="set_by", width=14, wrap=True),
        Column("下达日期", "assignment.task.opens_on", "date", key="opens_on"),
        Column("完成时限", "assignment.task.due_on", "date", key="due_on"),
        Column("状态", "assignment.state", "choice", choices=TaskState.choices, key="state", width=10),
        Column("已完成", "is_done", key="is_done", width=8),
        Column("已逾期", "overdue", key="overdue", width=8),
        Column("完成日期", "assignment.done_on", "date", key="done_on"),
        Column("完成情况", "assignment.result", key="result", width=32, wrap=True),
        # from here on for the screen only
        Column("逾期天数", "days_late", "integer", key="days_late", width=9, printed=False),
        Column("阶段", "phase", key="phase", width=18, wrap=True, printed=False),
        Column("要求", "assignment.task.text", key="text", width=32, wrap=True, printed=False),
        Column(
            "会议",
            lambda line: line.assignment.meeting and line.assignment.meeting.title,
            key="meeting",
            width=18,
            printed=False,
        ),
        Column("材料", "assignment.files", "integer", key="files", width=7, printed=False),
        Column("退回或免办说明", "assignment.note", key="note", width=22, wrap=True, printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.assignment.organization_id, line.assignment.organization.name),
    label=lambda key: str(key[1]),
    counts=["number", "is_done", "overdue"],
)


def ledger_lines(assignments: AssignmentQuerySet, on: date) -> Iterator[LedgerLine]:
    """Walk these assignments organisation by organisation, numbered within each. One query, streamed."""
    rows = with_files(for_work(assignments))
    number, place = 0, None
    for one in rows.order_by("path", "organization_id", "task__due_on", "pk").iterator(chunk_size=500):
        number = number + 1 if one.organization_id == place else 1
        place = one.organization_id
        yield LedgerLine(one, number, on)


def with_files(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Annotate how many files show that it was done, as ``files``."""
    return assignments.annotate(files=Count("evidence"))
