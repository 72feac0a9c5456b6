"""Gives each request the standing of its person, worked out when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from branches.scope import Standing, standing_of
from chuangxian import middleware


class Request(middleware.Request):
    """A signed-in person's request as views find it, for their types."""

    standing: Standing
    user: User


class StandingMiddleware:
    """Set ``request.standing``. It stands after the time machine, which sets ``request.on``."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: standing_of(request.user, request.on))  # type: ignore[attr-defined]
        return self.respond(request)
