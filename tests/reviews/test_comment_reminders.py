"""Who hears of comments: the letters of the moves, and reminders of what is not yet done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.states import Kind, Post
from chuangxian import clock
from reviews.actions import comments as actions
from reviews.models import CommentRound, LeaderComment
from reviews.states import CommentState
from schedule import letters, reminding
from schedule.models import Notice
from schedule.planner import plan
from schedule.reminding import Due
from tests import build as people
from tests.conftest import Cast
from tests.reviews import comments as build
from tests.reviews.comments import ON, round_of
from tests.schedule.notices import planned_since

FAR = date(2013, 1, 1)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    with clock.standing_on(date(2011, 5, 3)):
        return round_of(cast.general)


def told(letter: str) -> set[str]:
    """Who has a notice of that letter."""
    return {str(notice.person) for notice in Notice.objects.filter(letter=letter)}


def open_items(kind: str, on: date = ON, until: date = FAR) -> list[Due]:
    reminder = reminding.find(kind)
    assert reminder is not None
    return list(reminder.open_items(on, until))


def still_open(kind: str, obj: Any, on: date = ON) -> bool:
    reminder = reminding.find(kind)
    assert reminder is not None
    return reminder.still_open(type(obj)._base_manager.get(pk=obj.pk), on)


# ---- letters ----


def test_each_move_tells_those_who_have_to_do_with_it(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    assert told("comment_issued") == {"党员甲"}
    actions.act(comment=comment, verb="recall", version=None, by=cast.shuji1, on=ON)
    assert told("comment_recalled") == {"党员甲"}
    comment = build.again(comment)
    actions.issue(comment=comment, version=None, by=cast.shuji1, on=ON)
    actions.act(comment=build.again(comment), verb="acknowledge", version=None, by=cast.dangyuan1, on=ON)
    assert told("comment_acknowledged") == {"书记一"}
    assert Notice.objects.filter(letter="comment_issued").count() == 2


def test_an_organisations_leaders_hear_of_what_is_said_of_it(cast: Cast, round_: CommentRound) -> None:
    people.appoint(people.member(cast.one, "副书记一"), cast.one, Post.DEPUTY_SECRETARY)
    build.issued(round_, "organization", cast.one, cast.zongzhi)
    assert told("comment_issued") == {"书记一", "副书记一"}


def test_a_leader_hears_what_became_of_his_words_though_the_office_wrote_them_down(
    cast: Cast, round_: CommentRound
) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.ganshi, commentator=cast.shuji1.member)
    actions.act(comment=comment, verb="acknowledge", version=None, by=cast.dangyuan1, on=ON)
    assert told("comment_acknowledged") == {"书记一"}
    outside = build.issued(round_, "organization", cast.general, cast.ganshi, outside=True)
    actions.act(comment=outside, verb="acknowledge", version=None, by=cast.zongzhi, on=ON)
    assert told("comment_acknowledged") == {"书记一", "干事"}


# ---- somebody is left ----


def left(on: date = ON, until: date = FAR) -> dict[str, int]:
    return {str(person): due.obj.left for due in open_items("comment_due", on, until) for person in due.to}


def test_each_leader_hears_once_how_many_his_level_still_owes(cast: Cast, round_: CommentRound) -> None:
    group = people.organization(Kind.GROUP, cast.one, "第一党小组")
    leader = people.member(group, "组长丁")
    people.appoint(leader, group, Post.GROUP_LEADER)
    people.member(group, "组员")
    people.member(cast.two, "老同志", member_type="retired")
    # two branches and their secretaries; 党员甲, 总支书记, 组长丁, 组员; 党员乙
    assert left() == {"总支书记": 4, "书记一": 4, "书记二": 1, "组长丁": 1}
    build.issued(round_, "member", cast.member2, cast.shuji2)
    build.issued(round_, "organization", cast.one, cast.zongzhi)
    build.draft(round_, "member", cast.member1, cast.shuji1)
    assert left() == {"总支书记": 3, "书记一": 4, "组长丁": 1}
    assert left(until=date(2011, 6, 24)) == {}


def test_who_owes_nothing_any_more_gets_no_mail_that_was_on_its_way(cast: Cast, round_: CommentRound) -> None:
    due = next(due for due in open_items("comment_due") if due.to == [cast.shuji2.member])
    assert still_open("comment_due", due.obj)
    build.issued(round_, "member", cast.member2, cast.shuji2)
    assert not still_open("comment_due", due.obj)
    CommentRound.objects.update(closed_on=ON)
    assert left() == {}


def test_the_letter_says_how_many_and_by_when(cast: Cast, round_: CommentRound) -> None:
    due = next(due for due in open_items("comment_due") if due.to == [cast.shuji2.member])
    text = letters.write(letters.get("comment_due"), due.obj, due_on=due.due_on, on=ON)
    assert text.subject == "还有 1 个没有点评到，请在 6月25日 前完成"
    late = letters.write(letters.get("comment_due"), due.obj, due_on=due.due_on, on=date(2011, 7, 2))
    assert "已过 6月25日 的期限" in late.subject


def test_the_reminder_is_told_by_the_planner_and_told_once(cast: Cast, round_: CommentRound) -> None:
    planned_since("comment_due", date(2011, 5, 1))
    on = date(2011, 6, 22)
    with clock.standing_on(on):
        plan(on=on)
        plan(on=on)
    assert told("comment_due") == {"总支书记", "书记一", "书记二"}
    assert Notice.objects.filter(letter="comment_due", skipped="").count() == 3


# ---- a signature is missing, a round comes to its end ----


def test_a_comment_not_signed_for_is_remembered_to_its_subject(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    branchs = build.issued(round_, "organization", cast.two, cast.zongzhi)
    dues = {due.obj.pk: due for due in open_items("comment_unacknowledged")}
    assert {pk: [str(p) for p in due.to] for pk, due in dues.items()} == {
        comment.pk: ["党员甲"],
        branchs.pk: ["书记二"],
    }
    assert {due.due_on for due in dues.values()} == {ON}
    text = letters.write(letters.get("comment_unacknowledged"), comment, due_on=ON, on=ON + timedelta(days=3))
    assert "书记一的点评还没有签收" in text.subject
    assert still_open("comment_unacknowledged", comment)
    LeaderComment.objects.update(state=CommentState.ACKNOWLEDGED)
    assert not still_open("comment_unacknowledged", comment)
    assert open_items("comment_unacknowledged") == []


def test_leaders_and_office_hear_that_the_round_comes_to_its_end(cast: Cast, round_: CommentRound) -> None:
    due = open_items("round_closing")[0]
    assert {str(person) for person in due.to} == {"总支书记", "干事"}
    assert (due.due_on, due.entered_on) == (round_.closes_on, date(2011, 5, 3))
    text = letters.write(letters.get("round_closing"), round_, due_on=round_.closes_on, on=ON)
    assert text.subject == "2011年上半年点评 6月25日 到期，请检查有没有人漏掉"
    assert still_open("round_closing", round_) and not still_open("round_closing", round_, date(2011, 6, 26))


def test_many_comments_cost_the_reminder_no_more_queries(cast: Cast, round_: CommentRound) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            open_items("comment_due"), open_items("comment_unacknowledged"), open_items("round_closing")
        return len(captured)

    before = queries()
    for number in range(5):
        build.issued(round_, "member", people.member(cast.one, f"多人{number}"), cast.shuji1)
    assert queries() == before
