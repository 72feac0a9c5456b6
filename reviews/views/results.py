"""The seal, the publication, the results and what the committee makes of them. No figure passes but those `results_of` gives."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from reviews.actions import appraisals, publishing, remarks
from reviews.actions.sealing import seal
from reviews.forms.results import AppraisalForm, ReadingForm, SealForm
from reviews.models import Appraisal, ClosingRecord, EvaluationRound, Remark
from reviews.queries.remarks import shuffled_rows
from reviews.rules import results as rules
from reviews.rules.paper import piles_done
from reviews.sheets.evaluations import definitions, result_parts
from reviews.tally.results import Results, results_of
from reviews.tally.sealed import grouped, summed, totals_of, warnings_of
from reviews.views import Request
from reviews.workflow.evaluations import EVALUATION
from schedule.models import ActionItem


def visible_round(request: Request, pk: int) -> EvaluationRound:
    """Return a round the person knows; 404 outside his scope."""
    rounds = EvaluationRound.objects.visible_to(request.standing, request.on)
    round_: EvaluationRound = get_object_or_404(rounds.select_related("organization", "semester", "campaign"), pk=pk)
    return round_


def _version(request: Request) -> int | None:
    read = request.POST.get("version", "")
    return int(read) if read.isdecimal() and len(read) < 10 else None


# ---- seal and publication ----


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_seal(request: Request, pk: int) -> HttpResponse:
    """What lies in the box, and the button that closes it."""
    round_ = visible_round(request, pk)
    require(EVALUATION.verdict(round_, "seal", by=request.standing, on=request.on))
    form = SealForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                seal(round_=round_, version=_version(request), by=request.user, on=request.on, **form.cleaned_data)
            except Overtaken as overtaken:
                form.add_error(None, overtaken.reason)
                status = 409
            except Refused as refused:
                form.add_error(None, refused.reason)
            else:
                messages.success(request, f"{round_}已封存。请打印封存记录，由监票人、计票人签字。")
                return redirect("reviews:closing_print", pk)
        status = status if status == 409 else 422
    totals = totals_of(round_)
    context = {
        "round": round_,
        "totals": totals.values(),
        "sum": summed(totals),
        "paper": piles_done(round_),
        "form": form,
    }
    return render(request, "reviews/evaluation_seal.html", context, status=status)


@require_safe
def closing_print(request: Request, pk: int) -> HttpResponse:
    """The closing record on A4, to be signed."""
    round_ = visible_round(request, pk)
    require(rules.may_see_record(round_, request.standing, request.on))
    record = get_object_or_404(ClosingRecord.objects.filter(round=round_).select_related("by"))
    context = {
        "round": round_,
        "record": record,
        "totals": record.totals.values(),
        "sum": summed(record.totals),
        "warnings": warnings_of(record.totals, record.unused_counted),
        "fingerprint": grouped(record.fingerprint),
        "categories": {str(one.pk): one for one in round_.categories.all()},
        "back_url": round_.get_absolute_url(),
    }
    return render(request, "reviews/closing_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_publish(request: Request, pk: int) -> HttpResponse:
    """What a publication will do, and the button."""
    round_ = visible_round(request, pk)
    require(EVALUATION.verdict(round_, "publish", by=request.standing, on=request.on))
    error, status = "", 200
    if request.method == "POST":
        try:
            weak = publishing.publish(round_=round_, version=_version(request), by=request.user, on=request.on)
        except Overtaken as overtaken:
            error, status = overtaken.reason, 409
        else:
            messages.success(request, f"{round_}的结果已公布。" + (f"提出 {len(weak)} 项整改。" if weak else ""))
            return redirect("reviews:result_detail", pk)
    context = {
        "round": round_,
        "weak": publishing.weak_figures(round_, request.user, request.on),
        "remarks": Remark.objects.filter(round=round_, reading__second__isnull=True).count(),
        "remarks_from": settings.REMARKS_FROM,
        "remarks_all": Remark.objects.filter(round=round_).count(),
        "error": error,
    }
    return render(request, "reviews/evaluation_publish.html", context, status=status)


# ---- results ----


def _results(request: Request, pk: int) -> Results:
    """Return what the person reads; 403 with the reason where that is nothing."""
    round_ = visible_round(request, pk)
    require(rules.may_read_round(round_, request.standing, request.on))
    found = results_of(round_, request.standing, request.on)
    require(rules.STRANGE if not found.subjects else rules.YES)
    return found


@require_safe
def result_detail(request: Request, pk: int) -> HttpResponse:
    """The results, subject by subject."""
    found = _results(request, pk)
    standing, on, round_ = request.standing, request.on, found.round
    items = ActionItem.objects.visible_to(standing, on).filter(
        source_type=EvaluationRound._meta.label_lower, source_id=pk
    )
    context = {
        **_shown(found),
        "runs": bool(rules.may_edit_remarks(round_, standing, on)),
        "is_published": rules.is_published(round_, on),
        "may_see_record": bool(rules.may_see_record(round_, standing, on)),
        "items": list(items.select_related("responsible", "standard").order_by("source_place")),
        "on": on,
    }
    return render(request, "reviews/result_detail.html", context)


def _shown(found: Results) -> dict[str, Any]:
    return {
        "results": found,
        "round": found.round,
        "subjects": [(result, result.chart(found.grades)) for result in found.subjects],
        "definitions": definitions(found),
    }


@require_safe
def result_print(request: Request, pk: int) -> HttpResponse:
    """The results on A4."""
    found = _results(request, pk)
    context = {
        **_shown(found),
        "is_published": rules.is_published(found.round, request.on),
        "back_url": reverse("reviews:result_detail", args=[pk]),
    }
    return render(request, "reviews/result_print.html", context)


@require_safe
def result_sheet(request: Request, pk: int) -> FileResponse:
    """The results as a workbook."""
    found = _results(request, pk)
    log.record(
        verb="export",
        label="导出评议结果",
        obj=found.round,
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    parts = result_parts(found, on=request.on)
    return workbook(f"评议结果_{request.on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@login_not_required
@require_safe
def result_public(request: Request, pk: int) -> HttpResponse:
    """Results about organisations published to everybody; no remarks, and nothing of a person."""
    public = EvaluationRound.objects.public(request.on).select_related("organization", "semester")
    round_: EvaluationRound = get_object_or_404(public, pk=pk)
    found = results_of(round_, request.user, request.on)
    return render(request, "reviews/result_public.html", {**_shown(found), "is_published": True})


# ---- remarks ----


@require_safe
def remark_list(request: Request, pk: int) -> HttpResponse:
    """The remarks of a sealed round, for the two people who read each; in an order of the reader's own."""
    return _remarks(request, pk)


def _remarks(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    round_ = visible_round(request, pk)
    require(rules.may_edit_remarks(round_, request.standing, request.on))
    number = Remark.objects.filter(round=round_).count()
    enough = number >= settings.REMARKS_FROM
    rows = shuffled_rows(round_, request.user.pk) if enough else []
    context = {
        "round": round_,
        "number": number,
        "enough": enough,
        "least": settings.REMARKS_FROM,
        "rows": [
            (remark, reading, reading is not None and reading.first_id == request.user.pk) for remark, reading in rows
        ],
        "done": sum(reading is not None and reading.second_id is not None for _, reading in rows),
        **tried,
    }
    return render(request, "reviews/result_remarks.html", context, status=status)


@require_POST
def remark_act(request: Request, pk: int, remark: UUID) -> HttpResponse:
    """``verb``: propose (with ``shown``), confirm (with ``shown`` as it was read) or send_back."""
    round_ = visible_round(request, pk)
    require(rules.may_edit_remarks(round_, request.standing, request.on))
    row = get_object_or_404(Remark.objects.filter(round=round_).select_related("round__organization"), pk=remark)
    verb, form = request.POST.get("verb", ""), ReadingForm(request.POST)
    if verb not in ("propose", "confirm", "send_back"):
        return HttpResponseBadRequest("没有这个操作。")
    if verb == "propose" and not form.is_valid():
        said = form.errors["shown"][0]
        return _remarks(request, pk, status=422, tried=row.pk, typed=request.POST.get("shown", ""), error=said)
    try:
        if verb == "propose":
            remarks.propose(remark=row, shown=form.cleaned_data["shown"], by=request.user, on=request.on)
        elif verb == "confirm":
            remarks.confirm(remark=row, shown=request.POST.get("shown", ""), by=request.user, on=request.on)
        else:
            remarks.send_back(remark=row, by=request.user, on=request.on)
    except Refused as refused:
        return _remarks(
            request, pk, status=403, tried=row.pk, typed=request.POST.get("shown", ""), error=refused.reason
        )
    return redirect("reviews:remark_list", pk)


# ---- 民主评议党员 ----


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_edit(request: Request, pk: int) -> HttpResponse:
    """What the committee decided about each member."""
    round_ = visible_round(request, pk)
    require(rules.may_appraise(round_, request.standing, request.on))
    found = results_of(round_, request.standing, request.on)
    subjects = list(round_.subjects.select_related("member", "organization", "appraisal"))
    first = next((one.appraisal.decided_on for one in subjects if hasattr(one, "appraisal")), request.on)
    form = AppraisalForm(
        request.POST if request.method == "POST" else None, subjects=subjects, initial={"decided_on": first}
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = appraisals.appraise(
                round_=round_,
                decided=form.decided(),
                decided_on=form.cleaned_data["decided_on"],
                by=request.user,
                on=request.on,
            )
        except ValidationError as error:
            form.add_error("decided_on", error.messages)
        else:
            messages.success(request, f"已登记 {changed} 名党员的等次。")
            return redirect("reviews:appraisal_edit", pk)
    by_subject = {one.subject.pk: one for one in found.subjects}
    rows = [(subject, grade, opinion, by_subject.get(subject.pk)) for subject, grade, opinion in form.rows()]
    context = {"round": round_, "form": form, "rows": rows, "results": found}
    return render(request, "reviews/result_appraisal.html", context, status=422 if form.errors else 200)


@require_safe
def appraisal_print(request: Request, pk: int) -> HttpResponse:
    """The committee's decisions on A4."""
    round_ = visible_round(request, pk)
    require(rules.may_appraise(round_, request.standing, request.on))
    decided = Appraisal.objects.filter(subject__round=round_).select_related("subject__member", "subject__organization")
    context = {
        "round": round_,
        "rows": list(decided.order_by("subject__place")),
        "all": round_.subjects.count(),
        "back_url": reverse("reviews:appraisal_edit", args=[pk]),
    }
    return render(request, "reviews/result_appraisal_print.html", context)
