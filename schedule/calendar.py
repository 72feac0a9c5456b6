"""Days as a plan names them: 2011-07-01, 2010年7月下旬, 2012年6月底, 2012年底. Pure functions; nobody here asks what day it is."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from schedule.states.plan import Precision, Standing

_WRITTEN = re.compile(
    r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日|(?P<part>上旬|中旬|下旬|初|底|末))?|(?P<year_end>底|末))"
)
_FIRST_DAY_OF_PART = {"上旬": 1, "初": 1, "中旬": 11, "下旬": 21, "底": 21, "末": 21}
EXAMPLES = "2011-07-01、2010年7月下旬、2012年6月底、2012年7月或2012年底"


@dataclass(frozen=True)
class Stretch:
    """The days a written date may mean, both included, and how exactly it was written."""

    first: date
    last: date
    precision: Precision


def stretch(day: date, precision: str) -> Stretch:
    """Return the days that ``day`` stands for when it is only known to ``precision``."""
    match Precision(precision):
        case Precision.DAY:
            return Stretch(day, day, Precision.DAY)
        case Precision.TEN_DAYS:
            first = min((day.day - 1) // 10, 2) * 10 + 1
            last = first + 9 if first < 21 else _days_in(day)
            return Stretch(day.replace(day=first), day.replace(day=last), Precision.TEN_DAYS)
        case Precision.MONTH:
            return Stretch(day.replace(day=1), day.replace(day=_days_in(day)), Precision.MONTH)


def read_written(text: str) -> Stretch:
    """Read a date as a plan writes it. Raises ValueError with a sentence for a reader.

    月底 means the last ten days of the month and 年底 December, so that as an end both fall on the last day.
    """
    written = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _WRITTEN.fullmatch(written)
    if not found:
        raise ValueError(f"“{text}”不是看得懂的日期，可以写 {EXAMPLES}")
    year, month = int(found["year"]), 12 if found["year_end"] else int(found["month"])
    try:
        if found["day"]:
            return stretch(date(year, month, int(found["day"])), Precision.DAY)
        if found["part"]:
            return stretch(date(year, month, _FIRST_DAY_OF_PART[found["part"]]), Precision.TEN_DAYS)
        return stretch(date(year, month, 1), Precision.MONTH)
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在") from None


def spoken(day: date, precision: str) -> str:
    """Say a date as exactly as it is known, and no more: 2010年7月下旬."""
    month = f"{day.year}年{day.month}月"
    match Precision(precision):
        case Precision.DAY:
            return f"{month}{day.day}日"
        case Precision.TEN_DAYS:
            return month + ("上旬", "中旬", "下旬")[min((day.day - 1) // 10, 2)]
        case Precision.MONTH:
            return month


def spoken_range(first: date, first_precision: str, last: date, last_precision: str) -> str:
    """Say a stretch of time; the year is not said twice: 2010年7月下旬—9月上旬."""
    start, end = spoken(first, first_precision), spoken(last, last_precision)
    return f"{start}—{end.partition('年')[2] if first.year == last.year else end}"


def standing(first: date, last: date, on: date) -> Standing:
    """Say where a stretch lies as seen from ``on``; its last day still belongs to it."""
    if on < first:
        return Standing.AHEAD
    return Standing.RUNNING if on <= last else Standing.OVER


def days_between(first: date, last: date) -> int:
    """Count the days of a stretch, both ends included."""
    return (last - first).days + 1


def first_of_month(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def after_month(day: date) -> date:
    """Return the first day of the month after."""
    return first_of_month(day) + timedelta(days=_days_in(day))


def months(first: date, last: date) -> Iterator[date]:
    """Walk the first days of all months that the stretch touches."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = after_month(month)


def _days_in(day: date) -> int:
    return monthrange(day.year, day.month)[1]
