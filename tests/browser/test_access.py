"""Every page a person can reach by links, at both widths: axe finds nothing, nothing is wider than the screen, nothing fails."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.browser.screen import DESKTOP, PHONE, Page, axe_violations, fits_the_screen

Visit = Callable[..., Page]
# Files to take away, and Django's own admin.
NOT_PAGES = re.compile(r"/export/|/template/|/evidence/|/bad-rows/|^/admin/|^/static/")
PAGES_MOST = 40
LEAST = {"": 5, "dangyuan1": 15, "zongzhi": 25, "ganshi": 20, "guanli": 10}
looked_at: set[str] = set()


def kind_of(path: str) -> str:
    """The kind of page an address is: numbers and questions left out."""
    return re.sub(r"\d+", "N", path.split("?")[0])


def reachable(page: Page) -> Iterator[str]:
    """Walk the site by its links, one page of each kind; yields after each page is open."""
    seen, waiting = {"/"}, ["/"]
    for _ in range(PAGES_MOST):
        if not waiting:
            return
        path = waiting.pop(0)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        links = page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
        for link in links:
            address = link.split("#")[0]
            if address and kind_of(address) not in seen and not NOT_PAGES.search(address):
                seen.add(kind_of(address))
                waiting.append(address)
        yield kind_of(path)


@pytest.mark.parametrize("username", LEAST, ids=lambda name: name or "visitor")
def test_every_page_one_can_reach(visit: Visit, username: str) -> None:
    page = visit(DESKTOP, username)
    found = []
    count = 0
    for kind in reachable(page):
        count += 1
        wide = fits_the_screen(page)
        axe = [] if kind in looked_at else axe_violations(page)
        page.set_viewport_size(PHONE["viewport"])
        narrow = fits_the_screen(page) or kind.endswith("/print/")  # a sheet is as wide as its paper
        axe += [] if kind in looked_at else axe_violations(page)
        page.set_viewport_size(DESKTOP["viewport"])
        looked_at.add(kind)
        found += axe + ([] if wide else [f"{page.url} is wider than a desk"])
        found += [] if narrow else [f"{page.url} is wider than a phone"]
    assert found == []
    assert count >= LEAST[username], f"{count} pages"
