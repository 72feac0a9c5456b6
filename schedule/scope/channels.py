"""Which calendar feeds and group robots a person sees."""

from datetime import date
from typing import Any, Self

from django.db import models

from branches.scope import Viewer, standing_of, within


class CalendarFeedQuerySet(models.QuerySet[Any]):
    """Calendar feeds."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own personal ones, and those of the organisations whose internal records are open to one."""
        standing = standing_of(viewer, on)
        return self.filter(
            models.Q(user=standing.user.pk, organization__isnull=True) | within("path", standing.reading_paths())
        )

    def alive(self) -> Self:
        """Those not revoked."""
        return self.filter(revoked_at__isnull=True)


class WebhookChannelQuerySet(models.QuerySet[Any]):
    """Group robots."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()))

    def active(self) -> Self:
        """Those that are switched on."""
        return self.filter(is_active=True)
