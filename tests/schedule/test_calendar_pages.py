"""The calendar's pages: what stands on which day, how one walks, and what a semester looks like week by week."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry
from branches.scope import standing_of
from schedule.models import DayOverride, Semester
from schedule.queries import calendar as queries
from schedule.states.days import DayKind
from tests.conftest import Cast
from tests.schedule import calendars
from tests.schedule import items as raising

ON = calendars.ON
MONTH, SEMESTER = reverse("schedule:calendar_month"), reverse("schedule:calendar_semester")


@pytest.fixture(autouse=True)
def june(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


@pytest.fixture
def reader(client: Client, cast: Cast) -> Client:
    calendars.plan()
    client.force_login(cast.dangyuan1)
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def month_of(cast: Cast, day: date, *kinds: str) -> queries.Month:
    return queries.month_of(standing_of(cast.dangyuan1, ON), day, set(kinds) or None, ON)


def cell_of(month: queries.Month, day: date) -> queries.Cell:
    return next(cell for week in month.weeks for cell in week if cell.date == day)


class TestMonth:
    def test_weeks_are_whole_from_monday_and_today_is_marked(self, cast: Cast) -> None:
        month = month_of(cast, ON)
        assert [len(week) for week in month.weeks] == [7] * 5
        assert month.weeks[0][0].date == date(2011, 5, 30) and not month.weeks[0][0].inside
        assert [cell.date for week in month.weeks for cell in week if cell.is_today] == [ON]

    @pytest.mark.parametrize(
        ("day", "free", "mark"),
        [
            (date(2010, 10, 3), True, "国庆节"),
            (date(2010, 10, 9), False, "上班"),
            (date(2011, 2, 3), True, "春节"),
            (date(2011, 2, 12), False, "上班"),
            (date(2011, 6, 5), True, "端午节"),
            (date(2011, 6, 11), True, ""),
            (date(2012, 9, 30), True, "中秋节"),
            (date(2012, 9, 29), False, "上班"),
        ],
    )
    def test_holidays_and_weekends_worked(self, cast: Cast, day: date, free: bool, mark: str) -> None:
        cell = cell_of(month_of(cast, day), day)
        assert (cell.is_free, cell.mark) == (free, mark)

    def test_what_takes_a_few_days_stands_on_each_and_what_takes_longer_above(self, cast: Cast) -> None:
        calendars.activity(cast.one, cast.shuji1, date(2011, 6, 13), ends_on=date(2011, 6, 15), title="评优课")
        calendars.activity(cast.one, cast.shuji1, date(2011, 5, 20), ends_on=date(2011, 6, 15), title="教研月")
        month = month_of(cast, ON)
        days = [cell.date.day for cell in month.days for entry in cell.entries if entry.title == "评优课"]
        assert days == [13, 14, 15]
        assert [entry.title for entry in month.running] == ["教研月"] and month.count == 2

    def test_only_the_kinds_that_are_ticked(self, reader: Client, cast: Cast) -> None:
        calendars.session(cast.one, lecturer=cast.member1)
        calendars.activity(cast.one, cast.shuji1)
        both, one = page(reader, MONTH), page(reader, f"{MONTH}?kind=activity")
        assert "七一" in both and "送教下乡" in both
        assert "七一" not in one and "送教下乡" in one and "端午节" not in one
        assert "month=2011-07&amp;kind=activity" in one

    def test_walking_to_the_month_before_and_after_and_back(self, reader: Client) -> None:
        shown = page(reader, f"{MONTH}?month=2011-01")
        assert "2011年1月</h1>" in shown and "?month=2010-12" in shown and "?month=2011-02" in shown
        assert "回到今天" in shown and "回到今天" not in page(reader, MONTH)

    @pytest.mark.parametrize("typed", ["", "2011-13", "9999-12", "0001-01", "abc", "2011-06-01"])
    def test_a_month_nobody_can_read_is_this_month(self, reader: Client, typed: str) -> None:
        assert "2011年6月</h1>" in page(reader, f"{MONTH}?month={typed}")

    def test_what_is_ones_own_is_marked_and_leads_to_its_page(self, reader: Client, cast: Cast) -> None:
        item = raising.item(cast.one, cast.member1)
        calendars.session(cast.one, lecturer=cast.member1)
        calendars.session(cast.one, date(2011, 6, 8), lecturer=cast.shuji1.member)
        shown = page(reader, MONTH)
        for tone in ("is-wait", "is-info"):  # the item and the lecture, each in the table and in the list
            assert shown.count(f'class="calendar-entry {tone} is-mine"') == 2
        assert item.get_absolute_url() in shown

    def test_queries_do_not_grow(self, reader: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
        for number in range(1, 9):
            calendars.session(cast.one, date(2011, 6, number), lecturer=cast.member1)
            calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one, cast.member1)
            raising.item(cast.one, cast.member1)
            calendars.activity(cast.one, cast.shuji1)
        with django_assert_max_num_queries(26):
            page(reader, MONTH)
        with django_assert_max_num_queries(30):
            page(reader, SEMESTER)
        with django_assert_max_num_queries(26):
            page(reader, reverse("schedule:calendar_campaign"))


class TestSemester:
    def term(self, cast: Cast) -> queries.Term:
        calendars.plan()
        semester = Semester.objects.get(starts_on=date(2011, 2, 14))
        return queries.term_of(standing_of(cast.dangyuan1, ON), semester, None, ON)

    def test_weeks_are_numbered_from_the_first_day_of_term_and_the_vacation_has_no_numbers(self, cast: Cast) -> None:
        term = self.term(cast)
        assert term.weeks[0].number == 1 and term.weeks[0].first == date(2011, 2, 14)
        assert term.teaching == 20 and [week.number for week in term.weeks[19:22]] == [20, None, None]
        assert term.weeks[-1].last >= date(2011, 8, 31)
        assert [week.number for week in term.weeks if week.has_today] == [19]

    def test_a_week_says_its_holidays_its_days_worked_and_what_is_on(self, cast: Cast) -> None:
        calendars.plan()
        calendars.session(cast.one, date(2011, 3, 30), topic="三月学习")
        week = self.term(cast).weeks[6]
        assert (week.first, week.holidays) == (date(2011, 3, 28), ["清明节"])
        assert [cell.date for cell in week.exchanged] == [date(2011, 4, 2)]
        assert [entry.title for entry in week.entries] == ["学习：三月学习"]

    def test_every_thing_stands_in_one_week(self, cast: Cast) -> None:
        calendars.plan()
        calendars.activity(cast.one, cast.shuji1, date(2011, 6, 11), ends_on=date(2011, 6, 14))
        calendars.activity(cast.one, cast.shuji1, date(2011, 2, 12), ends_on=date(2011, 2, 15), title="开学前后")
        weeks = self.term(cast).weeks
        assert [week.number for week in weeks for entry in week.entries if entry.kind == "activity"] == [1, 17]

    def test_the_paper_has_no_private_line(self, reader: Client, cast: Cast) -> None:
        raising.item(cast.one, cast.member1)
        calendars.session(cast.one, lecturer=cast.member1)
        printed = page(reader, reverse("schedule:calendar_print"))
        assert "七一" in printed and raising.PROBLEM not in printed
        assert raising.PROBLEM in page(reader, SEMESTER)

    def test_from_one_semester_to_the_next(self, reader: Client) -> None:
        shown = page(reader, SEMESTER)
        following = Semester.objects.get(starts_on=date(2011, 9, 1))
        assert "2010—2011学年第二学期校历" in shown and f"?semester={following.pk}" in shown
        last = Semester.objects.order_by("starts_on").last()
        assert last is not None and "下学期" not in page(reader, f"{SEMESTER}?semester={last.pk}")


class TestCampaign:
    def test_a_month_a_row_with_phases_milestones_and_counts(self, reader: Client, cast: Cast) -> None:
        calendars.session(cast.one)
        overview = queries.overview_of(standing_of(cast.dangyuan1, ON), Semester.objects.first().campaign, ON)
        assert (overview.months[0].first, overview.months[-1].first) == (date(2010, 7, 1), date(2012, 12, 1))
        assert len(overview.months) == 30 and len(overview.phases) == 3
        june = next(line for line in overview.months if line.is_now)
        assert {source.kind: count for source, count in june.by_kind if count} == {"study": 1}
        july = overview.months[12]
        assert july.first == date(2011, 7, 1) and len(july.milestones) == 1
        september = overview.months[2]
        assert [cell.word for cell in september.phases] == ["结束", "开始", ""]

    def test_it_and_the_timeline_lead_to_each_other(self, reader: Client) -> None:
        campaign, line = reverse("schedule:calendar_campaign"), reverse("schedule:timeline")
        assert f'href="{line}"' in page(reader, campaign) and f'href="{campaign}"' in page(reader, line)
        assert f'href="{campaign}"' not in page(Client(), line)

    def test_without_a_plan_it_says_so(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.dangyuan1)
        for name in ("calendar_semester", "calendar_print", "calendar_campaign"):
            assert "schedule/plan_missing.html" in [
                one.name for one in client.get(reverse(f"schedule:{name}")).templates
            ]


class TestDays:
    def set(self, client: Client, **typed: str) -> Any:
        given = {"first": "2011-06-24", "last": "2011-06-25", "kind": "holiday", "name": "校庆"}
        return client.post(reverse("schedule:day_set"), given | typed, follow=True)

    def test_the_office_sets_a_stretch_and_the_log_knows(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.ganshi)
        shown = self.set(client).content.decode()
        assert [row.day.day for row in DayOverride.objects.filter(kind=DayKind.HOLIDAY, by=cast.ganshi)] == [24, 25]
        assert "校庆" in shown and "6月24日—6月25日" in shown
        entry = LogEntry.objects.get(verb="set_days")
        assert (entry.actor, entry.note) == (cast.ganshi, "2011-06-24 至 2011-06-25：放假（校庆）")
        assert "校庆" in page(client, MONTH)

    def test_setting_a_day_again_holds_from_then_on(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.ganshi)
        self.set(client)
        self.set(client, first="2011-06-25", last="", kind="workday", name="补课")
        assert [(row.day.day, row.kind) for row in DayOverride.objects.all()] == [(24, "holiday"), (25, "workday")]

    def test_a_stretch_is_cleared_at_once(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.ganshi)
        self.set(client)
        client.post(reverse("schedule:day_clear"), {"first": "2011-06-24", "last": "2011-06-25"})
        assert not DayOverride.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"last": "2011-06-01"}, "结束日期不能早于开始日期"),
            ({"last": "2012-06-24"}, "一次最多设定"),
            ({"first": "0211-06-24"}, "年份"),
        ],
    )
    def test_a_slip_is_said_beside_the_field(
        self, client: Client, cast: Cast, typed: dict[str, str], sentence: str
    ) -> None:
        client.force_login(cast.ganshi)
        response = self.set(client, **typed)
        assert response.status_code == 422 and sentence in response.content.decode()
        assert 'value="校庆"' in response.content.decode() and not DayOverride.objects.exists()

    def test_study_on_a_free_day_is_listed_and_not_moved(self, client: Client, cast: Cast) -> None:
        session = calendars.session(cast.one, date(2011, 6, 24), topic="撞上校庆的学习")
        client.force_login(cast.ganshi)
        assert "撞上校庆的学习" not in page(client, reverse("schedule:day_list"))
        shown = self.set(client).content.decode()
        assert "撞上校庆的学习" in shown and "不会自动改期" in shown
        session.refresh_from_db()
        assert session.on == date(2011, 6, 24)

    def test_the_official_year_is_listed(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.dangyuan1)
        shown = page(client, f"{reverse('schedule:day_list')}?year=2012")
        assert "1月22日—1月28日" in shown and "春节" in shown and "9月29日" in shown
        assert "由创先争优办公室" in shown and reverse("schedule:day_set") not in shown
        assert "还没有国家规定的安排" in page(client, f"{reverse('schedule:day_list')}?year=2090")
