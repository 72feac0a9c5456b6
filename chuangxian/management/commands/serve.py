"""Web server, worker and beat in one terminal: the embedded portal. Production starts each by itself (deploy/)."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chuangxian import bell

GRACE_SECONDS = 15
PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 0.1

# celery's word about root would be the first line a newcomer in a container reads
PYTHON = [sys.executable, "-W", "ignore:You're running the worker", "-m"]
CELERY = [*PYTHON, "celery", "--quiet", "--app", "chuangxian"]
# What is started, by the name a person reads when it dies.
WEB = "网站"
BACKGROUND = {
    # threads: with processes, a killed child hangs the worker on the file broker; prefetch 1 is in the settings
    "后台任务": [*CELERY, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    + ["--without-gossip", "--without-mingle", "--without-heartbeat"],
    "定时器": [*CELERY, "beat", "--loglevel", "WARNING"],
}

libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Runs in the child before the program: whatever kills the parent, the child gets its SIGTERM."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    help = "启动网站、后台任务和定时器，Ctrl-C 一起停止。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址，默认 127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        require_free(host, port)
        self.stopped_by: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note_signal)
        children = {WEB: start(web_command(host, port))}
        try:
            dead = self.watch(children, host, port)
        finally:
            stop(list(children.values()))
        if dead:
            self.stderr.write(f"{dead} 意外停止，已全部停止。")
            sys.exit(1)
        self.stdout.write("已停止。")

    def note_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopped_by = number

    def watch(self, children: dict[str, subprocess.Popen[bytes]], host: str, port: int) -> str:
        """Wait until somebody stops us (returns "") or a child is gone (returns its name)."""
        announced = False
        while self.stopped_by is None:
            for name, child in children.items():
                if child.poll() is not None:
                    return f"{name}（返回码 {child.returncode}）"
            if not announced and answers(host, port):
                announced = True
                # only now: on two cores three programs starting at once would keep the first page waiting
                children |= {name: start(command) for name, command in BACKGROUND.items()}
                bell.ring(settings.TICK_TASK)  # what fell due while nobody was up
                self.stdout.write(f"网站已启动：http://{host}:{port}/    停止请按 Ctrl-C")
                self.stdout.flush()
            time.sleep(LOOK_EVERY_SECONDS)
        self.stdout.write("\n正在停止……")
        self.stdout.flush()
        return ""


def web_command(host: str, port: int) -> list[str]:
    web = [*PYTHON, "gunicorn", "chuangxian.wsgi", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "10"]
    return [*web, "--no-control-socket", "--log-level", "warning"]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only us and we stop each child once, in order."""
    scratch = settings.DATA / "tmp"  # the file broker moves messages through TMPDIR: keep it on the same disk
    scratch.mkdir(exist_ok=True)
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | {"TMPDIR": str(scratch)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """SIGTERM once, GRACE_SECONDS to finish what is under way, then SIGKILL for the whole group."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def require_free(host: str, port: int) -> None:
    if not 1 <= port <= 65535:
        raise CommandError(f"端口 {port} 不对，应在 1 到 65535 之间。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} 用不了（{error.strerror}）：换一个端口，例如 --port {port + 1}。"
            ) from None


def answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
