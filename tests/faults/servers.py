"""Servers a trial may break: a Redis, a PostgreSQL cluster and a network, each its own, ended with it. No Django here.

What a machine lacks is said by `missing_*` in one sentence.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from glob import glob
from pathlib import Path


def free_port() -> int:
    """Return a port nobody listens on just now."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port > 18000:
            return port


def _quietly(command: Sequence[str | Path], *, log: Path | None = None) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=log is None, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {(done.stderr or b'').decode()[-300:]}")


# ---- Redis ----


def missing_redis() -> str:
    return "" if shutil.which("redis-server") else "这台机器没有 redis-server"


class Redis:
    """A redis-server that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=log, stderr=log)
        for _ in range(100):
            if self.say("PING").startswith("+PONG"):
                return
            time.sleep(0.05)
        raise RuntimeError("redis-server does not answer")

    def say(self, word: str) -> str:
        """Send one command and return the answer's first line, nothing when nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall(f"{word}\r\n".encode())
                return line.recv(200).decode()
        except OSError:
            return ""

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.kill()


# ---- PostgreSQL ----


def binaries() -> str:
    """Return the folder of PostgreSQL's programs, nothing when there are none."""
    return max(glob("/usr/lib/postgresql/*/bin"), default="")


def missing_cluster() -> str:
    if not binaries():
        return "这台机器没有 PostgreSQL 服务器（initdb）"
    if os.geteuid() == 0 and subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode:
        return "这台机器没有 postgres 用户，而 initdb 不能由 root 运行"
    return ""


class Cluster:
    """A PostgreSQL cluster of one's own, that can be restarted without a word to its clients."""

    def __init__(self, folder: Path, hosts: Sequence[str] = ()) -> None:
        self.folder, self.port = folder / "cluster", free_port()
        self.folder.mkdir()
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data = self.folder / "data"
        initdb = ["initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run(*initdb)
        for host in hosts:
            with (self.data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {host}/24 trust\n")
        self.listening = ",".join(["127.0.0.1", *hosts])
        self.act("start")

    def url(self, database: str, host: str = "127.0.0.1") -> str:
        return f"postgres://postgres@{host}:{self.port}/{database}"

    def load(self, dump: Path) -> None:
        """Fill the database ``postgres`` from what pg_dump wrote."""
        psql = [f"{binaries()}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump), self.url("postgres")]
        _quietly(psql)

    def act(self, verb: str) -> None:
        """Let pg_ctl start, stop or restart it, asking no client."""
        listen = f"-p {self.port} -k {self.folder} -c listen_addresses={self.listening}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "-l", log, "-o", listen, verb, log=log)

    def _run(self, name: str, *rest: str | Path, log: Path | None = None) -> None:
        root = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with open(
            os.devnull, "wb"
        ) as nowhere:  # the server inherits what pg_ctl is given, and a pipe would never close
            done = subprocess.run(
                [*root, f"{binaries()}/{name}", *map(str, rest)], stdout=nowhere, stderr=nowhere, check=False, cwd="/"
            )
        if done.returncode:
            raise RuntimeError(f"{name} failed; {log.read_text()[-500:] if log and log.exists() else ''}")

    def end(self) -> None:
        self.act("stop")


# ---- a network with two lines ----


def missing_network() -> str:
    if os.geteuid() != 0:
        return "切断网络要 root 权限"
    if not shutil.which("ip"):
        return "这台机器没有 iproute2（ip 命令）"
    name = f"probe{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return "这台机器不许建立网络命名空间"
    pair = ["ip", "link", "add", name[:15], "type", "veth", "peer", "name", "x", "netns", name]
    made = subprocess.run(pair, capture_output=True, check=False).returncode == 0
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return "" if made else "这台机器不许建立虚拟网卡（veth）"


class Network:
    """A room of its own for a worker, with one line to the database and one to the mail server; cut, a line falls silent."""

    def __init__(self) -> None:
        number = os.getpid()
        self.name = f"fault{number}"
        third = number % 120 * 2
        self.hosts = {"database": f"10.213.{third}.1", "mail": f"10.213.{third + 1}.1"}
        self.lines = {"database": f"fd{number}"[:15], "mail": f"fm{number}"[:15]}
        _quietly(["ip", "netns", "add", self.name])
        _quietly(["ip", "-n", self.name, "link", "set", "lo", "up"])
        for what, line in self.lines.items():
            ours = self.hosts[what]
            _quietly(["ip", "link", "add", line, "type", "veth", "peer", "name", what, "netns", self.name])
            _quietly(["ip", "addr", "add", f"{ours}/24", "dev", line])
            _quietly(["ip", "-n", self.name, "addr", "add", f"{ours[:-1]}2/24", "dev", what])
            _quietly(["ip", "-n", self.name, "link", "set", what, "up"])
            self.join(what)

    @property
    def inside(self) -> list[str]:
        """Return what to put before a command to run it in there."""
        return ["ip", "netns", "exec", self.name]

    def cut(self, what: str) -> None:
        _quietly(["ip", "link", "set", self.lines[what], "down"])

    def join(self, what: str) -> None:
        _quietly(["ip", "link", "set", self.lines[what], "up"])

    def end(self) -> None:
        for line in self.lines.values():
            subprocess.run(["ip", "link", "del", line], capture_output=True, check=False)
        _quietly(["ip", "netns", "del", self.name])


# ---- a false clock ----


def false_clock() -> str:
    """Return libfaketime's library, nothing when it is not installed."""
    return next(iter(glob("/usr/lib/*/faketime/libfaketime.so.1")), "")


def missing_false_clock() -> str:
    return "" if false_clock() else "这台机器没有 libfaketime（Debian 软件包 faketime）"
