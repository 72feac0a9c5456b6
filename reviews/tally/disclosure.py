"""What may be shown of a count: the one function every page, chart, workbook and print asks.

A figure about fewer than k people tells who said what, and so does a difference of two figures. So a group is shown from k answers on, and
where the rest of a shown group (itself less its shown parts) would lie between 1 and k - 1, the smallest part goes too, until the rest is
nobody or at least k. Means (to 0.1) need k, distributions 2k: five equal answers tell five people's opinion.

A mean at the end of its scale is a distribution, too. So within a whole whose distribution may be shown, whatever is left when any of its shown
parts are taken away, also those of which only a mean is shown, must be nobody or at least 2k.

The arithmetic holds for every item at once, for a rater may leave one out: counts stand item by item, and a group counts as small where any is.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import IntEnum


class Show(IntEnum):
    """How much of a group is shown, from nothing to all. EMPTY: nobody answered, which may be said."""

    NOTHING = 0
    EMPTY = 1
    MEAN = 2
    DISTRIBUTION = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of a group of raters, item by item, and its parts, which have nobody in common. "Don't know" is an answer, a blank is not."""

    key: Hashable
    counts: tuple[int, ...]
    parts: tuple["Group", ...] = ()

    @property
    def least(self) -> int:
        """The answers of its least answered item."""
        return min(self.counts, default=0)

    @property
    def is_empty(self) -> bool:
        """Nobody answered anything."""
        return not any(self.counts)

    def walk(self) -> Iterator["Group"]:
        """Yield it and everything below."""
        yield self
        for part in self.parts:
            yield from part.walk()


def shown(tree: Group, k: int, *, twice: bool = False) -> frozenset[Hashable]:
    """Return the keys of the groups a figure may be shown of, none of which, nor any difference of which, is about 1 to k - 1 people.

    With ``twice`` no difference to a group of 2k or more is about 1 to 2k - 1. Raises ValueError where parts hold more than the whole.
    """
    return frozenset(_shown(tree, k, 2 * k if twice else k, k))


def _shown(group: Group, k: int, large: int, least: int) -> Iterator[Hashable]:
    if group.least < k:
        return  # nor anything below it, which is smaller still
    yield group.key
    parts = sorted((part for part in group.parts if part.least >= k), key=lambda part: (part.least, sum(part.counts)))
    if any(rest < 0 for rest in _rest(group, list(group.parts))):
        raise ValueError(f"the parts of {group.key} hold more than the whole")
    if group.least >= large:
        least = large  # and so all the way down: what is taken from this whole may be a part of a part
    while parts and not _is_safe(group, parts, least):
        parts.pop(0)
    for part in parts:
        yield from _shown(part, k, large, least)


def _is_safe(group: Group, parts: list[Group], least: int) -> bool:
    # where nobody is left over, all parts but one leave that one
    smallest = [min((part.counts[item] for part in parts), default=least) for item in range(len(group.counts))]
    return all(
        rest >= least or (rest == 0 and few >= least) for rest, few in zip(_rest(group, parts), smallest, strict=True)
    )


def _rest(group: Group, parts: list[Group]) -> list[int]:
    return [count - sum(part.counts[item] for part in parts) for item, count in enumerate(group.counts)]


def decide(tree: Group, least_group: int) -> dict[Hashable, Show]:
    """Return what may be shown of each group, by its key; ``least_group`` is the round's k."""
    means = shown(tree, least_group, twice=True)
    distributions = shown(tree, 2 * least_group) & means
    return {group.key: _show(group, means, distributions) for group in tree.walk()}


def _show(group: Group, means: frozenset[Hashable], distributions: frozenset[Hashable]) -> Show:
    if group.is_empty:
        return Show.EMPTY
    if group.key in distributions:
        return Show.DISTRIBUTION
    return Show.MEAN if group.key in means else Show.NOTHING
