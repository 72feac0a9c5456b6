"""Writing: typed, printable, and never a formula; the template and the bad rows come back through the reader."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet._writer import ALL_TEMP_FILES
from openpyxl.worksheet.worksheet import Worksheet

from chuangxian.sheets import Column, Groups, PartialDate, Sheet, write_workbook

from .rosters import ROSTER, UNITS

DATA = Path(__file__).parents[1] / "data"

# what spreadsheets have been known to run, and what breaks their XML
PAYLOADS = [
    "=1+1",
    "=HYPERLINK(\"http://evil.example\",\"点我\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "|calc",
    "%0A=1+1",
    "=",
    "#N/A",
    "#REF!",
    "TRUE",
    "007",
    "1e5",
    "2011-06-20",
    "_x0041_",
    "<b>&amp;\"'</b>",
    "]]>",
    "😀",
]  # fmt: skip


@dataclass
class Unit:
    name: str


@dataclass
class Person:
    name: str
    unit: Unit | None = None
    hours: Any = None
    on: Any = None
    sex: str = ""

    def greeting(self) -> str:
        return f"你好，{self.name}"


PEOPLE: Sheet[Person] = Sheet(
    "职工",
    [
        Column("姓名", "name", required=True),
        Column("部门", "unit.name", key="unit"),
        Column("学时", "hours", "decimal"),
        Column("日期", "on", "date"),
        Column("性别", "sex", "choice", choices=[("m", "男"), ("f", "女")]),
    ],
)
AT = datetime(2011, 6, 20, 6, 30, tzinfo=UTC)  # 14:30 in Changzhou


def written(sheet: Sheet[Any], rows: Any, **options: Any) -> Worksheet:
    return opened(sheet, rows, **options).active


def opened(sheet: Sheet[Any], rows: Any, **options: Any) -> openpyxl.Workbook:
    stream = BytesIO()
    sheet.write(stream, rows, **options)
    return openpyxl.load_workbook(stream)


def values(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


class TestValues:
    def test_values_come_typed(self) -> None:
        cells = written(PEOPLE, [Person("甲", Unit("一组"), Decimal("12.5"), date(2011, 6, 20), "f")])[2]
        assert [cell.value for cell in cells] == ["甲", "一组", 12.5, datetime(2011, 6, 20), "女"]
        assert [cell.data_type for cell in cells] == ["s", "s", "n", "d", "s"]
        assert [cell.number_format for cell in cells] == ["@", "@", "0.##", "yyyy-mm-dd", "General"]

    def test_missing_things_are_empty(self) -> None:
        assert [cell.value for cell in written(PEOPLE, [Person("甲")])[2]] == ["甲", None, None, None, None]

    @pytest.mark.parametrize(
        ("kind", "value", "shown", "number_format"),
        [
            ("integer", 3, 3, "0"),
            ("integer", 0, 0, "0"),
            ("integer", 10**15, "1000000000000000", "General"),
            ("integer", -(10**18), "-1000000000000000000", "General"),
            ("decimal", Decimal("0.1234567890123456789"), "0.1234567890123456789", "General"),
            ("decimal", Decimal("NaN"), "NaN", "General"),
            ("decimal", float("inf"), "inf", "General"),
            ("decimal", 0.5, 0.5, "0.##"),
            ("percent", Decimal("0.855"), 0.855, "0.0%"),
            ("date", datetime(2011, 6, 20, 23, 0, tzinfo=UTC), datetime(2011, 6, 21), "yyyy-mm-dd"),
            ("date", date(1899, 1, 1), "1899-01-01", "General"),
            ("date", PartialDate(date(1983, 10, 1), "month"), datetime(1983, 10, 1), 'yyyy"年"m"月"'),
            ("month", PartialDate(date(1983, 10, 5)), datetime(1983, 10, 5), "yyyy-mm-dd"),
            ("month", PartialDate(date(1983, 1, 1), "year"), datetime(1983, 1, 1), 'yyyy"年"'),
            ("datetime", AT, datetime(2011, 6, 20, 14, 30), "yyyy-mm-dd hh:mm"),
            ("datetime", datetime(2011, 6, 20, 14, 30), datetime(2011, 6, 20, 14, 30), "yyyy-mm-dd hh:mm"),
            ("text", 13812345678, "13812345678", "@"),
            ("text", True, "是", "@"),
            ("text", "坏\x00\x0b\ud800字", "坏字", "@"),
            ("text", "多" * 40_000, "多" * 32_755 + "……（文字过长，已截断）", "@"),
            ("text", ["甲", "乙"], "['甲', '乙']", "@"),
        ],
    )
    def test_each_kind(self, kind: Any, value: Any, shown: Any, number_format: str) -> None:
        sheet: Sheet[Any] = Sheet("表", [Column("值", lambda row: row, kind)])
        cell = written(sheet, [value])["A2"]
        assert (cell.value, cell.number_format) == (shown, number_format)

    def test_paths_may_name_keys_and_methods(self) -> None:
        sheet: Sheet[Any] = Sheet("表", [Column("一", "person.greeting"), Column("二", "count", "integer")])
        assert values(written(sheet, [{"person": Person("甲"), "count": 2}]))[1] == ["你好，甲", 2]

    def test_two_columns_of_one_name_are_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="same name"):
            Sheet("表", [Column("一", "a.name"), Column("二", "b.name")])


class TestInjection:
    @pytest.mark.parametrize("kind", ["text", "choice", "integer", "date", "month"])
    def test_no_text_becomes_a_formula_in_any_kind_of_column(self, kind: Any) -> None:
        sheet: Sheet[str] = Sheet("=表", [Column("=1+1", lambda row: row, kind, wrap=True)])
        stream = BytesIO()
        sheet.write(
            stream,
            PAYLOADS,
            heading=PAYLOADS,
            footer=PAYLOADS,
            who="=1+1",
            at=AT,
            groups=Groups(key=str, label=str, counts=[]),
        )
        with zipfile.ZipFile(stream) as archive:
            xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in xml and "<f " not in xml and 't="e"' not in xml and 't="b"' not in xml
        cells = [
            cell for row in openpyxl.load_workbook(stream).active.iter_rows() for cell in row if cell.value is not None
        ]
        assert len(cells) >= 3 * len(PAYLOADS)
        for cell in cells:
            assert cell.data_type in ("s", "n")
            if str(cell.value)[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠"):
                assert cell.quotePrefix, cell.value

    def test_a_round_trip_gives_the_original(self) -> None:
        sheet: Sheet[str] = Sheet(
            "表", [Column("值", lambda row: row, key="value", wrap=True), Column("空", lambda row: "x")]
        )
        stream = BytesIO()
        sheet.write(stream, PAYLOADS)
        found = [row["value"] for row in sheet.read(stream).rows]
        folded = {"\t=1+1": "=1+1", "\r=1+1": "=1+1", "\n=1+1": "=1+1"}
        assert found == [folded.get(text, text) for text in PAYLOADS]

    def test_the_watermark_cannot_carry_codes(self) -> None:
        sheet = written(PEOPLE, [], who='&P&N\n&"黑体"' + "长" * 300, at=AT)
        assert "&&P&&N" in zipfile_text(PEOPLE, who="&P&N").replace("&amp;", "&")
        assert len(sheet.oddHeader.right.text) <= 255

    def test_openpyxl_still_has_the_hook_we_stand_on(self) -> None:
        """Were openpyxl's own row builder used, this text would be a formula."""
        plain = openpyxl.Workbook(write_only=True)
        plain.create_sheet().append(["=1+1"])
        stream = BytesIO()
        plain.save(stream)
        assert openpyxl.load_workbook(stream).active["A1"].data_type == "f"
        assert written(PEOPLE, [Person("=1+1")])["A2"].data_type == "s"


def zipfile_text(sheet: Sheet[Any], **options: Any) -> str:
    stream = BytesIO()
    sheet.write(stream, [], **options)
    with zipfile.ZipFile(stream) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


class TestCsv:
    def test_whole_lists_come_plain(self) -> None:
        stream = BytesIO()
        people = [Person("甲", Unit("一,组"), Decimal("-2.5"), date(2011, 6, 20), "f"), Person("乙")]
        assert PEOPLE.write_csv(stream, people) == 2
        assert stream.getvalue().decode("utf-8-sig").split("\r\n") == [
            "姓名,部门,学时,日期,性别",
            '甲,"一,组",-2.5,2011-06-20,女',
            "乙,,,,",
            "",
        ]

    @pytest.mark.parametrize("kind", ["text", "integer", "date"])
    def test_no_cell_begins_like_a_formula(self, kind: Any) -> None:
        sheet: Sheet[str] = Sheet("表", [Column("=值", lambda row: row, kind)])
        stream = BytesIO()
        sheet.write_csv(stream, PAYLOADS)
        cells = [row[0] for row in csv.reader(StringIO(stream.getvalue().decode("utf-8-sig"), newline=""))]
        assert len(cells) == len(PAYLOADS) + 1
        assert [cell for cell in cells if cell[0] in "=+-@\t\r\n＝＋－＠"] == []


class TestPage:
    def test_it_is_ready_to_read_and_print(self) -> None:
        book = opened(
            PEOPLE, [Person("甲")] * 3, heading=["职工名册", "某校"], as_of=date(2011, 6, 20), who="张三", at=AT
        )
        sheet = book.active
        assert [row[0] for row in values(sheet)] == [
            "职工名册",
            "某校",
            "数据截至 2011-06-20",
            "姓名",
            "甲",
            "甲",
            "甲",
        ]
        assert sheet.title == "职工" and sheet.freeze_panes == "A5"
        assert sheet.auto_filter.ref == "A4:E7"
        assert sheet.print_title_rows == "$4:$4"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("9", 1, 0) or (
            str(sheet.page_setup.paperSize), sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight,
        ) == ("9", 1, 0)  # fmt: skip
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.center.text == "第 &P 页 / 共 &N 页"
        assert sheet.oddHeader.right.text == "导出：张三 2011-06-20 14:30"
        assert sheet.column_dimensions["A"].width >= 10
        assert sheet["A4"].font.b and sheet["A1"].font.b
        assert (book.properties.creator, book.properties.title) == ("张三", "职工")

    def test_wide_tables_lie_on_their_side(self) -> None:
        narrow: Sheet[Any] = PEOPLE.only("name", "unit")
        wide: Sheet[Any] = Sheet("宽", [Column(f"列{n}", "name", key=f"k{n}") for n in range(9)])
        assert written(narrow, []).page_setup.orientation == "portrait"
        assert written(wide, []).page_setup.orientation == "landscape"
        assert written(narrow, [], landscape=True).page_setup.orientation == "landscape"

    @pytest.mark.parametrize(
        ("title", "name"), [("a/b[c]:*?", "a b c"), ("", "Sheet"), ("长" * 40, "长" * 31), ("'引'", "引")]
    )
    def test_sheet_names_are_made_legal(self, title: str, name: str) -> None:
        assert written(Sheet(title, PEOPLE.columns), []).title == name

    def test_rows_are_taken_one_by_one(self) -> None:
        taken: list[int] = []

        def people() -> Iterator[Person]:
            for number in range(5):
                taken.append(number)
                yield Person(str(number))

        stream = BytesIO()
        assert PEOPLE.write(stream, people()) == 5
        assert taken == [0, 1, 2, 3, 4]

    def test_an_empty_table_has_its_header(self) -> None:
        sheet = written(PEOPLE, [])
        assert values(sheet) == [["姓名", "部门", "学时", "日期", "性别"]] and sheet.auto_filter.ref is None

    def test_it_writes_to_a_path_too(self, tmp_path: Path) -> None:
        assert PEOPLE.write(tmp_path / "a.xlsx", [Person("甲")]) == 1
        assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == "甲"


class TestGroups:
    ROWS = (
        Person("甲", Unit("一组"), Decimal("1.5"), date(2011, 1, 1)),
        Person("乙", Unit("一组"), Decimal("2"), None),
        Person("丙", Unit("二组"), None, date(2011, 1, 1)),
    )

    def groups(self, **options: Any) -> Groups[Person]:
        return Groups(key=lambda row: row.unit.name if row.unit else "", sums=["hours"], counts=["on"], **options)

    def test_subtotals_are_values(self) -> None:
        sheet = written(PEOPLE, self.ROWS, groups=self.groups(), footer=["注：学时按学年计"])
        assert values(sheet)[1:] == [
            ["甲", "一组", 1.5, datetime(2011, 1, 1), None],
            ["乙", "一组", 2, None, None],
            ["一组小计", None, 3.5, 1, None],
            ["丙", "二组", None, datetime(2011, 1, 1), None],
            ["二组小计", None, 0, 1, None],
            ["合计", None, 3.5, 2, None],
            ["注：学时按学年计", None, None, None, None],
        ]
        assert sheet["A4"].font.b and sheet["C4"].font.b and not sheet["A2"].font.b
        assert sheet.auto_filter.ref == "A1:E6"

    def test_a_grand_total_alone(self) -> None:
        sheet = written(PEOPLE, self.ROWS, groups=Groups(sums=["hours"], total="总计"))
        assert values(sheet)[-1] == ["总计", None, 3.5, None, None] and sheet.max_row == 5

    def test_an_unsorted_table_is_the_callers_mistake(self) -> None:
        before = set(ALL_TEMP_FILES)
        with pytest.raises(ValueError, match="not sorted"):
            PEOPLE.write(BytesIO(), [self.ROWS[0], self.ROWS[2], self.ROWS[1]], groups=self.groups())
        assert set(ALL_TEMP_FILES) == before

    def test_the_label_finds_a_free_column(self) -> None:
        sheet: Sheet[Person] = PEOPLE.only("hours", "name")
        assert values(written(sheet, self.ROWS, groups=Groups(sums=["hours"])))[-1] == [3.5, "合计"]

    def test_subtotals_come_back_as_notes_when_read_again(self) -> None:
        stream = BytesIO()
        PEOPLE.write(stream, self.ROWS, heading=["名册"], groups=self.groups())
        reading = PEOPLE.read(stream)
        assert [row["name"] for row in reading.rows] == ["甲", "乙", "丙"] and reading.ok


class TestManySheets:
    def test_one_file_holds_several(self) -> None:
        stream = BytesIO()
        counts = write_workbook(
            stream,
            [(PEOPLE, [Person("甲")], {"heading": ["一"]}), (PEOPLE, [], {}), (ROSTER, [], {"who": "李四"})],
            title="台账", who="张三", at=AT,
        )  # fmt: skip
        book = openpyxl.load_workbook(stream)
        assert counts == [1, 0, 0] and book.sheetnames == ["职工", "职工（2）", "名册"]
        assert [sheet.oddHeader.right.text[:5] for sheet in book] == ["导出：张三", "导出：张三", "导出：李四"]
        assert book.properties.title == "台账"


class TestListPage:
    def test_cells_are_shown_as_people_write(self) -> None:
        cells = PEOPLE.cells(Person("甲", Unit("一组"), Decimal("2.50"), AT, "m"))
        assert [cell.text for cell in cells] == ["甲", "一组", "2.50", "2011-06-20 14:30", "男"]
        assert [cell.is_number for cell in cells] == [False, False, True, False, False]
        assert PEOPLE.headers == ["姓名", "部门", "学时", "日期", "性别"]

    @pytest.mark.parametrize(
        ("kind", "value", "text"),
        [
            ("date", None, ""),
            ("date", date(2011, 6, 20), "2011-06-20"),
            ("month", date(2011, 6, 20), "2011-06"),
            ("month", PartialDate(date(1983, 10, 1), "month"), "1983年10月"),
            ("percent", Decimal("0.855"), "85.5%"),
            ("text", False, "否"),
            ("integer", 0, "0"),
        ],
    )
    def test_each_kind(self, kind: Any, value: Any, text: str) -> None:
        sheet: Sheet[Any] = Sheet("表", [Column("值", lambda row: row, kind)])
        assert sheet.cells(value)[0].text == text


class TestTemplate:
    def template(self, **options: Any) -> BytesIO:
        stream = BytesIO()
        ROSTER.template(stream, **options)
        return stream

    def test_filled_in_it_reads_back_without_a_word_of_complaint(self) -> None:
        book = openpyxl.load_workbook(self.template(heading=["某校"], choices={"unit": UNITS}))
        sheet = book.active
        sheet.append(
            [1, "甲", "男", "1983-10", None, None, "2005-09-16", None, UNITS[0], None, None, "正式党员", "a@b.cn"]
        )
        stream = BytesIO()
        book.save(stream)
        reading = ROSTER.read(stream, context=UNITS)
        assert {problem.level for problem in reading.problems} == {"note"}
        assert reading.rows[0]["joined"] == date(2005, 9, 16) and reading.rows[0]["unit"] == UNITS[0]

    def test_it_offers_choices_and_explains(self) -> None:
        sheet = openpyxl.load_workbook(self.template(choices={"unit": [f"第{n}部门" for n in range(90)]})).active
        rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
        assert rules["C4"].formula1 == '"男,女"' and rules["C4"].showErrorMessage
        assert rules["I4"].formula1 == "'可选项'!$B$1:$B$90" and not rules["I4"].showErrorMessage
        assert sheet["B3"].value == "姓名 *" and "必填" in sheet["B3"].comment.text
        assert "1983-10" in sheet["D3"].comment.text
        assert sheet.freeze_panes == "A4" and sheet.column_dimensions["B"].number_format == "@"


class TestBadRowsBack:
    def annotated(self) -> BytesIO:
        with (DATA / "roster-messy.xlsx").open("rb") as stream:
            reading = ROSTER.read(stream, context=UNITS)
            reading.add(next(row for row in reading.rows if row.number == 66), "", "与第 8 行重复", "warning")
            return BytesIO(ROSTER.annotated(stream, reading.problems))

    def test_only_bad_rows_come_back_coloured_and_explained(self) -> None:
        sheet = openpyxl.load_workbook(self.annotated()).active
        assert sheet.title == "Sheet1" and sheet.max_row == 2 + 6
        notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
        assert notes == {
            "A3": "原第 66 行\n提醒：与第 8 行重复",
            "I4": "原第 67 行\n错误：没有叫“对外联络党支部”的部门",
            "B5": "原第 68 行\n错误：必填，不能为空",
            "G6": "原第 69 行\n错误：“2013-02-30”不是真实存在的日期，请核对",
            "G7": "原第 70 行\n错误：是公式（=TODAY()），结果不确定，请直接填写内容",
            "M8": "原第 71 行\n错误：“不是邮箱”不是电子邮箱地址",
        }
        assert sheet["G6"].fill.fgColor.rgb.endswith("F8C9C4") and sheet["A3"].fill.fgColor.rgb.endswith("FBE7B2")
        assert sheet["B6"].fill.fill_type is None
        assert (sheet["G6"].value, sheet["D6"].value, sheet["D6"].number_format) == (
            "2013-02-30",
            datetime(1981, 10, 5),
            "yyyy-mm-dd",
        )
        assert sheet["G7"].value == "#N/A"

    def test_unrepaired_it_is_refused_again_in_the_same_places(self) -> None:
        reading = ROSTER.read(self.annotated(), context=UNITS)
        assert [(problem.row, problem.column) for problem in reading.errors] == [
            (4, "I"),
            (5, "B"),
            (6, "G"),
            (7, "G"),
            (8, "M"),
        ]

    def test_repaired_it_is_taken(self) -> None:
        book = openpyxl.load_workbook(self.annotated())
        sheet = book.active
        for place, value in {
            "I4": UNITS[0],
            "B5": "测五",
            "G6": "2013-02-28",
            "G7": datetime(1981, 4, 24),
            "M8": "a@b.cn",
        }.items():
            sheet[place].value = value
        stream = BytesIO()
        book.save(stream)
        reading = ROSTER.read(stream, context=UNITS)
        assert reading.ok and len(reading.rows) == 6


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.process
def test_libreoffice_opens_what_we_write_and_we_read_what_it_writes(tmp_path: Path) -> None:
    with (DATA / "roster-clean.xlsx").open("rb") as stream:
        rows = [row.values for row in ROSTER.read(stream, context=UNITS).rows]
    ROSTER.write(tmp_path / "in.xlsx", rows, heading=["名册"], groups=Groups(counts=["name"]), who="张三", at=AT)
    (tmp_path / "out").mkdir()
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "in.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    with (tmp_path / "out" / "in.xlsx").open("rb") as stream:
        reading = ROSTER.read(stream, context=UNITS)
    assert reading.errors == [] and [row.values for row in reading.rows] == rows


def test_columns_for_the_screen_stay_off_the_paper() -> None:
    sheet: Sheet[SimpleNamespace] = Sheet("表", [Column("姓名", "name"), Column("备注", "note", printed=False)])
    stream = BytesIO()
    sheet.write(
        stream,
        [SimpleNamespace(name="甲", note="长"), SimpleNamespace(name="乙", note="")],
        heading=["标题"],
        footer=["注"],
    )
    assert openpyxl.load_workbook(stream)["表"].print_area == "'表'!$A$1:$A$5"


def test_a_row_is_as_high_as_its_longest_wrapped_text() -> None:
    sheet: Sheet[SimpleNamespace] = Sheet(
        "表", [Column("内容", "text", wrap=True, width=20), Column("名", "name", width=4)]
    )
    stream = BytesIO()
    texts = ["短", "一二三四五六七八九十一二三四五六七八九十", "甲\n乙\n丙"]
    sheet.write(stream, [SimpleNamespace(text=text, name="很长也不折行的名字") for text in texts])
    rows = openpyxl.load_workbook(stream)["表"].row_dimensions
    assert [rows[number].height for number in (1, 2, 3, 4)] == [None, None, 48, 48]


def test_a_long_text_off_the_paper_does_not_tear_the_printed_rows_apart() -> None:
    sheet: Sheet[SimpleNamespace] = Sheet(
        "表", [Column("姓名", "name"), Column("做法", "text", wrap=True, width=20, printed=False)]
    )
    stream = BytesIO()
    sheet.write(stream, [SimpleNamespace(name="甲", text="长" * 200)])
    assert openpyxl.load_workbook(stream)["表"].row_dimensions[2].height is None


def test_the_header_is_as_high_as_its_longest_heading() -> None:
    sheet: Sheet[SimpleNamespace] = Sheet(
        "表", [Column("2011年春对照检查", "text", width=9), Column("名", "name", width=6)]
    )
    stream = BytesIO()
    sheet.write(stream, [SimpleNamespace(text="有", name="甲")], heading=["标题"])
    rows = openpyxl.load_workbook(stream)["表"].row_dimensions
    assert [rows[number].height for number in (1, 2, 3)] == [None, 48, None]
