"""Calendars people carry away: making and taking back a secret address, and what calendar programs fetch from it."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.limits import failed
from schedule.actions import feeds as actions
from schedule.forms.feeds import FeedForm
from schedule.models import CalendarFeed
from schedule.queries import feeds as queries
from schedule.sheets.feeds import written


@require_safe
def feed_list(request: Request) -> HttpResponse:
    """One's own feed, those of the organisations one keeps, and the form to make one."""
    return _shown(request, _form(request))


@require_POST
def feed_make(request: Request) -> HttpResponse:
    """Make a feed and show its address this once."""
    form = _form(request)
    if not form.is_valid():
        return _shown(request, form, status=422)
    made = actions.make_feed(
        organization=form.cleaned_data.get("organization"),
        name=form.cleaned_data["name"],
        by=request.user,
        on=request.on,
    )
    # not after a redirect: the secret would have to be kept somewhere in between
    site = urlsplit(settings.SITE_URL)
    path = reverse("schedule:feed", args=[made.secret])
    context = {
        "feed": made.feed,
        "address": f"{settings.SITE_URL}{path}",
        "webcal": f"webcal://{site.netloc}{path}",
    }
    return render(request, "schedule/feed_made.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def feed_revoke(request: Request, pk: int) -> HttpResponse:
    """Ask, then take a feed back."""
    feeds = CalendarFeed.objects.visible_to(request.standing, request.on)
    feed = get_object_or_404(feeds.alive().select_related("organization", "user"), pk=pk)
    if request.method == "POST":
        actions.revoke_feed(feed=feed, by=request.user, on=request.on)
        messages.success(request, "订阅已收回，原来的地址打不开了。")
        return redirect("schedule:feed_list")
    return render(request, "schedule/feed_revoke.html", {"feed": feed})


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind an address, for a program that fetches it: no sign-in, no session, and not in our logs (chuangxian/no_trace.py)."""
    on = clock.today()
    found = queries.feed_of(secret, on)
    if found is None:
        if _too_many(request):
            return HttpResponse("请稍后再试。", status=429, content_type="text/plain; charset=utf-8")
        raise Http404
    carried = queries.carried(found, on)
    body = written(carried.name, carried.entries, on)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response


def _too_many(request: HttpRequest) -> bool:
    """Count an address that leads nowhere. Good ones never come here."""
    return failed(
        "feed",
        request.META.get("REMOTE_ADDR", ""),
        most_from_address=settings.FEED_FAILURES_FROM_ADDRESS,
        most_overall=settings.FEED_FAILURES_OVERALL,
    )


def _form(request: Request) -> FeedForm:
    standing, on = request.standing, request.on
    places = Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on)
    return FeedForm(request.POST if request.method == "POST" else None, organizations=places)


def _shown(request: Request, form: FeedForm, status: int = 200) -> HttpResponse:
    feeds = CalendarFeed.objects.visible_to(request.standing, request.on).alive().select_related("organization", "user")
    rows = list(feeds)
    context = {
        "form": form,
        "mine": next((row for row in rows if row.organization_id is None), None),
        "branches": [row for row in rows if row.organization_id is not None],
    }
    return render(request, "schedule/feed_list.html", context, status=status)
