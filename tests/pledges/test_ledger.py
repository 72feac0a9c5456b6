"""The ledger as a workbook: every cell, every subtotal, and no formula."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from chuangxian import clock
from pledges.actions import fulfilling
from pledges.actions.fulfilling import Account
from pledges.models import PledgeCycle
from pledges.sheets import LEDGER
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON

PAYLOADS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "＝1+1", "=cmd|'/c calc'!A1"]


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def ledger(user: User, query: str = "") -> list[list[Any]]:
    """The sheet from its header on."""
    client = Client()
    client.force_login(user)
    response = client.get(reverse("pledges:pledge_export") + query)
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "党组织")
    assert sheet.freeze_panes == f"A{head + 2}"
    return rows[head:]


def day(value: date) -> datetime:
    return datetime(value.year, value.month, value.day)


def known(head: list[Any], row: list[Any]) -> dict[str, Any]:
    """The row by its headers, empty cells left out."""
    return {name: value for name, value in zip(head, row, strict=True) if value is not None}


def test_an_item_is_a_row_with_everything_that_is_known_of_it(cast: Cast, cycle: PledgeCycle) -> None:
    member = people.member(cast.one, "赵教研", unit_post="数学教研员")
    user = people.account(member, "zhao")
    standard = build.Standard.objects.get(key="five_takes_the_lead_one")
    items = [
        build.text(
            "听评课", date(2011, 6, 1), measure="每周一天", baseline="去年28节", target="40节", standard=standard
        ),
        build.text("写报告", date(2011, 6, 10), kind="practical"),
        build.text("编题库", date(2011, 12, 1), kind="common"),
    ]
    pledge = build.published(cycle, user, cast.shuji1, items=items, on=date(2011, 3, 1))
    one = pledge.items.all()[0]
    fulfilling.enter(item=one, day=date(2011, 5, 1), text="一", by=user, on=ON)
    fulfilling.enter(item=one, day=date(2011, 5, 30), text="二", account=Account("fulfilled"), by=user, on=ON)

    head, first, second, third, subtotal, total = ledger(cast.zongzhi)
    assert head == LEDGER.headers
    whose = {"党组织": "第一党支部", "承诺人": "赵教研", "责任人": "赵教研", "主体": "党员", "岗位": "数学教研员"}
    stands = {"周期": "2011年承诺", "版次": 1, "状态": "已亮诺"}
    days = {"首次提交": day(build.SUBMITTED), "定诺": day(build.APPROVED), "亮诺": day(date(2011, 3, 1))}
    assert known(head, first) == whose | stands | days | {
        "序号": 1, "类别": "岗位承诺", "对应标准": "带头争创佳绩", "承诺内容": "听评课", "践诺措施": "每周一天", "现状": "去年28节",
        "目标": "40节", "完成时限": day(date(2011, 6, 1)), "兑现情况": "兑现", "兑现日期": day(date(2011, 5, 30)), "践诺记录": 2,
        "最近记录": day(date(2011, 5, 30)), "到期项": 1, "兑现项": 1,
    }  # fmt: skip
    assert known(head, second) == whose | stands | days | {
        "序号": 2, "类别": "实事承诺", "承诺内容": "写报告", "完成时限": day(date(2011, 6, 10)), "已过时限": "是", "践诺记录": 0,
        "到期项": 1, "兑现项": 0,
    }  # fmt: skip
    assert known(head, third) == whose | stands | days | {
        "序号": 3, "类别": "共性承诺", "承诺内容": "编题库", "完成时限": day(date(2011, 12, 1)), "践诺记录": 0, "到期项": 0, "兑现项": 0,
    }  # fmt: skip
    assert (subtotal[0], total[0]) == ("第一党支部小计", "合计")
    place, overdue, due, done = (LEDGER.headers.index(name) for name in ("序号", "已过时限", "到期项", "兑现项"))
    for row in (subtotal, total):
        assert (row[place], row[overdue], row[due], row[done]) == (3, 1, 2, 1)


def test_branches_come_in_order_each_with_its_sum_and_the_whole_at_the_end(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan2, cast.shuji2, items=[build.text(due_on=date(2011, 5, 1))] * 2)
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    build.published(cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one)
    due = LEDGER.headers.index("到期项")
    assert [(row[0], row[1], row[due]) for row in ledger(cast.ganshi)[1:]] == [
        ("第一党支部", "第一党支部", 0),
        ("第一党支部", "党员甲", 0),
        ("第一党支部小计", None, 0),
        ("第二党支部", "党员乙", 1),
        ("第二党支部", "党员乙", 1),
        ("第二党支部小计", None, 2),
        ("合计", None, 2),
    ]


def test_scope_and_filters_apply_to_the_workbook_as_to_the_screen(cast: Cast, cycle: PledgeCycle) -> None:
    build.submitted(cycle, cast.dangyuan1)
    build.submitted(cycle, cast.dangyuan2)
    build.published(cycle, cast.shuji2, cast.zongzhi, publisher=cast.shuji2)
    who = LEDGER.headers.index("承诺人")

    def names(user: User, query: str = "") -> set[str]:
        return {row[who] for row in ledger(user, query)[1:]} - {None}

    assert names(cast.shuji1) == {"党员甲", "书记二"}
    assert names(cast.zongzhi) == {"党员甲", "党员乙", "书记二"}
    assert names(cast.zongzhi, "?state=submitted") == {"党员甲", "党员乙"}
    assert names(cast.zongzhi, f"?organization={cast.two.pk}") == {"党员乙", "书记二"}
    assert names(cast.stranger) == names(cast.guanli) == set()


def test_every_export_is_logged_with_who_and_what_was_asked(cast: Cast, cycle: PledgeCycle) -> None:
    ledger(cast.shuji1, "?state=submitted")
    entry = LogEntry.objects.get(category="export")
    assert (entry.actor, entry.label, entry.note, entry.on) == (cast.shuji1, "导出承诺台账", "state=submitted", ON)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula_and_every_text_comes_back_as_it_was(
    cast: Cast, cycle: PledgeCycle, payload: str
) -> None:
    text = build.text(payload, measure=payload, baseline=payload, target=payload, responsible=payload)
    build.submitted(cycle, cast.shuji1, organization=cast.one, items=[text])
    row = ledger(cast.zongzhi)[1]
    for name in ("承诺内容", "践诺措施", "现状", "目标", "责任人"):
        assert row[LEDGER.headers.index(name)] in (payload, payload.strip())


def test_a_past_day_gives_the_ledger_of_that_day(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=date(2011, 6, 1))])
    fulfilling.enter(
        item=pledge.items.get(),
        day=date(2011, 6, 15),
        text="做完",
        account=Account("fulfilled"),
        by=cast.dangyuan1,
        on=ON,
    )
    done, outcome, overdue = (LEDGER.headers.index(name) for name in ("兑现项", "兑现情况", "已过时限"))
    with clock.standing_on(date(2011, 6, 10)):
        row = ledger(cast.zongzhi)[1]
    assert (row[done], row[outcome], row[overdue]) == (0, None, "是")
