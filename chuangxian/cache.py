"""A cache that may be gone: without Redis everything is a miss and the page is slower, not broken."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

logger = logging.getLogger(__name__)


class OptionalRedisCache(RedisCache):
    """Django's Redis cache; a server that does not answer in time is logged and answered like an empty cache."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (ConnectionError, TimeoutError) as error:
            return self._missed(error, default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        try:
            return super().get_many(keys, version)
        except (ConnectionError, TimeoutError) as error:
            return self._missed(error, {})

    def set(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except (ConnectionError, TimeoutError) as error:
            self._missed(error, None)

    def add(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except (ConnectionError, TimeoutError) as error:
            return self._missed(error, True)

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except (ConnectionError, TimeoutError) as error:
            return self._missed(error, False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except (ConnectionError, TimeoutError) as error:
            return self._missed(error, delta)

    def _missed(self, error: Exception, answer: Any) -> Any:
        logger.warning("cache not reached: %s", error)
        return answer
