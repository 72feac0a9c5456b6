"""Who is told of an objection and of a notice whose days are over, and when; nobody of what is about himself."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awards.actions import notices
from branches.states import Post
from chuangxian import clock
from schedule import letters, reminding
from schedule.models import Notice, ReminderMark
from schedule.planner import plan_reminder
from tests import build as people
from tests.awards import build_notices as build
from tests.awards.build_notices import OVER, POSTED
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = POSTED + timedelta(days=2)  # a Wednesday; the third working day after it is Monday the 20th


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(DAY):
        yield


def posted(cast: Cast) -> tuple[Any, Any, Any]:
    round_ = build.round_of(cast.general)
    member = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    branch = build.nomination(round_, cast.two, cast.two, cast.shuji2)
    return build.posted(round_, cast.ganshi), member, branch


def told(letter: str) -> list[str]:
    rows = Notice.objects.filter(letter=letter, skipped="").select_related("member", "user")
    return sorted(str(row.person) for row in rows)


def live(kind: str, *days: date) -> list[tuple[str, str]]:
    """Let the portal plan this reminder on each of these days, as if it had always been there; who was told, and on which day."""
    reminder = reminding.find(kind)
    assert reminder is not None
    mark = {"since": date(2010, 7, 1), "planned_on": days[0] - timedelta(days=1), "planned_at": clock.wall()}
    ReminderMark.objects.get_or_create(kind=kind, defaults=mark)
    for day in days:
        with clock.standing_on(day):
            plan_reminder(reminder, on=day)
    rows = Notice.objects.filter(letter=kind, skipped="").select_related("member", "user").order_by("on", "pk")
    return sorted((f"{row.on:%m-%d}", str(row.person)) for row in rows)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_an_objection_is_told_to_those_who_decide_and_not_to_whom_it_is_about(cast: Cast) -> None:
    people.appoint(cast.member1, cast.general, Post.DISCIPLINE_COMMISSIONER)
    notice, member, _ = posted(cast)
    build.objection(notice, member, on=DAY)
    assert told("objection_received") == ["干事", "总支书记"]


def test_of_one_against_the_whole_notice_nobody_in_it_is_told(cast: Cast) -> None:
    people.appoint(cast.shuji2.member, cast.general, Post.ORGANIZATION_COMMISSIONER)
    notice, member, _ = posted(cast)
    build.objection(notice, on=DAY)
    assert told("objection_received") == ["干事", "总支书记"]
    build.objection(notice, member, on=DAY)
    assert told("objection_received") == ["书记二", "干事", "干事", "总支书记", "总支书记"]


def test_the_letter_names_no_accuser_and_repeats_none_of_his_words(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    build.objection(notice, member, on=DAY, name="王老师", contact="0519-1")
    for row in Notice.objects.filter(letter="objection_received"):
        assert "党员甲" not in row.title
        assert "王老师" not in row.body and build.TEXT not in row.body and "党员甲" in row.body


def test_an_objection_is_called_to_mind_on_the_third_working_day_until_it_is_answered(cast: Cast) -> None:
    notice, member, _ = posted(cast)
    objection = build.objection(notice, member, on=DAY)
    first = live("objection_waits", *every_day(DAY, date(2011, 6, 21)))
    assert first == [("06-20", "干事"), ("06-20", "总支书记")]
    build.answered(objection, cast.ganshi, on=date(2011, 6, 21))
    assert live("objection_waits", *every_day(date(2011, 6, 22), date(2011, 6, 30))) == first


def test_a_notice_whose_days_are_over_is_called_to_mind_until_it_is_closed(cast: Cast) -> None:
    notice, *_ = posted(cast)
    first = live("notice_over", *every_day(POSTED, date(2011, 6, 22)))
    assert first == [("06-21", "干事"), ("06-21", "总支书记")]
    notices.act(notice=notice, verb="close", version=None, by=cast.ganshi, on=OVER)
    assert live("notice_over", *every_day(date(2011, 6, 23), date(2011, 6, 30))) == first


@pytest.mark.parametrize("kind", ["objection_waits", "notice_over"])
def test_planning_asks_no_more_for_more_rows(cast: Cast, kind: str) -> None:
    reminder = reminding.find(kind)
    assert reminder is not None

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = list(reminder.open_items(date(2011, 7, 1), date(2012, 1, 1)))
        assert found and all(due.to for due in found)
        letter = letters.get(reminder.letter)
        assert all(letters.write(letter, due.obj, due_on=due.due_on, on=OVER).subject for due in found)
        return len(queries)

    def more() -> None:
        notice, member, _ = posted(cast)
        build.objection(notice, member, on=DAY)

    more()
    few = asked()
    cast.member1, cast.two = cast.member2, people.branch(cast.general)
    more()
    assert asked() == few
