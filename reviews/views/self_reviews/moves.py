"""One self-review: its page, its moves, its paper."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chuangxian.drafts import number
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from reviews.actions import self_reviews as actions
from reviews.models import SelfReview
from reviews.queries import self_reviews as queries
from reviews.queries.scores import scheme_of
from reviews.rules import self_reviews as rules
from reviews.states import Decision, ReviewState
from reviews.views import Request
from reviews.views.self_reviews.fetching import (
    assessment_of,
    deciding,
    opinions_and_history,
    scores_of,
    text_of,
    visible_review,
)
from reviews.workflow.self_reviews import FOLLOWING, SELF_REVIEW

PILE = "?then=pile"
BY_HAND = frozenset(SELF_REVIEW.moves) - FOLLOWING


@require_safe
def self_review_detail(request: Request, pk: int) -> HttpResponse:
    """The answers with what is known beside them, what became of the measures, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, assessed: Any = None, **tried: Any) -> HttpResponse:
    review = visible_review(request, pk)
    context = {
        "review": review,
        "text": text_of(request, review),
        **scores_of(review),
        **deciding(request, review, assessed),
        # a refusal on the way through the pile does not leave it
        "act_url": reverse("reviews:self_review_act", args=[pk]) + (PILE if request.GET.get("then") == "pile" else ""),
        "may_edit": rules.may_edit(review, request.standing, request.on),
        "on": request.on,
        **opinions_and_history(request, review),
        **tried,
    }
    return render(request, "reviews/self_review_detail.html", context, status=status)


@require_POST
def self_review_act(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    review = visible_review(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in BY_HAND:
        return HttpResponseBadRequest("没有这个操作。")
    read = number(request.POST.get("version"))
    given: dict[str, Any] = {"tried": verb, "note": note}
    points: dict[int, Decimal | None] = {}
    scheme = scheme_of(review.round.semester.campaign)
    if scheme is not None and verb in actions.ACCEPTING:
        form = assessment_of(review, verb, scheme, request.POST)
        given |= {"assessed": request.POST, "lost": [(line, bound.value()) for line, bound in form.rows()]}
        # who may not is told so, whatever he typed
        if SELF_REVIEW.verdict(review, verb, by=request.standing, on=request.on):
            if not form.is_valid():
                return _detail(request, pk, status=422, **given)
            points = form.points()
    try:
        actions.act(review=review, verb=verb, note=note, points=points, version=read, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, error=overtaken.reason, **given)
    except Refused as refused:
        return _detail(request, pk, status=403, error=refused.reason, **given)
    messages.success(request, f"{review}：{SELF_REVIEW.moves[verb].label}，已办理。")
    return redirect(_next(request, pk))


def _next(request: Request, pk: int) -> str:
    """Go on reading where the person came from the pile of those to review."""
    if request.GET.get("then") == "pile":
        following = SelfReview.objects.to_review(request.standing, request.on).order_by(*queries.PILE).first()
        return reverse("reviews:review_read", args=[following.pk]) if following else reverse("reviews:review_pile")
    still = SelfReview.objects.visible_to(request.standing, request.on).filter(pk=pk).exists()
    return reverse("reviews:self_review_detail", args=[pk]) if still else reverse("reviews:self_review_list")


@require_safe
def self_review_print(request: Request, pk: int) -> HttpResponse:
    """对照检查表 on A4."""
    review = visible_review(request, pk)
    told = rules.may_read_opinions(review, request.standing, request.on)
    acceptance = review.opinions.filter(decision=Decision.ACCEPT).select_related("reviewer").last() if told else None
    context = {
        "review": review,
        **scores_of(review),
        "acceptance": acceptance,
        "is_final": review.state in (ReviewState.ACCEPTED, ReviewState.ARCHIVED),
        "back_url": reverse("reviews:self_review_detail", args=[pk]),
    }
    return render(request, "reviews/self_review_print.html", context)
