"""The calendar: a month, a semester, the whole campaign; each as the person who looks sees it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from branches.middleware import Request
from schedule.forms.days import KindsForm
from schedule.models import Semester
from schedule.queries import calendar as queries
from schedule.queries.calendar import Term
from schedule.queries.plan import current_campaign, semester_on, semesters_of
from schedule.views.plan import missing

WEEKDAYS = "一二三四五六日"


@require_safe
def calendar_month(request: Request) -> HttpResponse:
    """A month: a table of weeks on a desk, a list of days on a phone."""
    form = KindsForm(request.GET)
    shown = form.month_shown(request.on)
    month = queries.month_of(request.standing, shown, form.kinds(), request.on)
    context = {
        "month": month,
        "weekdays": WEEKDAYS,
        "earlier": _there("schedule:calendar_month", form, month=f"{month.before:%Y-%m}"),
        "later": _there("schedule:calendar_month", form, month=f"{month.after:%Y-%m}"),
        "now": _there("schedule:calendar_month", form),
        "is_now": month.first <= request.on <= month.last,
        "carried": [("month", f"{month.first:%Y-%m}")],
        "everything": f"{reverse('schedule:calendar_month')}?month={month.first:%Y-%m}",
        **_offered(form),
    }
    return render(request, "schedule/calendar_month.html", context)


@require_safe
def calendar_semester(request: Request) -> HttpResponse:
    """校历: a semester week by week, with the vacation after it."""
    form = KindsForm(request.GET)
    semesters, at = _semesters(request, form)
    if not semesters:
        return missing(request)
    term = queries.term_of(request.standing, semesters[at], form.kinds(), request.on)
    context = {
        "term": term,
        "weekdays": WEEKDAYS,
        "earlier": _there("schedule:calendar_semester", form, semester=semesters[at - 1].pk) if at else "",
        "later": _there("schedule:calendar_semester", form, semester=semesters[at + 1].pk)
        if at + 1 < len(semesters)
        else "",
        "print_url": _there("schedule:calendar_print", form, semester=semesters[at].pk),
        "carried": [("semester", semesters[at].pk)],
        "everything": f"{reverse('schedule:calendar_semester')}?semester={semesters[at].pk}",
        **_offered(form),
    }
    return render(request, "schedule/calendar_semester.html", context)


@require_safe
def calendar_print(request: Request) -> HttpResponse:
    """校历 on A4."""
    form = KindsForm(request.GET)
    semesters, at = _semesters(request, form)
    if not semesters:
        return missing(request)
    term: Term = queries.term_of(request.standing, semesters[at], form.kinds(), request.on)
    back = _there("schedule:calendar_semester", form, semester=semesters[at].pk)
    context = {"term": term, "weekdays": WEEKDAYS, "back_url": back, "on": request.on}
    return render(request, "schedule/calendar_print.html", context)


@require_safe
def calendar_campaign(request: Request) -> HttpResponse:
    """The whole campaign, a month a row."""
    campaign = current_campaign(request.on)
    if campaign is None:
        return missing(request)
    overview = queries.overview_of(request.standing, campaign, request.on)
    return render(request, "schedule/calendar_campaign.html", {"overview": overview})


def _semesters(request: Request, form: KindsForm) -> tuple[list[Semester], int]:
    """Return the campaign's semesters and which of them is asked for; 404 for one that is none of them."""
    campaign = current_campaign(request.on)
    semesters = semesters_of(campaign) if campaign is not None else []
    asked = form.semester_shown()
    if asked is None:
        running = semester_on(request.on)
        asked = running.pk if running is not None else semesters[0].pk if semesters else None
    found = [number for number, semester in enumerate(semesters) if semester.pk == asked]
    if semesters and not found:
        raise Http404
    return semesters, found[0] if found else 0


def _offered(form: KindsForm) -> dict[str, Any]:
    """Return the kinds with whether they are shown, and whether some are left out."""
    chosen = form.kinds()
    offered = [(kind, label, chosen is None or kind in chosen) for kind, label in form.fields["kind"].choices]  # type: ignore[attr-defined]
    return {"kinds": offered, "narrowed": chosen is not None}


def _there(name: str, form: KindsForm, **where: Any) -> str:
    """Return the address of a calendar page with the kinds carried along."""
    query = urlencode([*where.items(), *(("kind", kind) for kind in sorted(form.kinds() or ()))])
    return f"{reverse(name)}?{query}" if query else reverse(name)
