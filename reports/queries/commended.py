"""What visitors find of commendation: notices that hang, the roll, models, plates and brands."""

from dataclasses import dataclass
from datetime import date

from awards.models import Honour, ModelPost, ModelStory, PartyBrand, PublicNotice


@dataclass(frozen=True, slots=True)
class Commended:
    """``notices`` that take objections now, and how much there is to read of the rest."""

    notices: list[PublicNotice]
    honours: int
    stories: int
    posts: int
    brands: int


def figures(on: date) -> Commended:
    """Count what everybody may read on that day. Five queries."""
    return Commended(
        notices=list(PublicNotice.objects.hanging(on).running().filter(ends_on__gte=on).order_by("ends_on", "pk")),
        honours=Honour.objects.public(on).count(),
        stories=ModelStory.objects.public(on).count(),
        posts=ModelPost.objects.public(on).count(),
        brands=PartyBrand.objects.public(on).count(),
    )
