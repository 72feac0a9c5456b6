"""Sends what lies in the outbox: claim, look again, send, fence, sweep, try again. How claims, leases and retries work: `schedule.leases`.

So a mail is never lost, and goes out twice only if its sender died or lost the line between sending it and hearing the answer; the copy
carries the same Message-ID. A digest is a mail like the others, of several notices; messages to groups go their own way by the same rules.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from schedule import group_messages, leases, letters
from schedule.leases import ERROR_TEXT_MAX, Trouble, rung
from schedule.models import BouncedAddress, Digest, Mail, Notice, WebhookDelivery
from schedule.models.notices import ByMail
from schedule.queries.notices import reach_of
from schedule.states.notices import Error, Policy
from schedule.wanted import look_again

__all__ = ["Trouble", "claim", "compose", "deliver_all", "deliver_batch", "rung", "sweep"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail about to be sent: its row, where it goes, and how it is written."""

    row: ByMail
    address: str
    write: Callable[[], EmailMessage]


def deliver_batch(*, on: date) -> int:
    """Claim a batch of each kind and send it, mails over one connection. Returns how many were claimed; 0 means nothing is due."""
    claimed_at = time.monotonic()
    mails, digests = claim(settings.MAIL_BATCH), leases.claim(Digest, settings.MAIL_BATCH)
    wanted = [*_mails_wanted(mails, on), *_digests_wanted(digests, on)]
    if wanted:
        _send_all(wanted, give_back_at=claimed_at + settings.MAIL_LEASE.total_seconds() / 2)
    return len(mails) + len(digests) + group_messages.deliver_batch(on=on)


def deliver_all(*, on: date) -> int:
    """Sweep, then send until nothing is due. Returns how many were claimed. For commands, replays and tests."""
    sweep()
    total = 0
    while claimed := deliver_batch(on=on):
        total += claimed
    return total


def claim(most: int) -> list[Mail]:
    """Take up to ``most`` due mails for oneself, oldest first."""
    return leases.claim(Mail, most, "notice")


def sweep() -> int:
    """Take everything away from senders whose lease has run out. Returns how many.

    What was being sent is by its letter's policy sent once more, or held for a person to decide; a digest is sent once more.
    """
    resend = [letter.kind for letter in letters.every() if letter.policy == Policy.RESEND]
    swept = leases.sweep(Mail, resend=Q(notice__letter__in=resend))
    swept += leases.sweep(Digest, resend=Q())
    return swept + leases.sweep(WebhookDelivery, resend=Q(letter__in=resend))


def _begin(mail: ByMail, address: str) -> bool:
    """Commit that sending starts now, to this address; False when the lease ran out and somebody else has it."""
    return leases.begin(mail, address=address)


def _finish(mail: ByMail) -> None:
    leases.finish(mail)


# ---- look again before sending ----


def _mails_wanted(mails: list[Mail], on: date) -> Iterable[Envelope]:
    """Yield the mails still wanted, and settle the others."""
    answers = look_again([mail.notice for mail in mails], on)
    for mail in mails:
        answer = answers[mail.notice_id]
        if isinstance(answer, Trouble):
            _settle(mail, answer)
        else:
            yield Envelope(mail, answer, _writing(mail, answer))


def _writing(mail: Mail, address: str) -> Callable[[], EmailMessage]:
    return lambda: compose(mail.notice, mail.message_id, address)


def _digests_wanted(digests: list[Digest], on: date) -> Iterable[Envelope]:
    """Yield the digests with what is still wanted of each; one of which nothing is left does not go."""
    if not digests:
        return
    notices = list(Notice.objects.filter(digest__in=digests).order_by("pk"))
    answers = look_again(notices, on)
    reach = reach_of({("user", digest.user_id) for digest in digests}, on)
    for digest in digests:
        own = [notice for notice in notices if notice.digest_id == digest.pk]
        troubles = {one.pk: _left_out(answers[one.pk]) for one in own}
        _note_left_out(own, troubles)
        left = [one for one in own if troubles[one.pk] is None]
        at = reach[("user", digest.user_id)]
        if at.bounced:
            _settle(digest, Trouble(Error.BOUNCED, "此地址曾被退信。"))
        elif not at.mail_address:
            _settle(digest, Trouble(Error.UNREACHABLE, "发送前本人的账号已停用，或邮箱已被删除。"))
        elif not left:
            _settle(digest, Trouble(Error.CLOSED, "发送前汇总里的事项都已办结、推后或与本人无关。"))
        else:
            yield Envelope(digest, at.mail_address, _writing_digest(digest, left, at.mail_address))


def _left_out(answer: Trouble | str) -> Trouble | None:
    """What could not be looked at again is told: a broken record keeps neither itself nor the others from being read about."""
    return answer if isinstance(answer, Trouble) and answer.error != Error.BROKEN else None


def _note_left_out(own: list[Notice], troubles: dict[int, Trouble | None]) -> None:
    for error in {trouble.error.value if trouble else "" for trouble in troubles.values()}:
        changed = [one.pk for one in own if ((troubles[one.pk] or NOTHING).error.value == error != one.digest_dropped)]
        if changed:
            Notice.objects.filter(pk__in=changed).update(digest_dropped=error)


NOTHING = Trouble(Error.NONE, "")


def _writing_digest(digest: Digest, notices: list[Notice], address: str) -> Callable[[], EmailMessage]:
    return lambda: compose_digest(digest, notices, address)


# ---- send ----


def _send_all(wanted: list[Envelope], *, give_back_at: float) -> None:
    """Send over one connection, opened again when it breaks. What does not fit into half the lease is handed back.

    That one mail was sent and that the next one starts is committed together: one commit a mail, and still nothing is sent that was
    not marked before.
    """
    connection = get_connection()
    usable = False
    down: Trouble | None = None
    sent: ByMail | None = None
    for envelope in wanted:
        mail = envelope.row
        if not usable and down is None:
            down = _open(connection)
            usable = down is None
        with transaction.atomic(savepoint=False):
            if sent:
                _finish(sent)
            late = time.monotonic() > give_back_at
            begun = not down and not late and _begin(mail, envelope.address)
        sent = None
        if down:
            _settle(mail, down)
        elif late:
            leases.give_back(mail)
        elif begun:
            trouble = _send(connection, envelope)
            if trouble is None:
                sent = mail
            else:
                _settle(mail, trouble)
                _close(connection)
                usable = False
    if sent:
        _finish(sent)
    _close(connection)


def _open(connection: BaseEmailBackend) -> Trouble | None:
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        logger.warning("mail server not reached: %r", error)
        return Trouble(Error.CONNECTION, _words(error))
    return None


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (SMTPException, OSError) as error:
        logger.info("mail connection did not close cleanly: %r", error)


def _send(connection: BaseEmailBackend, envelope: Envelope) -> Trouble | None:
    try:
        connection.send_messages([envelope.write()])
    except Exception as error:  # whatever it is, it is this mail's trouble and must not keep the others
        trouble = trouble_of(error)
        logger.log(
            logging.ERROR if trouble.error == Error.BROKEN else logging.WARNING,
            "mail %s not sent: %r",
            envelope.row.message_id,
            error,
            exc_info=trouble.error == Error.BROKEN,
        )
        return trouble
    return None


def compose(notice: Notice, message_id: str, address: str) -> EmailMessage:
    """Return the mail as it goes over the line: plain text, one line of subject, the Message-ID fixed when it was posted."""
    link = f"{settings.SITE_URL}{notice.url}" if notice.url else ""
    snooze = f"{settings.SITE_URL}{reverse('schedule:snooze', args=[notice.pk])}" if notice.reminder else ""
    said = {"body": notice.body, "link": link, "later": snooze, "site_url": settings.SITE_URL}
    body = render_to_string("mail/base.txt", said)
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(notice.title, body, to=[address], headers=headers)


def compose_digest(digest: Digest, notices: list[Notice], address: str) -> EmailMessage:
    """Return the day's digest as it goes over the line; the same notices and the same Message-ID at every try."""
    subject = f"创先争优通知汇总：{len(notices)} 条（{digest.on.month}月{digest.on.day}日）"
    lines = {"notices": notices, "site_url": settings.SITE_URL}
    headers = {"Message-ID": digest.message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, render_to_string("mail/digest.txt", lines), to=[address], headers=headers)


def trouble_of(error: Exception) -> Trouble:
    """Sort what went wrong while sending into the classes that decide what follows."""
    match error:
        case SMTPRecipientsRefused():
            final = all(code >= 500 for code, _ in error.recipients.values())
            return Trouble(Error.RECIPIENT if final else Error.TEMPORARY, _words(error))
        case SMTPDataError() if error.smtp_code >= 500:
            return Trouble(Error.REFUSED, _words(error))
        case SMTPResponseException():  # also 5xx to our own name or password: somebody will mend that, the mail is good
            return Trouble(Error.TEMPORARY, _words(error))
        case SMTPNotSupportedError() | ValueError():  # this server, or no server, can carry this address
            return Trouble(Error.REFUSED, _words(error))
        case SMTPException() | OSError():
            return Trouble(Error.INTERRUPTED, _words(error))
    return Trouble(Error.BROKEN, repr(error))


def _words(error: Exception) -> str:
    """Say an error as the server said it."""
    words: bytes | str
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (0, b""))
    elif isinstance(error, SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return f"{type(error).__name__}: {error}"
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


# ---- what follows ----


def _settle(mail: ByMail, trouble: Trouble) -> None:
    """Write down why the mail did not go; an address refused for good is marked."""
    letter = letters.find(mail.notice.letter) if isinstance(mail, Mail) else None
    hold = isinstance(mail, Mail) and (letter is None or letter.policy == Policy.HOLD)
    if leases.settle(mail, trouble, hold=hold) and trouble.error == Error.RECIPIENT:
        _mark_bounced(mail, trouble)


def _mark_bounced(mail: ByMail, trouble: Trouble) -> None:
    address = type(mail)._base_manager.values_list("address", flat=True).get(pk=mail.pk)
    BouncedAddress.objects.get_or_create(address=address, defaults={"error_text": trouble.text[:ERROR_TEXT_MAX]})
    User.objects.filter(email=address, email_bounced_at=None).update(email_bounced_at=Now())
