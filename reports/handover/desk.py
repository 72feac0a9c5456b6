"""Which handovers wait for whom, for the first page and the pages of organisations."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from branches.models import Organization
from branches.scope import Standing
from branches.states import LEADERS, Post
from reports.handover import gathering, rules
from reports.models import Handover
from reports.queries.waiting import Task
from reports.scope import HandoverQuerySet


def with_people(rows: HandoverQuerySet) -> HandoverQuerySet:
    """Fetch with both sides, as rules and pages ask for them: one query."""
    return rows.select_related(
        "organization",
        "outgoing__organization",
        "outgoing__member__user",
        "outgoing__user",
        "incoming__member__user",
        "incoming__user",
        "supervisor",
    )


def waiting(standing: Standing, on: date) -> list[Handover]:
    """Return the handovers in which this person has something to do. One query."""
    rows = with_people(Handover.objects.visible_to(standing, on).unfinished())
    return [one for one in rows.order_by("drafted_on", "pk") if _asks(one, standing)]


def _asks(handover: Handover, standing: Standing) -> bool:
    return bool(rules.may_hand_over(handover, standing)) or any(
        rules.may_sign(handover, side, standing) for side in rules.SIDES
    )


def handover_tasks(standing: Standing, on: date) -> list[Task]:
    """Return the first page's lines: handovers that wait for him, and how much is in nobody's hands where he can give it to somebody."""
    found = [Task(str(one), one.get_absolute_url(), "去办理") for one in waiting(standing, on)]
    count = len(gathering.ownerless(assigned_under(standing), on))
    if count:
        found.append(Task("没有人负责的事项", reverse("reports:ownerless"), "去指定", count, unit="项"))
    return found


def assigned_under(standing: Standing) -> list[str]:
    """Return the nodes under which this person says who answers for what."""
    return [seat.path for seat in standing.seats if seat.post in LEADERS | {Post.OFFICE_STAFF}]


def of_organization(organization: Organization, standing: Standing, on: date) -> Sequence[Handover]:
    """Return the unfinished handovers of its posts that the viewer sees. One query."""
    rows = Handover.objects.visible_to(standing, on).unfinished().filter(organization=organization)
    return list(with_people(rows))
