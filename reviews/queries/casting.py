"""What the ballot page needs to know: the round's sheet, and how a code stands. Nothing here asks who is calling."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from django.db.models import Sum

from reviews import codes
from reviews.models import Code, EvaluationRound, EvaluationSubject, RoundGrade, RoundItem


class CodeState(Enum):
    """How a code stands. A revoked one, or one of a batch that is not open, is as unknown as a wrong one."""

    USABLE = "usable"
    USED = "used"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a rater fills in: (place, text) of subjects from 0, of items from 1, of grades from the best."""

    subjects: tuple[tuple[int, str], ...]
    items: tuple[tuple[int, str], ...]
    grades: tuple[tuple[int, str], ...]


def sheet_of(round_: EvaluationRound) -> Sheet:
    """Return the round's sheet, read once per process: it is frozen from the announcement on, and every move raises the version."""
    return _sheet(round_.pk, round_.version, round_.entered_at)


@lru_cache(maxsize=64)
def _sheet(pk: int, version: int, entered_at: datetime) -> Sheet:
    subjects = EvaluationSubject.objects.filter(round=pk).select_related("member", "organization").order_by("place")
    items = RoundItem.objects.filter(round=pk).order_by("place").values_list("place", "text")
    grades = RoundGrade.objects.filter(round=pk).order_by("place").values_list("place", "label")
    return Sheet(
        subjects=tuple((subject.place, str(subject)) for subject in subjects), items=tuple(items), grades=tuple(grades)
    )


def usable_code(round_: EvaluationRound, code: str) -> Code | None:
    """Return the row of a code that may still be used, as somebody typed it; its batch comes along."""
    tidy = codes.tidy(code)
    if tidy is None:
        return None
    return (
        Code.objects.select_related("batch")
        .filter(
            digest=codes.digest(round_.pk, tidy),
            is_used=False,
            is_revoked=False,
            batch__round=round_,
            batch__is_open=True,
            batch__is_revoked=False,
        )
        .first()
    )


def state_of_code(round_: EvaluationRound, code: str) -> CodeState:
    """Return how a code stands, as somebody typed it: all that anybody may learn about it."""
    tidy = codes.tidy(code)
    if tidy is None:
        return CodeState.UNKNOWN
    row = (
        Code.objects.filter(digest=codes.digest(round_.pk, tidy), batch__round=round_)
        .values("is_used", "is_revoked", "batch__is_open", "batch__is_revoked")
        .first()
    )
    if row is None:
        return CodeState.UNKNOWN
    if row["is_used"]:
        return CodeState.USED
    usable = row["batch__is_open"] and not (row["is_revoked"] or row["batch__is_revoked"])
    return CodeState.USABLE if usable else CodeState.UNKNOWN


def announced(pk: int) -> EvaluationRound | None:
    """Return a round that was announced to raters; a draft, also one made void, is nobody's business."""
    if pk > 2**63 - 1:
        return None
    found = EvaluationRound.objects.filter(pk=pk)
    return next((round_ for round_ in found if round_.is_frozen and round_.announced_on is not None), None)


def raters_eligible(round_: EvaluationRound) -> int:
    """Return how many people could rate."""
    return int(round_.categories.aggregate(number=Sum("eligible"))["number"] or 0)
