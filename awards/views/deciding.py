"""The desk of those who decide: what lies there, candidates side by side, what the sides said, decisions now or announced together, ballots."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards.actions import ballots as ballot_actions
from awards.actions import deciding as actions
from awards.forms.deciding import BallotForm, HoldForm, OpinionForm
from awards.models import AwardCategory, AwardRound, Nomination
from awards.queries.ballots import candidates_of, voters_of
from awards.queries.comparison import comparison_of
from awards.queries.desk import barred_on, desk_of, heard_of
from awards.queries.pending import pending_in
from awards.rules import deciding as rules
from awards.rules.notices import is_unopposed
from awards.rules.rounds import decides
from awards.states import NominationState, Pending
from awards.views import Request
from awards.workflow.nominations import NOMINATION
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Offer, Overtaken

DECIDING = ("preselect", "audit", "decide", "return", "reject")
ON_A_SHEET = 5  # candidates that go side by side on A4 across


def visible_round(request: Request, pk: int) -> AwardRound:
    """Return a round the person knows; 404 outside his scope."""
    rounds = AwardRound.objects.visible_to(request.standing, request.on)
    round_: AwardRound = get_object_or_404(rounds.select_related("organization", "campaign"), pk=pk)
    return round_


def _category(round_: AwardRound, pk: int) -> AwardCategory:
    category: AwardCategory = get_object_or_404(round_.categories.select_related("ballot"), pk=pk)
    category.round = round_
    return category


def _nomination(request: Request, pk: int) -> Nomination:
    nominations = Nomination.objects.visible_to(request.standing, request.on)
    related = "round__organization", "category", "nominator", "member", "organization", "meeting"
    nomination: Nomination = get_object_or_404(nominations.select_related(*related), pk=pk)
    nomination.category.round = nomination.round
    return nomination


def _back(nomination: Nomination) -> str:
    return f"{reverse('awards:desk', args=[nomination.round_id])}#category-{nomination.category_id}"


# ---- the desk ----


@require_safe
def desk(request: Request, pk: int) -> HttpResponse:
    """Everything handed up in the round by category: places, state, what was heard, what stands in the way.

    The rules of eligibility are asked of a whole category only when somebody wants it (``check``): they read all records.
    """
    round_ = visible_round(request, pk)
    require(decides(round_, request.standing, request.on))
    standing, on = request.standing, request.on
    shelves = desk_of(round_, standing, on)
    checked = next((one for one in shelves if str(one.category.pk) == request.GET.get("check")), None)
    context = {
        "round": round_,
        "shelves": [
            (shelf, [(line, rules.in_the_way(line, shelf.left, on)) for line in shelf.lines]) for shelf in shelves
        ],
        "checked": checked,
        "barred": barred_on(checked, on) if checked is not None else [],
        "pending": sum(shelf.pending for shelf in shelves),
        "is_empty": not any(shelf.lines or shelf.ended for shelf in shelves),
        "may_announce": bool(rules.may_announce(round_, standing, on)),
    }
    return render(request, "awards/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pending_announce(request: Request, pk: int) -> HttpResponse:
    """All decisions kept in the round, and the one act that announces them: all or none."""
    round_ = visible_round(request, pk)
    require(rules.may_announce(round_, request.standing, request.on))
    error, status = "", 200
    if request.method == "POST":
        try:
            done = actions.announce_pending(round_=round_, by=request.user, on=request.on)
        except Refused as refused:
            error, status = refused.reason, 409 if isinstance(refused, Overtaken) else 403
        else:
            messages.success(request, f"已经宣布 {len(done)} 件决定，并通知推荐单位。")
            return redirect("awards:desk", pk)
    waiting = pending_in(round_, request.standing, request.on)
    context = {"round": round_, "waiting": waiting, "error": error}
    return render(request, "awards/pending_announce.html", context, status=status)


# ---- side by side ----


@require_safe
def comparison(request: Request, pk: int, category: int) -> HttpResponse:
    """The candidates of a category side by side, all of them or those ticked (``only``)."""
    return _compared(request, pk, category, "awards/comparison.html")


@require_safe
def comparison_print(request: Request, pk: int, category: int) -> HttpResponse:
    """The same on A4 across, some candidates a sheet."""
    return _compared(request, pk, category, "awards/comparison_print.html")


def _compared(request: Request, pk: int, number: int, template: str) -> HttpResponse:
    round_ = visible_round(request, pk)
    require(decides(round_, request.standing, request.on))
    category = _category(round_, number)
    only = {int(one) for one in request.GET.getlist("only") if one.isascii() and one.isdecimal() and len(one) < 10}
    everybody = comparison_of(category, request.standing, request.on)
    chosen = everybody.only(only)
    context = {
        "round": round_,
        "category": category,
        "everybody": everybody,
        "compared": chosen,
        "sheets": chosen.sheets(ON_A_SHEET),
        "is_part": len(chosen.candidates) < len(everybody.candidates),
        "back_url": reverse("awards:comparison", args=[pk, number]),
        "on": request.on,
    }
    return render(request, template, context)


# ---- what the sides said ----


@require_http_methods(["GET", "HEAD", "POST"])
def opinion_add(request: Request, pk: int) -> HttpResponse:
    """Register what members, masses or the discipline side said of a nomination."""
    nomination = _nomination(request, pk)
    require(rules.may_hear(nomination, request.standing, request.on))
    form = OpinionForm(request.POST or None, on=request.on, initial={"side": request.GET.get("side", "")})

    def heard() -> None:
        actions.hear(nomination=nomination, **form.cleaned_data, by=request.user, on=request.on)

    status = tried(form, heard) if request.method == "POST" else 200
    if not status:
        messages.success(request, f"{nomination}：审核意见已登记。")
        return redirect("awards:decision", pk)
    context = {"nomination": nomination, "form": form, "heard": heard_of(nomination)}
    return render(request, "awards/opinion_add.html", context, status=status)


# ---- decisions ----


@require_safe
def decision(request: Request, pk: int) -> HttpResponse:
    """A nomination before those who decide: what is known, what was said, and what may be decided now or kept for later."""
    nomination = _nomination(request, pk)
    require(rules.may_decide(nomination, request.standing, request.on))
    return _decision(request, nomination)


def _offers(nomination: Nomination, by: Any, on: date) -> list[Offer]:
    return [offer for offer in NOMINATION.available(nomination, by=by, on=on) if offer.move.verb in DECIDING]


def _choices(nomination: Nomination) -> list[Pending]:
    return [one for one in Pending if nomination.state in NOMINATION.moves[one].sources]


def _decision(
    request: Request, nomination: Nomination, *, form: HoldForm | None = None, status: int = 200, **tried: Any
) -> HttpResponse:
    standing, on = request.standing, request.on
    choices = _choices(nomination)
    context = {
        "nomination": nomination,
        "heard": heard_of(nomination),
        "opinions": list(nomination.opinions.select_related("by")),
        "overrides": list(nomination.overrides.all()),
        "offers": _offers(nomination, standing, on),
        # no button says it: the confirmation is no move of an objected nomination
        "locked": is_unopposed(nomination, standing, on).reason if nomination.state == NominationState.OBJECTED else "",
        "may_hear": bool(rules.may_hear(nomination, standing, on)),
        "form": form or (HoldForm(choices=choices) if choices else None),
        "back_url": _back(nomination),
        **tried,
    }
    return render(request, "awards/decision.html", context, status=status)


@require_POST
def decision_move(request: Request, pk: int) -> HttpResponse:
    """Decide and announce at once: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    nomination = _nomination(request, pk)
    require(rules.may_decide(nomination, request.standing, request.on))
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in DECIDING:
        return HttpResponseBadRequest("没有这个操作。")
    read = version_read(request.POST.get("version"))

    def moved() -> None:
        actions.act(nomination=nomination, verb=verb, note=note, version=read, by=request.user, on=request.on)

    if refusal := _refusal(moved):
        status = 409 if isinstance(refusal, Overtaken) else 403
        fresh = _nomination(request, pk)
        return _decision(request, fresh, status=status, tried=verb, note=note, error=refusal.reason)
    messages.success(request, f"{nomination}：{NOMINATION.moves[verb].label}，已办理。")
    return redirect(_back(nomination))


@require_POST
def decision_hold(request: Request, pk: int) -> HttpResponse:
    """Keep a decision the meeting has taken; it is announced with the others of the round."""
    nomination = _nomination(request, pk)
    require(rules.may_decide(nomination, request.standing, request.on))
    form = HoldForm(request.POST, choices=_choices(nomination))
    if not form.is_valid():
        return _decision(request, nomination, form=form, status=422)
    read = version_read(request.POST.get("version")) or 0

    def held() -> None:
        actions.hold(nomination=nomination, **form.cleaned_data, version=read, by=request.user, on=request.on)

    if refusal := _refusal(held):
        form.add_error("pending", refusal.reason)
        status = 409 if isinstance(refusal, Overtaken) else 403
        return _decision(request, _nomination(request, pk), form=form, status=status, hold_error=refusal.reason)
    messages.success(request, f"{nomination}：已经记下会议决定，还没有宣布。")
    return redirect(_back(nomination))


@require_POST
def decision_release(request: Request, pk: int) -> HttpResponse:
    """Take back a decision that was not announced."""
    nomination = _nomination(request, pk)
    require(rules.may_decide(nomination, request.standing, request.on))
    read = version_read(request.POST.get("version")) or 0

    def released() -> None:
        actions.release(nomination=nomination, version=read, by=request.user, on=request.on)

    if refusal := _refusal(released):
        status = 409 if isinstance(refusal, Overtaken) else 403
        return _decision(request, _nomination(request, pk), status=status, hold_error=refusal.reason)
    messages.success(request, f"{nomination}：待宣布的决定已撤销。")
    return redirect("awards:decision", pk)


def _refusal(act: Callable[[], None]) -> Refused | None:
    try:
        act()
    except Refused as refused:
        return refused
    return None


# ---- the secret ballot ----


@require_http_methods(["GET", "HEAD", "POST"])
def ballot_start(request: Request, pk: int, category: int) -> HttpResponse:
    """Have the committee vote in secret about a category's candidates."""
    round_ = visible_round(request, pk)
    about = _category(round_, category)
    require(rules.may_ballot(about, request.standing, request.on))
    form = BallotForm(request.POST or None, on=request.on, initial={"opens_on": request.on, "closes_on": request.on})

    def started() -> None:
        ballot_actions.start_ballot(category=about, **form.cleaned_data, by=request.user, on=request.on)

    status = tried(form, started) if request.method == "POST" else 200
    if not status:
        messages.success(request, "票决已经起草。核对以后公布，再制作评议码。")
        assert about.ballot is not None  # the action sets it
        return redirect(about.ballot)
    candidates = candidates_of(about)
    context = {
        "round": round_,
        "category": about,
        "form": form,
        "candidates": candidates,
        "voters": voters_of(about, candidates, request.on),
    }
    return render(request, "awards/ballot_start.html", context, status=status)
