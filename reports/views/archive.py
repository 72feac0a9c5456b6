"""The archive an inspector asks for: what is there and what is missing, then all of it in one download."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from chuangxian.verdicts import require
from reports import archive, catalogue, rules
from reports.forms import ReportForm
from schedule.queries.meetings import semesters_begun

MISSING_SHOWN = 200


def _asked(request: Request) -> tuple[ReportForm, catalogue.Asked | None]:
    """The form, and what it asks for: of what the reader reads, as it stands today."""
    standing, on = request.standing, request.on
    form = ReportForm(
        request.GET,
        organizations=Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on),
        semesters=semesters_begun(on),
        by_semester=True,
        first=on,
        on=on,
        looks_back=False,
    )
    if not form.is_valid():
        return form, None
    chosen: dict[str, Any] = form.cleaned_data
    return form, catalogue.Asked(standing, on, chosen["organization"], chosen["semester"])


@require_safe
def archive_page(request: Request) -> HttpResponse:
    """档案目录: how many documents of each kind, and everything that should be there and is not."""
    require(rules.may_see_ledgers(request.standing))
    form, asked = _asked(request)
    context: dict[str, Any] = {"form": form, "on": request.on, "most": MISSING_SHOWN}
    if asked is not None:
        found = archive.archive_of(asked)
        size = sum(document.size for document in found.documents)
        context |= {"archive": found, "size": size, "missing": found.missing[:MISSING_SHOWN]}
    return render(request, "reports/archive.html", context)


@require_safe
def archive_download(request: Request) -> HttpResponseBase:
    """All of it as one ZIP, packed while it is sent; noted in the log before the first byte."""
    require(rules.may_see_ledgers(request.standing))
    _, asked = _asked(request)
    if asked is None:
        return redirect(f"{reverse('reports:archive')}?{request.GET.urlencode()}")
    found = archive.archive_of(asked)
    note = f"{asked.said} {len(found.documents)} 份，缺 {len(found.missing)} 项".strip()
    log.record(
        verb="export",
        label="下载检查档案",
        note=note,
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    response = StreamingHttpResponse(archive.packed(found, who=str(request.user)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, archive.file_name(found))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
