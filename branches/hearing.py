"""Who hears of posts given and ended. The rooms above register at start-up; each is called in the act's own transaction."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from accounts.models import User
from branches.models import PostAssignment


class Event(StrEnum):
    """What became of a post: given, ended, lent to somebody who stands in, and taken back or given up before its day."""

    GIVEN = "given"
    ENDED = "ended"
    LENT = "lent"
    RETURNED = "returned"


Hears = Callable[[PostAssignment, User | None, date], object]
_listeners: dict[Event, list[Hears]] = {event: [] for event in Event}


def listen(event: Event, hears: Hears) -> None:
    """Have ``hears(assignment, by, on)`` called after each such event; the assignment stands as it was written."""
    if hears not in _listeners[event]:
        _listeners[event].append(hears)


def tell(event: Event, assignment: PostAssignment, by: User | None, on: date) -> None:
    """Tell all who listen."""
    for hears in _listeners[event]:
        hears(assignment, by, on)
