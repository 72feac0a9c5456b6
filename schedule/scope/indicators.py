"""Which indicators a person sees, and which hold on a day. ``visible_to`` is the only door."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Viewer, standing_of, within


class IndicatorQuerySet(models.QuerySet[Any]):
    """Indicators, in force and past."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """The general ones, which stand in the plan; and the branches' own where the viewer knows the tree."""
        roots = standing_of(viewer, on).known_roots()
        return self.filter(Q(organization__isnull=True) | within("organization__path", roots), starts_on__lte=on)

    def in_force(self, on: date) -> Self:
        """Those that hold on that day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), starts_on__lte=on)

    def reaching(self, organization: int) -> Self:
        """Those that hold for one organisation: the general ones and its own."""
        return self.filter(Q(organization__isnull=True) | Q(organization=organization))
