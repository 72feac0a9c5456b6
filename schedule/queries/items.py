"""Action items and their neighbours. Each function says how many queries it costs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Prefetch, Q

from accounts.models import LogEntry
from branches.models import Member, Organization
from branches.queries import reading_organization
from branches.scope import Standing
from schedule.models import ActionItem, ProgressEntry
from schedule.queries.waiting import Waiting
from schedule.scope.items import ActionItemQuerySet

LINES = (
    ("to_do", "要我整改的事项", "?waiting=to_do"),
    ("to_verify", "等我验收的整改事项", "?waiting=to_verify"),
)
DOORS = tuple(key for key, *_ in LINES)
VERDICTS = ("verify", "reopen")


def for_work(items: ActionItemQuerySet) -> ActionItemQuerySet:
    """Fetch with everything the rules ask for and a line of a list says: one query."""
    return items.select_related(
        "organization", "member", "responsible__user", "verifying", "standard", "raised_by", "verified_by"
    )


def with_progress(items: ActionItemQuerySet) -> ActionItemQuerySet:
    """Fetch with what was done and its evidence: three queries."""
    entries = ProgressEntry.objects.select_related("by").prefetch_related("evidence")
    return for_work(items).prefetch_related(Prefetch("entries", entries))


def verifying_organization(
    *, organization: Organization, member: Member | None, responsible: Member, on: date
) -> Organization | None:
    """Return whose leaders verify: for a member's as for what he writes, for an organisation's the level above; None above the unit.

    Never one whose only leader is the person responsible. Two queries.
    """
    return reading_organization(
        root=organization.unit_path, organization=organization, member=member, but=[responsible.pk], on=on
    )


def raised_by_records(label: str, numbers: Collection[int]) -> ActionItemQuerySet:
    """The items these records raised, cancelled ones left out; ``label`` as in ``pledges.pledgeitem``. Narrow with ``visible_to``."""
    found: ActionItemQuerySet = ActionItem.objects.filter(source_type=label, source_id__in=numbers)
    return for_work(found.filter(cancelled_on__isnull=True)).order_by("source_id", "source_place", "pk")


def history_of(item: ActionItem) -> list[LogEntry]:
    """Return who did what to an item, newest first. One query."""
    return list(LogEntry.objects.of(item).order_by("-pk"))


def last_verdict(item: ActionItem) -> LogEntry | None:
    """Return what the verifier said last. One query."""
    return LogEntry.objects.of(item).filter(verb__in=VERDICTS).last()


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as a page shows it on a day; `schedule/_items.html` lists these."""

    item: ActionItem
    overdue: bool
    days_left: int
    unfinished: bool

    @property
    def days_over(self) -> int:
        """Days since it was due."""
        return max(0, -self.days_left)


def line(item: ActionItem, on: date) -> ItemLine:
    """Return an item as it stands on that day."""
    return ItemLine(item, item.is_overdue(on), item.days_left(on), item.is_unfinished(on))


def lines(items: Iterable[ActionItem], on: date) -> list[ItemLine]:
    """Return the lines of items fetched `for_work`, for the fragment `schedule/_items.html`."""
    return [line(item, on) for item in items]


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return what waits for a person, the lines with something in them; of what he works on also how much is late. One query."""
    items = ActionItem.objects.all()
    behind = {key: Q(pk__in=getattr(items, key)(standing, on).values("pk")) for key in DOORS}
    found: dict[str, Any] = items.aggregate(
        **{key: Count("pk", filter=behind[key]) for key in DOORS},
        to_do_late=Count("pk", filter=behind["to_do"] & Q(due_on__lt=on)),
        to_do_due=Min("due_on", filter=behind["to_do"]),
    )
    return [
        Waiting(
            key,
            label,
            found[key],
            "schedule:item_list",
            query,
            due_on=found.get(f"{key}_due"),
            late=found.get(f"{key}_late", 0),
        )
        for key, label, query in LINES
        if found[key]
    ]
