"""Paper ballots: the piles, what the two people have keyed, where they differ. Each function says how many queries it costs."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.query import QuerySet

from accounts.models import User
from reviews.models import EvaluationRound, PaperPile, PaperSheet
from reviews.queries.casting import Sheet

COLUMNS = ("first", "second")


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of a sheet that the two people read differently; grades are places, 0 for none."""

    place: int
    subject: str
    item: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a pile has been keyed: sheets by each, and sheets that only one has keyed or that are missing between others."""

    first: int
    second: int
    gaps: list[int]

    @property
    def is_complete(self) -> bool:
        """Both have keyed the same sheets without a gap."""
        return self.first > 0 and not self.gaps


def piles_of(round_: EvaluationRound) -> QuerySet[PaperPile]:
    """Return the round's piles with category, people and how many sheets each has keyed. One query."""
    piles: QuerySet[PaperPile] = PaperPile.objects.filter(round=round_).select_related("category", "first", "second")
    return piles.annotate(
        keyed_first=Count("sheets", filter=~Q(sheets__first="")),
        keyed_second=Count("sheets", filter=~Q(sheets__second="")),
    )


def next_pile(round_: EvaluationRound) -> str:
    """Return the name of the box to be set up next. One query."""
    return f"{PaperPile.objects.filter(round=round_).count() + 1}号票箱"


def column_of(pile: PaperPile, user: User) -> str:
    """Return which of the two entries is this person's: "first", "second", or nothing where two others key the pile."""
    if pile.first_id in (None, user.pk) and pile.second_id != user.pk:
        return "first"
    return "second" if pile.second_id in (None, user.pk) else ""


def entries_of(pile: PaperPile, column: str) -> dict[int, str]:
    """Return what stands in one of the two columns, by the place of the sheet. One query."""
    rows = PaperSheet.objects.filter(pile=pile).exclude(**{column: ""})
    return dict(rows.values_list("place", column))


def remarks_of(pile: PaperPile) -> dict[int, str]:
    """Return the remarks keyed, by the place of the sheet. One query."""
    return dict(PaperSheet.objects.filter(pile=pile).exclude(remark="").values_list("place", "remark"))


def standing_of_pile(pile: PaperPile) -> Standing:
    """Return how far the pile has been keyed. One query."""
    rows = list(PaperSheet.objects.filter(pile=pile).values_list("place", "first", "second"))
    last = max((place for place, _, _ in rows), default=0)
    whole = {place for place, first, second in rows if first and second}
    return Standing(
        first=sum(bool(first) for _, first, _ in rows),
        second=sum(bool(second) for _, _, second in rows),
        gaps=[place for place in range(1, last + 1) if place not in whole],
    )


def differences_in(pile: PaperPile, sheet: Sheet) -> list[Difference]:
    """Return every cell on which the two people do not agree, sheet by sheet. One query."""
    rows = PaperSheet.objects.filter(pile=pile).values_list("place", "first", "second").order_by("place")
    cells = [(subject, item) for _, subject in sheet.subjects for _, item in sheet.items]
    return [
        Difference(place, *cells[at], one, other)
        for place, first, second in rows
        if first != second
        for at, (one, other) in enumerate(zip(first, second, strict=True))
        if one != other
    ]
