"""The trials Q1 to Q12, and how one is run: in a process of its own, on a database of its own. No Django here.

`bench/faults.py` and `test_faults.py` both run trials from here. DATABASE_URL says on which PostgreSQL server databases may be made.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.faults import servers

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("sqlite", "postgresql")
DUMP = "template.sql"


@dataclass(frozen=True)
class Entry:
    """A trial: where it stands (``module``.``q…``), what it needs, on which databases it means anything.

    ``env`` switches its processes' settings. Needs that are merely wished for (a Redis beside PostgreSQL) are not among ``needs``.
    """

    name: str
    title: str
    module: str
    databases: tuple[str, ...] = BOTH
    needs: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)


TRIALS = {
    entry.name: entry
    for entry in [
        Entry("Q1", "大批到期", "kills", env={"FAULT_LEASE": "120", "FAULT_BATCH": "50", "FAULT_TIMEOUT": "30"}),
        Entry("Q2", "在六个步骤上 kill -9", "kills", env={"FAULT_LEASE": "1"}),
        Entry("Q3", "随机 kill -9", "kills", env={"FAULT_LEASE": "5"}),
        Entry("Q4", "Redis 清空、被杀、停机", "outages", ("postgresql",), ("redis",), {"FAULT_LEASE": "20"}),
        Entry("Q5", "数据库重启（immediate）", "outages", ("postgresql",), ("cluster",), {"FAULT_LEASE": "5"}),
        Entry("Q6", "邮件服务器的七种毛病", "letters", env={"FAULT_LEASE": "20"}),
        Entry("Q7", "断网", "outages", needs=("network",), env={"FAULT_LEASE": "4"}),
        Entry("Q8", "后台任务的钟不准", "clocks", needs=("clock",), env={"FAULT_LEASE": "20", "CHUANGXIAN_TODAY": ""}),
        Entry("Q9", "停机，错过五个时点", "clocks", env={"FAULT_LEASE": "20", "FAULT_SLOTS": "1"}),
        Entry("Q10", "计划之后、发送之前情况变了", "letters", env={"FAULT_LEASE": "20"}),
        Entry("Q11", "每个任务做两遍，两处同时做", "twice", env={"FAULT_LEASE": "120", "FAULT_BATCH": "1000"}),
        Entry("Q12", "任务队列一直连不上", "outages", env={"FAULT_LEASE": "20"}),
    ]
}
MISSING: dict[str, Callable[[], str]] = {
    "redis": servers.missing_redis,
    "cluster": servers.missing_cluster,
    "network": servers.missing_network,
    "clock": servers.missing_false_clock,
}


@dataclass(frozen=True)
class Outcome:
    """What a trial showed; ``passed`` is None when it could not be made here, and ``done`` then says why."""

    passed: bool | None
    done: str
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return "没有进行" if self.passed is None else "通过" if self.passed else "没有通过"

    def __str__(self) -> str:
        figures = "，".join(f"{name} {value}" for name, value in self.figures.items())
        return " · ".join(part for part in (self.done, figures, self.verdict) if part)


def lacking(entry: Entry, database: str) -> str:
    """Say in one sentence what this machine lacks for a trial, nothing when all is there."""
    needs = [*entry.needs]
    if entry.name == "Q7" and database == "postgresql":
        needs.append("cluster")
    return "；".join(filter(None, (MISSING[need]() for need in needs)))


class Databases:
    """Makes each trial a database of its own from one that is migrated once."""

    def __init__(self, vendor: str, server: str = "") -> None:
        """``server`` is the URL of any database on a PostgreSQL server, as DATABASE_URL has it."""
        self.vendor, self.made = vendor, [] if vendor == "sqlite" else [f"{_name_of(server)}_faults_{os.getpid()}"]
        self.base = server.rpartition("/")[0]
        self.folder = tempfile.TemporaryDirectory(prefix="faults-")
        self.migrated = False

    def __enter__(self) -> "Databases":
        return self

    def __exit__(self, *error: object) -> None:
        for name in self.made:
            if self.migrated:
                self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.folder.cleanup()

    def _sql(self, statement: str) -> None:
        script = "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True; c.cursor().execute(sys.argv[2])"
        subprocess.run([sys.executable, "-c", script, f"{self.base}/postgres", statement], check=True)

    def _migrate(self) -> None:
        self.template = Path(self.folder.name) / "template.sqlite3"
        if self.vendor == "postgresql":
            self._sql(f"CREATE DATABASE \"{self.made[0]}\" ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0")
        self.migrated = True
        migrate(f"sqlite:///{self.template}" if self.vendor == "sqlite" else f"{self.base}/{self.made[0]}")

    def fresh(self, folder: Path) -> str:
        """Return the URL of a new, migrated, empty database."""
        if not self.migrated:
            self._migrate()
        if self.vendor == "sqlite":
            file = folder / "db.sqlite3"
            file.write_bytes(self.template.read_bytes())
            return f"sqlite:///{file}"
        name = f"{self.made[0]}_{len(self.made)}"
        self.made.append(name)
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{self.made[0]}"')
        return f"{self.base}/{name}"

    def dump(self, file: Path) -> None:
        """Write the template down for a cluster of a trial's own; no file when pg_dump is not of this server's age."""
        if not self.migrated:
            self._migrate()
        command = [f"{servers.binaries()}/pg_dump", "--no-owner", "--file", str(file), f"{self.base}/{self.made[0]}"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            file.unlink(missing_ok=True)

    def run(self, name: str, *, quick: bool) -> Outcome:
        """Run a trial by itself and return what it showed."""
        entry = TRIALS[name]
        if self.vendor not in entry.databases:
            return Outcome(None, "这一种数据库没有这个故障")
        if reason := lacking(entry, self.vendor):
            return Outcome(None, f"跳过：{reason}")
        with tempfile.TemporaryDirectory(prefix=f"fault-{name}-", ignore_cleanup_errors=True) as place:
            folder = Path(place)
            folder.chmod(0o755)
            own_cluster = self.vendor == "postgresql" and {"cluster", "network"} & set(entry.needs)
            if own_cluster:
                self.dump(folder / DUMP)
            env = clean_env() | {
                "DATABASE_URL": "" if own_cluster else self.fresh(folder),
                "FAULT_FOLDER": place,
                "FAULT_VENDOR": self.vendor,
            }
            command = [sys.executable, "-m", "tests.faults", name, *(["--quick"] if quick else [])]
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            lines = done.stdout.splitlines()
            if done.returncode or not lines:
                return Outcome(False, f"试验本身出错：{done.stderr[-3000:]}")
            outcome = Outcome(**json.loads(lines[-1]))
            if outcome.passed is False and (keep := os.environ.get("FAULT_KEEP")):
                kept = Path(keep) / f"{name}-{self.vendor}-{uuid4().hex[:6]}.log"
                kept.write_text((folder / "processes.log").read_text(errors="replace") + done.stderr)
            return outcome


def _name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0] or "chuangxian"


def clean_env() -> dict[str, str]:
    """Return our environment without what the shell holds of a site."""
    ours = ("PROFILE", "REDIS_URL", "EMAIL_URL", "CHUANGXIAN_", "FAULT_", "SECRET_KEY", "BALLOT_PEPPER", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def migrate(url: str) -> None:
    """Build the tables."""
    with tempfile.TemporaryDirectory(prefix="fault-data-") as data:
        env = clean_env() | {"DATABASE_URL": url, "CHUANGXIAN_DATA": data}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)
