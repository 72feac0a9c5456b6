"""Workers killed with SIGKILL while reminders go out: nothing is lost, the inbox has each once, a mail's copies carry one number.

Real processes on a real database: SQLite as the tests run by themselves, PostgreSQL when DATABASE_URL says so; a real mail server that
listens in this process. The reminders are the portal's own.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from schedule.states.notices import MailState
from tests.faults.crew import BEAT, LOOP, THREADS, Crew, account, everything_out, wait_until
from tests.faults.crowd import DAY, deputies
from tests.faults.smtp_sink import DATA, DOT, SENT, Sink, running_sink

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as sink:
        yield sink


@pytest.fixture
def crew(sink: Sink, tmp_path: Path) -> Iterator[Callable[..., Crew]]:
    """Start processes on the tests' database, with a broker and a mail server of their own."""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}/{name}"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATABASE_URL": url,
        "CHUANGXIAN_DATA": str(tmp_path),
        "CHUANGXIAN_TODAY": str(DAY),
        "EMAIL_URL": f"smtp+plain://127.0.0.1:{sink.port}",
        "FAULT_QUEUE": f"fault-{tmp_path.name}-{os.getpid()}",
        "TMPDIR": str(tmp_path),
    }
    crews: list[Crew] = []

    def begin(*commands: list[str]) -> Crew:
        crews.append(Crew(env, tmp_path / "processes.log", *commands))
        return crews[-1]

    yield begin
    for one in crews:
        one.end()


def check(sink: Sink, letters: int, kills: int, hands: int = 1) -> None:
    """Nothing lost, nothing told twice, at most one extra copy for each hand that was sending when its worker was killed."""
    found = account(sink, letters)
    assert found.whole, found
    assert set(found.states) == {MailState.SENT}
    assert found.extra <= kills * hands, found


@pytest.mark.parametrize(
    ("commands", "hands"),
    [pytest.param([LOOP, LOOP], 1, id="loops"), pytest.param([THREADS, BEAT], 2, id="celery")],
)
def test_workers_killed_at_random_lose_nothing(
    crew: Callable[..., Crew], sink: Sink, tmp_path: Path, commands: list[list[str]], hands: int
) -> None:
    letters = deputies(32, reminders=10)
    dice = random.Random(2011)
    sink.react = lambda stage, to: time.sleep(0.01) if stage == DOT else None  # every answer takes a while
    workers = crew(*commands)
    next_kill = [time.monotonic() + 2]

    def shoot() -> None:
        if time.monotonic() > next_kill[0] and workers.kills < 6:
            workers.kill(dice.randrange(len(commands)))
            next_kill[0] = time.monotonic() + dice.uniform(0.2, 2)

    assert wait_until(everything_out(letters), shoot), (tmp_path / "processes.log").read_text()[-3000:]
    assert workers.kills >= 3
    check(sink, letters, workers.kills, hands)


@pytest.mark.parametrize(
    ("stage", "copies"),
    [
        pytest.param(DATA, {1}, id="before the text"),
        pytest.param(DOT, {2}, id="before the answer"),
        pytest.param(SENT, {1, 2}, id="after the answer"),
    ],
)
def test_a_worker_killed_in_the_middle_of_sending(
    crew: Callable[..., Crew], sink: Sink, tmp_path: Path, stage: str, copies: set[int]
) -> None:
    letters = deputies(3, reminders=1)
    workers = crew(LOOP)
    struck: list[str] = []

    def strike(at: str, to: str) -> str | None:
        if at == stage and not struck:
            struck.append(to)
            workers.kill(0)
        return None

    sink.react = strike
    assert wait_until(everything_out(letters)), (tmp_path / "processes.log").read_text()[-3000:]
    check(sink, letters, workers.kills)
    [hit] = struck
    assert len([one for one in sink.received if one.to == hit]) in copies
