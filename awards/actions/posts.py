"""党员示范岗: applied for, changed, moved, assessed. Every change is in the log."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import log
from accounts.models import LogEntry, User
from awards.models import ModelPost, PostAssessment
from awards.queries.posts import branch_of, faults_of_assessment, live_of, year_after
from awards.rules import posts as rules
from awards.workflow.posts import POST
from branches.models import Member
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule import outbox

COLUMNS = ("name", "duty", "promise")


@transaction.atomic
def apply(*, member: Member, name: str, duty: str, promise: str, by: User, on: date) -> ModelPost:
    """Apply for a post in a member's name, in the branch he belongs to. Raises ValidationError when he has one already, or no branch."""
    require(rules.may_apply_for(member, by, on))
    branch = branch_of(member, on)
    if branch is None:
        raise ValidationError({"member": f"{member}现在不属于任何支部。"})
    post = ModelPost(organization=branch, member=member, name=name, duty=duty, promise=promise, applied_on=on, by=by)
    post.full_clean(exclude=["path"], validate_constraints=False)
    if (other := live_of(member)) is not None:
        raise _has_one(other)
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError:
        # somebody entered his application in the same moment
        if (other := live_of(member)) is None:
            raise
        raise _has_one(other) from None
    log.record(verb="apply", label="申请示范岗", obj=post, by=by, on=on)
    outbox.announce("post_applied", obj=post, by=by, on=on)
    return post


@transaction.atomic
def change(*, post: ModelPost, name: str, duty: str, promise: str, version: int, by: User, on: date) -> None:
    """Change its words before the branch reviews it. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_edit(post, by, on))
    before = {column: getattr(post, column) for column in COLUMNS}
    post.name, post.duty, post.promise = name, duty, promise
    post.full_clean(exclude=["path"], validate_constraints=False)
    save_version(post, COLUMNS, version=version)
    log.record(
        verb="change_post",
        label="修改示范岗申请",
        obj=post,
        changes={one: [before[one], getattr(post, one)] for one in COLUMNS if before[one] != getattr(post, one)},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


@transaction.atomic
def act(*, post: ModelPost, verb: str, note: str = "", version: int | None = None, by: User, on: date) -> None:
    """Make a move of the table. Raises Refused, Overtaken."""
    POST.move(post, verb, note=note, version=version, by=by, on=on)


@transaction.atomic
def assess(
    *,
    post: ModelPost,
    held_on: date,
    kept: bool,
    text: str,
    assess_by: date | None = None,
    version: int | None = None,
    by: User,
    on: date,
) -> PostAssessment:
    """Look at a plate again: it stays until ``assess_by``, else for a year, or is taken away on ``held_on``.

    Raises ValidationError, Refused, Overtaken.
    """
    verb = "keep" if kept else "revoke"
    require(POST.verdict(post, verb, by=by, on=on))
    wrong: dict[str, Any] = faults_of_assessment(post, held_on=held_on, kept=kept, assess_by=assess_by, on=on)
    if wrong:
        raise ValidationError(wrong)
    made = PostAssessment(post=post, held_on=held_on, kept=kept, text=text, by=by)
    made.full_clean()
    post.assess_by, post.ended_on = (assess_by or year_after(held_on), None) if kept else (None, held_on)
    POST.move(post, verb, note=text, version=version, by=by, on=on)
    made.save()
    return made


def _has_one(other: ModelPost) -> ValidationError:
    return ValidationError(
        {
            "member": f"{other.member}已经有示范岗“{other.name}”（{other.get_state_display()}），"
            "一名党员同时只有一个示范岗。"
        }
    )
