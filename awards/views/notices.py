"""Public notices as the office keeps them: the list, drafting, a notice with its days and objections, its moves, its sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.drafts import FormKey
from awards.actions import notices as actions
from awards.forms.notices import EntriesForm, NoticeFilter, NoticeForm, proposed
from awards.models import AwardRound, Nomination, NoticeEntry, Objection, PublicNotice
from awards.queries import notices as queries
from awards.queries import objections as objection_queries
from awards.rules import notices as rules
from awards.rules.rounds import decides
from awards.scope.rounds import decided_at
from awards.workflow.notices import FOLLOWING, NOTICE, offers
from branches.middleware import Request
from chuangxian.drafts import saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.views.typed import data_of, kept, left_in, thrown_away

BY_HAND = frozenset(NOTICE.moves) - FOLLOWING
OTHERS_DRAFT = (
    "有人先一步起草了一份公示，这一份没有保存。您写的内容还在下面；请在公示列表里打开那份草稿，把要用的内容抄过去。"
)


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """The notices the person knows, the newest first."""
    standing, on = request.standing, request.on
    form = NoticeFilter(request.GET, rounds=AwardRound.objects.visible_to(standing, on))
    notices = queries.for_lists(form.narrow(PublicNotice.objects.visible_to(standing, on)))
    notices = queries.with_unanswered(notices, Objection.objects.visible_to(standing, on))
    page = Paginator(notices, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "on": on,
        "sees_objections": bool(rules.may_see_objections(standing, on)),
        "decided_at": decided_at(standing),
        "waiting": AwardRound.objects.visible_to(standing, on).filter(
            pk__in=queries.rounds_to_post(standing, on).values("pk")
        ),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/notice_list.html", context)


def visible_notice(request: Request, pk: int) -> PublicNotice:
    """Return a notice the person knows; 404 outside his scope."""
    notices = PublicNotice.objects.visible_to(request.standing, request.on)
    notice: PublicNotice = get_object_or_404(queries.with_round(notices), pk=pk)
    return notice


# ---- drafting ----


def _visible_round(request: Request, pk: int) -> AwardRound:
    rounds = AwardRound.objects.visible_to(request.standing, request.on).select_related("organization")
    round_: AwardRound = get_object_or_404(rounds, pk=pk)
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
def notice_add(request: Request, pk: int) -> HttpResponse:
    """Draft the notice of a round: of everybody who has passed the audit."""
    return _new(request, _visible_round(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
def notice_edition(request: Request, pk: int) -> HttpResponse:
    """Draft the next edition of a posted notice; once posted it takes its place, and the days begin anew."""
    replaces = visible_notice(request, pk)
    require(rules.may_replace(replaces, request.standing, request.on))
    return _new(request, replaces.round, replaces)


def _new(request: Request, round_: AwardRound, replaces: PublicNotice | None) -> HttpResponse:
    candidates = queries.candidates_for(round_, replaces)
    require(rules.may_draft(round_, candidates, request.standing, request.on))
    draft = queries.draft_for(round_, replaces)
    if draft is not None and not request.POST:
        messages.info(request, "已经有一份草稿，接着改这一份。")
        return redirect("awards:notice_edit", draft.pk)
    key = actions.draft_form(round_, replaces)
    if "forget" in request.POST:
        return thrown_away(request, key)
    listed = {entry.nomination_id: entry for entry in queries.entries_of(replaces)} if replaces is not None else None
    initial = proposed(round_, replaces, queries.last_contact(round_.organization))
    form, entries, left = _forms(request, key, round_, candidates, listed, initial=initial)
    if draft is not None:
        form.add_error(None, OTHERS_DRAFT)
    elif request.method == "POST" and _both_valid(form, entries):
        try:
            notice = actions.draft_notice(
                round_=round_,
                replaces=replaces,
                listed=entries.listed(),
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            )
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "公示已经起草。请看过全文，再发布。")
            return redirect(notice)
    name = "awards:notice_edition_autosave" if replaces is not None else "awards:notice_add_autosave"
    context = {
        "round": round_,
        "replaces": replaces,
        "autosave_url": reverse(name, args=[replaces.pk if replaces is not None else round_.pk]),
        "cancel_url": replaces.get_absolute_url() if replaces is not None else reverse("awards:notice_list"),
        "kept": left,
    }
    return _page(request, form, entries, context, wrong=409 if draft is not None else 422)


@require_POST
def notice_add_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about a new notice."""
    round_ = _visible_round(request, pk)
    require(rules.may_draft(round_, queries.candidates_for(round_, None), request.standing, request.on))
    return kept(request, actions.draft_form(round_, None))


@require_POST
def notice_edition_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about a new edition."""
    replaces = visible_notice(request, pk)
    require(rules.may_replace(replaces, request.standing, request.on))
    return kept(request, actions.draft_form(replaces.round, replaces))


@require_http_methods(["GET", "HEAD", "POST"])
def notice_edit(request: Request, pk: int) -> HttpResponse:
    """Change a draft. Who saves on an older reading sees both texts."""
    notice = visible_notice(request, pk)
    require(rules.may_change(notice, request.standing, request.on))
    key = actions.edit_form(notice)
    if "forget" in request.POST:
        return thrown_away(request, key)
    candidates = queries.candidates_for(notice.round, notice.replaces)
    listed = {entry.nomination_id: entry for entry in queries.entries_of(notice)}
    form, entries, left = _forms(request, key, notice.round, candidates, listed, instance=notice)
    if request.method == "POST" and _both_valid(form, entries):
        try:
            # the form has written into its own copy; the action speaks of what lies in the database
            actions.change_notice(
                notice=visible_notice(request, pk),
                listed=entries.listed(),
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            )
        except Conflict as conflict:
            return _collided(request, pk, form, conflict)
        except ValidationError as error:
            _blame(form, error)
        else:
            messages.success(request, "公示草稿已保存。")
            return redirect("awards:notice_detail", pk)
    context = {
        "round": notice.round,
        "notice": visible_notice(request, pk),
        "replaces": notice.replaces,
        "version": request.POST.get("version", notice.version),
        "autosave_url": reverse("awards:notice_autosave", args=[pk]),
        "cancel_url": notice.get_absolute_url(),
        "kept": left,
    }
    return _page(request, form, entries, context)


@require_POST
def notice_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has changed the draft meanwhile."""
    notice = visible_notice(request, pk)
    require(rules.may_change(notice, request.standing, request.on))
    if version_read(request.POST.get("version")) != notice.version:
        return saved_elsewhere("他人已修改这份公示草稿。")
    return kept(request, actions.edit_form(notice))


def _forms(
    request: Request,
    key: FormKey,
    round_: AwardRound,
    candidates: Sequence[Nomination],
    listed: Mapping[int, NoticeEntry] | None,
    **options: Any,
) -> tuple[NoticeForm, EntriesForm, Any]:
    left = left_in(request, key)
    data = data_of(request, left)
    form = NoticeForm(data, least=round_.notice_workdays, **options)
    entries = EntriesForm(data, candidates=candidates, entries=listed)
    if left is not None:
        unchecked(form, entries)
    return form, entries, left


def _both_valid(form: NoticeForm, entries: EntriesForm) -> bool:
    # both are asked, so that all errors are shown at once
    asked = form.is_valid(), entries.is_valid()
    return all(asked)


def _blame(form: NoticeForm, error: ValidationError) -> None:
    for name, sentences in getattr(error, "message_dict", {"__all__": error.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)


def _page(
    request: Request, form: NoticeForm, entries: EntriesForm, context: dict[str, Any], *, wrong: int = 422
) -> HttpResponse:
    is_wrong = request.method == "POST" and (form.errors or entries.errors)
    context |= {"form": form, "entries": entries}
    return render(request, "awards/notice_form.html", context, status=wrong if is_wrong else 200)


def _collided(request: Request, pk: int, form: NoticeForm, conflict: Conflict) -> HttpResponse:
    """409: what was typed beside what stands now, to be saved over it on purpose."""
    current = conflict.current
    fields: list[dict[str, object]] = [
        {"label": form.fields[name].label, "mine": value, "theirs": getattr(current, name)}
        for name, value in form.cleaned_data.items()
    ]
    context = {
        "heading": "有人先一步修改了这份公示草稿",
        "fields": fields,
        "typed": [
            (name, value) for name, values in typed_in(request.POST).items() for value in values if name != "version"
        ],
        "version": current.version,  # type: ignore[attr-defined]
        "url": reverse("awards:notice_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


# ---- a notice ----


@require_safe
def notice_detail(request: Request, pk: int) -> HttpResponse:
    """What it says, its days, and for those who look after it what is to be done."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    notice = visible_notice(request, pk)
    sees = bool(decides(notice.round, standing, on))
    objections = Objection.objects.visible_to(standing, on).filter(notice=notice) if sees else Objection.objects.none()
    context = {
        "notice": notice,
        "entries": queries.entries_of(notice),
        "days": queries.counted_days(notice),
        "newer": queries.newer_edition(notice),
        "offers": offers(notice, by=standing, on=on),
        "is_over": notice.has_passed(on),
        "sees": sees,
        "objections": list(objection_queries.with_everything(objections)),
        "hidden": objection_queries.hidden_from(standing, notice, on) if sees else 0,
        "may_change": bool(rules.may_change(notice, standing, on)),
        "may_replace": bool(rules.may_replace(notice, standing, on)),
        "may_take_down": bool(rules.may_take_down(notice, standing, on)),
        "history": queries.history_of(notice) if sees else None,
        **tried,
    }
    return render(request, "awards/notice_detail.html", context, status=status)


@require_POST
def notice_act(request: Request, pk: int) -> HttpResponse:
    """Post or close: ``verb`` and the ``version`` that was read. A refusal is shown on the page."""
    notice = visible_notice(request, pk)
    verb = request.POST.get("verb", "")
    if verb not in BY_HAND:
        return HttpResponseBadRequest("没有这个操作。")
    read = version_read(request.POST.get("version"))
    try:
        actions.act(notice=notice, verb=verb, version=read, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, error=refused.reason)
    messages.success(request, f"{notice}：{NOTICE.moves[verb].label}，已办理。")
    return redirect(notice)


@require_safe
def notice_print(request: Request, pk: int) -> HttpResponse:
    """The notice on A4, to be hung up."""
    notice = visible_notice(request, pk)
    context = {
        "notice": notice,
        "entries": queries.entries_of(notice),
        "back_url": notice.get_absolute_url(),
        "public_url": settings.SITE_URL.rstrip("/") + reverse("awards:public_notice", args=[pk]),
    }
    return render(request, "awards/notice_print.html", context)
