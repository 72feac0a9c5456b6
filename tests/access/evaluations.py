"""Rounds of evaluation: each state and relation that changes who may do what."""

from collections.abc import Callable
from datetime import date
from typing import Any

from reviews.models import EvaluationRound
from reviews.states import EvaluationState
from tests.access.cells import Row, only, signed_in
from tests.access.pledges import TREE, in_tree
from tests.conftest import Cast
from tests.reviews import evaluations as build

RUN_BY = ("zongzhi", "ganshi")
RUN_SOMETHING = ("zongzhi", "ganshi", "shuji1", "shuji2")
TODAY = date(2011, 6, 20)  # the last day of the rounds here


def rest(code: int, runners: int = 200) -> dict[str, Any]:
    """Those who run the unit's rounds, and ``code`` for the others of its tree."""
    return only(runners, *RUN_BY, others=404, **dict.fromkeys(set(TREE) - set(RUN_BY), code))  # type: ignore[return-value]


def a_draft(cast: Cast) -> dict[str, Any]:
    return {"pk": build.draft(cast.general, by=cast.ganshi).pk}


def announced(cast: Cast) -> dict[str, Any]:
    return {"pk": build.announced(cast.general, by=cast.ganshi).pk}


def about_members(cast: Cast) -> dict[str, Any]:
    return {"pk": build.about_members(cast.general, by=cast.ganshi).pk}


def in_state(state: str) -> Callable[[Cast], dict[str, Any]]:
    def made(cast: Cast) -> dict[str, Any]:
        kwargs = announced(cast)
        EvaluationRound.objects.update(state=state, sealed_on=TODAY)
        return kwargs

    return made


def of_a_branch(cast: Cast) -> dict[str, Any]:
    return {"pk": build.draft(cast.one, by=cast.shuji1).pk}


def there_is_one(cast: Cast) -> dict[str, Any]:
    announced(cast)
    return {}


def a_plan(cast: Cast) -> dict[str, Any]:
    build.template()
    build.campaign()
    return {}


def a_start(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    template = build.template()
    return {"base": template.pk, "period": "y2011", "opens_on": "2011-06-25", "closes_on": "2011-06-30"}


def unchanged(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    parts = {f"{part}-{what}_FORMS": 0 for part in ("items", "grades", "categories") for what in ("TOTAL", "INITIAL")}
    own = {"name": "群众评议", "period": "y2011", "opens_on": "2011-06-10", "closes_on": "2011-06-20"}
    rules = {"least_group": 5, "rectify_days": 60, "publicity": "committee"}
    return {**parts, **own, **rules, "version": EvaluationRound.objects.get(pk=kwargs["pk"]).version}


def move(verb: str) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    def posted(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
        round_ = EvaluationRound.objects.get(pk=kwargs["pk"])
        return {"verb": verb, "version": round_.version, "note": "内容要改"}

    return posted


ROWS: list[Row] = [
    Row(url="reviews:evaluation_list", args=there_is_one, get=signed_in(200)),
    Row(
        url="reviews:evaluation_add",
        args=a_plan,
        get=only(200, *RUN_SOMETHING),
        post=only(302, *RUN_SOMETHING),
        data=a_start,
    ),
    Row(url="reviews:evaluation_add", case="without a plan", get=signed_in(403), post=signed_in(403)),
    Row(url="reviews:evaluation_detail", case="draft", args=a_draft, get=only(200, *RUN_BY, others=404)),
    Row(
        url="reviews:evaluation_detail", case="a branch's draft", args=of_a_branch, get=only(200, "shuji1", others=404)
    ),
    Row(url="reviews:evaluation_detail", case="announced", args=announced, get=in_tree(200)),
    Row(url="reviews:evaluation_detail", case="of members", args=about_members, get=in_tree(200)),
    Row(url="reviews:evaluation_detail", case="published", args=in_state(EvaluationState.PUBLISHED), get=in_tree(200)),
    Row(
        url="reviews:evaluation_detail",
        case="void",
        args=in_state(EvaluationState.VOID),
        get=only(200, *RUN_BY, others=404),
    ),
    Row(
        url="reviews:evaluation_edit",
        args=a_draft,
        get=only(200, *RUN_BY, others=404),
        post=only(302, *RUN_BY, others=404),
        data=unchanged,
    ),
    Row(
        url="reviews:evaluation_edit",
        case="announced",
        args=announced,
        get=in_tree(403),
        post=in_tree(403),
        data=unchanged,
    ),
    Row(
        url="reviews:evaluation_act",
        case="announce",
        args=a_draft,
        post=only(302, *RUN_BY, others=404),
        data=move("announce"),
    ),
    Row(url="reviews:evaluation_act", case="withdraw", args=announced, post=rest(403, 302), data=move("withdraw")),
    Row(url="reviews:evaluation_act", case="void", args=announced, post=rest(403, 302), data=move("void")),
    Row(url="reviews:evaluation_act", case="no such move", args=announced, post=in_tree(400), data=move("seal")),
    Row(url="reviews:evaluation_keep", args=announced, post=rest(403, 302)),
    Row(url="reviews:evaluation_turnout", args=announced, get=rest(403)),
]
