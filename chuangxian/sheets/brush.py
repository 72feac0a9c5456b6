"""One cell of an export: typed, styled, and never taken for a formula."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell as XlsxCell
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .columns import Column, PartialDate, local_naive

MAX_TEXT = 32_767
CUT = "……（文字过长，已截断）"
RISKY = frozenset("=+-@\t\r\n|%＝＋－＠")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class PlainCell(XlsxCell):  # type: ignore[misc,unused-ignore]
    """A cell that knows its style number and address parts, so that a million of them cost little."""

    __slots__ = ("fixed_style", "letter")

    @property
    def style_id(self) -> int:
        return self.fixed_style

    @property
    def has_style(self) -> bool:
        return True

    @property
    def coordinate(self) -> str:
        return f"{self.letter}{self.row}"


class RowHeight:
    """Stands where openpyxl would keep a dimension for every row for ever: only the row being written has one."""

    points = 0

    def get(self, row_idx: int, default: dict[str, str]) -> dict[str, str]:
        """Return the XML attributes of the row; without any, the program that opens the file decides."""
        return {"ht": str(self.points), "customHeight": "1"} if self.points else default


class StreamedSheet(WriteOnlyWorksheet):  # type: ignore[misc,unused-ignore]
    """openpyxl's write-only sheet for rows of ready cells: openpyxl's own row builder guesses types, and a text
    beginning with "=" would become a formula there. A test holds this hook against the pinned openpyxl."""

    def __init__(self, parent: Any, title: str) -> None:
        super().__init__(parent, title)
        self.row_dimensions = self.height = RowHeight()

    def _values_to_row(self, values: Iterable[XlsxCell], row_idx: int) -> Iterator[XlsxCell]:
        for cell in values:
            cell.row = row_idx
            yield cell


class Brush:
    """Makes ready cells for one sheet column: one shared cell per look, its value replaced for each row."""

    def __init__(self, sheet: StreamedSheet, index: int, *, column: Column[Any] | None = None, font: Font | None = None,
                 fill: PatternFill | None = None, border: Border | None = None, alignment: Alignment | None = None) -> None:  # fmt: skip
        self.sheet, self.index = sheet, index
        self.look = (font, fill, border, alignment)
        self.column = column
        self.cells: dict[tuple[str, bool], PlainCell] = {}

    def cell(self, number_format: str, quoted: bool = False) -> PlainCell:
        found = self.cells.get((number_format, quoted))
        if found is None:
            found = PlainCell(self.sheet, column=self.index)
            font, fill, border, alignment = self.look
            if font:
                found.font = font
            if fill:
                found.fill = fill
            if border:
                found.border = border
            if alignment:
                found.alignment = alignment
            found.number_format = number_format
            found.quotePrefix = quoted
            found.fixed_style = self.sheet.parent._cell_styles.add(found._style)
            found.letter = get_column_letter(self.index)
            self.cells[number_format, quoted] = found
        return found

    def text(self, text: str) -> PlainCell:
        text = safe_text(text)
        cell = self.cell(
            "@" if self.column is not None and self.column.kind == "text" else "General", text[:1] in RISKY
        )
        cell.data_type = "s"
        cell._value = text
        return cell

    def number(self, value: int | float | Decimal, number_format: str) -> PlainCell:
        cell = self.cell(number_format)
        cell.data_type = "n"
        cell._value = value
        return cell

    def day(self, value: date, number_format: str) -> PlainCell:
        cell = self.cell(number_format)
        cell.data_type = "d"
        cell._value = value
        return cell

    def value(self, value: Any) -> PlainCell | None:
        """A cell for any value a column can hold; None for nothing."""
        column = self.column
        if column is not None and column.choices and not isinstance(value, list | dict | set):
            value = column.labels.get(value, value)
        if value is None or value == "":
            return None
        form = column.format if column is not None else "General"
        match value:
            case str():
                return self.text(value)
            case bool():
                return self.text("是" if value else "否")
            case int() | float() | Decimal():
                if not exact(value) or (column is not None and column.kind == "text"):
                    return self.text(str(value))
                return self.number(value, form)
            case datetime():
                if column is not None and column.kind in ("date", "month"):
                    return self.value(local_naive(value).date())
                return self.day(local_naive(value), form if form != "General" and form != "@" else "yyyy-mm-dd hh:mm")
            case PartialDate():
                form = {"day": "yyyy-mm-dd", "month": 'yyyy"年"m"月"', "year": 'yyyy"年"'}[value.precision]
                return self.day(value.date, form) if value.date.year > 1900 else self.text(str(value))
            case date():
                if value.year <= 1900:
                    return self.text(value.isoformat())
                return self.day(value, form if form != "General" and form != "@" else "yyyy-mm-dd")
        return self.text(str(value))


def exact(value: int | float | Decimal) -> bool:
    """Whether Excel keeps the number: finite and of at most 15 digits."""
    if isinstance(value, int):
        return -(10**15) < value < 10**15
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= 15 and abs(value) < 10**15
    return -1e15 < value < 1e15


def without_controls(text: str) -> str:
    """Text without the characters no Office file can hold."""
    return ILLEGAL.sub("", text)


def safe_text(text: str) -> str:
    """Text Excel can hold: no control characters, nothing that reads as an escape, at most 32,767 characters."""
    if ILLEGAL.search(text):
        text = ILLEGAL.sub("", text)
    if "_x" in text:
        text = ESCAPE_LIKE.sub("_x005F_", text)
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - len(CUT)] + CUT
    return text
