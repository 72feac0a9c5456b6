"""Long forms from which nothing typed is lost: what stands between the browser's post and wherever an app keeps it.

What was typed and not saved is kept by `accounts.drafts`; here is what such forms need besides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.forms.utils import ErrorDict
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone

# What a browser may leave with somebody who is not signed in: a form of the most rows, each written full.
PARKED_MOST_CHARACTERS = 100_000

Typed = dict[str, list[str]]


def number(text: Any) -> int | None:
    """Return a posted number, or None for anything else."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def typed_in(data: QueryDict, only: str = "") -> Typed:
    """Return what was typed, without the form's token; with ``only`` (a pattern) just the fields whose whole name matches.

    NUL characters are left out: PostgreSQL keeps none.
    """
    return {
        key.replace("\x00", ""): [value.replace("\x00", "") for value in data.getlist(key)]
        for key in data
        if key != "csrfmiddlewaretoken" and (not only or re.fullmatch(only, key) is not None)
    }


def saved_at(moment: datetime) -> JsonResponse:
    """Answer the script that saves while one writes."""
    return JsonResponse({"saved_at": f"{timezone.localtime(moment):%H:%M}"})


def saved_elsewhere(sentence: str) -> JsonResponse:
    """Answer the script that what it sends was written on an older text; it stops saving."""
    return JsonResponse({"sentence": sentence}, status=409)


def sign_in_over() -> JsonResponse:
    """Answer the script whose person is signed in no more."""
    return JsonResponse({"sentence": "登录已过期。"}, status=401)


def as_post(typed: Mapping[str, Sequence[str]]) -> QueryDict:
    """Return what was typed as a form finds it."""
    data = QueryDict(mutable=True)
    for key, values in typed.items():
        data.setlist(key, list(values))
    return data


def with_rows(data: QueryDict, prefix: str, more: int, most: int, **initial: str) -> QueryDict:
    """Return the data with more empty rows of a formset, for browsers without script; ``initial`` is what such a row begins with."""
    data = data.copy()
    count = number(data.get(f"{prefix}-TOTAL_FORMS")) or 0
    wanted = min(count + more, most)
    data[f"{prefix}-TOTAL_FORMS"] = str(wanted)
    for row in range(count, wanted):
        for name, value in initial.items():
            data.setdefault(f"{prefix}-{row}-{name}", value)
    return data


def typed_rows(data: Mapping[str, Any], prefix: str, most: int) -> list[dict[str, str]]:
    """Return the rows of a formset as typed, field by field, whatever state they are in, without those marked for removal."""
    total = min(number(data.get(f"{prefix}-TOTAL_FORMS")) or 0, most)
    starts = [f"{prefix}-{row}-" for row in range(total)]
    rows = [{key.removeprefix(start): str(data[key]) for key in data if key.startswith(start)} for start in starts]
    return [fields for fields in rows if not fields.get("DELETE")]


def unchecked(*forms: Any) -> None:
    """Show bound forms as typed without saying what is wrong: nobody has asked to save them."""
    for form in forms:
        members: Iterable[Any] = form.forms if hasattr(form, "forms") else [form]
        for member in members:
            member._errors = ErrorDict()
            member.cleaned_data = {}
        if hasattr(form, "forms"):
            form._errors = [ErrorDict() for _ in form.forms]
            form._non_form_errors = form.error_class()


def park(request: HttpRequest, name: str, typed: Typed) -> bool:
    """Keep in the anonymous session, which survives signing in, what somebody typed whose sign-in has run out. False when it is too much."""
    if sum(len(value) for values in typed.values() for value in values) > PARKED_MOST_CHARACTERS:
        return False
    request.session[_parked(name)] = typed
    return True


def parked(request: HttpRequest, name: str) -> Typed | None:
    """Take out what was parked, or None."""
    found: Typed | None = request.session.pop(_parked(name), None)
    return found


def _parked(name: str) -> str:
    return f"parked-{name}"
