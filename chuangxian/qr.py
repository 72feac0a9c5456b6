"""QR codes as the path of an SVG: nothing inline that the content security policy would refuse, nothing written to a file."""

from dataclasses import dataclass
from itertools import groupby

import segno

BORDER = 4  # light modules around the code, as ISO 18004 asks
# Any mask can be read (ISO 18004, 7.8); weighing all eight takes six times as long.
MASK = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """``side`` is the width and height of the view box in modules, ``path`` the dark modules as strokes one module thick."""

    side: int
    path: str


def picture_of(text: str) -> Picture:
    """Return a text as a QR code with 15 % error correction (level M, or better where it costs no space)."""
    matrix = segno.make_qr(text, error="m", mask=MASK).matrix
    strokes: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, run in groupby(row, bool):
            width = len(list(run))
            if dark:
                strokes.append(f"M{x + BORDER} {y + BORDER}.5h{width}")
            x += width
    return Picture(len(matrix) + 2 * BORDER, "".join(strokes))
