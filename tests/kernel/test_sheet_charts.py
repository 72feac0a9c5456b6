"""Charts under a table: made of the table's own cells, left out where they would tell nothing."""

from io import BytesIO
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from chuangxian.sheets import Chart, Column, Groups, Sheet

CHART = Chart("完成率", "name", ["share"])


class Line(NamedTuple):
    name: str
    done: int
    share: float | None


LINES = [Line("第一党支部", 9, 0.9), Line("第二党支部", 3, None), Line("第三党支部", 5, 0.5)]
SHEET: Sheet[Line] = Sheet(
    "进度",
    [Column("党组织", "name"), Column("完成", "done", "integer"), Column("完成率", "share", "percent")],
)


def written(lines: list[Line], **options: Any) -> Any:
    """The sheet as a spreadsheet program finds it."""
    target = BytesIO()
    SHEET.write(target, lines, heading=["进度"], **options)
    return load_workbook(target).active


def test_a_chart_takes_names_and_numbers_from_the_rows_and_leaves_the_total_out() -> None:
    sheet = written(LINES, groups=Groups(sums=["done"]), charts=[CHART])
    (chart,) = sheet._charts
    (series,) = chart.series
    assert series.val.numRef.f == "'进度'!$C$3:$C$5"
    assert series.cat.numRef.f == "'进度'!$A$3:$A$5"
    assert series.tx.strRef.f == "'进度'!C2"
    assert chart.y_axis.scaling.max == 1 and chart.x_axis.delete is False
    assert chart.anchor._from.row > sheet.max_row  # below the table, not upon it


def test_two_charts_stand_one_below_the_other_and_a_pile_is_a_pile() -> None:
    sheet = written(LINES, charts=[Chart("完成数", "name", ["done"], stacked=True), CHART])
    first, second = sheet._charts
    assert first.grouping == "stacked" and second.grouping == "clustered"
    assert second.anchor._from.row - first.anchor._from.row >= 18


@pytest.mark.parametrize(
    ("lines", "groups"),
    [
        ([], None),
        ([Line(f"{number}", 1, 0.1) for number in range(41)], None),
        (LINES, Groups(key=lambda line: line.name, sums=["done"])),
    ],
    ids=["nothing to show", "too many to tell apart", "subtotals between the rows"],
)
def test_no_chart_where_it_would_tell_nothing(lines: list[Line], groups: Any) -> None:
    assert written(lines, groups=groups, charts=[CHART])._charts == []


def test_a_workbook_with_a_chart_holds_no_formula() -> None:
    sheet = written([Line("=1+1", 1, 0.1), *LINES], charts=[CHART])
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
