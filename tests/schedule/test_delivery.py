"""Mail is claimed by one, sent once, swept when stuck, tried again on listed errors, and fails visibly."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from accounts.models import LogEntry, User
from branches.actions import leave, transfer_member
from branches.models import Member
from chuangxian import clock
from chuangxian.workflow import Overtaken
from schedule import delivery
from schedule.actions.notices import resend
from schedule.delivery import claim, compose, deliver_all, deliver_batch, rung, sweep
from schedule.models import BouncedAddress, Mail, Milestone, Notice
from schedule.outbox import post
from schedule.planner import plan
from schedule.probes import mail_moves
from schedule.reminding import Due
from schedule.states.notices import Error, MailState
from tests import build
from tests.conftest import Cast
from tests.faults.smtp_sink import CONNECT, DATA, DOT, DROP, HANG, MAIL, RCPT, Sink, running_sink
from tests.schedule.notices import DAY, milestone, planned_since, reminder

pytestmark = pytest.mark.django_db

ANOTHER_MOMENT = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _stand() -> Iterator[None]:
    with clock.standing_on(DAY), reminder("letter"):
        yield


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A real mail server, and the portal set to use it."""
    with running_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 0.5
        yield sink


def tell(*to: Member | User, kind: str = "letter", obj: Milestone | None = None) -> list[Mail]:
    """Post a letter; returns the new mails in the order of the people."""
    last = Mail.objects.count()
    post(letter=kind, obj=obj or milestone(), to=to, slot="x", due_on=None, on=DAY)
    return list(Mail.objects.order_by("pk")[last:])


def people(cast: Cast, number: int) -> list[Member]:
    return [build.member(cast.one, email=f"p{n}@example.com") for n in range(number)]


def states() -> dict[str, int]:
    """How many mails stand how."""
    rows = list(Mail.objects.values_list("state", flat=True))
    return {state: rows.count(state) for state in set(rows)}


def expire() -> None:
    """Let every lease run out."""
    Mail.objects.exclude(lease_until=None).update(lease_until=Now() - ANOTHER_MOMENT)


def hurry() -> None:
    """Let every pause between tries be over."""
    Mail.objects.update(due_at=Now())


# ---- sending ----


def test_a_batch_goes_over_one_connection_and_arrives_once(cast: Cast, sink: Sink) -> None:
    tell(*people(cast, 20))
    assert deliver_all(on=DAY) == 20
    assert states() == {MailState.SENT: 20}
    assert set(sink.copies().values()) == {1}
    assert sink.connections == 1


def test_the_mail_is_plain_chinese_text_with_its_own_number(cast: Cast, sink: Sink) -> None:
    [mail] = tell(cast.member1)
    deliver_all(on=DAY)
    [got] = sink.received
    assert got.message["Subject"].strip() == "重大节点临近：建党90周年（2011年7月1日）"
    assert got.message_id == mail.message_id
    assert got.message.get_content_type() == "text/plain"
    assert got.message["Auto-Submitted"] == "auto-generated"
    text = got.message.get_content()
    assert "请提前安排迎接活动" in text
    assert f"http://127.0.0.1:8000/record/{mail.notice.target_id}/" in text
    assert got.message["To"] == cast.member1.email


def test_what_is_sent_is_not_sent_again(cast: Cast, sink: Sink) -> None:
    tell(*people(cast, 5))
    assert [deliver_all(on=DAY), deliver_all(on=DAY)] == [5, 0]
    assert len(sink.received) == 5


def test_more_than_a_batch_is_sent_batch_by_batch(cast: Cast, sink: Sink, settings: Any) -> None:
    settings.MAIL_BATCH = 4
    tell(*people(cast, 10))
    assert [deliver_batch(on=DAY) for _ in range(4)] == [4, 4, 2, 0]
    assert states() == {MailState.SENT: 10}


def test_mails_become_files_where_there_is_no_mail_server(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    mails = tell(*people(cast, 3))
    deliver_all(on=DAY)
    written = "".join(file.read_text() for file in tmp_path.iterdir())
    assert all(written.count(mail.message_id) == 1 for mail in mails)


def test_the_address_is_the_one_of_the_moment_of_sending(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    User.objects.filter(pk=cast.dangyuan1.pk).update(email="new@example.com")
    deliver_all(on=DAY)
    assert [one.to for one in sink.received] == ["new@example.com"]
    assert Mail.objects.get().address == "new@example.com"


# ---- looked at again before sending ----


@pytest.fixture
def still() -> Iterator[dict[str, Any]]:
    """A reminder that lets the test say whether its item is still open and whom it concerns."""
    says: dict[str, Any] = {"open": True, "people": None, "items": []}
    with reminder(
        open_items=lambda on, until: says["items"],
        still_open=lambda obj, on: says["open"],
        leads=(0,),
        recipients=lambda obj, on: says["people"],
    ):
        planned_since("test_due", DAY - timedelta(days=9))
        yield says


def remind(still: dict[str, Any], *to: Member) -> None:
    still["people"] = to
    still["items"] = [Due(milestone(DAY), to, DAY)]
    plan(on=DAY)


def test_a_closed_item_is_cancelled(cast: Cast, sink: Sink, still: dict[str, Any]) -> None:
    remind(still, *people(cast, 3))
    still["open"] = False
    deliver_all(on=DAY)
    assert states() == {MailState.CANCELLED: 3}
    assert Mail.objects.values_list("error", flat=True).distinct().get() == Error.CLOSED
    assert sink.received == []


def test_a_record_that_has_gone_is_cancelled(cast: Cast, sink: Sink) -> None:
    record = milestone()
    tell(cast.member1, obj=record)
    record.delete()
    deliver_all(on=DAY)
    assert states() == {MailState.CANCELLED: 1}


def test_who_was_disabled_moved_left_or_relieved_meanwhile_gets_none(
    cast: Cast, sink: Sink, still: dict[str, Any]
) -> None:
    disabled, moved, left, relieved, stays = people(cast, 5)
    account = build.account(disabled)
    remind(still, disabled, moved, left, relieved, stays)
    User.objects.filter(pk=account.pk).update(is_active=False)
    transfer_member(member=moved, organization=cast.two, by=None, on=DAY)
    leave(member=left, reason="调出", by=None, on=DAY - timedelta(days=1))
    still["people"] = (disabled, moved, left, stays)
    deliver_all(on=DAY)
    assert states() == {MailState.CANCELLED: 4, MailState.SENT: 1}
    assert [one.to for one in sink.received] == [stays.email]


def test_two_hundred_people_moved_between_planning_and_sending_get_none(
    cast: Cast, sink: Sink, still: dict[str, Any]
) -> None:
    crowd = people(cast, 200)
    remind(still, *crowd)
    for person in crowd:
        transfer_member(member=person, organization=cast.two, by=None, on=DAY)
    deliver_all(on=DAY)
    assert states() == {MailState.CANCELLED: 200}
    assert sink.received == []


def test_an_address_refused_meanwhile_is_skipped(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    BouncedAddress.objects.create(address=cast.member1.email)
    deliver_all(on=DAY)
    assert states() == {MailState.SKIPPED: 1}


def test_one_record_that_breaks_holds_up_no_other(
    cast: Cast, sink: Sink, still: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    [one, other] = people(cast, 2)
    remind(still, one)
    still["people"] = None  # not to be walked
    tell(other)
    deliver_all(on=DAY)
    assert set(Mail.objects.values_list("address", "state", "error")) == {
        (one.email, MailState.READY, Error.BROKEN),
        (other.email, MailState.SENT, Error.NONE),
    }
    assert "could not be looked at again" in caplog.text


# ---- a server that misbehaves ----


def misbehave(sink: Sink, stage: str, answer: str, to: str = "p0@example.com") -> None:
    sink.react = lambda at, whom: answer if at == stage and whom in (to, "") else None


PERMANENT = [
    (RCPT, "550 no such user", Error.RECIPIENT),
    (DOT, "554 looks like spam", Error.REFUSED),
]
PASSING = [
    (CONNECT, "421 too busy", Error.CONNECTION),
    (CONNECT, HANG, Error.CONNECTION),
    (MAIL, "451 try later", Error.TEMPORARY),
    (MAIL, "530 who are you", Error.TEMPORARY),
    (RCPT, "450 greylisted", Error.TEMPORARY),
    (RCPT, "421 closing", Error.TEMPORARY),
    (DATA, "451 disk full", Error.TEMPORARY),
    (DOT, "452 disk full", Error.TEMPORARY),
    (RCPT, DROP, Error.INTERRUPTED),
    (DATA, DROP, Error.INTERRUPTED),
]


@pytest.mark.parametrize(("stage", "answer", "error"), PERMANENT)
def test_a_refusal_for_good_ends_it(cast: Cast, sink: Sink, stage: str, answer: str, error: str) -> None:
    misbehave(sink, stage, answer)
    tell(*people(cast, 1))
    deliver_all(on=DAY)
    mail = Mail.objects.get()
    assert (mail.state, mail.error, mail.error_text) == (MailState.FAILED, error, answer)


@pytest.mark.parametrize(("stage", "answer", "error"), PASSING)
def test_what_may_pass_is_tried_again(cast: Cast, sink: Sink, stage: str, answer: str, error: str) -> None:
    misbehave(sink, stage, answer)
    tell(*people(cast, 1))
    assert deliver_all(on=DAY) == 1
    mail = Mail.objects.get()
    assert (mail.state, mail.error, mail.attempt) == (MailState.READY, error, 1)
    sink.react = lambda stage, to: None
    hurry()
    deliver_all(on=DAY)
    assert states() == {MailState.SENT: 1}
    assert len(sink.received) == 1


@pytest.mark.parametrize(("stage", "answer"), [(stage, answer) for stage, answer, _ in PERMANENT + PASSING[2:]])
def test_one_bad_address_stops_no_other(cast: Cast, sink: Sink, stage: str, answer: str) -> None:
    first = [True]

    def once(at: str, to: str) -> str | None:
        if at == stage and to in ("p0@example.com", "") and first:
            first.clear()
            return answer
        return None

    sink.react = once
    tell(*people(cast, 5))
    deliver_all(on=DAY)
    assert states()[MailState.SENT] == 4
    assert len(sink.received) == 4


def test_a_refused_address_is_marked_and_left_alone(cast: Cast, sink: Sink) -> None:
    sink.react = lambda stage, to: "550 no such user" if stage == RCPT else None
    tell(cast.member1)
    deliver_all(on=DAY)
    cast.dangyuan1.refresh_from_db()
    assert cast.dangyuan1.email_bounced_at is not None
    assert BouncedAddress.objects.get().address == cast.member1.email
    tell(cast.member1)
    assert states() == {MailState.FAILED: 1, MailState.SKIPPED: 1}


@pytest.mark.parametrize("answer", [DROP, HANG])
def test_a_line_lost_after_the_dot_brings_a_copy_with_the_same_number(cast: Cast, sink: Sink, answer: str) -> None:
    misbehave(sink, DOT, answer)
    [mail] = tell(*people(cast, 1))
    deliver_all(on=DAY)
    sink.react = lambda stage, to: None
    hurry()
    deliver_all(on=DAY)
    assert states() == {MailState.SENT: 1}
    assert sink.copies() == {mail.message_id: 2}


@pytest.mark.parametrize("answer", [DROP, HANG])
def test_a_letter_to_be_held_is_never_sent_twice(cast: Cast, sink: Sink, answer: str) -> None:
    misbehave(sink, DOT, answer)
    with reminder("held", policy="hold"):
        tell(*people(cast, 1), kind="held")
        deliver_all(on=DAY)
        hurry()
        deliver_all(on=DAY)
    assert states() == {MailState.UNKNOWN: 1}
    assert len(sink.received) == 1


def test_no_mail_server_at_all_tries_the_connection_once_a_batch(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # discard: nobody listens
    tell(*people(cast, 5))
    assert deliver_all(on=DAY) == 5
    assert set(Mail.objects.values_list("state", "error", "attempt")) == {(MailState.READY, Error.CONNECTION, 1)}


# ---- the ladder ----


def test_the_ladder_of_retries_is_climbed_and_ends(cast: Cast, sink: Sink, settings: Any) -> None:
    sink.react = lambda stage, to: "450 later" if stage == RCPT else None
    tell(cast.member1)
    for attempt in range(1, settings.MAIL_TRIES_MOST + 1):
        hurry()
        assert deliver_all(on=DAY) == 1
        assert Mail.objects.get().attempt == attempt
    assert states() == {MailState.FAILED: 1}
    hurry()
    assert deliver_all(on=DAY) == 0


def test_after_two_days_of_trying_it_is_given_up(cast: Cast, sink: Sink, settings: Any) -> None:
    sink.react = lambda stage, to: "450 later" if stage == RCPT else None
    tell(cast.member1)
    Mail.objects.update(tries_since=Now() - settings.MAIL_GIVE_UP_AFTER)
    deliver_all(on=DAY)
    assert states() == {MailState.FAILED: 1}


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 720), (7, 720)])
def test_each_rung_is_spread_by_a_fifth(attempt: int, minutes: int) -> None:
    waits = [rung(attempt) / timedelta(minutes=minutes) for _ in range(200)]
    assert 0.8 <= min(waits) < 0.9 < 1.1 < max(waits) <= 1.2


def test_a_mail_waits_for_its_rung(cast: Cast, sink: Sink) -> None:
    misbehave(sink, RCPT, "450 later")
    tell(*people(cast, 1))
    deliver_all(on=DAY)
    assert deliver_all(on=DAY) == 0
    assert Mail.objects.filter(due_at__gt=Now() + timedelta(seconds=45)).exists()


# ---- claim, lease, fence, sweep ----


def test_a_mail_is_claimed_by_one(cast: Cast) -> None:
    tell(*people(cast, 6))
    first, second, third = claim(4), claim(4), claim(4)
    assert [len(first), len(second), len(third)] == [4, 2, 0]
    assert {mail.pk for mail in first}.isdisjoint(mail.pk for mail in second)


def test_a_claim_runs_out_and_costs_no_try(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    claim(1)
    assert sweep() == 0
    expire()
    assert sweep() == 1
    mail = Mail.objects.get()
    assert (mail.state, mail.attempt, mail.owner) == (MailState.READY, 0, None)
    assert deliver_all(on=DAY) == 1


def test_a_sender_who_comes_back_late_changes_nothing(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    [late] = claim(1)
    assert delivery._begin(late, late.address)
    expire()
    sweep()
    [other] = claim(1)
    assert not delivery._begin(late, late.address)
    delivery._finish(late)
    delivery._settle(late, delivery.Trouble(Error.REFUSED, "554"))
    assert (Mail.objects.get().state, Mail.objects.get().owner) == (MailState.CLAIMED, other.owner)


def test_a_sender_who_died_while_sending_is_followed_by_one_copy(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    [mail] = claim(1)
    delivery._begin(mail, mail.address)
    expire()
    deliver_all(on=DAY)
    assert states() == {MailState.SENT: 1}
    assert sink.copies() == {mail.message_id: 1}


def test_a_held_letter_whose_sender_died_waits_for_a_person(cast: Cast, sink: Sink) -> None:
    with reminder("held", policy="hold"):
        tell(cast.member1, kind="held")
        [mail] = claim(1)
        delivery._begin(mail, mail.address)
        expire()
        deliver_all(on=DAY)
    assert (Mail.objects.get().state, Mail.objects.get().error) == (MailState.UNKNOWN, Error.INTERRUPTED)
    assert sink.received == []


def test_a_mail_whose_senders_always_die_ends_with_a_person(cast: Cast, settings: Any) -> None:
    tell(cast.member1)
    for _ in range(settings.MAIL_TRIES_MOST):
        [mail] = claim(1)
        assert delivery._begin(mail, mail.address)
        expire()
        sweep()
    assert states() == {MailState.UNKNOWN: 1}


def test_a_slow_server_does_not_keep_a_batch_longer_than_its_lease(cast: Cast, sink: Sink, settings: Any) -> None:
    settings.MAIL_LEASE = timedelta(seconds=0.6)
    settings.EMAIL_TIMEOUT = 0.4
    sink.react = lambda stage, to: HANG if stage == RCPT else None
    tell(*people(cast, 4))
    deliver_batch(on=DAY)
    assert sorted(Mail.objects.values_list("state", "attempt")) == [(MailState.READY, 0)] * 3 + [(MailState.READY, 1)]


# ---- a person decides ----


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN])
def test_a_dead_letter_is_sent_again_with_all_its_tries(cast: Cast, sink: Sink, state: str) -> None:
    misbehave(sink, RCPT, "550 no such user")
    [mail] = tell(*people(cast, 1))
    deliver_all(on=DAY)
    Mail.objects.update(state=state, attempt=8, tries_since=Now() - timedelta(days=9))
    sink.react = lambda stage, to: None
    resend(notice=mail.notice, by=cast.ganshi, on=DAY)
    assert not BouncedAddress.objects.exists()
    deliver_all(on=DAY)
    assert sink.copies() == {mail.message_id: 1}
    assert LogEntry.objects.get(verb="resend_mail").actor == cast.ganshi


def test_a_mail_already_sent_again_by_somebody_else_is_not_sent_thrice(cast: Cast) -> None:
    [mail] = tell(cast.member1)
    Mail.objects.update(state=MailState.FAILED)
    resend(notice=mail.notice, by=cast.ganshi, on=DAY)
    with pytest.raises(Overtaken):
        resend(notice=mail.notice, by=cast.zongzhi, on=DAY)


# ---- the letter as a mail ----


def test_no_header_injection_through_a_stored_subject(cast: Cast) -> None:
    notice = Notice(title="标题\nBcc: all@example.com", body="正文", url="/")
    with pytest.raises(ValueError, match="newlines"):
        compose(notice, f"<{uuid4()}@x>", "a@example.com").message()


def test_an_address_no_server_can_carry_ends_it(cast: Cast, sink: Sink) -> None:
    tell(build.member(cast.one, email="p0@example.com"))
    Member.objects.filter(email="p0@example.com").update(email="a@b@c.example\nBcc: x@y.z")
    deliver_all(on=DAY)
    assert (Mail.objects.get().state, Mail.objects.get().error) == (MailState.FAILED, Error.REFUSED)
    assert sink.received == []


# ---- is anybody sending? ----


def test_mail_that_nobody_takes_shows_in_the_health_of_the_portal(cast: Cast, sink: Sink) -> None:
    tell(cast.member1)
    assert mail_moves()
    Mail.objects.update(due_at=Now() - timedelta(minutes=11))
    assert "后台任务" in mail_moves().reason
    deliver_all(on=DAY)
    assert mail_moves()
