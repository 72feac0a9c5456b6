"""What the worker does. Tasks take no arguments and may run any number of times, at once and anywhere: the database decides.

The broker only rings; nothing here is remembered by it. Every task is short and harmless when lost.
"""

import logging

from celery import shared_task

from chuangxian import clock
from schedule import delivery, digests, outbox, planner
from schedule.actions.notices import note_tick
from schedule.actions.tasks import reach_everybody

logger = logging.getLogger(__name__)


@shared_task(name="schedule.tasks.tick")
def tick() -> None:
    """Look once: bring running tasks to whom they concern, plan what is due today, make the digests whose hour has come, take back what got
    stuck, send a batch, ring for the rest.
    """
    with clock.by_the_database() as moment:
        broken: list[str] = []
        try:
            reach_everybody(clock.today())
        except Exception:  # whatever it is, reminders still go out
            logger.exception("tasks were not brought to everybody")
            broken = ["任务下达"]
        broken += planner.plan_due(on=clock.today(), wall=moment)
        note_tick(trouble="、".join(broken), wall=moment)
        delivery.sweep()
        try:
            digests.gather(on=clock.today())
        except Exception:  # the other mails must go on; at the next tick it is tried again
            logger.exception("digests could not be made")
    deliver()


@shared_task(name=outbox.DELIVER)
def deliver() -> None:
    """Send one batch and ring for the next one, so that several workers share what waits."""
    if send_batch():
        outbox.ring()


def send_batch() -> int:
    """Send one batch on the day the database says it is. Returns how many mails were claimed."""
    with clock.by_the_database():
        return delivery.deliver_batch(on=clock.today())
