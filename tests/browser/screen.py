"""What the browser tests share: the two widths, pages that complain, signing in, pictures.

Whoever imports this is left out, with a word why, where Playwright is not installed.
"""

import functools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytest.importorskip(
    "playwright.sync_api", reason="浏览器测试需要 requirements-browser.txt（./test 在有 Chromium 时会装）"
)
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Locator,
    Page,
    Response,
    Route,
    expect,
)

__all__ = [
    "DESKTOP",
    "NEW_PICTURES",
    "PHONE",
    "Dialog",
    "Error",
    "Page",
    "Route",
    "axe_violations",
    "expect",
    "fits_the_screen",
    "pages_of",
    "picture",
    "scroll_to",
    "sign_in",
    "visits",
]

PASSWORD = "Yanjiu-weiben-2011"  # of every account of seed.py
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}

ROOT = Path(__file__).resolve().parent.parent.parent
NEW_PICTURES = os.environ.get("PICTURES") == "1"
PICTURES = ROOT / "docs" / "pictures" if NEW_PICTURES else ROOT / "test-results"
PICTURE_COLOURS = 96

# a 4xx page one asked for is no fault of the page, nor is a line that a test has cut
EXPECTED_ON_CONSOLE = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")

WAIT_MILLISECONDS = 15_000
expect.set_options(timeout=WAIT_MILLISECONDS)


def _to_the_end(act: Callable[..., None]) -> Callable[..., None]:
    """A move of Playwright that waits for the page it leads to.

    By itself it ends when that page begins to arrive: who then reads the page, measures it or counts on it finds half of it, or nothing.
    """

    @functools.wraps(act)
    def acted(self: Locator, *args: Any, **options: Any) -> None:
        page = self.page
        act(self, *args, **options)
        if not page.is_closed():
            page.wait_for_load_state()

    return acted


for _move in ("click", "press"):
    setattr(Locator, _move, _to_the_end(getattr(Locator, _move)))


def watch(context: BrowserContext) -> list[str]:
    """Note every fault of every page of this browser: CSP violations, errors of scripts, 5xx answers."""
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED_ON_CONSOLE):
            complaints.append(message.text)

    def answer(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", answer)
    return complaints


@contextmanager
def visits(browser: Browser, url: str, *, password: str = PASSWORD) -> Iterator[Callable[..., Page]]:
    """A function that opens a page at a width, for a person, with or without script; at the end all are closed and their faults told."""
    contexts: list[tuple[BrowserContext, list[str]]] = []

    def visit(screen: dict[str, Any], username: str = "", *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script, **screen
        )
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append((context, watch(context)))
        page = context.new_page()
        if username:
            sign_in(page, username, password)
        return page

    yield visit
    for context, _ in contexts:
        context.close()
    assert [complaint for _, complaints in contexts for complaint in complaints] == []


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in by the form, from wherever the page was sent to it."""
    if "/accounts/sign-in/" not in page.url:
        page.goto("/accounts/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/accounts/sign-in/"))


def axe_violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def fits_the_screen(page: Page) -> bool:
    """Answer whether nothing makes the page wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def pages_of(page: Page, file: Path) -> int:
    """Print the page on A4 and answer on how many sheets it came out."""
    page.pdf(path=file, format="A4", prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
    assert pages, "no page found in the PDF"
    return pages


def scroll_to(where: Locator) -> None:
    """Bring something to the upper edge of the screen, with a little room above it."""
    where.evaluate("e => window.scrollTo({top: e.getBoundingClientRect().top + scrollY - 12, behavior: 'instant'})")


def picture(page: Page, name: str, *, full: bool = False, most: int = 0) -> None:
    """Keep what the page shows as `<name>.png`; ``full`` takes all of it, ``most`` cuts it at a height in CSS pixels."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, full_page=full or bool(most), animations="disabled", caret="hide")
    with Image.open(file) as shot:
        scale = shot.width / page.viewport_size["width"] if page.viewport_size else 1
        height = min(shot.height, int(most * scale)) if most else shot.height
        small = shot.convert("RGB").crop((0, 0, shot.width, height))
    small.quantize(PICTURE_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
