"""The tree of organisations: as rows, upwards, and whether its paths are true."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from branches.models import Membership, Organization, PostAssignment
from branches.scope import PATH_STEP, Standing, ancestors
from branches.states import UNITS, Kind, Post


@dataclass
class TreeRow:
    """An organisation in a list of the tree: how deep it is drawn, who leads it, how many belong to it and below."""

    organization: Organization
    depth: int
    secretary: PostAssignment | None = None
    members: int | None = None
    branches: int = 0

    @property
    def steps(self) -> range:
        """Steps to the right, for the template."""
        return range(self.depth)


def tree(organizations: Iterable[Organization], standing: Standing, on: date) -> list[TreeRow]:
    """Return these organisations as rows of a tree, in three queries for any number of them.

    ``members`` is None where the roster is not open to the viewer.
    """
    rows = [TreeRow(one, 0) for one in organizations]
    by_path = {row.organization.path: row for row in rows}
    for row in rows:
        above = [by_path[path] for path in ancestors(row.organization.path) if path in by_path]
        row.depth = len(above)
        if row.organization.kind == Kind.BRANCH:
            for parent in above:
                parent.branches += 1
    by_pk = {row.organization.pk: row for row in rows}
    secretaries = (
        PostAssignment.objects.visible_to(standing, standing.on)
        .own()
        .current(on)
        .filter(post__in=[Post.SECRETARY, Post.GROUP_LEADER])
    )
    for post in secretaries.filter(organization__in=list(by_pk)).select_related("member", "user"):
        by_pk[post.organization_id].secretary = post
    open_paths = standing.roster_paths()
    belonging = Membership.objects.within(*open_paths).current(on)
    counts = Counter(belonging.order_by().values_list("path", flat=True)) if open_paths else Counter()
    for row in rows:
        if any(row.organization.path.startswith(path) for path in open_paths):
            row.members = 0
    for path, count in counts.items():
        for at in [*ancestors(path), path]:
            if at in by_path and (row := by_path[at]).members is not None:
                row.members += count
    return rows


def line_above(organization: Organization) -> QuerySet[Organization]:
    """Return the organisations above, highest first."""
    return Organization.objects.filter(path__in=ancestors(organization.path)).order_by("path")


@dataclass(frozen=True)
class WrongPath:
    """A path, or a copy of one, that does not say what the tree says."""

    model: type[Any]
    pk: int
    name: str
    field: str
    stored: str
    right: str

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name}“{self.name}”（{self.pk}）的 {self.field} 是 {self.stored}，应为 {self.right}"


def wrong_paths(copies: Sequence[tuple[str, str]]) -> list[WrongPath]:
    """Return every organisation whose paths do not follow from its parent, and every copy that differs from its organisation's.

    An organisation whose own digits are usable keeps them; otherwise it gets the next free ones under its parent.
    """
    organizations = list(Organization.objects.order_by("path", "pk"))
    right = _right_paths(organizations)
    units = _right_units(organizations, right)
    wrong = [
        WrongPath(Organization, one.pk, one.name, name, stored, should)
        for one in organizations
        for name, stored, should in [("path", one.path, right[one.pk]), ("unit_path", one.unit_path, units[one.pk])]
        if stored != should
    ]
    for label, name in copies:
        model = apps.get_model(label, name)
        rows = model._base_manager.exclude(organization=None).order_by("pk")
        for pk, stored, organization in rows.values_list("pk", "path", "organization_id"):
            if stored != right[organization]:
                wrong.append(WrongPath(model, pk, f"{name} {pk}", "path", stored, right[organization]))
    return wrong


def _right_paths(organizations: Sequence[Organization]) -> dict[int, str]:
    children: dict[int | None, list[Organization]] = {}
    for one in organizations:
        children.setdefault(one.parent_id, []).append(one)
    right: dict[int, str] = {}
    waiting: list[tuple[int | None, str]] = [(None, "")]
    while waiting:
        parent, prefix = waiting.pop()
        siblings = children.get(parent, [])
        taken: set[int] = set()
        late: list[Organization] = []
        for one in siblings:
            own = one.path[len(prefix) :] if one.path.startswith(prefix) else ""
            if len(own) == PATH_STEP and own.isdigit() and int(own) not in taken and int(own) > 0:
                taken.add(int(own))
                right[one.pk] = one.path
            else:
                late.append(one)
        for one in late:
            number = max(taken, default=0) + 1
            taken.add(number)
            right[one.pk] = f"{prefix}{number:0{PATH_STEP}d}"
        waiting += [(one.pk, right[one.pk]) for one in siblings]
    return right


def _right_units(organizations: Sequence[Organization], right: dict[int, str]) -> dict[int, str]:
    by_pk = {one.pk: one for one in organizations}
    units: dict[int, str] = {}
    for one in sorted(organizations, key=lambda one: len(right[one.pk])):
        parent = by_pk[one.parent_id] if one.parent_id else None
        if parent is None or parent.kind == Kind.WORKING_COMMITTEE or one.kind in UNITS:
            units[one.pk] = right[one.pk]
        else:
            units[one.pk] = units[parent.pk]
    return units
