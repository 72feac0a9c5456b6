"""Self-reviews and their neighbours: who writes and reads them, last semester's, who has handed in. Each function says how many queries it costs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q

from branches.models import Member, Membership, Organization, PostAssignment
from branches.queries import Posts, posts_at
from branches.scope import Standing, Viewer, ancestors
from branches.states import LEADERS, Kind, Post
from pledges.hints import likeness, shingles
from pledges.queries.people import Person
from reviews.models import CommentRound, Measure, SelfReview, SelfReviewLine
from reviews.queries.subjects import Key, key_of
from reviews.scope.self_reviews import SelfReviewQuerySet
from reviews.states import Answer, ReviewState
from schedule.models import ActionItem, Indicator
from schedule.queries.items import for_work as items_for_work
from schedule.queries.waiting import Waiting
from schedule.states.items import ItemState

# the order of reading: branch by branch, the organisation before its members
PILE = ("path", "-subject_kind", "member__sort_key", "pk")
STOOD = (ReviewState.ACCEPTED, ReviewState.ARCHIVED)


def for_work(reviews: SelfReviewQuerySet) -> SelfReviewQuerySet:
    """Fetch with everything the rules ask for: one query."""
    return reviews.select_related(
        "round__organization", "round__semester__campaign__scoring", "organization", "member__user", "reviewing", "set"
    )


def for_lists(reviews: SelfReviewQuerySet) -> SelfReviewQuerySet:
    """Fetch with what a line of a list says: one query."""
    return reviews.select_related("round__semester", "organization", "member")


def with_lines(reviews: SelfReviewQuerySet) -> SelfReviewQuerySet:
    """Fetch with lines, their standards and measures: three queries."""
    return for_work(reviews).prefetch_related(*lines_and_measures())


def lines_and_measures() -> list[Prefetch]:
    """What to fetch beside reviews so that their text is at hand."""
    lines = SelfReviewLine.objects.select_related("standard")
    measures = Measure.objects.select_related("responsible")
    return [Prefetch("lines", lines), Prefetch("lines__measures", measures)]


def rounds_for(viewer: Viewer, on: date) -> Any:
    """The rounds the person knows, the newest first."""
    return CommentRound.objects.visible_to(viewer, on).select_related("organization", "semester")


def current_round(viewer: Viewer, on: date) -> CommentRound | None:
    """The newest round known to the person that has begun on that day; when none has, the one to come. One query."""
    rounds: list[CommentRound] = list(rounds_for(viewer, on))
    return next((r for r in rounds if r.opens_on <= on), rounds[-1] if rounds else None)


def own(standing: Standing) -> SelfReviewQuerySet:
    """One's own, and those of the organisations one leads, of rounds that are not over; the newest first."""
    led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
    mine = Q(member__isnull=True, organization__in=led)
    if standing.member is not None:
        mine |= Q(member=standing.member.pk)
    reviews: SelfReviewQuerySet = SelfReview.objects.filter(mine, round__closed_on__isnull=True)
    return for_lists(reviews.exclude(state=ReviewState.LAPSED)).order_by("-round__opens_on", "subject_kind", "pk")


def branch_of(member: Member, on: date) -> Organization | None:
    """Return where a member reviews himself on that day: his branch, or the branch his group belongs to. One query."""
    membership = member.memberships.current(on).select_related("organization__parent").first()
    if membership is None:
        return None
    place: Organization = membership.organization
    return place.parent if place.kind == Kind.GROUP else place


def members_without_account(path: str, on: date) -> list[tuple[Organization, Member]]:
    """Return members who cannot write for themselves, with where they review themselves. One query."""
    rows = Membership.objects.within(path).current(on).filter(member__user__isnull=True)
    rows = rows.select_related("member", "organization__parent").order_by("path", "member__sort_key", "member_id")
    found = [
        (row.organization.parent if row.organization.kind == Kind.GROUP else row.organization, row.member)
        for row in rows
    ]
    return [(place, member) for place, member in found if place.kind in (Kind.BRANCH, Kind.GENERAL_BRANCH)]


def leading_member(organization: Organization, on: date) -> Member | None:
    """Return the organisation's secretary of that day, else its deputy. One query."""
    posts = PostAssignment.objects.own().filter(organization=organization, post__in=LEADERS, member__isnull=False)
    rows = sorted(posts.current(on).select_related("member").order_by("pk"), key=lambda p: p.post != Post.SECRETARY)
    return rows[0].member if rows else None


# ---- who has begun ----


def begun(rounds: Iterable[CommentRound]) -> set[tuple[int, Key]]:
    """Return which subjects have a self-review in whatever state, lapsed ones left out. One query."""
    rows = SelfReview.objects.filter(round__in=[r.pk for r in rounds]).exclude(state=ReviewState.LAPSED)
    return {
        (number, key_of(member, place))
        for number, place, member in rows.values_list("round_id", "organization_id", "member_id")
    }


# ---- last semester's, the standards' meaning, what became of the measures ----


def before(reviews: Sequence[SelfReview], viewer: Viewer, on: date) -> dict[int, SelfReview]:
    """Return each subject's last accepted self-review of an earlier round that the viewer may read, with its text. Three queries."""
    members = [review.member_id for review in reviews if review.is_personal]
    places = [review.organization_id for review in reviews if not review.is_personal]
    same = Q(member__in=members) | Q(member__isnull=True, organization__in=places)
    rows = SelfReview.objects.visible_to(viewer, on).filter(same, state__in=STOOD)
    rows = for_lists(rows).prefetch_related(*lines_and_measures()).order_by("-round__opens_on", "-pk")
    earlier: dict[Key, list[SelfReview]] = defaultdict(list)
    for row in rows:
        earlier[_subject_key(row)].append(row)
    found = {}
    for review in reviews:
        older = [e for e in earlier[_subject_key(review)] if e.round.opens_on < review.round.opens_on]
        if older:
            found[review.pk] = older[0]
    return found


def _subject_key(review: SelfReview) -> Key:
    return key_of(review.member_id, review.organization_id)


def by_standard(review: SelfReview | None) -> Mapping[str, SelfReviewLine]:
    """Return the lines of a self-review fetched with its text, by standard's key."""
    return {line.standard.key: line for line in review.lines.all()} if review is not None else {}


def indicators_of(review: SelfReview, on: date) -> dict[int, list[Indicator]]:
    """Return what each standard means for this subject: for all, for the line of its organisations, for the member's post.

    As it stood when the review was handed in, before that as it stands. One query.
    """
    line = [*ancestors(review.path), review.path]
    post = review.member.unit_post if review.member is not None else ""
    rows = Indicator.objects.in_force(review.submitted_on or on).filter(
        Q(organization__isnull=True) | Q(organization__path__in=line),
        post__in={"", post},
        standard__self_review_lines__review=review,
    )
    found: dict[int, list[Indicator]] = defaultdict(list)
    for row in rows.select_related("organization").order_by("order", "pk"):
        found[row.standard_id].append(row)
    return found


def raised_by(review: SelfReview, viewer: Viewer, on: date) -> dict[int, list[ActionItem]]:
    """Return the action items the review's measures became, by standard, of those open to the viewer. One query."""
    items = ActionItem.objects.visible_to(viewer, on).filter(
        source_type=SelfReview._meta.label_lower, source_id=review.pk
    )
    found: dict[int, list[ActionItem]] = defaultdict(list)
    for item in items_for_work(items).order_by("source_place", "pk"):
        found[item.standard_id].append(item)
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """A self-review in a list: how many standards fall short, how many action items came of it, how many of them are closed."""

    review: SelfReview
    gaps: int
    raised: int
    closed: int


def with_counts(reviews: Sequence[SelfReview], on: date) -> list[Counted]:
    """Return the self-reviews of a page with their sums. Two queries."""
    numbers = [review.pk for review in reviews]
    lines = SelfReviewLine.objects.filter(review__in=numbers, answer__in=[Answer.PARTLY, Answer.GAP])
    gaps = dict(lines.order_by().values_list("review").annotate(count=Count("pk")))
    items = ActionItem.objects.filter(source_type=SelfReview._meta.label_lower, source_id__in=numbers)
    items = items.exclude(state=ItemState.CANCELLED).order_by()
    sums = {
        pk: (raised, closed)
        for pk, raised, closed in items.values_list("source_id").annotate(
            raised=Count("pk"), closed=Count("pk", filter=Q(verified_on__lte=on))
        )
    }
    return [Counted(r, gaps.get(r.pk, 0), *sums.get(r.pk, (0, 0))) for r in reviews]


# ---- hints: never a block ----


def same_as_before(review: SelfReview, last: SelfReview | None) -> dict[str, str]:
    """Say, by standard's key, where practice or gap is nearly last semester's text; both reviews fetched with their text."""
    earlier = by_standard(last)
    found = {}
    for line in review.lines.all():
        old = earlier.get(line.standard.key)
        if old is None:
            continue
        said = []
        for label, mine, theirs in (("做法", line.practice, old.practice), ("差距", line.gap, old.gap)):
            share = likeness(shingles(mine), shingles(theirs))
            if share >= settings.PLEDGE_SIMILAR_FROM:
                said.append(f"{label}有 {int(share * 100)}% 相同")
        if said:
            found[line.standard.key] = f"与上一次比，{'，'.join(said)}。请看看这学期有没有新的情况。"
    return found


# ---- who is to be told ----


def writers(review: SelfReview, posts: Posts) -> list[Person]:
    """The member himself, and who registers for a member without an account; an organisation's leaders."""
    if review.member is None:
        return _holding(posts, review.organization_id, LEADERS)
    return [review.member] if review.member.user_id is not None else [review.member, review.author]


def readers(review: SelfReview, posts: Posts) -> list[Person]:
    """Who accepts or returns; for what is read above the unit, who registers what was said there."""
    if review.reviewing_id is None:
        people = _holding(posts, review.round.organization_id, {Post.OFFICE_STAFF})
    else:
        people = _holding(posts, review.reviewing_id, LEADERS)
    leaders = set() if review.is_personal else set(_holding(posts, review.organization_id, LEADERS))
    return [person for person in people if person not in leaders and not _wrote(person, review)]


def among(who: Callable[[SelfReview, Posts], list[Person]]) -> Callable[[SelfReview, date], list[Person]]:
    """Return the question for a single self-review, as a letter asks it."""

    def ask(review: SelfReview, on: date) -> list[Person]:
        return who(review, posts_around([review], on))

    return ask


def posts_around(reviews: Sequence[SelfReview], on: date) -> Posts:
    """Return the posts that matter to these self-reviews. One query."""
    places = {p for r in reviews for p in (r.organization_id, r.reviewing_id, r.round.organization_id) if p}
    return posts_at(places, on)


def _holding(posts: Posts, organization: int, wanted: Iterable[str]) -> list[Person]:
    held = [row.holder for row in posts.get(organization, []) if row.post in set(wanted)]
    return list(dict.fromkeys(held))


def _wrote(person: Person, review: SelfReview) -> bool:
    accounts = (review.author_id, review.submitted_by_id)
    if isinstance(person, Member):
        return person.pk == review.member_id or (person.user_id is not None and person.user_id in accounts)
    return person.pk in accounts


# ---- what waits for a person ----


LINES = (
    ("to_write", "我要写完的对照检查", "reviews:self_review_list", "?waiting=to_write"),
    ("to_review", "等我审阅的对照检查", "reviews:review_pile", ""),
)
DOORS = tuple(key for key, *_ in LINES)


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return the lines with something in them. One query."""
    reviews = SelfReview.objects.all()
    counts = reviews.aggregate(
        **{key: Count("pk", filter=Q(pk__in=getattr(reviews, key)(standing, on).values("pk"))) for key in DOORS}
    )
    return [Waiting(key, label, counts[key], view, query) for key, label, view, query in LINES if counts[key]]
