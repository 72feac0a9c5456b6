"""Rounds of commendation: each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from awards.models import AwardRound
from awards.states import RoundState
from tests.access.cells import Row, only, signed_in
from tests.access.pledges import TREE, in_tree
from tests.awards import build_rounds as build
from tests.conftest import Cast
from tests.pledges.build import campaign

RUN_BY = ("zongzhi", "ganshi")
RUN_SOMETHING = ("zongzhi", "ganshi", "shuji1", "shuji2")
LATER = {"commend_on": "2012-07-01", "node": "annual"}


def rest(code: int, runners: int = 200) -> dict[str, Any]:
    """Those who run the unit's rounds, and ``code`` for the others of its tree."""
    return only(runners, *RUN_BY, others=404, **dict.fromkeys(set(TREE) - set(RUN_BY), code))  # type: ignore[return-value]


def a_draft(cast: Cast) -> dict[str, Any]:
    """For 七一 2012: the table stands on a day in June 2011."""
    from_then = build.draft(cast.general, by=cast.ganshi, year=2012, commend_on=build.COMMEND_ON.replace(year=2012))
    return {"pk": from_then.pk}


def announced(cast: Cast) -> dict[str, Any]:
    return {"pk": build.announced(cast.general, by=cast.ganshi).pk}


def in_state(state: str) -> Callable[[Cast], dict[str, Any]]:
    def made(cast: Cast) -> dict[str, Any]:
        kwargs = announced(cast)
        AwardRound.objects.update(state=state)
        return kwargs

    return made


def of_a_branch(cast: Cast) -> dict[str, Any]:
    return {"pk": build.draft(cast.one, by=cast.shuji1, level="branch").pk}


def there_is_one(cast: Cast) -> dict[str, Any]:
    announced(cast)
    return {}


def a_plan(cast: Cast) -> dict[str, Any]:
    campaign()
    return {}


def a_start(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return LATER


def unchanged(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    parts = {f"{part}-{what}_FORMS": 0 for part in ("categories", "own") for what in ("TOTAL", "INITIAL")}
    round_ = AwardRound.objects.get(pk=kwargs["pk"])
    names = ("name", "year", "level", "node", "evidence_from", "nominate_by", "decide_by", "commend_on",
             "notice_workdays", "deeds_least", "deeds_most", "version")  # fmt: skip
    return {**parts, **{name: f"{getattr(round_, name)}" for name in names}}


def move(verb: str) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    def posted(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {"verb": verb, "version": AwardRound.objects.get(pk=kwargs["pk"]).version, "note": "名额要改"}

    return posted


ROWS: list[Row] = [
    Row(url="awards:round_list", args=there_is_one, get=signed_in(200)),
    Row(
        url="awards:round_add",
        args=a_plan,
        get=only(200, *RUN_SOMETHING),
        post=only(302, *RUN_SOMETHING),
        data=a_start,
    ),
    Row(url="awards:round_add", case="without a plan", get=signed_in(403), post=signed_in(403)),
    Row(url="awards:round_detail", case="draft", args=a_draft, get=only(200, *RUN_BY, others=404)),
    Row(url="awards:round_detail", case="a branch's draft", args=of_a_branch, get=only(200, "shuji1", others=404)),
    Row(url="awards:round_detail", case="announced", args=announced, get=in_tree(200)),
    Row(url="awards:round_detail", case="commended", args=in_state(RoundState.COMMENDED), get=in_tree(200)),
    Row(
        url="awards:round_detail",
        case="void",
        args=in_state(RoundState.VOID),
        get=only(200, *RUN_BY, others=404),
    ),
    Row(
        url="awards:round_edit",
        args=a_draft,
        get=only(200, *RUN_BY, others=404),
        post=only(302, *RUN_BY, others=404),
        data=unchanged,
    ),
    Row(
        url="awards:round_edit",
        case="announced",
        args=announced,
        get=in_tree(403),
        post=in_tree(403),
        data=unchanged,
    ),
    Row(
        url="awards:round_move",
        case="announce",
        args=a_draft,
        post=only(302, *RUN_BY, others=404),
        data=move("announce"),
    ),
    Row(url="awards:round_move", case="recall", args=announced, post=rest(403, 302), data=move("recall")),
    Row(url="awards:round_move", case="void", args=announced, post=rest(403, 302), data=move("void")),
    Row(url="awards:round_move", case="no such move", args=announced, post=in_tree(400), data=move("commend")),
]
