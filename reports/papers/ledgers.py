"""The tables of the centre as forms: every column can be named in the one row that is repeated."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from awards.sheets import brands, honours, nominations, posts
from chuangxian.blanks import Field, Rows, Shape
from chuangxian.sheets import Column, Sheet
from pledges import sheets as pledges
from reports.catalogue import Asked
from reports.papers.base import Ledger, Values
from reviews.sheets import comments
from schedule.sheets import activities, items, meetings, study, tasks

ROW, NUMBER = "行", "序号"
EXAMPLES: dict[str, Any] = {
    "integer": 12,
    "decimal": 1.5,
    "date": date(2011, 6, 20),
    "month": "1970年5月",
    "percent": "95.0%",
}
HEAD = [
    Field("党组织范围", "导出时选的党组织", "教研室党总支"),
    Field("学期", "导出时选的学期，没有选的为空", "2010—2011学年第二学期"),
    Field("截至日期", "表里是哪一天的情况", date(2011, 6, 20)),
    Field("行数", "一共多少行", 2),
    Field("导出人", "谁导出的", "张干事"),
]
SHEETS: dict[str, Sheet[Any]] = {
    "pledges": pledges.LEDGER,
    "comments": comments.LEDGER,
    "items": items.LEDGER,
    "tasks": tasks.LEDGER,
    "study": study.LEDGER,
    "meetings": meetings.LEDGER,
    "activities": activities.LEDGER,
    "honours": honours.ROLL,
    "nominations": nominations.SUMMARY,
    "model-posts": posts.POSTS,
    "brands": brands.BRANDS,
}


def _columns(sheet: Sheet[Any]) -> list[Column[Any]]:
    return [column for column in sheet.columns if column.header != NUMBER]


def _field(column: Column[Any]) -> Field:
    labels = list(column.labels.values())
    example = labels[0] if labels else EXAMPLES.get(column.kind, f"（{column.header}）")
    return Field(column.header, column.help or f"“{column.header}”一列", example)


def _shape(sheet: Sheet[Any]) -> Shape:
    return Shape(HEAD, [Rows(ROW, "表里的记录", [_field(column) for column in _columns(sheet)])])


LEDGERS = tuple(
    Ledger(f"ledger-{key}", sheet.title, "台账，一条记录一行，各列都可以用", _shape(sheet), key)
    for key, sheet in SHEETS.items()
)


def ledger_of(report: str) -> Ledger | None:
    """Return the form of a table of the centre; None for tables whose columns are not fixed."""
    return next((one for one in LEDGERS if one.report == report), None)


def values_of(ledger: Ledger, asked: Asked, rows: Iterable[Any], who: str) -> Values:
    """Return a table for what was asked, a row an item."""
    columns = _columns(SHEETS[ledger.report])
    told = [{column.header: _told(column, column.value(row)) for column in columns} for row in rows]
    return {
        "党组织范围": str(asked.place or ""),
        "学期": str(asked.semester or ""),
        "截至日期": asked.on,
        "行数": len(told),
        "导出人": who,
        ROW: told,
    }


def _told(column: Column[Any], value: Any) -> Any:
    if column.labels and not isinstance(value, list | dict | set):
        value = column.labels.get(value, value)
    if column.kind == "percent" and isinstance(value, int | float):
        return f"{value:.1%}"
    return value
