"""Writing a summary: begun from the records, kept while one writes, gathered again with what has changed shown first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from awards.actions import summaries as actions
from awards.forms.summaries import GatherForm, NewSummaryForm, SummaryTextForm
from awards.models import Summary
from awards.queries import summaries as queries
from awards.rules import summaries as rules
from awards.views.summaries import visible_summary
from branches.middleware import Request
from chuangxian.drafts import saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, tried, version_read
from chuangxian.verdicts import require
from schedule.queries.plan import current_campaign
from schedule.views.typed import data_of, kept, left_in, thrown_away

STALE = "这份总结刚刚有人改过。请看过现在的内容，再汇集一次。"


@require_http_methods(["GET", "HEAD", "POST"])
def summary_add(request: Request) -> HttpResponse:
    """Choose whose work of which days; the draft is put together from the records."""
    standing, on = request.standing, request.on
    require(rules.may_write_somewhere(standing, on))
    campaign = current_campaign(on)
    if campaign is None:
        return render(request, "awards/summary_add.html", {"campaign": None})
    places = queries.places_to_write(standing, on)
    spans = queries.usual_spans(campaign, on)
    form = NewSummaryForm(request.POST or None, places=places, on=on, initial=_proposed(request, spans, places))
    made: list[Summary] = []

    def begin() -> None:
        asked = form.cleaned_data
        made.append(actions.begin(**asked, campaign=campaign, by=request.user, on=on))

    status = tried(form, begin) if request.method == "POST" else 200
    if made and not status:
        messages.success(request, "初稿已由记录汇成，请逐段核对、修改；“下一步打算”由人来写。")
        return redirect("awards:summary_edit", made[0].pk)
    context = {"form": form, "campaign": campaign, "spans": spans, "place": request.GET.get("organization", "")}
    return render(request, "awards/summary_add.html", context, status=status)


def _proposed(request: Request, spans: list[queries.Span], places: Any) -> dict[str, Any]:
    """What a link proposes, else the whole campaign of the only organisation there is to choose."""
    proposed: dict[str, Any] = {"first": spans[0].first, "last": spans[0].last} if spans else {}
    for name in ("first", "last"):
        try:
            day = parse_date(request.GET.get(name, ""))
        except ValueError:
            continue
        proposed |= {name: day} if day is not None else {}
    only = list(places[:2])
    proposed["organization"] = only[0].pk if len(only) == 1 else request.GET.get("organization")
    return proposed


@require_http_methods(["GET", "HEAD", "POST"])
def summary_edit(request: Request, pk: int) -> HttpResponse:
    """Write on it, every section beside its figures. Who saves on an older reading sees both texts."""
    summary = visible_summary(request, pk)
    require(rules.may_edit(summary, request.standing, request.on))
    if "forget" in request.POST:
        return thrown_away(request, actions.edit_form(summary))
    left = left_in(request, actions.edit_form(summary))
    form = SummaryTextForm(data_of(request, left), summary=summary)
    if left is not None:
        unchecked(form)
    version = version_read(request.POST.get("version"))
    if request.method == "POST":
        if version != summary.version:
            return _collided(request, summary)
        if form.is_valid():
            try:
                actions.save_text(
                    summary=summary,
                    title=form.cleaned_data["title"],
                    texts=form.texts,
                    version=version,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                return _collided(request, visible_summary(request, pk))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "已保存。")
                return redirect("awards:summary_detail" if "done" in request.POST else "awards:summary_edit", pk)
    context = {
        "summary": visible_summary(request, pk),
        "form": form,
        "version": summary.version,
        "kept": left,
        "length": sum(section.length for section in summary.sections.all()),
        "autosave_url": reverse("awards:summary_autosave", args=[pk]),
    }
    return render(request, "awards/summary_edit.html", context, status=422 if form.errors else 200)


def _collided(request: Request, summary: Summary) -> HttpResponse:
    """409 with both texts; what was typed can be saved over the other's on purpose."""
    mine, theirs = SummaryTextForm(request.POST, summary=summary), SummaryTextForm(summary=summary)
    context = {
        "heading": "有人先一步修改了这份总结",
        "fields": [
            {"label": theirs.fields[name].label, "mine": mine[name].value(), "theirs": theirs[name].value()}
            for name in theirs.fields
        ],
        "typed": [
            (name, value)
            for name, values in typed_in(request.POST).items()
            for value in values
            if name not in ("version", "done")
        ],
        "version": summary.version,
        "url": reverse("awards:summary_edit", args=[summary.pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


@require_POST
def summary_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has saved meanwhile."""
    summary = visible_summary(request, pk)
    require(rules.may_edit(summary, request.standing, request.on))
    if version_read(request.POST.get("version")) != summary.version:
        return saved_elsewhere("他人已修改这份总结。")
    return kept(request, actions.edit_form(summary))


@require_http_methods(["GET", "HEAD", "POST"])
def summary_gather(request: Request, pk: int) -> HttpResponse:
    """Show what the records give now beside what stands there, and take it over."""
    summary = visible_summary(request, pk)
    require(rules.may_edit(summary, request.standing, request.on))
    edited = [section for section in summary.sections.all() if section.is_edited]
    form = GatherForm(request.POST if request.method == "POST" else None, sections=edited)
    found: list[queries.SectionChange] = []

    def gather() -> None:
        found.extend(
            actions.gather_again(
                summary=summary,
                replace=form.cleaned_data["replace"],
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            )
        )

    status = tried(form, gather, STALE) if request.method == "POST" else 200
    if request.method == "POST" and not status:
        what = f"{len(found)} 段有变化" if found else "和上次汇集的一样"
        messages.success(request, f"已重新汇集，{what}。由人修改过、没有选择替换的段落，文字没有动。")
        return redirect("awards:summary_edit", pk)
    summary = visible_summary(request, pk)
    changes = queries.changes_of(summary, actions.gathered(summary, by=request.user, on=request.on))
    context = {
        "summary": summary,
        "form": form,
        "changes": [one for one in changes if one.is_new],
        "same": [one for one in changes if not one.is_new],
        "chosen": request.POST.getlist("replace"),
        "on": request.on,
    }
    return render(request, "awards/summary_gather.html", context, status=status)
