"""Who must be reminded of what, and on which days. Each app registers its reminders in its ``reminders`` module.

**The rule of slots.** An open item with a due date has *slots*: one for each lead (due date − lead days; a negative lead lies after the
due date) and, with ``overdue_every``, one each so many days after the due date, ``overdue_most`` times. A slot is told when

1. its day has come (on or before today; the planner asks "due by now and not yet told", never "due today"),
2. it is the latest such slot of the item: after a standstill of any length each open item brings one reminder, the slots before
   it are kept as skipped (停机期间已过),
3. the item was there before the slot: entered on an earlier day than the slot's. What has just been typed in needs no reminder today,
4. the item was not entered after its due date. What is entered late is history, and history mails nobody, not even as overdue,
   (an item somebody put off is told to him once on the day he named, whatever slots of his lie before it: `put_off`)
5. the reminder itself was there: a kind counts from the first day it was ever planned, so a new kind, or a plan loaded in the middle of
   its time, does not dig up the past. Nor do other lead times the office sets: they count from the day they were set.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from schedule.letters import Person

BATCH = 500


def in_batches(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    """Stream rows in handfuls, so that whom to tell is asked once a handful."""
    rest = iter(rows.iterator(chunk_size=BATCH))
    while batch := list(islice(rest, BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class Due:
    """An open item: who must be told (members, or accounts without a member) and by when it falls due.

    ``entered_on`` is the campaign day the item came to be open (entered, published, submitted: whatever starts the waiting); None for
    what has always been there, such as the plan. ``leads`` replaces the reminder's own for this item.
    """

    obj: Any
    to: Sequence[Person]
    due_on: date
    entered_on: date | None = None
    leads: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointed day of reminding; ``name`` is part of the notice's unique key and changes when the due date does."""

    name: str
    day: date


@dataclass(frozen=True)
class Reminder:
    """A kind of reminder.

    ``open_items(on, until)`` yields what is open on that day and falls due by ``until``, overdue included, streamed (``.iterator()``) and
    with everything its letter shows already fetched: the planner adds a fixed number of queries a batch and nothing per item.
    ``still_open(obj, on)`` is asked with the freshly read object just before a mail leaves. ``letter`` is the letter's kind.
    ``leads``: days before the due date, 0 on the day, negative after it.
    """

    kind: str
    label: str
    letter: str
    leads: tuple[int, ...]
    open_items: Callable[[date, date], Iterable[Due]]
    still_open: Callable[[Any, date], bool]
    overdue_every: int | None = None
    overdue_most: int = 0

    @property
    def counts_after(self) -> bool:
        """Answer whether its days are counted after the due date, as of what has waited too long."""
        return bool(self.leads) and max(self.leads) <= 0 > min(self.leads)

    @property
    def days(self) -> list[int]:
        """Return its lead days as people say them, before or after the due date, the longest before and the shortest after it first."""
        return sorted(-lead for lead in self.leads) if self.counts_after else sorted(self.leads, reverse=True)

    @property
    def spans_the_day(self) -> bool:
        """Answer whether it reminds before the due date and, by days of its own, after it too: those stand below zero."""
        return bool(self.leads) and max(self.leads) > 0 > min(self.leads)

    def spoken(self, days: Sequence[int]) -> str:
        """Say lead days in words: 提前 5 天、过后第 3 天."""
        if self.counts_after:
            return f"过后第 {'、'.join(map(str, days))} 天"
        before, after = [day for day in days if day >= 0], [-day for day in days if day < 0]
        parts = [f"提前 {'、'.join(map(str, before))} 天"] if before else []
        parts += [f"过后第 {'、'.join(map(str, after))} 天"] if after else []
        return "，".join(parts)

    def offsets(self, leads: tuple[int, ...] | None = None) -> list[int]:
        """Return the days of the slots counted from the due date, earliest first."""
        before = self.leads if leads is None else leads
        repeats = [self.overdue_every * n for n in range(1, self.overdue_most + 1)] if self.overdue_every else []
        return sorted({*(-lead for lead in before), *repeats})

    def until(self, on: date) -> date:
        """Return the last due date that can have a slot by that day."""
        return on - timedelta(days=self.offsets()[0])

    def slots(self, due: Due, *, since: date) -> list[Slot]:
        """Return the slots of an item by rules 3 to 5, earliest first; which of them is told, and when, is the planner's to say.

        ``since`` is the first day the kind was ever planned.
        """
        if due.entered_on is not None and due.due_on < due.entered_on:
            return []
        after = since
        if due.entered_on is not None:
            after = max(after, due.entered_on + timedelta(days=1))
        days = [(offset, due.due_on + timedelta(days=offset)) for offset in self.offsets(due.leads)]
        return [Slot(f"{due.due_on}{offset:+d}", day) for offset, day in days if day >= after]


@dataclass(frozen=True)
class SetByOffice(Reminder):
    """A kind with the days the office set, also in the place of its items' own; slots count from ``since``. Without days its own hold again."""

    since: date = date.min
    own: bool = False

    @classmethod
    def of(cls, reminder: Reminder, days: Sequence[int], since: date) -> "SetByOffice":
        """Return the kind with these days."""
        parts: dict[str, Any] = {one.name: getattr(reminder, one.name) for one in fields(reminder)}
        if days:
            parts["leads"] = tuple(-day for day in days) if reminder.counts_after else tuple(days)
        return cls(**parts, since=since, own=bool(days))

    def offsets(self, leads: tuple[int, ...] | None = None) -> list[int]:
        """Return the days of the slots; an item's own leads yield to the office's."""
        return super().offsets(None if self.own else leads)

    def slots(self, due: Due, *, since: date) -> list[Slot]:
        """Return the slots from the day the days were set."""
        return super().slots(due, since=max(since, self.since))


Slots = dict[str, list[Slot]]  # by the reminder's kind


def put_off(slots: Mapping[str, Sequence[Slot]], until: Iterable[tuple[str, date]], due_on: date) -> Slots:
    """Return one person's slots of one item, after he put it off, each time from a reminder's kind until a day.

    The slots up to that day make room for a single one on it, of the kind that would have spoken last.
    """
    left: Slots = {kind: list(some) for kind, some in slots.items()}
    for asked, day in until:
        before = [(slot.day, kind) for kind, some in left.items() for slot in some if slot.day <= day]
        speaks = max(before)[1] if before else asked
        left = {kind: [slot for slot in some if slot.day > day] for kind, some in left.items()}
        if speaks in left:
            left[speaks].insert(0, Slot(f"{due_on}~{day}", day))
    return left


_reminders: dict[str, Reminder] = {}
_above: dict[str, str] = {}


def register(reminder: Reminder, *, escalates_to: str = "") -> Reminder:
    """Make the reminder known; ``escalates_to`` is the kind that tells the level above of the same items: nobody puts them off past that.

    Raises ValueError when another one has that kind, or when it would never remind."""
    if not reminder.offsets():
        raise ValueError(f"reminder {reminder.kind!r} has neither leads nor overdue repeats")
    if _reminders.setdefault(reminder.kind, reminder) is not reminder:
        raise ValueError(f"a reminder of kind {reminder.kind!r} is registered already")
    if escalates_to:
        _above[reminder.kind] = escalates_to
    return reminder


def above(kind: str) -> Reminder | None:
    """Return the reminder to the level above that follows this kind, or None."""
    return _reminders.get(_above.get(kind, ""))


def find(kind: str) -> Reminder | None:
    """Return the reminder of that kind, or None when it has gone from the program since."""
    return _reminders.get(kind)


def together(kind: str) -> frozenset[str]:
    """Return the kinds that are about the same open items as this one, itself among them.

    A record may be a branch or a member, of which quite different things are open; putting one of them off leaves the others alone.
    """
    known = _reminders.get(kind)
    if known is None:
        return frozenset((kind,))
    return frozenset(one.kind for one in _reminders.values() if one.open_items == known.open_items)


def every() -> Iterator[Reminder]:
    """Walk all reminders, in the order of their registration."""
    return iter(list(_reminders.values()))
