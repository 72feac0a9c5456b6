"""Candidates side by side: what the records say of each, in an order that ranks nobody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from awards.models import AwardCategory, Nomination, Override
from awards.queries.comparison import Comparison, comparison_of
from branches.scope import standing_of
from tests import build
from tests.awards import build_deciding as awards
from tests.awards.build_deciding import ON
from tests.conftest import Cast


@pytest.fixture
def category(cast: Cast) -> AwardCategory:
    return awards.category_of(awards.round_of(cast.general))


def three(cast: Cast, category: AwardCategory) -> list[Nomination]:
    """Two of the first branch and one of the second; the weakest figures come first."""
    people = [(cast.two, "丙", 20), (cast.one, "乙", 11), (cast.one, "甲", 12)]
    made = []
    for place, name, votes in people:
        one = awards.recommended(category, build.member(place, name), place, votes_for=votes, votes_present=20)
        made.append(one)
    Nomination.objects.filter(pk=made[0].pk).update(dossier=awards.dossier("到期 10 项，兑现 10 项", 10))
    Nomination.objects.filter(pk=made[1].pk).update(dossier=awards.dossier("到期 10 项，兑现 2 项", 2))
    Nomination.objects.filter(pk=made[2].pk).update(dossier={})
    return made


def compared(cast: Cast, category: AwardCategory, user: Any = None) -> Comparison:
    return comparison_of(category, standing_of(user or cast.ganshi, ON), ON)


def texts(found: Comparison, label: str) -> list[list[str]]:
    rows = [row for group in found.groups for row in group.rows if row.label == label]
    return [[cell.text for cell in cells] for cells in rows[0].cells]


def test_the_order_is_branch_then_name_whatever_the_figures(cast: Cast, category: AwardCategory) -> None:
    third, *others = three(cast, category)
    by_name = sorted(others, key=lambda one: getattr(one.nominee, "sort_key", ""))
    assert compared(cast, category).candidates == (*by_name, third)


def test_lines_of_the_same_name_stand_beside_each_other(cast: Cast, category: AwardCategory) -> None:
    three(cast, category)
    found = compared(cast, category)
    said = dict(zip([str(one.nominee) for one in found.candidates], texts(found, "承诺兑现"), strict=True))
    assert said == {"甲": [], "乙": ["到期 10 项，兑现 2 项"], "丙": ["到期 10 项，兑现 10 项"]}
    assert texts(found, "学习出勤").count(["19／20"]) == 2
    assert [group.title for group in found.groups] == ["推荐情况", "公开承诺", "学习", "审核意见"]


def test_votes_opinions_and_overrides_are_there(cast: Cast, category: AwardCategory) -> None:
    one = awards.recommended(category, cast.member1, cast.one)
    awards.heard(awards.moved(one, "preselect", by=cast.ganshi), cast.ganshi, discipline="reserves")
    rule = category.rules.create(kind="attendance", number=90, may_override=True)
    Override.objects.create(
        nomination=one, rule=rule, sentence="学习出勤率 85%，要求不低于 90%。", reason="抽调支教", by=cast.ganshi, on=ON
    )
    found = compared(cast, category)
    assert texts(found, "推荐票") == [["应到 20 人，实到 18 人，赞成 16 票"]]
    assert texts(found, "纪检意见") == [["有保留"]]
    assert texts(found, "破例") == [["学习出勤率 85%，要求不低于 90%。理由：抽调支教"]]


def test_nobody_finds_himself_among_those_he_compares(cast: Cast, category: AwardCategory) -> None:
    three(cast, category)
    awards.recommended(category, cast.zongzhi.member, cast.one)
    assert len(compared(cast, category).candidates) == 4
    assert "总支书记" not in [str(one.nominee) for one in compared(cast, category, cast.zongzhi).candidates]


def test_some_of_them_alone_and_so_many_a_sheet(cast: Cast, category: AwardCategory) -> None:
    first, *_ = three(cast, category)
    found = compared(cast, category)
    assert found.only({first.pk}).candidates == (first,)
    assert texts(found.only({first.pk}), "承诺兑现") == [["到期 10 项，兑现 10 项"]]
    assert found.only({0}) == found
    assert [len(part.candidates) for part in found.sheets(2)] == [2, 1]


def test_the_page_says_that_it_ranks_nobody(cast: Cast, category: AwardCategory, client: Client, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON
    first, *_ = three(cast, category)
    client.force_login(cast.ganshi)
    address = reverse("awards:comparison", args=[category.round_id, category.pk])
    page = client.get(address).content.decode()
    assert "不按数字排序" in page and "不打分、不排名" in page
    part = client.get(address, {"only": [str(first.pk), "x"]}).content.decode()
    assert "1 名推荐对象" in part and "看全部" in part
    printed = client.get(reverse("awards:comparison_print", args=[category.round_id, category.pk])).content.decode()
    assert "横向" in printed and "并列对照表" in printed and printed.count('class="sheet is-across"') == 1


def test_a_category_of_another_round_is_not_found(
    cast: Cast, category: AwardCategory, client: Client, settings: Any
) -> None:
    settings.CHUANGXIAN_TODAY = ON
    other = awards.round_of(cast.general, name="另一批")
    client.force_login(cast.ganshi)
    assert client.get(reverse("awards:comparison", args=[other.pk, category.pk])).status_code == 404
