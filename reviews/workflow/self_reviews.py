"""The life of a self-review as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from accounts import log
from branches.models import Member
from branches.queries import reading_organization
from chuangxian.verdicts import Refused
from chuangxian.workflow import Move, Note, Offer, Workflow
from reviews.models import Measure, ReviewOpinion, SelfReview
from reviews.queries import self_reviews as queries
from reviews.rules import self_reviews as rules
from reviews.states import REVIEW_FINALS, Answer, Decision, ReviewState
from schedule import outbox
from schedule.actions.items import raise_item
from schedule.states.items import Source


def _submitted(review: SelfReview, by: Any, on: date) -> dict[str, Any]:
    return {
        "submitted_on": on,
        "first_submitted_on": review.first_submitted_on or on,
        "submitted_by": by,
        "reviewing": reading_organization(
            root=review.round.path, organization=review.organization, member=review.member, on=on
        ),
    }


def _withdrawn(review: SelfReview, by: Any, on: date) -> dict[str, Any]:
    returned_before = review.opinions.exists()
    return {"submitted_on": None, **({} if returned_before else {"first_submitted_on": None})}


def _kept(decision: Decision) -> Callable[[SelfReview, Any, date, str], None]:
    def keep(review: SelfReview, by: Any, on: date, note: str) -> None:
        ReviewOpinion.objects.create(review=review, decision=decision, opinion=note, reviewer=by, on=on)

    return keep


def _accepted(review: SelfReview, by: Any, on: date, note: str) -> None:
    ReviewOpinion.objects.create(review=review, decision=Decision.ACCEPT, opinion=note, reviewer=by, on=on)
    raise_measures(review, by=by, on=on)


def raise_measures(review: SelfReview, *, by: Any, on: date) -> None:
    """Make every measure an action item, in the order of the text. A day that has passed meanwhile moves on by RECTIFY_DAYS.

    The review's own change of state and the items' unique key (record, running number) keep this from happening twice.
    """
    measures = (
        Measure.objects.filter(line__review=review)
        .exclude(line__answer=Answer.MET)
        .select_related("line__standard", "responsible")
        .order_by("line__place", "line_id", "place", "pk")
    )
    leader: Member | None = None
    for number, measure in enumerate(measures, 1):
        responsible = measure.responsible or review.member
        if responsible is None:
            leader = leader or queries.leading_member(review.organization, on)
            if leader is None:
                raise Refused(
                    f"第 {number} 条措施没有写责任人，{review.organization}现在也没有书记，请退回补填责任人。"
                )
            responsible = leader
        line = measure.line
        raise_item(
            organization=review.organization,
            member=review.member,
            source=Source.SELF_REVIEW,
            origin=review,
            place=number,
            standard=line.standard,
            problem=line.gap,
            cause=line.cause,
            measure=measure.text,
            responsible=responsible,
            due_on=measure.due_on if measure.due_on >= on else on + timedelta(days=settings.RECTIFY_DAYS),
            by=by,
            on=on,
        )


SELF_REVIEW = Workflow(
    "对照检查",
    states=ReviewState,
    initial=ReviewState.DRAFT,
    finals=REVIEW_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="submit",
            label="提交审阅",
            sources=[ReviewState.DRAFT, ReviewState.RETURNED],
            target=ReviewState.SUBMITTED,
            who=rules.may_write,
            when=rules.is_ready,
            sets=_submitted,
            letter="self_review_submitted",
            tone="primary",
        ),
        Move(
            verb="withdraw",
            label="撤回",
            sources=[ReviewState.SUBMITTED],
            target=ReviewState.DRAFT,
            who=rules.may_write,
            when=rules.is_running,
            sets=_withdrawn,
        ),
        Move(
            verb="accept",
            label="认可",
            sources=[ReviewState.SUBMITTED],
            target=ReviewState.ACCEPTED,
            who=rules.may_review,
            when=rules.is_running,
            note=Note.OPTIONAL,
            note_label="审阅意见",
            sets=lambda review, by, on: {"accepted_on": on},
            after=_accepted,
            letter="self_review_accepted",
            tone="primary",
        ),
        Move(
            verb="register",
            label="登记上级意见，认可",
            sources=[ReviewState.SUBMITTED],
            target=ReviewState.ACCEPTED,
            who=rules.may_register,
            when=rules.is_running,
            note=Note.REQUIRED,
            note_label="上级意见",
            sets=lambda review, by, on: {"accepted_on": on},
            after=_accepted,
            letter="self_review_accepted",
            tone="primary",
        ),
        Move(
            verb="return",
            label="退回修改",
            sources=[ReviewState.SUBMITTED],
            target=ReviewState.RETURNED,
            who=rules.may_return,
            when=rules.is_running,
            note=Note.REQUIRED,
            note_label="退回意见",
            after=_kept(Decision.RETURN),
            letter="self_review_returned",
        ),
        Move(
            verb="lapse",
            label="作废",
            sources=[ReviewState.DRAFT, ReviewState.RETURNED],
            target=ReviewState.LAPSED,
            who=rules.may_write,
            note=Note.OPTIONAL,
            note_label="作废原因",
            tone="danger",
        ),
        Move(
            verb="expire",
            label="随轮次结束作废",
            sources=[ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED],
            target=ReviewState.LAPSED,
            who=rules.may_close,
            when=rules.is_over,
        ),
        Move(
            verb="archive",
            label="归档",
            sources=[ReviewState.ACCEPTED],
            target=ReviewState.ARCHIVED,
            who=rules.may_close,
            when=rules.is_over,
        ),
    ],
)

# Done by closing the round: in the table, never a button.
FOLLOWING = frozenset({"expire", "archive"})


def offers(review: SelfReview, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the self-review's page."""
    return [offer for offer in SELF_REVIEW.available(review, by=by, on=on) if offer.move.verb not in FOLLOWING]
