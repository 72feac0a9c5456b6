"""党建品牌: what is fetched with them, and the activities they are carried by."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import LogEntry
from awards.models import PartyBrand
from awards.scope.posts import BrandQuerySet, keeps_brand_of
from branches.models import Organization
from branches.scope import Standing
from schedule.models import Activity, ActivityParticipant, Carrier
from schedule.queries.plan import current_campaign
from schedule.scope.activities import ActivityQuerySet


def for_lists(brands: BrandQuerySet, on: date) -> BrandQuerySet:
    """Fetch with the organisation and the number of activities held by that day, as ``held``: one query."""
    through: QuerySet[Any] = PartyBrand.activities.through._base_manager.filter(partybrand=OuterRef("pk")).order_by()
    kept = through.filter(activity__in=Activity.objects.kept_on(on))
    number = kept.values("partybrand").annotate(count=Count("pk")).values("count")
    return brands.select_related("organization").annotate(held=Coalesce(Subquery(number), 0))


def for_ledger(brands: BrandQuerySet, on: date) -> BrandQuerySet:
    """Fetch with the carriers besides: two queries."""
    return for_lists(brands, on).prefetch_related("carriers")


def for_work(brands: BrandQuerySet) -> BrandQuerySet:
    """Fetch with everything rules and pages ask for: two queries."""
    return brands.select_related("organization", "by").prefetch_related("carriers")


def history_of(brand: PartyBrand) -> list[LogEntry]:
    """Return who did what to a brand, newest first. One query."""
    return list(LogEntry.objects.of(brand).order_by("-pk"))


def places_for(standing: Standing, on: date) -> "QuerySet[Organization]":
    """Return the organisations whose brands the person keeps. Two queries."""
    known = Organization.objects.within(*standing.reading_paths()).existing(on).pledging()
    kept = [pk for pk, path in known.values_list("pk", "path") if keeps_brand_of(standing, pk, path)]
    found: QuerySet[Organization] = Organization.objects.filter(pk__in=kept).order_by("path")
    return found


def carriers_for(on: date, brand: PartyBrand | None = None) -> "QuerySet[Carrier]":
    """Return the carriers of the plan, and those the brand names though they have left it."""
    chosen = Q(campaign=current_campaign(on), withdrawn_on__isnull=True)
    if brand is not None and brand.pk is not None:
        chosen |= Q(pk__in=brand.carriers.values("pk"))
    found: QuerySet[Carrier] = Carrier.objects.filter(chosen).order_by("campaign", "order", "pk")
    return found


def same_name(organization: Organization, name: str, but: PartyBrand | None = None) -> bool:
    """Answer whether the organisation has another brand of that name. One query."""
    found = PartyBrand.objects.filter(organization=organization, name=name)
    return bool((found.exclude(pk=but.pk) if but is not None and but.pk is not None else found).exists())


# ---- its activities ----


def activities_of(brand: PartyBrand, on: date) -> ActivityQuerySet:
    """Return the activities chosen for it that were held by that day and not taken back, the latest first."""
    rows: ActivityQuerySet = Activity.objects.kept_on(on).filter(brands=brand)
    return rows.select_related("organization", "carrier").order_by("-starts_on", "-pk")


def choosable(brand: PartyBrand, on: date) -> ActivityQuerySet:
    """Return the activities that may be chosen: the organisation's own and of those below it, the latest first."""
    rows: ActivityQuerySet = Activity.objects.within(brand.path).kept_on(on)
    return rows.select_related("organization", "carrier").order_by("-starts_on", "-pk")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a brand's activities come to: how many, how often members took part, how many were served."""

    activities: int
    participations: int
    served: int


def carried_by(brand: PartyBrand, on: date) -> Carried:
    """Count a brand's activities. Two queries."""
    rows = Activity.objects.kept_on(on).filter(brands=brand).order_by()
    sums = rows.aggregate(number=Count("pk"), served=Sum("served"))
    people = ActivityParticipant.objects.filter(activity__in=rows.values("pk")).count()
    return Carried(sums["number"], people, sums["served"] or 0)
