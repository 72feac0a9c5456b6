"""Tables of this room."""

from functools import partial
from typing import Any

from accounts.models import LogEntry
from chuangxian.sheets import Column, Sheet
from reports.queries.burden import PersonLoad
from reports.queries.snapshots import Compared, Figure

LOG = Sheet[LogEntry](
    "操作日志",
    [
        Column("时间", "at", "datetime"),
        Column("活动日", "on", "date"),
        Column("操作人", "actor_name", width=12),
        Column("类别", "get_category_display", key="category", width=10),
        Column("动作", "label", width=16),
        Column("对象", "target_name", width=36, wrap=True),
        Column("意见", "note", width=44, wrap=True),
    ],
)


def _papers_of(kind: str, person: PersonLoad) -> int | None:
    return person.papers.get(kind)


def burden_sheet(kinds: list[str]) -> Sheet[PersonLoad]:
    """Return the table of what was asked of each person, with a column for each kind of paper there was."""
    return Sheet(
        "填报负担",
        [
            Column("姓名", "name", width=10),
            Column("党组织", "place", width=24, wrap=True),
            Column("经手材料", "total", "integer", key="total", width=10),
            *(
                Column(kind, partial(_papers_of, kind), "integer", key=f"kind{n}", width=10)
                for n, kind in enumerate(kinds)
            ),
            Column("收到通知", "notices", "integer", key="notices", width=10),
        ],
    )


def _of(figure: Figure | None, name: str) -> Any:
    return figure[name] if figure else None


SIGNATURES = (
    "",
    "填报单位（盖章）：　　　　　　　　　　负责人：　　　　　　　　填表人：　　　　　　　　　　年　　月　　日",
)
FIGURES: Sheet[Figure] = Sheet(
    "主要数字",
    [
        Column("方面", partial(_of, name="part"), key="part", width=16, wrap=True),
        Column("数字", partial(_of, name="label"), key="label", width=30, wrap=True),
        Column("数值", partial(_of, name="value"), key="value", width=12),
        Column("怎样数的", partial(_of, name="definition"), key="definition", width=52, wrap=True),
        Column("数了多少条记录", partial(_of, name="count"), "integer", key="count", width=12),
    ],
)
COMPARED: Sheet[Compared] = Sheet(
    "对比",
    [
        Column("方面", "part", width=16, wrap=True),
        Column("数字", "label", width=30, wrap=True),
        Column("前一次", lambda one: _of(one.before, "value"), key="before", width=12),
        Column("这一次", lambda one: _of(one.after, "value"), key="after", width=12),
        Column("变化", "change", width=14),
        Column("怎样数的", "definition", width=52, wrap=True),
    ],
)
