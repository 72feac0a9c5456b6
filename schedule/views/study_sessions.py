"""Work on a session: prepared, arranged, moved, cancelled, written down, corrected; and one outside the plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Typed
from branches.middleware import Request
from branches.models import Organization
from chuangxian.drafts import saved_elsewhere, unchecked
from chuangxian.edits import Conflict, tried, version_read
from chuangxian.verdicts import Verdict, require
from chuangxian.workflow import Overtaken
from schedule.actions import study as actions
from schedule.forms.study import AddSessionForm, CancelForm, MoveForm, RecordForm, SessionForm, TurnForm
from schedule.models import StudySession
from schedule.queries import study as queries
from schedule.queries.days import days_of
from schedule.rules import study as rules
from schedule.states.study import SessionState
from schedule.views.study import visible_session
from schedule.views.typed import data_of, kept, left_in, thrown_away

STALE = "这次学习的安排在您填写期间有过变动。您填的内容还在，请核对后再交一次。"


@dataclass(frozen=True)
class Work:
    """A way to work on a session: the page's words, the form, and the one action that saves it. ``keeps``: what is typed is kept as it is typed."""

    title: str
    done: str
    form: type[TurnForm]
    save: Callable[..., None]
    keeps: bool = False
    view: str = "session_edit"


PREPARE = Work("写主题和材料", "主题和材料已保存。", TurnForm, actions.prepare)
ARRANGE = Work("修改学习安排", "学习安排已保存。", SessionForm, actions.change_session)
CORRECT = Work("修改学习记录", "学习记录已修改。", RecordForm, actions.change_session, keeps=True)
RECORD = Work("填写学习记录", "学习记录已保存。", RecordForm, actions.record_session, keeps=True, view="session_record")


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: Request, pk: int) -> HttpResponse:
    """Prepare one's turn; for whoever arranges study also the rest, and what was written down."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    keeps = rules.may_keep(session, standing, on)
    refusal = _refusal(request, rules.may_prepare(session, standing, on), keeps, session)
    if not keeps:
        return _worked_on(request, session, PREPARE, refusal)
    return _worked_on(request, session, CORRECT if session.state == SessionState.HELD else ARRANGE, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def session_record(request: Request, pk: int) -> HttpResponse:
    """Write down what was done."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    may, keeps = rules.may_record(session, standing, on), rules.may_keep(session, standing, on)
    return _worked_on(request, session, RECORD, _refusal(request, may, keeps, session))


def _refusal(request: Request, verdict: Verdict, keeps: Verdict, session: StudySession) -> str:
    """Why what somebody has written can no longer be saved, for the page that gives it back; empty when it can.

    Whom the session does not concern, and whoever has written nothing yet, is refused at once.
    """
    if request.method == "POST" and (keeps or rules.is_lecturer(session, request.standing, request.on)):
        return verdict.reason
    require(verdict)
    return ""


def _form(request: Request, work: Work, session: StudySession, data: Any) -> TurnForm:
    options: dict[str, Any] = {"documents": queries.documents_of(session.semester)}
    if issubclass(work.form, SessionForm):
        options["members"] = queries.possible_lecturers(session.organization, session.on)
        options["meetings"] = queries.meetings_at(session.organization)
    if issubclass(work.form, RecordForm):
        options["on"] = request.on
    return work.form(data, request.FILES or None, instance=session, **options)


def _give_back(form: TurnForm, error: ValidationError) -> None:
    """Say it beside its field; above the form where this form has no such field, as the lecturer's own has none for the lecturer."""
    for name, sentences in error.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)


def _given(form: TurnForm) -> dict[str, Any]:
    """Return what was typed as the actions take it."""
    given = dict(form.cleaned_data)
    if "on" in given:
        given["day"] = given.pop("on")
    return {"files": given.pop("evidence"), **given}


def _worked_on(request: Request, session: StudySession, work: Work, refusal: str) -> HttpResponse:
    key = actions.form_of(session)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key) if work.keeps else None
    form = _form(request, work, session, data_of(request, left))
    if left is not None or refusal:
        unchecked(form)
    version, status = session.version, 403 if refusal else 200
    if request.method == "POST" and not refusal:
        status = 422
        read = version_read(request.POST.get("version"))
        if read != version:
            return _collided(request, session, work)
        if form.is_valid():
            try:
                work.save(session=session, version=read, **_given(form), by=request.user, on=request.on)
            except Conflict:
                return _collided(request, visible_session(request, session.pk), work)
            except ValidationError as error:
                _give_back(form, error)
            else:
                messages.success(request, work.done)
                return redirect("schedule:session_detail", session.pk)
    context = {
        "form": form,
        "session": visible_session(request, session.pk),
        "title": work.title,
        "version": version,
        "kept": left,
        "error": refusal,
        "autosave_url": reverse("schedule:session_autosave", args=[session.pk]) if work.keeps else "",
    }
    return render(request, "schedule/session_form.html", context, status=status)


def _collided(request: Request, session: StudySession, work: Work) -> HttpResponse:
    form = _form(request, work, session, None)
    names = [name for name in form.fields if name != "evidence"]
    fields = [
        {
            "label": form.fields[name].label,
            "mine": _chosen(form, name, request.POST.getlist(name)),
            "theirs": _chosen(form, name, form[name].value()),
        }
        for name in names
    ]
    context = {
        "heading": "有人先一步修改了这次学习",
        "fields": fields,
        "typed": [(name, value) for name in names for value in request.POST.getlist(name)],
        "version": session.version,
        "url": reverse(f"schedule:{work.view}", args=[session.pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _chosen(form: TurnForm, name: str, value: Any) -> str:
    """Return a value as people read it."""
    values = value if isinstance(value, list) else [value]
    choices = {str(key): str(text) for key, text in getattr(form.fields[name], "choices", ())}
    widget = form.fields[name].widget
    told = [choices.get(str(one)) or (widget.format_value(one) if one not in (None, "") else "") for one in values]
    return "、".join(str(one) for one in told if one)


@require_POST
def session_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has saved meanwhile."""
    session = visible_session(request, pk)
    require(rules.may_change(session, request.standing, request.on))
    if version_read(request.POST.get("version")) != session.version:
        return saved_elsewhere("他人已修改这次学习。")
    return kept(request, actions.form_of(session))


# ---- another day, or not at all ----


@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: Request, pk: int) -> HttpResponse:
    """Put it on another day, with the reason."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    refusal = _refusal(request, rules.may_move(session, standing, on), rules.may_keep(session, standing, on), session)
    form = MoveForm(request.POST or None)
    status = 403 if refusal else 200
    if refusal:
        unchecked(form)
    elif request.method == "POST":
        read = version_read(request.POST.get("version")) or 0
        status = tried(
            form,
            lambda: actions.move_session(session=session, **form.cleaned_data, version=read, by=request.user, on=on),
            STALE,
        )
        if not status:
            day = days_of(session.on, session.on)[session.on]
            off = "" if day.is_work else f"那天是{day.name or '休息日'}，请留意。"
            messages.success(request, f"已改期，已通知本组织的党员。{off}")
            return redirect("schedule:session_detail", pk)
    context = {"session": visible_session(request, pk), "form": form, "error": refusal}
    return render(request, "schedule/session_move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: Request, pk: int) -> HttpResponse:
    """Let it fall away, after a look at whose turn becomes whose."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    keeps = rules.may_keep(session, standing, on)
    refusal = _refusal(request, rules.may_cancel(session, standing, on), keeps, session)
    form = CancelForm(request.POST or None)
    error, status = refusal, 403 if refusal else 200
    if refusal:
        unchecked(form)
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.cancel_session(
                    session=session,
                    reason=form.cleaned_data["reason"],
                    version=version_read(request.POST.get("version")) or 0,
                    seen=request.POST.get("seen", ""),
                    by=request.user,
                    on=on,
                )
            except Overtaken as overtaken:
                error, status = overtaken.reason, 409
            else:
                messages.success(request, "这次学习已取消，已通知本组织的党员。")
                return redirect("schedule:session_detail", pk)
    session = visible_session(request, pk)
    context = {"session": session, "form": form, "fall": actions.falling(session, on), "error": error}
    return render(request, "schedule/session_cancel.html", context, status=status)


# ---- outside the plan ----


def _place(request: Request, pk: int) -> Organization:
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    place: Organization = get_object_or_404(known, pk=pk)
    require(rules.may_plan(place, request.standing, request.on))
    return place


@require_http_methods(["GET", "HEAD", "POST"])
def session_add(request: Request, pk: int) -> HttpResponse:
    """Add a session outside the plan: one more ahead, or one that was held."""
    place, on = _place(request, pk), request.on
    key = actions.form_of_new(place)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left: Typed | None = left_in(request, key)
    form = AddSessionForm(
        data_of(request, left),
        request.FILES or None,
        documents=queries.documents_of(queries.semester_of_day(on)),
        members=queries.lecturers_ever(place),
        meetings=queries.meetings_at(place),
        initial={"on": on},
    )
    if left is not None:
        unchecked(form)
    if request.method == "POST" and form.is_valid():
        try:
            session = actions.add_session(organization=place, **_given(form), by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "已保存。")
            return redirect(session)
    context = {
        "form": form,
        "place": place,
        "title": "另加一次学习",
        "kept": left,
        "is_new": True,
        "autosave_url": reverse("schedule:session_add_autosave", args=[pk]),
    }
    return render(request, "schedule/session_form.html", context, status=422 if form.errors else 200)


@require_POST
def session_add_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about a session to be added."""
    return kept(request, actions.form_of_new(_place(request, pk)))
