"""Which days people work: the official calendar, what the office set right, and plain weekends beyond the years either knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import Holiday

from schedule.models import DayOverride
from schedule.states.days import DayKind

NAMES = {
    Holiday.new_years_day: "元旦",
    Holiday.spring_festival: "春节",
    Holiday.tomb_sweeping_day: "清明节",
    Holiday.labour_day: "劳动节",
    Holiday.dragon_boat_festival: "端午节",
    Holiday.national_day: "国庆节",
    Holiday.mid_autumn_festival: "中秋节",
    Holiday.anti_fascist_70th_day: "抗战胜利纪念日",
}
SATURDAY = 5
LONGEST = 62  # days; no holiday of one name is longer, and no more are set at once


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the unit keeps it: ``name`` is the holiday, or 调休上班 for a weekend worked; ``official`` tells whether a calendar says so."""

    day: date
    is_work: bool
    name: str = ""
    official: bool = True


def days_of(first: date, last: date) -> dict[date, Day]:
    """Return every day of a stretch, both ends included. One query."""
    overrides = {row.day: row for row in DayOverride.objects.filter(day__gte=first, day__lte=last)}
    found: dict[date, Day] = {}
    day = first
    while day <= last:
        override = overrides.get(day)
        found[day] = Day(day, override.kind == DayKind.WORKDAY, override.name) if override else official(day)
        day += timedelta(days=1)
    return found


def official(day: date) -> Day:
    """Return the day as the State Council's notice has it; beyond the years that are known, by its weekday."""
    weekend = day.weekday() >= SATURDAY
    try:
        off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Day(day, not weekend, official=False)
    if off:
        holiday = holiday or _around(day)
        return Day(day, False, NAMES.get(Holiday(holiday), holiday) if holiday else "")
    return Day(day, True, "调休上班" if weekend else "")


def _around(day: date) -> str | None:
    """Return the holiday that a weekend lies in the middle of; the kept calendar names only the days it takes from the week."""
    before, after = _beside(day, -1), _beside(day, 1)
    return before if before == after else None


def _beside(day: date, step: int) -> str | None:
    """Return the holiday at one side of a free day, at most one other nameless day between."""
    for number in (1, 2):
        try:
            off, holiday = chinese_calendar.get_holiday_detail(day + timedelta(days=step * number))
        except NotImplementedError:
            return None
        if holiday or not off:
            return holiday if off else None
    return None


def regular_workdays(first: date, last: date) -> list[date]:
    """Return the days on which people meet as a rule: workdays, and no weekends that are worked in exchange for a holiday."""
    return [day.day for day in days_of(first, last).values() if day.is_work and day.day.weekday() < SATURDAY]


def workday_after(day: date, number: int) -> date:
    """Return the ``number``-th workday after a day; weekends worked in exchange count. Raises ValueError below 1."""
    if number < 1:
        raise ValueError("at least one workday")
    reach = number * 2 + 20
    following = [
        one.day for one in days_of(day + timedelta(days=1), day + timedelta(days=reach)).values() if one.is_work
    ]
    return following[number - 1]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days one after the other that have one name and are all free or all worked."""

    first: date
    last: date
    name: str
    is_work: bool

    @property
    def count(self) -> int:
        """How many days it takes."""
        return (self.last - self.first).days + 1


def stretches(first: date, last: date) -> list[Stretch]:
    """Return the days that have a name, those that belong together as one; plain weekends are left out. One query."""
    return _joined(
        Stretch(day.day, day.day, day.name, day.is_work) for day in days_of(first, last).values() if day.name
    )


def official_stretches(first: date, last: date) -> list[Stretch]:
    """Return the same as the official calendar has it, whatever the office has set. No query."""
    days = (official(first + timedelta(days=number)) for number in range((last - first).days + 1))
    return _joined(Stretch(day.day, day.day, day.name, day.is_work) for day in days if day.name)


def overrides_of(first: date, last: date) -> list[Stretch]:
    """Return what the office has set right within these days, those that belong together as one. One query."""
    rows = DayOverride.objects.filter(day__gte=first, day__lte=last).order_by("day")
    return _joined(Stretch(row.day, row.day, row.name, row.kind == DayKind.WORKDAY) for row in rows)


def is_announced(year: int) -> bool:
    """Answer whether the official calendar knows the year."""
    return official(date(year, 1, 1)).official


def _joined(days: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for day in days:
        before = found[-1] if found else None
        follows = before is not None and before.last + timedelta(days=1) == day.first
        if before is not None and follows and (before.name, before.is_work) == (day.name, day.is_work):
            found[-1] = Stretch(before.first, day.last, day.name, day.is_work)
        else:
            found.append(day)
    return found
