"""对照检查汇总: a standard a row, with its measures and what became of them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from chuangxian.sheets import Column, Groups, Sheet
from reviews.models import Measure, SelfReview, SelfReviewLine
from reviews.queries.scores import scheme_of
from reviews.states import Answer, ReviewState, SubjectKind
from schedule.models import ActionItem
from schedule.states.items import ItemState


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One standard of one self-review; ``items`` are what its measures became."""

    line: SelfReviewLine
    measures: list[Measure]
    on: date
    items: list[tuple[str, date | None]] = field(default_factory=list)

    @property
    def review(self) -> SelfReview:
        """The self-review it belongs to."""
        return self.line.review

    @property
    def numbered(self) -> str:
        """The measures as one text."""
        return _lines([measure.text for measure in self.measures])

    @property
    def due(self) -> str:
        """Their days, in the same order."""
        return _lines([f"{measure.due_on:%Y-%m-%d}" for measure in self.measures])

    @property
    def responsible(self) -> str:
        """Who answers for them, in the same order."""
        subject = self.review.member
        other = subject.name if subject is not None else "书记"
        return _lines([m.responsible.name if m.responsible is not None else other for m in self.measures])

    @property
    def raised(self) -> int:
        """How many action items came of it."""
        return len(self.items)

    @property
    def closed(self) -> int:
        """How many of them had been seen closed by that day."""
        return sum(verified is not None and verified <= self.on for _, verified in self.items)

    @property
    def with_gap(self) -> int:
        """1 where something falls short."""
        return int(self.line.answer in (Answer.PARTLY, Answer.GAP))


def _lines(texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


SUMMARY: Sheet[SummaryLine] = Sheet(
    "对照检查汇总",
    [
        Column("党组织", "review.organization.name", key="organization", width=15, wrap=True),
        Column("主体", lambda row: str(row.review.subject), key="subject", width=10, wrap=True),
        Column("对照标准", "line.standard.title", key="standard", width=13, wrap=True),
        Column("结果", "line.answer", "choice", choices=Answer.choices, key="answer", width=9),
        Column("差距", "line.gap", key="gap", width=26, wrap=True),
        Column("原因", "line.cause", key="cause", width=22, wrap=True),
        Column("措施", "numbered", key="measures", width=30, wrap=True),
        Column("完成时限", "due", key="due_on", width=13, wrap=True),
        Column("责任人", "responsible", key="responsible", width=9, wrap=True),
        Column("整改事项", "raised", "integer", key="raised", width=8),
        Column("已销号", "closed", "integer", key="closed", width=8),
        Column("状态", "review.state", "choice", choices=ReviewState.choices, key="state", width=9),
        # from here on for the screen only
        Column("做法", "line.practice", key="practice", width=40, wrap=True, printed=False),
        Column("有差距", "with_gap", "integer", key="with_gap", width=8, printed=False),
        Column(
            "类别", "review.subject_kind", "choice", choices=SubjectKind.choices, key="kind", width=8, printed=False
        ),
        Column("轮次", "review.round.name", key="round", width=16, printed=False),
        Column("首次提交", "review.first_submitted_on", "date", key="submitted_on", printed=False),
        Column("迟交", lambda row: row.review.is_late or None, key="late", width=6, printed=False),
        Column("认可", "review.accepted_on", "date", key="accepted_on", printed=False),
    ],
)


def _points(name: str) -> Callable[[SummaryLine], Decimal | None]:
    # in a workbook of several campaigns, a row of one that keeps no scores shows none
    return lambda row: getattr(row.line, name) if scheme_of(row.review.round.semester.campaign) is not None else None


POINTS: list[Column[SummaryLine]] = [
    Column("自查分", _points("self_score"), "decimal", key="self_score", width=8),
    Column("考核分", _points("assessed_score"), "decimal", key="assessed_score", width=8),
]
# where a campaign keeps scores
SCORED_SUMMARY: Sheet[SummaryLine] = Sheet(
    SUMMARY.title,
    [*(c for c in SUMMARY.columns if c.printed), *POINTS, *(c for c in SUMMARY.columns if not c.printed)],
)

SUMMARY_GROUPS: Groups[SummaryLine] = Groups(
    key=lambda row: (row.review.organization_id, row.review.organization.name),
    label=lambda key: str(key[1]),
    sums=["raised", "closed", "with_gap"],
    counts=["standard"],
)


def summary_lines(reviews: "QuerySet[SelfReview]", on: date) -> Any:
    """Walk the standards of these self-reviews, branch by branch. Streamed; two queries and one more for each five hundred rows."""
    chosen = reviews.order_by().values("pk")
    lines = SelfReviewLine.objects.filter(review__in=chosen)
    lines = lines.select_related(
        "standard", "review__organization", "review__member", "review__round__semester__campaign__scoring"
    ).prefetch_related(Prefetch("measures", Measure.objects.select_related("responsible")))
    ordered = lines.order_by(
        "review__path",
        "review__organization_id",
        "-review__round__opens_on",
        "-review__subject_kind",
        "review__member__sort_key",
        "review_id",
        "place",
        "pk",
    )
    items = _items_of(chosen)
    for line in ordered.iterator(chunk_size=500):
        yield SummaryLine(line, list(line.measures.all()), on, items.get((line.review_id, line.standard_id), []))


def _items_of(chosen: Any) -> dict[tuple[int | None, int | None], list[tuple[str, date | None]]]:
    """Return the action items these self-reviews raised. One query."""
    rows = ActionItem.objects.filter(source_type=SelfReview._meta.label_lower, source_id__in=chosen)
    rows = rows.exclude(state=ItemState.CANCELLED).order_by("source_place", "pk")
    found: dict[tuple[int | None, int | None], list[tuple[str, date | None]]] = defaultdict(list)
    for review, standard, state, verified in rows.values_list("source_id", "standard_id", "state", "verified_on"):
        found[review, standard].append((state, verified))
    return found
