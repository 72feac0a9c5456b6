"""Which public notices, and which objections."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from awards.scope.nominations import concerning
from awards.scope.rounds import decided_at
from awards.states import NoticeState, ObjectionState, RoundState
from branches.scope import Standing, Viewer, standing_of, within


class PublicNoticeQuerySet(models.QuerySet[Any]):
    """Public notices."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those posted in the trees the viewer knows; drafts for those who decide in the round and do not stand in them."""
        standing = standing_of(viewer, on)
        known = within("round__path", standing.known_roots()) & ~Q(state=NoticeState.DRAFT)
        drafts = Q(round__organization__in=decided_at(standing), state=NoticeState.DRAFT)
        return self.filter(known | (drafts & ~Q(pk__in=self._naming(standing))))

    def to_keep(self, viewer: Viewer, on: date) -> Self:
        """Those the viewer drafts, posts and closes: where he decides, and neither he nor an organisation he leads stands in it."""
        standing = standing_of(viewer, on)
        decided = self.filter(round__organization__in=decided_at(standing))
        return decided.filter(~Q(pk__in=self._naming(standing)))

    def public(self, on: date) -> Self:
        """Those that were posted; visitors read whom one names as long as `PublicNotice.names_shown_until` says."""
        return self.exclude(state=NoticeState.DRAFT).filter(posted_on__lte=on)

    def hanging(self, on: date) -> Self:
        """Those that visitors find in the list: neither replaced nor past the last day on which they read the names, nor of a void round."""
        since = on - self.model.VISITORS_READ
        still = Q(posted_on__gte=since) | Q(ends_on__gte=on)
        hanging = self.public(on).filter(still).exclude(state=NoticeState.REPLACED)
        return hanging.exclude(round__state=RoundState.VOID)

    def running(self) -> Self:
        """Those posted, and neither replaced nor closed."""
        return self.filter(state=NoticeState.POSTED)

    def _naming(self, standing: Standing) -> Any:
        """Return the numbers of those in which the person stands, or an organisation he leads."""
        return self.model._base_manager.filter(concerning(standing, "entries__nomination__")).values("pk")


class ObjectionQuerySet(models.QuerySet[Any]):
    """Objections. Whoever one is about does not read it: only its answer reaches him."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the rounds the viewer decides in, but those about himself or an organisation he leads.

        One against a whole notice is about everybody in it.
        """
        standing = standing_of(viewer, on)
        registry = self.model._meta.apps
        nominations = registry.get_model("awards", "Nomination").objects.to_decide(standing, on)
        notices = registry.get_model("awards", "PublicNotice").objects.to_keep(standing, on)
        about_somebody_else = Q(nomination__in=nominations) | Q(nomination__isnull=True, notice__in=notices)
        return self.filter(about_somebody_else, notice__round__organization__in=decided_at(standing))

    def unanswered(self) -> Self:
        """Those still waiting for an answer."""
        return self.filter(state=ObjectionState.RECEIVED)
