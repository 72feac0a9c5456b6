"""What lies beside the form when a leader writes: the subject's pledge, its self-review, the last comment and what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch

from branches.scope import Standing
from pledges.models import Pledge
from pledges.queries import reading
from pledges.states import IN_FORCE, IN_WORK
from reviews.models import CommentRound, LeaderComment, SelfReview, SelfReviewLine
from reviews.queries.comment_ladder import Target
from reviews.queries.comments import ProblemLine, problem_lines, with_problems
from reviews.states import ReviewState
from schedule.models import ActionItem


@dataclass(frozen=True)
class Dossier:
    """All of it as the reader may see it. ``problems`` are those of the last comment with what became of them."""

    pledge: Pledge | None
    overdue: int
    self_review: SelfReview | None
    last: LeaderComment | None
    problems: Sequence[ProblemLine]
    items: Sequence[ActionItem]
    late: int


def dossier_of(
    target: Target, round_: CommentRound, *, but: LeaderComment | None, viewer: Standing, on: date
) -> Dossier:
    """Return what is known of a subject, the comment being written left out. Twelve queries at most, however much there is."""
    pledge = _pledge(target, viewer, on)
    last = _last(target, but, viewer, on)
    items = (
        ActionItem.objects.visible_to(viewer, on)
        .of_subject(organization=target.organization.pk, member=target.member_number)
        .unfinished(on)
    )
    rows = list(items.select_related("responsible", "standard").order_by("due_on", "pk"))
    return Dossier(
        pledge=pledge,
        overdue=sum(item.is_overdue(on) for item in pledge.items.all()) if pledge is not None else 0,
        self_review=_self_review(target, round_, viewer, on),
        last=last,
        problems=problem_lines([last], on=on)[last.pk] if last is not None else [],
        items=rows,
        late=sum(item.is_overdue(on) for item in rows),
    )


def _pledge(target: Target, viewer: Standing, on: date) -> Pledge | None:
    pledges = Pledge.objects.visible_to(viewer, on).filter(state__in=[*IN_WORK, *IN_FORCE])
    if target.member is not None:
        pledges = pledges.filter(member=target.member)
    else:
        pledges = pledges.filter(member__isnull=True, organization=target.organization)
    # what is in force says more than the edition being written
    pledges = reading.with_progress(pledges).order_by(
        "-cycle__year", F("published_on").desc(nulls_last=True), "-edition"
    )
    found: Pledge | None = pledges.first()
    return found


def _self_review(target: Target, round_: CommentRound, viewer: Standing, on: date) -> SelfReview | None:
    reviews = (
        SelfReview.objects.visible_to(viewer, on)
        .filter(round=round_)
        .of_subject(organization=target.organization.pk, member=target.member_number)
    )
    lines = SelfReviewLine.objects.select_related("standard").prefetch_related("measures__responsible")
    found: SelfReview | None = (
        reviews.exclude(state=ReviewState.LAPSED).prefetch_related(Prefetch("lines", lines)).order_by("-pk").first()
    )
    return found


def _last(target: Target, but: LeaderComment | None, viewer: Standing, on: date) -> LeaderComment | None:
    comments = (
        LeaderComment.objects.visible_to(viewer, on)
        .given()
        .of_subject(organization=target.organization.pk, member=target.member_number)
    )
    if but is not None:
        comments = comments.exclude(pk=but.pk)
    found: LeaderComment | None = with_problems(comments).order_by("-held_on", "-pk").first()
    return found
