"""Builders of brands: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from awards.actions import brands as actions
from awards.models import PartyBrand
from awards.queries import brands as queries
from branches.models import Organization
from tests.schedule import activities

WRITTEN, ON = date(2011, 3, 15), date(2011, 6, 20)
BRAND, MEANING = "强素质、树形象", "以研究为本，以服务为先"


def text(**fields: Any) -> actions.Text:
    """What a brand says; ``carriers`` are records of the plan."""
    carriers = fields.pop("carriers", None)
    told = {
        "name": BRAND,
        "slogan": "研究为本",
        "meaning": MEANING,
        "goal": "三年建成学习型支部",
        "measures": "两周一次学习",
    }
    return actions.Text(
        fields=told | {"results": ""} | fields, carriers=[activities.carrier()] if carriers is None else carriers
    )


def drafted(organization: Organization, by: User, on: date = WRITTEN, **fields: Any) -> PartyBrand:
    """A brand in draft."""
    return again(actions.draft(organization=organization, text=text(**fields), by=by, on=on))


def published(organization: Organization, by: User, on: date = WRITTEN, **fields: Any) -> PartyBrand:
    """A brand everybody may read."""
    brand = drafted(organization, by, on, **fields)
    actions.act(brand=brand, verb="publish", by=by, on=on)
    return again(brand)


def carried_by(brand: PartyBrand, by: User, *numbers: int, on: date = ON) -> PartyBrand:
    """A brand with these activities chosen."""
    actions.choose_activities(brand=brand, shown=numbers, chosen=numbers, version=brand.version, by=by, on=on)
    return again(brand)


def again(brand: PartyBrand) -> PartyBrand:
    """The brand as it stands in the database, fetched as the views fetch it."""
    found: PartyBrand = queries.for_work(PartyBrand.objects.all()).get(pk=brand.pk)
    return found
