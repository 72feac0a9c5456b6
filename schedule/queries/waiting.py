"""What waits for a person, a line each: the dashboard and the head of each list read them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: ``view`` with ``query`` is the page that shows what waits."""

    key: str
    label: str
    count: int
    view: str
    query: str = ""
    since: date | None = None  # the day on which the first of them came
    due_on: date | None = None  # the day on which the first of them is to be done
    late: int = 0  # how many of them are past their day
