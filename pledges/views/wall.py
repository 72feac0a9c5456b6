"""承诺墙: what has been published, for everybody. Names, branches and posts; no evidence, no opinions, nothing else of a person."""

import hashlib
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import LogEntry
from branches.models import Organization
from pledges.forms.filters import WallFilter
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import coverage, reading
from pledges.states import State
from pledges.views import Request
from pledges.views.fetching import item_lines
from schedule.models import Standard

SHARED_SECONDS = 60  # the longest a change may stay unseen that was committed out of the log's order
SHARED_QUERY_MOST = 120
ORDER = ("path", "organization_id", "-subject_kind", "member__sort_key", "member_id", "pk")


def filtered(data: QueryDict, on: date) -> WallFilter:
    """Return the wall narrowed as asked; what can be chosen is what hangs there."""
    shown = Pledge.objects.public(on).order_by()
    cycles = PledgeCycle.objects.filter(pk__in=shown.values("cycle")).order_by("-year", "path")
    if "cycle" not in data and (newest := cycles.first()) is not None:
        # whoever comes by wants to see this year; an empty choice means all years
        data = data.copy()
        data["cycle"] = str(newest.pk)
    return WallFilter(
        data,
        queryset=Pledge.objects.public(on),
        cycles=cycles,
        organizations=Organization.objects.filter(pk__in=shown.values("organization")),
        standards=Standard.objects.filter(pledge_items__pledge__in=shown.values("pk")).select_related("set").distinct(),
        standing=None,
    )


@login_not_required
@require_safe
def pledge_wall(request: Request) -> HttpResponse:
    """All that hangs on the wall, by branch, standard and progress. Visitors without a session share one rendering."""
    key = _shared_key(request)
    if key is None:
        return _wall(request)
    kept = cache.get(key)
    if kept is None:
        kept = _wall(request).content
        cache.set(key, kept, SHARED_SECONDS)
    return HttpResponse(kept)


def _shared_key(request: Request) -> str | None:
    """Name the rendering that fits: the address, the day, and the last line of the log, since whatever changes the wall writes one."""
    query = request.META["QUERY_STRING"]
    if settings.SESSION_COOKIE_NAME in request.COOKIES or len(query) > SHARED_QUERY_MOST:
        return None
    last = LogEntry.objects.order_by("-pk").values_list("pk", "at").first()
    digest = hashlib.sha256(f"{request.get_host()} {request.on} {last} {query}".encode()).hexdigest()
    return f"wall-{digest}"


def _wall(request: Request) -> HttpResponse:
    on = request.on
    narrowed = filtered(request.GET, on)
    # within one cycle the order begins with the path, as the index does
    order = ORDER if narrowed.form["cycle"].value() else ("-cycle__year", *ORDER)
    numbers = narrowed.qs.order_by(*order).values_list("pk", flat=True)
    page = Paginator(numbers, settings.PAGE_SIZE // 2).get_page(request.GET.get("page"))
    # sums and joins only for what is on the page
    items = PledgeItem.objects.select_related("standard")
    shown = reading.for_lists(Pledge.objects.filter(pk__in=list(page.object_list))).order_by(*order)
    pledges = shown.prefetch_related(Prefetch("items", items)).annotate(entry_count=Count("items__entries"))
    context = {
        "filter": narrowed,
        "page": page,
        "cards": [(pledge, item_lines(pledge, by=request.standing, on=on)) for pledge in pledges],
        "rate": coverage.rate(narrowed.qs, on),
        "on": on,
    }
    return render(request, "pledges/pledge_wall.html", context)


@login_not_required
@require_safe
def wall_pledge(request: Request, pk: int) -> HttpResponse:
    """One pledge as the public sees it: items, progress, outcomes with their explanations, and the editions before it."""
    on = request.on
    pledge: Pledge = get_object_or_404(reading.with_progress(Pledge.objects.ever_public(on)), pk=pk)
    editions = list(reading.editions_of(pledge).ever_public(on))
    context = {
        "pledge": pledge,
        "lines": item_lines(pledge, by=request.standing, on=on),
        "rate": coverage.rates_by_pledge([pledge], on).get(pledge.pk, coverage.Rate()),
        "editions": editions if len(editions) > 1 else [],
        "newest": editions[0] if editions and editions[0].pk != pledge.pk else None,
        "is_superseded": pledge.state == State.SUPERSEDED,
        "on": on,
    }
    return render(request, "pledges/wall_pledge.html", context)
