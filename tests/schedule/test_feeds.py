"""Calendars people carry away: read by a parser that is not ours and fetched by a real client; and what their addresses give away."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from icalevents.icalevents import events

from accounts.models import LogEntry
from chuangxian.logs import JsonLines
from chuangxian.no_trace import Untraced
from schedule.agenda import Entry
from schedule.models import CalendarFeed
from schedule.models.days import digest_of
from schedule.queries.feeds import AHEAD, BACK
from schedule.sheets.feeds import written
from tests.conftest import Cast
from tests.schedule import calendars
from tests.schedule import items as raising

ON = calendars.ON
SHANGHAI = ZoneInfo("Asia/Shanghai")
HARD = "学习“七一”讲话，讨论；记录, 要点; 反斜杠\\和\n第二行：" + "很长的一句话" * 12


@pytest.fixture(autouse=True)
def june(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


def address(secret: str) -> str:
    return reverse("schedule:feed", args=[secret])


def fetched(secret: str) -> Any:
    """The calendar of an address as another program's parser reads it."""
    response = Client().get(address(secret))
    assert response.status_code == 200
    return vobject.readOne(response.content.decode())


def found_in(calendar: Any, uid: str) -> Any:
    return next(event for event in calendar.vevent_list if event.uid.value.partition("@")[0] == uid)


class TestTheFile:
    def entry(self, **fields: Any) -> Entry:
        given: dict[str, Any] = {
            "uid": "study-1",
            "day": date(2011, 6, 22),
            "title": "学习",
            "kind": "study",
            "label": "学习",
        }
        return Entry(**given | fields)

    def read(self, *entries: Entry) -> Any:
        return vobject.readOne(written("我的日历, 一; 二", entries, ON).decode())

    def test_chinese_with_commas_semicolons_and_line_breaks_comes_back_exactly(self) -> None:
        calendar = self.read(self.entry(title=HARD.replace("\n", " "), text=HARD, place="三楼, 会议室; 东"))
        event = calendar.vevent
        assert event.summary.value == HARD.replace("\n", " ")
        assert event.description.value == HARD
        assert event.location.value == "三楼, 会议室; 东"
        assert calendar.contents["x-wr-calname"][0].value in ("我的日历, 一; 二", "我的日历\\, 一\\; 二")

    def test_lines_are_folded_at_75_octets_and_no_character_is_cut(self) -> None:
        lines = written("日历", [self.entry(title=HARD)], ON).split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert all(line.decode() is not None for line in lines)

    def test_a_day_ends_where_the_next_begins(self) -> None:
        one = self.read(self.entry()).vevent
        assert (one.dtstart.value, one.dtend.value) == (date(2011, 6, 22), date(2011, 6, 23))
        assert one.dtstart.params["VALUE"] == ["DATE"]
        three = self.read(self.entry(until=date(2011, 6, 24))).vevent
        assert three.dtend.value == date(2011, 6, 25)

    def test_a_time_is_of_shanghai_and_the_zone_stands_in_the_file(self) -> None:
        data = written("日历", [self.entry(starts_at=time(14, 30), lasts=timedelta(hours=2))], ON)
        assert b"DTSTART;TZID=Asia/Shanghai:20110622T143000\r\n" in data
        assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in data
        event = vobject.readOne(data.decode()).vevent
        assert event.dtstart.value.astimezone(UTC) == datetime(2011, 6, 22, 6, 30, tzinfo=UTC)
        assert event.dtend.value - event.dtstart.value == timedelta(hours=2)

    def test_what_the_standard_asks_of_every_event_is_there(self) -> None:
        data = written("日历", [self.entry(url="/study/1/")], ON)
        event = vobject.readOne(data.decode()).vevent
        assert event.dtstamp.value == datetime(2011, 6, 19, 16, tzinfo=UTC)
        assert event.url.value.endswith("/study/1/") and event.url.value.startswith("http")
        for line in (b"VERSION:2.0", b"PRODID:", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H", b"X-PUBLISHED-TTL:PT6H"):
            assert line in data
        assert data == written("日历", [self.entry(url="/study/1/")], ON)


class TestOnesOwn:
    def test_sessions_tasks_items_and_meetings_of_ones_own_and_nobody_elses(self, cast: Cast) -> None:
        mine = calendars.session(cast.one, lecturer=cast.member1)
        other = calendars.session(cast.two)
        calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one, cast.member1)
        raising.item(cast.one, cast.member1)
        meeting = raising.meeting(cast.one, cast.shuji1)
        calendar = fetched(calendars.feed(cast.dangyuan1).secret)
        kinds = [event.uid.value.partition("-")[0] for event in calendar.vevent_list]
        assert {kind: kinds.count(kind) for kind in set(kinds) - {"day", "semester"}} == {
            "study": 1, "task": 1, "item": 1, "meeting": 1,
        }  # fmt: skip
        event = found_in(calendar, f"study-{mine.pk}")
        assert event.summary.value == "学习：学习胡锦涛同志“七一”讲话（党员甲主讲）"
        assert event.location.value == "三楼会议室"
        assert found_in(calendar, f"meeting-{meeting.pk}").dtstart.value == meeting.held_on
        assert f"study-{other.pk}@" not in Client().get(address(calendars.feed(cast.dangyuan1).secret)).content.decode()

    def test_a_uid_stays_when_the_thing_moves(self, cast: Cast) -> None:
        session = calendars.session(cast.one)
        secret = calendars.feed(cast.dangyuan1).secret
        before = found_in(fetched(secret), f"study-{session.pk}").uid.value
        type(session).objects.filter(pk=session.pk).update(on=date(2011, 6, 29))
        after = found_in(fetched(secret), f"study-{session.pk}")
        assert (after.uid.value, after.dtstart.value.date()) == (before, date(2011, 6, 29))

    def test_two_months_back_and_a_year_ahead(self, cast: Cast) -> None:
        days = [ON - BACK - timedelta(days=1), ON - BACK, ON + AHEAD, ON + AHEAD + timedelta(days=1)]
        sessions = [calendars.session(cast.one, day) for day in days]
        text = Client().get(address(calendars.feed(cast.dangyuan1).secret)).content.decode()
        assert [f"study-{one.pk}@" in text for one in sessions] == [False, True, True, False]

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2010, 8, 1), [("中秋节放假", "2010-09-22", 3), ("国庆节放假", "2010-10-01", 7), ("元旦放假", "2011-01-01", 3),
                                ("春节放假", "2011-02-02", 7), ("清明节放假", "2011-04-03", 3), ("劳动节放假", "2011-04-30", 3)]),
            (date(2011, 6, 20), [("端午节放假", "2011-06-04", 3), ("中秋节放假", "2011-09-10", 3), ("国庆节放假", "2011-10-01", 7),
                                 ("元旦放假", "2012-01-01", 3), ("春节放假", "2012-01-22", 7), ("清明节放假", "2012-04-02", 3),
                                 ("劳动节放假", "2012-04-29", 3)]),
            (date(2012, 6, 20), [("端午节放假", "2012-06-22", 3), ("中秋节放假", "2012-09-30", 1), ("国庆节放假", "2012-10-01", 7)]),
        ],
    )  # fmt: skip
    def test_the_holidays_of_2010_to_2012(
        self, cast: Cast, settings: Any, on: date, expected: list[tuple[str, str, int]]
    ) -> None:
        settings.CHUANGXIAN_TODAY = on
        calendar = fetched(calendars.feed(cast.dangyuan1).secret)
        found = [
            (event.summary.value, str(event.dtstart.value), (event.dtend.value - event.dtstart.value).days)
            for event in calendar.vevent_list
            if event.uid.value.startswith("day-") and event.summary.value != "调休上班"
        ]
        assert set(expected) <= set(found)

    def test_it_ends_with_the_account(self, cast: Cast) -> None:
        secret = calendars.feed(cast.dangyuan1).secret
        type(cast.dangyuan1).objects.filter(pk=cast.dangyuan1.pk).update(is_active=False)
        assert Client().get(address(secret)).status_code == 404

    def test_queries_do_not_grow(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        secret = calendars.feed(cast.dangyuan1).secret
        for number in range(1, 9):
            calendars.session(cast.one, date(2011, 6, number), lecturer=cast.member1)
            calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one, cast.member1)
            calendars.activity(cast.one, cast.shuji1, is_public=True)
        with django_assert_max_num_queries(22):
            Client().get(address(secret))
        branch = calendars.feed(cast.shuji1, cast.one).secret
        with django_assert_max_num_queries(14):
            Client().get(address(branch))


class TestABranchs:
    def test_only_what_anybody_may_know(self, cast: Cast) -> None:
        calendars.session(cast.one, lecturer=cast.member1, host="书记一", materials="党员甲整理")
        calendars.activity(cast.one, cast.shuji1, title="开放课堂", is_public=True)
        calendars.activity(cast.one, cast.shuji1, title="内部研讨")
        calendars.reached(calendars.task(cast.general, cast.zongzhi), cast.one, cast.member1)
        raising.meeting(cast.one, cast.shuji1)
        raising.item(cast.one, cast.member1)
        text = Client().get(address(calendars.feed(cast.shuji1, cast.one).secret)).content.decode().replace("\r\n ", "")
        assert "七一" in text and "开放课堂" in text and "第一党支部" in text
        for private in ("党员甲", "书记一", "内部研讨", "上报半年小结", "点评会", raising.PROBLEM):
            assert private not in text

    def test_it_stays_when_whoever_made_it_has_gone(self, cast: Cast) -> None:
        secret = calendars.feed(cast.shuji1, cast.one).secret
        type(cast.shuji1).objects.filter(pk=cast.shuji1.pk).update(is_active=False)
        assert Client().get(address(secret)).status_code == 200

    def test_several_may_be_given_out_and_each_is_taken_back_alone(self, client: Client, cast: Cast) -> None:
        first, second = (calendars.feed(cast.shuji1, cast.one, name=name) for name in ("网站", "公告栏"))
        client.force_login(cast.ganshi)
        client.post(reverse("schedule:feed_revoke", args=[first.feed.pk]))
        assert [Client().get(address(one.secret)).status_code for one in (first, second)] == [404, 200]


class TestTheAddress:
    def test_it_is_shown_once_and_never_kept(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.dangyuan1)
        response = client.post(reverse("schedule:feed_make"), {"name": "手机"})
        secret = response.context["address"].rpartition("/")[2].removesuffix(".ics")
        shown = response.content.decode()
        assert shown.count(secret) == 2 and f"webcal://127.0.0.1:8000{address(secret)}" in shown
        assert "no-store" in response["Cache-Control"]
        feed = CalendarFeed.objects.get()
        assert feed.digest == digest_of(secret) and len(secret) >= 43
        assert secret not in client.get(reverse("schedule:feed_list")).content.decode()
        for model in apps.get_models():
            assert secret not in str(list(model._base_manager.values())), model

    def test_a_new_one_of_ones_own_takes_the_place_of_the_old(self, cast: Cast) -> None:
        old, new = calendars.feed(cast.dangyuan1).secret, calendars.feed(cast.dangyuan1).secret
        assert [Client().get(address(secret)).status_code for secret in (old, new)] == [404, 200]
        assert list(LogEntry.objects.filter(verb__endswith="_feed").order_by("pk").values_list("verb", flat=True)) == [
            "make_feed", "revoke_feed", "make_feed",
        ]  # fmt: skip

    def test_taken_back_it_leads_nowhere_at_once(self, client: Client, cast: Cast) -> None:
        made = calendars.feed(cast.dangyuan1)
        client.force_login(cast.dangyuan1)
        etag = Client().get(address(made.secret))["ETag"]
        client.post(reverse("schedule:feed_revoke", args=[made.feed.pk]))
        assert Client().get(address(made.secret), headers={"If-None-Match": etag}).status_code == 404

    def test_no_session_no_cookie_no_referrer_and_nobody_between_keeps_it(self, client: Client, cast: Cast) -> None:
        secret = calendars.feed(cast.dangyuan1).secret
        client.force_login(cast.stranger)
        for one in (client.get(address(secret)), client.get(address("nothing"))):
            assert not one.cookies and not one.wsgi_request.COOKIES
            assert one["Referrer-Policy"] == "no-referrer" and one["Cache-Control"] == "private, no-cache"
        response = client.get(address(secret))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert client.get(reverse("schedule:calendar_month")).status_code == 200  # still signed in elsewhere

    def test_what_has_not_changed_is_not_sent_again(self, cast: Cast) -> None:
        secret = calendars.feed(cast.dangyuan1).secret
        first = Client().get(address(secret))
        again = Client().get(address(secret), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"") and again["Cache-Control"] == "private, no-cache"
        calendars.session(cast.one)
        assert Client().get(address(secret), headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_it_is_in_no_log_and_an_error_tells_only_its_kind_and_place(
        self, cast: Cast, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = calendars.feed(cast.dangyuan1).secret
        client = Client(raise_request_exception=False)
        with caplog.at_level(logging.DEBUG):
            caplog.handler.addFilter(Untraced())
            try:
                assert client.get(address(secret)).status_code == 200
                assert client.get(address(f"{secret}x")).status_code == 404
                assert client.post(address(secret)).status_code == 405
                with connection.cursor() as cursor:
                    cursor.execute("ALTER TABLE schedule_meeting RENAME TO schedule_meeting_away")
                assert client.get(address(secret)).status_code == 500
            finally:
                caplog.handler.filters.clear()
        lines = [JsonLines().format(record) for record in caplog.records if record.name != "django.db.backends"]
        assert len(lines) == 1 and "error in a calendar feed" in lines[0]
        for private in (secret, "/cal/", digest_of(secret)):
            assert private not in lines[0]

    @pytest.mark.usefixtures("counted_afresh")
    def test_guessing_is_slowed_down_and_good_addresses_never(self, cast: Cast, settings: Any) -> None:
        settings.FEED_FAILURES_FROM_ADDRESS = 3
        secret = calendars.feed(cast.dangyuan1).secret
        tries = [Client().get(address(f"guess-{number}")).status_code for number in range(5)]
        assert tries == [404] * 3 + [429] * 2
        assert Client().get(address(secret)).status_code == 200

    def test_the_proxy_is_told_not_to_write_it_down(self) -> None:
        text = Path("deploy/nginx.conf").read_text(encoding="utf-8")
        part = text.partition("location /cal/ {")[2].partition("}")[0]
        assert "access_log off;" in part and "error_log /dev/null crit;" in part and 'Cookie ""' in part


@pytest.mark.django_db(transaction=True)
class TestARealClient:
    """icalevents fetches the address over HTTP and works the events out, as a calendar program does."""

    def test_it_reads_all_there_is(self, racing: None, cast: Cast, live_server: Any) -> None:
        session = calendars.session(cast.one, topic="讨论，记录, 要点; 一")
        calendars.activity(cast.one, cast.shuji1, date(2011, 6, 23), ends_on=date(2011, 6, 24), title="评优课")
        raising.item(cast.one, cast.member1)
        secret = calendars.feed(cast.dangyuan1).secret
        got = events(
            url=f"{live_server.url}{address(secret)}",
            start=datetime(2011, 6, 20, tzinfo=SHANGHAI),
            end=datetime(2011, 6, 30, 23, tzinfo=SHANGHAI),
        )
        by_name = {event.uid.partition("@")[0].partition("-")[0]: event for event in got}
        assert sorted(by_name) == ["activity", "item", "semester", "study"] and len(got) == 4
        study, activity, item = by_name["study"], by_name["activity"], by_name["item"]
        assert study.summary == "学习：讨论，记录, 要点; 一" and not study.all_day
        assert study.start == datetime(2011, 6, 22, 14, 30, tzinfo=SHANGHAI)
        assert study.end == datetime(2011, 6, 22, 16, 30, tzinfo=SHANGHAI)
        assert study.location == session.place
        assert activity.start and activity.end and item.start
        assert activity.all_day and (activity.start.date(), activity.end.date()) == (
            date(2011, 6, 23),
            date(2011, 6, 25),
        )
        assert item.all_day and item.start.date() == raising.DUE
