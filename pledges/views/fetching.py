"""Fetching in scope, and what several pages show of a pledge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import LogEntry
from chuangxian.verdicts import Verdict
from pledges import calendar, rules
from pledges.hints import Hint
from pledges.models import Evidence, Pledge, PledgeItem
from pledges.queries import likeness, reading
from pledges.states import WRITABLE, State
from pledges.views import Request

# the order in which a pile is read: branch by branch, the organisation before its members
PILE = ("path", "-subject_kind", "member__sort_key", "pk")


def visible_pledge(request: Request, pk: int) -> Pledge:
    """Return a pledge the person sees, with its items; 404 outside his scope."""
    pledge: Pledge = get_object_or_404(
        reading.with_items(Pledge.objects.visible_to(request.standing, request.on)), pk=pk
    )
    return pledge


def visible_item(request: Request, pk: int) -> PledgeItem:
    """Return an item of a pledge the person sees; 404 outside his scope."""
    pledges = Pledge.objects.visible_to(request.standing, request.on)
    items = PledgeItem.objects.filter(pledge__in=pledges.values("pk")).select_related(
        "standard", "responsible_member", "pledge__cycle__organization", "pledge__organization", "pledge__member__user"
    )
    item: PledgeItem = get_object_or_404(items, pk=pk)
    return item


@dataclass(frozen=True)
class ItemLine:
    """An item as a page shows it on a day."""

    item: PledgeItem
    overdue: bool
    days_left: int
    hint: Hint | None
    may_enter: Verdict
    evidence: dict[int, list[Evidence]]

    @property
    def days_over(self) -> int:
        """Days since it was due."""
        return max(0, -self.days_left)

    @property
    def entries(self) -> list[tuple[Any, list[Evidence]]]:
        """What was done, each with its evidence."""
        return [(entry, self.evidence.get(entry.pk, [])) for entry in self.item.entries.all()]


def item_lines(
    pledge: Pledge, *, hints: Sequence[Hint] = (), evidence: Sequence[Evidence] = (), by: Any, on: date
) -> list[ItemLine]:
    """Return the items of a pledge fetched with its progress."""
    by_place = {hint.item: hint for hint in hints if hint.item is not None}
    by_entry: dict[int, list[Evidence]] = {}
    for file in evidence:
        by_entry.setdefault(file.entry_id, []).append(file)
    running = pledge.state == State.PUBLISHED
    return [
        ItemLine(
            item=item,
            overdue=running and item.is_overdue(on),
            days_left=calendar.days_left(item.due_on, on),
            hint=by_place.get(place),
            may_enter=rules.may_enter(item, by, on),
            evidence=by_entry,
        )
        for place, item in enumerate(pledge.items.all())
    ]


def hints_on(pledge: Pledge, request: Request) -> list[Hint]:
    """Return the hints, for whoever writes the pledge or is about to review it; nobody else is to see them."""
    before_decision = pledge.state in (*WRITABLE, State.SUBMITTED)
    concerned = rules.may_write(pledge, request.standing, request.on) or rules.may_review(
        pledge, request.standing, request.on
    )
    if not before_decision or not concerned:
        return []
    return likeness.hints_for([pledge], viewer=request.standing, on=request.on)[pledge.pk]


def history_of(editions: Sequence[Pledge]) -> list[LogEntry]:
    """Return who did what to a pledge in all its editions, the newest first."""
    keys = [str(edition.pk) for edition in editions]
    entries = LogEntry.objects.filter(target_type=Pledge._meta.label_lower, target_id__in=keys)
    edition_of = {str(edition.pk): edition.edition for edition in editions}
    lines = list(entries)
    if len(editions) > 1:
        for line in lines:
            line.label = f"{line.label}（第{edition_of[line.target_id]}版）"
    return lines
