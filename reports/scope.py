"""Whose workbooks are whose."""

from datetime import date
from typing import Any, Self

from django.db import models

from branches.scope import Viewer, standing_of, within
from reports.states import UNDER_WAY, RunState


class RunQuerySet(models.QuerySet[Any]):
    """Workbooks made in the background."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own: a workbook shows what its reader may see, which is nobody else's."""
        user = standing_of(viewer, on).user
        return self.filter(by=user.pk) if user.pk else self.none()

    def under_way(self) -> Self:
        """Those that wait or are being made."""
        return self.filter(state__in=UNDER_WAY)

    def kept(self) -> Self:
        """Those that can be downloaded."""
        return self.filter(state=RunState.DONE)


class SnapshotQuerySet(models.QuerySet[Any]):
    """Figures of a day, frozen. Internal papers."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()), on__lte=on)
