"""Who is to be told of comments and rounds."""

from collections.abc import Iterable
from datetime import date

from branches.queries import holding, posts_at
from branches.states import LEADERS, Post
from pledges.queries.people import Person
from reviews.models import CommentRound, LeaderComment


def subjects(comment: LeaderComment, on: date) -> list[Person]:
    """Whom it is about: the member, and who registers for one without an account; an organisation's leaders. One query at most."""
    if comment.member is None:
        return holding(posts_at([comment.organization_id], on), comment.organization_id, LEADERS)
    return [comment.member] if comment.member.user_id is not None else [comment.member, comment.author]


def authors(comment: LeaderComment, on: date) -> list[Person]:
    """Who made it; the words of somebody above the unit are whoever's wrote them down."""
    return [comment.commentator] if comment.commentator is not None else [comment.author]


def in_charge(rounds: Iterable[CommentRound], on: date) -> dict[int, list[Person]]:
    """Return the leaders and the office of each round's unit, by the unit's number. One query."""
    units = {round_.organization_id for round_ in rounds}
    posts = posts_at(units, on)
    return {unit: holding(posts, unit, LEADERS | {Post.OFFICE_STAFF}) for unit in units}
