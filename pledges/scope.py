"""Which pledges a person sees, and which wait for him. ``visible_to`` is the only door to rows inside; ``public`` the one outside."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from branches.scope import Standing, Viewer, standing_of, within
from branches.states import LEADERS, Post
from pledges.states import WRITABLE, State, SubjectKind

PUBLISHERS = frozenset(LEADERS | {Post.PUBLICITY_COMMISSIONER})


class CycleQuerySet(models.QuerySet[Any]):
    """Cycles."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the units whose tree the viewer knows."""
        return self.filter(within("path", standing_of(viewer, on).known_roots()))

    def open(self) -> Self:
        """Those nobody has closed."""
        return self.filter(closed_on__isnull=True)

    def above(self, path: str) -> Self:
        """Those by which an organisation at ``path`` pledges."""
        return self.filter(path__in=[path[:end] for end in range(4, len(path) + 1, 4)])


class PledgeQuerySet(models.QuerySet[Any]):
    """Pledges."""

    def public(self, on: date) -> Self:
        """What hangs on the wall on that day: of each pledge the edition then in force."""
        return self.filter(Q(superseded_on__isnull=True) | Q(superseded_on__gt=on), published_on__lte=on)

    def ever_public(self, on: date) -> Self:
        """What has a public page on that day: editions in force and those they replaced."""
        return self.filter(published_on__lte=on)

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own; what has been published in the known tree; and where internal records are open, all but members' drafts.

        A member's draft is his own until he submits it; the office also sees drafts of members without an account, which it writes
        for them. An organisation's draft is open to its committee.
        """
        standing = standing_of(viewer, on)
        shown = Q(published_on__lte=on) & within("path", standing.known_roots())
        handed_in = ~Q(state=State.DRAFT) & ~Q(state=State.LAPSED, first_submitted_on__isnull=True)
        read = within("path", standing.reading_paths()) & (Q(subject_kind=SubjectKind.ORGANIZATION) | handed_in)
        return self.filter(shown | read | self._own(standing) | self._registered_by_office(standing))

    def within(self, *paths: str) -> Self:
        """Those made in these subtrees."""
        return self.filter(within("path", paths))

    def not_own(self, standing: Standing) -> Self:
        """Leave out what the person, or whoever he stands in for, pledged, wrote or submitted, and what the organisations he leads pledged."""
        accounts = standing.partial_accounts()
        mine = Q(author_id__in=accounts) | Q(submitted_by_id__in=accounts, submitted_by_id__isnull=False)
        mine |= Q(member_id__in=standing.partial_members(), member_id__isnull=False)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        return self.exclude(mine | Q(subject_kind=SubjectKind.ORGANIZATION, organization_id__in=led))

    def reviewed_by(self, viewer: Viewer, on: date) -> Self:
        """Those the person reviews and appraises by his posts on that day, his own left out."""
        standing = standing_of(viewer, on)
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        delegated = [seat.organization_id for seat in standing.seats if seat.post == Post.ORGANIZATION_COMMISSIONER]
        return self.not_own(standing).filter(
            Q(reviewing_id__in=led)
            | Q(
                reviewing_id__in=delegated,
                reviewing_id=models.F("organization_id"),
                subject_kind=SubjectKind.MEMBER,
                cycle__commissioners_review=True,
            )
        )

    def to_review(self, viewer: Viewer, on: date) -> Self:
        """Handed in and waiting for this person's opinion."""
        return self.reviewed_by(viewer, on).filter(state=State.SUBMITTED, cycle__closed_on__isnull=True)

    def to_appraise(self, viewer: Viewer, on: date) -> Self:
        """Reported and waiting for this person's appraisal."""
        return self.reviewed_by(viewer, on).filter(state=State.REPORTED, cycle__closed_on__isnull=True)

    def to_publish(self, viewer: Viewer, on: date) -> Self:
        """Approved, and his to publish."""
        standing = standing_of(viewer, on)
        seats = [seat.organization_id for seat in standing.seats if seat.post in PUBLISHERS]
        return self.filter(state=State.APPROVED, organization_id__in=seats, cycle__closed_on__isnull=True)

    def to_record(self, viewer: Viewer, on: date) -> Self:
        """Handed in, approved above the unit, and waiting for the number of the document."""
        standing = standing_of(viewer, on)
        seats = [seat.organization_id for seat in standing.seats if seat.post in LEADERS | {Post.OFFICE_STAFF}]
        waiting = self.filter(state=State.SUBMITTED, reviewing__isnull=True, cycle__closed_on__isnull=True)
        return waiting.filter(cycle__organization_id__in=seats)

    def to_write(self, viewer: Viewer, on: date) -> Self:
        """Begun or returned, and his to finish."""
        standing = standing_of(viewer, on)
        mine = self._own(standing) | self._registered_by_office(standing)
        return self.filter(mine, state__in=WRITABLE, cycle__closed_on__isnull=True)

    def to_report(self, viewer: Viewer, on: date) -> Self:
        """In force in a cycle whose fulfilment has ended, and his to report on."""
        standing = standing_of(viewer, on)
        mine = self._own(standing) | self._registered_by_office(standing)
        return self.filter(mine, state=State.PUBLISHED, cycle__ends_on__lte=on, cycle__closed_on__isnull=True)

    def waiting_for(self, viewer: Viewer, on: date) -> Self:
        """Everything the person has to do something about."""
        standing = standing_of(viewer, on)
        doors = (
            self.to_review,
            self.to_appraise,
            self.to_publish,
            self.to_record,
            self.to_write,
            self.to_report,
        )
        condition = Q(pk__in=[])
        for door in doors:
            condition |= Q(pk__in=door(standing, on).values("pk"))
        return self.filter(condition)

    def with_overdue(self, on: date) -> Self:
        """Annotate ``has_overdue``: an item's day has passed without a word, in a pledge in fulfilment."""
        items = self.model._meta.get_field("items").related_model._base_manager
        overdue = items.filter(pledge=OuterRef("pk"), due_on__lt=on).exclude(settled_on__lte=on)
        return self.annotate(has_overdue=Exists(overdue.filter(pledge__state=State.PUBLISHED)))

    def _own(self, standing: Standing) -> Q:
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        condition = Q(subject_kind=SubjectKind.ORGANIZATION, organization_id__in=led)
        if standing.member is not None:
            condition |= Q(member_id=standing.member.pk)
        return condition

    def _registered_by_office(self, standing: Standing) -> Q:
        paths = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        return within("path", paths) & Q(subject_kind=SubjectKind.MEMBER, member__user__isnull=True)


class EvidenceQuerySet(models.QuerySet[Any]):
    """Evidence files."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the pledges the viewer sees inside; the public wall shows no evidence."""
        pledges = self.model._meta.apps.get_model("pledges", "Pledge").objects.visible_to(viewer, on)
        return self.filter(entry__item__pledge__in=pledges.values("pk"))
