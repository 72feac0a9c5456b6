"""Writing a self-review, so that nothing typed is ever lost: not by an error, a collision, or a sign-in that has run out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.defaultfilters import floatformat
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
    unchecked,
    with_rows,
)
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused, require
from reviews.actions import self_reviews as actions
from reviews.actions.self_reviews import LINE_TEXTS
from reviews.forms.self_reviews import (
    EMPTY_ROWS,
    FIELDS,
    MEASURES_MOST,
    ConfirmForm,
    LineBlock,
    blocks_of,
    measures_prefix,
    prefix_of,
)
from reviews.models import SelfReview, SelfReviewLine
from reviews.queries.scores import scheme_of
from reviews.rules import self_reviews as rules
from reviews.states import Answer, ReviewState
from reviews.views import Request
from reviews.views.self_reviews.fetching import Shown, text_of, visible_review

# buttons of the form: not part of what was typed
BUTTONS = ("version", "submit", "save", "add_row")


@dataclass
class Editor:
    """The forms of a self-review."""

    review: SelfReview
    form: ConfirmForm
    blocks: list[LineBlock]

    @property
    def version(self) -> str:
        """The version the person's screen was made from."""
        return str(self.form.data.get("version") or self.review.version)

    def is_valid(self) -> bool:
        """Check everything, so that everything says what is wrong."""
        return all([self.form.is_valid(), *(block.is_valid() for block in self.blocks)])

    def unchecked(self) -> None:
        """Show what was typed without complaints."""
        for block in self.blocks:
            unchecked(block.form, block.measures)
        unchecked(self.form)


def editor(request: Request, review: SelfReview, data: QueryDict | None) -> Editor:
    """Return the editor of a self-review, bound when there is data. One query besides the review's own."""
    members: Sequence[Member] | None = None
    if not review.is_personal:
        members = list(Member.objects.belonging(request.on, review.organization.path))
    return Editor(review, ConfirmForm(data, instance=review), blocks_of(review, data, members=members))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def self_review_edit(request: Request, pk: int) -> HttpResponse:
    """Write it. Anonymous posts are kept and offered again after signing in, so this view looks after the login itself."""
    if not request.user.is_authenticated:
        return _signed_out(request, pk)
    review = visible_review(request, pk)
    editable = rules.may_edit(review, request.standing, request.on)
    if not editable and rules.may_write(review, request.standing, request.on):
        kept = None if request.method == "POST" else drafts.kept_of(form=actions.form_of(review), by=request.user)
        if request.method == "POST" or kept is not None:
            typed = as_post(kept.typed) if kept is not None else request.POST.copy()
            return _given_back(request, review, editable.reason, typed)
    require(editable)
    if request.method != "POST":
        return _opened(request, review)
    if "add_row" in request.POST:
        # only a prefix of this form: a stranger's asks for nothing
        prefix = request.POST["add_row"]
        known = {measures_prefix(line) for line in review.lines.all()}
        data = with_rows(request.POST, prefix, EMPTY_ROWS, MEASURES_MOST) if prefix in known else request.POST
        shown = editor(request, review, data)
        shown.unchecked()
        return _page(request, shown)
    return _saved(request, review)


def _opened(request: Request, review: SelfReview) -> HttpResponse:
    left = parked(request, _name(review.pk))
    if left is not None:
        drafts.keep(form=actions.form_of(review), typed=left, by=request.user)
    draft = drafts.kept_of(form=actions.form_of(review), by=request.user)
    if draft is None or "saved" in request.GET:
        return _page(request, editor(request, review, None), draft=draft)
    shown = editor(request, review, _completed(as_post(draft.typed), review))
    shown.unchecked()
    return _page(request, shown, draft=draft, restored=True)


def _given_back(request: Request, review: SelfReview, refusal: str, typed: QueryDict) -> HttpResponse:
    """403 on the page one wrote on: it was handed in, or its round has ended meanwhile. Every word comes back."""
    shown = editor(request, review, _completed(typed, review))
    shown.unchecked()
    return _page(request, shown, refusal=refusal, status=403)


def _completed(data: QueryDict, review: SelfReview) -> QueryDict:
    """A post cut off half way lacks the formsets' counts; without them its rows would be unreadable."""
    for line in review.lines.all():
        data.setdefault(f"{measures_prefix(line)}-TOTAL_FORMS", "0")
        data.setdefault(f"{measures_prefix(line)}-INITIAL_FORMS", "0")
    return data


def _saved(request: Request, review: SelfReview) -> HttpResponse:
    version = number(request.POST.get("version"))
    if version != review.version:
        return _collided(request, review)
    shown = editor(request, review, request.POST)
    if not shown.is_valid():
        return _page(request, shown, status=422)
    # the forms have written into their own copy; rules and conflicts speak of what lies in the database
    try:
        actions.save_text(
            review=visible_review(request, review.pk),
            lines=[block.text() for block in shown.blocks],
            confirmed_no_gap=shown.form.cleaned_data["confirmed_no_gap"],
            version=version,
            by=request.user,
            on=request.on,
        )
    except Conflict:
        return _collided(request, visible_review(request, review.pk))
    return _went_on(request, visible_review(request, review.pk))


def _went_on(request: Request, review: SelfReview) -> HttpResponse:
    edit = redirect("reviews:self_review_edit", review.pk)
    if "submit" not in request.POST:
        messages.success(request, "已保存，还没有提交。")
        return edit
    try:
        actions.act(review=review, verb="submit", version=review.version, by=request.user, on=request.on)
    except Refused as refused:
        messages.warning(request, f"内容已保存，还没有提交。{refused.reason}")
        return edit
    messages.success(request, "已提交审阅。审完会通知您；在那之前可以撤回修改。")
    return redirect("reviews:self_review_detail", review.pk)


def _page(
    request: Request,
    shown: Editor,
    *,
    draft: Typed | None = None,
    restored: bool = False,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    review = visible_review(request, shown.review.pk)
    text = text_of(request, review)
    beside: dict[int, Shown] = {one.line.pk: one for one in text.lines}
    blocks = [
        (block, beside[block.line.pk], [(row, _is_extra(row)) for row in block.measures.forms])
        for block in shown.blocks
    ]
    context = {
        "review": review,
        "form": shown.form,
        "blocks": blocks,
        "errors": [error for block in shown.blocks for error in errors_in(block)],
        "text": text,
        "version": shown.version,
        "draft": draft,
        "restored": restored,
        "error": refusal,
        "opinion": review.opinions.select_related("reviewer").last() if review.state == ReviewState.RETURNED else None,
        "on": request.on,
    }
    return render(request, "reviews/self_review_edit.html", context, status=status)


def errors_in(block: LineBlock) -> list[tuple[str, str, str]]:
    """Return what is wrong in one standard: the field's id, where it stands, the sentence."""
    title = block.line.standard.title
    found = [
        (field.id_for_label if field.name != "answer" else field.auto_id, f"{title}，{field.label}", str(error))
        for field in block.form
        for error in field.errors
    ]
    found += [(prefix_of(block.line), title, str(error)) for error in block.measures.non_form_errors()]
    for place, row in enumerate(block.measures.forms, 1):
        found += [
            (field.id_for_label, f"{title}，第 {place} 条{field.label}", str(error))
            for field in row
            for error in field.errors
        ]
    return found


def _is_extra(row: Any) -> bool:
    """Answer whether a row is still empty: the script folds those away."""
    return not (row.is_bound and not row.is_blank()) and not row.initial


# ---- two at once ----


def _collided(request: Request, review: SelfReview) -> HttpResponse:
    """409 with both texts: what was typed is kept as a draft too, and can be saved over the other's on purpose."""
    typed = typed_in(request.POST)
    drafts.keep(form=actions.form_of(review), typed=typed, by=request.user)
    context = {
        "review": review,
        "fields": _both_texts(request.POST, review),
        "typed": [(key, value) for key, values in typed.items() if key not in BUTTONS for value in values],
        "version": review.version,
    }
    return render(request, "reviews/self_review_conflict.html", context, status=409)


def _both_texts(data: QueryDict, review: SelfReview) -> list[dict[str, str]]:
    """Return my text beside the one that lies in the database, standard by standard."""
    scored = scheme_of(review.round.semester.campaign) is not None
    hidden = {} if scored else {"self_score": ""}
    return [
        {
            "label": line.standard.title,
            "mine": told(typed_line(data, prefix_of(line)) | hidden),
            "theirs": told(_fields_of(line) | hidden),
        }
        for line in review.lines.all()
    ]


SHOWN = {"answer": "", "self_score": "自查分：", "practice": "做法：", "gap": "差距：", "cause": "原因："}


def typed_line(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Return one standard as typed, whatever state it is in; its measures under ``measures``, those marked for removal left out."""
    fields = {name: str(data.get(f"{prefix}-{name}", "")) for name in SHOWN}
    fields["answer"] = dict(Answer.choices).get(fields["answer"], "")
    start = f"{prefix}-measures"
    rows = []
    for row in range(min(number(data.get(f"{start}-TOTAL_FORMS")) or 0, 2 * MEASURES_MOST)):
        text, due_on = (str(data.get(f"{start}-{row}-{name}", "")) for name in ("text", "due_on"))
        if (text or due_on) and not data.get(f"{start}-{row}-DELETE"):
            rows.append(f"措施：{text}" + (f"（{due_on} 前）" if due_on else ""))
    return fields | {"measures": "\n".join(rows)}


def told(fields: Mapping[str, str]) -> str:
    """Return one standard as a text to read."""
    lines = [f"{label}{fields[name]}" for name, label in SHOWN.items() if fields.get(name)]
    return "\n".join([*lines, *([fields["measures"]] if fields.get("measures") else [])])


def _fields_of(line: SelfReviewLine) -> dict[str, str]:
    fields = {name: str(getattr(line, name)) for name in LINE_TEXTS} | {"answer": line.get_answer_display()}
    fields["self_score"] = floatformat(line.self_score) if line.self_score is not None else ""
    return fields | {"measures": "\n".join(f"措施：{m.text}（{m.due_on} 前）" for m in line.measures.all())}


# ---- a sign-in that has run out ----


def _name(pk: int) -> str:
    return f"self-review-{pk}"


def _signed_out(request: Request, pk: int) -> HttpResponse:
    """Keep what was posted in the anonymous session, which survives signing in, and show it; nothing of the review itself."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    typed = typed_in(request.POST, only=FIELDS)
    kept = park(request, _name(pk), typed)
    prefixes = dict.fromkeys(key.partition("-")[0] for key in typed if "-" in key)
    context = {
        "sign_in_url": f"{reverse('accounts:sign_in')}?next={reverse('reviews:self_review_edit', args=[pk])}",
        "lines": [text for prefix in prefixes if (text := told(typed_line(request.POST, prefix)))],
        "kept": kept,
    }
    return render(request, "reviews/self_review_expired.html", context, status=401)


@login_not_required
@require_POST
def self_review_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed. 401 when the sign-in has run out, 409 when somebody else has saved meanwhile."""
    if not request.user.is_authenticated:
        return sign_in_over()
    review = visible_review(request, pk)
    require(rules.may_edit(review, request.standing, request.on))
    if number(request.POST.get("version")) != review.version:
        return saved_elsewhere("他人已修改这份对照检查。")
    draft = drafts.keep(form=actions.form_of(review), typed=typed_in(request.POST), by=request.user)
    return saved_at(draft.saved_at)


@require_POST
def self_review_discard(request: Request, pk: int) -> HttpResponse:
    """Throw away what was typed and not saved."""
    review = visible_review(request, pk)
    drafts.forget(form=actions.form_of(review), by=request.user)
    messages.info(request, "已放弃没有保存的内容，下面是上次保存的。")
    return redirect("reviews:self_review_edit", pk)
