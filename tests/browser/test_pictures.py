"""Pictures for README and handbook, from the demo on 20 June 2011: `PICTURES=1 ./test tests/browser` takes them anew.

Look at every one afterwards; nothing else does.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser.portal import Portal, running
from tests.browser.screen import DESKTOP, NEW_PICTURES, PHONE, Page, expect, picture, scroll_to, visits

pytestmark = pytest.mark.skipif(not NEW_PICTURES, reason="图片只在 PICTURES=1 时重拍")

Visit = Callable[..., Page]
DEMO_PASSWORD = "changzhou-2010"
MESSY_ROSTER = Path(__file__).resolve().parent.parent / "data" / "roster-messy.xlsx"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """The demo as `./run` shows it."""
    data = tmp_path_factory.mktemp("demo")
    with running(data, "2011-06-20", lambda empty: empty.manage("seed_demo"), f"demo_{worker_id}") as portal:
        yield portal


@pytest.fixture
def visit(browser: Any, demo: Portal) -> Iterator[Visit]:
    """Pages of the demo."""
    with visits(browser, demo.url, password=DEMO_PASSWORD) as visit:
        yield visit


def show(page: Page, path: str, name: str, **how: Any) -> None:
    """Open a page and keep its picture."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    picture(page, name, **how)


def test_what_a_visitor_sees(visit: Visit) -> None:
    page = visit(DESKTOP)
    show(page, "/", "front-desktop", full=True)
    show(page, "/accounts/sign-in/", "sign-in-desktop", full=True)
    show(page, "/pledges/wall/", "wall-desktop", most=1150)
    card = (
        page.locator("li.wall-card").filter(has_text="已过时限").filter(has=page.get_by_text("兑现", exact=True)).first
    )
    show(page, card.get_by_role("link").get_attribute("href") or "", "wall-pledge-desktop", most=1300)
    phone = visit(PHONE)
    show(phone, "/pledges/wall/", "wall-phone", most=1300)


def test_what_a_member_does(visit: Visit) -> None:
    page = visit(PHONE, "dangyuan1")
    show(page, "/", "member-home-phone", most=760)
    page.get_by_role("link", name="开始写").first.click()
    picture(page, "pledge-start-phone")
    page.get_by_role("button", name="开始写").click()
    page.get_by_label("承诺主题").fill("扎根课堂，服务师生")
    page.get_by_label("承诺内容").first.fill("努力提高命题水平，积极做好教研服务")
    page.get_by_label("完成时限").first.fill("2011-11-30")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("说的是态度")).to_be_visible()
    scroll_to(page.get_by_role("heading", name="承诺事项"))
    picture(page, "pledge-edit-phone")
    show(page, "/notices/preference/", "preference-phone", most=740)


def test_what_a_branch_secretary_does(visit: Visit) -> None:
    page = visit(DESKTOP, "shuji1")
    show(page, "/", "secretary-home-desktop", most=1130)
    show(page, "/pledges/review/", "review-desktop")
    show(page, "/pledges/coverage/", "coverage-branch-desktop", most=1200)
    show(page, "/pledges/", "pledges-desktop", most=1000)
    show(page, "/study/", "study-desktop", full=True)


def test_what_the_general_branch_sees(visit: Visit) -> None:
    page = visit(DESKTOP, "zongzhi")
    show(page, "/", "dashboard-desktop", most=1350)
    show(page, "/pledges/coverage/", "coverage-desktop", full=True)
    show(page, "/organizations/", "organizations-desktop", most=900)
    show(page, "/reviews/coverage/", "coverage-board-desktop", most=1300)
    show(page, "/calendar/", "calendar-desktop", full=True)
    page.goto("/past-day/")
    page.get_by_label("日期").fill("2010-12-31")
    page.get_by_role("button", name="查看这一天").click()
    expect(page.get_by_text("2010年12月31日").first).to_be_visible()
    picture(page, "past-day-banner-desktop")


def test_what_the_office_does(visit: Visit) -> None:
    page = visit(DESKTOP, "ganshi")
    show(page, "/ledgers/", "ledgers-desktop", most=900)
    show(page, "/ledgers/pledges/", "ledger-desktop", most=760)
    show(page, "/archive/", "archive-desktop", most=900)
    page.goto("/overview/")
    page.wait_for_function("document.querySelectorAll('canvas').length > 2")
    page.wait_for_timeout(1000)  # the bars have grown
    picture(page, "overview-desktop", most=1250)
    show(page, "/reminders/", "reminders-desktop", most=1000)
    show(page, "/reminders/ledger/", "reminder-ledger-desktop", most=900)
    show(page, "/pledges/cycles/", "cycles-desktop")
    show(page, "/log/", "log-desktop", most=900)
    show(page, "/activities/carriers/", "carriers-desktop", most=1100)
    page.goto("/tasks/?show=set")
    page.get_by_role("link", name="组织党员学习《规划纲要》，每人写一条学习体会").last.click()
    expect(page.get_by_role("button", name="提醒没有完成的")).to_be_visible()
    picture(page, "task-desktop")
    page.goto("/organizations/")
    page.get_by_role("link", name="常州市教育教研室党总支").first.click()
    picture(page, "organization-desktop", most=900)
    page.get_by_role("link", name="导入名册").click()
    page.get_by_label("名册文件").set_input_files(MESSY_ROSTER)
    page.get_by_role("button", name="上传并预演").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page, "roster-rehearsal-desktop", most=1300)


def test_what_the_administrator_does(visit: Visit) -> None:
    page = visit(DESKTOP, "guanli")
    show(page, "/", "administrator-home-desktop")
    show(page, "/accounts/", "accounts-desktop", most=800)
    page.get_by_role("table").get_by_role("link").first.click()
    picture(page, "account-desktop", full=True)


def test_what_commending_looks_like(visit: Visit) -> None:
    page = visit(DESKTOP, "ganshi")
    page.goto("/awards/rounds/")
    page.locator("main").get_by_role("link", name="90周年").first.click()
    picture(page, "round-desktop", most=1150)
    page.get_by_role("link", name="评审台").click()
    picture(page, "desk-desktop", most=1000)
    page.get_by_role("link", name="并列对照").nth(1).click()
    picture(page, "comparison-desktop", most=1000)
    show(page, "/awards/brands/", "brands-desktop", most=700)


def test_what_goes_out_and_comes_back(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "ganshi")
    show(page, "/forms/pledge-member/", "form-desktop", most=800)
    page.goto("/tables/study/")
    page.locator("main").get_by_role("link", name="小学教研党支部").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="导出").first.click()
    changed = tmp_path / "changed.xlsx"
    coming.value.save_as(changed)
    change_some_cells(changed)
    page.locator("input[type=file]").set_input_files(changed)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    picture(page, "table-import-desktop", most=1100)


def change_some_cells(workbook: Path) -> None:
    """Another topic, and a day that does not exist."""
    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if "编号" in [cell.value for cell in row])
    columns = {str(cell.value).strip("*＊ "): cell.column for cell in header}
    first = header[0].row + 1
    sheet.cell(first, columns["主题"]).value = "学习《关于加强和改进教研工作的意见》"
    sheet.cell(first + 1, columns["学习日期"]).value = "2011-02-30"
    book.save(workbook)
