"""Public notices: who drafts and posts them, what is frozen, what a new edition does, when they end, and who reads whom they name."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import LogEntry
from awards.actions import notices as actions
from awards.models import Nomination, PublicNotice
from awards.queries.notices import abridged, candidates_for, notice_of
from awards.rules import notices as rules
from awards.states import NominationState, NoticeState
from awards.workflow.nominations import NOMINATION
from awards.workflow.notices import NOTICE, OBJECTION
from branches.states import Post
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from tests import build as people
from tests.awards import build_notices as build
from tests.awards.build_notices import DEEDS, ENDS, OVER, POSTED
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def two(cast: Cast) -> tuple[Any, Nomination, Nomination]:
    """A round with a member and a branch audited."""
    round_ = build.round_of(cast.general)
    member = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    branch = build.nomination(round_, cast.two, cast.two, cast.shuji2)
    return round_, member, branch


def test_the_tables_have_no_dead_end_and_reach_every_state() -> None:
    for workflow in (NOTICE, OBJECTION):
        assert workflow.unreachable() == set()
        assert workflow.dead_ends() == set()


def test_a_notice_moves_everybody_it_lists_into_the_notice(cast: Cast) -> None:
    round_, member, branch = two(cast)
    notice = build.posted(round_, cast.ganshi)
    assert notice.state == NoticeState.POSTED
    assert [build.state(one) for one in (member, branch)] == [NominationState.IN_NOTICE] * 2
    assert notice_of(member) == notice


def test_what_a_notice_shows_is_copied_when_it_is_posted_and_is_month_and_branch_never_more(cast: Cast) -> None:
    member = cast.member1
    member.born_on, member.education, member.unit_post = date(1972, 3, 17), "本科", "初中物理教研员"
    member.save()
    people.appoint(member, cast.one, Post.PUBLICITY_COMMISSIONER)
    round_, _, branch = two(cast)
    notice = build.posted(round_, cast.ganshi)
    first, second = notice.entries.all()
    assert (first.nomination, first.title, first.name, first.unit) == (
        branch,
        "先进基层党组织",
        "第二党支部",
        "教研室党总支",
    )
    assert (second.name, second.sex, second.born, second.education) == ("党员甲", "男", "1972年3月", "本科")
    assert (second.unit, second.post) == ("第一党支部", "宣传委员、初中物理教研员")
    member.education = "研究生"
    member.save()
    assert notice.entries.get(nomination__member=member).education == "本科"


def test_the_deeds_are_shortened_to_whole_sentences_for_the_office_to_edit() -> None:
    short = abridged(DEEDS)
    assert len(short) <= 300 and short.endswith("。") and DEEDS.startswith(short)
    assert abridged("没有句号" * 100) == "没有句号" * 74 + "没有句…"
    assert abridged("一句话。") == "一句话。"
    assert abridged("第一段，听课 12 节。\n\n　　第二段。\n") == "第一段，听课 12 节。第二段。"


def test_a_posted_notice_cannot_be_changed(cast: Cast) -> None:
    round_, *_ = two(cast)
    notice = build.posted(round_, cast.ganshi)
    with pytest.raises(Refused, match="要改请另发新版，公示时间重新计算"):
        actions.change_notice(
            notice=notice, listed={}, version=notice.version, by=cast.ganshi, on=POSTED, **build.words()
        )


def test_fewer_days_than_the_round_says_are_refused(cast: Cast) -> None:
    round_, *_ = two(cast)
    with pytest.raises(ValidationError, match="不少于 5 个工作日"):
        build.draft(round_, cast.ganshi, workdays=4)


def test_who_stands_in_the_notice_neither_drafts_nor_posts_it(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.nomination(round_, cast.zongzhi.member, cast.one, cast.shuji1)
    with pytest.raises(Refused, match="应当回避"):
        build.draft(round_, cast.zongzhi)
    notice = build.again(build.draft(round_, cast.ganshi))
    with pytest.raises(Refused, match="应当回避"):
        actions.act(notice=notice, verb="post", version=notice.version, by=cast.zongzhi, on=POSTED)
    assert not PublicNotice.objects.visible_to(cast.zongzhi, POSTED).exists()
    actions.act(notice=notice, verb="post", version=notice.version, by=cast.ganshi, on=POSTED)
    assert PublicNotice.objects.visible_to(cast.zongzhi, POSTED).exists()


def test_who_leads_a_branch_that_stands_in_it_is_concerned_too(cast: Cast) -> None:
    people.appoint(cast.shuji2.member, cast.general, Post.ORGANIZATION_COMMISSIONER)
    round_ = build.round_of(cast.general)
    build.nomination(round_, cast.two, cast.two, cast.shuji2)
    assert not rules.may_draft(round_, candidates_for(round_, None), cast.shuji2, POSTED)
    assert rules.may_draft(round_, candidates_for(round_, None), cast.zongzhi, POSTED)


def test_who_does_not_decide_is_refused(cast: Cast) -> None:
    round_, *_ = two(cast)
    with pytest.raises(Refused, match="由本单位的委员会审议"):
        build.draft(round_, cast.shuji1)


def test_there_is_one_draft_at_a_time(cast: Cast) -> None:
    round_, *_ = two(cast)
    build.draft(round_, cast.ganshi)
    with pytest.raises(Refused, match="已经有一份公示草稿"):
        build.draft(round_, cast.ganshi)


def test_somebody_withdrawn_while_the_draft_lay_is_not_posted(cast: Cast) -> None:
    round_, member, _ = two(cast)
    notice = build.again(build.draft(round_, cast.ganshi))
    Nomination.objects.filter(pk=member.pk).update(state=NominationState.WITHDRAWN)
    with pytest.raises(Refused, match="党员甲的推荐现在是“已撤回”，不能列入公示"):
        actions.act(notice=notice, verb="post", version=notice.version, by=cast.ganshi, on=POSTED)
    assert build.again(notice).state == NoticeState.DRAFT


def test_two_people_who_change_a_draft_at_once_lose_nothing_silently(cast: Cast) -> None:
    round_, member, _ = two(cast)
    notice = build.again(build.draft(round_, cast.ganshi))
    given: dict[str, Any] = {"listed": {member.pk: "事迹"}, "version": notice.version, "on": POSTED}
    actions.change_notice(notice=build.again(notice), by=cast.zongzhi, **given, **build.words(title="甲"))
    with pytest.raises(Conflict):
        actions.change_notice(notice=build.again(notice), by=cast.ganshi, **given, **build.words(title="乙"))
    assert build.again(notice).title == "甲"
    assert [entry.name for entry in notice.entries.all()] == ["党员甲"]


# ---- a new edition ----


def test_a_new_edition_takes_the_place_of_the_old_and_its_days_begin_anew(cast: Cast) -> None:
    round_, member, _ = two(cast)
    old = build.posted(round_, cast.ganshi)
    late = build.nomination(round_, cast.member2, cast.two, cast.shuji2)
    new = build.posted(round_, cast.ganshi, on=date(2011, 6, 16), replaces=old)
    assert (build.again(old).state, new.edition, new.ends_on) == (NoticeState.REPLACED, 2, date(2011, 6, 23))
    assert notice_of(member) == new
    assert [build.state(one) for one in (member, late)] == [NominationState.IN_NOTICE] * 2
    member.refresh_from_db()
    assert not rules.days_have_passed(member, cast.ganshi, OVER)
    assert rules.days_have_passed(member, cast.ganshi, date(2011, 6, 24))


def test_a_new_edition_leaves_nobody_behind(cast: Cast) -> None:
    round_, member, branch = two(cast)
    old = build.posted(round_, cast.ganshi)
    new = actions.draft_notice(
        round_=round_, replaces=old, listed={branch.pk: "事迹"}, by=cast.ganshi, on=POSTED, **build.words()
    )
    with pytest.raises(Refused, match="党员甲还在原来的公示里，新版要一起列入"):
        actions.act(notice=build.again(new), verb="post", version=None, by=cast.ganshi, on=POSTED)
    Nomination.objects.filter(pk=member.pk).update(state=NominationState.WITHDRAWN)
    actions.act(notice=build.again(new), verb="post", version=None, by=cast.ganshi, on=POSTED)


def test_only_a_posted_notice_has_a_next_edition(cast: Cast) -> None:
    round_, *_ = two(cast)
    old = build.posted(round_, cast.ganshi)
    build.posted(round_, cast.ganshi, replaces=old)
    with pytest.raises(Refused, match="公示现在是“已由新版替代”，不能另发新版"):
        build.draft(round_, cast.ganshi, replaces=build.again(old))


# ---- its end ----


def test_a_notice_is_closed_only_after_its_days(cast: Cast) -> None:
    round_, *_ = two(cast)
    notice = build.posted(round_, cast.ganshi)
    with pytest.raises(Refused, match="到 2011-06-20 为止，现在还不能结束"):
        actions.act(notice=notice, verb="close", version=None, by=cast.ganshi, on=ENDS)
    actions.act(notice=notice, verb="close", version=None, by=cast.ganshi, on=OVER)
    assert (notice.state, notice.closed_on) == (NoticeState.CLOSED, OVER)


def test_a_closed_notice_still_counts_for_the_decision(cast: Cast) -> None:
    round_, member, _ = two(cast)
    notice = build.posted(round_, cast.ganshi)
    actions.act(notice=notice, verb="close", version=None, by=cast.ganshi, on=OVER)
    member.refresh_from_db()
    NOMINATION.move(member, "decide", by=cast.ganshi, on=OVER)
    assert build.state(member) == NominationState.DECIDED


def test_visitors_read_the_names_for_thirty_days_and_never_less_than_the_notices_own(cast: Cast) -> None:
    round_, *_ = two(cast)
    notice = build.posted(round_, cast.ganshi)
    last = POSTED + timedelta(days=30)
    assert notice.names_shown_until() == last
    assert list(PublicNotice.objects.hanging(last)) == [notice]
    assert list(PublicNotice.objects.hanging(last + timedelta(days=1))) == []
    other = build.round_of(cast.general)
    build.nomination(other, cast.member2, cast.two, cast.shuji2)
    long = build.posted(other, cast.ganshi, workdays=30)
    assert long.names_shown_until() == long.ends_on == date(2011, 7, 25)


def test_who_did_what_to_a_notice_is_in_the_log(cast: Cast) -> None:
    round_, *_ = two(cast)
    old = build.posted(round_, cast.ganshi)
    build.posted(round_, cast.ganshi, replaces=old)
    assert [entry.label for entry in LogEntry.objects.of(old)] == ["起草公示", "发布公示", "由新版替代"]
