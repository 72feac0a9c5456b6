"""Codes: the batches of a round, slips printed once, slips revoked, the reserve opened; raters drawn from a list."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangxian import qr
from chuangxian.verdicts import Refused, Verdict, require
from chuangxian.workflow import Overtaken
from reviews import codes
from reviews.actions import batches as actions
from reviews.forms.batches import BATCH_MOST, BatchForm, DrawForm, ReasonForm, SlipRevokeForm
from reviews.models import CodeBatch, EvaluationRound, RaterDraw
from reviews.queries import batches as queries
from reviews.rules import batches as rules
from reviews.rules import evaluations as evaluation_rules
from reviews.tally import draw as drawing
from reviews.views import Request
from reviews.views.evaluations import visible_round

SLIPS_A_PAGE = 8
PAGES_HERE = "<!-- the slips -->"  # where the pages go into their frame


def round_run(request: Request, pk: int) -> EvaluationRound:
    """Return a round that the person runs: 404 outside his scope, 403 where others run it."""
    round_ = visible_round(request, pk)
    require(evaluation_rules.runs(round_, request.standing, request.on))
    return round_


def batch_of(round_: EvaluationRound, pk: int) -> CodeBatch:
    """Return a batch of the round."""
    batch: CodeBatch = get_object_or_404(round_.batches.select_related("category"), pk=pk)
    batch.round = round_
    return batch


# ---- batches ----


@require_safe
def batch_list(request: Request, pk: int) -> HttpResponse:
    """How many slips of each category were issued and what became of them; what may be done now."""
    standing, on = request.standing, request.on
    round_ = round_run(request, pk)
    rows = queries.code_counts(round_)
    context = {
        "round": round_,
        "rows": rows,
        "total": sum((row.counts for row in rows), queries.Counts()),
        "may_make": evaluation_rules.may_make_codes(round_, standing, on),
        "may_revoke": rules.may_revoke(round_, standing, on),
        "may_draw": rules.may_draw(round_, standing, on),
        "draws": list(queries.draws_of(round_)),
    }
    return render(request, "reviews/code_batches.html", context)


@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def batch_make(request: Request, pk: int, category: int, *, is_reserve: bool = False) -> HttpResponseBase:
    """Make a batch; the answer to the POST is the page of slips, and there is no other way to it."""
    standing, on = request.standing, request.on
    round_ = round_run(request, pk)
    require(evaluation_rules.may_make_codes(round_, standing, on))
    of = get_object_or_404(round_.categories, pk=category)
    room = queries.room_for(of, is_reserve=is_reserve)
    initial = {"label": queries.next_label(round_), "size": min(room, BATCH_MOST) or None}
    form = BatchForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            batch, plain = actions.make_batch(
                category=of, is_reserve=is_reserve, by=request.user, on=on, **form.cleaned_data
            )
        except Overtaken:
            raise
        except Refused as refused:
            form.add_error("size", refused.reason)
        else:
            return _slips(request, round_, batch, plain)
    context = {"round": round_, "category": of, "is_reserve": is_reserve, "form": form, "room": room}
    return render(request, "reviews/code_make.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _slips(request: Request, round_: EvaluationRound, batch: CodeBatch, plain: Sequence[str]) -> StreamingHttpResponse:
    """Send the slips page by page; nothing keeps them on the way."""
    context = {
        "round": round_,
        "batch": batch,
        "address": f"{settings.SITE_URL}/v/{round_.pk}/".partition("://")[2],
        "back_url": reverse("reviews:batch_list", args=[round_.pk]),
        "pages_here": PAGES_HERE,
    }
    frame = render_to_string("reviews/code_slips.html", context, request)
    response = StreamingHttpResponse(_pages(frame, context, plain))
    response["Cache-Control"] = "no-store, private"
    # a web server in front would keep a long answer in a file until the browser has taken it
    response["X-Accel-Buffering"] = "no"
    return response


@sensitive_variables()
def _pages(frame: str, context: dict[str, Any], plain: Sequence[str]) -> Iterator[str]:
    above, _, below = frame.partition(PAGES_HERE)
    yield above
    for first in range(0, len(plain), SLIPS_A_PAGE):
        some = plain[first : first + SLIPS_A_PAGE]
        slips = [(codes.shown(code), qr.picture_of(_address(context["round"], code))) for code in some]
        yield render_to_string("reviews/_code_slips_page.html", {**context, "slips": slips})
    yield below


def _address(round_: EvaluationRound, code: str) -> str:
    # behind the fragment sign: no browser sends it, so no log has it
    return f"{settings.SITE_URL}/v/{round_.pk}/#{code}"


@require_http_methods(["GET", "HEAD", "POST"])
def batch_revoke(request: Request, pk: int, batch: int) -> HttpResponse:
    """Revoke what is unused of a batch, with the reason."""
    round_ = round_run(request, pk)
    of = batch_of(round_, batch)
    verdict = rules.may_revoke_batch(of, request.standing, request.on)

    def revoke(reason: str) -> str:
        number = actions.revoke_batch(batch=of, reason=reason, by=request.user, on=request.on)
        return f"{of}已经作废，共 {number} 张。"

    return _with_reason(request, round_, of, verdict, revoke, "revoke")


@require_http_methods(["GET", "HEAD", "POST"])
def reserve_open(request: Request, pk: int, batch: int) -> HttpResponse:
    """Agree to the opening of a reserve batch, with the reason."""
    round_ = round_run(request, pk)
    of = batch_of(round_, batch)
    verdict = rules.may_consent(of, request.standing, request.on)

    def agree(reason: str) -> str:
        opened = actions.consent(batch=of, reason=reason, by=request.user, on=request.on)
        return f"{of}已经启用。" if opened else f"已同意启用{of}，还要另外一个人同意。"

    return _with_reason(request, round_, of, verdict, agree, "reserve")


def _with_reason(
    request: Request, round_: EvaluationRound, batch: CodeBatch, verdict: Verdict, act: Any, what: str
) -> HttpResponse:
    require(verdict)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, act(form.cleaned_data["reason"]))
        return redirect("reviews:batch_list", round_.pk)
    counts = next(row.counts for one in queries.code_counts(round_) for row in one.batches if row.batch == batch)
    context = {
        "round": round_,
        "batch": batch,
        "counts": counts,
        "consents": list(batch.consents.select_related("by")),
        "form": form,
    }
    return render(request, f"reviews/code_{what}.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("code")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def slip_revoke(request: Request, pk: int) -> HttpResponse:
    """Revoke a slip by presenting it."""
    round_ = round_run(request, pk)
    require(rules.may_revoke(round_, request.standing, request.on))
    form = SlipRevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed, reason = form.cleaned_data["code"], form.cleaned_data["reason"]
        try:
            batch = actions.revoke_slip(round_=round_, typed=typed, reason=reason, by=request.user, on=request.on)
        except Refused as refused:
            form.add_error("code", refused.reason)
        else:
            messages.success(request, f"已作废{batch.category}{batch}的 1 张，请把纸条收回。")
            return redirect("reviews:batch_list", pk)
    context = {"round": round_, "form": form}
    return render(request, "reviews/code_slip.html", context, status=422 if form.errors else 200)


# ---- drawing raters ----


@require_http_methods(["GET", "HEAD", "POST"])
def draw_add(request: Request, pk: int) -> HttpResponse:
    """Draw raters from a list."""
    round_ = round_run(request, pk)
    require(rules.may_draw(round_, request.standing, request.on))
    form = DrawForm(
        request.POST if request.method == "POST" else None,
        categories=round_.categories.all(),
        initial={"category": request.GET.get("category")},
    )
    if request.method == "POST" and form.is_valid():
        category = form.cleaned_data["category"]
        category.round = round_
        drawn = actions.draw(by=request.user, on=request.on, **form.cleaned_data)
        return redirect("reviews:draw_detail", pk, drawn.pk)
    context = {"round": round_, "form": form}
    return render(request, "reviews/code_draw.html", context, status=422 if form.errors else 200)


@require_safe
def draw_detail(request: Request, pk: int, draw: int) -> HttpResponse:
    """Who was drawn, and everything one needs to draw again; the page does so and says whether it is the same."""
    return _draw(request, pk, draw, "reviews/code_draw_detail.html")


@require_safe
def draw_print(request: Request, pk: int, draw: int) -> HttpResponse:
    """The draw on A4, to be hung up and checked by anybody."""
    return _draw(request, pk, draw, "reviews/code_draw_print.html")


def _draw(request: Request, pk: int, draw: int, template: str) -> HttpResponse:
    round_ = round_run(request, pk)
    draws = list(queries.draws_of(round_))
    row: RaterDraw = get_object_or_404(queries.draws_of(round_), pk=draw)
    lots = drawing.lots(row.names, row.seed)
    chosen = {lot.line for lot in lots[: row.wanted]}
    context = {
        "round": round_,
        "draw": row,
        "number": 1 + sum(one.category_id == row.category_id and one.pk < row.pk for one in draws),
        "is_same": drawing.drawn(row.names, row.wanted, row.seed) == row.drawn,
        "lots": [(lot, lot.line in chosen) for lot in sorted(lots, key=lambda lot: lot.line)],
        "first": lots[0],
        "may_forget": rules.may_forget_draw(round_, request.standing, request.on),
        "back_url": reverse("reviews:draw_detail", args=[pk, draw]),
    }
    return render(request, template, context)


@require_POST
def draw_forget(request: Request, pk: int, draw: int) -> HttpResponse:
    """Delete the list of a draw after publication."""
    round_ = round_run(request, pk)
    row = get_object_or_404(queries.draws_of(round_), pk=draw)
    row.category.round = round_
    actions.forget_draw(draw=row, by=request.user, on=request.on)
    messages.success(request, "名单已经删除。")
    return redirect("reviews:batch_list", pk)
