"""Who may keep accounts, and what may not be done to them."""

from datetime import date
from typing import Any

from accounts import queries
from accounts.models import User
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger


def may_keep_accounts(by: Any) -> Verdict:
    """Only system administrators."""
    return YES if isinstance(by, User) and by.is_active and by.is_staff else stranger("只有系统管理员可以管理账号。")


def may_disable(account: User, by: User, on: date) -> Verdict:
    """Nobody shuts himself out, and one administrator always remains."""
    return first_no(
        may_keep_accounts(by),
        YES if account.is_active else no("这个账号已经停用。"),
        no("不能停用自己的账号，请由另一位系统管理员办理。") if account.pk == by.pk else YES,
        _one_administrator_remains(account),
    )


def may_enable(account: User, by: User, on: date) -> Verdict:
    """An account that was disabled."""
    return first_no(may_keep_accounts(by), no("这个账号可以登录，不需要恢复。") if account.is_active else YES)


def may_reset(account: User, by: User, on: date) -> Verdict:
    """Anybody's but one's own: that is changed with the old password."""
    return first_no(
        may_keep_accounts(by),
        no("自己的密码请在“修改密码”中更换。") if account.pk == by.pk else YES,
        YES if account.is_active else no("这个账号已经停用，请先恢复。"),
    )


def may_dismiss(account: User, by: User, on: date) -> Verdict:
    """Take the administrator's role away: never one's own, never the last."""
    return first_no(
        may_keep_accounts(by),
        no("不能取消自己的系统管理员身份。") if account.pk == by.pk else YES,
        _one_administrator_remains(account),
    )


def _one_administrator_remains(account: User) -> Verdict:
    if not (account.is_staff and account.is_active) or queries.administrators().exclude(pk=account.pk).exists():
        return YES
    return no("这是最后一位系统管理员，停用后就没有人能管理账号了。")
