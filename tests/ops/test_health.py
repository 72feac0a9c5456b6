import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from chuangxian import health
from chuangxian.health import Probe
from chuangxian.verdicts import YES, Verdict, no
from schedule.probes import clock_ticks
from schedule.tasks import tick
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept": "text/plain"})


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> dict[str, Probe]:
    """A registry of the test's own; the kernel's probes are put in one by one."""
    probes: dict[str, Probe] = {}
    monkeypatch.setattr(health, "_probes", probes)
    return probes


def broken() -> Verdict:
    raise RuntimeError("the probe itself")


def test_alive_asks_nobody(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    health.probe("database", broken)
    with django_assert_num_queries(0):
        answer = client.get("/healthz/live")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_when_the_kernels_own_probes_agree(client: Client, settings: Settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA = tmp_path
    settings.DISK_FREE_LEAST_SHARE = 0
    health.probe("database", health.database_answers)
    health.probe("migrations", health.migrations_applied)
    health.probe("disk", health.disk_has_room)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.content) == (200, b"ready")


@pytest.mark.parametrize(
    ("ask", "needed", "status", "word"),
    [
        (lambda: YES, True, 200, b"ready"),
        (lambda: no("不行。"), False, 200, b"degraded"),
        (lambda: no("不行。"), True, 503, b"not ready"),
        (broken, True, 503, b"not ready"),
        (broken, False, 200, b"degraded"),
    ],
)
def test_one_word_for_strangers(client: Client, ask: health.Ask, needed: bool, status: int, word: bytes) -> None:
    health.probe("mail", ask, needed=needed)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.content) == (status, word)
    assert answer["Cache-Control"].startswith("max-age=0")


def test_administrators_read_the_sentences_and_members_do_not(client: Client) -> None:
    health.probe("database", lambda: YES)
    health.probe("tick", lambda: no("提醒已停 10 分钟。"))
    client.force_login(build.user("dy"))
    assert client.get("/healthz/ready").content == b"not ready"
    client.force_login(build.user("gl", is_staff=True))
    answer = client.get("/healthz/ready")
    assert answer.json() == {"state": "not ready", "findings": {"database": "正常", "tick": "提醒已停 10 分钟。"}}


def test_a_full_disk_is_not_ready(settings: Settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA = tmp_path
    settings.DISK_FREE_LEAST_SHARE = 1.01
    assert "磁盘只剩" in health.disk_has_room().reason


def test_redis_that_is_gone_is_said_quickly(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "Redis 连不上" in health.redis_answers().reason
    settings.REDIS_URL = ""
    assert health.redis_answers()


def test_a_silent_clock_degrades_and_a_tick_heals() -> None:
    assert "时钟停了" in clock_ticks().reason
    tick()
    assert clock_ticks()
