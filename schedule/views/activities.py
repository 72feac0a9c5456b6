"""Activities: the list, its ledger, one activity with its pictures, taking it back, and the statistics of the carriers."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock, uploads
from chuangxian.downloads import workbook
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import require
from schedule.actions import activities as actions
from schedule.forms.activities import ActivityFilter, WithdrawForm
from schedule.forms.semesters import SemesterChoice
from schedule.models import Activity, ActivityFile
from schedule.queries import activities as queries
from schedule.queries import carriers
from schedule.queries.meetings import read_by, semesters_begun
from schedule.rules import activities as rules
from schedule.scope.activities import ActivityQuerySet
from schedule.sheets import activities as sheets
from schedule.states.activities import FileKind


def narrowed(request: Request) -> tuple[ActivityFilter, ActivityQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    form = ActivityFilter(
        request.GET,
        organizations=Organization.objects.visible_to(standing, on),
        semesters=semesters_begun(on),
        contents=queries.contents_of(on),
    )
    return form, form.narrow(Activity.objects.visible_to(standing, on), standing, on)


@require_safe
def activity_list(request: Request) -> HttpResponse:
    """The activities one may read about, the latest first."""
    standing, on = request.standing, request.on
    form, activities = narrowed(request)
    page = Paginator(queries.for_lists(activities), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_record": rules.may_record_somewhere(standing, on),
        "may_export": rules.may_see_ledger(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "schedule/activity_list.html", context)


@require_safe
def activity_export(request: Request) -> FileResponse:
    """活动台账 of what the list shows."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    _, activities = narrowed(request)
    _exported(request, "导出活动台账")
    options = {"heading": ["活动台账"], "groups": sheets.LEDGER_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.LEDGER, sheets.ledger_lines(activities), options)]
    return workbook(f"活动台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def activity_print(request: Request) -> HttpResponse:
    """活动台账 of what the list shows, on A4."""
    require(rules.may_see_ledger(request.standing, request.on))
    form, activities = narrowed(request)
    context = {
        "lines": list(sheets.ledger_lines(activities)),
        "semester": form.cleaned_data.get("semester"),
        "on": request.on,
        "back_url": reverse("schedule:activity_list"),
    }
    return render(request, "schedule/activity_print.html", context)


def _exported(request: Request, label: str) -> None:
    note = request.GET.urlencode()
    log.record(verb="export", label=label, note=note, category=LogEntry.Category.EXPORT, by=request.user, on=request.on)


# ---- one activity ----


def visible_activity(request: Request, pk: int) -> Activity:
    """Return an activity the person may read about, with all its page shows; 404 outside his scope."""
    activities = Activity.objects.visible_to(request.standing, request.on)
    activity: Activity = get_object_or_404(queries.with_everything(activities), pk=pk)
    return activity


@require_safe
def activity_detail(request: Request, pk: int) -> HttpResponse:
    """What was written down, with its pictures."""
    activity = visible_activity(request, pk)
    files: Sequence[ActivityFile] = list(activity.evidence.all())
    context = {
        "activity": activity,
        "meeting": read_by(request.standing, activity.meeting_id, request.on),
        "may_change": rules.may_change(activity, request.standing, request.on),
        "photos": [file for file in files if file.kind == FileKind.PHOTO],
        "papers": [
            {"name": file.name, "url": reverse("schedule:activity_file", args=[file.pk]), "size": file.size}
            for file in files
            if file.kind == FileKind.DOCUMENT
        ],
        "history": queries.history_of(activity),
    }
    return render(request, "schedule/activity_detail.html", context)


@require_safe
def activity_file(request: Request, pk: int) -> HttpResponseBase:
    """Give out a photo or a paper to whoever may read about its activity."""
    file: ActivityFile = get_object_or_404(ActivityFile.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(file.file, name=file.name, content_type=file.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a record back, with the reason."""
    activity = visible_activity(request, pk)
    require(rules.may_change(activity, request.standing, request.on))
    form = WithdrawForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.withdraw_activity(
                    activity=activity,
                    reason=form.cleaned_data["reason"],
                    version=version_read(request.POST.get("version")) or 0,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                form.add_error(None, "这条记录刚刚有人改过。您写的原因还在，请看过现在的记录，再交一次。")
                status = 409
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "活动记录已撤回，不再计入各处的统计。")
                return redirect("schedule:activity_detail", pk)
    context = {"activity": visible_activity(request, pk), "form": form}
    return render(request, "schedule/activity_withdraw.html", context, status=status)


# ---- the carriers ----


def _statistics(request: Request) -> carriers.Statistics:
    standing, on = request.standing, request.on
    activities = Activity.objects.visible_to(standing, on).within(*standing.reading_paths()).kept_on(on)
    semesters = sorted(semesters_begun(on), key=lambda one: one.starts_on)
    return carriers.statistics_of(activities, queries.contents_of(on), semesters)


@require_safe
def carrier_statistics(request: Request) -> HttpResponse:
    """What was done for each carrier, by content and by semester."""
    require(rules.may_see_ledger(request.standing, request.on))
    form = SemesterChoice(request.GET, semesters=semesters_begun(request.on), nothing="全部学期")
    semester, statistics = form.chosen(), _statistics(request)
    tables = statistics.tables(semester)
    context = {
        "form": form,
        "semester": semester,
        "tables": tables,
        "chart": _chart(tables),
        "total": sum(table.total.activities for table in tables),
        "on": request.on,
    }
    return render(request, "schedule/carrier_statistics.html", context)


def _chart(tables: Sequence[carriers.CarrierTable]) -> dict[str, Any] | None:
    """How many activities each carrier had, semester by semester; None while there are none."""
    if not any(figures.activities for table in tables for _, figures in table.terms):
        return None
    return {
        "type": "bar",
        "labels": [semester.short_label for semester, _ in tables[0].terms],
        "series": [
            {"label": table.carrier.title, "values": [figures.activities for _, figures in table.terms]}
            for table in tables
        ],
        "stacked": True,
    }


@require_safe
def carrier_export(request: Request) -> FileResponse:
    """载体统计 of all semesters."""
    require(rules.may_see_ledger(request.standing, request.on))
    _exported(request, "导出载体统计")
    options = {"heading": ["活动载体统计"], "as_of": request.on, "landscape": True}
    parts = [(sheets.STATISTICS, sheets.statistic_lines(_statistics(request)), options)]
    return workbook(f"载体统计_{request.on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())
