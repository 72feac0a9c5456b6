"""Members, where they belong, and who holds which post."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db.models import F, Q, QuerySet

from accounts.models import User
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import Standing, ancestors, memory
from branches.states import LEADERS, Kind, Post


@dataclass
class RosterLine:
    """A member as the roster of a day shows him."""

    membership: Membership
    number: int = 0
    posts: list[PostAssignment] = field(default_factory=list)

    @property
    def member(self) -> Member:
        return self.membership.member

    @property
    def organization(self) -> Organization:
        return self.membership.organization

    @property
    def branch(self) -> Organization:
        """The branch; of a group's member the one above the group."""
        place = self.membership.organization
        return place.parent if place.kind == Kind.GROUP and place.parent else place

    @property
    def party_posts(self) -> str:
        """Party posts as a roster writes them: his own, none in which he stands in for somebody."""
        return "、".join(
            post_title(one) for one in self.posts if one.post != Post.OFFICE_STAFF and one.acting_for_id is None
        )

    @property
    def all_posts(self) -> str:
        """All posts, the office's too, as the pages write them."""
        return "、".join(post_title(one) for one in self.posts)


CHUNK = 500  # members at a time
POST_RANK = {post: number for number, post in enumerate(Post)}
KIND_RANK = {kind: number for number, kind in enumerate(Kind)}


def post_title(assignment: PostAssignment) -> str:
    """Return the post with the level it is held at, as in 党总支书记; commissioners of a branch stand without it."""
    kind, post = assignment.organization.kind, assignment.post
    label = assignment.get_post_display()
    acting = "代理" if assignment.acting_for_id is not None else ""
    if post == Post.OFFICE_STAFF or (kind == Kind.BRANCH and post not in LEADERS):
        return f"{acting}{label}"
    return f"{acting}{Kind(kind).label}{label.removeprefix('小组')}"


def roster_lines(memberships: Iterable[Membership], on: date) -> list[RosterLine]:
    """Return roster lines with the posts of that day, one query for all posts. Memberships come with member and organisation loaded."""
    lines = [RosterLine(one, number) for number, one in enumerate(memberships, 1)]
    posts = posts_of([line.membership.member_id for line in lines], on)
    for line in lines:
        line.posts = posts.get(line.membership.member_id, [])
    return lines


def streamed_lines(memberships: QuerySet[Membership], on: date) -> Iterator[RosterLine]:
    """Yield the same lines, fetched piece by piece: a roster of any length takes no more memory than a short one."""
    rows, number = memberships.iterator(chunk_size=CHUNK), 0
    while piece := list(islice(rows, CHUNK)):
        for line in roster_lines(piece, on):
            number += 1
            line.number = number
            yield line


def posts_of(members: Collection[int], on: date) -> dict[int, list[PostAssignment]]:
    """Return the posts these members hold on that day, highest first, in one query."""
    found: dict[int, list[PostAssignment]] = {}
    # a long list of numbers is more than a statement takes; then everybody's posts are read, which are few
    narrow = Q(member_id__in=members) if len(members) <= 500 else Q(member_id__isnull=False)
    for post in PostAssignment.objects.filter(narrow).current(on).select_related("organization"):
        found.setdefault(post.member_id, []).append(post)
    for posts in found.values():
        posts.sort(key=lambda one: (KIND_RANK[Kind(one.organization.kind)], POST_RANK[Post(one.post)]))
    return found


Posts = dict[int, list[PostAssignment]]


def posts_at(organizations: Iterable[int], on: date) -> Posts:
    """Return who holds which post in these organisations on that day, whoever stands in for somebody last.

    One query, inside `remembering` one for what is new.
    """
    wanted = set(organizations)
    known: Posts = memory("posts", on)
    if new := wanted - known.keys():
        known.update((place, []) for place in new)
        rows = PostAssignment.objects.filter(organization__in=new).current(on)
        for row in rows.select_related("member", "user").order_by(F("acting_for").asc(nulls_first=True), "pk"):
            known[row.organization_id].append(row)
    return {place: known[place] for place in wanted}


def holding(posts: Posts, organization: int, wanted: Iterable[str], *, acting: bool = True) -> list[Member | User]:
    """Return who holds one of these posts there, each once; without ``acting`` nobody who only stands in for another."""
    rows = posts.get(organization, [])
    held = [row.holder for row in rows if row.post in set(wanted) and (acting or row.acting_for_id is None)]
    return list(dict.fromkeys(held))


def offices_over(paths: Iterable[str], on: date) -> dict[str, list[Member | User]]:
    """Return for each path who serves the nearest campaign office at it or above it on that day. One query at most."""
    wanted = set(paths)
    known: dict[str, list[Member | User]] = memory("offices", on)
    if new := wanted - known.keys():
        known.update(_offices_over(new, on))
    return {path: known[path] for path in wanted}


def _offices_over(paths: Iterable[str], on: date) -> dict[str, list[Member | User]]:
    lines = {path: [*ancestors(path), path] for path in paths}
    rows = PostAssignment.objects.filter(
        post=Post.OFFICE_STAFF, organization__path__in={place for line in lines.values() for place in line}
    )
    staff: dict[str, list[Member | User]] = defaultdict(list)
    for row in rows.current(on).select_related("member", "user", "organization").order_by("pk"):
        staff[row.organization.path].append(row.holder)
    return {
        path: next((staff[place] for place in reversed(line) if place in staff), []) for path, line in lines.items()
    }


def roster(standing: Standing, on: date, *paths: str) -> QuerySet[Membership]:
    """Return the memberships the viewer may see as they stood on a day, in these subtrees or all, sorted by sound."""
    found = Membership.objects.visible_to(standing, standing.on).current(on)
    if paths:
        found = found.within(*paths)
    return found.select_related("member", "organization", "organization__parent").order_by(
        "member__sort_key", "member_id"
    )


def home_of(member: Member, on: date) -> Membership | None:
    """Return where the member belongs on that day; of somebody who left, where he belonged last."""
    begun = member.memberships.filter(starts_on__lte=on).select_related("organization", "organization__parent")
    return begun.order_by("-starts_on", "-pk").first()


def namesakes(name: str, organization: Organization) -> list[Member]:
    """Return those of the same name who belong, or belonged, to the same unit."""
    known = Membership.objects.within(organization.unit_path).filter(member__name=name)
    return list(Member.objects.filter(pk__in=known.values("member_id")))


def committee(organization: Organization, on: date) -> list[PostAssignment]:
    """Return who holds which post in the organisation on that day, in the order of the posts; who stands in for somebody last."""
    found = organization.posts.current(on).select_related("member", "user", "organization", "acting_for__member")
    return sorted(
        found, key=lambda one: (one.acting_for_id is not None, POST_RANK[Post(one.post)], one.starts_on, one.pk)
    )


def places_kept_by(standing: Standing) -> QuerySet[Organization]:
    """Return the branches and groups whose members this person keeps the roster of."""
    kept = Organization.objects.within(*standing.managing_paths()).existing(standing.on)
    return kept.filter(kind__in=[Kind.BRANCH, Kind.GROUP]).select_related("parent")


def candidates(organization: Organization, standing: Standing) -> QuerySet[Member]:
    """Return who could be given a post here: the members of the organisation and below it, but nobody himself."""
    found = Member.objects.belonging(standing.on, organization.path)
    return found.exclude(pk=standing.member.pk) if standing.member else found


def acting_to_come(organization: Organization, on: date) -> QuerySet[PostAssignment]:
    """Return who is going to stand in for somebody here, soonest first."""
    rows = organization.posts.filter(acting_for__isnull=False, starts_on__gt=on)
    return rows.select_related("member", "organization", "acting_for__member").order_by("starts_on", "pk")


def belongs(member: Member, organization: Organization, on: date) -> bool:
    """Answer whether he belongs to the organisation or below it on that day. One query."""
    return Membership.objects.within(organization.path).current(on).filter(member=member).exists()


def holds_post_of(member: Member, assignment: PostAssignment, on: date) -> bool:
    """Answer whether he holds the same post there himself. One query."""
    rows = PostAssignment.objects.own().filter(organization=assignment.organization_id, post=assignment.post)
    return rows.filter(member=member).current(on).exists()


def stand_ins(assignment: PostAssignment, on: date) -> QuerySet[Member]:
    """Return who could stand in for the holder: the others of the organisation and below it who can sign in."""
    found = Member.objects.belonging(on, assignment.organization.path).filter(user__is_active=True)
    return found.exclude(pk=assignment.member_id) if assignment.member_id is not None else found


def account_named(username: str) -> User | None:
    """Return the account that can sign in under this name."""
    return User.objects.filter(username=username, is_active=True).first()


def usernames_like(beginning: str, *, exactly: bool = False) -> set[str]:
    """Return the user names that begin with this, or that are this but for capitals."""
    like = {"username__iexact": beginning} if exactly else {"username__istartswith": beginning}
    return set(User.objects.filter(**like).values_list("username", flat=True))


def former_posts(organization: Organization, on: date) -> QuerySet[PostAssignment]:
    """Return the terms here that had ended by that day, latest first."""
    return organization.posts.filter(ends_on__lt=on).select_related("member", "user").order_by("-ends_on", "-pk")


def posts_ever(member: Member, standing: Standing) -> QuerySet[PostAssignment]:
    """Return the posts a member holds or held in the trees known to the viewer, latest first."""
    return (
        member.posts.visible_to(standing, standing.on)
        .select_related("organization", "acting_for__member")
        .order_by("-starts_on", "-pk")
    )


def managers(unit_path: str, on: date) -> QuerySet[PostAssignment]:
    """Return the posts through which somebody who can sign in keeps this unit's roster: its office and its leaders, or those above.

    Who only stands in for somebody does not count: his days are numbered.
    """
    able = Q(member__user__is_active=True) | Q(user__is_active=True)
    kept = Q(post=Post.OFFICE_STAFF) | Q(post__in=LEADERS)
    at = Q(organization__path__in=[*ancestors(unit_path), unit_path])
    return PostAssignment.objects.own().filter(able, kept, at).current(on)
