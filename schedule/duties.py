"""What a meeting serves at once. Each room says what of its own points to a meeting, in its ``duties`` module, found at start-up like its letters.

The rooms above this one hang their records on a meeting (a leader's comment, say); the meeting's page asks them all, and shows what
the reader may open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from branches.scope import Standing
from schedule.models import Activity, Assignment, Meeting, StudySession


@dataclass(frozen=True, slots=True)
class Served:
    """A record that points to the meeting: what it is called, and its page."""

    name: str
    url: str


Asked = Callable[[Meeting, Standing, date], Sequence[Served]]


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of work a meeting serves: its ``label``, and ``records`` the reader may open. At most one query, plus those of the names."""

    key: str
    label: str
    records: Asked


_duties: dict[str, Duty] = {}


def register(duty: Duty) -> Duty:
    """Make the duty known. Raises ValueError when another one has that key."""
    if _duties.setdefault(duty.key, duty) is not duty:
        raise ValueError(f"{duty.key} is registered already")
    return duty


def served_by(meeting: Meeting, standing: Standing, on: date) -> list[tuple[str, Sequence[Served]]]:
    """Return what the meeting served, kind by kind, the empty ones left out. A query a kind."""
    found = [(duty.label, duty.records(meeting, standing, on)) for duty in _duties.values()]
    return [(label, records) for label, records in found if records]


def _sessions(meeting: Meeting, standing: Standing, on: date) -> list[Served]:
    rows = StudySession.objects.visible_to(standing, on).standing().filter(meeting=meeting)
    return [Served(str(row), row.get_absolute_url()) for row in rows.select_related("organization")]


def _activities(meeting: Meeting, standing: Standing, on: date) -> list[Served]:
    rows = Activity.objects.visible_to(standing, on).kept().filter(meeting=meeting)
    return [Served(row.title, row.get_absolute_url()) for row in rows]


def _assignments(meeting: Meeting, standing: Standing, on: date) -> list[Served]:
    rows = Assignment.objects.visible_to(standing, on).filter(meeting=meeting)
    return [Served(str(row), row.get_absolute_url()) for row in rows.select_related("task", "organization", "member")]


register(Duty("study_sessions", "学习", _sessions))
register(Duty("activities", "活动载体", _activities))
register(Duty("assignments", "任务", _assignments))
