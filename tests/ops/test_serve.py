"""`manage.py serve` for real: three programs start as one and stop as one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from tests.ops.shell import ROOT, environment, manage, python

pytestmark = pytest.mark.process


def until(true: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


def children(pid: int) -> list[int]:
    found = []
    for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(each), *children(int(each))]
    return found


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Portal:
    def __init__(self, data: Path, **variables: str) -> None:
        self.port = free_port()
        self.output = data / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=environment(data, **variables),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        assert until(lambda: get(self.port, "/healthz/live") == (200, "ok")), self.output.read_text()
        # gunicorn and its two workers, celery worker, beat
        assert until(lambda: len(children(self.process.pid)) == 5), self.output.read_text()
        self.pids = children(self.process.pid)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        until(lambda: not any(runs(pid) for pid in self.pids), 20)
        for pid in self.pids:
            if runs(pid):
                os.kill(pid, signal.SIGKILL)


SERVERS = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
FORMS: dict[str, dict[str, str]] = {"embedded": {}} | ({"servers": SERVERS} if len(SERVERS) == 2 else {})


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, up-to-date SQLite database, made once and copied."""
    data = tmp_path_factory.mktemp("migrated")
    done = manage(data, "migrate", "-v0")
    assert done.returncode == 0, done.stderr
    return data


def started(data: Path, **variables: str) -> Iterator[Portal]:
    portal = Portal(data, **variables)
    yield portal
    portal.stop()


@pytest.fixture
def portal(tmp_path: Path, migrated: Path) -> Iterator[Portal]:
    shutil.copy(migrated / "db.sqlite3", tmp_path)
    yield from started(tmp_path)


@pytest.fixture(params=FORMS)
def either_portal(tmp_path: Path, migrated: Path, request: pytest.FixtureRequest) -> Iterator[Portal]:
    """Embedded, and where the environment names PostgreSQL and Redis, with them."""
    if FORMS[request.param]:
        done = manage(tmp_path, "migrate", "-v0", **FORMS[request.param])
        assert done.returncode == 0, done.stderr
    else:
        shutil.copy(migrated / "db.sqlite3", tmp_path)
    yield from started(tmp_path, **FORMS[request.param])


def test_ctrl_c_stops_everything_with_return_code_zero(either_portal: Portal) -> None:
    portal = either_portal
    assert until(lambda: get(portal.port, "/healthz/ready") == (200, "ready"), 40), get(portal.port, "/healthz/ready")
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(20) == 0
    assert not any(runs(pid) for pid in portal.pids)
    assert "Traceback" not in portal.output.read_text()


@pytest.mark.parametrize("program", ["gunicorn", "worker", "beat"])
def test_if_one_dies_all_stop_with_return_code_one(portal: Portal, program: str) -> None:
    direct = [
        int(pid) for pid in Path(f"/proc/{portal.process.pid}/task/{portal.process.pid}/children").read_text().split()
    ]
    victim = next(pid for pid in direct if program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    os.kill(victim, signal.SIGKILL)
    assert portal.process.wait(20) == 1
    assert until(lambda: not any(runs(pid) for pid in portal.pids), 10)
    assert "意外停止" in portal.output.read_text()


def test_a_killed_parent_leaves_no_orphans(portal: Portal) -> None:
    portal.process.kill()
    portal.process.wait()
    assert until(lambda: not any(runs(pid) for pid in portal.pids), 20)


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = manage(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} 用不了" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


BROKERS = {"files": ""} | ({"redis": os.environ["REDIS_URL"]} if "REDIS_URL" in os.environ else {})


@pytest.mark.parametrize("broker", BROKERS)
def test_a_task_reaches_a_worker_in_another_process(tmp_path: Path, broker: str) -> None:
    variables = {"REDIS_URL": BROKERS[broker]}
    left = tmp_path / "left"
    command = [sys.executable, "-m", "celery", "-A", "chuangxian", "worker", "-P", "threads", "-c", "2"]
    worker = subprocess.Popen(
        [*command, "--include", "tests.ops.errand", "--queues", "errands"],
        cwd=ROOT,
        env=environment(tmp_path, **variables),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        code = "import sys; from tests.ops.errand import leave; leave.apply_async([sys.argv[1]], queue='errands')"
        sent = python(tmp_path, "-c", code, str(left), **variables)
        assert sent.returncode == 0, sent.stderr
        assert until(left.exists, 20)
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
