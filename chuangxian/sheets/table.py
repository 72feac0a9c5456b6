"""Sheet: the table as one object, so that page, export, template and import agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Generic, TypeVar

from openpyxl import Workbook

from . import annotate, reading, writing
from .charts import Chart
from .columns import Cell, Column, shown
from .problems import Problem
from .reading import Reading
from .writing import Groups, Target

T = TypeVar("T")


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """A title and its columns. `T` is the row object of pages and exports; imports give ParsedRow."""

    title: str
    columns: Sequence[Column[T]]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"two columns of “{self.title}” have the same name: {names}")

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def column(self, name: str) -> Column[T]:
        return next(column for column in self.columns if column.name == name)

    def only(self, *names: str, title: str = "") -> "Sheet[T]":
        """The same table with some of its columns, in the order named."""
        return Sheet(title or self.title, [self.column(name) for name in names])

    def cells(self, row: T) -> list[Cell]:
        """One row of a list page."""
        values = [(column, column.value(row)) for column in self.columns]
        return [Cell(column, value, shown(column, value)) for column, value in values]

    def write(
        self,
        target: Target,
        rows: Iterable[T],
        *,
        heading: Sequence[str] = (),
        groups: Groups[T] | None = None,
        footer: Sequence[str] = (),
        as_of: date | None = None,
        who: str = "",
        at: datetime | None = None,
        landscape: bool | None = None,
        charts: Sequence[Chart] = (),
    ) -> int:
        """Write an .xlsx and return the number of rows. `rows` is taken one by one: memory stays flat.

        heading: lines above the header, the first as title. footer: lines below. as_of: the day the data stands for.
        who, at: the watermark in the page header. landscape: by width when None. charts: bars under the table, where it has no subtotals.
        """
        return writing.write(
            target, self.title, self.columns, rows,
            heading=heading, groups=groups, footer=footer, as_of=as_of, who=who, at=at, landscape=landscape, charts=charts,
        )  # fmt: skip

    def write_csv(self, target: IO[bytes], rows: Iterable[T]) -> int:
        """Write a plain CSV (UTF-8 with mark, as Excel expects it) for whole-list dumps; returns the number of rows."""
        return writing.write_csv(target, self.columns, rows)

    def template(
        self, target: Target, *, heading: Sequence[str] = (), choices: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Write an empty workbook to fill in and import."""
        annotate.template(target, self.title, self.columns, heading=heading, choices=choices)

    def write_to_change(
        self,
        target: Target,
        rows: Iterable[T],
        *,
        heading: Sequence[str] = (),
        choices: Mapping[str, Sequence[str]] | None = None,
        who: str = "",
        at: datetime | None = None,
    ) -> int:
        """Write the rows into a workbook to be changed and imported again; returns their number."""
        return annotate.template(
            target, self.title, self.columns, rows=rows, heading=heading, choices=choices, who=who, at=at
        )

    def read(self, stream: IO[bytes], *, context: Any = None, name: str = "") -> Reading[T]:
        """Read an uploaded workbook. `context` goes to the columns' `parse`; `name` is the file's. Raises Unreadable."""
        return reading.read(self.columns, stream, context=context, name=name)

    def annotated(self, original: IO[bytes], problems: Sequence[Problem]) -> bytes:
        """The rows with problems as an .xlsx with notes in the cells, ready to be repaired and imported again."""
        return annotate.annotated(self.columns, self.title, original, problems)


def write_workbook(
    target: Target,
    sheets: Sequence[tuple[Sheet[Any], Iterable[Any], Mapping[str, Any]]],
    *,
    title: str = "",
    who: str = "",
    at: datetime | None = None,
) -> list[int]:
    """Several sheets in one file: (sheet, rows, options of Sheet.write). Returns the number of rows of each."""
    book = Workbook(write_only=True)
    writing.describe(book, title or sheets[0][0].title, who, at)
    with writing.abandoned(book):
        counts = [
            writing.add_sheet(book, sheet.title, sheet.columns, rows, **{"who": who, "at": at, **options})
            for sheet, rows, options in sheets
        ]
        book.save(target)
    return counts
