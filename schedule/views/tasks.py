"""Tasks: what is mine, what was set, who has done it, the ledger; setting one, changing it, taking it back, asking once more."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from branches.states import Kind
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import require
from schedule.actions import tasks as actions
from schedule.forms.tasks import MINE, SET, LedgerFilter, MoveForm, ReasonForm, TaskChangeForm, TaskFilter, TaskForm
from schedule.models import Assignment, Task
from schedule.queries import task_people as people
from schedule.queries import tasks as queries
from schedule.rules import tasks as rules
from schedule.scope.tasks import AssignmentQuerySet
from schedule.sheets import tasks as sheets

STALE = "这项任务在您填写期间有过变动。您填的内容还在，请核对后再交一次。"
PRINTED_MOST = 1000
NAMED_MOST = 5


# ---- lists ----


@require_safe
def task_list(request: Request) -> HttpResponse:
    """What is mine, open first; for those who set tasks and read about them also how far each has come."""
    standing, on = request.standing, request.on
    oversees = bool(standing.reading_paths())
    mine = Assignment.objects.visible_to(standing, on).of_person(standing, on)
    form = TaskFilter(request.GET)
    waiting = mine.workable().count()
    asked = request.GET.get("show")
    show = asked if asked in (MINE, SET) else MINE if waiting or not oversees else SET
    if show == SET and not oversees:
        show = MINE
    context: dict[str, Any] = {
        "form": form,
        "show": show,
        "oversees": oversees,
        "waiting": waiting,
        "may_set": rules.may_set_somewhere(standing, on),
        "filtered": any(request.GET.get(name) for name in ("phase", "state")),
        "on": on,
    }
    if show == MINE:
        rows = queries.open_first(queries.for_work(form.narrow_mine(mine, on)))
        page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "lines": queries.lines(page.object_list, on)}
    else:
        tasks = form.narrow_set(Task.objects.visible_to(standing, on), on)
        page = Paginator(queries.counted(tasks, standing).order_by("due_on", "pk"), settings.PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        context |= {"page": page, "tasks": page.object_list}
    return render(request, "schedule/task_list.html", context)


def narrowed(request: Request) -> tuple[LedgerFilter, AssignmentQuerySet]:
    """Return the ledger's filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    places = Organization.objects.visible_to(standing, on).within(*standing.reading_paths())
    form = LedgerFilter(request.GET, organizations=places)
    return form, form.narrow(Assignment.objects.visible_to(standing, on), standing, on)


@require_safe
def task_ledger(request: Request) -> HttpResponse:
    """Every task with each of those it reaches, organisation by organisation."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    form, assignments = narrowed(request)
    rows = queries.for_work(assignments).order_by("path", "organization_id", "task__due_on", "pk")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": queries.lines(page.object_list, on),
        "total": queries.whole_of(assignments),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "schedule/task_ledger.html", context)


@require_safe
def task_export(request: Request) -> FileResponse:
    """任务台账 of what the ledger shows."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    _, assignments = narrowed(request)
    log.record(
        verb="export",
        label="导出任务台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    options = {"heading": ["任务台账"], "groups": sheets.LEDGER_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.LEDGER, sheets.ledger_lines(assignments, on), options)]
    return workbook(f"任务台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def task_print(request: Request) -> HttpResponse:
    """任务落实情况 on A4, organisation by organisation; what is more than a thousand lines is for the workbook."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    form, assignments = narrowed(request)
    rows = queries.for_work(assignments).order_by("path", "organization_id", "task__due_on", "pk")
    context = {
        "lines": queries.lines(rows[:PRINTED_MOST], on),
        "total": queries.whole_of(assignments),
        "most": PRINTED_MOST,
        "back_url": f"{reverse('schedule:task_ledger')}?{request.GET.urlencode()}",
        "phase": form.asked("phase"),
        "semester": form.asked("semester"),
        "on": on,
    }
    return render(request, "schedule/task_print.html", context)


# ---- one task ----


def visible_task(request: Request, pk: int) -> Task:
    """Return a task the person knows of; 404 outside his scope."""
    tasks = Task.objects.visible_to(request.standing, request.on)
    known = tasks.select_related("organization", "phase_task__phase", "series", "by")
    task: Task = get_object_or_404(known, pk=pk)
    return task


@require_safe
def task_detail(request: Request, pk: int) -> HttpResponse:
    """What is asked, and who has done it and who not, as far as the person may read."""
    standing, on = request.standing, request.on
    task = visible_task(request, pk)
    seen = Assignment.objects.visible_to(standing, on).filter(task=task)
    rows = queries.for_work(seen).order_by("path", "member__sort_key", "pk")
    page = Paginator(rows, queries.MATRIX_PAGE).get_page(request.GET.get("page"))
    lines = [queries.line(one, on, may_remind=bool(rules.may_remind(one, standing, on))) for one in page.object_list]
    parts = queries.shares(seen)
    context = {
        "task": task,
        "page": page,
        "groups": queries.by_organization(lines, parts),
        "whole": queries.whole(parts),
        "oversees": bool(standing.reading_paths()),
        "missing": [line for line in lines if line.workable],
        "may_change": rules.may_change(task, standing, on),
        "may_remind": any(line.may_remind for line in lines),
        "history": queries.history_of(task) if rules.may_manage(task, standing, on) else [],
        "days_left": (task.due_on - on).days,
        "on": on,
    }
    return render(request, "schedule/task_detail.html", context)


@require_POST
def task_remind(request: Request, pk: int) -> HttpResponse:
    """Ask those who have not done it once more: one of them (``assignment``), or all whom the person may remind. Once a day each."""
    standing, on = request.standing, request.on
    task = visible_task(request, pk)
    undone = queries.undone(task, standing, on)
    one = version_read(request.POST.get("assignment"))
    if "assignment" in request.POST:
        chosen = [get_object_or_404(undone, pk=one or 0)]
        require(rules.may_remind(chosen[0], standing, on))
    else:
        chosen = [each for each in undone if rules.may_remind(each, standing, on)]
        if not chosen:
            require(rules.may_manage(task, standing, on))
    new = actions.remind(assignments=chosen, by=request.user, on=on)
    silent = people.untold(chosen, on)
    if new:
        messages.success(request, f"已提醒 {new} 人。")
    elif not silent:
        messages.info(request, "今天已经提醒过了，明天可以再提醒。" if chosen else "没有需要提醒的人。")
    if silent:
        names = "、".join(str(one) for one in silent[:NAMED_MOST])
        others = f"等 {len(silent)} 人" if len(silent) > NAMED_MOST else ""
        messages.info(request, f"{names}{others}收不到系统的提醒（没有账号和邮箱，或者已经调离），请另外转告。")
    return redirect("schedule:task_detail", pk)


# ---- setting one ----


def setting_places(request: Request) -> "QuerySet[Organization]":
    """Return the organisations for which the person sets tasks."""
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    places: QuerySet[Organization] = known.filter(pk__in=rules.setting_places(request.standing))
    return places.exclude(kind=Kind.GROUP).order_by("path")


@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: Request) -> HttpResponse:
    """Set a task: first what is asked, then how many it reaches, then it is set."""
    standing, on = request.standing, request.on
    require(rules.may_set_somewhere(standing, on))
    places = setting_places(request)
    form = TaskForm(
        request.POST or None, organizations=places, on=on, initial={"opens_on": on, "target": first_target(places)}
    )
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.for_action()
        if "confirmed" not in request.POST:
            return _confirm(request, form, given)
        try:
            task = actions.set_task(**given, by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已布置：{task.title}。")
            return redirect(task)
    return render(request, "schedule/task_form.html", {"form": form}, status=422 if form.errors else 200)


def first_target(places: "QuerySet[Organization]") -> str:
    """Return what is usual: to organisations, but for those who lead no more than branches to members."""
    return "organization" if any(place.kind != Kind.BRANCH for place in places) else "member"


def _confirm(request: Request, form: TaskForm, given: dict[str, Any]) -> HttpResponse:
    on = request.on
    day = given["due_on"] if given["due_on"] < on else max(on, given["opens_on"])
    reached = queries.belonging(given["organization"], given["target"], day)
    context = {
        "form": form,
        "given": given,
        "count": len(reached),
        "places": len({one.organization_id for one in reached}),
        "late": given["due_on"] < on,
        "ahead": given["opens_on"] > on,
        "typed": [(name, value) for name, value in request.POST.items() if name in form.fields],
    }
    return render(request, "schedule/task_confirm.html", context)


# ---- changing it, taking it back ----


@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: Request, pk: int) -> HttpResponse:
    """Change what is asked for or until when, with the reason."""
    task, on = visible_task(request, pk), request.on
    require(rules.may_change(task, request.standing, on))
    form = TaskChangeForm(request.POST or None, task=task, on=on)
    status = 200
    if request.method == "POST":
        version = version_read(request.POST.get("version")) or 0
        status = tried(
            form,
            lambda: actions.change_task(task=task, **form.for_action(), version=version, by=request.user, on=on),
            STALE,
        )
        if not status:
            messages.success(request, "任务已调整。")
            return redirect("schedule:task_detail", pk)
    context = {"task": visible_task(request, pk), "form": form}
    return render(request, "schedule/task_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def task_move(request: Request, pk: int) -> HttpResponse:
    """Move one occurrence of a series to another day, with the reason."""
    task, on = visible_task(request, pk), request.on
    require(rules.may_move(task, request.standing, on))
    form = MoveForm(request.POST or None, on=on)
    status = 200
    if request.method == "POST":
        version = version_read(request.POST.get("version")) or 0
        status = tried(
            form,
            lambda: actions.move_task(task=task, **form.cleaned_data, version=version, by=request.user, on=on),
            STALE,
        )
        if not status:
            messages.success(request, "这一次已改期，其余不变。")
            return redirect("schedule:task_detail", pk)
    context = {"task": visible_task(request, pk), "form": form}
    return render(request, "schedule/task_move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def task_cancel(request: Request, pk: int) -> HttpResponse:
    """Take it back, with the reason."""
    task, on = visible_task(request, pk), request.on
    require(rules.may_change(task, request.standing, on))
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        version = version_read(request.POST.get("version")) or 0
        status = tried(
            form,
            lambda: actions.cancel_task(task=task, **form.cleaned_data, version=version, by=request.user, on=on),
        )
        if not status:
            messages.success(request, "任务已撤销，已通知还没有完成的人。")
            return redirect("schedule:task_detail", pk)
    context = {"task": visible_task(request, pk), "form": form}
    return render(request, "schedule/task_cancel.html", context, status=status)
