"""整改台账 as a table: an item a row, organisation by organisation, as they stand on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chuangxian.sheets import Column, Groups, Sheet
from schedule.models import ActionItem
from schedule.scope.items import ActionItemQuerySet
from schedule.states.items import ItemState, Source


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One item on a day."""

    item: ActionItem
    number: int
    on: date

    @property
    def overdue(self) -> bool | None:
        """Its day has passed and it is unfinished."""
        return True if self.item.is_overdue(self.on) else None

    @property
    def days_late(self) -> int | None:
        """Days behind the day set, finished or not; nothing when in time or taken back."""
        return None if self.item.cancelled_on else self.item.days_late(self.on) or None

    @property
    def verifier(self) -> str:
        """Who verified it, or whose leaders are to."""
        if self.item.verified_by is not None:
            return str(self.item.verified_by)
        return str(self.item.verifying) if self.item.verifying else "上级党组织"


LEDGER: Sheet[LedgerLine] = Sheet(
    "整改台账",
    [
        Column("党组织", "item.organization.name", key="organization", width=16, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("对象", lambda line: str(line.item.subject), key="subject", width=10, wrap=True),
        Column("来源", "item.source", "choice", choices=Source.choices, key="source", width=10, wrap=True),
        Column("问题", "item.problem", key="problem", width=32, wrap=True),
        Column("整改措施", "item.measure", key="measure", width=28, wrap=True),
        Column("责任人", lambda line: line.item.responsible.name, key="responsible", width=9),
        Column("完成时限", "item.due_on", "date", key="due_on"),
        Column("状态", "item.state", "choice", choices=ItemState.choices, key="state", width=10),
        Column("已逾期", "overdue", key="overdue", width=8),
        Column("逾期天数", "days_late", "integer", key="days_late", width=9),
        Column("销号日期", "item.verified_on", "date", key="verified_on"),
        Column("验收", "verifier", key="verifier", width=12, wrap=True),
        # from here on for the screen only: thirteen columns are what one reads on A4
        Column(
            "对应标准",
            lambda line: line.item.standard and line.item.standard.title,
            key="standard",
            width=14,
            printed=False,
        ),
        Column("原因", "item.cause", key="cause", width=28, wrap=True, printed=False),
        Column("整改结果", "item.result", key="result", width=28, wrap=True, printed=False),
        Column("来源材料", "item.source_name", key="source_name", width=20, wrap=True, printed=False),
        Column("提出日期", "item.raised_on", "date", key="raised_on", printed=False),
        Column("提交验收", "item.submitted_on", "date", key="submitted_on", printed=False),
        Column("撤销日期", "item.cancelled_on", "date", key="cancelled_on", printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.item.organization_id, line.item.organization.name),
    label=lambda key: str(key[1]),
    counts=["number", "overdue", "verified_on"],
)


def ledger_lines(items: ActionItemQuerySet, on: date) -> Iterator[LedgerLine]:
    """Walk these items organisation by organisation, numbered within each. One query, streamed."""
    rows = items.select_related("organization", "member", "responsible", "verifying", "standard", "verified_by")
    number, place = 0, None
    for item in rows.order_by("path", "organization_id", "due_on", "pk").iterator(chunk_size=500):
        number = number + 1 if item.organization_id == place else 1
        place = item.organization_id
        yield LedgerLine(item, number, on)
