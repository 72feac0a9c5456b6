"""Which study sessions a person sees. ``visible_to`` is the only door."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Viewer, ancestors, standing_of, within
from schedule.states.study import SessionState


class StudyPlanQuerySet(models.QuerySet[Any]):
    """A branch's study in a semester."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of one's own line in the unit; where internal records are open, all."""
        return self.filter(on_own_line(viewer, on))

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))


class StudySessionQuerySet(models.QuerySet[Any]):
    """Study sessions."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of one's own line in the unit, and of a former branch those at which one's attendance is down; where internal records are open, all."""
        condition = on_own_line(viewer, on)
        me = standing_of(viewer, on).member
        if me is not None:
            rows = self.model.attendances.rel.related_model.objects.filter(member=me.pk)
            condition |= Q(pk__in=rows.values("session"))
        return self.filter(condition)

    def on_line_of(self, viewer: Viewer, on: date) -> Self:
        """Those among them that belong into his lists and ledgers: of his own line today, and where internal records are open."""
        return self.filter(on_own_line(viewer, on))

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def standing(self) -> Self:
        """Those not cancelled."""
        return self.exclude(state=SessionState.CANCELLED)

    def planned(self) -> Self:
        """Those still to be held."""
        return self.filter(state=SessionState.PLANNED)

    def held(self) -> Self:
        """Those held and recorded."""
        return self.filter(state=SessionState.HELD)


class AttendanceQuerySet(models.QuerySet[Any]):
    """Who was there."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own; where internal records are open, all."""
        standing = standing_of(viewer, on)
        condition = within("session__path", standing.reading_paths())
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those of sessions in these subtrees."""
        return self.filter(within("session__path", paths))


class TurnSwapQuerySet(models.QuerySet[Any]):
    """Swaps of turns."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the sessions the viewer sees."""
        sessions = self.model._meta.apps.get_model("schedule", "StudySession").objects.visible_to(viewer, on)
        return self.filter(mine__in=sessions.values("pk"))


class StudyFileQuerySet(models.QuerySet[Any]):
    """Materials of a session."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the sessions the viewer sees."""
        sessions = self.model._meta.apps.get_model("schedule", "StudySession").objects.visible_to(viewer, on)
        return self.filter(entry__in=sessions.values("pk"))


def on_own_line(viewer: Viewer, on: date) -> Q:
    """Return the condition "held by one's own group, branch or general branch, or where internal records are open to one"."""
    standing = standing_of(viewer, on)
    condition = within("path", standing.reading_paths())
    if standing.home_path and standing.unit_path:
        line = [*ancestors(standing.home_path), standing.home_path]
        condition |= Q(path__in=[path for path in line if path.startswith(standing.unit_path)])
    return condition
