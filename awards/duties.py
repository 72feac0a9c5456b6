"""What of commendation a meeting serves: the recommendations voted there. Found by the schedule at start-up."""

from datetime import date

from awards.models import Nomination
from awards.queries.nominations import for_lists
from branches.scope import Standing
from schedule.duties import Duty, Served, register
from schedule.models import Meeting


def _nominations(meeting: Meeting, standing: Standing, on: date) -> list[Served]:
    rows = Nomination.objects.open_to(standing, on).filter(meeting=meeting)
    return [Served(f"推荐{row}", row.get_absolute_url()) for row in for_lists(rows).order_by("category__place", "pk")]


register(Duty("nominations", "评选推荐", _nominations))
