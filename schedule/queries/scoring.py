"""Whether a campaign keeps scores. Off, no number of any person or organisation is shown, and none is asked for."""

from schedule.models import Campaign, ScoringScheme
from schedule.states.indicators import BANDS


def scheme_of(campaign: Campaign | None) -> ScoringScheme | None:
    """Return the campaign's way of scoring while it is switched on. One query, none when fetched with the campaign."""
    scheme: ScoringScheme | None = getattr(campaign, "scoring", None)
    return scheme if scheme is not None and scheme.enabled else None


def scoring_on(campaign: Campaign | None) -> bool:
    """Answer whether the campaign keeps scores. As many queries as ``scheme_of``."""
    return scheme_of(campaign) is not None


def kept_scheme(campaign: Campaign) -> ScoringScheme:
    """Return the campaign's way of scoring, on or off; where none is stored, the one it would begin with. One query."""
    stored = ScoringScheme.objects.filter(campaign=campaign).first()
    return stored or ScoringScheme(campaign=campaign, bands=list(BANDS))
