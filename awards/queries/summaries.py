"""Summaries and what has changed beneath them. Each function says how many queries it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import LogEntry
from awards.models import Summary, SummarySection
from awards.queries.gathering import Draft
from awards.scope.summaries import SummaryQuerySet
from branches.models import Organization
from branches.scope import Standing, within
from branches.states import COMMITTEE, Kind, Post
from schedule.models import Campaign, Phase
from schedule.queries.plan import semesters_of


def for_lists(summaries: SummaryQuerySet) -> SummaryQuerySet:
    """Fetch with what a line of a list says: one query."""
    return summaries.select_related("organization", "by")


def for_work(summaries: SummaryQuerySet) -> SummaryQuerySet:
    """Fetch with everything its page, its print and the rules ask for: two queries."""
    return summaries.select_related("organization", "campaign", "by").prefetch_related("sections")


def places_to_write(standing: Standing, on: date) -> Any:
    """The organisations for which a person sums up: those on whose committee he sits, and all below an office he serves. One query."""
    sits = [seat.organization_id for seat in standing.seats if seat.post in COMMITTEE]
    kept = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF]
    places = Organization.objects.existing(on).filter(Q(pk__in=sits) | within("path", kept))
    return places.exclude(kind=Kind.GROUP).order_by("path")


def history_of(summary: Summary) -> list[LogEntry]:
    """Return who did what to a summary, newest first. One query."""
    return list(LogEntry.objects.of(summary).select_related("actor").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days that is usually summed up."""

    label: str
    first: date
    last: date


def usual_spans(campaign: Campaign, on: date) -> list[Span]:
    """Return the whole campaign, its phases and its semesters, as far as they have begun. Two queries."""
    phases = Phase.objects.in_plan().filter(campaign=campaign).order_by("starts_on", "order")
    found = [
        Span("整个活动", campaign.starts_on, campaign.ends_on),
        *[Span(one.title, one.starts_on, one.ends_on) for one in phases],
        *[Span(one.short_label, one.starts_on, one.reporting_until) for one in semesters_of(campaign)],
    ]
    return [one for one in found if one.first <= on]


# ---- gathered again ----


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure before and after it was gathered again; None where it was not there. ``in_text``: the old number still stands in the text."""

    label: str
    old: str | None
    new: str | None
    in_text: bool


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section and what the records give now."""

    section: SummarySection
    draft: Draft
    figures: list[FigureChange]

    @property
    def says_otherwise(self) -> bool:
        """The records give other sentences than before."""
        return self.draft.text.split() != self.section.drafted.split()

    @property
    def is_new(self) -> bool:
        """Something has changed."""
        return self.says_otherwise or bool(self.figures)


def changes_of(summary: Summary, drafts: Sequence[Draft]) -> list[SectionChange]:
    """Return every section of a summary fetched for work beside what the records give now, in order. No query."""
    by_key = {draft.key: draft for draft in drafts}
    return [
        SectionChange(section, by_key[section.key], _figure_changes(section, by_key[section.key]))
        for section in summary.sections.all()
    ]


def _figure_changes(section: SummarySection, draft: Draft) -> list[FigureChange]:
    old = _values(section.figures)
    new = _values(draft.kept)
    return [
        FigureChange(
            label, old.get(label), new.get(label), section.is_edited and (old.get(label) or "\0") in section.text
        )
        for label in {**old, **new}
        if old.get(label) != new.get(label)
    ]


def _values(figures: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {figure["label"]: figure["value"] for figure in figures}
