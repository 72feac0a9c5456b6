"""Who is not signed in is asked to; who holds an initial password changes it first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from chuangxian.lost_forms import typed_texts
from chuangxian.middleware import SAFE, Respond

OPEN_WITH_INITIAL_PASSWORD = ("accounts:password_change", "accounts:sign_out", "health_live", "health_ready")


class SignInRequired(LoginRequiredMiddleware):
    """Django's, but a form posted after the session ended loses nothing.

    What was typed is shown for copying, and after signing in one returns to the page with the form, not to an address that only takes posts.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:  # type: ignore[override]
        """Send to the sign-in page with the way back."""
        if request.method in SAFE:
            return super().handle_no_permission(request, view_func)
        sign_in = redirect_to_login(page_before(request), self.get_login_url(view_func))
        if not (texts := typed_texts(request)):
            return sign_in
        context = {"texts": texts, "exception": "您的登录已经过期，刚才的内容还没有提交。", "sign_in_url": sign_in.url}
        return render(request, "lost_form.html", context, status=401)


class InitialPassword:
    """Until an initial password is changed, only changing it and signing out are open."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *rest: object
    ) -> HttpResponse | None:
        """Lead everything else to the password page."""
        match = request.resolver_match
        holds_initial = isinstance(request.user, User) and request.user.must_change_password
        if holds_initial and match is not None and match.view_name not in OPEN_WITH_INITIAL_PASSWORD:
            return redirect("accounts:password_change")
        return None


def page_before(request: HttpRequest) -> str:
    """Return the path of the page the request came from when it is ours, else the front page."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(before)
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
