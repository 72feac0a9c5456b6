"""One pledge: its page, its moves, its paper."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from pledges import rules, workflow
from pledges.actions import reviewing, writing
from pledges.forms.work import ApprovalForm
from pledges.models import Evidence, Pledge, PledgeItem
from pledges.queries import coverage, reading
from pledges.states import PUBLIC, State
from pledges.views import Request
from pledges.views.fetching import PILE, hints_on, history_of, item_lines, visible_pledge
from pledges.workflow import FOLLOWING, PLEDGE, WITH_A_PAGE
from schedule.queries import items

# only then can an item have been found unfulfilled
APPRAISED = (State.APPRAISED, State.ARCHIVED)
RECORDED = frozenset(PLEDGE.moves) - FOLLOWING - WITH_A_PAGE


@require_safe
def pledge_detail(request: Request, pk: int) -> HttpResponse:
    """The pledge with its items, what was done for them, its editions, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    pledges = reading.with_progress(Pledge.objects.visible_to(standing, on))
    pledge: Pledge = get_object_or_404(pledges, pk=pk)
    hints = hints_on(pledge, request)
    evidence = list(Evidence.objects.filter(entry__item__pledge=pledge))
    editions = list(reading.editions_of(pledge).filter(pk__in=Pledge.objects.visible_to(standing, on).values("pk")))
    opinions = rules.may_read_opinions(pledge, standing, on)
    context = {
        "pledge": pledge,
        "lines": item_lines(pledge, hints=hints, evidence=evidence, by=standing, on=on),
        "hints": [hint for hint in hints if hint.item is None],
        "offers": workflow.offers(pledge, by=standing, on=on),
        "links": _links(request, pledge),
        "editions": editions if len(editions) > 1 else [],
        "newer": next((e for e in editions if e.edition > pledge.edition), None),
        "history": history_of(editions) if opinions else None,
        "reviews": list(pledge.reviews.select_related("reviewer")) if opinions else [],
        "rate": coverage.rates_by_pledge([pledge], on).get(pledge.pk, coverage.Rate()),
        "unpublished": not pledge.is_public,
        "raised": _raised(request, pledge),
        "on": on,
        **tried,
    }
    return render(request, "pledges/pledge_detail.html", context, status=status)


def _raised(request: Request, pledge: Pledge) -> list[items.ItemLine]:
    """Return the action items that unfulfilled items of the pledge raised, those the person sees."""
    if pledge.state not in APPRAISED:
        return []
    numbers = [item.pk for item in pledge.items.all()]
    raised = items.raised_by_records(PledgeItem._meta.label_lower, numbers)
    return items.lines(raised.visible_to(request.standing, request.on), request.on)


def _links(request: Request, pledge: Pledge) -> list[tuple[str, str, str]]:
    """Return the pages of work open to the person: label, address, tone."""
    standing, on = request.standing, request.on
    pages = [
        (rules.may_edit(pledge, standing, on), "修改", "pledge_edit", "primary"),
        (workflow.may_begin(pledge, "record_approval", by=standing, on=on), "登记上级批复", "pledge_record", "primary"),
        (rules.may_report(pledge, standing, on), "述诺", "pledge_report", "secondary"),
        (workflow.may_begin(pledge, "appraise", by=standing, on=on), "评诺", "pledge_appraise", "primary"),
        (rules.may_revise(pledge, standing, on), "修订", "pledge_revise", "secondary"),
    ]
    return [
        (label, reverse(f"pledges:{view}", args=[pledge.pk]), tone) for verdict, label, view, tone in pages if verdict
    ]


@require_POST
def pledge_act(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    pledge = visible_pledge(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in RECORDED:
        return HttpResponseBadRequest("没有这个操作。")
    version = request.POST.get("version", "")
    read = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        writing.act(pledge=pledge, verb=verb, note=note, version=read, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{pledge}：{PLEDGE.moves[verb].label}，已办理。")
    return redirect(_next(request, pk))


def _next(request: Request, pk: int) -> str:
    """Go on reading where the person came from the pile of those to review."""
    if request.GET.get("then") == "review":
        following = Pledge.objects.to_review(request.standing, request.on).order_by(*PILE).first()
        return reverse("pledges:review_read", args=[following.pk]) if following else reverse("pledges:review_list")
    still = Pledge.objects.visible_to(request.standing, request.on).filter(pk=pk).exists()
    return reverse("pledges:pledge_detail", args=[pk]) if still else reverse("pledges:pledge_list")


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_record(request: Request, pk: int) -> HttpResponse:
    """Register the document by which the organisation above the unit approved."""
    pledge = visible_pledge(request, pk)
    require(workflow.may_begin(pledge, "record_approval", by=request.standing, on=request.on))
    form = ApprovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.record_approval(
                pledge=pledge,
                **form.cleaned_data,
                version=int(request.POST.get("version") or pledge.version),
                by=request.user,
                on=request.on,
            )
        except Refused as refused:
            form.add_error("document_on", refused.reason)
        else:
            messages.success(request, "已登记上级批复，这份承诺已定诺。")
            return redirect("pledges:pledge_detail", pk)
    return render(request, "pledges/pledge_record.html", {"pledge": pledge, "form": form})


@require_safe
def pledge_print(request: Request, pk: int) -> HttpResponse:
    """承诺书 on A4."""
    pledge = visible_pledge(request, pk)
    opinions = rules.may_read_opinions(pledge, request.standing, request.on)
    approval = pledge.reviews.filter(decision__in=["approve", "record"]).select_related("reviewer").last()
    context = {
        "pledge": pledge,
        "approval": approval if opinions or pledge.state in PUBLIC else None,
        "is_final": pledge.state not in (State.DRAFT, State.SUBMITTED, State.RETURNED, State.LAPSED),
        "back_url": reverse("pledges:pledge_detail", args=[pk]),
    }
    return render(request, "pledges/pledge_print.html", context)
