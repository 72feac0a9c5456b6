"""Who sees what: rights follow dated posts down the tree, and ``visible_to`` is the only door to rows.

A `Standing` is everything the portal knows of a signed-in person on a day. It is asked for once a request and handed on; querysets take
it (or the plain user) and answer "which ones", rules take it and answer "this one?", from the same fields.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from branches.states import COMMITTEE, LEADERS, Kind, Post

if TYPE_CHECKING:
    from branches.models import Member

PATH_STEP = 4


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom somebody stands in, and until when."""

    member_id: int
    user_id: int | None
    name: str
    place: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as it bears on rights; ``acting`` says for whom it is held in his place."""

    post: str
    organization_id: int
    path: str
    unit_path: str
    acting: Acting | None = None

    @property
    def acting_title(self) -> str:
        """What he acts as, as in 第一党支部书记; nothing for a post of his own."""
        return f"{self.acting.place}{Post(self.post).label}" if self.acting else ""


@dataclass(frozen=True)
class Standing:
    """A person on a day: the member, where he belongs, which posts he holds."""

    user: User | AnonymousUser
    on: date
    member: "Member | None" = None
    home_id: int | None = None
    home_path: str = ""
    branch_id: int | None = None
    branch_path: str = ""
    unit_path: str = ""
    seats: tuple[Seat, ...] = field(default=())

    def holds(self, posts: Iterable[str], path: str) -> bool:
        """Answer whether one of these posts is held at ``path`` or above it."""
        return any(seat.post in posts and path.startswith(seat.path) for seat in self.seats)

    def holds_at(self, posts: Iterable[str], organization_id: int | None) -> bool:
        """Answer whether one of these posts is held in exactly this organisation."""
        return any(seat.post in posts and seat.organization_id == organization_id for seat in self.seats)

    def leads(self, path: str) -> bool:
        """Answer whether he is secretary or deputy at ``path`` or above."""
        return self.holds(LEADERS, path)

    def administers(self, path: str) -> bool:
        """Answer whether he serves the campaign office at ``path`` or above."""
        return self.holds({Post.OFFICE_STAFF}, path)

    def may_read(self, path: str) -> bool:
        """Answer whether internal records at ``path`` are open to him: committee posts and the office, flowing down."""
        return self.holds(READERS, path)

    def reading_paths(self) -> list[str]:
        """Return the nodes under which internal records are open, none inside another."""
        return outermost(seat.path for seat in self.seats if seat.post in READERS)

    def known_roots(self) -> list[str]:
        """Return the nodes whose tree of organisations is known to him: his own general branch's, and that of each post."""
        return outermost(path for path in [self.unit_path, *(seat.unit_path for seat in self.seats)] if path)

    def roster_paths(self) -> list[str]:
        """Return the nodes whose members he may see: his own branch, and where internal records are open to him."""
        return outermost([*self.reading_paths(), *([self.branch_path] if self.branch_path else [])])

    def manages(self, path: str) -> bool:
        """Answer whether he keeps the roster at ``path``: the office of a unit at or above it, or a leader of such a unit."""
        return any(path.startswith(root) for root in self.managing_paths())

    def managing_paths(self) -> list[str]:
        """Return the nodes whose roster he keeps. A branch's own leaders do not: theirs is the unit above."""
        return outermost(
            seat.path
            for seat in self.seats
            if seat.post == Post.OFFICE_STAFF or (seat.post in LEADERS and seat.unit_path.startswith(seat.path))
        )

    @property
    def acting_seats(self) -> list[Seat]:
        """The posts he holds in somebody's place."""
        return [seat for seat in self.seats if seat.acting is not None]

    def partial_members(self) -> list[int]:
        """Return whose papers he does not judge: the member's own, and those of everybody he stands in for."""
        own = [self.member.pk] if self.member is not None else []
        return [*own, *(seat.acting.member_id for seat in self.seats if seat.acting is not None)]

    def partial_accounts(self) -> list[int]:
        """Return the accounts whose handing in he does not judge: his own, and those of everybody he stands in for."""
        own = [self.user.pk] if self.user.pk is not None else []
        return [*own, *(seat.acting.user_id for seat in self.seats if seat.acting and seat.acting.user_id is not None)]

    def is_partial_to(self, *members: int | None) -> bool:
        """Answer whether one of these is himself or somebody he stands in for."""
        return any(member in members for member in self.partial_members())

    def is_partial_to_account(self, *users: int | None) -> bool:
        """Answer whether one of these accounts is his own or of somebody he stands in for."""
        return any(user in users for user in self.partial_accounts())

    @property
    def is_office(self) -> bool:
        """Serves a campaign office somewhere."""
        return any(seat.post == Post.OFFICE_STAFF for seat in self.seats)

    @property
    def is_leader(self) -> bool:
        """Leads an organisation somewhere."""
        return any(seat.post in LEADERS for seat in self.seats)

    @property
    def is_administrator(self) -> bool:
        """Keeps accounts; no right to content follows from it."""
        return isinstance(self.user, User) and self.user.is_staff


READERS = frozenset(COMMITTEE | {Post.OFFICE_STAFF})
Viewer = User | AnonymousUser | Standing


_remembered: ContextVar[dict[tuple[str, date], dict[Any, Any]] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask who stands where only once inside the block; one inside another shares its memory.

    For planning, sending, replays and long commands, which change no posts meanwhile.
    """
    if _remembered.get() is not None:
        yield
        return
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def memory(topic: str, on: date) -> dict[Any, Any]:
    """Return the answers known about that day, to be added to; outside `remembering` an empty dictionary nobody keeps."""
    known = _remembered.get()
    return {} if known is None else known.setdefault((topic, on), {})


def standing_of(viewer: Viewer, on: date) -> Standing:
    """Return the person's standing on that day, in two queries; a `Standing` of the same day is returned as it is."""
    if isinstance(viewer, Standing) and viewer.on == on:
        return viewer
    user = viewer.user if isinstance(viewer, Standing) else viewer
    if not isinstance(user, User) or not user.is_active:
        return Standing(user, on)
    known: dict[int, Standing] = memory("standing", on)
    if user.pk not in known:
        known[user.pk] = _worked_out(user, on)
    return known[user.pk]


def _worked_out(user: User, on: date) -> Standing:
    seats = user_seats(user, on)
    home = user_home(user, on)
    if home is None:
        return Standing(user, on, member=getattr(user, "member", None), seats=seats)
    place = home.organization
    in_group = place.kind == Kind.GROUP
    return Standing(
        user,
        on,
        member=home.member,
        home_id=place.pk,
        home_path=place.path,
        branch_id=place.parent_id if in_group else place.pk,
        branch_path=place.path[:-PATH_STEP] if in_group else place.path,
        unit_path=place.unit_path,
        seats=seats,
    )


def user_seats(user: User, on: date) -> tuple[Seat, ...]:
    """Return the posts this account holds on that day, by itself or through its member."""
    posts = _model("PostAssignment").objects.filter(Q(user=user) | Q(member__user=user)).current(on)
    seat = ("post", "organization_id", "organization__path", "organization__unit_path")
    principal = ("acting_for__member_id", "acting_for__member__user_id", "acting_for__member__name")
    named = ("organization__short_name", "organization__name", "ends_on")
    found = []
    for row in posts.order_by("pk").values_list(*seat, *principal, *named):
        member_id, user_id, name, short_name, full_name, ends_on = row[4:]
        acting = None if member_id is None else Acting(member_id, user_id, name, short_name or full_name, ends_on)
        found.append(Seat(row[0], row[1], row[2], row[3], acting))
    return tuple(found)


def user_home(user: User, on: date) -> Any:
    """Return the membership of this account's member on that day, with the member, or None."""
    return (
        _model("Membership")
        .objects.filter(member__user=user)
        .current(on)
        .select_related("member", "organization")
        .first()
    )


def _model(name: str) -> Any:
    # models.py stands above this room and takes its querysets from here
    return apps.get_model("branches", name)


def upper_bound(path: str) -> str:
    """Return the first path after the subtree of ``path``; digits only, so the range is right in every collation."""
    return str(int(path) + 1).zfill(len(path))


def within(field_name: str, paths: Iterable[str]) -> Q:
    """Return the condition "``field_name`` lies in one of these subtrees"; no path means no row."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field_name}__gte": path, f"{field_name}__lt": upper_bound(path)})
    return condition


def ancestors(path: str) -> list[str]:
    """Return the paths of the organisations above ``path``, highest first."""
    return [path[:end] for end in range(PATH_STEP, len(path), PATH_STEP)]


def outermost(paths: Iterable[str]) -> list[str]:
    """Drop every path that lies inside another."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return kept


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day to a day."""

    def current(self, on: date) -> Self:
        """Those that hold on that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class OrganizationQuerySet(models.QuerySet[Any]):
    """Organisations."""

    def existing(self, on: date) -> Self:
        """Those established and not dissolved on that day."""
        return self.filter(
            Q(established_on__isnull=True) | Q(established_on__lte=on),
            Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on),
        )

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """The tree of the viewer's own general branch and of each post, with the line above it."""
        standing = standing_of(viewer, on)
        roots = standing.known_roots()
        above = [path for root in roots for path in ancestors(root)]
        return self.filter(within("path", roots) | Q(path__in=above))

    def within(self, *paths: str) -> Self:
        """Those in these subtrees."""
        return self.filter(within("path", paths))

    def pledging(self) -> Self:
        """Those that act for themselves in the campaign: general branches and branches."""
        return self.filter(kind__in=[Kind.GENERAL_BRANCH, Kind.BRANCH])


class MemberQuerySet(models.QuerySet[Any]):
    """Members."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Oneself; the members of one's own branch; and for committee posts and the office, their whole subtree.

        Whoever once belonged to a readable organisation stays visible there: a roster of the past names people who left.
        """
        standing = standing_of(viewer, on)
        known = _model("Membership").objects.filter(within("path", standing.roster_paths()), starts_on__lte=on)
        condition = Q(pk__in=known.values("member_id"))
        if standing.member is not None:
            condition |= Q(pk=standing.member.pk)
        return self.filter(condition)

    def belonging(self, on: date, *paths: str) -> Self:
        """Those who belong to these subtrees on that day (to any organisation when no path is given)."""
        memberships = _model("Membership").objects.all().current(on)
        if paths:
            memberships = memberships.filter(within("path", paths))
        return self.filter(pk__in=memberships.values("member_id"))


class MembershipQuerySet(DatedQuerySet):
    """Memberships."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer, his own branch's and his own."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.roster_paths())
        if standing.member is not None:
            condition |= Q(member_id=standing.member.pk)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those in these subtrees."""
        return self.filter(within("path", paths))


class RosterImportQuerySet(models.QuerySet[Any]):
    """Roster files. They hold everybody's birthday and mail address."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose roster the viewer keeps."""
        return self.filter(within("path", standing_of(viewer, on).managing_paths()))

    def within(self, *paths: str) -> Self:
        """Those in these subtrees."""
        return self.filter(within("path", paths))


class PostQuerySet(DatedQuerySet):
    """Posts. Who holds which post is known throughout the general branch."""

    def own(self) -> Self:
        """Those held by the holder himself: who stands in for him is not the secretary whose name is printed."""
        return self.filter(acting_for__isnull=True)

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those in the trees known to the viewer."""
        return self.filter(within("organization__path", standing_of(viewer, on).known_roots()))


def as_member(standing: Standing) -> "Member":
    """Return the member behind the standing; for rules that have already asked whether there is one."""
    assert standing.member is not None
    return standing.member
