"""Whom a rule bars, and what it says: figure and limit, from the records."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awards.models import EligibilityRule, Honour, Override
from awards.parts import ORGANIZATION, OUTSTANDING, WORKER, usual_categories
from awards.queries.eligibility import TAKES, asked_for, bars, bars_of, months_after
from awards.states import RuleKind
from awards.workflow.nominations import NOMINATION
from branches.models import Member
from branches.states import MemberType, Post
from pledges.actions import fulfilling
from pledges.actions.fulfilling import Account
from reviews.states import SubjectKind
from schedule.states.study import Presence
from tests import build as people
from tests.awards import build_rounds as build
from tests.conftest import Cast
from tests.pledges import build as pledges
from tests.reviews import comments, evaluations, results
from tests.reviews.build import round_of
from tests.schedule import attendance, items

pytestmark = pytest.mark.django_db
ON = date(2011, 6, 25)


def said(rule: EligibilityRule, nominee: Any, on: date = ON) -> str:
    """What the rule says to somebody; nothing when it does not bar him."""
    found = bars(rule.category, nominee, on=on)
    assert all(bar.rule == rule for bar in found) and len(found) < 2
    return found[0].sentence if found else ""


def test_every_kind_of_rule_is_known_to_the_form_and_to_the_check() -> None:
    assert set(TAKES) == set(RuleKind.values)


def test_only_full_members_on_the_day_of_the_commendation(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.FULL_MEMBER)
    probationary = people.member(cast.one, member_type=MemberType.PROBATIONARY)
    soon = people.member(cast.one, member_type=MemberType.PROBATIONARY, confirmed_on=build.COMMEND_ON)
    late = people.member(cast.one, member_type=MemberType.PROBATIONARY, confirmed_on=date(2011, 7, 2))
    retired = people.member(cast.one, member_type=MemberType.RETIRED)
    assert said(rule, probationary) == "现在是预备党员，没有在表彰日期 2011-07-01 以前转正的记录。"
    assert said(rule, late) == "转正时间是 2011-07-02，到表彰日期 2011-07-01 还不是正式党员。"
    assert said(rule, soon) == said(rule, cast.member1) == said(rule, retired) == ""


def test_months_in_the_unit_count_through_its_branches_and_begin_anew_after_a_gap(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.BELONGS_FOR, number=12)
    moved = people.member(cast.one, on=date(2010, 7, 1))
    people.actions.transfer_member(member=moved, organization=cast.two, reason="", by=None, on=date(2011, 3, 1))
    newcomer = people.member(cast.one, on=date(2010, 7, 2))
    back = people.member(cast.one, on=date(2010, 7, 1))
    elsewhere = people.branch()
    people.actions.transfer_member(member=back, organization=elsewhere, reason="", by=None, on=date(2011, 1, 1))
    assert said(rule, back) == "现在不在本单位，不能算作满 12 个月。"
    people.actions.transfer_member(member=back, organization=cast.one, reason="", by=None, on=date(2011, 2, 1))
    assert said(rule, moved) == ""
    assert said(rule, newcomer) == "2010-07-02 起在本单位，到表彰日期 2011-07-01 不满 12 个月。"
    assert said(rule, back) == "2011-02-01 起在本单位，到表彰日期 2011-07-01 不满 12 个月。"


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2010, 7, 1), 12, date(2011, 7, 1)),
        (date(2010, 8, 31), 6, date(2011, 2, 28)),
        (date(2011, 8, 31), 6, date(2012, 2, 29)),
        (date(2010, 12, 15), 1, date(2011, 1, 15)),
        (date(2010, 1, 1), 11, date(2010, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, found: date) -> None:
    assert months_after(day, months) == found


def test_party_workers_hold_a_post_in_the_unit_on_that_day(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.HOLDS_POST, WORKER)
    outside = people.member(cast.one)
    people.appoint(outside, people.branch(), Post.SECRETARY)
    later = people.member(cast.one)
    people.appoint(later, cast.one, Post.PUBLICITY_COMMISSIONER, on=date(2011, 6, 26))
    assert said(rule, cast.shuji1.member) == ""
    assert said(rule, cast.member1) == said(rule, outside) == said(rule, later) == "现在没有担任党内职务。"


def test_nobody_is_handed_up_in_two_categories_at_once(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.EXCLUSIVE, other=WORKER)
    held = build.nomination(rule.category.round, cast.member1, cast.one, WORKER)
    assert said(rule, cast.member1) == "这一批已经推荐为“优秀党务工作者”，不再推荐到另一类别。"
    assert said(rule, cast.member2) == ""
    for state, barred in [("draft", False), ("rejected", False), ("withdrawn", False), ("commended", True)]:
        type(held).objects.filter(pk=held.pk).update(state=state)
        assert bool(said(rule, cast.member1)) is barred


def test_a_rule_of_any_other_category_looks_at_all_of_them(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.EXCLUSIVE)
    build.nomination(rule.category.round, cast.member1, cast.one, WORKER)
    assert "优秀党务工作者" in said(rule, cast.member1)
    assert asked_for(rule) == "同一批没有推荐到其他类别"


def honour(cast: Cast, on: date, **fields: Any) -> Honour:
    given = {
        "nominee_kind": "member", "organization": cast.one, "member": cast.member1, "key": OUTSTANDING,
        "title": "优秀共产党员", "level": "general_branch", "year": on.year, "awarded_by": "党总支", "by": cast.ganshi,
    }  # fmt: skip
    made: Honour = Honour.objects.create(awarded_on=on, **{**given, **fields})
    return made


def test_who_was_commended_the_same_way_since_a_day_is_barred(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.NOT_COMMENDED_SINCE, day=date(2010, 4, 1))
    honour(cast, date(2010, 3, 31))
    honour(cast, date(2010, 7, 1), level="city")
    honour(cast, date(2010, 7, 1), key=WORKER)
    honour(cast, date(2010, 7, 1), revoked_on=date(2011, 1, 1), revoke_reason="材料不实")
    assert said(rule, cast.member1) == ""
    honour(cast, date(2010, 7, 1))
    assert said(rule, cast.member1) == (
        "2010-07-01 已经获得总支级“优秀共产党员”，2010-04-01 以来受过同级同类表彰的不再推荐。"
    )


def test_a_pledge_must_hang_on_the_wall(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.PLEDGED)
    pledges.published(pledges.cycle(cast.general), cast.dangyuan1, cast.shuji1)
    assert (said(rule, cast.member1), said(rule, cast.member2)) == ("", "没有已公示的承诺。")


def test_fulfilment_below_the_limit_names_figure_and_limit(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.FULFILMENT, number=90)
    texts = [pledges.text(f"第{n}项", date(2011, 5, n)) for n in (1, 2, 3)]
    pledge = pledges.published(pledges.cycle(cast.general), cast.dangyuan1, cast.shuji1, items=texts)
    related = ("pledge__cycle", "pledge__organization", "pledge__member")
    day = date(2011, 5, 4)
    for pk in pledge.items.values_list("pk", flat=True)[:2]:
        item = pledges.PledgeItem.objects.select_related(*related).get(pk=pk)
        fulfilling.enter(item=item, day=day, text="做完了", account=Account("fulfilled"), by=cast.dangyuan1, on=day)
    assert said(rule, cast.member1) == "承诺兑现率是 66.7%（2/3），低于 90%。"
    assert said(rule, cast.member2) == ""  # nothing was due, so nothing is below
    EligibilityRule.objects.filter(pk=rule.pk).update(number=66)
    assert bars(rule.category, cast.member1, on=ON) == []


def test_a_leaders_comment_must_have_been_given_in_the_stretch(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.COMMENTED)
    comments.issued(round_of(cast.general), SubjectKind.MEMBER, cast.member1, cast.shuji1)
    assert said(rule, cast.member1) == ""
    assert said(rule, cast.member2) == "2010-07-21 以来没有受过领导点评。"


def test_overdue_items_bar_and_are_counted(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.NO_OVERDUE_ITEM)
    items.item(cast.one, cast.member1)
    assert said(rule, cast.member1) == ""
    assert said(rule, cast.member1, date(2011, 7, 1)) == "有 1 项整改逾期没有完成。"


def test_attendance_below_the_limit_names_figure_and_limit(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.ATTENDANCE, number=80)
    for day, status in [(date(2011, 6, 7), Presence.PRESENT), (date(2011, 6, 8), Presence.ABSENT)]:
        attendance.listed(attendance.session(cast.one, day), cast.shuji1, {cast.member1: status})
    assert said(rule, cast.member1) == "学习出勤率是 50.0%（1/2），低于 80%。"
    assert said(rule, cast.member2) == ""


def test_satisfaction_counts_from_the_latest_published_evaluation(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.SATISFACTION, ORGANIZATION, number=80)
    places = [evaluations.category(eligible=20)]
    round_ = results.voted(cast.general, cast.ganshi, [(8, 1), (4, 4)], subjects=[cast.one], categories=places)
    assert said(rule, cast.one) == ""
    results.published(round_, cast.ganshi)
    assert said(rule, cast.one) == "最近一次群众评议满意率是 66.7%（40/60），低于 80%。"
    assert said(rule, cast.two) == ""


def test_the_rounds_own_sentence_is_said_in_place_of_the_usual_one(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.PLEDGED, sentence="没有公开承诺的，按《通知》第三条不予推荐。")
    assert said(rule, cast.member1) == "没有公开承诺的，按《通知》第三条不予推荐。"


def test_rules_about_persons_are_not_asked_of_organisations(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.PLEDGED, ORGANIZATION)
    EligibilityRule.objects.create(category=rule.category, kind=RuleKind.HOLDS_POST)
    assert [bar.rule for bar in bars(rule.category, cast.one, on=ON)] == [rule]


# ---- overrides ----


def overridden(cast: Cast, *, may: bool) -> tuple[EligibilityRule, Any]:
    rule = build.with_rule(cast.general, RuleKind.PLEDGED, may_override=may)
    nomination = build.nomination(rule.category.round, cast.member1, cast.one)
    Override.objects.create(
        nomination=nomination, rule=rule, sentence="没有承诺", reason="刚从外地调回", by=cast.ganshi, on=build.MEETING
    )
    return rule, nomination


def test_an_overridden_rule_is_passed_over_for_that_nomination_only(cast: Cast) -> None:
    rule, nomination = overridden(cast, may=True)
    assert bars(rule.category, cast.member1, on=ON, nomination=nomination) == []
    assert len(bars(rule.category, cast.member1, on=ON)) == 1
    other = build.nomination(rule.category.round, cast.member2, cast.two)
    assert len(bars(rule.category, cast.member2, on=ON, nomination=other)) == 1


def test_a_rule_that_may_not_be_overridden_bars_all_the_same(cast: Cast) -> None:
    rule, nomination = overridden(cast, may=False)
    assert len(bars(rule.category, cast.member1, on=ON, nomination=nomination)) == 1


def test_an_ineligible_person_is_refused_with_the_rule_that_bars_him(cast: Cast) -> None:
    rule = build.with_rule(cast.general, RuleKind.FULL_MEMBER)
    probationary = people.member(cast.one, member_type=MemberType.PROBATIONARY)
    nomination = build.nomination(rule.category.round, probationary, cast.one)
    verdict = NOMINATION.verdict(nomination, "preselect", by=cast.ganshi, on=build.MEETING)
    assert verdict.reason.startswith("现在是预备党员")


# ---- many at once ----


def test_many_nominees_cost_as_many_queries_as_one(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)

    def cost(nominees: list[Member]) -> int:
        with CaptureQueriesContext(connection) as counted:
            bars_of(build.category(round_), nominees, on=build.MEETING)
        return len(counted)

    one = cost([cast.member1])
    many = [people.member(cast.one) for _ in range(20)]
    assert cost(many) == one


def test_all_usual_rules_are_said_as_conditions_and_never_break(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    told = [asked_for(rule) for one in round_.categories.all() for rule in one.rules.all()]
    assert len(told) == sum(len(text.rules) for text in usual_categories(ON))
    assert "承诺兑现率不低于 90%" in told and "2010-07-21 以来没有受过同级同类表彰" in told
    assert "到表彰当日在本单位满 12 个月" in told and "同一批没有推荐到“优秀党务工作者”" in told
    for category in round_.categories.all():
        nominee: Any = cast.one if category.key == ORGANIZATION else cast.member1
        for bar in bars(category, nominee, on=build.MEETING):
            assert bar.sentence.endswith("。")
