"""Days as the office has set them right, and the calendars people carry away."""

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from branches.models import PATH_MAX, Organization
from chuangxian import clock
from schedule.models.plan import LINE_MAX
from schedule.scope.channels import CalendarFeedQuerySet
from schedule.states.days import DayKind

User = settings.AUTH_USER_MODEL


class DayOverride(models.Model):
    """放假、调休 as the office says it, against the official calendar or beyond the years that calendar knows."""

    day = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=8, choices=DayKind)
    name = models.CharField("说明", max_length=60)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "放假与调休"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}（{self.name}）"


def digest_of(secret: str) -> str:
    """Return what is kept of a secret address: enough to know it again, not enough to write it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class CalendarFeed(models.Model):
    """日历订阅: a secret address, shown once. With an organisation the public parts of its calendar, else the user's own."""

    user = models.ForeignKey(User, models.PROTECT, related_name="calendar_feeds", verbose_name="账号", editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="calendar_feeds", verbose_name="党组织"
    )
    path = models.CharField(max_length=PATH_MAX, blank=True, editable=False, db_index=True)
    name = models.CharField("用在哪里", max_length=LINE_MAX, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_on = models.DateField("建立日期", editable=False)
    entered_at = models.DateTimeField("建立时间", default=clock.now, editable=False)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True, editable=False)

    objects: ClassVar[Any] = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(organization__isnull=True, revoked_at__isnull=True),
                name="calendarfeed_one_of_ones_own",
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.organization or self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path if self.organization else ""
        super().save(*args, **kwargs)
