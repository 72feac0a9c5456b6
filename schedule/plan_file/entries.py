"""A plan as read: rows with the lines they stand on, and the problems found."""

from dataclasses import dataclass, field
from typing import Any

from schedule.plan_file.positions import Place
from schedule.plan_file.shape import Table


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong and where; the line counts from 1."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.sentence}"


class PlanProblems(Exception):
    """The file cannot be loaded; carries all problems, in the order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Entry:
    """One row of the file: what the model's fields become (references still as keys), and the rows inside it."""

    table: Table
    place: Place
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    children: dict[str, list["Entry"]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The fixed name; empty when the file gives none that can be used."""
        return str(self.values.get("key", ""))

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return str(self.values.get("title") or self.values.get("label") or self.key)

    def line_of(self, name: str) -> int:
        """Return the line of a field, or of the row where the field is missing."""
        return self.lines.get(name, self.line)


@dataclass
class Plan:
    """A whole plan, checked."""

    campaign: Entry
    tables: dict[str, list[Entry]]
    scoring: Entry | None = None

    def rows(self, name: str) -> list[Entry]:
        """Return the rows of a top-level table, in the order of the file."""
        return self.tables.get(name, [])

    def all_semesters(self) -> list[Entry]:
        """Return the semesters of all school years, in the order of the file."""
        return [semester for year in self.rows("school_years") for semester in year.children.get("semesters", [])]

    def all_standards(self) -> list[Entry]:
        """Return the standards of all sets."""
        return [standard for row in self.rows("standard_sets") for standard in row.children.get("standards", [])]


def twice(entry: Entry, first: Entry) -> Problem:
    """Say that a key stands twice."""
    line = first.line_of("key")
    return Problem(entry.line_of("key"), f"{entry.table.label}的代号“{entry.key}”写了两次，第 {line} 行已经有了。")
