"""A round of evaluation by whoever runs it: drafted, announced, slips printed, rated, sealed, published; and what others see meanwhile."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest

from tests.browser.portal import Portal, running
from tests.browser.screen import (
    DESKTOP,
    PHONE,
    Page,
    axe_violations,
    expect,
    fits_the_screen,
    picture,
    scroll_to,
    visits,
)

Visit = Callable[..., Page]
DRAFTED, OPENED, CLOSED = "2011-06-08", "2011-06-13", "2011-06-24"
MEMBERS, STAFF = 20, 16
UNUSED = {"党员": 3, "党外教职工": 2}
BRANCHES = 3
# nearly everybody is content, but with how the third branch kept its promises
USUAL, WEAK, WEAK_ITEM = (1, 1, 2, 1, 1, 2, 3, 1), (2, 3, 4, 1, 3), "g-2-3"


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """The unit of seed_evaluation.py on the day its round is drafted."""
    data = tmp_path_factory.mktemp("evaluation")
    fill: Callable[[Portal], Any] = lambda empty: empty.python("-m", "tests.browser.seed_evaluation")  # noqa: E731
    with running(data, DRAFTED, fill, f"evaluation_{worker_id}") as portal:
        yield portal


@pytest.fixture
def visit(browser: Any, unit: Portal) -> Iterator[Visit]:
    """Pages of that unit."""
    with visits(browser, unit.url) as visit:
        yield visit


def test_a_round_goes_from_the_draft_to_the_published_result(visit: Visit, unit: Portal) -> None:
    office = visit(DESKTOP, "ganshi")
    round_url = the_office_drafts(office)
    the_office_announces(office)
    slips = {name: the_office_prints_slips(office, round_url, name) for name in UNUSED}
    assert {name: len(codes) for name, codes in slips.items()} == {"党员": MEMBERS, "党外教职工": STAFF}
    assert len({code for codes in slips.values() for code in codes}) == MEMBERS + STAFF

    unit.restart(OPENED)
    member = visit(PHONE, "dangyuan1")
    one_rates_on_the_phone(visit, round_url, slips["党员"].pop())
    another_rates_by_typing(visit, round_url, slips["党外教职工"].pop())
    raters = visit(PHONE)
    for number, code in enumerate(code for name, codes in slips.items() for code in codes[UNUSED[name] :]):
        ballot_comes_in(raters, round_url, code, number)
    the_office_watches_the_turnout(office, round_url)
    nobody_else_sees_a_figure(member, round_url, "评议还没有封存")

    unit.restart(CLOSED)
    the_office_seals(office, round_url)
    nobody_else_sees_a_figure(member, round_url, "结果还没有公布")
    the_office_publishes(office, round_url)
    the_member_reads_the_result(member, round_url)


def number_of(round_url: str) -> int:
    """The number printed on the slips."""
    return int(round_url.strip("/").rpartition("/")[2])


def the_office_drafts(page: Page) -> str:
    page.goto("/reviews/evaluations/")
    page.get_by_role("link", name="起草评议").click()
    page.get_by_role("radio", name=re.compile("党组织群众评议")).check()
    page.get_by_label("名称").fill("2011年春各党支部群众评议")
    page.get_by_label("开始").fill(OPENED)
    page.get_by_label("截止").fill(CLOSED)
    page.get_by_role("button", name="起草").click()

    expect(page.locator("#id_items-0-text")).to_have_value("创先争优活动的组织开展")
    page.get_by_label("全部列入").check()
    page.get_by_role("checkbox", name=re.compile("教研室党总支")).uncheck()
    page.locator("[data-formset=categories]").get_by_role("button", name="再加一类").click()
    for row, (kind, name, eligible) in enumerate(
        [("party_member", "党员", MEMBERS), ("non_party_staff", "党外教职工", STAFF)]
    ):
        page.locator(f"#id_categories-{row}-kind").select_option(kind)
        page.locator(f"#id_categories-{row}-name").fill(name)
        page.locator(f"#id_categories-{row}-eligible").fill(str(eligible))
    page.get_by_label("结果公布范围").select_option("unit")
    page.locator("#id_invitation").fill("请结合平时的了解，实事求是地评。")
    assert axe_violations(page) == []
    scroll_to(page.get_by_text("四、评议对象"))
    picture(page, "evaluation-edit-desktop")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("评议已保存")).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", page.url)


def the_office_announces(page: Page) -> None:
    page.get_by_role("button", name="公布评议安排").click()
    expect(page.get_by_text("公布评议安排，已办理")).to_be_visible()
    expect(page.get_by_role("link", name="评议码", exact=True)).to_be_visible()
    assert axe_violations(page) == []


def the_office_prints_slips(page: Page, round_url: str, category: str) -> list[str]:
    """Print a batch for everybody of the category; the codes as they stand on the slips."""
    page.goto(f"{round_url}codes/")
    panel = page.locator(".panel").filter(has=page.get_by_role("heading", name=category, exact=True))
    panel.get_by_role("link", name="制作并打印").click()
    page.get_by_role("button", name="制作并打开打印页").click()
    expect(page.get_by_text("只出现这一次")).to_be_visible()
    assert axe_violations(page) == []
    codes = [text.strip() for text in page.locator(".slip-letters").all_inner_texts()]
    if category == "党员":
        picture(page, "slips-desktop", most=1150)
    page.goto(f"{round_url}codes/")
    expect(panel).to_contain_text(f"发出 {len(codes)}")
    assert codes[0] not in page.content()
    return codes


def one_rates_on_the_phone(visit: Visit, round_url: str, code: str) -> None:
    page = visit(PHONE)
    page.goto(f"/v/{number_of(round_url)}/#{code}")
    expect(page.get_by_label("评议码")).to_have_value(code)
    page.get_by_role("button", name="开始评议").click()
    empty = page.locator("main").evaluate("e => e.offsetHeight")
    scroll_to(page.locator("[data-subject]").first)
    for item, grade in enumerate(("比较满意", "满意", "不了解")):  # a picture with one answer everywhere would teach it
        page.locator("[data-item]").nth(item).get_by_role("radio", name=grade, exact=True).click()
    assert fits_the_screen(page)
    assert page.locator("main").evaluate("e => e.offsetHeight") == empty  # nothing moves under the finger
    picture(page, "ballot-phone")
    choose(page, "满意")
    page.get_by_label("意见建议").fill("希望多到农村学校听课。")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="谢谢您，票已经计入")).to_be_visible()
    picture(page, "ballot-done-phone", most=560)


def another_rates_by_typing(visit: Visit, round_url: str, code: str) -> None:
    page = visit(DESKTOP)
    page.goto("/v/")
    page.get_by_label("评议编号").fill(str(number_of(round_url)))
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("评议码").fill(code.lower())
    page.get_by_role("button", name="开始评议").click()
    choose(page, "比较满意")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="谢谢您，票已经计入")).to_be_visible()


def choose(page: Page, label: str) -> None:
    """Choose this grade for everything on the ballot."""
    boxes = page.get_by_role("radio", name=label, exact=True)
    expect(boxes.first).to_be_attached()  # the page has come
    for box in boxes.all():
        box.click()


def ballot_comes_in(page: Page, round_url: str, code: str, number: int) -> None:
    """One more ballot, as the browser would send it but without drawing the page."""
    address = f"/v/{number_of(round_url)}/"
    empty = page.request.post(f"{address}ballot/", form={"code": code}).text()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', empty))
    asked = sorted(set(re.findall(r'name="(g-\d+-\d+)"', empty)))
    assert len(asked) == BRANCHES * 5
    usual, weak = cycle(USUAL[number % len(USUAL) :] + USUAL), cycle(WEAK[number % len(WEAK) :] + WEAK)
    grades = {name: str(next(weak if name == WEAK_ITEM else usual)) for name in asked}
    answer = page.request.post(f"{address}cast/", form={**hidden, **grades})
    assert answer.url.endswith("/done/")


def the_office_watches_the_turnout(page: Page, round_url: str) -> None:
    page.goto(round_url)
    used = MEMBERS + STAFF - sum(UNUSED.values())
    expect(page.locator("[data-refresh]")).to_contain_text(f"{used}/{MEMBERS + STAFF}")
    assert axe_violations(page) == []
    picture(page, "evaluation-turnout-desktop")


def nobody_else_sees_a_figure(page: Page, round_url: str, reason: str) -> None:
    page.goto(round_url)
    expect(page.get_by_role("heading", name="2011年春各党支部群众评议")).to_be_visible()
    expect(page.get_by_text("已有多少人评议")).to_have_count(0)
    expect(page.get_by_role("link", name="评议结果")).to_have_count(0)
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    for closed in ("results/", "results/print/", "turnout/", "remarks/"):
        answer = page.goto(f"{round_url}{closed}")
        assert answer is not None
        assert answer.status == 403, closed
        assert "%" not in page.locator("main").inner_text()
    page.goto(f"{round_url}results/")
    expect(page.locator("main")).to_contain_text(reason)


def the_office_seals(page: Page, round_url: str) -> None:
    page.goto(round_url)
    page.get_by_role("link", name="封存计票").click()
    page.get_by_label("收回的未用评议码").fill(str(sum(UNUSED.values())))
    page.get_by_label("说明").fill("监票人周建平、顾海燕，计票人秦岚。")
    assert axe_violations(page) == []
    page.get_by_role("button", name="封存计票").click()
    expect(page).to_have_url(re.compile("/closing/$"))
    expect(page.get_by_text("清点的未用评议码与系统一致")).to_be_visible()
    expect(page.get_by_text(f"{sum(UNUSED.values())} 张")).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "closing-desktop", most=1150)


def the_office_publishes(page: Page, round_url: str) -> None:
    page.goto(round_url)
    page.get_by_role("link", name="公布结果").click()
    expect(page.get_by_role("row").filter(has_text="第三党支部")).to_contain_text("公开承诺的兑现")
    assert axe_violations(page) == []
    page.get_by_role("button", name="公布结果").click()
    expect(page).to_have_url(re.compile("/results/$"))
    expect(page.get_by_text("提出 1 项整改")).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "results-desktop", most=1350)


def the_member_reads_the_result(page: Page, round_url: str) -> None:
    page.goto(round_url)
    assert fits_the_screen(page)
    page.get_by_role("link", name="评议结果").click()
    expect(page.get_by_role("heading", name="第三党支部").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="党外教职工").first).to_contain_text(str(STAFF - 2))
    cells = page.locator(".table-cards tbody tr", has_text="创先争优活动的组织开展").first.locator("td")
    names = cells.evaluate_all("all => all.map(cell => cell.dataset.label)")
    assert len(set(names)) == len(names) > 2  # as a card, each figure says what it is
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    table = page.locator(".chart .table-wrap").first
    assert table.evaluate(
        "e => e.scrollWidth <= e.clientWidth"
    )  # the table beneath a chart fits a phone, nothing is cut off
    scroll_to(page.get_by_role("heading", name="第一党支部").first)
    picture(page, "results-phone")
