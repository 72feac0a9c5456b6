"""What a table of the centre is, and what can be asked of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from branches.models import Organization
from branches.scope import Standing
from chuangxian.sheets import Sheet
from chuangxian.verdicts import Verdict
from reports.queries.places import first_read
from schedule.models import Semester


class Shelf(models.TextChoices):
    """Where a table stands in the centre."""

    PLEDGES = "pledges", "公开承诺"
    REVIEWS = "reviews", "对照检查、点评、整改"
    LIFE = "life", "任务、学习、会议、活动"
    AWARDS = "awards", "评选表彰"
    ROSTER = "roster", "党员名册"
    OTHERS = "others", "检查和存档"


@dataclass(frozen=True)
class Asked:
    """Whose eyes, which part of what they may read, which time, and the day the table is to stand for."""

    standing: Standing
    on: date
    organization: Organization | None = None
    semester: Semester | None = None

    @property
    def paths(self) -> list[str]:
        """The trees the rows come from: what was chosen, else all one reads."""
        return [self.organization.path] if self.organization else list(self.standing.reading_paths())

    @property
    def place(self) -> Organization | None:
        """Whose work it is: what was chosen, else the highest organisation the reader reads. One query."""
        return self.organization or first_read(self.standing)

    @property
    def first(self) -> date | None:
        """The first day of what is asked about; None for the whole campaign."""
        return self.semester.starts_on if self.semester else None

    @property
    def last(self) -> date:
        """The last day of what is asked about: that of the semester with its vacation, not after the day it stands for."""
        return min(self.semester.reporting_until, self.on) if self.semester else self.on

    @property
    def said(self) -> str:
        """What was asked for in words, as the second line of a table's head."""
        parts = [str(self.organization) if self.organization else "", str(self.semester) if self.semester else ""]
        return "　".join(part for part in parts if part)


@dataclass(frozen=True)
class Tab:
    """One sheet of a workbook: its columns, its rows taken one by one, how many there are about, and the options of `Sheet.write`."""

    sheet: Sheet[Any]
    rows: Iterable[Any]
    number: Callable[[], int]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A table: ``rule`` says who may have it on a day, ``tabs`` finds its sheets.

    ``by_semester``: a semester may be asked for. ``in_book``: it belongs into the workbook of a semester.
    """

    key: str
    title: str
    text: str
    shelf: Shelf
    rule: Callable[[Standing, date], Verdict]
    tabs: Callable[[Asked], Sequence[Tab]]
    by_semester: bool = True
    in_book: bool = True

    def may_be_had(self, now: Standing, then: Standing) -> Verdict:
        """Whoever may have it today sees an earlier day as he could have seen it then."""
        return self.rule(now, now.on) and self.rule(then, then.on)


def wide(asked: Asked, title: str, **more: Any) -> dict[str, Any]:
    """The options of a wide table: its title and what was asked for as its head."""
    heading = [line for line in (title, asked.said) if line]
    return {"heading": heading, "as_of": asked.on, "landscape": True, **more}


def held(sheet: Any, rows: Any, options: Any) -> Tab:
    """A sheet whose rows are all in hand."""
    rows = list(rows)
    return Tab(sheet, rows, lambda: len(rows), options)
