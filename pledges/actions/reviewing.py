"""Reviewing: many at once, and the approval that is given above the unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import User
from chuangxian.verdicts import Refused
from pledges.actions.writing import publish
from pledges.models import Pledge
from pledges.workflow import PLEDGE


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one pledge of many: ``refusal`` is empty when it went through."""

    pledge: Pledge
    refusal: str = ""


def approve_many(
    *, pledges: Sequence[Pledge], versions: dict[int, int], note: str = "", by: User, on: date
) -> list[Done]:
    """Approve each in its own transaction; one refusal does not stop the others. ``versions`` is what the person had read."""
    return [
        _try(pledge, lambda p: PLEDGE.move(p, "approve", note=note, version=versions.get(p.pk), by=by, on=on))
        for pledge in pledges
    ]


def publish_many(*, pledges: Sequence[Pledge], by: User, on: date) -> list[Done]:
    """Publish each in its own transaction; one refusal does not stop the others."""
    return [_try(pledge, lambda p: publish(pledge=p, version=p.version, by=by, on=on)) for pledge in pledges]


def _try(pledge: Pledge, act: Callable[[Pledge], None]) -> Done:
    try:
        with transaction.atomic():
            act(pledge)
    except Refused as refused:
        return Done(pledge, refused.reason)
    return Done(pledge)


def record_approval(
    *, pledge: Pledge, document: str, document_on: date | None, note: str = "", version: int | None, by: User, on: date
) -> None:
    """Register the document by which the organisation above the unit approved."""
    pledge.external_document = document.strip()
    pledge.external_document_on = document_on
    PLEDGE.move(pledge, "record_approval", note=note, version=version, by=by, on=on)
