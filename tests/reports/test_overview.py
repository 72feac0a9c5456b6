"""How it stands, in pictures: the figures are those of the ledgers, each reader's own, and the sheet is one."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Organization
from branches.scope import standing_of
from reports.queries.overview import Overview, overview
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import build as reviewing
from tests.schedule.items import item

TODAY = date(2011, 6, 20)
PAGE = reverse("reports:overview")


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY


def seen(user: Any) -> Overview:
    return overview(standing_of(user, TODAY), TODAY)


def test_it_tells_what_the_ledgers_tell(cast: Cast) -> None:
    cycle = pledging.cycle(cast.general)
    pledging.submitted(cycle, cast.dangyuan1, member=cast.member1)
    found = seen(cast.ganshi)
    (picture,) = [one for one in found.pictures if one.key == "pledges"]
    shares = dict(zip(picture.labels, picture.series[0].values, strict=True))
    assert shares["第一党支部"] == pytest.approx(100 / 3, abs=0.1)  # one of three has handed in
    assert shares["第二党支部"] == 0
    assert picture.rows[0][0] == picture.labels[0]
    assert all(day.day >= TODAY for day in found.dates)


def test_a_branch_secretary_sees_his_branch_only(cast: Cast) -> None:
    pledging.cycle(cast.general)
    for place, member in ((cast.one, cast.member1), (cast.two, cast.member2)):
        item(place, member, due_on=date(2011, 6, 1))
    found = seen(cast.shuji1)
    assert [(one.organization, one.items) for one in found.late] == [("第一党支部", 1)]
    assert {label for one in found.pictures for label in one.labels} & {"第二党支部"} == set()
    assert (found.place, seen(cast.ganshi).place) == (cast.one, cast.general)
    assert [one.organization for one in seen(cast.ganshi).late] == ["第一党支部", "第二党支部"]


def test_coverage_is_told_semester_by_semester(cast: Cast) -> None:
    reviewing.round_of(cast.general)
    (picture,) = [one for one in seen(cast.ganshi).pictures if one.key == "coverage"]
    assert [one.label for one in picture.series] == ["承诺", "对照检查", "点评"]
    assert len(picture.labels) == 1


def test_before_there_are_records_both_pages_say_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    assert "还没有可以看的数字" in client.get(PAGE).content.decode()
    assert "没有逾期的" in client.get(reverse("reports:overview_print")).content.decode()


def test_every_chart_has_its_table_and_nothing_inline(client: Client, cast: Cast) -> None:
    pledging.cycle(cast.general)
    client.force_login(cast.ganshi)
    body = client.get(PAGE).content.decode()
    assert body.count("<canvas") == body.count("grid-compact") >= 1
    assert "style=" not in body and "style=" not in client.get(reverse("reports:overview_print")).content.decode()


def test_it_costs_the_same_with_few_and_with_many(client: Client, cast: Cast) -> None:
    pledging.cycle(cast.general)
    client.force_login(cast.ganshi)

    def queries(number: int) -> int:
        for _ in range(number):
            place: Organization = build.branch(cast.general)
            item(place, build.member(place), due_on=date(2011, 6, 1))
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    few = queries(2)
    assert queries(20) == few <= 45
