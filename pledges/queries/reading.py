"""Single pledges and their neighbours: editions, cycles, who reviews. Each function says how many queries it costs."""

from datetime import date

from django.db.models import F, Prefetch, QuerySet

from branches.models import Member, Organization
from branches.queries import reading_organization
from branches.scope import Viewer
from branches.states import Kind
from pledges.models import FulfilmentEntry, Pledge, PledgeCycle, PledgeItem
from pledges.scope import PledgeQuerySet
from pledges.states import IN_FORCE, Outcome


def for_work(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Fetch with everything the rules ask for: one query."""
    return pledges.select_related("cycle__organization", "organization", "member__user", "reviewing", "supersedes")


def for_lists(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Fetch with what a line of a list says: one query."""
    return pledges.select_related("cycle", "organization", "member")


def with_items(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Fetch with items, their standards and who answers for them: two queries."""
    items = PledgeItem.objects.select_related("standard", "responsible_member")
    return for_work(pledges).prefetch_related(Prefetch("items", items))


def with_progress(pledges: PledgeQuerySet) -> PledgeQuerySet:
    """Fetch with items and what was done for them, without evidence: three queries more."""
    entries = FulfilmentEntry.objects.select_related("by")
    return with_items(pledges).prefetch_related(Prefetch("items__entries", entries))


def cycles_for(viewer: Viewer, on: date) -> "QuerySet[PledgeCycle]":
    """The cycles the person knows, the newest first, with their organisations."""
    return PledgeCycle.objects.visible_to(viewer, on).select_related("organization", "campaign")


def current_cycle(viewer: Viewer, on: date) -> PledgeCycle | None:
    """The newest cycle known to the person that has begun on that day; when none has, the one to come."""
    cycles = list(cycles_for(viewer, on))
    return next((c for c in cycles if c.starts_on <= on), cycles[-1] if cycles else None)


def years_with_a_cycle(organization: Organization) -> set[int]:
    """The years a unit has opened already. One query."""
    return set(PledgeCycle.objects.filter(organization=organization).values_list("year", flat=True))


def cycles_open_for(organization: Organization) -> "QuerySet[PledgeCycle]":
    """The open cycles by which an organisation pledges, the newest first."""
    return PledgeCycle.objects.above(organization.path).open().select_related("organization", "campaign")


def reviewing_organization(
    *, cycle: PledgeCycle, organization: Organization, member: Member | None, on: date
) -> Organization | None:
    """Return the organisation whose leaders review, or None when that lies above the cycle's unit. Two queries."""
    return reading_organization(root=cycle.path, organization=organization, member=member, on=on)


def branch_of(member: Member, on: date) -> Organization | None:
    """Return where a member pledges on that day: his branch, or the branch his group belongs to. One query."""
    membership = member.memberships.current(on).select_related("organization__parent").first()
    if membership is None:
        return None
    place: Organization = membership.organization
    return place.parent if place.kind == Kind.GROUP else place


def editions_of(pledge: Pledge) -> PledgeQuerySet:
    """All editions of the same subject in the same cycle, the newest first."""
    same = Pledge.objects.filter(cycle=pledge.cycle_id, subject_kind=pledge.subject_kind)
    same = (
        same.filter(member=pledge.member_id) if pledge.is_personal else same.filter(organization=pledge.organization_id)
    )
    return for_work(same).order_by("-edition")


def unfinished_of_last_year(pledge: Pledge) -> list[PledgeItem]:
    """Return the items the subject's last pledge before this cycle left open, less those already carried over. Two queries."""
    before = Pledge.objects.filter(
        state__in=IN_FORCE, subject_kind=pledge.subject_kind, cycle__year__lt=pledge.cycle.year
    )
    before = (
        before.filter(member=pledge.member_id)
        if pledge.is_personal
        else before.filter(organization=pledge.organization_id)
    )
    last = before.order_by("-cycle__year").first()
    if last is None:
        return []
    open_items = last.items.exclude(outcome=Outcome.FULFILLED).exclude(carried_to__pledge=pledge)
    return list(open_items.select_related("standard"))


def late_pledges(pledges: PledgeQuerySet, on: date) -> PledgeQuerySet:
    """Return the first editions handed in by ``on`` after the day set for it."""
    late = pledges.filter(
        supersedes__isnull=True, first_submitted_on__gt=F("cycle__submit_by"), first_submitted_on__lte=on
    )
    return for_work(late).order_by("path", "-subject_kind", "member__sort_key", "pk")
