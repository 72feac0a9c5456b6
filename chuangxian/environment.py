"""Reads the settings out of environment variables; what cannot be right stops the start with one sentence.

Pure functions over a mapping, so that the tests can hand in any environment.
"""

import contextlib
import secrets
from collections.abc import Mapping
from datetime import date, time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SAMPLE_KEY = "change-me"  # deploy/env.example begins with it
TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


def wrong(sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(sentence)


# Without one of these a production site would start as something else: alone on its host, its mails in files.
REQUIRED = {
    "DATABASE_URL": "例如 postgres://user:password@localhost:5432/chuangxian",
    "REDIS_URL": "例如 redis://localhost:6379/0；没有它，各台主机之间无法传递任务",
    "ALLOWED_HOSTS": "网站的主机名，多个用逗号隔开",
    "SITE_URL": "例如 https://cxzy.example.edu.cn；邮件里的链接用它",
    "EMAIL_URL": "例如 smtp://用户:密码@主机:587；没有它，提醒邮件发不出去",
    "DEFAULT_FROM_EMAIL": "邮件的发件人，例如 创先争优 <cxzy@example.edu.cn>",
    "TRUSTED_PROXIES": "前面的反向代理的地址，例如 127.0.0.1；没有它，认不出 HTTPS 和来访者",
}


def require_all(env: Mapping[str, str]) -> None:
    """Refuse a production site that lacks what it cannot do without. SECRET_KEY has its own reader."""
    for name, remark in REQUIRED.items():
        if not text(env, name):
            raise wrong(f"生产环境必须设置 {name}：{remark}。")


def text(env: Mapping[str, str], name: str, default: str = "") -> str:
    return env.get(name, default).strip()


def choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`; the first is the default."""
    value = text(env, name) or allowed[0]
    if value not in allowed:
        raise wrong(f"{name}={value!r} 不认识，只能是 {'、'.join(allowed)}。")
    return value


def flag(env: Mapping[str, str], name: str, default: bool = False) -> bool:
    if name not in env:
        return default
    value = text(env, name).lower()
    if value not in TRUE | FALSE:
        raise wrong(f"{name}={value!r} 看不懂，请写 1 或 0。")
    return value in TRUE


def number(env: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    value = text(env, name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise wrong(f"{name}={value!r} 不对，应是 {least} 到 {most} 之间的整数。")
    return int(value)


def day(env: Mapping[str, str], name: str) -> date | None:
    value = text(env, name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong(f"{name}={value!r} 不是日期，请写成 2011-06-20 的样子。") from None


def hours(env: Mapping[str, str], name: str, default: str) -> tuple[time, time] | None:
    """From a time of day to another, over midnight if need be; an empty value means none."""
    value = text(env, name, default)
    if not value:
        return None
    try:
        first, last = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        raise wrong(f"{name}={value!r} 看不懂，请写成 21:30-07:00 的样子；留空就是没有。") from None
    return first, last


def words(env: Mapping[str, str], name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(env, name, default).split(",") if word.strip()]


def networks(env: Mapping[str, str], name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses or CIDR networks, separated by commas."""
    found = []
    for word in words(env, name):
        try:
            found.append(ip_network(word))
        except ValueError:
            raise wrong(f"{name} 中的 {word!r} 不是 IP 地址或网段，例如 127.0.0.1 或 10.0.0.0/8。") from None
    return found


def site_url(env: Mapping[str, str], name: str, default: str) -> str:
    """Scheme and host (and port), without a path: the beginning of every link sent by mail."""
    value = text(env, name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise wrong(f"{name}={value!r} 不对，应只写协议和主机，例如 https://cxzy.example.edu.cn。")
    return value


def redis_url(env: Mapping[str, str], name: str) -> str:
    value = text(env, name)
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise wrong(f"{name} 应以 redis://、rediss:// 或 unix:// 开头，例如 redis://localhost:6379/0。")
    return value


# both ends notice within a minute that the other one is gone; by default the database keeps a vanished worker's locks for two hours
POSTGRES_OPTIONS = {
    "connect_timeout": "5",
    "application_name": "chuangxian",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "options": "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
}
SQLITE_OPTIONS: dict[str, Any] = {
    # measured: without IMMEDIATE and WAL, web, worker and beat together get "database is locked"
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # what is deleted is overwritten: a ballot leaves nothing where it lay before it was mixed
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
}


def sqlite(path: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(SQLITE_OPTIONS)}


def database(env: Mapping[str, str], name: str, default: Path) -> dict[str, Any]:
    """Django's dictionary for `postgres://user:password@host:port/name?sslmode=require` or `sqlite:///path`."""
    value = text(env, name)
    if not value:
        return sqlite(default)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong(f"{name} 读不懂：端口应是数字；密码里的特殊字符要用 %xx 写。") from None
    database_name = unquote(parts.path[1:])
    if parts.scheme == "sqlite":
        if parts.netloc or not database_name:
            raise wrong(f"{name}：SQLite 请写成 sqlite:///相对路径 或 sqlite:////绝对路径。")
        return sqlite(Path(database_name))
    if parts.scheme not in ("postgres", "postgresql"):
        raise wrong(f"{name} 只支持 postgres:// 和 sqlite:///，现在是 {parts.scheme or '空'}://。")
    options = dict(parse_qsl(parts.query))
    known = {"sslmode", "sslrootcert", "sslcert", "sslkey", "host", "connect_timeout", "application_name"}
    unknown = sorted(set(options) - known)
    if unknown:
        raise wrong(f"{name} 里的参数 {'、'.join(unknown)} 不认识，可用的有 {'、'.join(sorted(known))}。")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    if not database_name:
        raise wrong(f"{name} 缺少数据库名，例如 postgres://user:password@localhost:5432/chuangxian。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": POSTGRES_OPTIONS | options,
    }


def email(env: Mapping[str, str], name: str, folder: Path) -> dict[str, Any]:
    """Django's EMAIL_* settings; an empty value means that mails become files in `folder`.

    `smtp://user:password@host:587` uses STARTTLS, `smtps://…:465` TLS from the start; `smtp+plain://` sends without
    encryption, for a relay on the same machine.
    """
    value = text(env, name)
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong(f"{name} 读不懂：端口应是数字；密码里的特殊字符要用 %xx 写。") from None
    default_ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in default_ports or not parts.hostname:
        raise wrong(f"{name} 应写成 smtp://用户:密码@主机:587（STARTTLS）或 smtps://用户:密码@主机:465。")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or default_ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def folder(path: Path) -> Path:
    """The folder, made if need be, that only this account may read."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise wrong(f"建不了目录 {path}（{error.strerror}）：请换一个 CHUANGXIAN_DATA，或改正权限。") from None
    return path


def secret_key(env: Mapping[str, str], name: str, *, keep_in: Path | None) -> str:
    """The key from the environment; embedded it is made once and kept in a file only the owner reads."""
    value = text(env, name)
    if value.startswith(SAMPLE_KEY):
        raise wrong(f"{name} 还是样例里的文字，请换成自己的随机文字。")
    if value:
        return value
    if keep_in is None:
        raise wrong(f"生产环境必须设置 {name}：一串至少 50 个字符的随机文字，各进程相同，不要外传。")
    if not keep_in.exists():
        folder(keep_in.parent)
        scratch = keep_in.with_name(f".{keep_in.name}.{secrets.token_hex(4)}")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):  # of two first starts at once one wins, and both read the same key
            keep_in.hardlink_to(scratch)
        scratch.unlink()
    return keep_in.read_text().strip()
