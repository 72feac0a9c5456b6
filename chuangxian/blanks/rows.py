"""Putting rows into a worksheet the way Excel does: what lies beneath moves down with its merges, heights, rules and formulas.

openpyxl moves cells only; everything else that names a row is moved here.
"""

from copy import copy
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet

from .formulas import PLAIN_TARGET, moved_formula, moved_reference, moved_target


def put_in(sheet: Worksheet, at: int, by: int) -> None:
    """Put ``by`` copies of row ``at`` below it."""
    if not by:
        return
    texts = {column: cell for (row, column), cell in sheet._cells.items() if row == at}
    looks = [(column, copy(cell._style)) for column, cell in sorted(texts.items())]
    sheet.insert_rows(at + 1, by)
    _move_merges(sheet, at, by)
    _move_heights(sheet, at, by)
    _move_rules(sheet, at, by)
    _move_pictures(sheet, at, by)
    for title in _sheets(sheet):
        _move_formulas(title, sheet.title, at, by)
    _move_names(sheet, at, by)
    _copy_row(sheet, at, by, looks, texts)


def _sheets(sheet: Worksheet) -> list[Worksheet]:
    return list(sheet.parent.worksheets)


def _copy_row(sheet: Worksheet, at: int, by: int, looks: list[tuple[int, Any]], texts: dict[int, Any]) -> None:
    for row in range(at + 1, at + by + 1):
        for column, look in looks:
            cell = sheet.cell(row, column)
            cell._style = copy(look)
            source = texts[column]
            if isinstance(source, MergedCell) or isinstance(cell, MergedCell) or source.value is None:
                continue
            value = source.value
            if source.data_type == "f" and isinstance(value, str):
                value = Translator(value, source.coordinate).translate_formula(cell.coordinate)
            cell._value, cell.data_type = value, source.data_type


def _move_merges(sheet: Worksheet, at: int, by: int) -> None:
    kept: list[str] = []
    for merged in sheet.merged_cells.ranges:
        if merged.min_row == merged.max_row == at:
            kept.append(merged.coord)
            for step in range(1, by + 1):
                one = CellRange(merged.coord)
                one.shift(row_shift=step)
                kept.append(one.coord)
        else:
            kept.append(moved_reference(merged.coord, at, by))
    sheet.merged_cells = MultiCellRange([MergedCellRange(sheet, coord) for coord in kept])
    for merged in sheet.merged_cells.ranges:
        for row, column in merged.cells:
            if (row, column) != (merged.min_row, merged.min_col):
                found = sheet._cells.get((row, column))
                if not isinstance(found, MergedCell):
                    covered = MergedCell(sheet, row, column)
                    if found is not None:
                        covered._style = copy(found._style)
                    sheet._cells[row, column] = covered


def _move_heights(sheet: Worksheet, at: int, by: int) -> None:
    heights = sheet.row_dimensions
    for number in sorted((number for number in heights if number > at), reverse=True):
        found = heights.pop(number)
        found.index = number + by
        heights[number + by] = found
    if at in heights:
        for number in range(at + 1, at + by + 1):
            made = copy(heights[at])
            made.index = number
            heights[number] = made
    for line in sheet.row_breaks.brk:
        if line.id >= at:
            line.id += by


def _area(area: Any, at: int, by: int) -> MultiCellRange:
    return MultiCellRange([moved_reference(one.coord, at, by) for one in area.ranges])


def _move_rules(sheet: Worksheet, at: int, by: int) -> None:
    own = sheet.title
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = _area(rule.sqref, at, by)
        for name in ("formula1", "formula2"):
            if formula := getattr(rule, name):
                setattr(rule, name, moved_formula(f"={formula}", own, own, at, by)[1:])
    rules = ConditionalFormattingList()
    for block in sheet.conditional_formatting:
        for rule in block.rules:
            rule.formula = [moved_formula(f"={one}", own, own, at, by)[1:] for one in rule.formula]
            rules.add(str(_area(block.sqref, at, by)), rule)
    sheet.conditional_formatting = rules
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = moved_reference(sheet.auto_filter.ref, at, by)
    for table in sheet.tables.values():
        table.ref = moved_reference(table.ref, at, by)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = moved_reference(table.autoFilter.ref, at, by)
    if sheet.print_area:
        areas = [one.rpartition("!")[2].replace("$", "") for one in str(sheet.print_area).split(",")]
        sheet.print_area = ",".join(moved_reference(one, at, by) for one in areas)
    if sheet.print_title_rows:
        sheet.print_title_rows = moved_reference(str(sheet.print_title_rows).replace("$", ""), at, by)


def _move_pictures(sheet: Worksheet, at: int, by: int) -> None:
    for shape in (*sheet._images, *sheet._charts):
        for corner in (getattr(shape.anchor, "_from", None), getattr(shape.anchor, "to", None)):
            if corner is not None and corner.row >= at:  # counted from 0
                corner.row += by


def _move_formulas(sheet: Worksheet, moved: str, at: int, by: int) -> None:
    for cell in list(sheet._cells.values()):
        if cell.data_type != "f":
            continue
        if isinstance(cell.value, str):
            cell.value = moved_formula(cell.value, sheet.title, moved, at, by)
        elif isinstance(cell.value, ArrayFormula) and sheet.title == moved:
            cell.value.ref = moved_reference(cell.value.ref, at, by)


def _move_names(sheet: Worksheet, at: int, by: int) -> None:
    for names in (sheet.parent.defined_names, *(one.defined_names for one in _sheets(sheet))):
        for name in names.values():
            if PLAIN_TARGET.fullmatch(name.attr_text or ""):
                name.attr_text = moved_target(name.attr_text, sheet.title, at, by)
