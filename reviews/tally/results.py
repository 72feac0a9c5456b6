"""Results of a round as far as they may be shown, to the person who asks. Every page, chart, workbook and print takes them from here;
what may not be shown is not in them.

Definitions. Valid: answers of a grade that counts (不了解 does not). Top rate: the best grade over valid. Positive rate: all grades the
round calls positive over valid. Mean: of the grades' scores over valid, to 0.1, only where the distribution is too telling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser

from branches.scope import Standing, Viewer, standing_of
from reviews.models import EvaluationRound, EvaluationSubject, RaterCategory, RoundGrade, RoundItem
from reviews.queries.remarks import shown_remarks
from reviews.rules.results import may_read_remarks, readable
from reviews.states import EvaluationKind, EvaluationState
from reviews.tally.counting import Counts, counts_of
from reviews.tally.disclosure import Group, Show, decide
from reviews.tally.sealed import Totals, summed, totals_of

# from the best grade to the worst
TONES = ["green", "blue", "amber", "ink", "pale", "red"]
TENTH = Decimal("0.1")
WORDS = {
    Show.NOTHING: "人数少，不单独显示",
    Show.EMPTY: "没有票",
    Show.MEAN: "人数少，只显示平均分",
    Show.DISTRIBUTION: "",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal:
        """In per cent, to 0.1; half goes up."""
        return (Decimal(100 * self.part) / self.whole).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Answered:
    """How many chose a grade. ``share`` in per cent: of the valid answers, for a grade that does not count of none."""

    grade: RoundGrade
    count: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One item of one subject by one group. Without a distribution there is at most ``mean``."""

    item: RoundItem
    show: Show
    valid: int | None = None
    answered: tuple[Answered, ...] = ()
    top: Rate | None = None
    positive: Rate | None = None
    mean: Decimal | None = None

    @property
    def word(self) -> str:
        """Why there is less than all."""
        return WORDS[self.show]


@dataclass(frozen=True, slots=True)
class Part:
    """All items of one subject by one group: everybody (``category`` None), or one category."""

    label: str
    category: RaterCategory | None
    show: Show
    figures: tuple[Figure, ...]

    @property
    def word(self) -> str:
        """Why there is less than all."""
        return WORDS[self.show]


@dataclass(frozen=True, slots=True)
class Weighted:
    """One item with the categories' weights, in per cent."""

    item: RoundItem
    top: Decimal
    positive: Decimal


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One subject. ``before``: its positive rate by item text in the round before; ``parts`` only where there is more than one category."""

    subject: EvaluationSubject
    whole: Part
    parts: tuple[Part, ...]
    weighted: tuple[Weighted, ...] = ()
    before: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name its chart on a page."""
        return f"result-{self.subject.place}"

    def change(self, figure: Figure) -> Decimal | None:
        """Return by how many points the positive rate of an item has changed since the round before."""
        earlier = self.before.get(figure.item.text)
        if figure.positive is None or earlier is None:
            return None
        return figure.positive.percent - earlier.percent

    def chart(self, grades: Sequence[RoundGrade]) -> dict[str, Any] | None:
        """Return the stacked bars of everybody's answers, in per cent of the valid ones; None where no distribution is shown."""
        shown = [one for one in self.whole.figures if one.valid]
        if not shown:
            return None
        counting = [grade for grade in grades if grade.is_valid]
        tones = TONES[: len(counting) - 1] + TONES[-1:]
        return {
            "type": "bar",
            "stacked": True,
            "sideways": True,
            "most": 100,
            "labels": [one.item.text for one in shown],
            "series": [
                {
                    "label": grade.label,
                    "tone": tone,
                    "values": [
                        float(each.share or 0) for one in shown for each in one.answered if each.grade.pk == grade.pk
                    ],
                }
                for grade, tone in zip(counting, [*tones, *TONES], strict=False)
            ],
        }

    @property
    def rows(self) -> list[tuple[Figure, Decimal | None, Weighted | None]]:
        """Each item: its figure of everybody, the change, the weighted rates."""
        weighted = {one.item.pk: one for one in self.weighted}
        return [(one, self.change(one), weighted.get(one.item.pk)) for one in self.whole.figures]

    @property
    def everybody(self) -> list[Part]:
        """The whole and its parts, as a table lists them."""
        return [self.whole, *self.parts]


@dataclass(frozen=True, slots=True)
class Results:
    """A round to one person: only the subjects he reads."""

    round: EvaluationRound
    grades: tuple[RoundGrade, ...]
    items: tuple[RoundItem, ...]
    categories: tuple[RaterCategory, ...]
    totals: Totals
    subjects: tuple[SubjectResult, ...]
    earlier: EvaluationRound | None
    remarks: tuple[str, ...]
    remarks_word: str

    @property
    def sum(self) -> dict[str, int]:
        """Issued, used, ballots and so on over all categories."""
        return summed(self.totals)

    @property
    def turnout(self) -> list[tuple[RaterCategory, dict[str, int]]]:
        """The numbers of each category."""
        return [(category, self.totals[str(category.pk)]) for category in self.categories]

    @property
    def word(self) -> str:
        """What a positive answer says, as its rate is called."""
        return {EvaluationKind.APPRAISAL: "合格", EvaluationKind.BALLOT: "同意"}.get(
            EvaluationKind(self.round.kind), "满意"
        )

    @property
    def positive_labels(self) -> str:
        """The grades that count as positive, as a sentence names them."""
        return "、".join(grade.label for grade in self.grades if grade.is_valid and grade.is_positive)

    @property
    def invalid_labels(self) -> str:
        """The grades that do not count."""
        return "、".join(grade.label for grade in self.grades if not grade.is_valid)

    @property
    def top_label(self) -> str:
        """The best grade."""
        return next(grade.label for grade in self.grades if grade.is_valid)

    @property
    def is_weighted(self) -> bool:
        """The categories have weights."""
        return any(category.weight is not None for category in self.categories)


def results_of(round_: EvaluationRound, viewer: Viewer, on: date) -> Results:
    """Return what the person reads of the round on that day: no subject at all before the seal. A fixed number of queries."""
    me = standing_of(viewer, on)
    subjects = readable(round_.subjects.select_related("organization", "member"), round_, me, on)
    with_remarks = bool(may_read_remarks(round_, me, on))
    return _results(round_, subjects, me, on, with_remarks)


def everything_of(round_: EvaluationRound, on: date) -> Results:
    """Return what a sealed round may show at most, to whomever; for commands of the system, never for a page."""
    subjects = list(round_.subjects.select_related("organization", "member")) if round_.is_counted else []
    return _results(round_, subjects, Standing(AnonymousUser(), on), on, True)


def _results(
    round_: EvaluationRound, mine: Sequence[EvaluationSubject], me: Standing, on: date, with_remarks: bool
) -> Results:
    items, grades = tuple(round_.items.select_related("standard")), tuple(round_.grades.all())
    categories = tuple(round_.categories.all())
    if not mine:
        return Results(round_, grades, items, categories, {}, (), None, (), "")
    earlier = _earlier(round_, mine, on)
    before = _before(earlier, me, on) if earlier is not None else {}
    counts = counts_of(round_)
    remarks, word = shown_remarks(round_, me.user.pk or 0) if with_remarks else ([], "")
    return Results(
        round=round_,
        grades=grades,
        items=items,
        categories=categories,
        totals=totals_of(round_),
        subjects=tuple(
            result_of(subject, round_, items, grades, categories, counts, before.get(_key(subject), {}))
            for subject in mine
        ),
        earlier=earlier if before else None,
        remarks=tuple(remarks),
        remarks_word=word,
    )


def result_of(
    subject: EvaluationSubject,
    round_: EvaluationRound,
    items: Sequence[RoundItem],
    grades: Sequence[RoundGrade],
    categories: Sequence[RaterCategory],
    counts: Counts,
    before: Mapping[str, Rate] | None = None,
) -> SubjectResult:
    """Return one subject, with everything left out that may not be shown."""

    def numbers(category: RaterCategory) -> tuple[dict[int, int], ...]:
        return tuple(counts.get((category.pk, subject.place, item.place), {}) for item in items)

    by_category = {category.pk: numbers(category) for category in categories}
    groups = tuple(Group(pk, tuple(sum(one.values()) for one in each)) for pk, each in by_category.items())
    pooled = tuple(_added([each[place] for each in by_category.values()]) for place in range(len(items)))
    tree = Group("all", tuple(sum(one.values()) for one in pooled), groups)
    verdict = decide(tree, round_.least_group)
    whole = _part("合计", None, verdict["all"], items, grades, pooled, round_.least_group)
    parts = tuple(
        _part(
            category.name, category, verdict[category.pk], items, grades, by_category[category.pk], round_.least_group
        )
        for category in categories
    )
    return SubjectResult(
        subject, whole, parts if len(parts) > 1 else (), _weighted(items, parts), before if before is not None else {}
    )


def _added(cells: Sequence[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for cell in cells:
        for grade, count in cell.items():
            found[grade] = found.get(grade, 0) + count
    return found


def _part(
    label: str,
    category: RaterCategory | None,
    show: Show,
    items: Sequence[RoundItem],
    grades: Sequence[RoundGrade],
    cells: Sequence[Mapping[int, int]],
    least_group: int,
) -> Part:
    figures = tuple(_figure(item, show, grades, cell, least_group) for item, cell in zip(items, cells, strict=True))
    return Part(label, category, show, figures)


def _figure(
    item: RoundItem, show: Show, grades: Sequence[RoundGrade], cell: Mapping[int, int], least_group: int
) -> Figure:
    if show < Show.MEAN:
        return Figure(item, show)
    counted = [(grade, cell.get(grade.place, 0)) for grade in grades]
    valid = sum(count for grade, count in counted if grade.is_valid)
    if show == Show.MEAN:
        # of five answers four may be 不了解: the mean of the rest would be one person's grade
        return Figure(item, show, mean=_mean(counted, valid) if valid >= least_group else None)
    best = next((grade.place for grade in grades if grade.is_valid), None)
    return Figure(
        item,
        show,
        valid=valid,
        answered=tuple(
            Answered(grade, count, Rate(count, valid).percent if grade.is_valid and valid else None)
            for grade, count in counted
        ),
        top=Rate(sum(count for grade, count in counted if grade.place == best), valid) if valid else None,
        positive=Rate(sum(count for grade, count in counted if grade.is_valid and grade.is_positive), valid)
        if valid
        else None,
    )


def _mean(counted: Sequence[tuple[RoundGrade, int]], valid: int) -> Decimal | None:
    scored = [(grade.score, count) for grade, count in counted if grade.is_valid]
    if not valid or any(score is None for score, _ in scored):
        return None
    total = sum(((score or Decimal(0)) * count for score, count in scored), Decimal(0))
    return (total / valid).quantize(TENTH, ROUND_HALF_UP)


def _weighted(items: Sequence[RoundItem], parts: Sequence[Part]) -> tuple[Weighted, ...]:
    """Return the weighted rates of the items of which every category shows a distribution with a valid answer."""
    weights = [part.category.weight if part.category is not None else None for part in parts]
    if len(parts) < 2 or any(weight is None for weight in weights):
        return ()
    found = []
    for place, item in enumerate(items):
        figures = [part.figures[place] for part in parts]
        tops = [(weight, one.top) for weight, one in zip(weights, figures, strict=True)]
        positives = [(weight, one.positive) for weight, one in zip(weights, figures, strict=True)]
        if all(rate is not None for _, rate in tops):
            found.append(Weighted(item, _averaged(tops), _averaged(positives)))
    return tuple(found)


def _averaged(rates: Sequence[tuple[Decimal | None, Rate | None]]) -> Decimal:
    total = sum(((weight or 0) * 100 * rate.part / Decimal(rate.whole) for weight, rate in rates if rate), Decimal(0))
    return (total / sum(weight or 0 for weight, _ in rates)).quantize(TENTH, ROUND_HALF_UP)


# ---- the round before ----


def _key(subject: EvaluationSubject) -> tuple[int, int | None]:
    return (subject.organization_id if subject.member_id is None else 0, subject.member_id)


def _earlier(round_: EvaluationRound, subjects: Sequence[EvaluationSubject], on: date) -> EvaluationRound | None:
    """Return the last round of the unit before this one about one of the same subjects whose result is published.

    A ballot about nominees has none: it answers for one round of awards.
    """
    if round_.kind == EvaluationKind.BALLOT:
        return None
    about = EvaluationSubject.objects.filter(
        round__organization=round_.organization_id,
        round__kind=round_.kind,
        round__state=EvaluationState.PUBLISHED,
        round__published_on__lte=on,
        round__closes_on__lt=round_.closes_on,
    )
    if subjects[0].member_id is None:
        about = about.filter(organization__in=[one.organization_id for one in subjects], member__isnull=True)
    else:
        about = about.filter(member__in=[one.member_id for one in subjects])
    last = (
        about.select_related("round__organization", "round__semester").order_by("-round__closes_on", "-round").first()
    )
    return last.round if last is not None else None


def _before(round_: EvaluationRound, me: Viewer, on: date) -> dict[tuple[int, int | None], dict[str, Rate]]:
    subjects = readable(round_.subjects.select_related("organization", "member"), round_, me, on)
    if not subjects:
        return {}
    items, grades, categories = list(round_.items.all()), list(round_.grades.all()), list(round_.categories.all())
    counts = counts_of(round_)
    found = {}
    for subject in subjects:
        result = result_of(subject, round_, items, grades, categories, counts)
        found[_key(subject)] = {one.item.text: one.positive for one in result.whole.figures if one.positive is not None}
    return found
