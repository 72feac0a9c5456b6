"""Attendance at a study session: what its page shows of it, and the chair's list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branches.middleware import Request
from chuangxian.verdicts import require
from schedule.actions import attendance as actions
from schedule.forms.attendance import AttendanceListForm
from schedule.models import Attendance, StudySession
from schedule.queries import attendance as queries
from schedule.rules import attendance as rules
from schedule.states.study import Presence


def visible_session(request: Request, pk: int) -> StudySession:
    """Return a session the person sees; 404 outside his scope."""
    sessions = StudySession.objects.visible_to(request.standing, request.on)
    session: StudySession = get_object_or_404(sessions.select_related("organization", "semester", "lecturer"), pk=pk)
    return session


def visible_row(request: Request, pk: int) -> Attendance:
    """Return a member's attendance as far as the person sees it: his own, and where internal records are open."""
    rows = Attendance.objects.visible_to(request.standing, request.on)
    row: Attendance = get_object_or_404(queries.for_work(rows), pk=pk)
    return row


def attendance_panel(request: Request, session: StudySession) -> dict[str, Any]:
    """Return what `schedule/_attendance.html` shows on a session's page: who was there, and what the person may do about it."""
    standing, on = request.standing, request.on
    found = queries.session_attendance(session, standing, on)
    mine = found.mine
    own: list[tuple[str, str, str]] = []
    if rules.may_sign(session, standing, on) and (mine is None or mine.status != Presence.PRESENT):
        own.append(("签到", reverse("schedule:sign_in", args=[session.pk]), "primary"))
    if rules.may_ask_leave(session, standing, on) and (mine is None or mine.status == Presence.REFUSED):
        own.append(("请假", reverse("schedule:leave_ask", args=[session.pk]), "secondary"))
    if mine is not None and rules.may_make_up(mine, standing, on):
        own.append(("登记补学", reverse("schedule:make_up", args=[mine.pk]), "primary"))
    if mine is not None and rules.may_write_notes(mine, standing, on):
        label = "改学习心得" if mine.notes else "写学习心得"
        own.append(
            (label, reverse("schedule:study_notes", args=[session.pk]), "secondary" if mine.notes else "primary")
        )
    chair: list[tuple[str, str, str]] = []
    if rules.may_open(session, standing, on):
        label = "签到大屏幕" if session.sign_open else "扫码签到"
        chair.append((label, reverse("schedule:session_sign", args=[session.pk]), "secondary"))
    if rules.may_record(session, standing, on):
        chair.append(("登记出勤", reverse("schedule:attendance_list", args=[session.pk]), "secondary"))
    if rules.may_read_notes(session, standing, on) and any(line.row and line.row.notes for line in found.lines):
        chair.append(("看学习心得", reverse("schedule:notes_list", args=[session.pk]), "secondary"))
    return {"attendance": found, "attendance_own": own, "attendance_chair": chair}


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_list(request: Request, pk: int) -> HttpResponse:
    """Say of everybody whether he was there, in one form."""
    session = visible_session(request, pk)
    require(rules.may_record(session, request.standing, request.on))
    lines = queries.lines_of(session)
    form = AttendanceListForm(request.POST or None, lines=lines)
    status, changed = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                counts = actions.record_list(session=session, said=form.said(), by=request.user, on=request.on)
            except actions.Changed as error:
                status, changed = 409, [line.member.pk for line in error.lines]
                form = AttendanceListForm(request.POST, lines=queries.lines_of(session), fresh=True)
            except ValidationError as error:
                for who, sentences in error.message_dict.items():
                    form.add_error(f"status-{who}", sentences)
            else:
                told = "，".join(f"{Presence(status).label} {number} 人" for status, number in counts.items())
                messages.success(request, f"已登记：{told}。" if told else "没有改动。")
                return redirect(session)
    context = {"session": session, "form": form, "rows": list(form.rows()), "changed": changed}
    return render(request, "schedule/attendance_list.html", context, status=status)
