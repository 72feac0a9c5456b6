"""A round of evaluation: drafted from a template, changed while it is a draft, frozen once announced."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chuangxian.verdicts import Refused
from reviews.actions import evaluations as actions
from reviews.models import Code
from tests.conftest import Cast
from tests.reviews import evaluations as build_rounds

pytestmark = pytest.mark.django_db


def test_a_round_copies_items_and_grades_of_its_template(cast: Cast) -> None:
    round_ = build_rounds.announced(cast.general, by=cast.ganshi)
    assert round_.items.count() == 5
    assert [(g.label, g.is_valid, g.is_positive) for g in round_.grades.all()] == [
        ("满意", True, True),
        ("比较满意", True, True),
        ("基本满意", True, False),
        ("不满意", True, False),
        ("不了解", False, False),
    ]
    assert round_.state == "announced"


def test_a_round_of_members_asks_four_items_about_each(cast: Cast) -> None:
    round_ = build_rounds.about_members(cast.general)
    assert (round_.items.count(), round_.subjects.count()) == (4, 3)


def test_nothing_is_changed_once_announced(cast: Cast) -> None:
    round_ = build_rounds.announced(cast.general, by=cast.ganshi)
    with pytest.raises(Refused, match="内容不能再改"):
        actions.set_items(round_=round_, items=[], by=cast.ganshi, on=build_rounds.OPEN_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "请选“满意”。",
        "请大家都打满意",
        "一律勾 满意",
        "请各位老师给个好评！",
        "不要选不满意。",
        "希望大家打高分",
        "请统一填：优秀",
        "确保满意率100%，请都满意",
    ],
)
def test_an_invitation_that_names_the_answer_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(ValidationError, match="怎么选"):
        build_rounds.draft(cast.general, invitation=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "请您如实评议，每个项目在“满意”“比较满意”“基本满意”“不满意”中选一档，不了解的选“不了解”。",
        "请写出您满意的地方和不满意的地方。",
        "您对我们的工作是否满意，请实事求是地评价。",
        "请在6月20日前完成，谢谢您的支持！",
        "不满意的地方请写在意见里。",
    ],
)
def test_an_invitation_that_only_explains_is_taken(cast: Cast, text: str) -> None:
    assert build_rounds.draft(cast.general, invitation=text).invitation == text


def test_helpers_make_codes_that_only_their_round_knows(cast: Cast) -> None:
    round_ = build_rounds.announced(cast.general)
    first, _ = build_rounds.categories_of(round_)
    plain = build_rounds.make_codes(first, 3)
    assert len(set(plain)) == 3 and Code.objects.filter(batch__round=round_).count() == 3
    made: list[Any] = build_rounds.ballots(first, 2, grade=2)
    assert made[0].answers == "2" * 5
