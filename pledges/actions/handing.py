"""Passing on the items of an organisation's pledge when whoever answered for them goes."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from branches.models import Member
from pledges.models import PledgeItem
from pledges.states import State
from schedule import outbox


@transaction.atomic
def reassign(*, number: int, to: Member, reason: str = "", by: User | None, on: date) -> None:
    """Let another member answer for an item of an organisation's published pledge: its words stay, its log says who answers now.

    Whether ``by`` may is asked by the room that hands over. Raises ValidationError for what is settled, or is a member's own pledge.
    """
    held = PledgeItem.objects.select_for_update(of=("self",)).select_related(
        "pledge__organization", "responsible_member"
    )
    item = held.get(pk=number)
    if item.pledge.member_id is not None:
        raise ValidationError("党员本人的承诺不移交。")
    if item.outcome or item.pledge.state != State.PUBLISHED:
        raise ValidationError(f"“{item.content[:40]}”已经办结，不用移交。")
    before = item.responsible_member
    if before == to:
        return
    PledgeItem.objects.filter(pk=item.pk).update(responsible_member=to)
    item.responsible_member = to
    changes = {"responsible_member": [str(before or ""), str(to)]}
    note = "：".join(filter(None, [item.content[:60], reason]))
    log.record(verb="reassign", label="变更责任人", obj=item.pledge, note=note, changes=changes, by=by, on=on)
    people = [person for person in (to, before) if person is not None]
    outbox.post(
        letter="pledge_item_reassigned",
        obj=item,
        to=people,
        slot=f"to{to.pk}-{on}",
        due_on=item.due_on,
        note=reason,
        by=by,
        on=on,
    )
