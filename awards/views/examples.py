"""示范岗 and 党建品牌 as visitors read them. Of a person: name, branch, and what his plate says; nothing else."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from awards.forms.posts import PublicPostFilter
from awards.models import ModelPost, PartyBrand
from awards.queries import brands as brand_queries
from awards.queries import posts as post_queries
from branches.middleware import Request
from schedule.models import Activity

ACTIVITIES_SHOWN = 20


@login_not_required
@require_safe
def posts_public(request: Request) -> HttpResponse:
    """All plates that hang, branch by branch."""
    shown = ModelPost.objects.public(request.on)
    form = PublicPostFilter(request.GET, organizations=post_queries.places_with_plates(request.on))
    if place := form.place:
        shown = shown.within(place.path)
    rows = post_queries.for_work(shown).order_by("path", "name", "pk")
    page = Paginator(rows, settings.PAGE_SIZE // 2).get_page(request.GET.get("page"))
    return render(request, "awards/posts_public.html", {"form": form, "page": page, "filtered": bool(form.place)})


@login_not_required
@require_safe
def brands_public(request: Request) -> HttpResponse:
    """All brands that are published."""
    rows = brand_queries.for_lists(PartyBrand.objects.public(request.on), request.on).order_by("path", "name", "pk")
    page = Paginator(rows, settings.PAGE_SIZE // 2).get_page(request.GET.get("page"))
    return render(request, "awards/brands_public.html", {"page": page})


@login_not_required
@require_safe
def brand_public(request: Request, pk: int) -> HttpResponse:
    """One brand, with its figures and those of its activities that are meant for the public."""
    on = request.on
    brand: PartyBrand = get_object_or_404(brand_queries.for_work(PartyBrand.objects.public(on)), pk=pk)
    activities = Activity.objects.public(on).filter(brands=brand).select_related("organization", "carrier")
    page = Paginator(activities, ACTIVITIES_SHOWN).get_page(request.GET.get("page"))
    context = {"brand": brand, "carried": brand_queries.carried_by(brand, on), "page": page}
    return render(request, "awards/brand_public.html", context)
