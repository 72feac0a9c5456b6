"""Tables that come back from a spreadsheet: kept, looked at, taken over as a whole, taken back as a whole."""

import hashlib
from collections.abc import Collection
from datetime import date
from functools import partial
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian.imports import HINDRANCES_MOST, Changed, ImportState, Journal, hindrances, take_back
from chuangxian.sheets import Reading
from chuangxian.verdicts import require
from schedule.models import Notice, TableChange, TableImport
from schedule.states.notices import Skip
from schedule.trips import Outcome, Table, Work, drop_missing, run, told_outcome

IMPORT = LogEntry.Category.IMPORT
SHOWN_MOST = 200  # rows of each kind on the page; the counts are always whole


def read(imported: TableImport, table: Table) -> Reading[Any]:
    """Read the kept file."""
    with imported.file.open() as file:
        return table.sheet.read(BytesIO(file.read()), name="table.xlsx")


@transaction.atomic
def store_table(
    *, table: Table, organization: Organization, content: IO[bytes], file_name: str, by: User, on: date
) -> TableImport:
    """Keep a readable file and look at what it would do; the same file waiting for the same organisation is kept once."""
    require(table.may(organization, by, on))
    content.seek(0)
    sha256 = hashlib.sha256(content.read()).hexdigest()
    content.seek(0)
    waiting = TableImport.objects.filter(
        table=table.key, organization=organization, sha256=sha256, state=ImportState.REHEARSED
    )
    imported: TableImport | None = waiting.first()
    if imported is None:
        imported = TableImport(
            table=table.key, organization=organization, file_name=file_name[-200:], sha256=sha256, uploaded_by=by
        )
        imported.file.save(file_name, File(content), save=False)
        imported.save()
        log.record(verb="store_table", label=f"上传{table.title}表格", obj=imported, category=IMPORT, by=by, on=on)
    look_at(table=table, imported=imported, by=by, on=on)
    return imported


@transaction.atomic
def look_at(*, table: Table, imported: TableImport, by: User, on: date) -> Outcome:
    """Find out what the file would do by doing it and taking it back; what was found is kept for the page."""
    with transaction.atomic():
        outcome = run(
            table=table,
            reading=read(imported, table),
            journal=_journal(table, imported),
            place=imported.organization,
            by=by,
            on=on,
        )
        transaction.set_rollback(True)
    imported.found = told_outcome(table, outcome, SHOWN_MOST)
    imported.save(update_fields=["found", "path"])
    return outcome


def _journal(table: Table, imported: TableImport) -> Journal:
    return Journal(table.kinds, partial(TableChange, imported=imported))


@transaction.atomic
def discard_table(*, table: Table, imported: TableImport, by: User, on: date) -> None:
    """Put a rehearsed file aside; the file itself is removed."""
    require(table.may(imported.organization, by, on))
    imported.take(ImportState.REHEARSED, ImportState.DISCARDED)
    log.record(verb="discard_table", label=f"放弃导入{table.title}", obj=imported, category=IMPORT, by=by, on=on)
    transaction.on_commit(lambda: imported.file.delete(save=False))


@transaction.atomic
def commit_table(
    *,
    table: Table,
    imported: TableImport,
    seen: str,
    only_good: bool,
    dropping: Collection[int] = (),
    by: User,
    on: date,
) -> Outcome:
    """Do what the rehearsal showed, all of it or nothing.

    ``seen`` is the digest of what was on the screen, ``dropping`` the missing rows ticked. Raises Changed when the file would do something
    else by now, ValidationError when rows are refused and ``only_good`` does not allow to leave them out.
    """
    require(table.may(imported.organization, by, on))
    imported.take(ImportState.REHEARSED, ImportState.COMMITTED, committed_by=by, committed_on=on)
    place = Organization.objects.select_for_update().get(pk=imported.organization_id)
    journal = _journal(table, imported)
    outcome = run(table=table, reading=read(imported, table), journal=journal, place=place, by=by, on=on)
    if outcome.digest != seen or not set(dropping) <= {row.pk for row in outcome.missing}:
        raise Changed
    if outcome.reading.errors and not only_good:
        raise ValidationError("文件里还有错误。请改正后重新上传，或勾选“仅导入无问题的行”。")
    dropped = drop_missing(outcome, table, dropping, journal, Work(place, by, on))
    journal.write()
    imported.counts = {**outcome.counts, "dropped": dropped}
    imported.found = told_outcome(table, outcome, SHOWN_MOST)
    imported.save(update_fields=["counts", "found", "path"])
    note = f"新增 {len(outcome.added)} 行，修改 {len(outcome.changed)} 行，{table.drop_label or '撤销'} {dropped} 行，未导入 {outcome.bad} 行"
    log.record(verb="commit_table", label=f"导入{table.title}", obj=imported, note=note, category=IMPORT, by=by, on=on)
    return outcome


@transaction.atomic
def undo_table(*, table: Table, imported: TableImport, by: User, on: date) -> None:
    """Take an import back as a whole: every field as it was, everything new gone.

    Raises ValidationError with one sentence a hindrance when something was built on it since.
    """
    require(table.may(imported.organization, by, on))
    imported.take(ImportState.COMMITTED, ImportState.UNDONE, undone_by=by, undone_on=on)
    list(Organization.objects.select_for_update().filter(pk=imported.organization_id))
    changes = imported.changes.all()
    found = list(hindrances(changes, table.kinds))
    if found:
        raise ValidationError(found[:HINDRANCES_MOST])
    for record in table.kinds:
        # what was entered late was told nobody: its notices go with it
        made = changes.filter(record=record, before__isnull=True).values("object_id")
        Notice.objects.filter(target_type=record, target_id__in=made, skipped=Skip.HISTORY).delete()
    take_back(changes, table.kinds)
    log.record(verb="undo_table", label=f"撤销导入{table.title}", obj=imported, category=IMPORT, by=by, on=on)
