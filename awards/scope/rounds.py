"""Which award rounds."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from awards.states import RoundState
from branches.scope import Standing, Viewer, standing_of, within
from branches.states import COMMITTEE, LEADERS, Post

# who sets a round up: the unit's leaders and its office
RUNNERS = LEADERS | {Post.OFFICE_STAFF}
# who sits in judgement: the unit's committee; its office keeps the papers and enters what was decided
DECIDERS = COMMITTEE | {Post.OFFICE_STAFF}


def run_at(standing: Standing) -> list[int]:
    """Return the organisations whose rounds the person sets up."""
    return [seat.organization_id for seat in standing.seats if seat.post in RUNNERS]


def decided_at(standing: Standing) -> list[int]:
    """Return the organisations whose nominations the person decides about."""
    return [seat.organization_id for seat in standing.seats if seat.post in DECIDERS]


class AwardRoundQuerySet(models.QuerySet[Any]):
    """Award rounds."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the units whose tree the viewer knows, once announced; drafts and void ones for those who set them up."""
        standing = standing_of(viewer, on)
        known = within("path", standing.known_roots())
        hidden = Q(state__in=[RoundState.DRAFT, RoundState.VOID])
        return self.filter((known & ~hidden) | Q(organization_id__in=run_at(standing)))

    def run_by(self, viewer: Viewer, on: date) -> Self:
        """Those the viewer sets up."""
        return self.filter(organization_id__in=run_at(standing_of(viewer, on)))

    def decided_by(self, viewer: Viewer, on: date) -> Self:
        """Those whose nominations the viewer decides about."""
        return self.filter(organization_id__in=decided_at(standing_of(viewer, on)))

    def taking(self, on: date) -> Self:
        """Those that take nominations on that day."""
        return self.filter(state=RoundState.ANNOUNCED, nominate_by__gte=on)


class AwardQuotaQuerySet(models.QuerySet[Any]):
    """Places of categories."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the rounds the viewer knows."""
        rounds = self.model._meta.apps.get_model("awards", "AwardRound").objects.visible_to(viewer, on)
        return self.filter(category__round__in=rounds)
