"""Counting: what the database folds is what one gets by walking the ballots one by one."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.models import Ballot
from reviews.tally.answers import read
from reviews.tally.counting import block_width, counted, counts_of
from tests import build
from tests.reviews.evaluations import announced, categories_of

pytestmark = pytest.mark.django_db


def by_hand(ballots: list[tuple[int, str]], items: int) -> dict[tuple[int, int, int], dict[int, int]]:
    found: dict[tuple[int, int, int], dict[int, int]] = {}
    for category, answers in ballots:
        for (subject, item), grade in read(answers, items=items).items():
            cell = found.setdefault((category, subject, item), {})
            cell[grade] = cell.get(grade, 0) + 1
    return found


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_database_counts_as_one_counts_by_hand(data: st.DataObject) -> None:
    subjects, items, grades = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(2, 9)))
    text = st.text("0123456789"[: grades + 1], min_size=subjects * items, max_size=subjects * items)
    Ballot.objects.all().delete()
    round_ = announced(build.general_branch())
    categories = [one.pk for one in categories_of(round_)]
    cast = data.draw(st.lists(st.tuples(st.sampled_from(categories), text), max_size=30))
    Ballot.objects.bulk_create(Ballot(round=round_, category_id=pk, answers=answers) for pk, answers in cast)
    placed = counted(Ballot.objects.filter(round=round_), answers=subjects * items, grades=grades)
    found = {(category, place // items, place % items + 1): cell for (category, place), cell in placed.items()}
    assert found == by_hand(cast, items)


def test_other_rounds_do_not_count() -> None:
    one, other = announced(build.general_branch()), announced(build.general_branch())
    for round_, digit in ((one, "1"), (other, "4")):
        Ballot.objects.create(round=round_, category=categories_of(round_)[0], answers=digit * 5)
    assert {grade for cell in counts_of(one).values() for grade in cell} == {1}


def test_the_number_of_queries_does_not_follow_the_ballots() -> None:
    round_ = announced(build.general_branch())
    category = categories_of(round_)[0]
    dice = random.Random(7)
    queries = []
    for number in (10, 300):
        Ballot.objects.bulk_create(
            Ballot(round=round_, category=category, answers="".join(dice.choices("012345", k=5))) for _ in range(number)
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            counts_of(round_)
        queries.append(len(asked))
    assert queries == [4, 4]


@pytest.mark.parametrize(("grades", "width"), [(2, 8), (5, 5), (9, 3)])
def test_blocks_are_short_enough_to_have_few_patterns(grades: int, width: int) -> None:
    assert block_width(grades) == width
