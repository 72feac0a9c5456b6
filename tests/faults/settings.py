"""The portal's own settings for real processes under fire, impatient: short leases, short pauses, small batches, a tick a second.

FAULT_LEASE, FAULT_TIMEOUT (seconds) and FAULT_BATCH give a trial other figures; what else it switches is in reminders.py beside this.
"""

import os
from datetime import timedelta

from chuangxian.settings import *  # noqa: F403
from chuangxian.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]
MAIL_LEASE = timedelta(seconds=float(os.environ.get("FAULT_LEASE", "2")))
MAIL_BATCH = int(os.environ.get("FAULT_BATCH", "8"))
QUIET_HOURS = None
MAIL_RETRY_LADDER = (timedelta(seconds=0.2),)
MAIL_TRIES_MOST = 50
EMAIL_TIMEOUT = MAIL_SMTP_TIMEOUT_SECONDS = int(os.environ.get("FAULT_TIMEOUT", "2"))
TICK_EVERY = timedelta(seconds=1)
CELERY_BEAT_SCHEDULE["tick"] |= {"schedule": TICK_EVERY, "options": {"expires": 5}}
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("FAULT_QUEUE", "chuangxian")
