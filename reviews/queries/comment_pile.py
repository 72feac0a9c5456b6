"""The pile: whom a leader may comment on in a round, what he has written, and whom nobody has commented on yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from branches.models import Member, PostAssignment
from branches.states import Post
from reviews.models import CommentRound, LeaderComment
from reviews.queries.comment_ladder import Ladder, Target, is_outside, ladder_of, tiers
from reviews.queries.comments import for_lists
from reviews.queries.subjects import Key, key_of
from reviews.states import GIVEN, CommentState, SubjectKind


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of the pile.

    ``post`` entitles to the comment; none where somebody above the unit speaks. ``is_duty``: it is this leader's level that owes the comment.
    ``mine`` is what he has written, ``others`` what others have given.
    """

    target: Target
    post: PostAssignment | None
    is_duty: bool
    mine: LeaderComment | None = None
    others: tuple[LeaderComment, ...] = ()

    @property
    def is_done(self) -> bool:
        """Somebody has commented on the subject, this leader or another."""
        return bool(self.others) or (self.mine is not None and self.mine.state in GIVEN)

    @property
    def stands(self) -> str:
        """Say how the sheet stands."""
        if self.mine is not None and (self.mine.state != CommentState.DRAFT or not self.others):
            return self.mine.get_state_display()
        return f"{self.others[0].commentator_name}已点评" if self.others else "未点评"

    @property
    def tone(self) -> str:
        """The colour of how it stands."""
        if self.mine is not None and (self.mine.state != CommentState.DRAFT or not self.others):
            return "good" if self.mine.state in GIVEN else "neutral"
        return "plain" if self.others else "wait"


@dataclass(frozen=True)
class Pile:
    """All a leader may comment on in a round; first what his level owes, then what he may do besides."""

    lines: Sequence[Line]
    duty: Sequence[Line] = field(init=False)
    besides: Sequence[Line] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "duty", [line for line in self.lines if line.is_duty])
        object.__setattr__(self, "besides", [line for line in self.lines if not line.is_duty])

    @property
    def done(self) -> int:
        """How many of those owed have been commented on."""
        return sum(line.is_done for line in self.duty)

    @property
    def left(self) -> list[Line]:
        """Those owed and not yet commented on; who is free to take part is not missed."""
        return [line for line in self.duty if not line.is_done and not line.target.optional]

    def find(self, address: str) -> Line | None:
        """Return the line of an address."""
        return next((line for line in self.lines if line.target.address == address), None)

    def row_of(self, line: Line) -> Sequence[Line]:
        """Return the row one walks along: those owed, or the others."""
        return self.duty if line.is_duty else self.besides

    def place_of(self, line: Line) -> int:
        """Return its number in its row, from 1."""
        return list(self.row_of(line)).index(line) + 1

    def beside(self, line: Line, step: int) -> Line | None:
        """Return the neighbour ``step`` lines on, or none at the end."""
        row, place = self.row_of(line), self.place_of(line) - 1 + step
        return row[place] if 0 <= place < len(row) else None

    def next_open(self, line: Line | None = None) -> Line | None:
        """Return the next sheet nobody has given, after this line and then from the beginning; without a line, the first."""
        row = list(self.row_of(line)) if line is not None else list(self.duty)
        place = row.index(line) if line is not None else -1
        return next((other for other in [*row[place + 1 :], *row[: place + 1]] if not other.is_done), None)


def pile_of(round_: CommentRound, commentator: Member | None, on: date) -> Pile:
    """Return the pile of a leader by his posts on that day; of somebody above the unit, without one. Five queries."""
    return _pile(round_, ladder_of(round_.path, on), _written(round_), commentator)


def piles_of(round_: CommentRound, on: date) -> dict[Member, Pile]:
    """Return everybody's pile who may comment in a round, in the order of the ladder. Five queries."""
    ladder, written = ladder_of(round_.path, on), _written(round_)
    rows = [row for place in ladder.posts.values() for row in place if row.member is not None]
    rows.sort(key=lambda row: (row.organization.path, RANK.get(row.post, len(RANK)), row.pk))
    leaders = dict.fromkeys(row.member for row in rows if row.member is not None)
    found = {leader: _pile(round_, ladder, written, leader) for leader in leaders}
    return {leader: pile for leader, pile in found.items() if pile.lines}


RANK: dict[str, int] = {post: rank for rank, post in enumerate(Post)}


Written = dict[Key, list[LeaderComment]]


def _written(round_: CommentRound) -> Written:
    comments = LeaderComment.objects.filter(round=round_).exclude(state=CommentState.DISCARDED)
    found: Written = defaultdict(list)
    for comment in for_lists(comments).order_by("pk"):
        found[key_of(comment.member_id, comment.organization_id)].append(comment)
    return found


def _pile(round_: CommentRound, ladder: Ladder, written: Written, commentator: Member | None) -> Pile:
    lines = []
    for target in ladder.targets:
        if commentator is None:
            post, is_duty = None, is_outside(target, round_.path)
        else:
            post, is_duty = _entitling(target, ladder, commentator)
        if post is None and (commentator is not None or not is_duty):
            continue
        mine, others = _about(target, written.get(target.key, []), commentator)
        lines.append(Line(target, post, is_duty, mine, others))
    return Pile(lines)


def _entitling(target: Target, ladder: Ladder, commentator: Member) -> tuple[PostAssignment | None, bool]:
    levels = [level for level in tiers(target, ladder.posts, ladder.root) if level]
    for rank, level in enumerate(levels):
        for row in level:
            if row.member_id == commentator.pk:
                return row, rank == 0
    return None, False


def _about(
    target: Target, comments: Sequence[LeaderComment], commentator: Member | None
) -> tuple[LeaderComment | None, tuple[LeaderComment, ...]]:
    if target.kind == SubjectKind.SECRETARY:
        # what was said of him in another organisation is not said of him here
        comments = [comment for comment in comments if comment.organization_id == target.organization.pk]
    number = commentator.pk if commentator is not None else None
    mine = [c for c in comments if c.commentator_id == number and c.subject_kind == target.kind]
    others = tuple(c for c in comments if c not in mine and c.state in GIVEN)
    return (mine[-1] if mine else None), others
