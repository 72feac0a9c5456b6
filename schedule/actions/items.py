"""Action items: raised by the rooms above and by hand, planned, worked on, put off; their moves are in the workflow."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import outbox, sources
from schedule.actions.evidence import attach
from schedule.models import ActionItem, ProgressEntry, Standard
from schedule.queries.items import for_work, verifying_organization
from schedule.rules import items as rules
from schedule.states.items import UNFINISHED, WORKABLE, ItemState, Source
from schedule.workflow.items import ITEM


@transaction.atomic
def raise_item(
    *,
    organization: Organization,
    member: Member | None = None,
    source: str = Source.OTHER,
    origin: models.Model | None = None,
    origin_name: str = "",
    place: int = 0,
    standard: Standard | None = None,
    problem: str,
    cause: str = "",
    measure: str = "",
    responsible: Member,
    due_on: date,
    by: User | None,
    on: date,
) -> ActionItem:
    """Raise an item and tell the person responsible. Whether ``by`` may is asked by the room whose ``origin`` raises it.

    ``place`` numbers the items one record raises, ``origin_name`` is what people call the record when that is not its own name.
    Raises ValidationError when the day set has already passed.
    """
    if due_on < on:
        raise ValidationError({"due_on": "完成时限不能早于今天。"})
    item = ActionItem(
        organization=organization,
        member=member,
        source=source,
        source_type=origin._meta.label_lower if origin is not None else "",
        source_id=origin.pk if origin is not None else None,
        source_place=place,
        source_name=(origin_name or str(origin or ""))[:200],
        standard=standard,
        problem=problem.strip(),
        cause=cause.strip(),
        measure=measure.strip(),
        responsible=responsible,
        due_on=due_on,
        verifying=verifying_organization(organization=organization, member=member, responsible=responsible, on=on),
        raised_by=by,
        raised_on=on,
    )
    item.save()
    log.record(verb="raise", label="提出整改事项", obj=item, note=item.problem, by=by, on=on)
    outbox.announce("action_raised", obj=item, by=by, on=on)
    return item


@transaction.atomic
def raise_by_hand(*, organization: Organization, by: User, on: date, **fields: Any) -> ActionItem:
    """Raise what an inspection or a visit found, about the organisation or one of its members. Raises ValidationError."""
    require(rules.may_raise(organization, by, on))
    belonging = Member.objects.belonging(on, organization.path)
    for name in ("member", "responsible"):
        person = fields.get(name)
        if person is not None and not belonging.filter(pk=person.pk).exists():
            raise ValidationError({name: f"{person}现在不属于{organization}。"})
    return raise_item(organization=organization, source=Source.OTHER, by=by, on=on, **fields)


@transaction.atomic
def plan(*, item: ActionItem, cause: str, measure: str, version: int, by: User, on: date) -> None:
    """Write down why it fell short and what will be done. Raises Conflict when somebody saved in between."""
    require(rules.may_edit(item, by, on))
    before = [item.cause, item.measure]
    item.cause, item.measure = cause.strip(), measure.strip()
    save_version(item, ["cause", "measure"], version=version)
    log.record(
        verb="plan",
        label="填写原因和措施",
        obj=item,
        changes={"cause": [before[0], item.cause], "measure": [before[1], item.measure]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    sources.followed(item, "plan", by, on)


def progress_form(item: ActionItem) -> FormKey:
    """Name the form in which progress is written down."""
    return FormKey("schedule.progressentry", item.pk)


@transaction.atomic
def enter(
    *, item: ActionItem, day: date, text: str, files: Sequence[Accepted] = (), by: User, on: date
) -> ProgressEntry:
    """Write down what was done on ``day``, with evidence. The first entry begins the work."""
    require(rules.may_edit(item, by, on))
    _still_workable(item)
    if not item.raised_on <= day <= on:
        raise ValidationError({"on": f"日期应在提出之日（{item.raised_on:%Y-%m-%d}）到今天之间。"})
    entry = ProgressEntry.objects.create(item=item, on=day, text=text.strip(), by=by)
    attach(entry=entry, files=files, organization=item.organization_id, by=by)
    log.record(
        verb="progress",
        label="记录整改进展",
        obj=item,
        note=entry.text,
        changes={"files": ["", [file.name for file in files]]} if files else None,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    drafts.forget(form=progress_form(item), by=by)
    if item.state == ItemState.OPEN:
        ITEM.move(item, "begin", by=by, on=on)
    return entry


def _still_workable(item: ActionItem) -> None:
    """Hold the row until the transaction ends, so that nothing is written into what was handed in or cancelled a moment ago."""
    held = ActionItem.objects.filter(pk=item.pk, state__in=WORKABLE)
    if held.update(version=F("version")) != 1:
        raise Overtaken("这件事刚刚已经提交验收或者撤销，不能再记录。")
    item.refresh_from_db(fields=["state", "version"])


@transaction.atomic
def postpone(*, item: ActionItem, due_on: date, reason: str, version: int, by: User, on: date) -> None:
    """Give it until ``due_on``, with the reason, in the log for everybody who reads the item."""
    require(rules.may_postpone(item, by, on))
    if due_on <= item.due_on or due_on < on:
        raise ValidationError({"due_on": "新的时限要晚于原来的时限，也不能早于今天。"})
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么延期。"})
    before = item.due_on
    item.due_on = due_on
    save_version(item, ["due_on"], version=version)
    log.record(
        verb="postpone",
        label="延长时限",
        obj=item,
        note=f"延到 {due_on:%Y-%m-%d}：{reason.strip()}",
        changes={"due_on": [str(before), str(due_on)]},
        by=by,
        on=on,
    )
    outbox.announce("action_postponed", obj=item, by=by, on=on, note=reason)


@transaction.atomic
def reassign(*, number: int, to: Member, reason: str = "", by: User | None, on: date) -> None:
    """Let somebody else answer for an unfinished item; who verifies is found anew. Whether ``by`` may is asked by the room that hands over.

    Both are told. What was submitted stays submitted. Raises ValidationError for what is finished, or is about ``to`` himself no more his.
    """
    item = for_work(ActionItem.objects.select_for_update(of=("self",))).get(pk=number)
    if item.state not in UNFINISHED:
        raise ValidationError(f"“{item}”已经办结，不用移交。")
    if item.responsible_id == to.pk:
        return
    before = item.responsible
    item.responsible = to
    item.verifying = verifying_organization(organization=item.organization, member=item.member, responsible=to, on=on)
    save_version(item, ["responsible", "verifying"], version=item.version)
    changes = {"responsible": [str(before), str(to)]}
    log.record(verb="reassign", label="变更责任人", obj=item, note=reason, changes=changes, by=by, on=on)
    outbox.post(
        letter="action_reassigned",
        obj=item,
        to=[to, before],
        slot=f"v{item.version}",
        due_on=item.due_on,
        note=reason,
        by=by,
        on=on,
    )


def act(*, item: ActionItem, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Make one of the moves that need no more than a note."""
    ITEM.move(item, verb, note=note, version=version, by=by, on=on)
