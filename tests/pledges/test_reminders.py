"""Who hears of what: the letters of the moves, and reminders of what is not yet done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from branches.models import Membership
from branches.states import Post
from chuangxian import clock
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.models import Pledge, PledgeCycle
from pledges.queries import coverage
from pledges.states import State
from schedule import letters, reminding
from schedule.models import Notice
from schedule.planner import plan
from schedule.reminding import Due
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON

FAR = date(2013, 1, 1)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def told(letter: str) -> set[str]:
    """Who has a notice of that letter."""
    return {str(notice.person) for notice in Notice.objects.filter(letter=letter)}


def open_items(kind: str, on: date = ON, until: date = FAR) -> list[Due]:
    reminder = reminding.find(kind)
    assert reminder is not None
    return list(reminder.open_items(on, until))


def whom(kind: str, on: date = ON, until: date = FAR) -> set[str]:
    return {str(person) for due in open_items(kind, on, until) for person in due.to}


def still_open(kind: str, obj: Any, on: date = ON) -> bool:
    reminder = reminding.find(kind)
    assert reminder is not None
    return reminder.still_open(type(obj)._base_manager.get(pk=obj.pk), on)


# ---- letters ----


def test_each_move_tells_those_who_have_to_do_with_it_and_not_who_made_it(cast: Cast, cycle: PledgeCycle) -> None:
    publicity = people.member(cast.one, "宣传委员")
    people.appoint(publicity, cast.one, Post.PUBLICITY_COMMISSIONER)
    pledge = build.submitted(cycle, cast.dangyuan1, on=ON)
    assert told("pledge_submitted") == {"书记一"}
    writing.act(pledge=pledge, verb="return", note="改", version=None, by=cast.shuji1, on=ON)
    assert told("pledge_returned") == {"党员甲"}
    writing.act(pledge=build.again(pledge), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    writing.act(pledge=build.again(pledge), verb="approve", version=None, by=cast.shuji1, on=ON)
    assert told("pledge_approved") == {"党员甲", "宣传委员"}
    writing.act(pledge=build.again(pledge), verb="publish", version=None, by=cast.shuji1, on=ON)
    assert told("pledge_published") == {"党员甲"}
    pledge = build.again(pledge)
    done = {pledge.items.get().pk: Account("fulfilled")}
    fulfilling.report(pledge=pledge, accounts=done, summary="", version=pledge.version, by=cast.dangyuan1, on=ON)
    assert told("pledge_reported") == {"书记一"}
    writing.act(pledge=build.again(pledge), verb="return_report", note="补", version=None, by=cast.shuji1, on=ON)
    assert told("pledge_report_returned") == {"党员甲"}
    pledge = build.again(pledge)
    fulfilling.report(pledge=pledge, accounts=done, summary="", version=pledge.version, by=cast.dangyuan1, on=ON)
    pledge = build.again(pledge)
    fulfilling.appraise(pledge=pledge, outcomes={}, opinion="好", version=pledge.version, by=cast.shuji1, on=ON)
    assert told("pledge_appraised") == {"党员甲"}
    assert Notice.objects.filter(letter="pledge_submitted", title="党员甲提交了2011年承诺，请您审诺").count() == 2


def test_a_member_without_an_account_is_told_and_so_is_who_registers_for_him(cast: Cast, cycle: PledgeCycle) -> None:
    member = people.member(cast.one, "无账号")
    pledge = build.submitted(cycle, cast.ganshi, member=member, on=ON)
    writing.act(pledge=pledge, verb="return", note="改", version=None, by=cast.shuji1, on=ON)
    assert told("pledge_returned") == {"无账号", "干事"}


def test_what_goes_above_the_unit_is_announced_to_leaders_and_office(cast: Cast, cycle: PledgeCycle) -> None:
    people.appoint(people.member(cast.one, "总支副书记"), cast.general, Post.DEPUTY_SECRETARY)
    build.submitted(cycle, cast.zongzhi, organization=cast.general, on=ON)
    assert told("pledge_submitted") == {"干事", "总支副书记"}


def test_a_branchs_pledge_is_not_announced_to_its_own_leaders(cast: Cast, cycle: PledgeCycle) -> None:
    deputy = people.member(cast.one, "两头副书记")
    for place in (cast.one, cast.general):
        people.appoint(deputy, place, Post.DEPUTY_SECRETARY)
    build.submitted(cycle, cast.shuji1, organization=cast.one, on=ON)
    assert told("pledge_submitted") == {"总支书记"}


# ---- reminders: to hand in ----


def test_only_those_who_have_not_handed_in_are_reminded_of_it(cast: Cast, cycle: PledgeCycle) -> None:
    people.member(cast.two, "老同志", member_type="retired")
    assert whom("pledge_due") == {"党员甲", "党员乙", "书记一", "书记二", "总支书记"}
    assert whom("pledge_due_organization") == {"总支书记", "书记一", "书记二"}
    build.submitted(cycle, cast.dangyuan1)
    build.draft(cycle, cast.dangyuan2)
    build.submitted(cycle, cast.shuji1, organization=cast.one)
    assert whom("pledge_due") == {"党员乙", "书记一", "书记二", "总支书记"}
    assert whom("pledge_due_organization") == {"总支书记", "书记二"}
    assert open_items("pledge_due", until=date(2011, 2, 27)) == []
    dues = open_items("pledge_due")
    assert {(due.due_on, due.entered_on) for due in dues} == {(cycle.submit_by, date(2011, 1, 1))}


def test_before_a_mail_leaves_it_is_asked_again_whether_it_is_still_to_be_done(cast: Cast, cycle: PledgeCycle) -> None:
    membership = Membership.objects.get(member=cast.member1)
    assert still_open("pledge_due", membership) and still_open("pledge_due_organization", cast.one)
    pledge = build.submitted(cycle, cast.dangyuan1)
    build.submitted(cycle, cast.shuji1, organization=cast.one)
    assert not still_open("pledge_due", membership) and not still_open("pledge_due_organization", cast.one)
    writing.act(pledge=pledge, verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert still_open("pledge_due", membership)
    PledgeCycle.objects.update(closed_on=ON)
    assert not still_open("pledge_due", membership) and open_items("pledge_due") == []


def test_the_list_of_the_missing_and_the_single_question_agree(cast: Cast, cycle: PledgeCycle) -> None:
    build.submitted(cycle, cast.dangyuan1)
    build.draft(cycle, cast.dangyuan2)
    people.member(cast.two, "老同志", member_type="retired")
    missing = {member.pk for member in coverage.missing_members(cycle, ON)}
    for membership in Membership.objects.within(cast.general.path):
        assert still_open("pledge_due", membership) == (membership.member_id in missing)


# ---- to review, to report ----


def test_a_reader_is_reminded_of_what_waits_since_the_day_it_was_handed_in(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1, on=date(2011, 6, 10))
    (due,) = open_items("pledge_waits")
    assert (due.obj, [str(p) for p in due.to], due.due_on, due.entered_on) == (
        pledge, ["书记一"], date(2011, 6, 10), date(2011, 6, 10)
    )  # fmt: skip
    reminder = reminding.find("pledge_waits")
    assert reminder is not None
    days = [slot.day for slot in reminder.slots(due, since=date(2011, 1, 1))]
    assert days == [date(2011, 6, 13), date(2011, 6, 17)]
    writing.act(pledge=pledge, verb="approve", version=None, by=cast.shuji1, on=ON)
    assert open_items("pledge_waits") == [] and not still_open("pledge_waits", pledge)


def test_a_report_falls_due_when_the_year_of_fulfilment_is_over(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    assert open_items("report_due", on=date(2011, 12, 19)) == []
    (due,) = open_items("report_due", on=cycle.ends_on)
    assert (due.due_on, [str(p) for p in due.to]) == (cycle.appraise_by, ["党员甲"])
    Pledge.objects.update(state=State.REPORTED)
    assert not still_open("report_due", pledge)


def test_the_middle_of_the_year_reminds_those_who_have_written_nothing_down(cast: Cast, cycle: PledgeCycle) -> None:
    silent = build.published(cycle, cast.dangyuan1, cast.shuji1)
    busy = build.published(cycle, cast.dangyuan2, cast.shuji2, items=[build.text("甲"), build.text("乙")])
    fulfilling.enter(item=busy.items.all()[0], day=ON, text="做了", by=cast.dangyuan2, on=ON)
    (due,) = open_items("midyear_check")
    assert (due.obj, due.due_on, [str(p) for p in due.to]) == (silent, cycle.midyear_on, ["党员甲"])
    assert open_items("midyear_check", until=date(2011, 6, 29)) == []
    assert still_open("midyear_check", silent) and not still_open("midyear_check", busy)


# ---- items ----


def test_an_item_is_reminded_of_while_it_is_published_and_nobody_has_said_what_came_of_it(
    cast: Cast, cycle: PledgeCycle
) -> None:
    build.submitted(cycle, cast.dangyuan2)
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("甲"), build.text("乙")])
    one, two = pledge.items.all()
    assert [due.obj.content for due in open_items("item_due")] == ["甲", "乙"]
    assert open_items("item_due", until=date(2011, 6, 29)) == []
    fulfilling.enter(item=one, day=ON, text="做完", account=Account("fulfilled"), by=cast.dangyuan1, on=ON)
    (due,) = open_items("item_due")
    assert (due.obj, due.due_on, due.entered_on) == (two, two.due_on, build.PUBLISHED)
    assert not still_open("item_due", one) and still_open("item_overdue", two)


def test_an_organisations_item_reminds_the_member_who_answers_for_it_else_the_leaders(
    cast: Cast, cycle: PledgeCycle
) -> None:
    items = [build.text("甲", responsible_member=cast.member1), build.text("乙")]
    build.published(cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one, items=items)
    assert [[str(p) for p in due.to] for due in open_items("item_due")] == [["党员甲"], ["书记一"]]


def test_an_overdue_item_is_told_weekly_and_not_for_ever(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=date(2011, 5, 1))])
    reminder = reminding.find("item_overdue")
    (due,) = open_items("item_overdue")
    assert reminder is not None
    days = [slot.day for slot in reminder.slots(due, since=date(2011, 1, 1))]
    week = timedelta(days=settings.OVERDUE_EVERY_DAYS)
    assert days == [due.due_on + week * n for n in range(1, settings.OVERDUE_REMINDERS_MOST + 1)]


def test_the_planner_writes_each_letter_and_says_what_it_is_about(cast: Cast, cycle: PledgeCycle) -> None:
    items = [build.text("听评课四十节", due_on=date(2011, 6, 23)), build.text("早该做完的", due_on=date(2011, 6, 1))]
    build.published(cycle, cast.dangyuan1, cast.shuji1, items=items)
    build.submitted(cycle, cast.dangyuan2, on=date(2011, 6, 16))
    for day in (date(2011, 6, 7), ON):
        with clock.standing_on(day):
            plan(on=day)
    titles = {
        (n.letter, str(n.person), n.title) for n in Notice.objects.filter(reminder__startswith="item", skipped="")
    }
    assert titles == {
        ("item_due", "党员甲", "6月23日到期：听评课四十节"),
        ("item_overdue", "党员甲", "已过完成时限：早该做完的"),
    }
    waiting = Notice.objects.get(letter="pledge_waits")
    assert str(waiting.person) == "书记二" and waiting.title == "党员乙的承诺已经等了一些日子，请您审诺"


def test_a_letter_told_late_does_not_say_that_the_day_is_still_to_come(cast: Cast, cycle: PledgeCycle) -> None:
    item = build.only_item(build.published(cycle, cast.dangyuan1, cast.shuji1))
    letter, due = letters.get("item_due"), item.due_on
    subjects = [letters.write(letter, item, due_on=due, on=due + timedelta(days=n)).subject for n in (-1, 0, 1)]
    assert [subject.split("：")[0] for subject in subjects] == ["6月30日到期", "今天到期", "6月30日已到期"]
    assert "快到" not in letter.label


def test_every_reminders_letter_can_be_written_for_what_it_yields(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    build.submitted(cycle, cast.dangyuan2)
    for reminder in reminding.every():
        if not reminder.open_items.__module__.startswith("pledges"):
            continue
        dues = list(reminder.open_items(cycle.ends_on, FAR))
        assert dues, reminder.kind
        for day in (dues[0].due_on - timedelta(days=1), dues[0].due_on, dues[0].due_on + timedelta(days=1)):
            text = letters.write(letters.get(reminder.letter), dues[0].obj, due_on=dues[0].due_on, on=day)
            assert text.subject and text.body and "None" not in text.subject + text.body
            assert letters.get(reminder.letter).url(dues[0].obj).startswith("/pledges/")


@pytest.mark.parametrize(
    "kind", ["pledge_due", "pledge_due_organization", "pledge_waits", "item_due", "midyear_check", "report_due"]
)
def test_open_items_cost_the_same_queries_however_many_there_are(
    cast: Cast, cycle: PledgeCycle, kind: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        user = people.account(people.member(cast.one, f"更多{number}"))
        if number % 2:
            build.submitted(cycle, user)
        else:
            build.published(cycle, user, cast.shuji1)
    with django_assert_max_num_queries(7):
        for due in open_items(kind, on=cycle.ends_on):
            letters.write(letters.get(kind), due.obj, due_on=due.due_on, on=ON)
            list(due.to)
