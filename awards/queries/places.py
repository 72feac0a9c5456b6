"""How many places a category has, worked out in the open, and how many are left."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from django.db.models import Count, QuerySet

from awards.models import AwardCategory, AwardQuota, AwardRound, Nomination
from awards.states import PLACED, Basis, NominationState, Rounding
from branches.models import Member, Membership, Organization
from branches.states import Kind

ROUNDED = {Rounding.DOWN: ROUND_DOWN, Rounding.NEAREST: ROUND_HALF_UP, Rounding.UP: ROUND_UP}
# a recommendation uses up one of its branch's places as long as it has not failed
USING = (NominationState.RECOMMENDED, *PLACED)


@dataclass(frozen=True, slots=True)
class Places:
    """``number`` of places, and ``sentence`` how it was found."""

    number: int
    sentence: str


def worked_out(quota: AwardQuota, counted: int) -> Places:
    """Return what a quota gives where so many members or branches were counted. Pure: the number and its sentence are one computation."""
    if quota.basis == Basis.COUNT:
        return Places(int(quota.value), f"固定 {int(quota.value)} 个名额")
    exact = Decimal(counted) * quota.value / 100
    number = max(int(exact.quantize(Decimal(1), rounding=ROUNDED[Rounding(quota.rounding)])), quota.minimum)
    unit = "名党员" if quota.basis == Basis.PERCENT_OF_MEMBERS else "个支部"
    least = f"，至少 {quota.minimum} 个" if quota.minimum else ""
    share = f"{counted} {unit}的 {quota.figure}% 是 {exact:.2f}"
    return Places(number, f"{share}，{quota.get_rounding_display()}{least}，共 {number} 个名额")


def places_of(quota: AwardQuota, place: Organization, on: date) -> Places:
    """Return what a quota gives, counted in the tree of ``place`` on that day. At most one query."""
    match quota.basis:
        case Basis.PERCENT_OF_MEMBERS:
            return worked_out(quota, Member.objects.belonging(on, place.path).count())
        case Basis.PERCENT_OF_BRANCHES:
            return worked_out(quota, branches_of(place.path, on).count())
    return worked_out(quota, 0)


def branches_of(path: str, on: date) -> "QuerySet[Organization]":
    """The branches of a tree on that day."""
    found: QuerySet[Organization] = Organization.objects.within(path).existing(on).filter(kind=Kind.BRANCH)
    return found


def places_left(category: AwardCategory, *, but: Nomination | None = None, on: date) -> Places:
    """Return the places nobody holds yet, ``but`` left out, counted on the day the round was announced. Without a quota there is no limit."""
    quota = category.quotas.filter(each=False, organization__isnull=True).first()
    if quota is None:
        return Places(1, "没有限定名额")
    whole = places_of(quota, category.round.organization, category.round.announced_on or on)
    taken = Nomination.objects.filter(category=category, state__in=PLACED)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    number = taken.count()
    return Places(whole.number - number, f"“{category.title}”{whole.sentence}，已经用去 {number} 个，没有名额了。")


def nominator_places_left(
    category: AwardCategory, nominator: Organization, *, but: Nomination | None, on: date
) -> Places:
    """Return how many more the organisation may recommend: its own quota, else the one every branch has."""
    own = category.quotas.filter(organization=nominator).first()
    quota = own or category.quotas.filter(each=True).first()
    if quota is None:
        return Places(1, "没有限定推荐名额")
    whole = places_of(quota, nominator, category.round.announced_on or on)
    made = Nomination.objects.filter(category=category, nominator=nominator, state__in=USING)
    if but is not None:
        made = made.exclude(pk=but.pk)
    number = made.count()
    return Places(
        whole.number - number,
        f"{nominator}推荐“{category.title}”{whole.sentence}，已经推荐 {number} 个，不能再推荐。",
    )


# ---- all places of a round at once ----


@dataclass
class Ground:
    """What percentages are taken of, in one tree on one day: counted anywhere inside it without asking again."""

    branches: list[Organization]
    belonging: set[tuple[int, str]]

    @classmethod
    def of(cls, round_: AwardRound, on: date) -> "Ground":
        """Count the round's tree on the day it was announced, a draft's on ``on``. Two queries."""
        day = round_.announced_on or on
        members = Membership.objects.all().current(day).within(round_.path)
        return cls(list(branches_of(round_.path, day).order_by("path")), set(members.values_list("member_id", "path")))

    def members_at(self, path: str) -> int:
        """How many members belong to the tree of ``path``."""
        return len({member for member, place in self.belonging if place.startswith(path)})

    def places(self, quota: AwardQuota, place: Organization) -> Places:
        """Return what a quota gives there, as `places_of` does, without a query."""
        if quota.basis == Basis.PERCENT_OF_MEMBERS:
            return worked_out(quota, self.members_at(place.path))
        return worked_out(quota, sum(branch.path.startswith(place.path) for branch in self.branches))


@dataclass
class CategoryPlaces:
    """A category with its places: of the whole round (None: no limit), and what is said of those who recommend."""

    category: AwardCategory
    whole: Places | None
    used: int
    each: AwardQuota | None
    own: dict[int, AwardQuota] = field(default_factory=dict)

    @property
    def left(self) -> int | None:
        """Places nobody holds; None without a limit, never below none."""
        return None if self.whole is None else max(self.whole.number - self.used, 0)

    @property
    def each_sentence(self) -> str:
        """What every branch may recommend, in words."""
        return said_of_each(self.each) if self.each is not None else ""


def said_of_each(quota: AwardQuota) -> str:
    """Say how many every branch may recommend."""
    if quota.basis == Basis.COUNT:
        return f"每个支部可以推荐 {int(quota.value)} 个"
    least = f"，至少 {quota.minimum} 个" if quota.minimum else ""
    return f"每个支部按本支部党员人数的 {quota.figure}% 推荐，{quota.get_rounding_display()}{least}"


@dataclass(frozen=True)
class Share:
    """What one organisation may recommend: its members, and places by category (None: no limit)."""

    organization: Organization
    members: int
    places: list[Places | None]


@dataclass(frozen=True)
class Spread:
    """The places of a round: by category, and by who recommends."""

    categories: list[CategoryPlaces]
    shares: list[Share]


def spread(round_: AwardRound, on: date) -> Spread:
    """Return all places of a round. Eight queries at most, whatever the number of categories and branches."""
    categories = list(
        round_.categories.prefetch_related("quotas__organization", "rules__other").order_by("place", "pk")
    )
    ground = Ground.of(round_, on)
    used = placed_in(round_)
    rows = [_category_places(one, round_, ground, used.get(one.pk, 0)) for one in categories]
    return Spread(rows, _shares(rows, ground))


def _category_places(category: AwardCategory, round_: AwardRound, ground: Ground, used: int) -> CategoryPlaces:
    quotas = list(category.quotas.all())
    whole = next((one for one in quotas if not one.each and one.organization_id is None), None)
    return CategoryPlaces(
        category,
        ground.places(whole, round_.organization) if whole is not None else None,
        used,
        next((one for one in quotas if one.each), None),
        {one.organization_id: one for one in quotas if one.organization_id is not None},
    )


def _shares(rows: list[CategoryPlaces], ground: Ground) -> list[Share]:
    """Return the table of who may recommend how many: the branches, and whoever has a quota of its own."""
    if not any(row.each is not None or row.own for row in rows):
        return []
    named = [quota.organization for row in rows for quota in row.own.values() if quota.organization is not None]
    places = sorted({one.pk: one for one in [*ground.branches, *named]}.values(), key=lambda one: one.path)
    shares = []
    for place in places:
        quotas = [row.own.get(place.pk) or row.each for row in rows]
        given = [ground.places(quota, place) if quota is not None else None for quota in quotas]
        shares.append(Share(place, ground.members_at(place.path), given))
    return shares


def placed_in(round_: AwardRound) -> dict[int, int]:
    """Return how many nominations of a round hold a place, by category. One query."""
    held = Nomination.objects.filter(round=round_, state__in=PLACED)
    return dict(held.order_by().values_list("category").annotate(Count("pk")))
