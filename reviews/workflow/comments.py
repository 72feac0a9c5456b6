"""The life of a leader's comment as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.workflow import Move, Note, Offer, Workflow
from reviews.models import LeaderComment
from reviews.rules import comments as rules
from reviews.states import COMMENT_FINALS, CommentState
from schedule import outbox


def _acknowledged(comment: LeaderComment, by: Any, on: date, note: str) -> None:
    LeaderComment.objects.filter(pk=comment.pk).update(response=note)
    comment.response = note
    follow(comment, by=by, on=on)


COMMENT = Workflow(
    "领导点评",
    states=CommentState,
    initial=CommentState.DRAFT,
    finals=COMMENT_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="issue",
            label="发出点评",
            sources=[CommentState.DRAFT],
            target=CommentState.ISSUED,
            who=rules.may_write,
            when=rules.is_issuable,
            sets=lambda comment, by, on: {"issued_on": on},
            letter="comment_issued",
            tone="primary",
        ),
        Move(
            verb="recall",
            label="收回",
            sources=[CommentState.ISSUED],
            target=CommentState.DRAFT,
            who=rules.may_write,
            when=rules.round_runs,
            sets=lambda comment, by, on: {"issued_on": None},
            letter="comment_recalled",
        ),
        Move(
            verb="acknowledge",
            label="签收",
            sources=[CommentState.ISSUED],
            target=CommentState.ACKNOWLEDGED,
            who=rules.may_acknowledge,
            note=Note.OPTIONAL,
            note_label="签收意见",
            sets=lambda comment, by, on: {"acknowledged_on": on},
            after=_acknowledged,
            letter="comment_acknowledged",
            tone="primary",
        ),
        Move(
            verb="settle",
            label="没有问题，签收即办结",
            sources=[CommentState.ACKNOWLEDGED],
            target=CommentState.CLOSED,
            who=rules.has_no_problems,
            sets=lambda comment, by, on: {"closed_on": on},
        ),
        Move(
            verb="rectify",
            label="开始整改",
            sources=[CommentState.ISSUED, CommentState.ACKNOWLEDGED],
            target=CommentState.RECTIFYING,
            who=rules.is_in_work,
            # whoever works on it has read it
            sets=lambda comment, by, on: {"acknowledged_on": comment.acknowledged_on or on},
        ),
        Move(
            verb="verified",
            label="问题全部销号",
            sources=[CommentState.ACKNOWLEDGED, CommentState.RECTIFYING],
            target=CommentState.VERIFIED,
            who=rules.is_put_right,
            sets=lambda comment, by, on: {"verified_on": on},
            letter="comment_verified",
        ),
        Move(
            verb="close",
            label="办结",
            sources=[CommentState.VERIFIED],
            target=CommentState.CLOSED,
            who=rules.may_close,
            note=Note.OPTIONAL,
            note_label="办结说明",
            sets=lambda comment, by, on: {"closed_on": on},
            tone="primary",
        ),
        Move(
            verb="expire",
            label="随轮次结束作废",
            sources=[CommentState.DRAFT],
            target=CommentState.DISCARDED,
            who=rules.may_end,
            when=rules.round_is_closed,
        ),
        Move(
            verb="discard",
            label="作废草稿",
            sources=[CommentState.DRAFT],
            target=CommentState.DISCARDED,
            who=rules.is_author,
            tone="danger",
        ),
    ],
)

# Done by another act (signing, work on the items, the end of the round): in the table, never a button.
FOLLOWING = frozenset({"settle", "rectify", "verified", "expire"})
# Done on a page of their own, where the text is read or written.
WITH_A_PAGE = frozenset({"issue", "acknowledge"})


def offers(comment: LeaderComment, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the comment's page."""
    hidden = FOLLOWING | WITH_A_PAGE
    return [offer for offer in COMMENT.available(comment, by=by, on=on) if offer.move.verb not in hidden]


def follow(comment: LeaderComment, *, by: Any, on: date) -> None:
    """Make the moves that follow from where its action items have come to."""
    for verb in ("settle", "rectify", "verified"):
        if COMMENT.verdict(comment, verb, by=by, on=on):
            COMMENT.move(comment, verb, by=by, on=on)
