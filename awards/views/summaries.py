"""Summaries: the list, one of them with its figures, its moves, its print, and the Word file."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import summaries as actions
from awards.forms.summaries import SummaryFilter
from awards.models import Summary
from awards.queries import summaries as queries
from awards.rules import summaries as rules
from awards.sheets import summaries as sheets
from awards.workflow.summaries import SUMMARY
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.edits import version_read
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken


@require_safe
def summary_list(request: Request) -> HttpResponse:
    """The summaries one may read."""
    standing, on = request.standing, request.on
    form = SummaryFilter(request.GET, organizations=Organization.objects.visible_to(standing, on))
    summaries = form.narrow(Summary.objects.visible_to(standing, on))
    page = Paginator(queries.for_lists(summaries), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_write": rules.may_write_somewhere(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/summary_list.html", context)


def visible_summary(request: Request, pk: int) -> Summary:
    """Return a summary the person may read, fetched for work; 404 outside his scope."""
    summaries = Summary.objects.visible_to(request.standing, request.on)
    summary: Summary = get_object_or_404(queries.for_work(summaries), pk=pk)
    return summary


@require_safe
def summary_detail(request: Request, pk: int) -> HttpResponse:
    """The text, with the figures and where each comes from."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    summary, standing, on = visible_summary(request, pk), request.standing, request.on
    sections = list(summary.sections.all())
    context = {
        "summary": summary,
        "sections": sections,
        "length": sum(section.length for section in sections),
        "may_edit": rules.may_edit(summary, standing, on),
        "offers": SUMMARY.available(summary, by=standing, on=on),
        "history": queries.history_of(summary),
        "move_url": reverse("awards:summary_move", args=[pk]),
        **tried,
    }
    return render(request, "awards/summary_detail.html", context, status=status)


@require_POST
def summary_move(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    summary = visible_summary(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in SUMMARY.moves:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    try:
        actions.act(summary=summary, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"《{summary}》：{SUMMARY.moves[verb].label}，已办理。")
    return redirect("awards:summary_detail", pk)


@require_safe
def summary_print(request: Request, pk: int) -> HttpResponse:
    """The text on A4, the figures with their sources behind it."""
    summary = visible_summary(request, pk)
    context = {
        "summary": summary,
        "sections": list(zip(sheets.NUMERALS, summary.sections.all(), strict=False)),
        "back_url": summary.get_absolute_url(),
    }
    return render(request, "awards/summary_print.html", context)


@require_safe
def summary_word(request: Request, pk: int) -> FileResponse:
    """The text as a Word file; ``?figures=0`` leaves the annex of figures out."""
    summary = visible_summary(request, pk)
    with_figures = request.GET.get("figures") != "0"
    log.record(
        verb="export",
        label="导出工作总结（Word）",
        obj=summary,
        note="附数字和来源" if with_figures else "只有正文",
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    file = sheets.word_of(summary, with_figures=with_figures, who=str(request.user), at=clock.now())
    return FileResponse(file, as_attachment=True, filename=sheets.word_name(summary), content_type=sheets.DOCX)
