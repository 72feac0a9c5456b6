"""Builders of model posts: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from awards.actions import posts as actions
from awards.models import ModelPost
from awards.queries import posts as queries
from branches.models import Member
from tests.conftest import Cast

APPLIED, REVIEWED, GRANTED, ON = date(2011, 3, 1), date(2011, 3, 8), date(2011, 3, 15), date(2011, 6, 20)
NAME, DUTY, PROMISE = "初中数学教研示范岗", "负责全市初中数学教研", "每月到农村学校听课两次"


def words(**fields: Any) -> dict[str, Any]:
    """What an application says."""
    return {"name": NAME, "duty": DUTY, "promise": PROMISE} | fields


def again(post: ModelPost) -> ModelPost:
    """The post as it stands in the database, fetched as the views fetch it."""
    found: ModelPost = queries.with_assessments(ModelPost.objects.all()).get(pk=post.pk)
    return found


def applied(member: Member, by: User, on: date = APPLIED, **fields: Any) -> ModelPost:
    """An application."""
    return again(actions.apply(member=member, **words(**fields), by=by, on=on))


def moved(post: ModelPost, verb: str, by: User, on: date, note: str = "") -> ModelPost:
    """The post after a move."""
    actions.act(post=post, verb=verb, note=note, by=by, on=on)
    return again(post)


def reviewed(member: Member, by: User, reviewer: User, **fields: Any) -> ModelPost:
    """Passed on by the branch."""
    return moved(applied(member, by, **fields), "review", reviewer, REVIEWED)


def granted(member: Member, by: User, reviewer: User, granter: User, **fields: Any) -> ModelPost:
    """With its plate."""
    return moved(reviewed(member, by, reviewer, **fields), "grant", granter, GRANTED)


def his(cast: Cast, **fields: Any) -> ModelPost:
    """dangyuan1's, with its plate."""
    return granted(cast.member1, cast.dangyuan1, cast.shuji1, cast.zongzhi, **fields)


def assessed(post: ModelPost, by: User, *, kept: bool = True, on: date = ON, **fields: Any) -> ModelPost:
    """Looked at again."""
    given: dict[str, Any] = {"held_on": on, "text": "承诺都做到了", "assess_by": date(2012, 6, 20) if kept else None}
    actions.assess(post=post, kept=kept, **given | fields, by=by, on=on)
    return again(post)
