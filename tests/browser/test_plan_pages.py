"""The plan and its timeline as a member finds them: on a phone, on a desk, on paper."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.screen import DESKTOP, PHONE, Page, expect, fits_the_screen, pages_of, picture

Visit = Callable[..., Page]


def test_the_timeline_stands_upright_on_a_phone(visit: Visit) -> None:
    page = visit(PHONE)
    page.goto("/plan/timeline/")
    expect(page.locator("svg.timeline-down")).to_be_visible()
    expect(page.locator("svg.timeline-across")).to_be_hidden()
    assert fits_the_screen(page)
    for word in ("2010年春", "2012年秋", "建党90周年", "党的十八大召开", "健全机制，全面争创", "今天"):
        expect(page.locator("svg.timeline-down").get_by_text(word, exact=True)).to_be_visible()
    picture(page, "timeline-phone", most=1400)


def test_the_timeline_lies_along_on_a_desk_with_today_in_its_place(visit: Visit) -> None:
    page = visit(DESKTOP)
    page.goto("/plan/timeline/")
    drawn = page.locator("svg.timeline-across")
    expect(drawn).to_be_visible()
    expect(page.locator(".page-lead")).to_contain_text("2011年6月20日是活动的第335天（共895天）")
    today = drawn.locator("line.timeline-today").bounding_box()
    milestone = drawn.get_by_text("建党90周年", exact=True).bounding_box()
    semester = drawn.locator("rect.timeline-term.is-running").first.bounding_box()
    assert today and milestone and semester
    assert semester["x"] < today["x"] < semester["x"] + semester["width"]
    assert today["x"] < milestone["x"] + milestone["width"]
    picture(page, "timeline-desktop")


def test_the_table_names_the_phases_of_the_picture(visit: Visit) -> None:
    page = visit(DESKTOP)
    page.goto("/plan/timeline/")
    drawn = page.locator("svg.timeline-across")
    for row in page.get_by_role("table", name="各阶段的时间").locator("tbody tr").all():
        title = row.get_by_role("rowheader").inner_text()
        expect(drawn.get_by_text(title, exact=True)).to_be_visible()


def test_plan_and_timeline_print_on_a4(visit: Visit, tmp_path: Path) -> None:
    page = visit(DESKTOP)
    page.goto("/plan/timeline/")
    assert pages_of(page, tmp_path / "timeline.pdf") <= 2
    page.goto("/plan/")
    assert pages_of(page, tmp_path / "plan.pdf") <= 6
    picture(page, "plan-desktop", most=1700)
