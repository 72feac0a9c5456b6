"""A branch's study: its sessions, whose turn it is, what lacks. Each function says how many queries it costs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from accounts.models import LogEntry
from branches.models import Member, Membership, Organization
from branches.scope import Standing, ancestors, within
from branches.states import LEADERS, Kind, Post
from schedule.models import Attendance, Meeting, Semester, StudyDocument, StudyPlan, StudySession, TurnSwap
from schedule.queries.plan import semester_on
from schedule.queries.waiting import Waiting
from schedule.rota import GAP_MOST, Speaker, Turn, longest_gap
from schedule.scope.study import StudySessionQuerySet, TurnSwapQuerySet
from schedule.states.study import SessionState, SwapState

SESSION_PARTS = ("organization", "semester", "plan", "lecturer__user", "meeting", "recorded_by")
SWAP_PARTS = ("asked_by__user", "asked_of__user", "mine__organization", "other__organization")
# these see to it that study is planned and written down
IN_CHARGE = (*LEADERS, Post.PUBLICITY_COMMISSIONER)


def for_work(sessions: StudySessionQuerySet) -> StudySessionQuerySet:
    """Fetch with everything the rules ask for and a line of a list says: one query."""
    return sessions.select_related(*SESSION_PARTS)


def with_papers(sessions: StudySessionQuerySet) -> StudySessionQuerySet:
    """Fetch with what is read and the files: three queries."""
    return for_work(sessions).prefetch_related("documents", "evidence")


def places(standing: Standing, on: date) -> Any:
    """The organisations whose study a person follows: branches, and whatever else studies, on his own line or where records are open. One query."""
    line = [*ancestors(standing.home_path), standing.home_path] if standing.unit_path else []
    own = Q(path__in=[path for path in line if path.startswith(standing.unit_path)])
    studies = Q(kind=Kind.BRANCH) | Exists(StudySession.objects.filter(organization=OuterRef("pk")))
    known = Organization.objects.existing(on).filter(own | within("path", standing.reading_paths()))
    return known.filter(studies | Exists(StudyPlan.objects.filter(organization=OuterRef("pk"))))


def possible_lecturers(organization: Organization, day: date) -> Any:
    """Who may lecture there on that day: the members of it and below. One query."""
    return Member.objects.belonging(day, organization.path)


def lecturers_ever(organization: Organization) -> Any:
    """Who belongs, or once belonged, to it and below: history names people who left. One query."""
    known = Membership.objects.within(organization.path)
    return Member.objects.filter(pk__in=known.values("member_id"))


def meetings_at(organization: Organization) -> Any:
    """Which meetings a session of the organisation may be at the same time, latest first. One query."""
    return Meeting.objects.filter(organization=organization)


def turns_to_swap(session: StudySession, on: date) -> StudySessionQuerySet:
    """The turns of others in the same organisation that lie ahead, of those who still belong to it. One query."""
    ahead = StudySession.objects.filter(organization=session.organization_id, state=SessionState.PLANNED, on__gt=on)
    rows: StudySessionQuerySet = ahead.filter(lecturer__in=possible_lecturers(session.organization, on)).exclude(
        lecturer=session.lecturer_id
    )
    return for_work(rows).order_by("on", "pk")


def presence_of(session: StudySession) -> dict[str, list[Attendance]]:
    """Who was there and who was not, by `Presence`. One query."""
    found: dict[str, list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(session=session).select_related("member"):
        found[row.status].append(row)
    return dict(found)


def plan_of(organization: Organization, semester: Semester) -> StudyPlan | None:
    """Return the organisation's plan of a semester. One query."""
    return StudyPlan.objects.filter(organization=organization, semester=semester).first()


def swaps_for_work(swaps: TurnSwapQuerySet) -> TurnSwapQuerySet:
    """Fetch swaps with both turns and both people: one query."""
    return swaps.select_related(*SWAP_PARTS)


def swaps_about(sessions: Iterable[StudySession]) -> TurnSwapQuerySet:
    """The swaps in which one of these turns is asked for or offered, newest first."""
    numbers = [one.pk for one in sessions]
    about = Q(mine__in=numbers) | Q(other__in=numbers)
    return swaps_for_work(TurnSwap.objects.filter(about)).order_by("-pk")


def history_of(session: StudySession) -> list[LogEntry]:
    """Return who did what to a session, newest first. One query."""
    return list(LogEntry.objects.of(session).order_by("-pk"))


def documents_of(semester: Semester | None) -> Any:
    """The plan's own study documents of that semester's campaign. One query."""
    if semester is None:
        return StudyDocument.objects.none()
    return StudyDocument.objects.in_plan().filter(task__phase__campaign=semester.campaign_id).order_by("task", "order")


def semester_of_day(day: date) -> Semester | None:
    """Return the semester a session of that day counts to: vacation counts to the one before. Two queries at most."""
    return semester_on(day)


def current_semester(semesters: Sequence[Semester], on: date) -> Semester | None:
    """Return the semester that runs, else the one begun last, else the first; ``semesters`` from first to last. No query."""
    begun = [one for one in semesters if one.starts_on <= on]
    return begun[-1] if begun else (semesters[0] if semesters else None)


def speakers_of(path: str, on: date) -> list[Speaker[int]]:
    """Return who takes turns in an organisation from that day on, in a stable order: members of it and below. One query.

    Whoever left and came back counts from his last coming.
    """
    rows = Membership.objects.within(path).order_by("member__sort_key", "member_id", "starts_on")
    stays: dict[int, tuple[date, date | None]] = {}
    for member, starts_on, ends_on in rows.values_list("member_id", "starts_on", "ends_on"):
        before = stays.get(member)
        stayed = before is not None and before[1] is not None and starts_on <= before[1] + timedelta(days=1)
        stays[member] = (before[0] if before and stayed else starts_on, ends_on)
    return [Speaker(pk, since, until) for pk, (since, until) in stays.items() if until is None or until >= on]


def turns_of(organization: Organization, but: Collection[int] = ()) -> list[Turn[int]]:
    """Return all turns of an organisation, held and planned, those of the sessions ``but`` left out. One query."""
    rows = StudySession.objects.filter(organization=organization, lecturer__isnull=False).standing().exclude(pk__in=but)
    return [Turn(day, lecturer) for day, lecturer in rows.values_list("on", "lecturer_id")]


def following(session: StudySession, on: date) -> StudySessionQuerySet:
    """The planned sessions of the same organisation after this one and still ahead, in their order: a turn that falls away is handed on to them.

    Who spoke at a session that only waits to be written down has spoken.
    """
    later = StudySession.objects.filter(organization=session.organization_id, state=SessionState.PLANNED)
    rows: StudySessionQuerySet = with_papers(later.filter(on__gt=max(session.on, on)))
    return rows.order_by("on", "pk")


def next_turn(standing: Standing, on: date) -> StudySession | None:
    """Return the person's own next turn. One query; none for who is no member."""
    if standing.member is None:
        return None
    mine = StudySession.objects.filter(lecturer=standing.member.pk, state=SessionState.PLANNED, on__gte=on)
    found: StudySession | None = for_work(mine).order_by("on", "pk").first()
    return found


# ---- gaps ----


@dataclass(frozen=True, slots=True)
class Gap:
    """An organisation in term time without study for too long: since when, and by when the next session was due."""

    organization: Organization
    since: date
    due_on: date


def studying(on: date) -> Any:
    """The branches that exist on that day, in whose term time there is to be study every two weeks."""
    return Organization.objects.existing(on).filter(kind=Kind.BRANCH)


def gaps(organizations: Sequence[Organization], semester: Semester | None, on: date) -> list[Gap]:
    """Return which of these have had no study for more than fourteen days of term on that day. One query; outside term time none.

    A session of these days that only waits to be written down is no gap yet.
    """
    if semester is None or not semester.starts_on <= on <= semester.ends_on:
        return []
    rows = StudySession.objects.filter(organization__in=[one.pk for one in organizations], on__lte=on).values_list(
        "organization"
    )
    waiting = Q(state=SessionState.PLANNED, on__gte=on - timedelta(days=UNRECORDED_AFTER))
    marks = {
        place: (held, pending)
        for place, held, pending in rows.annotate(
            held=Max("on", filter=Q(state=SessionState.HELD)), pending=Count("pk", filter=waiting)
        ).order_by("organization")
    }
    found = []
    for one in organizations:
        held, pending = marks.get(one.pk, (None, 0))
        since = max(held, semester.starts_on) if held else semester.starts_on
        due_on = since + timedelta(days=GAP_MOST)
        if due_on < on and not pending:
            found.append(Gap(one, since, due_on))
    return found


UNRECORDED_AFTER = 3  # days after a session when its record is asked for


# ---- the list ----


@dataclass(slots=True)
class BranchLine:
    """An organisation's semester in one line: ``planned`` lie ahead, ``to_record`` have passed and are not written down."""

    organization: Organization
    held: int = 0
    planned: int = 0
    longest: int = 0
    next_on: date | None = None
    gap: Gap | None = None
    has_plan: bool = False
    to_record: int = 0
    days: list[date] = field(default_factory=list)


def branch_lines(organizations: Sequence[Organization], semester: Semester, on: date) -> list[BranchLine]:
    """Return the semester of each organisation as it stands on that day. Three queries."""
    numbers = [one.pk for one in organizations]
    lines = {one.pk: BranchLine(one) for one in organizations}
    rows = StudySession.objects.filter(organization__in=numbers, semester=semester).standing().order_by("on")
    for place, day, state in rows.values_list("organization_id", "on", "state"):
        line = lines[place]
        if state == SessionState.HELD:
            line.held += day <= on
            line.days.append(day)
        else:
            line.planned += day >= on
            line.to_record += day < on
            if day >= on and line.next_on is None:
                line.next_on = day
    for place in StudyPlan.objects.filter(organization__in=numbers, semester=semester).values_list(
        "organization_id", flat=True
    ):
        lines[place].has_plan = True
    for gap in gaps(organizations, semester, on):
        lines[gap.organization.pk].gap = gap
    for line in lines.values():
        line.longest = longest_gap(line.days, semester.starts_on, min(on, semester.ends_on))
    return list(lines.values())


# ---- what waits ----

LINES = (
    ("to_record", "等我记录的学习", "?waiting=to_record"),
    ("my_turn", "轮到我主讲，还没有定主题", "?waiting=my_turn"),
    ("swaps", "请我调换主讲", "?waiting=swaps"),
)
DOORS = tuple(key for key, *_ in LINES)


def to_record(standing: Standing, on: date) -> StudySessionQuerySet:
    """Sessions whose day has passed, of the organisations where he is in charge of study."""
    led = [seat.organization_id for seat in standing.seats if seat.post in IN_CHARGE]
    rows: StudySessionQuerySet = StudySession.objects.filter(
        organization__in=led, state=SessionState.PLANNED, on__lt=on
    )
    return rows


def my_turns(standing: Standing, on: date) -> StudySessionQuerySet:
    """His own turns ahead that have no topic yet."""
    member = standing.member.pk if standing.member else None
    rows: StudySessionQuerySet = StudySession.objects.filter(
        lecturer=member, lecturer__isnull=False, state=SessionState.PLANNED, on__gte=on, topic=""
    )
    return rows


def swaps_asked_of(standing: Standing, on: date) -> TurnSwapQuerySet:
    """The questions that wait for his answer and can still be answered."""
    member = standing.member.pk if standing.member else None
    ahead = {"state": SessionState.PLANNED, "on__gt": on}
    rows: TurnSwapQuerySet = TurnSwap.objects.filter(
        asked_of=member,
        asked_of__isnull=False,
        state=SwapState.ASKED,
        other__lecturer=member,
        mine__lecturer=F("asked_by"),
        **{f"{name}__{key}": value for name in ("mine", "other") for key, value in ahead.items()},
    )
    return rows


def waiting_sessions(key: str, standing: Standing, on: date) -> StudySessionQuerySet:
    """Return the sessions behind one of the lines of what waits."""
    match key:
        case "to_record":
            return to_record(standing, on)
        case "my_turn":
            return my_turns(standing, on)
        case _:
            asked = swaps_asked_of(standing, on).values("other")
            rows: StudySessionQuerySet = StudySession.objects.filter(pk__in=asked)
            return rows


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return what of study waits for a person, the lines with something in them. One query."""
    behind = {key: Q(pk__in=waiting_sessions(key, standing, on).values("pk")) for key in DOORS}
    rows = StudySession.objects.filter(behind["to_record"] | behind["my_turn"] | behind["swaps"])
    found: dict[str, list[date]] = defaultdict(list)
    for day, *inside in rows.annotate(**{f"is_{key}": Count("pk", filter=behind[key]) for key in DOORS}).values_list(
        "on", *(f"is_{key}" for key in DOORS)
    ):
        for key, is_inside in zip(DOORS, inside, strict=True):
            if is_inside:
                found[key].append(day)
    lines = []
    for key, label, query in LINES:
        if days := found[key]:
            late = len(days) if key == "to_record" else 0
            lines.append(Waiting(key, label, len(days), "schedule:study_list", query, due_on=min(days), late=late))
    return lines
