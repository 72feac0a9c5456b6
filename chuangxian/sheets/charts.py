"""Charts under a table, made of the table's own cells: whoever changes a number sees the chart follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList

from .columns import Column

ROWS_MOST = 40  # bars beyond that cannot be told apart on A4
HEIGHT_CM, WIDTH_CM = 8.5, 24.0
HEIGHT_ROWS = 18  # what a chart covers of rows of ordinary height
PALETTE = ("A61B1B", "C98F2E", "3F6C8F", "5B7F4B", "7A6A8A", "8A8178")


@dataclass(frozen=True)
class Chart:
    """Bars for the rows of a table: ``label`` is the column of their names, ``values`` the columns of their numbers, side by side or ``stacked``."""

    title: str
    label: str
    values: Sequence[str]
    stacked: bool = False


def draw(
    sheet: Any, columns: Sequence[Column[Any]], charts: Sequence[Chart], *, head: int, last: int, below: int
) -> int:
    """Put the charts under the table, one below the other, from row ``below`` on; ``head`` is the row of the headers, ``last`` the last row of
    data. Too many rows to tell apart, or none, and nothing is drawn. Returns the last row they cover.
    """
    if not head < last <= head + ROWS_MOST:
        return below - 1
    for number, chart in enumerate(charts):
        sheet.add_chart(_bars(sheet, columns, chart, head, last), f"A{below + number * HEIGHT_ROWS}")
    return below - 1 + len(charts) * HEIGHT_ROWS


def _bars(sheet: Any, columns: Sequence[Column[Any]], chart: Chart, head: int, last: int) -> BarChart:
    names = [column.name for column in columns]
    bars = BarChart()
    bars.type, bars.title = "col", chart.title
    bars.height, bars.width = HEIGHT_CM, WIDTH_CM
    bars.grouping = "stacked" if chart.stacked else "clustered"
    bars.overlap = 100 if chart.stacked else None
    for place, name in enumerate(chart.values):
        index = names.index(name) + 1
        bars.add_data(Reference(sheet, min_col=index, min_row=head, max_row=last), titles_from_data=True)
        bars.series[-1].graphicalProperties.solidFill = PALETTE[place % len(PALETTE)]
    bars.set_categories(Reference(sheet, min_col=names.index(chart.label) + 1, min_row=head + 1, max_row=last))
    # without these openpyxl's axes stay invisible in newer programs
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.y_axis.scaling.min = 0
    if all(columns[names.index(name)].kind == "percent" for name in chart.values):
        bars.y_axis.number_format, bars.y_axis.scaling.max = "0%", 1
    bars.legend.position = "b"
    if len(chart.values) == 1:
        bars.legend = None
    bars.dataLabels = DataLabelList()
    bars.dataLabels.showVal = True
    for hidden in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(bars.dataLabels, hidden, False)
    return bars
