"""Codes of an evaluation and the draw of raters: only who runs the round finds anything."""

from collections.abc import Callable
from typing import Any

from reviews.actions import batches as actions
from reviews.models import EvaluationRound, RaterDraw
from reviews.queries.batches import next_label
from reviews.states import EvaluationState
from tests.access.cells import Codes, Row, only
from tests.access.pledges import TREE
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.reviews import papers

Make = Callable[[Cast], EvaluationRound]
RUNNERS = ("zongzhi", "ganshi")


def running(code: int | str, **but: int | str) -> Codes:
    """The unit's leaders and office; the rest of the tree hears why not, others find nothing."""
    rest = dict.fromkeys(set(TREE) - set(RUNNERS), 403)
    return only(code, *RUNNERS, others=404, **{**rest, **but})


def announced(cast: Cast) -> EvaluationRound:
    return build.announced(cast.general, cast.ganshi)


def draft(cast: Cast) -> EvaluationRound:
    return build.draft(cast.general, cast.ganshi)


def in_state(state: str) -> Make:
    """A round announced and moved on."""

    def make(cast: Cast) -> EvaluationRound:
        round_ = announced(cast)
        EvaluationRound.objects.filter(pk=round_.pk).update(state=state)
        return round_

    return make


sealed, published = in_state(EvaluationState.SEALED), in_state(EvaluationState.PUBLISHED)


def begun(cast: Cast) -> EvaluationRound:
    """Somebody has rated already."""
    round_ = announced(cast)
    build.ballots(build.categories_of(round_)[0])
    return round_


def of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The round as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def category_of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The round and its first category."""

    def args(cast: Cast) -> dict[str, Any]:
        round_ = make(cast)
        return {"pk": round_.pk, "category": build.categories_of(round_)[0].pk}

    return args


def batch_of(*, is_reserve: bool = False, is_revoked: bool = False) -> Callable[[Cast], dict[str, Any]]:
    """A round with one batch."""

    def args(cast: Cast) -> dict[str, Any]:
        round_ = announced(cast)
        batch, _ = papers.batch(build.categories_of(round_)[0], 1, cast.ganshi, is_reserve=is_reserve)
        if is_revoked:
            actions.revoke_batch(batch=batch, reason="没印好", by=cast.ganshi, on=build.ANNOUNCED)
        return {"pk": round_.pk, "batch": batch.pk}

    return args


def draw_of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """A draw of two out of three."""

    def args(cast: Cast) -> dict[str, Any]:
        round_ = make(cast)
        names = ["王建国", "李秀英", "张伟"]
        category = build.categories_of(round_)[0]
        row = RaterDraw.objects.create(
            category=category, names=names, wanted=2, seed="6 3 1", drawn=names[:2], by=cast.ganshi, on=build.ANNOUNCED
        )
        return {"pk": round_.pk, "draw": row.pk}

    return args


def slips(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """One slip of the batch the page would make."""
    return {"label": next_label(EvaluationRound.objects.get(pk=kwargs["pk"])), "size": 1}


def a_slip(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A slip of the round, and why it is revoked."""
    round_ = build.again(EvaluationRound.objects.get(pk=kwargs["pk"]))
    plain = build.make_codes(build.categories_of(round_)[0], 1)
    return {"code": plain[0], "reason": "印得看不清"}


def names(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A list of three."""
    round_ = EvaluationRound.objects.get(pk=kwargs["pk"])
    return {
        "category": build.categories_of(round_)[0].pk,
        "names": "王建国\n李秀英\n张伟",
        "wanted": 2,
        "seed": "6 3 1",
    }


def because(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "一盒纸条丢了"}


ROWS: list[Row] = [
    Row(url="reviews:batch_list", case="draft", args=of(draft), get=only(200, *RUNNERS, others=404)),
    Row(url="reviews:batch_list", case="announced", args=of(announced), get=running(200)),
    Row(
        url="reviews:batch_make",
        args=category_of(announced),
        get=running(200),
        post=running(200),
        data=slips,
    ),
    Row(url="reviews:batch_make", case="begun", args=category_of(begun), get=running(403), post=running(403)),
    Row(
        url="reviews:reserve_make",
        args=category_of(announced),
        get=running(200),
        post=running(200),
        data=slips,
    ),
    Row(
        url="reviews:batch_revoke",
        args=batch_of(),
        get=running(200),
        post=running(302),
        data=because,
    ),
    Row(
        url="reviews:batch_revoke",
        case="already revoked",
        args=batch_of(is_revoked=True),
        get=running(403),
        post=running(403),
        data=because,
    ),
    Row(
        url="reviews:reserve_open",
        args=batch_of(is_reserve=True),
        get=running(200),
        post=running(302),
        data=because,
    ),
    Row(url="reviews:reserve_open", case="no reserve", args=batch_of(), get=running(403), post=running(403)),
    Row(url="reviews:slip_revoke", args=of(announced), get=running(200), post=running(302), data=a_slip),
    Row(url="reviews:slip_revoke", case="sealed", args=of(sealed), get=running(403), post=running(403), data=a_slip),
    Row(url="reviews:draw_add", args=of(announced), get=running(200), post=running(302), data=names),
    Row(url="reviews:draw_add", case="sealed", args=of(sealed), get=running(403), post=running(403), data=names),
    Row(url="reviews:draw_detail", args=draw_of(announced), get=running(200)),
    Row(url="reviews:draw_print", args=draw_of(announced), get=running(200)),
    Row(url="reviews:draw_forget", args=draw_of(published), post=running(302)),
    Row(url="reviews:draw_forget", case="not yet published", args=draw_of(sealed), post=running(403)),
]
