"""示范岗台账 as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from awards.models import ModelPost, PostAssessment
from awards.queries.posts import with_assessments
from awards.scope.posts import ModelPostQuerySet
from awards.states import PostState
from chuangxian.sheets import Column, Groups, Sheet


@dataclass(frozen=True, slots=True)
class PostLine:
    """One model post on a day, numbered within its branch."""

    post: ModelPost
    number: int
    on: date

    @property
    def last(self) -> PostAssessment | None:
        """The latest assessment."""
        found: PostAssessment | None = next(iter(self.post.assessments.all()), None)
        return found

    @property
    def result(self) -> str:
        """What the latest assessment found."""
        return "" if self.last is None else "合格" if self.last.kept else "撤牌"

    @property
    def overdue(self) -> bool | None:
        """Its plate should have been looked at again by now."""
        return True if self.post.is_overdue(self.on) else None


POSTS: Sheet[PostLine] = Sheet(
    "示范岗台账",
    [
        Column("党支部", "post.organization.name", key="organization", width=16, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("党员", "post.member.name", key="member", width=10),
        Column("岗位名称", "post.name", key="name", width=20, wrap=True),
        Column("岗位职责", "post.duty", key="duty", width=30, wrap=True),
        Column("状态", "post.state", "choice", choices=PostState.choices, key="state", width=10),
        Column("申请日期", "post.applied_on", "date", key="applied_on"),
        Column("支部评议", "post.reviewed_on", "date", key="reviewed_on"),
        Column("授牌日期", "post.granted_on", "date", key="granted_on"),
        Column("最近复评", "last.held_on", "date", key="assessed_on"),
        Column("复评结论", "result", key="result", width=9),
        Column("下次复评", "post.assess_by", "date", key="assess_by"),
        Column("撤牌日期", "post.ended_on", "date", key="ended_on"),
        # from here on for the screen only
        Column("复评逾期", "overdue", key="overdue", width=9, printed=False),
        Column("示范承诺", "post.promise", key="promise", width=36, wrap=True, printed=False),
        Column("复评意见", "last.text", key="assessment", width=30, wrap=True, printed=False),
    ],
)

POST_GROUPS: Groups[PostLine] = Groups(
    key=lambda line: (line.post.organization_id, line.post.organization.name),
    label=lambda key: str(key[1]),
    counts=["number", "overdue"],
)


def post_lines(posts: ModelPostQuerySet, on: date) -> Iterator[PostLine]:
    """Walk these posts branch by branch, numbered within each, in handfuls."""
    number, place = 0, None
    rows = with_assessments(posts).order_by("path", "organization_id", "name", "pk")
    for post in rows.iterator(chunk_size=500):
        number = number + 1 if post.organization_id == place else 1
        place = post.organization_id
        yield PostLine(post, number, on)
