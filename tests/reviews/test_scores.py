"""Scores: fields and totals only while the campaign keeps them."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms

from reviews.forms.scores import ScoredLine, scores_of
from reviews.models import SelfReviewLine
from reviews.queries.scores import Total, of_lines, total
from schedule.models import ScoringScheme
from schedule.states.indicators import BANDS

SCHEME = ScoringScheme(enabled=True, weight=20, bands=list(BANDS))


class LineForm(ScoredLine, forms.ModelForm):
    """As the form of a self-review's line takes the field in."""

    class Meta:
        model = SelfReviewLine
        fields = ["answer"]


def test_off_no_field_is_offered_and_nothing_is_stored() -> None:
    form = LineForm({"answer": "met", "self_score": "19"})
    assert form.is_valid() and "self_score" not in form.fields and scores_of(form) == {}


def test_on_the_field_starts_with_what_is_stored_and_gives_the_points_back() -> None:
    line = SelfReviewLine(self_score=Decimal("17.5"))
    assert LineForm(instance=line, scheme=SCHEME)["self_score"].value() == Decimal("17.5")
    form = LineForm({"answer": "met", "self_score": "18.5"}, instance=line, scheme=SCHEME)
    assert form.is_valid() and scores_of(form) == {"self_score": Decimal("18.5")}
    form = LineForm({"answer": "met", "self_score": ""}, instance=line, scheme=SCHEME)
    assert form.is_valid() and scores_of(form) == {"self_score": None}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("20.5", "分数在 0 到 20 之间。"),
        ("-0.5", "分数在 0 到 20 之间。"),
        ("17.3", "分数最多打到半分，比如 17.5。"),
        ("很好", "请填写数字。"),
        ("NaN", "请填写数字。"),
    ],
)
def test_points_are_from_nothing_to_the_weight_in_halves(typed: str, said: str) -> None:
    form = LineForm({"answer": "met", "self_score": typed}, scheme=SCHEME)
    assert not form.is_valid() and form.errors["self_score"] == [said]
    assert f'value="{typed}"' in str(form["self_score"])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (["20", "20", "20", "20", "10"], Total(Decimal(90), 100, "好")),
        (["20", "20", "20", "20", "9.5"], Total(Decimal("89.5"), 100, "较好")),
        (["0", "0", "0", "0", "0"], Total(Decimal(0), 100, "较差")),
        (["20", "20", None, "20", "20"], Total(Decimal(80), 100, "")),
        ([None, None], None),
        ([], None),
    ],
)
def test_a_total_has_its_band_when_every_standard_has_its_points(points: list[Any], expected: Total | None) -> None:
    assert total([None if one is None else Decimal(one) for one in points], SCHEME) == expected


def test_both_totals_come_from_the_lines_and_none_while_off() -> None:
    lines = [SelfReviewLine(self_score=Decimal(19), assessed_score=Decimal(12)) for _ in range(5)]
    assert of_lines(lines, SCHEME) == (Total(Decimal(95), 100, "好"), Total(Decimal(60), 100, "一般"))
    assert of_lines(lines, None) == (None, None)
