"""What goes to the office on paper."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.screen import DESKTOP, Page, expect, pages_of, picture

Visit = Callable[..., Page]


def test_a_pledge_of_five_items_prints_on_one_sheet(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "shiwenjie")
    page.goto("/pledges/")
    page.get_by_role("link", name="史文杰").first.click()
    page.get_by_role("link", name="打印承诺书").click()
    expect(page.get_by_role("heading", name="共产党员公开承诺书")).to_be_visible()
    expect(page.locator("tbody").last.get_by_role("row")).to_have_count(6)  # five items and the branch's opinion
    assert pages_of(page, tmp_path / "pledge.pdf") == 1
    picture(page, "print-desktop", full=True)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()  # nothing of the screen on paper


def test_lists_print_without_the_frame_of_the_screen(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "zongzhi")
    page.goto("/pledges/coverage/")
    page.emulate_media(media="print")
    expect(page.locator(".topbar .tool").first).to_be_hidden()
    expect(page.get_by_role("heading", name="承诺进度和兑现率")).to_be_visible()
    assert pages_of(page, tmp_path / "coverage.pdf") <= 2
