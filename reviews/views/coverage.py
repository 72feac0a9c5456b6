"""Nobody left out: the board, who is missing in a round, one click to remind them, and the round's end with a reason for each."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, require
from reviews.actions import closing
from reviews.actions.self_reviews import cut_short
from reviews.forms.closing import RoundClosingForm
from reviews.models import CommentRound
from reviews.queries import coverage
from reviews.rules import rounds as rules
from reviews.sheets.coverage import coverage_parts, gaps_of
from reviews.states import Duty
from reviews.views import Request
from schedule.queries.plan import current_campaign


def _board(request: Request) -> coverage.Board | None:
    """Return the board; None while no plan has been loaded."""
    standing, on = request.standing, request.on
    require(rules.may_see_coverage(standing, on))
    unit, campaign = coverage.unit_of(standing), current_campaign(on)
    if unit is None or campaign is None:
        return None
    return coverage.board(unit, campaign, paths=standing.reading_paths(), on=on)


def _board_or_404(request: Request) -> coverage.Board:
    board = _board(request)
    if board is None:
        raise Http404
    return board


@require_safe
def coverage_board(request: Request) -> HttpResponse:
    """Everybody, semester by semester; ``?gaps=1`` shows only those with a gap."""
    board = _board(request)
    if board is None:
        return render(request, "reviews/coverage_board.html", {"on": request.on})
    only_gaps = request.GET.get("gaps") == "1"
    groups = [(place, [line for line in lines if line.gaps or not only_gaps]) for place, lines in board.organizations()]
    context = {
        "board": board,
        "groups": [(place, lines) for place, lines in groups if lines],
        "only_gaps": only_gaps,
        "running": CommentRound.objects.visible_to(request.standing, request.on).running(request.on),
        "on": request.on,
    }
    return render(request, "reviews/coverage_board.html", context)


@require_safe
def coverage_export(request: Request) -> FileResponse:
    """The board as a workbook, with the names of who is missing."""
    board = _board_or_404(request)
    log.record(
        verb="export",
        label="导出覆盖情况",
        obj=board.unit,
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    parts = coverage_parts(board, on=request.on)
    return workbook(f"覆盖情况_{request.on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def coverage_print(request: Request) -> HttpResponse:
    """The board on A4, with the reasons of the rounds that have ended."""
    board = _board_or_404(request)
    context = {"board": board, "gaps": gaps_of(board), "on": request.on, "back_url": reverse("reviews:coverage_board")}
    return render(request, "reviews/coverage_print.html", context)


def _round(request: Request, pk: int) -> CommentRound:
    rounds = CommentRound.objects.visible_to(request.standing, request.on).select_related("organization", "semester")
    found: CommentRound = get_object_or_404(rounds, pk=pk)
    return found


@require_safe
def round_missing(request: Request, pk: int) -> HttpResponse:
    """Who is missing in a round, by name, under the nodes whose records are open to the reader."""
    round_ = _round(request, pk)
    require(rules.may_see_coverage(request.standing, request.on))
    missing = coverage.missing_in(round_, paths=request.standing.reading_paths(), on=request.on)
    context = {
        "round": round_,
        "duties": [(duty, [one for one in missing if one.duty == duty]) for duty in Duty],
        "may_remind": rules.may_remind(round_, request.standing, request.on),
        "may_close": rules.may_change_round(round_, request.standing, request.on),
        "gaps": round_.gaps.visible_to(request.standing, request.on).select_related("organization", "member"),
        "on": request.on,
    }
    return render(request, "reviews/round_missing.html", context)


@require_POST
def round_remind(request: Request, pk: int) -> HttpResponse:
    """Remind everybody who is missing, or one of them: ``duty``, and ``name`` for one."""
    round_ = _round(request, pk)
    told = closing.remind_missing(
        round_=round_,
        duty=request.POST.get("duty", ""),
        name=request.POST.get("name", ""),
        paths=request.standing.reading_paths(),
        by=request.user,
        on=request.on,
    )
    if told:
        messages.success(request, f"已提醒 {told} 人。")
    else:
        messages.info(request, "该提醒的今天都已经提醒过了。")
    return redirect("reviews:round_missing", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def round_close(request: Request, pk: int) -> HttpResponse:
    """End a round, with a reason for everybody it left out."""
    round_ = _round(request, pk)
    require(rules.may_change_round(round_, request.standing, request.on))
    missing = coverage.missing_in(round_, on=request.on)
    form = RoundClosingForm(request.POST or None, missing=missing)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            closing.close_round(
                round_=round_,
                note=form.cleaned_data["note"],
                reasons=form.reasons(),
                version=int(version) if version.isdecimal() and len(version) < 10 else round_.version,
                by=request.user,
                on=request.on,
            )
        except Refused as refused:
            form.add_error(None, refused.reason)
        except Conflict:
            form.add_error(None, "别人刚刚改过这一轮。您填的内容还在，请核对后再点一次。")
        else:
            messages.success(request, f"{round_}已结束。")
            return redirect("reviews:round_missing", pk)
    context = {"round": round_, "form": form, "rows": form.rows(), "cut_short": cut_short(round_)}
    return render(request, "reviews/round_close.html", context, status=422 if form.errors else 200)
