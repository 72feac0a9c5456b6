"""When a task comes again: rules of RFC 5545 written from what people choose, read back, and said in words. Pure functions."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

WEEKDAYS = {"MO": "周一", "TU": "周二", "WE": "周三", "TH": "周四", "FR": "周五", "SA": "周六", "SU": "周日"}
LAST_DAY = -1  # of a month, however long it is
MONTH_DAYS = 31


def weekly(*, every: int, weekday: str) -> str:
    """Return the rule "every so many weeks on that weekday" (``MO`` … ``SU``). Raises ValueError for what is none."""
    if weekday not in WEEKDAYS or every < 1:
        raise ValueError("no such week")
    return f"RRULE:FREQ=WEEKLY;INTERVAL={every};BYDAY={weekday}"


def monthly(*, every: int, day: int) -> str:
    """Return the rule "every so many months on that day"; a month that has no such day has its last one. Raises ValueError."""
    if not (1 <= day <= MONTH_DAYS or day == LAST_DAY) or every < 1:
        raise ValueError("no such month")
    if day <= 28:  # -1 too
        return f"RRULE:FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={day}"
    days = ",".join(str(one) for one in range(28, day + 1))
    return f"RRULE:FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={days};BYSETPOS=-1"


def on_days(days: Sequence[date]) -> str:
    """Return the rule "on exactly these days": each semester begins on its own. Raises ValueError for none at all."""
    if not days:
        raise ValueError("no day")
    return "RDATE:" + ",".join(f"{day:%Y%m%d}" for day in days)


def days_of(rule: str, first: date, last: date, *, most: int) -> list[date]:
    """Return the days of a rule in a stretch, both ends included, ``most`` of them at most. Weeks and months count from ``first``."""
    start, end = (datetime.combine(day, time()) for day in (first, last))
    if rule.startswith("RDATE:"):
        named = [datetime.strptime(part, "%Y%m%d").date() for part in rule.removeprefix("RDATE:").split(",")]
        return [day for day in sorted(named) if first <= day <= last][:most]
    found = rrulestr(rule, dtstart=start).xafter(start, inc=True)
    return [moment.date() for moment in islice((one for one in _until(found, end)), most)]


def _until(moments: object, end: datetime) -> "list[datetime]":
    kept: list[datetime] = []
    for moment in moments:  # type: ignore[attr-defined]
        if moment > end or len(kept) > 400:
            break
        kept.append(moment)
    return kept


_PART = re.compile(r"(\w+)=([^;]+)")


def spoken(rule: str) -> str:
    """Say a rule as people do: 每2周的周五, 每3个月的25日, 每学期开学."""
    if rule.startswith("RDATE:"):
        return "每学期一次"
    parts = dict(_PART.findall(rule))
    every = int(parts.get("INTERVAL", 1))
    if parts.get("FREQ") == "WEEKLY":
        return f"{'每周' if every == 1 else f'每{every}周'}的{WEEKDAYS.get(parts.get('BYDAY', ''), '')}"
    day = parts.get("BYMONTHDAY", "").split(",")[-1]
    return f"{'每月' if every == 1 else f'每{every}个月'}的{'最后一天' if day == '-1' else f'{day}日'}"
