"""Who must know of the campaign's own dates: the phases and the milestones of the plan. Of action items: ``items`` beside this."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from schedule import letters, reminding
from schedule.letters import Letter, Person
from schedule.models import Milestone, Phase
from schedule.queries.notices import leaders_and_office
from schedule.reminding import Due, Reminder


def timeline(obj: Any) -> str:
    """Return the page where all dates stand together."""
    return reverse("schedule:timeline")


def those_in_charge(obj: Any, on: date) -> list[Person]:
    """Return who has to see to it: leaders and office, whatever the record."""
    return leaders_and_office(on)


def phases_starting(on: date, until: date) -> Iterator[Due]:
    """Yield the phases that start from that day on."""
    to = leaders_and_office(on)
    phases = Phase.objects.in_plan().filter(starts_on__gte=on, starts_on__lte=until)
    for phase in phases.prefetch_related("tasks"):
        yield Due(phase, to, phase.starts_on)


def starts_still(phase: Phase, on: date) -> bool:
    return phase.withdrawn_on is None and on <= phase.starts_on


def phases_ending(on: date, until: date) -> Iterator[Due]:
    """Yield the running phases that end from that day on."""
    to = leaders_and_office(on)
    phases = Phase.objects.in_plan().filter(starts_on__lte=on, ends_on__gte=on, ends_on__lte=until)
    for phase in phases.prefetch_related("tasks"):
        yield Due(phase, to, phase.ends_on)


def ends_still(phase: Phase, on: date) -> bool:
    return phase.withdrawn_on is None and phase.starts_on <= on <= phase.ends_on


def milestones_ahead(on: date, until: date) -> Iterator[Due]:
    """Yield the milestones from that day on; each brings its own first lead from the plan."""
    to = leaders_and_office(on)
    for milestone in Milestone.objects.in_plan().filter(date__gte=on):
        first = milestone.remind_days_before
        leads = {first, *(lead for lead in settings.MILESTONE_LEAD_DAYS if lead < first)}
        yield Due(milestone, to, milestone.date, leads=tuple(leads))


def lies_ahead(milestone: Milestone, on: date) -> bool:
    return milestone.withdrawn_on is None and on <= milestone.date


letters.register(Letter("phase_starting", "阶段即将开始", timeline, those_in_charge, group=True))
letters.register(Letter("phase_ending", "阶段即将结束", timeline, those_in_charge, group=True))
letters.register(Letter("milestone_ahead", "重大节点临近", timeline, those_in_charge, group=True))

reminding.register(
    Reminder(
        "phase_starting",
        "阶段即将开始",
        letter="phase_starting",
        leads=settings.PHASE_STARTING_LEAD_DAYS,
        open_items=phases_starting,
        still_open=starts_still,
    )
)
reminding.register(
    Reminder(
        "phase_ending",
        "阶段即将结束",
        letter="phase_ending",
        leads=settings.PHASE_ENDING_LEAD_DAYS,
        open_items=phases_ending,
        still_open=ends_still,
    )
)
reminding.register(
    Reminder(
        "milestone_ahead",
        "重大节点临近",
        letter="milestone_ahead",
        leads=settings.MILESTONE_LEAD_DAYS,
        open_items=milestones_ahead,
        still_open=lies_ahead,
    )
)
