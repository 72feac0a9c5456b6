"""Q1 to Q3: many letters at once, and workers killed on the way."""

import os
import random
import signal
import subprocess
import sys
import time

from django.conf import settings

from schedule.models import Mail, Milestone, ReminderMark
from schedule.states.notices import Policy
from tests.faults.catalogue import Outcome
from tests.faults.crew import BEAT, Account, account, everything_out, forking, wait_until
from tests.faults.crowd import LONG_AGO, deputies, items, members, milestones, more_milestones
from tests.faults.fragile import AT_SERVER, SENDING, STEPS, TEXT, work
from tests.faults.reminders import use
from tests.faults.smtp_sink import DOT, MAIL
from tests.faults.trials.ground import Ground, outcome

MEMORY_MOST = 300  # MB a process
LONGEST = 30 * 60
NURSERY = ["-m", "tests.faults.fragile", "nursery"]


def q1(ground: Ground) -> Outcome:
    """Many letters due, several planners, workers and beats at once, and nothing breaks. FAULT_NUMBER changes how many."""
    number = int(os.environ.get("FAULT_NUMBER") or (2_000 if ground.quick else 100_000))
    workers = 1 if ground.quick else 4
    milestones(0)
    items(number, members(min(number, 2_000)))
    began = time.monotonic()
    crew = ground.crew(*[forking(2)] * workers, BEAT, BEAT)
    planners = ground.crew(*[["-m", "tests.faults.hand", "plan"]] * 3)
    planned: list[float] = []

    def note_planned() -> None:
        if not planned and Mail.objects.count() == number:
            planned.append(time.monotonic() - began)

    finished = wait_until(everything_out(number), note_planned, patience=LONGEST)
    spent, memory = time.monotonic() - began, max(crew.memory(), planners.memory())
    found = account(ground.sink, number)
    good = finished and found.whole and found.extra == 0 and set(found.states) == {"sent"} and memory <= MEMORY_MOST
    said = f"{number:,} 件到期，{workers * 2} 个后台进程、3 个计划进程、2 个定时器"
    more = {"计划完成": f"{planned[0]:.0f} 秒" if planned else "—", "全部发出": f"{spent:.0f} 秒"}
    return outcome(good, said, found, **more, 速度=f"{number / spent:.0f} 封/秒", 最大内存=f"{memory} MB")


class Fragile:
    """The process of `fragile.py`, and how often a worker of it was killed at the present step."""

    def __init__(self, ground: Ground, policy: str) -> None:
        self.step, self.kills, self.struck = "", 0, False
        self.pid_file = ground.folder / "fragile.pid"
        command = [sys.executable, "-m", "tests.faults.fragile", str(self.pid_file)]
        env = ground.env(FAULT_HOLD="1" if policy == Policy.HOLD else "")
        self.errors = ground.log.open("ab")
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=env, stdin=-1, stdout=-1, stderr=self.errors, text=True
        )
        ground.sink.react = self._at_server

    def _at_server(self, stage: str, to: str) -> None:
        if stage == {SENDING: MAIL, TEXT: DOT}.get(self.step) and not self.struck:
            self.struck = True
            os.kill(int(self.pid_file.read_text()), signal.SIGKILL)

    def once(self, step: str) -> None:
        """Let a worker be born, work and be killed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.kills *= step == self.step
        self.step, self.struck = step, step not in AT_SERVER
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        self.kills += self.process.stdout.readline() == "killed\n"
        self.struck = True

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.errors.close()


def q2(ground: Ground) -> Outcome:
    """A worker killed at each step of planning and sending; each time with three new letters."""
    rounds = 2 if ground.quick else 50
    deputies(3, reminders=0)
    failures: list[str] = []
    kills, every = 0, []
    for policy in Policy:
        use(policy)
        fragile = Fragile(ground, policy)
        for place, step in enumerate(STEPS, 1):
            found = _killed_at(ground, fragile, step, rounds)
            kills += fragile.kills
            every.append(found)
            may_copy = policy == Policy.RESEND and place >= 4
            good = found.whole and fragile.kills == rounds and found.extra <= (rounds if may_copy else 0)
            good &= found.states["unknown"] <= (rounds if policy == Policy.HOLD and place >= 3 else 0)
            if not good:
                failures.append(f"{STEPS[step]}（{policy}，杀 {fragile.kills} 次）：{found}")
        fragile.end()
    unknown = sum(one.states["unknown"] for one in every)
    told = {
        "丢失": sum(one.lost for one in every),
        "收件箱重复": sum(one.told_twice for one in every),
        "邮件重复": sum(one.extra for one in every),
        "同一封最多": f"{max(one.most for one in every)} 份",
        "留待人工": f"{unknown} 封（只在 hold）",
    }
    said = f"6 个步骤 × {rounds} 次 × 两种策略，共杀 {kills} 次"
    return Outcome(not failures, said, told | ({"问题": "；".join(failures)} if failures else {}))


def _killed_at(ground: Ground, fragile: Fragile, step: str, rounds: int) -> Account:
    ground.forget()
    marked = {"since": LONG_AGO, "planned_on": LONG_AGO, "planned_at": "2010-07-20T00:00:00Z"}
    ReminderMark.objects.create(kind="milestone_ahead", **marked)
    Milestone.objects.all().delete()
    for _ in range(rounds):
        more_milestones(1)
        fragile.once(step)
    ReminderMark.objects.update(planned_on=LONG_AGO)
    wait_until(everything_out(3 * rounds), work, patience=90)
    return account(ground.sink, 3 * rounds)


def q3(ground: Ground) -> Outcome:
    """Processes killed at random, four a second, until everything is out: those under a Celery worker, on SQLite such as `tick --every` runs."""
    number, hands = (400, 2) if ground.quick else (8_000, 6)
    milestones(0)
    items(number, members(min(number, 1_000)))
    dice = random.Random(2011)
    most = 30 if ground.quick else number
    ground.sink.pause = 0.02 if ground.quick else 0.01  # long enough to be killed in the middle of a mail
    crew = ground.crew(NURSERY + [str(hands)]) if ground.sqlite else ground.crew(forking(hands))
    ground.crew(BEAT, BEAT)
    began = time.monotonic()
    next_kill = [0.0]

    def shoot() -> None:
        if ground.sink.received and time.monotonic() > next_kill[0] and crew.kills < most:
            crew.kill_hand(lambda hands: dice.choice(hands))
            next_kill[0] = time.monotonic() + 0.25

    finished = wait_until(everything_out(number), shoot, patience=90 if ground.quick else LONGEST)
    spent = time.monotonic() - began
    found = account(ground.sink, number)
    good = finished and found.whole and set(found.states) == {"sent"} and 3 <= crew.kills and found.extra <= crew.kills
    said = f"{number:,} 封，{hands} 个后台进程，每 0.25 秒 kill -9 一个，共 {crew.kills} 次"
    more = {"同一封最多": f"{found.most} 份", "全部发出": f"{spent:.0f} 秒", "速度": f"{number / spent:.0f} 封/秒"}
    return outcome(good, said, found, **more)
