"""Leave from a study session, and making up for what one missed."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from chuangxian.drafts import unchecked
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import require
from schedule.actions import attendance as actions
from schedule.forms.attendance import AnswerForm, LeaveForm, MakeUpForm, ReturnForm
from schedule.queries import attendance as queries
from schedule.rules import attendance as rules
from schedule.views.attendance import visible_row, visible_session
from schedule.views.typed import data_of, kept, left_in, thrown_away

READ = ["GET", "HEAD", "POST"]


@require_http_methods(READ)
def leave_ask(request: Request, pk: int) -> HttpResponse:
    """Ask to be excused from a session."""
    session = visible_session(request, pk)
    require(rules.may_ask_leave(session, request.standing, request.on))
    form, status = LeaveForm(request.POST or None), 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.ask_leave(session=session, **form.cleaned_data, by=request.user, on=request.on),
        )
        if not status:
            messages.success(request, "已提出请假，等负责人答复。")
            return redirect(session)
    return render(request, "schedule/leave_ask.html", {"session": session, "form": form}, status=status)


@require_safe
def leave_list(request: Request) -> HttpResponse:
    """The leave that waits for this person's answer."""
    rows = queries.for_work(queries.to_answer(request.standing, request.on)).order_by("session__on", "pk")
    return render(request, "schedule/leave_list.html", {"rows": rows, "on": request.on})


@require_http_methods(READ)
def leave_answer(request: Request, pk: int) -> HttpResponse:
    """Grant leave or refuse it."""
    row = visible_row(request, pk)
    require(rules.may_answer(row, request.standing, request.on))
    form, status = AnswerForm(request.POST or None, late=row.session.on < request.on), 200
    if request.method == "POST":
        answer = request.POST.get("answer")
        if answer not in ("grant", "refuse"):
            return HttpResponseBadRequest("没有这个操作。")
        status = tried(
            form,
            lambda: actions.answer_leave(
                row=row,
                granted=answer == "grant",
                note=form.cleaned_data["note"],
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            ),
        )
        if not status:
            messages.success(request, f"已答复，并通知了{row.member}。")
            return redirect("schedule:leave_list")
    context = {"row": visible_row(request, pk), "form": form, "on": request.on}
    return render(request, "schedule/leave_answer.html", context, status=status)


@require_http_methods(READ)
def make_up(request: Request, pk: int) -> HttpResponse:
    """Enter what was learned after a session one missed."""
    row = visible_row(request, pk)
    require(rules.may_make_up(row, request.standing, request.on))
    key = actions.make_up_form(row)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key)
    form = MakeUpForm(data_of(request, left), row=row, on=request.on, initial={"day": request.on, "notes": row.notes})
    if left is not None:
        unchecked(form)
    status = 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.make_up(
                row=row,
                **form.cleaned_data,
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            ),
        )
        if not status:
            messages.success(request, "补学已登记，计入学时。")
            return redirect(row.session)
    context = {"row": visible_row(request, pk), "form": form, "kept": left}
    return render(request, "schedule/make_up.html", context, status=status)


@require_POST
def make_up_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed."""
    row = visible_row(request, pk)
    require(rules.may_make_up(row, request.standing, request.on))
    return kept(request, actions.make_up_form(row))


@require_http_methods(READ)
def make_up_return(request: Request, pk: int) -> HttpResponse:
    """Send a make-up back, with the reason."""
    row = visible_row(request, pk)
    require(rules.may_return(row, request.standing, request.on))
    form, status = ReturnForm(request.POST or None), 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.return_make_up(
                row=row,
                **form.cleaned_data,
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            ),
        )
        if not status:
            messages.success(request, f"已退回，并通知了{row.member}。")
            return redirect("schedule:notes_list", row.session_id)
    context = {"row": visible_row(request, pk), "form": form}
    return render(request, "schedule/make_up_return.html", context, status=status)
