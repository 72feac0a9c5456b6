"""The roster to search, and each member's page."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from branches import actions, queries, rules
from branches.forms import (
    AccountForm,
    EnrollForm,
    LeaveForm,
    MemberFilter,
    MemberForm,
    TransferForm,
    suggested_username,
)
from branches.middleware import Request
from branches.models import Member, Organization
from branches.views.asking import asked_day, tell
from chuangxian.middleware import works_on_past_days
from chuangxian.verdicts import require

SORTS = {
    "name": ("member__sort_key", "member_id"),
    "organization": ("path", "member__sort_key", "member_id"),
    "type": ("member__member_type", "member__sort_key", "member_id"),
}


@require_safe
def member_list(request: Request) -> HttpResponse:
    """Everybody on the roster of a day whom the viewer may see."""
    _, day = asked_day(request)
    organizations = Organization.objects.visible_to(request.standing, request.on).existing(day)
    known = organizations.within(*request.standing.roster_paths())
    found = MemberFilter(request.GET, queryset=queries.roster(request.standing, day), organizations=known)
    asked = request.GET.get("sort", "name")
    order = SORTS.get(asked.removeprefix("-"), SORTS["name"])
    rows = found.qs.order_by(f"-{order[0]}" if asked.startswith("-") else order[0], *order[1:])
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": found, "page": page, "lines": queries.roster_lines(page, day), "day": day}
    return render(request, "branches/member_list.html", context)


@require_safe
def member_detail(request: Request, pk: int) -> HttpResponse:
    """A member: posts and memberships with their dates; personal data only to himself at once."""
    member = _member(request, pk)
    own = request.standing.member == member
    return _member_page(request, member, personal=own)


@require_POST
@works_on_past_days
def member_reveal(request: Request, pk: int) -> HttpResponse:
    """The same page with the personal data of somebody else; each look is a line in the log."""
    member = _member(request, pk)
    require(rules.may_see_personal(member, request.standing, request.on))
    if request.standing.member == member:
        return redirect(member)
    _note_reveal(request, member)
    return _member_page(request, member, personal=True)


def _note_reveal(request: Request, member: Member) -> None:
    log.record(
        verb="reveal_member",
        label="查看个人信息",
        obj=member,
        category=LogEntry.Category.REVEAL,
        by=request.user,
        on=request.on,
    )


def _member_page(request: Request, member: Member, *, personal: bool) -> HttpResponse:
    standing, on = request.standing, request.on
    home = queries.home_of(member, on)
    reads = standing.member == member or bool(home and standing.may_read(home.path))
    context = {
        "member": member,
        "home": home,
        "personal": personal,
        "may_reveal": rules.may_see_personal(member, standing, on),
        "memberships": member.memberships.visible_to(standing, on).select_related(
            "organization", "organization__parent"
        ),
        "posts": queries.posts_ever(member, standing),
        "history": queries.history_of_member(member) if reads else None,
        "day": on,
        "may_change": rules.may_change_member(member, standing, on),
        "may_transfer": rules.may_transfer(member, standing, on),
        "may_return": rules.may_return(member, standing, on),
        "may_open_account": rules.may_open_account(member, standing, on),
    }
    return render(request, "branches/member_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def member_create(request: Request, pk: int) -> HttpResponse:
    """Take up a new member in this branch or group."""
    organization = get_object_or_404(Organization.objects.visible_to(request.standing, request.on), pk=pk)
    require(rules.may_enroll(organization, request.standing, request.on))
    form = EnrollForm(request.POST or None, organization=organization, initial={"starts_on": request.on})
    if form.is_valid():
        try:
            member = actions.enroll_member(
                organization=organization,
                reason=form.cleaned_data["reason"],
                **{name: getattr(form.instance, name) for name in form.model_fields},
                by=request.user,
                on=form.cleaned_data["starts_on"],
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"已把{member}编入{organization}。")
            return redirect(member)
    return render(request, "branches/member_form.html", {"form": form, "organization": organization})


@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: Request, pk: int) -> HttpResponse:
    """Change a member's data: all of it for those who keep the roster, the address for the branch secretary."""
    member = _member(request, pk)
    require(rules.may_change_member(member, request.standing, request.on))
    allowed = rules.editable_fields(member, request.standing, request.on)
    stored = copy(member)  # the form writes what was typed on the member at once
    form = MemberForm(request.POST or None, instance=member, allowed=allowed)
    if request.method != "POST" and request.standing.member != member:
        _note_reveal(request, member)
    if form.is_valid():
        try:
            actions.change_member(
                member=form.instance,
                fields=form.model_fields,
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                on=request.on,
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect(member)
    return render(request, "branches/member_form.html", {"form": form, "member": stored})


@require_http_methods(["GET", "HEAD", "POST"])
def member_transfer(request: Request, pk: int) -> HttpResponse:
    """Move a member to another branch or group of the unit, or take him up again."""
    member = _member(request, pk)
    home = queries.home_of(member, request.on)
    returning = rules.may_return(member, request.standing, request.on)
    if not returning:
        require(rules.may_transfer(member, request.standing, request.on))
    form = TransferForm(request.POST or None, standing=request.standing)
    if form.is_valid():
        organization: Organization = form.cleaned_data["organization"]
        try:
            actions.transfer_member(
                member=member,
                organization=organization,
                reason=form.cleaned_data["reason"],
                by=request.user,
                on=form.cleaned_data["on"],
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"已把{member}的组织关系转到{organization}。")
            return redirect(member)
    context = {"form": form, "member": member, "home": home, "returning": bool(returning)}
    return render(request, "branches/member_transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def member_leave(request: Request, pk: int) -> HttpResponse:
    """End a member's membership: he goes to another unit, or died."""
    member = _member(request, pk)
    require(rules.may_transfer(member, request.standing, request.on))
    form = LeaveForm(request.POST or None, initial={"on": request.on})
    if form.is_valid():
        try:
            actions.leave(
                member=member, reason=form.cleaned_data["reason"], by=request.user, on=form.cleaned_data["on"]
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"{member}的组织关系已转出。")
            return redirect(member)
    context = {"form": form, "member": member, "home": queries.home_of(member, request.on)}
    return render(request, "branches/member_leave.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_account(request: Request, pk: int) -> HttpResponse:
    """Open a member's account; the initial password is on this one answer and nowhere else."""
    member = _member(request, pk)
    require(rules.may_open_account(member, request.standing, request.on))
    form = AccountForm(request.POST or None, initial={"username": suggested_username(member)})
    if form.is_valid():
        try:
            account, password = actions.issue_account(
                member=member, username=form.cleaned_data["username"], by=request.user, on=request.on
            )
        except ValidationError as error:
            tell(form, error)
        else:
            hours = int(settings.INITIAL_PASSWORD_VALID.total_seconds() // 3600)
            context = {"member": member, "account": account, "password": password, "hours": hours}
            return render(request, "branches/member_account_opened.html", context)
    return render(request, "branches/member_account.html", {"form": form, "member": member})


def _member(request: Request, pk: int) -> Member:
    return get_object_or_404(Member.objects.visible_to(request.standing, request.on), pk=pk)
