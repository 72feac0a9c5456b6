"""Which self-reviews."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Standing, Viewer, standing_of, within
from branches.states import LEADERS, Post
from reviews.states import WRITABLE, ReviewState, SubjectKind


class SelfReviewQuerySet(models.QuerySet[Any]):
    """Self-reviews."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own; one's branch's, once handed in; and where internal records are open, all but members' drafts."""
        standing = standing_of(viewer, on)
        handed_in = Q(first_submitted_on__isnull=False) & ~Q(state=ReviewState.DRAFT)
        organizations = Q(subject_kind=SubjectKind.ORGANIZATION)
        condition = within("path", standing.reading_paths()) & (organizations | handed_in)
        if standing.branch_id is not None:
            condition |= organizations & handed_in & Q(organization=standing.branch_id)
        return self.filter(condition | self._own(standing) | self._registered_by_office(standing))

    def within(self, *paths: str) -> Self:
        """Those made in these subtrees."""
        return self.filter(within("path", paths))

    def not_own(self, standing: Standing) -> Self:
        """Leave out what is about the person or whoever he stands in for, what they wrote or submitted, and what the organisations he leads wrote."""
        accounts = standing.partial_accounts()
        mine = Q(author__in=accounts) | Q(submitted_by__in=accounts, submitted_by__isnull=False)
        mine |= Q(member__in=standing.partial_members(), member__isnull=False)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        return self.exclude(mine | Q(subject_kind=SubjectKind.ORGANIZATION, organization__in=led))

    def to_review(self, viewer: Viewer, on: date) -> Self:
        """Handed in and waiting for this person's opinion; for what is read above the unit, for the office to register it."""
        standing = standing_of(viewer, on)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        kept = [seat.organization_id for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        mine = Q(reviewing__in=led) | Q(reviewing__isnull=True, round__organization__in=kept)
        waiting = self.not_own(standing).filter(mine, state=ReviewState.SUBMITTED)
        return waiting.filter(round__closed_on__isnull=True)

    def to_write(self, viewer: Viewer, on: date) -> Self:
        """Begun or returned, and his to finish."""
        standing = standing_of(viewer, on)
        mine = self._own(standing) | self._registered_by_office(standing)
        return self.filter(mine, state__in=WRITABLE, round__closed_on__isnull=True)

    def of_subject(self, *, organization: int, member: int | None) -> Self:
        """Those of a member, wherever they were made; without one, the organisation's own."""
        if member is not None:
            return self.filter(member=member)
        return self.filter(organization=organization, member__isnull=True)

    def _own(self, standing: Standing) -> Q:
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        condition = Q(subject_kind=SubjectKind.ORGANIZATION, organization__in=led)
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return condition

    def _registered_by_office(self, standing: Standing) -> Q:
        paths = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        return within("path", paths) & Q(subject_kind=SubjectKind.MEMBER, member__user__isnull=True)
