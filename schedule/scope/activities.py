"""Which activities and meeting papers a person sees."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Viewer, standing_of, within
from schedule.scope.study import on_own_line


class ActivityQuerySet(models.QuerySet[Any]):
    """Activities."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of one's own line in the unit and of one's branch's groups, those one took part in, and where internal records are open, all."""
        standing = standing_of(viewer, on)
        condition = on_own_line(viewer, on)
        if standing.branch_path:
            condition |= within("path", [standing.branch_path])
        if standing.member is not None:
            took_part = self.model._meta.apps.get_model("schedule", "ActivityParticipant").objects
            condition |= Q(pk__in=took_part.filter(member=standing.member.pk).values("activity"))
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def kept(self) -> Self:
        """Those not taken back."""
        return self.filter(withdrawn_on__isnull=True)

    def kept_on(self, on: date) -> Self:
        """Those begun by that day and not taken back by then."""
        return self.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on), starts_on__lte=on)

    def between(self, first: date, last: date) -> Self:
        """Those that began between two days, both included: an activity counts to the semester in which it began."""
        return self.filter(starts_on__gte=first, starts_on__lte=last)

    def taken_part_in(self, *members: int) -> Self:
        """Those in which one of these took part."""
        took_part = self.model._meta.apps.get_model("schedule", "ActivityParticipant").objects
        return self.filter(pk__in=took_part.filter(member__in=members).values("activity"))

    def public(self, on: date) -> Self:
        """What anybody may know of: begun by that day, not taken back, and meant for the public."""
        return self.kept_on(on).filter(is_public=True)


class ActivityFileQuerySet(models.QuerySet[Any]):
    """Photos and papers of activities."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the activities the viewer sees."""
        activities = self.model._meta.apps.get_model("schedule", "Activity").objects.visible_to(viewer, on)
        return self.filter(entry__in=activities.values("pk"))


class MeetingFileQuerySet(models.QuerySet[Any]):
    """Papers of meetings."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the meetings the viewer sees."""
        meetings = self.model._meta.apps.get_model("schedule", "Meeting").objects.visible_to(viewer, on)
        return self.filter(entry__in=meetings.values("pk"))
