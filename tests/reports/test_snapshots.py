"""Figures of a day: frozen with what they count, comparable, exported as they were; nobody changes them."""

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
from chuangxian.verdicts import Refused
from reports import actions
from reports.models import Snapshot
from reports.queries.snapshots import compared
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging

JUNE, JULY = date(2011, 6, 20), date(2011, 7, 20)
ADD = reverse("reports:snapshot_add")


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = JUNE


def figure(value: str, label: str = "党员", definition: str = "在册的党员", part: str = "基本情况") -> dict[str, Any]:
    return {"part": part, "label": label, "value": value, "definition": definition, "count": 1, "url": ""}


def kept(cast: Cast, *figures: dict[str, Any], on: date = JUNE, **fields: Any) -> Snapshot:
    given = {"organization": cast.one, "semester": None, "purpose": "", "by": cast.shuji1, **fields}
    return actions.take_snapshot(figures=figures, on=on, **given)


def test_what_is_taken_counts_the_records_of_that_day_and_stays(client: Client, cast: Cast, settings: Any) -> None:
    pledging.cycle(cast.general)
    client.force_login(cast.ganshi)
    answer = client.post(ADD, {"organization": cast.one.pk, "purpose": "报局党工委"})
    snapshot = Snapshot.objects.get()
    assert answer["Location"] == snapshot.get_absolute_url()
    assert (snapshot.purpose, snapshot.on, snapshot.by) == ("报局党工委", JUNE, cast.ganshi)
    members = next(one for one in snapshot.figures if one["label"] == "党员")
    before = int(members["value"].removesuffix("名"))
    assert members["count"] == before and "2011年6月20日" in members["definition"]

    build.member(cast.one)
    settings.CHUANGXIAN_TODAY = JULY
    page = client.get(snapshot.get_absolute_url()).content.decode()
    assert members["value"] in page
    client.post(ADD, {"organization": cast.one.pk})
    later = Snapshot.objects.latest("pk")
    change = {one.label: one.change for one in compared(snapshot, later)}
    assert change["党员"] == "+1名"
    body = client.get(later.get_absolute_url(), {"before": snapshot.pk}).content.decode()
    assert "+1名" in body and "2011年6月20日" in body


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ("62名", "60名", "-2名"),
        ("78.5%", "81.0%", "+2.5个百分点"),
        ("3次", "3次", "不变"),
        ("3次", "3项", ""),
        ("还没有", "3项", ""),
    ],
)
def test_change_is_told_where_two_numbers_of_one_unit_stand(cast: Cast, was: str, now: str, change: str) -> None:
    (line,) = compared(kept(cast, figure(was)), kept(cast, figure(now)))
    assert line.change == change


def test_what_only_one_day_has_is_shown_and_a_new_way_of_counting_is_said(cast: Cast) -> None:
    before = kept(cast, figure("3次", "学习"), figure("5名", definition="2011年6月20日在册的党员"))
    after = kept(cast, figure("6名", definition="2011年7月20日在册的正式党员"), figure("2次", "会议"))
    lines = compared(before, after)
    assert [(line.label, line.change, line.counts_otherwise) for line in lines] == [
        ("党员", "+1名", True),
        ("会议", "", False),
        ("学习", "", False),
    ]


def test_it_is_exported_as_it_was_frozen_with_the_comparison_beside(client: Client, cast: Cast) -> None:
    before, after = kept(cast, figure("5名")), kept(cast, figure("=1+1"), purpose="年中统计")
    client.force_login(cast.shuji1)
    url = reverse("reports:snapshot_export", args=[after.pk])
    book = load_workbook(BytesIO(b"".join(client.get(url, {"before": before.pk}).streaming_content)))  # type: ignore[attr-defined]
    assert book.sheetnames == ["主要数字", "对比"]
    cells = {cell.value: cell.data_type for row in book["主要数字"].iter_rows() for cell in row}
    assert cells["=1+1"] == "s" and "年中统计" in cells
    assert LogEntry.objects.filter(label="导出统计", actor=cast.shuji1).count() == 1


def test_nobody_takes_or_reads_the_figures_of_another_branch(client: Client, cast: Cast) -> None:
    with pytest.raises(Refused):
        kept(cast, figure("5名"), organization=cast.two)
    snapshot = kept(cast, figure("5名"), organization=cast.two, by=cast.ganshi)
    client.force_login(cast.shuji1)
    for view in ("snapshot_detail", "snapshot_export", "snapshot_print", "snapshot_void"):
        assert client.get(reverse(f"reports:{view}", args=[snapshot.pk])).status_code == 404
    answer = client.post(ADD, {"organization": cast.two.pk})
    assert answer.status_code == 200 and answer.context["form"].errors["organization"]


def test_only_who_took_it_voids_it_once_with_a_reason_and_it_stays_readable(client: Client, cast: Cast) -> None:
    snapshot = kept(cast, figure("5名"))
    url = reverse("reports:snapshot_void", args=[snapshot.pk])
    client.force_login(cast.ganshi)
    assert client.post(url, {"reason": "不对"}).status_code == 403
    client.force_login(cast.shuji1)
    assert client.post(url, {"reason": ""}).context["form"].errors["reason"]
    assert client.post(url, {"reason": "漏了转入的党员"}).status_code == 302
    assert client.post(url, {"reason": "再来"}).status_code == 403
    page = client.get(snapshot.get_absolute_url()).content.decode()
    assert "已作废：漏了转入的党员" in page and "5名" in page
    assert LogEntry.objects.filter(verb="void_snapshot").count() == 1


def test_the_list_costs_the_same_with_few_and_with_many(client: Client, cast: Cast) -> None:
    client.force_login(cast.shuji1)

    def queries(number: int) -> int:
        for _ in range(number):
            kept(cast, figure("5名"))
        client.get(reverse("reports:snapshot_list"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reports:snapshot_list"))
        return len(captured)

    few = queries(1)
    assert queries(15) == few <= 12
