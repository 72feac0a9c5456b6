"""Paper ballots: the answer sheet, the box, keying by two people, the comparison and the count."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from reviews.actions import paper as actions
from reviews.forms.batches import ReasonForm, SlipForm
from reviews.forms.paper import grid_of, rows_a_page
from reviews.models import PaperPile
from reviews.queries import paper as queries
from reviews.queries.casting import sheet_of
from reviews.rules import paper as rules
from reviews.views import Request
from reviews.views.batches import round_run

BOXES_EVERY_LINE = (
    24  # with more subjects × items the sheet asks for numbers instead of ticks, so that one page is enough
)


def pile_run(request: Request, pk: int, pile: int) -> PaperPile:
    """Return a pile of a round that the person runs."""
    round_ = round_run(request, pk)
    found: PaperPile = get_object_or_404(queries.piles_of(round_), pk=pile)
    found.round = round_
    return found


@require_safe
def paper_list(request: Request, pk: int) -> HttpResponse:
    """The boxes and how far they are."""
    round_ = round_run(request, pk)
    context = {
        "round": round_,
        "piles": list(queries.piles_of(round_)),
        "categories": list(round_.categories.all()),
        "next_label": queries.next_pile(round_),
        "may_set_up": rules.may_set_up_box(round_, request.standing, request.on),
        "done": rules.piles_done(round_),
    }
    return render(request, "reviews/paper_list.html", context)


@require_POST
def paper_open(request: Request, pk: int, category: int) -> HttpResponse:
    """Set up a box for a category; ``label`` serves once."""
    round_ = round_run(request, pk)
    of = get_object_or_404(round_.categories, pk=category)
    label = request.POST.get("label", "")
    if label != queries.next_pile(round_):
        raise Overtaken("别人刚刚也设置了票箱，请刷新页面后再看。")
    pile = actions.set_up_box(category=of, label=label, by=request.user, on=request.on)
    return redirect("reviews:paper_box", pk, pile.pk)


@require_safe
def paper_sheet(request: Request, pk: int, category: int) -> HttpResponse:
    """The answer sheet of a category on A4: no code, no number, all alike."""
    round_ = round_run(request, pk)
    of = get_object_or_404(round_.categories, pk=category)
    sheet = sheet_of(round_)
    context = {
        "round": round_,
        "category": of,
        "sheet": sheet,
        "with_boxes": len(sheet.subjects) * len(sheet.items) <= BOXES_EVERY_LINE,
        "lines": "12" if len(sheet.subjects) * len(sheet.items) <= BOXES_EVERY_LINE // 2 else "1",
        "back_url": reverse("reviews:paper_list", args=[pk]),
    }
    return render(request, "reviews/paper_sheet.html", context)


@sensitive_post_parameters("code")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def paper_box(request: Request, pk: int, pile: int) -> HttpResponse:
    """At the box: the stub is typed or read by a reader of QR codes, its code is spent, the sheet goes into the box."""
    box = pile_run(request, pk, pile)
    form = SlipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.spend_stub(pile=box, typed=form.cleaned_data["code"], by=request.user, on=request.on)
        except Refused as refused:
            form.add_error("code", refused.reason)
        else:
            messages.success(request, "票根有效，请把票投进票箱，票根当面撕毁。")
            return redirect("reviews:paper_box", pk, pile)
    form.fields["code"].widget.attrs["autofocus"] = True
    takes = rules.takes_stub(box, request.standing, request.on)
    context = {"round": box.round, "pile": box, "form": form, "takes": takes}
    return render(request, "reviews/paper_box.html", context, status=422 if form.errors else 200)


# ---- keying ----


@require_http_methods(["GET", "HEAD", "POST"])
def paper_key(request: Request, pk: int, pile: int) -> HttpResponse:
    """One person's grid, a page of sheets at a time; nobody sees here what the other has keyed."""
    box = pile_run(request, pk, pile)
    require(rules.may_key(box, request.standing, request.on))
    sheet, column = sheet_of(box.round), queries.column_of(box, request.user)
    rows = rows_a_page(sheet)
    pages = -(-box.stubs // rows)
    asked = request.GET.get("page", "")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    places = range((page - 1) * rows + 1, min(page * rows, box.stubs) + 1)
    kept = queries.entries_of(box, column)
    with_remarks = box.round.with_remarks and column == "first"
    grid = grid_of(
        sheet,
        places,
        kept=kept,
        remarks=queries.remarks_of(box) if with_remarks else {},
        typed=request.POST.dict() if request.method == "POST" else None,
    )
    if request.method == "POST" and not grid.problems:
        actions.keep_entries(pile=box, entries=grid.entries, remarks=grid.remarks, by=request.user, on=request.on)
        number = sum(bool(text) for text in grid.entries.values())
        messages.success(request, f"第 {page} 页已保存，录了 {number} 张。")
        return redirect(_after(request, box, page, pages, is_full=number == len(places)))
    context = {
        "round": box.round,
        "pile": box,
        "sheet": sheet,
        "grid": grid,
        "page": page,
        "pages": range(1, pages + 1),
        "keyed": len(kept),
        "digits": len(sheet.items),
        "with_remarks": with_remarks,
    }
    return render(request, "reviews/paper_key.html", context, status=422 if grid.problems else 200)


def _after(request: Request, pile: PaperPile, page: int, pages: int, *, is_full: bool) -> str:
    if "check" not in request.POST and is_full and page < pages:
        return reverse("reviews:paper_key", args=[pile.round_id, pile.pk]) + f"?page={page + 1}"
    return reverse("reviews:paper_check", args=[pile.round_id, pile.pk])


@require_safe
def paper_check(request: Request, pk: int, pile: int) -> HttpResponse:
    """How far the pile is; once both have keyed all of it, every cell on which they differ; and then the count."""
    return _check(request, pile_run(request, pk, pile), ReasonForm())


def _check(request: Request, box: PaperPile, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    standing, on = request.standing, request.on
    sheet = sheet_of(box.round)
    keyed, done = queries.standing_of_pile(box), rules.are_both_done(box)
    differences = queries.differences_in(box, sheet) if done else []
    takes_part = request.user.pk in (box.first_id, box.second_id)
    own = queries.column_of(box, request.user) if rules.may_key(box, standing, on) else ""
    context: dict[str, Any] = {
        "round": box.round,
        "pile": box,
        "keyed": keyed,
        "done": done,
        "own": own,
        "takes_part": takes_part,
        "differences": [(one, -(-one.place // rows_a_page(sheet))) for one in differences],
        "sheets_differing": len({one.place for one in differences}),
        # before the seal nobody reads remarks but the two who have them on paper before them
        "remarks": queries.remarks_of(box) if done and takes_part else {},
        "missing": box.stubs - keyed.first,
        "may_key": rules.may_key(box, standing, on),
        "may_handle": rules.may_handle(box, standing, on),
        "may_commit": rules.may_commit(box, standing, on),
        "form": form,
    }
    return render(request, "reviews/paper_check.html", context, status=status)


@require_POST
def paper_commit(request: Request, pk: int, pile: int) -> HttpResponse:
    """Count the pile."""
    box = pile_run(request, pk, pile)
    number = actions.commit_pile(pile=box, by=request.user, on=request.on)
    messages.success(request, f"{box}已计入 {number} 张。纸质票请封存保管。")
    return redirect("reviews:paper_list", pk)


@require_POST
def paper_clear(request: Request, pk: int, pile: int) -> HttpResponse:
    """Have one of the two entries keyed again from the start."""
    box = pile_run(request, pk, pile)
    column = request.POST.get("column", "")
    actions.clear_entries(pile=box, column=column, by=request.user, on=request.on)
    messages.success(request, "已清空，可以重新录入。")
    return redirect("reviews:paper_check", pk, pile)


@require_POST
def paper_leave_out(request: Request, pk: int, pile: int) -> HttpResponse:
    """Count none of the pile, with the reason."""
    box = pile_run(request, pk, pile)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _check(request, box, form, status=422)
    actions.leave_out_pile(pile=box, reason=form.cleaned_data["reason"], by=request.user, on=request.on)
    messages.success(request, f"{box}不计入，已经记录原因。")
    return redirect("reviews:paper_list", pk)
