"""How a ballot's answers are written: one digit for each subject and item, subjects first; the place of the grade, 0 for none."""

from collections.abc import Mapping

NONE = 0
FORMAT = 1


def position(subject: int, item: int, items: int) -> int:
    """Return where an answer stands, from 0: ``subject`` from 0, ``item`` from 1 (as their ``place`` columns count)."""
    return subject * items + item - 1


def written(grades: Mapping[tuple[int, int], int], *, subjects: int, items: int) -> str:
    """Return the answers as a ballot keeps them; ``grades`` maps (subject, item) to the place of the grade, absent ones are not answered."""
    return "".join(
        str(grades.get((subject, item), NONE)) for subject in range(subjects) for item in range(1, items + 1)
    )


def read(answers: str, *, items: int) -> dict[tuple[int, int], int]:
    """Return the answers given, as ``written`` takes them."""
    return {
        (place // items, place % items + 1): int(digit) for place, digit in enumerate(answers) if digit != str(NONE)
    }
