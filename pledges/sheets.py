"""As a table: the ledger, a row an item, and the board of who has pledged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, QuerySet

from chuangxian.sheets import Chart, Column, Groups, Sheet
from pledges.models import Pledge, PledgeItem
from pledges.queries.coverage import Board, Coverage, Missing, Rate
from pledges.states import ItemKind, Outcome, State, SubjectKind


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One item as it stood on a day."""

    item: PledgeItem
    on: date

    @property
    def pledge(self) -> Pledge:
        """The pledge it belongs to."""
        return self.item.pledge

    @property
    def is_counted(self) -> bool:
        """It hangs on the wall on that day, so it counts in the rate."""
        shown_on, gone_on = self.pledge.published_on, self.pledge.superseded_on
        return shown_on is not None and shown_on <= self.on and (gone_on is None or gone_on > self.on)

    @property
    def due(self) -> int:
        """1 when its day has come."""
        return int(self.is_counted and self.item.due_on <= self.on)

    @property
    def fulfilled(self) -> int:
        """1 when it was due and has been fulfilled."""
        return int(bool(self.due) and self.item.settled(self.on) and self.item.outcome == Outcome.FULFILLED)

    @property
    def outcome(self) -> str:
        """What was known of it on that day."""
        return self.item.outcome if self.item.settled(self.on) else ""

    @property
    def overdue(self) -> bool | None:
        """Its day has passed without a word; nothing where it is not counted."""
        return True if self.is_counted and self.item.is_overdue(self.on) else None

    @property
    def post(self) -> str:
        """The member's post at work."""
        return self.pledge.member.unit_post if self.pledge.member else ""


LEDGER: Sheet[LedgerLine] = Sheet(
    "承诺台账",
    [
        Column("党组织", "pledge.organization.name", key="organization", width=16, wrap=True),
        Column("承诺人", lambda line: str(line.pledge.subject), key="subject", width=10, wrap=True),
        Column("序号", "item.place", "integer", key="place", width=6),
        Column("类别", "item.kind", "choice", choices=ItemKind.choices, key="kind", width=10),
        Column("对应标准", lambda line: line.item.standard and line.item.standard.title, key="standard", width=13),
        Column("承诺内容", "item.content", key="content", width=34, wrap=True),
        Column("目标", "item.target", key="target", width=18, wrap=True),
        Column("责任人", "item.who", key="who", width=9),
        Column("完成时限", "item.due_on", "date", key="due_on"),
        Column("兑现情况", "outcome", "choice", choices=Outcome.choices, width=11, wrap=True),
        Column(
            "说明", lambda line: line.item.explanation if line.outcome else "", key="explanation", width=20, wrap=True
        ),
        Column("到期项", "due", "integer", width=8),
        Column("兑现项", "fulfilled", "integer", width=8),
        # from here on for the screen only: thirteen columns are what one reads on A4
        Column("践诺措施", "item.measure", key="measure", width=28, wrap=True, printed=False),
        Column("现状", "item.baseline", key="baseline", width=18, wrap=True, printed=False),
        Column("主体", "pledge.subject_kind", "choice", choices=SubjectKind.choices, width=8, printed=False),
        Column("岗位", "post", width=16, printed=False),
        Column("周期", "pledge.cycle.name", key="cycle", width=12, printed=False),
        Column("版次", "pledge.edition", "integer", width=6, printed=False),
        Column("状态", "pledge.state", "choice", choices=State.choices, width=11, printed=False),
        Column(
            "兑现日期",
            lambda line: line.item.settled_on if line.outcome else None,
            "date",
            key="settled_on",
            printed=False,
        ),
        Column("已过时限", "overdue", key="overdue", width=9, printed=False),
        Column("践诺记录", "item.entry_count", "integer", key="entries", width=9, printed=False),
        Column("最近记录", "item.last_entry", "date", key="last_entry", printed=False),
        Column("首次提交", "pledge.first_submitted_on", "date", key="submitted_on", printed=False),
        Column("迟交", lambda line: line.pledge.is_late or None, key="late", width=6, printed=False),
        Column("定诺", "pledge.approved_on", "date", key="approved_on", printed=False),
        Column("亮诺", "pledge.published_on", "date", key="published_on", printed=False),
        Column("评诺", "pledge.appraised_on", "date", key="appraised_on", printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.pledge.organization_id, line.pledge.organization.name),
    label=lambda key: str(key[1]),
    sums=["due", "fulfilled"],
    counts=["place", "overdue"],
)


def ledger_lines(pledges: "QuerySet[Pledge]", on: date) -> Any:
    """Walk the items of these pledges, branch by branch, as they stood on that day. One query, streamed."""
    items = PledgeItem.objects.filter(pledge__in=pledges.order_by().values("pk"))
    items = items.select_related(
        "standard", "responsible_member", "pledge__organization", "pledge__member", "pledge__cycle"
    ).annotate(entry_count=Count("entries"), last_entry=Max("entries__on"))
    ordered = items.order_by(
        "pledge__path",
        "pledge__organization_id",
        "-pledge__cycle__year",
        "-pledge__subject_kind",
        "pledge__member__sort_key",
        "pledge__member_id",
        "-pledge__edition",
        "place",
        "pk",
    )
    return (LedgerLine(item, on) for item in ordered.iterator(chunk_size=500))


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One organisation: who has pledged, and what came of what is due."""

    line: Coverage
    rate: Rate


COVERAGE: Sheet[CoverageLine] = Sheet(
    "承诺进度",
    [
        Column("党组织", "line.organization.name", key="organization", width=22),
        Column("本组织承诺", "line.own", width=12),
        Column("应承诺党员", "line.due", "integer", key="members_due", width=11),
        Column("已提交", "line.submitted", "integer", width=9),
        Column("已定诺", "line.approved", "integer", width=9),
        Column("已亮诺", "line.published", "integer", width=9),
        Column("未提交", lambda row: row.line.due - row.line.submitted, "integer", key="missing", width=9),
        Column(
            "提交率",
            lambda row: row.line.submitted / row.line.due if row.line.due else None,
            "percent",
            key="submitted_share",
            width=9,
        ),
        Column("自愿承诺", "line.voluntary", "integer", width=9),
        Column("到期项", "rate.due", "integer", key="items_due", width=8),
        Column("兑现项", "rate.fulfilled", "integer", width=8),
        Column("兑现率", "rate.share", "percent", key="fulfilled_share", width=9),
    ],
)
COVERAGE_GROUPS: Groups[CoverageLine] = Groups(
    sums=["members_due", "submitted", "approved", "published", "missing", "voluntary", "items_due", "fulfilled"],
    shares={"submitted_share": ("submitted", "members_due"), "fulfilled_share": ("fulfilled", "items_due")},
)

MISSING: Sheet[Missing] = Sheet(
    "未提交名单",
    [
        Column("党组织", "organization.name", key="organization", width=22),
        Column("承诺主体", lambda row: str(row.subject), key="subject", width=16),
        Column("现在", "stands", width=12),
    ],
)


def coverage_sheets(
    board: Board, rates: Mapping[int, Rate], *, heading: str, on: date
) -> list[tuple[Sheet[Any], Any, dict[str, Any]]]:
    """Return the workbook of a board and the rates by organisation: the lines with their sum, and the names."""
    lines = [CoverageLine(line, rates.get(line.organization.pk, Rate())) for line in board.lines]
    charts = [Chart("提交率、兑现率", "organization", ["submitted_share", "fulfilled_share"])]
    return [
        (COVERAGE, lines, {"heading": [heading], "groups": COVERAGE_GROUPS, "as_of": on, "charts": charts}),
        (MISSING, board.missing, {"heading": [f"{heading}：还没有提交的"], "as_of": on}),
    ]
