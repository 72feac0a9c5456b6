"""Who is to be told of study: lecturers, a branch's members, who is in charge of study there. Each for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from branches.models import Member, Membership
from branches.queries import holding, offices_over, posts_at
from branches.scope import outermost
from branches.states import LEADERS, Post
from schedule.letters import Person
from schedule.models import Attendance, StudySession, TurnSwap
from schedule.states.study import Presence

Place = tuple[int, str]  # an organisation's number and path


def members_of(paths: Iterable[str], on: date) -> Mapping[str, list[Member]]:
    """Return for each path the members who belong to it or below it on that day. One query."""
    wanted = set(paths)
    found: dict[str, list[Member]] = defaultdict(list)
    rows = Membership.objects.within(*outermost(wanted)).current(on).select_related("member").order_by("member")
    for row in rows:
        for end in range(4, len(row.path) + 1, 4):
            if row.path[:end] in wanted:
                found[row.path[:end]].append(row.member)
    return found


def listeners(session: StudySession, on: date) -> list[Person]:
    """The members of the organisation that studies. One query."""
    return list(members_of([session.path], on)[session.path])


def excused(sessions: Iterable[StudySession]) -> set[tuple[int, int]]:
    """Return who has been granted leave from which of these: session and member. One query."""
    rows = Attendance.objects.filter(session__in=[one.pk for one in sessions], status=Presence.LEAVE)
    return set(rows.values_list("session_id", "member_id"))


def lecturer(session: StudySession, on: date) -> list[Person]:
    """Whose turn it is. No query for a session fetched for work."""
    return [session.lecturer] if session.lecturer is not None else []


def in_charge(places: Iterable[Place], on: date) -> dict[Place, list[Person]]:
    """Return for each organisation its leaders and its publicity commissioner; the office over it where there are none. Two queries."""
    return _first_of(places, [(*LEADERS, Post.PUBLICITY_COMMISSIONER)], on)


def keepers(places: Iterable[Place], on: date) -> dict[Place, list[Person]]:
    """Return for each organisation its publicity commissioner, else its secretary, else its deputy, else the office over it. Two queries."""
    return _first_of(places, [(Post.PUBLICITY_COMMISSIONER,), (Post.SECRETARY,), (Post.DEPUTY_SECRETARY,)], on)


def _first_of(places: Iterable[Place], wanted: list[tuple[str, ...]], on: date) -> dict[Place, list[Person]]:
    known = set(places)
    posts = posts_at({number for number, _ in known}, on)
    offices = offices_over({path for _, path in known}, on)
    return {
        (number, path): next((held for group in wanted if (held := holding(posts, number, group))), offices[path])
        for number, path in known
    }


def who_asked(swap: TurnSwap, on: date) -> list[Person]:
    """Who wants to change places."""
    return [swap.asked_by]


def who_was_asked(swap: TurnSwap, on: date) -> list[Person]:
    """Who is to answer."""
    return [swap.asked_of]


def both(swap: TurnSwap, on: date) -> list[Person]:
    """Both of them."""
    return [swap.asked_by, swap.asked_of]
