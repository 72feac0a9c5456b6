"""Objections: received from the public page, taken down by the office, looked into and answered."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import User
from awards import numbers
from awards.models import Nomination, Objection, PublicNotice
from awards.queries.objections import consequences_for, touched_by
from awards.rules import notices as rules
from awards.states import Consequence, Finding, NominationState
from awards.workflow.nominations import NOMINATION
from awards.workflow.notices import OBJECTION
from chuangxian.verdicts import require
from schedule import outbox

VISITOR = "来访者"


def answer_form(objection: Objection) -> FormKey:
    """Name the form in which an objection is answered."""
    return FormKey("awards.objection", objection.pk)


@transaction.atomic
def receive(
    *,
    notice: PublicNotice,
    nomination: Nomination | None,
    text: str,
    name: str = "",
    contact: str = "",
    nonce: str,
    on: date,
) -> str:
    """Take what a visitor says against a notice; return the number he finds the answer by.

    The same page sent again tells the same number and makes nothing new. Raises Refused, ValidationError.
    """
    notice = _locked(notice)
    number = numbers.number_of(nonce, [str(notice.pk), _pk(nomination), text, name, contact])
    if Objection.objects.filter(number_digest=numbers.digest(number)).exists():
        return number
    require(rules.may_object(notice, on))
    fields = {"text": text, "name": name, "contact": contact, "received_on": on}
    _take(notice, nomination, number, None, on, **fields)
    return number


@transaction.atomic
def take_down(
    *,
    notice: PublicNotice,
    nomination: Nomination | None,
    text: str,
    name: str = "",
    contact: str = "",
    received_on: date,
    nonce: str,
    by: User,
    on: date,
) -> str:
    """Enter what came by letter, telephone or visit; return the number its author is told. Raises Refused, ValidationError."""
    notice = _locked(notice)
    number = numbers.number_of(nonce, [str(notice.pk), _pk(nomination), text, name, contact, f"{received_on}"])
    if Objection.objects.filter(number_digest=numbers.digest(number)).exists():
        return number
    require(rules.may_take_down(notice, by, on))
    require(rules.still_counts(nomination))
    assert notice.posted_on is not None and notice.ends_on is not None  # it is posted
    last = min(on, notice.ends_on)
    if not notice.posted_on <= received_on <= last:
        sentence = f"异议在公示期内（{notice.posted_on:%Y-%m-%d} 至 {last:%Y-%m-%d}）收到的才登记在这里。"
        raise ValidationError({"received_on": sentence})
    fields = {"text": text, "name": name, "contact": contact, "received_on": received_on}
    _take(notice, nomination, number, by, on, **fields)
    return number


def _locked(notice: PublicNotice) -> PublicNotice:
    """Read the notice again and hold it: two objections at once come one after the other, and none slips past its closing."""
    notices = PublicNotice.objects.select_related("round__organization").select_for_update(of=("self",))
    found: PublicNotice = notices.get(pk=notice.pk)
    return found


def _pk(nomination: Nomination | None) -> str:
    return str(nomination.pk) if nomination is not None else ""


def _take(
    notice: PublicNotice, nomination: Nomination | None, number: str, by: User | None, on: date, **fields: Any
) -> None:
    if nomination is not None and not notice.entries.filter(nomination=nomination).exists():
        raise ValidationError({"nomination": "这个人选不在这次公示里。"})
    objection = Objection(
        notice=notice, nomination=nomination, taken_by=by, number_digest=numbers.digest(number), **fields
    )
    objection.full_clean(validate_constraints=False)
    objection.save()
    log.record(verb="receive_objection", label="收到异议", obj=objection, who=VISITOR, by=by, on=on)
    outbox.announce("objection_received", obj=objection, by=by, on=on)
    for one in touched_by(objection, NominationState.IN_NOTICE):
        NOMINATION.move(one, "object", by=by, on=on)


@transaction.atomic
def answer(
    *,
    objection: Objection,
    inquiry: str,
    finding: str,
    reply: str,
    consequence: str = "",
    consequence_note: str = "",
    version: int | None,
    by: User,
    on: date,
) -> None:
    """Answer an objection: what was found out, whether it is right, what is replied, and where it is right what is done and why.

    Nominations that nothing holds up any more go back into the notice. Raises Refused, Overtaken, ValidationError.
    """
    _locked(objection.notice)
    offered = consequences_for(objection) if finding == Finding.UPHELD else []
    if offered and consequence not in offered:
        raise ValidationError({"consequence": "异议成立的，要写明怎样处理。"})
    if offered and not consequence_note.strip():
        raise ValidationError({"consequence_note": "请写明这样处理的理由。"})
    objection.inquiry, objection.finding, objection.reply = inquiry.strip(), finding, reply.strip()
    objection.consequence = consequence if offered else ""
    objection.consequence_note = consequence_note.strip() if offered else ""
    _check_words(objection)
    OBJECTION.move(objection, "answer", version=version, by=by, on=on)
    if objection.consequence == Consequence.REJECTED and objection.nomination is not None:
        NOMINATION.move(objection.nomination, "reject", note=objection.consequence_note, by=by, on=on)
    for one in touched_by(objection, NominationState.OBJECTED):
        if rules.is_unopposed(one, by, on):
            NOMINATION.move(one, "clear", by=by, on=on)
    drafts.forget(form=answer_form(objection), by=by)


def _check_words(objection: Objection) -> None:
    missing = {name: "请填写。" for name in ("inquiry", "reply") if not getattr(objection, name)}
    if objection.finding not in Finding.values:
        missing["finding"] = "请选择结论。"
    if missing:
        raise ValidationError(missing)
    objection.full_clean(exclude=["state"], validate_constraints=False)
