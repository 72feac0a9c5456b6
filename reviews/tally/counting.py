"""Counting ballots: the database folds them, nobody walks them one by one.

A ballot's answers are one text. For each block of a few answers the database counts how many ballots of a category have the same digits
there: a few thousand patterns at most, whatever the number of ballots. The patterns are then taken apart into answers.
"""

from collections import defaultdict
from typing import Any

from django.db.models import Count, IntegerField, Value
from django.db.models.functions import Substr

from reviews.models import Ballot, EvaluationRound
from reviews.tally.answers import NONE, position

PATTERNS_MOST = 8_000  # of one block
BLOCKS_AT_ONCE = 100  # in one query; SQLite takes 500

# by category, subject (from 0) and item (from 1): how many ballots chose the grade of that place
Counts = dict[tuple[int, int, int], dict[int, int]]
# by category and place of the answer in the ballot
Placed = dict[tuple[int, int], dict[int, int]]


def counts_of(round_: EvaluationRound) -> Counts:
    """Return the count of every grade by (category pk, subject place, item place); a blank is no answer and is not counted.

    Four queries for a round of up to 500 answers a ballot, one more for each further 500.
    """
    subjects, items, grades = round_.subjects.count(), round_.items.count(), round_.grades.count()
    placed = counted(Ballot.objects.filter(round=round_), answers=position(subjects, 1, items), grades=grades)
    return {(category, place // items, place % items + 1): by_grade for (category, place), by_grade in placed.items()}


def counted(ballots: Any, *, answers: int, grades: int) -> Placed:
    """Return the count of every grade by (category pk, place in the ballot from 0). ``answers`` and ``grades``: of the longest ballot."""
    width = block_width(grades)
    found: Placed = defaultdict(lambda: defaultdict(int))
    starts = list(range(0, answers, width))
    for first in range(0, len(starts), BLOCKS_AT_ONCE):
        blocks = [_block(ballots, start, width) for start in starts[first : first + BLOCKS_AT_ONCE]]
        for start, category, pattern, number in blocks[0].union(*blocks[1:], all=True):
            for place, digit in enumerate(pattern, start):
                if digit != str(NONE):
                    found[category, place][int(digit)] += number
    return {key: dict(by_grade) for key, by_grade in found.items()}


def block_width(grades: int) -> int:
    """Return how many answers stand in a block, so that there are no more patterns than may be: 5 for five grades."""
    width = 1
    while (grades + 1) ** (width + 1) <= PATTERNS_MOST:
        width += 1
    return width


def _block(ballots: Any, start: int, width: int) -> Any:
    return (
        ballots.order_by()
        .annotate(start=Value(start, IntegerField()), pattern=Substr("answers", start + 1, width))
        .values("start", "category", "pattern")
        .annotate(number=Count("pk"))
        .values_list("start", "category", "pattern", "number")
    )
