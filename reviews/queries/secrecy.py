"""What the tables of codes and ballots may hold, and whether they do: the lists, and the questions asked of the database itself.

The database is asked, not the models: a column added by hand, or by a migration nobody read, tells as much as one of ours.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.models import LogEntry, User
from branches.models import Member
from reviews.models import Ballot, Code, CodeBatch, EvaluationRound, Mixed, PaperSheet, RaterCategory, Remark
from schedule.models import ActionItem, Notice

# every column there may be; a new one fails the build until somebody has thought about what it tells
COLUMNS: dict[type, frozenset[str]] = {
    CodeBatch: frozenset({"id", "round_id", "category_id", "label", "size", "is_reserve", "is_open", "is_revoked"}),
    Code: frozenset({"digest", "batch_id", "is_used", "is_revoked", "receipt"}),
    Ballot: frozenset({"id", "round_id", "category_id", "answers", "format"}),
    Remark: frozenset({"id", "round_id", "text"}),
    PaperSheet: frozenset({"id", "pile_id", "place", "first", "second", "remark"}),
    Mixed: frozenset({"id", "round_id", "at"}),
    RaterCategory: frozenset({"id", "round_id", "place", "kind", "name", "eligible", "choosing", "weight"}),
}
# from here no chain of foreign keys may reach somebody
SECRET = (Code, Ballot, Remark, CodeBatch, Mixed)
PEOPLE = (User, Member, LogEntry)
# the only tables that may point at these
POINTING: dict[type, frozenset[str]] = {
    Code: frozenset(),
    Ballot: frozenset(),
    Remark: frozenset({"reviews_remarkreading"}),
}
SIGMAS = 4.0  # how far from chance an order may lie; a mixed table fails once in 16,000


@dataclass(frozen=True)
class Table:
    """A table as the database describes it: its columns, and to which table each foreign key leads."""

    columns: frozenset[str]
    keys: Mapping[str, str] = field(default_factory=dict)


Schema = Mapping[str, Table]


def table_of(model: type) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)  # type: ignore[attr-defined]


def schema_of_database() -> Schema:
    """Ask the database for all tables."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            columns = [column.name for column in connection.introspection.get_table_description(cursor, name)]
            keys = connection.introspection.get_relations(cursor, name)
            found[name] = Table(frozenset(columns), {column: to[1] for column, to in keys.items()})
    return found


def telling_columns(schema: Schema) -> list[str]:
    """Return the columns that nobody has allowed, as ``table.column``."""
    return sorted(
        f"{table_of(model)}.{column}"
        for model, allowed in COLUMNS.items()
        for column in schema[table_of(model)].columns - allowed
    )


def paths_to_people(schema: Schema) -> list[str]:
    """Return the chains of foreign keys from codes, ballots and remarks to somebody, each as ``table.column → table…``."""
    found: list[str] = []
    for model in SECRET:
        found += _walk(schema, table_of(model), table_of(model), {table_of(model)})
    return sorted(found)


def _walk(schema: Schema, table: str, path: str, seen: set[str]) -> Iterator[str]:
    for column, target in sorted(schema[table].keys.items()):
        step = f"{path}.{column} → {target}"
        if target in {table_of(model) for model in PEOPLE}:
            yield step
        elif target not in seen:
            seen.add(target)
            yield from _walk(schema, target, step, seen)


def pointing_tables(schema: Schema) -> list[str]:
    """Return the foreign keys that lead to a code, ballot or remark and are not allowed, as ``table.column → table``."""
    return sorted(
        f"{name}.{column} → {table_of(model)}"
        for model, allowed in POINTING.items()
        for name, table in schema.items()
        for column, target in table.keys.items()
        if target == table_of(model) and name not in allowed
    )


# ---- rows of a round ----


def receipts_left(round_: EvaluationRound) -> int:
    """Return how many codes still tell which page spent them."""
    return int(Code.objects.filter(batch__round=round_).exclude(receipt="").count())


def keys_not_random(round_: EvaluationRound) -> int:
    """Return how many ballots and remarks have a key that is not a random UUID (version 4)."""
    return sum(
        key.version != 4
        for model in (Ballot, Remark)
        for key in model.objects.filter(round=round_).order_by().values_list("pk", flat=True).iterator()
    )


def transactions(round_: EvaluationRound) -> int | None:
    """Return how many transactions wrote the round's codes and ballots; None where the database keeps no such number."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM reviews_ballot WHERE round_id = %s UNION ALL"
            " SELECT c.xmin FROM reviews_code c JOIN reviews_codebatch b ON b.id = c.batch_id WHERE b.round_id = %s) x",
            [round_.pk, round_.pk],
        )
        return int(cursor.fetchone()[0])


def order_of_use(round_: EvaluationRound) -> list[bool]:
    """Return of every code, as they lie in the table, whether it was used. An update moves a row to the end, and that would tell."""
    return _as_they_lie(
        "SELECT c.is_used FROM reviews_code c JOIN reviews_codebatch b ON b.id = c.batch_id WHERE b.round_id = %s",
        "c",
        round_,
    )


def order_of_categories(round_: EvaluationRound) -> list[bool]:
    """Return of every ballot, as they lie in the table, whether it is of the first category."""
    first = round_.categories.values_list("pk", flat=True).first()
    rows = _as_they_lie("SELECT b.category_id FROM reviews_ballot b WHERE b.round_id = %s", "b", round_)
    return [category == first for category in rows]


def _as_they_lie(query: str, alias: str, round_: EvaluationRound) -> list[Any]:
    place = f"{alias}.ctid" if connection.vendor == "postgresql" else f"{alias}.rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY {place}", [round_.pk])
        return [row[0] for row in cursor.fetchall()]


def looks_shuffled(order: Sequence[bool]) -> bool:
    """Answer whether a sequence changes between yes and no about as often as chance has it (Wald and Wolfowitz 1940)."""
    yes, no = sum(order), len(order) - sum(order)
    if min(yes, no) < 10:
        return True  # too few to say
    runs = 1 + sum(one != other for one, other in zip(order, order[1:], strict=False))
    mean = 1 + 2 * yes * no / (yes + no)
    spread = math.sqrt((mean - 1) * (mean - 2) / (yes + no - 1))
    return abs(runs - mean) <= SIGMAS * spread


def neighbours(round_: EvaluationRound) -> int | None:
    """Return how many rows stand right behind another one by SQLite's own number, which is how rows come in; None elsewhere."""
    if connection.vendor != "sqlite":
        return None
    found = 0
    with connection.cursor() as cursor:
        for query in (
            "SELECT rowid FROM reviews_ballot WHERE round_id = %s ORDER BY 1",
            "SELECT c.rowid FROM reviews_code c JOIN reviews_codebatch b ON b.id = c.batch_id WHERE b.round_id = %s ORDER BY 1",
            "SELECT rowid FROM reviews_remark WHERE round_id = %s ORDER BY 1",
        ):
            cursor.execute(query, [round_.pk])
            numbers = [row[0] for row in cursor.fetchall()]
            found += sum(after == before + 1 for before, after in zip(numbers, numbers[1:], strict=False))
    return found


def told_elsewhere() -> list[str]:
    """Return the tables with lines about a single code, ballot, remark or sheet."""
    labels = [model._meta.label_lower for model in (Code, Ballot, Remark, PaperSheet)]
    lines = {
        "日志": LogEntry.objects.filter(target_type__in=labels),
        "通知": Notice.objects.filter(target_type__in=labels),
        "整改事项": ActionItem.objects.filter(source_type__in=labels),
    }
    return [name for name, rows in lines.items() if rows.exists()]


def secrets_of(round_: EvaluationRound) -> set[str]:
    """Return what no page or file may carry: keys of ballots and remarks, digests of codes, whole answers."""
    keys = [
        key
        for model in (Ballot, Remark)
        for key in model.objects.filter(round=round_).order_by().values_list("pk", flat=True).iterator()
    ]
    digests = Code.objects.filter(batch__round=round_).order_by().values_list("digest", flat=True).iterator()
    answers = Ballot.objects.filter(round=round_).order_by().values_list("answers", flat=True).distinct()
    # two or three digits are also a count
    return {*map(str, keys), *(key.hex for key in keys), *digests, *(text for text in answers if len(text) > 3)}
