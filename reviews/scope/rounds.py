"""Which rounds."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Viewer, standing_of, within


class RoundQuerySet(models.QuerySet[Any]):
    """Comment rounds."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the units whose tree the viewer knows."""
        return self.filter(within("path", standing_of(viewer, on).known_roots()))

    def running(self, on: date) -> Self:
        """Those that have begun and not been closed."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opens_on__lte=on)

    def above(self, path: str) -> Self:
        """Those that reach an organisation at ``path``."""
        return self.filter(path__in=[path[:end] for end in range(4, len(path) + 1, 4)])


class GapQuerySet(models.QuerySet[Any]):
    """Who was left out of a round, and why."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those where internal records are open to the viewer."""
        return self.filter(within("organization__path", standing_of(viewer, on).reading_paths()))
