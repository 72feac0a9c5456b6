"""Which summaries."""

from datetime import date
from typing import Any, Self

from django.db import models

from branches.scope import Viewer, standing_of, within


class SummaryQuerySet(models.QuerySet[Any]):
    """Summaries. Internal papers until they are sent."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()))

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))
