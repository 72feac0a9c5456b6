"""How the campaign stands on a day, in pictures: each is a table first, and bars beside it. The same for the page and for one sheet of A4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F

from branches.models import Organization
from branches.scope import Standing
from pledges.models import Pledge, PledgeCycle
from pledges.queries import coverage as pledge_coverage
from pledges.queries.reading import current_cycle
from reports.queries.places import first_read
from reports.queries.progress import NextDate, next_dates
from reviews.models import EvaluationRound
from reviews.queries import coverage as review_coverage
from reviews.tally.results import results_of
from schedule.models import ActionItem, Assignment, Campaign, Semester
from schedule.queries.hours import hours_of
from schedule.queries.plan import current_campaign, semester_on

HUNDRED = 100
SUBJECTS_MOST = 6  # in one picture; a round of more has its own page


@dataclass(frozen=True)
class Series:
    """One kind of bar: its name, and a share in per cent for each label; None where there is nothing to divide."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Picture:
    """Bars in per cent, label by label. ``text`` says what is counted, ``url`` where the records are."""

    key: str
    title: str
    text: str
    labels: Sequence[str]
    series: Sequence[Series]
    url: str

    @property
    def data(self) -> dict[str, Any]:
        """As the chart on a page takes it."""
        series = [{"label": one.label, "values": list(one.values)} for one in self.series]
        return {"type": "bar", "labels": list(self.labels), "series": series, "most": HUNDRED}

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """As the table on paper takes it."""
        return [(label, [one.values[place] for one in self.series]) for place, label in enumerate(self.labels)]


@dataclass(frozen=True)
class Late:
    """What is overdue in one organisation."""

    organization: str
    promises: int
    items: int
    tasks: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.promises + self.items + self.tasks


@dataclass(frozen=True)
class Overview:
    """All of it. ``late`` holds only organisations where something is overdue."""

    place: Organization | None
    semester: Semester | None
    pictures: list[Picture]
    late: list[Late]
    dates: list[NextDate]


Rates = Mapping[int, pledge_coverage.Rate]


def overview(standing: Standing, on: date) -> Overview:
    """Return how it stands, as far as the reader reads. A number of queries that does not grow with members or organisations."""
    campaign, semester = current_campaign(on), semester_on(on)
    unit, paths = review_coverage.unit_of(standing), list(standing.reading_paths())
    cycle = current_cycle(standing, on)
    pledges = Pledge.objects.filter(cycle=cycle).within(*paths)
    rates = pledge_coverage.rates_by_organization(pledges, on) if cycle else {}
    pictures = [
        _coverage(unit, campaign, paths, on),
        _pledges(cycle, rates, paths, on),
        _study(semester, paths, on),
        _grades(standing, on),
    ]
    shown = [picture for picture in pictures if picture is not None and picture.labels]
    return Overview(
        first_read(standing), semester, shown, _late(standing, rates, paths, on), next_dates(campaign, cycle, on)
    )


def _share(part: int, whole: int) -> float | None:
    return round(HUNDRED * part / whole, 1) if whole else None


def _coverage(unit: Organization | None, campaign: Campaign | None, paths: Sequence[str], on: date) -> Picture | None:
    if unit is None or campaign is None:
        return None
    board = review_coverage.board(unit, campaign, paths=paths, on=on)
    terms = [term for term in board.terms if not term.is_empty]
    series = [
        Series(label, [_share(term.counts[duty].done, term.counts[duty].asked) for term in terms])
        for duty, label in review_coverage.DUTIES
    ]
    text = "各学期应做的党组织和党员里，已提交承诺、已提交对照检查、已受点评的占多少"
    labels = [term.semester.short_label for term in terms]
    return Picture("coverage", "承诺、对照检查、点评", text, labels, series, "reviews:coverage_board")


def _pledges(cycle: PledgeCycle | None, rates: Rates, paths: Sequence[str], on: date) -> Picture | None:
    if cycle is None:
        return None
    board = pledge_coverage.board(cycle, paths=paths, on=on)
    lines = [(line, rates.get(line.organization.pk, pledge_coverage.Rate())) for line in board.lines]
    series = [
        Series("提交率", [_share(line.submitted, line.due) for line, _ in lines]),
        Series("兑现率", [_share(rate.fulfilled, rate.due) for _, rate in lines]),
    ]
    text = f"{cycle}：应承诺的党员里已提交的；到期的承诺里已兑现的"
    labels = [str(line.organization) for line, _ in lines]
    return Picture("pledges", "承诺和兑现", text, labels, series, "pledges:pledge_coverage")


def _study(semester: Semester | None, paths: Sequence[str], on: date) -> Picture | None:
    if semester is None:
        return None
    rows = hours_of(paths=paths, first=semester.starts_on, last=min(semester.reporting_until, on))
    places: dict[str, list[int]] = {}
    for row in rows:
        sums = places.setdefault(str(row.organization), [0, 0, 0])
        sums[0] += row.due
        sums[1] += row.present
        sums[2] += row.present + row.made_up
    found = [(label, sums) for label, sums in places.items() if sums[0]]
    series = [
        Series("出勤率", [_share(sums[1], sums[0]) for _, sums in found]),
        Series("连同补学", [_share(sums[2], sums[0]) for _, sums in found]),
    ]
    text = f"{semester}：应到的人次里出席的；加上已经补学的"
    return Picture("study", "学习", text, [label for label, _ in found], series, "schedule:study_hours")


def _grades(standing: Standing, on: date) -> Picture | None:
    """The latest published round of all its subjects, no repetition for a few, when they are few enough to be told apart."""
    rounds = EvaluationRound.objects.visible_to(standing, on).published().filter(published_on__lte=on)
    rounds = rounds.filter(repeats__isnull=True)
    round_ = rounds.order_by("-published_on", "-pk").first()
    if round_ is None:
        return None
    results = results_of(round_, standing, on)
    if not 0 < len(results.subjects) <= SUBJECTS_MOST:
        return None
    series = [
        Series(
            str(result.subject),
            [float(one.positive.percent) if one.positive else None for one in result.whole.figures],
        )
        for result in results.subjects
    ]
    labels = [item.text for item in results.items]
    text = f"{round_}：有效票里选“{results.positive_labels}”的；人数太少的不显示"
    return Picture("grades", f"群众评议{results.word}率", text, labels, series, "reviews:evaluation_list")


def _late(standing: Standing, rates: Rates, paths: Sequence[str], on: date) -> list[Late]:
    items = ActionItem.objects.visible_to(standing, on).within(*paths).overdue(on)
    tasks = Assignment.objects.visible_to(standing, on).within(*paths).workable().filter(task__due_on__lt=on)
    by_item, by_task = _by_place(items), _by_place(tasks)
    by_promise = {place: rate.overdue for place, rate in rates.items() if rate.overdue}
    names = Organization.objects.filter(pk__in={*by_promise, *by_item, *by_task}).order_by("path")
    return [
        Late(str(place), by_promise.get(place.pk, 0), by_item.get(place.pk, 0), by_task.get(place.pk, 0))
        for place in names
    ]


def _by_place(rows: Any) -> dict[int, int]:
    counted: Iterable[tuple[int, int]] = (
        rows.order_by().values(place=F("organization_id")).annotate(number=Count("pk")).values_list("place", "number")
    )
    return dict(counted)
