"""Several planners and senders at the same moment: what one does, no other does again."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from branches.models import Member
from chuangxian import clock
from chuangxian.celery import app
from schedule import tasks
from schedule.delivery import deliver_all
from schedule.models import Mail, Notice
from schedule.outbox import post
from schedule.planner import plan
from schedule.reminding import Due
from tests.faults.crowd import DAY, LONG_AGO, members, milestones, told_more_than_once, under_way
from tests.faults.smtp_sink import Sink, running_sink
from tests.schedule.notices import planned_since, reminder

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 300


@pytest.fixture
def people() -> list[Member]:
    return members(NUMBER)


@pytest.fixture
def due(people: list[Member]) -> Iterator[None]:
    """One open item for each person, due today; the planners read them in opposite orders."""
    turn = iter([1, -1] * 100)
    dues = [Due(record, [person], DAY, LONG_AGO) for record, person in zip(milestones(NUMBER), people, strict=True)]
    with reminder(open_items=lambda on, until: dues[:: next(turn)], leads=(0,)):
        planned_since("test_due", LONG_AGO)
        yield


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with running_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.MAIL_BATCH = 8
        settings.CHUANGXIAN_TODAY = DAY
        yield sink


def at_once(number: int, work: Callable[[], Any]) -> list[Any]:
    """Let so many threads, each with its own connection, begin the work at the same moment; returns what each brought home."""
    gate, home = threading.Barrier(number), []

    def run() -> None:
        try:
            gate.wait(10)
            home.append(work())
        except Exception as error:
            home.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return home


@pytest.mark.usefixtures("due")
def test_planners_at_once_tell_everybody_once() -> None:
    def work() -> int:
        with clock.standing_on(DAY):
            return plan(on=DAY)

    new = at_once(4, work)
    assert sum(new) == NUMBER, new
    assert Notice.objects.count() == Mail.objects.count() == NUMBER
    assert told_more_than_once() == 0


@pytest.mark.usefixtures("due")
def test_senders_at_once_send_everything_once(sink: Sink) -> None:
    plan(on=DAY)
    claimed = at_once(4, lambda: deliver_all(on=DAY))
    assert sum(claimed) == NUMBER, claimed
    assert set(sink.copies().values()) == {1}
    assert len(sink.copies()) == NUMBER


@pytest.mark.usefixtures("due")
def test_two_beats_and_their_workers_tell_and_send_once(sink: Sink) -> None:
    def work() -> None:
        tasks.tick()
        while Mail.objects.filter(state="ready").exists():
            tasks.deliver()

    assert at_once(4, work) == [None] * 4
    assert Notice.objects.count() == NUMBER
    assert set(sink.copies().values()) == {1}
    assert len(sink.copies()) == NUMBER


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize("task", [tasks.tick, tasks.deliver])
def test_each_task_run_twice_leaves_what_one_run_leaves(sink: Sink, task: Callable[[], None]) -> None:
    tasks.tick()
    while Mail.objects.filter(state="ready").exists():
        tasks.deliver()

    def rows() -> list[Any]:
        return [*Notice.objects.order_by("pk").values(), *Mail.objects.order_by("pk").values()]

    before = rows()
    task()
    at_once(2, task)
    assert rows() == before


def test_every_task_of_the_room_is_among_those_run_twice() -> None:
    known = {name for name in app.tasks if name.startswith("schedule.")}
    assert known == {tasks.tick.name, tasks.deliver.name}


class Unreachable:
    """Stands in for a broker nobody can reach."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")


def test_without_a_broker_requests_succeed_and_the_tick_does_the_work(
    sink: Sink, people: list[Member], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "send_task", Unreachable())
    with reminder("letter"):
        assert post(letter="letter", obj=milestones(1)[0], to=people, slot="x", due_on=None, on=DAY) == NUMBER
        assert "bell not heard" in caplog.text
        assert sink.received == []
        while under_way():
            tasks.tick()
    assert len(sink.copies()) == NUMBER


@pytest.mark.usefixtures("due")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_what_a_vanished_sender_still_locks_keeps_nobody_waiting(sink: Sink) -> None:
    plan(on=DAY)
    locked = Mail.objects.earliest("pk").pk
    Mail.objects.update(state="sending", lease_until=clock.wall() - timedelta(minutes=1))
    holds, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Mail.objects.filter(pk=locked).update(error_text="没有提交")
                holds.set()
                may_end.wait(30)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert holds.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        assert deliver_all(on=DAY) == NUMBER - 1
    finally:
        may_end.set()
        holder.join(10)
    assert deliver_all(on=DAY) == 1
    assert set(sink.copies().values()) == {1}
