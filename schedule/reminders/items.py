"""Who must know of an action item: a letter for every move, and reminders of what is due, overdue, or waits to be verified."""

from collections.abc import Callable, Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse

from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.models import ActionItem
from schedule.queries import item_people as people
from schedule.queries.item_people import Known, Person
from schedule.queries.items import for_work
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder
from schedule.states.items import WORKABLE, ItemState


def item_url(item: ActionItem) -> str:
    """Return the item's own page."""
    return item.get_absolute_url()


def progress_url(item: ActionItem) -> str:
    """Return where it is written down what was done."""
    return reverse("schedule:item_progress", args=[item.pk])


for kind, label, who in [
    ("action_raised", "有新的整改事项", people.workers),
    ("action_submitted", "有整改等待验收", people.verifiers),
    ("action_verified", "整改已销号", people.concerned),
    ("action_reopened", "整改被退回", people.concerned),
    ("action_postponed", "整改时限已延长", people.concerned),
    ("action_cancelled", "整改事项已撤销", people.concerned),
]:
    register_letter(Letter(kind, label, item_url, people.among(who)))

read_with(ActionItem, for_work)

register_letter(Letter("action_reassigned", "整改换了责任人", item_url))
register_letter(Letter("action_due", "整改快到期了", progress_url))
register_letter(Letter("action_overdue", "整改已过完成时限", progress_url))
register_letter(Letter("action_waits", "有整改在等您验收", item_url))
register_letter(Letter("action_escalated", "整改逾期已久", item_url))


def _workable(until: date, who: Callable[[ActionItem, Known], list[Person]], on: date) -> Iterator[Due]:
    items = for_work(ActionItem.objects.filter(state__in=WORKABLE, due_on__lte=until)).order_by("pk")
    for batch in in_batches(items):
        known = people.known_of(batch, on)
        for item in batch:
            yield Due(item, who(item, known), item.due_on, item.raised_on)


def items_to_do(on: date, until: date) -> Iterator[Due]:
    """Items somebody still works on; who works on them is told."""
    return _workable(until, people.workers, on)


def items_to_see_to(on: date, until: date) -> Iterator[Due]:
    """The same items, for the level above: whoever is to verify them is told."""
    return _workable(until, people.verifiers, on)


def is_to_do(item: ActionItem, on: date) -> bool:
    """Answer whether somebody still works on it."""
    return item.state in WORKABLE


def is_overdue_to_do(item: ActionItem, on: date) -> bool:
    """Answer whether it is still late: it may have been given more time since the letter was written."""
    return is_to_do(item, on) and item.is_overdue(on)


def items_waiting(on: date, until: date) -> Iterator[Due]:
    """Items handed in and not yet verified; the day they were handed in counts."""
    items = for_work(ActionItem.objects.filter(state=ItemState.SUBMITTED, submitted_on__lte=until)).order_by("pk")
    for batch in in_batches(items):
        known = people.known_of(batch, on)
        for item in batch:
            assert item.submitted_on is not None  # filtered above
            yield Due(item, people.verifiers(item, known), item.submitted_on, item.submitted_on)


def is_waiting(item: ActionItem, on: date) -> bool:
    """Answer whether nobody has verified it yet."""
    return item.state == ItemState.SUBMITTED


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}
WAITED = tuple(-days for days in settings.REVIEW_WAITING_DAYS)
# a single slot after the day set: told above once, and once more only when a new day set has passed too
ABOVE = (-settings.ESCALATE_AFTER_DAYS,)

for reminder in [
    Reminder("action_due", "整改快到期", "action_due", BEFORE, items_to_do, is_to_do),
    Reminder("action_overdue", "整改逾期", "action_overdue", (), items_to_do, is_overdue_to_do, **AGAIN),
    Reminder("action_waits", "整改等待验收", "action_waits", WAITED, items_waiting, is_waiting),
    Reminder("action_escalated", "整改逾期报上级", "action_escalated", ABOVE, items_to_see_to, is_overdue_to_do),
]:
    to_workers = reminder.open_items is items_to_do
    register_reminder(reminder, escalates_to="action_escalated" if to_workers else "")
