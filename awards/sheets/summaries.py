"""A summary as a Word file, set as offices set their papers: A4, title in 小标宋, headings in 黑体, text in 仿宋, page numbers outside.

Fonts are named, not embedded: whoever lacks one sees what his Word puts in its place. Nothing is typed here that is not in the summary.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from awards.models import Summary, SummarySection
from chuangxian.sheets.brush import without_controls
from chuangxian.templatetags.ui import cn_date

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NUMERALS = "一二三四五六七八九十"

TITLE_FONT, HEAD_FONT, TEXT_FONT, PAGE_FONT, LATIN = "方正小标宋简体", "黑体", "仿宋", "宋体", "Times New Roman"
TITLE_SIZE, TEXT_SIZE, PAGE_SIZE, TABLE_SIZE = Pt(22), Pt(16), Pt(14), Pt(10.5)  # 二号、三号、四号、五号
LINE = Pt(28)
COLUMNS = (("项目", Mm(46)), ("数值", Mm(22)), ("怎样计算", Mm(66)), ("来源记录", Mm(22)))
NAME_MOST = 80


def word_name(summary: Summary) -> str:
    """Return the file's name: the title without what no file system takes."""
    plain = "".join(letter for letter in summary.title if letter.isprintable() and letter not in '\\/:*?"<>|')
    return f"{plain.strip(' .')[:NAME_MOST] or '工作总结'}.docx"


def word_of(summary: Summary, *, with_figures: bool, who: str, at: datetime) -> BytesIO:
    """Return the file of a summary fetched for work, its figures behind the text when asked for."""
    document: Any = Document()
    sections = list(summary.sections.all())
    _prepare(document, summary, who, at)
    _line(document, summary.title, TITLE_FONT, TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER, style="Title")
    under = f"（{cn_date(summary.first)}至{cn_date(summary.last)}）"
    _line(document, under, TEXT_FONT, TEXT_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    if summary.mark:
        _line(document, f"（{summary.mark}）", TEXT_FONT, TEXT_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "", TEXT_FONT, TEXT_SIZE)
    for numeral, section in zip(NUMERALS, sections, strict=False):
        _line(document, f"{numeral}、{section.heading}", HEAD_FONT, TEXT_SIZE, indent=True, style="Heading 1")
        for paragraph in section.paragraphs:
            _line(document, paragraph, TEXT_FONT, TEXT_SIZE, indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _line(document, "", TEXT_FONT, TEXT_SIZE)
    _line(document, summary.organization.name, TEXT_FONT, TEXT_SIZE, align=WD_ALIGN_PARAGRAPH.RIGHT)
    if summary.final_on is not None:
        _line(document, cn_date(summary.final_on), TEXT_FONT, TEXT_SIZE, align=WD_ALIGN_PARAGRAPH.RIGHT)
    if with_figures:
        _annex(document, summary, sections)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return file


# ---- the page ----


def _prepare(document: Any, summary: Summary, who: str, at: datetime) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(24)
    document.settings.odd_and_even_pages_header_footer = True
    _number(page.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(page.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    for name in ("Normal", "Title", "Heading 1"):
        _plain(document.styles[name])
    about = document.core_properties
    about.title, about.author, about.last_modified_by = (
        without_controls(summary.title),
        without_controls(who),
        without_controls(who),
    )
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = localtime(at).replace(tzinfo=None)


def _plain(style: Any) -> None:
    """Take a built-in style's own look away: it is kept for the outline of the paper, every line says its font itself."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, TEXT_SIZE, False, False
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), TEXT_FONT)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    for border in style.element.pPr.findall(qn("w:pBdr")) if style.element.pPr is not None else ():
        style.element.pPr.remove(border)


def _number(paragraph: Any, align: WD_ALIGN_PARAGRAPH) -> None:
    """Write — 1 — where the page's outer edge is."""
    paragraph.alignment = align
    for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("text", " —")):
        run = paragraph.add_run(text if kind == "text" else "")
        _font(run, PAGE_FONT, PAGE_SIZE)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


# ---- lines ----


def _font(run: Any, name: str, size: Pt) -> None:
    run.font.name, run.font.size, run.font.bold = LATIN, size, False
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _line(
    document: Any,
    text: str,
    font: str,
    size: Pt,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    indent: bool = False,
    style: str = "Normal",
) -> None:
    paragraph = document.add_paragraph(style=style)
    paragraph.alignment = align
    spacing = paragraph.paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, max(LINE, Pt(size.pt * 1.5))
    if indent:
        spacing.first_line_indent = Pt(2 * size.pt)
    _font(paragraph.add_run(without_controls(text)), font, size)


# ---- the annex ----


def _annex(document: Any, summary: Summary, sections: list[SummarySection]) -> None:
    document.add_page_break()
    _line(document, "附件", HEAD_FONT, TEXT_SIZE)
    _line(document, "数字和来源", TITLE_FONT, TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    told = f"下列数字由系统在{cn_date(summary.gathered_on)}从工作记录汇集，没有人工填写；点“来源记录”可以打开系统里的记录。"
    _line(document, told, TEXT_FONT, Pt(12), indent=True)
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = width
    for cell, (label, width) in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.width = width
        _cell(cell, label, HEAD_FONT, WD_ALIGN_PARAGRAPH.CENTER)
    _repeated(table.rows[0])
    for section in sections:
        if not section.figures:
            continue
        row = _row(table)
        _cell(row.cells[0].merge(row.cells[-1]), section.heading, HEAD_FONT)
        for figure in section.figures:
            cells = _row(table).cells
            for cell, (_, width) in zip(cells, COLUMNS, strict=True):
                cell.width = width
            _cell(cells[0], figure["label"])
            _cell(cells[1], figure["value"], align=WD_ALIGN_PARAGRAPH.CENTER)
            _cell(cells[2], figure["definition"])
            _source(cells[3], f"{figure['count']}条", figure["url"])


def _row(table: Any) -> Any:
    row = table.add_row()
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    return row


def _repeated(row: Any) -> None:
    head = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(head)


def _cell(cell: Any, text: str, font: str = TEXT_FONT, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    spacing = paragraph.paragraph_format
    spacing.line_spacing_rule = WD_LINE_SPACING.SINGLE
    spacing.space_before = spacing.space_after = Pt(2)
    _font(paragraph.add_run(without_controls(text)), font, TABLE_SIZE)
    return paragraph


def _source(cell: Any, text: str, url: str) -> None:
    """Write how many records, leading to their page where there is one."""
    paragraph = _cell(cell, "", align=WD_ALIGN_PARAGRAPH.CENTER)
    run = paragraph.add_run(text)
    _font(run, TEXT_FONT, TABLE_SIZE)
    if not url:
        return
    run.font.underline = True
    number = paragraph.part.relate_to(f"{settings.SITE_URL}{url}", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), number)
    link.append(run._r)
    paragraph._p.append(link)
