"""The masses' view of a subject, standard by standard, for the page of self and others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from branches.models import Member, Organization
from branches.scope import Standing
from reviews.models import Ballot, EvaluationRound, EvaluationSubject, RaterCategory, RoundGrade, RoundItem
from reviews.queries.standings import GAP, MET, PARTLY
from reviews.rules.results import is_published, may_read_subject
from reviews.states import EvaluationKind, EvaluationState
from reviews.tally.answers import position
from reviews.tally.counting import counted
from reviews.tally.results import Figure, result_of
from schedule.models import Semester

MET_FROM = Decimal("0.85")  # of the valid answers positive, or of the best score reached on average
PARTLY_FROM = Decimal("0.60")

# by semester and standard
Levels = dict[tuple[int, int], int]


def level_of(figure: Figure, grades: Sequence[RoundGrade], least_group: int) -> int | None:
    """Return MET, PARTLY or GAP: by the share of positive answers where it is shown, else by the mean as a share of the best score.

    None where fewer than ``least_group`` had an opinion, or the grades' scores are all nought.
    """
    if figure.positive is not None:
        if figure.positive.whole < least_group:
            return None
        share = Decimal(figure.positive.part) / figure.positive.whole
    elif figure.mean is not None:
        best = max(grade.score for grade in grades if grade.is_valid and grade.score is not None)
        if not best:
            return None
        share = figure.mean / best
    else:
        return None
    return MET if share >= MET_FROM else PARTLY if share >= PARTLY_FROM else GAP


def masses_of(subject: Organization | Member, semesters: Sequence[Semester], viewer: Standing, on: date) -> Levels:
    """Return the level of each standard that a published mass evaluation asked about, as far as the viewer may read it.

    Of several rounds in a semester the last one counts, of several items of a standard the worst. 民主评议党员 is never in it. Six
    queries for any number of rounds.
    """
    about = EvaluationSubject.objects.filter(
        round__kind=EvaluationKind.MASS, round__state=EvaluationState.PUBLISHED, round__published_on__lte=on
    ).select_related("round__organization", "organization", "member")
    if isinstance(subject, Member):
        about = about.filter(member=subject)
    else:
        about = about.filter(organization=subject, member__isnull=True)
    rows = [
        row
        for row in about.order_by("round__closes_on", "round")
        if is_published(row.round, on) and may_read_subject(row, row.round, viewer, on)
    ]
    if not rows:
        return {}
    rounds = [row.round_id for row in rows]
    items: dict[int, list[RoundItem]] = _by_round(RoundItem.objects.filter(round__in=rounds))
    grades: dict[int, list[RoundGrade]] = _by_round(RoundGrade.objects.filter(round__in=rounds))
    categories: dict[int, list[RaterCategory]] = _by_round(RaterCategory.objects.filter(round__in=rounds))
    placed = counted(
        Ballot.objects.filter(round__in=rounds),
        answers=max(position(row.place + 1, 1, len(items[row.round_id])) for row in rows),
        grades=max(len(found) for found in grades.values()),
    )
    levels: Levels = {}
    for row in rows:
        semester = _semester_of(row.round, semesters)
        if semester is None:
            continue
        number = len(items[row.round_id])
        own = {category.pk for category in categories[row.round_id]}
        counts = {
            (category, place // number, place % number + 1): cell
            for (category, place), cell in placed.items()
            if category in own
        }
        result = result_of(row, row.round, items[row.round_id], grades[row.round_id], categories[row.round_id], counts)
        found: dict[tuple[int, int], int] = {}
        for figure in result.whole.figures:
            level, standard = level_of(figure, grades[row.round_id], row.round.least_group), figure.item.standard_id
            if level is not None and standard is not None:
                key = (semester.pk, standard)
                found[key] = min(level, found.get(key, level))
        levels |= found
    return levels


def _by_round(rows: Any) -> dict[int, list[Any]]:
    found: Mapping[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.round_id].append(row)
    return dict(found)


def _semester_of(round_: EvaluationRound, semesters: Sequence[Semester]) -> Semester | None:
    """Return the semester a round is about; one about a year belongs to the semester in which it closed."""
    if round_.semester_id is not None:
        return next((one for one in semesters if one.pk == round_.semester_id), None)
    return next((one for one in semesters if one.starts_on <= round_.closes_on <= one.reporting_until), None)
