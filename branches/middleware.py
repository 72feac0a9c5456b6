"""Gives each request the standing of its person, worked out when first asked for."""

from collections.abc import Callable
from contextvars import ContextVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.log import ask_for_capacity
from accounts.models import User
from branches.scope import Standing, standing_of
from chuangxian import middleware


class Request(middleware.Request):
    """A signed-in person's request as views find it, for their types."""

    standing: Standing
    user: User


_present: ContextVar[Standing | None] = ContextVar("present", default=None)


def acting_capacity(by: User, obj: Model | None) -> str:
    """Return what the person at the request stands in as when he acts upon this record; nothing for what is his own or lies elsewhere."""
    standing = _present.get()
    if standing is None or isinstance(obj, User) or standing.user.pk != by.pk:
        return ""
    if standing.member is not None and getattr(obj, "member_id", None) == standing.member.pk:
        return ""
    path = getattr(obj, "path", "")
    seats = [seat for seat in standing.acting_seats if not path or path.startswith(seat.path)]
    return f"代理{seats[0].acting_title}" if seats else ""


ask_for_capacity(acting_capacity)


class StandingMiddleware:
    """Set ``request.standing``. It stands after the time machine, which sets ``request.on``."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        standing = SimpleLazyObject(lambda: standing_of(request.user, request.on))  # type: ignore[attr-defined]
        request.standing = standing  # type: ignore[attr-defined]
        present = _present.set(standing)  # type: ignore[arg-type]
        try:
            return self.respond(request)
        finally:
            _present.reset(present)
