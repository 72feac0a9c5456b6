"""Whom a round is about: the organisations that act for themselves, and the members of the roster of a day, branch by branch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from branches.models import Member, Membership, Organization
from branches.scope import PATH_STEP, within
from branches.states import Kind

Key = tuple[str, int]  # "organization" or "member", and its number


def key_of(member: int | None, organization: int) -> Key:
    """Name the subject of a row that has a member, or only an organisation."""
    return ("member", member) if member is not None else ("organization", organization)


@dataclass(frozen=True, slots=True)
class Subject:
    """An organisation or a member with the organisation he is reviewed in. ``optional``: not missed when left out."""

    organization: Organization
    member: Member | None = None
    optional: bool = False

    @property
    def key(self) -> Key:
        """Name it among the others."""
        return key_of(self.member.pk if self.member is not None else None, self.organization.pk)

    def __str__(self) -> str:
        return str(self.member or self.organization)


def subjects_under(paths: Sequence[str], on: date) -> list[Subject]:
    """Return every organisation and member under these paths on that day, each organisation before its members. Two queries."""
    places = Organization.objects.filter(within("path", paths)).existing(on).pledging().order_by("path")
    found: dict[str, list[Subject]] = {place.path: [Subject(place)] for place in places}
    heads = {path: subjects[0].organization for path, subjects in found.items()}
    rows: Any = Membership.objects.within(*paths).current(on).select_related("member", "organization")
    for row in rows.order_by("path", "member__sort_key", "member_id"):
        place = row.organization
        home = place.path[:-PATH_STEP] if place.kind == Kind.GROUP else place.path
        if home in heads:
            optional = row.member.member_type in settings.REVIEW_OPTIONAL_MEMBER_TYPES
            found[home].append(Subject(heads[home], row.member, optional))
    return [subject for subjects in found.values() for subject in subjects]


def narrowed(root: str, paths: Sequence[str]) -> list[str]:
    """Return what of the unit at ``root`` lies under these paths."""
    inside = [path for path in paths if path.startswith(root)]
    return inside or ([root] if any(root.startswith(path) for path in paths) else [])
