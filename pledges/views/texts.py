"""Writing the text of a pledge, so that nothing typed is ever lost: not by an error, a collision, or a sign-in that has run out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts
from accounts.models import Typed
from branches.models import Member
from chuangxian.drafts import (
    as_post,
    number,
    park,
    parked,
    saved_at,
    saved_elsewhere,
    sign_in_over,
    typed_in,
    typed_rows,
    unchecked,
)
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, require
from pledges import rules
from pledges.actions import writing
from pledges.forms.text import PREFIX, ItemsBase, PledgeForm, items_form, with_more_rows
from pledges.forms.work import RevisionForm
from pledges.models import Pledge, PledgeItem
from pledges.queries import reading
from pledges.views import Request
from pledges.views.fetching import hints_on, visible_pledge
from schedule.models import Standard

# what may be parked of a post without a sign-in
FIELDS = rf"slogan|signed_on|revision_reason|version|{PREFIX}-.+"


@dataclass
class Editor:
    """The form and the formset of a pledge."""

    pledge: Pledge
    form: PledgeForm
    items: ItemsBase

    @property
    def version(self) -> str:
        """The version the person's screen was made from."""
        return str(self.form.data.get("version") or self.pledge.version)


def editor(pledge: Pledge, data: QueryDict | None, on: date) -> Editor:
    """Return the editor of a pledge, bound when there is data. Two queries besides the pledge's own."""
    sets = {"set__campaign": pledge.cycle.campaign_id, "set__target": pledge.subject_kind}
    standards = list(Standard.objects.in_plan().filter(**sets).select_related("set"))
    members: Sequence[Member] = []
    if not pledge.is_personal:
        members = list(Member.objects.belonging(on, pledge.organization.path))
    form = PledgeForm(data, instance=pledge)
    return Editor(pledge, form, items_form(pledge, data, standards=standards, members=members))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def pledge_edit(request: Request, pk: int) -> HttpResponse:
    """Write the pledge. Anonymous posts are kept and offered again after signing in, so this view looks after the login itself."""
    if not request.user.is_authenticated:
        return _signed_out(request, pk)
    pledge = visible_pledge(request, pk)
    editable = rules.may_edit(pledge, request.standing, request.on)
    if request.method == "POST" and not editable and rules.may_write(pledge, request.standing, request.on):
        return _given_back(request, pledge, editable.reason)
    require(editable)
    if request.method != "POST":
        return _opened(request, pledge)
    if "add_row" in request.POST:
        shown = editor(pledge, with_more_rows(request.POST), request.on)
        unchecked(shown.form, shown.items)
        return _page(request, shown)
    return _saved(request, pledge)


def _opened(request: Request, pledge: Pledge) -> HttpResponse:
    left = parked(request, _name(pledge.pk))
    if left is not None:
        drafts.keep(form=writing.form_of(pledge), typed=left, by=request.user)
    draft = drafts.kept_of(form=writing.form_of(pledge), by=request.user)
    if draft is None or "saved" in request.GET:
        return _page(request, editor(pledge, None, request.on), draft=draft)
    shown = editor(pledge, as_post(draft.typed), request.on)
    unchecked(shown.form, shown.items)
    return _page(request, shown, draft=draft, restored=True)


def _given_back(request: Request, pledge: Pledge, refusal: str) -> HttpResponse:
    """403 on the page one wrote on: it was handed in, or its cycle has ended meanwhile. Every word comes back."""
    shown = editor(pledge, request.POST, request.on)
    unchecked(shown.form, shown.items)
    return _page(request, shown, refusal=refusal, status=403)


def _saved(request: Request, pledge: Pledge) -> HttpResponse:
    version = number(request.POST.get("version"))
    if version != pledge.version:
        return _collided(request, pledge)
    shown = editor(pledge, request.POST, request.on)
    if not (shown.form.is_valid() & shown.items.is_valid()):
        return _page(request, shown, status=422)
    # the form has written into its own copy; rules and conflicts speak of what lies in the database
    fields = {name: shown.form.cleaned_data[name] for name in shown.form.fields}
    items, submits = shown.items.texts(), "submit" in request.POST
    try:
        writing.save_text(
            pledge=visible_pledge(request, pledge.pk),
            items=items,
            version=version,
            by=request.user,
            on=request.on,
            **fields,
        )
    except Conflict:
        return _collided(request, visible_pledge(request, pledge.pk))
    return _went_on(request, visible_pledge(request, pledge.pk), submits)


def _went_on(request: Request, pledge: Pledge, submits: bool) -> HttpResponse:
    edit = redirect("pledges:pledge_edit", pledge.pk)
    try:
        if "carry" in request.POST:
            count = writing.carry_over(pledge=pledge, version=pledge.version, by=request.user, on=request.on)
            messages.success(request, f"已保存，并结转了去年没有完成的 {count} 项，请看看措施和时限是否要改。")
            return edit
        if submits:
            writing.act(pledge=pledge, verb="submit", version=pledge.version, by=request.user, on=request.on)
            messages.success(request, "已提交审诺。审完会通知您；在那之前可以撤回修改。")
            return redirect("pledges:pledge_detail", pledge.pk)
    except Refused as refused:
        messages.warning(request, f"内容已保存。{refused.reason}")
        return edit
    messages.success(request, "已保存，还没有提交。")
    return edit


def _page(
    request: Request,
    shown: Editor,
    *,
    draft: Typed | None = None,
    restored: bool = False,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    pledge = visible_pledge(request, shown.pledge.pk)
    hints = hints_on(pledge, request)
    numbers = {item.pk: place for place, item in enumerate(pledge.items.all())}
    rows = [(form, _hint_for(form, hints, numbers), _is_extra(form)) for form in shown.items.forms]
    context = {
        "pledge": pledge,
        "form": shown.form,
        "items": shown.items,
        "rows": rows,
        "version": shown.version,
        "hints": [hint for hint in hints if hint.item is None],
        "draft": draft,
        "restored": restored,
        "error": refusal,
        "carried": reading.unfinished_of_last_year(pledge),
        "opinion": pledge.reviews.order_by("pk").last() if pledge.state == "returned" else None,
    }
    return render(request, "pledges/pledge_edit.html", context, status=status)


def _hint_for(form: Any, hints: Sequence[Any], numbers: Mapping[int, int]) -> Any:
    place = numbers.get(form.instance.pk)
    return next((hint for hint in hints if hint.item is not None and hint.item == place), None)


def _is_extra(form: Any) -> bool:
    """Answer whether a row is still empty: the script folds those away."""
    return form.instance.pk is None and not (form.is_bound and form.has_changed())


def _collided(request: Request, pledge: Pledge) -> HttpResponse:
    """409 with both texts: what was typed is kept as a draft too, and can be saved over the other's on purpose."""
    typed = typed_in(request.POST)
    drafts.keep(form=writing.form_of(pledge), typed=typed, by=request.user)
    context = {
        "pledge": pledge,
        "fields": _both_texts(request.POST, pledge),
        "typed": [(k, v) for k, vs in typed.items() if k not in ("version", "submit", "carry") for v in vs],
        "version": pledge.version,
    }
    return render(request, "pledges/pledge_conflict.html", context, status=409)


def _both_texts(data: QueryDict, pledge: Pledge) -> list[dict[str, Any]]:
    """Return my text beside the one that lies in the database, item by item."""
    rows: list[dict[str, Any]] = [{"label": "承诺主题", "mine": data.get("slogan", ""), "theirs": pledge.slogan}]
    theirs = {str(item.pk): item for item in pledge.items.all()}
    mine = typed_items(data)
    for place, fields in enumerate(mine, 1):
        item = theirs.pop(fields.get("id", ""), None)
        rows.append(
            {"label": f"第 {place} 项", "mine": _told(fields), "theirs": _told(_fields_of(item)) if item else ""}
        )
    rows += [{"label": "对方新加的一项", "mine": "", "theirs": _told(_fields_of(item))} for item in theirs.values()]
    return rows


def typed_items(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the items as typed, whatever state they are in."""
    return [fields for fields in typed_rows(data, PREFIX, 200) if fields.get("content") or fields.get("id")]


SHOWN = {"content": "", "measure": "措施：", "baseline": "现状：", "target": "目标：", "due_on": "时限："}


def _told(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{label}{fields[name]}" for name, label in SHOWN.items() if fields.get(name))


def _fields_of(item: PledgeItem) -> dict[str, str]:
    return {name: str(getattr(item, name) or "") for name in SHOWN}


# ---- a sign-in that has run out ----


def _name(pk: int) -> str:
    return f"pledge-{pk}"


def _signed_out(request: Request, pk: int) -> HttpResponse:
    """Keep what was posted in the anonymous session, which survives signing in, and show it; nothing of the pledge itself."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    kept = park(request, _name(pk), typed_in(request.POST, only=FIELDS))
    context = {
        "sign_in_url": f"{reverse('accounts:sign_in')}?next={reverse('pledges:pledge_edit', args=[pk])}",
        "slogan": request.POST.get("slogan", ""),
        "items": [_told(fields) for fields in typed_items(request.POST)],
        "kept": kept,
    }
    return render(request, "pledges/pledge_expired.html", context, status=401)


@login_not_required
@require_POST
def pledge_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed. 401 when the sign-in has run out, 409 when somebody else has saved meanwhile."""
    if not request.user.is_authenticated:
        return sign_in_over()
    pledge = visible_pledge(request, pk)
    require(rules.may_edit(pledge, request.standing, request.on))
    if number(request.POST.get("version")) != pledge.version:
        return saved_elsewhere("他人已修改这份承诺。")
    typed = typed_in(request.POST)
    draft = drafts.keep(form=writing.form_of(pledge), typed=typed, by=request.user)
    return saved_at(draft.saved_at)


@require_POST
def draft_discard(request: Request, pk: int) -> HttpResponse:
    """Throw away what was typed and not saved."""
    pledge = visible_pledge(request, pk)
    drafts.forget(form=writing.form_of(pledge), by=request.user)
    messages.info(request, "已放弃没有保存的内容，下面是上次保存的。")
    return redirect("pledges:pledge_edit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_revise(request: Request, pk: int) -> HttpResponse:
    """Begin a new edition of a published pledge."""
    pledge = visible_pledge(request, pk)
    require(rules.may_revise(pledge, request.standing, request.on))
    form = RevisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        edition = writing.revise(pledge=pledge, reason=reason, by=request.user, on=request.on)
        messages.success(request, "新的一版已经建立，改好后请提交。公布以前，原来的一版仍然有效。")
        return redirect("pledges:pledge_edit", edition.pk)
    return render(request, "pledges/pledge_revise.html", {"pledge": pledge, "form": form})
