"""A real browser before the real portal: `manage.py serve` with its worker and beat, nothing faked.

The tests never touch the database themselves: Playwright keeps an event loop in their thread, beside which Django's ORM refuses to
work; and people have no database either. Data comes from seed.py and the product's commands, run as processes of their own.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.portal import Portal, running

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), ""
)
DAY = "2011-06-20"
Visit = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder.

    The group asks for one process where several run; xdist 3.8 does not see it under pytest 9.2. Then each process has a portal of its
    own, which costs one more start and nothing else.
    """
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="浏览器测试需要 requirements-browser.txt")
    if not CHROMIUM:
        pytest.skip("浏览器测试需要 Chromium（apt install chromium fonts-noto-cjk）")
    arguments = ["--disable-background-networking", "--disable-gpu", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with playwright.sync_playwright() as engine:
        # with chromium-l10n its own words (dates, file buttons) are Chinese too; the pictures are taken so
        chinese = {**os.environ, "LANGUAGE": "zh_CN"}
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=arguments, env=chinese)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """A small unit on 20 June 2011, to be written in: see seed.py for its people."""
    data = tmp_path_factory.mktemp("portal")
    with running(data, DAY, lambda empty: empty.python("-m", "tests.browser.seed"), f"portal_{worker_id}") as portal:
        yield portal


@pytest.fixture
def visit(browser: Any, portal: Portal) -> Iterator[Visit]:
    """`visit(PHONE)` gives a fresh page at that width; `visit(PHONE, "dangyuan1")` one that is signed in.

    Any page with a CSP violation, an error in a script or a 5xx answer fails the test at its end.
    """
    screen = pytest.importorskip("tests.browser.screen")
    with screen.visits(browser, portal.url) as visit:
        yield visit
