"""What of the reviews raises action items, and what follows when those move. Found by the schedule at start-up."""

from datetime import date
from typing import Any

from django.urls import reverse

from reviews.models import LeaderComment
from reviews.queries.comments import SOURCE, for_work
from reviews.workflow import comments
from schedule.models import ActionItem
from schedule.sources import Origin, register


def _followed(item: ActionItem, verb: str, by: Any, on: date) -> None:
    # the row is locked: of two items verified at the same moment the later one must see both
    rows = for_work(LeaderComment.objects.select_for_update(of=("self",)))
    comments.follow(rows.get(pk=item.source_id), by=by, on=on)


register(Origin("reviews.selfreview", lambda number: reverse("reviews:self_review_detail", args=[number])))
register(Origin(SOURCE, lambda number: reverse("reviews:comment_detail", args=[number]), _followed))
register(Origin("reviews.evaluationround", lambda number: reverse("reviews:result_detail", args=[number])))
