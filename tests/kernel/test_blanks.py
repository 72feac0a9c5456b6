"""Forms with named places: fields land where the office put them, the layout stays, and a wrong form says what is wrong where."""

import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, Side
from openpyxl.workbook.defined_name import DefinedName

from chuangxian.blanks import Field, Rows, Shape, Trouble, check, checked, fill, starter
from chuangxian.blanks.marks import filled, judged, marks_in, plain_name
from chuangxian.sheets import Unreadable

SHAPE = Shape(
    [
        Field("承诺人", "作出承诺的党员", "王建国", wanted=True),
        Field("党支部", "所在党支部", "第一党支部"),
        Field("签署日期", "签名的日期", date(2011, 3, 1)),
        Field("得分", "得分", 9.5),
    ],
    [
        Rows(
            "事项",
            "承诺的事项",
            [Field("内容", "承诺什么", "办一件实事", wanted=True), Field("时限", "何时完成", date(2011, 12, 1))],
        ),
        Rows("问题", "存在的问题", [Field("内容", "问题", "学习不够")]),
    ],
)
VALUES: dict[str, Any] = {
    "承诺人": "王建国",
    "党支部": "第一党支部",
    "签署日期": date(2011, 3, 1),
    "得分": 9.5,
    "事项": [
        {"内容": "联系三所学校", "时限": date(2011, 6, 1)},
        {"内容": "=1+2", "时限": date(2011, 9, 1)},
        {"内容": "开两次公开课\n写一篇总结", "时限": date(2011, 12, 1)},
    ],
}
THIN = Border(*[Side("thin")] * 4)


def saved(book: Any) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def sheet_of(**cells: Any) -> bytes:
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    return saved(book)


def told(content: bytes, kind: str = "xlsx") -> list[str]:
    assert checked(f"表.{kind}", content) == kind
    return [str(trouble) for trouble in check(kind, content, SHAPE) if trouble.is_error]


def warned(content: bytes, kind: str = "xlsx") -> list[str]:
    return [str(trouble) for trouble in check(kind, content, SHAPE) if not trouble.is_error]


def filled_sheet(content: bytes, values: Any = VALUES) -> Any:
    return load_workbook(BytesIO(fill("xlsx", content, SHAPE, values))).active


# ---- names ----


@given(st.text(alphabet=st.characters(exclude_characters="{}｛｝"), max_size=30), st.text(max_size=30))
def test_a_known_name_is_found_with_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before}{{{{承诺人}}}}{after.translate(str.maketrans('', '', '{}｛｝'))}"
    (mark,) = marks_in(text)
    assert mark.name == "承诺人" and text[mark.start : mark.end] == "{{承诺人}}"
    assert list(judged(SHAPE, text, "")) == []


@given(st.text(alphabet="{}｛｝承诺人事项.内容1 ", max_size=40))
def test_any_text_is_judged_and_filled_without_falling_over(text: str) -> None:
    wrong = [trouble for trouble in judged(SHAPE, text, "A1") if trouble.is_error]
    result = filled(SHAPE, text, VALUES, {})
    if not wrong and not marks_in(text):
        assert result == text
    if not wrong:
        assert "{{" not in str(result)


@pytest.mark.parametrize("written", ["{{承诺人}}", "{{ 承 诺 人 }}", "｛｛承诺人｝｝", "{{承诺人　}}", "{{承诺人\n}}"])
def test_spaces_and_full_width_braces_do_not_matter(written: str) -> None:
    assert filled(SHAPE, f"姓名：{written}。", VALUES) == "姓名：王建国。"


def test_dots_may_be_full_width_and_single_items_have_numbers() -> None:
    assert plain_name("事项．2．内容") == plain_name("事项。２。内容") == "事项.2.内容"
    assert filled(SHAPE, "{{事项.1.内容}}", VALUES) == "联系三所学校"
    assert filled(SHAPE, "{{事项.9.内容}}", VALUES) is None
    assert filled(SHAPE, "第一项：{{事项.1.内容}}（{{事项.1.时限}}）", VALUES) == "第一项：联系三所学校（2011年6月1日）"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{承诺入}}", "“承诺入”不是可用的名称，是不是“承诺人”？"),
        ("{{事项.内荣}}", "“事项.内荣”不是可用的名称，是不是“事项.内容”？"),
        ("{{签暑日期}}", "“签暑日期”不是可用的名称，是不是“签署日期”？"),
        ("{{天气预报员}}", "“天气预报员”不是可用的名称，请从名称表里选。"),
        ("{{事项.0.内容}}", "“事项.0.内容”不是可用的名称，是不是“事项.内容”？"),
        ("{{}}", "两对花括号之间是空的，请写上名称。"),
        ("姓名：{{承诺人", "“{{”没有配对的“}}”，名称两边各要两个花括号。"),
        ("承诺人}}", "“}}”没有配对的“{{”，名称两边各要两个花括号。"),
    ],
)
def test_a_wrong_name_is_named_with_its_cell_and_the_nearest_right_one(text: str, sentence: str) -> None:
    content = sheet_of(A1="{{承诺人}}", B3=text)
    assert told(content) == [f"工作表“Sheet”的 B3：{sentence}"]


def test_one_brace_is_a_warning() -> None:
    assert any("B3：“{承诺人}”只有一个花括号" in line for line in warned(sheet_of(A1="{{承诺人}}", B3="{承诺人}")))


# ---- workbooks ----


def form() -> Any:
    """A form as an office lays it out: title, facts, a list between a head and a sum, a label merged beside it, signatures below."""
    book = Workbook()
    sheet = book.active
    sheet.title = "承诺书"
    sheet.merge_cells("A1:D1")
    sheet["A1"] = "{{党支部}}党员承诺书"
    sheet["C2"], sheet["D2"] = "姓名", "{{承诺人}}"
    sheet["C3"], sheet["D3"] = "日期", "{{签署日期}}"
    sheet["D3"].number_format = "yyyy-mm-dd"
    sheet["A4"], sheet["B4"], sheet["D4"] = "承诺", "内容", "时限"
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B4:C4")
    sheet["B5"], sheet["D5"] = "{{事项.序号}}. {{事项.内容}}", "{{事项.时限}}"
    sheet.merge_cells("B5:C5")
    for column in "ABCD":
        sheet[f"{column}5"].border, sheet[f"{column}5"].font = THIN, Font("楷体", 12, bold=True)
    sheet.row_dimensions[5].height = 40
    sheet["A6"], sheet["D6"] = "共", "=COUNTA(D5:D5)"
    sheet["A7"] = "签名"
    sheet.merge_cells("A7:D8")
    sheet.row_dimensions[7].height = 55
    sheet.print_area = "A1:D8"
    sheet.column_dimensions["B"].width = 30
    return book


def test_fields_land_in_the_cells_the_office_chose_and_the_layout_stays() -> None:
    content = saved(form())
    assert told(content) == [] and warned(content) == []
    sheet = filled_sheet(content)
    assert sheet["A1"].value == "第一党支部党员承诺书"
    assert sheet["D2"].value == "王建国"
    assert sheet["D3"].value.date() == date(2011, 3, 1) and sheet["D3"].number_format == "yyyy-mm-dd"
    assert [sheet[f"B{row}"].value for row in (5, 6, 7)] == [
        "1. 联系三所学校",
        "2. =1+2",
        "3. 开两次公开课\n写一篇总结",
    ]
    assert [sheet[f"D{row}"].value.date() for row in (5, 6, 7)] == [item["时限"] for item in VALUES["事项"]]
    merged = {one.coord for one in sheet.merged_cells.ranges}
    assert merged == {"A1:D1", "A4:A7", "B4:C4", "B5:C5", "B6:C6", "B7:C7", "A9:D10"}
    assert {sheet[f"D{row}"].border.bottom.style for row in (5, 6, 7)} == {"thin"}
    assert {sheet[f"B{row}"].font.name for row in (5, 6, 7)} == {"楷体"}
    assert [sheet.row_dimensions[row].height for row in (5, 6, 9)] == [40, 40, 55]
    assert sheet["D8"].value == "=COUNTA(D5:D7)" and sheet["A9"].value == "签名"
    assert sheet.print_area == "'承诺书'!$A$1:$D$10"


def test_a_list_without_items_leaves_its_row_empty() -> None:
    sheet = filled_sheet(saved(form()), {**VALUES, "事项": []})
    assert (sheet["B5"].value, sheet["D5"].value) == (". ", None)
    assert sheet["A7"].value == "签名"


def test_two_lists_in_one_sheet_each_push_the_other_down() -> None:
    content = sheet_of(A1="{{承诺人}}", A3="{{事项.内容}}", A4="问题", A5="{{问题.内容}}", A6="完")
    values = {**VALUES, "问题": [{"内容": "一"}, {"内容": "二"}]}
    sheet = filled_sheet(content, values)
    assert [sheet[f"A{row}"].value for row in range(3, 10)] == [
        "联系三所学校", "=1+2", "开两次公开课\n写一篇总结", "问题", "一", "二", "完",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "payload", ["=1+2", '=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]
)
def test_a_text_from_the_records_never_becomes_a_formula(payload: str) -> None:
    content = sheet_of(A1="{{承诺人}}", A2="{{事项.内容}}", B3="{{党支部}}{{得分}}")
    sheet = filled_sheet(content, {"承诺人": payload, "党支部": payload, "得分": "", "事项": [{"内容": payload}] * 2})
    for place in ("A1", "A2", "A3", "B4"):
        assert sheet[place].data_type == "s" and sheet[place].value == payload
        assert sheet[place].quotePrefix


def test_a_cell_with_one_name_takes_number_and_date_as_such() -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = "{{承诺人}}", "{{得分}}", "{{签署日期}}", "{{签署日期}}"
    sheet["A2"].number_format, sheet["A4"].number_format = "0.00", "@"
    sheet["B3"] = "{{签署日期}}"
    sheet.column_dimensions["B"].width = 20
    done = filled_sheet(saved(book))
    assert (done["A2"].value, done["A2"].number_format) == (9.5, "0.00")
    assert done["A3"].is_date and done["A3"].number_format == "yyyy-mm-dd"
    assert done["B3"].is_date and "年" in done["B3"].number_format, "as wide as the cell allows"
    assert done["A4"].value == "2011年3月1日"


def test_a_long_text_is_wrapped_in_a_row_high_enough_also_when_merged() -> None:
    book = Workbook()
    sheet = book.active
    sheet.merge_cells("A1:B1")
    sheet["A1"], sheet["A2"] = "{{承诺人}}", "{{党支部}}"
    sheet.row_dimensions[1].height = 20
    done = filled_sheet(saved(book), {"承诺人": "一行\n" * 10, "党支部": "短"})
    assert done["A1"].alignment.wrap_text and done.row_dimensions[1].height > 150
    assert not done["A2"].alignment.wrap_text and done.row_dimensions[2].height is None


def test_a_cell_may_be_named_in_excel_instead() -> None:
    book = Workbook()
    book.active["A1"] = "姓名"
    for name, place in [("承诺人", "$C$4"), ("事项_1_内容", "$C$5")]:
        book.defined_names[name] = DefinedName(name, attr_text=f"'Sheet'!{place}")
    content = saved(book)
    assert told(content) == []
    sheet = filled_sheet(content)
    assert (sheet["C4"].value, sheet["C5"].value) == ("王建国", "联系三所学校")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("Sheet!$A$1:$B$2", "名称“承诺人”：指向 A1:B2 好几个单元格，请只指向一个。"),
        ("[1]Sheet!$A$1", "名称“承诺人”：不是指向本文件的单元格，填表时会去掉。"),
        ("OFFSET(Sheet!$A$1,1,1)", "名称“承诺人”：不是指向本文件的单元格，填表时会去掉。"),
    ],
)
def test_a_cell_name_that_points_wrongly_is_told(target: str, sentence: str) -> None:
    book = Workbook()
    book.active["A1"] = "{{党支部}}"
    book.defined_names["承诺人"] = DefinedName("承诺人", attr_text=target)
    assert told(saved(book)) == [sentence]


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ('=WEBSERVICE("http://x/"&A1)', "公式用了函数 WEBSERVICE"),
        ('=HYPERLINK("http://x","点这里")', "公式用了函数 HYPERLINK"),
        ("=INDIRECT(A1)", "公式用了函数 INDIRECT"),
        ("=[1]Sheet1!A1", "公式指向别的文件"),
        ("=cmd|'/C calc'!A0", "公式"),
        ('="共"&"{{承诺人}}"', "公式里不能写名称"),
    ],
)
def test_formulas_that_reach_outside_are_refused_with_their_cell(formula: str, sentence: str) -> None:
    (line,) = told(sheet_of(A1="{{承诺人}}", B7=formula))
    assert line.startswith(f"工作表“Sheet”的 B7：{sentence}")


def test_two_lists_in_one_row_and_a_merge_over_rows_are_refused() -> None:
    assert told(sheet_of(A1="{{承诺人}}", A4="{{事项.内容}}", B4="{{问题.内容}}")) == [
        "工作表“Sheet”的 B4：第 4 行里已经有“事项”，不能再放“问题”：一行只能按一张清单重复。"
    ]
    book = Workbook()
    book.active["A1"], book.active["A4"] = "{{承诺人}}", "{{事项.内容}}"
    book.active.merge_cells("A4:B6")
    (line,) = told(saved(book))
    assert "合并单元格 A4:B6 占了好几行" in line


def test_a_repeated_row_without_end_is_refused() -> None:
    book = Workbook()
    book.active["A1"] = "{{承诺人}}"
    for column in range(1, 300):
        book.active.cell(2, column).border = THIN
    book.active["A2"] = "{{事项.内容}}"
    (line,) = told(saved(book))
    assert "要重复的第 2 行有 299 个单元格" in line


def test_what_a_form_leaves_out_is_a_warning_and_a_form_without_names_is_refused() -> None:
    assert warned(sheet_of(A1="{{党支部}}", A2="{{事项.1.内容}}", A3="{{事项.2.内容}}")) == [
        "没有放“承诺人”，填好的表上不会有作出承诺的党员。",
        "“事项”只放了第 1 到第 2 项，更多的不会印出来。",
    ]
    assert told(sheet_of(A1="承诺书")) == ["文件里没有任何名称，填不进内容。请在要填的地方写上名称，例如“{{承诺人}}”。"]


def zipped(content: bytes, extra: dict[str, bytes], replace: Callable[[str, bytes], bytes] | None = None) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, replace(name, source.read(name)) if replace else source.read(name))
        for name, data in extra.items():
            made.writestr(name, data)
    return target.getvalue()


GOOD = sheet_of(A1="{{承诺人}}")


def merged_over(area: str) -> bytes:
    """A form with one merge, as no program would write it."""
    merge = f'<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'.encode()
    return zipped(GOOD, {}, lambda name, data: data.replace(b"</sheetData>", b"</sheetData>" + merge))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("表.xlsm", GOOD, "含宏"),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "只接受 Excel（.xlsx）和 Word（.docx）"),
        ("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        ("表.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        ("表.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Word 文档"),
        ("表.docx", GOOD, "内容与扩展名不符"),
        ("表.docx", b"", "空的"),
        ("表.xlsx", b"", "空的"),
        ("表.docx", b"%PDF-1.4", "不是 Word 文档"),
        ("表.xlsx", b"%PDF-1.4", "PDF"),
        ("表.pdf", b"%PDF-1.4", "不能用作表样"),
        ("表.xlsx", zipped(GOOD, {"xl/vbaProject.bin": b"x"}), "宏"),
        ("表.xlsx", zipped(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "外部链接"),
        ("表.xlsx", zipped(GOOD, {"xl/embeddings/oleObject1.bin": b"x"}), "嵌入"),
        ("表.xlsx", zipped(GOOD, {"xl/bomb.xml": b"0" * 30_000_000}), "压缩炸弹"),
        ("表.xlsx", merged_over("A1:XFD1048576"), "盖住了"),
        ("表.xlsx", merged_over("x"), "损坏"),
        ("表.xlsx", zipped(GOOD, {"xl/extra.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "实体"),
    ],
)
def test_what_is_no_form_is_refused_with_the_reason(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        checked(name, content)
    assert sentence in refused.value.sentence


DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:absoluteAnchor><xdr:sp><xdr:txBody><a:p><a:r><a:t>%s</a:t></a:r></a:p>'
    "</xdr:txBody></xdr:sp></xdr:absoluteAnchor></xdr:wsDr>"
)


@pytest.mark.parametrize(
    ("text", "level", "sentence"),
    [
        ("{{承诺人}}", "error", "文本框：里面的名称（“{{承诺人}}”）填不进去"),
        ("盖章处", "warning", "有文本框、图形或图表"),
    ],
)
def test_a_text_box_over_the_cells_is_told(text: str, level: str, sentence: str) -> None:
    content = zipped(sheet_of(A1="{{承诺人}}"), {"xl/drawings/drawing1.xml": (DRAWING % text).encode()})
    checked("表.xlsx", content)
    assert [(one.level, str(one)[: len(sentence)]) for one in check("xlsx", content, SHAPE)][0] == (level, sentence)


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_whatever_is_damaged_inside_is_refused_in_words_or_still_a_form(kind: str) -> None:
    chance = random.Random(86)
    good = saved(form() if kind == "xlsx" else letter())
    for _ in range(60):

        def damaged(name: str, data: bytes) -> bytes:
            if not name.endswith((".xml", ".rels")) or chance.random() < 0.6:
                return data
            words = re.split(rb"(?<=[\" ])", data)
            words[chance.randrange(len(words))] = chance.choice([b"x", b"", b'99999999"', b'-1" ', b'a="b" '])
            return b"".join(words)

        content = zipped(good, {}, damaged)
        try:
            checked(f"表.{kind}", content)
            if not any(one.is_error for one in check(kind, content, SHAPE)):
                fill(kind, content, SHAPE, VALUES)
        except Unreadable as refused:
            assert refused.sentence.endswith("。")


# ---- Word ----


def letter() -> Any:
    """A form as a letter: text cut into runs, facts in a table, a list as table rows, a footer."""
    document = Document()
    title = document.add_paragraph()
    for piece in ("致{", "{党支", "部}", "}的承诺"):
        title.add_run(piece).bold = piece == "{党支"
    document.add_paragraph("我叫{{承诺人}}，{{签署日期}}。")
    table = document.add_table(rows=3, cols=3, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.rows[0].cells[0].text, table.rows[0].cells[1].text, table.rows[0].cells[2].text = "承诺", "内容", "时限"
    table.rows[1].cells[1].text, table.rows[1].cells[2].text = "{{事项.序号}}、{{事项.内容}}", "{{事项.时限}}"
    table.rows[1].cells[0].text = "事项"
    table.cell(1, 0).merge(table.cell(2, 0))
    table.rows[2].cells[1].text = "合计"
    document.sections[0].footer.paragraphs[0].text = "承诺人：{{承诺人}}"
    return document


def test_a_letter_is_filled_across_runs_rows_and_footer() -> None:
    content = saved(letter())
    assert told(content, "docx") == [] and warned(content, "docx") == []
    done = Document(BytesIO(fill("docx", content, SHAPE, VALUES)))
    assert [one.text for one in done.paragraphs] == ["致第一党支部的承诺", "我叫王建国，2011年3月1日。"]
    assert done.sections[0].footer.paragraphs[0].text == "承诺人：王建国"
    (table,) = done.tables
    assert [[cell.text for cell in row.cells][1:] for row in table.rows] == [
        ["内容", "时限"],
        ["1、联系三所学校", "2011年6月1日"],
        ["2、=1+2", "2011年9月1日"],
        ["3、开两次公开课\n写一篇总结", "2011年12月1日"],
        ["合计", ""],
    ]
    assert {row.cells[0]._tc for row in table.rows[1:]} == {table.rows[1].cells[0]._tc}, "the label goes on beside"


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_text_from_the_records_that_looks_like_a_name_stays_as_it_is(kind: str) -> None:
    values = {"承诺人": "王建国", "党支部": "{{承诺人}}", "事项": [{"内容": "见{{承诺人}}"}, {"内容": "{{事项.序号}}"}]}
    if kind == "xlsx":
        cells = filled_sheet(sheet_of(A1="{{党支部}}", A2="{{事项.内容}}"), values)
        found = [cells[place].value for place in ("A1", "A2", "A3")]
    else:
        document = Document()
        for text in ("{{党支部}}", "{{事项.内容}}"):
            document.add_paragraph(text)
        done = Document(BytesIO(fill("docx", saved(document), SHAPE, values)))
        found = [one.text for one in done.paragraphs]
    assert found == ["{{承诺人}}", "见{{承诺人}}", "{{事项.序号}}"]


def test_a_paragraph_that_is_one_name_becomes_a_paragraph_a_line_with_its_indent() -> None:
    document = Document()
    paragraph = document.add_paragraph("{{承诺人}}")
    paragraph.paragraph_format.first_line_indent = 400000
    document.add_paragraph("{{问题.序号}}．{{问题.内容}}")
    values = {"承诺人": "第一段\n第二段", "问题": [{"内容": "一"}, {"内容": "二"}]}
    done = Document(BytesIO(fill("docx", saved(document), SHAPE, values)))
    assert [one.text for one in done.paragraphs] == ["第一段", "第二段", "1．一", "2．二"]
    assert [one.paragraph_format.first_line_indent is not None for one in done.paragraphs[:2]] == [True, True]


def test_a_wrong_letter_says_what_is_wrong_in_which_paragraph_or_cell() -> None:
    document = letter()
    document.paragraphs[1].add_run("电话{{电活}}")
    document.tables[0].cell(2, 2).text = "{{事项.内荣}}"
    document.sections[0].header.paragraphs[0].text = "{{承诺人"
    document.tables[0].cell(1, 2).add_paragraph("{{问题.内容}}")
    lines = told(saved(document), "docx")
    assert [line.partition("：")[0] for line in lines] == [
        "正文第 2 段（“我叫{{承诺人}}，{{”）",
        "第 1 个表格第 2 行第 3 格",
        "第 1 个表格第 3 行第 3 格",
        "页眉",
    ]
    assert "是不是“事项.内容”？" in lines[2]


@pytest.mark.parametrize("code", ["DDEAUTO c:\\\\x", 'INCLUDETEXT "\\\\\\\\server\\\\a.docx"', "INCLUDEPICTURE x"])
def test_fields_that_fetch_are_refused_even_in_pieces(code: str) -> None:
    document = letter()
    for piece in (code[:4], code[4:]):
        text = OxmlElement("w:instrText")
        text.text = piece
        document.paragraphs[0].add_run()._r.append(text)
    with pytest.raises(Unreadable, match="会读取外部内容的域"):
        checked("表.docx", saved(document))


def test_a_template_fetched_from_elsewhere_is_refused() -> None:
    relation = b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/></Relationships>'

    def linked(name: str, data: bytes) -> bytes:
        return data.replace(b"</Relationships>", relation) if name == "word/_rels/document.xml.rels" else data

    with pytest.raises(Unreadable, match="读取外部的模板"):
        checked("表.docx", zipped(saved(letter()), {}, linked))


def test_text_boxes_are_filled_too() -> None:
    document = letter()
    box, inner, run, text = (OxmlElement(name) for name in ("w:txbxContent", "w:p", "w:r", "w:t"))
    text.text = "{{承诺人}}"
    run.append(text)
    inner.append(run)
    box.append(inner)
    document.paragraphs[1].add_run()._r.append(box)
    done = Document(BytesIO(fill("docx", saved(document), SHAPE, VALUES)))
    assert [
        one.text
        for one in done.element.body.iter(qn("w:t"))
        if next(one.iterancestors(qn("w:txbxContent")), None) is not None
    ] == ["王建国"]
    assert done.paragraphs[1].text == "我叫王建国，2011年3月1日。"


# ---- a form to begin with ----


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_the_form_to_begin_with_is_a_good_form(kind: str) -> None:
    content = starter(kind, "承诺书", SHAPE)
    assert checked(f"承诺书.{kind}", content) == kind
    assert check(kind, content, SHAPE) == []
    assert fill(kind, content, SHAPE, SHAPE.examples())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_another_program_opens_what_was_filled_in(tmp_path: Path, kind: str) -> None:
    content = saved(form() if kind == "xlsx" else letter())
    (tmp_path / f"in.{kind}").write_bytes(fill(kind, content, SHAPE, VALUES))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to"]
    target = "csv:Text - txt - csv (StarCalc):44,34,76" if kind == "xlsx" else "txt:Text (encoded):UTF8"
    subprocess.run(
        [*command, target, "--outdir", str(tmp_path), str(tmp_path / f"in.{kind}")],
        check=True,
        timeout=120,
        capture_output=True,
    )
    text = (tmp_path / f"in.{'csv' if kind == 'xlsx' else 'txt'}").read_text("utf-8-sig")
    for wanted in ("第一党支部", "王建国", "联系三所学校", "=1+2", "写一篇总结"):
        assert wanted in text
    assert "{{" not in text
    if kind == "xlsx":
        assert "\n共,,,3\n" in text, "the form's own formula counts the new rows"


def test_trouble_reads_as_a_sentence() -> None:
    assert str(Trouble("A1", "错。")) == "A1：错。" and str(Trouble("", "错。")) == "错。"
