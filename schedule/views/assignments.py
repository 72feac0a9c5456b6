"""A task with one of those it reaches: what was done for it, reporting it done, its moves and its files."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from branches.scope import ancestors
from chuangxian import uploads
from chuangxian.drafts import unchecked
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.actions import assignments as actions
from schedule.forms.tasks import DoneForm
from schedule.models import Assignment, Meeting, TaskEvidence
from schedule.queries import tasks as queries
from schedule.queries.meetings import read_by
from schedule.rules import tasks as rules
from schedule.workflow import tasks as workflow
from schedule.workflow.tasks import ASSIGNMENT, WRITTEN

RECORDED = frozenset(ASSIGNMENT.moves) - WRITTEN
MEETINGS_SINCE = timedelta(days=30)  # a task may have been seen to a little before it was set


def visible_assignment(request: Request, pk: int) -> Assignment:
    """Return an assignment the person sees, with its files; 404 outside his scope."""
    assignments = Assignment.objects.visible_to(request.standing, request.on)
    assignment: Assignment = get_object_or_404(queries.with_evidence(assignments), pk=pk)
    return assignment


@require_safe
def assignment_detail(request: Request, pk: int) -> HttpResponse:
    """What is asked, what was done, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    assignment, standing, on = visible_assignment(request, pk), request.standing, request.on
    context = {
        "assignment": assignment,
        "task": assignment.task,
        "meeting": read_by(standing, assignment.meeting_id, on),
        "line": queries.line(assignment, on),
        "offers": workflow.offers(assignment, by=standing, on=on),
        "may_report": rules.may_report(assignment, standing, on),
        "may_remind": rules.may_remind(assignment, standing, on),
        "history": queries.history_of(assignment),
        "on": on,
        **tried,
    }
    return render(request, "schedule/assignment_detail.html", context, status=status)


@require_POST
def assignment_act(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    assignment = visible_assignment(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in RECORDED:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    note = note[:200]
    try:
        actions.act(assignment=assignment, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{ASSIGNMENT.moves[verb].label}，已办理。")
    return redirect("schedule:assignment_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_done(request: Request, pk: int) -> HttpResponse:
    """Write down what was done and when, with what shows it."""
    assignment, standing, on = visible_assignment(request, pk), request.standing, request.on
    refusal = ""
    verdict = rules.may_report(assignment, standing, on)
    if request.method == "POST" and rules.may_do(assignment, standing, on):
        refusal = verdict.reason  # he has written something: it is given back with the sentence
    else:
        require(verdict)
    held = Meeting.objects.visible_to(standing, on).filter(
        path__in=[*ancestors(assignment.path), assignment.path],
        held_on__gte=assignment.task.opens_on - MEETINGS_SINCE,
        held_on__lte=on,
    )
    form = DoneForm(
        request.POST or None,
        request.FILES or None,
        assignment=assignment,
        meetings=held,
        kept=len(assignment.evidence.all()),
        on=on,
    )
    status = 200
    if refusal:
        unchecked(form)
        status = 403
    elif request.method == "POST":
        status = tried(
            form,
            lambda: actions.report_done(
                assignment=visible_assignment(request, pk),
                result=form.cleaned_data["result"],
                done_on=form.cleaned_data["done_on"],
                meeting=form.cleaned_data["meeting"],
                files=form.cleaned_data["evidence"],
                version=version_read(request.POST.get("version")),
                by=request.user,
                on=on,
            ),
        )
        if not status:
            messages.success(request, "已登记完成。")
            return redirect("schedule:assignment_detail", pk)
    context = {"assignment": assignment, "task": assignment.task, "form": form, "error": refusal}
    return render(request, "schedule/assignment_done.html", context, status=status)


@require_safe
def task_evidence(request: Request, pk: int) -> HttpResponseBase:
    """Give out a file to whoever sees what it proves."""
    evidence: TaskEvidence = get_object_or_404(TaskEvidence.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(evidence.file, name=evidence.name, content_type=evidence.content_type)
