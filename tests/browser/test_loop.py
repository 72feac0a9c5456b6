"""The whole loop as four people play it: a pledge from the first word to the row in the office's workbook.

Member on the phone, secretary and office on the desk, a visitor on both. The site stands on 20 June 2011 and comes back a week later.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from tests.browser.portal import Portal, until
from tests.browser.screen import DESKTOP, PHONE, Page, expect, fits_the_screen, picture, scroll_to

Visit = Callable[..., Page]
EMPTY_PHRASE = "努力提高业务水平，积极服务基层学校"
PROMISE = "本学期到戚墅堰、武进的农村初中听课评课 12 节，当面反馈"
BASELINE, TARGET = "上学期 5 节，没有反馈记录", "12 节，每节有听课记录和反馈单"
DONE = "到礼嘉中学听课 2 节，和备课组当面交换意见。"
WEEK_LATER = "2011-06-27"


@pytest.fixture
def week_later(portal: Portal) -> Iterator[Callable[[], None]]:
    """Brings the site to the day the item falls due; afterwards it stands on its first day again."""
    today = portal.today
    yield lambda: portal.restart(WEEK_LATER)
    portal.restart(today)


def test_a_pledge_goes_from_the_phone_to_the_wall_and_into_the_ledger(
    visit: Visit, portal: Portal, week_later: Callable[[], None], tmp_path: Path
) -> None:
    member = visit(PHONE, "dangyuan1")
    secretary = visit(DESKTOP, "shuji1")
    the_member_writes_an_empty_phrase_and_is_told_so(member)
    the_secretary_returns_it_with_a_reason(secretary)
    the_member_reads_the_reason_and_improves(member)
    the_secretary_approves_and_publishes(secretary)
    a_visitor_reads_it(visit)
    week_later()
    the_reminder_comes_by_itself(member, portal)
    the_member_writes_down_what_was_done(member, tmp_path)
    the_office_takes_the_ledger_away(visit, tmp_path)


def the_member_writes_an_empty_phrase_and_is_told_so(page: Page) -> None:
    page.goto("/")
    page.get_by_text("菜单", exact=True).click()
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="承诺", exact=True).click()
    page.get_by_role("link", name="写承诺").first.click()
    page.get_by_role("button", name="开始写").click()
    page.get_by_label("承诺内容").first.fill(EMPTY_PHRASE)
    page.get_by_label("完成时限").first.fill(WEEK_LATER)
    page.get_by_label("现状").first.focus()
    expect(page.get_by_text("已自动保存")).to_be_visible()

    page.reload()  # the phone rang, the page was closed: what was typed comes back
    expect(page.get_by_text("这里是您上次没有保存的内容")).to_be_visible()
    expect(page.get_by_label("承诺内容").first).to_have_value(EMPTY_PHRASE)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，还没有提交。")).to_be_visible()
    hint = page.get_by_text("说的是态度，看不出做到什么程度算兑现")
    expect(hint).to_be_visible()
    assert fits_the_screen(page)
    scroll_to(page.get_by_role("heading", name="承诺事项"))
    picture(page, "loop-01-hint-phone")

    page.get_by_role("button", name="提交审诺").click()  # a hint never blocks
    expect(page.get_by_text("已提交审诺")).to_be_visible()


def the_secretary_returns_it_with_a_reason(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="承诺", exact=True).first.click()
    page.locator("li", has_text="审").get_by_role("link", name="去办").first.click()
    row = page.locator("li.review-one", has_text="沈晓琳")
    expect(row).to_contain_text(EMPTY_PHRASE)
    expect(row).to_contain_text("有提示")
    picture(page, "loop-02-pile-desktop")
    row.get_by_role("link", name="细读").click()
    page.locator("summary", has_text="退回修改").click()
    page.get_by_label("退回意见").fill("请写清楚去哪些学校、听几节课、什么时候反馈。")
    picture(page, "loop-03-return-desktop", full=True)
    page.get_by_role("button", name="确认退回修改").click()
    expect(page.get_by_text("退回修改，已办理")).to_be_visible()


def the_member_reads_the_reason_and_improves(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".topbar .count").first).to_be_visible()
    page.locator(".topbar").get_by_role("link", name="通知").click()
    expect(page.locator("li", has_text="退回")).to_be_visible()
    picture(page, "loop-04-notice-phone")
    page.locator("li", has_text="退回").get_by_role("button", name="去看看").click()
    expect(page.get_by_text("请写清楚去哪些学校、听几节课、什么时候反馈。").first).to_be_visible()
    picture(page, "loop-05-reason-phone")
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("承诺内容").first.fill(PROMISE)
    page.get_by_label("现状").first.fill(BASELINE)
    page.get_by_label("目标").first.fill(TARGET)
    page.get_by_label("对应标准").first.select_option(label="带头服务师生")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，还没有提交。")).to_be_visible()
    expect(page.get_by_text("说的是态度")).to_have_count(0)
    scroll_to(page.get_by_role("heading", name="承诺事项"))
    picture(page, "loop-06-improve-phone")
    page.get_by_role("button", name="提交审诺").click()
    expect(page.get_by_text("已提交审诺")).to_be_visible()


def the_secretary_approves_and_publishes(page: Page) -> None:
    page.goto("/pledges/review/")
    row = page.locator("li.review-one", has_text="沈晓琳")
    expect(row).to_contain_text(PROMISE)
    expect(row).not_to_contain_text("有提示")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="勾选的同意定诺").click()
    expect(page.get_by_text("已定诺 1 份")).to_be_visible()
    page.goto("/pledges/")
    page.locator("li", has_text="公布").get_by_role("link", name="去办").click()
    expect(page.get_by_role("link", name="沈晓琳")).to_be_visible()
    picture(page, "loop-07-publish-desktop")
    page.get_by_role("button", name="公布勾选的").click()
    # another test of this portal may have left one approved
    expect(page.get_by_text(re.compile(r"已公布 \d 份"))).to_be_visible()


def a_visitor_reads_it(visit: Visit) -> None:
    for screen, name in ((PHONE, "phone"), (DESKTOP, "desktop")):
        page = visit(screen)
        page.goto("/")
        page.get_by_role("link", name="承诺墙").first.click()
        card = page.locator("li.wall-card", has_text="沈晓琳")
        expect(card).to_contain_text("农村初中听课评课")
        assert fits_the_screen(page)
        scroll_to(card)
        picture(page, f"loop-08-wall-{name}")
        card.get_by_role("link", name="沈晓琳").click()
        expect(page.get_by_text(TARGET)).to_be_visible()
        expect(page.get_by_text("请写清楚去哪些学校")).to_have_count(0)  # opinions are nobody else's business
        assert fits_the_screen(page)
        picture(page, f"loop-09-pledge-{name}", full=True)


def the_reminder_comes_by_itself(page: Page, portal: Portal) -> None:
    def told() -> bool:
        page.goto("/notices/")
        return page.locator("li", has_text="今天到期").count() > 0

    assert until(told, 60), "the reminder did not come"
    expect(page.locator(".topbar .count").first).to_be_visible()
    expect(page.locator("li", has_text="今天到期")).to_contain_text("未读")
    picture(page, "loop-10-reminder-phone")

    def mailed() -> bool:
        return any("今天到期" in subject for subject, _ in portal.mails("dangyuan1@example.com"))

    assert until(mailed, 30), portal.mails()
    about = [text for subject, text in portal.mails("dangyuan1@example.com") if "今天到期" in subject]
    assert len(about) == 1
    assert PROMISE in about[0]
    assert portal.url in about[0]
    assert not [subject for subject, _ in portal.mails("jiangxuemei@example.com") if PROMISE in subject]


def the_member_writes_down_what_was_done(page: Page, tmp_path: Path) -> None:
    page.locator("li", has_text="今天到期").get_by_role("button", name="去看看").click()
    page.get_by_label("做了什么").fill(DONE)
    photograph = tmp_path / "听课记录.jpg"
    Image.new("RGB", (640, 480), "#d8cfc0").save(photograph)
    page.get_by_label("佐证材料").set_input_files(photograph)
    page.get_by_label("兑现", exact=True).check()
    picture(page, "loop-11-entry-phone", full=True)
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text(DONE, exact=True)).to_be_visible()
    file = page.get_by_role("link", name="听课记录.jpg")
    expect(file).to_be_visible()
    answer = page.request.get(file.get_attribute("href") or "")
    assert answer.ok
    assert answer.headers["content-type"] == "image/jpeg"


def the_office_takes_the_ledger_away(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP, "ganshi")
    page.goto("/pledges/")
    page.get_by_label("姓名或内容").fill("听课评课")
    page.get_by_role("button", name=re.compile("筛选|查找|查询")).click()
    expect(page.get_by_role("link", name="沈晓琳")).to_be_visible()
    other = page.get_by_role("row", name="蒋雪梅")  # one of her two items holds the word; both are counted
    expect(other.locator("td[data-label=事项]")).to_have_text("2")
    picture(page, "loop-12-ledger-desktop")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出台账").click()
    file = tmp_path / "ledger.xlsx"
    download.value.save_as(file)
    assert re.search(r"承诺.*\.xlsx$", download.value.suggested_filename)
    rows = list(load_workbook(file).active.iter_rows(values_only=True))
    head = next(row for row in rows if "承诺内容" in row)
    lines = [dict(zip(head, row, strict=True)) for row in rows if PROMISE in row]
    assert len(lines) == 1
    line = lines[0]
    assert line["承诺人"] == "沈晓琳"
    assert as_day(line["完成时限"]) == as_day(line["兑现日期"]) == date(2011, 6, 27)
    assert as_day(line["亮诺"]) == date(2011, 6, 20)
    assert (line["状态"], line["兑现情况"], line["践诺记录"]) == ("已亮诺", "兑现", 1)
    assert (line["到期项"], line["兑现项"]) == (1, 1)


def as_day(cell: object) -> date:
    """A cell that is a date for Excel too, not a text that looks like one."""
    assert isinstance(cell, date), cell
    return date(cell.year, cell.month, cell.day)
