"""Cycles: opened, changed, closed by the unit's leaders and its office."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branches.models import Organization
from branches.states import LEADERS, Post
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, no, require
from pledges import calendar, rules
from pledges.actions import cycles
from pledges.forms.work import ClosingForm, CycleForm
from pledges.models import PledgeCycle
from pledges.queries import reading
from pledges.views import Request
from schedule.models import Campaign
from schedule.queries import plan


def unit_run_by(request: Request) -> Organization | None:
    """Return the unit whose cycles the person runs: the general branch where he leads or serves the office."""
    wanted = LEADERS | {Post.OFFICE_STAFF}
    units = [s.organization_id for s in request.standing.seats if s.post in wanted and s.path == s.unit_path]
    return Organization.objects.filter(pk__in=units).order_by("path").first()


@require_safe
def cycle_list(request: Request) -> HttpResponse:
    """The cycles the person knows."""
    rows = [
        (cycle, cycle.stage(request.on), bool(rules.may_change_cycle(cycle, request.standing, request.on)))
        for cycle in reading.cycles_for(request.standing, request.on)
    ]
    return render(request, "pledges/cycle_list.html", {"rows": rows, "may_open": unit_run_by(request) is not None})


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_add(request: Request) -> HttpResponse:
    """Open a year."""
    unit = unit_run_by(request)
    if unit is None:
        require(no("承诺周期由本单位的书记、副书记或者创先争优办公室管理。"))
    assert unit is not None
    campaign = plan.current_campaign(request.on)
    if campaign is None:
        require(no("还没有装入活动方案，不能开始承诺周期。"))
    assert campaign is not None
    form = CycleForm(request.POST or None, initial=_proposed(unit, campaign, request.on))
    if request.method == "POST" and form.is_valid():
        try:
            cycles.open_cycle(organization=unit, campaign=campaign, by=request.user, on=request.on, **form.cleaned_data)
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "承诺周期已经开始，可以提诺了。")
            return redirect("pledges:cycle_list")
    return render(request, "pledges/cycle_form.html", {"form": form}, status=422 if form.errors else 200)


def _proposed(unit: Organization, campaign: Campaign, on: date) -> dict[str, Any]:
    """The next year without a cycle in the campaign, in days still to come; nothing where every year has one."""
    taken = reading.years_with_a_cycle(unit)
    free = [year for year in range(on.year, campaign.ends_on.year + 1) if year not in taken]
    year = next((year for year in free if on <= date(year, 12, 20)), None)
    if year is None:
        return {}
    days = calendar.proposed_days(year, on)
    return {"name": f"{year}年承诺", "year": year, **days}


def _blame(form: CycleForm, error: ValidationError) -> None:
    # the rule that a unit has one cycle a year speaks of a field the form does not show
    for name, sentences in getattr(error, "message_dict", {"__all__": error.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_edit(request: Request, pk: int) -> HttpResponse:
    """Change the dates of a cycle that runs."""
    cycle: PledgeCycle = get_object_or_404(reading.cycles_for(request.standing, request.on), pk=pk)
    require(rules.may_change_cycle(cycle, request.standing, request.on))
    form = CycleForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            cycles.change_cycle(
                cycle=get_object_or_404(reading.cycles_for(request.standing, request.on), pk=pk),
                version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            )
        except Conflict:
            form.add_error(None, "别人刚刚改过这个周期。您填的内容还在，请打开新的页面核对后再改。")
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "承诺周期已保存。")
            return redirect("pledges:cycle_list")
    return render(
        request, "pledges/cycle_form.html", {"form": form, "cycle": cycle}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_close(request: Request, pk: int) -> HttpResponse:
    """End a cycle, seeing first what that cuts short."""
    cycle: PledgeCycle = get_object_or_404(reading.cycles_for(request.standing, request.on), pk=pk)
    require(rules.may_change_cycle(cycle, request.standing, request.on))
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            cycles.close_cycle(
                cycle=cycle,
                note=form.cleaned_data["note"],
                version=int(version) if version.isdecimal() and len(version) < 10 else cycle.version,
                by=request.user,
                on=request.on,
            )
        except Refused as refused:
            form.add_error("note", refused.reason)
        else:
            messages.success(request, f"{cycle}已结束，承诺已归档。")
            return redirect("pledges:cycle_list")
    unfinished = reading.for_work(cycles.unfinished(cycle)).order_by("path", "-subject_kind", "member__sort_key", "pk")
    context = {"cycle": cycle, "form": form, "unfinished": unfinished}
    return render(request, "pledges/cycle_close.html", context, status=422 if form.errors else 200)
