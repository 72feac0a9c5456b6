"""Action items: the list, one item with what was done for it, its moves, its papers, and raising one by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.middleware import Request
from branches.models import Member, Organization
from branches.queries import holding, posts_at
from branches.scope import Viewer
from branches.states import LEADERS
from chuangxian import clock, uploads
from chuangxian.downloads import workbook
from chuangxian.drafts import unchecked
from chuangxian.edits import Conflict, tried, version_read
from chuangxian.verdicts import Refused, Verdict, require
from chuangxian.workflow import Overtaken
from schedule import sources
from schedule.actions import items as actions
from schedule.forms.items import ItemFilter, PlanForm, PostponeForm, ProgressForm, RaiseForm
from schedule.models import ActionEvidence, ActionItem, Standard
from schedule.queries import items as queries
from schedule.rules import items as rules
from schedule.scope.items import ActionItemQuerySet
from schedule.sheets import items as sheets
from schedule.views.typed import data_of, kept, left_in, thrown_away
from schedule.workflow import items as workflow
from schedule.workflow.items import FOLLOWING, ITEM

ItemRule = Callable[[ActionItem, Viewer, date], Verdict]

RECORDED = frozenset(ITEM.moves) - FOLLOWING
STALE = "这件事在您填写期间有过变动。您填的内容还在，请核对后再交一次。"


def narrowed(request: Request) -> tuple[ItemFilter, ActionItemQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    form = ItemFilter(request.GET, organizations=Organization.objects.visible_to(standing, on))
    return form, form.narrow(ActionItem.objects.visible_to(standing, on), standing, on)


@require_safe
def item_list(request: Request) -> HttpResponse:
    """What is unfinished in one's scope, or what was asked for; above it what waits for oneself."""
    standing, on = request.standing, request.on
    form, items = narrowed(request)
    rows = queries.for_work(items).order_by("due_on", "pk")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "items": queries.lines(page.object_list, on),
        "waiting": queries.waiting_lines(standing, on),
        "may_raise": rules.may_raise_somewhere(standing, on),
        "may_export": rules.may_see_ledger(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "on": on,
    }
    return render(request, "schedule/item_list.html", context)


@require_safe
def item_export(request: Request) -> FileResponse:
    """整改台账 of what the list shows."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    _, items = narrowed(request)
    log.record(
        verb="export",
        label="导出整改台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    options = {"heading": ["整改台账"], "groups": sheets.LEDGER_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.LEDGER, sheets.ledger_lines(items, on), options)]
    return workbook(f"整改台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


# ---- one item ----


def visible_item(request: Request, pk: int) -> ActionItem:
    """Return an item the person sees, with what was done for it; 404 outside his scope."""
    items = ActionItem.objects.visible_to(request.standing, request.on)
    item: ActionItem = get_object_or_404(queries.with_progress(items), pk=pk)
    return item


@require_safe
def item_detail(request: Request, pk: int) -> HttpResponse:
    """The item, what was done for it, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    item, on = visible_item(request, pk), request.on
    history = queries.history_of(item)
    context = {
        "item": item,
        "line": queries.line(item, on),
        "source_url": sources.url_of(item),
        "offers": workflow.offers(item, by=request.standing, on=on),
        "links": _links(request, item),
        "history": history,
        "verdict": next((entry for entry in history if entry.verb in queries.VERDICTS), None),
        "on": on,
        **tried,
    }
    return render(request, "schedule/item_detail.html", context, status=status)


def _links(request: Request, item: ActionItem) -> list[tuple[str, str, str]]:
    """Return the pages of work open to the person: label, address, tone."""
    standing, on = request.standing, request.on
    # the next step is the red one: first the plan, then the work; once there is an entry, handing it in
    planned, worked = bool(item.measure.strip()), bool(item.entries.all())
    pages = [
        (
            rules.may_edit(item, standing, on),
            "记一笔进展",
            "item_progress",
            "primary" if planned and not worked else "secondary",
        ),
        (
            rules.may_edit(item, standing, on),
            "改原因和措施" if planned else "写原因和措施",
            "item_plan",
            "secondary" if planned else "primary",
        ),
        (rules.may_postpone(item, standing, on), "延期", "item_postpone", "secondary"),
    ]
    return [
        (label, reverse(f"schedule:{view}", args=[item.pk]), tone) for verdict, label, view, tone in pages if verdict
    ]


@require_POST
def item_act(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    item = visible_item(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in RECORDED:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    try:
        actions.act(item=item, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{ITEM.moves[verb].label}，已办理。")
    return redirect("schedule:item_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def item_plan(request: Request, pk: int) -> HttpResponse:
    """Write cause and measure. Who saves on an older reading sees both texts."""
    item = visible_item(request, pk)
    refusal = _refusal(request, rules.may_work, rules.may_edit, item)
    version = version_read(request.POST.get("version"))
    form = PlanForm(request.POST or None, instance=item)
    if request.method == "POST" and not refusal:
        if version != item.version:
            return _collided(request, pk)
        if form.is_valid():
            try:
                # the form has written into its own copy; the action speaks of what lies in the database
                actions.plan(
                    item=visible_item(request, pk),
                    cause=form.cleaned_data["cause"],
                    measure=form.cleaned_data["measure"],
                    version=version,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                return _collided(request, pk)
            messages.success(request, "原因和措施已保存。")
            return redirect("schedule:item_detail", pk)
    context = {"item": visible_item(request, pk), "form": form, "version": item.version, "error": refusal}
    return render(request, "schedule/item_plan.html", context, status=_status(form, refusal))


def _refusal(request: Request, concerns: ItemRule, may: ItemRule, item: ActionItem) -> str:
    """Why what somebody has written can no longer be saved, for the page that gives it back; empty when it can.

    Whom the item does not concern, and whoever has written nothing yet, is refused at once.
    """
    verdict = may(item, request.standing, request.on)
    if request.method == "POST" and concerns(item, request.standing, request.on):
        return verdict.reason
    require(verdict)
    return ""


def _status(form: Any, refusal: str) -> int:
    if refusal:
        unchecked(form)
        return 403
    return 422 if form.errors else 200


def _collided(request: Request, pk: int) -> HttpResponse:
    item = visible_item(request, pk)
    texts = {"cause": "原因", "measure": "整改措施"}
    fields = [
        {"label": text, "mine": request.POST.get(name, ""), "theirs": getattr(item, name)}
        for name, text in texts.items()
    ]
    context = {
        "heading": "这件事刚刚有过变动",
        "fields": fields,
        "typed": [(name, request.POST.get(name, "")) for name in texts],
        "version": item.version,
        "url": reverse("schedule:item_plan", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def item_progress(request: Request, pk: int) -> HttpResponse:
    """Write down what was done, with evidence."""
    item = visible_item(request, pk)
    refusal = _refusal(request, rules.may_work, rules.may_edit, item)
    key = actions.progress_form(item)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key)
    form = ProgressForm(data_of(request, left), request.FILES or None, item=item, on=request.on)
    if left is not None:
        unchecked(form)
    status = _status(form, refusal) if refusal else 200
    if request.method == "POST" and not refusal:
        status = 422
        if form.is_valid():
            try:
                actions.enter(
                    item=item,
                    day=form.cleaned_data["on"],
                    text=form.cleaned_data["text"],
                    files=form.cleaned_data["evidence"],
                    by=request.user,
                    on=request.on,
                )
            except ValidationError as error:
                form.add_error(None, error)
            except Overtaken as overtaken:
                form.add_error(None, overtaken.reason)
                status = 409
            else:
                messages.success(request, "已记录。")
                return redirect("schedule:item_detail", pk)
    context = {"item": item, "form": form, "error": refusal, "kept": left}
    return render(request, "schedule/item_progress.html", context, status=status)


@require_POST
def item_progress_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed."""
    item = visible_item(request, pk)
    require(rules.may_edit(item, request.standing, request.on))
    return kept(request, actions.progress_form(item))


@require_http_methods(["GET", "HEAD", "POST"])
def item_postpone(request: Request, pk: int) -> HttpResponse:
    """Give it more time, with the reason."""
    item = visible_item(request, pk)
    refusal = _refusal(request, rules.may_verify, rules.may_postpone, item)
    form = PostponeForm(request.POST or None, on=request.on)
    status = _status(form, refusal) if refusal else 200
    if request.method == "POST" and not refusal:
        status = tried(
            form,
            lambda: actions.postpone(
                item=visible_item(request, pk),
                **form.cleaned_data,
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            ),
            STALE,
        )
        if not status:
            messages.success(request, "时限已延长，已通知责任人。")
            return redirect("schedule:item_detail", pk)
    context = {"item": item, "form": form, "line": queries.line(item, request.on), "error": refusal}
    return render(request, "schedule/item_postpone.html", context, status=status)


@require_safe
def item_evidence(request: Request, pk: int) -> HttpResponseBase:
    """Give out a piece of evidence to whoever sees its item."""
    evidence: ActionEvidence = get_object_or_404(ActionEvidence.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(evidence.file, name=evidence.name, content_type=evidence.content_type)


@require_safe
def item_print(request: Request, pk: int) -> HttpResponse:
    """整改通知与销号单 on A4."""
    item = visible_item(request, pk)
    context = {
        "item": item,
        "line": queries.line(item, request.on),
        "verdict": queries.last_verdict(item),
        "back_url": item.get_absolute_url(),
    }
    return render(request, "schedule/item_print.html", context)


# ---- raising one by hand ----


@require_safe
def item_add(request: Request) -> HttpResponse:
    """Choose whose shortcoming it is: an organisation's, or one of its members'."""
    standing, on = request.standing, request.on
    require(rules.may_raise_somewhere(standing, on))
    places = list(Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on))
    if len(places) == 1:
        return redirect("schedule:item_raise", places[0].pk)
    return render(request, "schedule/item_add.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
def item_raise(request: Request, pk: int) -> HttpResponse:
    """Say what falls short, who answers for it, and by when."""
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    place: Organization = get_object_or_404(known, pk=pk)
    require(rules.may_raise(place, request.standing, request.on))
    form = RaiseForm(
        request.POST or None,
        organization=place,
        members=Member.objects.visible_to(request.standing, request.on).belonging(request.on, place.path),
        standards=Standard.objects.in_plan().select_related("set"),
        on=request.on,
        initial=_proposed(request, place),
    )
    if request.method == "POST" and form.is_valid():
        try:
            item = actions.raise_by_hand(organization=place, by=request.user, on=request.on, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已提出，并通知了{item.responsible}。")
            return redirect(item)
    context = {"place": place, "form": form}
    return render(request, "schedule/item_raise.html", context, status=422 if form.errors else 200)


def _proposed(request: Request, place: Organization) -> dict[str, Any]:
    """What is usual: the organisation's own leader answers, in as many days as a shortcoming has."""
    leaders = holding(posts_at([place.pk], request.on), place.pk, LEADERS)
    first = next((leader.pk for leader in leaders if isinstance(leader, Member)), None)
    return {"responsible": first, "due_on": request.on + timedelta(days=settings.RECTIFY_DAYS)}
