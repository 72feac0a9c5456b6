"""Reading piles: what waits for review, what waits to be published."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chuangxian.verdicts import require
from pledges import rules, workflow
from pledges.actions import reviewing
from pledges.actions.reviewing import Done
from pledges.forms.filters import ChosenPledges
from pledges.models import Pledge
from pledges.queries import likeness, reading
from pledges.views import Request
from pledges.views.fetching import PILE, item_lines, visible_pledge


def to_review(request: Request) -> Any:
    """What waits for this person's opinion, in the order of reading."""
    pledges = Pledge.objects.visible_to(request.standing, request.on).to_review(request.standing, request.on)
    return reading.with_items(pledges).order_by(*PILE)


@require_http_methods(["GET", "HEAD", "POST"])
def review_list(request: Request) -> HttpResponse:
    """All that waits, to read from top to bottom; approve those ticked."""
    pledges = list(to_review(request))
    form = ChosenPledges(request.POST or None, pledges=pledges)
    if request.method == "POST" and form.is_valid():
        by_pk = {pledge.pk: pledge for pledge in pledges}
        done = reviewing.approve_many(
            pledges=[by_pk[pk] for pk in form.cleaned_data["pledge"]],
            versions=form.versions(),
            note=form.cleaned_data["note"],
            by=request.user,
            on=request.on,
        )
        _tell(request, done, "已定诺 {} 份。")
        return redirect("pledges:review_list")
    hints = likeness.hints_for(pledges, viewer=request.standing, on=request.on)
    context = {"pledges": [(pledge, _by_place(hints.get(pledge.pk, []))) for pledge in pledges], "form": form}
    return render(request, "pledges/review_list.html", context)


def _by_place(hints: list[Any]) -> dict[str, Any]:
    return {
        "whole": [hint for hint in hints if hint.item is None],
        "items": {hint.item: hint for hint in hints if hint.item is not None},
        "count": len(hints),
    }


def _tell(request: Request, done: list[Done], sentence: str) -> None:
    went = sum(not one.refusal for one in done)
    if went:
        messages.success(request, sentence.format(went))
    for one in done:
        if one.refusal:
            messages.warning(request, f"{one.pledge}没有办成：{one.refusal}")


@require_safe
def review_read(request: Request, pk: int) -> HttpResponse:
    """One of the pile, with the one before and the one after."""
    require(rules.may_review(visible_pledge(request, pk), request.standing, request.on))
    order = list(
        Pledge.objects.visible_to(request.standing, request.on)
        .to_review(request.standing, request.on)
        .order_by(*PILE)
        .values_list("pk", flat=True)
    )
    pledge: Pledge = get_object_or_404(to_review(request), pk=pk)
    hints = likeness.hints_for([pledge], viewer=request.standing, on=request.on)[pledge.pk]
    place = order.index(pk)
    context = {
        "pledge": pledge,
        "lines": item_lines(pledge, hints=hints, by=request.standing, on=request.on),
        "hints": [hint for hint in hints if hint.item is None],
        "offers": workflow.offers(pledge, by=request.standing, on=request.on),
        "place": place + 1,
        "count": len(order),
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
        "earlier": pledge.reviews.select_related("reviewer"),
    }
    return render(request, "pledges/review_read.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish_list(request: Request) -> HttpResponse:
    """What is approved and hangs nowhere yet; publish those ticked together."""
    visible = Pledge.objects.visible_to(request.standing, request.on)
    pledges = list(reading.with_items(visible.to_publish(request.standing, request.on)).order_by(*PILE))
    form = ChosenPledges(request.POST or None, pledges=pledges)
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["pledge"])
        done = reviewing.publish_many(
            pledges=[pledge for pledge in pledges if pledge.pk in chosen], by=request.user, on=request.on
        )
        _tell(request, done, "已公布 {} 份，承诺墙上现在看得到了。")
        return redirect("pledges:publish_list")
    return render(request, "pledges/publish_list.html", {"pledges": pledges, "form": form})
