"""Sends messages to the groups' robots, by the same claims, leases and retries as mails; beside them, not instead of them."""

import logging
import time
from datetime import date

from django.conf import settings

from branches.scope import remembering
from chuangxian.templatetags.ui import cn_date
from schedule import leases, letters, robots
from schedule.leases import Trouble
from schedule.models import WebhookDelivery
from schedule.robots import Message
from schedule.states.notices import Error, Policy
from schedule.wanted import closed, read_records

logger = logging.getLogger(__name__)


def deliver_batch(*, on: date) -> int:
    """Claim a handful of messages and say them. Returns how many were claimed."""
    claimed_at = time.monotonic()
    rows = leases.claim(WebhookDelivery, settings.WEBHOOK_BATCH, "channel")
    if not rows:
        return 0
    give_back_at = claimed_at + settings.MAIL_LEASE.total_seconds() / 2
    records = read_records((row.target_type, row.target_id) for row in rows)
    shut: dict[int, Trouble] = {}  # channels that could not be reached, or asked to be left alone for a while
    with remembering():
        for row in rows:
            if trouble := _no_longer_wanted(row, records.get((row.target_type, row.target_id)), on):
                _settle(row, trouble)
            elif time.monotonic() > give_back_at:
                leases.give_back(row)
            elif row.channel_id in shut:
                _settle(row, shut[row.channel_id])
            elif leases.begin(row):
                trouble = _tell(row)
                if trouble is None:
                    leases.finish(row)
                    continue
                _settle(row, trouble)
                if trouble.error in (Error.CONNECTION, Error.TEMPORARY):
                    shut[row.channel_id] = trouble
                elif trouble.error == Error.INTERRUPTED:  # that one may have arrived; the others were not even tried
                    shut[row.channel_id] = Trouble(Error.CONNECTION, trouble.text)
    return len(rows)


def _no_longer_wanted(row: WebhookDelivery, record: object, on: date) -> Trouble | None:
    if not row.channel.is_active:
        return Trouble(Error.UNREACHABLE, "发送前这个群已停用。")
    try:
        return closed(row.reminder, record, on)
    except Exception as error:  # another room's rule; one broken record must not hold up the others
        logger.exception("message %s could not be looked at again", row.pk)
        return Trouble(Error.BROKEN, repr(error))


def message_of(row: WebhookDelivery) -> Message:
    """Return what the group reads."""
    link = f"{settings.SITE_URL}{row.url}" if row.url else ""
    return Message(row.title, cn_date(row.due_on) if row.due_on else "", link)


def _tell(row: WebhookDelivery) -> Trouble | None:
    channel = row.channel
    try:
        trouble = robots.tell(channel.flavour, channel.url, channel.secret, message_of(row))
    except Exception as error:  # whatever it is, it is this message's trouble and must not keep the others
        logger.exception("message %s to a group broke", row.pk)
        return Trouble(Error.BROKEN, type(error).__name__)
    if trouble:
        logger.warning("message %s to a group not taken: %s %s", row.pk, trouble.error, trouble.text)
    return trouble


def _settle(row: WebhookDelivery, trouble: Trouble) -> None:
    letter = letters.find(row.letter)
    leases.settle(row, trouble, hold=letter is None or letter.policy == Policy.HOLD)
