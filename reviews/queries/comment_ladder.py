"""Who may comment on whom on a day: the ladder and the dated posts, asked for one subject or for a whole unit at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import within
from branches.states import LEADERS, Kind, Post
from reviews.queries.subjects import Key, key_of, subjects_under
from reviews.states import SubjectKind

COMMENTATORS = frozenset(LEADERS | {Post.GROUP_LEADER})
Posts = dict[int, list[PostAssignment]]


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a comment is about: an organisation, its secretary, or a member with the branch and the group he belongs to."""

    kind: str
    organization: Organization
    member: Member | None = None
    group_id: int | None = None
    optional: bool = False

    @property
    def address(self) -> str:
        """Name it in an address: a member by his number, an organisation and its secretary by the organisation's."""
        number = self.member.pk if self.kind == SubjectKind.MEMBER and self.member else self.organization.pk
        return f"{self.kind}-{number}"

    @property
    def key(self) -> Key:
        """Name it among the subjects of a round; a secretary is there as a member."""
        return key_of(self.member_number, self.organization.pk)

    @property
    def member_number(self) -> int | None:
        """The member's number, none for an organisation."""
        return self.member.pk if self.member is not None else None

    @property
    def title(self) -> str:
        """Say in what quality he is commented on."""
        if self.kind == SubjectKind.SECRETARY:
            return f"{self.organization}书记"
        return self.organization.get_kind_display() if self.member is None else str(self.organization)

    def __str__(self) -> str:
        return str(self.member or self.organization)


def _posts(rows: Iterable[PostAssignment]) -> Posts:
    found: Posts = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(row)
    return found


def _holding(posts: Posts, organization: int | None, wanted: Iterable[str]) -> list[PostAssignment]:
    return [row for row in posts.get(organization or 0, []) if row.post in wanted]


def is_outside(target: Target, root: str) -> bool:
    """Answer whether the level above lies above the unit at ``root``: then the office registers what was said there."""
    return target.organization.path == root


def tiers(target: Target, posts: Posts, root: str) -> list[list[PostAssignment]]:
    """Return the posts that entitle to comment on the target: those of his own branch first, then those of the level above.

    The first level that has anybody is the one that owes him a comment. Nobody comments on himself, on whom he stands in for, nor on an organisation he leads.
    """
    place = target.organization
    above = [] if is_outside(target, root) else _holding(posts, place.parent_id, LEADERS)
    if target.member is None:
        own = {row.member_id for row in _holding(posts, place.pk, LEADERS)}
        return [[row for row in above if row.member_id not in own]]
    near: list[PostAssignment] = []
    if target.kind == SubjectKind.MEMBER and target.member.pk not in secretaries(posts, place.pk):
        near = [*_holding(posts, place.pk, LEADERS), *_holding(posts, target.group_id, {Post.GROUP_LEADER})]
    himself = target.member.pk
    return [[row for row in level if himself not in speaks_for(row)] for level in (near, above)]


def speaks_for(row: PostAssignment) -> tuple[int | None, int | None]:
    """Return who holds the post, and the one he stands in for; fetched with ``acting_for``."""
    return row.member_id, row.acting_for.member_id if row.acting_for is not None else None


def secretaries(posts: Posts, organization: int) -> set[int | None]:
    """Return who is secretary there; two on the day of a change."""
    return {row.member_id for row in _holding(posts, organization, {Post.SECRETARY}) if row.acting_for_id is None}


def entitled(target: Target, root: str, on: date) -> list[PostAssignment]:
    """Return the posts by which somebody may comment on the target on that day. One query."""
    places = [number for number in (target.organization.pk, target.organization.parent_id, target.group_id) if number]
    rows = PostAssignment.objects.filter(organization__in=places, post__in=COMMENTATORS).current(on)
    posts = _posts(rows.select_related("member", "organization", "acting_for").order_by("pk"))
    return [row for level in tiers(target, posts, root) for row in level]


def target_on(kind: str, number: int, root: str, on: date) -> Target | None:
    """Return whom an address names on that day, or None when there is nobody of the unit at ``root``. One query, two for a secretary."""
    if kind == SubjectKind.MEMBER:
        row = Membership.objects.filter(member=number).within(root).current(on)
        return _as_member(row.select_related("member__user", "organization__parent").first())
    places = Organization.objects.filter(pk=number).within(root).existing(on).pledging()
    place = places.select_related("parent").first()
    if place is None or kind == SubjectKind.ORGANIZATION:
        return Target(kind, place) if place is not None else None
    held = PostAssignment.objects.own().filter(organization=place, post=Post.SECRETARY).current(on)
    secretary = held.select_related("member__user").order_by("-starts_on", "-pk").first()
    return Target(kind, place, secretary.member) if secretary is not None and secretary.member is not None else None


def _as_member(row: Membership | None) -> Target | None:
    if row is None:
        return None
    place = row.organization
    if place.kind == Kind.GROUP:
        return Target(SubjectKind.MEMBER, place.parent, row.member, place.pk) if place.parent is not None else None
    return Target(SubjectKind.MEMBER, place, row.member)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Everybody a round is about, and the posts of that day."""

    root: str
    targets: Sequence[Target]
    posts: Posts


def ladder_of(root: str, on: date) -> Ladder:
    """Return all that may be commented on in a unit: each organisation, its secretary, its members. Four queries.

    A branch's own secretary stands there once, as its secretary: what is said of him as secretary counts for him as member.
    """
    rows = PostAssignment.objects.filter(within("organization__path", [root]), post__in=COMMENTATORS).current(on)
    posts = _posts(rows.select_related("member", "organization", "acting_for").order_by("pk"))
    in_groups = Membership.objects.within(root).current(on).filter(organization__kind=Kind.GROUP)
    group_of = dict(in_groups.values_list("member_id", "organization_id"))
    targets: list[Target] = []
    for subject in subjects_under([root], on):
        place, member = subject.organization, subject.member
        if member is None:
            targets.append(Target(SubjectKind.ORGANIZATION, place))
            seats = _holding(posts, place.pk, {Post.SECRETARY})
            held = [row for row in seats if row.member is not None and row.acting_for_id is None]
            if held:
                newest = max(held, key=lambda row: (row.starts_on, row.pk))
                targets.append(Target(SubjectKind.SECRETARY, place, newest.member))
        elif member.pk not in secretaries(posts, place.pk):
            targets.append(Target(SubjectKind.MEMBER, place, member, group_of.get(member.pk), subject.optional))
    return Ladder(root, targets, posts)
