"""The ballot pages: everybody is nobody there, signed in or not. What a code opens is tried in tests/reviews/test_voting_pages.py."""

from collections.abc import Callable
from typing import Any

from tests.access.cells import Row, everybody
from tests.conftest import Cast
from tests.reviews.voting import Vote, vote


def a_round(cast: Cast) -> dict[str, Any]:
    return {"pk": vote(1, place=cast.one).round.pk}


def filled_in(**more: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """A whole ballot with a good code."""

    def data(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
        made = Vote.of(kwargs["pk"])
        made.batch(1)
        grades = {f"g-{subject}-{item}": grade for (subject, item), grade in made.grades().items()}
        return {"code": made.codes[0], **grades, **more}

    return data


def a_code(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    made = Vote.of(kwargs["pk"])
    made.batch(1)
    return {"code": made.codes[0]}


ROWS = [
    Row(url="voting:door", get=everybody(200), post=everybody(404)),
    Row(url="voting:enter", args=a_round, get=everybody(200)),
    Row(url="voting:enter_shared", args=a_round, get=everybody(200)),
    Row(url="voting:ballot", args=a_round, get=everybody(302), post=everybody(200), data=a_code),
    Row(url="voting:cast", args=a_round, get=everybody(302), post=everybody(302), data=filled_in()),
    Row(
        url="voting:cast",
        case="wrong code",
        args=a_round,
        get=everybody(302),
        post=everybody(409),
        data=filled_in(code="0"),
    ),
    Row(url="voting:done", args=a_round, get=everybody(200)),
    Row(url="voting:done_shared", args=a_round, get=everybody(200)),
    Row(url="voting:code", args=a_round, get=everybody(200), post=everybody(200), data=a_code),
]
