"""Meetings: the list, one meeting and its papers, writing it down and correcting it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from branches.models import Organization
from chuangxian import uploads
from chuangxian.drafts import saved_elsewhere, typed_in, typed_rows, unchecked, with_rows
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import require
from schedule import duties
from schedule.actions import meetings as actions
from schedule.forms.meetings import (
    EMPTY_ROWS,
    MEETING_TEXTS,
    PREFIX,
    RESOLUTIONS_MOST,
    MeetingForm,
    NewMeetingForm,
    ResolutionsBase,
    resolutions_form,
)
from schedule.models import Meeting, MeetingFile
from schedule.queries import meetings as queries
from schedule.rules import items as rules
from schedule.views.meeting_ledger import narrowed
from schedule.views.typed import data_of, kept, left_in, thrown_away


@require_safe
def meeting_list(request: Request) -> HttpResponse:
    """The meetings one may read about, the latest first."""
    standing, on = request.standing, request.on
    form, rows = narrowed(request)
    page = Paginator(rows.select_related("organization"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_record": rules.may_record_somewhere(standing, on),
        "may_export": rules.may_see_meeting_ledger(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "schedule/meeting_list.html", context)


def visible_meeting(request: Request, pk: int) -> Meeting:
    """Return a meeting the person may read about; 404 outside his scope."""
    meetings = Meeting.objects.visible_to(request.standing, request.on)
    meeting: Meeting = get_object_or_404(queries.with_papers(meetings), pk=pk)
    return meeting


@require_safe
def meeting_detail(request: Request, pk: int) -> HttpResponse:
    """What was written down, and what the meeting served."""
    meeting = visible_meeting(request, pk)
    context = {
        "meeting": meeting,
        "may_change": rules.may_change_meeting(meeting, request.standing, request.on),
        "served": duties.served_by(meeting, request.standing, request.on),
        "files": [
            {"name": file.name, "url": reverse("schedule:meeting_file", args=[file.pk]), "size": file.size}
            for file in meeting.evidence.all()
        ],
    }
    return render(request, "schedule/meeting_detail.html", context)


@require_safe
def meeting_print(request: Request, pk: int) -> HttpResponse:
    """The minutes with their resolutions on A4, to be signed."""
    meeting = visible_meeting(request, pk)
    return render(request, "schedule/meeting_print.html", {"meeting": meeting, "back_url": meeting.get_absolute_url()})


@require_safe
def meeting_file(request: Request, pk: int) -> HttpResponseBase:
    """Give out a paper of a meeting to whoever may read about it."""
    file: MeetingFile = get_object_or_404(MeetingFile.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(file.file, name=file.name, content_type=file.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_add(request: Request) -> HttpResponse:
    """Write a meeting down."""
    standing, on = request.standing, request.on
    require(rules.may_record_somewhere(standing, on))
    places = Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on)
    if "forget" in request.POST:
        return thrown_away(request, actions.form_of())
    left = left_in(request, actions.form_of())
    data, asked = _data(request, left)
    initial = {"held_on": on, "kind": request.GET.get("kind", "")}
    form = NewMeetingForm(data, request.FILES or None, organizations=places, on=on, initial=initial)
    resolutions = resolutions_form(data)
    if not asked:
        unchecked(form, resolutions)
    elif request.method == "POST" and _fits(form, resolutions):
        try:
            meeting = actions.record_meeting(
                **form.texts(),
                resolutions=resolutions.texts(),
                files=form.cleaned_data["evidence"],
                by=request.user,
                on=on,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "会议记录已保存。")
            return redirect(meeting)
    context = {"is_new": True, "autosave_url": reverse("schedule:meeting_add_autosave"), "kept": left}
    return _page(request, form, resolutions, context)


def _data(request: Request, left: Any) -> tuple[QueryDict | None, bool]:
    """Return what the form is to show, and whether somebody has asked to save it; more rows and what was left nobody has."""
    data = data_of(request, left)
    if data is not None and "add_row" in request.POST:
        return with_rows(data, PREFIX, EMPTY_ROWS, RESOLUTIONS_MOST), False
    return data, left is None and data is not None


def _fits(form: MeetingForm, resolutions: ResolutionsBase) -> bool:
    if not (form.is_valid() & resolutions.is_valid()):
        return False
    return resolutions.agree_with(form.cleaned_data["due_count"], form.cleaned_data["present_count"])


def _page(
    request: Request, form: MeetingForm, resolutions: ResolutionsBase, context: Mapping[str, Any]
) -> HttpResponse:
    wrong = bool(form.errors) or bool(
        resolutions.is_bound and (any(resolutions.errors) or resolutions.non_form_errors())
    )
    context = {"form": form, "resolutions": resolutions, **context}
    return render(request, "schedule/meeting_form.html", context, status=422 if wrong else 200)


@require_POST
def meeting_add_autosave(request: Request) -> JsonResponse:
    """Keep what is being typed about a new meeting."""
    require(rules.may_record_somewhere(request.standing, request.on))
    return kept(request, actions.form_of())


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: Request, pk: int) -> HttpResponse:
    """Correct what was written down. Who saves on an older reading sees both texts."""
    meeting = visible_meeting(request, pk)
    require(rules.may_change_meeting(meeting, request.standing, request.on))
    version = version_read(request.POST.get("version"))
    if "forget" in request.POST:
        return thrown_away(request, actions.form_of(meeting))
    left = left_in(request, actions.form_of(meeting))
    data, asked = _data(request, left)
    form = MeetingForm(data, request.FILES or None, instance=meeting, on=request.on)
    resolutions = resolutions_form(data, meeting.resolutions.all())
    if not asked:
        unchecked(form, resolutions)
    elif request.method == "POST":
        if version != meeting.version:
            return _collided(request, pk)
        if _fits(form, resolutions):
            try:
                actions.change_meeting(
                    meeting=visible_meeting(request, pk),
                    version=version,
                    **form.texts(),
                    resolutions=resolutions.texts(),
                    files=form.cleaned_data["evidence"],
                    drop=form.dropped,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "会议记录已修改。")
                return redirect("schedule:meeting_detail", pk)
    context = {
        "meeting": visible_meeting(request, pk),
        "version": meeting.version,
        "kept": left,
        "autosave_url": reverse("schedule:meeting_autosave", args=[pk]),
    }
    return _page(request, form, resolutions, context)


@require_POST
def meeting_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has corrected the meeting meanwhile."""
    meeting = visible_meeting(request, pk)
    require(rules.may_change_meeting(meeting, request.standing, request.on))
    if version_read(request.POST.get("version")) != meeting.version:
        return saved_elsewhere("他人已修改这份会议记录。")
    return kept(request, actions.form_of(meeting))


def _collided(request: Request, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    form = MeetingForm(instance=meeting, on=request.on)
    fields = [
        {"label": form.fields[name].label, "mine": _chosen(form, name, request.POST.get(name, "")), "theirs": theirs}
        for name in MEETING_TEXTS
        for theirs in [_chosen(form, name, form[name].value())]
    ]
    fields.append({"label": "决议", "mine": _resolved(request.POST), "theirs": _lines(meeting)})
    context = {
        "heading": "有人先一步修改了这份会议记录",
        "fields": fields,
        "typed": [
            (name, value) for name, values in typed_in(request.POST).items() for value in values if name != "version"
        ],
        "version": meeting.version,
        "url": reverse("schedule:meeting_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _chosen(form: MeetingForm, name: str, value: Any) -> str:
    """Return a value as people read it."""
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, "" if value is None else value))


def _resolved(data: QueryDict) -> str:
    """Return the resolutions as they were typed, a line each, whatever state they are in."""
    rows = typed_rows(data, PREFIX, RESOLUTIONS_MOST)
    return "\n".join(
        _line(*(row.get(name, "") for name in ("text", "votes_for", "votes_against", "abstained", "voters_due")))
        for row in rows
        if row.get("text", "").strip()
    )


def _lines(meeting: Meeting) -> str:
    return "\n".join(
        _line(one.text, one.votes_for, one.votes_against, one.abstained, one.voters_due)
        for one in meeting.resolutions.all()
    )


def _line(text: str, *votes: object) -> str:
    return "{}（赞成 {}、反对 {}、弃权 {}，应到 {}）".format(text, *(vote or 0 for vote in votes))
