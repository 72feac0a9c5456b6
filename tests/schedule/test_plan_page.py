"""The plan as a page: all of it, in its order, for everybody."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from chuangxian import clock
from schedule.actions.plan import load_plan
from schedule.admin import COLUMNS
from schedule.models import (
    Campaign,
    Carrier,
    CarrierItem,
    Indicator,
    Phase,
    PhaseTask,
    Standard,
    StudyDocument,
)
from schedule.plan_file import read_plan
from tests import build
from tests.schedule.original import TOML, clauses

pytestmark = pytest.mark.django_db

JUNE = date(2011, 6, 20)
PAGES = ["/plan/", "/plan/timeline/"]


@pytest.fixture
def campaign(db: Any) -> Campaign:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=date(2010, 7, 21))
    return Campaign.objects.get()


def seen(client: Client, path: str, on: date = JUNE) -> str:
    """The text of a page as it is read, without blanks and navigation."""
    with clock.standing_on(on):
        response = client.get(path)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<nav.*?</nav>", "", main, flags=re.DOTALL)
    return "".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


def test_the_page_says_every_clause_of_the_plan_in_the_plan_s_order(client: Client, campaign: Campaign) -> None:
    text = seen(client, "/plan/")
    at = 0
    for clause in clauses():
        found = text.find(clause, at)
        assert found >= 0, f"“{clause}” is missing or out of order"
        at = found + len(clause)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_open_without_signing_in(client: Client, campaign: Campaign, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_only_show(client: Client, campaign: Campaign, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_without_a_plan_the_pages_say_how_to_load_one(client: Client, path: str) -> None:
    assert "还没有装入活动方案" in seen(client, path)


def test_every_entry_of_the_contents_leads_to_its_place(client: Client, campaign: Campaign) -> None:
    html = client.get("/plan/").content.decode()
    links = re.findall(r'href="#([^"]+)"', html.partition('class="plan-toc')[2].partition("</nav>")[0])
    assert len(links) == 14
    assert [link for link in links if html.count(f'id="{link}"') != 1] == []


def test_the_four_ways_stand_in_their_order_and_the_running_phase_is_marked(client: Client, campaign: Campaign) -> None:
    html = client.get("/plan/").content.decode()
    steps = html.partition('class="plan-steps"')[2].partition("</ol>")[0]
    assert re.findall(r"<strong>(.+?)</strong>", steps) == ["公开承诺", "领导点评", "群众评议", "评选表彰"]
    text = seen(client, "/plan/")
    assert "2010年7月下旬—9月上旬已经结束" in text
    assert "2010年9月上旬—2012年6月底正在进行" in text
    assert "2012年7月—2012年底尚未开始" in text


def test_indicators_stand_under_their_standard_with_whose_they_are(client: Client, campaign: Campaign) -> None:
    standard = Standard.objects.get(key="lead_service")
    Indicator.objects.create(standard=standard, post="学科教研员", text="每学期听课不少于60节。", starts_on=JUNE)
    Indicator.objects.create(
        standard=standard, organization=build.branch(name="第一党支部"), text="每月下校一次。", starts_on=JUNE
    )
    Indicator.objects.create(standard=standard, text="教师来电当天答复。", starts_on=JUNE)
    text = seen(client, "/plan/")
    assert "学科教研员：每学期听课不少于60节。" in text
    assert "第一党支部：每月下校一次。" in text
    assert text.index("带头服务师生") < text.index("教师来电当天答复。") < text.index("带头遵纪守法")


def test_what_was_withdrawn_is_not_shown(client: Client, campaign: Campaign) -> None:
    Phase.objects.filter(key="model_and_sum_up").update(withdrawn_on=JUNE)
    CarrierItem.objects.filter(key="award_lesson").update(withdrawn_on=JUNE)
    assert "典型示范、榜样引路" not in seen(client, "/plan/")
    assert "典型示范" not in seen(client, "/plan/timeline/")
    assert 'aria-label="教学常规与评比"><li>教学常规落实</li><li>研究课</li>' in client.get("/plan/").content.decode()


def test_what_stands_in_the_plan_cannot_write_html(client: Client, campaign: Campaign) -> None:
    Phase.objects.filter(key="build_and_strive").update(title="<b>粗</b>", label="<script>")
    for path in PAGES:
        html = client.get(path).content.decode()
        assert "<b>粗" not in html
        assert "&lt;b&gt;粗" in html


@pytest.mark.parametrize(("path", "queries"), [("/plan/", 17), ("/plan/timeline/", 4)])
def test_longer_plans_need_no_more_queries(
    client: Client, campaign: Campaign, django_assert_num_queries: Callable[[int], Any], path: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        client.get(path)
    place = build.branch()
    for number in range(3):
        phase = Phase.objects.create(
            campaign=campaign, key=f"p{number}", title="又一阶段", label="2011年", starts_on=JUNE, ends_on=JUNE
        )
        task = PhaseTask.objects.create(phase=phase, key="t", title="又一工作")
        StudyDocument.objects.create(task=task, key="d", title="又一材料", kind="other")
        carrier = Carrier.objects.create(
            campaign=campaign, key=f"c{number}", title="又一载体", text="以又一载体为载体。"
        )
        carrier.standards.add(Standard.objects.get(key="lead_service"))
        item = CarrierItem.objects.create(carrier=carrier, key="i", title="又一内容", text="又一内容。")
        CarrierItem.objects.create(carrier=carrier, parent=item, key="j", title="又一事项")
        Indicator.objects.create(
            standard=Standard.objects.all()[number], organization=place, text="又一条件。", starts_on=JUNE
        )
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize("model", sorted(model._meta.model_name or "" for model in COLUMNS))
def test_the_administrator_looks_at_every_part_and_changes_none(client: Client, campaign: Campaign, model: str) -> None:
    client.force_login(build.user(is_staff=True), "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/admin/schedule/{model}/").status_code == 200
    assert client.get(f"/admin/schedule/{model}/add/").status_code == 403
