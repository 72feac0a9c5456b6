"""Making what was ordered: one worker claims an order, writes the workbook row by row, and says how far it is.

A thread of its own, on a connection of its own, reports progress, renews the claim and hears of a cancellation: the rows are being read
all the while, and on SQLite a connection that reads cannot write once somebody else has. When a worker dies its claim runs out and another begins
anew; nothing half-written is ever offered.
"""

import logging
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files import File
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from branches.scope import remembering, standing_of
from chuangxian import clock
from chuangxian.sheets import write_workbook
from chuangxian.verdicts import Refused, require
from reports.catalogue import Asked, Report, Tab, report_of
from reports.models import ReportRun
from reports.rules import still_reads
from reports.states import RunState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PULSE_SECONDS = 0.5
TRIES_MOST = 3
KEPT = timedelta(days=7)


class Cancelled(Exception):
    """The person who ordered it no longer wants it, or another worker has it."""


@dataclass
class Pulse:
    """Says every half second how many rows are written, keeps the claim, and hears whether to go on."""

    pk: int
    owner: UUID
    rows: int = 0
    stopped: bool = False

    def __post_init__(self) -> None:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            while not self._end.wait(PULSE_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        mine = ReportRun.objects.filter(pk=self.pk, owner=self.owner, state=RunState.RUNNING)
        try:
            held = mine.filter(cancel_asked=False).update(rows_done=self.rows, lease_until=Now() + LEASE)
        except DatabaseError:  # away for a moment: the lease lasts, the next beat tries again on a new line
            connection.close()
            logger.warning("the progress of a report was not noted", exc_info=True)
            return
        self.stopped = not held

    def counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The rows, counted as they pass; `Cancelled` once they are no longer wanted."""
        for row in rows:
            if self.stopped:
                raise Cancelled
            self.rows += 1
            yield row


def claim() -> ReportRun | None:
    """Take the oldest order nobody has; None when there is none."""
    with transaction.atomic():
        waiting = ReportRun.objects.filter(state=RunState.QUEUED).order_by("ordered_at", "pk")
        picked = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        if picked is None:
            return None
        owner = uuid4()
        taken = ReportRun.objects.filter(pk=picked, state=RunState.QUEUED).update(
            state=RunState.RUNNING, owner=owner, lease_until=Now() + LEASE, tries=F("tries") + 1, rows_done=0
        )
    if not taken:
        return None
    return ReportRun.objects.select_related("by", "organization", "semester").get(pk=picked)


def make(run: ReportRun) -> None:
    """Write the workbook of a claimed order and offer it; whatever goes wrong is said on the order, in words."""
    assert run.owner is not None
    try:
        with Pulse(run.pk, run.owner) as pulse, tempfile.TemporaryFile() as target:
            _write(run, pulse, target)
            _offer(run, target)
    except Cancelled:
        _end(run, RunState.CANCELLED)
    except Refused as refused:
        _end(run, RunState.FAILED, refused.reason)
    except Exception:
        logger.exception("report %s of order %s was not made", run.report, run.pk)
        _end(run, RunState.FAILED, "生成时出错，请再试一次；仍不行的，请告诉系统管理员。")


def asked_by(run: ReportRun) -> tuple[Report, Asked]:
    """What was ordered, with the eyes of whoever ordered it as they see on the day it stands for. Raises `Refused` when he may no longer have it."""
    report = report_of(run.report)
    if report is None:
        raise LookupError(run.report)
    now = standing_of(run.by, clock.today())
    require(still_reads(run.organization, now))
    asked = Asked(standing_of(run.by, run.as_of), run.as_of, run.organization, run.semester)
    require(report.may_be_had(now, asked.standing))
    return report, asked


def _write(run: ReportRun, pulse: Pulse, target: Any) -> None:
    with remembering():
        report, asked = asked_by(run)
        tabs = [replace(tab, rows=pulse.counted(tab.rows)) for tab in report.tabs(asked)]
        write_tabs(target, tabs, title=run.title, who=str(run.by))
    if pulse.stopped:
        raise Cancelled


def write_tabs(target: Any, tabs: Iterable[Tab], *, title: str, who: str) -> None:
    """Write these sheets into one workbook."""
    parts = [(tab.sheet, tab.rows, tab.options) for tab in tabs]
    write_workbook(target, parts, title=title, who=who, at=clock.now())


def _offer(run: ReportRun, target: Any) -> None:
    size = target.tell()
    target.seek(0)
    run.file.save("", File(target), save=False)
    offered = {"state": RunState.DONE, "file": run.file.name, "size": size, "owner": None, "lease_until": None}
    mine = ReportRun.objects.filter(pk=run.pk, owner=run.owner, state=RunState.RUNNING, cancel_asked=False)
    if not mine.update(**offered, rows_done=F("rows_total"), ended_at=Now(), kept_until=Now() + KEPT):
        run.file.delete(save=False)
        raise Cancelled


def _end(run: ReportRun, state: RunState, trouble: str = "") -> None:
    ended = {"state": state, "trouble": trouble, "owner": None, "lease_until": None, "ended_at": Now()}
    ReportRun.objects.filter(pk=run.pk, owner=run.owner, state=RunState.RUNNING).update(**ended)


def sweep() -> None:
    """Give back what a dead worker held, give up what has been tried often, and delete what has been kept long enough."""
    late = ReportRun.objects.filter(state=RunState.RUNNING, lease_until__lt=Now())
    free = {"owner": None, "lease_until": None}
    late.filter(cancel_asked=True).update(state=RunState.CANCELLED, ended_at=Now(), **free)
    gave_up = {"state": RunState.FAILED, "trouble": "后台任务几次中途停止，没有生成。请缩小范围再试。"}
    late.filter(tries__gte=TRIES_MOST).update(**gave_up, ended_at=Now(), **free)
    late.update(state=RunState.QUEUED, **free)
    for run in ReportRun.objects.filter(state=RunState.DONE, kept_until__lt=Now()):
        name, storage = str(run.file.name), run.file.storage
        if ReportRun.objects.filter(pk=run.pk, state=RunState.DONE).update(state=RunState.EXPIRED, file=""):
            storage.delete(name)
