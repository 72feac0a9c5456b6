"""Reading the pile of those that wait for this person, together or one after the other."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from reviews.actions import self_reviews as actions
from reviews.forms.self_reviews import ChosenReviews
from reviews.models import SelfReview
from reviews.queries import self_reviews as queries
from reviews.queries.scores import scheme_of
from reviews.states import Answer
from reviews.views import Request
from reviews.views.self_reviews.fetching import deciding, scores_of, text_of


def waiting(request: Request) -> Any:
    """What waits for this person's opinion, in the order of reading."""
    reviews = SelfReview.objects.visible_to(request.standing, request.on).to_review(request.standing, request.on)
    return queries.with_lines(reviews).order_by(*queries.PILE)


@require_http_methods(["GET", "HEAD", "POST"])
def review_pile(request: Request) -> HttpResponse:
    """All that waits, to read from top to bottom; accept those ticked."""
    reviews: list[SelfReview] = list(waiting(request))
    form = ChosenReviews(request.POST or None, reviews=reviews)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            by_pk = {review.pk: review for review in reviews}
            done = actions.accept_many(
                reviews=[by_pk[pk] for pk in form.cleaned_data["review"]],
                versions=form.versions(),
                note=form.cleaned_data["note"],
                by=request.user,
                on=request.on,
            )
            _tell(request, done)
            return redirect("reviews:review_pile")
        status = 422
    earlier = queries.before(reviews, request.standing, request.on)
    rows = []
    for review in reviews:
        hints = queries.same_as_before(review, earlier.get(review.pk))
        lines = [(line, hints.get(line.standard.key, ""), line.answer != Answer.MET) for line in review.lines.all()]
        rows.append((review, lines, len(hints), scheme_of(review.round.semester.campaign)))
    context = {
        "rows": rows,
        "form": form,
        "together": any(scheme is None for *_, scheme in rows),
        "ticked": [str(value) for value in form["review"].value() or []],
    }
    return render(request, "reviews/self_review_pile.html", context, status=status)


def _tell(request: Request, done: list[actions.Done]) -> None:
    went = sum(not one.refusal for one in done)
    if went:
        messages.success(request, f"已认可 {went} 份，其中的措施已列为整改事项。")
    for one in done:
        if one.refusal:
            messages.warning(request, f"{one.review}没有办成：{one.refusal}")


@require_safe
def review_read(request: Request, pk: int) -> HttpResponse:
    """One of the pile, with the one before and the one after."""
    order = list(
        SelfReview.objects.visible_to(request.standing, request.on)
        .to_review(request.standing, request.on)
        .order_by(*queries.PILE)
        .values_list("pk", flat=True)
    )
    review: SelfReview = get_object_or_404(waiting(request), pk=pk)
    place = order.index(pk)
    context = {
        "review": review,
        "text": text_of(request, review),
        **scores_of(review),
        **deciding(request, review),
        "place": place + 1,
        "count": len(order),
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
        "opinions": review.opinions.select_related("reviewer"),
        "on": request.on,
    }
    return render(request, "reviews/self_review_read.html", context)
