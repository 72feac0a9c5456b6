"""Who has pledged, and what became of it: numerator and denominator, never one without the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from branches.models import Member, Membership, Organization
from branches.scope import PATH_STEP, within
from branches.states import Kind
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.states import Outcome, State


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who ought to have handed in a pledge and has not; ``stands`` says how far it has come."""

    subject: Member | Organization
    organization: Organization
    stands: str


@dataclass
class Coverage:
    """One organisation's line: its own pledge, and how many of its members who ought to pledge have come how far."""

    organization: Organization
    own: str = ""
    own_done: bool = False
    due: int = 0
    submitted: int = 0
    approved: int = 0
    published: int = 0
    voluntary: int = 0
    missing: list[Missing] = field(default_factory=list)

    def add(self, other: "Coverage") -> None:
        """Take another line's members into this one."""
        for name in ("due", "submitted", "approved", "published", "voluntary"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missing += other.missing


@dataclass(frozen=True)
class Board:
    """The whole board of a cycle on a day: a line an organisation, and their sum."""

    lines: list[Coverage]
    total: Coverage
    organizations_due: int
    organizations_done: int

    @property
    def missing(self) -> list[Missing]:
        """Everybody who has not handed in, organisation by organisation."""
        return self.total.missing


@dataclass(frozen=True, slots=True)
class _Progress:
    submitted_on: date | None
    approved_on: date | None
    published_on: date | None
    state: str


def board(cycle: PledgeCycle, *, paths: Sequence[str] | None = None, on: date) -> Board:
    """Return who has pledged by ``on``, by the roster of that day, under ``paths`` (everything under the cycle's unit without). Three queries.

    Members whose type pledges voluntarily (settings.PLEDGE_OPTIONAL_MEMBER_TYPES) are due only in so far as they have handed in.
    """
    scope = _narrowed(cycle.path, paths)
    places = list(Organization.objects.filter(within("path", scope)).existing(on).pledging().order_by("path"))
    progress = _progress_by_subject(cycle, on)
    lines = {place.path: Coverage(place) for place in places}
    for place in places:
        _count_organization(lines[place.path], progress.get(("organization", place.pk)), on)
    for membership in _roster(scope, on):
        line = lines.get(_home(membership.organization))
        if line is not None:
            _count_member(line, membership.member, progress.get(("member", membership.member_id)), on)
    total = Coverage(cycle.organization)
    for line in lines.values():
        total.add(line)
    return Board(
        lines=list(lines.values()),
        total=total,
        organizations_due=len(places),
        organizations_done=sum(line.own_done for line in lines.values()),
    )


def roster(cycle: PledgeCycle, on: date) -> Any:
    """Return the memberships of a cycle's unit on that day, branch by branch."""
    return _roster([cycle.path], on)


def _roster(paths: Sequence[str], on: date) -> Any:
    rows = Membership.objects.within(*paths).current(on).select_related("member", "organization")
    return rows.order_by("path", "member__sort_key", "member_id")


def home_of(place: Organization) -> Organization:
    """Return where the members of an organisation pledge: a group's in its branch (fetched with ``parent``)."""
    return place.parent if place.kind == Kind.GROUP and place.parent is not None else place


def missing_members(cycle: PledgeCycle, on: date) -> list[Member]:
    """Return the members due who have not handed in a pledge. Three queries."""
    return [missing.subject for missing in board(cycle, on=on).missing if isinstance(missing.subject, Member)]


def missing_organizations(cycle: PledgeCycle, on: date) -> list[Organization]:
    """Return the organisations that have not handed in a pledge. Three queries."""
    return [missing.subject for missing in board(cycle, on=on).missing if isinstance(missing.subject, Organization)]


def _narrowed(root: str, paths: Sequence[str] | None) -> list[str]:
    if paths is None:
        return [root]
    inside = [path for path in paths if path.startswith(root)]
    return inside or ([root] if any(root.startswith(path) for path in paths) else [])


def _home(place: Organization) -> str:
    return place.path[:-PATH_STEP] if place.kind == Kind.GROUP else place.path


def _progress_by_subject(cycle: PledgeCycle, on: date) -> dict[tuple[str, int], _Progress]:
    rows = Pledge.objects.filter(cycle=cycle).exclude(state=State.LAPSED).order_by("edition")
    found: dict[tuple[str, int], _Progress] = {}
    for member, place, submitted_on, approved_on, published_on, state in rows.values_list(
        "member_id", "organization_id", "first_submitted_on", "approved_on", "published_on", "state"
    ):
        key = ("member", member) if member is not None else ("organization", place)
        # a revision in work does not take away what the edition before it had reached
        found.setdefault(key, _Progress(submitted_on, approved_on, published_on, state))
    return found


def _reached(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _count_organization(line: Coverage, progress: _Progress | None, on: date) -> None:
    line.own = _stands(progress, on)
    line.own_done = progress is not None and _reached(progress.submitted_on, on)
    if not line.own_done:
        line.missing.append(Missing(line.organization, line.organization, line.own))


def _count_member(line: Coverage, member: Member, progress: _Progress | None, on: date) -> None:
    submitted = progress is not None and _reached(progress.submitted_on, on)
    if member.member_type in settings.PLEDGE_OPTIONAL_MEMBER_TYPES:
        line.voluntary += submitted
        return
    line.due += 1
    line.submitted += submitted
    if progress is not None:
        line.approved += _reached(progress.approved_on, on)
        line.published += _reached(progress.published_on, on)
    if not submitted:
        line.missing.append(Missing(member, line.organization, _stands(progress, on)))


def _stands(progress: _Progress | None, on: date) -> str:
    if progress is None:
        return "还没有动笔"
    if _reached(progress.published_on, on):
        return "已亮诺"
    if _reached(progress.approved_on, on):
        return "已定诺"
    if _reached(progress.submitted_on, on):
        return "已退回" if progress.state == State.RETURNED else "已提交"
    return "还在起草"


# ---- fulfilment ----


@dataclass(frozen=True, slots=True)
class Rate:
    """Items of published pledges: ``fulfilled`` of those ``due`` is the rate; the rest says what the others are."""

    items: int = 0
    due: int = 0
    fulfilled: int = 0
    partly: int = 0
    excused: int = 0
    unfulfilled: int = 0
    overdue: int = 0
    ahead: int = 0

    @property
    def share(self) -> float | None:
        """The fulfilment rate, none while nothing is due."""
        return self.fulfilled / self.due if self.due else None

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def rates_by_organization(pledges: "QuerySet[Pledge]", on: date) -> dict[int, Rate]:
    """Return the rate of each organisation's pledges, its own and its members'. One query."""
    return _rates(_items_in_force(pledges, on), "pledge__organization_id", on)


def rates_by_pledge(pledges: Iterable[Pledge], on: date) -> dict[int, Rate]:
    """Return the rate of each of these pledges. One query."""
    chosen = Pledge.objects.filter(pk__in=[pledge.pk for pledge in pledges])
    return _rates(_items_in_force(chosen, on), "pledge_id", on)


def rate(pledges: "QuerySet[Pledge]", on: date) -> Rate:
    """Return the rate over all of these pledges. One query."""
    return Rate(**_items_in_force(pledges, on).aggregate(**_counted(on)))


def _rates(items: "QuerySet[PledgeItem]", key: str, on: date) -> dict[int, Rate]:
    counted = _counted(on)
    rows = items.order_by().values_list(key).annotate(**counted).values_list(key, *counted)
    return {row[0]: Rate(*row[1:]) for row in rows}


def _items_in_force(pledges: Any, on: date) -> "QuerySet[PledgeItem]":
    return PledgeItem.objects.filter(pledge__in=pledges.public(on).order_by().values("pk"))


def _counted(on: date) -> dict[str, Count]:
    due = Q(due_on__lte=on)
    known = due & Q(settled_on__lte=on)
    return {
        "items": Count("pk"),
        "due": Count("pk", filter=due),
        "fulfilled": Count("pk", filter=known & Q(outcome=Outcome.FULFILLED)),
        "partly": Count("pk", filter=known & Q(outcome=Outcome.PARTLY)),
        "excused": Count("pk", filter=known & Q(outcome=Outcome.EXCUSED)),
        "unfulfilled": Count("pk", filter=known & Q(outcome=Outcome.UNFULFILLED)),
        "overdue": Count("pk", filter=Q(due_on__lt=on) & ~Q(settled_on__lte=on)),
        "ahead": Count("pk", filter=Q(due_on__gt=on, settled_on__lte=on, outcome=Outcome.FULFILLED)),
    }
