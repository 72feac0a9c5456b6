"""What every page shows around its content: navigation by role, banners, the day."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chuangxian import clock
from reports.demo.cast import ACCOUNTS, PASSWORD
from schedule.models import Heartbeat
from tests.conftest import Cast

HOME = reverse("reports:dashboard")
PLEDGES, REVIEWS = ["承诺", "承诺墙"], ["对照检查", "点评", "评议", "整改"]
CALENDAR = ["日历", "任务", "学习", "学时", "活动", "会议"]
AWARDS = ["评选", "公示", "光荣榜", "典型", "示范岗", "品牌"]
ALL_AWARDS = ["评选", "推荐", *AWARDS[1:], "总结"]
PLAIN = [["工作台"], PLEDGES, REVIEWS, AWARDS, CALENDAR, ["活动方案"], ["党组织"]]
LEADING = [["工作台"], PLEDGES, [*REVIEWS, "覆盖"], ALL_AWARDS, CALENDAR, ["活动方案"], ["党组织"]]
NAV = {
    "dangyuan1": PLAIN,
    "shuji1": [*LEADING, ["提醒", "台账", "总览", "档案", "统计", "负担"]],
    "zongzhi": [*LEADING, ["提醒", "台账", "总览", "档案", "统计", "负担", "日志"]],
    "ganshi": [*LEADING, ["提醒", "台账", "总览", "档案", "统计", "负担", "日志"]],
    "guanli": [["工作台"], ["承诺墙"], ["活动方案"], ["日志", "账号"]],
}


@pytest.mark.parametrize("name", NAV)
def test_each_role_finds_its_own_rooms_and_every_one_opens(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.users()[name])
    nav = list(client.get(HOME).context["nav"])
    assert [[room["label"] for room in group["entries"]] for group in nav] == NAV[name]
    for room in (room for group in nav for room in group["entries"]):
        answer = client.get(room["url"])
        assert answer.status_code == 200
        assert active_rooms(answer.context["nav"]) == [room["label"]]


def test_a_group_leads_to_its_first_room_and_shows_the_others_beside_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.dangyuan1)
    page = client.get(reverse("schedule:item_list"))
    (group,) = [group for group in page.context["nav"] if group["active"]]
    assert (group["label"], group["url"]) == ("点评与评议", reverse("reviews:self_review_list"))
    assert 'class="nav-rooms"' in page.content.decode()
    assert 'class="nav-rooms"' not in client.get(HOME).content.decode()


def active_rooms(nav: Any) -> list[str]:
    return [room["label"] for group in nav for room in group["entries"] if room["active"]]


def test_a_page_of_a_room_marks_its_room(client: Client, cast: Cast) -> None:
    client.force_login(cast.guanli)
    nav = client.get(reverse("accounts:account_page", args=[cast.guanli.pk])).context["nav"]
    assert active_rooms(nav) == ["账号"]


def test_a_stranger_without_account_costs_nothing_but_the_page_itself(client: Client, db: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("accounts:sign_in"))
    assert len(queries) == 0


def test_the_stopped_clock_is_told_to_the_office_and_the_administrator_only(client: Client, cast: Cast) -> None:
    def told(user: Any) -> bool:
        client.force_login(user)
        return "提醒服务已停止" in client.get(HOME).content.decode()

    assert told(cast.ganshi) and told(cast.guanli)
    assert not told(cast.dangyuan1) and not told(cast.zongzhi)
    Heartbeat.objects.create(name="tick", at=clock.wall())
    assert not told(cast.ganshi)
    Heartbeat.objects.update(at=clock.wall() - timedelta(minutes=4))
    assert told(cast.ganshi)


def test_the_demos_accounts_stand_on_the_sign_in_page_of_the_demo_only(client: Client, db: Any, settings: Any) -> None:
    sign_in = reverse("accounts:sign_in")
    assert PASSWORD not in client.get(sign_in).content.decode()
    settings.CHUANGXIAN_DEMO = True
    body = client.get(sign_in).content.decode()
    assert PASSWORD in body and all(account.username in body for account in ACCOUNTS)


@pytest.mark.parametrize("view", ["pledges:pledge_list", "schedule:item_list", "reviews:self_review_list"])
def test_an_administrator_is_told_why_a_list_of_content_is_empty(client: Client, cast: Cast, view: str) -> None:
    sentence = "系统管理员只管理账号，看不到党内材料的内容。"
    client.force_login(cast.guanli)
    assert sentence in client.get(reverse(view)).content.decode()
    client.force_login(cast.dangyuan1)
    assert sentence not in client.get(reverse(view)).content.decode()


def test_an_administrators_own_empty_pages_speak_of_themselves(client: Client, cast: Cast) -> None:
    client.force_login(cast.guanli)
    page = client.get(reverse("accounts:account_list"), {"words": "没有这个人"}).content.decode()
    assert "请换一个条件再找。" in page and "看不到党内材料" not in page
