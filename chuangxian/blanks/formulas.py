"""Formulas and references of a workbook: which a form may bring along, and how they follow when rows are put in."""

import re

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import quote_sheetname

# they calculate with cells of the workbook; nothing among them reaches outside, builds an address or a link
ALLOWED = frozenset(
    re.findall(
        "[A-Z]+",
        "SUM SUMIF SUMIFS SUMPRODUCT SUBTOTAL COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS AVERAGE AVERAGEIF MAX MIN ROUND ROUNDUP "
        "ROUNDDOWN INT ABS MOD IF IFERROR AND OR NOT TRUE FALSE ISBLANK ISNUMBER ISTEXT LEN LEFT "
        "RIGHT MID TRIM TEXT VALUE CONCATENATE CONCAT SUBSTITUTE FIND DATE YEAR MONTH DAY DATEDIF TODAY ROW "
        "ROWS COLUMN COLUMNS RANK VLOOKUP HLOOKUP INDEX MATCH LOOKUP ",
    )
)
REFERENCE = re.compile(r"(\$?[A-Za-z]{1,3})?(\$?)(\d+)?")
PLAIN_TARGET = re.compile(r"(?:'[^'\[\]]+'|[^'!\[\]|]+)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")


def refused(formula: str) -> str:
    """Return why a formula is not taken, "" when it is."""
    try:
        tokens = Tokenizer(formula).items
    except TokenizerError:
        return "公式读不懂，或者会调用别的程序，请改为直接写内容"
    for token in tokens:
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            name = token.value.rstrip("(").upper().removeprefix("_XLFN.")
            if name not in ALLOWED:
                return f"公式用了函数 {name[:30]}，表样里只可以用求和、计数、判断这一类函数（如 SUM、COUNTIF、IF）"
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and re.search(r"[\[\]|]", token.value):
            return "公式指向别的文件，请改为直接写内容"
    if "|" in "".join(token.value for token in tokens if token.subtype != Token.TEXT):
        return "公式会调用别的程序，请删除"
    return ""


def moved_reference(reference: str, at: int, by: int) -> str:
    """Return "B7" or "A2:C9" as it stands when ``by`` rows were put in below row ``at``; a range that reaches row ``at`` grows with it."""
    first, colon, last = reference.partition(":")
    if not colon:
        return _moved(first, at, by, grows=False)
    return f"{_moved(first, at, by, grows=False)}:{_moved(last, at, by, grows=True)}"


def _moved(cell: str, at: int, by: int, *, grows: bool) -> str:
    found = REFERENCE.fullmatch(cell)
    if not found or not found[3]:
        return cell
    row = int(found[3])
    if row > at or (grows and row == at):
        row += by
    return f"{found[1] or ''}{found[2]}{row}"


def moved_formula(formula: str, own: str, moved: str, at: int, by: int) -> str:
    """Return a formula of sheet ``own`` as it reads when ``by`` rows were put in below row ``at`` of sheet ``moved``."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            sheet, mark, reference = token.value.rpartition("!")
            named = sheet.strip("'").replace("''", "'") if mark else own
            if named == moved:
                token.value = f"{sheet}{mark}{moved_reference(reference, at, by)}"
    return str(tokens.render())


def moved_target(target: str, moved: str, at: int, by: int) -> str:
    """Return what a defined name points to after rows were put in."""
    for prefix in (f"{quote_sheetname(moved)}!", f"{moved}!"):
        if target.startswith(prefix):
            return prefix + moved_reference(target.removeprefix(prefix), at, by)
    return target
