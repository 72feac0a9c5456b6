"""An evening of comments: thirty sheets by the keyboard; one is signed for, put right, sent back once, and closed by somebody else."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.portal import Portal, running
from tests.browser.screen import DESKTOP, PHONE, Page, expect, fits_the_screen, picture, visits

Visit = Callable[..., Page]
PROBLEM = "听评课的书面反馈拖到两周以后"
DIRECTION = "到农村学校去，把听课变成一起备课"
MEMBERS = 30
LINE_DOWN = 4  # the sheet at which it breaks


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """The branch of seed_comments.py on 20 June 2011."""
    data = tmp_path_factory.mktemp("comments")
    fill: Callable[[Portal], Any] = lambda empty: empty.python("-m", "tests.browser.seed_comments")  # noqa: E731
    with running(data, "2011-06-20", fill, f"comments_{worker_id}") as portal:
        yield portal


@pytest.fixture
def visit(browser: Any, branch: Portal) -> Iterator[Visit]:
    """Pages of that branch."""
    with visits(browser, branch.url) as visit:
        yield visit


def test_thirty_are_commented_and_one_shortcoming_is_closed_by_another_person(visit: Visit) -> None:
    secretary = visit(DESKTOP, "shuji1")
    the_secretary_comments_on_all_thirty(secretary)
    member = visit(PHONE, "dangyuan1")
    the_member_signs(member)
    the_member_puts_it_right(member, "已排出安排，听课当天写反馈", "6 月起当天反馈，已反馈 4 节")
    the_secretary_sends_it_back(secretary)
    the_member_puts_it_right(member, "补上反馈单原件 4 份", "反馈单已交支部，学校签了字")
    the_deputy_strikes_it_off(visit)
    secretary.goto("/reviews/comments/")
    secretary.get_by_role("link", name=re.compile("沈晓琳")).first.click()
    expect(secretary.get_by_text("已整改").first).to_be_visible()
    picture(secretary, "comment-verified-desktop", most=1200)


def the_secretary_comments_on_all_thirty(page: Page) -> None:
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="等我点评的党组织和党员").get_by_role("link").last.click()
    page.get_by_role("link", name=re.compile("接着写|开始")).first.click()
    for number in range(1, MEMBERS + 1):
        expect(page.locator(".walk-place")).to_contain_text(f"已点评 {number - 1}")
        page.wait_for_load_state()  # its scripts are there: keys do something
        if page.get_by_role("heading", level=1).inner_text() == "沈晓琳":
            page.locator("#id_problems-0-text").fill(PROBLEM)
            page.get_by_label("主要成绩").fill("下校次数多，老师们愿意请她去听课。")
            picture(page, "walk-desktop")
        page.get_by_label("努力方向").fill(DIRECTION)
        if number == LINE_DOWN:
            the_line_is_down_while_it_is_issued(page)
        else:
            page.keyboard.press("Control+Enter")
        expect(page.locator("main")).not_to_contain_text(f"已点评 {number - 1}，")
        if number < MEMBERS:
            expect(page.locator(".walk-place")).to_contain_text(f"已点评 {number}")
    expect(page).to_have_url(re.compile(r"/write/$"))
    page.goto("/")
    expect(page.get_by_text("等我点评的党组织和党员")).to_have_count(0)


def the_line_is_down_while_it_is_issued(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("努力方向").blur()  # leaving the field saves the draft, in vain
    page.keyboard.press("Control+Enter")
    promise = page.get_by_text("线路恢复后会自动再发")
    expect(promise).to_be_visible()
    page.get_by_label("主要成绩").fill("接着又写了一句。")
    page.get_by_label("努力方向").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(promise).to_be_visible()
    expect(page.get_by_label("努力方向")).to_have_value(DIRECTION)
    page.context.set_offline(False)


def the_member_signs(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("的点评，请签收")).click()
    expect(page.get_by_text(PROBLEM).first).to_be_visible()
    page.get_by_role("link", name="签收", exact=True).click()
    assert fits_the_screen(page)
    picture(page, "comment-acknowledge-phone", full=True)
    page.get_by_role("button", name="签收", exact=True).click()
    expect(page.get_by_text("已签收").first).to_be_visible()


def the_member_puts_it_right(page: Page, done: str, result: str) -> None:
    page.goto("/items/")
    page.get_by_role("link", name=re.compile(PROBLEM)).click()
    if page.get_by_role("link", name="写原因和措施", exact=True).count():
        page.get_by_role("link", name="写原因和措施", exact=True).click()
        page.get_by_label("原因").fill("没有安排写反馈的时间")
        page.get_by_label("整改措施").fill("听课当天写反馈单，每周五自查一次")
        page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="记一笔进展").click()
    page.get_by_label("做了什么").fill(done)
    page.get_by_role("button", name=re.compile("保存|记下")).click()
    expect(page.get_by_text(done).first).to_be_visible()
    assert fits_the_screen(page)
    page.locator("summary").filter(has_text="提交验收").click()
    page.get_by_label(re.compile("整改结果")).fill(result)
    page.get_by_role("button", name=re.compile("提交验收")).click()
    expect(page.get_by_text("待验收").first).to_be_visible()


def the_secretary_sends_it_back(page: Page) -> None:
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="等我验收的整改").get_by_role("link").last.click()
    page.get_by_role("link", name=re.compile(PROBLEM)).click()
    page.locator("summary").filter(has_text="退回再改").click()
    page.get_by_label(re.compile("退回意见")).fill("只有安排，没有反馈单，请补上再交。")
    picture(page, "item-reopen-desktop")
    page.get_by_role("button", name=re.compile("退回再改")).click()
    expect(page.get_by_text("退回再改").first).to_be_visible()


def the_deputy_strikes_it_off(visit: Visit) -> None:
    page = visit(DESKTOP, "fushuji1")
    page.goto("/items/?waiting=to_verify")
    page.get_by_role("link", name=re.compile(PROBLEM)).click()
    page.locator("summary").filter(has_text="验收销号").click()
    page.get_by_role("button", name=re.compile("验收销号")).click()
    expect(page.get_by_text("已销号").first).to_be_visible()
    picture(page, "item-verified-desktop", most=1100)
