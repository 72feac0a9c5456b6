"""学时: one's own, session by session; a branch's or a unit's, member by member, also as a workbook and on paper."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Member, Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import require
from schedule.forms.attendance import HoursFilter
from schedule.models import Semester
from schedule.queries import hours as queries
from schedule.queries.plan import semester_on
from schedule.rules import attendance as rules
from schedule.sheets.hours import GROUPS, HOURS
from schedule.states.study import OWING


@require_safe
def study_hours(request: Request) -> HttpResponse:
    """A committee sees its members', a member his own; ``?mine`` shows anybody his own."""
    if "mine" in request.GET or not rules.may_see_hours(request.standing, request.on):
        return _one(request, request.standing.member)
    context = _table(request)
    page = Paginator(context["rows"], settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "schedule/study_hours.html", {**context, "page": page})


@require_safe
def hours_member(request: Request, pk: int) -> HttpResponse:
    """A member's hours, session by session, for himself and his committee."""
    member: Member = get_object_or_404(Member.objects.visible_to(request.standing, request.on), pk=pk)
    require(rules.may_see_hours_of(member, request.standing, request.on))
    return _one(request, member)


@require_safe
def hours_export(request: Request) -> FileResponse:
    """学时统计 as a workbook."""
    require(rules.may_see_hours(request.standing, request.on))
    context, on = _table(request), request.on
    log.record(
        verb="export",
        label="导出学时统计",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    heading = ["学时统计", f"{context['semester'] or ''}"]
    options = {"heading": heading, "groups": GROUPS, "as_of": on, "landscape": True}
    parts = [(HOURS, iter(context["rows"]), options)]
    return workbook(f"学时统计_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def hours_print(request: Request) -> HttpResponse:
    """学时统计 on A4."""
    require(rules.may_see_hours(request.standing, request.on))
    context = _table(request)
    context["back_url"] = f"{reverse('schedule:study_hours')}?{request.GET.urlencode()}"
    return render(request, "schedule/hours_print.html", context)


def _table(request: Request) -> dict[str, Any]:
    """What was asked for, and its rows."""
    standing, on = request.standing, request.on
    reading = standing.reading_paths()
    places = Organization.objects.visible_to(standing, on).within(*reading).existing(on)
    form, semester, place = _asked(request, organizations=places)
    rows = []
    if semester is not None:
        last = min(semester.reporting_until, on)
        rows = queries.hours_of(paths=[place.path] if place else reading, first=semester.starts_on, last=last)
    return {"form": form, "semester": semester, "place": place, "rows": rows, "on": on}


def _asked(request: Request, **options: Any) -> tuple[HoursFilter, Semester | None, Organization | None]:
    """The filter and what it asks for; without a word the running semester."""
    now = semester_on(request.on)
    data = request.GET.copy()
    if now is not None and not data.get("semester"):
        data["semester"] = f"{now.pk}"
    form = HoursFilter(data, semesters=Semester.objects.in_plan().filter(starts_on__lte=request.on), **options)
    semester, place = form.asked()
    return form, semester or now, place


def _one(request: Request, member: Member | None) -> HttpResponse:
    standing, on = request.standing, request.on
    form, semester, _ = _asked(request)
    own = None
    is_me = member is not None and standing.member is not None and member.pk == standing.member.pk
    if member is not None and semester is not None:
        last = min(semester.reporting_until, on)
        paths = () if is_me else standing.reading_paths()
        own = queries.own_hours(member, paths=paths, first=semester.starts_on, last=last)
    context = {
        "form": form,
        "semester": semester,
        "member": member,
        "is_me": is_me,
        "own": own,
        "owing": OWING,
        "may_make_up": is_me and semester is not None and on <= semester.reporting_until,
        "sees_others": rules.may_see_hours(standing, on),
    }
    return render(request, "schedule/hours_member.html", context)
