"""What the worker does for this room. Tasks take no arguments and may run any number of times: the orders stand in the database."""

from celery import shared_task

from chuangxian import bell, clock
from reports import making
from reports.actions import MAKE


@shared_task(name=MAKE)
def make_reports() -> None:
    """Take back what got stuck, make the oldest order, and ring for the next one."""
    with clock.by_the_database():
        making.sweep()
        run = making.claim()
        if run is None:
            return
        making.make(run)
    bell.ring(MAKE)
