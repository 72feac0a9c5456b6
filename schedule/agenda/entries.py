"""An entry of a calendar, and the registry of where entries come from."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from branches.models import Organization
from branches.scope import Standing, ancestors

TITLE_MOST = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a day, or from a day until another, both included.

    ``uid`` names it for good, whoever reads it. ``note`` is a word about how it stands (已完成, 已逾期), ``tone`` its colour as in
    badges, ``mine`` whether it is the reader's to do, ``private`` whether it is nobody else's: that goes onto no paper for the wall.
    """

    uid: str
    day: date
    title: str
    kind: str
    label: str
    until: date | None = None
    starts_at: time | None = None
    lasts: timedelta | None = None
    url: str = ""
    place: str = ""
    text: str = ""
    note: str = ""
    tone: str = "neutral"
    mine: bool = False
    private: bool = False

    @property
    def last_day(self) -> date:
        """The last day of it."""
        return self.until or self.day

    @property
    def days(self) -> int:
        """How many days it takes."""
        return (self.last_day - self.day).days + 1

    @property
    def says_its_kind(self) -> bool:
        """The title begins with what kind it is, which need not be said twice."""
        return self.title.startswith(self.label)

    @property
    def order(self) -> tuple[Any, ...]:
        """How the entries of a day follow each other: what takes all day first, then by the clock."""
        return (
            self.starts_at is not None,
            self.starts_at or time.min,
            not self.mine,
            SEQUENCE.get(self.kind, 99),
            self.title,
        )


Entries = Callable[[Standing, date, date, date], Iterable[Entry]]
Public = Callable[[Organization, date, date, date], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries of one kind come from, each function in a fixed number of queries.

    ``entries(standing, first, last, on)`` gives what the person sees of a stretch of days, as of ``on``; ``own`` of that what belongs
    in his own feed; ``public(organization, first, last, on)`` what anybody may know of that organisation, without a name of a person.
    """

    kind: str
    label: str
    entries: Entries
    own: Entries | None = None
    public: Public | None = None


# in this order kinds are offered and stand on a day; others follow
ORDER = (
    "holiday",
    "semester",
    "phase",
    "milestone",
    "study",
    "meeting",
    "activity",
    "task",
    "item",
    "pledge",
    "review",
    "evaluation",
)
SEQUENCE = {kind: number for number, kind in enumerate(ORDER)}
_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Make the source known. Raises ValueError when another one has that kind."""
    if _sources.setdefault(source.kind, source) is not source:
        raise ValueError(f"{source.kind} is registered already")
    return source


def every() -> list[Source]:
    """Return all sources in their order."""
    return sorted(_sources.values(), key=lambda source: (SEQUENCE.get(source.kind, 99), source.kind))


def gathered(
    standing: Standing, first: date, last: date, on: date, kinds: Collection[str] | None = None
) -> list[Entry]:
    """Return what the person sees of these days, of some kinds or of all, in order."""
    chosen = [source for source in every() if kinds is None or source.kind in kinds]
    return in_order(entry for source in chosen for entry in source.entries(standing, first, last, on))


def of_oneself(standing: Standing, first: date, last: date, on: date) -> list[Entry]:
    """Return what belongs in the person's own feed."""
    return in_order(
        entry for source in every() if source.own is not None for entry in source.own(standing, first, last, on)
    )


def of_the_public(organization: Organization, first: date, last: date, on: date) -> list[Entry]:
    """Return what anybody may know of an organisation's calendar."""
    return in_order(
        entry
        for source in every()
        if source.public is not None
        for entry in source.public(organization, first, last, on)
    )


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries by day, and within a day as they stand there."""
    return sorted(entries, key=lambda entry: (entry.day, entry.order, entry.uid))


def short(text: str) -> str:
    """Return the beginning of a text, for a line of a calendar."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_MOST else f"{line[: TITLE_MOST - 1]}…"


def line_of(path: str, unit_path: str) -> list[str]:
    """Return the paths of an organisation and of those above it inside its unit."""
    return [node for node in [*ancestors(path), path] if node.startswith(unit_path)] if path and unit_path else []
