"""Checks of the production form, run by `manage.py check --deploy`; each finding is a sentence and a remedy."""

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

LOCAL = {"", "localhost", "127.0.0.1", "::1"}


@register(Tags.security, deploy=True)
def production_profile(**options: Any) -> list[CheckMessage]:
    if settings.PRODUCTION:
        return []
    return [Error("现在是 embedded 形态，不能对外服务。", hint="设置 PROFILE=production。", id="chuangxian.E001")]


@register(Tags.security, deploy=True)
def database_is_postgresql(**options: Any) -> list[CheckMessage]:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("postgresql"):
        return [Error("生产环境要用 PostgreSQL。", hint="设置 DATABASE_URL=postgres://…", id="chuangxian.E002")]
    host = database["HOST"]
    encrypted = database["OPTIONS"].get("sslmode") in ("require", "verify-ca", "verify-full")
    if host in LOCAL or host.startswith("/") or encrypted:
        return []
    hint = "在 DATABASE_URL 末尾加 ?sslmode=require；同一内网容器之间确实不需要时，用 SILENCED_CHECKS 写明。"
    return [Warning("到数据库的连接没有加密。", hint=hint, id="chuangxian.W003")]


@register(Tags.security, deploy=True)
def redis_is_set(**options: Any) -> list[CheckMessage]:
    if settings.REDIS_URL:
        return []
    return [Error("没有设置 REDIS_URL，多台主机之间无法传递任务。", hint="REDIS_URL=redis://…", id="chuangxian.E004")]


@register(Tags.security, deploy=True)
def site_is_https(**options: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.SITE_URL)
    found: list[CheckMessage] = []
    if parts.scheme != "https":
        found.append(Error("SITE_URL 应以 https:// 开头：邮件里的链接用它。", id="chuangxian.E005"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS 不能写 *：伪造的主机名会进到链接里。", id="chuangxian.E006"))
    elif parts.hostname and not _allowed(parts.hostname):
        found.append(Error(f"SITE_URL 的主机 {parts.hostname} 不在 ALLOWED_HOSTS 里。", id="chuangxian.E007"))
    return found


def _allowed(host: str) -> bool:
    return any(host == each or (each.startswith(".") and host.endswith(each)) for each in settings.ALLOWED_HOSTS)


@register(Tags.security, deploy=True)
def proxies_are_named(**options: Any) -> list[CheckMessage]:
    if settings.TRUSTED_PROXIES:
        return []
    hint = "设置 TRUSTED_PROXIES，例如 127.0.0.1；否则认不出 HTTPS，会不停跳转，登录限制也只看得到代理的地址。"
    return [Error("没有写明前面的代理。", hint=hint, id="chuangxian.E008")]


@register(Tags.security, deploy=True)
def mail_leaves_safely(**options: Any) -> list[CheckMessage]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return [Error("没有设置 EMAIL_URL，提醒邮件只写成文件。", hint="EMAIL_URL=smtp://…", id="chuangxian.E009")]
    found: list[CheckMessage] = []
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if not encrypted and settings.EMAIL_HOST not in LOCAL:
        found.append(Error("发往邮件服务器的连接没有加密。", hint="用 smtp:// 或 smtps://。", id="chuangxian.E010"))
    if "localdomain" in settings.DEFAULT_FROM_EMAIL:
        found.append(Error("没有设置发件人。", hint="DEFAULT_FROM_EMAIL=创先争优 <cxzy@…>", id="chuangxian.E011"))
    return found


@register(Tags.security, deploy=True)
def clock_runs(**options: Any) -> list[CheckMessage]:
    if settings.CHUANGXIAN_TODAY is None:
        return []
    return [Error("CHUANGXIAN_TODAY 让网站停在固定的一天。", hint="生产环境去掉它。", id="chuangxian.E012")]


@register(Tags.security, deploy=True)
def data_can_be_written(**options: Any) -> list[CheckMessage]:
    if os.access(settings.DATA, os.W_OK | os.X_OK):
        return []
    hint = "建好这个目录，并让运行网站的账号可写；或改 CHUANGXIAN_DATA。"
    return [Error(f"附件目录 {settings.DATA} 不存在或不可写。", hint=hint, id="chuangxian.E013")]


# What PostgreSQL may be told to write down about every statement; each would pair codes with ballots, or tell when they were cast.
BALLOT_SETTINGS = (
    "track_commit_timestamp",
    "log_statement",
    "log_min_duration_statement",
    "log_min_duration_sample",
    "log_transaction_sample_rate",
    "log_parameter_max_length_on_error",
)


@register(Tags.database, deploy=True)
def database_forgets_ballots(*, databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Ask the server itself, so it runs with ``check --deploy --database default`` only, as all checks of databases do."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(BALLOT_SETTINGS)])
            told = dict(cursor.fetchall())
            cursor.execute(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database()"
            )
            [slots] = cursor.fetchone()
        found += ballots_written_down(told, logical_slots=slots)
    return found


def ballots_written_down(told: Mapping[str, str], *, logical_slots: int) -> list[CheckMessage]:
    """Judge a server's settings, as ``pg_settings`` gives them: milliseconds and bytes, -1 for off (a length: for all of it).

    The driver sends values inside the statement, so a statement in the log is a ballot in the log, whatever is said about parameters.
    """
    durations = ("log_min_duration_statement", "log_min_duration_sample")
    statements = any(int(told.get(name, -1)) >= 0 for name in durations)
    statements |= float(told.get("log_transaction_sample_rate", 0)) > 0
    faults = {
        "E014": told.get("track_commit_timestamp") == "on" and "数据库记下每次提交的时间（track_commit_timestamp）",
        "E015": told.get("log_statement") in ("mod", "all") and "数据库的日志记下每条写入语句（log_statement）",
        "E016": statements and f"数据库的日志会记下语句和它的值（{'、'.join(durations)}、log_transaction_sample_rate）",
        "E017": int(told.get("log_parameter_max_length_on_error", 0)) != 0
        and "数据库的日志会记下出错语句的值（log_parameter_max_length_on_error）",
        "E018": logical_slots > 0 and "数据库有逻辑复制槽，评议的每次写入都传到别处",
    }
    hint = "改 postgresql.conf，或只对本网站的账号改：ALTER ROLE … SET …。理由见 docs/decisions/0060-ballots-without-a-trace.md。"
    return [
        Error(f"{sentence}，评议码和测评票因此能对上。", hint=hint, id=f"chuangxian.{number}")
        for number, sentence in faults.items()
        if sentence
    ]
