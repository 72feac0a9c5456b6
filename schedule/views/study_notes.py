"""心得 of a study session: writing one's own, and reading everybody's."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from chuangxian.drafts import unchecked
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import Refused, require
from schedule.actions import attendance as actions
from schedule.forms.attendance import NotesForm
from schedule.models import Attendance
from schedule.queries import attendance as queries
from schedule.rules import attendance as rules
from schedule.views.attendance import visible_session
from schedule.views.typed import data_of, kept, left_in, thrown_away


def _own_row(request: Request, pk: int) -> Attendance:
    """Return the person's own attendance at a session he sees."""
    session = visible_session(request, pk)
    row = queries.row_of(session, request.standing.member)
    if row is None:
        raise Refused("还没有登记您出席这次学习；出席或者补学以后，才写学习心得。")
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def study_notes(request: Request, pk: int) -> HttpResponse:
    """Write one's own 心得."""
    row = _own_row(request, pk)
    require(rules.may_write_notes(row, request.standing, request.on))
    key = actions.notes_form(row)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key)
    form = NotesForm(data_of(request, left), initial={"notes": row.notes})
    if left is not None:
        unchecked(form)
    status = 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.write_notes(
                row=row,
                **form.cleaned_data,
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            ),
        )
        if not status:
            messages.success(request, "学习心得已保存。")
            return redirect(row.session)
    context = {"row": _own_row(request, pk), "form": form, "kept": left}
    return render(request, "schedule/study_notes.html", context, status=status)


@require_POST
def study_notes_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed."""
    row = _own_row(request, pk)
    require(rules.may_write_notes(row, request.standing, request.on))
    return kept(request, actions.notes_form(row))


@require_safe
def notes_list(request: Request, pk: int) -> HttpResponse:
    """What everybody wrote about a session, and who made it up how."""
    session = visible_session(request, pk)
    require(rules.may_read_notes(session, request.standing, request.on))
    rows = [(row, rules.may_return(row, request.standing, request.on)) for row in queries.with_notes(session)]
    return render(request, "schedule/notes_list.html", {"session": session, "rows": rows})
