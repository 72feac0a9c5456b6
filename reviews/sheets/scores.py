"""对照检查计分: a self-review a row, in the order of the roster and never by points. Only where a campaign keeps scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chuangxian.sheets import Column, Sheet
from reviews.models import SelfReview
from reviews.queries.scores import Total, of_lines, scheme_of
from reviews.scope.self_reviews import SelfReviewQuerySet
from reviews.states import ReviewState, SubjectKind


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """The sums of one self-review; none where nothing has been given."""

    review: SelfReview
    own: Total | None
    assessed: Total | None

    @property
    def most(self) -> int | None:
        """What could be reached."""
        either = self.own or self.assessed
        return either.most if either is not None else None

    @property
    def apart(self) -> Decimal | None:
        """By how much others see it higher; nothing until every standard has both."""
        if self.own is None or self.assessed is None or not (self.own.band and self.assessed.band):
            return None
        return self.assessed.points - self.own.points


SCORES: Sheet[ScoreLine] = Sheet(
    "计分",
    [
        Column("党组织", "review.organization.name", key="organization", width=20, wrap=True),
        Column("主体", lambda row: str(row.review.subject), key="subject", width=14, wrap=True),
        Column("类别", "review.subject_kind", "choice", choices=SubjectKind.choices, key="kind", width=9),
        Column("轮次", "review.round.name", key="round", width=18, wrap=True),
        Column("满分", "most", "integer", key="most", width=8),
        Column("自查分", lambda row: row.own and row.own.points, "decimal", key="own", width=9),
        Column("自查等次", lambda row: row.own and row.own.band, key="own_band", width=10),
        Column("考核分", lambda row: row.assessed and row.assessed.points, "decimal", key="assessed", width=9),
        Column("考核等次", lambda row: row.assessed and row.assessed.band, key="assessed_band", width=10),
        Column("相差", "apart", "decimal", key="apart", width=8),
        Column("状态", "review.state", "choice", choices=ReviewState.choices, key="state", width=9),
    ],
)


def scores_kept(reviews: SelfReviewQuerySet) -> bool:
    """Answer whether any of them belongs to a campaign that keeps scores. One query."""
    found: bool = reviews.filter(round__semester__campaign__scoring__enabled=True).exists()
    return found


def score_lines(reviews: SelfReviewQuerySet) -> Iterator[ScoreLine]:
    """Walk the self-reviews of campaigns that keep scores, branch by branch. Streamed; one query and one more for each five hundred."""
    rows: Any = reviews.filter(round__semester__campaign__scoring__enabled=True)
    rows = rows.select_related("organization", "member", "round__semester__campaign__scoring").prefetch_related("lines")
    ordered = rows.order_by("path", "organization_id", "-round__opens_on", "-subject_kind", "member__sort_key", "pk")
    for review in ordered.iterator(chunk_size=500):
        yield ScoreLine(review, *of_lines(review.lines.all(), scheme_of(review.round.semester.campaign)))
