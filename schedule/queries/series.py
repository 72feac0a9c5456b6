"""The days of a recurring task: as its rule has them, and moved where people do not work. Each function says how many queries it costs."""

from dataclasses import dataclass
from datetime import date, timedelta

from schedule import recurrence
from schedule.models import Semester, TaskSeries
from schedule.queries.days import Day, days_of
from schedule.scope.tasks import SeriesQuerySet, TaskQuerySet

MOST = 60  # tasks a series makes at once
LOOKED_AT = 400  # days a rule may name, rests among them
REST_MOST = 30  # no holiday is longer


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of the days: ``day`` by the rule, ``due_on`` the workday it falls on, ``why`` it was moved."""

    day: date
    due_on: date
    why: str = ""

    @property
    def moved(self) -> bool:
        """Whether it could not stay on its day."""
        return self.due_on != self.day


def occurrences(rule: str, first: date, last: date) -> list[Occurrence]:
    """Return the days of a rule, holidays moved to the next workday; one that would run into the one after it is left out.

    One more than `MOST` at most, so that a caller sees there are too many. One query.
    """
    days = recurrence.days_of(rule, first, last, most=LOOKED_AT)
    if not days:
        return []
    known = days_of(days[0], days[-1] + timedelta(days=REST_MOST))
    found: list[Occurrence] = []
    for place, day in enumerate(days):
        moved = _workday(day, known)
        following = days[place + 1] if place + 1 < len(days) else None
        if following is not None and moved >= following:
            continue
        why = "" if moved == day else (known[day].name or "周末")
        found.append(Occurrence(day, moved, why))
    return found[: MOST + 1]


def _workday(day: date, known: dict[date, Day]) -> date:
    while day in known and not known[day].is_work:
        day += timedelta(days=1)
    return day


def semester_days(first: date, last: date, after: int) -> list[date]:
    """Return the ``after``-th day of each semester that begins in a stretch. One query."""
    starts = Semester.plain.in_plan().filter(starts_on__gte=first, starts_on__lte=last).order_by("starts_on")
    days = [start + timedelta(days=after - 1) for start in starts.values_list("starts_on", flat=True)]
    return [day for day in days if day <= last]


def for_list(series: SeriesQuerySet) -> SeriesQuerySet:
    """Fetch with what a line of the list says: one query."""
    return series.select_related("organization", "by")


def tasks_of(series: TaskSeries) -> TaskQuerySet:
    """Return the tasks a series made, in the order of their days."""
    found: TaskQuerySet = series.tasks.order_by("series_day", "pk")
    return found
