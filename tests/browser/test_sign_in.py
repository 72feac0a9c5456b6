"""Signing in, at both widths."""

import re
from collections.abc import Callable

import pytest

from tests.browser.screen import DESKTOP, PHONE, Page, expect, sign_in

WIDTHS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
Visit = Callable[..., Page]


@WIDTHS
def test_a_stranger_is_asked_to_sign_in_and_led_to_where_he_wanted(visit: Visit, screen: dict[str, object]) -> None:
    page = visit(screen)
    page.goto("/accounts/password/")
    expect(page).to_have_url(re.compile("/accounts/sign-in/"))
    sign_in(page, "dangyuan1")
    expect(page).to_have_url(re.compile("/accounts/password/$"))


def test_a_wrong_password_keeps_the_name_and_says_so(visit: Visit) -> None:
    page = visit(PHONE)
    page.goto("/accounts/sign-in/")
    page.get_by_label("用户名").fill("dangyuan4")
    page.get_by_label("密码").fill("not-this-one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("用户名或密码不正确")).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_value("dangyuan4")
