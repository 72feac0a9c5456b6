"""学时: how much each member studied in a stretch of time, from sessions and from activities. A fixed number of queries, however many people.

A session counts once it is recorded as held, an activity unless it was taken back. A member owes the sessions of his branch, of what stands
above it and of his group, on the days he belonged there: who came or left in the middle owes only those of his time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from branches.models import Member, Membership, Organization
from branches.scope import ancestors, within
from schedule.models import ActivityParticipant, Attendance, StudySession
from schedule.states.study import ATTENDED, Presence, SessionState

NOTHING = Decimal("0")
STAY = ("path", "starts_on", "ends_on")


@dataclass
class Hours:
    """A member's study in a stretch of time. ``present`` to ``unsaid`` add up to ``due``; hours are of whatever he attended in his time."""

    member: Member
    organization: Organization
    due: int = 0
    present: int = 0
    leave: int = 0
    absent: int = 0
    made_up: int = 0
    unsaid: int = 0
    study: Decimal = NOTHING
    activities: Decimal = NOTHING

    @property
    def rate(self) -> float | None:
        """出勤率: present of due; what was made up is not presence. Nothing when nothing was due."""
        return self.present / self.due if self.due else None

    @property
    def total(self) -> Decimal:
        """All hours."""
        return self.study + self.activities

    def count(self, status: str) -> None:
        """Count one session that was due."""
        self.due += 1
        match status:
            case Presence.PRESENT:
                self.present += 1
            case Presence.LEAVE:
                self.leave += 1
            case Presence.ABSENT:
                self.absent += 1
            case Presence.MADE_UP:
                self.made_up += 1
            case _:
                self.unsaid += 1


@dataclass
class _Stay:
    """Where somebody belonged, from when to when."""

    path: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass
class _Person:
    hours: Hours
    stays: list[_Stay] = field(default_factory=list)

    def was_here(self, day: date) -> bool:
        return any(stay.holds(day) for stay in self.stays)


def hours_of(
    *, paths: Sequence[str] = (), members: Collection[int] | None = None, first: date, last: date
) -> list[Hours]:
    """Return the hours of all who belonged to these subtrees between two days, or of these members. Four queries.

    Members are counted wherever they belonged, or with ``paths`` only for their time there. In the order of organisations and names; of somebody who moved inside, where he was last.
    """
    stays = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)
    if members is not None:
        stays = stays.filter(member__in=members)
    if members is None or paths:
        stays = stays.filter(within("path", paths))
    people: dict[int, _Person] = {}
    for stay in stays.select_related("member", "organization__parent").order_by("starts_on", "pk"):
        person = people.setdefault(stay.member_id, _Person(Hours(stay.member, stay.organization)))
        person.hours.organization = stay.organization
        person.stays.append(_Stay(stay.path, max(stay.starts_on, first), min(stay.ends_on or last, last)))
    sessions = _sessions_by_path({stay.path for person in people.values() for stay in person.stays}, first, last)
    said = _said(stays, people, first, last)
    for number, person in people.items():
        _count_sessions(person, sessions, said.get(number, {}))
    _count_activities(people, stays, bool(paths) or members is None, first, last)
    found = [person.hours for person in people.values()]
    return sorted(found, key=lambda one: (one.organization.path, one.member.sort_key, one.member.pk))


def _line(path: str) -> list[str]:
    return [*ancestors(path), path]


def _sessions_by_path(paths: Iterable[str], first: date, last: date) -> dict[str, list[tuple[int, date]]]:
    """The held sessions of these organisations and all above them, by the organisation's path. One query."""
    places = {place for path in paths for place in _line(path)}
    narrow = Q(path__in=places) if len(places) <= 500 else Q()
    rows = StudySession.objects.filter(narrow, state=SessionState.HELD, on__gte=first, on__lte=last)
    found: dict[str, list[tuple[int, date]]] = defaultdict(list)
    for pk, path, on in rows.order_by("on", "pk").values_list("pk", "path", "on"):
        found[path].append((pk, on))
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    status: str
    on: date
    hours: Decimal


def _said(stays: Any, people: Collection[int], first: date, last: date) -> dict[int, dict[int, _Said]]:
    """What has been said of these people at sessions held, by member and session. One query."""
    rows = Attendance.objects.filter(
        _of(stays, people), session__state=SessionState.HELD, session__on__gte=first, session__on__lte=last
    )
    found: dict[int, dict[int, _Said]] = defaultdict(dict)
    for member, session, status, on, hours in rows.values_list(
        "member_id", "session_id", "status", "session__on", "session__hours"
    ):
        found[member][session] = _Said(status, on, hours)
    return found


def _of(stays: Any, people: Collection[int]) -> Q:
    # a long list of numbers is more than a statement takes; then the database finds them again
    return Q(member__in=people) if len(people) <= 500 else Q(member__in=stays.order_by().values("member_id"))


def _count_sessions(person: _Person, sessions: dict[str, list[tuple[int, date]]], said: dict[int, _Said]) -> None:
    owed: set[int] = set()
    for stay in person.stays:
        for path in _line(stay.path):
            owed |= {pk for pk, on in sessions.get(path, ()) if stay.holds(on)}
    for pk in owed:
        person.hours.count(said[pk].status if pk in said else "")
    for one in said.values():
        if one.status in ATTENDED and person.was_here(one.on):
            person.hours.study += one.hours


def _count_activities(people: dict[int, _Person], stays: Any, in_stays: bool, first: date, last: date) -> None:
    """Add the hours of activities begun in these days; of a branch's people, those of their time there. One query."""
    rows = ActivityParticipant.objects.filter(
        _of(stays, people),
        activity__withdrawn_on__isnull=True,
        activity__hours__gt=0,
        activity__starts_on__gte=first,
        activity__starts_on__lte=last,
    )
    for member, on, hours in rows.values_list("member_id", "activity__starts_on", "activity__hours"):
        person = people[member]
        if not in_stays or person.was_here(on):
            person.hours.activities += hours


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session a member owed, or attended all the same, with what has been said of him."""

    session: StudySession
    row: Attendance | None
    earned: Decimal


@dataclass(frozen=True, slots=True)
class OwnHours:
    """A member's study in a stretch of time, session by session."""

    hours: Hours | None
    sessions: list[OwnSession]
    activities: list[ActivityParticipant]


def own_hours(member: Member, *, paths: Sequence[str] = (), first: date, last: date) -> OwnHours:
    """Return a member's hours with each session, those not yet recorded too, and each activity. Eight queries.

    With ``paths`` only of his time in these subtrees, for readers whose right ends there.
    """
    belonging = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), member=member, starts_on__lte=last
    )
    if paths:
        belonging = belonging.filter(within("path", paths))
    stays = [_Stay(path, since, until or date.max) for path, since, until in belonging.values_list(*STAY)]
    places = {place for stay in stays for place in _line(stay.path)}
    rows = {
        row.session_id: row
        for row in Attendance.objects.filter(member=member, session__on__gte=first, session__on__lte=last)
    }
    sessions = StudySession.objects.standing().filter(Q(path__in=places) | Q(pk__in=rows), on__gte=first, on__lte=last)
    lines = []
    for session in sessions.select_related("organization").order_by("-on", "-pk"):
        row = rows.get(session.pk)
        here = [stay for stay in stays if stay.holds(session.on)]
        if any(stay.path.startswith(session.path) for stay in here) or (here and row is not None):
            counts = session.state == SessionState.HELD and row is not None and row.status in ATTENDED
            lines.append(OwnSession(session, row, session.hours if counts else NOTHING))
    took_part = ActivityParticipant.objects.filter(
        member=member,
        activity__withdrawn_on__isnull=True,
        activity__hours__gt=0,
        activity__starts_on__gte=first,
        activity__starts_on__lte=last,
    )
    counted = hours_of(members=[member.pk], paths=paths, first=first, last=last)
    activities = took_part.select_related("activity").order_by("-activity__starts_on", "-pk")
    here_then = [one for one in activities if any(stay.holds(one.activity.starts_on) for stay in stays)]
    return OwnHours(counted[0] if counted else None, lines, here_then if paths else list(activities))


def is_known_to(member: Member, paths: Sequence[str]) -> bool:
    """Answer whether the member belongs, or once belonged, to one of these subtrees. One query."""
    return Membership.objects.filter(within("path", paths), member=member).exists()
