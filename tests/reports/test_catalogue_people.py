"""Results of evaluation and rosters as tables of the centre: no more than their own pages give."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from branches.queries import people
from branches.scope import standing_of
from reports.catalogue import SEMESTER_BOOK, Asked, report_of
from reviews.models import EvaluationRound
from tests import build
from tests.conftest import Cast
from tests.reviews import build as reviewing
from tests.reviews import evaluations
from tests.reviews.results import SEALED, published, sealed, voted

TODAY = SEALED


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY


def titles(cast: Cast, name: str, key: str, on: date = TODAY, **asked: Any) -> list[str]:
    report = report_of(key)
    assert report is not None
    return [tab.sheet.title for tab in report.tabs(Asked(standing_of(cast.users()[name], on), on, **asked))]


def lines(content: bytes, sheet: str) -> list[tuple[Any, ...]]:
    """What stands under the head of a sheet."""
    rows = list(load_workbook(BytesIO(content))[sheet].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if None not in row[:3])
    return [tuple(cell for cell in row) for row in rows[head:]]


def taken(client: Client, key: str, **query: Any) -> bytes:
    answer = client.get(reverse("reports:ledger_export", args=[key]), query)
    assert answer.status_code == 200, answer
    return bytes(answer.getvalue())


def test_nothing_of_an_evaluation_is_there_before_it_is_published(cast: Cast) -> None:
    round_ = voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one])
    assert titles(cast, "ganshi", "evaluations") == []
    sealed(round_, cast.ganshi)
    assert titles(cast, "ganshi", "evaluations") == []  # he runs it and reads it on its own pages
    EvaluationRound.objects.filter(pk=round_.pk).update(state="published", published_on=TODAY)
    assert titles(cast, "ganshi", "evaluations") == ["评议结果", "发票收票"]
    assert titles(cast, "ganshi", "evaluations", TODAY - timedelta(days=1)) == []


def test_the_table_says_what_the_page_of_the_round_says_and_no_remark(client: Client, cast: Cast) -> None:
    round_ = voted(cast.general, cast.ganshi, [(12, 1)], [(3, 2)], subjects=[cast.one, cast.two], publicity="unit")
    evaluations.remarks(round_, *["请多到学校来"] * 10)
    published(round_, cast.ganshi)
    client.force_login(cast.ganshi)
    own = client.get(reverse("reviews:result_sheet", args=[round_.pk])).getvalue()
    table = taken(client, "evaluations")
    assert lines(table, "评议结果") == lines(own, "评议结果")
    assert lines(table, "发票收票") == lines(own, "发票收票")
    words = str(lines(table, "评议结果"))
    assert "人数少" in words and "请多到学校来" not in words  # three ballots are too few to be shown


def test_a_branch_secretary_gets_his_branchs_result_though_he_reads_the_others_on_their_page(
    client: Client, cast: Cast
) -> None:
    round_ = voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one, cast.two], publicity="unit")
    published(round_, cast.ganshi)
    client.force_login(cast.shuji1)
    subjects = {row[0] for row in lines(taken(client, "evaluations"), "评议结果")}
    assert str(cast.one) in subjects and str(cast.two) not in subjects
    client.force_login(cast.ganshi)
    subjects = {row[0] for row in lines(taken(client, "evaluations", organization=cast.two.pk), "评议结果")}
    assert str(cast.two) in subjects and str(cast.one) not in subjects


def test_a_semester_has_its_own_rounds_and_those_of_the_year_that_ended_in_it(cast: Cast) -> None:
    spring, round_ = reviewing.semester(), voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one])
    published(round_, cast.ganshi)
    rounds = EvaluationRound.objects.filter(pk=round_.pk)
    assert round_.semester is None
    assert titles(cast, "ganshi", "evaluations", semester=spring) == ["评议结果", "发票收票"]
    rounds.update(opens_on=date(2011, 1, 4), closes_on=spring.starts_on - timedelta(days=20))
    assert titles(cast, "ganshi", "evaluations", semester=spring) == []
    rounds.update(semester=spring, year=None)
    assert titles(cast, "ganshi", "evaluations", semester=spring) == ["评议结果", "发票收票"]


def test_a_committees_own_ballot_stays_on_its_page(cast: Cast) -> None:
    round_ = published(voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one]), cast.ganshi)
    EvaluationRound.objects.filter(pk=round_.pk).update(kind="ballot", publicity="committee")
    assert round_.is_counted and titles(cast, "ganshi", "evaluations") == []


def test_the_roster_is_the_one_of_the_organisations_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    own = client.get(reverse("branches:roster_export", args=[cast.general.pk])).getvalue()
    assert lines(taken(client, "roster"), "党员名册") == lines(own, "党员名册")
    client.force_login(cast.shuji1)
    names = {row[1] for row in lines(taken(client, "roster"), "党员名册")}
    assert "党员甲" in names and "党员乙" not in names


def test_a_long_roster_is_numbered_through_and_fetched_piece_by_piece(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        build.member(cast.one, f"党员{number}")
    monkeypatch.setattr(people, "CHUNK", 3)
    client.force_login(cast.shuji1)
    rows = lines(taken(client, "roster"), "党员名册")[1:]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)) and len(rows) >= 9
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("reports:ledger_detail", args=["roster"]))
    assert len(captured) <= 30


def test_birthdays_and_addresses_stay_out_of_the_semester_workbook(cast: Cast) -> None:
    published(voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one]), cast.ganshi)
    asked = Asked(standing_of(cast.ganshi, TODAY), TODAY, semester=reviewing.semester())
    sheets = [tab.sheet.title for tab in SEMESTER_BOOK.tabs(asked)]
    assert "评议结果" in sheets and "党员名册" not in sheets
