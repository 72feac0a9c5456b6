"""Objections: what waits, by when it is answered, whom it bears on, and what was said of it."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from accounts.models import LogEntry
from awards.models import Nomination, Objection, PublicNotice
from awards.queries.notices import with_nominee
from awards.scope.rounds import decided_at
from awards.states import NOMINATION_FINALS, Consequence, RoundState
from branches.scope import Viewer, standing_of
from schedule.queries.days import days_of

ANSWER_WORKDAYS = 3  # an objection is answered within so many


def answer_days(received: Iterable[date]) -> dict[date, date]:
    """Return for each day of receipt the third working day after it, by which an objection is answered. One query."""
    wanted = set(received)
    if not wanted:
        return {}
    reach = timedelta(days=ANSWER_WORKDAYS * 2 + 20)  # as `workday_after` looks ahead
    days = [day.day for day in days_of(min(wanted), max(wanted) + reach).values() if day.is_work]
    return {one: [day for day in days if day > one][ANSWER_WORKDAYS - 1] for one in wanted}


def with_everything(objections: "QuerySet[Objection]") -> "QuerySet[Objection]":
    """Return them with what lists, rules and letters show, those waiting first."""
    found = objections.select_related(
        "notice__round__organization",
        "nomination__category__round",
        "nomination__member",
        "nomination__organization",
        "nomination__nominator",
        "nomination__round__organization",
        "taken_by",
    )
    return found.order_by("-state", "received_on", "pk")


def found_by(number_digest: str) -> Objection | None:
    """Return the objection of that number, or None. One query."""
    found: Objection | None = Objection.objects.select_related("notice").filter(number_digest=number_digest).first()
    return found


def touched_by(objection: Objection, *states: str) -> list[Nomination]:
    """Return the nominations an objection bears on that stand in one of these states: its own, or all of its notice."""
    rows = Nomination.objects.filter(state__in=states)
    if objection.nomination_id is not None:
        rows = rows.filter(pk=objection.nomination_id)
    else:
        rows = rows.filter(notice_entries__notice=objection.notice_id)
    return list(with_nominee(rows).order_by("pk"))


def consequences_for(objection: Objection) -> list[Consequence]:
    """Return what can be done where the objection is right; nothing more about a nomination that has ended, or in a round that has."""
    if objection.notice.round.state != RoundState.ANNOUNCED:
        return []
    if objection.nomination is None:
        return [Consequence.REPOSTED, Consequence.KEPT]
    return [] if objection.nomination.state in NOMINATION_FINALS else [Consequence.REJECTED, Consequence.KEPT]


def hidden_from(viewer: Viewer, notice: PublicNotice, on: date) -> int:
    """Return how many unanswered objections of a notice somebody else must answer, since they are about the person."""
    waiting = Objection.objects.unanswered().filter(notice=notice)
    seen = waiting.filter(pk__in=Objection.objects.visible_to(viewer, on).values("pk"))
    return int(waiting.count() - seen.count())


def answers_somewhere(viewer: Viewer, on: date) -> bool:
    """Answer whether the person decides in some unit at all."""
    return bool(decided_at(standing_of(viewer, on)))


def history_of(objection: Objection) -> list[LogEntry]:
    """Return who did what to an objection, newest first. One query."""
    return list(LogEntry.objects.of(objection).order_by("-pk"))
