"""Which comments."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from branches.scope import Standing, Viewer, standing_of, within
from branches.states import LEADERS, Post
from reviews.states import GIVEN, CommentState, Publicity, SubjectKind


class CommentQuerySet(models.QuerySet[Any]):
    """Leaders' comments."""

    def public(self, on: date) -> Self:
        """What visitors may read: given, and published beyond the branch."""
        return self.filter(state__in=GIVEN, publicity=Publicity.PUBLIC, issued_on__lte=on)

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own drafts; what is about oneself or what one leads; what was made known to one's branch or in the known tree; where
        internal records are open, all that has been given. A draft is its author's alone."""
        standing = standing_of(viewer, on)
        shown = within("path", standing.reading_paths())
        shown |= within("path", standing.known_roots()) & Q(publicity=Publicity.PUBLIC)
        if standing.branch_path:
            shown |= within("path", [standing.branch_path]) & Q(publicity=Publicity.BRANCH)
        shown |= self._about(standing)
        if standing.member is not None:
            shown |= Q(commentator=standing.member.pk)
        return self.filter((Q(state__in=GIVEN) & shown) | self._written_by(standing))

    def within(self, *paths: str) -> Self:
        """Those on subjects in these subtrees."""
        return self.filter(within("path", paths))

    def given(self) -> Self:
        """Those that have been given to their subject."""
        return self.filter(state__in=GIVEN)

    def drafts_of(self, viewer: Viewer, on: date) -> Self:
        """Begun by the person and not given yet."""
        return self.filter(self._written_by(standing_of(viewer, on)), state=CommentState.DRAFT)

    def to_acknowledge(self, viewer: Viewer, on: date) -> Self:
        """Given and waiting for the person's signature: on himself, on what he leads; for the office, on members without an account."""
        standing = standing_of(viewer, on)
        paths = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        on_behalf = within("path", paths) & Q(member__isnull=False, member__user__isnull=True)
        return self.filter(self._about(standing) | on_behalf, state=CommentState.ISSUED)

    def to_close(self, viewer: Viewer, on: date) -> Self:
        """Put right, and this person's to close."""
        standing = standing_of(viewer, on)
        kept = [seat.organization_id for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
        mine = Q(round__organization__in=kept)
        if standing.member is not None:
            mine |= Q(commentator=standing.member.pk)
        return self.filter(mine, state=CommentState.VERIFIED).exclude(self._about(standing))

    def about(self, standing: Standing) -> Self:
        """Those on the person, and on the organisations he leads."""
        return self.filter(self._about(standing))

    def by(self, standing: Standing) -> Self:
        """Those the person made, or wrote down for somebody."""
        mine = self._written_by(standing)
        if standing.member is not None:
            mine |= Q(commentator=standing.member.pk)
        return self.filter(mine)

    def containing(self, text: str) -> Self:
        """Those on or by somebody of this name, or with this word in the text."""
        words = Q(member__name__icontains=text) | Q(organization__name__icontains=text)
        words |= Q(commentator_name__icontains=text) | Q(achievements__icontains=text) | Q(direction__icontains=text)
        problems = self.model._meta.apps.get_model("reviews", "CommentProblem").objects.filter(text__icontains=text)
        return self.filter(words | Q(pk__in=problems.values("comment")))

    def of_subject(self, *, organization: int, member: int | None) -> Self:
        """Those on a member, as member or secretary; without one, on the organisation itself."""
        if member is not None:
            return self.filter(member=member)
        return self.filter(organization=organization, member__isnull=True)

    def _about(self, standing: Standing) -> Q:
        led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
        condition = Q(subject_kind=SubjectKind.ORGANIZATION, organization__in=led)
        if standing.member is not None:
            condition |= Q(member=standing.member.pk)
        return condition

    def _written_by(self, standing: Standing) -> Q:
        if standing.user.pk is None:
            return Q(pk__in=[])
        return Q(author=standing.user.pk)
