"""What every request passes: the day it stands on, what may be written, what may be cached."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.lost_forms import accepted_texts
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken

PAST_DAY = "past_day"
SAFE = ("GET", "HEAD", "OPTIONS")

Respond = Callable[[HttpRequest], HttpResponse]


class Request(HttpRequest):
    """A request as views find it, for their types: middleware has set its day."""

    on: date
    past_day: date | None


class TimeMachine:
    """Give each request its day ``request.on``; a leader who looks at a past day may look and not write."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        past = request.session.get(PAST_DAY) if request.user.is_authenticated else None
        request.past_day = date.fromisoformat(past) if past else None  # type: ignore[attr-defined]
        request.on = request.past_day or clock.today()  # type: ignore[attr-defined]
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *rest: object) -> None:
        """Refuse every write on a past day, except leaving it and signing out."""
        if request.method not in SAFE and request.past_day and not getattr(view, "works_on_past_days", False):  # type: ignore[attr-defined]
            raise Refused("您正在查看过去某一天的情况，只能看，不能改。请先回到今天。")


def works_on_past_days(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a writing view that stays open while somebody looks at a past day."""
    view.works_on_past_days = True  # type: ignore[attr-defined]
    return view


class PrivatePages:
    """Pages made for a signed-in person are never kept by browsers or proxies."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response


class Collisions:
    """Turn two people's collision into a page that explains it and loses nothing."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for `Overtaken` and `Conflict`; everything else goes its way."""
        if isinstance(exception, Overtaken):
            return render(
                request, "409.html", {"sentence": exception.reason, "texts": accepted_texts(request)}, status=409
            )
        if isinstance(exception, Conflict):
            return render(request, "409.html", {"sentence": str(exception), **_both_texts(exception)}, status=409)
        return None


def _both_texts(conflict: Conflict) -> dict[str, object]:
    meta = conflict.current._meta
    rows = [
        {"label": meta.get_field(name).verbose_name, "mine": value, "theirs": getattr(conflict.current, name)}  # type: ignore[union-attr]
        for name, value in conflict.mine.items()
    ]
    return {"fields": rows, "current": conflict.current}
