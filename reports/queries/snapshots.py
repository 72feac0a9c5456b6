"""Figures of two days beside each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.models import Snapshot

NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(.*)", re.DOTALL)
Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure in an earlier and a later snapshot; either may lack it."""

    part: str
    label: str
    before: Figure | None
    after: Figure | None

    @property
    def definition(self) -> str:
        """What the later one counts, else the earlier one."""
        figure = self.after or self.before
        return str(figure["definition"]) if figure else ""

    @property
    def change(self) -> str:
        """By how much, with its sign and unit; 百分点 between rates, nothing where one is missing or the units differ."""
        was, now = _number(self.before), _number(self.after)
        if was is None or now is None or was[1] != now[1]:
            return ""
        unit = "个百分点" if now[1] == "%" else now[1]
        return f"{now[0] - was[0]:+}{unit}" if now[0] != was[0] else "不变"

    @property
    def counts_otherwise(self) -> bool:
        """The two were not counted in the same way: the definition changed, not only its numbers."""
        if not (self.before and self.after):
            return False
        return _plain(self.before["definition"]) != _plain(self.after["definition"])


def compared(before: Snapshot, after: Snapshot) -> list[Compared]:
    """Return the figures of both, in the later one's order, then what only the earlier one has."""
    earlier = {_key(one): one for one in before.figures}
    found = [Compared(one["part"], one["label"], earlier.pop(_key(one), None), one) for one in after.figures]
    return found + [Compared(one["part"], one["label"], one, None) for one in earlier.values()]


def parts_of(figures: Sequence[Figure]) -> list[tuple[str, list[Figure]]]:
    """Return the figures part by part, in their order."""
    parts: dict[str, list[Figure]] = {}
    for one in figures:
        parts.setdefault(one["part"], []).append(one)
    return list(parts.items())


def _key(figure: Figure) -> tuple[str, str]:
    return figure["part"], figure["label"]


def _number(figure: Figure | None) -> tuple[Decimal, str] | None:
    found = NUMBER.fullmatch(figure["value"]) if figure else None
    return (Decimal(found[1]), found[2]) if found else None


def _plain(definition: str) -> str:
    return re.sub(r"\d+", "", definition)
