"""Fulfilment: entries with evidence, the report, the appraisal."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chuangxian import uploads
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, require
from pledges import rules, workflow
from pledges.actions import fulfilling
from pledges.forms.work import AppraisalForm, EntryForm, ReportForm
from pledges.models import Evidence, Pledge
from pledges.queries import reading
from pledges.views import Request
from pledges.views.fetching import item_lines, visible_item, visible_pledge

STALE = "这份承诺在您填写期间有过变动（例如新的践诺记录）。您填的内容还在，请核对后再交一次。"


@require_http_methods(["GET", "HEAD", "POST"])
def entry_add(request: Request, pk: int) -> HttpResponse:
    """Write down what was done for an item."""
    item = visible_item(request, pk)
    require(rules.may_enter(item, request.standing, request.on))
    form = EntryForm(request.POST or None, request.FILES or None, item=item, on=request.on)
    if request.method == "POST" and form.is_valid():
        try:
            fulfilling.enter(
                item=item,
                day=form.cleaned_data["on"],
                text=form.cleaned_data["text"],
                files=form.cleaned_data["evidence"],
                account=form.account(),
                by=request.user,
                on=request.on,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "已记录。")
            return redirect("pledges:pledge_detail", item.pledge_id)
    status = 422 if form.errors else 200
    return render(request, "pledges/entry_form.html", {"item": item, "form": form}, status=status)


@require_safe
def evidence_file(request: Request, pk: int) -> HttpResponseBase:
    """Give out a piece of evidence to whoever may read its pledge inside."""
    evidence: Evidence = get_object_or_404(Evidence.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(evidence.file, name=evidence.name, content_type=evidence.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_report(request: Request, pk: int) -> HttpResponse:
    """述诺: say item by item what came of it; keep it, or hand it in."""
    pledge = _with_progress(request, pk)
    require(rules.may_report(pledge, request.standing, request.on))
    submits = "submit" in request.POST
    form = ReportForm(request.POST or None, pledge=pledge, items=list(pledge.items.all()), complete=submits)
    if request.method == "POST" and form.is_valid():
        act = fulfilling.report if submits else fulfilling.account_for
        try:
            act(
                pledge=visible_pledge(request, pk),
                accounts=form.accounts(),
                summary=form.cleaned_data["summary"],
                version=_version(request, pledge),
                by=request.user,
                on=request.on,
            )
        except Conflict:
            form.add_error(None, STALE)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, "述诺已提交，等待评诺。" if submits else "已保存，还没有提交。")
            return redirect("pledges:pledge_detail" if submits else "pledges:pledge_report", pk)
    context = {"pledge": pledge, "form": form, "rows": list(zip(_lines(request, pledge), form.rows(), strict=True))}
    return render(request, "pledges/pledge_report.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_appraise(request: Request, pk: int) -> HttpResponse:
    """评诺: read what was reported and done, correct what is not so, write an opinion."""
    pledge = _with_progress(request, pk)
    require(workflow.may_begin(pledge, "appraise", by=request.standing, on=request.on))
    items = list(pledge.items.all())
    form = AppraisalForm(request.POST or None, items=items, must_explain=pledge.goes_outside)
    if request.method == "POST" and form.is_valid():
        try:
            fulfilling.appraise(
                pledge=visible_pledge(request, pk),
                outcomes=form.outcomes(),
                opinion=form.cleaned_data["opinion"],
                version=_version(request, pledge),
                by=request.user,
                on=request.on,
            )
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, f"{pledge}已评诺。")
            return redirect("pledges:pledge_detail", pk)
    offers = [o for o in workflow.offers(pledge, by=request.standing, on=request.on) if o.move.verb == "return_report"]
    context = {
        "pledge": pledge,
        "form": form,
        "rows": list(zip(_lines(request, pledge), form.rows(), strict=True)),
        "offers": offers,
    }
    return render(request, "pledges/pledge_appraise.html", context, status=422 if form.errors else 200)


def _with_progress(request: Request, pk: int) -> Pledge:
    pledges = reading.with_progress(Pledge.objects.visible_to(request.standing, request.on))
    pledge: Pledge = get_object_or_404(pledges, pk=pk)
    return pledge


def _lines(request: Request, pledge: Pledge) -> list[object]:
    evidence = list(Evidence.objects.filter(entry__item__pledge=pledge))
    return list(item_lines(pledge, evidence=evidence, by=request.standing, on=request.on))


def _version(request: Request, pledge: Pledge) -> int:
    read = request.POST.get("version", "")
    return int(read) if read.isdecimal() and len(read) < 10 else pledge.version
