"""The life of an action item as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox, sources
from schedule.models import ActionItem
from schedule.queries.items import verifying_organization
from schedule.rules import items as rules
from schedule.states.items import FINALS, UNFINISHED, WORKABLE, ItemState


def _told(verb: str) -> Any:
    def tell(item: ActionItem, by: Any, on: date, note: str) -> None:
        sources.followed(item, verb, by, on)

    return tell


def _submitted(item: ActionItem, by: Any, on: date, note: str) -> None:
    ActionItem.objects.filter(pk=item.pk).update(result=note)
    item.result = note
    sources.followed(item, "submit", by, on)


def _handed_in(item: ActionItem, by: Any, on: date) -> dict[str, Any]:
    # leaders come and go: who verifies is found anew
    verifying = verifying_organization(
        organization=item.organization, member=item.member, responsible=item.responsible, on=on
    )
    return {"submitted_by": by, "submitted_on": on, "verifying": verifying}


ITEM = Workflow(
    "整改事项",
    states=ItemState,
    initial=ItemState.OPEN,
    finals=FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="begin",
            label="开始整改",
            sources=[ItemState.OPEN],
            target=ItemState.IN_PROGRESS,
            who=rules.may_work,
            after=_told("begin"),
        ),
        Move(
            verb="submit",
            label="提交验收",
            sources=WORKABLE,
            target=ItemState.SUBMITTED,
            who=rules.may_work,
            when=rules.is_answered,
            note=Note.REQUIRED,
            note_label="整改结果",
            sets=_handed_in,
            after=_submitted,
            letter="action_submitted",
            tone="primary",
        ),
        Move(
            verb="verify",
            label="验收销号",
            sources=[ItemState.SUBMITTED],
            target=ItemState.VERIFIED,
            who=rules.may_verify,
            note=Note.OPTIONAL,
            note_label="验收意见",
            sets=lambda item, by, on: {"verified_by": by, "verified_on": on},
            after=_told("verify"),
            letter="action_verified",
            tone="primary",
        ),
        Move(
            verb="reopen",
            label="退回再改",
            sources=[ItemState.SUBMITTED],
            target=ItemState.REOPENED,
            who=rules.may_verify,
            note=Note.REQUIRED,
            note_label="退回意见",
            sets=lambda item, by, on: {"submitted_by": None, "submitted_on": None},
            after=_told("reopen"),
            letter="action_reopened",
        ),
        Move(
            verb="cancel",
            label="撤销事项",
            sources=UNFINISHED,
            target=ItemState.CANCELLED,
            who=rules.may_cancel,
            note=Note.REQUIRED,
            note_label="撤销原因",
            sets=lambda item, by, on: {"cancelled_on": on},
            after=_told("cancel"),
            letter="action_cancelled",
            tone="danger",
        ),
    ],
)

# Done by another act (the first entry of progress): in the table, never a button.
FOLLOWING = frozenset({"begin"})


def offers(item: ActionItem, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the item's page."""
    return [offer for offer in ITEM.available(item, by=by, on=on) if offer.move.verb not in FOLLOWING]
