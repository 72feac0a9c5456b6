"""Web servers killed with SIGKILL while people vote: as many ballots as spent codes every time, and a second try tells the truth.

``VOTING_KILLS`` says how often (10 unless it says otherwise).
"""

import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from reviews.models import Ballot, Code
from tests.faults.web import Web
from tests.reviews.voting import Vote, vote

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("VOTING_KILLS", "10"))
PATIENCE = 240
HANDS = 6


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    found = Web(tmp_path)
    yield found
    found.end()


def test_ballots_equal_spent_codes_however_often_a_worker_dies(web: Web) -> None:
    made = vote(KILLS * 400, subjects=2)
    grades = {f"g-{subject}-{item}": str(grade) for (subject, item), grade in made.grades(1).items()}
    left = list(range(len(made.codes)))
    counted: list[int] = []
    faults: list[tuple[int, str]] = []
    enough, stop = threading.Event(), threading.Event()

    def person() -> None:
        while not enough.is_set():
            try:
                number = left.pop()
            except IndexError:
                return
            data = {"code": made.codes[number], "nonce": f"{number:022}", "remark": "", **grades}
            while not stop.is_set():  # who gets no answer sends the same page again
                try:
                    status, where, page = web.send(f"/v/{made.round.pk}/cast/", data)
                except (OSError, HTTPException):
                    time.sleep(0.05)
                    continue
                # after a mix nobody knows which page spent the code; the words say that it is counted if it was oneself
                if (status, where) == (302, f"/v/{made.round.pk}/done/") or (status == 409 and "已经计入" in page):
                    counted.append(number)
                else:
                    faults.append((status, page))
                break

    people = [threading.Thread(target=person) for _ in range(HANDS)]
    for one in people:
        one.start()
    dice, kills, until = random.Random(2011), 0, time.monotonic() + PATIENCE
    while kills < KILLS and time.monotonic() < until:
        time.sleep(dice.uniform(0.05, 0.4))
        if counted and len(web.workers()) == 2:
            os.kill(dice.choice(web.workers()), signal.SIGKILL)
            kills += 1
    enough.set()
    for one in people:
        one.join(60)
    stop.set()
    assert faults == []
    assert kills == KILLS
    assert left, "more codes than that are needed"
    assert len(counted) == len(made.codes) - len(left)
    assert Ballot.objects.count() == Code.objects.filter(is_used=True).count() == len(counted)
    check_log(web, made)


def check_log(web: Web, made: Vote) -> None:
    """The server's own log holds no code, and of the portal's no line about a ballot page."""
    text = web.log.read_text()
    assert not re.search("|".join(made.codes), text)
    assert "error on a ballot page" not in text
