"""Real worker processes that can be killed, and what must hold once they have done their work."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from schedule.models import Mail, Notice
from schedule.states.notices import MailState
from tests.faults.crowd import told_more_than_once, under_way
from tests.faults.smtp_sink import Sink

LOOP = ["manage.py", "tick", "--every", "0.3"]
CELERY = ["-m", "celery", "--quiet", "--app", "chuangxian"]
ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
THREADS = [*CELERY, "worker", "--pool", "threads", "--concurrency", "2", *ALONE]
BEAT = [*CELERY, "beat", "--loglevel", "WARNING"]


def forking(hands: int) -> list[str]:
    """Return the command of a worker as it is deployed, with so many processes under it."""
    return [*CELERY, "worker", "--concurrency", str(hands), *ALONE]


def children(pid: int) -> list[int]:
    """Return the processes under that one."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def peak_memory(pid: int) -> int:
    """Return the most MB that process has held in memory at once, 0 when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


class Crew:
    """Worker processes that can be killed and are replaced at once. ``before`` is put before each command (``ip netns exec …``)."""

    def __init__(self, env: dict[str, str], log: Path, *commands: list[str], before: Sequence[str] = ()) -> None:
        self.env, self.log, self.commands, self.before = env, log.open("ab"), commands, before
        self.processes = [self.start(command) for command in commands]
        self.kills = self.fallen = 0

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        line = [*self.before, sys.executable, *command]
        return subprocess.Popen(
            line, cwd=settings.BASE_DIR, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def kill(self, place: int) -> None:
        """SIGKILL one and put another in its place."""
        self.processes[place].send_signal(signal.SIGKILL)
        self.processes[place].wait()
        self.processes[place] = self.start(self.commands[place])
        self.kills += 1

    def kill_hand(self, pick: Callable[[list[int]], int]) -> bool:
        """SIGKILL one of the processes under the workers, which replace it themselves; False when there is none just now."""
        hands = [hand for process in self.processes for hand in children(process.pid)]
        if not hands:
            return False
        try:
            os.kill(pick(hands), signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.kills += 1
        return True

    def tend(self) -> None:
        """Start again whatever ended by itself, as systemd and compose do (deploy/), and count it."""
        for place, process in enumerate(self.processes):
            if process.poll() is not None:
                self.processes[place] = self.start(self.commands[place])
                self.fallen += 1

    def pause(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGCONT)

    def memory(self) -> int:
        """Return the most MB one process that works has held so far."""
        pids = [process.pid for process in self.processes]
        return max(peak_memory(pid) for pid in [*pids, *(child for pid in pids for child in children(pid))])

    def end(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):  # with all it has forked; a worker killed leaves its own behind
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()


def wait_until(
    done: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None, *, patience: float = 120
) -> bool:
    """Ask ten times a second; a database that is just away answers no."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if done():
                return True
        except DatabaseError:
            connection.close()
        meanwhile()
        time.sleep(0.1)
    return False


def everything_out(letters: int) -> Callable[[], bool]:
    """Return the question whether that many mails were made and none is still to go."""
    return lambda: Mail.objects.count() == letters and under_way() == 0


@dataclass(frozen=True)
class Account:
    """What became of the letters: nothing may be lost, nothing told twice."""

    letters: int
    told: int  # rows in the inbox
    told_twice: int
    states: Counter[str]
    lost: int  # neither arrived nor, being held, left to a person
    false_sent: int  # marked as sent, and never arrived
    extra: int  # copies too many
    most: int  # of one mail
    strange: int  # what arrived under a number nobody gave, or at somebody else's address

    @property
    def whole(self) -> bool:
        """Whether everybody was told once, and every mail arrived or is left to a person."""
        wrong = self.told_twice + self.lost + self.false_sent + self.strange
        return wrong == 0 and self.told == self.letters and set(self.states) <= {MailState.SENT, MailState.UNKNOWN}


def account(sink: Sink, letters: int) -> Account:
    """Compare what was to be told with what stands in the inbox and what arrived."""
    mails = {number: (state, to) for number, state, to in Mail.objects.values_list("message_id", "state", "address")}
    arrived = sink.copies()
    unclear = {number for number, (state, _) in mails.items() if state == MailState.UNKNOWN}
    return Account(
        letters=letters,
        told=Notice.objects.inbox().count(),
        told_twice=told_more_than_once(),
        states=Counter(state for state, _ in mails.values()),
        lost=letters - len(mails) + len(set(mails) - set(arrived) - unclear),
        false_sent=sum(state == MailState.SENT and number not in arrived for number, (state, _) in mails.items()),
        extra=sum(arrived.values()) - len(arrived),
        most=max(arrived.values(), default=0),
        strange=sum(mails.get(one.message_id, ("", ""))[1] != one.to for one in sink.received),
    )
