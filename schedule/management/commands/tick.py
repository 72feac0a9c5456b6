"""One tick of the clock by hand, or a loop of ticks where no Celery is wanted."""

import logging
import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from chuangxian import clock
from schedule import delivery, tasks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "立即检查一次到期提醒并发送邮件；加 --every 则不停地检查（不用 Celery 时代替后台任务和定时器）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="秒", help="每隔几秒检查一次，直到被停止")

    def handle(self, *args: Any, every: float | None, **options: Any) -> None:
        if every is None:
            tasks.tick()
            sent = delivery.deliver_all(on=clock.today())
            self.stdout.write(f"已检查，另处理 {sent} 封邮件。" if sent else "已检查。")
            return
        self.stopped = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note_signal)
        while not self.stopped:
            self.look()
            self.pause(every)

    def look(self) -> None:
        """Tick, then send what waits. A database that is away for a while ends nothing: the next look finds everything."""
        close_old_connections()
        try:
            tasks.tick()
            while not self.stopped and tasks.send_batch():
                pass
        except DatabaseError:
            logger.exception("tick failed")

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.stopped and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))

    def note_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopped = True
