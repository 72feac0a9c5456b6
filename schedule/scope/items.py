"""Which action items and meetings a person sees, and which wait for him. ``visible_to`` is the only door."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Standing, Viewer, ancestors, standing_of, within
from branches.states import LEADERS, Post
from schedule.states.items import UNFINISHED, WORKABLE, ItemState, MeetingKind


class ActionItemQuerySet(models.QuerySet[Any]):
    """Action items."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own to do or about oneself; one's branch's own; what one raised; and where internal records are open, all."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        if standing.member is not None:
            condition |= Q(responsible=standing.member.pk) | Q(member=standing.member.pk)
        if standing.branch_id is not None:
            condition |= Q(member__isnull=True, organization=standing.branch_id)
        if standing.user.pk is not None:
            condition |= Q(raised_by=standing.user.pk)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those raised in these subtrees."""
        return self.filter(within("path", paths))

    def unfinished(self, on: date) -> Self:
        """Those raised by that day and neither verified nor cancelled by then."""
        return self.filter(
            Q(verified_on__isnull=True) | Q(verified_on__gt=on),
            Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=on),
            raised_on__lte=on,
        )

    def overdue(self, on: date) -> Self:
        """Unfinished ones whose day has passed."""
        return self.unfinished(on).filter(due_on__lt=on)

    def of_subject(self, *, organization: int, member: int | None) -> Self:
        """Those about a member, wherever they were raised; without one, about the organisation itself."""
        if member is not None:
            return self.filter(member=member)
        return self.filter(organization=organization, member__isnull=True)

    def to_do(self, viewer: Viewer, on: date) -> Self:
        """What the person has to work on: his own, and for the office those of members without an account."""
        standing = standing_of(viewer, on)
        mine = Q(pk__in=[])
        if standing.member is not None:
            mine |= Q(responsible=standing.member.pk)
        kept = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        mine |= within("path", kept) & Q(responsible__user__isnull=True)
        return self.filter(mine, state__in=WORKABLE)

    def to_verify(self, viewer: Viewer, on: date) -> Self:
        """Submitted, and this person's to verify; never his own."""
        standing = standing_of(viewer, on)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        kept = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        mine = Q(verifying__in=led) | (Q(verifying__isnull=True) & within("path", kept))
        return self.not_own(standing).filter(mine, state=ItemState.SUBMITTED)

    def not_own(self, standing: Standing) -> Self:
        """Leave out what the person or whoever he stands in for answers for, what is about them or an organisation he leads, and what he submitted."""
        own = Q(submitted_by__in=standing.partial_accounts(), submitted_by__isnull=False)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        own |= Q(member__isnull=True, organization__in=led)
        people = standing.partial_members()
        own |= Q(responsible__in=people) | Q(member__in=people, member__isnull=False)
        return self.exclude(own)

    def in_states(self, *states: str) -> Self:
        """Those in one of these states, the unfinished ones without."""
        return self.filter(state__in=states or UNFINISHED)


class ActionEvidenceQuerySet(models.QuerySet[Any]):
    """Files kept with progress entries."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the action items the viewer sees."""
        items = self.model._meta.apps.get_model("schedule", "ActionItem").objects.visible_to(viewer, on)
        return self.filter(entry__item__in=items.values("pk"))


class MeetingQuerySet(models.QuerySet[Any]):
    """Meetings."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of one's own group and branch and of what stands above it in the unit; where internal records are open, all.

        What a committee said among itself is for those to whom internal records are open.
        """
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        if standing.home_path and standing.unit_path:
            line = [
                path
                for path in [*ancestors(standing.home_path), standing.home_path]
                if path.startswith(standing.unit_path)
            ]
            condition |= Q(path__in=line) & ~Q(kind=MeetingKind.BRANCH_COMMITTEE)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those held in these subtrees."""
        return self.filter(within("path", paths))
