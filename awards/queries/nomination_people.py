"""Who is to be told of a nomination. Whom it is about hears of it only when he is commended."""

from collections.abc import Sequence
from datetime import date

from accounts.models import User
from awards.models import Nomination
from awards.scope.nominations import NOMINATORS
from awards.scope.rounds import DECIDERS
from branches.models import Member
from branches.queries import Posts, holding, posts_at
from branches.states import LEADERS

Person = Member | User


def deciders(nomination: Nomination, on: date) -> list[Person]:
    """Return who decides about it, but not whom it is about. One query."""
    posts = _posts(nomination, on)
    people = holding(posts, nomination.round.organization_id, DECIDERS)
    concerned = _concerned(nomination, posts)
    return [person for person in people if person not in concerned]


def nominators(nomination: Nomination, on: date) -> list[Person]:
    """Return who recommends in the nominator's name, but not a member it is about. One query."""
    posts = _posts(nomination, on)
    return [one for one in holding(posts, nomination.nominator_id, NOMINATORS) if one != nomination.member]


def everybody_at_work(nomination: Nomination, on: date) -> list[Person]:
    """Return both, but not whom it is about, nor who leads the organisation it is about. Three queries."""
    concerned = _concerned(nomination, _posts(nomination, on))
    everybody = dict.fromkeys([*deciders(nomination, on), *nominators(nomination, on)])
    return [one for one in everybody if one not in concerned]


def told_of_withdrawal(nomination: Nomination, on: date) -> list[Person]:
    """Return who decides, where it had been handed up; of a draft nobody else knows. One query."""
    return deciders(nomination, on) if nomination.recommended_on is not None else []


def told_of_commendation(nomination: Nomination, on: date) -> list[Person]:
    """Return the nominee, or who leads the organisation commended, and who recommended it. Two queries."""
    return list(dict.fromkeys([*_concerned(nomination, _posts(nomination, on)), *nominators(nomination, on)]))


def _posts(nomination: Nomination, on: date) -> Posts:
    places = (nomination.round.organization_id, nomination.nominator_id, nomination.organization_id)
    return posts_at([place for place in places if place is not None], on)


def _concerned(nomination: Nomination, posts: Posts) -> Sequence[Person]:
    if nomination.member is not None:
        return [nomination.member]
    assert nomination.organization_id is not None  # nomination_has_one_nominee
    return holding(posts, nomination.organization_id, LEADERS)
