"""The centre of tables in a browser: a large one comes from the real worker, says how far it is, and is a workbook that opens."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser.portal import Portal
from tests.browser.screen import DESKTOP, PHONE, Page, axe_violations, expect, fits_the_screen, pages_of, picture

Visit = Callable[..., Page]
NUMBER = 4000


@pytest.fixture(scope="module", autouse=True)
def many(portal: Portal) -> None:
    portal.python("-m", "tests.browser.seed_reports", str(NUMBER))


def test_a_large_table_is_ordered_followed_and_fetched(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "taizhang")
    page.goto("/ledgers/")
    page.get_by_role("link", name=re.compile("整改台账")).click()
    expect(page.get_by_text(f"共 {NUMBER} 条")).to_be_visible()
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    picture(page, "centre-large-desktop", most=760)
    page.get_by_role("button", name="后台生成").click()
    expect(page).to_have_url(re.compile(r"/ledgers/made/\d+/$"))
    assert axe_violations(page) == []
    link = page.get_by_role("link", name=re.compile("下载 整改台账"))
    expect(link).to_be_visible(timeout=60_000)
    picture(page, "centre-made-desktop", most=620)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "book.xlsx"
    download.value.save_as(file)
    sheet = load_workbook(file, read_only=True).active
    assert sum(any(cell == "到农村初中听课太少" for cell in row) for row in sheet.iter_rows(values_only=True)) == NUMBER

    phone = visit(PHONE, "taizhang")
    phone.goto(page.url)
    assert fits_the_screen(phone)
    assert axe_violations(phone) == []


def test_a_small_one_is_looked_at_on_a_phone_and_taken_at_once(visit: Visit, tmp_path: Path) -> None:
    page = visit(PHONE, "shuji1")
    page.goto("/ledgers/")
    page.get_by_role("link", name=re.compile("承诺台账")).click()
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    picture(page, "centre-phone", most=1000)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    download.value.save_as(tmp_path / "book.xlsx")
    assert load_workbook(tmp_path / "book.xlsx").sheetnames == ["承诺台账"]


def test_without_script_the_page_looks_again_by_itself(visit: Visit) -> None:
    page = visit(DESKTOP, "taizhang", script=False)
    page.goto("/ledgers/items/")
    page.get_by_role("button", name="后台生成").click()
    if page.get_by_role("button", name="取消").count():
        assert page.locator('meta[http-equiv="refresh"]').count() == 1
        page.get_by_role("button", name="取消").click()
    page.goto("/ledgers/")
    expect(page.get_by_text("后台生成的表")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_figures_fit_and_can_be_read_aloud(visit: Visit, screen: dict[str, Any]) -> None:
    page = visit(screen, "shuji1")
    for url in ("/overview/", "/archive/", "/statistics/", "/statistics/add/"):
        page.goto(url)
        assert fits_the_screen(page), url
        assert axe_violations(page) == []
    page.get_by_role("button", name="取数字").click()
    expect(page.get_by_text("从此不再变化")).to_be_visible()
    assert fits_the_screen(page)
    assert axe_violations(page) == []


def test_the_overview_is_one_sheet_of_paper(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "shuji1")
    page.goto("/overview/")
    page.get_by_role("link", name="打印一张 A4").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("总览")
    assert pages_of(page, tmp_path / "overview.pdf") == 1


def test_the_archive_arrives_whole(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "shuji1")
    page.goto("/archive/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部").click()
    file = tmp_path / "archive.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as book:
        assert book.testzip() is None
        assert "00 档案目录.xlsx" in book.namelist()
