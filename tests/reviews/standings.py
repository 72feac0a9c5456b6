"""Self-reviews, comments and items as rows, for what is read from them: each as the actions would have left it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from reviews.models import CommentProblem, CommentRound, LeaderComment, SelfReview, SelfReviewLine
from reviews.states import Answer, CommentState, ReviewState
from schedule.models import ActionItem, Standard

SUBMITTED, HELD, DUE = date(2011, 6, 8), date(2011, 6, 15), date(2011, 9, 30)


def standards(target: str = "member") -> list[Standard]:
    """The campaign's standards of members or organisations, five of them."""
    first = Standard.objects.select_related("set").filter(set__target=target).order_by("pk").first()
    assert first is not None
    for number in range(first.set.standards.count() + 1, 6):
        Standard.objects.create(set=first.set, key=f"{first.set.key}_{number}", title=f"标准{number}", order=number)
    return list(Standard.objects.filter(set=first.set).select_related("set"))


def _subject(subject: Member | Organization, organization: Organization) -> dict[str, Any]:
    if isinstance(subject, Member):
        return {"member": subject, "organization": organization, "subject_kind": "member"}
    return {"organization": subject, "subject_kind": "organization"}


def review(
    round_: CommentRound,
    subject: Member | Organization,
    organization: Organization,
    author: User,
    answers: Iterable[str] = (Answer.MET, Answer.PARTLY, Answer.GAP),
    scores: Iterable[tuple[str, str]] = (),
    state: str = ReviewState.ACCEPTED,
    on: date = SUBMITTED,
) -> SelfReview:
    """A self-review handed in, with an answer for the first standards."""
    rows = standards("member" if isinstance(subject, Member) else "organization")
    made: SelfReview = SelfReview.objects.create(
        round=round_,
        set=rows[0].set,
        author=author,
        submitted_by=author,
        first_submitted_on=on,
        submitted_on=on,
        state=state,
        **_subject(subject, organization),
    )
    lines = [
        SelfReviewLine(
            review=made,
            standard=standard,
            place=place,
            answer=answer,
            gap="下校太少" if answer != Answer.MET else "",
            cause="会议多" if answer == Answer.GAP else "",
        )
        for place, (standard, answer) in enumerate(zip(rows, answers, strict=False))
    ]
    for line, (own, given) in zip(lines, scores, strict=False):
        line.self_score, line.assessed_score = Decimal(own), Decimal(given)
    SelfReviewLine.objects.bulk_create(lines)
    return made


def comment(
    round_: CommentRound,
    subject: Member | Organization,
    organization: Organization,
    author: User,
    problems: Iterable[tuple[Standard | None, str]] = (),
    state: str = CommentState.ISSUED,
    **fields: Any,
) -> LeaderComment:
    """A comment given, with these problems."""
    values = {"issued_on": HELD, "held_on": HELD, "direction": "多到薄弱学校去", "publicity": "private"} | fields
    made: LeaderComment = LeaderComment.objects.create(
        round=round_,
        commentator_name=str(author),
        commentator_post="支部书记",
        author=author,
        state=state,
        **_subject(subject, organization),
        **values,
    )
    CommentProblem.objects.bulk_create(
        CommentProblem(comment=made, place=place, text=text, standard=standard, due_on=DUE)
        for place, (standard, text) in enumerate(problems)
    )
    return made


def item(comment: LeaderComment, place: int, responsible: Member, by: User, **fields: Any) -> ActionItem:
    """The item that a comment's problem raised."""
    problem = comment.problems.get(place=place)
    values: dict[str, Any] = {
        "source": "comment",
        "source_type": "reviews.leadercomment",
        "source_id": comment.pk,
        "source_place": place,
        "standard": problem.standard,
        "problem": problem.text,
        "due_on": DUE,
        "raised_on": HELD,
        "raised_by": by,
    }
    made: ActionItem = ActionItem.objects.create(
        organization=comment.organization, member=comment.member, responsible=responsible, **values | fields
    )
    return made
