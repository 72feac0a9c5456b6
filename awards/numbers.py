"""The number by which somebody who objected finds the answer: seventeen symbols, like a code of the evaluation (`reviews.codes`).

It is worked out from what was sent and the page it was sent from, so that sending the same page again, because the answer was lost on
its way, tells the same number and makes no second objection. The portal keeps only a keyed digest; the key comes from
``settings.BALLOT_PEPPER``, which lies outside database and backup.
"""

import hmac
import re
import secrets
from collections.abc import Sequence

from django.conf import settings

from reviews.codes import ALPHABET, SYMBOLS, check_symbol, shown, tidy

__all__ = ["NONCE", "digest", "new_nonce", "number_of", "shown", "tidy"]

NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
BITS = 5  # a symbol


def new_nonce() -> str:
    """Return what makes one page different from every other: 128 random bits."""
    return secrets.token_urlsafe(16)


def number_of(nonce: str, parts: Sequence[str]) -> str:
    """Return the number of an objection sent from the page of this nonce: 80 bits and the check symbol."""
    worth = int.from_bytes(_keyed("number", "\x1f".join([nonce, *parts])))
    body = "".join(ALPHABET[worth >> (BITS * place) & 31] for place in range(SYMBOLS))
    return body + check_symbol(body)


def digest(number: str) -> str:
    """Return what the portal keeps of a number, in hex."""
    return _keyed("digest", number).hex()


def _keyed(use: str, text: str) -> bytes:
    key = hmac.digest(settings.BALLOT_PEPPER.encode(), f"objection {use}".encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256")
