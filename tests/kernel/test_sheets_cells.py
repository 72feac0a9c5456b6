"""The golden cells: what stands in the cell → the value, or the refusal with row, column and reason. No guesses."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from chuangxian.sheets import Column, PartialDate, Sheet

from .xlsx import HEADERS, sheet_xml, styles_xml, text_cell, workbook_of

COLUMNS: dict[str, Column[Any]] = {
    "text": Column("部门", "value"),
    "name": Column("部门", "value", spaces="none", max_length=6),
    "code": Column("部门", "value", fold=True),
    "long": Column("部门", "value", wrap=True),
    "none": Column("部门", "value", blanks=("无", "—", "/")),
    "integer": Column("部门", "value", "integer"),
    "decimal": Column("部门", "value", "decimal"),
    "percent": Column("部门", "value", "percent"),
    "date": Column("部门", "value", "date"),
    "month": Column("部门", "value", "month"),
    "year": Column("部门", "value", "month", coarsest="year"),
    "datetime": Column("部门", "value", "datetime"),
    "choice": Column("部门", "value", "choice", choices=[("m", "男", "男性"), ("f", "女", "女性"), "其他 / 不详"]),
}


class Refused(str):
    """The reason must contain this."""


def month(year: int, number: int) -> PartialDate:
    return PartialDate(date(year, number, 1), "month")


def full(year: int, number: int, day: int) -> PartialDate:
    return PartialDate(date(year, number, day))


T, N, F = "text", "number", "formula"
GOLDEN: list[tuple[str, str, str, str, Any]] = [
    # column, kind of cell, what stands in it, its number format, what comes out
    ("text", T, "教研室", "", "教研室"),
    ("text", T, "  教研室 \t", "", "教研室"),
    ("text", T, "数学　小学", "", "数学 小学"),
    ("text", T, "ＡＢｃ１２３", "", "ABc123"),
    ("text", T, "数学（小学），一组：甲", "", "数学（小学），一组：甲"),
    ("text", T, "教\u200b研\ufeff室", "", "教研室"),
    ("text", T, "教\u202e研室", "", "教研室"),
    ("text", T, "⼈⼤", "", "人大"),
    ("text", T, "第一行\n第二行", "", "第一行 第二行"),
    ("text", T, "_x000D_甲", "", "甲"),
    ("text", T, "_x005F_x000D_", "", "_x000D_"),
    ("text", T, "=1+1", "", "=1+1"),
    ("text", T, "#N/A", "", "#N/A"),
    ("text", T, "007", "", "007"),
    ("text", T, "\u200b \u3000", "", None),
    ("text", T, "乱\ufffd码", "", Refused("乱码")),
    ("text", N, "13812345678", "", "13812345678"),
    ("text", N, "123456789012345", "", "123456789012345"),
    ("text", N, "3.204021990010112E+17", "", Refused("超过 15 位")),
    ("text", N, "320402199001011234", "0", Refused("超过 15 位")),
    ("text", N, "1E+15", "", Refused("超过 15 位")),
    ("text", N, "0.30000000000000004", "", "0.3"),
    ("text", N, "123", "00000", "00123"),
    ("text", N, "40603", "m\"月\"d\"日\"", Refused("变成日期")),
    ("text", N, "40603", "14", Refused("变成日期")),
    ("text", N, "40603", "58", Refused("变成日期")),
    ("text", N, "0.5", "0%", Refused("显示的与存储的")),
    ("text", N, "0.5", "# ?/?", Refused("显示的与存储的")),
    ("text", N, "62", "G/通用格式", "62"),
    ("text", N, "62", "\"E/\"0", "62"),
    ("text", N, "62000", "0.00E+00", Refused("显示的与存储的")),
    ("text", "bool", "1", "", Refused("逻辑值 TRUE")),
    ("text", "error", "#REF!", "", Refused("错误值 #REF!")),
    ("text", F, "A1&amp;B1", "", Refused("是公式（=A1&B1）")),
    ("text", "shared formula", "", "", Refused("是公式")),
    ("text", "array child", "7", "", Refused("数组公式")),
    ("text", "rich", "教研|室", "", "教研室"),
    ("text", "strange", "1", "", Refused("类型无法识别")),
    ("name", T, " 周　静 ", "", "周静"),
    ("name", T, "阿依古丽·买买提", "", Refused("8 字，超过 6 字")),
    ("name", T, "欧阳\n修", "", "欧阳修"),
    ("name", T, "e\u0301", "", "é"),
    ("code", T, "ａｂ＠ｃ．ｃｏｍ", "", "ab@c.com"),
    ("code", T, "（０５１９）８８", "", "(0519)88"),
    ("long", T, "第一行\r\n  第二行 ", "", "第一行\n第二行"),
    ("long", T, "甲　　乙", "", "甲 乙"),
    ("none", T, "无", "", None),
    ("none", T, " — ", "", None),
    ("none", T, "／", "", "／"),
    ("integer", N, "62", "", 62),
    ("integer", N, "62", "0.00", 62),
    ("integer", N, "1.5", "", Refused("不是整数")),
    ("integer", T, "６２", "", 62),
    ("integer", T, "1,234", "", 1234),
    ("integer", T, "12,34", "", Refused("不是数字")),
    ("integer", T, "62人", "", Refused("不是数字")),
    ("integer", T, "-3", "", -3),
    ("integer", T, "－3", "", -3),
    ("integer", T, "1e3", "", Refused("不是数字")),
    ("integer", T, "六十二", "", Refused("不是数字")),
    ("integer", N, "40603", "14", Refused("是日期")),
    ("integer", "bool", "1", "", Refused("逻辑值")),
    ("integer", N, "9999999999999999", "", Refused("超过 15 位")),
    ("integer", N, "NaN", "", Refused("不是有效的数字")),
    ("integer", N, "abc", "", Refused("不是有效的数字")),
    ("decimal", N, "0.1", "", Decimal("0.1")),
    ("decimal", N, "0.30000000000000004", "", Decimal("0.3")),
    ("decimal", N, "1E-3", "", Decimal("0.001")),
    ("decimal", T, "12.50", "", Decimal("12.50")),
    ("decimal", T, "12.5分", "", Refused("不是数字")),
    ("decimal", T, "1.2.3", "", Refused("不是数字")),
    ("percent", N, "0.85", "0%", Decimal("0.85")),
    ("percent", N, "0.85", "0.00%", Decimal("0.85")),
    ("percent", N, "0.85", "", Refused("没有百分号")),
    ("percent", N, "85", "", Refused("不知是 85% 还是 8500%")),
    ("percent", T, "85%", "", Decimal("0.85")),
    ("percent", T, "８５％", "", Decimal("0.85")),
    ("percent", T, "85", "", Refused("没有百分号")),
    ("date", N, "40379", "yyyy-mm-dd", date(2010, 7, 20)),
    ("date", N, "40379", "14", date(2010, 7, 20)),
    ("date", N, "40379", "31", date(2010, 7, 20)),
    ("date", N, "40379", "[$-804]yyyy\"年\"m\"月\"d\"日\";@", date(2010, 7, 20)),
    ("date", N, "40379", "", Refused("是数字 40379 而不是日期")),
    ("date", N, "40379", "0", Refused("是数字 40379 而不是日期")),
    ("date", N, "40379", "\"d日\"0", Refused("是数字 40379 而不是日期")),
    ("date", N, "40379", "[Red]0", Refused("是数字 40379 而不是日期")),
    ("date", N, "40379.5", "yyyy-mm-dd hh:mm", Refused("带有时刻")),
    ("date", N, "0.5", "h:mm", Refused("时刻")),
    ("date", N, "40379", "58", Refused("只显示月日")),
    ("date", N, "40379", "m/d", Refused("只显示月日")),
    ("date", N, "0.5", "h:mm AM/PM", Refused("显示的是时刻")),
    ("date", N, "40379", "[$-404]e/m/d", date(2010, 7, 20)),
    ("date", N, "60", "yyyy-mm-dd", Refused("日期序号 60")),
    ("date", N, "-1", "yyyy-mm-dd", Refused("日期序号 -1")),
    ("date", N, "9999999", "yyyy-mm-dd", Refused("日期序号")),
    ("date", N, "30590", "yyyy\"年\"m\"月\"", Refused("缺少具体日期")),
    ("date", N, "30602", "yyyy\"年\"m\"月\"", date(1983, 10, 13)),
    ("date", "isodate", "2010-07-20", "", date(2010, 7, 20)),
    ("date", T, "2005.09.16", "", date(2005, 9, 16)),
    ("date", T, "2005-9-6", "", date(2005, 9, 6)),
    ("date", T, "2005/9/6", "", date(2005, 9, 6)),
    ("date", T, "2005.9.16 ", "", date(2005, 9, 16)),
    ("date", T, "2005 - 09 - 16", "", date(2005, 9, 16)),
    ("date", T, "2005。9。16", "", date(2005, 9, 16)),
    ("date", T, "2005—9—16", "", date(2005, 9, 16)),
    ("date", T, "1980年11月24日", "", date(1980, 11, 24)),
    ("date", T, "1980年11月24号", "", date(1980, 11, 24)),
    ("date", T, "１９７８-１１-０９", "", date(1978, 11, 9)),
    ("date", T, "１９７８年１１月９日", "", date(1978, 11, 9)),
    ("date", T, "20050916", "", date(2005, 9, 16)),
    ("date", T, "2005-09-16 00:00:00", "", date(2005, 9, 16)),
    ("date", T, "2005-09-16 13:30", "", Refused("不是能识别的日期")),
    ("date", N, "20050916", "", date(2005, 9, 16)),
    ("date", T, "2013-02-30", "", Refused("“2013-02-30”不是真实存在的日期")),
    ("date", T, "2011-02-29", "", Refused("不是真实存在的日期")),
    ("date", T, "2012-02-29", "", date(2012, 2, 29)),
    ("date", T, "2005-13-01", "", Refused("不是真实存在的日期")),
    ("date", T, "05-9-16", "", Refused("年份只有两位")),
    ("date", T, "83.10.5", "", Refused("年份只有两位")),
    ("date", T, "10/11/2005", "", Refused("分不清月和日")),
    ("date", T, "200509", "", Refused("有两种读法")),
    ("date", T, "2005.09", "", Refused("缺少具体日期")),
    ("date", T, "2005年", "", Refused("缺少具体日期")),
    ("date", T, "2005.9-16", "", Refused("不是能识别的日期")),
    ("date", T, "0205-09-16", "", Refused("年份不合理")),
    ("date", T, "二〇〇五年九月", "", Refused("不是能识别的日期")),
    ("date", T, "不详", "", Refused("不是能识别的日期")),
    ("date", T, "约2005年9月16日", "", Refused("不是能识别的日期")),
    ("date", "bool", "0", "", Refused("逻辑值")),
    ("date", F, "TODAY()", "yyyy-mm-dd", Refused("是公式（=TODAY()）")),
    ("month", T, "1983.10", "", month(1983, 10)),
    ("month", T, "1983.1", "", month(1983, 1)),
    ("month", T, "1983-01", "", month(1983, 1)),
    ("month", T, "1983年10月", "", month(1983, 10)),
    ("month", T, "1983/10/05", "", full(1983, 10, 5)),
    ("month", N, "1983.1", "", Refused("不知是 1983 年 1 月还是 10 月")),
    ("month", N, "1983.1", "0.00", Refused("不知是 1983 年 1 月还是 10 月")),
    ("month", N, "1983.11", "", month(1983, 11)),
    ("month", N, "1983.05", "", month(1983, 5)),
    ("month", N, "1983.13", "", Refused("不是真实存在的日期")),
    ("month", N, "30590", "yyyy\"年\"m\"月\"", month(1983, 10)),
    ("month", N, "30590", "57", month(1983, 10)),
    ("month", N, "30590", "mmm-yy", month(1983, 10)),
    ("month", N, "30590", "yyyy-mm-dd", full(1983, 10, 1)),
    ("month", N, "1983", "", Refused("是数字 1983 而不是日期")),
    ("month", T, "1983年", "", Refused("只有年份")),
    ("month", T, "83.10", "", Refused("年份只有两位")),
    ("year", T, "1983年", "", PartialDate(date(1983, 1, 1), "year")),
    ("year", N, "1983", "", PartialDate(date(1983, 1, 1), "year")),
    ("datetime", N, "40379.604166666664", "yyyy-mm-dd hh:mm", datetime(2010, 7, 20, 14, 30)),
    ("datetime", N, "40379", "yyyy-mm-dd", Refused("没有时刻")),
    ("datetime", T, "2010-07-20 14:30", "", datetime(2010, 7, 20, 14, 30)),
    ("datetime", T, "2010年7月20日14时30分", "", datetime(2010, 7, 20, 14, 30)),
    ("datetime", T, "2010.7.20 25:00", "", Refused("不是有效的日期和时刻")),
    ("datetime", T, "2010-07-20", "", Refused("没有时刻")),
    ("choice", T, "男", "", "m"),
    ("choice", T, "女 ", "", "f"),
    ("choice", T, "女性", "", "f"),
    ("choice", T, "其他/不详", "", "其他 / 不详"),
    ("choice", T, "m", "", Refused("应为：男、女、其他 / 不详")),
    ("choice", N, "1", "", Refused("“1”不在可选范围内")),
    ("choice", "bool", "1", "", Refused("应为下列之一")),
]  # fmt: skip


def cell_xml(kind: str, content: str) -> str:
    match kind:
        case "text":
            return text_cell("B2", content.replace("\r", "&#13;"))
        case "number":
            return f'<c r="B2" s="1"><v>{content}</v></c>'
        case "bool":
            return f'<c r="B2" t="b"><v>{content}</v></c>'
        case "error":
            return f'<c r="B2" t="e"><v>{content}</v></c>'
        case "formula":
            return f'<c r="B2" s="1"><f>{content}</f><v>40379</v></c>'
        case "shared formula":
            return '<c r="B2"><f t="shared" si="0"/><v>5</v></c>'
        case "array child":
            return f'<c r="B2"><v>{content}</v></c>'
        case "isodate":
            return f'<c r="B2" t="d"><v>{content}</v></c>'
        case "rich":
            first, second = content.split("|")
            return f'<c r="B2" t="inlineStr"><is><r><t>{first}</t></r><r><t>{second}</t></r><rPh sb="0" eb="1"><t>jiao</t></rPh></is></c>'
    return f'<c r="B2" t="zz"><v>{content}</v></c>'


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden[0]}-{golden[1]}-{golden[2]!r}-{golden[3]}")
def test_golden_cell(golden: tuple[str, str, str, str, Any]) -> None:
    column, kind, content, number_format, expected = golden
    sheet: Sheet[Any] = Sheet("表", [Column("姓名", "name"), COLUMNS[column]])
    array = '<c r="A2"><f t="array" ref="A2:B2">1</f><v>1</v></c>' if kind == "array child" else text_cell("A2", "甲")
    body = workbook_of(
        sheet_xml(f'<row r="2">{array}{cell_xml(kind, content)}</row>'), styles=styles_xml(number_format or "General")
    )
    reading = sheet.read(BytesIO(body))
    problems = [problem for problem in reading.problems if problem.column == "B"]
    if isinstance(expected, Refused):
        (problem,) = problems
        assert (problem.sheet, problem.row, problem.header, problem.level) == ("表一", 2, "部门", "error")
        assert expected in problem.message
        assert reading.rows[0]["value"] is None and reading.rows[0].failed >= {"value"}
    else:
        assert problems == []
        value = reading.rows[0]["value"]
        assert value == expected and type(value) is type(expected)


def test_there_are_at_least_120_golden_cells() -> None:
    assert len(GOLDEN) >= 120
    assert len({golden[:4] for golden in GOLDEN}) == len(GOLDEN)


@pytest.mark.parametrize(
    ("workbook_pr", "expected"), [("", date(2010, 7, 20)), ('<workbookPr date1904="1"/>', date(2014, 7, 21))]
)
def test_serial_dates_follow_the_workbooks_own_epoch(workbook_pr: str, expected: date) -> None:
    sheet: Sheet[Any] = Sheet("表", [Column("姓名", "name"), COLUMNS["date"]])
    row = f'<row r="2">{text_cell("A2", "甲")}<c r="B2" s="1"><v>40379</v></c></row>'
    body = workbook_of(sheet_xml(row), styles=styles_xml("14"), workbook_pr=workbook_pr)
    assert sheet.read(BytesIO(body)).rows[0]["value"] == expected


def test_strings_may_be_shared_rich_and_repeated() -> None:
    sheet: Sheet[Any] = Sheet("表", [Column("姓名", "name"), COLUMNS["text"]])
    strings = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>甲</t></si><si><r><t>教</t></r><r><t>研</t></r><rPh><t>x</t></rPh></si></sst>"
    row = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>'
    reading = sheet.read(BytesIO(workbook_of(sheet_xml(row), strings=strings)))
    assert reading.rows[0].values == {"name": "甲", "value": "教研"}


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_strict_and_prefixed_documents_are_read_too(prefix: str) -> None:
    sheet: Sheet[Any] = Sheet("表", [Column("姓名", "name"), COLUMNS["text"]])
    xml = sheet_xml(f'<row r="2">{text_cell("A2", "甲")}{text_cell("B2", "乙")}</row>', headers=HEADERS)
    xml = xml.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    if prefix:
        xml = xml.replace("xmlns=", "xmlns:x=").replace("</", "</x:")
        for tag in ("worksheet", "sheetData", "row", "c", "is", "t"):
            xml = xml.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
    assert sheet.read(BytesIO(workbook_of(xml))).rows[0].values == {"name": "甲", "value": "乙"}
