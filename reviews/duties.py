"""What of the reviews a meeting serves: the comments made at it. Found by the schedule at start-up."""

from datetime import date

from branches.scope import Standing
from reviews.models import LeaderComment
from reviews.queries.comments import for_lists
from schedule.duties import Duty, Served, register
from schedule.models import Meeting


def _comments(meeting: Meeting, standing: Standing, on: date) -> list[Served]:
    comments = LeaderComment.objects.visible_to(standing, on).given().filter(meeting=meeting, issued_on__lte=on)
    rows = for_lists(comments).order_by("path", "member__sort_key", "pk")
    return [Served(str(row), row.get_absolute_url()) for row in rows]


register(Duty("comments", "领导点评", _comments))
