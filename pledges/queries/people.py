"""Who is to be told of a pledge: whoever writes it, reads it, publishes it. Each for many pledges at once, in a fixed number of queries."""

from collections.abc import Callable, Sequence
from datetime import date

from accounts.models import User
from branches.models import Member
from branches.queries import Posts, holding, posts_at
from branches.states import LEADERS, Post
from pledges.models import Pledge
from pledges.scope import PUBLISHERS

Person = Member | User
OFFICE = frozenset({Post.OFFICE_STAFF})


def writers(pledge: Pledge, posts: Posts) -> list[Person]:
    """The member himself, and who registers for a member without an account; an organisation's leaders."""
    if pledge.member is None:
        return holding(posts, pledge.organization_id, LEADERS)
    return [pledge.member] if pledge.member.user_id is not None else [pledge.member, pledge.author]


def readers(pledge: Pledge, posts: Posts) -> list[Person]:
    """Who reviews and appraises; for what is approved above the unit, who registers that."""
    if pledge.reviewing_id is None:
        return holding(posts, pledge.cycle.organization_id, LEADERS | OFFICE)
    delegated = (
        pledge.cycle.commissioners_review and pledge.is_personal and pledge.reviewing_id == pledge.organization_id
    )
    wanted = LEADERS | {Post.ORGANIZATION_COMMISSIONER} if delegated else LEADERS
    own_leaders = set() if pledge.is_personal else set(holding(posts, pledge.organization_id, LEADERS))
    return [
        person
        for person in holding(posts, pledge.reviewing_id, wanted)
        if person not in own_leaders and not _wrote(person, pledge)
    ]


def publishers(pledge: Pledge, posts: Posts) -> list[Person]:
    """Who hangs it on the wall."""
    return holding(posts, pledge.organization_id, PUBLISHERS)


def writers_and_publishers(pledge: Pledge, posts: Posts) -> list[Person]:
    """Who hears that a pledge is approved."""
    return list(dict.fromkeys([*writers(pledge, posts), *publishers(pledge, posts)]))


def among(who: Callable[[Pledge, Posts], list[Person]]) -> Callable[[Pledge, date], list[Person]]:
    """Return the question for a single pledge, as a letter asks it. Two queries."""

    def ask(pledge: Pledge, on: date) -> list[Person]:
        return who(pledge, posts_of([pledge], on))

    return ask


def posts_of(pledges: Sequence[Pledge], on: date) -> Posts:
    """Return the posts that matter to these pledges. One query."""
    places = {place for p in pledges for place in (p.organization_id, p.reviewing_id, p.cycle.organization_id) if place}
    return posts_at(places, on)


def _wrote(person: Person, pledge: Pledge) -> bool:
    if isinstance(person, Member):
        return person.pk == pledge.member_id or (
            person.user_id is not None and person.user_id in (pledge.author_id, pledge.submitted_by_id)
        )
    return person.pk in (pledge.author_id, pledge.submitted_by_id)
