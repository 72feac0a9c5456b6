"""Paper ballots: only who runs the round finds anything, and a third person keys nothing."""

from collections.abc import Callable
from typing import Any

from reviews.models import EvaluationRound, PaperPile
from reviews.queries.paper import next_pile
from tests.access.batches import announced, category_of, of, running
from tests.access.cells import Row
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.reviews import papers

Args = Callable[[Cast], dict[str, Any]]


def pile_of(make: Callable[[Cast], PaperPile]) -> Args:
    """The pile as the URL's argument."""

    def args(cast: Cast) -> dict[str, Any]:
        pile = make(cast)
        return {"pk": pile.round_id, "pile": pile.pk}

    return args


def empty(cast: Cast) -> PaperPile:
    return papers.box(build.categories_of(announced(cast))[0], by=cast.ganshi)


def filled(cast: Cast) -> PaperPile:
    """A box with as many sheets as may be opened while the round is open."""
    return papers.filled(announced(cast), 5, cast.ganshi)


def half(cast: Cast) -> PaperPile:
    """The office has keyed it."""
    return papers.keyed(filled(cast), cast.ganshi, [papers.ANSWERS] * 5)


def agreed(cast: Cast) -> PaperPile:
    """The office and the secretary have keyed the same."""
    return papers.keyed(half(cast), cast.zongzhi, [papers.ANSWERS] * 5)


def by_others(cast: Cast) -> PaperPile:
    """Keyed by two others."""
    pile = filled(cast)
    for name in ("干事乙", "干事丙"):
        pile = papers.keyed(pile, papers.another(cast.general, name), [papers.ANSWERS] * 5)
    return pile


def box(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The box the page would set up."""
    return {"label": next_pile(EvaluationRound.objects.get(pk=kwargs["pk"]))}


def a_stub(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A stub of the box's category."""
    return {"code": build.make_codes(PaperPile.objects.get(pk=kwargs["pile"]).category, 1)[0]}


def sheets(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The first sheet, read off."""
    return {"s1-0": papers.ANSWERS}


ROWS: list[Row] = [
    Row(url="reviews:paper_list", args=of(announced), get=running(200)),
    Row(url="reviews:paper_open", args=category_of(announced), post=running(302), data=box),
    Row(url="reviews:paper_sheet", args=category_of(announced), get=running(200)),
    Row(
        url="reviews:paper_box",
        args=pile_of(empty),
        get=running(200),
        post=running(302),
        data=a_stub,
    ),
    Row(
        url="reviews:paper_box",
        case="opened",
        args=pile_of(half),
        get=running(200),
        post=running(422),
        data=a_stub,
    ),
    Row(url="reviews:paper_key", args=pile_of(filled), get=running(200), post=running(302), data=sheets),
    Row(url="reviews:paper_key", case="empty", args=pile_of(empty), get=running(403), post=running(403), data=sheets),
    Row(
        url="reviews:paper_key",
        case="a third person",
        args=pile_of(by_others),
        get=running(403),
        post=running(403),
        data=sheets,
    ),
    Row(url="reviews:paper_check", args=pile_of(agreed), get=running(200)),
    Row(url="reviews:paper_check", case="keyed by one", args=pile_of(half), get=running(200)),
    Row(url="reviews:paper_commit", args=pile_of(agreed), post=running(302)),
    Row(url="reviews:paper_commit", case="keyed by one", args=pile_of(half), post=running(403)),
    Row(
        url="reviews:paper_clear",
        args=pile_of(half),
        post=running(302),
        data=lambda cast, kwargs: {"column": "first"},
    ),
    Row(
        url="reviews:paper_leave_out",
        args=pile_of(filled),
        post=running(302),
        data=lambda cast, kwargs: {"reason": "票箱进水"},
    ),
]
