"""A form that is a Word document: what is wrong where, and the document filled in.

Word cuts a text into runs wherever it likes, also in the middle of a name, so marks are looked for in the text of a whole paragraph and
replaced across the runs; the value takes the look of the run in which the mark begins. Text boxes, headers and footers count as well.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.parts.hdrftr import FooterPart, HeaderPart

from chuangxian.sheets.brush import without_controls

from .marks import MARK, Rows, Seen, Shape, Trouble, filled, items_of, judged, marks_in, said

P, T, R, TR, TC, TBL, BR = (qn(f"w:{name}") for name in ("p", "t", "r", "tr", "tc", "tbl", "br"))
BODY, BOX, VMERGE, BOOKMARKS = (
    qn("w:body"),
    qn("w:txbxContent"),
    qn("w:vMerge"),
    {qn("w:bookmarkStart"), qn("w:bookmarkEnd")},
)
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PARA_ID = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
PARAGRAPHS_MOST, BLOCK_MOST = 20_000, 200


def opened(content: bytes) -> Any:
    """Return a document that has been checked."""
    return Document(BytesIO(content))


def parts_of(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts people see, each with its name, "" for the body."""
    yield "", document.element.body
    names = {HeaderPart: "页眉", FooterPart: "页脚"}
    for part in document.part.package.iter_parts():
        if type(part) in names:
            yield names[type(part)], part.element


def texts_of(paragraph: Any) -> list[Any]:
    """Return the pieces of text of a paragraph, those of a text box inside it left to its own paragraphs."""
    return [one for one in paragraph.iter(T) if next(one.iterancestors(P)) is paragraph]


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph across its runs."""
    return "".join(one.text or "" for one in texts_of(paragraph))


def _number(one: Any, tag: str, among: Any) -> int:
    return 1 + next(number for number, other in enumerate(among.iterchildren(tag)) if other is one)


def place_of(paragraph: Any, part: str) -> str:
    """Return where a paragraph stands, as the office finds it."""
    cell = next(paragraph.iterancestors(TC), None)
    box = "的文本框" if next(paragraph.iterancestors(BOX), None) is not None else ""
    if cell is not None:
        row = next(cell.iterancestors(TR))
        table = next(row.iterancestors(TBL))
        root = table.getroottree().getroot()
        number = 1 + next(n for n, one in enumerate(root.iter(TBL)) if one is table)
        where = f"第 {number} 个表格第 {_number(row, TR, table)} 行第 {_number(cell, TC, row)} 格"
        return f"{part}{where}{box}"
    if part:
        return f"{part}{box}"
    top = paragraph
    while top.getparent() is not None and top.getparent().tag != BODY:
        top = top.getparent()
    body = top.getparent()
    if body is None or top.tag != P:
        return "正文"
    return f"正文第 {_number(top, P, body)} 段{box}（“{text_of(top)[:12]}”）"


# ---- what is wrong ----


def check(content: bytes, shape: Shape) -> list[Trouble]:
    """Return everything wrong with a checked package as a form of this shape, errors and warnings, in the order of the text."""
    document = opened(content)
    found: list[Trouble] = []
    seen = Seen(shape)
    for part, root in parts_of(document):
        paragraphs = list(root.iter(P))
        if len(paragraphs) > PARAGRAPHS_MOST:
            return [Trouble(part or "正文", f"有 {len(paragraphs)} 段，不像一张表样。")]
        lists: dict[Any, Rows] = {}
        for paragraph in paragraphs:
            text = text_of(paragraph)
            if "{" not in text and "｛" not in text and "}" not in text and "｝" not in text:
                continue
            place = place_of(paragraph, part)
            found += judged(shape, text, place)
            for spot in seen.note(text):
                if spot.repeats and spot.rows is not None:
                    before = lists.setdefault(_block(paragraph), spot.rows)
                    if before is not spot.rows:
                        text = f"这一行里已经有“{before.name}”，不能再放“{spot.rows.name}”：一行只能按一张清单重复。"
                        found.append(Trouble(place, text))
        for block, rows in lists.items():
            if (long := sum(1 for _ in block.iter(P))) > BLOCK_MOST:
                found.append(Trouble(part or "正文", f"按“{rows.name}”重复的一行里有 {long} 段，不像清单的一行。"))
    return [*found, *seen.troubles()]


def _block(paragraph: Any) -> Any:
    """What stands once for each item: the row of the table the mark is in, outside a table its paragraph."""
    return next(paragraph.iterancestors(TR), paragraph)


# ---- filling in ----


def fill(content: bytes, shape: Shape, values: Mapping[str, Any]) -> bytes:
    """Return a checked form filled in."""
    document = opened(content)
    for _, root in parts_of(document):
        blocks = _blocks(root, shape)
        repeated = {paragraph for block, _ in blocks for paragraph in block.iter(P)}
        # once each: a text from the records that looks like a name stays what it is
        for paragraph in [one for one in root.iter(P) if one not in repeated]:
            _fill_paragraph(paragraph, shape, values, None)
        for block, rows in blocks:
            _repeat(block, items_of(rows, values), shape, values)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _blocks(root: Any, shape: Shape) -> list[tuple[Any, Rows]]:
    found: dict[Any, Rows] = {}
    for paragraph in root.iter(P):
        for mark in marks_in(text_of(paragraph)):
            spot = shape.spot(mark.name)
            if spot is not None and spot.repeats and spot.rows is not None:
                found.setdefault(_block(paragraph), spot.rows)
    return list(found.items())


def _repeat(block: Any, items: list[Mapping[str, Any]], shape: Shape, values: Mapping[str, Any]) -> None:
    copies = [block]
    for _ in items[1:]:
        made = deepcopy(block)
        _continue_merges(made)
        copies[-1].addnext(made)
        copies.append(made)
    for one, item in zip(copies, items or [{}], strict=True):
        for paragraph in list(one.iter(P)):
            _fill_paragraph(paragraph, shape, values, item)


def _continue_merges(row: Any) -> None:
    """A label that begins a vertical merge in the row goes on through its copies; what may stand only once is left out of them."""
    for merge in list(row.iter(VMERGE)):
        cell = next(merge.iterancestors(TC))
        if merge.get(qn("w:val")) == "restart" and not MARK.search("".join(one.text or "" for one in cell.iter(T))):
            merge.attrib.pop(qn("w:val"))
            for text in list(cell.iter(T)):
                text.text = ""
    for one in list(row.iter()):
        if one.tag in BOOKMARKS:
            one.getparent().remove(one)
        elif PARA_ID in one.attrib:
            del one.attrib[PARA_ID]


def _fill_paragraph(paragraph: Any, shape: Shape, values: Mapping[str, Any], item: Mapping[str, Any] | None) -> None:
    text = text_of(paragraph)
    marks = [mark for mark in marks_in(text) if shape.spot(mark.name)]
    if not marks:
        return
    whole = len(marks) == 1 and text.strip() == text[marks[0].start : marks[0].end]
    if whole:
        lines = _told(filled(shape, text, values, item)).split("\n")
        for line in reversed(lines[1:]):  # a paragraph a line, each with the indent of the form
            made = deepcopy(paragraph)
            _continue_merges(made)
            _replace(made, marks[0].start, marks[0].end, line)
            paragraph.addnext(made)
        _replace(paragraph, marks[0].start, marks[0].end, lines[0])
        return
    for mark in reversed(marks):
        _replace(paragraph, mark.start, mark.end, _told(filled(shape, text[mark.start : mark.end], values, item)))


def _told(value: Any) -> str:
    return without_controls(said(value)).replace("\r\n", "\n").replace("\r", "\n")


def _replace(paragraph: Any, start: int, end: int, value: str) -> None:
    """Put a value where the text from ``start`` to ``end`` stands; it goes to the run in which that begins."""
    at = 0
    is_first = True
    for piece in texts_of(paragraph):
        held = piece.text or ""
        left, right = max(start - at, 0), min(end - at, len(held))
        at += len(held)
        if left >= right:
            continue
        _write(piece, held[:left] + (value if is_first else "") + held[right:])
        is_first = False


def _write(piece: Any, text: str) -> None:
    """Set a piece of text; its line breaks become breaks of the run."""
    lines = text.split("\n")
    piece.text = lines[0]
    piece.set(SPACE, "preserve")
    last = piece
    for line in lines[1:]:
        mark, more = OxmlElement("w:br"), OxmlElement("w:t")
        more.text = line
        more.set(SPACE, "preserve")
        last.addnext(mark)
        mark.addnext(more)
        last = more
