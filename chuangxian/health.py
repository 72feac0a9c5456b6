"""Is the portal alive, is it ready? Apps register what only they can know, with `probe`.

A load balancer asks /healthz/live (restart me?) and /healthz/ready (send me people?). Strangers get one word;
a signed-in administrator gets every finding with its sentence.
"""

import logging
import shutil
from collections.abc import Callable
from typing import NamedTuple

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chuangxian.verdicts import YES, Verdict, no

logger = logging.getLogger(__name__)

Ask = Callable[[], Verdict]


class Probe(NamedTuple):
    name: str
    ask: Ask
    needed: bool


class Finding(NamedTuple):
    name: str
    verdict: Verdict
    needed: bool


_probes: dict[str, Probe] = {}
_migrated: set[str] = set()


def probe(name: str, ask: Ask, *, needed: bool = True) -> None:
    """Register a question for /healthz/ready; if not `needed`, a "no" only makes the answer "degraded"."""
    _probes[name] = Probe(name, ask, needed)


def findings() -> list[Finding]:
    """Ask every probe. One that breaks counts as "no"; the log has the trace."""
    return [Finding(each.name, _answer(each), each.needed) for each in _probes.values()]


def _answer(each: Probe) -> Verdict:
    try:
        return each.ask()
    except Exception:
        logger.exception("health probe %s broke", each.name)
        return no("检查本身出错，详见日志。")


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of anybody."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 "ready" or "degraded", 503 "not ready"; an administrator sees why."""
    found = findings()
    failed = [each for each in found if not each.verdict]
    broken = any(each.needed for each in failed)
    word = "not ready" if broken else "degraded" if failed else "ready"
    status = 503 if broken else 200
    if not _is_administrator(request, found):
        return HttpResponse(word, status=status, content_type="text/plain; charset=utf-8")
    detail = {each.name: each.verdict.reason or "正常" for each in found}
    return JsonResponse({"state": word, "findings": detail}, status=status, json_dumps_params={"ensure_ascii": False})


def _is_administrator(request: HttpRequest, found: list[Finding]) -> bool:
    """Nobody is, while the database that knows the administrators does not answer."""
    reached = all(each.verdict for each in found if each.name == "database")
    return reached and request.user.is_authenticated and request.user.is_staff


def database_answers() -> Verdict:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("database not reached: %s", error)
        return no("数据库连不上。")
    return YES


def migrations_applied() -> Verdict:
    """Asked in full until the answer is yes; after that it stays yes for this code and this database."""
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return no("数据库结构不是最新：请运行 python manage.py migrate。")
        _migrated.add(name)
    return YES


def disk_has_room() -> Verdict:
    usage = shutil.disk_usage(settings.DATA)
    if usage.free < usage.total * settings.DISK_FREE_LEAST_SHARE:
        return no(f"磁盘只剩 {usage.free // 1024**2} MB，不到 {settings.DISK_FREE_LEAST_SHARE:.0%}。")
    return YES


def redis_answers() -> Verdict:
    """Redis only rings the bell: without it everything still happens, up to a minute later."""
    if not settings.REDIS_URL:
        return YES
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        retry=None,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
    )
    try:
        client.ping()
    except redis.RedisError as error:
        logger.warning("redis not reached: %s", error)
        return no("Redis 连不上：提醒和缓存会慢一些，不会丢。")
    finally:
        client.close()
    return YES


probe("database", database_answers)
probe("migrations", migrations_applied)
probe("disk", disk_has_room)
probe("redis", redis_answers, needed=False)
