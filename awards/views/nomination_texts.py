"""Recommending: choosing whom, and writing votes and deeds so that nothing typed is lost."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts
from awards.actions import nominations as actions
from awards.forms.nominations import CandidateFilter, NominationForm
from awards.models import AwardCategory, Nomination
from awards.queries import nominations as queries
from awards.rules import nominations as rules
from awards.views.nominations import open_nomination
from branches.middleware import Request
from branches.models import Organization
from chuangxian.drafts import number, saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Refused, require
from schedule.views.typed import data_of, kept, left_in, thrown_away

CANDIDATES_A_PAGE = 20
COMPARED = ("meeting", "voted_on", "votes_due", "votes_present", "votes_for", "deeds")


# ---- whom ----


@require_http_methods(["GET", "HEAD", "POST"])
def nomination_add(request: Request) -> HttpResponse:
    """Choose the title and whom to recommend for it; beside whoever may not be, the rule that bars him."""
    standing, on = request.standing, request.on
    categories = queries.categories_taking(standing, on)
    asked = request.POST if request.method == "POST" else request.GET
    category = _chosen(categories, asked.get("category"))
    nominators = queries.nominators_in(category.round, standing, on) if category is not None else []
    nominator = _place(nominators, asked.get("nominator"))
    error, status = "", 200
    if request.method == "POST" and category is not None and nominator is not None:
        nominee = queries.nominee_named(category, nominator, request.POST.get("nominee", ""), on)
        if not (_is_meant(request.POST, "category", categories) and _is_meant(request.POST, "nominator", nominators)):
            error, status = "您选的类别或者推荐单位现在不能推荐（推荐可能已经截止），请重新选择。", 422
        elif nominee is None:
            error, status = "请在名单里选一位（一个）。", 422
        else:
            try:
                nomination = actions.begin(
                    category=category, nominator=nominator, nominee=nominee, by=request.user, on=on
                )
            except (Refused, ValidationError) as refused:
                error = refused.reason if isinstance(refused, Refused) else " ".join(refused.messages)
                status = 422
            else:
                messages.success(request, f"已为{nominee}建立推荐，请填写推荐会议、票数和主要事迹。")
                return redirect("awards:nomination_edit", nomination.pk)
    given: dict[str, Any] = {}
    if category is not None and nominator is not None:
        given = {
            "category": str(category.pk),
            "nominator": str(nominator.pk),
            "q": asked.get("q", "").replace("\x00", "")[:40],
        }
    form = CandidateFilter(given or None, categories=categories, nominators=nominators)
    context = {"form": form, "category": category, "nominator": nominator, "error": error, "q": given.get("q", "")}
    if category is not None and nominator is not None:
        rows = queries.candidate_rows(category, nominator, on, given["q"].strip())
        page = Paginator(rows, CANDIDATES_A_PAGE).get_page(asked.get("page"))
        context |= {"page": page, "candidates": queries.candidates_of(category, page.object_list, on)}
    return render(request, "awards/nomination_add.html", context, status=status)


def _is_meant(typed: QueryDict, name: str, given: Sequence[AwardCategory] | Sequence[Organization]) -> bool:
    """Answer whether what was sent is among these; where there is only one organisation in whose name to recommend, nobody chose it."""
    if name == "nominator" and len(given) == 1:
        return True
    return typed.get(name) in (None, "", *(str(one.pk) for one in given))


def _chosen(categories: list[AwardCategory], text: str | None) -> AwardCategory | None:
    wanted = number(text)
    return next((one for one in categories if one.pk == wanted), categories[0] if categories else None)


def _place(places: list[Organization], text: str | None) -> Organization | None:
    wanted = number(text)
    return next((one for one in places if one.pk == wanted), places[0] if places else None)


# ---- votes and deeds ----


@require_http_methods(["GET", "HEAD", "POST"])
def nomination_edit(request: Request, pk: int) -> HttpResponse:
    """Write votes and deeds. Who saves on an older reading sees both texts; who is too late gets every word back."""
    nomination = open_nomination(request, pk)
    editable = rules.may_edit(nomination, request.standing, request.on)
    if request.method == "POST" and not editable and editable.concerns:
        form = _form(request, nomination, request.POST)
        unchecked(form)
        return _page(request, form, {"error": editable.reason}, status=403)
    require(editable)
    if "forget" in request.POST:
        return thrown_away(request, actions.form_of(nomination))
    left = left_in(request, actions.form_of(nomination))
    form = _form(request, nomination, data_of(request, left))
    if left is not None:
        unchecked(form)
    if request.method == "POST":
        return _saved(request, pk, nomination, form)
    return _page(request, form, {"kept": left})


def _saved(request: Request, pk: int, nomination: Nomination, form: NominationForm) -> HttpResponse:
    version = version_read(request.POST.get("version"))
    if version != nomination.version:
        return _collided(request, pk)
    if not form.is_valid():
        return _page(request, form, {})
    try:
        actions.save_text(
            # the form has written into its own copy; the action speaks of what lies in the database
            nomination=open_nomination(request, pk),
            fields=form.texts(),
            papers=form.cleaned_data["papers"],
            drop=[file.pk for file in form.cleaned_data["drop"]],
            version=version,
            by=request.user,
            on=request.on,
        )
    except Conflict:
        return _collided(request, pk)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, {})
    if "recommend" not in request.POST:
        messages.success(request, "已保存，还没有上报。")
        return redirect("awards:nomination_edit", pk)
    fresh = open_nomination(request, pk)
    try:
        actions.act(nomination=fresh, verb="recommend", version=fresh.version, by=request.user, on=request.on)
    except Refused as refused:
        messages.warning(request, f"内容已保存，还不能上报：{refused.reason}")
        return redirect("awards:nomination_edit", pk)
    messages.success(request, "推荐已上报，系统汇集的材料已经固定。截止以前可以撤回修改。")
    return redirect("awards:nomination_detail", pk)


@require_POST
def nomination_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has saved meanwhile."""
    nomination = open_nomination(request, pk)
    require(rules.may_edit(nomination, request.standing, request.on))
    if version_read(request.POST.get("version")) != nomination.version:
        return saved_elsewhere("他人已修改这份推荐。")
    return kept(request, actions.form_of(nomination))


def _form(request: Request, nomination: Nomination, data: QueryDict | None) -> NominationForm:
    return NominationForm(
        data,
        request.FILES or None,
        instance=nomination,
        meetings=queries.meetings_for(nomination, request.standing, request.on),
        on=request.on,
    )


def _page(request: Request, form: NominationForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    # the form has written into its own copy; the page shows what lies in the database
    nomination = open_nomination(request, form.instance.pk)
    context |= {
        "form": form,
        "nomination": nomination,
        "version": form.data.get("version") or nomination.version,
        "length": rules.length_of(str(form["deeds"].value() or "")),
        "autosave_url": reverse("awards:nomination_autosave", args=[nomination.pk]),
    }
    return render(request, "awards/nomination_edit.html", context, status=422 if form.errors else status)


def _collided(request: Request, pk: int) -> HttpResponse:
    """409 with both texts: what was typed is kept as a draft too, and can be saved over the other's on purpose."""
    nomination = open_nomination(request, pk)
    typed = typed_in(request.POST)
    drafts.keep(form=actions.form_of(nomination), typed=typed, by=request.user)
    mine, theirs = _form(request, nomination, request.POST), _form(request, open_nomination(request, pk), None)
    context = {
        "heading": "有人先一步修改了这份推荐",
        "fields": [
            {"label": theirs.fields[name].label, "mine": _read(mine, name), "theirs": _read(theirs, name)}
            for name in COMPARED
        ],
        "typed": [
            (name, value)
            for name, values in typed.items()
            for value in values
            if name not in ("version", "recommend", "papers")
        ],
        "version": nomination.version,
        "url": reverse("awards:nomination_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _read(form: NominationForm, name: str) -> str:
    """Return a value as people read it."""
    value = form[name].value()
    field: Any = form.fields[name]
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(str(value if value is not None else ""), "" if value is None else str(value))
