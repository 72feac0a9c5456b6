"""Which tasks a person sees and which wait for him."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from branches.scope import Viewer, ancestors, standing_of, within
from branches.states import LEADERS, Post
from schedule.states.tasks import WORKABLE


def in_phase(phase: Any, prefix: str = "") -> Q:
    """Return the condition "belongs to this phase"; ``prefix`` leads to the task."""
    by_hand = {"phase_task": None, "due_on__gte": phase.starts_on, "due_on__lte": phase.ends_on}
    return Q(**{f"{prefix}phase_task__phase": phase}) | Q(**{prefix + name: value for name, value in by_hand.items()})


class TaskQuerySet(models.QuerySet[Any]):
    """Tasks, as those above set them."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those set by an organisation on one's own line in the unit or below a post of one's own."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        line = [standing.home_path, *(seat.path for seat in standing.seats)]
        above = {node for path in line if path for node in (*ancestors(path), path)}
        return self.filter(condition | Q(path__in=above))

    def within(self, *paths: str) -> Self:
        """Those set in these subtrees."""
        return self.filter(within("path", paths))

    def running(self, on: date) -> Self:
        """Those that are being asked for on that day: opened and not taken back."""
        return self.filter(opens_on__lte=on, cancelled_on__isnull=True)

    def of_phase(self, phase: Any) -> Self:
        """Those of a phase: what the plan sets there, and what was set by hand and falls due while it runs."""
        return self.filter(in_phase(phase))

    def unfinished(self, on: date) -> Self:
        """Those that stand and that somebody has not done yet, or that still run; of a series not what is still to come."""
        undone = self.model.assignments.rel.related_model.objects.filter(task=OuterRef("pk"), state__in=WORKABLE)
        ahead = Q(opens_on__gt=on, series__isnull=False)
        return self.filter(Q(Exists(undone)) | Q(due_on__gte=on), ~ahead, cancelled_on__isnull=True)


class AssignmentQuerySet(models.QuerySet[Any]):
    """A task with one of those it reaches."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own, one's branch's, and where internal records are open, all."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        if standing.branch_id is not None:
            condition |= Q(member__isnull=True, organization=standing.branch_id)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def workable(self) -> Self:
        """Not done yet, of tasks that stand."""
        return self.filter(state__in=WORKABLE, task__cancelled_on__isnull=True)

    def of_person(self, viewer: Viewer, on: date) -> Self:
        """Those this person sees to: his own, those of organisations he leads, and for the office those of members without an account."""
        standing = standing_of(viewer, on)
        mine = Q(pk__in=[])
        if standing.member is not None:
            mine |= Q(member=standing.member.pk)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        mine |= Q(member__isnull=True, organization__in=led)
        kept = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        mine |= within("path", kept) & Q(member__isnull=False, member__user__isnull=True)
        return self.filter(mine, task__opens_on__lte=on)

    def to_do(self, viewer: Viewer, on: date) -> Self:
        """Those among them that still wait to be done."""
        return self.of_person(viewer, on).workable()

    def of_phase(self, phase: Any) -> Self:
        """Those of a phase: what the plan sets there, and what was set by hand and falls due while it runs."""
        return self.filter(in_phase(phase, "task__"))

    def of_semester(self, semester: Any) -> Self:
        """Those that fall due in a semester, its vacation included."""
        return self.filter(task__due_on__gte=semester.starts_on, task__due_on__lte=semester.reporting_until)


class SeriesQuerySet(models.QuerySet[Any]):
    """Recurring tasks."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the organisations whose internal records are open to the viewer."""
        return self.filter(within("path", standing_of(viewer, on).reading_paths()))


class TaskEvidenceQuerySet(models.QuerySet[Any]):
    """Files that show a task was done."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the assignments the viewer sees."""
        assignments = self.model._meta.apps.get_model("schedule", "Assignment").objects.visible_to(viewer, on)
        return self.filter(entry__in=assignments.values("pk"))
