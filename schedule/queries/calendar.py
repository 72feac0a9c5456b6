"""How days are laid out: a month as weeks, a semester as 校历, the campaign month by month. A fixed number of queries however full they are."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from branches.scope import Standing
from schedule import agenda, calendar
from schedule.agenda import Entry
from schedule.models import Campaign, Milestone, Phase, Semester
from schedule.queries.days import Day, days_of
from schedule.queries.plan import milestones_of, phases_of

# what takes longer stands above the days, not on each of them
SHOWN_DAILY_MOST = 7
WEEK = 7
# these are marks of a day, not lines under it
MARKS = ("holiday",)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a page: what the calendar says of it, and what stands on it."""

    day: Day
    on: date
    inside: bool = True
    entries: tuple[Entry, ...] = ()

    @property
    def date(self) -> date:
        """The day."""
        return self.day.day

    @property
    def is_today(self) -> bool:
        """It is the day one stands on."""
        return self.day.day == self.on

    @property
    def is_free(self) -> bool:
        """Nobody works on it."""
        return not self.day.is_work

    @property
    def is_exchanged(self) -> bool:
        """A weekend that is worked."""
        return self.day.is_work and bool(self.day.name)

    @property
    def mark(self) -> str:
        """What to call it in a word: the holiday, or 上班."""
        return "上班" if self.is_exchanged else self.day.name if self.is_free else ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as whole weeks from Monday on, what goes on longer than a week, and how many things there are in it."""

    first: date
    last: date
    weeks: Sequence[Sequence[Cell]]
    running: Sequence[Entry]
    count: int

    @property
    def days(self) -> list[Cell]:
        """The days of the month, for reading one below the other."""
        return [cell for week in self.weeks for cell in week if cell.inside]

    @property
    def busy_days(self) -> list[Cell]:
        """Those of them with something on them, and today."""
        return [cell for cell in self.days if cell.entries or cell.mark or cell.is_today]

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return calendar.first_of_month(self.first - timedelta(days=1))

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return calendar.after_month(self.first)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(standing: Standing, day: date, kinds: Collection[str] | None, on: date) -> Month:
    """Return the month of a day as the person sees it."""
    first = calendar.first_of_month(day)
    last = calendar.after_month(first) - timedelta(days=1)
    begin, end = monday_of(first), monday_of(last) + timedelta(days=WEEK - 1)
    found = _told(agenda.gathered(standing, begin, end, on, kinds))
    daily, running = _spread(found, begin, end)
    marked = kinds is None or set(MARKS) & set(kinds)
    cells = [
        Cell(one if marked else Day(one.day, one.is_work), on, first <= one.day <= last, tuple(daily.get(one.day, ())))
        for one in days_of(begin, end).values()
    ]
    return Month(
        first,
        last,
        [cells[at : at + WEEK] for at in range(0, len(cells), WEEK)],
        [entry for entry in running if entry.last_day >= first and entry.day <= last],
        len([entry for entry in found if entry.last_day >= first and entry.day <= last]),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a semester. ``number`` counts from the week of the first day of term; in the vacation there is none."""

    number: int | None
    cells: Sequence[Cell]
    entries: Sequence[Entry] = field(default=())

    @property
    def first(self) -> date:
        """Its Monday."""
        return self.cells[0].date

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.cells[-1].date

    @property
    def has_today(self) -> bool:
        """One stands in it."""
        return any(cell.is_today for cell in self.cells)

    @property
    def shared(self) -> list[Entry]:
        """What may hang on a wall: nothing that is the reader's alone."""
        return [entry for entry in self.entries if not entry.private]

    @property
    def holidays(self) -> list[str]:
        """The holidays in it by name, each once."""
        return list(dict.fromkeys(cell.mark for cell in self.cells if cell.mark and cell.is_free))

    @property
    def exchanged(self) -> list[Cell]:
        """The weekends in it that are worked."""
        return [cell for cell in self.cells if cell.is_exchanged]


@dataclass(frozen=True, slots=True)
class Term:
    """A semester week by week, the vacation after it included."""

    semester: Semester
    weeks: Sequence[Week]
    running: Sequence[Entry]

    @property
    def teaching(self) -> int:
        """How many weeks the term has."""
        return sum(week.number is not None for week in self.weeks)


def term_of(standing: Standing, semester: Semester, kinds: Collection[str] | None, on: date) -> Term:
    """Return a semester week by week as the person sees it."""
    begin = monday_of(semester.starts_on)
    end = monday_of(semester.reporting_until) + timedelta(days=WEEK - 1)
    found = _told(agenda.gathered(standing, begin, end, on, kinds))
    days = days_of(begin, end)
    short = [entry for entry in found if entry.days <= SHOWN_DAILY_MOST]
    weeks = []
    for number, at in enumerate(range(0, len(days), WEEK), start=1):
        first = begin + timedelta(days=at)
        cells = [
            Cell(days[day], on, semester.starts_on <= day <= semester.ends_on)
            for day in (first + timedelta(days=step) for step in range(WEEK))
        ]
        week = [entry for entry in short if max(entry.day, begin) in days and monday_of(max(entry.day, begin)) == first]
        weeks.append(Week(number if first <= semester.ends_on else None, cells, week))
    return Term(semester, weeks, [entry for entry in found if entry.days > SHOWN_DAILY_MOST])


@dataclass(frozen=True, slots=True)
class PhaseCell:
    """A phase in a month: whether it runs there, begins or ends there."""

    phase: Phase
    runs: bool
    begins: bool
    ends: bool

    @property
    def word(self) -> str:
        """What to write into it."""
        if not self.runs:
            return ""
        return "开始、结束" if self.begins and self.ends else "开始" if self.begins else "结束" if self.ends else "进行"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the campaign: its phases, its milestones, and how much there is of each kind."""

    first: date
    phases: Sequence[PhaseCell]
    milestones: Sequence[Milestone]
    by_kind: Sequence[tuple[agenda.Source, int]]
    is_now: bool
    opens_year: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The campaign month by month; ``kinds`` head the counts."""

    campaign: Campaign
    phases: Sequence[Phase]
    kinds: Sequence[agenda.Source]
    months: Sequence[MonthLine]
    totals: Sequence[tuple[agenda.Source, int]]


# what the overview shows otherwise, or what nobody counts
UNCOUNTED = ("phase", "milestone", "semester", "holiday")


def overview_of(standing: Standing, campaign: Campaign, on: date) -> Overview:
    """Return the campaign month by month as the person sees it: an entry counts in the month in which it begins."""
    phases, milestones = phases_of(campaign), milestones_of(campaign)
    first = calendar.first_of_month(min([campaign.starts_on, *(phase.starts_on for phase in phases)]))
    last = calendar.after_month(campaign.ends_on) - timedelta(days=1)
    kinds = [source for source in agenda.every() if source.kind not in UNCOUNTED]
    found = agenda.gathered(standing, first, last, on, {source.kind for source in kinds})
    counted = Counter((calendar.first_of_month(max(entry.day, first)), entry.kind) for entry in found)
    months = []
    for month in calendar.months(first, last):
        until = calendar.after_month(month) - timedelta(days=1)
        months.append(
            MonthLine(
                month,
                [
                    PhaseCell(
                        phase,
                        phase.starts_on <= until and phase.ends_on >= month,
                        month <= phase.starts_on <= until,
                        month <= phase.ends_on <= until,
                    )
                    for phase in phases
                ],
                [one for one in milestones if month <= one.date <= until],
                [(source, counted[month, source.kind]) for source in kinds],
                month <= on <= until,
                month == first or month.month == 1,
            )
        )
    totals = [(source, sum(line.by_kind[at][1] for line in months)) for at, source in enumerate(kinds)]
    return Overview(campaign, phases, kinds, months, totals)


def _told(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out what the days themselves say."""
    return [entry for entry in entries if entry.kind not in MARKS]


def _spread(entries: Iterable[Entry], first: date, last: date) -> tuple[dict[date, list[Entry]], list[Entry]]:
    """Return what stands on each day, and what goes on for longer than a week."""
    daily: dict[date, list[Entry]] = {}
    running: list[Entry] = []
    for entry in entries:
        if entry.days > SHOWN_DAILY_MOST:
            running.append(entry)
            continue
        day = max(entry.day, first)
        while day <= min(entry.last_day, last):
            daily.setdefault(day, []).append(entry)
            day += timedelta(days=1)
    for found in daily.values():
        found.sort(key=lambda entry: entry.order)
    return daily, running
