"""Comments and what came of them. Each function says how many queries it costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from accounts.models import LogEntry
from reviews.models import CommentProblem, LeaderComment
from reviews.scope.comments import CommentQuerySet
from schedule.models import ActionItem
from schedule.states.items import ItemState

SOURCE = LeaderComment._meta.label_lower
# the latest round first; in it the organisations by the tree, each before its secretary and members
ORDER = ("-round__opens_on", "path", "organization_id", "-subject_kind", "member__sort_key", "member_id", "pk")


def for_work(comments: CommentQuerySet) -> CommentQuerySet:
    """Fetch with everything the rules ask for: one query."""
    return comments.select_related(
        "round__organization",
        "round__semester",
        "organization__parent",
        "member__user",
        "commentator__user",
        "author",
        "meeting",
    )


def for_lists(comments: CommentQuerySet) -> CommentQuerySet:
    """Fetch with what a line of a list says: one query."""
    return comments.select_related("round__semester", "organization", "member", "commentator", "meeting")


def with_problems(comments: CommentQuerySet) -> CommentQuerySet:
    """Fetch with the problems named: two queries."""
    problems = CommentProblem.objects.select_related("standard")
    return for_work(comments).prefetch_related(Prefetch("problems", problems))


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem and the action item it became; none before the comment is issued. ``readable``: the reader may open the item."""

    problem: CommentProblem
    item: ActionItem | None
    readable: bool
    overdue: bool


def problem_lines(
    comments: Sequence[LeaderComment], *, readable: set[int] | frozenset[int] = frozenset(), on: date
) -> dict[int, list[ProblemLine]]:
    """Return the problems of comments fetched with them, each with its item. One query."""
    items = items_of(comments)
    return {
        comment.pk: [
            ProblemLine(
                problem,
                item := items.get((comment.pk, problem.place)),
                item is not None and item.pk in readable,
                item is not None and item.is_overdue(on),
            )
            for problem in comment.problems.all()
        ]
        for comment in comments
    }


def items_of(comments: Sequence[LeaderComment]) -> dict[tuple[int, int], ActionItem]:
    """Return the action items of comments, by comment and place; of several (recalled and issued again) the newest. One query."""
    rows = ActionItem.objects.filter(source_type=SOURCE, source_id__in=[comment.pk for comment in comments])
    return {(item.source_id or 0, item.source_place): item for item in rows.order_by("pk")}


def items_by_comment(comments: Iterable[int]) -> dict[int, list[ActionItem]]:
    """Return the action items of comments, cancelled ones left out, in the order of the problems. One query."""
    rows = ActionItem.objects.filter(source_type=SOURCE, source_id__in=list(comments))
    found: dict[int, list[ActionItem]] = defaultdict(list)
    for item in rows.exclude(state=ItemState.CANCELLED).order_by("source_place", "pk"):
        found[item.source_id or 0].append(item)
    return found


def items_raised_by(comment: LeaderComment) -> list[ActionItem]:
    """Return all action items of a comment, cancelled ones too, fetched for work. One query."""
    rows = ActionItem.objects.filter(source_type=SOURCE, source_id=comment.pk)
    return list(rows.select_related("organization", "member", "responsible__user", "verifying").order_by("pk"))


def history_of(comment: LeaderComment) -> list[LogEntry]:
    """Return who did what to a comment, the newest first. One query."""
    return list(LogEntry.objects.filter(target_type=SOURCE, target_id=str(comment.pk)))
