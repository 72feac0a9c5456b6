"""Which way people want to be told: each notice by itself or once a day, and when not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from accounts.models import User
from chuangxian import clock
from schedule.models import NoticePreference
from schedule.queries.moments import Hours, database_now, digest_day, quiet_until


@dataclass(frozen=True, slots=True)
class Habit:
    """How an account is told."""

    digest: bool
    hours: Hours | None


def habit_of(preference: NoticePreference | None) -> Habit:
    """Return the account's own habit, or the house's where it says nothing."""
    if preference is None:
        return Habit(False, settings.QUIET_HOURS)
    first, last = preference.quiet_from, preference.quiet_until
    own = first is not None and last is not None
    return Habit(preference.digest, (first, last) if own and first and last else settings.QUIET_HOURS)


def preference_of(user: User) -> NoticePreference:
    """Return what the account said, or an unsaved row that says nothing yet."""
    return NoticePreference.objects.filter(user=user).first() or NoticePreference(user=user)


def habits_of(accounts: Iterable[int]) -> dict[int, Habit]:
    """Return the habits of those among these accounts who said anything. One query."""
    rows = NoticePreference.objects.filter(user__in=set(accounts))
    return {row.user_id: habit_of(row) for row in rows}


class Moment:
    """When a mail posted now may leave, for each habit; the database is asked for its clock once, and only if somebody has hours.

    On a day that is replayed the real hour says nothing: everything leaves at once and by itself.
    """

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._replaying = clock.replaying()

    @property
    def now(self) -> datetime:
        """The moment by the database's clock."""
        self._now = self._now or database_now()
        return self._now

    def leaves_at(self, hours: Hours | None) -> datetime | None:
        """Return when it may leave, None at once."""
        return None if hours is None or self._replaying else quiet_until(hours, self.now)

    def digest_on(self, habit: Habit) -> date | None:
        """Return the day of the digest that tells it, None when it goes by itself."""
        return digest_day(self.now) if habit.digest and not self._replaying else None
