"""Who signs in, and who keeps accounts."""

from collections.abc import Callable
from typing import Any

from tests import build
from tests.access.cells import SIGN_IN, Row, everybody, only, signed_in
from tests.conftest import Cast

KEEPER = only(200, "guanli")


def account(name: str) -> Callable[[Cast], dict[str, Any]]:
    """Somebody's account."""
    return lambda cast: {"pk": cast.users()[name].pk}


def disabled_account(cast: Cast) -> dict[str, Any]:
    """An account that was shut."""
    return {"pk": build.user("tingyong", "停用者", is_active=False).pk}


ROWS = [
    Row(
        url="accounts:sign_in",
        get=everybody(302, anonymous=200, disabled=200),
        post=everybody(302, anonymous=200, disabled=200),
        data=lambda cast, kwargs: {"username": "nobody", "password": "wrong"},
    ),
    Row(url="accounts:sign_out", post=signed_in(SIGN_IN)),
    Row(url="accounts:password_change", get=signed_in(200), post=signed_in(200)),
    Row(url="accounts:account_list", get=KEEPER),
    Row(
        url="accounts:account_create",
        get=KEEPER,
        post=KEEPER,
        data=lambda cast, kwargs: {"username": "xinren", "display_name": "新人"},
    ),
    Row(url="accounts:account_page", args=account("dangyuan1"), get=KEEPER),
    Row(url="accounts:account_page", case="missing", args=lambda cast: {"pk": 10**9}, get=only(404, "guanli")),
    Row(
        url="accounts:account_edit",
        args=account("dangyuan1"),
        get=KEEPER,
        post=only(302, "guanli"),
        data=lambda cast, kwargs: {"display_name": "党员甲"},
    ),
    # whether there is such an account is told to the keeper alone
    *(
        Row(
            url=f"accounts:account_{verb}",
            case="missing",
            args=lambda cast: {"pk": 10**9},
            get=None if verb == "enable" else only(404, "guanli"),
            post=only(404, "guanli"),
        )
        for verb in ("edit", "disable", "enable", "reset")
    ),
    Row(url="accounts:account_disable", args=account("dangyuan1"), get=KEEPER, post=only(302, "guanli")),
    Row(url="accounts:account_disable", case="own", args=account("guanli"), get=signed_in(403), post=signed_in(403)),
    Row(url="accounts:account_enable", args=disabled_account, post=only(302, "guanli")),
    Row(url="accounts:account_enable", case="not disabled", args=account("dangyuan2"), post=signed_in(403)),
    Row(url="accounts:account_reset", args=account("dangyuan1"), get=KEEPER, post=KEEPER),
    Row(url="accounts:account_reset", case="own", args=account("guanli"), get=signed_in(403), post=signed_in(403)),
]
