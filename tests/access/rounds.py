"""Rounds: each state and relation that changes who may do what."""

from typing import Any

from reviews.models import CommentRound
from schedule.models import Semester
from tests.access.cells import Row, only, signed_in
from tests.access.pledges import TREE, in_tree
from tests.conftest import Cast
from tests.reviews import build as reviewing

RUN_BY = ("zongzhi", "ganshi")
DAYS = {
    "name": "2011年上半年点评",
    "opens_on": "2011-05-03",
    "self_review_by": "2011-06-10",
    "closes_on": "2011-06-25",
    "rectify_by": "2011-09-30",
    "publicity": "branch",
}


def a_round(cast: Cast) -> dict[str, Any]:
    return {"pk": reviewing.round_of(cast.general).pk}


def there_is_one(cast: Cast) -> dict[str, Any]:
    a_round(cast)
    return {}


def closed(cast: Cast) -> dict[str, Any]:
    kwargs = a_round(cast)
    CommentRound.objects.update(closed_on=reviewing.ON)
    return kwargs


def a_semester(cast: Cast) -> dict[str, Any]:
    reviewing.semester()
    return {}


def days(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**DAYS, "version": 1, "semester": Semester.objects.get().pk}


ROWS: list[Row] = [
    Row(url="reviews:round_list", args=there_is_one, get=signed_in(200)),
    Row(
        url="reviews:round_add",
        args=a_semester,
        get=only(200, *RUN_BY),
        post=only(302, *RUN_BY),
        data=days,
    ),
    Row(
        url="reviews:round_add",
        case="without a plan",
        get=signed_in(403),
        post=signed_in(403),
        data=lambda cast, kwargs: DAYS,
    ),
    Row(url="reviews:round_add", case="taken", args=there_is_one, get=signed_in(403), post=signed_in(403), data=days),
    Row(url="reviews:round_detail", args=a_round, get=in_tree(200)),
    Row(url="reviews:round_detail", case="closed", args=closed, get=in_tree(200)),
    Row(
        url="reviews:round_edit",
        args=a_round,
        get=only(200, *RUN_BY, others=404, **dict.fromkeys(set(TREE) - set(RUN_BY), 403)),
        post=only(302, *RUN_BY, others=404, **dict.fromkeys(set(TREE) - set(RUN_BY), 403)),
        data=days,
    ),
    Row(url="reviews:round_edit", case="closed", args=closed, get=in_tree(403), post=in_tree(403), data=days),
]
