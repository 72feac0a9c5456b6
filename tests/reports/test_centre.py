"""The centre of tables: what a reader finds, what he sees before he takes it away, and that nobody finds more than his."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry
from branches.models import Organization, PostAssignment
from branches.scope import standing_of
from reports.catalogue import REPORTS, Asked
from reports.models import ReportRun
from reports.views import centre
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.schedule.items import item

TODAY = date(2011, 6, 20)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY


def gap(cast: Cast, place: Organization, problem: str = "听课太少", on: date = date(2011, 5, 10)) -> None:
    item(place, cast.member1 if place == cast.one else cast.member2, problem=problem, on=on)


def page(key: str) -> str:
    return reverse("reports:ledger_detail", args=[key])


def take(key: str) -> str:
    return reverse("reports:ledger_export", args=[key])


def words_of(content: bytes) -> list[str]:
    """Every text in a workbook."""
    book = load_workbook(BytesIO(content))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def taken(client: Client, key: str, **query: Any) -> list[str]:
    answer = client.get(take(key), query)
    assert answer.status_code == 200, answer
    return words_of(b"".join(answer.streaming_content))  # type: ignore[attr-defined]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
@pytest.mark.parametrize("name", ["shuji1", "zongzhi", "ganshi"])
def test_each_table_is_looked_at_and_taken_away(client: Client, cast: Cast, report: Any, name: str) -> None:
    pledging.cycle(cast.general)
    client.force_login(cast.users()[name])
    assert client.get(page(report.key)).status_code == 200
    answer = client.get(take(report.key))
    tabs = report.tabs(Asked(standing_of(cast.users()[name], TODAY), TODAY))
    assert answer.status_code == (200 if tabs else 302)
    if tabs:
        sheets = load_workbook(BytesIO(b"".join(answer.streaming_content))).sheetnames  # type: ignore[attr-defined]
        assert len(sheets) == len(tabs)
        assert LogEntry.objects.filter(verb="export", label=f"导出{report.title}").count() == 1


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_no_table_is_a_plain_members(client: Client, cast: Cast, report: Any) -> None:
    client.force_login(cast.dangyuan1)
    assert client.get(page(report.key)).status_code == 403
    assert client.get(take(report.key)).status_code == 403
    assert client.post(reverse("reports:ledger_order", args=[report.key])).status_code == 403


def test_a_branch_secretary_sees_his_own_branch_whatever_he_asks_for(client: Client, cast: Cast) -> None:
    for place in (cast.one, cast.two):
        gap(cast, place, f"{place}的差距")
    client.force_login(cast.shuji1)
    for query in ({}, {"organization": cast.two.pk}, {"organization": cast.general.pk}):
        body = client.get(page("items"), query).content.decode()
        assert f"{cast.two}的差距" not in body
    assert f"{cast.one}的差距" in taken(client, "items")
    assert f"{cast.two}的差距" not in taken(client, "items")


def test_one_branch_of_many_is_chosen(client: Client, cast: Cast) -> None:
    for place in (cast.one, cast.two):
        gap(cast, place, f"{place}的差距")
    client.force_login(cast.ganshi)
    words = taken(client, "items", organization=cast.two.pk)
    assert f"{cast.two}的差距" in words and f"{cast.one}的差距" not in words
    assert str(cast.two) in words  # the head of the table says whose it is


def test_an_earlier_day_shows_what_stood_then(client: Client, cast: Cast) -> None:
    pledging.cycle(cast.general)  # with its campaign, which began in 2010
    gap(cast, cast.one, "五月的差距", date(2011, 5, 10))
    gap(cast, cast.one, "六月的差距", date(2011, 6, 10))
    client.force_login(cast.ganshi)
    body = client.get(page("items"), {"as_of": "2011-05-31"}).content.decode()
    assert "五月的差距" in body and "六月的差距" not in body


@pytest.mark.parametrize("as_of", ["2011-06-21", "1999-01-01", "昨天"])
def test_a_day_that_cannot_be_is_said_on_the_page_and_nothing_is_taken(client: Client, cast: Cast, as_of: str) -> None:
    pledging.cycle(cast.general)
    client.force_login(cast.ganshi)
    answer = client.get(page("pledges"), {"as_of": as_of})
    assert answer.status_code == 200 and answer.context["form"].errors["as_of"]
    assert client.get(take("pledges"), {"as_of": as_of}).status_code == 302
    assert client.post(reverse("reports:ledger_order", args=["pledges"]), {"as_of": as_of}).status_code == 302
    assert not ReportRun.objects.exists() and not LogEntry.objects.filter(verb="export").exists()


def test_a_table_that_does_not_exist_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    assert client.get(page("nothing")).status_code == 404


def test_a_large_table_is_left_to_the_background(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre, "AT_ONCE_MOST", 1)
    for _ in range(2):
        gap(cast, cast.one)
    client.force_login(cast.ganshi)
    body = client.get(page("items")).content.decode()
    assert "后台生成" in body and "导出 Excel" not in body
    assert client.get(take("items")).status_code == 302  # nobody writes it while a page waits
    answer = client.post(reverse("reports:ledger_order", args=["items"]), {"organization": cast.one.pk})
    run = ReportRun.objects.get()
    assert answer["Location"] == reverse("reports:ledger_run", args=[run.pk])
    assert (run.report, run.organization, run.as_of, run.by) == ("items", cast.one, TODAY, cast.ganshi)
    assert (run.state, run.rows_total) == ("queued", 2)
    assert "排队中" in client.get(answer["Location"]).content.decode()
    assert "整改台账" in client.get(reverse("reports:ledger_list")).content.decode()


def test_nobody_finds_another_persons_orders(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    client.post(reverse("reports:ledger_order", args=["items"]))
    assert "后台生成的表" in client.get(reverse("reports:ledger_list")).content.decode()
    client.force_login(cast.zongzhi)
    assert "后台生成的表" not in client.get(reverse("reports:ledger_list")).content.decode()


def test_whoever_has_it_no_longer_does_not_see_the_days_when_he_had(client: Client, cast: Cast) -> None:
    pledging.cycle(cast.general)
    PostAssignment.objects.filter(member__user=cast.shuji1).update(ends_on=date(2011, 6, 1))
    client.force_login(cast.shuji1)
    assert client.get(page("items"), {"as_of": "2011-05-20"}).status_code == 403


def test_a_fourth_order_waits_for_the_first_three(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    for _ in range(3):
        assert client.post(reverse("reports:ledger_order", args=["items"])).status_code == 302
    answer = client.post(reverse("reports:ledger_order", args=["items"]))
    assert answer.status_code == 409
    assert "您已经有 3 份表在生成" in answer.content.decode()
    ReportRun.objects.filter(pk=ReportRun.objects.earliest("pk").pk).update(state="done")
    assert client.post(reverse("reports:ledger_order", args=["items"])).status_code == 302


def test_a_page_of_a_table_costs_the_same_with_few_rows_and_with_many(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)

    def queries(number: int, place: Organization) -> int:
        for _ in range(number):
            gap(cast, place)
        client.get(page("items"))
        with CaptureQueriesContext(connection) as captured:
            client.get(page("items"))
        return len(captured)

    few = queries(2, cast.one)
    assert queries(40, cast.two) == few <= 16
