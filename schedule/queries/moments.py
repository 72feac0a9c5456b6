"""Which moment it is by the clock all hosts share, and until when nobody is to be disturbed."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from chuangxian import clock

Hours = tuple[time, time]


def database_now() -> datetime:
    """Return the database's moment, aware; with SQLite, which has no clock of its own, ours."""
    if connection.vendor == "sqlite":
        return clock.wall()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def quiet_until(hours: Hours | None, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which ``now`` lies, by the clock on the wall here; None outside them. Equal ends mean none."""
    if hours is None or hours[0] == hours[1]:
        return None
    first, last = hours
    local = timezone.localtime(now)
    at = local.time()
    over_midnight = last < first
    if not (at >= first or at < last if over_midnight else first <= at < last):
        return None
    day = local.date() + timedelta(days=1) if over_midnight and at >= first else local.date()
    return datetime.combine(day, last, timezone.get_default_timezone())


def digest_day(now: datetime) -> date:
    """Return the day whose digest tells what is posted now: today's until its hour has come."""
    local = timezone.localtime(now)
    return local.date() if local.time() < settings.DIGEST_AT else local.date() + timedelta(days=1)
