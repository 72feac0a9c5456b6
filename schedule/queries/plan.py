"""Which part of the plan: what runs on a day, what lies ahead, what it is measured by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from schedule.models import (
    Campaign,
    Carrier,
    CarrierItem,
    FoundingCondition,
    Indicator,
    Milestone,
    Phase,
    PhaseTask,
    SchoolYear,
    Semester,
    Standard,
    StandardSet,
    StudyDocument,
    ThemeGoal,
    Way,
)
from schedule.states.plan import Aim


def current_campaign(on: date) -> Campaign | None:
    """Return the campaign that runs on that day; between campaigns the one begun last, before all of them the first.

    None only while no plan has been loaded. Ask ``campaign.standing(on)`` whether it really runs.
    """
    begun = Campaign.objects.filter(starts_on__lte=on).order_by("-starts_on").first()
    return begun or Campaign.objects.order_by("starts_on").first()


def phases_on(on: date) -> list[Phase]:
    """Return the phases that run on that day, in the plan's order; two where they overlap."""
    return list(Phase.objects.in_plan().filter(starts_on__lte=on, ends_on__gte=on).order_by("starts_on", "order"))


def semester_on(on: date) -> Semester | None:
    """Return the semester that day counts to; vacation days count to the semester before them."""
    semester = Semester.objects.in_plan().filter(starts_on__lte=on).order_by("-starts_on").first()
    return semester if semester and on <= semester.reporting_until else None


def milestones_ahead(on: date, days: int) -> list[Milestone]:
    """Return the milestones from that day to ``days`` days later, both included, soonest first."""
    return list(Milestone.objects.in_plan().filter(date__gte=on, date__lte=on + timedelta(days=days)))


def standards_of(target: str, on: date) -> QuerySet[Standard]:
    """Return the standards that measure organisations or members on that day, in the plan's order.

    Of several versions the one in effect counts; before the first one takes effect, the first.
    """
    sets = StandardSet.objects.in_plan().filter(campaign=current_campaign(on), target=target)
    in_effect = sets.filter(effective_from__lte=on).order_by("-effective_from", "-order").first()
    current = in_effect or sets.order_by("effective_from", "order").first()
    standards: QuerySet[Standard] = Standard.objects.in_plan().filter(set=current)
    return standards


def semesters_of(campaign: Campaign) -> list[Semester]:
    """Return the semesters from first to last."""
    return list(Semester.objects.in_plan().filter(campaign=campaign).order_by("starts_on"))


def phases_of(campaign: Campaign) -> list[Phase]:
    """Return the phases in the plan's order."""
    return list(Phase.objects.in_plan().filter(campaign=campaign))


def milestones_of(campaign: Campaign) -> list[Milestone]:
    """Return the milestones by date."""
    return list(Milestone.objects.in_plan().filter(campaign=campaign))


@dataclass(frozen=True)
class Document:
    """The whole plan in the order it is read, everything withdrawn left out."""

    campaign: Campaign
    goals: list[tuple[str, list[ThemeGoal]]]
    standard_sets: list[StandardSet]
    ways: list[Way]
    milestones: list[Milestone]
    school_years: list[SchoolYear]
    carriers: list[Carrier]
    founding_conditions: list[FoundingCondition]
    phases: list[Phase]


def document(campaign: Campaign, on: date) -> Document:
    """Return the plan with everything in it and the indicators of that day, in a fixed number of queries."""
    points = Prefetch("points", CarrierItem.objects.in_plan(), to_attr="enumerated")
    items = Prefetch(
        "items", CarrierItem.objects.in_plan().filter(parent=None).prefetch_related(points), to_attr="contents"
    )
    documents = Prefetch("documents", StudyDocument.objects.in_plan(), to_attr="reading")
    tasks = Prefetch("tasks", PhaseTask.objects.in_plan().prefetch_related(documents), to_attr="work")
    standards = Standard.objects.in_plan()
    indicators = Prefetch(
        "indicators", Indicator.objects.in_force(on).select_related("organization"), to_attr="in_force"
    )
    listed = Prefetch("standards", standards.prefetch_related(indicators), to_attr="listed")
    years = SchoolYear.objects.in_plan().prefetch_related(
        Prefetch("semesters", Semester.objects.in_plan(), to_attr="terms")
    )
    return Document(
        campaign=campaign,
        goals=_by_aim(campaign.theme_goals.in_plan()),
        standard_sets=list(campaign.standard_sets.in_plan().prefetch_related(listed)),
        ways=list(campaign.ways.in_plan()),
        milestones=milestones_of(campaign),
        school_years=list(years.filter(campaign=campaign)),
        carriers=list(
            campaign.carriers.in_plan()
            .select_related("goal")
            .prefetch_related(items, Prefetch("standards", standards, to_attr="supported"))
        ),
        founding_conditions=list(campaign.founding_conditions.in_plan()),
        phases=list(campaign.phases.in_plan().prefetch_related(tasks)),
    )


def _by_aim(goals: Iterable[ThemeGoal]) -> list[tuple[str, list[ThemeGoal]]]:
    rows = list(goals)
    return [(aim.label, [goal for goal in rows if goal.kind == aim]) for aim in Aim]
