"""Every page works without script: an old phone, a locked-down office computer."""

import re
from collections.abc import Callable

from tests.browser.screen import DESKTOP, PHONE, Page, expect, fits_the_screen

Visit = Callable[..., Page]
FIRST, SECOND = "编写高一化学实验指导 8 篇，放到教研网", "为新教师上示范课 4 节"


def test_a_member_writes_and_hands_in_and_the_secretary_approves(visit: Visit) -> None:
    member = visit(PHONE, "dangyuan4", script=False)
    member.goto("/")
    menu = member.get_by_role("navigation", name="主菜单")
    expect(menu).to_be_hidden()
    member.get_by_text("菜单", exact=True).click()
    menu.get_by_role("link", name="承诺", exact=True).click()
    member.get_by_role("link", name="写承诺").first.click()
    member.get_by_role("button", name="开始写").click()
    expect(member.get_by_label("承诺内容").nth(1)).to_be_visible()
    rows = member.get_by_label("承诺内容").count()
    member.get_by_label("承诺内容").first.fill(FIRST)
    member.get_by_label("完成时限").first.fill("2011-10-31")
    member.get_by_role("button", name="再加几项").click()
    expect(member.get_by_label("承诺内容").nth(rows)).to_be_visible()
    expect(member.get_by_label("承诺内容").first).to_have_value(FIRST)
    member.get_by_label("承诺内容").nth(rows).fill(SECOND)
    member.get_by_role("button", name="提交审诺").click()

    # a date is missing: nothing is lost, and the page says which
    expect(member.get_by_role("alert")).to_contain_text("请填完成时限")
    expect(member.get_by_label("承诺内容").nth(rows)).to_have_value(SECOND)
    member.get_by_label("完成时限").nth(rows).fill("2011-12-10")
    assert fits_the_screen(member)
    member.get_by_role("button", name="提交审诺").click()
    expect(member.get_by_text("已提交审诺")).to_be_visible()

    secretary = visit(DESKTOP, "shuji1", script=False)
    secretary.goto("/pledges/review/")
    pledge = secretary.locator("li.review-one", has_text="何静")
    expect(pledge).to_contain_text(FIRST)
    expect(pledge).to_contain_text(SECOND)
    pledge.get_by_role("link", name="细读").click()
    secretary.locator("summary", has_text="同意定诺").click()
    secretary.get_by_role("button", name="确认同意定诺").click()
    expect(secretary.get_by_text("同意定诺，已办理")).to_be_visible()

    member.goto("/notices/")
    notice = member.locator("li", has_text="定诺")
    expect(notice).to_contain_text("未读")
    notice.get_by_role("button", name="去看看").click()
    expect(member).to_have_url(re.compile(r"/pledges/\d+/$"))
    expect(member.get_by_text("已定诺").first).to_be_visible()


def test_a_visitor_narrows_the_wall(visit: Visit) -> None:
    page = visit(PHONE, script=False)
    page.goto("/pledges/wall/")
    page.get_by_label("姓名或内容").fill("物理实验")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("li.wall-card")).to_have_count(1)
    expect(page.locator("li.wall-card")).to_contain_text("陆国强")
