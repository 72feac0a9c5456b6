"""Which imported tables a person sees."""

from datetime import date
from typing import Any, Self

from django.db import models

from branches.scope import Viewer, standing_of, within


class TableImportQuerySet(models.QuerySet[Any]):
    """Tables that were uploaded."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to one; whether one keeps that table, its rule says."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()))

    def within(self, *paths: str) -> Self:
        """Those in these subtrees."""
        return self.filter(within("path", paths))
