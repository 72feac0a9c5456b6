"""Which days people work: the official calendar of a year, and what the office sets right."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from branches.middleware import Request
from chuangxian.verdicts import require
from schedule.actions import days as actions
from schedule.forms.days import ClearForm, DaysForm, YearForm
from schedule.models import StudySession
from schedule.queries import days as queries
from schedule.rules import days as rules


@require_safe
def day_list(request: Request) -> HttpResponse:
    """The holidays of a year, what the office has set on top of them, and the study that now falls on free days."""
    return _shown(request, YearForm(request.GET).chosen(request.on), DaysForm())


@require_POST
def day_set(request: Request) -> HttpResponse:
    """Set a stretch of days right."""
    require(rules.may_set_days(request.standing, request.on))
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _shown(request, YearForm(request.POST).chosen(request.on), form, status=422)
    actions.set_days(**form.cleaned_data, by=request.user, on=request.on)
    messages.success(request, f"{actions.spoken(form.cleaned_data['first'], form.cleaned_data['last'])} 已设定。")
    return _year(form.cleaned_data["first"].year)


@require_POST
def day_clear(request: Request) -> HttpResponse:
    """Let a stretch follow the official calendar again."""
    require(rules.may_set_days(request.standing, request.on))
    form = ClearForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有看懂要取消哪几天，请在下面的表里再点一次“取消”。")
        return _year(request.on.year)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    actions.clear_days(first=first, last=last, by=request.user, on=request.on)
    messages.success(request, f"{actions.spoken(first, last)} 又按国家规定安排。")
    return _year(first.year)


def _shown(request: Request, year: int, form: DaysForm, status: int = 200) -> HttpResponse:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = queries.days_of(first, last)
    planned = StudySession.objects.visible_to(request.standing, request.on).planned().filter(on__range=(first, last))
    context: dict[str, Any] = {
        "year": year,
        "form": form,
        "may_set": rules.may_set_days(request.standing, request.on),
        "announced": queries.is_announced(year),
        "official": queries.official_stretches(first, last),
        "overrides": queries.overrides_of(first, last),
        "fallen": [
            (session, days[session.on], session.get_absolute_url())
            for session in planned.filter(on__gte=request.on).select_related("organization", "lecturer")
            if not days[session.on].is_work
        ],
    }
    return render(request, "schedule/day_list.html", context, status=status)


def _year(year: int) -> HttpResponse:
    return redirect(f"{reverse('schedule:day_list')}?year={year}")
