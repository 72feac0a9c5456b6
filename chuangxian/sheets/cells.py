"""The cells of a checked workbook, as they stand in the file: nothing interpreted, nothing skipped but emptiness."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from .formats import Format, read_formats
from .guard import DAMAGED, Package, elements, parse_xml
from .problems import Unreadable

MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELLS = 400_000
MAX_EMPTY_ROWS = 200_000  # rows with a format and nothing else
MAX_ARRAYS = 1_000
MAX_SHEETS = 100
MAX_TEXT = 32_767  # Excel's own limit for one cell
MAX_STRINGS_TOTAL = 10_000_000
HEAD_ROWS = 40

SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class RawCell(NamedTuple):
    """kind: number, text, bool, error, isodate, formula (text: the formula) or unknown."""

    column: int
    kind: str
    text: str
    style: int


class RawRow(NamedTuple):
    number: int
    hidden: bool
    cells: list[RawCell]


class Range(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    @property
    def name(self) -> str:
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


@dataclass
class SheetInfo:
    title: str
    part: str
    hidden: bool


@dataclass
class Grid:
    """A sheet's filled cells. `complete` is False when only the head was read."""

    info: SheetInfo
    rows: deque[RawRow] = field(default_factory=deque)
    merged: list[Range] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    complete: bool = True


@dataclass
class Workbook:
    package: Package
    sheets: list[SheetInfo]
    formats: list[Format]
    strings: list[str]
    epoch_1904: bool

    def format(self, cell: RawCell) -> Format:
        return self.formats[cell.style] if 0 <= cell.style < len(self.formats) else Format()

    def grid(self, info: SheetInfo, *, head: bool = False) -> Grid:
        """Read a sheet; with `head` only its first rows, enough to look for headers."""
        grid = Grid(info)
        for _ in read_rows(self, grid):
            if head and len(grid.rows) >= HEAD_ROWS:
                grid.complete = False
                break
        return grid


def load(package: Package) -> Workbook:
    main = next((part for kind, part in package.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in package.names:
        raise Unreadable(DAMAGED)
    parts = package.related(main)
    sheets: list[SheetInfo] = []
    epoch_1904 = False
    for name, attributes in elements(package, main, {"sheet", "workbookPr"}):
        if name == "workbookPr":
            epoch_1904 = epoch_1904 or attributes.get("date1904") in ("1", "true")
            continue
        kind, part = parts.get(attributes.get("id", ""), ("", ""))
        if kind == "worksheet" and part in package.names:
            sheets.append(SheetInfo(attributes.get("name", ""), part, attributes.get("state", "visible") != "visible"))
        if len(sheets) > MAX_SHEETS:
            raise Unreadable(f"工作簿里的工作表超过 {MAX_SHEETS} 张，已拒绝。")
    if not sheets:
        raise Unreadable("工作簿里没有工作表。")
    by_kind = dict(parts.values())
    styles = by_kind.get("styles", "")
    strings = by_kind.get("sharedStrings", "")
    return Workbook(
        package,
        sheets,
        read_formats(package, styles) if styles in package.names else [],
        read_strings(package, strings) if strings in package.names else [],
        epoch_1904,
    )


def unescaped(text: str) -> str:
    """Undo OOXML's _xHHHH_ escapes."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def read_strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    wanted = False
    phonetic = False
    length = total = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal wanted, phonetic, length
        local = name.rpartition("|")[2]
        if local == "si":
            pieces.clear()
            length = 0
        elif local == "rPh":
            phonetic = True
        elif local == "t":
            wanted = not phonetic

    def end(name: str) -> None:
        nonlocal wanted, phonetic, total
        local = name.rpartition("|")[2]
        if local == "si":
            text = "".join(pieces)
            total += length
            if len(strings) >= MAX_CELLS or total > MAX_STRINGS_TOTAL:
                raise Unreadable("文件里的文字过多，已拒绝。请拆分后再上传。")
            strings.append(unescaped(text))
        elif local == "rPh":
            phonetic = False
        elif local == "t":
            wanted = False

    def text(data: str) -> None:
        nonlocal length
        if wanted:
            pieces.append(data)
            length += len(data)
            if length > MAX_TEXT:
                raise Unreadable(f"有单元格的文字超过 {MAX_TEXT} 字，已拒绝。请拆分后再上传。")

    for _ in parse_xml(package, part, start, end, text):
        pass
    return strings


KINDS = {"n": "number", "str": "text", "inlineStr": "text", "b": "bool", "e": "error", "d": "isodate", "s": "shared"}


def read_rows(book: Workbook, grid: Grid) -> Iterator[None]:
    """Fill `grid` from its part, yielding after every chunk. The file's own <dimension> is not believed."""
    rows = grid.rows
    local = {
        f"{space}|{name}": name
        for space in SPREADSHEET
        for name in ("row", "c", "v", "t", "f", "rPh", "mergeCell", "col", "sheetFormatPr", "worksheet", "sheetData")
    }
    strings = book.strings
    number = column = style = 0
    total = empty_rows = 0
    hidden = False
    hidden_by_default = False
    kind = "n"
    cells: list[RawCell] = []
    taking: list[str] | None = None
    value: list[str] = []
    formula: list[str] = []
    has_formula = False
    phonetic = False
    arrays: list[Range] = []
    seen_sheet = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal \
            number, \
            column, \
            style, \
            hidden, \
            hidden_by_default, \
            kind, \
            cells, \
            taking, \
            has_formula, \
            phonetic, \
            seen_sheet
        match local.get(name):
            case "c":
                reference = attributes.get("r")
                column = position(reference, number, column) if reference else column + 1
                kind = attributes.get("t", "n")
                style = int(attributes.get("s", 0))
                value.clear()
                formula.clear()
                has_formula = False
            case "v":
                taking = value
            case "t":
                taking = None if phonetic else value
            case "f":
                has_formula = True
                taking = formula
                if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
                    arrays.append(area(attributes["ref"]))
                    if len(arrays) > MAX_ARRAYS:
                        raise Unreadable("数组公式过多，请改为直接填写内容后再上传。")
            case "row":
                previous = number
                number = int(attributes["r"]) if "r" in attributes else number + 1
                if number <= previous:
                    raise Unreadable(DAMAGED)
                flag = attributes.get("hidden")
                hidden = flag in ("1", "true") or (hidden_by_default and flag is None)
                column = 0
                cells = []
            case "rPh":
                phonetic = True
            case "mergeCell":
                if len(grid.merged) >= 20_000:
                    raise Unreadable("合并单元格过多，请拆分合并单元格后再上传。")
                grid.merged.append(area(attributes.get("ref", "")))
            case "col":
                if attributes.get("hidden") in ("1", "true") and len(grid.hidden_columns) < 1_000:
                    grid.hidden_columns.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))
            case "sheetFormatPr":
                hidden_by_default = attributes.get("zeroHeight") in ("1", "true")
            case "worksheet":
                seen_sheet = True

    def end(name: str) -> None:
        nonlocal taking, phonetic, total, empty_rows
        match local.get(name):
            case "c":
                text = "".join(value)
                found = KINDS.get(kind, "unknown")
                if has_formula:
                    found, text = "formula", "=" + "".join(formula)
                elif found == "shared" and text:
                    index = int(text)
                    if not 0 <= index < len(strings):
                        raise Unreadable(DAMAGED)
                    found, text = "text", strings[index]
                elif kind == "inlineStr":
                    text = unescaped(text)
                if not text or (found == "text" and not text.strip()):
                    return
                if len(text) > MAX_TEXT:
                    raise Unreadable(f"第 {number} 行有单元格的文字超过 {MAX_TEXT} 字，已拒绝。")
                if column > MAX_COLUMNS:
                    raise Unreadable(
                        f"{get_column_letter(column)}{number} 单元格超出了前 {MAX_COLUMNS} 列，请删除表格右侧多余的内容后再上传。"
                    )
                cells.append(RawCell(column, found, text, style))
            case "v" | "t" | "f":
                taking = None
            case "rPh":
                phonetic = False
            case "row":
                if not cells:
                    empty_rows += 1
                    if empty_rows > MAX_EMPTY_ROWS:
                        raise Unreadable(f"表格里有 {MAX_EMPTY_ROWS} 行以上带格式的空行，已拒绝。请删除空行后再上传。")
                    return
                total += len(cells)
                if number > MAX_ROWS + HEAD_ROWS or total > MAX_CELLS:
                    raise Unreadable(f"表格超过 {MAX_ROWS} 行，请拆分后再上传（第 {number} 行还有内容）。")
                rows.append(RawRow(number, hidden, cells))

    size = 0

    def text(data: str) -> None:
        nonlocal size
        if taking is not None:
            taking.append(data)
            size = size + len(data) if len(taking) > 1 else len(data)
            if size > 2 * MAX_TEXT:
                raise Unreadable(f"第 {number} 行有单元格的文字超过 {MAX_TEXT} 字，已拒绝。")

    for _ in parse_xml(book.package, grid.info.part, start, end, text):
        yield
    if not seen_sheet:
        raise Unreadable(DAMAGED)
    if arrays:
        mark_arrays(grid, arrays)


def mark_arrays(grid: Grid, arrays: list[Range]) -> None:
    """The cells an array formula fills have values but no formula of their own; they are formulas all the same."""
    for index, row in enumerate(grid.rows):
        for place, cell in enumerate(row.cells):
            if cell.kind != "formula" and any(
                a.top <= row.number <= a.bottom and a.left <= cell.column <= a.right for a in arrays
            ):
                grid.rows[index].cells[place] = cell._replace(kind="formula", text="=（数组公式）")


@lru_cache(maxsize=1024)
def letters_to_index(letters: str) -> int:
    return column_index_from_string(letters)


def position(reference: str, row: int, after: int) -> int:
    """The column of a reference like "C12", which must lie in `row` and to the right of `after`."""
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = letters_to_index(reference[: len(reference) - len(digits)])
    if column <= after or digits != str(row):
        raise Unreadable(DAMAGED)
    return column


def area(reference: str) -> Range:
    left, top, right, bottom = range_boundaries(reference)
    if not (left and top and right and bottom):
        raise Unreadable(DAMAGED)
    return Range(left, top, right, bottom)
