"""What a sheet offers to choose from: the standards, the meetings, the leaders one may write for."""

from datetime import date, timedelta

from django.utils import timezone

from branches.models import Member
from branches.scope import Standing
from reviews.models import CommentRound, LeaderComment
from reviews.queries.comment_pile import Pile
from reviews.states import CommentState, SubjectKind
from schedule.models import Meeting, Standard

MEETINGS_MOST = 20
MEETINGS_DAYS = 60  # as far back as one chooses a meeting from


def standards_for(round_: CommentRound, kind: str) -> list[Standard]:
    """Return the standards a problem may fall under: an organisation's, or a member's. One query."""
    target = SubjectKind.ORGANIZATION if kind == SubjectKind.ORGANIZATION else SubjectKind.MEMBER
    sets = {"set__campaign": round_.semester.campaign_id, "set__target": target}
    return list(Standard.objects.in_plan().filter(**sets).select_related("set"))


def meetings_for(round_: CommentRound, standing: Standing, on: date) -> list[Meeting]:
    """Return the unit's meetings of the round known to the person, the newest first. One query."""
    since = max(round_.opens_on, on - timedelta(days=MEETINGS_DAYS))
    meetings = Meeting.objects.visible_to(standing, on).within(round_.path)
    return list(meetings.filter(held_on__gte=since, held_on__lte=on).order_by("-held_on", "-pk")[:MEETINGS_MOST])


def begins_like(pile: Pile, standing: Standing, on: date) -> LeaderComment | None:
    """Return the sheet this person wrote last today: the next one begins with its form, day and meeting."""
    today = [
        line.mine
        for line in pile.lines
        if line.mine is not None
        and line.mine.author_id == standing.user.pk
        and line.mine.state != CommentState.DISCARDED
        and timezone.localtime(line.mine.entered_at).date() == on
    ]
    return max(today, key=lambda comment: (comment.entered_at, comment.pk), default=None)


def commentator_named(text: str, round_: CommentRound) -> Member | None:
    """Return the leader an address names, of those who have a post in the unit. One query."""
    if not (text.isdecimal() and len(text) < 10):
        return None
    found: Member | None = (
        Member.objects.filter(pk=int(text), posts__organization__path__startswith=round_.path)
        .select_related("user")
        .distinct()
        .first()
    )
    return found
