"""Results of an evaluation as a workbook: item by item for each subject and group, the turnout, the definitions. Only what results hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from chuangxian.sheets import Chart, Column, Sheet
from reviews.models import RaterCategory
from reviews.tally.results import Figure, Part, Rate, Results, SubjectResult, Weighted

SheetPart = tuple[Sheet[Any], Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one subject by one group."""

    result: SubjectResult
    part: Part
    figure: Figure
    weighted: Weighted | None

    def count(self, place: int) -> int | None:
        """How many chose the grade of that place; None where it may not be shown."""
        return next((one.count for one in self.figure.answered if one.grade.place == place), None)

    @property
    def change(self) -> Decimal | None:
        """In points, of everybody's positive rate."""
        return self.result.change(self.figure) if self.part.category is None else None


def _part(rate: Rate | None) -> int | None:
    return rate.part if rate is not None else None


def _percent(rate: Rate | None) -> Decimal | None:
    return rate.percent if rate is not None else None


def results_sheet(results: Results) -> Sheet[Line]:
    """Return the table of this round's grades."""
    word = results.word
    columns: list[Column[Line]] = [
        Column("评议对象", lambda line: str(line.result.subject), key="subject", width=18, wrap=True),
        Column("评议人类别", "part.label", key="group", width=16, wrap=True),
        Column("测评项目", "figure.item.text", key="item", width=26, wrap=True),
    ]
    columns += [
        Column(grade.label, partial(Line.count, place=grade.place), "integer", key=f"grade-{grade.place}", width=9)
        for grade in results.grades
    ]
    columns += [
        Column("有效票", "figure.valid", "integer", key="valid", width=8),
        Column("最高档（票）", lambda line: _part(line.figure.top), "integer", key="top", width=10),
        Column("最高档率（%）", lambda line: _percent(line.figure.top), "decimal", key="top-rate", width=10),
        Column(f"{word}（票）", lambda line: _part(line.figure.positive), "integer", key="positive", width=10),
        Column(f"{word}率（%）", lambda line: _percent(line.figure.positive), "decimal", key="positive-rate", width=10),
        Column("平均分", "figure.mean", "decimal", key="mean", width=8),
    ]
    if results.is_weighted:
        columns += [
            Column(
                f"加权{word}率（%）",
                lambda line: line.weighted.positive if line.weighted else None,
                "decimal",
                key="weighted",
                width=10,
            )
        ]
    if results.earlier is not None:
        columns.append(Column("比上次（百分点）", "change", "decimal", key="change", width=10))
    columns.append(Column("说明", "figure.word", key="word", width=20, wrap=True))
    return Sheet("评议结果", columns)


def lines_of(results: Results) -> Iterator[Line]:
    """Walk subjects, groups and items."""
    for result in results.subjects:
        weighted = {one.item.pk: one for one in result.weighted}
        for part in result.everybody:
            for figure in part.figures:
                shown = weighted.get(figure.item.pk) if part.category is None else None
                yield Line(result, part, figure, shown)


def grades_sheet(results: Results) -> tuple[Sheet[Line], Chart]:
    """Return the grades of everybody together, an item of a subject a row, and their chart."""
    grades = [
        Column(grade.label, partial(Line.count, place=grade.place), "integer", key=f"grade-{grade.place}", width=11)
        for grade in results.grades
    ]
    name = Column[Line](
        "评议对象、项目",
        lambda line: f"{line.result.subject}：{line.figure.item.text}",
        key="item",
        width=44,
        wrap=True,
    )
    chart = Chart("各项目的评议档次（票）", "item", [column.name for column in grades], stacked=True)
    return Sheet("档次图", [name, *grades]), chart


TURNOUT: Sheet[tuple[RaterCategory, dict[str, int]]] = Sheet(
    "发票收票",
    [
        Column("评议人类别", lambda row: row[0].name, key="name", width=22, wrap=True),
        Column("产生办法", lambda row: row[0].get_choosing_display(), key="choosing", width=12),
        Column("应评人数", lambda row: row[0].eligible, "integer", key="eligible", width=10),
        Column("权重（%）", lambda row: row[0].weight, "decimal", key="weight", width=10),
        Column("发出", lambda row: row[1]["issued"], "integer", key="issued", width=8),
        Column("收回", lambda row: row[1]["ballots"], "integer", key="ballots", width=8),
        Column("未用", lambda row: row[1]["unused"], "integer", key="unused", width=8),
        Column("作废", lambda row: row[1]["revoked"], "integer", key="revoked", width=8),
    ],
)


def definitions(results: Results) -> list[str]:
    """Return the sentences printed under every result."""
    round_ = results.round
    said = [
        f"有效票：选了“{results.invalid_labels}”的不计入。" if results.invalid_labels else "有效票：作了回答的都计入。",
        f"最高档率 = 选“{results.top_label}”的 ÷ 有效票；{results.word}率 = 选“{results.positive_labels}”的 ÷ 有效票。两个率不是一回事。",
        f"一组不到 {round_.least_group} 张票的不显示；不到 {2 * round_.least_group} 张的只显示平均分。"
        f"只差一个小组就能算出来的，再隐去一组。有效票不到 {round_.least_group} 张的，不显示平均分，也不列入整改。",
    ]
    if results.is_weighted:
        said.append(
            f"加权{results.word}率按类别权重计算："
            + "、".join(f"{one.name} {one.weight:g}%" for one in results.categories if one.weight is not None)
            + "；每一类都能显示时才计算。“合计”不加权。"
        )
    else:
        said.append("各类评议人的票合在一起计算，不加权。")
    return said


def result_parts(results: Results, *, on: date) -> list[SheetPart]:
    """Return the workbook of results."""
    heading = [f"{results.round}结果"]
    grades, chart = grades_sheet(results)
    together = [line for line in lines_of(results) if line.part.category is None]
    parts: list[SheetPart] = [
        (
            results_sheet(results),
            lines_of(results),
            {"heading": heading, "footer": definitions(results), "as_of": on, "landscape": True},
        ),
        (
            grades,
            together,
            {"heading": [f"{results.round}：各项目的档次"], "as_of": on, "landscape": True, "charts": [chart]},
        ),
        (TURNOUT, results.turnout, {"heading": [f"{results.round}：发票收票"], "as_of": on}),
    ]
    if results.remarks:
        remarks: Sheet[str] = Sheet(
            "意见建议", [Column("意见建议", lambda text: text, key="text", width=90, wrap=True)]
        )
        parts.append((remarks, results.remarks, {"heading": [f"{results.round}：意见建议"], "as_of": on}))
    return parts
