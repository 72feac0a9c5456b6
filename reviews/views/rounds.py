"""Rounds: opened and changed by the unit's leaders and its office; what each asks of the person who looks."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chuangxian.edits import Conflict
from chuangxian.verdicts import no, require
from reviews.actions import rounds as actions
from reviews.forms.rounds import RoundForm
from reviews.models import CommentRound, LeaderComment
from reviews.queries import comments as comment_queries
from reviews.queries import rounds as queries
from reviews.queries.comment_pile import pile_of
from reviews.rules import comments as comment_rules
from reviews.rules import rounds as rules
from reviews.views import Request
from schedule.models import Semester
from schedule.queries import plan


@require_safe
def round_list(request: Request) -> HttpResponse:
    """The rounds the person knows."""
    standing, on = request.standing, request.on
    rows = [
        (round_, queries.stage(round_, on), bool(rules.may_change_round(round_, standing, on)))
        for round_ in queries.rounds_for(standing, on)
    ]
    context = {"rows": rows, "may_open": queries.unit_run_by(standing) is not None}
    return render(request, "reviews/round_list.html", context)


def visible_round(request: Request, pk: int) -> CommentRound:
    """Return a round the person knows; 404 outside his scope."""
    rounds = CommentRound.objects.visible_to(request.standing, request.on).select_related("organization", "semester")
    round_: CommentRound = get_object_or_404(rounds, pk=pk)
    return round_


@require_safe
def round_detail(request: Request, pk: int) -> HttpResponse:
    """What the round asks, its days, and what it asks of me."""
    standing, on = request.standing, request.on
    round_ = visible_round(request, pk)
    pile = pile_of(round_, standing.member, on) if standing.member is not None else None
    visible = LeaderComment.objects.visible_to(standing, on).filter(round=round_)
    about_me = visible.given().about(standing) if standing.member is not None or standing.seats else visible.none()
    context = {
        "round": round_,
        "stage": queries.stage(round_, on),
        "days": _days(round_, on),
        "pile": pile if pile is not None and pile.lines else None,
        "next_open": pile.next_open() if pile is not None else None,
        "running": bool(rules.is_running(round_, standing, on)),
        "about_me": list(comment_queries.for_lists(about_me)),
        "has_sheets": visible.given().exists(),
        "may_register": bool(comment_rules.may_register(round_, standing, on)),
        "may_change": bool(rules.may_change_round(round_, standing, on)),
        "may_see_coverage": bool(rules.may_see_coverage(standing, on)),
        "on": on,
    }
    return render(request, "reviews/round_detail.html", context)


def _days(round_: CommentRound, on: date) -> list[tuple[str, date, str, str]]:
    """Return the days of a round: label, day, what is done by then, and "past", "next" or nothing."""
    rows = [
        ("开始", round_.opens_on, "对照检查开始填写，书记、组长可以开始点评。"),
        ("对照检查截止", round_.self_review_by, "每个党组织、每名党员交对照检查，对照标准查找差距。"),
        ("点评截止", round_.closes_on, "每个党组织、每名书记和党员都点评到，一个不漏。"),
        ("整改时限", round_.rectify_by, "点评指出的问题整改完，由别人验收销号；另定时限的除外。"),
    ]
    coming = next((place for place, (_, day, _) in enumerate(rows) if day >= on), len(rows))
    return [
        (label, day, text, "past" if place < coming else "next" if place == coming else "")
        for place, (label, day, text) in enumerate(rows)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def round_add(request: Request) -> HttpResponse:
    """Open a semester's round."""
    unit = queries.unit_run_by(request.standing)
    if unit is None:
        require(no("点评轮次由本单位的书记、副书记或者创先争优办公室管理。"))
    assert unit is not None
    campaign = plan.current_campaign(request.on)
    if campaign is None:
        require(no("还没有装入活动方案，不能开始点评轮次。"))
    assert campaign is not None
    semesters = queries.semesters_without_round(campaign, unit)
    asked = (request.POST or request.GET).get("semester", "")
    semester = next((s for s in semesters if str(s.pk) == asked), None)
    if semester is None and not (request.method == "POST" and asked):
        semester = queries.proposed_semester(semesters, request.on)
    if semester is None:
        require(no("这个学期已经有点评轮次，或者没有可选的学期。"))
    assert semester is not None
    form = RoundForm(request.POST or None, initial=_proposed(semester))
    if request.method == "POST" and form.is_valid():
        try:
            round_ = actions.open_round(
                organization=unit, semester=semester, by=request.user, on=request.on, **form.cleaned_data
            )
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, f"{round_}已经建立，从 {round_.opens_on:%Y-%m-%d} 开始。")
            return redirect(round_)
    context = {"form": form, "semester": semester, "semesters": semesters}
    return render(request, "reviews/round_form.html", context, status=422 if form.errors else 200)


def _proposed(semester: Semester) -> dict[str, Any]:
    return {"name": f"{semester.short_label}领导点评", **queries.proposed_days(semester)}


def _blame(form: forms.ModelForm, error: ValidationError) -> None:
    # the rule that a unit has one round a semester speaks of fields the form does not show
    for name, sentences in getattr(error, "message_dict", {"__all__": error.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: Request, pk: int) -> HttpResponse:
    """Change the days of a round that is not closed."""
    round_ = visible_round(request, pk)
    require(rules.may_change_round(round_, request.standing, request.on))
    form = RoundForm(request.POST or None, instance=round_)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            actions.change_round(
                round_=visible_round(request, pk),
                version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            )
        except Conflict as conflict:
            return _collided(request, form, conflict)
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "点评轮次已保存。")
            return redirect(round_)
    context = {"form": form, "round": round_, "version": request.POST.get("version", round_.version)}
    return render(request, "reviews/round_form.html", context, status=422 if form.errors else 200)


def _collided(request: Request, form: RoundForm, conflict: Conflict) -> HttpResponse:
    """409: the same form with what was typed, beside what stands now, to be saved over it on purpose."""
    current = conflict.current
    fields = [
        {"label": form.fields[name].label, "mine": _shown(value), "theirs": _shown(getattr(current, name))}
        for name, value in form.cleaned_data.items()
    ]
    context = {"form": form, "round": current, "version": current.version, "conflict": fields}  # type: ignore[attr-defined]
    return render(request, "reviews/round_form.html", context, status=409)


def _shown(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)
