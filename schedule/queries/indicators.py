"""Indicators as they are read: standard by standard, those in force and what was said before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from schedule.models import Indicator, Standard
from schedule.scope.indicators import IndicatorQuerySet


@dataclass
class Held:
    """An indicator in force, with its earlier versions, latest first."""

    indicator: Indicator
    earlier: list[Indicator] = field(default_factory=list)


@dataclass
class Ground:
    """A standard with what it means: for everybody, and for branches and posts; and what no longer holds."""

    standard: Standard
    general: list[Held] = field(default_factory=list)
    own: list[Held] = field(default_factory=list)
    past: list[Held] = field(default_factory=list)

    @property
    def points(self) -> int | None:
        """The sum of the general ones' points, where any have some."""
        given = [held.indicator.points for held in self.general if held.indicator.points is not None]
        return sum(given) if given else None


def grounds(standards: Iterable[Standard], indicators: IndicatorQuerySet, on: date) -> list[Ground]:
    """Arrange indicators under their standards as they stand on that day. Two queries."""
    found = {standard.pk: Ground(standard) for standard in standards}
    rows = list(indicators.filter(standard__in=found).select_related("organization"))
    known = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    by_standard: dict[int, list[Indicator]] = defaultdict(list)
    for row in rows:
        by_standard[row.standard_id].append(row)
    for pk, ground in found.items():
        for row in by_standard[pk]:
            if row.holds_on(on):
                (ground.own if row.whose else ground.general).append(Held(row, _earlier(row, known)))
            elif row.pk not in replaced and row.ended_on != row.starts_on:
                ground.past.append(Held(row, _earlier(row, known)))
    return list(found.values())


def _earlier(row: Indicator, known: dict[int, Indicator]) -> list[Indicator]:
    found = []
    step = known.get(row.replaces_id or 0)
    while step is not None:
        if step.ended_on != step.starts_on:  # put right on its first day, it was never in force
            found.append(step)
        step = known.get(step.replaces_id or 0)
    return found
