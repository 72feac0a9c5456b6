"""The ladder: who stands over whom, so that nobody reads or verifies his own."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from branches.models import Member, Organization, PostAssignment
from branches.scope import ancestors, memory
from branches.states import LEADERS, Post


def reading_organization(
    *, root: str, organization: Organization, member: Member | None, but: Collection[int] = (), on: date
) -> Organization | None:
    """Return the organisation whose leaders read and verify, or None when that lies above ``root``, the path of the unit. Two queries.

    What a member writes goes to the branch it was made in, what an organisation writes to the one above. A secretary's own goes a
    level higher, and so does whatever would find nobody to read it but the people who wrote it, or the members ``but`` names.
    """
    line, posts = _line(root, organization.path, on)
    leaders: dict[int, set[int]] = defaultdict(set)
    secretary_of: set[int] = set()
    for number, holder, post, acting_for in posts:
        if acting_for is None:  # who stands in for somebody reads what that one reads, so it must be there for him
            leaders[number].add(holder)
        if member is not None and holder == member.pk and post == Post.SECRETARY:
            secretary_of.add(number)
    own = ({member.pk} if member is not None else leaders[organization.pk]) | set(but)
    for place in line if member is not None else line[1:]:
        if place.pk not in secretary_of and leaders[place.pk] - own:
            return place
    return None


Line = tuple[list[Organization], list[tuple[int, int, str, int | None]]]


def _line(root: str, path: str, on: date) -> Line:
    """Return the organisations from ``path`` up to ``root``, and who leads them: place, member, post, and for whom he stands in."""
    known: dict[tuple[str, str], Line] = memory("line", on)
    if (root, path) not in known:
        paths = [p for p in [*ancestors(path), path] if p.startswith(root)]
        line = list(Organization.objects.filter(path__in=paths).order_by("-path"))
        posts = PostAssignment.objects.filter(organization__in=line, post__in=LEADERS).current(on)
        known[root, path] = (line, list(posts.values_list("organization_id", "member_id", "post", "acting_for_id")))
    return known[root, path]
