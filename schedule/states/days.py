"""Days that differ from the official calendar, and whose calendar a feed shows."""

from django.db import models


class DayKind(models.TextChoices):
    """What the office says of a day, against the official calendar or beyond its years."""

    HOLIDAY = "holiday", "放假"
    WORKDAY = "workday", "上班"
