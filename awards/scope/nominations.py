"""Which nominations. Nobody meets his own among those he decides about: it is left out of the rows themselves, whatever the page."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from awards.scope.rounds import decided_at
from awards.states import RUNNING, NominationState
from branches.scope import Standing, Viewer, standing_of, within
from branches.states import LEADERS, Post

# who writes a branch's recommendations
NOMINATORS = LEADERS | {Post.ORGANIZATION_COMMISSIONER, Post.OFFICE_STAFF}


def own(standing: Standing, prefix: str = "") -> Q:
    """Return the condition "it is about the person, or an organisation he leads"."""
    led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
    condition = Q(**{f"{prefix}organization__in": led})
    if standing.member is not None:
        condition |= Q(**{f"{prefix}member": standing.member.pk})
    return condition


def concerning(standing: Standing, prefix: str = "") -> Q:
    """Return the condition "he does not decide about it": his own, and what is about somebody he stands in for."""
    return own(standing, prefix) | Q(**{f"{prefix}member__in": standing.partial_members()})


class NominationQuerySet(models.QuerySet[Any]):
    """Nominations."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the branches whose internal records are open to the viewer; oneself once recommended; the commended in one's own tree."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        condition |= Q(round__organization__in=decided_at(standing)) & ~Q(state=NominationState.DRAFT)
        condition |= own(standing) & ~Q(state=NominationState.DRAFT)
        condition |= within("path", standing.known_roots()) & Q(state=NominationState.COMMENDED)
        return self.filter(condition)

    def open_to(self, viewer: Viewer, on: date) -> Self:
        """Those whose votes, papers and dossier the viewer may read: as above, but of the commended only the name is known to all."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        condition |= Q(round__organization__in=decided_at(standing)) & ~Q(state=NominationState.DRAFT)
        condition |= own(standing) & ~Q(state=NominationState.DRAFT)
        return self.filter(condition)

    def to_decide(self, viewer: Viewer, on: date) -> Self:
        """Those handed up to where the viewer decides, his own and those of whom he stands in for left out."""
        standing = standing_of(viewer, on)
        handed_up = self.filter(round__organization__in=decided_at(standing)).exclude(state=NominationState.DRAFT)
        # exclude() of a nullable column would drop the rows where it is empty
        return handed_up.filter(~Q(pk__in=self.model._base_manager.filter(concerning(standing)).values("pk")))

    def made_at(self, viewer: Viewer, on: date) -> Self:
        """Those recommended by the organisations the viewer leads."""
        led = [seat.organization_id for seat in standing_of(viewer, on).seats if seat.post in LEADERS]
        return self.filter(nominator__in=led)

    def running(self) -> Self:
        """Those handed up and still in the running."""
        return self.filter(state__in=RUNNING)


class NominationFileQuerySet(models.QuerySet[Any]):
    """Papers of nominations."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the nominations whose papers are open to the viewer: that somebody was commended opens no paper about him."""
        nominations = self.model._meta.apps.get_model("awards", "Nomination").objects.open_to(viewer, on)
        return self.filter(entry__in=nominations.values("pk"))
