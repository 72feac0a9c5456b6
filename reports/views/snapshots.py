"""Figures of a day: taken once, never changed, compared with those of another day, exported as they were sent."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import log
from accounts.models import LogEntry, User
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import require
from reports import actions, catalogue, rules, sheets
from reports.forms import CompareForm, SnapshotForm, VoidForm
from reports.models import Snapshot
from reports.queries import snapshots as queries
from schedule.queries.meetings import semesters_begun
from schedule.queries.plan import semester_on


@require_safe
def snapshot_list(request: Request) -> HttpResponse:
    """The snapshots of the organisations one reads, the latest first."""
    require(rules.may_take_snapshots(request.standing))
    found = _visible(request)
    page = Paginator(found, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/snapshot_list.html", {"page": page, "acts": request.past_day is None})


def _visible(request: Request) -> Any:
    return Snapshot.objects.visible_to(request.standing, request.on).select_related("organization", "semester", "by")


@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_add(request: Request) -> HttpResponse:
    """Choose whose figures of which time; they are frozen as they stand today."""
    standing, on = request.standing, request.on
    require(rules.may_take_snapshots(standing))
    places = Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on).pledging()
    initial = {"semester": semester_on(on), "organization": places.order_by("path").first()}
    posted = request.POST if request.method == "POST" else None
    form = SnapshotForm(posted, organizations=places.order_by("path"), semesters=semesters_begun(on), initial=initial)
    if posted is None or not form.is_valid():
        return render(request, "reports/snapshot_add.html", {"form": form, "on": on})
    chosen = form.cleaned_data
    asked = catalogue.Asked(standing, on, chosen["organization"], chosen["semester"])
    figures = catalogue.figures_of(asked)
    by = request.user
    assert isinstance(by, User)
    snapshot = actions.take_snapshot(**chosen, figures=figures, by=by, on=on)
    messages.success(request, f"已取 {len(figures)} 个数字，从此不再变化。")
    return redirect(snapshot)


def _snapshot(request: Request, pk: int) -> Snapshot:
    """Return a snapshot one reads; 404 for another's."""
    snapshot: Snapshot = get_object_or_404(_visible(request), pk=pk)
    return snapshot


def _beside(request: Request, snapshot: Snapshot) -> tuple[CompareForm, Snapshot | None]:
    """The choice of another day of the same organisation, and what was chosen."""
    earlier = _visible(request).filter(organization=snapshot.organization_id).exclude(pk=snapshot.pk)
    form = CompareForm(request.GET, earlier=earlier)
    return form, form.cleaned_data["before"] if form.is_valid() else None


@require_safe
def snapshot_detail(request: Request, pk: int) -> HttpResponse:
    """The figures with what they count; beside another day's when one is chosen."""
    snapshot = _snapshot(request, pk)
    form, before = _beside(request, snapshot)
    context = {
        "snapshot": snapshot,
        "parts": queries.parts_of(snapshot.figures),
        "form": form,
        "before": before,
        "lines": queries.compared(before, snapshot) if before else [],
        "void": rules.may_void(snapshot, request.standing) if request.past_day is None else None,
    }
    return render(request, "reports/snapshot_detail.html", context)


@require_safe
def snapshot_export(request: Request, pk: int) -> FileResponse:
    """The figures as they were frozen, as a workbook; with the comparison when another day is chosen."""
    snapshot = _snapshot(request, pk)
    _, before = _beside(request, snapshot)
    void = [f"已作废：{snapshot.void_reason}"] if snapshot.voided_on else []
    heading = [f"{snapshot.organization}{snapshot.semester or '整个活动'}统计", *void, snapshot.purpose]
    shape = {"heading": [line for line in heading if line], "as_of": snapshot.on, "landscape": True}
    parts = [(sheets.FIGURES, snapshot.figures, {**shape, "footer": sheets.SIGNATURES})]
    if before:
        compared = queries.compared(before, snapshot)
        parts.append((sheets.COMPARED, compared, {"heading": [f"与 {before.on} 对比"], "as_of": snapshot.on}))  # type: ignore[arg-type]
    category = LogEntry.Category.EXPORT
    log.record(verb="export", label="导出统计", obj=snapshot, category=category, by=request.user, on=request.on)
    return workbook(f"统计_{snapshot.on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def snapshot_print(request: Request, pk: int) -> HttpResponse:
    """The figures on A4, with the place for seal and signatures."""
    snapshot = _snapshot(request, pk)
    context = {"snapshot": snapshot, "parts": queries.parts_of(snapshot.figures)}
    return render(request, "reports/snapshot_print.html", context | {"back_url": snapshot.get_absolute_url()})


@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_void(request: Request, pk: int) -> HttpResponse:
    """Say that it no longer counts, and why."""
    snapshot = _snapshot(request, pk)
    require(rules.may_void(snapshot, request.standing))
    form = VoidForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "reports/snapshot_void.html", {"snapshot": snapshot, "form": form})
    by = request.user
    assert isinstance(by, User)
    actions.void_snapshot(snapshot=snapshot, reason=form.cleaned_data["reason"], by=by, on=request.on)
    messages.success(request, "已作废，数字仍可查看。")
    return redirect(reverse("reports:snapshot_detail", args=[pk]))
