"""From a workbook to rows and problems. Every filled cell ends in a value or in a problem."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, TypeVar

from openpyxl.utils import get_column_letter

from . import cells, guard
from .cells import Grid, Range, RawCell, RawRow, Workbook
from .columns import Column
from .parse import clip, folded, read_value, tidy
from .problems import BadCell, Level, Problem, Unreadable

T = TypeVar("T")

MAX_PROBLEMS = 50_000
OPTIONS_SHEET = "可选项"  # the hidden sheet our own templates carry
TOTAL = re.compile(r".{0,40}(合计|总计|小计|共计|累计|合计数)[:：]?")
MARKS = re.compile(r"[*:]|\((必填|选填|可不填)\)")
TALLY = re.compile(r"[共计约]?[\d.,，%]+[人名个项条次份元页行]?|[-—/]")
REMARK = re.compile(
    r"(注|备注|说明|填表说明|填表人|填报人|制表人?|审核人?|负责人|经办人|填表日期|填报日期|制表日期|单位盖章|盖章|签名|联系电话)(\(.*?\))?[:：].*",
    re.S,
)


@dataclass
class ParsedRow:
    """One data row: `number` as in Excel, `values` by column name (None where empty or refused)."""

    number: int
    values: dict[str, Any]
    hidden: bool = False
    failed: set[str] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        return not self.failed

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass
class Reading(Generic[T]):
    """What was found. `rows` holds every data row, also those with refused cells (`row.ok` tells)."""

    sheet: str = ""
    header_row: int = 0
    rows: list[ParsedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)  # column name → (letter, header as written)
    columns: dict[str, Column[Any]] = field(default_factory=dict)  # column name → the columns found in the file

    @property
    def ok(self) -> bool:
        return not any(problem.level == "error" for problem in self.problems)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def good_rows(self) -> list[ParsedRow]:
        return [row for row in self.rows if row.ok]

    def add(self, row: ParsedRow | int, column: str, message: str, level: Level = "error") -> None:
        """Report a problem the caller found (a duplicate, an unknown name). `column`: its name, "" for the whole row."""
        letter, header = self.places.get(column, ("", ""))
        number = row if isinstance(row, int) else row.number
        self.report(number, letter, header, message, level)
        if isinstance(row, ParsedRow) and level == "error":
            row.failed.add(column)

    def report(self, row: int, letter: str, header: str, message: str, level: Level = "error") -> None:
        if len(self.problems) >= MAX_PROBLEMS:
            raise Unreadable(f"问题超过 {MAX_PROBLEMS} 处，请先核对各列是否与模板一致。")
        self.problems.append(Problem(self.sheet, row, letter, header, message, level))

    def sort(self) -> None:
        """Whole-sheet problems first, then by row and column."""
        self.problems.sort(key=lambda problem: (problem.row, len(problem.column), problem.column))


@dataclass(frozen=True)
class Header:
    """A header row found: `last` is its lower line where it has two."""

    row: int
    last: int
    columns: dict[int, Column[Any]]  # sheet column → our column
    written: dict[int, str]  # sheet column → header as written
    doubled: dict[str, list[int]]

    @property
    def score(self) -> int:
        return len({column.name for column in self.columns.values()})


def read(columns: Sequence[Column[Any]], stream: IO[bytes], *, context: Any = None, name: str = "") -> Reading[Any]:
    """Read the sheet that has the columns' headers. Unreadable when the file is none or is hostile."""
    book = cells.load(guard.check(stream, name))
    reading: Reading[Any] = Reading()
    grid, header = choose(book, columns, reading)
    if grid is None or header is None:
        wanted = "、".join(column.header for column in columns)
        reading.report(0, "", "", f"没有找到表头。表头应含有这些列：{wanted}")
        return reading
    reading.header_row = header.last
    check_header(reading, columns, header, grid)
    missing = [column.header for column in columns if column.required and column not in header.columns.values()]
    if missing:
        reading.report(0, "", "", f"缺少必需的列：{'、'.join(missing)}。整张表没有导入")
        reading.sort()
        return reading
    read_rows(reading, book, grid, header, context)
    report_merged(reading, grid, header)
    reading.sort()
    return reading


def choose(book: Workbook, columns: Sequence[Column[Any]], reading: Reading[Any]) -> tuple[Grid | None, Header | None]:
    """The visible sheet with most of the headers; every other sheet is reported."""
    best: tuple[Grid, Header] | None = None
    heads: list[tuple[Grid, Header | None]] = []
    for info in book.sheets:
        grid = book.grid(info, head=len(book.sheets) > 1)
        header = find_header(grid, columns)
        heads.append((grid, header))
        if header and not info.hidden and (best is None or header.score > best[1].score):
            best = (grid, header)
    chosen = best[0].info if best else None
    reading.sheet = chosen.title if chosen else book.sheets[0].title
    required = {column.name for column in columns if column.required}
    for grid, header in heads:
        info = grid.info
        if info is chosen or info.title == OPTIONS_SHEET or (not grid.rows and not info.hidden):
            continue
        same = header is not None and required <= {column.name for column in header.columns.values()}
        has_data = header is not None and (not grid.complete or any(row.number > header.last for row in grid.rows))
        level: Level = "warning" if grid.rows else "note"
        if info.hidden:
            message = "隐藏的工作表没有读取" + (
                "，它有同样的表头和数据；如需导入请取消隐藏" if same and has_data else ""
            )
        elif chosen is None:
            continue
        elif same and has_data:
            level = "error"
            message = (
                f"工作表没有读取，但它有同样的表头和数据；一次只导入一张表，请把数据合并到“{reading.sheet}”或分开上传"
            )
        else:
            message = "工作表没有读取"
        reading.problems.append(Problem(info.title, 0, "", "", message, level))
    if best is None or chosen is None:
        return None, None
    grid = best[0] if best[0].complete else book.grid(chosen)
    return grid, find_header(grid, columns)


def find_header(grid: Grid, columns: Sequence[Column[Any]]) -> Header | None:
    """The row among the first ones that names most columns; at least two, and half of the required ones."""
    best: Header | None = None
    rows = list(grid.rows)[: cells.HEAD_ROWS]
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) and rows[index + 1].number == row.number + 1 else None
        header = match_header(row, below, grid.merged, columns)
        if best is None or header.score > best.score:
            best = header
    required = [column for column in columns if column.required]
    if best is None or best.score < min(2, len(columns)):
        return None
    found = sum(column in best.columns.values() for column in required)
    return best if 2 * found >= len(required) else None


def header_key(text: str) -> str:
    """A header for comparing: without the mark of a required column."""
    return MARKS.sub("", folded(text))


def match_header(row: RawRow, below: RawRow | None, merged: Sequence[Range], columns: Sequence[Column[Any]]) -> Header:
    names = {header_key(label): column for column in columns for label in (column.header, *column.aliases)}
    top = {cell.column: tidy(cell.text) for cell in row.cells if cell.kind == "text"}
    spans = [area for area in merged if area.top == row.number]
    two_lines = below is not None and any(area.bottom == row.number + 1 for area in spans)
    under = {cell.column: tidy(cell.text) for cell in below.cells if cell.kind == "text"} if two_lines and below else {}
    for area in spans if two_lines else ():
        for place in range(area.left + 1, area.right + 1):
            top.setdefault(place, top.get(area.left, ""))
    found: dict[int, Column[Any]] = {}
    written: dict[int, str] = {}
    for place in sorted(top.keys() | under.keys()):
        upper, lower = top.get(place, ""), under.get(place, "")
        for label in (upper + lower, lower, upper):
            if label and header_key(label) in names:
                found[place] = names[header_key(label)]
                written[place] = label
                break
        else:
            written[place] = upper + lower
    places: dict[str, list[int]] = {}
    for place, column in found.items():
        places.setdefault(column.name, []).append(place)
    doubled = {name: where for name, where in places.items() if len(where) > 1}
    return Header(row.number, row.number + 1 if two_lines else row.number, found, written, doubled)


def check_header(reading: Reading[Any], columns: Sequence[Column[Any]], header: Header, grid: Grid) -> None:
    """Report what the header says about the columns, and take out those that cannot be used."""
    for name, places in header.doubled.items():
        letters = "、".join(get_column_letter(place) for place in places)
        title = header.columns[places[0]].header
        reading.report(0, "", "", f"“{title}”出现了 {len(places)} 次（{letters} 列），不知以哪一列为准，这几列没有读取")
        for place in places:
            del header.columns[place]
        reading.places.pop(name, None)
    for place, column in header.columns.items():
        reading.places[column.name] = (get_column_letter(place), header.written[place])
        reading.columns[column.name] = column
    for row in grid.rows:
        if row.number < header.row:
            text = " ".join(tidy(cell.text) for cell in row.cells)
            reading.report(row.number, "", "", f"表头上方的文字，不是数据：{clip(text)}", "note")
    for left, right in grid.hidden_columns:
        for place in range(left, min(right, cells.MAX_COLUMNS) + 1):
            if place in header.columns:
                reading.report(
                    0, get_column_letter(place), header.columns[place].header, "是隐藏的列，已照常读取", "note"
                )
    report_unknown(reading, header, grid)


def report_unknown(reading: Reading[Any], header: Header, grid: Grid) -> None:
    filled: dict[int, list[int]] = {place: [] for place in header.written if place not in header.columns}
    for row in grid.rows:
        if row.number <= header.last:
            continue
        for cell in row.cells:
            if cell.column not in header.columns:
                filled.setdefault(cell.column, []).append(row.number)
    used = {place for places in header.doubled.values() for place in places}
    for place, rows in sorted(filled.items()):
        if place in used:
            continue
        letter, title = get_column_letter(place), header.written.get(place, "")
        if title and rows:
            reading.report(
                0, letter, title, f"不认识这一列，其中 {len(rows)} 个单元格没有导入（从第 {rows[0]} 行起）", "warning"
            )
        elif title:
            reading.report(0, letter, title, "不认识这一列（列内没有数据）", "note")
        else:
            reading.report(
                0, letter, "", f"没有表头，其中 {len(rows)} 个单元格没有导入（从第 {rows[0]} 行起）", "warning"
            )


def read_rows(reading: Reading[Any], book: Workbook, grid: Grid, header: Header, context: Any) -> None:
    columns = header.columns
    required = [(place, column) for place, column in columns.items() if column.required]
    names = [column.name for column in columns.values()]
    epoch = book.epoch_1904
    rows = grid.rows
    while rows:
        raw = rows.popleft()
        if raw.number <= header.last:
            continue
        known = [cell for cell in raw.cells if cell.column in columns]
        if not known and not aside(raw.cells):
            # nothing in our columns: what stands elsewhere is counted under the unknown column
            continue
        if reason := not_data(raw, header, required):
            reading.report(
                raw.number,
                "",
                "",
                f"{reason}，没有导入：{clip(' '.join(tidy(cell.text) for cell in raw.cells))}",
                "note",
            )
            continue
        row = ParsedRow(raw.number, dict.fromkeys(names), raw.hidden)
        for cell in known:
            column = columns[cell.column]
            try:
                value = read_value(column, cell, book.format(cell), epoch_1904=epoch)
                if value is not None and column.parse:
                    value = column.parse(value, context)
                row.values[column.name] = value
            except BadCell as error:
                reading.add(row, column.name, error.message)
        for _, column in required:
            if row.values[column.name] is None and column.name not in row.failed:
                reading.add(row, column.name, "必填，不能为空")
        if raw.hidden:
            reading.report(raw.number, "", "", "是隐藏的行，已照常读取", "note")
        reading.rows.append(row)


def aside(raw: Iterable[RawCell]) -> bool:
    return any(TOTAL.fullmatch(folded(cell.text)) or REMARK.fullmatch(folded(cell.text)) for cell in raw)


def not_data(raw: RawRow, header: Header, required: Sequence[tuple[int, Column[Any]]]) -> str:
    """Why a row is no record: a total, a remark under the table, a repeated header. "" when it is one."""
    texts = [(cell, folded(cell.text)) for cell in raw.cells]
    first = texts[0][1]
    if any(TOTAL.fullmatch(text) for cell, text in texts if cell.kind == "text"):
        rest = [text for cell, text in texts if cell.kind not in ("formula", "number") and not TOTAL.fullmatch(text)]
        if all(TALLY.fullmatch(text) for text in rest):
            return "是合计行，不是数据"
    if texts[0][0].kind == "text" and REMARK.fullmatch(first):
        others = {cell.column for cell, _ in texts[1:]}
        if not any(place in others for place, _ in required):
            return "是表后的说明，不是数据"
    same = sum(folded(header.written.get(cell.column, "")) == text for cell, text in texts)
    if same >= 2 and same == len(texts):
        return "是重复的表头"
    return ""


def report_merged(reading: Reading[Any], grid: Grid, header: Header) -> None:
    """Merged cells hide to which row a value belongs: the covered cells are refused, and both ends of a wide one."""
    by_number = {row.number: row for row in reading.rows}
    covered: dict[tuple[int, str], Range] = {}
    for merged in grid.merged:
        if merged.bottom <= header.last:
            continue
        wide = merged.right > merged.left
        for number in range(max(merged.top, header.last + 1), min(merged.bottom, cells.MAX_ROWS + cells.HEAD_ROWS) + 1):
            row = by_number.get(number)
            if row is None or (number == merged.top and not wide):
                continue
            for place in range(merged.left, min(merged.right, cells.MAX_COLUMNS) + 1):
                if place in header.columns:
                    covered[number, header.columns[place].name] = merged
    if not covered:
        return
    letters = {(number, reading.places[name][0]) for number, name in covered}
    reading.problems = [p for p in reading.problems if (p.row, p.column) not in letters or p.level != "error"]
    for (number, name), merged in covered.items():
        row = by_number[number]
        row.values[name] = None
        reading.add(row, name, f"是合并单元格（{merged.name}），不能确定属于哪一行哪一列，请取消合并后逐格填写")
