"""Which honours and stories."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from awards.states import StoryState
from branches.scope import Viewer, standing_of, within


class HonourQuerySet(models.QuerySet[Any]):
    """Honours."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those in the trees known to the viewer, and his own."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.known_roots())
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return self.filter(condition)

    def within(self, *paths: str) -> Self:
        """Those given in these subtrees."""
        return self.filter(within("path", paths))

    def standing(self) -> Self:
        """Those that have not been revoked."""
        return self.filter(revoked_on__isnull=True)

    def public(self, on: date) -> Self:
        """Those on the roll that everybody may read."""
        return self.standing().filter(is_public=True, awarded_on__lte=on)


class StoryQuerySet(models.QuerySet[Any]):
    """Stories of models."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Published ones, one's own, and all of the organisations whose internal records are open to the viewer."""
        standing = standing_of(viewer, on)
        condition = within("path", standing.reading_paths())
        condition |= Q(state=StoryState.PUBLISHED, published_on__lte=on)
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return self.filter(condition)

    def public(self, on: date) -> Self:
        """Those everybody may read, visitors too."""
        return self.filter(state=StoryState.PUBLISHED, published_on__lte=on)

    def within(self, *paths: str) -> Self:
        """Those of these subtrees."""
        return self.filter(within("path", paths))

    def asking(self) -> Self:
        """Those whose person has been asked and has not answered."""
        return self.filter(state=StoryState.DRAFT, asked_on__isnull=False, agreed_on__isnull=True)

    def to_agree(self, viewer: Viewer, on: date) -> Self:
        """Those the viewer is asked to agree to: about himself."""
        member = standing_of(viewer, on).member
        return self.asking().filter(member=member.pk if member is not None else None)


class StoryPictureQuerySet(models.QuerySet[Any]):
    """Pictures of stories."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """Those of the stories the viewer may read."""
        return self.filter(entry__in=self._stories().visible_to(viewer, on))

    def public(self, on: date) -> Self:
        """Those of the stories everybody may read."""
        return self.filter(entry__in=self._stories().public(on))

    def _stories(self) -> Any:
        return self.model._meta.apps.get_model("awards", "ModelStory").objects
