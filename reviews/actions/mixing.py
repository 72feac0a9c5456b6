"""Rewriting a round's codes, ballots and remarks in random order, so that neither storage nor transaction numbers pair them.

Who casts a ballot holds the round ``together`` with others; who mixes or seals holds it ``alone``. The locks are PostgreSQL's
advisory ones and write nothing, least of all into the round's row. SQLite needs none: its transactions stand in line (IMMEDIATE).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models, transaction

from chuangxian import clock
from reviews.models import Ballot, Code, CodeBatch, EvaluationRound, Mixed, Remark

# first halves of the advisory locks' keys; the second is the round's
CASTING, MIXER = 6001, 6002
# a round with more slips than this is mixed more seldom in proportion: a mix takes time by the row
SLIPS_AT_FULL_PACE = 5_000
# until when a round cannot be due, as this process last read it; mixes only ever put it off
not_before: dict[int, datetime] = {}


def together(round_id: int) -> None:
    """Until the transaction ends, keep everybody out who wants the round alone. One writes ballots under it."""
    _lock("pg_advisory_xact_lock_shared", CASTING, round_id)


def alone(round_id: int) -> None:
    """Until the transaction ends, keep every other caster out; waits for those under way."""
    _lock("pg_advisory_xact_lock", CASTING, round_id)


def mix_if_due(round_id: int) -> bool:
    """Mix when enough new ballots lie there and the last mix is old enough. Of several who find it due one does it, nobody waits."""
    if not _is_due(round_id):
        return False
    with transaction.atomic():
        if not _lock("pg_try_advisory_xact_lock", MIXER, round_id) or not _is_due(round_id):
            return False
        mix(round_id)
    return True


@transaction.atomic
def mix(round_id: int) -> None:
    """Rewrite the round's codes, ballots and remarks in random order in this one transaction, and wipe the receipts."""
    alone(round_id)
    _rewrite(Code, f"batch_id IN (SELECT id FROM {CodeBatch._meta.db_table} WHERE round_id = %s)", round_id)  # noqa: S608
    _rewrite(Ballot, "round_id = %s", round_id)
    _rewrite(Remark, "round_id = %s", round_id)
    Mixed.objects.update_or_create(round_id=round_id, defaults={"at": clock.wall()})


def vacuum() -> None:
    """Give back the space of the rows as they lay before. Outside a transaction, after the one that sealed the round."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ", ".join(model._meta.db_table for model in (Code, Ballot, Remark))
            cursor.execute(f"VACUUM {tables}")
        else:
            # deleted rows were overwritten with zeros already (secure_delete); the log beside the file still holds pages
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_due(round_id: int) -> bool:
    now = clock.wall()
    if round_id in not_before and now < not_before[round_id]:
        return False
    at, slips = (
        EvaluationRound.objects.filter(pk=round_id)
        .annotate(slips=models.Sum("batches__size", default=0))
        .values_list("mixed__at", "slips")
        .get()
    )
    pause: timedelta = settings.MIX_EVERY * max(1, slips / SLIPS_AT_FULL_PACE)
    if at is not None and now < at + pause:
        not_before[round_id] = at + pause
        return False
    waiting = Code.objects.filter(batch__round=round_id).exclude(receipt="")[: settings.MIX_FROM_BALLOTS]
    return waiting.count() >= settings.MIX_FROM_BALLOTS


def _rewrite(model: type[models.Model], where: str, round_id: int) -> None:
    table = model._meta.db_table
    receipt = any(field.column == "receipt" for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # new rows, not new versions of the old ones: those would keep their line in the page, and with it their order
            columns = [str(field.column) for field in model._meta.concrete_fields]
            kept = ", ".join("''" if column == "receipt" else column for column in columns)
            cursor.execute(
                f"WITH gone AS (DELETE FROM {table} WHERE {where} RETURNING *) "  # noqa: S608
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {kept} FROM gone ORDER BY gen_random_uuid()",
                [round_id],
            )
        else:
            # the row's number is its place in the table; 62 random bits leave room for the next, which gets the highest plus one
            wipe = ", receipt = ''" if receipt else ""
            cursor.execute(
                f"UPDATE {table} SET rowid = random() & 4611686018427387903{wipe} WHERE {where}",  # noqa: S608
                [round_id],
            )


def _lock(function: str, first: int, round_id: int) -> bool:
    """Take a PostgreSQL advisory lock until the transaction ends; the ``try`` one answers whether it was free."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [first, round_id % 2**31])
        return cursor.fetchone()[0] is not False
