"""From the bytes of a file to checked entries."""

import re
import tomllib
from difflib import get_close_matches
from typing import Any

from schedule.plan_file.checks import check
from schedule.plan_file.entries import Entry, Plan, PlanProblems, Problem, twice
from schedule.plan_file.positions import Place, line_numbers
from schedule.plan_file.shape import CAMPAIGN, SCORING, TABLES, Field, Table
from schedule.plan_file.values import VALUES, Wrong, empty

_WHERE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
# what tomllib says, and what a reader of the file understands
_SYNTAX = (
    ("Cannot overwrite a value", "同一个名称写了两次"),
    ("Cannot declare", "同一节写了两次（可以重复的节要用双方括号，如 [[phases]]）"),
    ("Cannot mutate immutable namespace", "这一节已经写完，不能再往里加"),
    ("Unterminated string", "引号没有配对"),
    ("Expected '=' after a key", "名称后面缺少等号"),
    ("Invalid value", "等号后面的值写法不对（文字要加引号）"),
    ("Invalid date or datetime", "日期不存在"),
    ("Invalid statement", "这一行不是“名称 = 值”，也不是 [节]"),
    ("Illegal character", "有不能出现的字符，文字跨行时要用三个引号"),
    ("Expected newline or end of document", "一个值后面还有多余的内容"),
    ("Unclosed array", "方括号没有配对"),
    ("Unclosed inline table", "花括号没有配对"),
    ("Expected ']'", "方括号没有配对"),
    ("Unescaped '\\' in a string", "文字里的反斜杠要写成两个"),
)


def read_plan(content: bytes) -> Plan:
    """Read and check a plan file. Raises `PlanProblems` with everything that is wrong with it."""
    text = _decoded(content)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise PlanProblems([_syntax_problem(str(wrong), text)]) from wrong
    reader = _Reader(line_numbers(text))
    plan = reader.plan(data)
    if plan:
        reader.problems.extend(check(plan))
    if reader.problems or not plan:
        raise PlanProblems(reader.problems)
    return plan


def _decoded(content: bytes) -> str:
    try:
        # as tomllib does: line ends are one character
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise PlanProblems([Problem(line, "文件不是 UTF-8 编码，请另存为 UTF-8 后再试。")]) from wrong


def _syntax_problem(said: str, text: str) -> Problem:
    where = _WHERE.search(said)
    line = int(where[1]) if where and where[1] else len(text.rstrip().splitlines()) or 1
    known = next((sentence for start, sentence in _SYNTAX if start in said), None)
    return Problem(line, f"{known}。" if known else f"写法不合 TOML 规则（{_WHERE.sub('', said).strip()}）。")


class _Reader:
    """Turns loaded data into entries; notes every problem and goes on."""

    def __init__(self, lines: dict[Place, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def plan(self, data: dict[str, Any]) -> Plan | None:
        known = [CAMPAIGN.name, SCORING.name, *(table.name for table in TABLES)]
        for name in data:
            if name not in known:
                self.unknown((name,), name, "文件里", known)
        campaign = self.one(CAMPAIGN, (CAMPAIGN.name,), data)
        tables = {table.name: self.many(table, (table.name,), data, 1) for table in TABLES}
        scoring = self.one(SCORING, (SCORING.name,), data)
        return Plan(campaign, tables, scoring) if campaign else None

    def one(self, table: Table, place: Place, data: dict[str, Any]) -> Entry | None:
        if table.name not in data and not table.required:
            return None
        if table.name not in data:
            self.problem(1, f"缺少 [{table.name}]（{table.label}）一节")
            return None
        if not isinstance(data[table.name], dict):
            self.problem(self.lines[place], f"“{table.label}”只有一个，要写成 [{table.name}]")
            return None
        return self.entry(table, place, data[table.name])

    def many(self, table: Table, place: Place, data: dict[str, Any], line: int) -> list[Entry]:
        rows = data.get(table.name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.problem(self.lines[place], f"“{table.label}”可以有多条，每条要写成 {_header(place)}")
            return []
        if not rows and table.required:
            self.problem(line, f"缺少“{table.label}”，至少要有一条 {_header(place)}")
        entries = [self.entry(table, (*place, index), row) for index, row in enumerate(rows)]
        self.refuse_twice(entries)
        return entries

    def entry(self, table: Table, place: Place, data: dict[str, Any]) -> Entry:
        entry = Entry(table, place, self.lines[place])
        names = [field.name for field in table.fields] + [child.name for child in table.children]
        for name in data:
            if name not in names:
                self.unknown((*place, name), name, _header(place), names)
        for field_ in table.fields:
            if field_.name in data:
                entry.lines[field_.name] = self.lines[(*place, field_.name)]
                entry.values |= self.value(field_, data[field_.name], entry.lines[field_.name])
            else:
                if field_.required:
                    self.problem(entry.line, f"{_header(place)} 缺少“{field_.name}”（{field_.label}）")
                entry.values |= empty(field_)
        for child in table.children:
            entry.children[child.name] = self.many(child, (*place, child.name), data, entry.line)
        return entry

    def value(self, field_: Field, given: Any, line: int) -> dict[str, Any]:
        try:
            return VALUES[field_.kind](field_, given)
        except Wrong as wrong:
            self.problem(line, f"“{field_.name}”（{field_.label}）{wrong}")
            return {}

    def refuse_twice(self, entries: list[Entry]) -> None:
        first: dict[str, Entry] = {}
        for entry in entries:
            if entry.key and entry.key in first:
                self.problems.append(twice(entry, first[entry.key]))
            first.setdefault(entry.key, entry)

    def unknown(self, place: Place, name: str, where: str, known: list[str]) -> None:
        near = get_close_matches(name, known, n=1, cutoff=0.6)
        self.problem(self.lines[place], f"{where} 不认识“{name}”" + (f"，是不是想写“{near[0]}”" if near else ""))

    def problem(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(line, f"{sentence}。"))


def _header(place: Place) -> str:
    names = ".".join(part for part in place if isinstance(part, str))
    return f"[{names}]" if names in (CAMPAIGN.name, SCORING.name) else f"[[{names}]]"
