"""Q11: every task twice, and in two processes at once."""

from typing import Any

from chuangxian.celery import app
from schedule import planner
from schedule.models import Mail, Notice
from tests.faults.catalogue import Outcome
from tests.faults.crew import wait_until
from tests.faults.crowd import DAY, items, members, milestones
from tests.faults.trials.ground import Ground


def _nothing() -> None:
    """The task finds its work itself."""


def _planned() -> None:
    planner.plan(on=DAY)


# every task of the portal, and what must have happened before it
TASKS = {"schedule.tasks.tick": _nothing, "schedule.tasks.deliver": _planned}


def tasks_there_are() -> set[str]:
    """Return the names of all tasks of the portal's own."""
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith(("celery.", "tests."))}


def facts() -> list[tuple[Any, ...]]:
    """Return what the tasks left, without numbers and moments that differ from run to run."""
    fields = ("letter", "target_type", "target_id", "member_id", "slot", "skipped", "title", "body", "url", "on")
    mail = ("mail__state", "mail__address", "mail__attempt", "mail__error")
    return sorted(Notice.objects.order_by().values_list(*fields, *mail), key=str)


def q11(ground: Ground) -> Outcome:
    """What one run leaves, two at once leave, and so do two more."""
    number = 60 if ground.quick else 500
    unknown = tasks_there_are() ^ set(TASKS)
    milestones(0)
    items(number, members(number))
    wrong: list[str] = [f"名单与任务不符：{name}" for name in sorted(unknown)]
    for name, prepare in TASKS.items():
        prepare()
        _run(ground, name, 1)
        once, mails = facts(), len(ground.sink.received)
        if len(once) != number or mails != number or Mail.objects.exclude(state="sent").exists():
            wrong.append(f"{name} 做一遍：{len(once)} 条，{mails} 封")
        _run(ground, name, 1)
        if facts() != once:
            wrong.append(f"{name} 再做一遍")
        ground.forget()
        prepare()
        _run(ground, name, 2)
        if facts() != once:
            wrong.append(f"{name} 两处同时做")
        _run(ground, name, 2)
        if facts() != once:
            wrong.append(f"{name} 两处同时再做")
        if any(copies > 1 for copies in ground.sink.copies().values()) or len(ground.sink.received) != mails:
            wrong.append(f"{name}：发出 {len(ground.sink.received)} 封")
        ground.forget()
    figures = {"与做一遍相同": f"{len(TASKS) - len({one.split()[0] for one in wrong})}/{len(TASKS)}"}
    return Outcome(
        not wrong, f"{len(TASKS)} 个任务，各 {number} 件", figures | ({"问题": "；".join(wrong)} if wrong else {})
    )


def _run(ground: Ground, name: str, times: int) -> None:
    """Run the task in so many processes at the same moment."""
    gate = ground.folder / f"gate{len(ground.crews)}"
    crew = ground.crew(*[["-m", "tests.faults.hand", name, str(gate)]] * times)
    wait_until(lambda: len(list(ground.folder.glob(f"{gate.name}.*"))) == times)
    gate.touch()
    for process in crew.processes:
        process.wait()
