"""The moving sign-in code of a study session. Pure: it asks no database, and its moments are given to it.

A code is made from the session's secret key and a window of half a minute of real time, and is taken in its own window and the one after
it: a code sent on to somebody who is not in the room is old before he has signed in. The screen shows it twice: long, in the QR code, and as
six digits for phones without a camera. Who has scanned in time gets a ticket of his own, with which he may take a moment to press the button;
who first had to sign in and took longer scans once more.
"""

import base64
import hmac
from datetime import datetime
from typing import Any

from django.core import signing

WINDOW_SECONDS = 30
TICKET_SECONDS = 90
DIGITS = 6
CODE_BYTES = 10
SALT = "schedule.study-sign-in"


def window_of(moment: datetime) -> int:
    """Number the half minute a moment lies in."""
    return int(moment.timestamp()) // WINDOW_SECONDS


def seconds_left(moment: datetime) -> int:
    """Return how long the code of this moment is still shown."""
    return WINDOW_SECONDS - int(moment.timestamp()) % WINDOW_SECONDS


def code_of(session: Any, window: int) -> str:
    """Return what the QR code of a window carries: 16 letters and digits."""
    return base64.b32encode(_digest(session, "code", window)[:CODE_BYTES]).decode().lower()


def digits_of(session: Any, window: int) -> str:
    """Return the same as six digits to type."""
    return f"{int.from_bytes(_digest(session, 'digits', window)[:8]) % 10**DIGITS:0{DIGITS}}"


def takes_code(session: Any, code: str, at: datetime) -> bool:
    """Answer whether this is the code of now or of half a minute ago."""
    return any(_same(code_of(session, window), code) for window in _open_windows(at))


def takes_digits(session: Any, digits: str, at: datetime) -> bool:
    """Answer the same of six typed digits."""
    return any(_same(digits_of(session, window), digits) for window in _open_windows(at))


def ticket_for(session: Any, user: Any, at: datetime) -> str:
    """Return proof that this person scanned the code of this session in time; it is worth nothing to another."""
    return signing.dumps([session.pk, user.pk, int(at.timestamp())], salt=SALT)


def takes_ticket(session: Any, user: Any, ticket: str, at: datetime) -> bool:
    """Answer whether the ticket is this person's, for this session, and of the last minute and a half."""
    try:
        where, who, when = signing.loads(ticket, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return (where, who) == (session.pk, user.pk) and 0 <= at.timestamp() - when <= TICKET_SECONDS


def _open_windows(at: datetime) -> tuple[int, int]:
    now = window_of(at)
    return now, now - 1


def _digest(session: Any, what: str, window: int) -> bytes:
    return hmac.digest(session.sign_key.encode(), f"{what} {session.pk} {window}".encode(), "sha256")


def _same(right: str, given: str) -> bool:
    return hmac.compare_digest(right.encode(), given.encode())
