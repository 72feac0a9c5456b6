"""What of commendation follows a post."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from awards.models import AwardRound, ModelPost, Nomination, Objection, Summary
from awards.queries.rounds import UNDECIDED
from awards.states import ROUND_FINALS, NominationState, SummaryState
from branches.models import PostAssignment
from branches.queries.hanging import Hanging, standing_of_post
from branches.states import LEADERS, Post


def hanging_on(post: PostAssignment, on: date) -> Iterator[Hanging]:
    """Yield the rounds it runs, what it has begun, decides and answers. Seven queries."""
    place, me = post.organization, standing_of_post(post, on)
    if post.post in LEADERS | {Post.OFFICE_STAFF}:
        for round_ in AwardRound.objects.filter(organization=place).exclude(state__in=ROUND_FINALS).order_by("pk"):
            yield Hanging("评选批次", str(round_), round_.get_absolute_url(), round_.commend_on)
    nominations = Nomination.objects.select_related("category", "organization", "member", "round")
    begun = nominations.made_at(me, on).filter(state=NominationState.DRAFT)
    undecided = nominations.to_decide(me, on).filter(state__in=UNDECIDED)
    posts = ModelPost.objects.select_related("organization", "member")
    summaries = Summary.objects.filter(organization=place, state=SummaryState.DRAFT)
    several: list[tuple[str, Any]] = [
        ("没有上报的推荐", begun),
        ("等审议的推荐", undecided),
        ("等答复的异议", Objection.objects.visible_to(me, on).unanswered()),
        ("等评议的示范岗", posts.to_review(me, on)),
        ("等授牌的示范岗", posts.to_grant(me, on)),
        ("没有定稿的总结", summaries),
    ]
    for kind, rows in several:
        for one in rows.order_by("pk"):
            yield Hanging(kind, str(one), one.get_absolute_url())
