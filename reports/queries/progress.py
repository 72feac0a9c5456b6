"""How far things have come: branches side by side, standards with their evidence. Numerator and denominator, never one without the other."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, Value

from branches.models import Organization
from branches.scope import Standing, within
from pledges.models import Pledge, PledgeCycle
from pledges.queries.coverage import Board, Coverage, Rate, board, rates_by_organization
from pledges.states import Outcome
from schedule.models import Campaign, Milestone, Phase, Standard
from schedule.states.plan import Precision, Target

DATES_MOST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation in the comparison."""

    organization: Organization
    coverage: Coverage
    rate: Rate


@dataclass(frozen=True, slots=True)
class Comparison:
    """Organisations in the order of the tree, and their sum."""

    board: Board
    lines: list[Line]
    total: Line

    @property
    def is_alone(self) -> bool:
        """There is nothing to compare: one organisation only."""
        return len(self.lines) == 1


def comparison(standing: Standing, cycle: PledgeCycle, on: date) -> Comparison:
    """Return the organisations whose internal records are open to the reader. Four queries."""
    paths = standing.reading_paths()
    found = board(cycle, paths=paths, on=on)
    pledges = Pledge.objects.filter(within("path", paths), cycle=cycle)
    rates = rates_by_organization(pledges, on)
    lines = [Line(one.organization, one, rates.get(one.organization.pk, Rate())) for one in found.lines]
    whole = sum((line.rate for line in lines), Rate())
    return Comparison(found, lines, Line(found.total.organization, found.total, whole))


@dataclass(frozen=True, slots=True)
class StandardLine:
    """One of the five, and what stands for it: items promised, due, fulfilled; records of fulfilment, and those with a file."""

    standard: Standard
    items: int
    due: int
    fulfilled: int
    entries: int
    evidenced: int


@dataclass(frozen=True, slots=True)
class StandardsTable:
    """五个好 over the organisations' pledges, or 五带头 over the members'."""

    title: str
    target: str
    lines: list[StandardLine]


def standards(cycle: PledgeCycle, paths: list[str], on: date) -> list[StandardsTable]:
    """Return what has been promised and shown for each standard in the pledges in force under ``paths``. One query."""
    in_force = Pledge.objects.filter(within("path", paths), cycle=cycle).public(on)
    here = Q(pledge_items__pledge__in=in_force.order_by().values("pk"))
    due = here & Q(pledge_items__due_on__lte=on)
    done = due & Q(pledge_items__outcome=Outcome.FULFILLED, pledge_items__settled_on__lte=on)
    entered = here & Q(pledge_items__entries__on__lte=on)
    rows = (
        Standard.objects.in_plan()
        .filter(set__campaign=cycle.campaign_id, set__withdrawn_on__isnull=True)
        .select_related("set")
        .annotate(
            items=Count("pledge_items", filter=here, distinct=True),
            due=Count("pledge_items", filter=due, distinct=True),
            fulfilled=Count("pledge_items", filter=done, distinct=True),
            entries=Count("pledge_items__entries", filter=entered, distinct=True),
            evidenced=Count(
                "pledge_items__entries",
                filter=entered & Q(pledge_items__entries__evidence__isnull=False),
                distinct=True,
            ),
        )
    )
    return [table for target in Target if (table := _table(list(rows), target, on))]


def _table(rows: list[Standard], target: str, on: date) -> StandardsTable | None:
    """Of several versions of a set the one in effect counts, before the first takes effect the first."""
    sets = sorted(
        {row.set for row in rows if row.set.target == target}, key=lambda one: (one.effective_from, one.order)
    )
    if not sets:
        return None
    begun = [one for one in sets if one.effective_from <= on]
    current = begun[-1] if begun else sets[0]
    lines = [
        StandardLine(row, row.items, row.due, row.fulfilled, row.entries, row.evidenced)  # type: ignore[attr-defined]
        for row in rows
        if row.set_id == current.pk
    ]
    return StandardsTable(current.title, target, lines)


@dataclass(frozen=True, slots=True)
class NextDate:
    """A day and what it is, known as exactly as ``precision`` says."""

    day: date
    label: str
    precision: str = Precision.DAY


def days_worth_looking_at(
    campaign: Campaign | None, cycles: list[PledgeCycle], first: date, today: date
) -> list[NextDate]:
    """Return past days on which something was due, the latest first: one click each for whoever looks back. One query."""
    found = [NextDate(day, label) for cycle in cycles for day, label in _cycle_days(cycle)]
    if campaign is not None:
        for phase in Phase.objects.in_plan().filter(campaign=campaign):
            found += [NextDate(phase.ends_on, f"{phase.title}：最后一天")]
    past = [one for one in found if first <= one.day < today]
    return sorted(past, key=lambda one: one.day, reverse=True)[:DATES_MOST]


def _cycle_days(cycle: PledgeCycle) -> list[tuple[date, str]]:
    days = [
        (cycle.submit_by, "提诺截止"),
        (cycle.review_by, "审诺截止"),
        (cycle.publish_by, "亮诺截止"),
        (cycle.midyear_on, "年中检查"),
        (cycle.ends_on, "践诺截止"),
        (cycle.appraise_by, "评诺截止"),
    ]
    return [(day, f"{cycle}：{label}") for day, label in days if day is not None]


def next_dates(campaign: Campaign | None, cycle: PledgeCycle | None, on: date) -> list[NextDate]:
    """Return what lies ahead, the soonest first. One query."""
    found = [] if campaign is None else _plan_dates(campaign, on)
    if cycle is not None and not cycle.is_closed:
        found += [NextDate(day, label) for day, label in _cycle_days(cycle) if day >= on]
    return sorted(found, key=lambda one: one.day)[:DATES_MOST]


def _plan_dates(campaign: Campaign, on: date) -> list[NextDate]:
    phases = Phase.objects.in_plan().filter(campaign=campaign).order_by()
    milestones = Milestone.objects.in_plan().filter(campaign=campaign, date__gte=on).order_by()
    kinds = [
        (phases.filter(starts_on__gte=on), "starts_on", "start_precision", "：开始"),
        (phases.filter(ends_on__gte=on), "ends_on", "end_precision", "：结束"),
        (milestones, "date", "precision", ""),
    ]
    first, *rest = (
        rows.values_list("title", F(day), F(precision), Value(what)) for rows, day, precision, what in kinds
    )
    return [NextDate(day, f"{title}{what}", precision) for title, day, precision, what in first.union(*rest)]


@dataclass(frozen=True, slots=True)
class WallFigures:
    """What hangs on the public wall."""

    organizations: int
    members: int


def wall_figures(on: date) -> WallFigures:
    """Count the pledges on the wall of the newest year that has any. One query."""
    rows = Pledge.objects.public(on).order_by("-cycle__year").values("cycle__year")
    counted = rows.annotate(
        organizations=Count("pk", filter=Q(member__isnull=True)), members=Count("pk", filter=Q(member__isnull=False))
    ).first()
    return WallFigures(counted["organizations"], counted["members"]) if counted else WallFigures(0, 0)
