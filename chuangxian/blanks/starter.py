"""A form to begin with: every name once, in a plain layout the office then changes as it likes."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from .marks import NUMBER, Field, Rows, Shape

FONT, TITLE_FONT = "仿宋", "黑体"
LONG = 24  # an example longer than that gets a line of its own
COLUMNS_MOST = 8
PAGE_WIDTH = 92.0  # of an A4 sheet, in Excel's characters


def starter(kind: str, title: str, shape: Shape) -> bytes:
    """Return a workbook or a Word document with every name of the shape in it."""
    return _book(title, shape) if kind == "xlsx" else _letter(title, shape)


def _mark(name: str) -> str:
    return f"{{{{{name}}}}}"


def _is_long(field: Field) -> bool:
    return isinstance(field.example, str) and (len(field.example) > LONG or "\n" in field.example)


def _lines(fields: Sequence[Field]) -> list[list[Field]]:
    """The fields as lines of a table, two short ones beside each other, a long one alone."""
    lines: list[list[Field]] = []
    for one in fields:
        if lines and len(lines[-1]) == 1 and not _is_long(one) and not _is_long(lines[-1][0]):
            lines[-1].append(one)
        else:
            lines.append([one])
    return lines


def _columns(rows: Rows) -> list[str]:
    return [NUMBER, *(one.name for one in rows.fields if one.name != NUMBER)]


# ---- Excel ----


def _book(title: str, shape: Shape) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "".join("_" if char in "[]:*?/\\" else char for char in title)[:31]
    columns = max([4, *(len(_columns(rows)) for rows in shape.lists)])
    line = Side("thin")
    box = Border(line, line, line, line)
    centre = Alignment("center", "center", wrap_text=True)
    left = Alignment("left", "center", wrap_text=True)
    for number in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(round(PAGE_WIDTH / columns, 1), 12)
    if columns > COLUMNS_MOST:
        sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def write(row: int, first: int, last: int, text: str, look: Alignment, *, bold: bool = False) -> None:
        for column in range(first, last + 1):
            sheet.cell(row, column).border = box
        cell = sheet.cell(row, first, text)
        cell.alignment, cell.font = look, Font(FONT, 11, bold=bold)
        if last > first:
            sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)

    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    head = sheet.cell(1, 1, title)
    head.font, head.alignment = Font(TITLE_FONT, 16), centre
    sheet.row_dimensions[1].height = 32
    row, half = 2, columns // 2
    for pair in _lines(shape.fields):
        write(row, 1, 1, pair[0].name, centre, bold=True)
        write(row, 2, columns if len(pair) == 1 else half, _mark(pair[0].name), left)
        if len(pair) == 2:
            write(row, half + 1, half + 1, pair[1].name, centre, bold=True)
            write(row, half + 2, columns, _mark(pair[1].name), left)
        sheet.row_dimensions[row].height = 60 if _is_long(pair[0]) else 24
        row += 1
    for rows in shape.lists:
        names = _columns(rows)
        spans = [(number, number) for number in range(1, len(names) + 1)]
        spans[-1] = (len(names), columns)
        for (first, last), name in zip(spans, names, strict=True):
            write(row, first, last, name, centre, bold=True)
            write(row + 1, first, last, _mark(f"{rows.name}.{name}"), centre if name == NUMBER else left)
        sheet.row_dimensions[row].height, sheet.row_dimensions[row + 1].height = 24, 40
        row += 2
    target = BytesIO()
    book.save(target)
    return target.getvalue()


# ---- Word ----


def _letter(title: str, shape: Shape) -> bytes:
    document = Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run: Any = head.add_run(title)
    run.bold, run.font.size = True, Pt(18)
    lines = _lines(shape.fields)
    table = document.add_table(rows=len(lines), cols=4, style="Table Grid")
    for row, pair in zip(table.rows, lines, strict=True):
        cells = row.cells
        cells[0].text, cells[1].text = pair[0].name, _mark(pair[0].name)
        if len(pair) == 2:
            cells[2].text, cells[3].text = pair[1].name, _mark(pair[1].name)
        else:
            cells[1].merge(cells[3])
    for rows in shape.lists:
        names = _columns(rows)
        document.add_paragraph()
        grid = document.add_table(rows=2, cols=len(names), style="Table Grid")
        for name, above, below in zip(names, grid.rows[0].cells, grid.rows[1].cells, strict=True):
            above.text, below.text = name, _mark(f"{rows.name}.{name}")
    target = BytesIO()
    document.save(target)
    return target.getvalue()
