"""光荣榜 as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from awards.models import Honour
from awards.queries.honours import for_lists
from awards.scope.honours import HonourQuerySet
from chuangxian.sheets import Column, Groups, Sheet


@dataclass(frozen=True, slots=True)
class RollLine:
    """One honour, numbered within its year, level, who gave it and title."""

    honour: Honour
    number: int

    @property
    def shown(self) -> str:
        """Whether everybody may read it."""
        return "是" if self.honour.is_public and self.honour.revoked_on is None else "否"


ROLL: Sheet[RollLine] = Sheet(
    "光荣榜",
    [
        Column("年度", "honour.year", "integer", key="year", width=8),
        Column("级别", "honour.get_level_display", key="level", width=12),
        Column("荣誉称号", "honour.title", key="title", width=20, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("姓名或名称", lambda line: str(line.honour.holder), key="holder", width=20, wrap=True),
        Column("所在党组织", "honour.organization.name", key="organization", width=22, wrap=True),
        Column("表彰日期", "honour.awarded_on", "date", key="awarded_on"),
        Column("表彰单位", "honour.awarded_by", key="awarded_by", width=22, wrap=True),
        Column("表彰文号", "honour.document", key="document", width=18, wrap=True),
        Column("证书编号", "honour.number", key="certificate", width=18),
        Column("颁奖词", "honour.citation", key="citation", width=40, wrap=True),
        Column("公开", "shown", key="shown", width=6, printed=False),
        Column("撤销日期", "honour.revoked_on", "date", key="revoked_on", printed=False),
    ],
)

ROLL_GROUPS: Groups[RollLine] = Groups(
    key=lambda line: (line.honour.year, line.honour.get_level_display(), line.honour.awarded_by, line.honour.title),
    label=lambda key: f"{key[0]}年度 {key[1]}“{key[3]}”（{key[2]}）",
    counts=["number"],
)


def roll_lines(honours: HonourQuerySet) -> Iterator[RollLine]:
    """Walk these honours in the roll's order, numbered within year, level, who gave them and title, in handfuls."""
    number, group = 0, None
    for honour in for_lists(honours).iterator(chunk_size=500):
        key = (honour.year, honour.level, honour.awarded_by, honour.title)
        number = number + 1 if key == group else 1
        group = key
        yield RollLine(honour, number)
