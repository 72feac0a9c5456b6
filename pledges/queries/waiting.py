"""What waits for a person: the dashboard's lines, in one query."""

from datetime import date

from django.db.models import Count, Min, Q

from branches.scope import Standing
from pledges.models import Pledge
from schedule.queries.waiting import Waiting

LINES = (
    ("to_write", "我要写完的承诺", "pledges:pledge_list", "?waiting=to_write"),
    ("to_report", "我要述诺的承诺", "pledges:pledge_list", "?waiting=to_report"),
    ("to_review", "等我审的承诺", "pledges:review_list", ""),
    ("to_appraise", "等我评诺的承诺", "pledges:pledge_list", "?waiting=to_appraise"),
    ("to_publish", "等我公布的承诺", "pledges:publish_list", ""),
    ("to_record", "等登记批复的承诺", "pledges:pledge_list", "?waiting=to_record"),
)
DOORS = tuple(key for key, *_ in LINES)
CAME = {"to_review": "submitted_on", "to_appraise": "reported_on", "to_publish": "approved_on"}


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return the lines with something in them. One query."""
    pledges = Pledge.objects.all()
    behind = {key: Q(pk__in=getattr(pledges, key)(standing, on).values("pk")) for key in DOORS}
    found = pledges.aggregate(
        **{key: Count("pk", filter=behind[key]) for key in DOORS},
        **{f"{key}_since": Min(day, filter=behind[key]) for key, day in CAME.items()},
    )
    return [
        Waiting(key, label, found[key], view, query, found.get(f"{key}_since"))
        for key, label, view, query in LINES
        if found[key]
    ]
