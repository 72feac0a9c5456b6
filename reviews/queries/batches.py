"""Batches of codes: how many were issued and what became of them; the lists raters were drawn from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.db.models.query import QuerySet

from reviews import codes
from reviews.models import Code, CodeBatch, EvaluationRound, RaterCategory, RaterDraw


@dataclass(frozen=True, slots=True)
class Counts:
    """Slips: ``issued`` = ``used`` + ``unused`` + ``revoked``, whatever happens."""

    issued: int = 0
    used: int = 0
    unused: int = 0
    revoked: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.issued + other.issued,
            self.used + other.used,
            self.unused + other.unused,
            self.revoked + other.revoked,
        )


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with its slips; ``consents`` are the people who agreed to open it."""

    batch: CodeBatch
    counts: Counts
    consents: Sequence[str] = ()


@dataclass(slots=True)
class CategoryRow:
    """A category with its batches, in their order."""

    category: RaterCategory
    batches: list[BatchRow] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """The slips of all its batches."""
        return sum((row.counts for row in self.batches), Counts())


def code_counts(round_: EvaluationRound) -> list[CategoryRow]:
    """Return the round's categories with their batches and slips. Three queries, one of them counts."""
    rows = {category.pk: CategoryRow(category) for category in round_.categories.all()}
    counted = (
        CodeBatch.objects.filter(round=round_)
        .annotate(
            issued=Count("codes"),
            used=Count("codes", filter=Q(codes__is_used=True)),
            unused=Count("codes", filter=Q(codes__is_used=False, codes__is_revoked=False)),
            revoked=Count("codes", filter=Q(codes__is_revoked=True)),
        )
        .prefetch_related("consents__by")
        .order_by("pk")
    )
    for batch in counted:
        counts = Counts(batch.issued, batch.used, batch.unused, batch.revoked)
        names = [str(consent.by) for consent in batch.consents.all()]
        rows[batch.category_id].batches.append(BatchRow(batch, counts, names))
    return list(rows.values())


def reserve_size(category: RaterCategory) -> int:
    """Return how many slips of a category are kept back: RESERVE_SHARE of those who may rate, at least one."""
    return max(1, math.ceil(category.eligible * settings.RESERVE_SHARE))


def room_for(category: RaterCategory, *, is_reserve: bool) -> int:
    """Return how many slips may still be made: nobody rates twice, so no more than there are raters. Revoked ones do not count. One query."""
    batches = CodeBatch.objects.filter(category=category, is_reserve=is_reserve, is_revoked=False)
    made = batches.aggregate(made=Sum("size"))["made"] or 0
    return max(0, (reserve_size(category) if is_reserve else category.eligible) - made)


def next_label(round_: EvaluationRound) -> str:
    """Return the name of the batch to be made next; no two have the same. One query."""
    return f"第{CodeBatch.objects.filter(round=round_).count() + 1}批"


def presented(round_: EvaluationRound, typed: str) -> Code | None:
    """Return the code on a slip as somebody typed it, or as a reader of QR codes typed its whole address. One query."""
    code = codes.tidy(typed.replace("＃", "#").rpartition("#")[2])
    if code is None:
        return None
    found: Code | None = (
        Code.objects.select_related("batch__category")
        .filter(digest=codes.digest(round_.pk, code), batch__round=round_)
        .first()
    )
    return found


def draws_of(round_: EvaluationRound) -> QuerySet[RaterDraw]:
    """Return the draws of the round, in the order they were made."""
    draws: QuerySet[RaterDraw] = RaterDraw.objects.filter(category__round=round_).select_related("category", "by")
    return draws.order_by("pk")
