"""Who hears of what: the letters of the moves, and reminders of what is not yet handed in or read."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings

from branches.models import Membership
from branches.states import Post
from chuangxian import clock
from reviews.actions import self_reviews as actions
from reviews.models import CommentRound
from schedule import letters, reminding
from schedule.models import Notice
from schedule.planner import plan
from schedule.reminding import Due
from tests import build as people
from tests.conftest import Cast
from tests.reviews import self_reviews as build
from tests.reviews.build import OPENED, round_of
from tests.reviews.self_reviews import ON

FAR = date(2013, 1, 1)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    with clock.standing_on(OPENED):
        return round_of(cast.general)


def told(letter: str) -> set[str]:
    return {str(notice.person) for notice in Notice.objects.filter(letter=letter)}


def open_items(kind: str, on: date = ON, until: date = FAR) -> list[Due]:
    reminder = reminding.find(kind)
    assert reminder is not None
    return list(reminder.open_items(on, until))


def whom(kind: str, on: date = ON) -> set[str]:
    return {str(person) for due in open_items(kind, on) for person in due.to}


def still_open(kind: str, obj: Any) -> bool:
    reminder = reminding.find(kind)
    assert reminder is not None
    return reminder.still_open(type(obj)._base_manager.get(pk=obj.pk), ON)


def test_each_move_tells_those_who_have_to_do_with_it(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1, on=ON)
    assert told("self_review_submitted") == {"书记一"}
    actions.act(review=review, verb="return", note="改", version=None, by=cast.shuji1, on=ON)
    assert told("self_review_returned") == {"党员甲"}
    actions.act(review=build.again(review), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    actions.act(review=build.again(review), verb="accept", version=None, by=cast.shuji1, on=ON)
    assert told("self_review_accepted") == {"党员甲"}
    assert Notice.objects.filter(letter="self_review_submitted", title__startswith="党员甲提交了").count() == 2


def test_a_member_without_an_account_is_told_and_so_is_who_registers_for_him(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.ganshi, member=people.member(cast.one, "无账号"), on=ON)
    actions.act(review=review, verb="return", note="改", version=None, by=cast.shuji1, on=ON)
    assert told("self_review_returned") == {"无账号", "干事"}


def test_a_branchs_goes_to_the_level_above_and_the_units_to_the_office(cast: Cast, round_: CommentRound) -> None:
    both = people.member(cast.one, "两头副书记")
    for place in (cast.one, cast.general):
        people.appoint(both, place, Post.DEPUTY_SECRETARY)
    build.submitted(round_, cast.shuji1, organization=cast.one, on=ON)
    assert told("self_review_submitted") == {"总支书记"}
    build.submitted(round_, cast.zongzhi, organization=cast.general, on=ON)
    assert told("self_review_submitted") == {"总支书记", "干事"}


def test_only_those_who_have_not_handed_in_are_reminded(cast: Cast, round_: CommentRound) -> None:
    people.member(cast.two, "老同志", member_type="retired")
    everybody = {"党员甲", "党员乙", "书记一", "书记二", "总支书记"}
    assert whom("self_review_due") == everybody
    assert whom("self_review_due_organization") == {"总支书记", "书记一", "书记二"}
    build.submitted(round_, cast.dangyuan1)
    build.begun(round_, cast.dangyuan2)
    build.submitted(round_, cast.shuji1, organization=cast.one)
    assert whom("self_review_due") == everybody - {"党员甲"}
    assert whom("self_review_due_organization") == {"总支书记", "书记二"}
    assert {(due.due_on, due.entered_on) for due in open_items("self_review_due")} == {(round_.self_review_by, OPENED)}
    assert open_items("self_review_due", until=date(2011, 6, 9)) == []


def test_nobody_is_reminded_of_a_round_that_has_not_begun_or_is_over(cast: Cast, round_: CommentRound) -> None:
    assert open_items("self_review_due", on=date(2011, 5, 1)) == []
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=date(2011, 6, 15))
    assert open_items("self_review_due") == [] and open_items("self_review_due_organization") == []


def test_before_a_mail_leaves_it_is_asked_again_whether_it_is_still_true(cast: Cast, round_: CommentRound) -> None:
    membership = Membership.objects.get(member=cast.member1)
    assert still_open("self_review_due", membership) and still_open("self_review_due_organization", cast.one)
    review = build.submitted(round_, cast.dangyuan1)
    build.submitted(round_, cast.shuji1, organization=cast.one)
    assert not still_open("self_review_due", membership) and not still_open("self_review_due_organization", cast.one)
    assert still_open("self_review_waits", review)
    actions.act(review=review, verb="accept", version=None, by=cast.shuji1, on=ON)
    assert not still_open("self_review_waits", review)
    retired = people.member(cast.two, "老同志", member_type="retired")
    assert not still_open("self_review_due", Membership.objects.get(member=retired))


def test_what_waits_is_told_to_its_reader_and_not_to_who_wrote_it(cast: Cast, round_: CommentRound) -> None:
    build.submitted(round_, cast.dangyuan1)
    build.submitted(round_, cast.shuji1)
    unit = build.submitted(round_, cast.zongzhi, organization=cast.general)
    dues = {str(due.obj.subject): {str(person) for person in due.to} for due in open_items("self_review_waits")}
    assert dues == {"党员甲": {"书记一"}, "书记一": {"总支书记"}, str(unit.subject): {"干事"}}


def test_the_clock_reminds_before_the_day_and_repeats_after_it(cast: Cast, round_: CommentRound) -> None:
    for day in (OPENED, date(2011, 6, 3), date(2011, 6, 7), date(2011, 6, 10), date(2011, 6, 17)):
        with clock.standing_on(day):
            plan(on=day)
    slots = (
        Notice.objects.filter(letter="self_review_due", member=cast.member1).order_by("on").values_list("on", "title")
    )
    assert [(on, title) for on, title in slots] == [
        (date(2011, 6, 3), "请在 6月10日 前提交对照检查"),
        (date(2011, 6, 7), "请在 6月10日 前提交对照检查"),
        (date(2011, 6, 10), "今天是提交对照检查的最后一天"),
        (date(2011, 6, 17), "您的对照检查还没有提交，已过 6月10日 的期限"),
    ]
    assert settings.OVERDUE_EVERY_DAYS == 7


def test_every_reminder_has_a_letter_that_can_be_written(cast: Cast, round_: CommentRound) -> None:
    build.submitted(round_, cast.dangyuan1)
    for kind in ("self_review_due", "self_review_due_organization", "self_review_waits"):
        reminder = reminding.find(kind)
        assert reminder is not None
        due = open_items(kind)[0]
        text = letters.write(letters.get(reminder.letter), due.obj, due_on=due.due_on, on=ON)
        assert text.subject and text.body and letters.get(reminder.letter).url(due.obj).startswith("/reviews/")
