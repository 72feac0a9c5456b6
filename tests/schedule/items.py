"""Builders of action items: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from schedule.actions import items as actions
from schedule.actions import meetings
from schedule.models import ActionItem, Meeting
from schedule.queries import items as queries

RAISED, DUE, ON = date(2011, 5, 10), date(2011, 6, 30), date(2011, 6, 20)
DONE, SUBMITTED, VERIFIED = date(2011, 6, 1), date(2011, 6, 10), date(2011, 6, 15)
PROBLEM = "到农村初中听课太少"
RESULT = "又听课十二节，都有评课记录"


def item(
    organization: Organization,
    member: Member | None = None,
    responsible: Member | None = None,
    by: User | None = None,
    on: date = RAISED,
    **fields: Any,
) -> ActionItem:
    """An item just raised; the member himself answers for it unless somebody else is given."""
    given: dict[str, Any] = {"problem": PROBLEM, "due_on": DUE} | fields
    answers = responsible or member
    assert answers is not None
    made = actions.raise_item(organization=organization, member=member, responsible=answers, by=by, on=on, **given)
    return again(made)


def begun(made: ActionItem, by: User, on: date = DONE) -> ActionItem:
    """Planned, with one entry of progress."""
    on = max(on, made.raised_on)
    actions.plan(item=made, cause="忙于事务", measure="每周听课两节", version=made.version, by=by, on=on)
    actions.enter(item=again(made), day=on, text="听课两节", by=by, on=on)
    return again(made)


def submitted(made: ActionItem, by: User, on: date = SUBMITTED) -> ActionItem:
    """Handed in to be verified."""
    on = max(on, made.raised_on)
    if not made.entries.exists():
        begun(made, by)
    actions.act(item=again(made), verb="submit", note=RESULT, version=None, by=by, on=on)
    return again(made)


def verified(made: ActionItem, by: User, verifier: User, on: date = VERIFIED) -> ActionItem:
    """Seen closed by somebody else."""
    actions.act(item=submitted(made, by), verb="verify", version=None, by=verifier, on=max(on, made.raised_on))
    return again(made)


def again(made: ActionItem) -> ActionItem:
    """The item as it stands in the database, fetched as the views fetch it."""
    found: ActionItem = queries.with_progress(ActionItem.objects.all()).get(pk=made.pk)
    return found


def meeting(organization: Organization, by: User, **fields: Any) -> Meeting:
    """A meeting written down."""
    given: dict[str, Any] = {
        "kind": "comment",
        "title": "上半年点评会",
        "held_on": date(2011, 6, 15),
        "minutes": "逐人点评",
    }
    return meetings.record_meeting(organization=organization, by=by, on=ON, **given | fields)
