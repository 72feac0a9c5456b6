"""What a ballot page sends: read without trust, nothing kept, everything given back that was chosen."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from reviews.models import REMARK_MOST
from reviews.queries.casting import Sheet

NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a subject on the page; ``grades`` are (place, label, chosen)."""

    name: str
    text: str
    grades: list[tuple[int, str, bool]]
    blank: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One subject on the page. ``torn``: left out as a whole and rated at the same time."""

    place: int
    name: str
    skip_name: str
    skipped: bool
    torn: bool
    items: list[Item]


@dataclass
class BallotForm:
    """A ballot as it was filled in. ``grades`` is what `cast` takes."""

    sheet: Sheet
    code: str = ""
    nonce: str = ""
    remark: str = ""
    shared: bool = False
    anyway: bool = False
    grades: dict[tuple[int, int], int] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    sent: bool = False

    @classmethod
    def fresh(cls, sheet: Sheet, *, code: str, shared: bool) -> "BallotForm":
        """Return an empty ballot with a page number of its own."""
        return cls(sheet, code=code, nonce=secrets.token_urlsafe(16), shared=shared)

    @classmethod
    def read(cls, sheet: Sheet, data: QueryDict) -> "BallotForm":
        """Return what was sent; what the page does not offer counts as not chosen."""
        nonce = data.get("nonce", "")
        places = {str(place): place for place, _ in sheet.grades}
        chosen = {key: places.get(data.get(name, "")) for key, name in _names(sheet)}
        return cls(
            sheet,
            code=code_in(data),
            nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(16),
            remark=data.get("remark", "").replace("\x00", "").replace("\r\n", "\n"),
            shared=is_shared(data),
            anyway="anyway" in data,
            grades={key: place for key, place in chosen.items() if place is not None},
            skipped={place for place, _ in sheet.subjects if f"skip-{place}" in data},
            sent=True,
        )

    @property
    def torn(self) -> set[int]:
        """Subjects left out as a whole and rated all the same."""
        return self.skipped & {subject for subject, _ in self.grades}

    @property
    def too_long(self) -> int:
        """How many characters the remark is too long."""
        return max(0, len(self.remark.strip()) - REMARK_MOST)

    @property
    def blanks(self) -> list[Item]:
        """The items left open in subjects that are not left out."""
        return [item for card in self.cards() for item in card.items if item.blank]

    @property
    def is_ready(self) -> bool:
        """It can be counted: whole, or sent as it is on purpose."""
        return not self.torn and not self.too_long and (self.anyway or not self._open())

    def cards(self) -> list[Card]:
        """Return the subjects as the page shows them."""
        return [
            Card(
                place=place,
                name=name,
                skip_name=f"skip-{place}",
                skipped=place in self.skipped,
                torn=place in self.torn,
                items=[
                    Item(
                        name=_name(place, item),
                        text=text,
                        grades=[(g, label, self.grades.get((place, item)) == g) for g, label in self.sheet.grades],
                        blank=self.sent and place not in self.skipped and (place, item) not in self.grades,
                    )
                    for item, text in self.sheet.items
                ],
            )
            for place, name in self.sheet.subjects
        ]

    def _open(self) -> bool:
        return any(key not in self.grades and key[0] not in self.skipped for key, _ in _names(self.sheet))


def code_in(data: Mapping[str, str]) -> str:
    """Return the code as it was typed, cut to what a field may hold."""
    return data.get("code", "").replace("\x00", "").strip()[:60]


def is_shared(data: Mapping[str, str]) -> bool:
    """Answer whether several people use this device in turn."""
    return data.get("shared", "") == "1"


def _name(subject: int, item: int) -> str:
    return f"g-{subject}-{item}"


def _names(sheet: Sheet) -> Iterator[tuple[tuple[int, int], str]]:
    for subject, _ in sheet.subjects:
        for item, _ in sheet.items:
            yield (subject, item), _name(subject, item)
