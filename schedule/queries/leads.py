"""提前天数: the kinds of reminders, as the office wants them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from schedule import reminding
from schedule.models import LeadTimes
from schedule.reminding import Reminder, SetByOffice


def as_the_office_set(reminders: Iterable[Reminder]) -> list[Reminder]:
    """Return these with the days the office set. One query, for a whole run."""
    own = {row.kind: row for row in LeadTimes.objects.all()}
    return [
        SetByOffice.of(one, own[one.kind].days, own[one.kind].since) if one.kind in own else one for one in reminders
    ]


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A kind of reminder on the office's page: the program's days and the office's."""

    reminder: Reminder
    own: LeadTimes | None

    @property
    def adjustable(self) -> bool:
        """Answer whether it has days to change; some only come again and again after the due date."""
        return bool(self.reminder.leads)

    @property
    def days(self) -> list[int]:
        """Return the days that hold now."""
        return list(self.own.days) if self.own and self.own.days else self.reminder.days

    @property
    def spoken_default(self) -> str:
        """Say the program's days."""
        return self.reminder.spoken(self.reminder.days)

    @property
    def spoken_own(self) -> str:
        """Say the office's, or nothing."""
        return self.reminder.spoken(self.own.days) if self.own and self.own.days else ""


def lead_lines() -> list[LeadLine]:
    """Return all kinds in the order of their registration. One query."""
    own = {row.kind: row for row in LeadTimes.objects.select_related("by")}
    return [LeadLine(one, own.get(one.kind)) for one in reminding.every()]


class SnoozeLimits:
    """Until when an item may be put off: some days from now, and not past the day the level above is told. One query for any number."""

    def __init__(self) -> None:
        self._known = {one.kind: one for one in as_the_office_set(reminding.every())}

    def last(self, kind: str, due_on: date | None, on: date) -> date:
        """Return the last day for an item of that reminder's kind; not after ``on`` means not at all."""
        latest = on + timedelta(days=settings.SNOOZE_DAYS_MOST)
        if due_on is None:
            return latest
        above = reminding.above(kind)
        told_above = self._known[above.kind].offsets()[0] if above is not None else settings.ESCALATE_AFTER_DAYS
        return min(latest, due_on + timedelta(days=told_above))
