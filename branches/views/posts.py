"""Appointing and dismissing, and letting somebody stand in."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from branches import actions, rules
from branches.forms import AppointForm, DelegateForm, EndActingForm, EndPostForm
from branches.middleware import Request
from branches.models import Organization, PostAssignment
from branches.views.asking import tell
from chuangxian.edits import tried
from chuangxian.verdicts import require


@require_http_methods(["GET", "HEAD", "POST"])
def post_appoint(request: Request, pk: int) -> HttpResponse:
    """Register who gets which post here."""
    organization = get_object_or_404(Organization.objects.visible_to(request.standing, request.on), pk=pk)
    require(rules.may_appoint(organization, request.standing, request.on))
    form = AppointForm(request.POST or None, organization=organization, standing=request.standing)
    if form.is_valid():
        data = form.cleaned_data
        require(rules.may_give_post(organization, data["post"], request.standing, request.on))
        require(rules.is_for_oneself(data["holder"], request.standing, request.on))
        try:
            actions.appoint(
                holder=data["holder"], organization=organization, post=data["post"], by=request.user, on=data["on"]
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"已登记{data['holder']}的任职。")
            return redirect(organization)
    return render(request, "branches/post_appoint.html", {"form": form, "organization": organization})


@require_http_methods(["GET", "HEAD", "POST"])
def post_end(request: Request, pk: int) -> HttpResponse:
    """End a term."""
    visible = PostAssignment.objects.visible_to(request.standing, request.on)
    assignment = get_object_or_404(visible.select_related("organization", "member", "user"), pk=pk)
    require(rules.may_end_post(assignment, request.standing, request.on))
    form = EndPostForm(request.POST or None, initial={"on": request.on})
    if form.is_valid():
        try:
            actions.end_post(
                assignment=assignment, reason=form.cleaned_data["reason"], by=request.user, on=form.cleaned_data["on"]
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"{assignment.holder}的任职已结束。")
            return redirect(assignment.organization)
    return render(request, "branches/post_end.html", {"form": form, "assignment": assignment})


@require_http_methods(["GET", "HEAD", "POST"])
def post_delegate(request: Request, pk: int) -> HttpResponse:
    """Let somebody stand in for the holder of a post from a day to a day."""
    assignment = _assignment(request, pk)
    require(rules.may_delegate(assignment, request.standing, request.on))
    form = DelegateForm(request.POST or None, assignment=assignment, standing=request.standing)

    def act() -> None:
        require(rules.is_for_oneself(form.cleaned_data["member"], request.standing, request.on))
        actions.delegate(assignment=assignment, **form.cleaned_data, by=request.user, on=request.on)

    status = tried(form, act) if request.method == "POST" else 200
    if not status:
        data = form.cleaned_data
        messages.success(request, f"{data['member']}代理到 {data['ends_on']:%Y-%m-%d}，到期自动结束。")
        return redirect(assignment.organization)
    return render(request, "branches/post_delegate.html", {"form": form, "assignment": assignment}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def acting_end(request: Request, pk: int) -> HttpResponse:
    """Take it back, or let it end earlier."""
    acting = _assignment(request, pk)
    require(rules.may_end_acting(acting, request.standing, request.on))
    form = EndActingForm(request.POST or None)

    def act() -> None:
        data = form.cleaned_data
        last = request.on - timedelta(days=1) if data["at_once"] else data["ends_on"]
        actions.end_acting(acting=acting, ends_on=last, reason=data["reason"], by=request.user, on=request.on)

    status = tried(form, act) if request.method == "POST" else 200
    if not status:
        messages.success(request, f"已登记{acting.holder}的代理提前结束。")
        return redirect(acting.organization)
    return render(request, "branches/acting_end.html", {"form": form, "acting": acting}, status=status)


def _assignment(request: Request, pk: int) -> PostAssignment:
    visible = PostAssignment.objects.visible_to(request.standing, request.on)
    return get_object_or_404(
        visible.select_related("organization", "member", "user", "acting_for__member", "acting_for__organization"),
        pk=pk,
    )
