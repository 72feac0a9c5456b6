"""Drawing raters from a list so that anybody can check it with ``sha256sum``: who has the lowest numbers is drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Lot:
    """A line of the list with its number; ``line`` counts from 1."""

    line: int
    name: str
    number: str


def number_of(seed: str, line: int, name: str) -> str:
    """Return the SHA-256 of ``seed|line|name`` in UTF-8, in hex."""
    return hashlib.sha256(SEPARATOR.join([seed, str(line), name]).encode()).hexdigest()


def lots(names: Sequence[str], seed: str) -> list[Lot]:
    """Return all lines of the list, the lowest number first."""
    found = [Lot(line, name, number_of(seed, line, name)) for line, name in enumerate(names, 1)]
    return sorted(found, key=lambda lot: lot.number)


def drawn(names: Sequence[str], wanted: int, seed: str) -> list[str]:
    """Return the names drawn, in the order of their numbers."""
    return [lot.name for lot in lots(names, seed)[:wanted]]
