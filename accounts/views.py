"""Signing in and out, one's own password, and the administrator's keeping of accounts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, queries, rules
from accounts.forms import AccountChangeForm, AccountFilterForm, AccountForm, OwnPasswordForm, ReasonForm, SignInForm
from accounts.models import LogEntry, User
from chuangxian.middleware import Request, works_on_past_days
from chuangxian.verdicts import require

RECENT_LINES = 20
KNOWN_BROWSER = f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}known-browser"


# ---- signing in and out ----


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@works_on_past_days
def sign_in(request: Request) -> HttpResponse:
    """Ask for name and password, begin a session, and go on where the person was going."""
    target = _next(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    if request.method != "POST":
        return render(
            request, "accounts/login.html", {"form": SignInForm(request), "next": request.GET.get("next", "")}
        )
    address = request.META["REMOTE_ADDR"]
    if _too_many_from(request, address):
        return _paused(request, settings.SIGN_IN_ADDRESS_WINDOW)
    form = SignInForm(request, request.POST)
    if form.is_valid():
        account = form.get_user()
        assert isinstance(account, User)
        actions.sign_in(request, account=account, address=address, on=request.on)
        return _remember_browser(HttpResponseRedirect(target), account.username)
    if getattr(request, "axes_failures_since_start", None) is not None:  # the password was looked at, and wrong
        paused = bool(getattr(request, "axes_locked_out", False))
        username = form.cleaned_data["username"]
        actions.note_failure(username=username, address=address, paused=paused, on=request.on)
    return render(request, "accounts/login.html", {"form": form, "next": request.POST.get("next", "")})


def sign_in_paused(request: Request, *rest: Any) -> HttpResponse:
    """429: too many wrong passwords; what django-axes answers for a paused account."""
    return _paused(request, settings.SIGN_IN_PAUSE)


def _paused(request: Request, pause: timedelta) -> HttpResponse:
    minutes = int(pause.total_seconds() // 60)
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    context = {"form": form, "next": request.POST.get("next", ""), "locked": True, "locked_minutes": minutes}
    return render(request, "accounts/login.html", context, status=429)


def _too_many_from(request: Request, address: str) -> bool:
    """Many failures from one address stop new faces there, not the people who have signed in from this browser before."""
    if queries.failures_from(address) < settings.SIGN_IN_FAILURES_FROM_ADDRESS:
        return False
    known = _browser_mark(request.POST.get("username", ""))
    return not constant_time_compare(request.COOKIES.get(KNOWN_BROWSER, ""), known)


def _remember_browser(response: HttpResponse, username: str) -> HttpResponse:
    response.set_cookie(
        KNOWN_BROWSER,
        _browser_mark(username),
        max_age=settings.KNOWN_BROWSER_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _browser_mark(username: str) -> str:
    return salted_hmac("accounts.known-browser", username, algorithm="sha256").hexdigest()


def _next(request: Request) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if ours and target.startswith("/") else settings.LOGIN_REDIRECT_URL


@never_cache
@require_POST
@works_on_past_days
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    actions.sign_out(request, account=_me(request), on=request.on)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: Request) -> HttpResponse:
    """Change one's own password; other sessions end."""
    account = _me(request)
    form = OwnPasswordForm(account, _posted(request))
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["new_password1"]
        actions.change_password(request, account=account, password=password, on=request.on)
        messages.success(request, "密码已修改。您在其他电脑或手机上的登录已全部退出。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/password_change.html", {"form": form})


# ---- keeping accounts ----


@require_safe
def account_list(request: Request) -> HttpResponse:
    """All accounts, narrowed by name and state."""
    require(rules.may_keep_accounts(request.user))
    form = AccountFilterForm(request.GET)
    found = queries.accounts(**form.cleaned_data) if form.is_valid() else queries.accounts()
    page = Paginator(found, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/account_list.html", {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def account_create(request: Request) -> HttpResponse:
    """Open an account for somebody who is not on the roster (members get theirs from the member's page)."""
    require(rules.may_keep_accounts(request.user))
    form = AccountForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        account, password = actions.open_account(**form.cleaned_data, by=_me(request), on=request.on)
        return _show_password(request, account, password)
    return render(request, "accounts/account_form.html", {"form": form})


@require_safe
def account_page(request: Request, pk: int) -> HttpResponse:
    """One account: its data, what may be done, what happened to it."""
    require(rules.may_keep_accounts(request.user))
    account, me, on = get_object_or_404(User, pk=pk), _me(request), request.on
    context = {
        "account": account,
        "may_disable": rules.may_disable(account, me, on),
        "may_enable": rules.may_enable(account, me, on),
        "may_reset": rules.may_reset(account, me, on),
        "lines": LogEntry.objects.filter(target_type="accounts.user", target_id=str(pk))[:RECENT_LINES],
    }
    return render(request, "accounts/account_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: Request, pk: int) -> HttpResponse:
    """Correct name and address, give or take the administrator's role."""
    require(rules.may_keep_accounts(request.user))
    account = get_object_or_404(User, pk=pk)
    form = AccountChangeForm(_posted(request), instance=account)
    if account.is_staff:
        form.keep_administrator_unless(rules.may_dismiss(account, _me(request), request.on))
    if request.method == "POST" and form.is_valid():
        actions.change_account(account=account, **form.cleaned_data, by=_me(request), on=request.on)
        messages.success(request, f"{account}的账号信息已保存。")
        return redirect("accounts:account_page", pk)
    return render(request, "accounts/account_form.html", {"form": form, "account": account})


@require_http_methods(["GET", "HEAD", "POST"])
def account_disable(request: Request, pk: int) -> HttpResponse:
    """Ask, then shut the account."""
    require(rules.may_keep_accounts(request.user))
    account = get_object_or_404(User, pk=pk)
    require(rules.may_disable(account, _me(request), request.on))
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.disable_account(account=account, **form.cleaned_data, by=_me(request), on=request.on)
        messages.success(request, f"{account}的账号已停用，登录中的页面会立即退出。")
        return redirect("accounts:account_page", pk)
    return render(request, "accounts/account_disable.html", {"form": form, "account": account})


@require_POST
def account_enable(request: Request, pk: int) -> HttpResponse:
    """Open a shut account again."""
    require(rules.may_keep_accounts(request.user))
    account = get_object_or_404(User, pk=pk)
    actions.enable_account(account=account, by=_me(request), on=request.on)
    messages.success(request, f"{account}的账号已恢复，可以用原来的密码登录。")
    return redirect("accounts:account_page", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def account_reset(request: Request, pk: int) -> HttpResponse:
    """Ask, then give a new initial password, shown this once."""
    require(rules.may_keep_accounts(request.user))
    account = get_object_or_404(User, pk=pk)
    require(rules.may_reset(account, _me(request), request.on))
    if request.method == "POST":
        password = actions.issue_password(account=account, by=_me(request), on=request.on)
        return _show_password(request, account, password)
    return render(request, "accounts/account_reset.html", {"account": account})


def _show_password(request: Request, account: User, password: str) -> HttpResponse:
    # not after a redirect: the password would have to be kept somewhere in between
    hours = int(settings.INITIAL_PASSWORD_VALID.total_seconds() // 3600)
    context = {"account": account, "password": password, "hours": hours}
    return render(request, "accounts/account_password.html", context)


def _posted(request: Request) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _me(request: Request) -> User:
    assert isinstance(request.user, User)  # the sign-in middleware has let nobody else through
    return request.user
