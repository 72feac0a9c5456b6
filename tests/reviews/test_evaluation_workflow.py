"""Who may move a round of evaluation, from where, and what must be there first: actor × state × move."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from reviews.actions import evaluations as actions
from reviews.actions.evaluations import GradeText, ItemText, Parts
from reviews.models import Code, CodeBatch, EvaluationRound, RaterCategory
from reviews.states import EvaluationState, RaterKind
from reviews.workflow.evaluations import EVALUATION
from tests import build as people
from tests.conftest import Cast
from tests.reviews import evaluations as build

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
ON = build.CLOSES  # the last day: everything the calendar asks for has come

# from which states each move leads, for those who run the round; nobody else moves anything
MOVES = {
    "announce": {"draft"},
    "withdraw": {"announced"},
    "seal": {"announced"},
    "publish": {"sealed"},
    "void": {"draft", "announced", "sealed"},
}
RUNNERS = {"zongzhi", "ganshi"}


def test_the_documents_show_the_moves_as_they_are() -> None:
    assert f"```mermaid\n{EVALUATION.diagram()}```\n" in DOCUMENT.read_text()


def test_every_state_is_reached_and_only_final_ones_end() -> None:
    assert EVALUATION.unreachable() == set() and EVALUATION.dead_ends() == set()


@pytest.mark.parametrize("state", EvaluationState.values)
def test_actor_state_and_move(cast: Cast, state: str) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    EvaluationRound.objects.filter(pk=round_.pk).update(state=state)
    round_ = build.again(round_)
    allowed = {
        (name, verb)
        for name, user in cast.users().items()
        for verb in EVALUATION.moves
        if EVALUATION.verdict(round_, verb, by=user, on=ON)
    }
    assert allowed == {(name, verb) for name in RUNNERS for verb, sources in MOVES.items() if state in sources}


def test_a_branch_runs_rounds_of_its_own(cast: Cast) -> None:
    round_ = build.draft(cast.one, by=cast.shuji1)
    who = {n for n, user in cast.users().items() if EVALUATION.verdict(round_, "announce", by=user, on=ON)}
    assert who == {"shuji1"}


# ---- what must be there before it is announced ----


def refusal(round_: EvaluationRound, by: Any, on: date = build.ANNOUNCED) -> str:
    return EVALUATION.verdict(build.again(round_), "announce", by=by, on=on).reason


def test_what_raters_need_is_asked_for_before_announcing(cast: Cast) -> None:
    by, on = cast.ganshi, build.DRAFTED
    round_ = build.draft(cast.general, by=by)

    def put(**parts: Any) -> str:
        fresh = build.again(round_)
        actions.change_round(round_=fresh, parts=Parts(**parts), version=fresh.version, by=by, on=on)
        return refusal(round_, by)

    good = [GradeText("好", is_positive=True), GradeText("差")]
    many = [build.category(), build.category(RaterKind.NON_PARTY_STAFF)]
    assert refusal(round_, by) == ""
    assert "没有测评项目" in put(items=[])
    put(items=[ItemText("公开承诺的兑现")])
    assert "至少要有两档" in put(grades=[GradeText("好", is_positive=True), GradeText("不了解", is_valid=False)])
    assert "至少要有两档" in put(grades=[GradeText("好"), GradeText("差")])
    put(grades=good)
    assert "没有评议对象" in put(subjects=[])
    put(subjects=[cast.one])
    assert "没有评议人类别" in put(categories=[])
    assert "人数还没有填" in put(categories=[build.category(eligible=0), *many[1:]])
    assert "做不到不记名" in put(categories=[build.category(eligible=4)])
    assert "每一类都填" in put(categories=[build.category(weight=60), many[1]])
    assert "合计要等于 100%" in put(categories=[build.category(weight=60), build.category(RaterKind.OTHER, weight=30)])
    assert put(categories=[build.category(weight=60), build.category(RaterKind.OTHER, weight=40)]) == ""
    assert "截止日期已经过去" in refusal(round_, by, on=build.CLOSES + timedelta(days=1))


def test_a_ballot_has_room_for_so_many_answers(cast: Cast) -> None:
    by = cast.ganshi
    round_ = build.draft(cast.general, by=by, subjects=build.members_of(cast.general, 101), key=build.MEMBERS)
    actions.set_items(round_=round_, items=[ItemText(f"项目{n}") for n in range(20)], by=by, on=build.DRAFTED)
    assert "一张票放不下" in refusal(round_, by)


def test_only_members_appraise_members(cast: Cast) -> None:
    two = [build.category(), build.category(RaterKind.NON_PARTY_STAFF)]
    subjects = [cast.member1, cast.member2]
    round_ = build.draft(cast.general, cast.ganshi, subjects, two, key=build.APPRAISAL)
    assert "只由党员参加" in refusal(round_, cast.ganshi)
    actions.set_categories(round_=round_, categories=two[:1], by=cast.ganshi, on=build.DRAFTED)
    assert refusal(round_, cast.ganshi) == ""


def test_one_member_alone_does_not_rate_himself(cast: Cast) -> None:
    build.members_of(cast.general, 5)  # ten members in all
    round_ = build.draft(cast.general, cast.ganshi, [cast.member1], [build.category(eligible=10)], key=build.MEMBERS)
    assert "最多是 9 人" in refusal(round_, cast.ganshi)
    fewer = [build.category(eligible=9), build.category(RaterKind.SERVICE_RECIPIENT, eligible=50)]
    actions.set_categories(round_=round_, categories=fewer, by=cast.ganshi, on=build.DRAFTED)
    assert refusal(round_, cast.ganshi) == ""


# ---- announced, withdrawn ----


def test_withdrawing_needs_a_reason_and_revokes_the_codes_made(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    first, _ = build.categories_of(round_)
    build.make_codes(first, 3)
    with pytest.raises(Refused, match="收回的原因"):
        actions.act(round_=round_, verb="withdraw", version=None, by=cast.ganshi, on=build.ANNOUNCED)
    assert not CodeBatch.objects.filter(is_revoked=True).exists()
    actions.act(round_=round_, verb="withdraw", note="项目写错了", version=None, by=cast.ganshi, on=build.ANNOUNCED)
    assert set(CodeBatch.objects.values_list("is_revoked")) == {(True,)}
    assert set(Code.objects.values_list("is_used", "is_revoked")) == {(False, True)}
    round_ = build.again(round_)
    assert (round_.state, round_.announced_on) == ("draft", None)
    actions.set_items(round_=round_, items=[ItemText("改对了")], by=cast.ganshi, on=build.ANNOUNCED)


def test_nothing_is_withdrawn_once_somebody_has_rated(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.ballots(build.categories_of(round_)[0])
    with pytest.raises(Refused, match="已经有人评议"):
        actions.act(round_=round_, verb="withdraw", note="改", version=None, by=cast.ganshi, on=build.OPEN_DAY)
    assert build.again(round_).state == "announced"


def test_a_category_whose_codes_were_printed_stays_and_may_change_its_name(cast: Cast) -> None:
    by, on = cast.ganshi, build.ANNOUNCED
    round_ = build.announced(cast.general, by=by)
    first, second = build.categories_of(round_)
    build.make_codes(first, 3)
    actions.act(round_=round_, verb="withdraw", note="改", version=None, by=by, on=on)
    round_ = build.again(round_)
    with pytest.raises(ValidationError, match="不能删去"):
        actions.set_categories(round_=round_, categories=[build.category(name="新的")], by=by, on=on)
    swapped = [
        build.category(name=second.name, pk=first.pk),
        build.category(RaterKind.NON_PARTY_STAFF, name=first.name, pk=second.pk),
    ]
    actions.set_categories(round_=build.again(round_), categories=swapped, by=by, on=on)
    assert RaterCategory.objects.get(pk=first.pk).name == second.name


def test_who_is_slower_is_told(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    late = build.again(round_)
    actions.act(round_=round_, verb="announce", version=round_.version, by=cast.ganshi, on=build.ANNOUNCED)
    with pytest.raises(Overtaken):
        actions.act(round_=late, verb="announce", version=late.version, by=cast.zongzhi, on=build.ANNOUNCED)


def test_a_make_up_round_takes_over_everything_but_the_days(cast: Cast) -> None:
    first = build.announced(cast.general, by=cast.ganshi, invitation="请如实评议")
    again = actions.draft_round(
        organization=cast.general,
        campaign=first.campaign,
        repeats=first,
        name="补评",
        opens_on=date(2011, 9, 1),
        closes_on=date(2011, 9, 8),
        by=None,
        on=date(2011, 6, 22),
    )
    assert (again.repeats, again.invitation, again.year) == (first, first.invitation, 2011)
    for part in ("items", "grades", "subjects", "categories"):
        assert [str(one) for one in getattr(again, part).all()] == [str(one) for one in getattr(first, part).all()]


def test_an_account_of_the_office_elsewhere_runs_nothing_here(cast: Cast) -> None:
    people.appoint(cast.stranger.member, people.branch(), Post.SECRETARY)
    round_ = build.draft(cast.general, by=cast.ganshi)
    assert not EVALUATION.verdict(round_, "announce", by=cast.stranger, on=ON)
