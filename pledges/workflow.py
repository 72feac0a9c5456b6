"""The life of a pledge as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.verdicts import Verdict, stranger
from chuangxian.workflow import Move, Note, Offer, Workflow
from pledges import rules
from pledges.models import Pledge, Review
from pledges.queries import reading
from pledges.states import FINALS, Decision, State
from schedule import outbox


def _routed(pledge: Pledge, on: date) -> dict[str, Any]:
    return {
        "reviewing": reading.reviewing_organization(
            cycle=pledge.cycle, organization=pledge.organization, member=pledge.member, on=on
        )
    }


def _submitted(pledge: Pledge, by: Any, on: date) -> dict[str, Any]:
    first = pledge.first_submitted_on or on
    signed = pledge.signed_on or on
    return {
        "submitted_on": on,
        "first_submitted_on": first,
        "signed_on": signed,
        "submitted_by": by,
        **_routed(pledge, on),
    }


def _withdrawn(pledge: Pledge, by: Any, on: date) -> dict[str, Any]:
    returned_before = pledge.reviews.exists()
    return {"submitted_on": None, **({} if returned_before else {"first_submitted_on": None})}


def _recorded(pledge: Pledge, by: Any, on: date) -> dict[str, Any]:
    # the action has put what was typed into the object, and the rule has asked for it
    return {
        "approved_on": on,
        "external_document": pledge.external_document,
        "external_document_on": pledge.external_document_on,
    }


def _kept(decision: Decision) -> Any:
    def keep(pledge: Pledge, by: Any, on: date, note: str) -> None:
        Review.objects.create(pledge=pledge, decision=decision, opinion=note, reviewer=by, on=on)

    return keep


PLEDGE = Workflow(
    "承诺书",
    states=State,
    initial=State.DRAFT,
    finals=FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="submit",
            label="提交审诺",
            sources=[State.DRAFT, State.RETURNED],
            target=State.SUBMITTED,
            who=rules.may_write,
            when=rules.is_ready,
            sets=_submitted,
            letter="pledge_submitted",
            tone="primary",
        ),
        Move(
            verb="withdraw",
            label="撤回",
            sources=[State.SUBMITTED],
            target=State.DRAFT,
            who=rules.may_write,
            when=rules.cycle_is_open,
            sets=_withdrawn,
        ),
        Move(
            verb="approve",
            label="同意定诺",
            sources=[State.SUBMITTED],
            target=State.APPROVED,
            who=rules.may_review,
            when=rules.cycle_is_open,
            note=Note.OPTIONAL,
            note_label="审诺意见",
            sets=lambda pledge, by, on: {"approved_on": on},
            after=_kept(Decision.APPROVE),
            letter="pledge_approved",
            tone="primary",
        ),
        Move(
            verb="return",
            label="退回修改",
            sources=[State.SUBMITTED],
            target=State.RETURNED,
            who=rules.may_review,
            when=rules.cycle_is_open,
            note=Note.REQUIRED,
            note_label="退回意见",
            after=_kept(Decision.RETURN),
            letter="pledge_returned",
        ),
        Move(
            verb="record_approval",
            label="登记上级批复",
            sources=[State.SUBMITTED],
            target=State.APPROVED,
            who=rules.may_record,
            when=rules.is_documented,
            note=Note.OPTIONAL,
            note_label="批复意见",
            sets=_recorded,
            after=_kept(Decision.RECORD),
            letter="pledge_approved",
            tone="primary",
        ),
        Move(
            verb="publish",
            label="亮诺（公布）",
            sources=[State.APPROVED],
            target=State.PUBLISHED,
            who=rules.may_publish,
            when=rules.is_newest,
            sets=lambda pledge, by, on: {"published_on": on},
            letter="pledge_published",
            tone="primary",
        ),
        Move(
            verb="supersede",
            label="由新版替换",
            sources=[State.PUBLISHED],
            target=State.SUPERSEDED,
            who=rules.is_replaced,
            sets=lambda pledge, by, on: {"superseded_on": on},
        ),
        Move(
            verb="report",
            label="提交述诺",
            sources=[State.PUBLISHED],
            target=State.REPORTED,
            who=rules.may_write,
            when=rules.is_accounted_for,
            sets=lambda pledge, by, on: {"reported_on": on, **_routed(pledge, on)},
            letter="pledge_reported",
            tone="primary",
        ),
        Move(
            verb="return_report",
            label="退回述诺",
            sources=[State.REPORTED],
            target=State.PUBLISHED,
            who=rules.may_appraise,
            when=rules.cycle_is_open,
            note=Note.REQUIRED,
            note_label="退回意见",
            after=_kept(Decision.RETURN_REPORT),
            letter="pledge_report_returned",
        ),
        Move(
            verb="appraise",
            label="评诺",
            sources=[State.REPORTED],
            target=State.APPRAISED,
            who=rules.may_appraise,
            when=rules.cycle_is_open,
            note=Note.OPTIONAL,
            note_label="评诺意见",
            sets=lambda pledge, by, on: {"appraised_on": on},
            after=_kept(Decision.APPRAISE),
            letter="pledge_appraised",
            tone="primary",
        ),
        Move(
            verb="lapse",
            label="作废",
            sources=[State.DRAFT, State.RETURNED],
            target=State.LAPSED,
            who=rules.may_write,
            note=Note.OPTIONAL,
            note_label="作废原因",
            tone="danger",
        ),
        Move(
            verb="expire",
            label="随周期结束作废",
            sources=[State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED],
            target=State.LAPSED,
            who=rules.may_close,
            when=rules.cycle_is_closed,
        ),
        Move(
            verb="archive",
            label="归档",
            sources=[State.PUBLISHED, State.REPORTED, State.APPRAISED],
            target=State.ARCHIVED,
            who=rules.may_close,
            when=rules.cycle_is_closed,
        ),
    ],
)

# Done by another act (publishing a new edition, closing the cycle): in the table, never a button.
FOLLOWING = frozenset({"supersede", "expire", "archive"})
# Done on a page of their own, where more than a note is written.
WITH_A_PAGE = {"record_approval", "report", "appraise"}


def offers(pledge: Pledge, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the pledge's page."""
    hidden = FOLLOWING | WITH_A_PAGE
    return [offer for offer in PLEDGE.available(pledge, by=by, on=on) if offer.move.verb not in hidden]


def may_begin(pledge: Pledge, verb: str, *, by: Any, on: date) -> Verdict:
    """Answer whether person and state allow a move, its dates and content left aside: for the link to the page that makes it ready."""
    move = PLEDGE.moves[verb]
    if pledge.state not in move.sources:
        return stranger(f"现在是“{pledge.get_state_display()}”状态，不能{move.label}。")
    return move.who(pledge, by, on)
