"""Rounds and their semesters. Each function says how many queries it costs."""

from collections.abc import Sequence
from datetime import date, timedelta

from branches.models import Organization
from branches.scope import Standing, Viewer
from branches.states import LEADERS, Post
from reviews.models import CommentRound
from reviews.scope.rounds import RoundQuerySet
from schedule.models import Campaign, Semester
from schedule.queries.plan import semesters_of

COMMENTS_BEFORE_END = 5  # days before the end of term by which everybody has been commented on
SELF_REVIEWS_BEFORE = 14  # days the leaders have to read self-reviews
WRITING = 30  # days to write them
RECTIFYING = 29  # days into the next term by which problems are put right
SHORTEST = 60  # where no next term is known


def rounds_for(viewer: Viewer, on: date) -> RoundQuerySet:
    """The rounds the person knows, the newest first, with organisation and semester."""
    rounds: RoundQuerySet = CommentRound.objects.visible_to(viewer, on).select_related("organization", "semester")
    return rounds.order_by("-opens_on", "path")


def unit_run_by(standing: Standing) -> Organization | None:
    """Return the unit whose rounds the person runs: where he leads a unit or serves its office. One query."""
    wanted = LEADERS | {Post.OFFICE_STAFF}
    units = [seat.organization_id for seat in standing.seats if seat.post in wanted and seat.path == seat.unit_path]
    found: Organization | None = Organization.objects.filter(pk__in=units).order_by("path").first()
    return found


def semesters_without_round(campaign: Campaign, unit: Organization) -> list[Semester]:
    """Return the semesters for which the unit has no round yet. Two queries."""
    taken = set(CommentRound.objects.filter(organization=unit).values_list("semester_id", flat=True))
    return [semester for semester in semesters_of(campaign) if semester.pk not in taken]


def proposed_semester(semesters: Sequence[Semester], on: date) -> Semester | None:
    """Return the semester that day counts to, else the next one, else the last one."""
    running = [semester for semester in semesters if semester.starts_on <= on <= semester.reporting_until]
    ahead = [semester for semester in semesters if semester.starts_on > on]
    return next(iter([*running, *ahead, *reversed(semesters)]), None)


def proposed_days(semester: Semester) -> dict[str, date]:
    """Return days that fit a semester: comments done before its end, problems put right early in the next."""
    closes_on = semester.ends_on - timedelta(days=COMMENTS_BEFORE_END)
    self_review_by = max(semester.starts_on, closes_on - timedelta(days=SELF_REVIEWS_BEFORE))
    following = semester.next_starts_on
    rectify_by = following + timedelta(days=RECTIFYING) if following else closes_on + timedelta(days=SHORTEST)
    return {
        "opens_on": max(semester.starts_on, self_review_by - timedelta(days=WRITING)),
        "self_review_by": self_review_by,
        "closes_on": max(closes_on, self_review_by),
        "rectify_by": max(rectify_by, closes_on, self_review_by),
    }


def stage(round_: CommentRound, on: date) -> str:
    """Say where a round stands on a day."""
    if round_.closed_on is not None and round_.closed_on <= on:
        return "已结束"
    if on < round_.opens_on:
        return "尚未开始"
    if on <= round_.self_review_by:
        return "对照检查"
    return "领导点评" if on <= round_.closes_on else "点评已到期"
