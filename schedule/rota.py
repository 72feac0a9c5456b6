"""学习日期与主讲轮值: on which days a branch studies, and who lectures when. Pure functions; nobody here asks what day it is.

**The rota.** Whoever spoke longest ago speaks next. Who has never spoken comes before everybody who has; among those who never spoke, who
has waited longest: a newcomer comes after those already waiting for their first turn, and before anybody's next turn. A turn already
planned counts like one that was held, wherever it lies, so nobody whose turn stands further on is asked in between. Only members of the
branch on the day of a session are asked for it. What does not take place was no turn: who was to speak then still comes first, so
leave moves dates, not turns.

**The days.** The rhythm counts on from the first day. A day on which people do not regularly work moves to the regular workday that leaves
the gaps before and after it shortest, counting only what goes beyond fourteen days; of several the nearest, the earlier of two. The next day
counts on from the rhythm, not from where the last one went.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
S = TypeVar("S")
T = TypeVar("T")

GAP_MOST = 14  # days between two sessions in term time
REACH = 10  # how far a day may move: further than any holiday of these years


@dataclass(frozen=True)
class Speaker(Generic[K]):
    """Somebody who takes his turn while he belongs to the branch: from ``since`` on, until ``until`` when that is known."""

    key: K
    since: date
    until: date | None = None

    def is_there(self, day: date) -> bool:
        """Answer whether he belongs to the branch on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Turn(Generic[K]):
    """Who speaks, or spoke, on which day."""

    day: date
    key: K


def assign(people: Sequence[Speaker[K]], turns: Iterable[Turn[K]], days: Iterable[date]) -> dict[date, K | None]:
    """Return who lectures on each of these days; None where nobody belongs to the branch. Equal claims keep the order of ``people``."""
    last: dict[K, date] = {}
    for turn in turns:
        last[turn.key] = max(turn.day, last.get(turn.key, turn.day))
    found: dict[date, K | None] = {}
    for day in sorted(set(days)):
        there = [one for one in people if one.is_there(day)]
        chosen = min(there, key=lambda one: _claim(one, last), default=None)
        found[day] = chosen.key if chosen else None
        if chosen:
            last[chosen.key] = max(day, last.get(chosen.key, day))
    return found


def _claim(one: Speaker[K], last: Mapping[K, date]) -> tuple[bool, date]:
    spoke = last.get(one.key)
    return (False, one.since) if spoke is None else (True, spoke)


def swapped(plan: Mapping[date, K | None], one: date, other: date) -> dict[date, K | None]:
    """Return the plan with two turns having changed places."""
    return {**plan, one: plan[other], other: plan[one]}


@dataclass(frozen=True)
class Shift(Generic[S, T]):
    """What stands at a place after a turn fell out before it: ``old`` was there, ``new`` is."""

    place: S
    old: T
    new: T


def shifted(fallen: T, following: Sequence[tuple[S, T | None]]) -> tuple[list[Shift[S, T | None]], T | None]:
    """Let the turn of a session that falls away be the next one, and each later turn be one later.

    ``following`` are the later places in their order with the turns that stand there. It ends at the first place without a turn. Returns
    what changes, and the turn for which no place is left: it comes first when the next places are given out.
    """
    changes: list[Shift[S, T | None]] = []
    carried: T | None = fallen
    for place, turn in following:
        if carried is None:
            break
        changes.append(Shift(place, turn, carried))
        carried = turn
    return changes, carried


@dataclass(frozen=True, slots=True)
class Placed:
    """A day of the rhythm, and where it went."""

    rhythm: date
    day: date

    @property
    def moved(self) -> bool:
        """Answer whether it lies elsewhere than the rhythm says."""
        return self.day != self.rhythm


def rhythm(first: date, last: date, interval: int) -> list[date]:
    """Return every ``interval``-th day from the first on, up to the last. Raises ValueError below one day."""
    if interval < 1:
        raise ValueError("at least a day apart")
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, interval)]


def place(days: Sequence[date], workdays: Collection[date], interval: int, before: date | None = None) -> list[Placed]:
    """Put each day of a rhythm on a regular workday; a day with none within reach is left out, and no workday is taken twice.

    ``before`` is the last session already there.
    """
    free = set(workdays)
    most = max(interval, GAP_MOST)
    placed: list[Placed] = []
    previous = before
    for number, day in enumerate(days):
        following = days[number + 1] if number + 1 < len(days) else None
        near = [day + timedelta(days=n) for n in range(-REACH, REACH + 1)]
        able = [one for one in near if one in free and (previous is None or one > previous)]
        if day in able:
            chosen = day
        elif able:
            chosen = min(able, key=lambda one: (_excess(one, previous, following, most), abs((one - day).days), one))
        else:
            continue
        placed.append(Placed(day, chosen))
        previous = chosen
    return placed


def _excess(day: date, previous: date | None, following: date | None, most: int) -> int:
    gaps = [(day - previous).days if previous else 0, (following - day).days if following else 0]
    return sum(max(0, gap - most) for gap in gaps)


def lacking(wanted: Iterable[date], kept: Collection[date], interval: int) -> list[date]:
    """Return the days of a rhythm near which nothing is kept: nearer than half the interval counts as the same session."""
    return [day for day in wanted if all(abs((day - one).days) * 2 >= interval for one in kept)]


def longest_gap(days: Iterable[date], first: date, last: date) -> int:
    """Return the longest stretch without a session between two days, in days, counted from the first and up to the last; 0 before it begins."""
    if last < first:
        return 0
    marks = [first, *sorted(day for day in days if first <= day <= last), last]
    return max((after - before).days for before, after in zip(marks, marks[1:], strict=False))
