"""The life of a nomination as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import Nomination
from awards.queries.dossier import gather
from awards.rules import deciding, nominations, notices
from awards.states import NOMINATION_FINALS, NominationState
from chuangxian.verdicts import Verdict, first_no
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox

S = NominationState


def _handed_up(nomination: Nomination, by: Any, on: date) -> dict[str, Any]:
    return {"recommended_on": on, "dossier": gather(nomination, on)}


def _nothing_pending(nomination: Nomination, by: Any, on: date) -> dict[str, Any]:
    # what was decided and not announced is about a nomination that stands; it does not wait for the next one
    return {"pending": "", "pending_note": ""}


def _taken_back(nomination: Nomination, by: Any, on: date) -> dict[str, Any]:
    # a draft has not been handed up, and what the records say of it is gathered anew when it is
    return _nothing_pending(nomination, by, on) | {"recommended_on": None, "dossier": {}}


def _may_be_decided(nomination: Nomination, by: Any, on: date) -> Verdict:
    return first_no(notices.notice_is_over(nomination, by, on), deciding.may_pass(nomination, by, on))


def _may_be_audited(nomination: Nomination, by: Any, on: date) -> Verdict:
    return first_no(deciding.is_audited(nomination, by, on), deciding.may_pass(nomination, by, on))


def _may_be_commended(nomination: Nomination, by: Any, on: date) -> Verdict:
    return first_no(deciding.may_be_commended(nomination, by, on), notices.is_answered(nomination, by, on))


NOMINATION = Workflow(
    "推荐",
    states=NominationState,
    initial=S.DRAFT,
    finals=NOMINATION_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="recommend",
            label="上报推荐",
            sources=[S.DRAFT],
            target=S.RECOMMENDED,
            who=nominations.may_write,
            when=nominations.is_recommendable,
            sets=_handed_up,
            letter="nomination_recommended",
            tone="primary",
        ),
        Move(
            verb="recall",
            label="撤回修改",
            sources=[S.RECOMMENDED],
            target=S.DRAFT,
            who=nominations.may_write,
            sets=_taken_back,
        ),
        Move(
            verb="return",
            label="退回补充",
            sources=[S.RECOMMENDED],
            target=S.DRAFT,
            who=deciding.may_decide,
            when=deciding.may_be_returned,
            note=Note.REQUIRED,
            note_label="退回意见",
            sets=_taken_back,
            letter="nomination_returned",
        ),
        Move(
            verb="preselect",
            label="初评通过",
            sources=[S.RECOMMENDED],
            target=S.PRESELECTED,
            who=deciding.may_decide,
            when=deciding.may_pass,
            note=Note.OPTIONAL,
            note_label="初评意见",
            sets=_nothing_pending,
            tone="primary",
        ),
        Move(
            verb="audit",
            label="审核通过",
            sources=[S.PRESELECTED],
            target=S.AUDITED,
            who=deciding.may_decide,
            when=_may_be_audited,
            tone="primary",
        ),
        Move(
            verb="post",
            label="列入公示",
            sources=[S.AUDITED],
            target=S.IN_NOTICE,
            who=deciding.may_decide,
            when=deciding.may_pass,
        ),
        Move(
            verb="object",
            label="收到异议",
            sources=[S.IN_NOTICE],
            target=S.OBJECTED,
            who=notices.is_objected_to,
            letter="nomination_objected",
        ),
        Move(
            verb="clear",
            label="异议已答复",
            sources=[S.OBJECTED],
            target=S.IN_NOTICE,
            who=deciding.may_decide,
            when=notices.is_unopposed,
        ),
        Move(
            verb="decide",
            label="审定",
            sources=[S.IN_NOTICE],
            target=S.DECIDED,
            who=deciding.may_decide,
            when=_may_be_decided,
            note=Note.OPTIONAL,
            note_label="审定意见",
            sets=lambda nomination, by, on: {"decided_on": on, **_nothing_pending(nomination, by, on)},
            tone="primary",
        ),
        Move(
            verb="commend",
            label="表彰",
            sources=[S.DECIDED],
            target=S.COMMENDED,
            who=deciding.may_commend,
            when=_may_be_commended,
            letter="nomination_commended",
            tone="primary",
        ),
        Move(
            verb="reject",
            label="不通过",
            sources=[S.RECOMMENDED, S.PRESELECTED, S.AUDITED, S.IN_NOTICE, S.OBJECTED, S.DECIDED],
            target=S.REJECTED,
            who=deciding.may_decide,
            when=deciding.may_still_go_on,
            note=Note.REQUIRED,
            note_label="不通过的理由",
            sets=_nothing_pending,
            letter="nomination_rejected",
            tone="danger",
        ),
        Move(
            verb="withdraw",
            label="撤回推荐",
            sources=[S.DRAFT, S.RECOMMENDED, S.PRESELECTED, S.AUDITED, S.IN_NOTICE, S.OBJECTED, S.DECIDED],
            target=S.WITHDRAWN,
            who=nominations.may_withdraw,
            note=Note.REQUIRED,
            note_label="撤回的理由",
            sets=_nothing_pending,
            letter="nomination_withdrawn",
            tone="danger",
        ),
    ],
)

# Done by another act (a notice posted, an objection received or answered, the round's commendation): in the table, never a button.
FOLLOWING = frozenset({"post", "object", "clear", "commend"})


def offers(nomination: Nomination, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the nomination's page."""
    return [offer for offer in NOMINATION.available(nomination, by=by, on=on) if offer.move.verb not in FOLLOWING]
