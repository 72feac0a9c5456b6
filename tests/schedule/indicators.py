"""Builders of indicators, and a campaign that keeps scores."""

from datetime import date

from accounts.models import User
from branches.models import Organization
from schedule.actions import indicators
from schedule.models import Indicator, ScoringScheme, Standard
from schedule.states.indicators import BANDS
from tests.pledges.build import campaign

ADDED = date(2011, 5, 3)
WORDS = "每学期听课不少于60节，有记录。"


def standard(target: str = "member") -> Standard:
    """The campaign's one standard of members or organisations."""
    found: Standard = Standard.objects.get(set__campaign=campaign(), set__target=target)
    return found


def added(by: User, organization: Organization | None = None, text: str = WORDS, on: date = ADDED) -> Indicator:
    """An indicator as somebody added it."""
    return indicators.add(standard=standard(), organization=organization, text=text, by=by, on=on)


def scoring(weight: int = 20) -> ScoringScheme:
    """Switch scoring on."""
    return ScoringScheme.objects.create(campaign=campaign(), enabled=True, weight=weight, bands=list(BANDS))
