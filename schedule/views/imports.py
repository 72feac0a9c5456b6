"""Tables out and in again: exported to be changed, looked at before anything is written, taken over and taken back as a whole."""

from collections.abc import Collection
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock, uploads
from chuangxian.imports import Changed, ImportState
from chuangxian.sheets import Unreadable
from chuangxian.verdicts import YES, no, require
from schedule import trips
from schedule.actions import imports as actions
from schedule.forms.imports import TableUploadForm
from schedule.models import TableImport
from schedule.trips import Table

NOWHERE = "这张表由党组织的负责人和创先争优办公室导出、导入。"
CHANGED = "在您核对期间，系统里的内容有了变化。下面是新的预演结果，请重新核对后再导入。"


@require_safe
def table_list(request: Request, table: str) -> HttpResponse:
    """Whose table? The organisations one keeps it of."""
    trip, standing, on = _table(table), request.standing, request.on
    require(YES if trip.may_somewhere(standing) else no(NOWHERE))
    known = Organization.objects.visible_to(standing, on).existing(on).within(*standing.reading_paths())
    places = [one for one in known.order_by("path") if trip.may(one, standing, on)]
    return render(request, "schedule/table_list.html", {"trip": trip, "places": places})


@require_http_methods(["GET", "HEAD", "POST"])
def table_import(request: Request, table: str, pk: int) -> HttpResponse:
    """Export to change; upload what was changed for its rehearsal; earlier files stand below."""
    trip, place = _table(table), _place(request, pk)
    require(trip.may(place, request.standing, request.on))
    form = TableUploadForm(request.POST, request.FILES) if request.method == "POST" else TableUploadForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            trip.sheet.read(upload, name=upload.name)
            imported = actions.store_table(
                table=trip,
                organization=place,
                content=upload,
                file_name=upload.name,
                by=request.user,
                on=request.on,
            )
        except Unreadable as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect(imported)
    earlier = TableImport.objects.visible_to(request.standing, request.on).filter(table=trip.key, organization=place)
    page = Paginator(earlier.select_related("uploaded_by"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "trip": trip, "place": place, "page": page}
    return render(request, "schedule/table_import.html", context, status=422 if form.errors else 200)


@require_safe
def table_export(request: Request, table: str, pk: int) -> FileResponse:
    """The table with a key on every row, to be changed and imported again."""
    trip, place = _table(table), _place(request, pk)
    require(trip.may(place, request.standing, request.on))
    stream, now = BytesIO(), clock.now()
    count = trip.sheet.write_to_change(
        stream,
        trip.exported(place, now, request.standing, request.on),
        heading=[f"{place.name}，导出修改用：改动或新增以后整份上传；“编号”一列请勿改动，新增的行编号留空。"],
        choices=trip.choices(place, request.on),
        who=str(request.user),
        at=now,
    )
    _note_export(request, f"导出{trip.title}（修改用，{count} 行）", place)
    return _workbook(stream, f"{place}{trip.title}-修改用-{request.on}.xlsx")


@require_safe
def table_import_detail(request: Request, pk: int) -> HttpResponse:
    """The rehearsal while nothing is decided; afterwards what was done, and the way back."""
    imported, trip = _imported(request, pk)
    return _page(request, imported, trip)


@require_POST
def table_import_commit(request: Request, pk: int) -> HttpResponse:
    """Take the file over as it was rehearsed."""
    imported, trip = _imported(request, pk)
    ticked = [int(one) for one in request.POST.getlist("dropping") if one.isascii() and one.isdecimal()]
    sentences: list[str] = []
    try:
        actions.commit_table(
            table=trip,
            imported=imported,
            seen=request.POST.get("seen", ""),
            only_good="only_good" in request.POST,
            dropping=ticked,
            by=request.user,
            on=request.on,
        )
    except Changed:
        sentences = [CHANGED]
    except ValidationError as error:
        sentences = error.messages
    else:
        messages.success(request, f"{trip.title}已导入。")
        return redirect(imported)
    imported, trip = _imported(request, pk)
    actions.look_at(table=trip, imported=imported, by=request.user, on=request.on)
    return _page(request, imported, trip, sentences, ticked=ticked, status=409)


@require_POST
def table_import_undo(request: Request, pk: int) -> HttpResponse:
    """Take the import back as a whole."""
    imported, trip = _imported(request, pk)
    try:
        actions.undo_table(table=trip, imported=imported, by=request.user, on=request.on)
    except ValidationError as error:
        imported, trip = _imported(request, pk)
        return _page(request, imported, trip, error.messages, status=409)
    messages.success(request, "已撤销这次导入，恢复到导入之前。")
    return redirect(imported)


@require_POST
def table_import_discard(request: Request, pk: int) -> HttpResponse:
    """Put a rehearsed file aside."""
    imported, trip = _imported(request, pk)
    actions.discard_table(table=trip, imported=imported, by=request.user, on=request.on)
    messages.success(request, "已放弃这份文件，文件已删除。")
    return redirect("schedule:table_import", table=trip.key, pk=imported.organization_id)


@require_safe
def table_import_annotated(request: Request, pk: int) -> FileResponse:
    """The rows that were not taken, as a workbook with the reasons in the cells."""
    imported, trip = _imported(request, pk)
    if imported.state not in (ImportState.REHEARSED, ImportState.COMMITTED):
        raise Http404
    with imported.file.open() as original:
        content = trip.sheet.annotated(BytesIO(original.read()), trips.problems_of(imported.found.get("problems", ())))
    _note_export(request, f"导出{trip.title}待改正的行", imported)
    return _workbook(BytesIO(content), f"待改正-{imported.file_name}")


def _note_export(request: Request, note: str, obj: Organization | TableImport) -> None:
    category = LogEntry.Category.EXPORT
    log.record(verb="export", label="导出表格", obj=obj, note=note, category=category, by=request.user, on=request.on)


def _workbook(stream: BytesIO, name: str) -> FileResponse:
    stream.seek(0)
    name = name if name.endswith(".xlsx") else f"{name}.xlsx"
    return uploads.serve(stream, name=name, content_type=uploads.TYPES["xlsx"])


# ---- what the pages share ----


def _table(key: str) -> Table:
    table = trips.get(key)
    if table is None:
        raise Http404
    return table


def _place(request: Request, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.standing, request.on), pk=pk)


def _imported(request: Request, pk: int) -> tuple[TableImport, Table]:
    visible = TableImport.objects.visible_to(request.standing, request.on)
    people = ("organization", "uploaded_by", "committed_by", "undone_by")
    imported: TableImport = get_object_or_404(visible.select_related(*people), pk=pk)
    trip = _table(imported.table)
    require(trip.may(imported.organization, request.standing, request.on))
    return imported, trip


def _page(
    request: Request,
    imported: TableImport,
    trip: Table,
    sentences: Collection[str] = (),
    *,
    ticked: Collection[int] = (),
    status: int = 200,
) -> HttpResponse:
    found: dict[str, Any] = imported.found
    rehearsed = imported.state == ImportState.REHEARSED
    context = {
        "imported": imported,
        "trip": trip,
        "place": imported.organization,
        "found": found,
        "counts": found.get("counts", {}),
        "missing": [(one, one["pk"] in ticked) for one in found.get("missing", ())],
        "sentences": sentences,
        "rehearsed": rehearsed,
        "bad_tone": "matters" if found.get("errors") else "",
    }
    name = "schedule/table_rehearsal.html" if rehearsed else "schedule/table_result.html"
    return render(request, name, context, status=status)
