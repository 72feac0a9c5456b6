"""Who is to be told of a model post: who reviews it, who grants it, whose it is. For many at once, in a fixed number of queries."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from awards.models import ModelPost
from awards.scope.rounds import DECIDERS, RUNNERS
from branches.models import Member, Organization
from branches.queries import Posts, holding, posts_at
from branches.states import COMMITTEE, LEADERS

Person = Member | User


@dataclass(frozen=True, slots=True)
class Around:
    """Who holds which post in the branches and units of some model posts; ``units`` is the unit's number by its path."""

    posts: Posts
    units: dict[str, int]


def around(rows: Sequence[ModelPost], on: date) -> Around:
    """Return who sits around these posts on that day. Two queries."""
    paths = {row.organization.unit_path for row in rows}
    units = dict(Organization.objects.filter(path__in=paths).values_list("path", "pk"))
    return Around(posts_at({*(row.organization_id for row in rows), *units.values()}, on), units)


def reviewers(post: ModelPost, known: Around) -> list[Person]:
    """The branch's leaders, else the rest of its committee; where that is nobody but the applicant, the unit's. Never the applicant."""
    own = _first(post, known.posts, post.organization_id, (LEADERS, COMMITTEE))
    return own or granters(post, known)


def granters(post: ModelPost, known: Around) -> list[Person]:
    """The unit's leaders and office, else the rest of its committee. Never the applicant."""
    unit = known.units.get(post.organization.unit_path)
    return _first(post, known.posts, unit, (RUNNERS, DECIDERS)) if unit is not None else []


def concerned(post: ModelPost, known: Around) -> list[Person]:
    """The member himself, and the leaders of his branch."""
    return list(dict.fromkeys([post.member, *holding(known.posts, post.organization_id, LEADERS)]))


def asked(who: Callable[[ModelPost, Around], list[Person]]) -> Callable[[ModelPost, date], list[Person]]:
    """Return the question for a single post, as a letter asks it. Two queries."""

    def ask(post: ModelPost, on: date) -> list[Person]:
        return who(post, around([post], on))

    return ask


def _first(post: ModelPost, posts: Posts, place: int, wanted: Iterable[Collection[str]]) -> list[Person]:
    for kinds in wanted:
        if found := [person for person in holding(posts, place, kinds) if not _is_he(person, post)]:
            return found
    return []


def _is_he(person: Person, post: ModelPost) -> bool:
    return person.pk == (post.member_id if isinstance(person, Member) else post.member.user_id)
