"""Addresses that leave nothing: the ballot pages under /v/ and the pages where one objects to a public notice, which know nobody, and the
calendar feeds under /cal/, whose address is a secret.

No cookie, no session, no line in a log. What is answered there stays in no browser or proxy; a feed is asked for again each time.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

# what a browser or a proxy says of itself and nothing here needs; the proxy's number stands in its own log
FORGOTTEN = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_X_REQUEST_ID")
ALWAYS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class Quiet:
    """A part of the site that leaves nothing: how its addresses begin and end, its headers, and all that the log says of an error in it."""

    prefix: str
    error: str
    headers: dict[str, str] = field(default_factory=dict)
    suffix: str = ""


KEPT_NOWHERE = ALWAYS | {"Cache-Control": "no-store"}
QUIET = (
    Quiet("/v/", "error on a ballot page", KEPT_NOWHERE),
    Quiet("/awards/public/notices/", "error on a page for objections", KEPT_NOWHERE, suffix="/object/"),
    Quiet("/awards/public/reply/", "error on a page for replies", KEPT_NOWHERE),
    Quiet("/cal/", "error in a calendar feed", ALWAYS | {"Cache-Control": "private, no-cache"}),
)


def quiet(path: str) -> Quiet | None:
    """Return the part of the site that a path belongs to, if it is one that leaves nothing."""
    return next((part for part in QUIET if path.startswith(part.prefix) and path.endswith(part.suffix)), None)


class NoTrace:
    """Let a request for such an address in without cookies, and its answer out without any. It stands before everything that reads them."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        part = quiet(request.path)
        if part is None:
            return self.respond(request)
        for name in FORGOTTEN:
            request.META.pop(name, None)
        # no report of an error may show what was posted
        request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]
        response = self.respond(request)
        response.cookies.clear()
        for name, value in part.headers.items():
            response[name] = value
        return response


class Untraced(logging.Filter):
    """Keep such addresses out of the log. Of an error stays where it happened and of what kind; its words may quote what was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop or strip a line that came about while such an address was answered."""
        request = getattr(record, "request", None)
        if record.name == "django.server":  # the development server: its arguments begin with the request line
            return not (record.args and any(f" {part.prefix}" in str(record.args) for part in QUIET))
        part = quiet(request.path) if isinstance(request, HttpRequest) else None
        if part is None:
            return True
        if record.levelno < logging.ERROR:
            return False
        record.msg, record.args = part.error, ()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            record.exc_text = "".join(traceback.format_tb(trace)) + kind.__name__
            record.exc_info = None
        return True
