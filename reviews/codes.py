"""评议码: sixteen symbols that only the slip knows and a seventeenth that catches slips of the pen.

The alphabet is Crockford's base 32 (no I, L, O, U), so 80 bits; the check symbol is Luhn's, mod 32. The portal keeps only
HMAC-SHA-256 under a key of the round, which comes from ``settings.BALLOT_PEPPER``; the pepper lies outside database and backup.
"""

import hmac
import secrets
import unicodedata

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 16
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a fresh code: 16 random symbols and the check symbol."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the symbol that makes ``body`` pass Luhn mod 32."""
    return ALPHABET[-_luhn(body + "0") % len(ALPHABET)]


def tidy(typed: str) -> str | None:
    """Return the code somebody typed, or None where it cannot be one: case, spaces, dashes, full width and look-alikes do not matter."""
    text = unicodedata.normalize("NFKC", typed).upper().translate(_ALIKE)
    code = "".join(symbol for symbol in text if symbol.isalnum())
    if len(code) != SYMBOLS + 1 or any(symbol not in ALPHABET for symbol in code) or _luhn(code) != 0:
        return None
    return code


def shown(code: str) -> str:
    """Return the code as a slip prints it, in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest(round_id: int, code: str) -> str:
    """Return what the portal keeps of a code, in hex."""
    return _keyed(round_id, "code", code)


def receipt(round_id: int, nonce: str) -> str:
    """Return what the portal keeps, until the next mix, of the page that spent a code, in hex."""
    return _keyed(round_id, "page", nonce)


def _keyed(round_id: int, use: str, text: str) -> str:
    key = hmac.digest(settings.BALLOT_PEPPER.encode(), f"evaluation {round_id} {use}".encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _luhn(symbols: str) -> int:
    size, total = len(ALPHABET), 0
    for place, symbol in enumerate(reversed(symbols)):
        worth = ALPHABET.index(symbol) * (2 if place % 2 else 1)
        total += worth // size + worth % size
    return total % size
