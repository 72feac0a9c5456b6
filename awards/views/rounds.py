"""Award rounds: the list, the draft with its parts, the page of a round, and its moves."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards.actions import rounds as actions
from awards.forms.rounds import RoundFilter, RoundForm, Rows, StartForm, proposed_commendation, with_more_rows
from awards.models import AwardRound
from awards.queries import places
from awards.queries import rounds as queries
from awards.queries.eligibility import asked_for
from awards.queries.notices import rounds_to_post
from awards.rules import rounds as rules
from awards.states import RoundState
from awards.workflow.rounds import ROUND, WITH_A_PAGE, offers
from branches.middleware import Request
from branches.views.asking import tell
from chuangxian.drafts import number, unchecked
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, no, require
from chuangxian.workflow import Overtaken
from schedule.queries import plan

BY_HAND = frozenset(ROUND.moves) - WITH_A_PAGE
PARTS = ("categories", "own")


@require_safe
def round_list(request: Request) -> HttpResponse:
    """The rounds the person knows, those he sets up first."""
    standing, on = request.standing, request.on
    form = RoundFilter(request.GET)
    rounds = form.narrow(queries.rounds_for(standing, on))
    page = Paginator(rounds, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    units = queries.units_run_by(standing)
    run = {unit.pk for unit in units}
    context = {
        "form": form,
        "page": page,
        "rows": [(one, queries.stage(one, on), one.organization_id in run) for one in page],
        "may_draft": bool(units),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/round_list.html", context)


def visible_round(request: Request, pk: int) -> AwardRound:
    """Return a round the person knows; 404 outside his scope."""
    rounds = AwardRound.objects.visible_to(request.standing, request.on)
    round_: AwardRound = get_object_or_404(rounds.select_related("organization", "campaign"), pk=pk)
    return round_


# ---- drafting ----


@require_http_methods(["GET", "HEAD", "POST"])
def round_add(request: Request) -> HttpResponse:
    """Begin a draft: for which day, with what is usual or as a copy of an earlier round."""
    standing, on = request.standing, request.on
    units = queries.units_run_by(standing)
    if not units:
        require(no("评选由本单位的书记、副书记或者创先争优办公室组织。"))
    campaign = plan.current_campaign(on)
    if campaign is None:
        require(no("还没有装入活动方案，不能起草评选。"))
    assert campaign is not None
    initial = {"commend_on": proposed_commendation(on), "copied": request.GET.get("copied", "")}
    form = StartForm(request.POST or None, units=units, rounds=queries.to_copy(standing), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            round_ = actions.draft_round(
                organization=form.unit, campaign=campaign, by=request.user, on=on, **form.values()
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "已经起草，类别、名额和条件都已填好。请核对、修改，再布置。")
            return redirect("awards:round_edit", round_.pk)
    return render(request, "awards/round_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: Request, pk: int) -> HttpResponse:
    """Write a draft: its days, categories, places and rules, saved together."""
    round_ = visible_round(request, pk)
    require(rules.may_change(round_, request.standing, request.on))
    data: QueryDict | None = request.POST if request.method == "POST" else None
    more = str(data.get("add_row", "")) if data is not None else ""
    only_rows = more in PARTS
    if data is not None and only_rows:
        data = with_more_rows(data, more)
    form = RoundForm(data, instance=round_)
    rows = Rows(
        round_,
        data,
        categories=queries.categories_of(round_),
        keys=queries.keys_of(round_.organization),
        places=queries.recommending(round_, request.on),
    )
    context: dict[str, Any] = {"form": form, "rows": rows}
    if only_rows:
        unchecked(form, *rows.all)
    elif data is not None and _both_valid(form, rows):
        try:
            actions.change_round(
                round_=visible_round(request, pk),
                categories=rows.category_texts(),
                own=rows.own_places(),
                version=number(data.get("version")) or 0,
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            )
        except Conflict as conflict:
            return _edit_page(request, conflict.current, context | {"conflict": True}, status=409)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "评选已保存。")
            return redirect(round_)
    wrong = data is not None and not only_rows
    return _edit_page(request, round_, context, status=422 if wrong else 200)


def _both_valid(form: forms.BaseForm, rows: Rows) -> bool:
    # both are asked, so that all errors are shown at once
    asked = form.is_valid(), rows.is_valid()
    return all(asked)


def _edit_page(request: Request, round_: Any, context: dict[str, Any], *, status: int) -> HttpResponse:
    typed = request.POST.get("version") if "conflict" not in context else None
    wrong = context["rows"].wrong() if status == 422 else []
    shown = context | {
        "wrong": wrong,
        "count": len(wrong) + sum(len(errors) for errors in context["form"].errors.values()),
        "round": round_,
        "version": number(typed) if typed else round_.version,
    }
    return render(request, "awards/round_edit.html", shown, status=status)


# ---- a round ----


@require_safe
def round_detail(request: Request, pk: int) -> HttpResponse:
    """What is commended, how many places there are and how they were counted, who may have one, and how far it is."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    round_ = visible_round(request, pk)
    runs = bool(rules.runs(round_, standing, on))
    spread = places.spread(round_, on)
    moves = offers(round_, by=standing, on=on)
    at_its_day = runs and round_.state == RoundState.ANNOUNCED and on >= round_.commend_on
    context = {
        "round": round_,
        "stage": queries.stage(round_, on),
        "days": queries.days_of(round_, on),
        "categories": [(row, [(asked_for(one), one) for one in row.category.rules.all()]) for row in spread.categories],
        "shares": spread.shares,
        "counts": queries.counts_of(round_, standing, on),
        "runs": runs,
        "decides": bool(rules.decides(round_, standing, on)),
        "may_post": rounds_to_post(standing, on).filter(pk=round_.pk).exists(),
        "may_nominate": round_.takes_nominations(on) and bool(queries.places_to_nominate(round_, standing)),
        "may_change": bool(rules.may_change(round_, standing, on)),
        "may_copy": runs and round_.state != RoundState.VOID,
        "commend": rules.day_has_come(round_, standing, on) if at_its_day else None,
        "offers": moves,
        "is_complete": any(offer.move.verb == "announce" and offer.verdict for offer in moves),
        "history": queries.history_of(round_) if runs else None,
        **tried,
    }
    return render(request, "awards/round_detail.html", context, status=status)


@require_POST
def round_move(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    round_ = visible_round(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in BY_HAND:
        return HttpResponseBadRequest("没有这个操作。")
    read = number(request.POST.get("version"))
    try:
        actions.act(round_=round_, verb=verb, note=note, version=read, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{round_}：{ROUND.moves[verb].label}，已办理。")
    return redirect(round_)
