"""The standards with what they mean: read by everybody of the tree, kept by the office and the committees."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branches.middleware import Request
from branches.models import Organization
from branches.states import COMMITTEE, Kind
from chuangxian.verdicts import require
from schedule.actions import indicators as actions
from schedule.forms.indicators import EndForm, IndicatorFilter, IndicatorForm, NewIndicatorForm
from schedule.models import Indicator
from schedule.queries.indicators import Ground, grounds
from schedule.queries.plan import current_campaign, standards_of
from schedule.queries.scoring import scheme_of, scoring_on
from schedule.rules import indicators as rules
from schedule.scope.indicators import IndicatorQuerySet
from schedule.states.plan import Target


@require_safe
def indicator_list(request: Request) -> HttpResponse:
    """Standard by standard: the general ones, the branches' own, and what was said before."""
    campaign = current_campaign(request.on)
    if campaign is None:
        return render(request, "schedule/plan_missing.html")
    places = _branches(request)
    form = IndicatorFilter(request.GET, organizations=places)
    shown = _narrowed(_visible(request), form.chosen)
    scheme = scheme_of(campaign)
    sets = [grounds(standards_of(target, request.on).select_related("set"), shown, request.on) for target in Target]
    mine = _kept_by(request)
    context = {
        "form": form,
        "sets": [
            (found[0].standard.set, [(ground, _amiss(ground, scheme)) for ground in found]) for found in sets if found
        ],
        "scheme": scheme,
        "kept": mine,
        "may_keep_general": bool(rules.may_keep(None, request.standing, request.on)),
        "may_add": bool(rules.may_keep_some(request.standing, request.on)),
    }
    return render(request, "schedule/indicator_list.html", context)


def _visible(request: Request) -> IndicatorQuerySet:
    rows: IndicatorQuerySet = Indicator.objects.visible_to(request.standing, request.on)
    return rows


def _branches(request: Request) -> list[Organization]:
    roots = request.standing.known_roots()
    known = Organization.objects.visible_to(request.standing, request.on).within(*roots).existing(request.on)
    return list(known.filter(kind=Kind.BRANCH).order_by("path"))


def _narrowed(rows: IndicatorQuerySet, chosen: str) -> IndicatorQuerySet:
    if chosen == "general":
        return rows.filter(organization__isnull=True)
    return rows.reaching(int(chosen)) if chosen else rows


def _kept_by(request: Request) -> set[int]:
    """Return the branches whose indicators the person keeps."""
    return {seat.organization_id for seat in request.standing.seats if seat.post in COMMITTEE}


def _amiss(ground: Ground, scheme: Any) -> str:
    """Say where points were given and do not add up."""
    points = ground.points
    if scheme is None or points is None or points == scheme.weight:
        return ""
    return f"通用指标的分值加起来是 {points}，应该是 {scheme.weight}。"


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_add(request: Request) -> HttpResponse:
    """Add one: general, or a branch's own."""
    require(rules.may_keep_some(request.standing, request.on))
    campaign = current_campaign(request.on)
    if campaign is None:
        return render(request, "schedule/plan_missing.html")
    general = bool(rules.may_keep(None, request.standing, request.on))
    branches = Organization.objects.visible_to(request.standing, request.on).filter(
        pk__in=_kept_by(request), kind=Kind.BRANCH
    )
    both = standards_of(Target.ORGANIZATION, request.on) | standards_of(Target.MEMBER, request.on)
    initial = {"standard": request.GET.get("standard"), "organization": branches.first() if not general else None}
    form = NewIndicatorForm(
        request.POST or None,
        scoring=scoring_on(campaign),
        standards=both.select_related("set"),
        organizations=branches,
        general=general,
        initial=initial,
    )
    if form.is_valid():
        added = actions.add(by=request.user, on=request.on, **form.cleaned_data)
        messages.success(request, f"已在“{added.standard}”下增加一条指标，从今天起启用。")
        return redirect(added)
    return render(request, "schedule/indicator_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_edit(request: Request, pk: int) -> HttpResponse:
    """Put one in other words; after its first day that makes a new version."""
    indicator = _fetched(request, pk)
    require(rules.may_keep(indicator.organization, request.standing, request.on))
    if request.method != "POST":  # a post on what was replaced meanwhile is answered with both texts
        require(rules.is_in_force(indicator, request.on))
    form = IndicatorForm(
        request.POST or None, instance=_fetched(request, pk), scoring=scoring_on(current_campaign(request.on))
    )
    if form.is_valid():
        now = actions.change(
            indicator=indicator,
            version=_number(request.POST.get("version")),
            by=request.user,
            on=request.on,
            **form.cleaned_data,
        )
        messages.success(request, _said(indicator, now))
        return redirect(now)
    context = {
        "form": form,
        "indicator": indicator,
        "in_place": indicator.starts_on == request.on and not indicator.key,
        "version": request.POST.get("version") or indicator.version,
    }
    return render(request, "schedule/indicator_form.html", context, status=422 if form.errors else 200)


def _said(before: Indicator, now: Indicator) -> str:
    if now.pk == before.pk:
        return "已保存。"
    return "已换成新的说法，从今天起启用；以前的说法留在“以前的说法”里。"


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_end(request: Request, pk: int) -> HttpResponse:
    """Let one hold no longer."""
    indicator = _fetched(request, pk)
    require(rules.may_change(indicator, request.standing, request.on))
    form = EndForm(request.POST or None)
    if form.is_valid():
        actions.end(
            indicator=indicator,
            reason=form.cleaned_data["reason"],
            version=_number(request.POST.get("version")),
            by=request.user,
            on=request.on,
        )
        messages.success(request, "这条指标从今天起停用。")
        return redirect(indicator)
    context = {
        "form": form,
        "indicator": indicator,
        "version": request.POST.get("version") or indicator.version,
    }
    return render(request, "schedule/indicator_end.html", context, status=422 if form.errors else 200)


def _fetched(request: Request, pk: int) -> Indicator:
    rows = _visible(request).select_related("standard__set", "organization")
    found: Indicator = get_object_or_404(rows, pk=pk)
    return found


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else 0
