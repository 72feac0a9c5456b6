"""代理: letting somebody stand in for the holder of a post from a day to a day, and taking it back before."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from branches import rules
from branches.hearing import Event, tell
from branches.models import Member, PostAssignment


@transaction.atomic
def delegate(
    *,
    assignment: PostAssignment,
    member: Member,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    by: User | None,
    on: date,
) -> PostAssignment:
    """Let ``member`` stand in for the holder, both days included. The rights end by themselves with the last day.

    Raises ValidationError, which names the field: what has passed, lies outside the term, lasts too long, or overlaps another.
    """
    held = (
        PostAssignment.objects.select_for_update(of=("self",))
        .select_related("organization", "member")
        .get(pk=assignment.pk)
    )
    for field, verdict in (
        ("member", rules.can_act_for(held, member, on)),
        ("starts_on", rules.acting_begins_well(held, starts_on, on)),
        ("ends_on", rules.acting_ends_well(held, starts_on, ends_on)),
    ):
        if not verdict:
            raise ValidationError({field: verdict.reason})
    beside = held.acting.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).select_related("member").first()
    if beside is not None:
        raise ValidationError(
            {
                "starts_on": f"{beside.starts_on:%Y-%m-%d} 至 {beside.ends_on:%Y-%m-%d} 已由{beside.holder}代理，请先收回。"
            }
        )
    acting = PostAssignment(
        member=member,
        organization=held.organization,
        post=held.post,
        starts_on=starts_on,
        ends_on=ends_on,
        acting_for=held,
    )
    acting.full_clean()
    acting.save()
    until = f"代{held.holder}，{starts_on:%Y-%m-%d} 至 {ends_on:%Y-%m-%d}"
    log.record(
        verb="delegate", label="委托代理", obj=acting, note="：".join(filter(None, [until, reason])), by=by, on=on
    )
    tell(Event.LENT, acting, by, on)
    return acting


@transaction.atomic
def end_acting(*, acting: PostAssignment, ends_on: date, reason: str = "", by: User | None, on: date) -> None:
    """Let it end earlier; ``ends_on`` is the last day. What has not begun by then never was: its row goes, the log keeps the line.

    Raises ValidationError when it would last longer than it did.
    """
    held = PostAssignment.objects.select_for_update(of=("self",)).select_related(
        "organization", "member", "acting_for__member"
    )
    stored = held.filter(pk=acting.pk).first()
    if stored is None or stored.ends_on is None or stored.ends_on < on:
        raise ValidationError("这次代理已经结束。")
    if ends_on > stored.ends_on:
        raise ValidationError({"ends_on": "只能提前结束；要延长，请到期后重新委托。"})
    if ends_on < on - timedelta(days=1):
        raise ValidationError({"ends_on": "已经代理过的日子不能收回：最早从今天起不再有效。"})
    _cut(stored, ends_on, reason, by=by, on=on)


def end_all_acting(*, assignment: PostAssignment, last: date, by: User | None, on: date) -> None:
    """End what others do in the holder's place: nobody stands in for one whose term is over. ``last`` is its last day."""
    for acting in assignment.acting.filter(ends_on__gt=last).select_related("organization", "member"):
        acting.acting_for = assignment
        _cut(acting, last, f"{assignment.holder}的任职结束", by=by, on=on)


def _cut(acting: PostAssignment, last: date, reason: str, *, by: User | None, on: date) -> None:
    note = "：".join(filter(None, [f"到 {last:%Y-%m-%d} 为止", reason]))
    log.record(verb="end_acting", label="结束代理", obj=acting, note=note, by=by, on=on)
    if acting.starts_on > last:
        PostAssignment.objects.filter(pk=acting.pk).delete()
    else:
        PostAssignment.objects.filter(pk=acting.pk).update(ends_on=last)
    acting.ends_on = last
    tell(Event.RETURNED, acting, by, on)
