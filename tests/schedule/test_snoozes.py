"""稍后提醒: one person hears no more of a record until a day, then once; everybody else hears as before. 提前天数: as the office wants."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry, User
from branches.models import Member
from branches.scope import standing_of
from chuangxian import clock
from chuangxian.verdicts import Refused
from schedule import reminding
from schedule.actions.preferences import set_leads, snooze
from schedule.delivery import deliver_all
from schedule.models import LeadTimes, Mail, Notice, Snooze
from schedule.planner import foresee, plan
from schedule.queries.leads import SnoozeLimits
from schedule.queries.snoozes import own_snoozes, snoozed_since
from schedule.reminding import Due, Slot, put_off
from schedule.states.notices import MailState, Skip
from tests.conftest import Cast
from tests.schedule import items as raising
from tests.schedule.notices import milestone, planned_since, reminder

pytestmark = pytest.mark.django_db

DUE = date(2011, 6, 20)
LONG_AGO = date(2010, 7, 20)
LEADS = "schedule:lead_times"


def day(offset: int) -> date:
    """So many days after the item falls due."""
    return DUE + timedelta(days=offset)


class World:
    """One item of two people, reminded of 7, 3 and 0 days before and each week after."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.record = cast, milestone(DUE)
        self.open = True
        self.people: list[Any] = [cast.member1, cast.member2]

    def items(self, on: date, until: date) -> list[Due]:
        return [Due(self.record, self.people, DUE, LONG_AGO)] if self.open and until >= DUE else []


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    one = World(cast)
    with reminder(
        open_items=lambda on, until: one.items(on, until),
        still_open=lambda obj, on: one.open,
        overdue_every=7,
        overdue_most=4,
    ):
        planned_since("test_due", LONG_AGO)
        yield one


def live(first: int, last: int) -> None:
    for n in range(first, last + 1):
        with clock.standing_on(day(n)):
            plan(on=day(n))


def told(person: Member | User) -> list[int]:
    """On which days, counted from the due date, the person was told."""
    who = {"member": person} if isinstance(person, Member) else {"user": person}
    rows = Notice.objects.filter(**who).exclude(skipped=Skip.MISSED).order_by("pk")
    return [(row.on - DUE).days for row in rows]


def put_it_off(user: User, until: int, on: int) -> Snooze:
    with clock.standing_on(day(on)):
        notice = Notice.objects.of(user, day(on)).order_by("-pk")[0]
        last = SnoozeLimits().last(notice.reminder, notice.due_on, day(on))
        return snooze(notice=notice, until=day(until), last=last, reason="出差", by=user, on=day(on))


# ---- the planner ----


def test_who_puts_it_off_hears_nothing_until_the_day_and_then_once(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    live(-6, 30)
    assert told(world.cast.member1) == [-7, -1, 0, 7, 14, 21, 28]
    assert told(world.cast.member2) == [-7, -3, 0, 7, 14, 21, 28]
    assert not Notice.objects.filter(skipped=Skip.MISSED).exists()


def test_on_a_day_that_has_a_slot_of_its_own_there_is_still_one(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, 0, on=-7)
    live(-6, 8)
    assert told(world.cast.member1) == [-7, 0, 7]


def test_a_day_without_a_slot_before_it_brings_one_too(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -5, on=-7)
    live(-6, -3)
    assert told(world.cast.member1) == [-7, -5, -3]


def test_it_can_be_put_off_again(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -4, on=-7)
    live(-6, -4)
    put_it_off(world.cast.dangyuan1, 5, on=-4)
    live(-3, 8)
    assert told(world.cast.member1) == [-7, -4, 5, 7]


def test_put_off_further_before_the_day_has_come_only_the_last_counts(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -4, on=-7)
    live(-6, -6)
    put_it_off(world.cast.dangyuan1, -1, on=-6)
    live(-5, 0)
    assert told(world.cast.member1) == [-7, -1, 0]


def test_a_closed_item_ends_it(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    world.open = False
    live(-6, 8)
    assert told(world.cast.member1) == [-7]


def test_a_standstill_over_the_day_brings_one(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -4, on=-7)
    live(5, 5)
    assert told(world.cast.member1) == [-7, 5]


def test_a_reminder_that_knows_him_by_his_account_is_put_off_too(world: World) -> None:
    world.people = [world.cast.dangyuan1, world.cast.dangyuan2]
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    live(-6, 0)
    assert told(world.cast.member1) == [-7, -1, 0]


def test_planning_the_day_again_changes_nothing(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    for _ in "abc":
        live(-1, -1)
    assert told(world.cast.member1) == [-7, -1]


def test_the_mail_that_had_not_left_yet_stays(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    with clock.standing_on(day(-7)):
        deliver_all(on=day(-7))
    row = Mail.objects.get(notice__member=world.cast.member1)
    assert (row.state, row.get_error_display()) == (MailState.CANCELLED, "本人选了稍后提醒")
    row = Mail.objects.get(notice__member=world.cast.member2)
    assert row.state == MailState.SENT
    assert f"可以稍后提醒：http://127.0.0.1:8000/notices/{row.notice_id}/snooze/" in sent.outbox[0].body


def test_those_above_hear_of_an_overdue_item_all_the_same(cast: Cast) -> None:
    item = raising.item(cast.one, cast.member1)
    with clock.standing_on(item.due_on):
        plan(on=item.due_on - timedelta(days=1))
        plan(on=item.due_on)
        notice = Notice.objects.filter(reminder="action_due", member=cast.member1).latest("pk")
        last = SnoozeLimits().last(notice.reminder, notice.due_on, item.due_on)
        assert last == item.due_on + timedelta(days=14)
        snooze(notice=notice, until=last, last=last, reason="等材料", by=cast.dangyuan1, on=item.due_on)
    told_before = Notice.objects.filter(member=cast.member1).count()
    for n in range(1, 14):
        plan(on=item.due_on + timedelta(days=n))
    assert Notice.objects.filter(member=cast.member1).count() == told_before
    plan(on=last)
    assert Notice.objects.filter(reminder="action_escalated", member=cast.shuji1.member).count() == 1
    assert Notice.objects.filter(member=cast.member1).count() == told_before + 1


def test_another_duty_of_the_same_record_is_not_put_off_with_it(world: World) -> None:
    """A branch, a member may owe quite different things."""

    def other(on: date, until: date) -> list[Due]:
        return [Due(world.record, world.people, DUE, LONG_AGO)]

    reminding.register(reminding.Reminder("test_other", "另一件事", "test_due", (7, 5), other, lambda obj, on: True))
    planned_since("test_other", LONG_AGO)
    live(-8, -7)
    row = put_it_off(world.cast.dangyuan1, -1, on=-7)
    assert row.reminder == "test_due"
    live(-6, -1)
    assert told(world.cast.member1) == [-7, -5, -1]
    other_one = Notice.objects.get(member=world.cast.member1, reminder="test_other", on=day(-5))
    assert own_snoozes([other_one], day(-5)) == {}
    Notice.objects.filter(pk=other_one.pk).update(on=day(-7))
    assert snoozed_since([Notice.objects.get(pk=other_one.pk)], day(-6)) == set()


def test_the_preview_honours_it(world: World) -> None:
    live(-8, -7)
    put_it_off(world.cast.dangyuan1, -1, on=-7)
    days = foresee(standing_of(world.cast.zongzhi, day(-7)), days=14, on=day(-7))
    coming = {(one.day - DUE).days: [str(person) for row in one.reminders for person in row.to] for one in days}
    assert {n: names for n, names in coming.items() if names} == {
        -3: ["党员乙"],
        -1: ["党员甲"],
        0: ["党员乙", "党员甲"],
        7: ["党员乙", "党员甲"],
    }


def test_the_kind_that_would_have_spoken_last_speaks() -> None:
    slots = {"due": [Slot("a", day(-3)), Slot("b", day(0))], "overdue": [Slot("c", day(7)), Slot("d", day(14))]}
    left = put_off(slots, [("due", day(9))], DUE)
    assert left == {"due": [], "overdue": [Slot(f"{DUE}~{day(9)}", day(9)), Slot("d", day(14))]}
    assert put_off(slots, [("due", day(-5))], DUE)["due"][0] == Slot(f"{DUE}~{day(-5)}", day(-5))


# ---- the page ----


@pytest.fixture
def client_on(client: Client, settings: Any) -> Client:
    settings.CHUANGXIAN_TODAY = day(-7)
    return client


def notice_of(user: User) -> Notice:
    found: Notice = Notice.objects.of(user, day(-7)).latest("pk")
    return found


def test_it_is_put_off_from_the_inbox_and_the_office_reads_why(client_on: Client, world: World) -> None:
    live(-8, -7)
    cast = world.cast
    client_on.force_login(cast.dangyuan1)
    url = reverse("schedule:snooze", args=[notice_of(cast.dangyuan1).pk])
    assert url in client_on.get(reverse("schedule:notice_inbox")).content.decode()
    typed = {"until": f"{day(-1)}", "reason": "外出学习"}
    page = client_on.post(url, typed, follow=True).content.decode()
    assert "已推后，6月19日再提醒您" in page
    assert "已推后到 2011年6月19日" in page
    assert url not in page
    assert LogEntry.objects.get(verb="snooze").note == "推后到 2011-06-19：外出学习"
    client_on.force_login(cast.ganshi)
    for view in ("schedule:snooze_list", "schedule:notice_ledger"):
        assert "外出学习" in client_on.get(reverse(view)).content.decode()
    assert "推后中" in client_on.get(reverse("schedule:snooze_list")).content.decode()
    world.open = False
    assert "事项已办结" in client_on.get(reverse("schedule:snooze_list")).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until": f"{day(-7)}"}, "要在明天到 2011-06-27 之间"),
        ({"until": f"{day(8)}"}, "要在明天到 2011-06-27 之间"),
        ({"until": "改天"}, "日期请写成 2011-06-30 的样子"),
        ({"reason": ""}, "请写明为什么推后"),
    ],
)
def test_too_far_or_without_a_reason_is_refused_and_given_back(
    client_on: Client, world: World, typed: dict[str, str], sentence: str
) -> None:
    live(-8, -7)
    client_on.force_login(world.cast.dangyuan1)
    url = reverse("schedule:snooze", args=[notice_of(world.cast.dangyuan1).pk])
    page = client_on.post(url, {"until": f"{day(-1)}", "reason": "出差"} | typed)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Snooze.objects.exists()


def test_what_is_done_with_is_not_put_off(client_on: Client, world: World) -> None:
    live(-8, -7)
    world.open = False
    client_on.force_login(world.cast.dangyuan1)
    page = client_on.get(reverse("schedule:snooze", args=[notice_of(world.cast.dangyuan1).pk]))
    assert page.status_code == 403
    assert "这件事已经办结或取消" in page.content.decode()


def test_what_is_over_on_its_day_is_not_put_off_past_it(client_on: Client, cast: Cast, settings: Any) -> None:
    record = milestone(day(0))
    with clock.standing_on(day(-8)):
        plan(on=day(-8))
    with clock.standing_on(day(-7)):
        plan(on=day(-7))
    client_on.force_login(cast.ganshi)
    notice = Notice.objects.get(target_id=record.pk, user=cast.ganshi)
    page = client_on.get(reverse("schedule:snooze", args=[notice.pk]))
    assert page.context["last"] == day(0)


def test_nobody_puts_off_what_another_was_told(client_on: Client, world: World) -> None:
    live(-8, -7)
    url = reverse("schedule:snooze", args=[notice_of(world.cast.dangyuan1).pk])
    for other in (world.cast.dangyuan2, world.cast.shuji1, world.cast.ganshi):
        client_on.force_login(other)
        assert client_on.get(url).status_code == 404


# ---- lead times ----


def set_days(cast: Cast, days: list[int], on: int) -> None:
    [one] = reminding.every()
    with clock.standing_on(day(on)):
        set_leads(reminder=one, days=days, by=cast.ganshi, on=day(on))


def test_the_office_s_days_replace_the_program_s(world: World) -> None:
    live(-20, -12)
    set_days(world.cast, [10, 2], on=-12)
    live(-11, 1)
    assert told(world.cast.member1) == [-10, -2]
    set_days(world.cast, [], on=1)
    live(2, 7)
    assert told(world.cast.member1) == [-10, -2, 7]


def test_a_change_digs_up_nothing(world: World) -> None:
    live(-20, -6)
    set_days(world.cast, [10, 9, 2], on=-6)
    live(-6, -3)
    assert told(world.cast.member1) == [-7]
    live(-2, -2)
    assert told(world.cast.member1) == [-7, -2]


def test_a_change_in_a_standstill_loses_nothing(world: World) -> None:
    live(-20, -8)
    set_days(world.cast, [7, 5], on=-4)
    live(-4, -4)
    assert told(world.cast.member1) == [-4]


def test_an_item_s_own_days_yield_to_the_office_s(cast: Cast) -> None:
    dues = [Due(milestone(DUE), [cast.member1], DUE, LONG_AGO, leads=(30, 1))]
    with reminder(open_items=lambda on, until: dues):
        planned_since("test_due", LONG_AGO)
        set_days(cast, [4], on=-12)
        live(-12, 0)
    assert told(cast.member1) == [-4]


def test_the_preview_knows_the_office_s_days(world: World) -> None:
    live(-20, -14)
    set_days(world.cast, [9], on=-14)
    days = foresee(standing_of(world.cast.zongzhi, day(-14)), days=14, on=day(-14))
    assert [(one.day - DUE).days for one in days if one.reminders] == [-9]


def test_only_the_office_sets_them(cast: Cast, world: World) -> None:
    [one] = reminding.every()
    with pytest.raises(Refused):
        set_leads(reminder=one, days=[1], by=cast.shuji1, on=DUE)


def test_the_page_shows_sets_and_restores(client_on: Client, world: World) -> None:
    client_on.force_login(world.cast.ganshi)
    assert "提前 7、3、0 天" in client_on.get(reverse(LEADS)).content.decode()
    url = reverse("schedule:lead_times_edit", args=["test_due"])
    page = client_on.post(url, {"days": "14， 3 3、1"}, follow=True)
    assert "提前 14、3、1 天" in page.content.decode()
    assert LeadTimes.objects.get().days == [14, 3, 1]
    assert LogEntry.objects.get(verb="lead_times").changes == {"days": [[7, 3, 0], [14, 3, 1]]}
    page = client_on.post(reverse("schedule:lead_times_restore", args=["test_due"]), follow=True)
    assert "已恢复默认" in page.content.decode()
    assert "按默认" in page.content.decode()
    assert LeadTimes.objects.get().days == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请至少写一个天数"),
        ("三天", "请只写整数"),
        ("-1", "请只写整数"),
        ("367", "天数最多 366"),
        ("1、2、3、4、5、6、7", "最多写 6 个天数"),
        ("、、", "请只写整数"),
    ],
)
def test_days_that_cannot_be_are_refused_and_given_back(
    client_on: Client, world: World, typed: str, sentence: str
) -> None:
    client_on.force_login(world.cast.ganshi)
    page = client_on.post(reverse("schedule:lead_times_edit", args=["test_due"]), {"days": typed})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert typed in page.content.decode()
    assert not LeadTimes.objects.exists()


def test_a_kind_that_reminds_before_and_after_keeps_both_when_the_office_changes_it(
    client_on: Client, cast: Cast
) -> None:
    client_on.force_login(cast.ganshi)
    assert "提前 5 天，过后第 3 天" in client_on.get(reverse(LEADS)).content.decode()
    url = reverse("schedule:lead_times_edit", args=["meeting_missing"])
    page = client_on.get(url)
    assert "-3 是过后第 3 天" in page.content.decode()
    assert page.context["form"]["days"].value() == "5、-3"
    assert "提前 7 天，过后第 3 天" in client_on.post(url, {"days": "7、-3"}, follow=True).content.decode()
    kind = reminding.find("meeting_missing")
    assert kind is not None
    assert reminding.SetByOffice.of(kind, LeadTimes.objects.get().days, LONG_AGO).offsets() == [-7, 3]
    assert client_on.post(url, {"days": "-367"}).status_code == 422


def test_kinds_that_wait_are_counted_after_the_day() -> None:
    waits, above = reminding.find("action_waits"), reminding.find("action_escalated")
    assert waits is not None and above is not None
    assert (waits.counts_after, waits.days, above.days) == (True, [3, 7], [14])
    own = reminding.SetByOffice.of(waits, [5, 9], LONG_AGO)
    assert (own.leads, own.days, own.offsets()) == ((-5, -9), [5, 9], [5, 9])


@pytest.mark.parametrize(
    ("told_above", "kind"), [("action_escalated", "action_due"), ("task_escalated", "task_overdue")]
)
def test_no_one_puts_off_past_the_day_the_office_tells_those_above(cast: Cast, told_above: str, kind: str) -> None:
    above = reminding.find(told_above)
    assert above is not None
    set_leads(reminder=above, days=[5], by=cast.ganshi, on=DUE)
    assert SnoozeLimits().last(kind, DUE, DUE) == day(5)
    assert SnoozeLimits().last(kind, day(-5), DUE) == DUE
