"""Letters and reminders of self-reviews: a letter for every move somebody waits for, and reminders of what is not yet handed in or read."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from branches.models import Membership, Organization
from branches.queries import posts_at
from branches.states import LEADERS, Kind
from reviews.models import CommentRound, SelfReview
from reviews.queries import coverage
from reviews.queries import self_reviews as queries
from reviews.queries.subjects import Key, Subject
from reviews.states import Duty, ReviewState
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder
from schedule.reminding import register as register_reminder


def review_url(review: SelfReview) -> str:
    """Return the self-review's own page."""
    return review.get_absolute_url()


def start_url(obj: Any) -> str:
    """Return where a self-review is begun or gone on with."""
    return reverse("reviews:self_review_start")


for kind, label, who in [
    ("self_review_submitted", "有对照检查等待审阅", queries.readers),
    ("self_review_returned", "对照检查被退回修改", queries.writers),
    ("self_review_accepted", "对照检查已认可", queries.writers),
]:
    register_letter(Letter(kind, label, review_url, queries.among(who)))

read_with(SelfReview, queries.for_work)

register_letter(Letter("self_review_due", "提交对照检查的日子快到了", start_url))
register_letter(Letter("self_review_due_organization", "提交党组织对照检查的日子快到了", start_url))
register_letter(Letter("self_review_waits", "有对照检查在等您审阅", review_url))


# ---- a self-review is to be handed in ----


def rounds_being_written(on: date, until: date) -> list[CommentRound]:
    """Running rounds whose day of handing in comes by ``until``."""
    rounds = CommentRound.objects.running(on).filter(self_review_by__lte=until)
    return list(rounds.select_related("organization").order_by("pk"))


def missing(round_: CommentRound, on: date) -> list[Subject]:
    """Return who ought to hand in and has not. Five queries."""
    return [one.subject for one in coverage.missing_in(round_, on=on) if one.duty == Duty.SELF_REVIEW]


def members_to_review(on: date, until: date) -> Iterator[Due]:
    """Members who ought to review themselves and have not handed in."""
    for round_ in rounds_being_written(on, until):
        wanted = [subject.member.pk for subject in missing(round_, on) if subject.member is not None]
        rows = Membership.objects.within(round_.path).current(on).filter(member__in=wanted)
        for membership in rows.select_related("member", "organization").order_by("pk"):
            entered = max(_entered_on(round_), membership.starts_on)
            yield Due(membership, [membership.member], round_.self_review_by, entered)


def member_has_to_review(membership: Membership, on: date) -> bool:
    """Answer whether the member still belongs there and has not handed in everywhere he ought to."""
    optional = membership.member.member_type in settings.REVIEW_OPTIONAL_MEMBER_TYPES
    if optional or not membership.runs_on(on):
        return False
    return _is_missing(membership.path, ("member", membership.member_id), on)


def organizations_to_review(on: date, until: date) -> Iterator[Due]:
    """Organisations that have not handed in theirs; their leaders hear of it."""
    for round_ in rounds_being_written(on, until):
        places = [subject.organization for subject in missing(round_, on) if subject.member is None]
        posts = posts_at([place.pk for place in places], on)
        for place in places:
            leaders = [row.holder for row in posts.get(place.pk, []) if row.post in LEADERS]
            yield Due(place, leaders, round_.self_review_by, _entered_on(round_))


def organization_has_to_review(organization: Organization, on: date) -> bool:
    """Answer whether the organisation has not handed in everywhere it ought to."""
    acts = organization.kind in (Kind.BRANCH, Kind.GENERAL_BRANCH)
    return acts and _is_missing(organization.path, ("organization", organization.pk), on)


def _is_missing(path: str, key: Key, on: date) -> bool:
    rounds = list(CommentRound.objects.above(path).running(on))
    there = coverage.self_reviews_handed_in(rounds, on)
    return any((round_.pk, key) not in there for round_ in rounds)


def _entered_on(round_: CommentRound) -> date:
    return max(timezone.localtime(round_.entered_at).date(), round_.opens_on)


# ---- a self-review waits for its reader ----


def reviews_waiting(on: date, until: date) -> Iterator[Due]:
    """Self-reviews handed in and not yet read; the day they were handed in counts. Two queries."""
    rows = SelfReview.objects.filter(
        state=ReviewState.SUBMITTED, round__closed_on__isnull=True, submitted_on__lte=until
    )
    reviews = list(queries.for_work(rows).select_related("author").order_by("pk"))
    posts = queries.posts_around(reviews, on)
    for review in reviews:
        assert review.submitted_on is not None  # filtered above
        yield Due(review, queries.readers(review, posts), review.submitted_on, review.submitted_on)


def is_waiting(review: SelfReview, on: date) -> bool:
    """Answer whether nobody has decided yet."""
    return review.state == ReviewState.SUBMITTED and not review.round.is_closed


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}
WAITED = tuple(-days for days in settings.REVIEW_WAITING_DAYS)

for reminder in [
    Reminder(
        "self_review_due",
        "党员提交对照检查",
        "self_review_due",
        BEFORE,
        members_to_review,
        member_has_to_review,
        **AGAIN,
    ),
    Reminder(
        "self_review_due_organization",
        "党组织提交对照检查",
        "self_review_due_organization",
        BEFORE,
        organizations_to_review,
        organization_has_to_review,
        **AGAIN,
    ),
    Reminder("self_review_waits", "对照检查等待审阅", "self_review_waits", WAITED, reviews_waiting, is_waiting),
]:
    register_reminder(reminder)
