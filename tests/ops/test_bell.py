"""Without Redis the portal is slower, not broken."""

import time
from pathlib import Path

import pytest
from django.db import transaction

from chuangxian import bell
from chuangxian.cache import OptionalRedisCache
from chuangxian.celery import app
from tests.ops.shell import python

GONE = "redis://127.0.0.1:1/0"
PATIENCE = {"retry": None, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}


@pytest.mark.django_db(transaction=True)
def test_a_bell_rings_only_when_the_transaction_has_committed() -> None:
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue("chuangxian")
        queue.clear()
        with pytest.raises(RuntimeError), transaction.atomic():
            bell.ring("schedule.tasks.tick")
            raise RuntimeError("rolled back")
        assert queue.qsize() == 0
        with transaction.atomic():
            bell.ring("schedule.tasks.tick")
            assert queue.qsize() == 0
        assert queue.get(timeout=1).headers["task"] == "schedule.tasks.tick"
        queue.clear()


@pytest.mark.process
def test_a_bell_nobody_hears_costs_neither_an_error_nor_six_seconds(tmp_path: Path) -> None:
    code = (
        "import django, time; django.setup()\n"
        "from chuangxian.bell import ring\n"
        "began = time.monotonic(); ring('schedule.tasks.tick'); ring('schedule.tasks.tick')\n"
        "print(time.monotonic() - began)"
    )
    done = python(tmp_path, "-c", code, REDIS_URL=GONE)
    assert done.returncode == 0
    assert float(done.stdout) < 3
    assert done.stderr.count("bell not heard") == 2


def test_a_cache_that_is_gone_answers_like_an_empty_one() -> None:
    cache = OptionalRedisCache(GONE, {"OPTIONS": PATIENCE})
    began = time.monotonic()
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.delete("a") is False
    assert cache.get_or_set("a", 7) == 7
    assert time.monotonic() - began < 3
