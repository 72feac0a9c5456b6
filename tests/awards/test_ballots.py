"""A category's candidates before the committee's secret ballot: who casts it, about whom, when it is refused, and where its result is seen."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from awards.actions.ballots import start_ballot
from awards.models import AwardCategory
from awards.queries.ballots import candidates_of, voters_of
from awards.queries.comparison import comparison_of
from awards.rules.deciding import may_ballot
from branches.models import Organization
from branches.scope import standing_of
from branches.states import Post
from chuangxian.verdicts import Refused
from reviews.actions import evaluations as actions
from reviews.actions.sealing import seal
from reviews.models import EvaluationRound
from reviews.states import EvaluationKind, EvaluationState, ResultPublicity
from tests import build
from tests.awards import build_deciding as awards
from tests.awards.build_deciding import ON
from tests.conftest import Cast
from tests.reviews import evaluations

OPENS, CLOSES, SEALED = date(2011, 6, 11), date(2011, 6, 12), date(2011, 6, 13)


@pytest.fixture
def category(cast: Cast) -> AwardCategory:
    return awards.category_of(awards.round_of(cast.general))


def started(category: AwardCategory, cast: Cast) -> EvaluationRound:
    return start_ballot(category=category, opens_on=OPENS, closes_on=CLOSES, by=cast.ganshi, on=ON)


def test_a_committee_too_small_to_stay_unknown_is_refused(cast: Cast, category: AwardCategory) -> None:
    awards.recommended(category, cast.member1, cast.one)
    awards.committee(cast, 3)
    assert may_ballot(category, cast.ganshi, ON).reason == (
        "委员会除去应当回避的只有 4 名委员，不到 5 人，做不到不记名，不能用评议码票决；请在会议上举手或者书面表决。"
    )
    with pytest.raises(Refused, match="做不到不记名"):
        started(category, cast)
    assert not EvaluationRound.objects.exists()


def test_candidates_and_those_who_lead_one_cast_no_vote(cast: Cast, category: AwardCategory) -> None:
    members = awards.committee(cast, 6)
    awards.recommended(category, members[0], cast.two)
    assert members[0] not in voters_of(category, candidates_of(category), ON)
    assert len(voters_of(category, candidates_of(category), ON)) == 6
    units = awards.category_of(category.round, key="unit", title="先进党支部", nominee_kind="organization")
    build.appoint(members[1], cast.two, Post.DEPUTY_SECRETARY)
    awards.recommended(units, cast.two, cast.two)
    assert members[1] not in voters_of(units, candidates_of(units), ON)


def test_who_is_a_candidate_does_not_start_it(cast: Cast, category: AwardCategory) -> None:
    awards.committee(cast, 6)
    awards.recommended(category, cast.zongzhi.member, cast.one)
    assert may_ballot(category, cast.zongzhi, ON).reason == "涉及本人或者本人负责的党组织，应当回避。"
    assert may_ballot(category, cast.ganshi, ON)


def test_it_is_a_draft_of_its_own_kind_with_everybody_in_the_running(cast: Cast, category: AwardCategory) -> None:
    awards.committee(cast, 5)
    awards.recommended(category, cast.member1, cast.one)
    awards.moved(awards.recommended(category, cast.member2, cast.two), "reject", by=cast.ganshi)
    round_ = started(category, cast)
    category.refresh_from_db()
    assert category.ballot == round_
    assert (round_.kind, round_.state, round_.publicity) == (
        EvaluationKind.BALLOT,
        EvaluationState.DRAFT,
        ResultPublicity.COMMITTEE,
    )
    assert [str(one) for one in round_.subjects.all()] == ["党员甲"]
    assert [(one.name, one.eligible) for one in round_.categories.all()] == [("委员会委员", 6)]
    assert [one.label for one in round_.grades.all()] == ["同意", "不同意", "弃权"]
    assert may_ballot(category, cast.ganshi, ON).reason == "“优秀共产党员”已经发起过票决。"


def test_a_void_ballot_may_be_followed_by_another(cast: Cast, category: AwardCategory) -> None:
    awards.committee(cast, 5)
    awards.recommended(category, cast.member1, cast.one)
    round_ = started(category, cast)
    actions.act(round_=round_, verb="void", note="人选有变", version=round_.version, by=cast.ganshi, on=ON)
    category = AwardCategory.objects.select_related("round__organization", "ballot").get(pk=category.pk)
    assert may_ballot(category, cast.ganshi, ON)


def test_organisations_are_balloted_about_too(cast: Cast) -> None:
    round_ = awards.round_of(cast.general)
    units = awards.category_of(round_, key="unit", title="先进党支部", nominee_kind="organization")
    awards.committee(cast, 5)
    awards.recommended(units, cast.one, cast.one)
    made = start_ballot(category=units, opens_on=OPENS, closes_on=CLOSES, by=cast.ganshi, on=ON)
    assert [one.subject for one in made.subjects.all()] == [Organization.objects.get(pk=cast.one.pk)]


def test_its_result_stands_in_the_comparison_once_it_is_sealed(cast: Cast, category: AwardCategory) -> None:
    awards.committee(cast, 5)
    awards.recommended(category, cast.member1, cast.one)
    round_ = started(category, cast)
    actions.act(round_=round_, verb="announce", version=round_.version, by=cast.ganshi, on=ON)
    (raters,) = evaluations.categories_of(round_)
    evaluations.ballots(raters, 5, grade=1)
    evaluations.ballots(raters, 1, grade=3)

    def said(on: date) -> list[str]:
        fresh = AwardCategory.objects.select_related("ballot", "round").get(pk=category.pk)
        groups = comparison_of(fresh, standing_of(cast.ganshi, on), on).groups
        return [
            cell.text for group in groups if group.title == "委员会票决" for row in group.rows for cell in row.cells[0]
        ]

    assert said(CLOSES) == []
    round_ = evaluations.again(round_)
    seal(round_=round_, remark="", unused_counted=0, version=round_.version, by=cast.ganshi, on=SEALED)
    assert said(SEALED) == ["同意的占 83.3%"]


def test_the_page_says_who_votes_about_whom(cast: Cast, category: AwardCategory, client: Client, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON
    awards.committee(cast, 5)
    awards.recommended(category, cast.member1, cast.one)
    client.force_login(cast.ganshi)
    address = reverse("awards:ballot_start", args=[category.round_id, category.pk])
    page = client.get(address).content.decode()
    assert "党员甲" in page and "委员5" in page and "6 名" in page
    wrong = client.post(address, {"opens_on": "2011-06-12", "closes_on": "2011-06-11"})
    assert wrong.status_code == 422 and "截止日期不能早于开始日期。" in wrong.content.decode()
    done = client.post(address, {"opens_on": "2011-06-11", "closes_on": "2011-06-12"})
    assert done.status_code == 302
    desk = client.get(reverse("awards:desk", args=[category.round_id])).content.decode()
    assert "委员会票决" in desk and "发起不记名票决" not in desk


def test_two_who_start_at_once_start_one(cast: Cast, category: AwardCategory) -> None:
    awards.committee(cast, 12)
    awards.recommended(category, cast.member1, cast.one)
    mine, other = (
        AwardCategory.objects.select_related("round__organization", "round__campaign", "ballot").get(pk=category.pk)
        for _ in range(2)
    )
    start_ballot(category=mine, opens_on=ON, closes_on=ON, by=cast.ganshi, on=ON)
    with pytest.raises(Refused, match="已经发起过票决"):
        start_ballot(category=other, opens_on=ON, closes_on=ON, by=cast.zongzhi, on=ON)
    assert EvaluationRound.objects.filter(kind=EvaluationKind.BALLOT).count() == 1
