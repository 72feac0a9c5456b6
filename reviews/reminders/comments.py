"""Letters and reminders of comments and rounds."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from branches.models import PostAssignment
from branches.queries import posts_at
from branches.states import LEADERS
from reviews.models import CommentRound, LeaderComment
from reviews.queries import comment_people as people
from reviews.queries import comments as comment_queries
from reviews.queries.comment_ladder import COMMENTATORS
from reviews.queries.comment_pile import pile_of, piles_of
from reviews.states import CommentState
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder
from schedule.reminding import register as register_reminder

BATCH = 500


def comment_url(comment: LeaderComment) -> str:
    """Return the comment's own page."""
    return reverse("reviews:comment_detail", args=[comment.pk])


def acknowledge_url(comment: LeaderComment) -> str:
    """Return where it is read and signed for."""
    return reverse("reviews:comment_acknowledge", args=[comment.pk])


def list_url(comment: LeaderComment) -> str:
    """Return the list: what has been taken back has no page for its subject."""
    return reverse("reviews:comment_list")


def round_url(round_: CommentRound) -> str:
    """Return the round's page."""
    return reverse("reviews:round_detail", args=[round_.pk])


def walk_url(round_: CommentRound) -> str:
    """Return where a leader walks through those he owes a comment."""
    return reverse("reviews:comment_pile", args=[round_.pk])


def start_url(round_: CommentRound) -> str:
    """Return where a self-review is begun."""
    return reverse("reviews:self_review_start")


def rounds_url(post: PostAssignment) -> str:
    """Return the list of rounds, from where one goes on writing."""
    return reverse("reviews:round_list")


register_letter(Letter("comment_issued", "收到领导点评", comment_url, people.subjects))
register_letter(Letter("comment_acknowledged", "点评已签收", comment_url, people.authors))
register_letter(Letter("comment_verified", "点评指出的问题已整改", comment_url, people.authors))
register_letter(Letter("comment_recalled", "点评已收回", list_url, people.subjects))
read_with(LeaderComment, comment_queries.for_work)

register_letter(Letter("comment_due", "还有人没有点评到", rounds_url))
register_letter(Letter("comment_unacknowledged", "有点评等您签收", acknowledge_url))
register_letter(Letter("round_closing", "点评轮次快到期了", round_url))
# somebody in charge pressed the button: of the whole round, to whom it waits for
register_letter(Letter("comment_nudge", "催办：还有人没有点评到", walk_url))
register_letter(Letter("self_review_nudge", "催办：请提交对照检查", start_url))


def rounds_running(on: date, until: date) -> list[CommentRound]:
    """Return the rounds that have begun, are not closed, and whose last day for comments comes by ``until``. One query."""
    rounds = CommentRound.objects.running(on).filter(closes_on__lte=until)
    return list(rounds.select_related("organization", "semester").order_by("pk"))


def _entered_on(round_: CommentRound) -> date:
    return timezone.localtime(round_.entered_at).date()


# ---- somebody has not been commented on ----


def leaders_to_comment(on: date, until: date) -> Iterator[Due]:
    """Leaders who owe somebody a comment, each once a round, by the post he holds; the letter says how many are left."""
    for round_ in rounds_running(on, until):
        for leader, pile in piles_of(round_, on).items():
            left = pile.left
            if not left:
                continue
            post: Any = next(line.post for line in left if line.post is not None)
            post.left, post.round = len(left), round_
            yield Due(post, [leader], round_.closes_on, max(_entered_on(round_), post.starts_on))


def still_owes(post: PostAssignment, on: date) -> bool:
    """Answer whether the holder still owes somebody a comment in a round that runs."""
    if post.post not in COMMENTATORS or post.member is None or not post.runs_on(on):
        return False
    rounds = CommentRound.objects.running(on).above(post.organization.path).select_related("organization")
    return any(pile_of(round_, post.member, on).left for round_ in rounds)


# ---- a comment waits for its signature ----


def comments_waiting(on: date, until: date) -> Iterator[Due]:
    """Comments given and not signed for; the day they were given counts."""
    comments = LeaderComment.objects.filter(state=CommentState.ISSUED, issued_on__lte=until).select_related(
        "round__semester", "organization", "member", "commentator", "author"
    )
    for batch in _in_batches(comments.order_by("pk")):
        posts = posts_at([comment.organization_id for comment in batch if comment.member_id is None], on)
        for comment in batch:
            assert comment.issued_on is not None  # filtered above
            if comment.member is None:
                to = people.holding(posts, comment.organization_id, LEADERS)
            else:
                to = people.subjects(comment, on)
            yield Due(comment, to, comment.issued_on, comment.issued_on)


def is_unacknowledged(comment: LeaderComment, on: date) -> bool:
    """Answer whether nobody has signed for it."""
    return comment.state == CommentState.ISSUED


def _in_batches(rows: Any) -> Iterator[list[LeaderComment]]:
    stream: Iterable[LeaderComment] = rows.iterator(chunk_size=BATCH)
    rest = iter(stream)
    while batch := list(islice(rest, BATCH)):
        yield batch


# ---- a round comes to its last day ----


def rounds_closing(on: date, until: date) -> Iterator[Due]:
    """Rounds whose last day for comments comes near: leaders and office of the unit see to it that nobody is left out."""
    rounds = rounds_running(on, until)
    in_charge = people.in_charge(rounds, on)
    for round_ in rounds:
        yield Due(round_, in_charge[round_.organization_id], round_.closes_on, _entered_on(round_))


def is_open(round_: CommentRound, on: date) -> bool:
    """Answer whether the round runs and its last day has not passed."""
    return round_.is_running(on) and on <= round_.closes_on


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}
WAITED = tuple(-days for days in settings.ACKNOWLEDGE_WAITING_DAYS)

for reminder in [
    Reminder("comment_due", "领导点评到期", "comment_due", BEFORE, leaders_to_comment, still_owes, **AGAIN),
    Reminder(
        "comment_unacknowledged",
        "点评等待签收",
        "comment_unacknowledged",
        WAITED,
        comments_waiting,
        is_unacknowledged,
    ),
    Reminder("round_closing", "点评轮次到期", "round_closing", BEFORE, rounds_closing, is_open),
]:
    register_reminder(reminder)
