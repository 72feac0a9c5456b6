"""Quiet hours, the day's digest, and the page on which everybody says how he wants to be told."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from branches.models import Member
from branches.scope import standing_of
from chuangxian import clock, environment
from schedule import leases
from schedule.delivery import deliver_all, sweep
from schedule.digests import gather
from schedule.models import BouncedAddress, Digest, Mail, Notice, NoticePreference
from schedule.outbox import post
from schedule.planner import foresee, plan
from schedule.queries.moments import digest_day, quiet_until
from schedule.queries.notices import outcomes, unread_count
from schedule.reminding import Due
from schedule.states.notices import MailState, Outcome
from tests import build
from tests.conftest import Cast
from tests.schedule.notices import DAY, around_now, milestone, planned_since, reminder

pytestmark = pytest.mark.django_db

PAGE = "schedule:notice_preference"


@pytest.fixture(autouse=True)
def _stand(settings: Any) -> Iterator[None]:
    settings.CHUANGXIAN_TODAY = DAY
    with reminder("letter"):
        yield


def tell(*to: Any, title: str = "建党90周年", letter: str = "letter") -> list[Notice]:
    last = Notice.objects.count()
    post(letter=letter, obj=milestone(title=title), to=to, slot="x", due_on=date(2011, 7, 1), on=DAY)
    return list(Notice.objects.order_by("pk")[last:])


def prefer(user: User, **fields: Any) -> None:
    NoticePreference.objects.update_or_create(user=user, defaults=fields)


def local_now() -> datetime:
    return timezone.localtime(clock.wall())


# ---- quiet hours ----

NIGHT = (time(21, 30), time(7, 0))


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        (NIGHT, "2011-06-20 21:29", None),
        (NIGHT, "2011-06-20 21:30", "2011-06-21 07:00"),
        (NIGHT, "2011-06-20 23:59", "2011-06-21 07:00"),
        (NIGHT, "2011-06-20 00:00", "2011-06-20 07:00"),
        (NIGHT, "2011-06-20 06:59", "2011-06-20 07:00"),
        (NIGHT, "2011-06-20 07:00", None),
        ((time(12), time(14)), "2011-06-20 12:00", "2011-06-20 14:00"),
        ((time(12), time(14)), "2011-06-20 14:00", None),
        ((time(12), time(12)), "2011-06-20 12:00", None),
        (None, "2011-06-20 23:00", None),
    ],
)
def test_quiet_hours_end_when_they_say(hours: Any, at: str, until: str | None) -> None:
    zone = timezone.get_default_timezone()
    ends = quiet_until(hours, datetime.fromisoformat(at).replace(tzinfo=zone))
    assert ends == (datetime.fromisoformat(until).replace(tzinfo=zone) if until else None)


def test_a_mail_posted_in_quiet_hours_waits_for_their_end_and_the_inbox_does_not(cast: Cast, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    tell(cast.member1)
    row = Mail.objects.get()
    ends = row.due_at - clock.wall()
    assert timedelta(minutes=58) < ends <= timedelta(minutes=60)
    assert row.tries_since == row.due_at
    assert unread_count(cast.dangyuan1, DAY) == 1
    number = row.message_id
    assert deliver_all(on=DAY) == 0
    Mail.objects.update(due_at=Now())
    assert deliver_all(on=DAY) == 1
    assert [one.extra_headers["Message-ID"] for one in sent.outbox] == [number]


def test_one_s_own_hours_go_before_the_house_s(cast: Cast, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    prefer(cast.dangyuan1, quiet_from=time(12), quiet_until=time(12))
    tell(cast.member1, cast.member2)
    deliver_all(on=DAY)
    assert [row.notice.member for row in Mail.objects.filter(state=MailState.SENT)] == [cast.member1]
    settings.QUIET_HOURS = None
    first, last = around_now()
    prefer(cast.dangyuan1, quiet_from=first, quiet_until=last)
    tell(cast.member1)
    assert deliver_all(on=DAY) == 0


def test_an_urgent_letter_waits_for_nothing(cast: Cast, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    prefer(cast.dangyuan1, digest=True)
    with reminder("now", urgent=True):
        tell(cast.member1, letter="now")
        assert deliver_all(on=DAY) == 1


def test_a_day_that_is_replayed_has_no_hours(cast: Cast, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    prefer(cast.dangyuan1, digest=True)
    with clock.standing_on(DAY):
        tell(cast.member1)
        assert deliver_all(on=DAY) == 1


def test_the_ledger_says_when_it_leaves(client: Client, cast: Cast, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    tell(cast.member1)
    client.force_login(cast.ganshi)
    text = client.get(reverse("schedule:notice_ledger")).content.decode()
    assert f"免打扰，邮件 {settings.QUIET_HOURS[1]:%H:%M} 后发出" in text


@pytest.mark.parametrize(("value", "hours"), [("21:30-07:00", NIGHT), ("", None), (" 22:00 - 6:00", None)])
def test_quiet_hours_are_read_from_the_environment(value: str, hours: Any) -> None:
    if value.startswith(" "):
        with pytest.raises(ImproperlyConfigured, match="21:30-07:00"):
            environment.hours({"QUIET_HOURS": value}, "QUIET_HOURS", "")
    else:
        assert environment.hours({"QUIET_HOURS": value}, "QUIET_HOURS", "21:30-07:00") == hours


# ---- the digest ----


@pytest.fixture
def digesting(cast: Cast, settings: Any) -> Any:
    """Dangyuan1 has a digest; its hour is still to come."""
    prefer(cast.dangyuan1, digest=True)
    settings.DIGEST_AT = time(23, 59, 59, 999999)
    return settings


def strike(settings: Any) -> None:
    """Let the hour of today's digest have come."""
    settings.DIGEST_AT = time(0)


def digests() -> list[str]:
    return list(Digest.objects.order_by("pk").values_list("state", flat=True))


def test_the_day_s_notices_go_in_one_mail(cast: Cast, digesting: Any) -> None:
    tell(cast.member1, title="第一件")
    tell(cast.member1, cast.member2, title="第二件")
    assert gather(on=DAY) == 0
    assert deliver_all(on=DAY) == 1  # the other's
    assert unread_count(cast.dangyuan1, DAY) == 2
    strike(digesting)
    assert [gather(on=DAY), gather(on=DAY)] == [1, 0]
    assert deliver_all(on=DAY) == 1
    [one] = [mail for mail in sent.outbox if mail.to == [cast.member1.email]]
    assert one.subject.startswith("创先争优通知汇总：2 条")
    assert "第一件" in one.body
    assert "第二件" in one.body
    assert "http://127.0.0.1:8000/record/" in one.body
    assert "\n\n\n\n" not in one.body
    assert one.extra_headers["Message-ID"] == Digest.objects.get().message_id
    assert outcomes(cast.ganshi, DAY) == {Outcome.TOLD: 3}


def test_what_comes_after_the_hour_is_told_the_next_day(cast: Cast, digesting: Any) -> None:
    tell(cast.member1, title="早")
    strike(digesting)
    gather(on=DAY)
    [late] = tell(cast.member1, title="晚")
    assert late.digest_on == local_now().date() + timedelta(days=1)
    gather(on=DAY)
    deliver_all(on=DAY)
    late.refresh_from_db()
    assert late.digest is None
    assert Digest.objects.count() == 1
    # the next day comes
    Digest.objects.update(on=local_now().date() - timedelta(days=1))
    Notice.objects.filter(pk=late.pk).update(digest_on=local_now().date())
    assert gather(on=DAY) == 1
    deliver_all(on=DAY)
    assert ["晚" in mail.body for mail in sent.outbox] == [False, True]


def test_what_was_posted_too_late_for_its_digest_is_not_lost(cast: Cast, digesting: Any) -> None:
    tell(cast.member1)
    strike(digesting)
    gather(on=DAY)
    # posted before the hour, committed after the digest was made
    [slow] = tell(cast.member1, title="慢一步")
    Notice.objects.filter(pk=slow.pk).update(digest_on=local_now().date())
    assert gather(on=DAY) == 0
    Digest.objects.update(on=local_now().date() - timedelta(days=1))
    assert gather(on=DAY) == 1


def test_after_a_standstill_one_digest_tells_all_days(cast: Cast, digesting: Any) -> None:
    for n in range(3):
        tell(cast.member1, title=f"第{n}件")
    yesterday = local_now().date() - timedelta(days=1)
    for n, notice in enumerate(Notice.objects.all()):
        Notice.objects.filter(pk=notice.pk).update(digest_on=yesterday - timedelta(days=n))
    assert gather(on=DAY) == 1  # yesterday's, though today's hour has not come
    assert Digest.objects.get().on == yesterday
    assert Notice.objects.filter(digest=Digest.objects.get()).count() == 3


def test_who_gives_it_up_still_gets_what_waits(cast: Cast, digesting: Any) -> None:
    tell(cast.member1)
    prefer(cast.dangyuan1, digest=False)
    tell(cast.member1, title="直接发")
    assert deliver_all(on=DAY) == 1
    strike(digesting)
    assert gather(on=DAY) == 1
    assert deliver_all(on=DAY) == 1


def test_what_was_closed_meanwhile_is_left_out(cast: Cast, digesting: Any) -> None:
    open_: dict[int, bool] = {}
    with reminder("due", leads=(0,), still_open=lambda obj, on: open_[obj.pk]) as one:
        records = [milestone(DAY, f"第{n}项") for n in range(2)]
        open_ |= {record.pk: True for record in records}
        with_items = [Due(record, [cast.member1], DAY) for record in records]
        object.__setattr__(one, "open_items", lambda on, until: with_items)
        planned_since("due", DAY - timedelta(days=5))
        plan(on=DAY)
        strike(digesting)
        gather(on=DAY)
        open_[records[0].pk] = False
        deliver_all(on=DAY)
    [mail] = sent.outbox
    assert "第1项" in mail.body
    assert "第0项" not in mail.body
    assert outcomes(cast.ganshi, DAY) == {Outcome.TOLD: 1, Outcome.CANCELLED: 1}


def test_a_digest_with_nothing_left_is_cancelled(cast: Cast, digesting: Any) -> None:
    [notice] = tell(cast.member1)
    strike(digesting)
    gather(on=DAY)
    milestone_ = Notice.objects.get().target_id
    type(milestone()).objects.filter(pk=milestone_).delete()
    deliver_all(on=DAY)
    assert digests() == [MailState.CANCELLED]
    assert sent.outbox == []


def test_one_record_that_breaks_is_told_and_keeps_none_back(cast: Cast, digesting: Any) -> None:
    with reminder("odd", recipients=lambda obj, on: None):
        post(letter="odd", obj=milestone(title="坏的"), to=[cast.member1], slot="x", due_on=None, on=DAY)
        tell(cast.member1, title="好的", letter="odd")
        strike(digesting)
        gather(on=DAY)
        deliver_all(on=DAY)
    assert "共 2 条" in sent.outbox[0].body


def test_who_was_disabled_meanwhile_gets_none(cast: Cast, digesting: Any) -> None:
    tell(cast.member1)
    strike(digesting)
    gather(on=DAY)
    User.objects.filter(pk=cast.dangyuan1.pk).update(is_active=False)
    deliver_all(on=DAY)
    assert digests() == [MailState.CANCELLED]


def test_a_refused_address_gets_no_digest_and_no_promise_of_one(cast: Cast, digesting: Any) -> None:
    BouncedAddress.objects.create(address=cast.member1.email)
    tell(cast.member1)
    assert Mail.objects.get().state == MailState.SKIPPED
    strike(digesting)
    assert gather(on=DAY) == 0


def test_a_letter_to_be_held_never_goes_in_a_digest(cast: Cast, digesting: Any) -> None:
    with reminder("held", policy="hold"):
        tell(cast.member1, letter="held")
        assert Mail.objects.count() == 1


def test_a_digest_whose_sender_died_is_sent_once_more_with_the_same_words(cast: Cast, digesting: Any) -> None:
    tell(cast.member1)
    strike(digesting)
    gather(on=DAY)
    [row] = leases.claim(Digest, 5)
    leases.begin(row, address="x@example.com")
    [late] = tell(cast.member1, title="后来的")
    Digest.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert sweep() == 1
    deliver_all(on=DAY)
    assert digests() == [MailState.SENT]
    assert "后来的" not in sent.outbox[0].body
    late.refresh_from_db()
    assert late.digest is None


def test_a_dead_digest_is_sent_again_from_the_ledger(client: Client, cast: Cast, digesting: Any) -> None:
    [notice] = tell(cast.member1)
    client.force_login(cast.ganshi)
    ledger = reverse("schedule:notice_ledger")
    assert "邮件等" in client.get(ledger).content.decode()
    strike(digesting)
    gather(on=DAY)
    Digest.objects.update(state=MailState.FAILED, error="recipient", attempt=8)
    assert "重发汇总" in client.get(ledger).content.decode()
    client.post(reverse("schedule:notice_resend", args=[notice.pk]))
    deliver_all(on=DAY)
    assert digests() == [MailState.SENT]
    assert client.post(reverse("schedule:notice_resend", args=[notice.pk])).status_code == 403


def test_own_quiet_hours_hold_the_digest_too(cast: Cast, digesting: Any) -> None:
    first, last = around_now()
    prefer(cast.dangyuan1, digest=True, quiet_from=first, quiet_until=last)
    tell(cast.member1)
    strike(digesting)
    gather(on=DAY)
    assert deliver_all(on=DAY) == 0
    Digest.objects.update(due_at=Now())
    assert deliver_all(on=DAY) == 1


def test_the_day_of_a_digest() -> None:
    now = local_now().replace(hour=6, minute=0)
    assert digest_day(now) == now.date()
    assert digest_day(now.replace(hour=8)) == now.date() + timedelta(days=1)


def test_the_preview_counts_a_digest_as_one(cast: Cast, digesting: Any) -> None:
    dues = [
        Due(milestone(DAY + timedelta(days=7)), [cast.member1, cast.member2], DAY + timedelta(days=7)) for _ in "abc"
    ]
    with reminder("soon", leads=(3,), open_items=lambda on, until: dues):
        days = foresee(standing_of(cast.zongzhi, DAY), days=14, on=DAY)
        [busy] = [day for day in days if day.reminders]
        assert busy.letters == 3 + 1
        assert [busy.digested(one) for one in busy.reminders] == [1, 1, 1]


def test_posting_asks_no_more_for_people_with_habits(cast: Cast, settings: Any) -> None:
    def queries(people: list[Member], slot: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            post(letter="letter", obj=record, to=people, slot=slot, due_on=None, on=DAY)
        return len(captured)

    settings.DIGEST_AT = time(23, 59, 59)
    record = milestone()
    many = [build.member(cast.one) for _ in range(20)]
    for person in many:
        prefer(build.account(person), digest=person.pk % 2 == 0, quiet_from=time(0), quiet_until=time(23, 59))
    assert queries(many[:4], "few") == queries(many, "many")


# ---- the page ----


def test_everybody_says_how_he_wants_to_be_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.dangyuan1)
    assert "提醒方式" in client.get(reverse("schedule:notice_inbox")).content.decode()
    typed = {"digest": "on", "quiet_from": "22:00", "quiet_until": "06:30", "version": 1}
    assert client.post(reverse(PAGE), typed).status_code == 302
    row = NoticePreference.objects.get(user=cast.dangyuan1)
    assert (row.digest, row.quiet_from, row.quiet_until, row.version) == (True, time(22), time(6, 30), 2)
    assert "22:00 到次日 06:30" in client.get(reverse(PAGE)).content.decode()
    stale = client.post(reverse(PAGE), {"version": 1})
    assert stale.status_code == 409
    assert "您在别的窗口里改过提醒方式" in stale.content.decode()
    assert client.post(reverse(PAGE), {"version": 2}).status_code == 302
    row.refresh_from_db()
    assert (row.digest, row.quiet_from) == (False, None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quiet_from": "22:00"}, "开始和结束要么都填，要么都不填"),
        ({"quiet_from": "晚上", "quiet_until": "06:00"}, "时间请写成 21:30 的样子"),
    ],
)
def test_half_of_the_hours_is_refused_and_given_back(
    client: Client, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.dangyuan1)
    page = client.post(reverse(PAGE), typed | {"version": "1"})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert typed["quiet_from"] in page.content.decode()
    assert not NoticePreference.objects.exists()
