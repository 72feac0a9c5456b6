"""Comments: the list and its ledger, one comment, its moves and its paper, and what visitors may read."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from reviews.actions import comments as actions
from reviews.forms.comments import CommentFilter, PublicFilter, ResponseForm
from reviews.models import CommentRound, LeaderComment
from reviews.queries import comments as queries
from reviews.queries.comments import ORDER
from reviews.rules import comments as rules
from reviews.sheets import comments as sheets
from reviews.states import CommentState, SubjectKind
from reviews.views import Request
from reviews.workflow import comments as workflow
from reviews.workflow.comments import COMMENT, FOLLOWING, WITH_A_PAGE
from schedule.models import ActionItem

RECORDED = frozenset(COMMENT.moves) - FOLLOWING - WITH_A_PAGE


# ---- the list ----


def filtered(request: Request, data: QueryDict) -> CommentFilter:
    """Return the list inside, narrowed as asked; whoever reads no internal records sees first what is about him."""
    standing, on = request.standing, request.on
    if not data and not standing.reading_paths() and standing.member is not None:
        data = data.copy()
        data["who"] = "about_me"
    return CommentFilter(
        data,
        queryset=LeaderComment.objects.visible_to(standing, on).exclude(state=CommentState.DISCARDED),
        rounds=CommentRound.objects.visible_to(standing, on).select_related("semester"),
        organizations=Organization.objects.visible_to(standing, on).pledging(),
        standing=standing,
    )


@require_safe
def comment_list(request: Request) -> HttpResponse:
    """All comments one may see, narrowed as asked."""
    standing, on = request.standing, request.on
    narrowed = filtered(request, request.GET)
    numbers = narrowed.qs.order_by(*ORDER).values_list("pk", flat=True)
    page = Paginator(numbers, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    shown = LeaderComment.objects.visible_to(standing, on).filter(pk__in=list(page.object_list))
    comments = list(queries.for_lists(shown).order_by(*ORDER))
    items = queries.items_by_comment(comment.pk for comment in comments)
    visible = LeaderComment.objects.visible_to(standing, on)
    context = {
        "filter": narrowed,
        "page": page,
        "rows": [(comment, _progress(items.get(comment.pk, []), on)) for comment in comments],
        "to_acknowledge": visible.to_acknowledge(standing, on).count(),
        "to_close": visible.to_close(standing, on).count(),
        "filtered": any(request.GET.get(name) for name in narrowed.form.fields),
        "is_about_me": narrowed.form["who"].value() == "about_me",
        "on": on,
    }
    return render(request, "reviews/comment_list.html", context)


def _progress(items: list[ActionItem], on: date) -> dict[str, int]:
    return {
        "all": len(items),
        "done": sum(item.verified_on is not None for item in items),
        "overdue": sum(item.is_overdue(on) for item in items),
    }


@require_safe
def comment_export(request: Request) -> FileResponse:
    """The ledger of what the list shows, a problem a row."""
    narrowed = filtered(request, request.GET)
    lines = sheets.ledger_lines(narrowed.qs.exclude(state=CommentState.DRAFT), request.on)
    log.record(
        verb="export",
        label="导出领导点评台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    options = {
        "heading": ["领导点评台账"],
        "groups": sheets.LEDGER_GROUPS,
        "as_of": request.on,
        "landscape": True,
    }
    return workbook(
        f"领导点评台账_{request.on:%Y%m%d}.xlsx",
        [(sheets.LEDGER, lines, options)],
        who=str(request.user),
        at=clock.now(),
    )


@login_not_required
@require_safe
def comments_public(request: Request) -> HttpResponse:
    """What has been published beyond the branch, for everybody. Names of organisations and members, nothing else of a person."""
    on = request.on
    shown = LeaderComment.objects.public(on)
    narrowed = PublicFilter(
        request.GET,
        queryset=shown,
        rounds=CommentRound.objects.filter(pk__in=shown.order_by().values("round")).select_related("semester"),
        organizations=Organization.objects.filter(pk__in=shown.order_by().values("organization")),
    )
    numbers = narrowed.qs.order_by(*ORDER).values_list("pk", flat=True)
    page = Paginator(numbers, settings.PAGE_SIZE // 2).get_page(request.GET.get("page"))
    comments = list(queries.with_problems(shown.filter(pk__in=list(page.object_list))).order_by(*ORDER))
    lines = queries.problem_lines(comments, on=on)
    context = {
        "filter": narrowed,
        "page": page,
        "rows": [(comment, lines[comment.pk]) for comment in comments],
        "filtered": any(request.GET.get(name) for name in narrowed.form.fields),
    }
    return render(request, "reviews/comments_public.html", context)


# ---- one comment ----


def visible_comment(request: Request, pk: int) -> LeaderComment:
    """Return a comment the person sees, with its problems; 404 outside his scope."""
    comments = queries.with_problems(LeaderComment.objects.visible_to(request.standing, request.on))
    comment: LeaderComment = get_object_or_404(comments, pk=pk)
    return comment


@require_safe
def comment_detail(request: Request, pk: int) -> HttpResponse:
    """The comment, what became of its problems, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    comment = visible_comment(request, pk)
    readable = set(ActionItem.objects.visible_to(standing, on).filter(source_id=pk).values_list("pk", flat=True))
    follows = bool(rules.may_follow(comment, standing, on))
    context = {
        "comment": comment,
        "lines": queries.problem_lines([comment], readable=readable, on=on)[pk],
        "offers": workflow.offers(comment, by=standing, on=on),
        "links": _links(request, comment),
        "follows": follows,
        "history": queries.history_of(comment) if follows else None,
        "on": on,
        **tried,
    }
    return render(request, "reviews/comment_detail.html", context, status=status)


def _links(request: Request, comment: LeaderComment) -> list[tuple[str, str, str]]:
    """Return the pages of work open to the person: label, address, tone."""
    standing, on = request.standing, request.on
    found = []
    if may_acknowledge_now(comment, request):
        found.append(("签收", reverse("reviews:comment_acknowledge", args=[comment.pk]), "primary"))
    if rules.may_edit(comment, standing, on):
        found.append(("接着写", sheet_url(comment, request), "primary"))
    return found


def may_acknowledge_now(comment: LeaderComment, request: Request) -> bool:
    """Answer whether the person may sign for it in its present state."""
    return bool(COMMENT.verdict(comment, "acknowledge", by=request.standing, on=request.on))


def sheet_url(comment: LeaderComment, request: Request) -> str:
    """Return the page where a comment is written."""
    is_member = comment.subject_kind == SubjectKind.MEMBER
    number = comment.member_id if is_member else comment.organization_id
    url = reverse("reviews:comment_write", args=[comment.round_id, f"{comment.subject_kind}-{number}"])
    query = QueryDict(mutable=True)
    if comment.commentator is None or comment.commentator != request.standing.member:
        query["for"] = str(comment.commentator_id or "above")
    if comment.held_on != request.on:
        query["day"] = f"{comment.held_on}"
    return f"{url}?{query.urlencode()}" if query else url


@require_POST
def comment_act(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    comment = visible_comment(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in RECORDED:
        return HttpResponseBadRequest("没有这个操作。")
    try:
        actions.act(comment=comment, verb=verb, note=note, version=_version(request), by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{comment}：{COMMENT.moves[verb].label}，已办理。")
    if verb == "recall":
        return redirect(sheet_url(comment, request))
    return redirect("reviews:comment_list" if verb == "discard" else comment)


def _version(request: Request) -> int | None:
    read = request.POST.get("version", "")
    return int(read) if read.isdecimal() and len(read) < 10 else None


@require_http_methods(["GET", "HEAD", "POST"])
def comment_acknowledge(request: Request, pk: int) -> HttpResponse:
    """Read the comment and sign for it, on a phone if need be."""
    comment = visible_comment(request, pk)
    require(COMMENT.verdict(comment, "acknowledge", by=request.standing, on=request.on))
    form = ResponseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            actions.act(
                comment=comment,
                verb="acknowledge",
                note=note,
                version=_version(request),
                by=request.user,
                on=request.on,
            )
        except Overtaken as overtaken:
            form.add_error(None, overtaken.reason)
        else:
            messages.success(request, "已签收。" + ("指出的问题请按时限整改。" if comment.problems.all() else ""))
            return redirect(comment)
    context = {
        "comment": comment,
        "problems": list(comment.problems.all()),
        "form": form,
        "on_behalf": comment.member is not None and comment.member.user_id is None,
    }
    return render(request, "reviews/comment_acknowledge.html", context, status=422 if form.errors else 200)
