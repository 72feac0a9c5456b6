"""A form that was not taken (signed out meanwhile, its token renewed elsewhere, the right to it gone): what was typed is shown, not thrown away."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NUMBERS = re.compile(r"[\d\s.:/-]*")
TEXT_WORTH_KEEPING = 10  # characters; shorter answers are quicker typed than copied
TEXTS_MOST = 100


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the longer texts of a posted form, each once, in the form's order; none when another site may have sent it."""
    return _texts(request) if request.headers.get("Sec-Fetch-Site") == "same-origin" else []


def accepted_texts(request: HttpRequest) -> list[str]:
    """Return the same of a form whose token was found to be ours, which needs no browser to say from where it came."""
    return _texts(request) if getattr(request, "csrf_processing_done", False) else []


def _texts(request: HttpRequest) -> list[str]:
    texts: dict[str, None] = {}
    for name, values in request.POST.lists():
        if "password" in name or name == "csrfmiddlewaretoken":
            continue
        texts |= dict.fromkeys(text for value in values if len(text := value.strip()) >= TEXT_WORTH_KEEPING)
    return [text for text in texts if not NUMBERS.fullmatch(text)][:TEXTS_MOST]


def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 where Django found no valid form token; settings.CSRF_FAILURE_VIEW."""
    context = {"texts": typed_texts(request), "exception": "这个页面放得太久，或者您在别处重新登录过，表单已经失效。"}
    return render(request, "lost_form.html", context, status=403)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the sentence; chuangxian.urls.handler403."""
    context = {"texts": accepted_texts(request), "exception": str(exception)}
    return render(request, "403.html", context, status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; chuangxian.urls.handler404. Why there is nothing is not told."""
    return render(request, "404.html", {"texts": accepted_texts(request)}, status=404)
