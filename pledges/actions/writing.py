"""Writing a pledge: begin, save, carry over, revise, hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.edits import Conflict, save_version
from chuangxian.verdicts import no, require
from chuangxian.workflow import Overtaken
from pledges import rules
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import IN_WORK, State, SubjectKind
from pledges.workflow import PLEDGE

ITEM_TEXTS = (
    "kind",
    "standard",
    "content",
    "measure",
    "baseline",
    "target",
    "due_on",
    "responsible",
    "responsible_member",
)


@dataclass(frozen=True)
class ItemText:
    """One item as the form gives it: ``pk`` of the row it changes, none for a new one; ``fields`` by ITEM_TEXTS."""

    fields: Mapping[str, Any]
    pk: int | None = None


def form_of(pledge: Pledge) -> FormKey:
    """Name the form in which it is written."""
    return FormKey("pledges.pledge", pledge.pk)


@transaction.atomic
def begin(
    *, cycle: PledgeCycle, member: Member | None = None, organization: Organization, by: User, on: date
) -> Pledge:
    """Begin the first edition of a member's (or, without one, an organisation's) pledge for a cycle.

    Raises Refused when the person may not write it or the cycle is over, Overtaken when there is one already.
    """
    pledge = Pledge(
        cycle=cycle,
        subject_kind=SubjectKind.MEMBER if member else SubjectKind.ORGANIZATION,
        organization=organization,
        path=organization.path,
        member=member,
        reviewing=reading.reviewing_organization(cycle=cycle, organization=organization, member=member, on=on),
        edition=_next_edition(cycle, organization, member),
        author=by,
    )
    require(rules.may_edit(pledge, by, on))
    if reading.editions_of(pledge).exclude(state=State.LAPSED).exists():
        raise Overtaken(f"{pledge.subject}在{cycle}已经有一份承诺书。")
    insert(pledge)
    own = member is None or member.user_id == by.pk
    label = "起草承诺" if own else "代为登记承诺"
    log.record(verb="begin" if own else "begin_for", label=label, obj=pledge, by=by, on=on)
    return pledge


def insert(pledge: Pledge) -> None:
    """Put a new edition in. Raises Overtaken when the subject has one already."""
    try:
        with transaction.atomic():
            pledge.save()
    except IntegrityError as error:
        # the constraints speak when two begin at the same moment
        raise Overtaken(f"{pledge.subject}在{pledge.cycle}已经有一份正在办理的承诺书。") from error


def _next_edition(cycle: PledgeCycle, organization: Organization, member: Member | None) -> int:
    before = Pledge.objects.filter(cycle=cycle, member=member).exclude(state=State.LAPSED)
    if member is None:
        before = before.filter(organization=organization)
    last = before.order_by("-edition").values_list("edition", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def save_text(*, pledge: Pledge, items: Sequence[ItemText], version: int, by: User, on: date, **fields: Any) -> None:
    """Save slogan and the like (``fields``) and the items as given, in their order; items left out are removed.

    Raises Conflict (nothing written) when somebody saved in between.
    """
    require(rules.may_edit(pledge, by, on))
    before = _described(pledge)
    for name, value in fields.items():
        setattr(pledge, name, value)
    save_version(pledge, fields, version=version)
    kept = {item.pk: item for item in pledge.items.all()}
    wanted = {text.pk for text in items if text.pk is not None}
    if not wanted <= set(kept):
        raise Conflict(current=Pledge.objects.get(pk=pledge.pk), mine=dict(fields))
    PledgeItem.objects.filter(pledge=pledge).exclude(pk__in=wanted).delete()
    for place, text in enumerate(items, 1):
        item = kept[text.pk] if text.pk is not None else PledgeItem(pledge=pledge)
        for name in ITEM_TEXTS:
            if name in text.fields:
                setattr(item, name, text.fields[name])
        item.place = place
        item.save()
    drafts.forget(form=form_of(pledge), by=by)
    _forget_items(pledge)
    after = _described(pledge)
    if before != after:
        log.record(
            verb="save_text",
            label="修改承诺",
            obj=pledge,
            changes={"text": [before, after]},
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


def _described(pledge: Pledge) -> dict[str, Any]:
    return {
        "slogan": pledge.slogan,
        "items": [
            {
                "content": i.content,
                "measure": i.measure,
                "baseline": i.baseline,
                "target": i.target,
                "due_on": str(i.due_on),
            }
            for i in PledgeItem.objects.filter(pledge=pledge)
        ],
    }


def _forget_items(pledge: Pledge) -> None:
    # what was fetched before the change is no longer true
    getattr(pledge, "_prefetched_objects_cache", {}).pop("items", None)


@transaction.atomic
def carry_over(*, pledge: Pledge, version: int, by: User, on: date) -> int:
    """Take over what last year's pledge left open, each due at the end of this cycle. Returns how many items came."""
    require(rules.may_edit(pledge, by, on))
    left = reading.unfinished_of_last_year(pledge)
    if not left:
        require(no("去年的承诺没有需要结转的事项。"))
    save_version(pledge, [], version=version)
    place = pledge.items.count()
    for number, item in enumerate(left, place + 1):
        PledgeItem.objects.create(
            pledge=pledge,
            place=number,
            carried_from=item,
            due_on=pledge.cycle.ends_on,
            **{name: getattr(item, name) for name in ITEM_TEXTS if name != "due_on"},
        )
    _forget_items(pledge)
    log.record(verb="carry_over", label=f"结转去年未完成事项 {len(left)} 项", obj=pledge, by=by, on=on)
    return len(left)


@transaction.atomic
def revise(*, pledge: Pledge, reason: str, by: User, on: date) -> Pledge:
    """Begin a new edition of a published pledge. The old one stays in force until the new one is published."""
    require(rules.may_revise(pledge, by, on))
    reason = reason.strip()
    if not reason:
        require(no("请写明为什么修订。"))
    # the row is locked so that nobody reports on it meanwhile
    pledge = (
        reading.for_work(Pledge.objects.filter(state=State.PUBLISHED)).select_for_update(of=("self",)).get(pk=pledge.pk)
    )
    edition = Pledge(
        cycle=pledge.cycle,
        subject_kind=pledge.subject_kind,
        organization=pledge.organization,
        member=pledge.member,
        reviewing=reading.reviewing_organization(
            cycle=pledge.cycle, organization=pledge.organization, member=pledge.member, on=on
        ),
        edition=_next_edition(pledge.cycle, pledge.organization, pledge.member),
        supersedes=pledge,
        revision_reason=reason,
        slogan=pledge.slogan,
        author=by,
    )
    if reading.editions_of(pledge).filter(state__in=IN_WORK).exists():
        raise Overtaken("已经有一版正在修订，请直接修改那一版。")
    insert(edition)
    for item in pledge.items.all():
        PledgeItem.objects.create(
            pledge=edition,
            place=item.place,
            revises=item,
            carried_from=item.carried_from,
            **{name: getattr(item, name) for name in ITEM_TEXTS},
        )
    log.record(verb="revise", label="修订承诺", obj=edition, note=reason, by=by, on=on)
    return edition


def act(*, pledge: Pledge, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Make one of the moves that need no more than a note."""
    if verb == "publish":
        publish(pledge=pledge, version=version, by=by, on=on)
    else:
        PLEDGE.move(pledge, verb, note=note, version=version, by=by, on=on)


@transaction.atomic
def publish(*, pledge: Pledge, version: int | None = None, by: User, on: date) -> None:
    """Hang it on the wall. A new edition takes the place of the old one, and with it what was done for the items it keeps."""
    old = pledge.supersedes
    if old is not None:
        old = reading.for_work(Pledge.objects.all()).get(pk=old.pk)
        require(PLEDGE.verdict(pledge, "publish", by=by, on=on))
        PLEDGE.move(old, "supersede", by=by, on=on)
        pledge.supersedes = old
        _take_over_progress(pledge)
    PLEDGE.move(pledge, "publish", version=version, by=by, on=on)


def _take_over_progress(edition: Pledge) -> None:
    for item in edition.items.filter(revises__isnull=False).select_related("revises"):
        before = item.revises
        assert before is not None  # filtered above
        before.entries.update(item=item)
        same = (before.content, before.target, before.due_on) == (item.content, item.target, item.due_on)
        if same and before.outcome:
            # only what is still promised word for word keeps its outcome
            PledgeItem.objects.filter(pk=item.pk).update(
                outcome=before.outcome,
                reported_outcome=before.reported_outcome,
                explanation=before.explanation,
                settled_on=before.settled_on,
            )
    _forget_items(edition)
