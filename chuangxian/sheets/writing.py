"""From rows to a workbook: streamed, typed, ready to print, and without a single formula."""

import csv
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from math import ceil
from os import PathLike
from typing import IO, Any, Generic, TypeAlias, TypeVar

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .brush import ILLEGAL, RISKY, Brush, PlainCell, StreamedSheet, safe_text
from .charts import Chart, draw
from .columns import Column, local_naive, shown, text_width

T = TypeVar("T")
Target: TypeAlias = IO[bytes] | str | PathLike[str]

SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

LINE_POINTS = (
    16  # height of a line in Excel's default font, with room for the Chinese fonts other programs put in its place
)
TITLE = Font(bold=True, size=15)
BOLD = Font(bold=True)
SMALL = Font(size=9, color="666666")
HEAD_FILL = PatternFill("solid", fgColor="F3E9E7")
FAINT_FILL = PatternFill("solid", fgColor="EEEEEE")
SUM_FILL = PatternFill("solid", fgColor="F7F4EE")
LINE = Side(style="thin", color="BFB8AE")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
PLAIN = Alignment(vertical="center")
WRAPPED = Alignment(vertical="center", wrap_text=True)
MIDDLE = Alignment(horizontal="center", vertical="center")
ALIGNED = {"date": MIDDLE, "month": MIDDLE, "datetime": MIDDLE, "choice": MIDDLE}
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True)
class Groups(Generic[T]):
    """Subtotal rows. Rows must come sorted by `key`; a group coming back later is an error of the caller.

    sums and counts are column names: the sum of the numbers, the number of filled cells. Values, never formulas.
    shares: the columns whose total is one sum divided by another, empty where that is nothing.
    """

    key: Callable[[T], Hashable] | None = None
    sums: Sequence[str] = ()
    counts: Sequence[str] = ()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    label: Callable[[Any], str] = str
    subtotal: str = "小计"
    total: str = "合计"


class Tally:
    """Running sums of one group."""

    def __init__(self, sums: Sequence[int], counts: Sequence[int]) -> None:
        self.sums: dict[int, Decimal] = dict.fromkeys(sums, Decimal(0))
        self.counts: dict[int, int] = dict.fromkeys(counts, 0)
        self.rows = 0

    def add(self, values: Sequence[Any]) -> None:
        self.rows += 1
        for index in self.sums:
            if values[index] is not None:
                self.sums[index] += Decimal(str(values[index]))
        for index in self.counts:
            self.counts[index] += values[index] not in (None, "")


def write(
    target: Target,
    title: str,
    columns: Sequence[Column[T]],
    rows: Iterable[T],
    **options: Any,
) -> int:
    """Write one sheet; see Sheet.write for the options. Returns the number of rows."""
    book = Workbook(write_only=True)
    describe(book, title, options.get("who", ""), options.get("at"))
    with abandoned(book):
        count = add_sheet(book, title, columns, rows, **options)
        book.save(target)
    return count


@contextmanager
def abandoned(book: Workbook) -> Iterator[None]:
    """Leave no temporary file behind when the rows break off."""
    try:
        yield
    except BaseException:
        for sheet in book.worksheets:
            if not sheet.closed:
                sheet.close()
            sheet._writer.cleanup()
        raise


def write_csv(target: IO[bytes], columns: Sequence[Column[T]], rows: Iterable[T]) -> int:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe (CWE-1236)."""
    text = TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(column.header) for column in columns])
    getters = [(column, column.value) for column in columns]
    count = 0
    for row in rows:
        writer.writerow([csv_value(column, get(row)) for column, get in getters])
        count += 1
    text.flush()
    text.detach()
    return count


def csv_value(column: Column[Any], value: Any) -> str:
    """Numbers as they are, all else as shown on the page."""
    if (
        isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
        and not column.labels
        and column.kind != "text"
    ):
        return str(value)
    return harmless(shown(column, value))


def harmless(text: str) -> str:
    text = ILLEGAL.sub("", text)
    return f"'{text}" if text[:1] in RISKY else text


def describe(book: Workbook, title: str, who: str, at: datetime | None) -> None:
    book.properties.title = safe_text(title)
    book.properties.creator = safe_text(who) or "创先争优活动门户"
    if at is not None:
        book.properties.created = book.properties.modified = local_naive(at)


def add_sheet(
    book: Workbook,
    title: str,
    columns: Sequence[Column[T]],
    rows: Iterable[T],
    *,
    heading: Sequence[str] = (),
    groups: Groups[T] | None = None,
    footer: Sequence[str] = (),
    as_of: date | None = None,
    who: str = "",
    at: datetime | None = None,
    landscape: bool | None = None,
    charts: Sequence[Chart] = (),
) -> int:
    sheet = StreamedSheet(book, sheet_name(title, book.sheetnames))
    book._add_sheet(sheet)
    lines = list(heading)
    if as_of is not None:
        lines.append(f"数据截至 {as_of.isoformat()}")
    top = len(lines) + 1
    printed = [column for column in columns if column.printed]
    if landscape is None:
        landscape = sum(column.shown_width for column in printed) > 90
    prepare(sheet, columns, top, stamp(who, at), landscape)
    write_lines(sheet, lines, len(printed))
    heads = [
        Brush(sheet, index, font=BOLD, fill=HEAD_FILL, border=BOX, alignment=CENTRE)
        for index in range(1, len(columns) + 1)
    ]
    headers = [column.header for column in columns]
    sheet.height.points = height(headers, [(index, column.shown_width) for index, column in enumerate(columns)])
    sheet.append([brush.text(header) for brush, header in zip(heads, headers, strict=True)])
    sheet.height.points = 0
    count, last = write_body(sheet, columns, rows, groups, top)
    if last > top:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(columns))}{last}"
    small = Brush(sheet, 1, font=SMALL)
    for line in footer:
        sheet.append([small.text(line)])
    end = max(last + (groups is not None) + len(footer), top)
    if charts and (groups is None or groups.key is None):  # subtotals between the rows are no bars
        end = draw(sheet, columns, charts, head=top, last=last, below=end + 2)
    if len(printed) < len(columns):
        sheet.print_area = f"A1:{get_column_letter(len(printed))}{end}"
    return count


def sheet_name(title: str, taken: Sequence[str]) -> str:
    name = SHEET_NAME.sub(" ", title).strip(" '")[:31] or "Sheet"
    number = 2
    found = name
    while found.lower() in (other.lower() for other in taken):
        found = f"{name[: 31 - len(str(number)) - 2]}（{number}）"[:31]
        number += 1
    return found


def stamp(who: str, at: datetime | None) -> str:
    """The watermark in the page header: who took this out, and when."""
    parts = [part for part in (who, local_naive(at).strftime("%Y-%m-%d %H:%M") if at else "") if part]
    return f"导出：{' '.join(parts)}" if parts else ""


def prepare(sheet: StreamedSheet, columns: Sequence[Column[Any]], top: int, watermark: str, landscape: bool) -> None:
    """Everything that must be said before the first row: widths, frozen header, paper."""
    for index, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = round(column.shown_width, 1)
    set_paper(sheet, top, landscape)
    if watermark:
        text = safe_text(watermark).replace("\n", " ").replace("&", "&&")[:120]
        sheet.oddHeader.right.text = text
        sheet.oddHeader.right.size = 8


def set_paper(sheet: StreamedSheet, top: int, landscape: bool) -> None:
    """A4, as wide as the table, the header (row `top`) frozen and repeated, pages numbered."""
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE if landscape else Worksheet.ORIENTATION_PORTRAIT
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 / 共 &N 页"


def write_lines(sheet: StreamedSheet, lines: Sequence[str], width: int) -> None:
    """Title and lines above the header, centred over the table without merging cells."""
    for number, line in enumerate(lines):
        font = TITLE if number == 0 and len(lines) > 0 else SMALL
        centred = Alignment(horizontal="centerContinuous" if number == 0 else "left", vertical="center")
        brushes = [
            Brush(sheet, index, font=font, alignment=centred) for index in range(1, (width if number == 0 else 1) + 1)
        ]
        sheet.append([brush.text(line if index == 0 else "") for index, brush in enumerate(brushes)])


def write_body(
    sheet: StreamedSheet, columns: Sequence[Column[T]], rows: Iterable[T], groups: Groups[T] | None, top: int
) -> tuple[int, int]:
    """Returns the number of data rows and the last sheet row before the grand total."""
    brushes = [
        Brush(
            sheet,
            index,
            column=column,
            font=SMALL if column.faint else None,
            fill=FAINT_FILL if column.faint else None,
            border=BOX,
            alignment=WRAPPED if column.wrap else ALIGNED.get(column.kind, PLAIN),
        )
        for index, column in enumerate(columns, 1)
    ]
    getters = [column.value for column in columns]
    makers = [brush.value for brush in brushes]
    empties = [brush.cell("General") for brush in brushes]
    # what is not printed must not tear the printed rows apart
    wrapped = [(index, column.shown_width) for index, column in enumerate(columns) if column.wrap and column.printed]
    append = sheet.append
    if groups is None:
        count = 0
        for row in rows:
            values = [get(row) for get in getters]
            sheet.height.points = height(values, wrapped)
            append([make(value) or blank(empty) for make, value, empty in zip(makers, values, empties, strict=True)])
            count += 1
        sheet.height.points = 0
        return count, top + count
    names = [column.name for column in columns]
    sums = [names.index(name) for name in groups.sums]
    shares = {
        names.index(name): (names.index(part), names.index(whole)) for name, (part, whole) in groups.shares.items()
    }
    counts = [names.index(name) for name in groups.counts]
    whole, part = Tally(sums, counts), Tally(sums, counts)
    bold = [
        Brush(sheet, index, column=column, font=BOLD, fill=SUM_FILL, border=BOX)
        for index, column in enumerate(columns, 1)
    ]
    seen: set[Hashable] = set()
    current: Hashable = None
    last = top
    for row in rows:
        if groups.key is not None:
            key = groups.key(row)
            if key not in seen:
                if part.rows:
                    append(sum_row(bold, part, shares, f"{groups.label(current)}{groups.subtotal}"))
                    last += 1
                seen.add(key)
                current, part = key, Tally(sums, counts)
            elif key != current:
                raise ValueError(f"rows are not sorted by group: {key!r} comes back")
        values = [get(row) for get in getters]
        sheet.height.points = height(values, wrapped)
        append([make(value) or blank(empty) for make, value, empty in zip(makers, values, empties, strict=True)])
        sheet.height.points = 0
        last += 1
        part.add(values)
        whole.add(values)
    if groups.key is not None and part.rows:
        append(sum_row(bold, part, shares, f"{groups.label(current)}{groups.subtotal}"))
        last += 1
    append(sum_row(bold, whole, shares, groups.total))
    return whole.rows, last


def height(values: Sequence[Any], wrapped: Sequence[tuple[int, float]]) -> int:
    """Points a row needs for its wrapped texts, 0 for one line: not every program works that out by itself."""
    most = 1
    for index, width in wrapped:
        if isinstance(text := values[index], str) and text:
            lines = sum(ceil((text_width(line) or 1) / (width - 1.5)) for line in text.splitlines())
            most = max(most, lines)
    return 0 if most == 1 else min(most * LINE_POINTS, 400)


def blank(cell: PlainCell) -> PlainCell:
    """An empty cell that still has its border."""
    cell.data_type = "n"
    cell._value = None
    return cell


def sum_row(
    brushes: Sequence[Brush], tally: Tally, shares: Mapping[int, tuple[int, int]], label: str
) -> list[PlainCell]:
    cells: list[PlainCell] = []
    figures = {*tally.sums, *tally.counts, *shares}
    words = next((index for index in range(len(brushes)) if index not in figures), -1)
    for index, brush in enumerate(brushes):
        if index in tally.sums:
            column = brush.column
            form = column.format if column is not None and column.kind in ("integer", "decimal") else "General"
            cells.append(brush.number(tally.sums[index], form))
        elif index in tally.counts:
            cells.append(brush.number(tally.counts[index], "0"))
        elif index in shares and tally.sums[shares[index][1]]:
            part, whole = (tally.sums[each] for each in shares[index])
            cells.append(brush.number(part / whole, brush.column.format if brush.column is not None else "General"))
        else:
            cells.append(brush.text(label if index == words else ""))
    return cells
