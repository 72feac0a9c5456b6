"""Roster files in and out."""

from collections.abc import Collection
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches import actions, queries, rules
from branches.forms import RosterUploadForm
from branches.middleware import Request
from branches.models import Organization, RosterImport
from branches.rehearsal import Rehearsal, rehearse
from branches.sheets import ROSTER
from branches.states import Kind
from branches.views.asking import asked_day
from chuangxian import clock, uploads
from chuangxian.imports import ImportState
from chuangxian.sheets import Reading, Unreadable
from chuangxian.verdicts import require

SHOWN_MOST = 200  # rows of each kind on the page; the counts are always whole


@require_http_methods(["GET", "HEAD", "POST"])
def roster_import(request: Request, pk: int) -> HttpResponse:
    """Upload a roster for its rehearsal; earlier files stand below."""
    organization = _organization(request, pk)
    require(rules.may_import_roster(organization, request.standing, request.on))
    form = RosterUploadForm(request.POST or None, request.FILES or None, initial={"roster_on": request.on})
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            ROSTER.read(upload, name=upload.name)
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
        else:
            roster = actions.store_roster(
                organization=organization,
                content=upload,
                file_name=upload.name,
                roster_on=form.cleaned_data["roster_on"],
                by=request.user,
                on=request.on,
            )
            return redirect(roster)
    earlier = RosterImport.objects.visible_to(request.standing, request.on).filter(organization=organization)
    page = Paginator(earlier.select_related("uploaded_by", "committed_by"), settings.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "branches/roster_import.html", {"form": form, "organization": organization, "page": page})


@require_safe
def roster_import_detail(request: Request, pk: int) -> HttpResponse:
    """The rehearsal while nothing is decided; afterwards what was done, and the way back."""
    roster = _roster(request, pk)
    if roster.state == ImportState.REHEARSED:
        return _rehearsal_page(request, roster, found=_found(request.GET))
    return _result_page(request, roster)


@require_POST
def roster_import_commit(request: Request, pk: int) -> HttpResponse:
    """Take the file over as it was rehearsed."""
    roster = _roster(request, pk)
    require(rules.may_import_roster(roster.organization, request.standing, request.on))
    found = _found(request.POST)
    try:
        actions.commit_roster(
            roster=roster,
            reading=_read(roster),
            seen=request.POST.get("seen", ""),
            found=found,
            leaving=[int(one) for one in request.POST.getlist("leaving") if one.isdigit()],
            only_good="only_good" in request.POST,
            by=request.user,
            on=request.on,
        )
    except actions.Changed:
        sentence = "在您核对期间，系统中的名册有了变化。下面是新的预演结果，请重新核对后再导入。"
        return _rehearsal_page(request, _roster(request, pk), found=found, sentences=[sentence])
    except ValidationError as error:
        return _rehearsal_page(request, _roster(request, pk), found=found, sentences=error.messages)
    messages.success(request, "名册已导入。")
    return redirect(roster)


@require_POST
def roster_import_undo(request: Request, pk: int) -> HttpResponse:
    """Take the import back as a whole."""
    roster = _roster(request, pk)
    require(rules.may_undo_roster(roster, request.standing, request.on))
    try:
        actions.undo_roster(roster=roster, by=request.user, on=request.on)
    except ValidationError as error:
        return _result_page(request, _roster(request, pk), sentences=error.messages)
    messages.success(request, "已撤销这次导入，名册恢复到导入之前。")
    return redirect(roster)


@require_POST
def roster_import_discard(request: Request, pk: int) -> HttpResponse:
    """Put a rehearsed file aside."""
    roster = _roster(request, pk)
    require(rules.may_import_roster(roster.organization, request.standing, request.on))
    actions.discard_roster(roster=roster, by=request.user, on=request.on)
    messages.success(request, "已放弃这份名册，文件已删除。")
    return redirect("branches:roster_import", pk=roster.organization_id)


@require_safe
def roster_import_bad_rows(request: Request, pk: int) -> FileResponse:
    """The rows that were not taken, as a workbook with the reasons in the cells."""
    roster = _roster(request, pk)
    require(rules.may_import_roster(roster.organization, request.standing, request.on))
    rehearsal = _rehearsed(request, roster, found=_found(request.GET))
    refused = {row.number for row in rehearsal.reading.rows if not row.ok}
    telling = [one for one in rehearsal.problems if one.row in refused or (not one.row and one.level == "error")]
    with roster.file.open() as original:
        content = ROSTER.annotated(BytesIO(original.read()), telling)
    _note_export(request, f"导出未导入的 {len(refused)} 行名册", roster)
    return _workbook(BytesIO(content), f"待改正-{roster.file_name}")


@require_safe
def roster_template(request: Request, pk: int) -> FileResponse:
    """An empty roster to fill in."""
    organization = _organization(request, pk)
    require(rules.may_import_roster(organization, request.standing, request.on))
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    branches = known.within(organization.path).filter(kind=Kind.BRANCH)
    stream = BytesIO()
    ROSTER.template(stream, choices={"branch": list(branches.values_list("name", flat=True))})
    return _workbook(stream, "党员名册模板.xlsx")


@require_safe
def roster_export(request: Request, pk: int) -> FileResponse:
    """The roster as it stood on a day, in the columns the import reads."""
    organization = _organization(request, pk)
    require(rules.may_export_roster(organization, request.standing, request.on))
    _, day = asked_day(request)
    lines = queries.roster_lines(
        queries.roster(request.standing, day, organization.path).order_by("path", "member__sort_key", "member_id"), day
    )
    stream = BytesIO()
    count = ROSTER.write(
        stream,
        lines,
        heading=[f"{organization.name}党员名册"],
        as_of=day,
        who=str(request.user),
        at=clock.now(),
    )
    _note_export(request, f"导出党员名册（{day}，{count} 人）", organization)
    return _workbook(stream, f"{organization}党员名册-{day}.xlsx")


def _note_export(request: Request, label: str, obj: Organization | RosterImport) -> None:
    category = LogEntry.Category.EXPORT
    log.record(verb="export", label="导出名册", obj=obj, note=label, category=category, by=request.user, on=request.on)


def _workbook(stream: BytesIO, name: str) -> FileResponse:
    stream.seek(0)
    name = name if name.endswith(".xlsx") else f"{name}.xlsx"
    return uploads.serve(stream, name=name, content_type=uploads.TYPES["xlsx"])


# ---- what the pages of one import share ----


def _organization(request: Request, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.standing, request.on), pk=pk)


def _roster(request: Request, pk: int) -> RosterImport:
    visible = RosterImport.objects.visible_to(request.standing, request.on)
    return get_object_or_404(visible.select_related("organization", "uploaded_by", "committed_by", "undone_by"), pk=pk)


def _found(data: Any) -> Collection[str] | None:
    """Return the branches chosen to be founded; None while nobody has chosen."""
    return data.getlist("found") if "chosen" in data else None


def _read(roster: RosterImport) -> Reading[Any]:
    with roster.file.open() as file:
        return ROSTER.read(BytesIO(file.read()), name="roster.xlsx")


def _rehearsed(request: Request, roster: RosterImport, *, found: Collection[str] | None) -> Rehearsal:
    return rehearse(
        organization=roster.organization,
        reading=_read(roster),
        found=found,
        roster_on=roster.roster_on,
        by=request.standing,
        on=request.on,
    )


def _rehearsal_page(
    request: Request, roster: RosterImport, *, found: Collection[str] | None, sentences: Collection[str] = ()
) -> HttpResponse:
    rehearsal = _rehearsed(request, roster, found=found)
    ticked = request.POST.getlist("leaving")
    context = {
        "roster": roster,
        "organization": roster.organization,
        "rehearsal": rehearsal,
        "problems": rehearsal.problems[:SHOWN_MOST],
        "adds": rehearsal.adds[:SHOWN_MOST],
        "changes": rehearsal.changes[:SHOWN_MOST],
        "absent": [(one, str(one.member_id) in ticked) for one in rehearsal.absent[:SHOWN_MOST]],
        "shown_most": SHOWN_MOST,
        "sentences": sentences,
        "own": request.standing.member,
        "good_rows": len(rehearsal.entries),
        "bad_tone": "matters" if rehearsal.bad_rows else "",
        "found_query": f"?{urlencode({'chosen': 1, 'found': list(found)}, doseq=True)}" if found is not None else "",
    }
    return render(request, "branches/roster_rehearsal.html", context)


def _result_page(request: Request, roster: RosterImport, sentences: Collection[str] = ()) -> HttpResponse:
    context = {
        "roster": roster,
        "organization": roster.organization,
        "made": queries.made_by(roster, SHOWN_MOST),
        "altered": queries.altered_by(roster, SHOWN_MOST),
        "shown_most": SHOWN_MOST,
        "sentences": sentences,
        "may_undo": rules.may_undo_roster(roster, request.standing, request.on),
        "undo_url": reverse("branches:roster_import_undo", args=[roster.pk]),
    }
    return render(request, "branches/roster_result.html", context)
