"""The components in a real browser: phone and desktop, with script and without."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from chuangxian import gallery

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
SHOWS = ["", *gallery.PAGES]


playwright = pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 requirements-browser.txt")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
in_browser = [
    pytest.mark.browser,
    pytest.mark.urls("tests.look.urls"),
    pytest.mark.skipif(not CHROMIUM, reason="浏览器测试需要 Chromium（apt-get install chromium）"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Playwright keeps a loop in this thread, and Django would refuse its own clean-up beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as engine:
        yield engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Any, live_server: Any, settings: Any) -> Iterator[Any]:
    settings.DEBUG = True
    contexts = []

    def at(show: str = "", **how: Any) -> Any:
        contexts.append(browser.new_context(locale="zh-CN", **how))
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{live_server.url}/_gallery/" + (f"?show={show}" if show else ""))
        return page

    yield at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("how", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("show", SHOWS, ids=lambda show: show or "components")
class TestEveryPage:
    pytestmark = in_browser

    def test_is_accessible_obeys_the_csp_and_fits_the_screen(self, open_page: Any, show: str, how: Any) -> None:
        page = open_page(show, **how)
        found = axe.Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.complaints == []
        # A print sheet is as wide as its paper on every screen, to the pixel's rounding.
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= (
            show == "sheet"
        )


class TestWithoutScript:
    pytestmark = in_browser

    def test_phone_menu_opens(self, open_page: Any) -> None:
        page = open_page("403", **PHONE, java_script_enabled=False)
        assert not page.get_by_role("link", name="承诺墙").is_visible()
        page.get_by_text("菜单").click()
        assert page.get_by_role("link", name="承诺墙").is_visible()

    def test_note_of_a_move_can_be_written(self, open_page: Any) -> None:
        page = open_page(**DESK, java_script_enabled=False)
        box = page.locator("#move-return-note")
        assert not box.is_visible()
        page.locator("summary", has_text="退回修改").first.click()
        assert box.is_visible()

    def test_chart_leaves_its_table_and_filters_stay_open(self, open_page: Any) -> None:
        page = open_page(**PHONE, java_script_enabled=False)
        assert not page.locator("canvas").is_visible()
        assert page.locator(".chart table").is_visible()
        assert page.locator("#id_q").is_visible()


class TestOnAPhone:
    pytestmark = in_browser

    def test_nothing_one_taps_is_too_small(self, open_page: Any) -> None:
        page = open_page(**PHONE)
        small = page.evaluate(
            """() => Array.from(document.querySelectorAll(".btn:not(.btn-sm), .tool, .form-control, .form-select, .pager a"))
                .map(e => [e.className, e.getBoundingClientRect()]).filter(([c, r]) => r.height > 0 && (r.height < 43.5 || r.width < 43.5))
                .map(([c, r]) => c + " " + r.width + "×" + r.height)"""
        )
        assert small == []

    def test_fields_do_not_make_the_phone_zoom(self, open_page: Any) -> None:
        page = open_page(**PHONE)
        sizes = page.evaluate(
            """() => Array.from(document.querySelectorAll("input:not([type=hidden], [type=checkbox]), select, textarea"))
                .map(e => parseFloat(getComputedStyle(e).fontSize))"""
        )
        assert sizes and min(sizes) >= 16

    def test_rows_become_cards_with_their_labels(self, open_page: Any) -> None:
        page = open_page(**PHONE)
        cell = page.locator("td[data-label=支部]").first
        assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"支部"'
        assert cell.evaluate("e => getComputedStyle(e.parentElement).display") == "block"

    def test_filters_fold_until_one_is_set(self, open_page: Any, live_server: Any) -> None:
        page = open_page(**PHONE)
        assert not page.locator("#id_q").is_visible()
        page.goto(f"{live_server.url}/_gallery/?q=听课")
        assert page.locator("#id_q").is_visible()


class TestWithScript:
    pytestmark = in_browser

    def test_rows_are_added_removed_and_brought_back(self, open_page: Any) -> None:
        page = open_page(**DESK)
        page.get_by_role("button", name="再加一项").click()
        assert page.input_value("[name=items-TOTAL_FORMS]") == "2"
        assert page.locator("[data-formset-number]").all_inner_texts() == ["1", "2"]
        assert page.locator("#items-1-content").is_visible()
        page.locator("[data-formset-remove]").first.click()
        assert page.is_checked("[name=items-0-DELETE]")
        assert page.locator("[data-formset-number]").all_inner_texts() == ["–", "1"]
        page.get_by_role("button", name="恢复").click()
        assert not page.is_checked("[name=items-0-DELETE]")

    def test_form_is_kept_while_written_and_says_so(self, open_page: Any) -> None:
        page = open_page(**DESK)
        page.locator("#id_content").fill("全年听课不少于 40 节")
        page.locator("[data-autosave-status]", has_text="已自动保存 10:32").wait_for()
        assert page.input_value("form[data-autosave] [name=version]") == "5"

    def test_failed_keeping_is_said_and_text_stays(self, open_page: Any) -> None:
        page = open_page(**DESK)
        page.route("**/_gallery/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.locator("#id_content").fill("全年听课不少于 40 节")
        page.locator("[data-autosave-status]", has_text="未能自动保存，内容仍在本页。").wait_for()
        assert page.input_value("#id_content") == "全年听课不少于 40 节"

    def test_someone_elses_change_stops_the_keeping(self, open_page: Any) -> None:
        page = open_page(**DESK)
        tries = []

        def clash(route: Any) -> None:
            tries.append(route.request.method)
            route.fulfill(status=409, body="")

        page.route("**/_gallery/", clash)
        page.locator("#id_content").fill("甲")
        page.locator("[data-autosave-status]", has_text="他人已修改").wait_for()
        page.locator("#id_content").fill("甲乙")
        page.wait_for_timeout(1500)
        assert tries == ["POST"]

    def test_leaving_unsaved_text_asks_first(self, open_page: Any) -> None:
        page = open_page(**DESK)
        page.route("**/_gallery/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        asked: list[str] = []

        def stay(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.locator("#id_content").fill("还没有保存")
        page.close(run_before_unload=True)
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]

    def test_menu_closes_by_escape_and_by_a_click_elsewhere(self, open_page: Any) -> None:
        page = open_page("403", **DESK)
        menu = page.locator("summary", has_text="王建国")
        menu.click()
        assert page.get_by_role("link", name="我的页面").is_visible()
        page.keyboard.press("Escape")
        assert not page.get_by_role("link", name="我的页面").is_visible()
        menu.click()
        page.locator("h1").click()
        assert not page.get_by_role("link", name="我的页面").is_visible()

    def test_all_rows_are_ticked_at_once(self, open_page: Any) -> None:
        page = open_page(**DESK)
        page.check("[data-tick-all]")
        assert page.locator("[data-ticked]").inner_text() == "已选 5 项"

    def test_chart_is_drawn(self, open_page: Any) -> None:
        page = open_page(**DESK)
        assert page.locator("canvas").is_visible()
        assert page.locator("canvas").evaluate("e => e.toDataURL().length") > 5000
