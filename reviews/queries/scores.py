"""Scores, where the campaign keeps them: what a self-review's standards add up to, and which band that is. No query here."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reviews.models import SelfReviewLine
from schedule.models import ScoringScheme
from schedule.queries.scoring import scheme_of, scoring_on

__all__ = ["Total", "of_lines", "scheme_of", "scoring_on", "total"]


@dataclass(frozen=True, slots=True)
class Total:
    """Points out of ``most``. ``band`` is empty until every standard has its points."""

    points: Decimal
    most: int
    band: str


def total(points: Iterable[Decimal | None], scheme: ScoringScheme) -> Total | None:
    """Add up the points of one subject's standards; None while none is given."""
    every = list(points)
    given = [one for one in every if one is not None]
    if not given:
        return None
    most, summed = scheme.weight * len(every), sum(given, Decimal(0))
    return Total(summed, most, scheme.band_of(summed, most) if len(given) == len(every) else "")


def of_lines(lines: Iterable[SelfReviewLine], scheme: ScoringScheme | None) -> tuple[Total | None, Total | None]:
    """Return what a self-review gave itself and what it was given; nothing while no scores are kept."""
    if scheme is None:
        return None, None
    rows = list(lines)
    return total((row.self_score for row in rows), scheme), total((row.assessed_score for row in rows), scheme)
