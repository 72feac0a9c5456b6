"""What of the pledges stands on a calendar: the days of a cycle, and the days by which something was promised. Found by the schedule at start-up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from branches.models import Organization
from branches.scope import Standing
from branches.states import LEADERS
from pledges.models import Pledge, PledgeCycle, PledgeItem
from schedule.agenda import Entry, Source, register
from schedule.agenda.entries import short

DEADLINES = (
    ("submit_by", "提诺截止"),
    ("review_by", "审诺截止"),
    ("publish_by", "亮诺截止"),
    ("midyear_on", "年中检查"),
    ("ends_on", "践诺截止"),
    ("appraise_by", "评诺截止"),
)


def deadlines(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the days of the cycles the person knows. One query."""
    within = Q()
    for name, _ in DEADLINES:
        within |= Q(**{f"{name}__range": (first, last)})
    for cycle in PledgeCycle.objects.visible_to(standing, on).filter(within):
        for name, word in DEADLINES:
            day = getattr(cycle, name)
            if day is not None and first <= day <= last:
                yield Entry(
                    uid=f"pledge-cycle-{cycle.pk}-{name}",
                    day=day,
                    title=f"{cycle.name}：{word}",
                    kind="pledge",
                    label="承诺",
                    url=reverse("pledges:pledge_list"),
                    tone="wait" if day >= on else "neutral",
                )


def own_items(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield by when the person, his branch and what he leads have promised what, in the pledges in force. One query."""
    led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
    whose = Q(member__isnull=True, organization__in=[*led, *([standing.branch_id] if standing.branch_id else [])])
    if standing.member is not None:
        whose |= Q(member=standing.member.pk)
    pledges = Pledge.objects.visible_to(standing, on).public(on).filter(whose)
    for item in _items(pledges.values("pk"), first, last):
        settled = item.settled(on)
        late = item.is_overdue(on)
        yield Entry(
            uid=f"pledge-item-{item.pk}",
            day=item.due_on,
            title=f"承诺：{short(item.content)}",
            kind="pledge",
            label="承诺",
            url=reverse("pledges:pledge_detail", args=[item.pledge_id]),
            text=item.measure,
            note=item.get_outcome_display() if settled else "已逾期" if late else "",
            tone="good" if settled else "late" if late else "info",
            mine=item.pledge.member_id is not None,
            private=item.pledge.member_id is not None,
        )


def entries(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield both. Two queries."""
    yield from deadlines(standing, first, last, on)
    yield from own_items(standing, first, last, on)


def public(organization: Organization, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield what the organisation itself has promised on the wall; nobody's name. One query."""
    pledges = Pledge.objects.public(on).filter(organization=organization, member__isnull=True)
    for item in _items(pledges.values("pk"), first, last):
        yield Entry(
            uid=f"pledge-item-{item.pk}",
            day=item.due_on,
            title=f"承诺：{short(item.content)}",
            kind="pledge",
            label="承诺",
            url=reverse("pledges:wall_pledge", args=[item.pledge_id]),
        )


def _items(pledges: Any, first: date, last: date) -> Iterator[PledgeItem]:
    rows = PledgeItem.objects.filter(pledge__in=pledges, due_on__range=(first, last))
    yield from rows.select_related("pledge")


PLEDGES = register(Source("pledge", "承诺", entries, own=entries, public=public))
