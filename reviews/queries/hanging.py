"""What of self-reviews, comments and evaluations follows a post, and what stays with its author."""

from collections.abc import Iterator
from datetime import date

from branches.models import PostAssignment
from branches.queries.hanging import Hanging, standing_of_post
from branches.states import LEADERS, Post
from reviews.models import CommentRound, EvaluationRound, LeaderComment, SelfReview
from reviews.states import EVALUATION_FINALS, CommentState

RUNS = LEADERS | {Post.OFFICE_STAFF}


def hanging_on(post: PostAssignment, on: date) -> Iterator[Hanging]:
    """Yield what waits for the post, the rounds it runs, and the drafts of comments, which nobody else may go on with. Five queries."""
    place, me = post.organization, standing_of_post(post, on)
    for key, kind in (("to_review", "等审阅的对照检查"), ("to_write", "本组织没有写完的对照检查")):
        rows = getattr(SelfReview.objects, key)(me, on).select_related("round__semester", "organization", "member")
        for review in rows.order_by("pk"):
            yield Hanging(kind, str(review), review.get_absolute_url())
    if post.post in RUNS:
        rounds = CommentRound.objects.running(on).filter(organization=place).select_related("organization", "semester")
        for round_ in rounds.order_by("pk"):
            yield Hanging("点评轮次", str(round_), round_.get_absolute_url(), round_.closes_on)
        runs = EvaluationRound.objects.filter(organization=place).exclude(state__in=EVALUATION_FINALS)
        for evaluation in runs.order_by("pk"):
            yield Hanging("评议活动", str(evaluation), evaluation.get_absolute_url(), evaluation.closes_on)
    if post.member_id is not None:
        drafts = LeaderComment.objects.filter(commentator=post.member_id, state=CommentState.DRAFT)
        for comment in drafts.select_related("organization", "member", "round").order_by("pk"):
            yield Hanging("点评草稿", str(comment), "", remark="草稿只有起草人能改，不移交；由接任的人另写")
