"""The grid into which one person keys the sheets of a pile: a line a sheet, a field a subject, a digit an item."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviews.models import REMARK_MOST
from reviews.queries.casting import Sheet
from reviews.tally.answers import NONE

FIELDS_MOST = 600  # on one page
ROWS_MOST = 20
_IGNORED = re.compile(r"[\s,，、/]")
_NONE = re.compile(r"[-_.—]")


@dataclass(slots=True)
class Cell:
    """What stands in one field: all items of a subject."""

    name: str
    label: str
    text: str = ""
    error: str = ""


@dataclass(slots=True)
class Line:
    """A sheet of the pile."""

    place: int
    cells: list[Cell]
    remark: str = ""
    remark_error: str = ""


@dataclass(slots=True)
class Grid:
    """The lines of one page, as kept or as typed; `entries` are what to keep when there are no `problems`."""

    lines: list[Line]
    entries: dict[int, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> dict[int, str]:
        """The remarks typed, by the place of the sheet."""
        return {line.place: line.remark for line in self.lines}


def rows_a_page(sheet: Sheet) -> int:
    """Return how many sheets a page has room for."""
    return max(1, min(ROWS_MOST, FIELDS_MOST // max(1, len(sheet.subjects))))


def grid_of(
    sheet: Sheet,
    places: Sequence[int],
    *,
    kept: Mapping[int, str],
    remarks: Mapping[int, str],
    typed: Mapping[str, str] | None = None,
) -> Grid:
    """Return the lines for these sheets; with ``typed`` what was sent is read, and faults are named."""
    items = len(sheet.items)
    grid = Grid([])
    for place in places:
        cells = []
        for number, (_, label) in enumerate(sheet.subjects):
            name = f"s{place}-{number}"
            text = kept.get(place, "")[number * items : (number + 1) * items]
            cells.append(Cell(name, f"第 {place} 张 {label}", text if typed is None else typed.get(name, "")))
        line = Line(place, cells, remarks.get(place, ""))
        if typed is not None:
            line.remark = typed.get(f"r{place}", "").strip()
            _read(grid, line, sheet)
        grid.lines.append(line)
    return grid


def _read(grid: Grid, line: Line, sheet: Sheet) -> None:
    items, worst = len(sheet.items), len(sheet.grades)
    if len(line.remark) > REMARK_MOST or not all(sign.isprintable() or sign in "\r\n\t" for sign in line.remark):
        line.remark_error = f"最多 {REMARK_MOST} 字，不能有看不见的符号。"
        grid.problems.append(f"第 {line.place} 张的意见：{line.remark_error}")
    digits = [tidy(cell.text, items) for cell in line.cells]
    if not any(digits):
        grid.entries[line.place] = ""
        if line.remark:
            grid.problems.append(f"第 {line.place} 张只有意见，没有录评议；没有评议的录 0。")
        return
    for cell, text in zip(line.cells, digits, strict=True):
        if len(text) != items or not text.isascii() or not text.isdecimal() or int(max(text)) > worst:
            cell.error = f"要 {items} 个数字，每个从 0 到 {worst}"
            grid.problems.append(f"{cell.label}：{cell.error}。")
    grid.entries[line.place] = "".join(digits)


def tidy(text: str, items: int) -> str:
    """Return what was typed as digits: full width, spaces and commas do not matter, a dash is 0, a single 0 means nothing at all."""
    digits = _NONE.sub(str(NONE), _IGNORED.sub("", unicodedata.normalize("NFKC", text)))
    return str(NONE) * items if digits == str(NONE) else digits
