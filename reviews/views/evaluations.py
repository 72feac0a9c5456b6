"""Rounds of evaluation: the list, the draft with its parts, the page of a round, its moves, and how many have rated."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangxian.drafts import number, unchecked
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, no, require
from chuangxian.workflow import Overtaken
from reviews.actions import evaluations as actions
from reviews.actions.evaluation_templates import keep_template
from reviews.actions.evaluations import Parts
from reviews.forms.evaluations import RoundForm, Rows, StartForm, chosen, with_more_rows
from reviews.models import EvaluationRound
from reviews.queries import evaluations as queries
from reviews.rules import evaluations as rules
from reviews.states import EvaluationKind, EvaluationState
from reviews.views import Request
from reviews.workflow.evaluations import EVALUATION, WITH_A_PAGE, offers
from schedule.models import Campaign
from schedule.queries import plan

BY_HAND = frozenset(EVALUATION.moves) - WITH_A_PAGE
PARTS = ("items", "grades", "categories")


@require_safe
def evaluation_list(request: Request) -> HttpResponse:
    """The rounds the person knows, one kind at a time: the masses' evaluation and the members' appraisal are different things."""
    standing, on = request.standing, request.on
    kinds = [one for one in EvaluationKind if one != EvaluationKind.BALLOT or queries.sits(standing)]
    kind = next((one for one in kinds if one == request.GET.get("kind")), EvaluationKind.MASS)
    page = Paginator(queries.rounds_for(standing, on, kind), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    units = queries.units_run_by(standing)
    run = {unit.pk for unit in units}
    context = {
        "kind": kind,
        "kinds": kinds,
        "page": page,
        "rows": [(round_, queries.stage(round_, on), round_.organization_id in run) for round_ in page],
        "may_draft": bool(units),
    }
    return render(request, "reviews/evaluation_list.html", context)


def visible_round(request: Request, pk: int) -> EvaluationRound:
    """Return a round the person knows; 404 outside his scope."""
    rounds = EvaluationRound.objects.visible_to(request.standing, request.on)
    round_: EvaluationRound = get_object_or_404(
        rounds.select_related("organization", "semester", "campaign", "repeats"), pk=pk
    )
    return round_


# ---- drafting ----


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_add(request: Request) -> HttpResponse:
    """Begin a draft: from which template, about what, when."""
    standing, on = request.standing, request.on
    units = queries.units_run_by(standing)
    if not units:
        require(no("群众评议由本单位的书记、副书记或者创先争优办公室组织。"))
    campaign = plan.current_campaign(on)
    if campaign is None:
        require(no("还没有装入活动方案，不能起草评议。"))
    assert campaign is not None
    templates = queries.templates_for(standing, on)
    initial = StartForm.proposed(_period_now(campaign, on), request.GET.get("template", ""), on)
    periods = queries.periods(campaign)
    form = StartForm(request.POST or None, units=units, templates=templates, periods=periods, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            round_ = actions.draft_round(
                organization=form.unit,
                campaign=campaign,
                template=form.template,
                scale=queries.default_scale(),
                by=request.user,
                on=on,
                **form.values(),
            )
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "已经起草。请填写评议对象和评议人类别，再公布。")
            return redirect("reviews:evaluation_edit", round_.pk)
    context = {"form": form, "templates": templates}
    return render(request, "reviews/evaluation_add.html", context, status=422 if form.errors else 200)


def _period_now(campaign: Campaign, on: date) -> str:
    semester = plan.semester_on(on)
    return f"s{semester.pk}" if semester is not None and semester.campaign_id == campaign.pk else f"y{on.year}"


def _blame(form: forms.BaseForm, error: ValidationError) -> None:
    # the action speaks of parts the form does not show, too
    for name, sentences in getattr(error, "message_dict", {"__all__": error.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_edit(request: Request, pk: int) -> HttpResponse:
    """Write a draft: its days and words, items, grades, who is rated and who rates, saved together."""
    round_ = visible_round(request, pk)
    require(rules.may_change(round_, request.standing, request.on))
    data: QueryDict | None = request.POST if request.method == "POST" else None
    more = data.get("add_row", "") if data is not None else ""
    only_rows = data is not None and (more in PARTS or "tick_all" in data)
    if data is not None and more in PARTS:
        data = with_more_rows(data, str(more))
    shelves = queries.subjects_offered(round_, request.standing, request.on)
    ticked = _ticked(round_, data, shelves)
    form = RoundForm(data, instance=round_, periods=queries.periods(round_.campaign))
    standards = list(plan.standards_of(round_.subject_kind, request.on))
    rows = Rows(round_, data, standards=standards)
    context: dict[str, Any] = {"form": form, "rows": rows, "shelves": shelves, "ticked": ticked}
    if only_rows:
        unchecked(form, *rows.all)
    elif data is not None and _both_valid(form, rows):
        try:
            actions.change_round(
                round_=visible_round(request, pk),
                parts=Parts(
                    items=rows.item_texts(),
                    grades=rows.grade_texts(),
                    subjects=chosen(data, shelves),
                    categories=rows.category_texts(),
                ),
                version=number(data.get("version")) or 0,
                by=request.user,
                on=request.on,
                **form.values(),
            )
        except Conflict as conflict:
            return _edit_page(request, conflict.current, context | {"conflict": True}, status=409)
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "评议已保存。")
            return redirect(round_)
    wrong = data is not None and not only_rows
    return _edit_page(request, round_, context, status=422 if wrong else 200)


def _both_valid(form: RoundForm, rows: Rows) -> bool:
    # both are asked, so that all errors are shown at once
    asked = form.is_valid(), rows.is_valid()
    return all(asked)


def _ticked(round_: EvaluationRound, data: QueryDict | None, shelves: list[queries.Shelf]) -> set[str]:
    if data is None:
        return {queries.subject_key(subject) for subject in round_.subjects.all()}
    if "tick_all" in data:
        return {row.key for shelf in shelves for row in shelf.rows}
    return set(data.getlist("subject"))


def _edit_page(request: Request, round_: Any, context: dict[str, Any], *, status: int) -> HttpResponse:
    typed = request.POST.get("version") if "conflict" not in context else None
    wrong = context["rows"].wrong() if status == 422 else []
    shown = context | {
        "wrong": wrong,
        "count": len(wrong) + len(context["form"].errors),
        "round": round_,
        "version": number(typed) if typed else round_.version,
    }
    return render(request, "reviews/evaluation_edit.html", shown, status=status)


# ---- a round ----


@require_safe
def evaluation_detail(request: Request, pk: int) -> HttpResponse:
    """What is asked, about whom, of whom, when; and for those who run it what is to be done next."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    round_ = visible_round(request, pk)
    runs = bool(rules.runs(round_, standing, on))
    categories = list(round_.categories.all())
    context = {
        "round": round_,
        "stage": queries.stage(round_, on),
        "is_open": round_.is_open(on),
        "days": queries.days_of(round_, on),
        "items": list(round_.items.select_related("standard")),
        "grades": list(round_.grades.all()),
        "subjects": list(round_.subjects.select_related("member", "organization")),
        "categories": categories,
        "small": [one for one in categories if one.eligible < round_.least_group] if len(categories) > 1 else [],
        "runs": runs,
        "may_change": bool(rules.may_change(round_, standing, on)),
        "offers": (moves := offers(round_, by=standing, on=on)),
        "is_complete": any(offer.move.verb == "announce" and offer.verdict for offer in moves),
        **(_for_runners(round_, on) if runs else {}),
        **tried,
    }
    return render(request, "reviews/evaluation_detail.html", context, status=status)


def _for_runners(round_: EvaluationRound, on: date) -> dict[str, Any]:
    lines = queries.turnout(round_) if round_.state == EvaluationState.ANNOUNCED else []
    issued = sum(line.issued for line in lines)
    return {
        "turnout": lines,
        "issued": issued,
        "next_step": queries.next_step(round_, issued, on),
        "may_keep": round_.kind != EvaluationKind.BALLOT
        and round_.state != EvaluationState.VOID
        and round_.items.exists(),
        "used": sum(line.used for line in lines),
        "is_over": round_.state == EvaluationState.ANNOUNCED and on >= round_.closes_on,
        "history": queries.history_of(round_),
    }


@require_safe
def evaluation_turnout(request: Request, pk: int) -> HttpResponse:
    """How many codes of each category have been used, as a piece of the page; nothing else can be known."""
    round_ = visible_round(request, pk)
    require(rules.may_see_turnout(round_, request.standing, request.on))
    context = {"round": round_, "is_open": round_.is_open(request.on), **_for_runners(round_, request.on)}
    return render(request, "reviews/_evaluation_turnout.html", context)


@require_POST
def evaluation_act(request: Request, pk: int) -> HttpResponse:
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
    messages.success(request, f"{round_}：{EVALUATION.moves[verb].label}，已办理。")
    return redirect(round_)


@require_POST
def evaluation_keep(request: Request, pk: int) -> HttpResponse:
    """Keep items and grades as a template of the unit's own, for the rounds to come."""
    round_ = visible_round(request, pk)
    template = keep_template(round_=round_, by=request.user, on=request.on)
    messages.success(request, f"已存为{round_.organization}的测评表“{template}”，以后起草评议时可以选用。")
    return redirect(round_)
