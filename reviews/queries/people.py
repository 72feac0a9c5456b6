"""Who has to do something about somebody a round has left out. A fixed number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from branches.queries import holding, posts_at
from branches.states import LEADERS, Post
from pledges.queries.people import Person
from reviews.models import CommentRound
from reviews.queries.comment_pile import pile_of, piles_of
from reviews.queries.coverage import Missing
from reviews.queries.subjects import Key
from reviews.states import Duty


def in_charge_of(round_: CommentRound, missing: Sequence[Missing], on: date) -> dict[str, list[Person]]:
    """Return, by the name of who is missing, the people it waits for. Eleven queries at most.

    A self-review waits for the member (for one without an account, for the office), an organisation's for its leaders. A comment waits
    for everybody whose level owes it; where that lies above the unit, for the office that registers it.
    """
    places = {one.subject.organization.pk for one in missing} | {round_.organization_id}
    posts = posts_at(places, on)
    office = holding(posts, round_.organization_id, {Post.OFFICE_STAFF})
    owing = _owing(round_, office, on) if any(one.duty == Duty.COMMENT for one in missing) else {}
    found = {}
    for one in missing:
        member, place = one.subject.member, one.subject.organization.pk
        if one.duty == Duty.COMMENT:
            found[one.name] = owing.get(one.subject.key, office)
        elif member is None:
            found[one.name] = holding(posts, place, LEADERS) or office
        else:
            found[one.name] = [member] if member.user_id is not None else office
    return found


def _owing(round_: CommentRound, office: list[Person], on: date) -> dict[Key, list[Person]]:
    owing: dict[Key, list[Person]] = defaultdict(list)
    for leader, pile in piles_of(round_, on).items():
        for line in pile.left:
            owing[line.target.key].append(leader)
    for line in pile_of(round_, None, on).left:
        owing[line.target.key] = office
    return owing
