"""The centre of tables: find one, look at it, take it away as Excel at once or, when it is large, from the background."""

import tempfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import log
from accounts.models import LogEntry, User
from branches.middleware import Request
from branches.models import Organization
from branches.scope import standing_of
from chuangxian import uploads
from chuangxian.downloads import XLSX
from chuangxian.sheets import Cell
from chuangxian.verdicts import Refused, require
from reports import actions, catalogue, ledgers, making, papers, rules
from reports.forms import ReportForm
from reports.models import OfficeTemplate, ReportRun
from reports.papers import filling
from reports.papers.ledgers import values_of
from reports.queries.templates import in_force_of, nearest
from schedule import trips
from schedule.queries.meetings import semesters_begun
from schedule.queries.plan import current_campaign

PREVIEW_ROWS = 30
AT_ONCE_MOST = 3000  # rows; what is more is written in the background
OWN_ROWS_MOST = 1000  # in a form of the office, which is held in memory while it is filled
RUNS_SHOWN = 10


@require_safe
def ledger_list(request: Request) -> HttpResponse:
    """Every table that can be taken away, by who needs it, and what one has ordered lately."""
    require(rules.may_see_ledgers(request.standing))
    context = {
        "shelves": ledgers.shelves(request.standing, request.on),
        "keeps_forms": rules.may_keep_forms(request.standing),
        "trips": trips.kept_by(request.standing),
        "runs": ReportRun.objects.visible_to(request.standing, request.on).select_related("organization", "semester")[
            :RUNS_SHOWN
        ],
    }
    return render(request, "reports/ledger_list.html", context)


# ---- one table ----


@dataclass(frozen=True)
class Wanted:
    """A table, the form it was asked for with, and what was asked; without ``asked`` the form says what is wrong."""

    report: catalogue.Report
    form: ReportForm
    asked: catalogue.Asked | None


def _wanted(request: Request, key: str, data: Any) -> Wanted:
    """Return what is asked for; 404 for a table that does not exist, refused for one that is not the reader's."""
    report = catalogue.report_of(key)
    if report is None:
        raise Http404
    standing, on = request.standing, request.on
    campaign = current_campaign(on)
    form = ReportForm(
        data,
        organizations=Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on),
        semesters=semesters_begun(on),
        by_semester=report.by_semester,
        first=campaign.starts_on if campaign else on,
        on=on,
        looks_back=bool(rules.may_look_back(standing)),
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    as_of: date = chosen.get("as_of") or on
    eyes = standing if as_of == on else standing_of(standing, as_of)
    require(report.may_be_had(standing, eyes))
    if not form.is_valid():
        return Wanted(report, form, None)
    return Wanted(report, form, catalogue.Asked(eyes, as_of, chosen.get("organization"), chosen.get("semester")))


@dataclass(frozen=True)
class Preview:
    """The first rows of a sheet, as its workbook shows them."""

    title: str
    headers: list[str]
    rows: list[list[Cell]]
    number: int
    is_cut: bool


def _preview(tab: catalogue.Tab) -> Preview:
    rows = [tab.sheet.cells(row) for row in islice(iter(tab.rows), PREVIEW_ROWS + 1)]
    return Preview(tab.sheet.title, tab.sheet.headers, rows[:PREVIEW_ROWS], tab.number(), len(rows) > PREVIEW_ROWS)


@require_safe
def ledger_detail(request: Request, key: str) -> HttpResponse:
    """A table for what was asked: its first rows, how many there are, and the ways to take it away."""
    wanted = _wanted(request, key, request.GET)
    previews = [_preview(tab) for tab in wanted.report.tabs(wanted.asked)] if wanted.asked else []
    context = {
        "report": wanted.report,
        "form": wanted.form,
        "asked": wanted.asked,
        "previews": previews,
        "is_large": sum(one.number for one in previews) > AT_ONCE_MOST,
        "most": AT_ONCE_MOST,
        "acts": request.past_day is None,
        "own": _own(wanted) if previews and previews[0].number <= OWN_ROWS_MOST else None,
    }
    return render(request, "reports/ledger_detail.html", context)


def _own(wanted: Wanted) -> OfficeTemplate | None:
    """The form of its own office for this table, None when there is none. Two queries at most."""
    ledger = papers.ledger_of(wanted.report.key)
    templates = in_force_of(ledger.key) if ledger and wanted.asked else []
    place = wanted.asked.place if templates and wanted.asked else None
    return nearest(templates, place) if place else None


def _back(wanted: Wanted, data: Any) -> HttpResponse:
    """To the page that says what is wrong with what was asked."""
    query = data.copy()
    query.pop("csrfmiddlewaretoken", None)
    return redirect(f"{reverse('reports:ledger_detail', args=[wanted.report.key])}?{query.urlencode()}")


@require_safe
def ledger_export(request: Request, key: str) -> HttpResponseBase:
    """The whole table as a workbook, written while one waits; a large one is left to the background."""
    wanted = _wanted(request, key, request.GET)
    if wanted.asked is None:
        return _back(wanted, request.GET)
    tabs = list(wanted.report.tabs(wanted.asked))
    if not tabs or sum(tab.number() for tab in tabs) > AT_ONCE_MOST:
        return _back(wanted, request.GET)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    making.write_tabs(file, tabs, title=wanted.report.title, who=str(request.user))
    file.seek(0)
    said = f"{wanted.asked.said} 截至 {wanted.asked.on}".strip()
    label, category = f"导出{wanted.report.title}", LogEntry.Category.EXPORT
    log.record(verb="export", label=label, note=said, category=category, by=request.user, on=request.on)
    name = f"{wanted.report.title}_{wanted.asked.on:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_safe
def ledger_own(request: Request, key: str) -> HttpResponseBase:
    """The table in the form of its own office; 404 when it has none. A large one is had in the built-in form only."""
    wanted = _wanted(request, key, request.GET)
    if wanted.asked is None:
        return _back(wanted, request.GET)
    template, ledger = _own(wanted), papers.ledger_of(key)
    if template is None or ledger is None:
        raise Http404
    tab = wanted.report.tabs(wanted.asked)[0]
    if tab.number() > OWN_ROWS_MOST:
        return _back(wanted, request.GET)
    values = values_of(ledger, wanted.asked, tab.rows, str(request.user))
    content = filling.filled(template, ledger, values)
    said = f"{template} {wanted.asked.said} 截至 {wanted.asked.on}".strip()
    label, category = f"按表样导出{ledger.title}", LogEntry.Category.EXPORT
    log.record(verb="export", label=label, note=said, category=category, by=request.user, on=request.on)
    name = f"{ledger.title}_{wanted.asked.on:%Y%m%d}.{template.kind}"
    return uploads.serve(BytesIO(content), name=name, content_type=uploads.TYPES[template.kind])


@require_POST
def ledger_order(request: Request, key: str) -> HttpResponse:
    """Have it made in the background; too many at once are refused on the same page."""
    wanted = _wanted(request, key, request.POST)
    asked, by = wanted.asked, request.user
    assert isinstance(by, User)
    if asked is None:
        return _back(wanted, request.POST)
    total = sum(tab.number() for tab in wanted.report.tabs(asked))
    try:
        run = actions.order(
            report=wanted.report.key,
            title=wanted.report.title,
            rows_total=total,
            organization=asked.organization,
            semester=asked.semester,
            as_of=asked.on,
            by=by,
            on=request.on,
        )
    except Refused as refused:
        context = {"report": wanted.report, "form": wanted.form, "asked": asked, "refused": refused.reason}
        context |= {"is_large": True, "most": AT_ONCE_MOST, "acts": True}
        return render(request, "reports/ledger_detail.html", context, status=409)
    return redirect("reports:ledger_run", run.pk)


# ---- what is made in the background ----


def _run(request: Request, pk: int) -> ReportRun:
    """Return one's own order; 404 for anybody else's."""
    runs = ReportRun.objects.visible_to(request.standing, request.on).select_related("organization", "semester", "by")
    run: ReportRun = get_object_or_404(runs, pk=pk)
    return run


@require_safe
def run_detail(request: Request, pk: int) -> HttpResponse:
    """How far it is, and the file once it is there."""
    return render(request, "reports/ledger_run.html", {"run": _run(request, pk)})


@require_safe
def run_progress(request: Request, pk: int) -> HttpResponse:
    """The piece of the page that changes."""
    return render(request, "reports/_ledger_run.html", {"run": _run(request, pk)})


@require_POST
def run_cancel(request: Request, pk: int) -> HttpResponse:
    """Call it off."""
    by = request.user
    assert isinstance(by, User)
    actions.cancel(run=_run(request, pk), by=by, on=request.on)
    return redirect("reports:ledger_run", pk)


@require_safe
def run_file(request: Request, pk: int) -> HttpResponseBase:
    """The workbook, to whoever ordered it and may still read it; each time it is noted."""
    run = _run(request, pk)
    if not run.file or catalogue.report_of(run.report) is None:
        raise Http404
    making.asked_by(run)
    category = LogEntry.Category.EXPORT
    log.record(verb="export", label=f"下载{run.title}", obj=run, category=category, by=request.user, on=request.on)
    return uploads.serve(run.file, name=run.file_name, content_type=uploads.TYPES["xlsx"])
