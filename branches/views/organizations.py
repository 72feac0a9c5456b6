"""The tree of organisations, and each one's page."""

from copy import copy
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from branches import actions, queries, rules
from branches.forms import OrganizationForm
from branches.middleware import Request
from branches.models import Organization, PostAssignment
from branches.views.asking import asked_day, tell
from chuangxian.verdicts import Verdict, require


@require_safe
def organization_list(request: Request) -> HttpResponse:
    """The tree as it stood on a day, with secretaries and numbers of members."""
    form, day = asked_day(request)
    organizations = Organization.objects.visible_to(request.standing, request.on).existing(day)
    rows = queries.tree(organizations, request.standing, day)
    query = f"?on={day}" if day != request.on else ""
    return render(request, "branches/organization_list.html", {"form": form, "day": day, "rows": rows, "query": query})


@require_safe
def organization_detail(request: Request, pk: int) -> HttpResponse:
    """One organisation as it stood on a day: committee, what stands below it, members, and what was decided."""
    organization = _organization(request, pk)
    standing, on = request.standing, request.on
    form, day = asked_day(request)
    below = Organization.objects.visible_to(standing, on).existing(day).within(organization.path).exclude(pk=pk)
    committee = queries.committee(organization, day)
    sees_roster = rules.may_see_roster(organization, standing, on)
    page = Paginator(queries.roster(standing, day, organization.path), settings.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "organization": organization,
        "line": queries.line_above(organization),
        "form": form,
        "day": day,
        "committee": [_line(one, request) for one in committee],
        "to_come": [_line(one, request) for one in queries.acting_to_come(organization, day)],
        "former": queries.former_posts(organization, day),
        "below": queries.tree(below, standing, day),
        "sees_roster": sees_roster,
        "page": page,
        "count_text": f"{page.paginator.count} 人" if sees_roster else "",
        "query": f"?on={day}" if day != on else "",
        "lines": queries.roster_lines(page, day) if sees_roster else [],
        "history": queries.history_of_organization(organization)
        if rules.may_see_history(organization, standing, on)
        else None,
        "may_change": rules.may_change_organization(organization, standing, on),
        "may_found": rules.may_found(organization, standing, on),
        "may_enroll": rules.may_enroll(organization, standing, on),
        "may_appoint": rules.may_appoint(organization, standing, on),
        "may_import": rules.may_import_roster(organization, standing, on),
        "may_export": rules.may_export_roster(organization, standing, on),
    }
    return render(request, "branches/organization_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organization_create(request: Request, pk: int) -> HttpResponse:
    """Found an organisation under this one."""
    parent = _organization(request, pk)
    require(rules.may_found(parent, request.standing, request.on))
    form = OrganizationForm(request.POST or None, parent=parent, initial={"established_on": request.on})
    if form.is_valid():
        try:
            organization = actions.create_organization(
                parent=parent, **form.cleaned_data, by=request.user, on=request.on
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"已建立“{organization.name}”。")
            return redirect(organization)
    return render(request, "branches/organization_form.html", {"form": form, "parent": parent})


@require_http_methods(["GET", "HEAD", "POST"])
def organization_edit(request: Request, pk: int) -> HttpResponse:
    """Change name, duty and dates."""
    organization = _organization(request, pk)
    require(rules.may_change_organization(organization, request.standing, request.on))
    stored = copy(organization)  # the form writes what was typed on the organisation at once
    form = OrganizationForm(request.POST or None, instance=organization)
    if form.is_valid():
        try:
            actions.change_organization(organization=organization, **form.cleaned_data, by=request.user, on=request.on)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect(organization)
    return render(request, "branches/organization_form.html", {"form": form, "organization": stored})


@dataclass(frozen=True, slots=True)
class CommitteeLine:
    """A post as the page shows it, with what may be done about it."""

    post: PostAssignment
    may_end: Verdict
    may_delegate: Verdict
    may_return: Verdict


def _line(post: PostAssignment, request: Request) -> CommitteeLine:
    standing, on = request.standing, request.on
    return CommitteeLine(
        post,
        rules.may_end_post(post, standing, on),
        rules.may_delegate(post, standing, on),
        rules.may_end_acting(post, standing, on),
    )


def _organization(request: Request, pk: int) -> Organization:
    return get_object_or_404(
        Organization.objects.visible_to(request.standing, request.on).select_related("parent"), pk=pk
    )
