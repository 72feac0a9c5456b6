"""Which evaluation rounds."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Standing, Viewer, standing_of, within
from branches.states import COMMITTEE, LEADERS, Post
from reviews.states import EvaluationKind, EvaluationState, ResultPublicity, SubjectKind

# who runs the rounds of a unit: its leaders and its office
RUNNERS = LEADERS | {Post.OFFICE_STAFF}
# who knows of a committee's own ballot: those who cast it, and the office that prepares it
BALLOTING = COMMITTEE | {Post.OFFICE_STAFF}


def not_anothers_ballot(standing: Standing, prefix: str = "") -> Q:
    """Return the condition "no committee's ballot, or one of a committee the person sits on or serves"."""
    seats = [seat.organization_id for seat in standing.seats if seat.post in BALLOTING]
    return ~Q(**{f"{prefix}kind": EvaluationKind.BALLOT}) | Q(**{f"{prefix}organization_id__in": seats})


class EvaluationQuerySet(models.QuerySet[Any]):
    """Evaluation rounds."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the units whose tree the viewer knows, once announced; drafts and void ones for those who run them.

        A committee's own ballot is nobody's business outside it.
        """
        standing = standing_of(viewer, on)
        known = within("path", standing.known_roots())
        run = Q(organization_id__in=[seat.organization_id for seat in standing.seats if seat.post in RUNNERS])
        hidden = Q(state__in=[EvaluationState.DRAFT, EvaluationState.VOID])
        return self.filter(((known & ~hidden) | run) & not_anothers_ballot(standing))

    def run_by(self, viewer: Viewer, on: date) -> Self:
        """Those the viewer runs."""
        standing = standing_of(viewer, on)
        return self.filter(
            organization_id__in=[seat.organization_id for seat in standing.seats if seat.post in RUNNERS]
        )

    def open(self, on: date) -> Self:
        """Those that take ballots on that day."""
        return self.filter(state=EvaluationState.ANNOUNCED, opens_on__lte=on, closes_on__gte=on)

    def public(self, on: date) -> Self:
        """Those about organisations whose result everybody may read, visitors too."""
        return self.filter(
            state=EvaluationState.PUBLISHED,
            publicity=ResultPublicity.PUBLIC,
            subject_kind=SubjectKind.ORGANIZATION,
            published_on__lte=on,
        )

    def told_to_all(self) -> Self:
        """Those everybody of the unit hears of: not a committee's own ballot."""
        return self.exclude(kind=EvaluationKind.BALLOT)

    def published(self) -> Self:
        """Those whose result has been published."""
        return self.filter(state=EvaluationState.PUBLISHED)


class TemplateQuerySet(models.QuerySet[Any]):
    """Evaluation templates."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """The central ones, and those of the units whose tree the viewer knows."""
        known = within("organization__path", standing_of(viewer, on).known_roots())
        return self.filter(Q(organization__isnull=True) | known)


class EvaluationSubjectQuerySet(models.QuerySet[Any]):
    """Who is rated in a round; no result."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those in the trees known to the viewer; those of a committee's ballot for that committee."""
        standing = standing_of(viewer, on)
        return self.filter(within("round__path", standing.known_roots()) & not_anothers_ballot(standing, "round__"))
