"""Who is to be told of an action item: whoever works on it, verifies it, is concerned. Each for many items at once, in two queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from branches.models import Member
from branches.queries import Posts, holding, offices_over, posts_at
from branches.states import LEADERS
from schedule.models import ActionItem

Person = Member | User


@dataclass(frozen=True, slots=True)
class Known:
    """The leaders of the organisations that matter to some items, and the offices over them."""

    posts: Posts
    offices: dict[str, list[Person]]


def known_of(items: Sequence[ActionItem], on: date) -> Known:
    """Return whom these items concern by their posts on that day. Two queries."""
    places = {place for item in items for place in (item.organization_id, item.verifying_id) if place}
    return Known(posts_at(places, on), offices_over({item.path for item in items}, on))


def workers(item: ActionItem, known: Known) -> list[Person]:
    """Who works on it: the person responsible, and the office for one without an account."""
    if item.responsible.user_id is not None:
        return [item.responsible]
    return [item.responsible, *known.offices[item.path]]


def verifiers(item: ActionItem, known: Known) -> list[Person]:
    """Who sees it closed; nobody his own, as the rule says."""
    place = item.verifying_id
    found = holding(known.posts, place, LEADERS) if place is not None else known.offices[item.path]
    led = [] if item.member_id is not None else holding(known.posts, item.organization_id, LEADERS)
    return [person for person in found if person not in led and not _has_to_do(person, item)]


def concerned(item: ActionItem, known: Known) -> list[Person]:
    """Who works on it, and whom it is about: the member, or the organisation's leaders."""
    about = [item.member] if item.member is not None else holding(known.posts, item.organization_id, LEADERS)
    return list(dict.fromkeys([*workers(item, known), *about]))


def among(who: Callable[[ActionItem, Known], list[Person]]) -> Callable[[ActionItem, date], list[Person]]:
    """Return the question for a single item, as a letter asks it. Two queries."""

    def ask(item: ActionItem, on: date) -> list[Person]:
        return who(item, known_of([item], on))

    return ask


def _has_to_do(person: Person, item: ActionItem) -> bool:
    account = person.user_id if isinstance(person, Member) else person.pk
    if account is not None and account == item.submitted_by_id:
        return True
    return isinstance(person, Member) and person.pk in (item.responsible_id, item.member_id)
