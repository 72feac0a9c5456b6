"""What a form is that the office may replace by its own: the names it may use, and where their values come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.models import Organization
from branches.scope import Standing
from chuangxian.blanks import Shape

Values = Mapping[str, Any]

BRANCH, UNIT = "第一党支部", "教研室党总支"  # of the examples


@dataclass(frozen=True)
class Form:
    """A form with its names. ``key`` is what a template of the office is kept under."""

    key: str
    title: str
    text: str
    shape: Shape


@dataclass(frozen=True)
class Paper(Form):
    """A sheet about one record. ``view`` is the page that prints it; ``find`` returns the record as far as the reader sees it, else None;
    ``values`` tells only what the reader may read of it."""

    view: str
    find: Callable[[Standing, date, int], Any | None]
    place: Callable[[Any], Organization]
    values: Callable[[Any, Standing, date], Values]


@dataclass(frozen=True)
class Ledger(Form):
    """A table of the centre with a row a record; ``report`` is its key there."""

    report: str


def organization_of(record: Any) -> Organization:
    """Return whose a record is, where it says so by itself."""
    found: Organization = record.organization
    return found
