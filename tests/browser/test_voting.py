"""A rater at the ballot page: by the slip's QR code, by hand without script, and twenty people in turn on one device."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from reviews.codes import shown
from tests.browser.portal import Portal
from tests.browser.screen import DESKTOP, PHONE, Dialog, Error, Page, axe_violations, expect, fits_the_screen

Visit = Callable[..., Page]
VOTERS = 20


@pytest.fixture(scope="module")
def round_(portal: Portal) -> dict[str, Any]:
    """A round with codes; each test takes its own."""
    made: dict[str, Any] = json.loads(portal.python("-m", "tests.browser.seed_voting", str(VOTERS + 10)))
    return made


def choose(page: Page, label: str = "满意", *, but: int = 0) -> None:
    """Choose a grade for every item but the last so many."""
    boxes = page.get_by_role("radio", name=label, exact=True)
    expect(boxes.first).to_be_attached()  # the page has come
    for number in range(boxes.count() - but):
        boxes.nth(number).click()


def remnants(page: Page) -> dict[str, Any]:
    """Return all that a page could leave behind: what is chosen and typed in it, and what the browser stores for the site."""
    found: dict[str, Any] = page.evaluate(
        """async () => ({
            chosen: document.querySelectorAll("input:checked").length,
            typed: [...document.querySelectorAll("input:not([type=hidden]), textarea")]
                .filter(e => !["radio", "checkbox"].includes(e.type) && e.value).length,
            stored: localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
                + (await caches.keys()).length,
            cookies: document.cookie.length,
        })"""
    )
    return found


NOTHING = {"chosen": 0, "typed": 0, "stored": 0, "cookies": 0}


def test_by_the_slip_s_address(visit: Visit, round_: dict[str, Any]) -> None:
    page = visit(PHONE)
    code = shown(round_["codes"].pop())
    page.goto(f"/v/{round_['pk']}/#{code}")
    expect(page.get_by_label("评议码")).to_have_value(code)
    expect(page.get_by_text("评议码已经从二维码填好")).to_be_visible()
    assert page.url.endswith(f"/v/{round_['pk']}/")
    assert code not in page.evaluate("location.href + document.referrer")
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    page.get_by_role("button", name="开始评议").click()

    expect(page.locator("[data-left]")).to_have_text("还有 10 项")
    assert page.locator("input:checked").count() == 0
    assert page.locator("[data-item] label span").evaluate_all("all => Math.min(...all.map(e => e.offsetHeight))") >= 44
    choose(page, but=1)
    expect(page.locator("[data-left]")).to_have_text("还有 1 项")
    page.get_by_label("意见建议").fill("希望多到学校听课。")
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("还有 1 项没有选")
    expect(page.get_by_label("意见建议")).to_have_value("希望多到学校听课。")
    assert page.locator("[data-item] input:checked").count() == 9
    page.get_by_role("button", name="就这样提交").click()
    expect(page.get_by_role("heading", name="谢谢您，票已经计入")).to_be_visible()
    assert axe_violations(page) == []
    assert remnants(page) == NOTHING
    assert page.context.cookies() == []


def test_leaving_a_half_filled_ballot_asks_first(visit: Visit, round_: dict[str, Any]) -> None:
    page = visit(PHONE)
    page.goto(f"/v/{round_['pk']}/#{round_['codes'][-1]}")
    page.get_by_role("button", name="开始评议").click()
    choose(page, but=5)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/v/")
    expect(page.get_by_role("heading", name="参加评议")).to_be_visible()
    assert asked == ["beforeunload"]
    assert remnants(page) == NOTHING


@pytest.mark.parametrize("screen", [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop")])
def test_by_hand_without_script(visit: Visit, round_: dict[str, Any], screen: dict[str, Any]) -> None:
    page = visit(screen, script=False)
    page.goto("/v/")
    page.get_by_label("评议编号").fill(str(round_["pk"]))
    page.get_by_role("button", name="下一步").click()
    code = round_["codes"].pop()
    page.get_by_label("评议码").fill(code[:-1])
    page.get_by_role("button", name="开始评议").click()
    expect(page.get_by_role("alert")).to_contain_text("评议码不对")
    page.get_by_label("评议码").fill(f" {shown(code).lower()} ")
    page.get_by_role("button", name="开始评议").click()
    choose(page, "基本满意", but=5)
    page.get_by_role("checkbox", name="不了解这个党组织，整栏不评").last.click()
    assert fits_the_screen(page)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="谢谢您，票已经计入")).to_be_visible()

    page.goto(f"/v/{round_['pk']}/code/")
    page.get_by_label("评议码").fill(code)
    page.get_by_role("button", name="查一查").click()
    expect(page.get_by_role("status")).to_have_text("这张评议码已经用过。")


def test_twenty_people_in_turn_on_one_device_leave_each_other_nothing(visit: Visit, round_: dict[str, Any]) -> None:
    page = visit(PHONE)
    page.goto(f"/v/{round_['pk']}/next/")
    for number in range(VOTERS):
        code = round_["codes"].pop()
        assert remnants(page) == NOTHING
        page.get_by_label("评议码").fill(code)
        page.get_by_role("button", name="开始评议").click()
        choose(page, ("满意", "不满意")[number % 2])
        page.get_by_label("意见建议").fill(f"第 {number} 个人的话")
        page.get_by_role("button", name="提交", exact=True).click()
        expect(page.get_by_role("heading", name="谢谢您，票已经计入")).to_be_visible()
        assert page.url.endswith("/next/done/")
        if number % 2:
            with suppress(Error):  # Chromium shows a page of its own: it has nothing kept that it could show
                page.go_back(wait_until="commit")
            expect(page.locator("body")).not_to_contain_text("个人的话")
            assert code not in page.locator("body").inner_text()
            assert page.locator("input:checked").count() == 0
            page.goto(f"/v/{round_['pk']}/next/")
        elif number:
            page.get_by_role("link", name="下一位").click()
        else:  # nobody presses anything
            expect(page).to_have_url(re.compile("/next/$"))
        expect(page.get_by_role("button", name="开始评议")).to_be_visible()
    assert remnants(page) == NOTHING
