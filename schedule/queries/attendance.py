"""Who was at a study session, who asked for leave, who still owes it. Each function says how many queries it costs."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from accounts.models import LogEntry, User
from branches.models import Member, Organization, PostAssignment
from branches.queries import holding, posts_at
from branches.scope import Standing, ancestors, within
from branches.states import LEADERS, Kind
from schedule.models import Attendance, StudySession
from schedule.queries.plan import semester_on
from schedule.queries.waiting import Waiting
from schedule.scope.study import AttendanceQuerySet
from schedule.states.study import OWING, PRESENCE_TONES, Presence, SessionState

MAKE_UP_DAYS = 14
UNSAID = "未登记"
Person = Member | User


def for_work(rows: AttendanceQuerySet) -> AttendanceQuerySet:
    """Fetch with everything the rules, letters and lists ask for: one query."""
    return rows.select_related("session__organization", "session__semester", "session__lecturer", "member__user")


def session_out_of_sight(pk: int) -> StudySession | None:
    """Return a session whoever asks; only to tell somebody who holds its valid code why he cannot sign. One query."""
    found: StudySession | None = StudySession.objects.filter(pk=pk).first()
    return found


def due_members(session: StudySession) -> list[Member]:
    """Return who belongs to the organisation, or below it, on the session's day. One query."""
    return list(Member.objects.belonging(session.on, session.path).order_by("sort_key", "pk"))


def row_of(session: StudySession, member: Member | None) -> Attendance | None:
    """Return what has been said of a member. One query."""
    if member is None:
        return None
    found: Attendance | None = for_work(Attendance.objects.filter(session=session, member=member)).first()
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A member at a session, with what has been said of him."""

    member: Member
    row: Attendance | None = None

    @property
    def status(self) -> str:
        """The status, empty when nothing has been said."""
        return self.row.status if self.row is not None else ""

    @property
    def label(self) -> str:
        """The status in words."""
        return self.row.get_status_display() if self.row is not None else UNSAID

    @property
    def tone(self) -> str:
        """Its colour."""
        return PRESENCE_TONES[Presence(self.status)] if self.status else "plain"


def lines_of(session: StudySession) -> list[Line]:
    """Return everybody who was due, by name. Two queries."""
    rows = {row.member_id: row for row in Attendance.objects.filter(session=session)}
    return [Line(member, rows.get(member.pk)) for member in due_members(session)]


@dataclass(frozen=True)
class SessionAttendance:
    """A session's attendance for its page; ``reasons`` tells whether the reader may know why somebody was not there."""

    session: StudySession
    lines: list[Line]
    mine: Attendance | None
    reasons: bool
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def due(self) -> int:
        """应到."""
        return len(self.lines)

    @property
    def present(self) -> int:
        """实到."""
        return self.counts[Presence.PRESENT]

    @property
    def leave(self) -> int:
        """请假, made up since or not."""
        return self.counts[Presence.LEAVE] + sum(1 for line in self.lines if _made_up_for(line, Presence.LEAVE))

    @property
    def absent(self) -> int:
        """缺席, made up since or not."""
        return self.counts[Presence.ABSENT] + sum(1 for line in self.lines if _made_up_for(line, Presence.ABSENT))

    @property
    def made_up(self) -> int:
        """Those of them who have made up."""
        return self.counts[Presence.MADE_UP]

    @property
    def missing(self) -> list[Line]:
        """Who has not signed and is not excused."""
        return [line for line in self.lines if line.status in ("", Presence.REFUSED, Presence.ASKED)]

    @property
    def groups(self) -> list[tuple[str, str, list[Line]]]:
        """The lines by status: its words, its colour, who."""
        order = [
            "",
            Presence.ASKED,
            Presence.REFUSED,
            Presence.ABSENT,
            Presence.LEAVE,
            Presence.MADE_UP,
            Presence.PRESENT,
        ]
        found = [(status, [line for line in self.lines if line.status == status]) for status in order]
        return [(some[0].label, some[0].tone, some) for _, some in found if some]


def _made_up_for(line: Line, owed: str) -> bool:
    return line.row is not None and line.status == Presence.MADE_UP and line.row.owed == owed


def session_attendance(session: StudySession, standing: Standing, on: date) -> SessionAttendance:
    """Return who was there, for whoever sees the session. Two queries, three for a member."""
    lines = lines_of(session)
    counts: Counter[str] = Counter(line.status for line in lines)
    mine = row_of(session, standing.member)
    return SessionAttendance(session, lines, mine, standing.may_read(session.path), counts)


def with_notes(session: StudySession) -> list[Attendance]:
    """Return the attendance that has notes or a make-up, by name. One query."""
    rows = Attendance.objects.filter(session=session).exclude(notes="", made_up_on__isnull=True)
    return list(for_work(rows).order_by("member__sort_key", "pk"))


def history_of(row: Attendance) -> list[LogEntry]:
    """Return who did what to a member's attendance, newest first. One query."""
    return list(LogEntry.objects.of(row).order_by("-pk"))


# ---- what waits ----


def to_answer(standing: Standing, on: date) -> AttendanceQuerySet:
    """Leave this person has to grant or refuse; never his own.

    That of the organisations he leads and their groups; and below them that of leaders, who cannot grant their own, and of branches
    without a leader at the moment.
    """
    seats = [seat for seat in standing.seats if seat.post in LEADERS]
    led = [seat.organization_id for seat in seats]
    leads = PostAssignment.objects.filter(
        member=OuterRef("member"), organization=OuterRef("session__organization"), post__in=LEADERS
    ).current(on)
    mine = Q(session__organization__in=led)
    mine |= Q(session__organization__kind=Kind.GROUP, session__organization__parent__in=led)
    led_by_any = PostAssignment.objects.filter(
        organization=OuterRef("session__organization"), post__in=LEADERS
    ).current(on)
    vacant = Q(session__organization__kind=Kind.BRANCH) & ~Q(Exists(led_by_any))
    mine |= within("session__path", [seat.path for seat in seats]) & (Q(Exists(leads)) | vacant)
    rows: AttendanceQuerySet = Attendance.objects.filter(mine, status=Presence.ASKED)
    rows = rows.exclude(session__state=SessionState.CANCELLED)
    return rows.exclude(member__in=standing.partial_members())


def to_make_up(standing: Standing, on: date) -> AttendanceQuerySet:
    """What this person missed in the running semester and has not made up."""
    if standing.member is None:
        return Attendance.objects.none()
    semester = semester_on(on)
    if semester is None:
        return Attendance.objects.none()
    rows: AttendanceQuerySet = Attendance.objects.filter(member=standing.member.pk, status__in=OWING)
    return rows.filter(session__semester=semester.pk, session__on__lte=on).exclude(
        session__state=SessionState.CANCELLED
    )


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return what waits for a person, the lines with something in them. Three queries at most."""
    late = Q(session__on__lt=on - timedelta(days=MAKE_UP_DAYS))
    leave = _counted(to_answer(standing, on)) if standing.is_leader else {}
    owed = _counted(to_make_up(standing, on), late) if standing.member is not None else {}
    found = []
    if leave.get("count"):
        found.append(
            Waiting("study_leave", "等我批的请假", leave["count"], "schedule:leave_list", due_on=leave["first"])
        )
    if owed.get("count"):
        first = owed["first"] + timedelta(days=MAKE_UP_DAYS)
        found.append(
            Waiting(
                "study_make_up",
                "要补的学习",
                owed["count"],
                "schedule:study_hours",
                "?mine=1",
                due_on=first,
                late=owed["late"],
            )
        )
    return found


def _counted(rows: AttendanceQuerySet, late: Q | None = None) -> dict[str, Any]:
    return rows.aggregate(count=Count("pk"), first=Min("session__on"), late=Count("pk", filter=late))


# ---- who is told ----


Leaders = Callable[[Attendance], list[Person]]


def leaders_over(rows: Sequence[Attendance], on: date) -> Leaders:
    """Return the question who answers a member's leave: the session's leaders without himself, or the nearest above. Two queries."""
    lines = {row.session.path: [*ancestors(row.session.path), row.session.path] for row in rows}
    paths = {path for line in lines.values() for path in line}
    places = dict(Organization.objects.filter(path__in=paths).values_list("path", "pk"))
    posts = posts_at(places.values(), on)

    def ask(row: Attendance) -> list[Person]:
        for path in reversed(lines[row.session.path]):
            others = [one for one in holding(posts, places[path], LEADERS) if one != row.member]
            if others:
                return others
        return []

    return ask


def those_who_answer(row: Attendance, on: date) -> list[Person]:
    """Return whom a leave is asked of. Two queries."""
    return leaders_over([row], on)(row)


def himself(row: Attendance, on: date) -> list[Person]:
    """Return the member. No query."""
    return [row.member]


def unfinished_make_ups(on: date, until: date) -> AttendanceQuerySet:
    """Return what is owed of the semester that day lies in, where the time for making up ends by ``until``. One query and the semester's."""
    semester = semester_on(on)
    if semester is None:
        return Attendance.objects.none()
    rows: AttendanceQuerySet = Attendance.objects.filter(status__in=OWING, session__semester=semester.pk)
    rows = rows.filter(session__on__lte=until - timedelta(days=MAKE_UP_DAYS))
    return for_work(rows.exclude(session__state=SessionState.CANCELLED)).order_by("pk")


def names(lines: Iterable[Line]) -> str:
    """Return the members as a sentence lists them."""
    return "、".join(line.member.name for line in lines)
