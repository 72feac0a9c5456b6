"""Reminders ask "due by now and not yet told"; however long nobody looked, each open item brings one."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.states import Post
from chuangxian import clock
from schedule import planner, reminding
from schedule.models import Heartbeat, Mail, Notice, ReminderMark
from schedule.planner import ahead, plan, plan_due
from schedule.queries.notices import clock_stopped
from schedule.reminding import Due, Reminder
from schedule.states.notices import Skip
from schedule.tasks import tick
from tests import build
from tests.conftest import Cast
from tests.schedule.notices import milestone, phase, planned_since, reminder

pytestmark = pytest.mark.django_db

DUE = date(2011, 6, 20)
LONG_AGO = date(2010, 7, 20)


def before(days: int) -> date:
    """So many days before the items of these tests fall due."""
    return DUE - timedelta(days=days)


def after(days: int) -> date:
    """So many days after the items of these tests fall due."""
    return DUE + timedelta(days=days)


class Items:
    """Open items as another room would hold them."""

    def __init__(self, *dues: Due) -> None:
        self.dues = list(dues)

    def __call__(self, on: date, until: date) -> Iterable[Due]:
        return [due for due in self.dues if due.due_on <= until]


@pytest.fixture
def items() -> Iterator[Items]:
    """A reminder 7, 3 and 0 days before and every 7 days after, four times; it has been planned since long ago."""
    some = Items()
    with reminder(open_items=some, overdue_every=7, overdue_most=4):
        planned_since("test_due", LONG_AGO)
        yield some


def plan_on(day: date) -> int:
    with clock.standing_on(day):
        return plan(on=day)


def told() -> list[str]:
    """The slots somebody was told of, in order."""
    return list(Notice.objects.exclude(skipped=Skip.MISSED).order_by("pk").values_list("slot", flat=True))


def passed() -> list[str]:
    """The slots that passed in a standstill."""
    return list(Notice.objects.filter(skipped=Skip.MISSED).order_by("pk").values_list("slot", flat=True))


def test_day_by_day_every_slot_is_told_on_its_day(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, LONG_AGO)]
    days = [before(10) + timedelta(days=n) for n in range(60)]
    told_on = {(day - DUE).days for day in days if plan_on(day)}
    assert told_on == {-7, -3, 0, 7, 14, 21, 28}
    assert passed() == []


def test_planning_a_day_again_changes_nothing(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1, cast.member2], DUE, LONG_AGO)]
    assert [plan_on(before(3)) for _ in range(3)] == [3 + 1, 0, 0]
    assert Mail.objects.count() == 2


def test_three_days_down_bring_one_reminder_for_each_open_item(cast: Cast) -> None:
    people = [build.member(cast.one) for _ in range(5)]
    some = Items(*[Due(milestone(DUE, f"第{n}项"), [people[n]], DUE, LONG_AGO) for n in range(5)])
    with reminder(open_items=some, leads=(3, 2, 1, 0, -1)):
        planned_since("test_due", before(4))
        assert plan_on(after(1)) == 5 * 5
    assert told() == ["2011-06-20+1"] * 5
    assert sorted(set(passed())) == ["2011-06-20+0", "2011-06-20-1", "2011-06-20-2", "2011-06-20-3"]
    assert Mail.objects.count() == 5


def test_a_closed_item_brings_none(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, LONG_AGO)]
    plan_on(before(7))
    items.dues = []
    assert [plan_on(day) for day in (before(3), DUE, after(7))] == [0, 0, 0]


def test_what_was_entered_today_is_not_reminded_of_today(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, before(7))]
    assert plan_on(before(7)) == 0
    plan_on(before(3))
    assert told() == ["2011-06-20-3"]
    assert passed() == []


def test_slots_before_the_item_was_entered_are_never_told(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, before(2))]
    assert plan_on(before(1)) == 0
    plan_on(DUE)
    assert told() == ["2011-06-20+0"]


@pytest.mark.parametrize("late", [1, 7, 8, 300])
def test_history_entered_late_reminds_nobody_ever(cast: Cast, items: Items, late: int) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, after(late))]
    assert [plan_on(after(n)) for n in range(310)] == [0] * 310


def test_three_hundred_tasks_of_the_past_year_typed_in_today_mail_nobody(cast: Cast, items: Items) -> None:
    today = date(2011, 6, 20)
    days = [date(2010, 8, 1) + timedelta(days=n) for n in range(300)]
    items.dues = [Due(milestone(day), [cast.member1], day, today) for day in days]
    for n in range(40):
        plan_on(today + timedelta(days=n))
    assert not Mail.objects.exists()


def test_a_new_kind_does_not_dig_up_the_past(cast: Cast) -> None:
    with reminder(open_items=Items(Due(milestone(DUE), [cast.member1], DUE)), overdue_every=7, overdue_most=4):
        assert plan_on(after(2)) == 0
        assert plan_on(after(7)) == 1
    assert ReminderMark.objects.get().since == after(2)


def test_a_due_date_put_off_is_reminded_of_anew(cast: Cast, items: Items) -> None:
    record = milestone(DUE)
    items.dues = [Due(record, [cast.member1], DUE, LONG_AGO)]
    plan_on(before(7))
    items.dues = [Due(record, [cast.member1], after(10), LONG_AGO)]
    assert [plan_on(DUE), plan_on(after(3)), plan_on(after(7))] == [0, 1, 1]


def test_who_takes_over_is_told_what_his_predecessor_was(cast: Cast, items: Items) -> None:
    items.dues = [Due(milestone(DUE), [cast.member1], DUE, LONG_AGO)]
    plan_on(before(7))
    items.dues[0] = Due(items.dues[0].obj, [cast.member2], DUE, LONG_AGO)
    assert plan_on(before(6)) == 1
    assert Notice.objects.filter(member=cast.member2).get().skipped == Skip.NONE


def test_a_lead_below_zero_lies_after_the_day(cast: Cast) -> None:
    with reminder(open_items=Items(Due(milestone(DUE), [cast.member1], DUE, DUE)), leads=(-3, -7)):
        planned_since("test_due", LONG_AGO)
        assert {n for n in range(30) if plan_on(after(n))} == {3, 7}


def test_one_broken_reminder_stops_no_other(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    def broken(on: date, until: date) -> Iterable[Due]:
        raise RuntimeError("no such column")

    with reminder(open_items=broken):
        good = Items(Due(milestone(DUE), [cast.member1], DUE, LONG_AGO))
        reminding.register(
            Reminder("good", "好的", letter="test_due", leads=(0,), open_items=good, still_open=lambda obj, on: True)
        )
        planned_since("good", LONG_AGO)
        with clock.standing_on(DUE):
            assert plan_due(on=DUE, wall=clock.wall()) == ["测试提醒"]
            assert [notice.slot for notice in Notice.objects.all()] == ["2011-06-20+0"]
            tick()
    assert Heartbeat.objects.get().trouble == "测试提醒"
    assert "no such column" in caplog.text


def test_reminders_about_the_same_items_read_them_once_and_break_alone(cast: Cast) -> None:
    asked: list[date] = []

    def shared(on: date, until: date) -> Iterable[Due]:
        asked.append(until)
        return [Due(milestone(DUE), [cast.member1], DUE, LONG_AGO)]

    with reminder(open_items=shared):
        for kind, letter, lead in [("far", "test_due", 9), ("near", "test_due", 1), ("bad", "no such letter", 9)]:
            reminding.register(
                Reminder(kind, kind, letter, leads=(lead,), open_items=shared, still_open=lambda obj, on: True)
            )
            planned_since(kind, LONG_AGO)
        with clock.standing_on(before(9)):
            assert plan_due(on=before(9), wall=clock.wall()) == ["bad"]
    assert asked == [DUE]
    assert told() == ["2011-06-20-9"]  # the near one's day has not come
    marks = dict(ReminderMark.objects.values_list("kind", "planned_on"))
    assert marks["far"] == marks["near"] == before(9) > marks["bad"]


def test_a_day_already_planned_is_not_planned_again_at_every_tick(cast: Cast) -> None:
    asked = []

    def count(on: date, until: date) -> list[Due]:
        asked.append(on)
        return []

    with reminder(open_items=count):
        wall = clock.wall()
        for minute in range(5):
            plan_due(on=DUE, wall=wall + timedelta(minutes=minute))
        assert asked == [DUE]
        plan_due(on=DUE, wall=wall + timedelta(minutes=6))
        assert asked == [DUE, DUE]
        plan_due(on=after(1), wall=wall)
        assert asked == [DUE, DUE, after(1)]


def test_planning_asks_the_same_of_the_database_for_many_as_for_few(cast: Cast, items: Items) -> None:
    def queries(number: int) -> int:
        people = [build.member(cast.one) for _ in range(number)]
        items.dues = [Due(milestone(DUE), [person], DUE, LONG_AGO) for person in people]
        with CaptureQueriesContext(connection) as captured:
            assert plan_on(DUE) >= number
        return len(captured)

    queries(1)
    assert queries(3) == queries(20)


def test_batches_lose_nothing_at_their_edges(cast: Cast, items: Items, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "BATCH", 3)
    for number in (1, 3, 7):
        items.dues = [Due(milestone(DUE), [cast.member1], DUE, before(1)) for _ in range(number)]
        assert plan_on(DUE) == number


# ---- the preview ----


def test_the_preview_is_what_the_planner_then_does(cast: Cast, items: Items) -> None:
    items.dues = [
        Due(
            milestone(DUE + timedelta(days=n)),
            [cast.member1, cast.member2][: 1 + n % 2],
            DUE + timedelta(days=n),
            LONG_AGO,
        )
        for n in range(-20, 25)
    ]
    plan_on(DUE)
    foreseen = {(one.day, one.obj.pk, person) for one in ahead(on=DUE, days=14) for person in one.to}
    done = set()
    for n in range(1, 15):
        last = Notice.objects.order_by("-pk").values_list("pk", flat=True)[0]
        plan_on(after(n))
        done |= {(after(n), notice.target_id, notice.person) for notice in Notice.objects.filter(pk__gt=last)}
    assert foreseen == done
    assert len(done) > 60


# ---- phases and milestones ----


def those_told(letter: str) -> dict[date, set[str]]:
    rows: dict[date, set[str]] = {}
    for notice in Notice.objects.filter(letter=letter):
        rows.setdefault(notice.on, set()).add(str(notice.person))
    return rows


@pytest.fixture
def campaign_days() -> None:
    for kind in ("phase_starting", "phase_ending", "milestone_ahead"):
        planned_since(kind, LONG_AGO)


IN_CHARGE = {"总支书记", "书记一", "书记二", "干事"}


@pytest.mark.usefixtures("campaign_days")
def test_leaders_and_office_hear_of_a_milestone_30_7_and_1_days_before(cast: Cast) -> None:
    milestone(date(2011, 7, 1))
    for n in range(45):
        plan_on(date(2011, 5, 25) + timedelta(days=n))
    days = [date(2011, 6, 1), date(2011, 6, 24), date(2011, 6, 30)]
    assert those_told("milestone_ahead") == dict.fromkeys(days, IN_CHARGE)


@pytest.mark.usefixtures("campaign_days")
def test_the_plan_may_name_another_first_day_for_a_milestone(cast: Cast) -> None:
    milestone(date(2011, 7, 1), remind_days_before=45)
    assert plan_on(date(2011, 5, 17)) == 4


@pytest.mark.usefixtures("campaign_days")
def test_a_phase_is_told_before_it_starts_and_before_it_ends(cast: Cast) -> None:
    phase(date(2011, 3, 1), date(2011, 6, 30))
    for n in range(200):
        plan_on(date(2011, 2, 1) + timedelta(days=n))
    assert those_told("phase_starting") == {date(2011, 2, 26): IN_CHARGE}
    assert those_told("phase_ending") == {date(2011, 6, 23): IN_CHARGE, date(2011, 6, 29): IN_CHARGE}


@pytest.mark.usefixtures("campaign_days")
def test_a_phase_that_began_while_we_were_down_is_not_announced_as_starting(cast: Cast) -> None:
    phase(date(2011, 3, 1), date(2011, 6, 30))
    assert plan_on(date(2011, 3, 2)) == 0


@pytest.mark.usefixtures("campaign_days")
def test_what_was_withdrawn_from_the_plan_reminds_nobody(cast: Cast) -> None:
    phase(date(2011, 3, 1), date(2011, 6, 30), withdrawn_on=date(2011, 1, 1))
    milestone(date(2011, 3, 1), withdrawn_on=date(2011, 1, 1))
    assert [plan_on(date(2011, 2, n)) for n in range(1, 29)] == [0] * 28


@pytest.mark.usefixtures("campaign_days")
def test_the_secretary_of_the_day_is_told(cast: Cast) -> None:
    milestone(date(2011, 7, 1))
    build.appoint(cast.member1, cast.one, Post.SECRETARY, on=date(2011, 6, 10))
    plan_on(date(2011, 6, 24))
    assert those_told("milestone_ahead")[date(2011, 6, 24)] == IN_CHARGE - {"书记一"} | {"党员甲"}


# ---- the clock's own heartbeat ----


def test_a_clock_silent_for_three_minutes_has_stopped(cast: Cast) -> None:
    wall = clock.wall()
    assert clock_stopped(wall)
    tick()
    assert not clock_stopped(wall + timedelta(seconds=170))
    assert clock_stopped(wall + timedelta(seconds=200))


def test_the_heartbeat_is_real_time_wherever_the_campaign_stands(cast: Cast) -> None:
    with clock.standing_on(date(2011, 6, 20)):
        tick()
    assert not clock_stopped(clock.wall())


@pytest.mark.parametrize("number", [0, 1, 4, 5, 11])
def test_where_reading_and_writing_disturb_each_other_all_is_read_before_the_first_batch_and_comes_in_order(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(planner, "BATCH", 2)
    person, read = build.member(), []

    def dues() -> Iterator[Due]:
        for place in range(number):
            read.append(place)
            yield Due(person, [person], after(place), leads=(place,))

    batches = planner._read_first(dues())
    first = next(batches, [])
    assert len(read) == number
    found = [first, *batches] if first else []
    assert [len(batch) for batch in found] == [2] * (number // 2) + [1] * (number % 2)
    assert [due for batch in found for due in batch] == [
        Due(person, [person], after(place), leads=(place,)) for place in range(number)
    ]
