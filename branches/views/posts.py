"""Appointing and dismissing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from branches import actions, rules
from branches.forms import AppointForm, EndPostForm
from branches.middleware import Request
from branches.models import Organization, PostAssignment
from branches.views.asking import tell
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
