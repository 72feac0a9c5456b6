"""Who hears of an action item: the letters of its moves, and reminders of what is due, overdue, or waits."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from branches.models import Member, Membership
from branches.states import Post
from chuangxian import clock
from schedule import letters, reminding
from schedule.actions import items as actions
from schedule.models import ActionItem, Notice, ReminderMark
from schedule.planner import plan
from schedule.reminding import Due
from tests import build as people
from tests.conftest import Cast
from tests.schedule import items
from tests.schedule.items import DUE, ON, RAISED

KINDS = ("action_due", "action_overdue", "action_waits", "action_escalated")


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def told(letter: str) -> list[str]:
    """Who has a notice of that letter, in the order of their names."""
    return sorted(str(notice.person) for notice in Notice.objects.filter(letter=letter))


def open_items(kind: str, on: date = ON, until: date = date(2013, 1, 1)) -> list[Due]:
    reminder = reminding.find(kind)
    assert reminder is not None
    return list(reminder.open_items(on, until))


def whom(kind: str) -> set[str]:
    return {str(person) for due in open_items(kind) for person in due.to}


def still_open(kind: str, item: ActionItem, on: date = ON) -> bool:
    reminder = reminding.find(kind)
    assert reminder is not None
    return reminder.still_open(ActionItem.objects.get(pk=item.pk), on)


def live(*days: date) -> None:
    """Let the portal plan on each of these days, as if it had always been there."""
    for kind in KINDS:
        mark = {"since": RAISED, "planned_on": RAISED, "planned_at": clock.wall()}
        ReminderMark.objects.get_or_create(kind=kind, defaults=mark)
    for day in days:
        with clock.standing_on(day):
            plan(on=day)


# ---- letters ----


def test_each_move_tells_those_who_have_to_do_with_it_and_not_who_made_it(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1, by=cast.zongzhi, on=ON)
    assert told("action_raised") == ["党员甲"]
    item = items.submitted(item, cast.dangyuan1)
    assert told("action_submitted") == ["书记一"]
    actions.act(item=item, verb="reopen", note="补记录", version=None, by=cast.shuji1, on=ON)
    assert told("action_reopened") == ["党员甲"]
    item = items.again(item)
    actions.postpone(item=item, due_on=date(2011, 7, 31), reason="停课", version=item.version, by=cast.shuji1, on=ON)
    assert told("action_postponed") == ["党员甲"]
    item = items.submitted(items.again(item), cast.dangyuan1)
    actions.act(item=item, verb="verify", version=None, by=cast.shuji1, on=ON)
    assert told("action_verified") == ["党员甲"]
    other = items.item(cast.two, cast.member2, by=cast.zongzhi, on=ON)
    actions.act(item=other, verb="cancel", note="重复", version=None, by=cast.zongzhi, on=ON)
    assert told("action_cancelled") == ["党员乙"]
    assert Notice.objects.get(letter="action_verified").title == f"整改已销号：{items.PROBLEM}"


def test_whoever_raises_his_own_is_not_told_of_it(cast: Cast) -> None:
    items.item(cast.one, cast.member1, by=cast.dangyuan1, on=ON)
    assert told("action_raised") == []


def test_whom_it_is_about_hears_how_it_ended_though_another_answers_for_it(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1, responsible=cast.member2, on=ON)
    assert told("action_raised") == ["党员乙"]
    actions.act(item=item, verb="cancel", note="重复", version=None, by=cast.shuji1, on=ON)
    assert told("action_cancelled") == ["党员乙", "党员甲"]


def test_an_organisations_leaders_hear_of_its_items_and_never_as_those_who_verify(cast: Cast) -> None:
    people.appoint(cast.shuji1.member, cast.general, Post.DEPUTY_SECRETARY)  # leads on both levels
    item = items.submitted(items.item(cast.one, responsible=cast.member1, on=ON), cast.dangyuan1)
    assert told("action_submitted") == ["总支书记"]
    actions.act(item=item, verb="verify", version=None, by=cast.zongzhi, on=ON)
    assert told("action_verified") == ["书记一", "党员甲"]


def test_what_is_verified_above_the_unit_is_announced_to_its_office(cast: Cast) -> None:
    items.submitted(items.item(cast.general, responsible=cast.zongzhi.member, on=ON), cast.zongzhi)
    assert told("action_submitted") == ["干事"]


def test_for_one_without_an_account_the_office_is_told_too(cast: Cast) -> None:
    items.item(cast.one, people.member(cast.one, "无账号"), by=cast.shuji1, on=ON)
    assert told("action_raised") == ["干事", "无账号"]


# ---- due, overdue, told above ----


def test_the_person_responsible_is_reminded_before_the_day_and_on_it(cast: Cast) -> None:
    items.item(cast.one, cast.member1)
    live(*(DUE - timedelta(days=n) for n in range(10, -1, -1)))
    notices = Notice.objects.filter(letter="action_due").order_by("on")
    assert [notice.on for notice in notices] == [DUE - timedelta(days=n) for n in settings.REMINDER_LEAD_DAYS]
    assert {str(notice.person) for notice in notices} == {"党员甲"}
    assert notices[0].url.endswith("/progress/") and f"{items.PROBLEM}" in notices[0].title


def test_an_overdue_item_is_told_weekly_then_above_once_and_no_more(cast: Cast) -> None:
    items.item(cast.one, cast.member1)
    live(*(DUE + timedelta(days=n) for n in range(1, 90)))
    late = Notice.objects.filter(letter="action_overdue").order_by("on")
    week = timedelta(days=settings.OVERDUE_EVERY_DAYS)
    assert [n.on for n in late] == [DUE + week * n for n in range(1, settings.OVERDUE_REMINDERS_MOST + 1)]
    assert {str(notice.person) for notice in late} == {"党员甲"}
    above = Notice.objects.get(letter="action_escalated")
    assert (str(above.person), above.on) == ("书记一", DUE + timedelta(days=settings.ESCALATE_AFTER_DAYS))


@pytest.mark.parametrize(
    ("whose", "above"), [("branch", {"总支书记"}), ("secretary", {"总支书记"}), ("general", {"干事"})]
)
def test_it_is_told_to_the_level_above_for_a_unit_to_its_office(cast: Cast, whose: str, above: set[str]) -> None:
    if whose == "branch":
        items.item(cast.one, responsible=cast.member1)
    elif whose == "secretary":
        items.item(cast.one, cast.shuji1.member)
    else:
        items.item(cast.general, responsible=cast.zongzhi.member)
    assert whom("action_escalated") == above


def test_after_a_new_day_is_set_everything_is_counted_from_it(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1, due_on=date(2011, 6, 10))
    later = date(2011, 8, 1)
    live(date(2011, 6, 17))
    assert Notice.objects.filter(letter="action_overdue").count() == 1
    actions.postpone(item=item, due_on=later, reason="停课", version=item.version, by=cast.shuji1, on=ON)
    live(*(ON + timedelta(days=n) for n in range(41)))
    assert Notice.objects.filter(letter="action_overdue").count() == 1
    assert not Notice.objects.filter(letter="action_escalated").exists()
    assert set(Notice.objects.filter(letter="action_due", on__gt=ON).values_list("due_on", flat=True)) == {later}
    live(later + timedelta(days=7), later + timedelta(days=14))
    assert Notice.objects.filter(letter="action_overdue").count() == 3
    assert Notice.objects.get(letter="action_escalated").due_on == later


def test_before_a_mail_leaves_it_is_asked_again_whether_there_is_still_something_to_say(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1, due_on=date(2011, 6, 10)), cast.dangyuan1)
    assert all(still_open(kind, item) for kind in ("action_due", "action_overdue", "action_escalated"))
    actions.postpone(item=item, due_on=DUE, reason="停课", version=item.version, by=cast.shuji1, on=ON)
    assert not still_open("action_overdue", item) and not still_open("action_escalated", item)
    assert still_open("action_due", item) and not still_open("action_waits", item)
    items.submitted(item, cast.dangyuan1)
    assert not still_open("action_due", item) and still_open("action_waits", item)
    assert open_items("action_due") == open_items("action_overdue") == open_items("action_escalated") == []


def test_whoever_verifies_is_reminded_of_what_waits_since_the_day_it_was_handed_in(cast: Cast) -> None:
    item = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    (due,) = open_items("action_waits")
    assert (due.obj, [str(p) for p in due.to], due.due_on) == (item, ["书记一"], items.SUBMITTED)
    live(*(items.SUBMITTED + timedelta(days=n) for n in range(1, 15)))
    waits = Notice.objects.filter(letter="action_waits").order_by("on")
    assert [n.on for n in waits] == [items.SUBMITTED + timedelta(days=n) for n in settings.REVIEW_WAITING_DAYS]


def test_every_reminders_letter_can_be_written_for_what_it_yields(cast: Cast) -> None:
    items.item(cast.one, cast.member1)
    items.submitted(items.item(cast.general, responsible=cast.zongzhi.member), cast.zongzhi)
    for kind in KINDS:
        (due,) = open_items(kind)
        for day in (due.due_on - timedelta(days=1), due.due_on, due.due_on + timedelta(days=15)):
            text = letters.write(letters.get(kind), due.obj, due_on=due.due_on, on=day)
            assert items.PROBLEM in text.subject and text.body and "None" not in text.body
            assert letters.get(kind).url(due.obj).startswith("/items/")


@pytest.mark.parametrize("kind", KINDS)
def test_open_items_cost_the_same_queries_however_many_there_are(
    cast: Cast, kind: str, django_assert_num_queries: Callable[[int], Any]
) -> None:
    members = Member.objects.bulk_create(Member(name=f"众{n}", sort_key=f"{n:04}", sex="male") for n in range(60))
    at = {"organization": cast.one, "path": cast.one.path, "starts_on": people.DAY}
    Membership.objects.bulk_create(Membership(member=member, **at) for member in members)
    handed_in = {"state": "submitted", "submitted_on": ON, "submitted_by": cast.ganshi}
    ActionItem.objects.bulk_create(
        ActionItem(
            organization=cast.one,
            path=cast.one.path,
            member=member,
            responsible=member,
            verifying=cast.one,
            problem="问题",
            due_on=DUE,
            raised_on=RAISED,
            **(handed_in if kind == "action_waits" else {}),
        )
        for member in members
    )
    with django_assert_num_queries(3):
        dues = open_items(kind)
        for due in dues:
            letters.write(letters.get(kind), due.obj, due_on=due.due_on, on=ON)
    assert len(dues) == 60 and all(due.to for due in dues)
