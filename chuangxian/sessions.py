"""How long a sign-in lasts: SESSION_IDLE without a request, SESSION_ABSOLUTE in any case."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from chuangxian import clock

BEGAN, SEEN = "signed_in_at", "seen_at"  # seconds since the epoch, real time
NOTED_EVERY = 300  # seconds; a write with every page would be a write lock with every page


class SessionLifetime:
    """Sign out whoever was idle too long or has been signed in too long, before the view sees the request."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(clock.wall().timestamp())
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(SEEN, now)
            idle, lasted = now - seen, now - began
            if idle > settings.SESSION_IDLE.total_seconds() or lasted > settings.SESSION_ABSOLUTE.total_seconds():
                logout(request)
            elif idle >= NOTED_EVERY or SEEN not in request.session:
                request.session[SEEN] = now
        return self.respond(request)
