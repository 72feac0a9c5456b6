"""The log can be appended to, and nothing else."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import log
from accounts.models import AppendOnly, LogEntry
from tests.conftest import Cast

ON = date(2011, 6, 20)


def test_a_line_keeps_the_names_as_they_were(cast: Cast) -> None:
    entry = log.record(verb="approve", label="定诺", obj=cast.one, note="同意", by=cast.shuji1, on=ON)
    assert (entry.actor_name, entry.target_name, entry.on) == ("书记一", "第一党支部", ON)
    assert list(LogEntry.objects.of(cast.one))[-1] == entry


def test_python_cannot_change_or_remove_a_line(cast: Cast) -> None:
    entry = log.record(verb="approve", label="定诺", by=cast.shuji1, on=ON)
    for attempt in (entry.save, entry.delete, LogEntry.objects.all().delete, lambda: LogEntry.objects.update(note="")):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.mark.parametrize("statement", ["UPDATE accounts_logentry SET note = 'x'", "DELETE FROM accounts_logentry"])
def test_sql_cannot_change_or_remove_a_line(cast: Cast, statement: str) -> None:
    log.record(verb="approve", label="定诺", by=cast.shuji1, on=ON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LogEntry.objects.filter(verb="approve", note="").count() == 1
