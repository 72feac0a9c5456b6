"""Study: the branch's semester or all branches at a glance, one session, the ledger and what is printed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock, uploads
from chuangxian.downloads import workbook
from chuangxian.verdicts import require
from schedule.forms.study import StudyFilter, WaitingFilter
from schedule.models import Semester, StudyFile, StudySession
from schedule.queries import study as queries
from schedule.queries.meetings import read_by
from schedule.rota import GAP_MOST
from schedule.rules import study as rules
from schedule.scope.study import StudySessionQuerySet
from schedule.sheets import study as sheets
from schedule.states.study import Presence
from schedule.views.attendance import attendance_panel
from schedule.workflow import study as workflow


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as `schedule/_sessions.html` lists it."""

    session: StudySession
    is_mine: bool
    unrecorded: bool


def lines_of(request: Request, sessions: Any) -> list[SessionLine]:
    """Return sessions fetched for work as lines."""
    standing, on = request.standing, request.on
    return [
        SessionLine(
            one,
            rules.is_lecturer(one, standing, on),
            bool(rules.is_planned(one, standing, on)) and one.on < on,
        )
        for one in sessions
    ]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list and the ledger are narrowed to: always a semester, unless no plan has one; perhaps an organisation."""

    form: StudyFilter
    semester: Semester | None
    organization: Organization | None
    places: list[Organization]


def narrowed(request: Request) -> Narrowed:
    """Return what was asked for."""
    standing, on = request.standing, request.on
    semesters = Semester.objects.in_plan().order_by("starts_on")
    organizations = queries.places(standing, on)
    places = list(organizations)
    form = StudyFilter(request.GET, semesters=semesters, organizations=organizations)
    if len(places) < 2:
        del form.fields["organization"]  # nothing to choose
    asked = form.asked
    semester = asked.get("semester") or queries.current_semester(list(semesters), on)
    return Narrowed(form, semester, asked.get("organization"), places)


@require_safe
def study_list(request: Request) -> HttpResponse:
    """The semester of one's branch; for whoever follows several branches, all of them in a line each; or what waits for oneself."""
    standing, on = request.standing, request.on
    if key := WaitingFilter(request.GET).asked:
        return _waiting(request, key)
    asked = narrowed(request)
    context: dict[str, Any] = {
        "form": asked.form,
        "semester": asked.semester,
        "mine": queries.next_turn(standing, on),
        "waiting": queries.waiting_lines(standing, on),
        "may_export": rules.may_see_ledger(standing, on),
        "gap_most": GAP_MOST,
        "several": len(asked.places) > 1,
        "on": on,
    }
    place = asked.organization or (asked.places[0] if len(asked.places) == 1 else None)
    if asked.semester is None:
        return render(request, "schedule/study_list.html", context)
    if place is None:
        lines = queries.branch_lines(asked.places, asked.semester, on)
        context |= {"branches": lines, "in_gap": [line for line in lines if line.gap]}
        return render(request, "schedule/study_branches.html", context)
    sessions = queries.for_work(_of(request, asked.semester, place)).order_by("on", "pk")
    context |= {
        "place": place,
        "plan": queries.plan_of(place, asked.semester),
        "line": queries.branch_lines([place], asked.semester, on)[0],
        "sessions": lines_of(request, sessions),
        "may_plan": rules.may_plan(place, standing, on),
    }
    return render(request, "schedule/study_list.html", context)


def _of(request: Request, semester: Semester | None, place: Organization | None) -> StudySessionQuerySet:
    """Return the sessions in scope of a semester, all of them or an organisation's own."""
    standing, on = request.standing, request.on
    sessions: StudySessionQuerySet = StudySession.objects.visible_to(standing, on).on_line_of(standing, on)
    if place is not None:
        sessions = sessions.filter(organization=place)
    return sessions.filter(semester=semester)


def _waiting(request: Request, key: str) -> HttpResponse:
    sessions = queries.for_work(queries.waiting_sessions(key, request.standing, request.on)).order_by("on", "pk")
    page = Paginator(sessions, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    label = next(label for one, label, _ in queries.LINES if one == key)
    context = {"page": page, "sessions": lines_of(request, page.object_list), "label": label}
    return render(request, "schedule/study_waiting.html", context)


# ---- one session ----


def visible_session(request: Request, pk: int) -> StudySession:
    """Return a session the person sees, with its papers; 404 outside his scope."""
    sessions = StudySession.objects.visible_to(request.standing, request.on)
    session: StudySession = get_object_or_404(queries.with_papers(sessions), pk=pk)
    return session


@require_safe
def session_detail(request: Request, pk: int) -> HttpResponse:
    """The session, and what may be done now."""
    return session_page(request, pk)


def session_page(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    """Show a session; after a refusal with what was tried."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    swaps = queries.swaps_about([session])
    panel = attendance_panel(request, session)
    members = {line.member.pk for line in panel["attendance"].lines}
    context = {
        "session": session,
        "lecturer_left": rules.lecturer_left(session, members),
        "meeting": read_by(standing, session.meeting_id, on),
        "links": _links(request, session),
        "swaps": [(swap, workflow.swap_offers(swap, by=standing, on=on)) for swap in swaps],
        "unrecorded": bool(rules.is_planned(session, standing, on)) and session.on < on,
        "is_mine": rules.is_lecturer(session, standing, on),
        "history": queries.history_of(session),
        "files": _files(session),
        "on": on,
        **panel,
        **tried,
    }
    return render(request, "schedule/session_detail.html", context, status=status)


def _files(session: StudySession) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "url": reverse("schedule:study_file", args=[one.pk]), "size": one.size}
        for one in session.evidence.all()
    ]


def _links(request: Request, session: StudySession) -> list[tuple[str, str, str]]:
    """Return the pages of work open to the person: label, address, tone."""
    standing, on = request.standing, request.on
    planned = bool(rules.is_planned(session, standing, on))
    keeps = bool(rules.may_keep(session, standing, on))
    label = ("修改安排" if keeps else "写主题和材料") if planned else "修改记录"
    first = "primary" if not rules.may_record(session, standing, on) and not session.topic else "secondary"
    pages = [
        (rules.may_record(session, standing, on), "填写学习记录", "session_record", "primary"),
        (rules.may_prepare(session, standing, on), label, "session_edit", first),
        (rules.may_ask_swap(session, standing, on), "找人调换", "swap_ask", "secondary"),
        (rules.may_move(session, standing, on), "改期", "session_move", "secondary"),
        (rules.may_cancel(session, standing, on), "取消这次学习", "session_cancel", "secondary"),
    ]
    return [
        (label, reverse(f"schedule:{view}", args=[session.pk]), tone) for verdict, label, view, tone in pages if verdict
    ]


@require_safe
def session_print(request: Request, pk: int) -> HttpResponse:
    """学习记录 on A4; who was there stands on it for those who keep the record."""
    session = visible_session(request, pk)
    context: dict[str, Any] = {"session": session, "back_url": session.get_absolute_url()}
    if rules.may_keep(session, request.standing, request.on):
        present = queries.presence_of(session)
        context["presence"] = [(label, present[status]) for status, label in Presence.choices if status in present]
    return render(request, "schedule/session_print.html", context)


@require_safe
def study_file(request: Request, pk: int) -> HttpResponseBase:
    """Give out a file to whoever sees its session."""
    file: StudyFile = get_object_or_404(StudyFile.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(file.file, name=file.name, content_type=file.content_type)


# ---- the ledger ----


def _ledger(request: Request) -> tuple[Narrowed, StudySessionQuerySet]:
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    asked = narrowed(request)
    return asked, _of(request, asked.semester, asked.organization).filter(on__lte=on)


@require_safe
def study_ledger(request: Request) -> HttpResponse:
    """学习台账 of a semester up to today."""
    asked, sessions = _ledger(request)
    rows = queries.for_work(sessions).order_by("path", "organization_id", "on", "pk")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": asked.form,
        "semester": asked.semester,
        "page": page,
        "sessions": lines_of(request, page.object_list),
    }
    return render(request, "schedule/study_ledger.html", context)


@require_safe
def study_export(request: Request) -> FileResponse:
    """学习台账 as a workbook."""
    asked, sessions = _ledger(request)
    on = request.on
    log.record(
        verb="export",
        label="导出学习台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    heading = ["学习台账", f"{asked.semester or ''}"]
    options = {"heading": heading, "groups": sheets.LEDGER_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.LEDGER, sheets.ledger_lines(sessions), options)]
    return workbook(f"学习台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def study_print(request: Request) -> HttpResponse:
    """学习台账 on A4, an organisation a sheet."""
    asked, sessions = _ledger(request)
    sheets_of: dict[Organization, list[sheets.LedgerLine]] = {}
    for line in sheets.ledger_lines(sessions):
        sheets_of.setdefault(line.session.organization, []).append(line)
    context = {
        "semester": asked.semester,
        "sheets": list(sheets_of.items()),
        "on": request.on,
        "back_url": f"{reverse('schedule:study_ledger')}?{request.GET.urlencode()}",
    }
    return render(request, "schedule/study_print.html", context)
