"""Workbooks from the background: made by a worker from what was ordered, said how far, called off, kept for a while, given to one person."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry
from branches.models import Organization, PostAssignment
from chuangxian import clock
from reports import actions, catalogue, making, tasks
from reports.models import ReportRun
from reports.states import RunState
from schedule.sheets import items as item_sheets
from tests.conftest import Cast
from tests.schedule.items import item

TODAY = date(2011, 6, 20)
pytestmark = pytest.mark.usefixtures("racing")  # the worker's progress goes over a connection of its own


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


def gap(cast: Cast, place: Organization | None = None, **fields: Any) -> None:
    place = place or cast.one
    item(place, cast.member1 if place == cast.one else cast.member2, **fields)


def order(cast: Cast, place: Organization | None = None, **fields: Any) -> ReportRun:
    given = {"report": "items", "title": "整改台账", "rows_total": 3, "semester": None, "as_of": TODAY, **fields}
    return actions.order(organization=place, by=cast.shuji1, on=TODAY, **given)


def again(run: ReportRun) -> ReportRun:
    return ReportRun.objects.get(pk=run.pk)


def fetch(client: Client, run: ReportRun) -> Any:
    return client.get(reverse("reports:ledger_run_file", args=[run.pk]))


def test_what_was_ordered_is_made_and_given_to_whoever_ordered_it(client: Client, cast: Cast) -> None:
    for place in (cast.one, cast.one, cast.two):
        gap(cast, place, problem=f"{place}的差距")
    run = order(cast, cast.one)
    tasks.make_reports()
    run = again(run)
    assert (run.state, run.percent, run.trouble) == (RunState.DONE, 100, "")
    assert run.kept_until is not None and run.kept_until > clock.wall() + timedelta(days=6)
    client.force_login(cast.shuji1)
    page = client.get(reverse("reports:ledger_run", args=[run.pk])).content.decode()
    assert "整改台账_20110620.xlsx" in page
    answer = fetch(client, run)
    content = b"".join(answer.streaming_content)
    assert len(content) == run.size
    cells = [str(cell.value) for row in load_workbook(BytesIO(content)).active.iter_rows() for cell in row]
    assert cells.count(f"{cast.one}的差距") == 2 and f"{cast.two}的差距" not in cells
    assert LogEntry.objects.filter(label="下载整改台账", actor=cast.shuji1).count() == 1
    for other in (cast.zongzhi, cast.ganshi, cast.guanli):
        client.force_login(other)
        assert fetch(client, run).status_code == 404


def test_whoever_no_longer_reads_it_does_not_get_it(client: Client, cast: Cast) -> None:
    gap(cast)
    made, waiting = order(cast, cast.one), order(cast, cast.one)
    making.make(making.claim())  # type: ignore[arg-type]
    assert again(made).state == RunState.DONE
    PostAssignment.objects.filter(member=cast.member1).delete()
    PostAssignment.objects.filter(member__user=cast.shuji1).delete()
    tasks.make_reports()
    assert (again(waiting).state, bool(again(waiting).file)) == (RunState.FAILED, False)
    assert "不再查看" in again(waiting).trouble
    client.force_login(cast.shuji1)
    assert fetch(client, made).status_code == 403


def test_an_order_waiting_is_called_off_at_once_and_never_made(cast: Cast) -> None:
    run = order(cast)
    actions.cancel(run=run, by=cast.shuji1, on=TODAY)
    assert again(run).state == RunState.CANCELLED
    assert making.claim() is None
    actions.cancel(run=run, by=cast.shuji1, on=TODAY)  # twice is harmless
    assert LogEntry.objects.filter(verb="cancel_report").count() == 1


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A table whose rows come one by one, as many as one waits for: the worker is really under way."""
    may_end = threading.Event()

    def rows(line: Any) -> Iterator[Any]:
        for _ in range(2000):
            if may_end.is_set():
                return
            time.sleep(0.02)
            yield line

    def tabs(asked: catalogue.Asked) -> list[catalogue.Tab]:
        (tab,) = items(asked)
        line = next(iter(tab.rows))
        return [catalogue.Tab(item_sheets.LEDGER, rows(line), lambda: 2000)]

    report = catalogue.report_of("items")
    assert report is not None
    items = report.tabs
    object.__setattr__(report, "tabs", tabs)
    yield may_end
    object.__setattr__(report, "tabs", items)


def working() -> threading.Thread:
    def work() -> None:
        try:
            with clock.standing_on(TODAY):
                tasks.make_reports()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_for(run: ReportRun, done: Any) -> ReportRun:
    for _ in range(200):
        found = again(run)
        if done(found):
            return found
        time.sleep(0.05)
    raise AssertionError((found.state, found.rows_done))


def test_it_says_how_far_it_is_and_stops_when_called_off(cast: Cast, slow: threading.Event) -> None:
    gap(cast)
    run = order(cast, cast.one, rows_total=2000)
    worker = working()
    under_way = wait_for(run, lambda one: one.rows_done > 5)
    assert under_way.state == RunState.RUNNING and 0 <= under_way.percent < 100
    later = wait_for(run, lambda one: one.rows_done > under_way.rows_done)
    assert later.lease_until is not None and later.lease_until > clock.wall()
    actions.cancel(run=run, by=cast.shuji1, on=TODAY)
    worker.join(20)
    assert (again(run).state, bool(again(run).file)) == (RunState.CANCELLED, False)
    assert not default_storage.exists("reports") or default_storage.listdir("reports")[1] == []


def test_what_another_worker_took_over_is_not_offered_twice(cast: Cast, slow: threading.Event) -> None:
    gap(cast)
    run = order(cast, cast.one)
    worker = working()
    wait_for(run, lambda one: one.rows_done > 0)
    ReportRun.objects.filter(pk=run.pk).update(owner=uuid4())  # its lease had run out, say
    slow.set()
    worker.join(20)
    assert (again(run).state, bool(again(run).file)) == (RunState.RUNNING, False)


def test_a_dead_workers_order_is_made_by_the_next_one_and_given_up_after_three(cast: Cast) -> None:
    gap(cast)
    run = order(cast, cast.one)
    long_ago = clock.wall() - timedelta(minutes=5)
    for number in range(1, making.TRIES_MOST + 1):
        assert making.claim() is not None
        ReportRun.objects.filter(pk=run.pk).update(lease_until=long_ago)
        making.sweep()
        assert again(run).tries == number
        assert again(run).state == (RunState.QUEUED if number < making.TRIES_MOST else RunState.FAILED)
    assert "缩小范围" in again(run).trouble


def test_what_goes_wrong_is_said_on_the_order(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    run = order(cast, report="gone")
    tasks.make_reports()
    assert again(run).state == RunState.FAILED and "请再试一次" in again(run).trouble
    assert "was not made" in caplog.text


def test_after_its_days_the_file_is_deleted_and_the_page_says_so(client: Client, cast: Cast) -> None:
    gap(cast)
    run = order(cast, cast.one)
    tasks.make_reports()
    name = str(again(run).file.name)
    assert default_storage.exists(name)
    ReportRun.objects.filter(pk=run.pk).update(kept_until=clock.wall() - timedelta(seconds=1))
    tasks.make_reports()
    assert again(run).state == RunState.EXPIRED and not default_storage.exists(name)
    client.force_login(cast.shuji1)
    assert "已过期删除" in client.get(reverse("reports:ledger_run", args=[run.pk])).content.decode()
    assert fetch(client, run).status_code == 404


def test_two_workers_take_two_orders(cast: Cast) -> None:
    gap(cast)
    runs = [order(cast, cast.one), order(cast, cast.one)]
    workers = [working(), working()]
    for worker in workers:
        worker.join(30)
    tasks.make_reports()
    assert [again(run).state for run in runs] == [RunState.DONE, RunState.DONE]
    assert all(again(run).tries == 1 for run in runs)
