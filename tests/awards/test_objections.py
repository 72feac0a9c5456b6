"""Objections: with or without a name, what they hold up, who may read and answer them, the number, and what follows from the answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from awards import numbers
from awards.actions import honours, notices, objections, rounds
from awards.models import Nomination, Objection
from awards.queries.nominations import log_of, way_of
from awards.queries.objections import answer_days, found_by, hidden_from
from awards.rules import notices as rules
from awards.states import Consequence, Finding, NominationState, ObjectionState
from awards.workflow.nominations import NOMINATION
from awards.workflow.rounds import ROUND
from branches.scope import standing_of
from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule.models import Notice
from tests import build as people
from tests.awards import build_notices as build
from tests.awards.build_notices import ENDS, OVER, POSTED
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = POSTED + timedelta(days=2)


def posted(cast: Cast) -> tuple[Any, Nomination, Nomination]:
    """A notice of a member and a branch."""
    round_ = build.round_of(cast.general)
    member = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    branch = build.nomination(round_, cast.two, cast.two, cast.shuji2)
    return build.posted(round_, cast.ganshi), member, branch


def test_the_way_says_when_it_was_objected_to_and_afterwards_since_when_it_hangs(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)

    def now() -> tuple[str, date | None]:
        fresh = Nomination.objects.get(pk=member.pk)
        step = next(step for step in way_of(fresh, log_of(fresh)) if step.is_now)
        return step.label, step.on

    assert now() == ("有异议", DAY)
    build.answered(one, cast.ganshi)
    assert now() == ("公示中", POSTED)


def test_an_open_objection_blocks_the_decision_also_when_the_days_are_over(cast: Cast) -> None:
    notice, member, branch = posted(cast)
    one = build.objection(notice, member)
    assert [build.state(each) for each in (member, branch)] == [NominationState.OBJECTED, NominationState.IN_NOTICE]
    member.refresh_from_db()
    assert rules.notice_is_over(member, cast.ganshi, OVER).reason == "还有 1 件异议没有答复，不能审定。"
    with pytest.raises(Refused):
        NOMINATION.move(member, "decide", by=cast.ganshi, on=OVER)
    with pytest.raises(Refused, match="还有 1 件异议没有答复，不能结束公示"):
        notices.act(notice=notice, verb="close", version=None, by=cast.ganshi, on=OVER)
    build.answered(one, cast.ganshi)
    assert build.state(member) == NominationState.IN_NOTICE
    member.refresh_from_db()
    NOMINATION.move(member, "decide", by=cast.ganshi, on=OVER)


def test_of_several_objections_each_must_be_answered(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    first, second = build.objection(notice, member), build.objection(notice, member)
    build.answered(first, cast.ganshi)
    assert build.state(member) == NominationState.OBJECTED
    build.answered(second, cast.ganshi)
    assert build.state(member) == NominationState.IN_NOTICE


def test_an_objection_against_the_whole_notice_touches_everybody_in_it(cast: Cast) -> None:
    notice, member, branch = posted(cast)
    one = build.objection(notice)
    assert [build.state(each) for each in (member, branch)] == [NominationState.OBJECTED] * 2
    build.answered(one, cast.ganshi)
    assert [build.state(each) for each in (member, branch)] == [NominationState.IN_NOTICE] * 2


def test_an_objection_to_an_edition_that_was_replaced_still_blocks(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    new = build.posted(notice.round, cast.ganshi, on=DAY, replaces=notice)
    member.refresh_from_db()
    assert member.state == NominationState.OBJECTED
    assert new.ends_on is not None
    late = new.ends_on + timedelta(days=1)
    assert not rules.notice_is_over(member, cast.ganshi, late)
    build.answered(one, cast.ganshi, on=late)
    member.refresh_from_db()
    assert rules.notice_is_over(member, cast.ganshi, late)


@pytest.mark.parametrize("day", [POSTED, ENDS])
def test_everybody_may_object_from_the_first_day_to_the_last(cast: Cast, day: date) -> None:
    notice, member, _ = posted(cast)
    assert build.objection(notice, member, on=day).received_on == day


def test_nobody_objects_after_the_last_day_or_to_an_edition_that_was_replaced(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    with pytest.raises(Refused, match="公示已经结束"):
        build.objection(notice, member, on=OVER)
    build.posted(notice.round, cast.ganshi, on=DAY, replaces=notice)
    with pytest.raises(Refused, match="请对新版提出"):
        build.objection(notice, member)


def test_nobody_objects_to_somebody_who_is_not_in_the_notice(cast: Cast) -> None:
    notice, *_ = posted(cast)
    other = build.nomination(notice.round, cast.member2, cast.two, cast.shuji2)
    with pytest.raises(ValidationError, match="这个人选不在这次公示里"):
        build.objection(notice, other)


# ---- who reads and answers ----


def test_whom_it_is_about_does_not_read_it_and_does_not_answer_it(cast: Cast) -> None:
    people.appoint(cast.member1, cast.general, Post.DISCIPLINE_COMMISSIONER)
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    assert not Objection.objects.visible_to(cast.dangyuan1, DAY).exists()
    assert hidden_from(standing_of(cast.dangyuan1, DAY), notice, DAY) == 1
    with pytest.raises(Refused, match="应当回避"):
        build.answered(one, cast.dangyuan1)
    assert list(Objection.objects.visible_to(cast.zongzhi, DAY)) == [one]


def test_against_a_whole_notice_everybody_in_it_stands_aside(cast: Cast) -> None:
    people.appoint(cast.shuji2.member, cast.general, Post.ORGANIZATION_COMMISSIONER)
    notice, member, _ = posted(cast)
    build.objection(notice)
    about_one = build.objection(notice, member)
    assert list(Objection.objects.visible_to(cast.shuji2, DAY)) == [about_one]
    assert Objection.objects.visible_to(cast.zongzhi, DAY).count() == 2


@pytest.mark.parametrize("actor", ["dangyuan1", "dangyuan2", "shuji1", "shuji2", "guanli", "stranger"])
def test_who_does_not_decide_reads_no_objection(cast: Cast, actor: str) -> None:
    notice, member, _ = posted(cast)
    build.objection(notice, member)
    assert not Objection.objects.visible_to(cast.users()[actor], DAY).exists()


def test_an_answer_is_given_once(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    stale = build.fresh(one)
    build.answered(one, cast.ganshi)
    with pytest.raises(Overtaken):
        objections.answer(objection=stale, version=stale.version, by=cast.zongzhi, on=DAY, **build.ANSWER)
    with pytest.raises(Refused):
        build.answered(build.fresh(one), cast.ganshi)


@pytest.mark.parametrize("name", ["inquiry", "reply", "finding"])
def test_an_answer_says_what_was_found_out_what_it_means_and_what_is_replied(cast: Cast, name: str) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    with pytest.raises(ValidationError) as refused:
        build.answered(one, cast.ganshi, DAY, **{name: " "})
    assert list(refused.value.message_dict) == [name]
    assert build.fresh(one).state == ObjectionState.RECEIVED


# ---- what follows ----


def test_where_it_is_right_the_office_rejects_or_says_why_not(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    with pytest.raises(ValidationError, match="要写明怎样处理"):
        build.answered(one, cast.ganshi, finding=Finding.UPHELD)
    with pytest.raises(ValidationError, match="这样处理的理由"):
        build.answered(one, cast.ganshi, finding=Finding.UPHELD, consequence=Consequence.KEPT)
    with pytest.raises(ValidationError, match="要写明怎样处理"):
        build.answered(one, cast.ganshi, finding=Finding.UPHELD, consequence=Consequence.REPOSTED, consequence_note="x")
    assert build.state(member) == NominationState.OBJECTED


def test_rejected_for_an_objection_it_is_out_with_the_reason(cast: Cast) -> None:
    notice, member, branch = posted(cast)
    one = build.objection(notice, member)
    why: dict[str, Any] = {"consequence": Consequence.REJECTED, "consequence_note": "听课记录确有补写。"}
    done = build.answered(one, cast.ganshi, finding=Finding.UPHELD, **why)
    assert (done.consequence, done.consequence_note) == (Consequence.REJECTED, "听课记录确有补写。")
    assert [build.state(each) for each in (member, branch)] == [NominationState.REJECTED, NominationState.IN_NOTICE]


def test_kept_for_a_reason_it_goes_on(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    why: dict[str, Any] = {"consequence": Consequence.KEPT, "consequence_note": "补写两次，已经说明，不影响总数。"}
    build.answered(one, cast.ganshi, finding=Finding.UPHELD, **why)
    assert build.state(member) == NominationState.IN_NOTICE


def test_where_a_new_edition_is_promised_nobody_is_decided_before_it(cast: Cast) -> None:
    notice, member, branch = posted(cast)
    one = build.objection(notice)
    why: dict[str, Any] = {"consequence": Consequence.REPOSTED, "consequence_note": "漏印了一个支部。"}
    build.answered(one, cast.ganshi, finding=Finding.UPHELD, **why)
    member.refresh_from_db()
    assert member.state == NominationState.OBJECTED
    assert "新版还没有发布" in rules.is_unopposed(member, cast.ganshi, OVER).reason
    with pytest.raises(Refused, match="请发布新版"):
        notices.act(notice=build.again(notice), verb="close", version=None, by=cast.ganshi, on=OVER)
    build.posted(notice.round, cast.ganshi, on=OVER, replaces=build.again(notice))
    assert [build.state(each) for each in (member, branch)] == [NominationState.IN_NOTICE] * 2


def test_about_a_nomination_that_has_ended_only_the_answer_is_left(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    NOMINATION.move(Nomination.objects.get(pk=member.pk), "withdraw", note="本人要求", by=cast.shuji1, on=DAY)
    done = build.answered(one, cast.ganshi, finding=Finding.UPHELD)
    assert (done.state, done.consequence) == (ObjectionState.ANSWERED, "")


# ---- taken down by the office ----


def take(notice: Any, by: Any, **fields: Any) -> str:
    given = {"nomination": None, "text": build.TEXT, "received_on": DAY, "nonce": numbers.new_nonce(), "on": DAY}
    return objections.take_down(notice=notice, by=by, **given | fields)


def test_the_office_takes_down_what_came_by_letter_and_gives_the_number_out(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    number = take(notice, cast.ganshi, nomination=member, name="匿名来信", received_on=POSTED)
    found = found_by(numbers.digest(number))
    assert found is not None and (found.taken_by, found.received_on) == (cast.ganshi, POSTED)
    assert build.state(member) == NominationState.OBJECTED


def test_a_letter_of_the_last_day_is_taken_down_the_day_after(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    take(notice, cast.ganshi, nomination=member, received_on=ENDS, on=OVER)
    with pytest.raises(ValidationError, match="在公示期内"):
        take(notice, cast.ganshi, received_on=OVER, on=OVER)


def test_about_somebody_decided_it_is_no_objection_any_more(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    member.refresh_from_db()
    NOMINATION.move(member, "decide", by=cast.ganshi, on=OVER)
    with pytest.raises(Refused, match="这个人选已经审定"):
        take(notice, cast.ganshi, nomination=member, received_on=ENDS, on=OVER)


# ---- the number ----


def test_the_same_page_sent_twice_is_one_objection_with_one_number(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    sent = {"notice": notice, "nomination": member, "text": build.TEXT, "nonce": numbers.new_nonce(), "on": DAY}
    assert objections.receive(**sent) == objections.receive(**sent)
    assert Objection.objects.count() == 1
    objections.receive(**sent | {"text": "另外还有一件事，也请核实。"})
    assert Objection.objects.count() == 2


def test_the_number_itself_is_nowhere_in_the_database(cast: Cast) -> None:
    notice, *_ = posted(cast)
    number = take(notice, cast.ganshi)
    row = Objection.objects.values().get()
    assert number not in str(row) and numbers.shown(number) not in str(row)


def test_every_number_is_one_that_people_can_type_and_no_two_pages_have_the_same() -> None:
    told = [numbers.number_of(numbers.new_nonce(), [build.TEXT]) for _ in range(200)]
    assert [numbers.tidy(numbers.shown(number).lower().replace("0", "O")) for number in told] == told
    assert len(set(told)) == 200


def test_an_answer_is_due_on_the_third_working_day() -> None:
    days = answer_days([date(2011, 6, 15), date(2011, 6, 17), date(2011, 9, 30)])
    assert [f"{days[day]:%m-%d}" for day in sorted(days)] == ["06-20", "06-22", "10-10"]


def test_what_came_against_the_whole_notice_after_the_decision_holds_up_the_commendation(cast: Cast) -> None:
    notice, member, branch = posted(cast)
    day = notice.round.commend_on
    for one in (member, branch):
        one.refresh_from_db()
        NOMINATION.move(one, "decide", by=cast.ganshi, on=OVER)
    take(notice, cast.ganshi, received_on=ENDS, on=OVER)
    round_ = type(notice.round).objects.get(pk=notice.round_id)
    assert ROUND.verdict(round_, "commend", by=cast.ganshi, on=day).reason == "还有异议没有答复，全部答复以后才能表彰。"
    assert NOMINATION.verdict(member, "commend", by=cast.ganshi, on=day).reason == "还有异议没有答复，不能表彰。"
    build.answered(Objection.objects.get(), cast.ganshi, on=day)
    assert ROUND.verdict(round_, "commend", by=cast.ganshi, on=day)
    assert len(honours.commend(round_=round_, awarded_on=day, by=cast.ganshi, on=day)) == 2


def test_in_a_void_round_only_the_answer_is_left(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    one = build.objection(notice, member)
    rounds.act(round_=notice.round, verb="void", note="不办了", version=None, by=cast.ganshi, on=DAY)
    done = build.answered(one, cast.ganshi, finding=Finding.UPHELD)
    assert (done.state, done.consequence) == (ObjectionState.ANSWERED, "")


def test_who_leads_an_organisation_hears_nothing_of_an_objection_to_it(cast: Cast) -> None:
    notice, _, branch = posted(cast)
    build.objection(notice, branch)
    told = {str(one.person) for one in Notice.objects.filter(letter="nomination_objected")}
    assert told == {"总支书记", "干事"}  # and not 书记二, who recommended his own branch
