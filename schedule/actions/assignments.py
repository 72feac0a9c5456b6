"""A task with one of those it reaches: reported done, with evidence; returned and excused. Its moves are in the workflow."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from schedule.actions.evidence import attach
from schedule.models import Assignment, Meeting
from schedule.rules import tasks as rules
from schedule.workflow.tasks import ASSIGNMENT, WRITTEN


@transaction.atomic
def report_done(
    *,
    assignment: Assignment,
    result: str,
    done_on: date,
    meeting: Meeting | None = None,
    files: Sequence[Accepted] = (),
    version: int | None,
    by: User,
    on: date,
) -> None:
    """Say what was done and when, with what shows it. Raises ValidationError, Refused, Overtaken when somebody was faster."""
    require(rules.may_report(assignment, by, on))
    if done_on > on:
        raise ValidationError({"done_on": "完成日期不能晚于今天。"})
    if not result.strip():
        raise ValidationError({"result": "请写一写是怎么完成的。"})
    if meeting is not None and not is_its_meeting(assignment, meeting):
        raise ValidationError({"meeting": "请选本组织的会议。"})
    proved = rules.is_proved(assignment, by, on)
    if not files and not proved:
        raise ValidationError({"evidence": proved.reason})
    attach(entry=assignment, files=files, organization=assignment.organization_id, by=by)
    assignment.result, assignment.done_on, assignment.meeting = result.strip(), done_on, meeting
    ASSIGNMENT.move(assignment, "done", note=result, version=version, by=by, on=on)


def is_its_meeting(assignment: Assignment, meeting: Meeting) -> bool:
    """Answer whether the meeting was held by the organisation it counts for, or by one above it."""
    return assignment.path.startswith(meeting.path)


def act(*, assignment: Assignment, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Make one of the moves that need no more than a note."""
    if verb in WRITTEN:
        raise ValueError(f"{verb} is written on a page of its own")
    ASSIGNMENT.move(assignment, verb, note=note, version=version, by=by, on=on)
