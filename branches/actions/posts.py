"""Giving and ending posts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from branches import queries
from branches.actions.acting import end_all_acting
from branches.hearing import Event, tell
from branches.models import Member, Organization, PostAssignment
from branches.states import ACCOUNT_POSTS, Kind, Post

NOBODY_LEFT = "这样一来，单位里就没有能登录并管理组织和名册的人了。请先任命接替的人并开通账号。"


@transaction.atomic
def appoint(
    *, holder: Member | User, organization: Organization, post: str, by: User | None, on: date
) -> PostAssignment:
    """Give a post from that day. A new secretary ends the present one's term the day before."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    if isinstance(holder, User) and post not in ACCOUNT_POSTS:
        raise ValidationError("党内职务只能由党员担任。")
    if (post == Post.GROUP_LEADER) != (organization.kind == Kind.GROUP) and post not in ACCOUNT_POSTS:
        raise ValidationError("党小组只设组长，组长只设在党小组。")
    present = PostAssignment.objects.own().filter(organization=organization, post=post)
    later = present.filter(starts_on__gt=on).first()
    if post == Post.SECRETARY and later is not None:
        raise ValidationError(f"{organization}自{later.starts_on:%Y-%m-%d}起已有书记，请先调整。")
    of_holder = {"member": holder} if isinstance(holder, Member) else {"user": holder}
    if present.filter(**of_holder).current(on).exists():
        raise ValidationError(f"{holder}已经担任这一职务。")
    with somebody_remains(organization.unit_path, by=by, on=on):
        if post == Post.SECRETARY:
            for former in present.current(on).select_related("organization", "member", "user"):
                if former.starts_on >= on:
                    raise ValidationError(f"{former.holder}当天刚刚任职，请先更正那一条。")
                _end(assignment=former, reason="", by=by, on=on - timedelta(days=1))
        assignment = PostAssignment(organization=organization, post=post, starts_on=on, **of_holder)
        assignment.full_clean()
        assignment.save()
    log.record(verb="appoint", label="任职", obj=assignment, by=by, on=on)
    tell(Event.GIVEN, assignment, by, on)
    return assignment


@transaction.atomic
def end_post(*, assignment: PostAssignment, reason: str = "", by: User | None, on: date) -> None:
    """End a term; ``on`` is its last day."""
    if assignment.acting_for_id is not None:
        raise ValidationError("代理到期自动结束，要提前结束请收回代理。")
    if on < assignment.starts_on:
        raise ValidationError("免职日期不能早于任职日期。")
    with somebody_remains(assignment.organization.unit_path, by=by, on=on + timedelta(days=1)):
        _end(assignment=assignment, reason=reason, by=by, on=on)


def _end(*, assignment: PostAssignment, reason: str, by: User | None, on: date) -> None:
    PostAssignment.objects.filter(pk=assignment.pk).update(ends_on=on)
    assignment.ends_on = on
    log.record(verb="end_post", label="免职", obj=assignment, note=reason, by=by, on=on)
    end_all_acting(assignment=assignment, last=on, by=by, on=on)
    tell(Event.ENDED, assignment, by, on)


@contextmanager
def somebody_remains(unit_path: str, *, by: User | None, on: date) -> Iterator[None]:
    """Refuse what would leave a unit, that had somebody who can sign in and keep its roster, without anybody from ``on``.

    The lock keeps two people from dismissing each other at the same moment. The system itself (a replay, an import of history) is not asked.
    """
    list(Organization.objects.select_for_update().filter(path=unit_path))
    somebody = queries.managers(unit_path, on)
    before = somebody.exists()
    yield
    if by is not None and before and not somebody.all().exists():
        raise ValidationError(NOBODY_LEFT)
