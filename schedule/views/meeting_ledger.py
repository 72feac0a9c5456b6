"""The ledger of meetings: as a workbook, on A4, and how the branches keep the rhythm of 三会一课."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import require
from schedule.forms.meetings import MeetingFilter
from schedule.forms.semesters import SemesterChoice
from schedule.models import Meeting
from schedule.queries import meetings as queries
from schedule.rules import items as rules
from schedule.scope.items import MeetingQuerySet
from schedule.sheets import meetings as sheets


def narrowed(request: Request) -> tuple[MeetingFilter, MeetingQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    form = MeetingFilter(
        request.GET,
        organizations=Organization.objects.visible_to(standing, on),
        semesters=queries.semesters_begun(on),
    )
    return form, form.narrow(Meeting.objects.visible_to(standing, on)).filter(held_on__lte=on)


@require_safe
def meeting_export(request: Request) -> FileResponse:
    """会议台账 of what the list shows; with it the rhythm of the semester asked for."""
    standing, on = request.standing, request.on
    require(rules.may_see_meeting_ledger(standing, on))
    form, meetings = narrowed(request)
    log.record(
        verb="export",
        label="导出会议台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    options = {"heading": ["会议台账"], "groups": sheets.LEDGER_GROUPS, "as_of": on, "landscape": True}
    parts: list[tuple[object, object, dict[str, object]]] = [(sheets.LEDGER, sheets.ledger_lines(meetings), options)]
    semester = form.cleaned_data.get("semester") or queries.semester_on(on)
    if semester is not None:
        rows = sheets.rhythm_lines(queries.rhythms(standing, semester, on))
        parts.append((sheets.RHYTHM, rows, {"heading": [f"{semester.label}三会一课"], "as_of": on}))
    return workbook(f"会议台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())  # type: ignore[arg-type]


@require_safe
def meeting_ledger(request: Request) -> HttpResponse:
    """会议台账 of what the list shows, on A4."""
    require(rules.may_see_meeting_ledger(request.standing, request.on))
    form, meetings = narrowed(request)
    lines = list(sheets.ledger_lines(meetings))
    context = {
        "lines": lines,
        "semester": form.cleaned_data.get("semester"),
        "on": request.on,
        "back_url": reverse("schedule:meeting_list"),
    }
    return render(request, "schedule/meeting_ledger.html", context)


@require_safe
def meeting_rhythm(request: Request) -> HttpResponse:
    """三会一课 by branch in a semester: held, expected until today, missing."""
    standing, on = request.standing, request.on
    require(rules.may_see_meeting_ledger(standing, on))
    form = SemesterChoice(request.GET, semesters=queries.semesters_begun(on))
    semester = form.chosen(queries.semester_on(on))
    found = queries.rhythms(standing, semester, on) if semester is not None else []
    context = {
        "form": form,
        "semester": semester,
        "rhythms": found,
        "kinds": [kind.label for kind in queries.KINDS],
        "missing": sum(one.missing for one in found),
        "on": on,
    }
    return render(request, "schedule/meeting_rhythm.html", context)
