"""Reading: the right sheet, the right header, every filled cell in a value or in a problem."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from chuangxian.sheets import BadCell, Column, ParsedRow, PartialDate, Problem, Reading, Sheet, Unreadable

from .rosters import ROSTER, UNITS
from .xlsx import parts, sheet_xml, text_cell, workbook_of, zipped

DATA = Path(__file__).parents[1] / "data"
STAFF: Sheet[Any] = Sheet(
    "职工",
    [
        Column("姓名", "name", required=True, spaces="none"),
        Column("部门", "unit", aliases=("所在部门", "科室")),
        Column("人数", "size", "integer"),
        Column("时间", "on", "date"),
    ],
)


def book(*sheets: tuple[str, Sequence[Sequence[Any]]], merged: Sequence[str] = (), hidden_rows: Sequence[int] = (),
         hidden_columns: str = "", hidden_sheets: Sequence[str] = ()) -> BytesIO:  # fmt: skip
    """A workbook by openpyxl; merges and hidden rows go to the first sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if title in hidden_sheets:
            sheet.sheet_state = "hidden"
    first = made.worksheets[0]
    for area in merged:
        first.merge_cells(area)
    for number in hidden_rows:
        first.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        first.column_dimensions[letter].hidden = True
    stream = BytesIO()
    made.save(stream)
    return stream


def one(*rows: Sequence[Any], **options: Any) -> BytesIO:
    return book(("表一", rows), **options)


def said(reading: Reading[Any], level: str = "") -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.message) for p in reading.problems if not level or p.level == level]


HEADER = ("姓名", "部门", "人数", "时间")


class TestRosters:
    def test_clean_roster_is_read_cell_by_cell(self) -> None:
        with (DATA / "roster-clean.xlsx").open("rb") as stream:
            reading = ROSTER.read(stream, context=UNITS, name="roster-clean.xlsx")
        assert reading.problems == []
        sheet = openpyxl.load_workbook(DATA / "roster-clean.xlsx").active
        assert len(reading.rows) == 62
        for row, cells in zip(reading.rows, sheet.iter_rows(min_row=2), strict=True):
            assert row.number == cells[0].row
            for column, cell in zip(ROSTER.columns, cells, strict=True):
                expected = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                expected = PartialDate(expected) if column.kind == "month" and expected else expected
                assert row[column.name] == expected

    def test_messy_roster_is_read_cell_by_cell(self) -> None:
        """The expectation is made here from openpyxl's values by other means than the reader's."""
        with (DATA / "roster-messy.xlsx").open("rb") as stream:
            reading = ROSTER.read(stream, context=UNITS)
        refused = {(problem.row, problem.column) for problem in reading.errors}
        sheet = openpyxl.load_workbook(DATA / "roster-messy.xlsx").active
        assert [row.number for row in reading.rows] == list(range(4, 73))
        compared = 0
        for row in reading.rows:
            for column, cell in zip(ROSTER.columns, sheet[row.number], strict=True):
                if (row.number, cell.column_letter) in refused:
                    assert row[column.name] is None
                    continue
                expected = cell.value
                if isinstance(expected, str):
                    expected = (
                        unicodedata.normalize("NFKC", expected).replace(" ", "") if column.name != "job" else expected
                    )
                if column.name in ("born", "joined", "confirmed") and isinstance(expected, str):
                    numbers = [
                        int(part)
                        for part in expected.replace("年", ".")
                        .replace("月", ".")
                        .replace("日", "")
                        .replace("-", ".")
                        .split(".")
                        if part
                    ]
                    year, number, *rest = numbers
                    expected = date(year, number, rest[0]) if rest else PartialDate(date(year, number, 1), "month")
                elif isinstance(expected, datetime):
                    expected = PartialDate(expected.date()) if column.name == "born" else expected.date()
                elif column.name == "unit":
                    expected = expected if "党" in expected else expected.replace("支部", "党支部")
                assert row[column.name] == expected, (row.number, column.header)
                compared += 1
        assert compared == 69 * 13 - len(refused)

    def test_every_planted_problem_of_the_kernel_is_named(self) -> None:
        """Duplicates and dates in the wrong order are for those who know what the columns mean."""
        with (DATA / "roster-messy.xlsx").open("rb") as stream:
            reading = ROSTER.read(stream, context=UNITS)
        planted = {item["row"]: item["problem"] for item in json.loads((DATA / "roster-messy.json").read_text())}
        assert {
            row: message for row, message in planted.items() if message in ("duplicate", "joined before birth")
        } == {
            66: "duplicate",
            72: "joined before birth",
        }
        assert said(reading, "error") == [
            (67, "I", "没有叫“对外联络党支部”的部门"),
            (68, "B", "必填，不能为空"),
            (69, "G", "“2013-02-30”不是真实存在的日期，请核对"),
            (70, "G", "是公式（=TODAY()），结果不确定，请直接填写内容"),
            (71, "M", "“不是邮箱”不是电子邮箱地址"),
        ]
        assert said(reading, "note")[2:] == [
            (63, "", "是隐藏的行，已照常读取"),
            (73, "", "是合计行，不是数据，没有导入：合计 共62人"),
        ]
        assert said(reading, "warning") == []
        assert next(row for row in reading.rows if row.number == 63).hidden


class TestHeader:
    def test_it_is_found_under_titles_and_blank_rows(self) -> None:
        reading = STAFF.read(one(("职工登记表",), (), ("填表单位：", "某校"), (), HEADER, ("甲", "一组")))
        assert (reading.header_row, [row.values["name"] for row in reading.rows]) == (5, ["甲"])
        assert said(reading) == [
            (1, "", "表头上方的文字，不是数据：职工登记表"),
            (3, "", "表头上方的文字，不是数据：填表单位： 某校"),
        ]

    @pytest.mark.parametrize(
        "header",
        [
            ("姓 名", "科室", "人　数", "时间"),
            (" 姓名 ", "所在部门", "人数", "时间"),
            ("姓名*", "部门", "人数（选填）", "时间："),
            ("姓\n名", "部门", "人数", "时间"),
            ("时间", "人数", "部门", "姓名"),
        ],
    )
    def test_headers_are_matched_by_meaning_not_by_spelling(self, header: Sequence[str]) -> None:
        reading = STAFF.read(one(header, [None] * 4))
        assert said(reading) == [] and set(reading.places) == {"name", "unit", "size", "on"}

    def test_a_header_in_two_lines_is_one_header(self) -> None:
        reading = STAFF.read(
            one(
                ("姓名", "基本情况", None, "时间"),
                (None, "部门", "人数", None),
                ("甲", "一组", 3, None),
                merged=["A1:A2", "B1:C1", "D1:D2"],
            )
        )
        assert reading.header_row == 2
        assert [row.values for row in reading.rows] == [{"name": "甲", "unit": "一组", "size": 3, "on": None}]
        assert said(reading) == []

    def test_an_unknown_column_is_reported_with_what_was_left(self) -> None:
        reading = STAFF.read(
            one(
                ("姓名", "部门", "备注", "籍贯"),
                ("甲", "一组", "病假"),
                ("乙", "一组"),
                ("丙", "一组", "产假", None, "多"),
            )
        )
        assert said(reading) == [
            (0, "C", "不认识这一列，其中 2 个单元格没有导入（从第 2 行起）"),
            (0, "D", "不认识这一列（列内没有数据）"),
            (0, "E", "没有表头，其中 1 个单元格没有导入（从第 4 行起）"),
        ]
        assert [problem.level for problem in reading.problems] == ["warning", "note", "warning"]
        assert reading.ok and len(reading.rows) == 3

    def test_a_missing_required_column_stops_the_sheet(self) -> None:
        reading = STAFF.read(one(("部门", "人数"), ("一组", 3)))
        assert not reading.ok and reading.rows == []
        assert "没有找到表头" in reading.problems[0].message

    def test_missing_required_columns_are_named_when_the_header_is_clear(self) -> None:
        sheet: Sheet[Any] = Sheet("表", [Column("姓名", required=True), Column("工号", required=True), Column("部门")])
        reading = sheet.read(one(("姓名", "部门"), ("甲", "一组")))
        assert said(reading, "error") == [(0, "", "缺少必需的列：工号。整张表没有导入")]

    def test_a_doubled_column_is_not_chosen_between(self) -> None:
        reading = STAFF.read(one(("姓名", "部门", "科室"), ("甲", "一组", "二组")))
        assert said(reading, "error") == [(0, "", "“部门”出现了 2 次（B、C 列），不知以哪一列为准，这几列没有读取")]
        assert reading.rows[0].values == {"name": "甲"}

    def test_no_header_at_all(self) -> None:
        reading = STAFF.read(one(("甲", "一组"), ("乙", "二组")))
        assert said(reading) == [(0, "", "没有找到表头。表头应含有这些列：姓名、部门、人数、时间")]

    def test_an_empty_workbook(self) -> None:
        assert not STAFF.read(one()).ok


class TestSheets:
    def test_the_sheet_with_the_headers_is_picked_and_the_others_reported(self) -> None:
        reading = STAFF.read(
            book(
                ("说明", [("请填写",)]),
                ("名单", [HEADER, ("甲",)]),
                ("空", []),
                ("旧", [("甲",)]),
                hidden_sheets=["旧"],
            )
        )
        assert reading.sheet == "名单" and len(reading.rows) == 1 and reading.ok
        assert [(p.sheet, p.level, p.message) for p in reading.problems] == [
            ("说明", "warning", "工作表没有读取"),
            ("旧", "warning", "隐藏的工作表没有读取"),
        ]

    def test_a_second_sheet_of_the_same_kind_is_not_dropped_silently(self) -> None:
        reading = STAFF.read(book(("一", [HEADER, ("甲",)]), ("二", [HEADER, ("乙",)]), ("三", [HEADER])))
        assert not reading.ok and reading.sheet == "一"
        assert [(p.sheet, p.level) for p in reading.problems] == [("二", "error"), ("三", "warning")]

    def test_a_hidden_sheet_is_never_picked(self) -> None:
        reading = STAFF.read(book(("说明", [("请填写",)]), ("名单", [HEADER, ("甲",)]), hidden_sheets=["名单"]))
        assert not reading.ok and reading.rows == []
        assert [(p.sheet, p.level, p.message[:14]) for p in reading.problems] == [
            ("名单", "warning", "隐藏的工作表没有读取，它有同"),
            ("说明", "error", "没有找到表头。表头应含有这些"),
        ]

    def test_the_files_own_dimension_is_not_believed(self) -> None:
        rows = "".join(f'<row r="{n}">{text_cell(f"A{n}", f"甲{n}")}</row>' for n in range(2, 502))
        reading = STAFF.read(BytesIO(workbook_of(sheet_xml(rows, before='<dimension ref="A1:B3"/>'))))
        assert len(reading.rows) == 500

    def test_positions_may_be_implied(self) -> None:
        headers = '<row><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>人数</t></is></c></row>'
        body = workbook_of(
            sheet_xml('<row><c t="inlineStr"><is><t>甲</t></is></c><c><v>3</v></c></row>', headers=headers)
        )
        reading = STAFF.read(BytesIO(body))
        assert [(row.number, row.values) for row in reading.rows] == [(2, {"name": "甲", "size": 3})]

    def test_a_workbook_part_may_lie_anywhere(self) -> None:
        found = parts(sheet_xml(f'<row r="2">{text_cell("A2", "甲")}</row>'))
        found["xl/book.xml"] = found.pop("xl/workbook.xml")
        found["xl/_rels/book.xml.rels"] = str(found.pop("xl/_rels/workbook.xml.rels")).replace(
            '"worksheets/', '"/xl/worksheets/'
        )
        found["_rels/.rels"] = str(found["_rels/.rels"]).replace("xl/workbook.xml", "/xl/book.xml")
        assert len(STAFF.read(BytesIO(zipped(found))).rows) == 1

    def test_text_files_are_refused(self) -> None:
        with pytest.raises(Unreadable, match="csv"):
            STAFF.read(BytesIO("姓名,部门\n甲,一组\n".encode()), name="名单.xlsx")


class TestRows:
    def test_blank_rows_are_skipped_and_numbers_stay_excels(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲",), (), (" ", "\u3000"), ("乙",)))
        assert [row.number for row in reading.rows] == [2, 5]

    def test_hidden_rows_and_columns_are_read_and_noted(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组"), ("乙", "二组"), hidden_rows=[3], hidden_columns="B"))
        assert [(row.hidden, row.values["unit"]) for row in reading.rows] == [(False, "一组"), (True, "二组")]
        assert said(reading, "note") == [(0, "B", "是隐藏的列，已照常读取"), (3, "", "是隐藏的行，已照常读取")]

    def test_rows_hidden_by_default_are_hidden(self) -> None:
        rows = f'<row r="2">{text_cell("A2", "甲")}</row><row r="3" hidden="0">{text_cell("A3", "乙")}</row>'
        reading = STAFF.read(BytesIO(workbook_of(sheet_xml(rows, before='<sheetFormatPr zeroHeight="1"/>'))))
        assert [row.hidden for row in reading.rows] == [True, False]

    @pytest.mark.parametrize(
        "row",
        [
            ("合计", None, 62),
            ("合  计", None, "=SUM(C2:C3)"),
            ("总计：", "共62人", None),
            (None, "小计", 30),
            ("一组小计", None, 30),
            ("本页合计", "62人", 62),
            ("累计", None, 62, "—"),
        ],
    )
    def test_a_total_line_is_no_person(self, row: Sequence[Any]) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组", 3), row))
        assert len(reading.rows) == 1 and reading.ok
        assert said(reading)[0][0] == 3 and "合计行" in said(reading)[0][2]

    @pytest.mark.parametrize("row", [("合计", "一组", 3), ("甲", "合计", None), ("小计", "一组", 3, "2011-06-20")])
    def test_a_person_is_no_total_line(self, row: Sequence[Any]) -> None:
        reading = STAFF.read(one(HEADER, row))
        assert len(reading.rows) == 1

    @pytest.mark.parametrize("text", ["注：以上为在职人员", "填表人：甲　　审核人：乙", "单位盖章:", "说明：（一）……"])
    def test_a_remark_under_the_table_is_no_person(self, text: str) -> None:
        reading = STAFF.read(one(HEADER, ("甲",), (None, text)))
        assert len(reading.rows) == 1 and reading.ok and "表后的说明" in said(reading)[0][2]

    def test_a_repeated_header_is_no_person(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组"), HEADER, ("乙", "一组")))
        assert [row.values["name"] for row in reading.rows] == ["甲", "乙"]
        assert said(reading) == [(3, "", "是重复的表头，没有导入：姓名 部门 人数 时间")]

    def test_cells_merged_down_are_refused_below_the_first(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组"), ("乙", None), ("丙", None), merged=["B2:B4"]))
        assert [row.values["unit"] for row in reading.rows] == ["一组", None, None]
        message = "是合并单元格（B2:B4），不能确定属于哪一行哪一列，请取消合并后逐格填写"
        assert said(reading) == [(3, "B", message), (4, "B", message)]
        assert [row.ok for row in reading.rows] == [True, False, False]

    def test_cells_merged_across_are_refused_on_both_sides(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组", None), merged=["B2:C2"]))
        assert reading.rows[0].values["unit"] is None
        assert [(row, column) for row, column, _ in said(reading)] == [(2, "B"), (2, "C")]

    def test_a_merged_required_cell_is_named_once(self) -> None:
        reading = STAFF.read(one(HEADER, ("甲", "一组"), (None, "二组"), merged=["A2:A3"]))
        assert [(row, column, "合并" in text) for row, column, text in said(reading)] == [(3, "A", True)]

    def test_merged_titles_and_totals_do_no_harm(self) -> None:
        reading = STAFF.read(
            one(("名单", None, None, None), HEADER, ("甲",), ("合计", None, 1), merged=["A1:D1", "A4:B4"])
        )
        assert reading.ok and len(reading.rows) == 1


class TestContext:
    def test_parse_gets_value_and_context_and_may_refuse(self) -> None:
        def look_up(value: str, context: dict[str, int]) -> int:
            if value not in context:
                raise BadCell(f"没有“{value}”")
            return context[value]

        sheet: Sheet[Any] = Sheet("表", [Column("姓名"), Column("部门", "unit", parse=look_up)])
        reading = sheet.read(one(("姓名", "部门"), ("甲", "一组"), ("乙", "九组"), ("丙", None)), context={"一组": 7})
        assert [row.values["unit"] for row in reading.rows] == [7, None, None]
        assert said(reading) == [(3, "B", "没有“九组”")]
        assert [row.number for row in reading.good_rows] == [2, 4]

    def test_the_caller_adds_problems_of_his_own(self) -> None:
        reading = STAFF.read(one(("科室", "姓名"), ("一组", "甲"), ("一组", "甲")))
        reading.add(reading.rows[1], "name", "与第 2 行重复")
        reading.add(reading.rows[0], "", "查无此人", "warning")
        assert [str(problem) for problem in reading.problems] == [
            "第 3 行 B 列“姓名”：与第 2 行重复",
            "第 2 行：查无此人",
        ]
        assert not reading.ok and [row.number for row in reading.good_rows] == [2]
        assert reading.problems[0].as_dict() == {
            "sheet": "表一", "row": 3, "column": "B", "header": "姓名", "message": "与第 2 行重复", "level": "error",
        }  # fmt: skip

    def test_ten_thousand_bad_rows_are_all_named(self) -> None:
        rows = "".join(f'<row r="{n}">{text_cell(f"B{n}", "x")}</row>' for n in range(2, 10_002))
        reading = STAFF.read(BytesIO(workbook_of(sheet_xml(rows))))
        assert len(reading.errors) == 10_000 and reading.good_rows == []

    def test_too_many_problems_stop_the_reading(self) -> None:
        columns: list[Column[Any]] = [Column("姓名", "name")] + [Column(f"数{n}", kind="integer") for n in range(20)]
        sheet: Sheet[Any] = Sheet("表", columns)
        header = "".join(text_cell(f"{get_column_letter(n)}1", column.header) for n, column in enumerate(columns, 1))
        rows = "".join(
            f'<row r="{r}">' + "".join(text_cell(f"{get_column_letter(n)}{r}", "x") for n in range(1, 22)) + "</row>"
            for r in range(2, 4_000)
        )
        with pytest.raises(Unreadable, match="问题超过"):
            sheet.read(BytesIO(workbook_of(sheet_xml(rows, headers=f'<row r="1">{header}</row>'))))


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "甲",
            "合计",
            "小计",
            "共3人",
            "注：无",
            "姓名",
            "部门",
            "=A1",
            "#N/A",
            "2011-06-20",
            "2011.6",
            " ",
            "　",
            "3",
            "１",
            "x" * 50,
        ]
    ),
    st.integers(-5, 10**17),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=6))
def test_every_filled_cell_is_a_value_or_in_a_problem(rows: list[list[Any]]) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(list(HEADER))
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    made.save(stream)
    reading = STAFF.read(stream)
    by_number: dict[int, ParsedRow] = {row.number: row for row in reading.rows}
    problems: list[Problem] = reading.problems
    names = dict(zip("ABCD", ("name", "unit", "size", "on"), strict=True))
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if cell.value is None or (isinstance(cell.value, str) and not clean(cell.value)):
                continue
            whole_row = any(p.row == cell.row and not p.column and p.level == "note" for p in problems)
            found = by_number.get(cell.row)
            as_value = found is not None and found.values.get(names.get(cell.column_letter, "")) is not None
            in_problem = any(p.row in (0, cell.row) and p.column == cell.column_letter for p in problems)
            assert as_value != in_problem or whole_row, (cell.coordinate, cell.value, problems)


def clean(text: str) -> str:
    return "".join(
        char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Zl", "Zp") and char != "\u115f"
    )
