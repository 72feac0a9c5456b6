"""Which model posts and brands. Nobody meets his own application among those he decides about: it is left out of the rows themselves."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from awards.scope.rounds import DECIDERS
from awards.states import HELD, BrandState, PostState
from branches.scope import Standing, Viewer, standing_of, within
from branches.states import COMMITTEE, LEADERS, Post


def applies_at(standing: Standing) -> list[int]:
    """Return the organisations in whose members' name the person applies: those he leads."""
    return [seat.organization_id for seat in standing.seats if seat.post in LEADERS]


def grants_under(standing: Standing) -> list[str]:
    """Return the paths of the units whose committee the person sits on, or whose office he serves."""
    return [seat.path for seat in standing.seats if seat.post in DECIDERS]


class ModelPostQuerySet(models.QuerySet[Any]):
    """党员示范岗."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those whose plate hangs in the trees the viewer knows; his own; all where internal records are open to him."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        condition |= within("path", standing.known_roots()) & Q(state__in=HELD)
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def held(self) -> Self:
        """Those whose plate hangs."""
        return self.filter(state__in=HELD)

    def public(self, on: date) -> Self:
        """Those whose plate hangs on that day; everybody may read them, visitors too."""
        return self.held().filter(granted_on__lte=on)

    def own(self, viewer: Viewer, on: date) -> Self:
        """The viewer's own, whatever became of them."""
        member = standing_of(viewer, on).member
        return self.filter(member=member.pk) if member is not None else self.none()

    def reviewed_by(self, viewer: Viewer, on: date) -> Self:
        """Those the viewer reviews: his branch committee's; his unit's where nobody but the applicant sits on the branch's. Never his own."""
        standing = standing_of(viewer, on)
        seats = self.model._meta.apps.get_model("branches", "PostAssignment").objects.own().current(on)
        others = seats.filter(Q(member__isnull=True) | ~Q(member=OuterRef("member")), post__in=COMMITTEE)
        nobody = ~Exists(others.filter(organization=OuterRef("organization")))
        branches = [seat.organization_id for seat in standing.seats if seat.post in COMMITTEE]
        above = Q(organization__unit_path__in=grants_under(standing)) & nobody
        return self._of_others(standing).filter(Q(organization__in=branches) | above)

    def granted_by(self, viewer: Viewer, on: date) -> Self:
        """Those whose plate the viewer's unit gives, looks at again and takes away. Never his own."""
        standing = standing_of(viewer, on)
        return self._of_others(standing).filter(organization__unit_path__in=grants_under(standing))

    def to_review(self, viewer: Viewer, on: date) -> Self:
        """Applications that wait for the viewer's branch."""
        return self.reviewed_by(viewer, on).filter(state=PostState.APPLIED)

    def to_grant(self, viewer: Viewer, on: date) -> Self:
        """Reviewed ones that wait for the viewer's unit."""
        return self.granted_by(viewer, on).filter(state=PostState.REVIEWED)

    def to_assess(self, viewer: Viewer, on: date, until: date | None = None) -> Self:
        """Plates the viewer's unit is to look at again by a day, by default ``on``."""
        return self.granted_by(viewer, on).held().filter(assess_by__lte=until or on)

    def _of_others(self, standing: Standing) -> Self:
        return self.exclude(member__in=standing.partial_members())


class BrandQuerySet(models.QuerySet[Any]):
    """党建品牌."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Published ones in the trees the viewer knows, and drafts where internal records are open to him."""
        standing = standing_of(viewer, on)
        known = within("path", standing.known_roots()) & ~Q(state=BrandState.DRAFT)
        return self.filter(known | within("path", standing.reading_paths()))

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def public(self, on: date) -> Self:
        """Those everybody may read, visitors too."""
        return self.filter(state=BrandState.PUBLISHED, published_on__lte=on)


def keeps_brand_of(standing: Standing, organization_id: int, path: str) -> bool:
    """Answer whether the person keeps the brands of an organisation: its committee, and the office at it or above it."""
    return standing.holds_at(COMMITTEE, organization_id) or standing.holds({Post.OFFICE_STAFF}, path)
