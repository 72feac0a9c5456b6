"""One page that leads to every table."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Organization
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging

LEDGERS = reverse("reports:ledger_list")


@pytest.mark.parametrize("name", ["shuji1", "zongzhi", "ganshi"])
def test_every_table_named_there_opens_for_whoever_finds_it(
    client: Client, cast: Cast, settings: Any, name: str
) -> None:
    settings.CHUANGXIAN_TODAY = date(2011, 6, 20)
    pledging.cycle(cast.general)
    client.force_login(cast.users()[name])
    found = [ledger for shelf in client.get(LEDGERS).context["shelves"] for ledger in shelf.ledgers]
    assert len(found) >= 4
    for ledger in found:
        assert client.get(ledger.url).status_code == 200, ledger


def test_a_branch_secretary_finds_his_own_branchs_tables(client: Client, cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = date(2011, 6, 20)
    client.force_login(cast.shuji1)
    body = client.get(LEDGERS).content.decode()
    assert "第一党支部党员名册" in body and "第二党支部" not in body and "操作日志" not in body


@pytest.mark.parametrize("view", ["ledger_list", "past_day"])
def test_both_pages_of_choices_cost_the_same_with_three_branches_and_years_and_with_three_hundred(
    client: Client, cast: Cast, settings: Any, view: str
) -> None:
    settings.CHUANGXIAN_TODAY = date(2399, 6, 20)
    url = reverse(f"reports:{view}")
    client.force_login(cast.zongzhi)
    client.get(url)  # the first page of a session also writes the session

    def queries(number: int) -> int:
        for _ in range(number):
            places.append(build.branch(cast.general))
        newest = max(years, default=2012)
        for year in range(newest + 1, newest + 1 + number):
            pledging.cycle(cast.general, year)
            years.append(year)
        with CaptureQueriesContext(connection) as captured:
            body = client.get(url).content.decode()
        assert (str(years[-1]) if view == "past_day" else str(places[-1])) in body
        return len(captured)

    years: list[int] = []
    places: list[Organization] = []
    few = queries(3)
    assert queries(297) == few <= 15
