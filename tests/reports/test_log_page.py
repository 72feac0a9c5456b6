"""The log as a page and as a workbook: who reads which lines."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts import log
from accounts.models import LogEntry, User
from branches.scope import standing_of
from reports.queries.log import open_lines
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)
LOG, EXPORT = reverse("reports:log_list"), reverse("reports:log_export")


def line(by: User | None, label: str, on: date = ON, **fields: Any) -> LogEntry:
    return log.record(verb=label, label=label, by=by, on=on, **fields)


def labels(user: User) -> set[str]:
    lines = open_lines(standing_of(user, ON), accounts_only=user.is_staff)
    return set(lines.values_list("label", flat=True))


@pytest.fixture
def lines(cast: Cast) -> None:
    line(cast.dangyuan1, "甲做的")
    line(cast.ganshi, "干事做的")
    line(cast.stranger, "外单位做的")
    line(None, "系统做的")
    line(cast.guanli, "管理员做的", category=LogEntry.Category.ACCOUNT)


def test_office_and_leaders_read_their_units_lines_and_no_other_units(cast: Cast, lines: None) -> None:
    for user in (cast.ganshi, cast.zongzhi):
        found = labels(user)
        assert {"甲做的", "干事做的", "系统做的", "管理员做的"} <= found
        assert "外单位做的" not in found


def test_another_units_leader_reads_his_own(cast: Cast, lines: None) -> None:
    above = cast.stranger.member.memberships.get().organization.parent
    assert above is not None
    build.appoint(cast.stranger.member, above)
    found = labels(cast.stranger)
    assert "外单位做的" in found and "甲做的" not in found


def test_the_administrator_reads_account_lines_only(cast: Cast, lines: None) -> None:
    found = open_lines(standing_of(cast.guanli, ON), accounts_only=True)
    assert set(found.values_list("category", flat=True)) == {LogEntry.Category.ACCOUNT}
    assert "管理员做的" in labels(cast.guanli)


def test_what_the_system_did_is_told_where_it_was_done(cast: Cast) -> None:
    elsewhere = cast.stranger.member.memberships.get().organization
    line(None, "系统在本单位", obj=cast.one)
    line(None, "系统给党员甲", obj=cast.member1)
    line(None, "系统在外单位", obj=elsewhere)
    line(cast.guanli, "给外单位账号", obj=cast.stranger)
    line(cast.guanli, "给新管理员", obj=build.user("guanli2", is_staff=True))
    found = labels(cast.ganshi)
    assert {"系统在本单位", "系统给党员甲", "给新管理员"} <= found
    assert not {"系统在外单位", "给外单位账号"} & found


def test_who_left_stays_readable_in_the_log(cast: Cast) -> None:
    line(cast.dangyuan1, "离开前做的")
    cast.member1.memberships.update(ends_on=date(2011, 1, 1))
    assert "离开前做的" in labels(cast.ganshi)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"who": "党员甲"}, {"甲做的"}),
        ({"what": "干事"}, {"干事做的"}),
        ({"category": "account", "what": "做的"}, {"管理员做的"}),
        ({"since": "2011-06-21"}, set()),
        ({"since": "2011-06-20", "until": "2011-06-20", "who": "系统"}, {"系统做的"}),
    ],
)
def test_the_log_is_narrowed(client: Client, cast: Cast, lines: None, query: dict[str, str], left: set[str]) -> None:
    client.force_login(cast.ganshi)
    found = {entry.label for entry in client.get(LOG, query).context["page"]}
    assert {label for label in found if label.endswith("做的")} == left


def test_days_the_wrong_way_round_are_named_and_what_was_typed_stays(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    query = {"since": "2011-06-20", "until": "2011-06-01", "who": "某人"}
    body = client.get(LOG, query).content.decode()
    assert "结束日期不能早于开始日期" in body and 'value="某人"' in body
    assert client.get(EXPORT, query)["Location"].startswith(LOG)


def test_the_export_is_what_the_page_shows_and_is_logged(client: Client, cast: Cast, lines: None) -> None:
    line(cast.dangyuan1, "=1+1", note="=HYPERLINK(0)")
    client.force_login(cast.ganshi)
    answer: Any = client.get(EXPORT, {"who": "党员甲"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {"甲做的", "=1+1"} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(cell.value == "干事做的" for cell in cells)
    last = LogEntry.objects.filter(category=LogEntry.Category.EXPORT).latest("pk")
    assert (last.label, last.actor) == ("导出操作日志", cast.ganshi)


def test_the_log_costs_the_same_with_many_lines(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    for number in range(3):
        line(cast.dangyuan1, f"头{number}次")
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for number in range(297):
        line(cast.dangyuan1, f"第{number}次")
    with CaptureQueriesContext(connection) as many:
        client.get(LOG)
    assert len(many) == len(few)
