"""Signing in at a study session: the moving code on the projector, a member's phone, and a code that has grown old."""

from collections.abc import Callable

from tests.browser.portal import Portal
from tests.browser.screen import DESKTOP, PHONE, Page, axe_violations, expect, fits_the_screen, picture, sign_in

Visit = Callable[..., Page]
EXPIRED = "这个签到码已经过期，请扫大屏幕上现在的码。"


def test_a_member_signs_by_the_moving_code_and_an_old_one_is_refused(visit: Visit, portal: Portal) -> None:
    pk = portal.python("-m", "tests.browser.seed_study")
    screen = visit(DESKTOP, "shuji1")
    screen.goto(f"/study/{pk}/sign/")
    screen.get_by_role("button", name="开始签到").click()
    code = screen.get_by_role("img", name="签到二维码")
    expect(code).to_be_visible()
    expect(screen.locator("[data-signed]")).to_have_text("0")
    expect(screen.locator("[data-missing]")).to_contain_text("沈晓琳")
    assert fits_the_screen(screen)
    assert axe_violations(screen) == []

    # the phone opens what the code says, is sent to sign in, and comes back with it
    phone = visit(PHONE)
    phone.goto(str(code.get_attribute("data-url")))
    sign_in(phone, "dangyuan1")
    if phone.get_by_role("alert").is_visible():  # a slow machine: what a slow typist is told to do
        phone.goto(str(code.get_attribute("data-url")))
    expect(phone.get_by_text("为 沈晓琳 签到")).to_be_visible()
    assert fits_the_screen(phone)
    assert axe_violations(phone) == []
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_text("沈晓琳，您已签到。")).to_be_visible()

    # nobody touches the projector: it counts by itself
    expect(screen.locator("[data-signed]")).to_have_text("1")
    expect(screen.locator("[data-missing]")).not_to_contain_text("沈晓琳")
    picture(screen, "study-sign-desktop", most=920)

    # by now this code was on the screen two minutes ago
    other = visit(PHONE, "dangyuan2")
    other.goto(portal.python("-m", "tests.browser.seed_study", "code", pk, "120"))
    expect(other.get_by_role("alert")).to_contain_text(EXPIRED)
    expect(other.get_by_role("button", name="签到")).to_be_visible()  # the six digits may still be typed
    other.get_by_label("大屏幕上的六位数字").fill(screen.locator(".sign-number").inner_text())
    other.get_by_role("button", name="签到").click()
    expect(other.get_by_text("吴丽娟，您已签到。")).to_be_visible()

    screen.get_by_role("button", name="结束签到").click()
    expect(screen.get_by_text("签到已经结束")).to_be_visible()


def test_the_projector_and_the_phone_work_without_script(visit: Visit, portal: Portal) -> None:
    screen = visit(DESKTOP, "shuji2", script=False)
    pk = portal.python("-m", "tests.browser.seed_study", "plan", "第二党支部")
    screen.goto(f"/study/{pk}/sign/")
    screen.get_by_role("button", name="开始签到").click()
    assert screen.locator('meta[http-equiv="refresh"]').count() == 1
    phone = visit(PHONE, "jiangxuemei", script=False)
    phone.goto(f"/study/{pk}/sign-in/")
    phone.get_by_label("大屏幕上的六位数字").fill(screen.locator(".sign-number").inner_text())
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_text("蒋雪梅，您已签到。")).to_be_visible()
    screen.goto(f"/study/{pk}/sign/")
    expect(screen.locator("[data-signed]")).to_have_text("1")


def test_the_chairs_list_enters_the_rest_as_present_and_saves_at_once(visit: Visit, portal: Portal) -> None:
    page = visit(DESKTOP, "shuji2")
    pk = portal.python("-m", "tests.browser.seed_study", "plan", "第二党支部", "2011-06-17")
    page.goto(f"/study/{pk}/attendance/")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("radiogroup", name="史文杰的出勤").get_by_label("缺席").check()
    page.get_by_role("textbox", name="史文杰的事由").fill("生病")
    page.get_by_role("button", name="没有选的都算出席").click()
    assert axe_violations(page) == []
    assert fits_the_screen(page)
    page.get_by_role("button", name="保存出勤").click()
    expect(page.get_by_text("已登记：出席 2 人，缺席 1 人。")).to_be_visible()
    expect(page.get_by_text("生病")).to_be_visible()
