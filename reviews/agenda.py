"""What of the reviews stands on a calendar: the days of comment rounds, and when evaluations open and close. Found by the schedule at start-up."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from branches.models import Organization
from branches.scope import Standing, ancestors
from reviews.models import CommentRound, EvaluationRound
from reviews.scope.evaluations import EvaluationQuerySet
from reviews.states import EvaluationState
from schedule.agenda import Entry, Source, register

DEADLINES = (
    ("opens_on", "开始"),
    ("self_review_by", "对照检查截止"),
    ("closes_on", "点评截止"),
    ("rectify_by", "整改时限"),
)
VOTING = (("opens_on", "开始"), ("closes_on", "截止"))


def rounds(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the days of the comment rounds the person knows. One query."""
    found = CommentRound.objects.visible_to(standing, on).filter(_within(DEADLINES, first, last))
    yield from _days(found, DEADLINES, "review", "点评", first, last, on)


def evaluations(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield when the evaluations the person knows open and close. One query."""
    yield from _evaluations(EvaluationRound.objects.visible_to(standing, on), first, last, on)


def public_evaluations(organization: Organization, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the evaluations that have been announced to an organisation, by itself or from above. One query."""
    above = [*ancestors(organization.path), organization.path]
    yield from _evaluations(
        EvaluationRound.objects.told_to_all().filter(path__in=above, announced_on__lte=on), first, last, on
    )


def _evaluations(rows: EvaluationQuerySet, first: date, last: date, on: date) -> Iterator[Entry]:
    found = rows.exclude(state__in=[EvaluationState.DRAFT, EvaluationState.VOID]).filter(_within(VOTING, first, last))
    yield from _days(found, VOTING, "evaluation", "评议", first, last, on)


def _within(deadlines: Iterable[tuple[str, str]], first: date, last: date) -> Q:
    condition = Q()
    for name, _ in deadlines:
        condition |= Q(**{f"{name}__range": (first, last)})
    return condition


def _days(
    rows: Iterable[CommentRound | EvaluationRound],
    deadlines: Iterable[tuple[str, str]],
    kind: str,
    label: str,
    first: date,
    last: date,
    on: date,
) -> Iterator[Entry]:
    for row in rows:
        for name, word in deadlines:
            day = getattr(row, name)
            if first <= day <= last:
                yield Entry(
                    uid=f"{kind}-{row.pk}-{name}",
                    day=day,
                    title=f"{row.name}：{word}",
                    kind=kind,
                    label=label,
                    url=row.get_absolute_url(),
                    tone="wait" if day >= on else "neutral",
                )


ROUNDS = register(Source("review", "点评", rounds, own=rounds))
EVALUATIONS = register(Source("evaluation", "评议", evaluations, own=evaluations, public=public_evaluations))
