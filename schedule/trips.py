"""Round trips: a table is exported with a key on every row, changed in a spreadsheet, and imported again.

Each room registers its tables in its ``tables`` module, found at start-up like its letters. What a file would do is found by doing it: the
same run, through the room's own actions, is taken back for a rehearsal and kept for an import. Rows are matched by their key alone.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from branches.models import Organization
from branches.scope import Standing, Viewer, remembering
from chuangxian.edits import Conflict
from chuangxian.imports import Journal
from chuangxian.sheets import BadCell, Column, ParsedRow, Problem, Reading, Sheet
from chuangxian.sheets.trips import HINT, RowKey, mark_of, read_key, second_of, settled, told
from chuangxian.verdicts import Refused, Verdict

CHANGES_MOST = 2000  # rows an import may add or change at once: each goes through the room's actions
KEY = "key"


class BadCells(Exception):
    """Cells a table refuses: (column, sentence), the column "" for the whole row; ``row`` where it is not the unit's first."""

    def __init__(self, *cells: tuple[str, str], row: ParsedRow | None = None) -> None:
        super().__init__("；".join(sentence for _, sentence in cells))
        self.cells, self.row = cells, row


@dataclass(frozen=True)
class Difference:
    """One cell that would change, as a reader sees it."""

    name: str
    label: str
    old: str
    new: str


@dataclass
class Entry:
    """A good row: something new (``stored`` is None), changed, or the same."""

    row: ParsedRow
    stored: Any = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def changed(self) -> set[str]:
        """The names of the columns that differ."""
        return {one.name for one in self.differences}

    @property
    def does_something(self) -> bool:
        """Adds or changes."""
        return self.stored is None or bool(self.differences)


@dataclass(frozen=True)
class Work:
    """For whom a run is done: the organisation of the file, the person, the day, and what the table looked up once."""

    place: Organization
    by: User
    on: date
    known: Any = None


class Table(ABC):
    """One kind of table that goes round. Rows are whatever ``stored`` returns: objects with ``pk`` and ``entered_at``."""

    key: str
    title: str
    records: Sequence[type[models.Model]]  # what an import touches, parents first
    columns: Sequence[Column[Any]]
    drop_label = ""  # what ticking a missing row does; "" where nothing can be done
    fields: Mapping[str, str] = {}  # field a room's action complains of → column, where the names differ

    @cached_property
    def sheet(self) -> Sheet[Mapping[str, Any]]:
        """The workbook: the key, then the columns."""
        key: Column[Any] = Column("编号", key=KEY, faint=True, width=10, spaces="none", help=HINT)
        return Sheet(self.title, [key, *self.columns])

    @cached_property
    def kinds(self) -> dict[str, type[models.Model]]:
        """The kinds of rows by label, for the journal."""
        return {model._meta.label_lower: model for model in self.records}

    @abstractmethod
    def may(self, organization: Organization, by: Viewer, on: date) -> Verdict:
        """May this person export and import the table of the organisation and all below it?"""

    def may_somewhere(self, standing: Standing) -> bool:
        """Answer whether there is any organisation whose table he keeps."""
        return bool(standing.reading_paths())

    @abstractmethod
    def stored(self, organization: Organization, by: Viewer, on: date) -> list[Any]:
        """Return the rows of the organisation and all below it that this person sees, in a fixed number of queries."""

    @abstractmethod
    def cells(self, row: Any) -> dict[str, Any]:
        """Return the cells of a stored row by column name."""

    @abstractmethod
    def name(self, row: Any) -> str:
        """Return what a stored row is called on the page."""

    @abstractmethod
    def apply(self, unit: Sequence[Entry], work: Work) -> None:
        """Do what the rows of a unit ask for, through the room's actions. Raises BadCells, ValidationError, Refused, Conflict."""

    @abstractmethod
    def around(self, unit: Sequence[Entry], work: Work) -> Iterable[models.Model]:
        """Return the rows of the database that applying the unit may touch, as they stand now."""

    def choices(self, organization: Organization, on: date) -> dict[str, list[str]]:
        """Return the lists offered in the workbook, by column."""
        return {}

    def known(self, organization: Organization, on: date) -> Any:
        """Look up once what ``apply`` needs for all rows."""
        return None

    def units(self, entries: Sequence[Entry]) -> Iterable[list[Entry]]:
        """Return what is done together or not at all; a row by itself unless the table says otherwise."""
        return ([one] for one in entries)

    def may_be_missing(self, row: Any) -> bool:
        """Answer whether a row that is not in the file deserves to be told of."""
        return True

    def drop(self, row: Any, work: Work) -> None:
        """Do what was ticked for a missing row."""
        raise NotImplementedError

    def around_drop(self, row: Any, work: Work) -> Iterable[models.Model]:
        """Return the rows of the database that dropping may touch."""
        return ()

    def settled(self, row: Any) -> dict[str, Any]:
        """Return the cells of a stored row as the reader finds them in an untouched file."""
        cells = self.cells(row)
        return {column.name: settled(column, cells[column.name]) for column in self.columns}

    def mark(self, cells: Mapping[str, Any]) -> str:
        """Return the fingerprint of a row's cells."""
        return mark_of(self.columns, [cells.get(column.name) for column in self.columns])

    def exported(self, organization: Organization, at: datetime, by: Viewer, on: date) -> Iterable[dict[str, Any]]:
        """Return the rows to be written, each with its key."""
        second = second_of(at)
        for row in self.stored(organization, by, on):
            cells = self.settled(row)
            yield {KEY: RowKey(row.pk, self.mark(cells), second).written(self.key), **cells}


_tables: dict[str, Table] = {}


def register(table: Table) -> None:
    """Let a table go round."""
    _tables[table.key] = table


def get(key: str) -> Table | None:
    """Return the table of that key."""
    return _tables.get(key)


def kept_by(standing: Standing) -> list[Table]:
    """Return the tables this person takes out and in."""
    return [table for table in _tables.values() if table.may_somewhere(standing)]


# ---- one run ----


@dataclass
class Outcome:
    """What a file comes to."""

    reading: Reading[Any]
    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: int = 0
    missing: list[Any] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many rows cannot be taken."""
        return sum(not row.ok for row in self.reading.rows)

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the page."""
        return {
            "add": len(self.added),
            "change": len(self.changed),
            "same": self.same,
            "bad": self.bad,
            "missing": len(self.missing),
        }

    @cached_property
    def digest(self) -> str:
        """Name everything that was shown, so that nothing else is done than what was seen."""
        shown: Any = [
            [[one.row.number, _plain(one.row.values)] for one in self.added],
            [
                [one.row.number, one.stored.pk, [[d.name, d.old, d.new] for d in one.differences]]
                for one in self.changed
            ],
            [problem.as_dict() for problem in self.reading.problems],
            [one.pk for one in self.missing],
        ]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if name != KEY and value is not None}


def run(*, table: Table, reading: Reading[Any], journal: Journal, place: Organization, by: User, on: date) -> Outcome:
    """Do what the file says, row by row or unit by unit, each whole or not at all; what cannot be done is added to ``reading``."""
    outcome = Outcome(reading)
    stored = {row.pk: row for row in table.stored(place, by, on)}
    entries, met, exported_at = _matched(table, reading, stored)
    if sum(one.does_something for one in entries) > CHANGES_MOST:
        reading.report(0, "", "", f"一次最多新增、修改 {CHANGES_MOST} 行，请把文件分成几份导入")
        entries = []
    work = Work(place, by, on, table.known(place, on))
    with remembering():
        for unit in table.units([one for one in entries if one.row.ok]):
            if any(one.does_something for one in unit) and not _done(table, unit, work, journal, reading):
                continue
            outcome.added += [one for one in unit if one.stored is None]
            outcome.changed += [one for one in unit if one.stored is not None and one.differences]
            outcome.same += sum(not one.does_something for one in unit)
    if exported_at is not None:
        outcome.missing = [
            row
            for pk, row in stored.items()
            if pk not in met and table.may_be_missing(row) and second_of(row.entered_at) <= exported_at
        ]
    reading.sort()
    return outcome


def _matched(
    table: Table, reading: Reading[Any], stored: Mapping[int, Any]
) -> tuple[list[Entry], set[int], int | None]:
    """Match rows and records by key. Returns the entries, the records met, and the second of the latest export."""
    columns = [column for column in table.columns if column.name in reading.places]
    whole = len(columns) == len(table.columns)
    entries: list[Entry] = []
    rows: dict[int, ParsedRow] = {}
    latest: int | None = None
    if KEY not in reading.places and reading.rows:
        reading.report(0, "", "", "没有“编号”列，所有行都按新增处理；要修改已有的行，请先导出再改", "warning")
    for row in reading.rows:
        if KEY in row.failed:
            continue
        if row[KEY] is None:
            entries.append(Entry(row))
            continue
        try:
            key = read_key(table.key, row[KEY])
        except BadCell as bad:
            reading.add(row, KEY, bad.message)
            continue
        latest = max(latest or 0, key.second)
        if key.pk not in stored:
            reading.add(row, KEY, "系统里没有这一行，可能已经删除，或者不属于这个党组织")
            continue
        if (twin := rows.setdefault(key.pk, row)) is not row:
            for one in (twin, row):
                reading.add(one, KEY, f"第 {twin.number}、{row.number} 行的编号相同；复制行来新增时，请把编号清空")
            continue
        entry = Entry(row, stored[key.pk])
        _compare(table, reading, entry, key, columns, whole)
        entries.append(entry)
    return entries, set(rows), latest


def _compare(
    table: Table, reading: Reading[Any], entry: Entry, key: RowKey, columns: Sequence[Column[Any]], whole: bool
) -> None:
    row, stands = entry.row, table.settled(entry.stored)
    differing = [c for c in columns if c.name not in row.failed and row[c.name] != stands[c.name]]
    if differing and table.mark(stands) != key.mark:
        if whole and row.ok and table.mark(row.values) == key.mark:
            changed = "；".join(f"{c.header}“{told(c, stands[c.name])}”" for c in differing)
            reading.add(row, "", f"导出之后系统里已改为{changed}；文件里没有改动，保留系统里的", "note")
            return
        for column in differing:
            reading.add(row, column.name, f"导出之后系统里已改为“{told(column, stands[column.name])}”，请重新导出再改")
        return
    entry.differences = [Difference(c.name, c.header, told(c, stands[c.name]), told(c, row[c.name])) for c in differing]


def _done(table: Table, unit: list[Entry], work: Work, journal: Journal, reading: Reading[Any]) -> bool:
    """Apply a unit in its own savepoint; on refusal say why at the cells, and answer no."""
    first = next(one for one in unit if one.does_something).row

    def refuse(*cells: tuple[str, str], row: ParsedRow | None = None) -> None:
        for name, sentence in cells:
            column = table.fields.get(name, name)
            reading.add(row or first, column if column in reading.places else "", sentence)
        for one in unit:
            if one.row.ok and one.does_something:
                reading.add(one.row, "", f"和第 {(row or first).number} 行一起办理，也没有导入", "warning")
            one.row.failed.add("")

    try:
        with transaction.atomic(), _watched(journal, table, unit, work):
            table.apply(unit, work)
    except BadCells as bad:
        refuse(*bad.cells, row=bad.row)
    except ValidationError as error:
        said = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        refuse(*[(name, sentence) for name, sentences in said.items() for sentence in sentences])
    except Refused as refused:
        refuse(("", refused.reason))
    except Conflict as conflict:
        refuse(("", str(conflict)))
    else:
        return True
    return False


def _watched(journal: Journal, table: Table, unit: Sequence[Entry], work: Work) -> AbstractContextManager[None]:
    return journal.watching(lambda: table.around(unit, work))


def told_outcome(table: Table, outcome: Outcome, most: int) -> dict[str, Any]:
    """Return the outcome in JSON terms, as the page shows it: of each kind so many rows, the counts always whole."""
    shown = [column for column in table.columns if column.printed]
    head = outcome.reading.header_row
    # what stands above the header is our own heading
    problems = [one for one in outcome.reading.problems if one.level != "note" or one.row == 0 or one.row > head]
    return {
        "digest": outcome.digest,
        "counts": outcome.counts,
        "headers": [column.header for column in shown],
        "added": [
            {"row": one.row.number, "cells": [[column.header, told(column, one.row[column.name])] for column in shown]}
            for one in outcome.added[:most]
        ],
        "changed": [
            {
                "row": one.row.number,
                "name": table.name(one.stored),
                "differences": [[d.label, d.old, d.new] for d in one.differences],
            }
            for one in outcome.changed[:most]
        ],
        "missing": [{"pk": one.pk, "name": table.name(one)} for one in outcome.missing[:most]],
        "errors": len(outcome.reading.errors),
        "problem_count": len(problems),
        "problems": [
            {**problem.as_dict(), "place": problem.place, "level_label": problem.level_label}
            for problem in problems[:most]
        ],
    }


def drop_missing(outcome: Outcome, table: Table, pks: Collection[int], journal: Journal, work: Work) -> int:
    """Do what was ticked for missing rows; returns how many. Raises ValidationError with the sentence of the first refusal."""
    missing = {row.pk: row for row in outcome.missing}
    for pk in sorted(set(pks) & set(missing) if table.drop_label else ()):
        row = missing[pk]
        with journal.watching(lambda row=row: table.around_drop(row, work)):  # type: ignore[misc]
            try:
                table.drop(row, work)
            except Refused as refused:
                raise ValidationError(f"{table.name(row)}：{refused.reason}") from refused
    return len(set(pks) & set(missing)) if table.drop_label else 0


def problems_of(found: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Return problems that were kept in JSON terms."""
    names = ("sheet", "row", "column", "header", "message", "level")
    return [Problem(**{name: one[name] for name in names}) for one in found]
