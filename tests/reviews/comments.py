"""Builders of comments: each makes one real thing through the product's own actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from reviews.actions import comments as actions
from reviews.actions.comments import ProblemText, Text
from reviews.models import CommentRound, LeaderComment
from reviews.queries.comment_ladder import Target, target_on
from reviews.queries.comments import with_problems
from schedule.models import ActionItem
from tests.reviews.build import ON, round_of

RECTIFY_BY = date(2011, 9, 30)
PROBLEM = "听评课只记了分数，没有写给老师的建议"


def target(round_: CommentRound, kind: str, of: Member | Organization, on: date = ON) -> Target:
    """Whom a comment is about: a member, or an organisation and its secretary."""
    found = target_on(kind, of.pk, round_.path, on)
    assert found is not None
    return found


def problem(text: str = PROBLEM, due_on: date = RECTIFY_BY, **fields: Any) -> ProblemText:
    """A problem as a form gives it."""
    return ProblemText({"text": text, "due_on": due_on, "standard": None, **fields})


def text(*problems: ProblemText, direction: str = "把建议写到每一节课上", **fields: Any) -> Text:
    """A sheet as a form gives it."""
    given = {"form": "individual", "achievements": "按时完成了听评课任务", "direction": direction, **fields}
    return Text(given, problems)


def draft(
    round_: CommentRound,
    kind: str,
    of: Member | Organization,
    by: User,
    *problems: ProblemText,
    commentator: Member | None = None,
    outside: bool = False,
    on: date = ON,
    **fields: Any,
) -> LeaderComment:
    """A draft; the words of ``by`` himself, of ``commentator``, or of somebody above the unit."""
    if outside:
        fields = {"commentator_name": "局领导", "commentator_post": "党工委副书记", **fields}
    made = actions.start(
        round_=round_,
        target=target(round_, kind, of, on),
        commentator=None if outside else commentator or by.member,
        day=on,
        text=text(*problems, held_on=on, **fields),
        by=by,
        on=on,
    )
    return again(made)


def issued(
    round_: CommentRound,
    kind: str,
    of: Member | Organization,
    by: User,
    *problems: ProblemText,
    on: date = ON,
    **fields: Any,
) -> LeaderComment:
    """A comment given; with one problem unless others are named."""
    made = draft(round_, kind, of, by, *(problems or (problem(),)), on=on, **fields)
    actions.issue(comment=made, version=made.version, by=by, on=on)
    return again(made)


def without_problems(round_: CommentRound, kind: str, of: Member | Organization, by: User) -> LeaderComment:
    """A comment given that names only a direction."""
    made = draft(round_, kind, of, by)
    actions.issue(comment=made, version=made.version, by=by, on=ON)
    return again(made)


def again(comment: LeaderComment) -> LeaderComment:
    """The comment as it stands in the database, fetched as the views fetch it."""
    found: LeaderComment = with_problems(LeaderComment.objects.all()).get(pk=comment.pk)
    return found


def items(comment: LeaderComment) -> Sequence[ActionItem]:
    """The action items a comment raised."""
    rows = ActionItem.objects.filter(source_type="reviews.leadercomment", source_id=comment.pk).order_by("pk")
    return list(rows.select_related("organization", "member", "responsible__user", "verifying"))


__all__ = ["ON", "round_of"]
