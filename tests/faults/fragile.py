"""A worker that is born ready and dies of SIGKILL at a chosen step: `python -m tests.faults.fragile PIDFILE`.

For each line it reads, the name of a step, it forks; the child plans and sends like any worker until it is killed, and how it ended is printed. The steps the
mail server sees are struck from there, by the number in PIDFILE; the others at the child's line to the database, so that no
line of the portal's own code is touched.

`python -m tests.faults.fragile nursery NUMBER` keeps so many workers alive, each born ready, whoever kills them.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

PLANNED, CLAIMED, SENDING, TEXT, ANSWERED, UNCOMMITTED = (
    *("planned", "claimed", "sending", "text", "answered"),
    "uncommitted",
)
STEPS = {
    PLANNED: "计划之后",
    CLAIMED: "领取之后",
    SENDING: "标为正在发送之后",
    TEXT: "正文已发出",
    ANSWERED: "收到 250 之后",
    UNCOMMITTED: "写下已发送、提交之前",
}
AT_SERVER = (SENDING, TEXT)


class Saboteur:
    """Stands at the line to the database and kills its own process at the step."""

    def __init__(self, step: str) -> None:
        self.step, self.passed = step, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        within = context["connection"].in_atomic_block
        if self.passed and not within:  # what was written has been committed
            strike()
        state = params[0] if params and sql.startswith('UPDATE "schedule_mail" SET "state"') else ""
        if self.step == ANSWERED and state == "sent":
            strike()
        result = execute(sql, params, many, context)
        if self.step == UNCOMMITTED and state == "sent" and within:
            strike()
        self.passed |= self.step == PLANNED and sql.startswith('INSERT INTO "schedule_mail"')
        self.passed |= self.step == CLAIMED and state == "claimed"
        return result


def strike() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(step: str = "") -> None:
    """Plan and send until nothing waits, as `manage.py tick` does."""
    from django.db import connection  # noqa: PLC0415  needs Django

    from schedule import tasks  # noqa: PLC0415

    if step and step not in AT_SERVER:
        connection.execute_wrappers.append(Saboteur(step))
    tasks.tick()
    while tasks.send_batch():
        pass


def die_at_each(pid_file: Path) -> None:
    """Fork for every line, until the input ends."""
    from django.db import connections  # noqa: PLC0415  needs Django

    for line in sys.stdin:
        connections.close_all()
        child = os.fork()
        if not child:
            pid_file.write_text(str(os.getpid()))
            work(line.strip())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else f"ended {status}\n")
        sys.stdout.flush()


def nurse(number: int) -> None:
    """Keep so many workers alive."""
    alive: set[int] = set()
    while True:
        while len(alive) < number:
            child = os.fork()
            if not child:
                while True:
                    work()
                    time.sleep(0.3)
            alive.add(child)
        alive.discard(os.wait()[0])


def main() -> None:
    """Do as the first argument says."""
    django.setup()
    if sys.argv[1] == "nursery":
        nurse(int(sys.argv[2]))
    else:
        die_at_each(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
