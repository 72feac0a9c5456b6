"""Drawing a handover up, carrying it out in one act, explaining its lines, signing it; giving a single thing to somebody."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Member, PostAssignment
from branches.queries.hanging import Hanging, Ownerless
from branches.scope import standing_of
from chuangxian import clock
from chuangxian.verdicts import require
from reports.handover import gathering, rules
from reports.models import Handover, HandoverItem
from reports.states import HandoverState
from schedule import outbox

SEARCHED_DAYS = 184  # a successor takes over from whoever held the post last, within half a year


def draw_up(assignment: PostAssignment, by: User | None, on: date) -> Handover | None:
    """Draw up what the former holder leaves, when somebody is given his post and something hangs on it; both and the level above are told.

    In the transaction of the appointment. None when nobody held it before, or nothing is left.
    """
    former = _former(assignment)
    if former is None:
        return None
    left = gathering.hanging_on(former, on)
    if not left:
        return None
    # the term may be entered ahead of its first day; the list is of the day it is drawn up
    today = min(on, clock.today())
    handover = Handover.objects.create(
        organization=assignment.organization, outgoing=former, incoming=assignment, drafted_on=today
    )
    _freeze(handover, left)
    log.record(verb="draw_up_handover", label="列出交接清单", obj=handover, note=f"共 {len(left)} 项", by=by, on=today)
    outbox.announce("handover_drawn_up", obj=handover, by=by, on=today)
    return handover


def _former(assignment: PostAssignment) -> PostAssignment | None:
    since = assignment.starts_on - timedelta(days=SEARCHED_DAYS)
    ended = PostAssignment.objects.own().filter(
        organization=assignment.organization_id,
        post=assignment.post,
        ends_on__lt=assignment.starts_on,
        ends_on__gte=since,
        handed_over__isnull=True,
    )
    ended = ended.select_related("organization", "member", "user").order_by("-ends_on", "-pk")
    former: PostAssignment | None = ended.first()
    return former if former is not None and former.holder != assignment.holder else None


def _freeze(handover: Handover, left: list[Hanging]) -> None:
    notes = {(item.kind, item.record, item.number, item.text): item.note for item in handover.items.all()}
    handover.items.all().delete()
    HandoverItem.objects.bulk_create(
        HandoverItem(
            handover=handover,
            place=place,
            kind=one.kind,
            text=one.text[:300],
            url=one.url,
            due_on=one.due_on,
            record=one.record,
            number=one.number,
            remark=one.remark,
            note=notes.get((one.kind, one.record, one.number, one.text[:300]), ""),
        )
        for place, one in enumerate(left, 1)
    )


@transaction.atomic
def hand_over(*, handover: Handover, by: User, on: date) -> None:
    """Move all that is tied to the former holder to his successor, and freeze the list as it stands on that day: all of it or nothing.

    Raises `Refused` and ValidationError; then nothing has moved.
    """
    held = _held(handover)
    require(rules.may_hand_over(held, standing_of(by, on)))
    _freeze(held, gathering.hanging_on(held.outgoing, on))
    tied = list(held.items.exclude(record=""))
    successor = held.incoming.member
    if tied and successor is None:
        raise ValidationError("接任人不是党员，不能做整改和承诺的责任人，请先逐项指定责任人。")
    reason = f"{held.outgoing.holder}移交{held.outgoing.get_post_display()}工作"
    for item in tied:
        assert successor is not None
        gathering.move(item.record, item.number, to=successor, reason=reason, by=by, on=on)
    held.items.exclude(record="").update(moved_on=on)
    held.state, held.handed_over_on, held.version = HandoverState.HANDED_OVER, on, held.version + 1
    held.save()
    log.record(verb="hand_over", label="移交", obj=held, note=f"移交 {len(tied)} 项", by=by, on=on)
    outbox.announce("handover_done", obj=held, by=by, on=on)


@transaction.atomic
def explain(*, handover: Handover, notes: Mapping[int, str], by: User, on: date) -> None:
    """Write what the successor should know beside the lines, by the lines' numbers."""
    held = _held(handover)
    require(rules.may_note(held, standing_of(by, on)))
    for item in held.items.filter(pk__in=list(notes)):
        item.note = notes[item.pk].strip()[:300]
        item.save(update_fields=["note"])
    log.record(verb="explain_handover", label="填写移交说明", obj=held, category=LogEntry.Category.CHANGE, by=by, on=on)


@transaction.atomic
def sign(*, handover: Handover, side: str, by: User, on: date) -> None:
    """Confirm one's own part; with the third signature it is confirmed."""
    held = _held(handover)
    require(rules.may_sign(held, side, standing_of(by, on)))
    setattr(held, f"{side}_signed_on", on)
    if side == rules.SUPERVISOR:
        held.supervisor = by
    if all(getattr(held, f"{one}_signed_on") for one in rules.SIDES):
        held.state = HandoverState.CONFIRMED
    held.version += 1
    held.save()
    log.record(verb="sign_handover", label=f"{rules.SIDES[side]}确认", obj=held, by=by, on=on)


def _held(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related(
        "organization",
        "outgoing__organization",
        "outgoing__member",
        "outgoing__user",
        "incoming__member",
        "incoming__user",
    )
    found: Handover = rows.get(pk=handover.pk)
    return found


@transaction.atomic
def assign(*, one: Ownerless, path: str, to: Member, by: User, on: date) -> None:
    """Give something that nobody has in hand to a member of the organisation. Raises `Refused` and ValidationError."""
    require(rules.may_assign(path, standing_of(by, on)))
    require(rules.belongs(to, path, on))
    gathering.move(one.hanging.record, one.hanging.number, to=to, reason=f"{one.responsible}{one.reason}", by=by, on=on)
