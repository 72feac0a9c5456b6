"""Handing over a post: the list, the one act, explanations, signatures, the sheet; and what nobody has in hand."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from branches.models import Member, Organization
from branches.queries.hanging import Ownerless
from chuangxian.edits import tried
from chuangxian.verdicts import require
from reports.handover import acts, desk, gathering, rules
from reports.handover.forms import AssignForm
from reports.models import Handover


@require_safe
def handover_list(request: Request) -> HttpResponse:
    """The handovers one reads or takes part in, the latest first."""
    found = desk.with_people(Handover.objects.visible_to(request.standing, request.on))
    page = Paginator(found, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    seen = rules.may_see_ownerless(request.standing)
    return render(request, "reports/handover_list.html", {"page": page, "sees_ownerless": seen})


def _handover(request: Request, pk: int) -> Handover:
    visible = Handover.objects.visible_to(request.standing, request.on)
    handover: Handover = get_object_or_404(desk.with_people(visible), pk=pk)
    return handover


@require_http_methods(["GET", "HEAD", "POST"])
def handover_detail(request: Request, pk: int) -> HttpResponse:
    """The list with the explanations of whoever gives over, and what each may do; posting saves the explanations."""
    handover = _handover(request, pk)
    notes = rules.may_note(handover, request.standing)
    if request.method == "POST":
        require(notes)
        typed = {item.pk: request.POST.get(f"note-{item.pk}") for item in handover.items.all()}
        written = {number: text for number, text in typed.items() if text is not None}
        acts.explain(handover=handover, notes=written, by=request.user, on=request.on)
        messages.success(request, "移交说明已保存。")
        return redirect(handover)
    return _page(request, handover)


def _page(request: Request, handover: Handover, error: str = "", status: int = 200) -> HttpResponse:
    standing = request.standing
    acting = request.past_day is None
    signatures = [
        {
            "side": side,
            "label": label,
            "name": _signer(handover, side),
            "on": getattr(handover, f"{side}_signed_on"),
            "may": acting and bool(rules.may_sign(handover, side, standing)),
        }
        for side, label in rules.SIDES.items()
    ]
    context = {
        "handover": handover,
        "items": list(handover.items.all()),
        "links": standing.may_read(handover.path),  # whoever has no post there any more would only be refused
        "may_note": acting and bool(rules.may_note(handover, standing)),
        "may_hand_over": rules.may_hand_over(handover, standing) if acting else None,
        "signatures": signatures,
        "error": error,
    }
    return render(request, "reports/handover_detail.html", context, status=status)


def _signer(handover: Handover, side: str) -> object:
    return handover.supervisor or "" if side == rules.SUPERVISOR else getattr(handover, side).holder


@require_POST
def handover_act(request: Request, pk: int) -> HttpResponse:
    """Move everything at once; when one thing cannot move, nothing has moved and the page says which."""
    handover = _handover(request, pk)
    require(rules.may_hand_over(handover, request.standing))
    try:
        acts.hand_over(handover=handover, by=request.user, on=request.on)
    except ValidationError as error:
        return _page(request, handover, "；".join(error.messages), 422)
    messages.success(request, "已移交。请三方各自确认。")
    return redirect(handover)


@require_POST
def handover_sign(request: Request, pk: int, side: str) -> HttpResponse:
    """Confirm one's own part."""
    handover = _handover(request, pk)
    if side not in rules.SIDES:
        raise Http404
    require(rules.may_sign(handover, side, request.standing))
    acts.sign(handover=handover, side=side, by=request.user, on=request.on)
    messages.success(request, f"已作为{rules.SIDES[side]}确认。")
    return redirect(handover)


@require_safe
def handover_print(request: Request, pk: int) -> HttpResponse:
    """The list on A4 with the three lines to sign on."""
    handover = _handover(request, pk)
    context = {"handover": handover, "items": list(handover.items.all()), "back_url": handover.get_absolute_url()}
    return render(request, "reports/handover_print.html", context)


# ---- what nobody has in hand ----


@require_safe
def ownerless(request: Request) -> HttpResponse:
    """Open things in the hands of people who left or whose post ended."""
    require(rules.may_see_ownerless(request.standing))
    found = gathering.ownerless(request.standing.reading_paths(), request.on)
    known = Organization.objects.visible_to(request.standing, request.on)
    places = known.in_bulk({one.organization_id for one in found})
    rows = [
        {"one": one, "place": places[one.organization_id], "may": _may_assign(request, places[one.organization_id])}
        for one in found
    ]
    return render(request, "reports/ownerless.html", {"rows": rows})


def _may_assign(request: Request, place: Organization) -> bool:
    return request.past_day is None and bool(rules.may_assign(place.path, request.standing))


@require_http_methods(["GET", "HEAD", "POST"])
def ownerless_assign(request: Request, record: str, number: int) -> HttpResponse:
    """Say who answers for one of them from now on."""
    require(rules.may_see_ownerless(request.standing))
    one = _one(request, record, number)
    place = get_object_or_404(Organization.objects.visible_to(request.standing, request.on), pk=one.organization_id)
    require(rules.may_assign(place.path, request.standing))
    members = Member.objects.visible_to(request.standing, request.on).belonging(request.on, place.path)
    form = AssignForm(request.POST or None, members=members)

    def act() -> None:
        acts.assign(one=one, path=place.path, to=form.cleaned_data["to"], by=request.user, on=request.on)

    status = tried(form, act) if request.method == "POST" else 200
    if not status:
        messages.success(request, f"已由{form.cleaned_data['to']}负责。")
        return redirect("reports:ownerless")
    return render(request, "reports/ownerless_assign.html", {"form": form, "one": one, "place": place}, status=status)


def _one(request: Request, record: str, number: int) -> Ownerless:
    for one in gathering.ownerless(request.standing.reading_paths(), request.on):
        if (one.hanging.record, one.hanging.number) == (record, number):
            return one
    raise Http404
