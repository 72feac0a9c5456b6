"""Who has pledged and what came of it: exact numbers, numerator and denominator."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry
from branches import actions
from branches.states import Kind
from chuangxian import clock
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import coverage
from pledges.queries.coverage import Rate
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON

DUE = (date(2011, 5, 31), date(2011, 6, 10))


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def line(board: coverage.Board, name: str) -> tuple[str, int, int, int, int, int]:
    found = next(line for line in board.lines if str(line.organization) == name)
    return found.own, found.due, found.submitted, found.approved, found.published, found.voluntary


def missing(board: coverage.Board) -> list[tuple[str, str, str]]:
    return [(str(m.subject), str(m.organization), m.stands) for m in board.missing]


def test_who_has_come_how_far_is_counted_by_branch_and_the_missing_are_named(cast: Cast, cycle: PledgeCycle) -> None:
    # branch one: 党员甲, 书记一, 总支书记; branch two: 党员乙, 书记二
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    build.approved(cycle, cast.shuji1, cast.zongzhi)
    build.draft(cycle, cast.zongzhi)
    build.submitted(cycle, cast.dangyuan2)
    build.submitted(cycle, cast.shuji1, organization=cast.one)
    board = coverage.board(cycle, on=ON)
    assert [str(one.organization) for one in board.lines] == ["教研室党总支", "第一党支部", "第二党支部"]
    assert line(board, "第一党支部") == ("已提交", 3, 2, 2, 1, 0)
    assert line(board, "第二党支部") == ("还没有动笔", 2, 1, 0, 0, 0)
    assert (board.total.due, board.total.submitted, board.total.approved, board.total.published) == (5, 3, 2, 1)
    assert (board.organizations_done, board.organizations_due) == (1, 3)
    assert missing(board) == [
        ("教研室党总支", "教研室党总支", "还没有动笔"),
        ("总支书记", "第一党支部", "还在起草"),
        ("第二党支部", "第二党支部", "还没有动笔"),
        ("书记二", "第二党支部", "还没有动笔"),
    ]


def test_the_board_of_a_past_day_stands_as_it_stood(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    reached = [line(coverage.board(cycle, on=day), "第一党支部")[2:5] for day in (
        build.DRAFTED, build.SUBMITTED, build.APPROVED, build.PUBLISHED
    )]  # fmt: skip
    assert reached == [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)]


def test_members_count_where_they_belong_that_day_and_groups_in_their_branch(cast: Cast, cycle: PledgeCycle) -> None:
    group = people.organization(Kind.GROUP, cast.two)
    people.member(group, "组员")
    assert line(coverage.board(cycle, on=ON), "第二党支部")[1] == 3
    actions.transfer_member(member=cast.member1, organization=cast.two, by=None, on=date(2011, 9, 1))
    assert line(coverage.board(cycle, on=date(2011, 8, 31)), "第一党支部")[1] == 3
    assert line(coverage.board(cycle, on=date(2011, 9, 1)), "第一党支部")[1] == 2
    assert line(coverage.board(cycle, on=date(2011, 9, 1)), "第二党支部")[1] == 4


def test_the_retired_pledge_as_they_like_and_the_probationary_like_everybody(cast: Cast, cycle: PledgeCycle) -> None:
    people.member(cast.two, "老同志甲", member_type="retired")
    eager = people.member(cast.two, "老同志乙", member_type="retired")
    people.member(cast.two, "预备", member_type="probationary")
    build.submitted(cycle, cast.ganshi, member=eager)
    board = coverage.board(cycle, on=ON)
    assert line(board, "第二党支部") == ("还没有动笔", 3, 0, 0, 0, 1)
    assert "预备" in {name for name, *_ in missing(board)}
    assert not {"老同志甲", "老同志乙"} & {name for name, *_ in missing(board)}


def test_a_returned_pledge_counts_as_handed_in_and_a_withdrawn_one_does_not(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan2)
    writing.act(pledge=pledge, verb="return", note="改", version=None, by=cast.shuji2, on=ON)
    assert line(coverage.board(cycle, on=ON), "第二党支部")[2] == 1
    other = build.submitted(cycle, cast.dangyuan1)
    writing.act(pledge=other, verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert line(coverage.board(cycle, on=ON), "第一党支部")[2] == 0


def test_a_revision_in_work_takes_nothing_away(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    writing.revise(pledge=pledge, reason="改", by=cast.dangyuan1, on=ON)
    assert line(coverage.board(cycle, on=ON), "第一党支部") == ("还没有动笔", 3, 1, 1, 1, 0)


def test_late_is_who_first_handed_in_after_the_day_whatever_came_later(cast: Cast, cycle: PledgeCycle) -> None:
    on_time = build.submitted(cycle, cast.dangyuan1)
    writing.act(pledge=on_time, verb="return", note="改", version=None, by=cast.shuji1, on=date(2011, 3, 5))
    writing.act(pledge=build.again(on_time), verb="submit", version=None, by=cast.dangyuan1, on=date(2011, 3, 6))
    late = build.submitted(cycle, cast.dangyuan2, on=date(2011, 3, 1))
    assert not build.again(on_time).is_late and build.again(late).is_late
    assert list(build.reading.late_pledges(Pledge.objects.all(), ON)) == [late]


# ---- rates ----


def mixed(cast: Cast, cycle: PledgeCycle) -> Pledge:
    """Six items: one of each outcome due before ON, one overdue, one ahead and fulfilled."""
    days = [date(2011, 5, 1)] * 4 + [date(2011, 6, 19), date(2011, 11, 1)]
    items = [build.text(f"第{n}件", due_on=day) for n, day in enumerate(days, 1)]
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=items)
    outcomes = ["fulfilled", "partly", "excused", "unfulfilled", "", "fulfilled"]
    for item, outcome in zip(pledge.items.all(), outcomes, strict=True):
        if outcome:
            account = Account(outcome, "" if outcome == "fulfilled" else "原因")
            fulfilling.enter(item=item, day=date(2011, 6, 10), text="记", account=account, by=cast.dangyuan1, on=ON)
    return build.again(pledge)


EXPECTED = Rate(items=6, due=5, fulfilled=1, partly=1, excused=1, unfulfilled=1, overdue=1, ahead=1)


def test_the_rate_is_fulfilled_by_due_and_nothing_else_is_in_the_numerator(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = mixed(cast, cycle)
    assert coverage.rate(Pledge.objects.all(), ON) == EXPECTED
    assert coverage.rates_by_pledge([pledge], ON) == {pledge.pk: EXPECTED}
    assert coverage.rates_by_organization(Pledge.objects.all(), ON) == {cast.one.pk: EXPECTED}
    assert EXPECTED.share == 0.2 and Rate().share is None


def test_the_rate_of_a_past_day_knows_only_what_was_known_then(cast: Cast, cycle: PledgeCycle) -> None:
    mixed(cast, cycle)
    assert coverage.rate(Pledge.objects.all(), date(2011, 6, 9)) == Rate(items=6, due=4, overdue=4)
    assert coverage.rate(Pledge.objects.all(), date(2011, 2, 27)) == Rate()


def test_what_is_due_today_counts_as_due_and_not_as_overdue(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=ON)])
    assert coverage.rate(Pledge.objects.all(), ON) == Rate(items=1, due=1)


def test_unpublished_and_replaced_editions_count_nowhere(cast: Cast, cycle: PledgeCycle) -> None:
    old = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=date(2011, 5, 1))])
    build.submitted(cycle, cast.dangyuan2, items=[build.text(due_on=date(2011, 5, 1))])
    assert coverage.rate(Pledge.objects.all(), ON).items == 1
    edition = writing.revise(pledge=old, reason="改", by=cast.dangyuan1, on=ON)
    for verb, by in [("submit", cast.dangyuan1), ("approve", cast.shuji1), ("publish", cast.shuji1)]:
        writing.act(pledge=build.again(edition), verb=verb, version=None, by=by, on=ON)
    assert coverage.rate(Pledge.objects.all(), ON).items == 1


# ---- the page and its workbook ----


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_a_branch_sees_its_own_board_the_general_branch_the_whole_and_members_none(
    cast: Cast, cycle: PledgeCycle
) -> None:
    url = reverse("pledges:pledge_coverage")
    board = signed_in(cast.shuji2).get(url).context["board"]
    assert [str(one.organization) for one in board.lines] == ["第二党支部"]
    assert len(signed_in(cast.zongzhi).get(url).context["board"].lines) == 3
    response = signed_in(cast.dangyuan1).get(url)
    assert response.status_code == 403 and "承诺进度由" in response.content.decode()
    assert signed_in(cast.shuji1).get(url + f"?cycle={cycle.pk + 1}").status_code == 404
    assert signed_in(cast.shuji1).get(url + "?cycle=zzz").status_code == 404


def test_the_workbook_has_the_lines_their_sum_and_the_names_and_is_logged(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=day) for day in DUE])
    kept = pledge.items.order_by("place")[0]
    PledgeItem.objects.filter(pk=kept.pk).update(outcome="fulfilled", settled_on=DUE[0])
    response = signed_in(cast.zongzhi).get(reverse("pledges:coverage_export"))
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    lines, names = book.worksheets
    rows = [[cell.value for cell in row] for row in lines.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "党组织")
    assert rows[head][1:9] == ["本组织承诺", "应承诺党员", "已提交", "已定诺", "已亮诺", "未提交", "提交率", "自愿承诺"]
    assert rows[head][9:] == ["到期项", "兑现项", "兑现率"]
    assert rows[head + 1 : head + 5] == [
        ["教研室党总支", "还没有动笔", 0, 0, 0, 0, 0, None, 0, 0, 0, None],
        ["第一党支部", "还没有动笔", 3, 1, 1, 1, 2, 1 / 3, 0, 2, 1, 0.5],
        ["第二党支部", "还没有动笔", 2, 0, 0, 0, 2, 0, 0, 0, 0, None],
        ["合计", None, 5, 1, 1, 1, 4, 0.2, 0, 2, 1, 0.5],
    ]
    assert not [cell for row in lines for cell in row if cell.data_type == "f"]
    assert {lines.cell(head + 5, place).number_format for place in (8, 12)} == {lines.cell(head + 3, 8).number_format}
    assert "数据截至 2011-06-20" in {cell.value for row in lines for cell in row}
    assert ["书记二" in [cell.value for cell in row] for row in names.iter_rows()].count(True) == 1
    assert LogEntry.objects.filter(category="export", label="导出承诺进度", actor=cast.zongzhi).count() == 1
