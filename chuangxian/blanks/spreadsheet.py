"""A form that is a workbook: what is wrong in which cell, and the workbook filled in.

Two ways to name a place: `{{名称}}` in a cell, or the cell itself given that name (公式 → 名称管理器). What the office laid out stays: fonts,
borders, widths, its own formulas. A text from the records never becomes a formula.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from chuangxian.sheets.brush import RISKY, exact, safe_text
from chuangxian.sheets.columns import PartialDate, local_naive, text_width

from . import formulas
from .marks import Rows, Seen, Shape, Trouble, clipped, filled, items_of, judged, marks_in, plain_name, said
from .package import drawn_text
from .rows import put_in

CELLS_MOST, COLUMNS_MOST = 50_000, 200
DAY, SHORT_DAY, MOMENT = 'yyyy"年"m"月"d"日"', "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
DAY_WIDTH = 15
WIDTH, LINE, HEIGHT_MOST = 8.43, 1.4, 409.0
ALIKE = 0.6


def opened(content: bytes) -> Workbook:
    """Return a workbook that has been checked."""
    return load_workbook(BytesIO(content), rich_text=True)


def text_of(cell: Any) -> str:
    """Return the text of a cell, "" where there is none."""
    return str(cell.value) if isinstance(cell.value, str | CellRichText) and cell.data_type != "f" else ""


def place_of(cell: Any) -> str:
    """Return where a cell lies, as the office finds it."""
    return f"工作表“{clipped(cell.parent.title)}”的 {cell.coordinate}"


# ---- what is wrong ----


def check(content: bytes, shape: Shape) -> list[Trouble]:
    """Return everything wrong with a checked package as a form of this shape, errors and warnings, sheet by sheet."""
    book = opened(content)
    if sum(len(sheet._cells) for sheet in book.worksheets) > CELLS_MOST:
        return [Trouble("", f"文件里的单元格超过 {CELLS_MOST} 个，不像一张表样。请删除多余的行和列。")]
    found = [*_take_names(book, shape), *_check_drawn(content)]
    seen = Seen(shape)
    for sheet in book.worksheets:
        found += _check_sheet(sheet, shape, seen)
    return [*found, *seen.troubles()]


def _check_drawn(content: bytes) -> Iterator[Trouble]:
    """Text boxes and lines drawn over the cells do not survive the filling; a name in one would be lost."""
    for _, text in drawn_text(content):
        if marks_in(text):
            yield Trouble("文本框", f"里面的名称（“{clipped(text)}”）填不进去，请放到单元格里。")
        else:
            yield Trouble("", "有文本框、图形或图表，填好的文件里不一定保留，请看试填的样子。", "warning")


def _take_names(book: Workbook, shape: Shape) -> Iterator[Trouble]:
    """Write the marks of named cells into them; yield what is wrong with the names. Names that do not point to cells are dropped."""
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in list(names):
            target = names[name].attr_text or ""
            place = f"名称“{clipped(name)}”"
            wanted = shape.spot(plain_name(name))
            if not formulas.PLAIN_TARGET.fullmatch(target):
                del names[name]
                if wanted is not None or not name.startswith("_xl"):
                    yield Trouble(place, "不是指向本文件的单元格，填表时会去掉。", "error" if wanted else "warning")
                continue
            if wanted is None:
                if near := get_close_matches(plain_name(name), shape.names, 1, ALIKE):
                    yield Trouble(place, f"不是可用的名称，是不是“{near[0]}”？", "warning")
                continue
            title, _, area = target.rpartition("!")
            yield from _name_cell(book, title.strip("'").replace("''", "'"), area.replace("$", ""), place, name)


def _name_cell(book: Workbook, title: str, area: str, place: str, name: str) -> Iterator[Trouble]:
    if title not in book.sheetnames:
        yield Trouble(place, "指向的工作表不在这个文件里。")
        return
    sheet = book[title]
    left, top, right, bottom = range_boundaries(area)
    merged = [one.coord for one in sheet.merged_cells.ranges]
    if (left, top) != (right, bottom) and area not in merged:
        yield Trouble(place, f"指向 {area} 好几个单元格，请只指向一个。")
        return
    cell = sheet.cell(top, left)
    if isinstance(cell, MergedCell):
        yield Trouble(place, f"指向的 {area} 被合并单元格盖住，请指向合并后的那一格。")
    elif cell.data_type == "f":
        yield Trouble(place, f"指向的 {area} 里是公式，请换一格。")
    else:
        cell._value, cell.data_type = f"{{{{{plain_name(name)}}}}}", "s"


def _check_sheet(sheet: Worksheet, shape: Shape, seen: Seen) -> Iterator[Trouble]:
    lists: dict[int, Rows] = {}
    for cell in sorted(sheet._cells.values(), key=lambda one: (one.row, one.column)):
        if cell.data_type == "f":
            yield from _check_formula(cell)
            continue
        if cell.hyperlink is not None:
            yield Trouble(place_of(cell), "带有超链接，填表时会去掉链接，只留文字。", "warning")
        text = text_of(cell)
        yield from judged(shape, text, place_of(cell))
        for spot in seen.note(text):
            if not spot.repeats or spot.rows is None:
                continue
            before = lists.setdefault(cell.row, spot.rows)
            if before is not spot.rows:
                yield Trouble(
                    place_of(cell),
                    f"第 {cell.row} 行里已经有“{before.name}”，不能再放“{spot.rows.name}”：一行只能按一张清单重复。",
                )
    for row in lists:
        cells = sum(place[0] == row for place in sheet._cells)
        if cells > COLUMNS_MOST:
            text = f"要重复的第 {row} 行有 {cells} 个单元格，请删除右侧多余的列（不超过 {COLUMNS_MOST} 列）。"
            yield Trouble(f"工作表“{clipped(sheet.title)}”", text)
    yield from _check_rows(sheet, lists)
    yield from _check_rest(sheet, shape)


def _check_formula(cell: Any) -> Iterator[Trouble]:
    formula = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
    if not isinstance(formula, str):
        yield Trouble(place_of(cell), "是数据表公式，请改为普通公式或者直接写内容。")
        return
    if marks_in(formula):
        yield Trouble(place_of(cell), "公式里不能写名称，请把名称单独放在一个单元格里。")
    elif reason := formulas.refused(formula):
        yield Trouble(place_of(cell), f"{reason}。")


def _check_rows(sheet: Worksheet, lists: Mapping[int, Rows]) -> Iterator[Trouble]:
    title = f"工作表“{clipped(sheet.title)}”"
    for merged in sheet.merged_cells.ranges:
        if merged.min_row in lists and merged.max_row > merged.min_row:
            text = f"合并单元格 {merged.coord} 占了好几行；第 {merged.min_row} 行要按“{lists[merged.min_row].name}”重复，这一行里的单元格只能占一行。"
            yield Trouble(title, text)
    rows_of: dict[str, list[int]] = {}
    for row, rows in lists.items():
        rows_of.setdefault(rows.name, []).append(row)
    for name, found in rows_of.items():
        if len(found) > 1:
            numbers = "、".join(map(str, found))
            yield Trouble(title, f"“{name}”在第 {numbers} 行都有，每一行会各自重复。", "warning")


def _check_rest(sheet: Worksheet, shape: Shape) -> Iterator[Trouble]:
    title = f"工作表“{clipped(sheet.title)}”"
    if sheet.sheet_state != "visible" and any(marks_in(text_of(cell)) for cell in sheet._cells.values()):
        yield Trouble(title, "是隐藏的，里面填的内容打印不出来。", "warning")
    for head in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter):
        if any(marks_in(part.text or "") for part in (head.left, head.center, head.right)):
            yield Trouble(title, "页眉页脚里写了名称，Excel 的页眉页脚填不进内容，请放到单元格里。")
            break
    given = [one for rule in sheet.data_validations.dataValidation for one in (rule.formula1, rule.formula2)]
    given += [one for block in sheet.conditional_formatting for rule in block.rules for one in rule.formula]
    for formula in given:
        if formula and (reason := formulas.refused(f"={formula}")):
            yield Trouble(title, f"数据有效性或条件格式里，{reason}。")


# ---- filling in ----


def fill(content: bytes, shape: Shape, values: Mapping[str, Any]) -> bytes:
    """Return a checked form filled in."""
    book = opened(content)
    for _ in _take_names(book, shape):
        pass  # said when it was handed in
    for sheet in book.worksheets:
        _fill_sheet(sheet, shape, values)
    book.calculation.fullCalcOnLoad = True
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _fill_sheet(sheet: Worksheet, shape: Shape, values: Mapping[str, Any]) -> None:
    repeated: dict[int, Rows] = {}
    for cell in sheet._cells.values():
        if isinstance(cell, MergedCell):
            continue
        cell.hyperlink = None
        for mark in marks_in(text_of(cell)):
            spot = shape.spot(mark.name)
            if spot is not None and spot.repeats and spot.rows is not None:
                repeated[cell.row] = spot.rows
    items: dict[int, Mapping[str, Any]] = {}
    for row in sorted(repeated, reverse=True):
        found = items_of(repeated[row], values)
        by = max(len(found) - 1, 0)
        put_in(sheet, row, by)
        items = {number + by if number > row else number: item for number, item in items.items()}
        items |= {row + step: item for step, item in enumerate(found)}
    widths = _widths(sheet)
    spans = {(one.min_row, one.min_col): one for one in sheet.merged_cells.ranges}
    for (row, column), cell in sorted(sheet._cells.items()):
        text = text_of(cell)
        if marks_in(text):
            span = spans.get((row, column))
            width = sum(widths(number) for number in range(column, (span.max_col if span else column) + 1))
            put(cell, filled(shape, text, values, items.get(row)), width)
            _make_room(sheet, cell, width, span)


def put(cell: Any, value: Any, width: float) -> None:
    """Set a value with its type; the cell keeps its look, and its number format where that fits the value. ``width``: in Excel's characters."""
    form = cell.number_format
    kind = "n"
    match value:
        case None | "":
            value = None
        case bool():
            value, kind = ("是" if value else "否"), "s"
        case int() | float() | Decimal() if form != "@" and exact(value):
            pass
        case PartialDate(precision="day") if value.date.year > 1900 and form != "@":
            value, kind = value.date, "d"
        case datetime() if form != "@":
            value, kind = local_naive(value), "d"
        case date() if form != "@" and value.year > 1900:
            kind = "d"
        case _:
            value, kind = safe_text(said(value)), "s"
    if kind == "d" and form == "General":
        # a date wider than its cell shows as ####
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY if width >= DAY_WIDTH else SHORT_DAY
    if kind == "s":
        cell.quotePrefix = value[:1] in RISKY
    cell._value, cell.data_type = value, kind


def _widths(sheet: Worksheet) -> Any:
    """The width of a column by its number; openpyxl keeps a run of equal columns under its first letter."""
    default = sheet.sheet_format.defaultColWidth or sheet.sheet_format.baseColWidth or WIDTH
    known: dict[int, float] = {}
    for found in sheet.column_dimensions.values():
        if found.width and found.min and found.max:
            known |= dict.fromkeys(range(found.min, min(found.max, 200) + 1), found.width)
    return lambda number: known.get(number, sheet.column_dimensions[get_column_letter(number)].width or default)


def _make_room(sheet: Worksheet, cell: Any, width: float, span: Any) -> None:
    """Let a long text be seen: wrapped, and in a row high enough, which programs do by themselves for some cells only."""
    text = text_of(cell)
    if "\n" in text and not cell.alignment.wrap_text:
        alignment = copy(cell.alignment)
        alignment.wrap_text = True
        cell.alignment = alignment
    if not text or not cell.alignment.wrap_text:
        return
    rows = range(cell.row, (span.max_row if span else cell.row) + 1)
    heights = [sheet.row_dimensions[row].height for row in rows]
    size = float(cell.font.sz or 11)
    across = max(width * 11 / size - 1, 2)
    lines = sum(max(1, ceil(text_width(line) / across)) for line in text.split("\n"))
    usual = float(sheet.sheet_format.defaultRowHeight or 15)
    have = sum(height or usual for height in heights)
    need = min(lines * size * LINE + 4, HEIGHT_MOST * len(heights))
    if need > have:
        last = rows[-1]
        sheet.row_dimensions[last].height = min((heights[-1] or usual) + need - have, HEIGHT_MOST)
