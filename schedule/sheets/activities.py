"""活动台账 and the statistics of the carriers, as tables."""

from collections.abc import Iterator
from dataclasses import dataclass

from chuangxian.sheets import Column, Groups, Sheet
from schedule.models import Activity
from schedule.queries.activities import for_lists
from schedule.queries.carriers import Figures, Statistics
from schedule.scope.activities import ActivityQuerySet


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One activity, numbered within its organisation."""

    activity: Activity
    number: int

    @property
    def people(self) -> str:
        """Who took part, with the role of those who did more than that."""
        return "、".join(
            one.member.name if one.role == "participant" else f"{one.member.name}（{one.get_role_display()}）"
            for one in self.activity.participants.all()
        )

    @property
    def count(self) -> int:
        """How many took part."""
        return len(self.activity.participants.all())

    @property
    def schools(self) -> str:
        """The schools served."""
        return "、".join(one.name for one in self.activity.schools.all())

    @property
    def standards(self) -> str:
        """The standards it supports."""
        return "、".join(one.title for one in self.activity.standards.all())


LEDGER: Sheet[LedgerLine] = Sheet(
    "活动台账",
    [
        Column("党组织", "activity.organization.name", key="organization", width=18, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("开始日期", "activity.starts_on", "date", key="starts_on"),
        Column("结束日期", "activity.ends_on", "date", key="ends_on"),
        Column("活动名称", "activity.title", key="title", width=28, wrap=True),
        Column("活动载体", "activity.carrier.title", key="carrier", width=20, wrap=True),
        Column("具体内容", lambda line: str(line.activity.item or ""), key="item", width=14, wrap=True),
        Column("参加党员", "people", key="people", width=30, wrap=True),
        Column("参加人数", "count", "integer", key="count"),
        Column("服务学校", "schools", key="schools", width=24, wrap=True),
        Column("服务人次", "activity.served", "integer", key="served"),
        Column("计入学时", "activity.hours", "decimal", key="hours"),
        Column("地点", "activity.place", key="place", width=16, wrap=True, printed=False),
        Column("活动内容", "activity.text", key="text", width=40, wrap=True, printed=False),
        Column("活动成效", "activity.result", key="result", width=36, wrap=True, printed=False),
        Column("支撑的标准", "standards", key="standards", width=24, wrap=True, printed=False),
        Column("照片", "activity.photos", "integer", key="photos", printed=False),
        Column("撤回原因", "activity.withdraw_reason", key="withdraw_reason", width=20, wrap=True, printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.activity.organization_id, line.activity.organization.name),
    label=lambda key: str(key[1]),
    counts=["number"],
)


def ledger_lines(activities: ActivityQuerySet) -> Iterator[LedgerLine]:
    """Walk these activities organisation by organisation, numbered within each, in handfuls."""
    rows = for_lists(activities).prefetch_related("participants__member", "schools", "standards")
    number, place = 0, None
    for activity in rows.order_by("path", "organization_id", "starts_on", "pk").iterator(chunk_size=500):
        number = number + 1 if activity.organization_id == place else 1
        place = activity.organization_id
        yield LedgerLine(activity, number)


@dataclass(frozen=True, slots=True)
class StatisticLine:
    """A carrier or one of its contents in a semester; ``semester`` 全部 is all of them together."""

    semester: str
    carrier: str
    content: str
    figures: Figures


STATISTICS: Sheet[StatisticLine] = Sheet(
    "载体统计",
    [
        Column("学期", "semester", width=20, wrap=True),
        Column("活动载体", "carrier", width=26, wrap=True),
        Column("具体内容", "content", width=20, wrap=True),
        Column("活动次数", "figures.activities", "integer", key="activities"),
        Column("参加人次", "figures.participations", "integer", key="participations"),
        Column("参加人数", "figures.members", "integer", key="members"),
        Column("服务学校", "figures.schools", "integer", key="schools"),
        Column("服务人次", "figures.served", "integer", key="served"),
        Column("照片", "figures.photos", "integer", key="photos"),
    ],
)


def statistic_lines(statistics: Statistics) -> Iterator[StatisticLine]:
    """Yield all semesters together and then each: every carrier as a whole, and its contents with something in them."""
    for semester in (None, *statistics.semesters):
        label = semester.label if semester is not None else "全部"
        for carrier in statistics.carriers():
            yield StatisticLine(label, carrier.title, "合计", statistics.of(carrier, semester=semester))
            for line in statistics.lines(carrier, semester):
                if line.figures.activities:
                    title = f"　{line.title}" if line.point else line.title
                    yield StatisticLine(label, carrier.title, title, line.figures)
