"""Who is to be told of notices and objections: who decides at the unit, and is not concerned himself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from awards.models import Nomination, Objection, PublicNotice
from awards.scope.rounds import DECIDERS
from branches.models import Member
from branches.queries import Posts, holding, posts_at
from branches.states import LEADERS

Person = Member | User


@dataclass(frozen=True, slots=True)
class Named:
    """A nomination as a notice names it: its number, and of the nominee the member's or the organisation's."""

    nomination: int
    member: int | None
    organization: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """Who holds which post at the units and nominated organisations of some notices, and whom each notice names."""

    posts: Posts
    named: dict[int, list[Named]]


def known_of(notices: Sequence[PublicNotice], on: date) -> Known:
    """Return what is to be known of these notices on that day. Two queries."""
    named: dict[int, list[Named]] = {notice.pk: [] for notice in notices}
    nominations = Nomination.objects.filter(notice_entries__notice__in=list(named))
    for notice, *rest in nominations.values_list("notice_entries__notice", "pk", "member", "organization"):
        named[notice].append(Named(*rest))
    led = {one.organization for rows in named.values() for one in rows if one.organization is not None}
    return Known(posts_at({notice.round.organization_id for notice in notices} | led, on), named)


def keepers(notice: PublicNotice, known: Known) -> list[Person]:
    """Who looks after a notice: whoever decides and does not stand in it."""
    return _unconcerned(notice, known, known.named[notice.pk])


def answerers(objection: Objection, known: Known) -> list[Person]:
    """Who may read an objection and answer it; nobody whom it is about, as its scope says."""
    rows = known.named[objection.notice_id]
    about = [one for one in rows if objection.nomination_id in (None, one.nomination)]
    return _unconcerned(objection.notice, known, about)


def _unconcerned(notice: PublicNotice, known: Known, about: Sequence[Named]) -> list[Person]:
    members = {one.member for one in about}
    leaders = [
        person
        for one in about
        if one.organization is not None
        for person in holding(known.posts, one.organization, LEADERS)
    ]
    deciders = holding(known.posts, notice.round.organization_id, DECIDERS)
    return [
        person
        for person in deciders
        if person not in leaders and not (isinstance(person, Member) and person.pk in members)
    ]


def who_keeps(notice: PublicNotice, on: date) -> list[Person]:
    """Return the same for a single notice, as a letter asks it."""
    return keepers(notice, known_of([notice], on))


def who_answers(objection: Objection, on: date) -> list[Person]:
    """Return the same for a single objection, as a letter asks it."""
    return answerers(objection, known_of([objection.notice], on))
