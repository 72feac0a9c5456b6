"""The life of a task with one of those it reaches, as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox
from schedule.models import Assignment
from schedule.rules import tasks as rules
from schedule.states.tasks import WORKABLE, TaskState


def _reported(assignment: Assignment, by: Any, on: date) -> dict[str, Any]:
    # the action has put what was typed on the record in hand
    typed = {name: getattr(assignment, name) for name in ("result", "meeting", "done_on")}
    return {**typed, "done_by": by, "note": ""}


def _undone(assignment: Assignment, by: Any, on: date) -> dict[str, Any]:
    return {"done_on": None, "done_by": None}


def _noted(assignment: Assignment, by: Any, on: date, note: str) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(note=note)
    assignment.note = note


ASSIGNMENT = Workflow(
    "任务落实",
    states=TaskState,
    initial=TaskState.TODO,
    finals=[TaskState.DONE, TaskState.EXCUSED],
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="done",
            label="登记完成",
            sources=WORKABLE,
            target=TaskState.DONE,
            who=rules.may_do,
            when=rules.is_complete,
            sets=_reported,
            tone="primary",
        ),
        Move(
            verb="return",
            label="退回补办",
            sources=[TaskState.DONE, TaskState.EXCUSED],
            target=TaskState.RETURNED,
            who=rules.may_return,
            when=rules.is_asked_for,
            note=Note.REQUIRED,
            note_label="退回意见",
            sets=_undone,
            after=_noted,
            letter="task_returned",
        ),
        Move(
            verb="excuse",
            label="免办",
            sources=WORKABLE,
            target=TaskState.EXCUSED,
            who=rules.may_excuse,
            when=rules.is_asked_for,
            note=Note.REQUIRED,
            note_label="免办原因",
            after=_noted,
            letter="task_excused",
        ),
    ],
)

# Done on a page of its own, with what was done: in the table, never a button.
WRITTEN = frozenset({"done"})


def offers(assignment: Assignment, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the assignment's page."""
    return [offer for offer in ASSIGNMENT.available(assignment, by=by, on=on) if offer.move.verb not in WRITTEN]
