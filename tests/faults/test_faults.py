"""The trials of `bench/faults.py` that no other test here covers, in their quick form: each in a process and on a database of its own.

They want the machine to themselves, since they measure how soon work goes on: FAULTS=1 runs them, as .ci/run does, one after the other.
What a machine lacks (redis-server, initdb, root, libfaketime) is said where the trial is skipped.
"""

import os
from collections.abc import Iterator

import pytest

from tests.faults.catalogue import TRIALS, Databases

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif("FAULTS" not in os.environ, reason="要独占机器，用 FAULTS=1 运行"),
]

VENDOR = "sqlite" if os.environ.get("DATABASE_URL", "").partition(":")[0] in ("", "sqlite") else "postgresql"
# the others: test_races and test_sigkill beside this, tests/schedule/test_delivery.py and test_reminders.py
HERE = [name for name in ("Q2", "Q4", "Q5", "Q7", "Q8") if VENDOR in TRIALS[name].databases]


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with Databases(VENDOR, os.environ.get("DATABASE_URL", "")) as databases:
        yield databases


@pytest.mark.parametrize("name", HERE)
def test_reminders_outlive(databases: Databases, name: str) -> None:
    outcome = databases.run(name, quick=True)
    if outcome.passed is None:
        pytest.skip(outcome.done)
    assert outcome.passed, str(outcome)
