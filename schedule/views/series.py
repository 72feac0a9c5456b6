"""Recurring tasks: which there are, one with all its days, setting one with a look at its days first, ending it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branches.middleware import Request
from chuangxian.edits import version_read
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import recurrence
from schedule.actions import series as actions
from schedule.forms.tasks import ReasonForm, SeriesForm
from schedule.models import TaskSeries
from schedule.queries import series as queries
from schedule.queries import tasks as task_queries
from schedule.rules import tasks as rules
from schedule.views.tasks import first_target, setting_places


@require_safe
def series_list(request: Request) -> HttpResponse:
    """The recurring tasks one may read about, those set last first."""
    standing, on = request.standing, request.on
    rows = queries.for_list(TaskSeries.objects.visible_to(standing, on))
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, recurrence.spoken(one.rule)) for one in page.object_list],
        "may_set": rules.may_set_somewhere(standing, on),
        "on": on,
    }
    return render(request, "schedule/series_list.html", context)


def visible_series(request: Request, pk: int) -> TaskSeries:
    """Return a recurring task the person may read about; 404 outside his scope."""
    known = queries.for_list(TaskSeries.objects.visible_to(request.standing, request.on))
    series: TaskSeries = get_object_or_404(known, pk=pk)
    return series


@require_safe
def series_detail(request: Request, pk: int) -> HttpResponse:
    """All its days: which are done, moved, cancelled, ahead."""
    standing, on = request.standing, request.on
    series = visible_series(request, pk)
    context = {
        "series": series,
        "spoken": recurrence.spoken(series.rule),
        "tasks": task_queries.counted(queries.tasks_of(series), standing),
        "may_end": rules.may_manage_series(series, standing, on),
        "on": on,
    }
    return render(request, "schedule/series_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_add(request: Request) -> HttpResponse:
    """Set a recurring task: what is asked, then its days with the holidays moved, then it is set."""
    standing, on = request.standing, request.on
    require(rules.may_set_somewhere(standing, on))
    places = setting_places(request)
    form = SeriesForm(
        request.POST or None, organizations=places, on=on, initial={"starts_on": on, "target": first_target(places)}
    )
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.for_action()
        if "confirmed" not in request.POST:
            reached = task_queries.belonging(given["organization"], given["target"], on)
            context = {
                "form": form,
                "given": given,
                "days": form.cleaned_data["days"],
                "spoken": recurrence.spoken(given["rule"]),
                "count": len(reached),
                "typed": [(name, value) for name, value in request.POST.items() if name in form.fields],
            }
            return render(request, "schedule/series_confirm.html", context)
        try:
            series = actions.set_series(**given, by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, list(error.messages))
        else:
            messages.success(request, f"已布置：{series.title}。")
            return redirect(series)
    return render(request, "schedule/series_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def series_end(request: Request, pk: int) -> HttpResponse:
    """End it: what is still ahead is taken back, with the reason."""
    series, on = visible_series(request, pk), request.on
    require(rules.may_manage_series(series, request.standing, on))
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = version_read(request.POST.get("version"))
            try:
                number = actions.end_series(series=series, **form.cleaned_data, version=version, by=request.user, on=on)
            except Overtaken as overtaken:
                form.add_error(None, overtaken.reason)
                status = 409
            else:
                messages.success(request, f"已停止，撤销了后面的 {number} 次。")
                return redirect("schedule:series_detail", pk)
    ahead = queries.tasks_of(series).filter(due_on__gt=on, cancelled_on__isnull=True).count()
    context = {"series": series, "form": form, "ahead": ahead}
    return render(request, "schedule/series_end.html", context, status=status)
