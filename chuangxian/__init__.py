"""Kernel and project: no models, no campaign noun, imports no app."""

from chuangxian.celery import app as celery_app

__all__ = ["celery_app"]
