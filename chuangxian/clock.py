"""The only room that knows what day it is.

Two clocks are kept apart. The *campaign day* is the day the site stands on: the demo stands in June 2011, a replay walks day by
day. The *wall clock* is real time: leases, retries, sessions. Domain functions take ``on`` and never look here; views and tasks do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.conf import settings
from django.db import connection
from django.utils import timezone

_standing_on: ContextVar[date | None] = ContextVar("standing_on", default=None)
_standing_at: ContextVar[time | None] = ContextVar("standing_at", default=None)


def wall() -> datetime:
    """Return the real moment, aware. For leases, retries and sessions only."""
    return timezone.now()


def today() -> date:
    """Return the campaign day: the replayed day, else ``settings.CHUANGXIAN_TODAY``, else today in Asia/Shanghai."""
    return _standing_on.get() or settings.CHUANGXIAN_TODAY or timezone.localdate()


def replaying() -> bool:
    """Answer whether we stand on a day inside `standing_on`: then the wall clock says nothing about that day's hours."""
    return _standing_on.get() is not None


def now() -> datetime:
    """Return the moment a record is entered, aware: the campaign day with the replayed, else the wall clock's, time of day."""
    return datetime.combine(
        today(), _standing_at.get() or timezone.localtime(wall()).time(), timezone.get_default_timezone()
    )


@contextmanager
def standing_on(day: date, at: time | None = None) -> Iterator[None]:
    """Stand on ``day`` (and at a time of it) inside the block; what was before comes back after it, so blocks nest."""
    day_before, time_before = _standing_on.set(day), _standing_at.set(at)
    try:
        yield
    finally:
        _standing_on.reset(day_before)
        _standing_at.reset(time_before)


@contextmanager
def by_the_database() -> Iterator[datetime]:
    """Go by the database's clock inside the block, the one all hosts share; yields its moment.

    A worker whose own clock is a day wrong would otherwise remind everybody a day early, or keep what is due today as history.
    """
    moment = wall()
    if connection.vendor != "sqlite":  # there it is the same clock
        with connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_TIMESTAMP")
            [moment] = cursor.fetchone()
    if _standing_on.get() or settings.CHUANGXIAN_TODAY:
        yield moment
        return
    here = timezone.localtime(moment)
    with standing_on(here.date(), here.time()):
        yield moment
