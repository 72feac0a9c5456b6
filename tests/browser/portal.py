"""The portal as it really runs, for a browser: web, worker and beat from `manage.py serve`, with a folder and servers of its own.

Embedded by default. Where the environment names PostgreSQL and Redis (`.ci/run` does), a database and a Redis number of its own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import psycopg2  # type: ignore[import-untyped]
import pytest
import redis

from tests.ops.shell import ROOT, environment

START_SECONDS = 40
STOP_SECONDS = 25
COMMAND_SECONDS = 300
MAIL_BETWEEN = b"-" * 79


def until(true: Callable[[], object], seconds: float = 30) -> bool:
    """Wait for something to become true; answer whether it did."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Portal:
    """One running portal. ``url`` is its address, ``data`` its folder, ``today`` the campaign day it stands on."""

    def __init__(self, data: Path, today: str, servers: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.data, self.today, self.servers = data, today, servers
        self.output = data / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What the portal's processes and commands are told."""
        told = {"CHUANGXIAN_TODAY": self.today, "CHUANGXIAN_DEMO": "1", "SITE_URL": self.url}
        told["QUIET_HOURS"] = ""  # a test that runs at night wants its mail as well
        return environment(self.data, **told, **self.servers)

    def python(self, *arguments: str) -> str:
        """Run Python with these arguments to its end; what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """`manage.py …`"""
        return self.python("manage.py", *arguments)

    def start(self) -> None:
        """Start all three programs; returns when the site answers."""
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment(),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        assert until(self.answers, START_SECONDS), self.output.read_text()

    def answers(self) -> bool:
        """Answer whether the site is up."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz/live", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """End it as Ctrl-C does; its children go with it."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self, today: str) -> None:
        """Come back on another day, at the same address, with everything that was."""
        self.stop()
        self.today = today
        self.start()

    def mails(self, to: str = "") -> list[tuple[str, str]]:
        """Subject and text of every mail that left, or of those sent ``to`` one address; oldest first."""
        found = []
        folder = self.data / "mail"
        for file in sorted(folder.iterdir()) if folder.exists() else []:
            for raw in file.read_bytes().split(MAIL_BETWEEN):
                if not raw.strip():
                    continue
                mail = message_from_bytes(raw.lstrip(), policy=policy.default)
                body = mail.get_body(("plain",))
                if body is not None and (not to or to in str(mail["To"])):
                    found.append((str(mail["Subject"]), str(body.get_content())))
        return found


@contextmanager
def running(data: Path, today: str, fill: Callable[[Portal], object], name: str) -> Iterator[Portal]:
    """A portal with its database made, filled by ``fill`` and served; everything is gone afterwards."""
    with servers(name) as own:
        portal = Portal(data, today, own)
        portal.manage("migrate", "-v0")
        portal.manage("load_plan", "schedule/plans/changzhou-2010.toml")
        portal.manage("load_evaluation_templates", "-v0")
        fill(portal)
        portal.start()
        try:
            yield portal
        finally:
            portal.stop()


@contextmanager
def servers(name: str) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of a database and a Redis number of our own, where the environment names servers."""
    database, broker = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if not database.startswith("postgres") or not broker:
        yield {}
        return
    with own_database(database, name) as database_url, own_number(broker) as redis_url:
        yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextmanager
def own_database(url: str, name: str) -> Iterator[str]:
    """A database beside the given one, its name derived from it so that whoever sweeps after a broken run finds it."""
    parts = urlsplit(url)
    own = f"{parts.path.strip('/')}_{name}"
    connection = psycopg2.connect(url, connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
            cursor.execute(f"CREATE DATABASE \"{own}\" ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0")
        yield urlunsplit(parts._replace(path=f"/{own}"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        connection.close()


@contextmanager
def own_number(url: str) -> Iterator[str]:
    """A Redis number nobody uses, claimed so that another run does not take it at the same moment."""
    parts = urlsplit(url)
    for number in range(15, -1, -1):
        own = urlunsplit(parts._replace(path=f"/{number}"))
        if own == url:
            continue
        client = redis.Redis.from_url(own)
        if client.dbsize() == 0 and client.set("claimed-by-browser-tests", os.getpid(), nx=True):
            break
    else:
        pytest.fail("Redis 的 16 个库都有人在用，浏览器测试找不到空的。")
    try:
        yield own
    finally:
        client.flushdb()
        client.close()
