"""Study plans: made, changed, filled after a look at what would come of it, and the turns given out again."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branches.middleware import Request
from branches.models import Organization
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.actions import study_plans as actions
from schedule.forms.study import NewPlanForm, PlanForm
from schedule.models import Semester, StudyPlan
from schedule.queries import study as queries
from schedule.queries.days import regular_workdays
from schedule.queries.study_filling import dealing, dealt_mark, filling
from schedule.rules import study as rules
from schedule.views.study import lines_of
from schedule.workflow import study as workflow

STALE = "这份计划在您填写期间被别人改过。您填的内容还在，请核对后再保存一次。"
LOOK_AHEAD = timedelta(days=30)


def visible_plan(request: Request, pk: int) -> StudyPlan:
    """Return a plan the person sees; 404 outside his scope."""
    plans = StudyPlan.objects.visible_to(request.standing, request.on)
    plan: StudyPlan = get_object_or_404(plans.select_related("organization", "semester", "by"), pk=pk)
    return plan


@require_safe
def study_plan_detail(request: Request, pk: int) -> HttpResponse:
    """The plan, its sessions and the swaps of turns among them."""
    plan, standing, on = visible_plan(request, pk), request.standing, request.on
    rows = plan.organization.study_sessions.filter(semester=plan.semester_id)
    sessions = list(queries.for_work(rows).order_by("on", "pk"))
    context = {
        "plan": plan,
        "sessions": lines_of(request, sessions),
        "swaps": [(swap, workflow.swap_offers(swap, by=standing, on=on)) for swap in queries.swaps_about(sessions)],
        "may_change": rules.may_change_plan(plan, standing, on),
        "on": on,
    }
    return render(request, "schedule/study_plan_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_add(request: Request, pk: int) -> HttpResponse:
    """Plan the semester of an organisation; what comes of it is shown before it is saved."""
    standing, on = request.standing, request.on
    place: Organization = get_object_or_404(Organization.objects.visible_to(standing, on).existing(on), pk=pk)
    require(rules.may_plan(place, standing, on))
    semesters = Semester.objects.in_plan().filter(ends_on__gte=on).order_by("starts_on")
    form = NewPlanForm(request.POST or None, semesters=semesters, initial=_proposed(list(semesters), on))
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.make_plan(organization=place, **form.cleaned_data, by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("schedule:study_plan_fill", plan.pk)
    context = {"form": form, "place": place}
    return render(request, "schedule/study_plan_form.html", context, status=422 if form.errors else 200)


def _proposed(semesters: list[Semester], on: date) -> dict[str, Any]:
    """What is usual: the running semester, or the next; from the first workday on which people could still meet."""
    if not semesters:
        return {}
    first = semesters[0]
    begins = max(first.starts_on, on + timedelta(days=1))
    days = regular_workdays(begins, min(begins + LOOK_AHEAD, first.ends_on))
    return {"semester": first.pk, "starts_on": days[0] if days else None}


@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_edit(request: Request, pk: int) -> HttpResponse:
    """Change rhythm, time or place; then look at what comes of it."""
    plan, on = visible_plan(request, pk), request.on
    require(rules.may_change_plan(plan, request.standing, on))
    form = PlanForm(request.POST or None, instance=plan)
    version, status = plan.version, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            read = version_read(request.POST.get("version"))
            try:
                actions.change_plan(plan=plan, version=read or 0, **form.cleaned_data, by=request.user, on=on)
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.add_error(None, STALE)
                version, status = conflict.current.version, 409  # type: ignore[attr-defined]
            else:
                return redirect("schedule:study_plan_fill", pk)
    context = {"form": form, "plan": plan, "place": plan.organization, "version": version}
    return render(request, "schedule/study_plan_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def study_plan_fill(request: Request, pk: int) -> HttpResponse:
    """Show the semester as it would be filled; save exactly that."""
    plan, on = visible_plan(request, pk), request.on
    require(rules.may_change_plan(plan, request.standing, on))
    error, status = "", 200
    if request.method == "POST":
        try:
            filled = actions.fill(plan=plan, seen=request.POST.get("seen", ""), by=request.user, on=on)
        except Overtaken as overtaken:
            error, status = overtaken.reason, 409
        else:
            messages.success(request, f"已保存：新排 {len(filled.new)} 次学习。")
            return redirect(plan)
    context = {"plan": plan, "filling": filling(plan, on), "error": error}
    return render(request, "schedule/study_plan_fill.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def study_rota(request: Request, pk: int) -> HttpResponse:
    """轮值重排: show whose turn the sessions ahead would be; save exactly that."""
    plan, on = visible_plan(request, pk), request.on
    require(rules.may_change_plan(plan, request.standing, on))
    error, status = "", 200
    if request.method == "POST":
        try:
            changed = actions.deal(plan=plan, seen=request.POST.get("seen", ""), by=request.user, on=on)
        except Overtaken as overtaken:
            error, status = overtaken.reason, 409
        except Refused as refused:
            error, status = refused.reason, 422
        else:
            messages.success(request, f"已重排：{changed} 次学习换了主讲人，已通知本人。")
            return redirect(plan)
    rows = dealing(plan, on)
    context = {
        "plan": plan,
        "rows": rows,
        "changes": any(row.changes for row in rows),
        "seen": dealt_mark(rows),
        "error": error,
    }
    return render(request, "schedule/study_rota.html", context, status=status)
