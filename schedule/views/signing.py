"""Signing in at a study session: the moving code on the projector, and the page it opens on a phone."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from branches.middleware import Request
from chuangxian import clock, limits, qr
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule import signing
from schedule.actions import attendance as actions
from schedule.forms.attendance import SignForm
from schedule.models import StudySession
from schedule.queries import attendance as queries
from schedule.rules import attendance as rules
from schedule.states.study import Presence
from schedule.views.attendance import visible_session

READ = ["GET", "HEAD", "POST"]
EXPIRED = "这个签到码已经过期，请扫大屏幕上现在的码。"
TOO_SLOW = "扫码以后停留得太久了，请再扫一次大屏幕上现在的码。"
WRONG_DIGITS = "这六位数字不对或者已经过期，请看大屏幕上现在的数字再输一次。"
TOO_OFTEN = "输错的次数太多了，请过一分钟再试，或者扫大屏幕上的码。"
# typed codes tried in a minute: by one person, and at one session by all together
TRIES_MOST, TRIES_OVERALL = 5, 300


# ---- the projector ----


@require_http_methods(READ)
def session_sign(request: Request, pk: int) -> HttpResponse:
    """The page for the projector: the code that changes, how many have signed, who is still missing; begins and ends it."""
    session, standing, on = visible_session(request, pk), request.standing, request.on
    require(rules.may_open(session, standing, on))
    if request.method == "POST":
        verbs = {"open": actions.open_signing, "close": actions.close_signing}
        verb = verbs.get(request.POST.get("verb", ""))
        if verb is None:
            return HttpResponseBadRequest("没有这个操作。")
        verb(session=session, by=request.user, on=on)
        return redirect("schedule:session_sign", pk)
    context = {**_screen(request, session), "may_record": rules.may_record(session, standing, on)}
    return render(request, "schedule/session_sign.html", context)


@require_safe
def session_sign_now(request: Request, pk: int) -> HttpResponse:
    """The moving part of that page, for the script."""
    session = visible_session(request, pk)
    require(rules.may_open(session, request.standing, request.on))
    return render(request, "schedule/_sign_screen.html", _screen(request, session))


def _screen(request: Request, session: StudySession) -> dict[str, Any]:
    context: dict[str, Any] = {
        "session": session,
        "attendance": queries.session_attendance(session, request.standing, request.on),
    }
    if session.sign_open:
        now = clock.wall()
        window = signing.window_of(now)
        path = reverse("schedule:sign_in", args=[session.pk])
        address = f"{settings.SITE_URL}{path}"
        url = f"{address}?{urlencode({'code': signing.code_of(session, window)})}"
        digits = signing.digits_of(session, window)
        context |= {
            "url": url,
            "picture": qr.picture_of(url),
            "address": address,
            "digits": f"{digits[:3]} {digits[3:]}",
            "seconds_left": signing.seconds_left(now),
        }
    return context


# ---- signing ----


@require_http_methods(READ)
def sign_in(request: Request, pk: int) -> HttpResponse:
    """What the QR code opens: shows for whom one signs, and signs when the button is pressed. Signs for nobody else.

    The code is looked at when the page is opened; a ticket made then lets the person take a moment to press the button.
    """
    session = _session_to_sign(request, pk)
    member = request.standing.member
    row = queries.row_of(session, member)
    if row is not None and row.status == Presence.PRESENT and session.on == request.on:
        return render(request, "schedule/sign_in.html", {"session": session, "row": row, "member": member})
    require(rules.may_sign(session, request.standing, request.on))
    if request.method == "POST":
        return _signed(request, session)
    code = request.GET.get("code", "")
    if not code:
        return _sign_page(request, session)
    now = clock.wall()
    if not signing.takes_code(session, code, now):
        return _sign_page(request, session, status=403, error=EXPIRED)
    return _sign_page(request, session, ticket=signing.ticket_for(session, request.user, now))


def _session_to_sign(request: Request, pk: int) -> StudySession:
    """Return a session in scope; who stands in the room with its code in hand, but is a guest, is told so."""
    try:
        return visible_session(request, pk)
    except Http404:
        hidden = queries.session_out_of_sight(pk)
        if hidden is not None and signing.takes_code(hidden, request.GET.get("code", ""), clock.wall()):
            raise Refused(rules.GUEST) from None
        raise


def _signed(request: Request, session: StudySession) -> HttpResponse:
    now = clock.wall()
    if "ticket" in request.POST:
        if not signing.takes_ticket(session, request.user, request.POST["ticket"], now):
            return _sign_page(request, session, status=403, error=TOO_SLOW)
    else:
        form = SignForm(request.POST)
        if form.is_valid():
            who, where = f"{request.user.pk}", f"study-sign-{session.pk}"
            # every try counts, right or wrong: who has guessed too often does not get in by the next guess
            if limits.failed(where, who, most_from_address=TRIES_MOST, most_overall=TRIES_OVERALL):
                return _sign_page(request, session, status=429, error=TOO_OFTEN)
            if not signing.takes_digits(session, form.cleaned_data["digits"], now):
                form.add_error("digits", WRONG_DIGITS)
        if form.errors:
            return _sign_page(request, session, status=422, form=form)
    try:
        actions.sign(session=session, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _sign_page(request, session, status=409, error=overtaken.reason)
    return redirect("schedule:sign_in", session.pk)


def _sign_page(request: Request, session: StudySession, *, status: int = 200, **given: Any) -> HttpResponse:
    context = {"session": session, "member": request.standing.member, "form": SignForm(), **given}
    return render(request, "schedule/sign_in.html", context, status=status)
