"""Forms whose words are kept while they are written, and shown again when the form is opened next."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect

from accounts import drafts
from accounts.drafts import FormKey
from accounts.models import Typed
from branches.middleware import Request
from chuangxian.drafts import as_post, saved_at, typed_in


def left_in(request: Request, key: FormKey) -> Typed | None:
    """Return what the person left unsaved, when he opens the form. One query."""
    return drafts.kept_of(form=key, by=request.user) if request.method != "POST" else None


def data_of(request: Request, left: Typed | None) -> QueryDict | None:
    """Return what the form is to show: what is being sent, what was left, or nothing. What was left nobody has asked to check."""
    return as_post(left.typed) if left is not None else request.POST or None


def thrown_away(request: Request, key: FormKey) -> HttpResponse:
    """Throw away what was typed and not saved, and begin again."""
    drafts.forget(form=key, by=request.user)
    messages.info(request, "已放弃没有保存的内容。")
    return redirect(request.path)


def kept(request: Request, key: FormKey) -> JsonResponse:
    """Keep what is being typed, and tell the script when."""
    return saved_at(drafts.keep(form=key, typed=typed_in(request.POST), by=request.user).saved_at)
