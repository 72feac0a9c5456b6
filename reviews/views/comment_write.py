"""The walk: a leader writes thirty sheets in an evening, and nothing typed is lost, not by an error, a collision, or a round that ends meanwhile."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.models import Typed
from chuangxian.drafts import as_post, number, unchecked
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, require
from reviews.actions import comments as actions
from reviews.actions.comments import NAMED, Text
from reviews.forms.comments import ProblemsBase, SheetForm, offered_day, problems_form, with_more_rows
from reviews.models import LeaderComment
from reviews.queries import comment_desk as desk
from reviews.queries.comment_dossier import dossier_of
from reviews.queries.comment_ladder import Target
from reviews.queries.comment_pile import Line
from reviews.queries.comments import with_problems
from reviews.rules import comments as rules
from reviews.states import GIVEN, CommentState
from reviews.views import Request
from reviews.views.comment_desk import Desk, desk_at, form_at, line_at, mine_at, rows_of
from reviews.views.comment_typed import both_texts, signed_out, taken_in, typed_on_sheet

# ---- the form ----


@dataclass
class Sheet:
    """The form and its problems, made from a comment or, where none has been begun, from nothing."""

    comment: LeaderComment
    form: SheetForm
    problems: ProblemsBase

    @property
    def version(self) -> str:
        """The version the person's screen was made from; 0 where nothing had been saved."""
        return str(self.form.data.get("version") or (self.comment.version if self.comment.pk else 0))

    def is_valid(self) -> bool:
        """Answer whether all can be saved."""
        return self.form.is_valid() & self.problems.is_valid()

    def has_changed(self) -> bool:
        """Answer whether anything was typed."""
        return self.form.has_changed() or any(form.has_changed() for form in self.problems.forms)

    def text(self) -> Text:
        """Return what was typed."""
        return self.form.text(self.problems.texts())


def _editor(at: Desk, line: Line, comment: LeaderComment | None, data: QueryDict | None) -> Sheet:
    request = at.request
    comment = comment or _blank(at, line.target)
    form = SheetForm(
        data,
        instance=comment,
        round_=at.round,
        outside=at.commentator is None,
        meetings=desk.meetings_for(at.round, request.standing, request.on),
        on=request.on,
    )
    standards = desk.standards_for(at.round, line.target.kind)
    return Sheet(comment, form, problems_form(comment, data, standards=standards, on=request.on))


def _blank(at: Desk, target: Target) -> LeaderComment:
    """Return an unsaved sheet that begins as the last one of the evening did."""
    comment = LeaderComment(
        round=at.round,
        subject_kind=target.kind,
        organization=target.organization,
        member=target.member,
        commentator=at.commentator,
        commentator_name=str(at.commentator or ""),
        held_on=at.day,
        publicity=at.round.publicity,
    )
    last = desk.begins_like(at.pile, at.request.standing, at.request.on)
    if last is not None:
        for name in ("form", "held_on", "meeting", "publicity", *(NAMED if at.commentator is None else ())):
            setattr(comment, name, getattr(last, name))
    return comment


# ---- the pages ----


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_write(request: Request, pk: int, subject: str) -> HttpResponse:
    """One sheet of the walk. Anonymous posts are kept and offered again after signing in, so this view looks after the login itself."""
    if not request.user.is_authenticated:
        return signed_out(request, pk, subject)
    at = desk_at(request, pk)
    line = line_at(at, subject)
    try:
        require(at.runs)
        comment = mine_at(at, line)
    except Refused as refused:
        left = request.POST if request.method == "POST" else _left(at, line)
        if left is None:
            raise
        return _given_back(at, line, None, refused, left)
    if request.method != "POST":
        return _opened(at, line, comment)
    if "add_row" in request.POST:
        shown = _editor(at, line, comment, with_more_rows(request.POST, offered_day(at.round, request.on)))
        unchecked(shown.form, shown.problems)
        return _page(at, line, shown)
    if "walk" in request.POST:
        return _walked(at, line, comment)
    return _saved(at, line, comment)


def _opened(at: Desk, line: Line, comment: LeaderComment | None) -> HttpResponse:
    form, by = form_at(at, line), at.request.user
    taken_in(at, line)
    kept = drafts.kept_of(form=form, by=by)
    if kept is None or "saved" in at.request.GET or (comment is not None and comment.state != CommentState.DRAFT):
        return _page(at, line, _editor(at, line, comment, None), kept=kept)
    shown = _editor(at, line, comment, as_post(kept.typed))
    unchecked(shown.form, shown.problems)
    return _page(at, line, shown, kept=kept, restored=True)


def _page(
    at: Desk,
    line: Line,
    shown: Sheet,
    *,
    kept: Typed | None = None,
    restored: bool = False,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    comment = shown.comment if shown.comment.pk else None
    pile = at.pile
    context = {
        "at": at,
        "round": at.round,
        "pile": pile,
        "line": line,
        "target": line.target,
        "comment": comment,
        "is_draft": bool(refusal) or comment is None or comment.state == CommentState.DRAFT,
        "error": refusal,
        "form": shown.form,
        "problems": shown.problems,
        "rows": [(form, _is_extra(form)) for form in shown.problems.forms],
        "version": shown.version,
        "kept": kept,
        "restored": restored,
        "dossier": dossier_of(line.target, at.round, but=comment, viewer=at.request.standing, on=at.request.on),
        "place": pile.place_of(line),
        "count": len(pile.row_of(line)),
        "duty": rows_of(at, pile.duty),
        "besides": rows_of(at, pile.besides),
        "before": _url(at, pile.beside(line, -1)),
        "after": _url(at, pile.beside(line, 1)),
        "pile_url": at.url(view="comment_pile"),
        "autosave_url": at.url(line, "comment_autosave"),
        "forget_url": at.url(line, "comment_forget"),
        "self_url": at.url(line),
        "has_errors": bool(shown.form.errors) or shown.problems.total_error_count() > 0,
        "on": at.request.on,
    }
    return render(at.request, "reviews/comment_write.html", context, status=status)


def _url(at: Desk, line: Line | None) -> str:
    return at.url(line) if line is not None else ""


def _is_extra(form: Any) -> bool:
    """Answer whether a row is still empty: the script folds those away."""
    return form.instance.pk is None and not (form.is_bound and form.has_changed())


def _left(at: Desk, line: Line) -> QueryDict | None:
    """Return what was kept while it was typed and never sent."""
    kept = drafts.kept_of(form=form_at(at, line), by=at.request.user)
    return as_post(kept.typed) if kept is not None else None


def _given_back(
    at: Desk, line: Line, comment: LeaderComment | None, refused: Refused, typed: QueryDict
) -> HttpResponse:
    """403 on the page one wrote on: the round has ended meanwhile, or the sheet is no longer one's own. Every word comes back."""
    shown = _editor(at, line, comment, typed)
    unchecked(shown.form, shown.problems)
    return _page(at, line, shown, refusal=refused.reason, status=403)


# ---- saving ----


def _saved(at: Desk, line: Line, comment: LeaderComment | None) -> HttpResponse:
    request = at.request
    shown = _editor(at, line, comment, request.POST)
    version = number(request.POST.get("version"))
    if version != (comment.version if comment is not None else 0):
        lies = mine_at(at, line)  # the form writes into its own copy
        if lies is not None and _came_before(shown, lies, issues="issue" in request.POST):
            # the answer to this very form got lost on the line, and the browser has sent it again
            return _went_on(at, line)
        return _collided(at, line, lies)
    if comment is not None and not (editable := rules.may_edit(comment, request.standing, request.on)):
        return _given_back(at, line, comment, Refused(editable.reason), request.POST)
    if not shown.is_valid():
        return _page(at, line, shown, status=422)
    try:
        comment = _written(at, line, comment, shown.text(), version or 0)
    except Conflict:
        return _collided(at, line, mine_at(at, line))
    except Refused as refused:
        shown.form.add_error(None, refused.reason)
        return _page(at, line, shown, status=422)
    if "issue" in request.POST:
        try:
            actions.issue(comment=comment, version=comment.version, by=request.user, on=request.on)
        except Refused as refused:
            messages.warning(request, f"{line.target}：内容已保存，还没有发出。{refused.reason}")
            return _sent(request, at.url(line))
    return _went_on(at, line)


def _written(at: Desk, line: Line, comment: LeaderComment | None, text: Text, version: int) -> LeaderComment:
    by, on = at.request.user, at.request.on
    if comment is None:
        comment = actions.start(
            round_=at.round, target=line.target, commentator=at.commentator, day=at.day, text=text, by=by, on=on
        )
    else:
        # the form has written into its own copy; rules and conflicts speak of what lies in the database
        mine = mine_at(at, line)
        assert mine is not None
        actions.save_text(comment=mine, text=text, version=version, by=by, on=on)
    found: LeaderComment = with_problems(LeaderComment.objects.visible_to(at.request.standing, on)).get(pk=comment.pk)
    return found


def _went_on(at: Desk, line: Line) -> HttpResponse:
    request = at.request
    if "issue" not in request.POST:
        messages.success(request, f"{line.target}的点评已保存，还没有发出。")
        return _sent(request, at.url(line))
    del at.pile  # somebody has been commented on since
    fresh = at.pile.find(line.target.address) or line
    following = at.pile.next_open(fresh)
    messages.success(request, f"{line.target}的点评已发出。")
    return _sent(request, at.url(following) if following is not None else at.url(view="comment_pile"))


def _came_before(shown: Sheet, comment: LeaderComment, *, issues: bool) -> bool:
    """Answer whether exactly this text has been saved, and given if that was asked."""
    if (comment.state in GIVEN) != issues or not shown.is_valid():
        return False
    text = shown.text()
    stands = [(problem.text, problem.standard_id, problem.due_on) for problem in comment.problems.all()]
    typed = [
        (p.fields["text"], p.fields["standard"] and p.fields["standard"].pk, p.fields["due_on"]) for p in text.problems
    ]
    # a meeting typed by its title lies there as a row
    same = all(getattr(comment, name) == value for name, value in text.fields.items() if name != "meeting")
    return same and stands == typed


def _walked(at: Desk, line: Line, comment: LeaderComment | None) -> HttpResponse:
    """Go to the neighbour; what was typed and not saved stays with its sheet."""
    request = at.request
    is_draft = comment is None or comment.state == CommentState.DRAFT
    if is_draft and _editor(at, line, comment, request.POST).has_changed():
        drafts.keep(form=form_at(at, line), typed=typed_on_sheet(request.POST), by=request.user)
    other = at.pile.beside(line, -1 if request.POST["walk"] == "before" else 1)
    return _sent(request, at.url(other) if other is not None else at.url(view="comment_pile"))


def _sent(request: Request, url: str) -> HttpResponse:
    """Answer a browser with a redirect, and the script, which goes there itself once it has heard, with the address."""
    if request.headers.get("X-Requested-With") == "walk":
        return JsonResponse({"next": url})
    return redirect(url)


def _collided(at: Desk, line: Line, comment: LeaderComment | None) -> HttpResponse:
    """409 with both texts: what was typed is kept too, and can be saved over the other on purpose."""
    request, typed = at.request, typed_on_sheet(at.request.POST)
    drafts.keep(form=form_at(at, line), typed=typed, by=request.user)
    context = {
        "target": line.target,
        "round": at.round,
        "comment": comment,
        "fields": both_texts(request.POST, comment),
        "typed": [(key, value) for key, values in typed.items() for value in values if key != "version"],
        "version": comment.version if comment is not None else 0,
        "may_overwrite": comment is None or comment.state == CommentState.DRAFT,
        "self_url": at.url(line),
        "saved_url": at.url(line) + ("&" if at.query else "?") + "saved=1",
    }
    return render(request, "reviews/comment_conflict.html", context, status=409)
