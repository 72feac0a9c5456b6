"""Who has pledged and what came of it, by organisation; no ranking, the order is the tree's."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import log
from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import require
from pledges import rules, sheets
from pledges.models import Pledge, PledgeCycle
from pledges.queries import coverage, reading
from pledges.views import Request


def chosen_cycle(request: Request) -> PledgeCycle | None:
    """Return the cycle asked for, among those the person knows; the running one without; 404 for a stranger's."""
    asked = request.GET.get("cycle", "")
    if not asked:
        return reading.current_cycle(request.standing, request.on)
    cycles: QuerySet[PledgeCycle] = reading.cycles_for(request.standing, request.on)
    cycle = cycles.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    if cycle is None:
        raise Http404
    return cycle


@require_safe
def pledge_coverage(request: Request) -> HttpResponse:
    """Who has not yet pledged, and the rates of fulfilment, with numerator and denominator."""
    standing, on = request.standing, request.on
    require(rules.may_see_coverage(standing, on))
    cycle = chosen_cycle(request)
    context: dict[str, Any] = {"cycles": reading.cycles_for(standing, on), "cycle": cycle, "on": on}
    if cycle is not None:
        paths = standing.reading_paths()
        board = coverage.board(cycle, paths=paths, on=on)
        pledges = Pledge.objects.filter(cycle=cycle).within(*paths)
        rates = coverage.rates_by_organization(pledges, on)
        lines = [(line, rates.get(line.organization.pk, coverage.Rate())) for line in board.lines]
        total = sum((rate for _, rate in lines), coverage.Rate())
        context |= {"board": board, "lines": lines, "rate": total, "late": reading.late_pledges(pledges, on)}
        context["missing_count"] = f"共 {len(board.missing)} 个"
    return render(request, "pledges/pledge_coverage.html", context)


@require_safe
def coverage_export(request: Request) -> FileResponse:
    """The board as a workbook: the lines and the names."""
    standing, on = request.standing, request.on
    require(rules.may_see_coverage(standing, on))
    cycle = chosen_cycle(request)
    if cycle is None:
        raise Http404
    paths = standing.reading_paths()
    board = coverage.board(cycle, paths=paths, on=on)
    rates = coverage.rates_by_organization(Pledge.objects.filter(cycle=cycle).within(*paths), on)
    log.record(
        verb="export", label="导出承诺进度", obj=cycle, category=LogEntry.Category.EXPORT, by=request.user, on=on
    )
    parts = sheets.coverage_sheets(board, rates, heading=f"{cycle}进度", on=on)
    return workbook(f"承诺进度_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())
