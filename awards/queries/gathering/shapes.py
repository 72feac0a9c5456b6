"""What a draft is made of: figures that say what they count and where from, and the sentences that name them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse

from branches.models import Organization
from branches.scope import Standing
from chuangxian.templatetags.ui import cn_date, percent
from reviews.queries.coverage import Board, board
from schedule.models import Campaign

# a paper names a few of many: the others are counted
QUOTED_MOST = 3
QUOTED_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a summary: ``value`` as the sentences write it, ``count`` how many records it was counted from, ``url`` where those are.

    ``url`` is a path of the portal, empty where no page lists exactly these records.
    """

    label: str
    value: str
    definition: str
    count: int
    url: str = ""


@dataclass
class Draft:
    """A section as the records give it: paragraphs to edit, and the figures in them."""

    key: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraphs, a line each."""
        return "\n".join(self.paragraphs)

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The figures as they are stored."""
        return [asdict(figure) for figure in self.figures]

    def say(self, *sentences: str) -> None:
        """Add a paragraph of the sentences that are not empty, if any."""
        if told := "".join(sentence for sentence in sentences if sentence):
            self.paragraphs.append(told)

    def count(
        self, label: str, number: int, unit: str, definition: str, *, url: str = "", records: int | None = None
    ) -> str:
        """Add a figure and return it as a sentence writes it; ``records`` where it was counted from another number of records than itself."""
        value = f"{number}{unit}"
        self.figures.append(Figure(label, value, definition, number if records is None else records, url))
        return value

    def split(
        self,
        choices: type[models.TextChoices],
        counts: Mapping[str, int],
        unit: str,
        definition: str,
        *,
        before: str = "",
        url: str = "",
    ) -> str:
        """Add a figure for each of these choices that has a count, and return them as one enumeration.

        ``before`` stands before the label in the figure's name; ``definition`` says the label where it has {}.
        """
        return listed(
            [
                choice.label
                + self.count(f"{before}{choice.label}", counts[choice], unit, definition.format(choice.label), url=url)
                for choice in choices
                if counts.get(choice)
            ]
        )

    def rate(self, label: str, part: int, whole: int, definition: str, *, url: str = "") -> str:
        """Add a rate and return it in per cent; nothing, and no figure, where there is nothing to divide by."""
        if not whole:
            return ""
        value = percent(Decimal(part) / whole)
        self.figures.append(Figure(label, value, f"{definition}：{part}÷{whole}", whole, url))
        return value


@dataclass(frozen=True)
class Asked:
    """What is summed up: an organisation's campaign between two days, as it is known on the day of asking.

    ``viewer`` is who gathers; nothing is taken that another reader of the summary may not read.
    """

    organization: Organization
    campaign: Campaign
    first: date
    last: date
    viewer: Standing
    on: date

    @property
    def until(self) -> date:
        """The last day of which something can be known."""
        return min(self.last, self.on)

    @property
    def path(self) -> str:
        """The subtree that is summed up."""
        return self.organization.path

    def link(self, view: str, **query: object) -> str:
        """Return the page behind a figure, narrowed by ``query``."""
        told = "&".join(f"{name}={value}" for name, value in query.items())
        return reverse(view) + (f"?{told}" if told else "")

    def here(self, view: str, **query: object) -> str:
        """Return the page behind a figure, narrowed to the organisation."""
        return self.link(view, organization=self.organization.pk, **query)

    @cached_property
    def units(self) -> list[Organization]:
        """The units that run the campaign for the organisation: the one it belongs to, or those below it."""
        own = self.organization.unit_path
        if own != self.path:
            return list(Organization.objects.filter(path=own))
        below = Organization.objects.within(self.path).existing(self.until).order_by("path")
        return [one for one in below if one.path == one.unit_path]

    @cached_property
    def boards(self) -> list[Board]:
        """Who pledged, reviewed himself and was commented on in the semesters of this stretch, unit by unit."""
        found = [board(unit, self.campaign, paths=[self.path], on=self.until) for unit in self.units]
        return [one for one in found if one.terms]

    def overlaps(self, first: date, last: date) -> bool:
        """Answer whether a stretch of days touches this one, as far as it is known."""
        return first <= self.until and last >= self.first


def quoted(texts: Iterable[str], most: int = QUOTED_MOST) -> str:
    """Return the first few of these texts in quotation marks, 等 where there are more; nothing for none."""
    told = list(dict.fromkeys(shortened(text) for text in texts if text.strip()))
    more = "等" if len(told) > most else ""
    return "、".join(quotation(text) for text in told[:most]) + more


def quotation(text: str) -> str:
    """Return a text in quotation marks, those inside it made single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def shortened(text: str, most: int = QUOTED_LENGTH) -> str:
    """Return a text on one line without its full stop, cut where it is too long to be quoted."""
    plain = " ".join(text.split()).rstrip("。；;.，,")
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def listed(parts: Sequence[str]) -> str:
    """Return parts as one enumeration, empty ones left out."""
    return "、".join(part for part in parts if part)


def day(value: date) -> str:
    """Return a day as a paper writes it."""
    return cn_date(value)
