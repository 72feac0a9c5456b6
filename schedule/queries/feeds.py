"""Which feed an address leads to, and what stands in it."""

from dataclasses import dataclass
from datetime import date, timedelta

from branches.models import Organization
from branches.scope import standing_of
from schedule import agenda
from schedule.agenda import Entry
from schedule.models import CalendarFeed
from schedule.models.days import digest_of

BACK, AHEAD = timedelta(days=60), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a feed carries on a day."""

    name: str
    entries: list[Entry]


def feed_of(secret: str, on: date) -> CalendarFeed | None:
    """Return the feed of an address: not taken back, its person's account open, its organisation not dissolved. Two queries at most."""
    found: CalendarFeed | None = (
        CalendarFeed.objects.alive()
        .filter(digest=digest_of(secret))
        .select_related("user__member", "organization")
        .first()
    )
    if found is None:
        return None
    if found.organization_id is None:
        return found if found.user.is_active else None
    return found if Organization.objects.existing(on).filter(pk=found.organization_id).exists() else None


def carried(feed: CalendarFeed, on: date) -> Carried:
    """Return what the feed tells on a day, from two months before it to a year after."""
    first, last = on - BACK, on + AHEAD
    if feed.organization is not None:
        entries = agenda.of_the_public(feed.organization, first, last, on)
        return Carried(f"{feed.organization}创先争优日历", entries)
    return Carried("我的创先争优日历", agenda.of_oneself(standing_of(feed.user, on), first, last, on))
