"""Builders of slips and paper ballots: each goes through the product's own actions."""

from collections.abc import Mapping, Sequence

from accounts.models import User
from branches.models import Organization
from branches.states import Post
from reviews.actions import batches, paper
from reviews.models import CodeBatch, EvaluationRound, PaperPile, RaterCategory
from reviews.queries.batches import next_label
from reviews.queries.paper import next_pile
from tests import build as people
from tests.reviews import evaluations as build

ANSWERS = "11213"  # of one subject with five items


def another(unit: Organization, name: str = "另一位干事") -> User:
    """One more person of the unit's office."""
    user = people.user("", name)
    people.appoint(user, unit, Post.OFFICE_STAFF)
    return user


def batch(
    category: RaterCategory, size: int = 5, by: User | None = None, *, is_reserve: bool = False
) -> tuple[CodeBatch, list[str]]:
    """A batch made before the first day, and its codes."""
    by = by or build.runner(category.round.organization)
    label = next_label(category.round)
    return batches.make_batch(
        category=category, size=size, label=label, is_reserve=is_reserve, by=by, on=build.ANNOUNCED
    )


def box(category: RaterCategory, stubs: Sequence[str] = (), by: User | None = None) -> PaperPile:
    """A box into which these stubs have gone on the open day."""
    by = by or build.runner(category.round.organization)
    label = next_pile(category.round)
    pile = paper.set_up_box(category=category, label=label, by=by, on=build.OPEN_DAY)
    for typed in stubs:
        paper.spend_stub(pile=pile, typed=typed, by=by, on=build.OPEN_DAY)
    return again(pile)


def filled(round_: EvaluationRound, number: int = 5, by: User | None = None) -> PaperPile:
    """A box with so many sheets of the first category."""
    category = build.categories_of(round_)[0]
    _, plain = batch(category, number, by)
    return box(category, plain, by)


def keyed(pile: PaperPile, by: User, sheets: Mapping[int, str] | Sequence[str]) -> PaperPile:
    """One person's entries: by their place, or all from the first on."""
    entries = sheets if isinstance(sheets, Mapping) else dict(enumerate(sheets, 1))
    paper.keep_entries(pile=pile, entries=entries, by=by, on=build.SEALED)
    return again(pile)


def again(pile: PaperPile) -> PaperPile:
    """The pile as it stands in the database."""
    return PaperPile.objects.select_related("round__organization", "category", "first", "second").get(pk=pile.pk)
