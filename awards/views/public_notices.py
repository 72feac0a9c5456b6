"""Public notices as everybody finds them: the list, one of them, objecting, and asking for the answer.

Reading needs no sign-in and leaves no session. The two pages that take words know nobody at all (`chuangxian/no_trace.py`): no cookie comes in or goes
out, so there is no token against forged posts either, and nothing to forge, since they give nobody a right.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from awards import numbers
from awards.actions import objections as actions
from awards.forms.notices import ObjectForm, ReplyForm
from awards.models import PublicNotice
from awards.queries import notices as queries
from awards.queries import objections as objection_queries
from awards.rules import notices as rules
from branches.middleware import Request
from chuangxian.limits import failed
from chuangxian.verdicts import Refused

OBJECTIONS_FROM_ADDRESS, OBJECTIONS_OVERALL = (
    20,
    100,
)  # a minute; a whole school shares one address, and sending one again counts too
GUESSES_FROM_ADDRESS, GUESSES_OVERALL = 20, 300  # wrong numbers a minute; right ones are never limited
TOO_MANY_OBJECTIONS = "刚才提交得太多，请过一分钟再提交。您写的内容还在下面。"
TOO_MANY_GUESSES = "输错的次数太多，请过一分钟再试。正确的查询号随时可以用。"
WRONG = "没有这个查询号。请对照抄下的号码再输一遍；字母不分大小写，短横线可以不输。"


@login_not_required
@require_safe
def public_notice_list(request: Request) -> HttpResponse:
    """The notices that hang now, and those that ended lately."""
    notices = queries.for_lists(PublicNotice.objects.hanging(request.on))
    page = Paginator(notices, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(notice, bool(rules.may_object(notice, request.on))) for notice in page]
    return render(request, "awards/public_notice_list.html", {"page": page, "rows": rows})


@login_not_required
@require_safe
def public_notice(request: Request, pk: int) -> HttpResponse:
    """What is posted, its days one by one, and how to object. After its time only people of the unit read whom it names."""
    on = request.on
    notice: PublicNotice = get_object_or_404(queries.with_round(PublicNotice.objects.public(on)), pk=pk)
    until = notice.names_shown_until()
    is_open = until is not None and on <= until
    reads = is_open or PublicNotice.objects.visible_to(request.standing, on).filter(pk=pk).exists()
    context = {
        "notice": notice,
        "is_open": is_open,
        "reads": reads,
        "until": until,
        "entries": queries.entries_of(notice) if reads else [],
        "days": queries.counted_days(notice),
        "newer": queries.newer_edition(notice),
        "verdict": rules.may_object(notice, on),
        "on": on,
    }
    return render(request, "awards/public_notice.html", context)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_object(request: Request, pk: int) -> HttpResponse:
    """Say something against a notice, with or without a name; the number is shown once, on the answer itself."""
    on = request.on
    notice: PublicNotice = get_object_or_404(queries.with_round(PublicNotice.objects.public(on)), pk=pk)
    verdict = rules.may_object(notice, on)
    form = ObjectForm(_clean(request), entries=queries.entries_of(notice) if verdict else [])
    if request.method != "POST" or not verdict:
        return _object(request, notice, form, verdict, status=200 if request.method != "POST" else 409)
    if not form.is_valid():
        return _object(request, notice, form, verdict, status=422)
    if _too_many(request, "objection", OBJECTIONS_FROM_ADDRESS, OBJECTIONS_OVERALL):
        return _object(request, notice, form, verdict, error=TOO_MANY_OBJECTIONS, status=429)
    try:
        number = actions.receive(notice=notice, on=on, **form.values())
    except Refused as refused:  # it ended, or was replaced, while one wrote
        return _object(request, notice, form, verdict, error=refused.reason, status=409)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _object(request, notice, form, verdict, status=422)
    return render(request, "awards/public_object_done.html", {"notice": notice, "number": numbers.shown(number)})


def _clean(request: Request) -> Any:
    """Return what was posted; PostgreSQL keeps no NUL characters."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    for name in data:
        data.setlist(name, [value.replace("\x00", "") for value in data.getlist(name)])
    return data


def _object(
    request: Request, notice: PublicNotice, form: ObjectForm, verdict: Any, *, error: str = "", status: int = 200
) -> HttpResponse:
    typed = [form["text"].value() or ""] if form.is_bound and not verdict else []
    context = {"notice": notice, "form": form, "verdict": verdict, "error": error, "texts": typed}
    return render(request, "awards/public_object.html", context, status=status)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_reply(request: Request) -> HttpResponse:
    """Tell whoever has the number how the objection stands and what was answered."""
    form = ReplyForm(_clean(request))
    context: dict[str, Any] = {"form": form}
    if request.method != "POST":
        return render(request, "awards/public_reply.html", context)
    if not form.is_valid():
        return render(request, "awards/public_reply.html", context, status=422)
    number = numbers.tidy(form.cleaned_data["number"])
    objection = objection_queries.found_by(numbers.digest(number)) if number is not None else None
    if objection is not None:
        return render(request, "awards/public_reply.html", context | {"objection": objection})
    too_many = _too_many(request, "objection_number", GUESSES_FROM_ADDRESS, GUESSES_OVERALL)
    form.add_error("number", TOO_MANY_GUESSES if too_many else WRONG)
    return render(request, "awards/public_reply.html", context, status=429 if too_many else 422)


def _too_many(request: Request, what: str, from_address: int, overall: int) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    return failed(what, address, most_from_address=from_address, most_overall=overall)
