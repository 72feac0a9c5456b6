"""Builders of tasks: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Organization
from schedule.actions import assignments as doing
from schedule.actions import series as recurring
from schedule.actions import tasks as actions
from schedule.models import Assignment, Task, TaskSeries
from schedule.queries import tasks as queries

OPENS, DUE, ON = date(2011, 6, 1), date(2011, 6, 30), date(2011, 6, 20)
TITLE = "报送半年小结"
RESULT = "已经写好，支委会讨论过"


def task(organization: Organization, by: User, on: date = ON, **fields: Any) -> Task:
    """A task as it was set, to branches unless said otherwise."""
    given: dict[str, Any] = {"title": TITLE, "target": "organization", "opens_on": OPENS, "due_on": DUE}
    return actions.set_task(organization=organization, by=by, on=on, **given | fields)


def of(made: Task, organization: Organization | None = None, member: Any = None) -> Assignment:
    """What a task is to one of those it reached."""
    found = queries.with_evidence(Assignment.objects.filter(task=made))
    if member is not None:
        return found.get(member=member)
    return found.get(organization=organization, member=None)


def again(made: Assignment) -> Assignment:
    """The assignment as it stands in the database, fetched as the views fetch it."""
    found: Assignment = queries.with_evidence(Assignment.objects.all()).get(pk=made.pk)
    return found


def done(made: Assignment, by: User, on: date = ON, **fields: Any) -> Assignment:
    """Reported done."""
    given: dict[str, Any] = {"result": RESULT, "done_on": on, "version": None}
    doing.report_done(assignment=again(made), by=by, on=on, **given | fields)
    return again(made)


def returned(made: Assignment, by: User, on: date = ON) -> Assignment:
    """Sent back."""
    doing.act(assignment=again(made), verb="return", note="请补上会议记录", version=None, by=by, on=on)
    return again(made)


def excused(made: Assignment, by: User, on: date = ON) -> Assignment:
    """Not asked for any more."""
    doing.act(assignment=again(made), verb="excuse", note="正在外地学习", version=None, by=by, on=on)
    return again(made)


def series(organization: Organization, by: User, on: date = ON, **fields: Any) -> TaskSeries:
    """A task that comes every other Friday until the end of September."""
    given: dict[str, Any] = {
        "title": "报送学习情况",
        "target": "organization",
        "rule": "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        "starts_on": ON,
        "ends_on": date(2011, 10, 31),
    }
    return recurring.set_series(organization=organization, by=by, on=on, **given | fields)
