"""Sealed and published rounds, for tests of results."""

from typing import Any

from accounts.models import User
from branches.models import Organization
from reviews.actions.publishing import publish
from reviews.actions.sealing import seal
from reviews.models import EvaluationRound
from reviews.states import RaterKind
from tests.reviews.evaluations import SEALED, again, announced, ballots, categories_of, category

PARTY, STAFF, GUESTS = RaterKind.PARTY_MEMBER, RaterKind.NON_PARTY_STAFF, RaterKind.SERVICE_RECIPIENT


def voted(unit: Organization, by: User, *votes: list[tuple[int, int]], **given: Any) -> EvaluationRound:
    """An announced round; ``votes`` gives for each category pairs (how many ballots, of which grade)."""
    given.setdefault("categories", [category(kind) for kind in (PARTY, STAFF, GUESTS)[: len(votes)]])
    round_ = announced(unit, by=by, **given)
    for one, cast in zip(categories_of(round_), votes, strict=True):
        for number, grade in cast:
            ballots(one, number, grade)
    return round_


def sealed(round_: EvaluationRound, by: User) -> EvaluationRound:
    """The round sealed, with no slip left over."""
    seal(round_=round_, unused_counted=0, by=by, on=SEALED)
    return again(round_)


def published(round_: EvaluationRound, by: User) -> EvaluationRound:
    """The round sealed and its result published the same day."""
    round_ = sealed(round_, by)
    publish(round_=round_, by=by, on=SEALED)
    return again(round_)
