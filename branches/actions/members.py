"""Taking members up, moving them, letting them go, and their accounts."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import actions as accounts
from accounts import log
from accounts.models import LogEntry, User
from branches.actions.acting import end_acting
from branches.actions.posts import end_post, somebody_remains
from branches.models import Member, Membership, Organization
from branches.scope import PostQuerySet
from chuangxian.edits import save_version


@transaction.atomic
def enroll_member(*, organization: Organization, reason: str = "", by: User | None, on: date, **fields: Any) -> Member:
    """Take up a member who begins in ``organization`` on that day."""
    member = Member(**fields)
    member.full_clean(exclude=["sort_key", "search_key"])
    member.save()
    Membership.objects.create(member=member, organization=organization, starts_on=on, reason=reason)
    log.record(verb="enroll_member", label="编入党支部", obj=member, note=reason, by=by, on=on)
    return member


@transaction.atomic
def change_member(*, member: Member, fields: Iterable[str], version: int, by: User | None, on: date) -> None:
    """Keep the changed ``fields`` of ``member`` where nobody else saved since ``version``; else `edits.Conflict`, nothing written."""
    stored = Member.objects.get(pk=member.pk)
    changed = [name for name in fields if getattr(stored, name) != getattr(member, name)]
    if not changed:
        return
    member.full_clean(exclude=["sort_key", "search_key"])
    member.set_keys()
    save_version(member, {*changed, *(["sort_key", "search_key"] if "name" in changed else [])}, version=version)
    follow_with_account(before=stored, after=member)
    changes = {name: [_plain(getattr(stored, name)), _plain(getattr(member, name))] for name in changed}
    log.record(
        verb="change_member",
        label="修改党员信息",
        obj=member,
        changes=changes,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


def follow_with_account(*, before: Member, after: Member) -> None:
    """Let the account take a new name or address, unless it had one of its own: letters go to the account's address."""
    accounts_ = User.objects.filter(member=after)
    if before.email != after.email:
        accounts_.filter(email=before.email).update(email=after.email, email_bounced_at=None)
    if before.name != after.name:
        accounts_.filter(display_name=before.name).update(display_name=after.name)


@transaction.atomic
def transfer_member(
    *, member: Member, organization: Organization, reason: str = "", by: User | None, on: date
) -> Membership:
    """Move a member to another organisation from that day; the day before is the last in the old one.

    Posts in the old branch end with it. Raises ValidationError when the day is not after the present membership's start.
    """
    current = Membership.objects.select_for_update().filter(member=member, ends_on=None).first()
    if current is not None:
        if current.organization_id == organization.pk:
            raise ValidationError(f"{member}已经在{organization}。")
        if on <= current.starts_on:
            raise ValidationError("转入日期必须晚于编入原支部的日期。")
        Membership.objects.filter(pk=current.pk).update(ends_on=on - timedelta(days=1))
        here = member.posts.filter(organization=current.organization_id)
        _end_acting(here, on - timedelta(days=1), by=by)
        for post in here.own().current(on):
            end_post(assignment=post, by=by, on=on - timedelta(days=1))
    elif member.memberships.filter(ends_on__gte=on).exists():
        raise ValidationError("这一天还在原支部的党籍期内，请改为更晚的日期。")
    membership = Membership.objects.create(member=member, organization=organization, starts_on=on, reason=reason)
    changes = {"organization": [str(current.organization) if current else "", str(organization)]}
    log.record(verb="transfer_member", label="组织关系转接", obj=member, note=reason, changes=changes, by=by, on=on)
    return membership


@transaction.atomic
def leave(*, member: Member, reason: str, by: User | None, on: date) -> None:
    """End a member's membership; ``on`` is the last day. What he did stays where it was done."""
    current = Membership.objects.select_for_update().filter(member=member, ends_on=None).first()
    if current is None or on < current.starts_on:
        raise ValidationError(f"{member}在这一天没有党籍隶属，无法转出。")
    with somebody_remains(current.organization.unit_path, by=by, on=on + timedelta(days=1)):
        Membership.objects.filter(pk=current.pk).update(ends_on=on, reason=reason)
        _end_acting(member.posts.all(), on, by=by)
        for post in member.posts.filter(ends_on=None):
            end_post(assignment=post, by=by, on=on)
    log.record(verb="leave", label="组织关系转出", obj=member, note=reason, by=by, on=on)


def _end_acting(posts: PostQuerySet, last: date, *, by: User | None) -> None:
    for acting in posts.filter(acting_for__isnull=False, ends_on__gt=last):
        end_acting(acting=acting, ends_on=last, reason="组织关系变动", by=by, on=last)


@transaction.atomic
def open_account(*, member: Member, username: str, password: str | None, by: User | None, on: date) -> User:
    """Give a member an account with a password already known, as the demo does."""
    _without_account(member)
    user = User.objects.create_user(username, password, display_name=member.name, email=member.email)
    Member.objects.filter(pk=member.pk).update(user=user)
    member.user = user
    log.record(verb="open_account", label="开通账号", obj=user, category=LogEntry.Category.ACCOUNT, by=by, on=on)
    return user


@transaction.atomic
def issue_account(*, member: Member, username: str, by: User | None, on: date) -> tuple[User, str]:
    """Give a member an account with an initial password, which is returned this once and kept nowhere."""
    _without_account(member)
    user, password = accounts.open_account(
        username=username, display_name=member.name, email=member.email, by=by, on=on
    )
    Member.objects.filter(pk=member.pk).update(user=user)
    member.user = user
    log.record(
        verb="open_account",
        label="开通账号",
        obj=member,
        note=username,
        category=LogEntry.Category.ACCOUNT,
        by=by,
        on=on,
    )
    return user, password


def _without_account(member: Member) -> None:
    stored = Member.objects.select_for_update().get(pk=member.pk)
    if stored.user_id is not None:
        raise ValidationError(f"{member}已经有账号。")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
