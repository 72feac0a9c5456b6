"""The coverage board as a workbook: a row a subject, three columns a semester, and the names of who is missing."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from chuangxian.sheets import Chart, Column, Groups, Sheet
from reviews.queries.coverage import DUTIES, Board, Line, Term

SheetPart = tuple[Sheet[Any], Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing cell, by name."""

    line: Line
    semester: str
    duty: str
    reason: str


def _word(line: Line, term: int, duty: int) -> str:
    return line.semesters[term][duty].word


def board_sheet(board: Board) -> Sheet[Line]:
    """Return the table of this board's semesters."""
    columns: list[Column[Line]] = [
        Column("党组织", "subject.organization.name", key="organization", width=18, wrap=True),
        Column("对象", lambda line: str(line.subject), key="subject", width=12),
    ]
    for number, term in enumerate(board.terms):
        for place, (duty, label) in enumerate(DUTIES):
            columns.append(
                Column(
                    f"{term.semester.short_label}{label}",
                    partial(_word, term=number, duty=place),
                    key=f"{number}-{duty}",
                    width=9,
                    wrap=True,
                )
            )
    columns.append(Column("缺项", "gaps", "integer", width=7))
    return Sheet("覆盖情况", columns)


def _asked(term: Term, duty: str) -> int:
    return term.counts[duty].asked


def _done(term: Term, duty: str) -> int:
    return term.counts[duty].done


def _share(term: Term, duty: str) -> float | None:
    count = term.counts[duty]
    return count.done / count.asked if count.asked else None


TERMS: Sheet[Term] = Sheet(
    "各学期完成率",
    [
        Column("学期", "semester.short_label", key="semester", width=14),
        *(
            column
            for duty, label in DUTIES
            for column in (
                Column(f"应{label}", partial(_asked, duty=duty), "integer", key=f"{duty}-asked", width=12),
                Column(f"已{label}", partial(_done, duty=duty), "integer", key=f"{duty}-done", width=12),
                Column(f"{label}完成率", partial(_share, duty=duty), "percent", key=f"{duty}-share", width=14),
            )
        ),
    ],
)
TERM_CHART = Chart("各学期承诺、对照检查、点评完成率", "semester", [f"{duty}-share" for duty, _ in DUTIES])

GAPS: Sheet[Gap] = Sheet(
    "缺项名单",
    [
        Column("党组织", "line.subject.organization.name", key="organization", width=22),
        Column("对象", lambda gap: str(gap.line.subject), key="subject", width=14),
        Column("学期", "semester", width=14),
        Column("缺少", "duty", width=12),
        Column("原因", "reason", width=40, wrap=True),
    ],
)


def gaps_of(board: Board) -> list[Gap]:
    """Return every missing cell, subject by subject."""
    return [
        Gap(line, term.semester.short_label, cell.label, cell.reason)
        for line in board.lines
        for term, cells in zip(board.terms, line.semesters, strict=True)
        for cell in cells
        if cell.missing
    ]


def coverage_parts(board: Board, *, on: date) -> list[SheetPart]:
    """Return the workbook of a board."""
    groups: Groups[Line] = Groups(
        key=lambda line: line.subject.organization.name, label=lambda key: str(key), sums=["gaps"]
    )
    heading = f"{board.unit}承诺、对照检查、点评覆盖情况"
    return [
        (board_sheet(board), board.lines, {"heading": [heading], "groups": groups, "as_of": on}),
        (TERMS, board.terms, {"heading": [f"{heading}：各学期完成率"], "as_of": on, "charts": [TERM_CHART]}),
        (GAPS, gaps_of(board), {"heading": [f"{heading}：缺项名单"], "as_of": on}),
    ]
