"""Nominations: the list and its summary table, one nomination with its way, its moves, its papers and its form."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import nominations as actions
from awards.actions import overrides
from awards.forms.nominations import NominationFilter, OverrideForm
from awards.models import AwardCategory, AwardRound, Nomination, NominationFile
from awards.queries import nominations as queries
from awards.queries.eligibility import bars
from awards.rules import nominations as rules
from awards.rules.deciding import may_hear
from awards.scope.nominations import NominationQuerySet
from awards.sheets import nominations as sheets
from awards.states import NominationState
from awards.workflow.nominations import FOLLOWING, NOMINATION, offers
from branches.middleware import Request
from chuangxian import clock, uploads
from chuangxian.downloads import workbook
from chuangxian.edits import version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.queries.meetings import read_by

PRESSED = frozenset(NOMINATION.moves) - FOLLOWING
ACT = "act"  # the buttons of a page post to one address and say the verb beside the note


def narrowed(request: Request) -> tuple[NominationFilter, NominationQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    rounds = AwardRound.objects.visible_to(standing, on)
    categories = AwardCategory.objects.filter(round__in=rounds.values("pk")).order_by("place", "pk")
    form = NominationFilter(request.GET, rounds=rounds, categories=list(categories))
    return form, form.narrow(Nomination.objects.visible_to(standing, on), standing, on)


@require_safe
def nomination_list(request: Request) -> HttpResponse:
    """The nominations one may know of, category by category; in a category by the tree: it is no ranking."""
    standing, on = request.standing, request.on
    form, nominations = narrowed(request)
    ordered = queries.for_lists(nominations).order_by(*sheets.ORDER)
    page = Paginator(ordered, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    read = Nomination.objects.open_to(standing, on).filter(pk__in=[one.pk for one in rows])
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "open": set(read.values_list("pk", flat=True)),
        "may_nominate": bool(queries.categories_taking(standing, on)),
        "may_export": rules.may_export(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/nomination_list.html", context)


@require_safe
def nomination_export(request: Request) -> FileResponse:
    """推荐汇总表 of what the list shows, as far as the votes and papers are open to the person."""
    standing, on = request.standing, request.on
    require(rules.may_export(standing, on))
    _, nominations = narrowed(request)
    shown = nominations.filter(pk__in=Nomination.objects.open_to(standing, on).values("pk"))
    note = request.GET.urlencode()
    log.record(
        verb="export", label="导出推荐汇总表", note=note, category=LogEntry.Category.EXPORT, by=request.user, on=on
    )
    options = {"heading": ["推荐汇总表"], "groups": sheets.GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.SUMMARY, sheets.summary_rows(shown), options)]
    return workbook(f"推荐汇总表_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


# ---- one nomination ----


def visible_nomination(request: Request, pk: int) -> Nomination:
    """Return a nomination the person may know of, with all its page shows; 404 outside his scope."""
    nominations = Nomination.objects.visible_to(request.standing, request.on)
    nomination: Nomination = get_object_or_404(queries.with_papers(nominations), pk=pk)
    return nomination


def open_nomination(request: Request, pk: int) -> Nomination:
    """Return a nomination whose papers are open to the person; 404 otherwise."""
    nominations = Nomination.objects.open_to(request.standing, request.on)
    nomination: Nomination = get_object_or_404(queries.with_papers(nominations), pk=pk)
    return nomination


@require_safe
def nomination_detail(request: Request, pk: int) -> HttpResponse:
    """Who is recommended by whom with which votes and deeds, what the records say of him, how far it has come."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    nomination = visible_nomination(request, pk)
    is_open = Nomination.objects.open_to(standing, on).filter(pk=pk).exists()
    if not is_open:
        return render(request, "awards/nomination_known.html", {"nomination": nomination}, status=status)
    entries = queries.log_of(nomination)
    judges = bool(rules.may_see_judgement(nomination, standing, on))
    may_override = rules.may_override(nomination, standing, on)
    works = bool(rules.may_write(nomination, standing, on)) or judges or bool(may_override)
    context = {
        "nomination": nomination,
        "steps": queries.way_of(nomination, entries),
        "returned": queries.said_when_returned(nomination, entries),
        "offers": offers(nomination, by=standing, on=on),
        "may_edit": rules.may_edit(nomination, standing, on),
        "may_override": may_override,
        "bars": bars(nomination.category, nomination.nominee, on=on, nomination=nomination)
        if works and nomination.state not in queries.ENDED
        else [],
        "meeting": read_by(standing, nomination.meeting_id, on),
        "papers": _papers(nomination),
        "judges": judges,
        "may_hear": judges and bool(may_hear(nomination, standing, on)),
        "opinions": list(nomination.opinions.all()) if judges else [],
        "history": entries if judges else queries.told(entries),
        "length": rules.length_of(nomination.deeds),
        **tried,
    }
    return render(request, "awards/nomination_detail.html", context, status=status)


def _papers(nomination: Nomination) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "url": reverse("awards:nomination_file", args=[file.pk]), "size": file.size}
        for file in nomination.evidence.all()
    ]


@require_POST
def nomination_move(request: Request, pk: int, verb: str) -> HttpResponse:
    """Make a move, with the ``version`` that was read and a ``note``. A refusal gives the note back."""
    nomination = visible_nomination(request, pk)
    if verb == ACT:
        verb = request.POST.get("verb", "")
    if verb not in PRESSED:
        return HttpResponseBadRequest("没有这个操作。")
    note = request.POST.get("note", "")
    try:
        actions.act(
            nomination=nomination,
            verb=verb,
            note=note,
            version=version_read(request.POST.get("version")),
            by=request.user,
            on=request.on,
        )
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{nomination}：{NOMINATION.moves[verb].label}，已办理。")
    still = Nomination.objects.visible_to(request.standing, request.on).filter(pk=pk).exists()
    return redirect(nomination if still else "awards:nomination_list")


@require_safe
def nomination_file(request: Request, pk: int) -> HttpResponseBase:
    """Give out a paper to whoever may read its nomination's papers."""
    file: NominationFile = get_object_or_404(NominationFile.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(file.file, name=file.name, content_type=file.content_type)


@require_safe
def nomination_print(request: Request, pk: int) -> HttpResponse:
    """推荐登记表 on A4."""
    nomination = open_nomination(request, pk)
    person = queries.person_of(nomination, request.on)
    posts = [person.get(label, "") for label in ("党内职务", "行政职务（岗位）")]
    context = {
        "nomination": nomination,
        "is_final": nomination.state not in (NominationState.DRAFT, *queries.ENDED),
        "paragraphs": [line.strip() for line in nomination.deeds.splitlines() if line.strip()],
        "sections": [one for one in nomination.dossier.get("sections", []) if one["key"] != "person"],
        "person": person,
        "person_post": "、".join(one for one in posts if one not in ("", "没有担任", "没有登记")),
        "back_url": nomination.get_absolute_url(),
    }
    return render(request, "awards/nomination_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def nomination_override(request: Request, pk: int) -> HttpResponse:
    """Pass a rule over for this nominee, with the reason."""
    nomination = open_nomination(request, pk)
    require(rules.may_override(nomination, request.standing, request.on))
    found = bars(nomination.category, nomination.nominee, on=request.on, nomination=nomination)
    form = OverrideForm(
        request.POST if request.method == "POST" else None, bars=[b for b in found if b.rule.may_override]
    )
    if request.method == "POST" and form.is_valid():
        try:
            overrides.override(
                nomination=nomination,
                rule=form.cleaned_data["rule"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                on=request.on,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "已批准破例。理由会印在推荐登记表上。")
            return redirect(nomination)
    context = {
        "nomination": nomination,
        "form": form,
        "firm": [bar for bar in found if not bar.rule.may_override],
    }
    return render(request, "awards/nomination_override.html", context, status=422 if form.errors else 200)
