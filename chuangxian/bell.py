"""Ring for a worker: "look now". A bell that nobody hears costs one tick, never a fact."""

import logging
from functools import partial

from django.db import transaction
from kombu.exceptions import ChannelError, KombuError

from chuangxian.celery import app

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Ask, once the transaction has committed, for a run of the task of that full name (it takes no arguments).

    Never raises and never waits longer than about a second: without a broker the beat's next tick does the work.
    """
    transaction.on_commit(partial(_publish, task))


def _publish(task: str) -> None:
    try:
        app.send_task(task, retry=False, expires=60)
    except (KombuError, ChannelError, OSError) as error:
        logger.warning("bell not heard: %s (%s)", task, error)
