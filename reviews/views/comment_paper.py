"""Comments on paper: 点评登记表, one at a time or all of a round."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.models import Organization
from reviews.models import LeaderComment
from reviews.queries import comments as queries
from reviews.queries.comments import ORDER, ProblemLine
from reviews.rules import comments as rules
from reviews.states import CommentState
from reviews.views import Request
from reviews.views.comments import visible_comment
from reviews.views.rounds import visible_round

SHEETS_MOST = 300  # a browser lays out no more at once without a long wait


@require_safe
def comment_print(request: Request, pk: int) -> HttpResponse:
    """点评登记表 on A4."""
    comment = visible_comment(request, pk)
    lines = queries.problem_lines([comment], on=request.on)[pk]
    back_url = reverse("reviews:comment_detail", args=[pk])
    context = {"comment": comment, "sheets": [_sheet(request, comment, lines)], "back_url": back_url}
    return render(request, "reviews/comment_print.html", context)


@require_safe
def round_sheets(request: Request, pk: int) -> HttpResponse:
    """The 点评登记表 of all the person may read in a round, a sheet each; ?organization= leaves those on one organisation and its members."""
    round_ = visible_round(request, pk)
    given = LeaderComment.objects.visible_to(request.standing, request.on).filter(round=round_).given()
    places = list(Organization.objects.filter(pk__in=given.order_by().values("organization")).order_by("path"))
    asked = request.GET.get("organization", "")
    chosen = next((place for place in places if str(place.pk) == asked), None)
    if asked and chosen is None:
        raise Http404
    if chosen is not None:
        given = given.filter(organization=chosen)
    comments = list(queries.with_problems(given).order_by(*ORDER)[: SHEETS_MOST + 1])
    lines = queries.problem_lines(comments, on=request.on)
    context = {
        "round": round_,
        "places": places if len(places) > 1 else [],
        "chosen": chosen,
        "sheets": [_sheet(request, comment, lines[comment.pk]) for comment in comments[:SHEETS_MOST]],
        "most": SHEETS_MOST if len(comments) > SHEETS_MOST else 0,
        "back_url": round_.get_absolute_url(),
    }
    return render(request, "reviews/round_sheets.html", context)


def _sheet(
    request: Request, comment: LeaderComment, lines: list[ProblemLine]
) -> tuple[LeaderComment, list[ProblemLine], bool, bool]:
    follows = bool(rules.may_follow(comment, request.standing, request.on))
    return comment, lines, follows, comment.state not in (CommentState.DRAFT, CommentState.DISCARDED)
