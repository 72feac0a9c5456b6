"""The life of a 党员示范岗 as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import ModelPost
from awards.queries.posts import year_after
from awards.rules import posts as rules
from awards.states import HELD, POST_FINALS, PostState
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox

S = PostState


def _granted(post: ModelPost, by: Any, on: date) -> dict[str, Any]:
    return {"granted_on": on, "assess_by": year_after(on)}


def _kept(post: ModelPost, by: Any, on: date) -> dict[str, Any]:
    # the action has put the day that was typed on the record in hand
    return {"assess_by": post.assess_by}


def _revoked(post: ModelPost, by: Any, on: date) -> dict[str, Any]:
    return {"ended_on": post.ended_on or on, "assess_by": None}


POST = Workflow(
    "党员示范岗",
    states=PostState,
    initial=S.APPLIED,
    finals=POST_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="review",
            label="支部评议通过",
            sources=[S.APPLIED],
            target=S.REVIEWED,
            who=rules.may_review,
            when=rules.is_still_there,
            note=Note.OPTIONAL,
            note_label="评议意见",
            sets=lambda post, by, on: {"reviewed_on": on},
            letter="post_reviewed",
            tone="primary",
        ),
        Move(
            verb="grant",
            label="审定授牌",
            sources=[S.REVIEWED],
            target=S.GRANTED,
            who=rules.may_grant,
            when=rules.is_still_there,
            note=Note.OPTIONAL,
            note_label="审定意见",
            sets=_granted,
            letter="post_granted",
            tone="primary",
        ),
        Move(
            verb="return",
            label="退回补充",
            sources=[S.REVIEWED],
            target=S.APPLIED,
            who=rules.may_grant,
            note=Note.REQUIRED,
            note_label="退回意见",
            sets=lambda post, by, on: {"reviewed_on": None},
            letter="post_returned",
        ),
        Move(
            verb="refuse",
            label="不通过",
            sources=[S.APPLIED, S.REVIEWED],
            target=S.REFUSED,
            who=rules.may_refuse,
            note=Note.REQUIRED,
            note_label="不通过的理由",
            letter="post_refused",
            tone="danger",
        ),
        Move(
            verb="withdraw",
            label="撤回申请",
            sources=[S.APPLIED, S.REVIEWED],
            target=S.WITHDRAWN,
            who=rules.may_write,
            note=Note.OPTIONAL,
            note_label="撤回的原因",
        ),
        Move(
            verb="keep",
            label="复评合格",
            sources=HELD,
            target=S.REASSESSED,
            who=rules.may_grant,
            note=Note.REQUIRED,
            note_label="复评意见",
            sets=_kept,
            letter="post_kept",
            tone="primary",
        ),
        Move(
            verb="revoke",
            label="撤牌",
            sources=HELD,
            target=S.REVOKED,
            who=rules.may_grant,
            note=Note.REQUIRED,
            note_label="撤牌的理由",
            sets=_revoked,
            letter="post_revoked",
            tone="danger",
        ),
    ],
)

# Done on the page of assessment, with its day: in the table, never a button.
WITH_A_PAGE = frozenset({"keep", "revoke"})


def offers(post: ModelPost, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the post's page."""
    return [offer for offer in POST.available(post, by=by, on=on) if offer.move.verb not in WITH_A_PAGE]
