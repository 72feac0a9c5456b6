"""An announced round with codes in hand, written straight into the tables: races need real transactions, and the log cannot be emptied."""

from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import Any

from branches.models import Organization
from branches.states import Kind
from reviews import codes
from reviews.models import (
    Code,
    CodeBatch,
    EvaluationRound,
    EvaluationSubject,
    RaterCategory,
    RoundGrade,
    RoundItem,
)
from reviews.states import EvaluationState, RaterKind, SubjectKind
from tests.pledges.build import campaign

ON = date(2011, 6, 20)
GRADES = ("满意", "比较满意", "基本满意", "不满意", "不了解")
ITEMS = ("活动组织", "重点工作", "承诺践诺", "为民办实事", "班子队伍建设")


@dataclass
class Vote:
    """A round that takes ballots on ON, and the plain codes of its batches in the order they were made."""

    round: EvaluationRound
    codes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, pk: int) -> "Vote":
        """Return a round that was made before, with no code in hand."""
        return cls(EvaluationRound.objects.get(pk=pk))

    def batch(self, size: int, *, kind: str = RaterKind.PARTY_MEMBER, label: str = "", **fields: Any) -> CodeBatch:
        """Make a batch of that category; its codes join ``codes``."""
        category, _ = RaterCategory.objects.get_or_create(
            round=self.round, kind=kind, name=RaterKind(kind).label, defaults={"eligible": size}
        )
        number = CodeBatch.objects.filter(round=self.round).count() + 1
        batch = CodeBatch.objects.create(
            round=self.round, category=category, label=label or f"{number}批", size=size, **fields
        )
        fresh = [codes.new_code() for _ in range(size)]
        Code.objects.bulk_create(Code(digest=codes.digest(self.round.pk, code), batch=batch) for code in fresh)
        self.codes += fresh
        return batch

    def grades(self, number: int = 0) -> dict[tuple[int, int], int]:
        """Return a whole ballot, a different one for each number."""
        turn = cycle((1, 2, 1, 3, 1, 4, 2)[number % 7 :] + (1, 2, 5)[number % 3 :])
        subjects, items = self.round.subjects.count(), self.round.items.count()
        return {(subject, item): next(turn) for subject in range(subjects) for item in range(1, items + 1)}


def vote(
    size: int = 0, *, subjects: int = 1, items: int = len(ITEMS), place: Organization | None = None, **fields: Any
) -> Vote:
    """An announced round of 10 to 30 June 2011 with one batch of so many codes."""
    if place is None:
        number = Organization.objects.count() + 1
        place = Organization.objects.create(
            kind=Kind.BRANCH, name=f"第{number}党支部", path=f"V{number:03}", unit_path=f"V{number:03}"
        )
    made = {
        "organization": place,
        "campaign": campaign(),
        "year": 2011,
        "subject_kind": SubjectKind.ORGANIZATION,
        "name": "2011年群众评议",
        "opens_on": date(2011, 6, 10),
        "closes_on": date(2011, 6, 30),
        "state": EvaluationState.ANNOUNCED,
        "announced_on": date(2011, 6, 1),
    }
    round_ = EvaluationRound.objects.create(**made | fields)
    RoundItem.objects.bulk_create(
        RoundItem(round=round_, place=n + 1, text=f"{ITEMS[n % len(ITEMS)]}{'' if n < len(ITEMS) else n}")
        for n in range(items)
    )
    RoundGrade.objects.bulk_create(
        RoundGrade(round=round_, place=n, label=label, is_valid=n < 5, is_positive=n < 4)
        for n, label in enumerate(GRADES, 1)
    )
    for n in range(subjects):
        rated = place
        if n:
            rated = Organization.objects.create(
                kind=Kind.BRANCH, name=f"{place.name}之{n + 1}", path=f"{place.path}{n:02}", unit_path=place.unit_path
            )
        EvaluationSubject.objects.create(round=round_, place=n, organization=rated)
    found = Vote(round_)
    if size:
        found.batch(size)
    return found
