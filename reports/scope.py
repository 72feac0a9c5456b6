"""Whose workbooks are whose."""

from datetime import date
from typing import Any, Self

from django.db import models

from branches.scope import Standing, Viewer, outermost, standing_of, within
from branches.states import Post
from reports.states import UNDER_WAY, HandoverState, RunState, TemplateState


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


class HandoverQuerySet(models.QuerySet[Any]):
    """Handovers of posts."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own, giving or taking over, whatever post one holds by now; and those where internal records are open."""
        standing = standing_of(viewer, on)
        mine = within("path", standing.reading_paths())
        if standing.user.pk is not None:
            user = standing.user.pk
            for side in ("outgoing", "incoming"):
                mine |= models.Q(**{f"{side}__user": user}) | models.Q(**{f"{side}__member__user": user})
        return self.filter(mine, drafted_on__lte=on)

    def unfinished(self) -> Self:
        """Those that wait for the act or for a signature."""
        return self.exclude(state=HandoverState.CONFIRMED)


class SnapshotQuerySet(models.QuerySet[Any]):
    """Figures of a day, frozen. Internal papers."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()), on__lte=on)


def office_paths(standing: Standing) -> list[str]:
    """Return the nodes whose office he serves, none inside another."""
    return outermost(seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF)


class TemplateQuerySet(models.QuerySet[Any]):
    """Forms an office laid out itself."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose office the viewer serves."""
        return self.filter(within("path", office_paths(standing_of(viewer, on))), on__lte=on)

    def in_force(self) -> Self:
        """Those that are used."""
        return self.filter(state=TemplateState.IN_FORCE)
