"""The Celery application. The broker is only a bell: facts live in the database, a lost message costs one tick."""

import os

from celery import Celery

from chuangxian import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangxian.settings")

file_broker.register()
app = Celery("chuangxian")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
