"""Meetings, and the rhythm of 三会一课: how many a branch has held in a semester, how many it should have, and which are missing.

Months and quarters are the calendar's; each counts to the semester in which its last day lies, so twelve months and four quarters
make a school year and nothing is asked for twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from branches.models import Organization
from branches.queries import posts_at
from branches.scope import Standing, ancestors, within
from branches.states import COMMITTEE, Kind
from schedule.models import Meeting, Semester
from schedule.queries.plan import current_campaign, semester_on
from schedule.queries.waiting import Waiting
from schedule.scope.items import MeetingQuerySet
from schedule.states.items import MeetingKind

MONTH, QUARTER = 1, 3
# 支部党员大会 and 党课 once a quarter, 支部委员会 and 党小组会 once a month
RHYTHM = (
    (MeetingKind.BRANCH_ASSEMBLY, QUARTER),
    (MeetingKind.BRANCH_COMMITTEE, MONTH),
    (MeetingKind.GROUP, MONTH),
    (MeetingKind.LECTURE, QUARTER),
)
KINDS = tuple(kind for kind, _ in RHYTHM)
COMMITTEE_LEAST = 3  # fewer hold no committee: a small branch has a secretary, perhaps a deputy
QUARTERS = "一二三四"


def with_papers(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """Fetch with what its page shows: three queries."""
    return meetings.select_related("organization", "recorded_by").prefetch_related("resolutions", "evidence")


def read_by(standing: Standing, number: int | None, on: date) -> Meeting | None:
    """Return the meeting something was also, where the person may read of it: a committee's own is not even named to others."""
    if number is None:
        return None
    known: Meeting | None = Meeting.objects.visible_to(standing, on).filter(pk=number).first()
    return known


def semesters_begun(on: date) -> "QuerySet[Semester]":
    """Return the semesters of the campaign that have begun, the latest first."""
    begun: QuerySet[Semester] = Semester.objects.in_plan().filter(campaign=current_campaign(on), starts_on__lte=on)
    return begun.order_by("-starts_on")


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or quarter."""

    first: date
    last: date
    label: str


def period_of(day: date, months: int) -> Period:
    """Return the calendar month or quarter a day lies in."""
    start = (day.month - 1) // months * months + 1
    first = date(day.year, start, 1)
    following = date(day.year + (start + months > 12), (start + months - 1) % 12 + 1, 1)
    label = f"{day.year}年{start}月" if months == MONTH else f"{day.year}年第{QUARTERS[start // QUARTER]}季度"
    return Period(first, following - timedelta(days=1), label)


def periods_in(semester: Semester, months: int) -> list[Period]:
    """Return the months or quarters whose last day lies in the semester, vacation included."""
    found, period = [], period_of(semester.starts_on, months)
    while period.last <= semester.reporting_until:
        if period.last >= semester.starts_on:
            found.append(period)
        period = period_of(period.last + timedelta(days=1), months)
    return found


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of meeting of one branch: ``expected`` until the day, None when the branch has no such meetings; ``missing`` says which."""

    kind: MeetingKind
    held: int
    expected: int | None
    missing: tuple[str, ...] = ()
    running: str = ""  # the month or quarter under way, when nothing has been held in it yet

    @property
    def lacking(self) -> str:
        """How many are missing, in words."""
        return f"缺 {len(self.missing)} 次" if self.missing else ""

    @property
    def nothing_asked(self) -> str:
        """Why none is expected."""
        if self.expected is not None:
            return ""
        return "没有设党小组" if self.kind == MeetingKind.GROUP else "没有设支部委员会"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A branch in a semester."""

    branch: Organization
    counts: tuple[Count, ...]

    @property
    def missing(self) -> int:
        """How many are missing altogether."""
        return sum(len(count.missing) for count in self.counts)

    @property
    def running(self) -> list[str]:
        """What is still to be held in the month and the quarter under way."""
        return [f"{count.kind.label}（{count.running}）" for count in self.counts if count.running]


def branches_read(standing: Standing, on: date) -> "QuerySet[Organization]":
    """Return the branches whose internal records are open to a person, in the tree's order."""
    places = Organization.objects.within(*standing.reading_paths()).existing(on).filter(kind=Kind.BRANCH)
    read: QuerySet[Organization] = places.order_by("path")
    return read


def rhythm_of(branches: Iterable[Organization], semester: Semester, on: date) -> list[Rhythm]:
    """Return how these branches have held their meetings in a semester, until that day. Three queries."""
    places = list(branches)
    if not places:
        return []
    paths = [place.path for place in places]
    spans = {months: periods_in(semester, months) for months in (MONTH, QUARTER)}
    every = [period for span in spans.values() for period in span]
    held = _held(paths, min(one.first for one in every), max(one.last for one in every), on) if every else []
    groups = _groups(paths, on)
    posts = posts_at([place.pk for place in places], on)
    found = []
    for place in places:
        near = [(kind, path, day) for kind, path, day in held if path.startswith(place.path) or _above(path, place)]
        sits = (
            len({post.holder for post in posts[place.pk] if post.post in COMMITTEE and post.acting_for_id is None})
            >= COMMITTEE_LEAST
        )
        beneath = [group for group in groups if group.path.startswith(place.path)]
        counts = []
        for kind, months in RHYTHM:
            days = [(path, day) for what, path, day in near if what == kind]
            span = [period for period in spans[months] if _asked_then(place, period)]
            if kind == MeetingKind.GROUP:
                counts.append(_of_groups(days, span, place, beneath, on))
            else:
                # what the general branch holds for all is only the lecture
                own = [day for path, day in days if path == place.path or kind == MeetingKind.LECTURE]
                asked = kind != MeetingKind.BRANCH_COMMITTEE or sits
                counts.append(_of_branch(kind, own, span, asked, on))
        found.append(Rhythm(place, tuple(counts)))
    return found


def rhythms(standing: Standing, semester: Semester, on: date) -> list[Rhythm]:
    """Return the rhythm of the branches a person reads about. Four queries."""
    return rhythm_of(branches_read(standing, on), semester, on)


def lacking_at(end: date, number: int | None = None) -> list[Organization]:
    """Return the branches (or the one of that number) for which something is missing in the month or quarter that ends on that day."""
    semester = semester_on(end)
    if semester is None:
        return []
    branches = Organization.objects.existing(end).filter(kind=Kind.BRANCH).order_by("path")
    if number is not None:
        branches = branches.filter(pk=number)
    ending = {kind for kind, months in RHYTHM if period_of(end, months).last == end}
    return [
        one.branch
        for one in rhythm_of(branches, semester, end)
        if any(count.running and count.kind in ending for count in one.counts)
    ]


def ends_around(day: date) -> tuple[date, date]:
    """Return the last day of the month before and of the month a day lies in."""
    month = period_of(day, MONTH)
    return month.first - timedelta(days=1), month.last


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return what is missing in the branches a person leads himself, as one line. At most five queries; none for whoever leads no branch."""
    led = [seat.organization_id for seat in standing.seats if seat.post in COMMITTEE]
    semester = semester_on(on) if led else None
    if semester is None:
        return []
    branches = Organization.objects.filter(pk__in=led, kind=Kind.BRANCH).existing(on)
    missing = sum(one.missing for one in rhythm_of(branches, semester, on))
    return [Waiting("rhythm", "三会一课缺的次数", missing, "schedule:meeting_rhythm", late=missing)] if missing else []


def _held(paths: Sequence[str], first: date, last: date, on: date) -> list[tuple[str, str, date]]:
    above = {path for place in paths for path in ancestors(place)}
    where = within("path", paths) | Q(path__in=above, kind=MeetingKind.LECTURE)
    rows = Meeting.objects.filter(where, kind__in=KINDS, held_on__gte=first, held_on__lte=min(last, on))
    return list(rows.values_list("kind", "path", "held_on"))


def _groups(paths: Sequence[str], on: date) -> list[Organization]:
    return list(Organization.objects.within(*paths).existing(on).filter(kind=Kind.GROUP).order_by("path"))


def _above(path: str, place: Organization) -> bool:
    return path != place.path and place.path.startswith(path) and path.startswith(place.unit_path)


def _asked_then(place: Organization, period: Period) -> bool:
    """Answer whether the organisation stood when the period began."""
    return place.established_on is None or place.established_on <= period.first


def _of_branch(kind: MeetingKind, days: list[date], span: list[Period], asked: bool, on: date) -> Count:
    counted = sum(any(one.first <= day <= one.last for one in span) for day in days)
    if not asked:
        return Count(kind, counted, None)
    empty = [one for one in span if not any(one.first <= day <= one.last for day in days)]
    over = [one for one in span if one.last < on]
    return Count(
        kind,
        counted,
        len(over),
        tuple(one.label for one in empty if one.last < on),
        next((one.label for one in empty if one.first <= on <= one.last), ""),
    )


def _of_groups(
    days: list[tuple[str, date]], span: list[Period], place: Organization, groups: list[Organization], on: date
) -> Count:
    """Count each group by itself; a meeting written down as the branch's counts for all of them."""
    counted = sum(any(one.first <= day <= one.last for one in span) for _, day in days)
    if not groups:
        return Count(MeetingKind.GROUP, counted, None)
    lacking: dict[str, list[str]] = defaultdict(list)
    running = ""
    for one in span:
        for group in groups:
            if not _asked_then(group, one) or one.first > on:
                continue
            if any(path in (group.path, place.path) and one.first <= day <= one.last for path, day in days):
                continue
            if one.last < on:
                lacking[one.label].append(group.name)
            else:
                running = one.label
    missing = tuple(f"{label}（{name}）" for label, names in lacking.items() for name in names)
    over = sum(_asked_then(group, one) for one in span if one.last < on for group in groups)
    return Count(MeetingKind.GROUP, counted, over, missing, running)
