"""Nothing typed is lost: not when the sign-in runs out, not when the phone rings, not when two write at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.screen import DESKTOP, PHONE, Page, Route, expect, picture, sign_in

Visit = Callable[..., Page]
TYPED = "下学期为农村初中开放实验室 6 次"


def begin(page: Page) -> None:
    """Open one's pledge to write in it."""
    page.goto("/pledges/start/")
    if page.get_by_role("button", name="开始写").count():
        page.get_by_role("button", name="开始写").click()
    else:
        page.get_by_role("link", name=re.compile("2011年承诺书")).first.click()
        page.get_by_role("link", name="修改", exact=True).click()
    expect(page).to_have_url(re.compile(r"/pledges/\d+/edit/$"))
    page.wait_for_load_state()  # its scripts are there


def test_what_was_typed_before_the_script_arrived_is_saved(visit: Visit) -> None:
    page = visit(PHONE, "dangyuan2")
    begin(page)
    held: list[Route] = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.get_by_label("承诺内容").first.fill(f"{TYPED}，写得早")
    assert held  # the line is slow
    held[0].continue_()
    page.wait_for_load_state()
    page.get_by_label("现状").first.focus()
    page.get_by_label("目标").first.focus()
    expect(page.get_by_text("已自动保存")).to_be_visible()


def test_a_sign_in_that_has_run_out_costs_no_word(visit: Visit) -> None:
    page = visit(PHONE, "dangyuan2")
    begin(page)
    page.get_by_label("承诺内容").first.fill(TYPED)
    page.get_by_label("完成时限").first.fill("2011-11-30")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="提交审诺").click()
    expect(page.get_by_role("heading", name="登录已过期，您写的内容还在")).to_be_visible()
    expect(page.get_by_text(TYPED)).to_be_visible()
    picture(page, "expired-phone")
    page.get_by_role("link", name="重新登录，接着写").click()
    sign_in(page, "dangyuan2")
    expect(page.get_by_label("承诺内容").first).to_have_value(TYPED)
    expect(page.get_by_label("完成时限").first).to_have_value("2011-11-30")
    page.get_by_role("button", name="提交审诺").click()
    expect(page.get_by_text("已提交审诺")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_message_about_saving_does_not_push_the_buttons_from_under_the_finger(
    visit: Visit, screen: dict[str, Any]
) -> None:
    page = visit(screen, "dangyuan5")
    begin(page)
    button = page.get_by_role("button", name="提交审诺")
    page.get_by_label("承诺内容").first.fill(f"{TYPED}，宽 {screen['viewport']['width']}")
    page.route("**/autosave/", lambda route: route.fulfill(status=403))
    before = button.bounding_box()
    page.get_by_label("目标").first.focus()
    expect(page.get_by_text("未能自动保存")).to_be_visible()
    assert button.bounding_box() == before


def test_a_slow_press_on_the_button_sends_once_and_saves_no_draft_beside_it(visit: Visit) -> None:
    page = visit(PHONE, "dangyuan5")
    begin(page)
    drafts: list[str] = []
    page.on("request", lambda request: drafts.append(request.url) if "/autosave/" in request.url else None)
    page.get_by_label("完成时限").first.fill("2011-11-30")
    page.get_by_label("承诺内容").first.fill(f"{TYPED}，慢慢按")
    drafts.clear()  # going from field to field saved what stood there
    page.get_by_role("button", name="保存", exact=True).click(delay=400)
    expect(page.get_by_text("已保存，还没有提交。")).to_be_visible()
    assert drafts == []


def test_what_is_typed_is_kept_when_the_page_goes_away_and_can_be_thrown_away(visit: Visit) -> None:
    page = visit(PHONE, "dangyuan3")
    begin(page)
    page.get_by_label("承诺内容").first.fill(TYPED)
    page.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves unsaved words
    page.goto("/notices/")
    begin(page)
    expect(page.get_by_text("这里是您上次没有保存的内容")).to_be_visible()
    expect(page.get_by_label("承诺内容").first).to_have_value(TYPED)
    page.get_by_role("button", name="不要它，回到上次保存的").click()
    expect(page.get_by_text("已放弃没有保存的内容")).to_be_visible()
    expect(page.get_by_label("承诺内容").first).to_have_value("")


def test_of_two_windows_the_slower_sees_both_texts(visit: Visit) -> None:
    first, second = visit(DESKTOP, "dangyuan3"), visit(DESKTOP, "dangyuan3")
    begin(first)
    begin(second)
    for page, words in ((first, "开放实验室 6 次"), (second, "开放实验室 8 次")):
        page.get_by_label("承诺内容").first.fill(words)
        page.get_by_label("完成时限").first.fill("2011-11-30")
    first.get_by_role("button", name="保存", exact=True).click()
    expect(first.get_by_text("已保存，还没有提交。")).to_be_visible()
    second.get_by_role("button", name="保存", exact=True).click()
    expect(second.get_by_text("开放实验室 6 次")).to_be_visible()
    expect(second.get_by_text("开放实验室 8 次").first).to_be_visible()
    picture(second, "conflict-desktop")
