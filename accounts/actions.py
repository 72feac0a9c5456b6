"""What happens to accounts and sign-ins; each is one line in the log."""

from datetime import date

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from accounts import log, queries, rules
from accounts.models import FailedSignIn, LogEntry, User
from accounts.passwords import initial_password
from chuangxian import clock
from chuangxian.verdicts import require

ACCOUNT = LogEntry.Category.ACCOUNT
NOT_SIGNED_IN = "未登录者"


@transaction.atomic
def open_account(
    *, username: str, display_name: str, email: str = "", is_staff: bool = False, by: User | None, on: date
) -> tuple[User, str]:
    """Open an account and return it with its initial password, which is kept nowhere."""
    account = User(username=username, display_name=display_name, email=email, is_staff=is_staff)
    account.set_unusable_password()
    account.full_clean()
    account.save()
    log.record(verb="open_account", label="开通账号", obj=account, category=ACCOUNT, by=by, on=on)
    return account, issue_password(account=account, by=by, on=on)


@transaction.atomic
def issue_password(*, account: User, by: User | None, on: date) -> str:
    """Give a new initial password and return it: good for one sign-in within settings.INITIAL_PASSWORD_VALID.

    Every session of the account ends, because the sessions carry the old password's hash.
    """
    password = initial_password()
    account.set_password(password)
    account.must_change_password = True
    account.password_expires_at = clock.wall() + settings.INITIAL_PASSWORD_VALID
    account.save(update_fields=["password", "must_change_password", "password_expires_at"])
    log.record(verb="issue_password", label="发放初始密码", obj=account, category=ACCOUNT, by=by, on=on)
    return password


@transaction.atomic
def change_account(*, account: User, display_name: str, email: str, is_staff: bool, by: User, on: date) -> None:
    """Correct an account's data, or give and take the administrator's role."""
    account = _alone(account)
    new = {"display_name": display_name, "email": email, "is_staff": is_staff}
    changes = {name: [getattr(account, name), value] for name, value in new.items() if getattr(account, name) != value}
    require(rules.may_keep_accounts(by))
    if "is_staff" in changes and not is_staff:
        require(rules.may_dismiss(account, by, on))
    if not changes:
        return
    for name, value in new.items():
        setattr(account, name, value)
    account.full_clean(exclude=["password"])
    account.save(update_fields=list(new))
    log.record(verb="change_account", label="修改账号", obj=account, changes=changes, category=ACCOUNT, by=by, on=on)


@transaction.atomic
def disable_account(*, account: User, note: str = "", by: User, on: date) -> None:
    """Shut an account; its next request finds it signed out."""
    account = _alone(account)
    require(rules.may_disable(account, by, on))
    account.is_active = False
    account.save(update_fields=["is_active"])
    log.record(verb="disable_account", label="停用账号", obj=account, note=note, category=ACCOUNT, by=by, on=on)


@transaction.atomic
def enable_account(*, account: User, by: User, on: date) -> None:
    """Open a shut account again, with the password it had."""
    account = _alone(account)
    require(rules.may_enable(account, by, on))
    account.is_active = True
    account.save(update_fields=["is_active"])
    log.record(verb="enable_account", label="恢复账号", obj=account, category=ACCOUNT, by=by, on=on)


def _alone(account: User) -> User:
    """Lock all administrators and the account, so that two administrators cannot shut each other out at once."""
    list(queries.administrators().select_for_update().order_by("pk"))
    return User.objects.select_for_update().get(pk=account.pk)


@transaction.atomic
def sign_in(request: HttpRequest, *, account: User, address: str, on: date) -> None:
    """Begin a session under a new key."""
    login(request, account)
    log.record(verb="sign_in", label="登录", obj=account, note=f"来自 {address}", category=ACCOUNT, by=account, on=on)


@transaction.atomic
def sign_out(request: HttpRequest, *, account: User, on: date) -> None:
    """End the session; nothing of it stays."""
    log.record(verb="sign_out", label="退出", obj=account, category=ACCOUNT, by=account, on=on)
    logout(request)


@transaction.atomic
def note_failure(*, username: str, address: str, paused: bool, on: date) -> None:
    """Count a wrong password and log it; ``paused`` when it was the one that stops further tries for a while.

    A name that belongs to no account is not written down: it may be a password typed into the wrong field.
    """
    FailedSignIn.objects.filter(at__lt=clock.wall() - settings.SIGN_IN_ADDRESS_WINDOW).delete()
    FailedSignIn.objects.create(address=address)
    account = User.objects.filter(username=username).first()
    note = f"来自 {address}" if account else f"来自 {address}，没有这个用户名"
    lines = [("sign_in_failed", "登录失败"), ("sign_in_paused", "暂停登录")]
    for verb, label in lines if paused else lines[:1]:
        log.record(verb=verb, label=label, obj=account, note=note, category=ACCOUNT, who=NOT_SIGNED_IN, by=None, on=on)


@transaction.atomic
def change_password(request: HttpRequest, *, account: User, password: str, on: date) -> None:
    """Set a password of one's own choice; this session goes on, all others of the account end."""
    account.set_password(password)
    account.must_change_password = False
    account.password_expires_at = None
    account.save(update_fields=["password", "must_change_password", "password_expires_at"])
    update_session_auth_hash(request, account)
    log.record(verb="change_password", label="修改密码", obj=account, category=ACCOUNT, by=account, on=on)
