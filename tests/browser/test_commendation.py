"""Commending in a browser: what is refused says why, and a visitor objects from a phone and later reads the answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.portal import Portal
from tests.browser.screen import DESKTOP, PHONE, Page, axe_violations, expect, fits_the_screen, picture

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def made(portal: Portal) -> dict[str, Any]:
    """The numbers of what seed_commendation made."""
    return dict(json.loads(portal.python("-m", "tests.browser.seed_commendation")))


def test_the_eleventh_for_ten_places_reads_how_the_places_were_counted(visit: Visit, made: dict[str, Any]) -> None:
    page = visit(DESKTOP, "pingxuan")
    page.goto(f"/awards/rounds/{made['full']}/desk/")
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    page.goto(f"/awards/nominations/{made['eleventh']}/")
    button = page.get_by_role("button", name="初评通过")
    expect(button).to_be_disabled()
    expect(page.get_by_text("已经用去 10 个，没有名额了")).to_be_visible()
    picture(page, "eleventh-desktop", most=560)


def test_who_may_not_be_recommended_reads_the_rule_beside_his_name(visit: Visit, made: dict[str, Any]) -> None:
    page = visit(PHONE, "tuijian")
    page.goto(f"/awards/nominations/add/?category={made['category']}&q=欧阳")
    line = page.get_by_role("row", name="欧阳春")
    expect(line).to_contain_text("现在是预备党员，没有在表彰日期 2011-07-01 以前转正的记录。")
    expect(line.get_by_role("button", name="推荐")).to_be_disabled()
    assert fits_the_screen(page)
    assert axe_violations(page) == []
    picture(page, "barred-phone", most=1100)


def test_on_the_fourth_working_day_nothing_is_confirmed(visit: Visit, made: dict[str, Any]) -> None:
    page = visit(DESKTOP, "pingxuan")
    page.goto(f"/awards/nominations/{made['hanging']}/")
    expect(page.get_by_role("button", name="审定")).to_be_disabled()
    expect(page.get_by_text("公示要满 5 个工作日，到 2011-06-21 为止，现在还不能审定。").first).to_be_visible()
    picture(page, "day-four-desktop", most=560)


def test_an_objection_without_an_answer_stands_before_the_confirmation(visit: Visit, made: dict[str, Any]) -> None:
    page = visit(DESKTOP, "pingxuan")
    page.goto(f"/awards/nominations/{made['over']}/")
    expect(page.get_by_text("有异议", exact=True).first).to_be_visible()
    assert page.get_by_role("button", name="审定").count() == 0 or page.get_by_role("button", name="审定").is_disabled()
    page.goto(f"/awards/objections/{made['objection']}/")
    picture(page, "objection-desktop", most=760)
    page.get_by_role("link", name="核实答复").click()
    assert fits_the_screen(page)
    assert axe_violations(page) == []


def test_a_visitor_objects_without_a_name_and_reads_the_answer_by_the_number(
    visit: Visit, made: dict[str, Any]
) -> None:
    phone = visit(PHONE)
    phone.goto(f"/awards/public/notices/{made['hanging_notice']}/")
    expect(phone.get_by_text("白露").first).to_be_visible()
    assert fits_the_screen(phone)
    assert axe_violations(phone) == []
    picture(phone, "notice-phone", most=1300)
    phone.get_by_role("link", name="提出异议").first.click()
    phone.get_by_label("针对谁").select_option(label="白露（试点党支部，优秀共产党员）")
    phone.get_by_label("异议内容").fill("事迹里写的听课节数和学校登记的不一样，请核实。")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="异议已收到")).to_be_visible()
    number = phone.locator(".posting-number").inner_text()
    assert phone.context.cookies() == []

    office = visit(DESKTOP, "pingxuan")
    office.goto(f"/awards/objections/?notice={made['hanging_notice']}")
    office.get_by_role("link", name="白露").first.click()
    office.get_by_role("link", name="核实答复").click()
    office.get_by_label("核实情况").fill("查了听课记录和学校登记，登记表漏记两节。")
    office.get_by_label("不成立", exact=True).check()
    office.get_by_label("答复", exact=False).last.fill("经核实，学校登记漏记两节，已补登，事迹属实。")
    office.get_by_role("button", name="答复", exact=True).click()

    phone.goto("/awards/public/reply/")
    phone.get_by_label("查询号").fill(number)
    phone.get_by_role("button", name="查询", exact=True).click()
    expect(phone.get_by_text("已补登，事迹属实")).to_be_visible()
    assert phone.context.cookies() == []
