"""The portal's own settings in a clean environment: what the shell of whoever runs the tests says does not count.

DATABASE_URL and REDIS_URL do count: `.ci/run` repeats the tests on PostgreSQL and Redis with them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="chuangxian-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
for name in (
    "PROFILE",
    "CHUANGXIAN_DEBUG",
    "CHUANGXIAN_TODAY",
    "CHUANGXIAN_DEMO",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "EMAIL_URL",
    "QUIET_HOURS",
    "WEBHOOK_HOSTS",
    "WEBHOOK_PROXY",
):
    os.environ.pop(name, None)
os.environ["CHUANGXIAN_DATA"] = str(DATA)

from chuangxian.settings import *  # noqa: E402, F403
from chuangxian.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.paperwork"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS.clear()
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
QUIET_HOURS = None  # tests run at any hour
WEBHOOK_PLAIN_HOSTS = ("127.0.0.1",)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a file, as in real life: the tests of races need several real connections
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;"
    )
