"""Counting failures by the minute, in the cache: from one address, and over all.

With Redis all processes count together. Without it (embedded) each process counts by itself, so a limit holds once for each; and with
Redis gone nothing is counted. Both are meant: what is limited so must be safe without the limit.
"""

import hmac

from django.conf import settings
from django.core.cache import cache

from chuangxian import clock

KEPT_SECONDS = 120


def failed(what: str, address: str, *, most_from_address: int, most_overall: int) -> bool:
    """Count one failure; answer whether it is one too many. The key holds the minute and a keyed hash, never the address."""
    minute = int(clock.wall().timestamp()) // 60
    who = hmac.digest(settings.SECRET_KEY.encode(), f"{what} {address}".encode(), "sha256").hex()[:32]
    from_address = _count(f"failed:{what}:{minute}:{who}")
    overall = _count(f"failed:{what}:{minute}:all")
    return from_address > most_from_address or overall > most_overall


def _count(key: str) -> int:
    cache.add(key, 0, KEPT_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out between the two lines
        return 1
