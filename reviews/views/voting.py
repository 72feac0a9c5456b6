"""The ballot pages: whoever holds a code rates, and nobody learns who it was.

No sign-in, no session, no cookie (`chuangxian/no_trace.py`), so no token against forged posts either: without the code they do nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chuangxian.limits import failed
from chuangxian.middleware import Request
from reviews.actions import casting
from reviews.forms.voting import BallotForm, code_in, is_shared
from reviews.models import REMARK_MOST, EvaluationRound
from reviews.queries.casting import CodeState, announced, raters_eligible, sheet_of, state_of_code
from reviews.rules.evaluations import takes_ballots

WRONG = "评议码不对，或者已经作废。请对照纸条再输一遍；字母不分大小写，短横线可以不输。"
USED = "这张评议码已经用过了。如果是您本人刚才交的，您的票已经计入，不用再交。"
TOO_MANY = "输错的次数太多，请过一分钟再试。正确的评议码随时可以用。"
FEW_RATERS = 10  # a rater in so small a circle is told that others may guess

View = Callable[..., HttpResponse]


def for_raters(view: Callable[[Request, EvaluationRound], HttpResponse]) -> View:
    """Open a view to whoever has the address of an announced round."""

    @wraps(view)
    def found(request: Request, pk: int) -> HttpResponse:
        round_ = announced(pk)
        if round_ is None:
            return render(request, "voting/door.html", {"error": f"没有编号为 {pk} 的评议。"}, status=404)
        return view(request, round_)

    return csrf_exempt(login_not_required(found))


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Request) -> HttpResponse:
    """Ask for the number of the round, for whoever cannot scan the slip."""
    if request.method != "POST":
        return render(request, "voting/door.html")
    typed = request.POST.get("round", "").strip()[:20]
    number = int(typed) if typed.isdecimal() else 0
    if announced(number) is None:
        context = {"typed": typed, "error": "没有这个编号的评议。编号印在纸条上，只有数字。"}
        return render(request, "voting/door.html", context, status=404)
    return redirect("voting:enter", number)


@for_raters
@require_safe
def enter(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Say what is asked, what is kept and what is not, and take the code."""
    return _enter(request, round_, shared=False)


@for_raters
@require_safe
def enter_shared(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Do the same on a device that several people use in turn."""
    return _enter(request, round_, shared=True)


@for_raters
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Show an empty ballot to whoever has a code that may be used."""
    if request.method != "POST":
        return redirect("voting:enter", round_.pk)
    shared, typed = is_shared(request.POST), code_in(request.POST)
    if not takes_ballots(round_, request.on):
        return _enter(request, round_, shared=shared)
    state = state_of_code(round_, typed)
    if state is not CodeState.USABLE:
        return _not_usable(request, round_, state, typed=typed, shared=shared)
    return _ballot(request, round_, BallotForm.fresh(sheet_of(round_), code=typed, shared=shared))


@for_raters
@require_http_methods(["GET", "HEAD", "POST"])
def cast(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Count the ballot; what is still open on it comes back first, with everything that was chosen."""
    if request.method != "POST":
        return redirect("voting:enter", round_.pk)
    form = BallotForm.read(sheet_of(round_), request.POST)
    if not form.is_ready:
        return _ballot(request, round_, form)
    outcome = casting.cast(
        round_=round_, code=form.code, nonce=form.nonce, grades=form.grades, remark=form.remark, on=request.on
    )
    if outcome.is_counted:
        return redirect("voting:done_shared" if form.shared else "voting:done", round_.pk)
    if outcome.kind is casting.Kind.CLOSED:
        return _ballot(request, round_, form, error=outcome.reason, closed=True, status=409)
    if outcome.kind is casting.Kind.SPENT:
        return _enter(request, round_, shared=form.shared, error=USED, status=409)
    too_many = _too_many(request)
    return _ballot(request, round_, form, error=TOO_MANY if too_many else WRONG, status=429 if too_many else 409)


@for_raters
@require_safe
def done(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Say that it was counted. The page is the same for every ballot."""
    return render(request, "voting/done.html", {"round": round_, "shared": False})


@for_raters
@require_safe
def done_shared(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Say it, and make room for the next person within seconds."""
    return render(request, "voting/done.html", {"round": round_, "shared": True})


@for_raters
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Request, round_: EvaluationRound) -> HttpResponse:
    """Answer whether a code has been used, and nothing else about it."""
    context: dict[str, Any] = {"round": round_}
    if request.method != "POST":
        return render(request, "voting/code.html", context)
    state = state_of_code(round_, code_in(request.POST))
    if state is CodeState.UNKNOWN:
        too_many = _too_many(request)
        context |= {"typed": code_in(request.POST), "error": TOO_MANY if too_many else WRONG}
        return render(request, "voting/code.html", context, status=429 if too_many else 200)
    return render(request, "voting/code.html", context | {"used": state is CodeState.USED, "asked": True})


def _enter(
    request: Request, round_: EvaluationRound, *, shared: bool, error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "round": round_,
        "sheet": sheet_of(round_),
        "verdict": takes_ballots(round_, request.on),
        "few_raters": raters_eligible(round_) <= FEW_RATERS,
        "shared": shared,
        "error": error,
        "typed": typed,
    }
    return render(request, "voting/enter.html", context, status=status)


def _not_usable(
    request: Request, round_: EvaluationRound, state: CodeState, *, typed: str, shared: bool
) -> HttpResponse:
    if state is CodeState.USED:
        return _enter(request, round_, shared=shared, error=USED, status=409)
    too_many = _too_many(request)
    error, status = (TOO_MANY, 429) if too_many else (WRONG, 409)
    return _enter(request, round_, shared=shared, error=error, typed=typed, status=status)


def _ballot(
    request: Request,
    round_: EvaluationRound,
    form: BallotForm,
    *,
    error: str = "",
    closed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "round": round_,
        "form": form,
        "cards": form.cards(),
        "blanks": form.blanks,
        "asked": len(form.sheet.subjects) * len(form.sheet.items),
        "remark_most": REMARK_MOST,
        "error": error,
        "closed": closed,
        "code_wrong": bool(error) and not closed,
    }
    return render(request, "voting/ballot.html", context, status=status)


def _too_many(request: Request) -> bool:
    """Count a wrong code. Right ones never come here, so a whole meeting may share one address."""
    return failed(
        "code",
        request.META.get("REMOTE_ADDR", ""),
        most_from_address=settings.CODE_FAILURES_FROM_ADDRESS,
        most_overall=settings.CODE_FAILURES_OVERALL,
    )
