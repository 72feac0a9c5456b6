"""Places: worked out in the open, and an eleventh of ten refused with the rule that says so."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from awards.models import AwardQuota
from awards.parts import CategoryText, OwnPlaces, QuotaText
from awards.queries.places import nominator_places_left, places_left, places_of, spread
from awards.states import Basis, NominationState, Rounding
from awards.workflow.nominations import NOMINATION
from tests import build as people
from tests.awards import build_rounds as build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("members", "percent", "rounding", "minimum", "number", "sentence"),
    [
        (45, "10", "down", 1, 4, "45 名党员的 10% 是 4.50，舍去，至少 1 个，共 4 个名额"),
        (45, "10", "nearest", 1, 5, "45 名党员的 10% 是 4.50，四舍五入，至少 1 个，共 5 个名额"),
        (44, "10", "nearest", 1, 4, "44 名党员的 10% 是 4.40，四舍五入，至少 1 个，共 4 个名额"),
        (41, "10", "up", 1, 5, "41 名党员的 10% 是 4.10，进一，至少 1 个，共 5 个名额"),
        (40, "10", "up", 1, 4, "40 名党员的 10% 是 4.00，进一，至少 1 个，共 4 个名额"),
        (6, "10", "down", 1, 1, "6 名党员的 10% 是 0.60，舍去，至少 1 个，共 1 个名额"),
        (6, "10", "down", 0, 0, "6 名党员的 10% 是 0.60，舍去，共 0 个名额"),
        (67, "1.5", "up", 0, 2, "67 名党员的 1.5% 是 1.00，进一，共 2 个名额"),
    ],
)
def test_a_percentage_of_members_says_how_it_was_counted(
    cast: Cast, members: int, percent: str, rounding: str, minimum: int, number: int, sentence: str
) -> None:
    place = people.branch(cast.general)
    for _ in range(members):
        people.member(place)
    quota = AwardQuota(
        basis=Basis.PERCENT_OF_MEMBERS,
        value=Decimal(percent).quantize(Decimal("0.1")),
        rounding=rounding,
        minimum=minimum,
    )
    found = places_of(quota, place, build.ANNOUNCED)
    assert (found.number, found.sentence) == (number, sentence)


def test_a_percentage_of_branches_counts_the_branches_of_the_day(cast: Cast) -> None:
    people.branch(cast.general)
    quota = AwardQuota(basis=Basis.PERCENT_OF_BRANCHES, value=Decimal(50), rounding=Rounding.UP, minimum=1)
    found = places_of(quota, cast.general, build.ANNOUNCED)
    assert (found.number, found.sentence) == (2, "3 个支部的 50% 是 1.50，进一，至少 1 个，共 2 个名额")


def test_the_eleventh_of_ten_is_refused_with_its_rule(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi, categories=build.places(10))
    for _ in range(10):
        build.nomination(round_, people.member(cast.one), cast.one, state=NominationState.PRESELECTED)
    eleventh = build.nomination(round_, cast.member2, cast.two)
    verdict = NOMINATION.verdict(eleventh, "preselect", by=cast.ganshi, on=build.MEETING)
    assert verdict.reason == "“优秀共产党员”固定 10 个名额，已经用去 10 个，没有名额了。"
    held = round_.nominations.filter(state=NominationState.PRESELECTED).values_list("pk", flat=True)
    round_.nominations.filter(pk=held[0]).update(state=NominationState.REJECTED)
    assert NOMINATION.verdict(eleventh, "preselect", by=cast.ganshi, on=build.MEETING)


def test_a_nomination_does_not_stand_in_its_own_way(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi, categories=build.places(1))
    held = build.nomination(round_, cast.member1, cast.one, state=NominationState.PRESELECTED)
    assert places_left(build.category(round_), on=build.MEETING).number == 0
    assert places_left(build.category(round_), but=held, on=build.MEETING).number == 1


def test_places_are_counted_on_the_day_of_the_announcement(cast: Cast) -> None:
    whole = QuotaText(Decimal(50), Basis.PERCENT_OF_MEMBERS)
    round_ = build.announced(cast.general, by=cast.ganshi, categories=build.usual(whole=whole))
    before = places_left(build.category(round_), on=build.MEETING)
    for _ in range(10):
        people.member(cast.one, on=date(2011, 5, 10))
    assert places_left(build.category(round_), on=build.MEETING) == before
    assert before.number == 2  # of five members


def test_a_branch_recommends_as_many_as_it_may_and_its_own_number_goes_before_that_of_all(cast: Cast) -> None:
    texts = build.usual(each=QuotaText(Decimal(1)))
    round_ = build.draft(cast.general, by=cast.ganshi, categories=texts)
    build.change(round_, cast.ganshi, own=[OwnPlaces(build.category(round_).pk, cast.two.pk, 2)])
    category = build.category(round_)
    build.nomination(round_, cast.member1, cast.one)
    build.nomination(round_, cast.member2, cast.two)
    one = nominator_places_left(category, cast.one, but=None, on=build.MEETING)
    two = nominator_places_left(category, cast.two, but=None, on=build.MEETING)
    assert (one.number, two.number) == (0, 1)
    assert one.sentence == "第一党支部推荐“优秀共产党员”固定 1 个名额，已经推荐 1 个，不能再推荐。"


def test_what_failed_gives_its_place_back(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi, categories=build.usual(each=QuotaText(Decimal(1))))
    for state in (NominationState.REJECTED, NominationState.WITHDRAWN, NominationState.DRAFT):
        build.nomination(round_, people.member(cast.one), cast.one, state=state)
    assert nominator_places_left(build.category(round_), cast.one, but=None, on=build.MEETING).number == 1


def test_the_table_of_a_round_agrees_with_every_single_answer(cast: Cast) -> None:
    for _ in range(17):
        people.member(cast.two)
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.member1, cast.one, state=NominationState.DECIDED)
    found = spread(round_, build.MEETING)
    for row in found.categories:
        assert row.left == places_left(row.category, on=build.MEETING).number
    places = {share.organization: share.places for share in found.shares}
    assert list(places) == [cast.one, cast.two]
    for place, given in places.items():
        for row, one in zip(found.categories, given, strict=True):
            left = nominator_places_left(row.category, place, but=None, on=build.MEETING)
            used = 1 if (row.category.key, place) == ("outstanding_member", cast.one) else 0
            assert one is not None and one.number == left.number + used
    assert [share.members for share in found.shares] == [3, 19]


def test_the_table_costs_the_same_for_many_branches(cast: Cast, django_assert_max_num_queries: Any) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    for _ in range(12):
        people.member(people.branch(cast.general))
    with django_assert_max_num_queries(8):
        spread(round_, build.MEETING)


def test_without_a_number_there_is_no_limit(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi, categories=[CategoryText("青年先锋", key="own-1")])
    row = spread(round_, build.MEETING).categories[0]
    assert (row.whole, row.left, row.each_sentence) == (None, None, "")
    assert places_left(row.category, on=build.MEETING).number == 1
    assert nominator_places_left(row.category, cast.one, but=None, on=build.MEETING).number == 1
