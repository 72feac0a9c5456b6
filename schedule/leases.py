"""Claim, lease, fence, sweep and the ladder of retries, for whatever leaves the house: mails, digests, messages to groups.

All times are the database's clock. A claim is a conditional update that one worker wins, with a lease; the row is marked ``sending`` and
committed before the other side hears of it, and ``sent`` only where the claim is still the same. So nothing is ever lost, and goes out
twice only if its sender died or lost the line between sending it and hearing the answer.
None of this may run inside a transaction: each step is to be seen by the others at once.
"""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from schedule.models.notices import Outgoing
from schedule.states.notices import Error, MailState

logger = logging.getLogger(__name__)

ERROR_TEXT_MAX = 300
Row = TypeVar("Row", bound=Outgoing)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something did not leave, or may not have."""

    error: Error
    text: str


# after these trying again is pointless; after every other error the ladder of retries goes on
ENDS = {
    Error.CLOSED: MailState.CANCELLED,
    Error.UNREACHABLE: MailState.CANCELLED,
    Error.SNOOZED: MailState.CANCELLED,
    Error.BOUNCED: MailState.SKIPPED,
    Error.REFUSED: MailState.FAILED,
    Error.RECIPIENT: MailState.FAILED,
}


def claim(model: type[Row], most: int, *with_: str) -> list[Row]:
    """Take up to ``most`` due rows for oneself, oldest first; each comes with what it refers to by ``with_``."""
    rows: QuerySet[Row] = model._base_manager.all()
    token = uuid4()
    with transaction.atomic():
        due = rows.filter(state=MailState.READY, due_at__lte=Now()).order_by("due_at", "pk")
        # PostgreSQL passes over what others are just claiming; SQLite ignores the clause, there one writes at a time anyway
        picked = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        if not picked:
            return []
        rows.filter(pk__in=picked, state=MailState.READY).update(
            state=MailState.CLAIMED,
            owner=token,
            lease_until=Now() + settings.MAIL_LEASE,
            attempt=F("attempt") + 1,
        )
    mine = rows.filter(owner=token).order_by("due_at", "pk")
    return list(mine.select_related(*with_) if with_ else mine)


def mine(row: Outgoing, *states: str) -> "QuerySet[Any]":
    """Return the row if the claim under which it was read still holds: the fence."""
    rows = type(row)._base_manager
    return rows.filter(pk=row.pk, owner=row.owner, attempt=row.attempt, state__in=states)


def begin(row: Outgoing, **also: Any) -> bool:
    """Commit that sending starts now; False when the lease ran out and somebody else has it."""
    sending = {"state": MailState.SENDING, "lease_until": Now() + settings.MAIL_LEASE}
    return mine(row, MailState.CLAIMED).update(**sending, **also) == 1


def finish(row: Outgoing) -> None:
    """Commit that it was sent, where the claim still holds."""
    done = {"state": MailState.SENT, "sent_at": Now(), "error": Error.NONE, "error_text": ""}
    if mine(row, MailState.SENDING).update(**done, owner=None, lease_until=None) != 1:
        logger.warning("%r was sent after its lease had run out; a copy may follow", row)


def give_back(row: Outgoing) -> None:
    """Hand back what nobody has begun to send, as if it had not been claimed."""
    untouched = {"state": MailState.READY, "owner": None, "lease_until": None, "attempt": F("attempt") - 1}
    mine(row, MailState.CLAIMED).update(**untouched)


def sweep(model: type[Outgoing], *, resend: Q) -> int:
    """Take rows away from senders whose lease has run out. Returns how many.

    What was only claimed is ready again. What was being sent may have gone out: those of ``resend`` are sent once more, others held as
    ``unknown`` for a person to decide; also when the tries are used up.
    """
    free: dict[str, Any] = {"owner": None, "lease_until": None}
    late = model._base_manager.filter(lease_until__lt=Now(), state__in=[MailState.CLAIMED, MailState.SENDING])
    with transaction.atomic():
        # passed over: what a sender holds whose line broke in the middle of a commit; everybody would wait until the database notices
        numbers = list(late.select_for_update(skip_locked=True).values_list("pk", flat=True))
        expired = model._base_manager.filter(pk__in=numbers)
        swept = expired.filter(state=MailState.CLAIMED).update(state=MailState.READY, attempt=F("attempt") - 1, **free)
        unclear = expired.filter(state=MailState.SENDING)
        note = {"error": Error.INTERRUPTED, "error_text": "发送进程中途停止，不知道对方是否已收到。"}
        again = unclear.filter(resend, attempt__lt=settings.MAIL_TRIES_MOST)
        swept += again.update(state=MailState.READY, due_at=Now(), **free, **note)
        swept += unclear.update(state=MailState.UNKNOWN, **free, **note)
    return swept


def settle(row: Outgoing, trouble: Trouble, *, hold: bool) -> bool:
    """Write down why it did not go: for good, for a person to decide (``hold``), or until the next rung of the ladder.

    Returns whether that was ours to say: False when somebody else has it now.
    """
    said = {"error": trouble.error, "error_text": trouble.text[:ERROR_TEXT_MAX], "owner": None, "lease_until": None}
    ours = mine(row, MailState.CLAIMED, MailState.SENDING)
    if trouble.error == Error.INTERRUPTED and hold:
        return ours.update(state=MailState.UNKNOWN, **said) == 1
    if trouble.error in ENDS:
        return ours.update(state=ENDS[trouble.error], **said) == 1
    if row.attempt >= settings.MAIL_TRIES_MOST:
        return ours.update(state=MailState.FAILED, **said) == 1
    if ours.filter(tries_since__lte=Now() - settings.MAIL_GIVE_UP_AFTER).update(state=MailState.FAILED, **said):
        return True
    return ours.update(state=MailState.READY, due_at=Now() + rung(row.attempt), **said) == 1


def rung(attempt: int) -> timedelta:
    """Return how long to wait after this many tries, spread so that a crowd does not come back all at once."""
    ladder = settings.MAIL_RETRY_LADDER
    spread = 1 + random.uniform(-settings.MAIL_RETRY_SPREAD, settings.MAIL_RETRY_SPREAD)
    return ladder[min(attempt, len(ladder)) - 1] * spread
