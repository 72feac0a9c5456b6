"""领导点评台账: a row a problem, or one for a comment without; what was said, what was to be put right, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from chuangxian.sheets import Column, Groups, Sheet
from reviews.models import CommentProblem, LeaderComment
from reviews.queries.comments import items_of, with_problems
from reviews.scope.comments import CommentQuerySet
from reviews.states import CommentForm, CommentState, Publicity, Rating, SubjectKind
from schedule.models import ActionItem
from schedule.states.items import ItemState

BATCH = 200


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A comment with one of its problems as it stood on a day. ``is_first``: the line that counts the comment."""

    comment: LeaderComment
    problem: CommentProblem | None
    item: ActionItem | None
    is_first: bool
    on: date

    @property
    def count(self) -> int:
        """1 on the comment's first line."""
        return int(self.is_first)

    @property
    def problems(self) -> int:
        """1 where a problem is named."""
        return int(self.problem is not None)

    @property
    def done(self) -> int:
        """1 where it has been put right."""
        return int(self.item is not None and self.item.state == ItemState.VERIFIED)

    @property
    def overdue(self) -> str | None:
        """A mark where its day has passed."""
        return "逾期" if self.item is not None and self.item.is_overdue(self.on) else None


LEDGER: Sheet[LedgerLine] = Sheet(
    "领导点评台账",
    [
        Column("党组织", "comment.organization.name", key="organization", width=15, wrap=True),
        Column("点评对象", lambda line: str(line.comment.subject), key="subject", width=10, wrap=True),
        Column("对象类别", "comment.subject_kind", "choice", choices=SubjectKind.choices, key="kind", width=8),
        Column("点评人", "comment.commentator_name", key="commentator", width=9),
        Column("点评日期", "comment.held_on", "date", key="held_on"),
        Column("方式", "comment.form", "choice", choices=CommentForm.choices, key="form", width=9),
        Column("主要成绩", lambda line: line.comment.achievements if line.is_first else "", width=26, wrap=True),
        Column("存在问题", lambda line: line.problem.text if line.problem else "", width=26, wrap=True),
        Column("整改时限", lambda line: line.problem.due_on if line.problem else None, "date"),
        Column("努力方向", lambda line: line.comment.direction if line.is_first else "", width=22, wrap=True),
        Column(
            "整改情况", lambda line: line.item.state if line.item else "", "choice", choices=ItemState.choices, width=9
        ),
        Column("点评数", "count", "integer", width=7),
        Column("问题数", "problems", "integer", width=7),
        Column("已销号", "done", "integer", width=7),
        # from here on for the screen only
        Column("整改结果", lambda line: line.item.result if line.item else "", width=26, wrap=True, printed=False),
        Column("逾期", "overdue", width=6, printed=False),
        Column(
            "对应标准",
            lambda line: line.problem.standard.title if line.problem and line.problem.standard else "",
            width=13,
            printed=False,
        ),
        Column("点评人职务", "comment.commentator_post", width=18, printed=False),
        Column(
            "会议", lambda line: line.comment.meeting.title if line.comment.meeting else "", width=20, printed=False
        ),
        Column("轮次", "comment.round.name", width=16, printed=False),
        Column("状态", "comment.state", "choice", choices=CommentState.choices, key="state", width=9, printed=False),
        Column("签收日期", "comment.acknowledged_on", "date", printed=False),
        Column("签收意见", "comment.response", width=20, wrap=True, printed=False),
        Column("办结日期", "comment.closed_on", "date", printed=False),
        Column("公开范围", "comment.publicity", "choice", choices=Publicity.choices, width=12, printed=False),
        Column("等次", "comment.rating", "choice", choices=Rating.choices, width=7, printed=False),
    ],
)
LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.comment.organization_id, line.comment.organization.name),
    label=lambda key: str(key[1]),
    sums=["count", "problems", "done"],
)


def ledger_lines(comments: CommentQuerySet, on: date) -> Iterator[LedgerLine]:
    """Walk the problems of these comments, organisation by organisation. Three queries a batch, streamed."""
    ordered = with_problems(comments).order_by(
        "path", "organization_id", "-round__opens_on", "-subject_kind", "member__sort_key", "member_id", "pk"
    )
    rows: Iterator[Any] = iter(ordered.iterator(chunk_size=BATCH))
    while batch := list(islice(rows, BATCH)):
        items = items_of(batch)
        for comment in batch:
            problems: list[CommentProblem | None] = list(comment.problems.all()) or [None]
            for number, problem in enumerate(problems):
                item = items.get((comment.pk, problem.place)) if problem is not None else None
                yield LedgerLine(comment, problem, item, number == 0, on)
