"""A table said once: its columns, what stands in them and how they are read and shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from django.utils import timezone

T = TypeVar("T")

Kind = Literal["text", "integer", "decimal", "date", "month", "datetime", "percent", "choice"]
Precision = Literal["day", "month", "year"]

NUMBER_FORMATS: dict[str, str] = {
    "integer": "0",
    "decimal": "0.##",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "datetime": "yyyy-mm-dd hh:mm",
    "percent": "0.0%",
}
WIDTHS: dict[str, float] = {
    "text": 14,
    "integer": 8,
    "decimal": 10,
    "date": 12,
    "month": 10,
    "datetime": 17,
    "percent": 9,
    "choice": 12,
}


def text_width(text: str) -> int:
    """Width of a line in Excel's characters: a Chinese one takes two."""
    return sum(2 if ord(char) > 255 else 1 for char in text)


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as exactly as the source knows it: 1983年10月 is (1983-10-01, "month")."""

    date: date
    precision: Precision = "day"

    def __str__(self) -> str:
        if self.precision == "year":
            return f"{self.date.year}年"
        if self.precision == "month":
            return f"{self.date.year}年{self.date.month}月"
        return self.date.isoformat()


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: `header`, where the value comes from, and its kind.

    get: an attribute path ("branch.name"; mappings and methods without arguments work too) or a function of the row.
    key: the name of the value in a ParsedRow; by default the last part of the path, else the header.
    parse(value, context): called while importing with the value already read by its kind (never None); returns what
        shall stand in the row or raises BadCell("句子").
    choices: labels, or tuples (value, label, other labels…): the value is stored, the label shown.
    read_as: the kind an upload is read by where that is more patient than what we write ourselves.
    aliases: other headers under which the column may arrive.
    spaces: "none" takes every space out of the text (Chinese names: ' 周　静 ' → '周静').
    fold: full NFKC for text (addresses, codes: also turns Chinese punctuation into ASCII).
    wrap: long text: line breaks are kept, cells wrapped.
    printed: False keeps it off the paper; such columns stand last, for whoever filters on screen.
    faint: kept for the machine, grey.
    blanks: words that mean "nothing" in this column ("无", "—").
    coarsest: how vague a "month" column may be; such a column reads PartialDate, a "date" column reads date.
    """

    header: str
    get: Callable[[T], object] | str = ""
    kind: Kind = "text"
    _: KW_ONLY
    key: str = ""
    read_as: Kind | Literal[""] = ""
    width: float = 0
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: Sequence[str | tuple[Any, ...]] = ()
    parse: Callable[[Any, Any], Any] | None = None
    number_format: str = ""
    help: str = ""
    spaces: Literal["one", "none"] = "one"
    fold: bool = False
    wrap: bool = False
    printed: bool = True
    max_length: int = 0
    faint: bool = False
    blanks: tuple[str, ...] = ()
    coarsest: Literal["month", "year"] = "month"

    @cached_property
    def name(self) -> str:
        """The key of this column's value in ParsedRow.values."""
        if self.key:
            return self.key
        return self.get.rpartition(".")[2] if isinstance(self.get, str) and self.get else self.header

    @cached_property
    def format(self) -> str:
        return self.number_format or NUMBER_FORMATS.get(self.kind, "General")

    @cached_property
    def shown_width(self) -> float:
        """Excel column width in characters."""
        needed = text_width(self.header) * 1.1 + 3
        return self.width or max(needed, WIDTHS[self.kind])

    @cached_property
    def labels(self) -> dict[Any, str]:
        """Stored value → label."""
        return {
            (choice[0] if isinstance(choice, tuple) else choice): (choice[1] if isinstance(choice, tuple) else choice)
            for choice in self.choices
        }

    @cached_property
    def value(self) -> Callable[[T], Any]:
        """The function that takes this column's value out of a row object."""
        if callable(self.get):
            return self.get
        parts = (self.get or self.key or self.header).split(".")

        def walk(row: Any) -> Any:
            for part in parts:
                if row is None:
                    return None
                row = row[part] if isinstance(row, Mapping) else getattr(row, part)
            return row() if callable(row) else row

        return walk


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a list page: `text` as shown, `kind` for alignment."""

    column: Column[Any]
    value: Any
    text: str

    @property
    def kind(self) -> Kind:
        return self.column.kind

    @property
    def is_number(self) -> bool:
        return self.column.kind in ("integer", "decimal", "percent")


def local_naive(moment: datetime) -> datetime:
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def shown(column: Column[Any], value: Any) -> str:
    """The value as a reader of a page sees it."""
    if value is None or value == "":
        return ""
    if column.labels:
        value = column.labels.get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return local_naive(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, date):
        return value.strftime("%Y-%m") if column.kind == "month" else value.isoformat()
    if column.kind == "percent" and isinstance(value, int | float | Decimal):
        return f"{value:.1%}"
    return str(value)
