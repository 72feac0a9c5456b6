"""The way back to the office: bad rows as a workbook with notes in the cells, and the empty template."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook as XlsxWorkbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from . import cells, guard
from .brush import Brush, PlainCell, StreamedSheet
from .cells import RawCell, Workbook
from .columns import Column
from .parse import moment_from_serial, number_of
from .problems import LEVEL_LABELS, BadCell, Problem
from .reading import OPTIONS_SHEET, find_header
from .writing import BOLD, BOX, CENTRE, HEAD_FILL, SMALL, TITLE, Target, describe, set_paper, sheet_name, write_body

AUTHOR = "系统"
WRONG = PatternFill("solid", fgColor="F8C9C4")
DOUBTFUL = PatternFill("solid", fgColor="FBE7B2")
TEMPLATE_ROWS = 2_000
LIST_LIMIT = 255  # characters of a list written into the rule itself
NOT_AVAILABLE = "#N/A"


def annotated(columns: Sequence[Column[Any]], title: str, original: IO[bytes], problems: Sequence[Problem]) -> bytes:
    """The header and the rows with errors or warnings, cells as they were, bad ones coloured and explained.

    A formula or an error value comes back as #N/A (its text stands in the note), so that a cell nobody has repaired is
    refused again instead of being taken for text.
    """
    book = cells.load(guard.check(original))
    telling = [problem for problem in problems if problem.level != "note"]
    wanted = {problem.sheet for problem in telling if problem.row}
    info = next((sheet for sheet in book.sheets if sheet.title in wanted), book.sheets[0])
    grid = book.grid(info)
    header = find_header(grid, columns)
    notes: dict[tuple[int, str], list[Problem]] = {}
    for problem in telling:
        if problem.sheet == info.title or not problem.row:
            notes.setdefault((problem.row, problem.column), []).append(problem)
    bad = {row for row, _ in notes if row}

    output = XlsxWorkbook(write_only=True)
    describe(output, title, "", None)
    sheet = StreamedSheet(output, sheet_name(info.title, ()))
    output._add_sheet(sheet)
    written = header.written if header else {}
    width = max([*written, *(cell.column for row in grid.rows if row.number in bad for cell in row.cells), 1])
    for place in range(1, width + 1):
        known = header.columns.get(place) if header else None
        sheet.column_dimensions[get_column_letter(place)].width = known.shown_width if known else 14
    small = Brush(sheet, 1, font=SMALL)
    lines = ["以下各行需要改正：标红的单元格必须改正，标黄的请核对，原因见批注。改好后直接上传本文件即可。"]
    lines += [str(problem) for (row, _), found in notes.items() if not row for problem in found]
    set_paper(sheet, len(lines) + 1, landscape=width > 6)
    for line in lines:
        sheet.append([small.text(line)])
    heads = [
        Brush(sheet, place, font=BOLD, fill=HEAD_FILL, border=BOX, alignment=CENTRE) for place in range(1, width + 1)
    ]
    sheet.append([brush.text(written.get(place, "")) for place, brush in enumerate(heads, 1)])
    plain = [Brush(sheet, place, border=BOX) for place in range(1, width + 1)]
    for row in grid.rows:
        if row.number in bad:
            found = {cell.column: cell for cell in row.cells}
            whole = notes.get((row.number, ""), [])
            output_row: list[PlainCell] = []
            for place, brush in enumerate(plain, 1):
                here = notes.get((row.number, get_column_letter(place)), []) + (whole if place == 1 else [])
                if here:
                    fill = WRONG if any(problem.level == "error" for problem in here) else DOUBTFUL
                    brush = Brush(sheet, place, border=BOX, fill=fill)
                cell = copied(book, found.get(place), brush)
                if here:
                    cell.comment = comment(row.number, here)
                output_row.append(cell)
            sheet.append(output_row)
    stream = BytesIO()
    output.save(stream)
    return stream.getvalue()


def comment(row: int, problems: Sequence[Problem]) -> Comment:
    text = "\n".join(f"{LEVEL_LABELS[problem.level]}：{problem.message}" for problem in problems)
    return Comment(f"原第 {row} 行\n{text}"[:2_000], AUTHOR, height=110, width=260)


def copied(book: Workbook, cell: RawCell | None, brush: Brush) -> PlainCell:
    """The cell as it stood, with its type."""
    if cell is None:
        empty = brush.cell("General")
        empty.data_type, empty._value = "n", None
        return empty
    form = book.format(cell)
    match cell.kind:
        case "number":
            try:
                if form.is_date:
                    return brush.day(moment_from_serial(cell.text, book.epoch_1904), form.code)
                return brush.number(number_of(cell.text), form.code)
            except BadCell:
                return brush.text(cell.text)
        case "formula" | "error":
            refused = brush.cell("General")
            refused.data_type, refused._value = "e", NOT_AVAILABLE
            return refused
        case "bool":
            truth = brush.cell("General")
            truth.data_type, truth._value = "b", int(cell.text == "1")
            return truth
    return brush.text(cell.text)


def template(
    target: Target,
    title: str,
    columns: Sequence[Column[Any]],
    *,
    rows: Iterable[Any] = (),
    heading: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    who: str = "",
    at: datetime | None = None,
) -> int:
    """A workbook to fill in or to change: a line of help above the header, notes on it, lists to choose from. Returns the number of rows.

    choices: lists known only at run time, by column name (they are offered, not enforced). rows: what stands in it already.
    """
    output = XlsxWorkbook(write_only=True)
    describe(output, title, who, at)
    sheet = StreamedSheet(output, sheet_name(title, ()))
    output._add_sheet(sheet)
    options = StreamedSheet(output, OPTIONS_SHEET)
    lists: list[list[str]] = []
    lines = list(rows)
    last = len(heading) + 3 + len(lines) + TEMPLATE_ROWS
    top = len(heading) + 4
    for index, column in enumerate(columns, 1):
        letter = get_column_letter(index)
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(column.shown_width, 12)
        kind = column.read_as or column.kind
        dimension.number_format = "@" if kind in ("text", "choice", "month") else column.format
        offered = list((choices or {}).get(column.name, ())) or list(column.labels.values())
        if offered:
            lists.append(offered)
            joined = ",".join(offered)
            source = get_column_letter(len(lists))
            inline = len(joined) <= LIST_LIMIT and not any("," in label or '"' in label for label in offered)
            formula = f'"{joined}"' if inline else f"'{OPTIONS_SHEET}'!${source}$1:${source}${len(offered)}"
            rule = DataValidation(
                type="list", formula1=formula, allow_blank=True, showErrorMessage=bool(column.choices)
            )
            rule.error, rule.errorTitle = "请从下拉列表中选择", column.header
            rule.add(f"{letter}{top}:{letter}{last}")
            sheet.data_validations.append(rule)
    set_paper(sheet, top - 1, landscape=len(columns) > 6)
    title_brush, small = Brush(sheet, 1, font=TITLE), Brush(sheet, 1, font=SMALL)
    sheet.append([title_brush.text(title)])
    for line in (*heading, "带 * 的列必须填写；表头请勿改动；表头以下从第一行起填写，不要合并单元格，不要使用公式。"):
        sheet.append([small.text(line)])
    heads = [
        Brush(sheet, index, font=BOLD, fill=HEAD_FILL, border=BOX, alignment=CENTRE)
        for index in range(1, len(columns) + 1)
    ]
    header_row: list[PlainCell] = []
    for column, brush in zip(columns, heads, strict=True):
        cell = brush.text(column.header + (" *" if column.required else ""))
        if advice := help_of(column):
            cell.comment = Comment(advice, AUTHOR, height=90, width=240)
        header_row.append(cell)
    sheet.append(header_row)
    count, _ = write_body(sheet, columns, lines, None, top)
    if lists:
        output._add_sheet(options)
        options.sheet_state = "hidden"
        brushes = [Brush(options, index) for index in range(1, len(lists) + 1)]
        for number in range(max(map(len, lists))):
            options.append(
                [
                    brush.text(offered[number] if number < len(offered) else "")
                    for brush, offered in zip(brushes, lists, strict=True)
                ]
            )
    output.save(target)
    return count


def help_of(column: Column[Any]) -> str:
    by_kind = {
        "date": "日期，如 2005-09-16",
        "month": "年月，如 1983-10 或 1983年10月" + ("，只知道年份时可填 1983年" if column.coarsest == "year" else ""),
        "datetime": "日期和时刻，如 2011-06-20 14:30",
        "percent": "带百分号，如 85%",
        "integer": "整数",
        "decimal": "数字",
        "choice": "可填：" + "、".join(column.labels.values()) if column.labels else "",
    }
    parts = ["必填" if column.required else "", column.help, by_kind.get(column.read_as or column.kind, "")]
    return "。".join(part.rstrip("。") for part in parts if part)
