"""The least that takes a ballot: a Django form, one UPDATE and one INSERT in a transaction, no middleware. The limit beside which `ballots.py` measures."""

import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "chuangxian.settings"

import django
from django.conf import settings

django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__

from django import forms  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from reviews import codes  # noqa: E402
from reviews.models import Ballot, Code, Remark  # noqa: E402

SUBJECTS, ITEMS, GRADES = 5, 8, 5
NAMES = [f"g-{subject}-{item}" for subject in range(SUBJECTS) for item in range(1, ITEMS + 1)]
CHOICES = [(str(place), str(place)) for place in range(1, GRADES + 1)]


def form_class() -> type[forms.Form]:
    """The form, made once."""
    fields: dict[str, Any] = {name: forms.ChoiceField(choices=CHOICES, required=False) for name in NAMES}
    fields |= {"code": forms.CharField(max_length=60), "remark": forms.CharField(max_length=500, required=False)}
    return type("Bare", (forms.Form,), fields)


Bare = form_class()


def cast(request: HttpRequest, pk: int, category: int) -> HttpResponse:
    """Take a ballot."""
    form = Bare(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    said = form.cleaned_data
    with transaction.atomic():
        spent = Code.objects.filter(pk=codes.digest(pk, said["code"]), is_used=False).update(is_used=True)
        if spent != 1:
            return HttpResponse(status=409)
        answers = "".join(said[name] or "0" for name in NAMES)
        Ballot.objects.create(round_id=pk, category_id=category, answers=answers)
        if said["remark"]:
            Remark.objects.create(round_id=pk, text=said["remark"])
    return HttpResponse(status=302)


urlpatterns = [path("cast/<int:pk>/<int:category>/", cast)]
application = WSGIHandler()
