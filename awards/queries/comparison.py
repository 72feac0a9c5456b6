"""Candidates of a category side by side, as the meeting that decides sees them: what the records say of each, and nothing that ranks them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from awards.models import AwardCategory, Nomination
from awards.queries.desk import heard_of
from branches.scope import Standing
from reviews.models import EvaluationRound
from reviews.tally.results import Figure, results_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing said of a candidate; ``url`` leads to where it comes from."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One question, with what is said of each candidate in their order. Nothing is said where the records say nothing."""

    label: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Comparison:
    """The candidates by branch and name, and what is said of them."""

    candidates: tuple[Nomination, ...]
    groups: tuple[Group, ...]

    @property
    def cards(self) -> list[tuple[Nomination, list[tuple[str, list[tuple[str, tuple[Cell, ...]]]]]]]:
        """The same, one candidate after the other; questions without an answer are left out."""
        return [
            (
                candidate,
                [
                    (group.title, [(row.label, row.cells[place]) for row in group.rows if row.cells[place]])
                    for group in self.groups
                ],
            )
            for place, candidate in enumerate(self.candidates)
        ]

    def only(self, wanted: Collection[int]) -> "Comparison":
        """The same of some candidates; of all where none of those wanted is among them."""
        places = [place for place, one in enumerate(self.candidates) if one.pk in wanted]
        return self._at(places) if places else self

    def sheets(self, size: int) -> list["Comparison"]:
        """The same in parts of so many candidates, as many as go on a sheet of paper."""
        places = range(len(self.candidates))
        return [self._at(places[first : first + size]) for first in range(0, len(places), size)]

    def _at(self, places: Sequence[int]) -> "Comparison":
        groups = [
            Group(group.title, tuple(Row(row.label, tuple(row.cells[one] for one in places)) for row in group.rows))
            for group in self.groups
        ]
        return Comparison(tuple(self.candidates[one] for one in places), tuple(groups))


def candidates_for(category: AwardCategory, standing: Standing, on: date) -> list[Nomination]:
    """Return the category's nominations in the running that the person decides about, by branch and name. Three queries."""
    rows = Nomination.objects.to_decide(standing, on).running().filter(category=category)
    related = "nominator", "member", "organization", "category"
    found = rows.select_related(*related).prefetch_related("opinions", "overrides")
    return list(found.order_by("path", "member__sort_key", "organization__path", "pk"))


def comparison_of(category: AwardCategory, standing: Standing, on: date) -> Comparison:
    """Return the candidates side by side. A fixed number of queries."""
    candidates = candidates_for(category, standing, on)
    groups = [_recommendation(candidates), *_dossier(candidates), _opinions(candidates)]
    if category.ballot is not None and category.ballot.is_counted:
        groups.append(_ballot(category.ballot, candidates, standing, on))
    return Comparison(tuple(candidates), tuple(group for group in groups if group.rows))


def _group(title: str, candidates: list[Nomination], rows: dict[str, list[tuple[Cell, ...]]]) -> Group:
    kept = tuple(Row(label, tuple(cells)) for label, cells in rows.items() if any(cells))
    return Group(title, kept if candidates else ())


def _recommendation(candidates: list[Nomination]) -> Group:
    return _group(
        "推荐情况",
        candidates,
        {
            "推荐单位": [(Cell(str(one.nominator)),) for one in candidates],
            "推荐票": [_votes(one) for one in candidates],
            "主要事迹": [
                (Cell(f"{len(''.join(one.deeds.split()))} 字", reverse("awards:decision", args=[one.pk])),)
                for one in candidates
            ],
            "破例": [
                tuple(Cell(f"{each.sentence}理由：{each.reason}") for each in one.overrides.all()) for one in candidates
            ],
        },
    )


def _votes(nomination: Nomination) -> tuple[Cell, ...]:
    if nomination.votes_for is None:
        return ()
    said = f"应到 {nomination.votes_due} 人，实到 {nomination.votes_present} 人，赞成 {nomination.votes_for} 票"
    return (Cell(said),)


def _dossier(candidates: list[Nomination]) -> list[Group]:
    """Return the frozen dossiers, line beside line where they have the same name in the same section."""
    titles: dict[str, str] = {}
    rows: dict[str, dict[str, list[list[Cell]]]] = {}
    for place, candidate in enumerate(candidates):
        for section in candidate.dossier.get("sections", []):
            titles.setdefault(section["key"], section["title"])
            lines = rows.setdefault(section["key"], {})
            for line in section["lines"]:
                cells = lines.setdefault(line["label"], [[] for _ in candidates])
                cells[place].append(Cell(_said(line), line.get("url") or ""))
    return [
        _group(title, candidates, {label: [tuple(each) for each in cells] for label, cells in rows[key].items()})
        for key, title in titles.items()
    ]


def _said(line: dict[str, Any]) -> str:
    if line.get("text"):
        return str(line["text"])
    number, whole = line.get("number"), line.get("of")
    if number is None:
        return "没有记录"
    return f"{number}" if whole is None else f"{number}／{whole}"


def _opinions(candidates: list[Nomination]) -> Group:
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    for candidate in candidates:
        for heard in heard_of(candidate):
            said = (Cell(heard.stand.label if heard.stand is not None else "还没有听取"),)
            rows.setdefault(heard.side.label, []).append(said)
    return _group("审核意见", candidates, rows)


def _ballot(round_: EvaluationRound, candidates: list[Nomination], standing: Standing, on: date) -> Group:
    """Return what the committee's ballot may show to the person: how many agree, or their share where few voted."""
    results = results_of(round_, standing, on)
    found = {
        (one.subject.member_id, None if one.subject.member_id else one.subject.organization_id): one
        for one in results.subjects
    }
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    for candidate in candidates:
        result = found.get((candidate.member_id, candidate.organization_id))
        for place, item in enumerate(results.items):
            said = (
                (Cell(_agreed(result.whole.figures[place]), round_.get_absolute_url()),) if result is not None else ()
            )
            rows.setdefault(item.text, []).append(said)
    return _group("委员会票决", candidates, rows)


def _agreed(figure: Figure) -> str:
    if figure.positive is not None:
        return f"收回 {figure.valid} 票，同意 {figure.positive.part} 票"
    return f"同意的占 {figure.mean}%" if figure.mean is not None else figure.word
