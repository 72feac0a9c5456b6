"""荣誉证书 as a PDF on A4, landscape: what the print page shows, for whoever wants a file.

The letters used are embedded, so that the file looks the same everywhere; the fonts themselves are the machine's. Where it has none that
writes Chinese, `FontMissing` says so, and the print page serves instead.
"""

import logging
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from fpdf import FPDF

from awards.queries.honours import Certificate

# Where systems keep fonts that write Chinese, the most dignified first; beside them whatever stands in the folder `fonts` of the data.
PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-serif-cjk-fonts/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/simhei.ttf",
)
SIMPLIFIED = "SC"  # which face of a collection
WIDE, HIGH = 297.0, 210.0
RED, GOLD, INK = (166, 27, 27), (190, 148, 60), (34, 30, 27)
LEFT, RIGHT = 44.0, 44.0
TOP, BOTTOM = 88.0, 148.0  # between whom it is for and who gives it
SIZES = (21.0, 19.0, 17.0, 15.0, 13.0, 11.5, 10.0)  # points, the largest first that fits
NAME_LEAST = 13.0  # points: a name longer than that takes another line
LEADING = 0.62  # millimetres a line for each point
INDENT = "\u3000\u3000"  # two letters, as documents are written
NEVER_FIRST = "，。、；：？！”’）》〕】…"
NEVER_LAST = "“‘（《〔【"

log = logging.getLogger(__name__)
# fontTools raises any of these on a file that is damaged, or no font
UNREADABLE = (TTLibError, OSError, ValueError, LookupError, AssertionError, TypeError, AttributeError, struct.error)
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every letter it keeps


class FontMissing(Exception):
    """No font writes what stands on a certificate; ``sentence`` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a font file, and the letters it has."""

    path: Path
    number: int
    letters: frozenset[int]

    def lacks(self, text: str) -> str:
        """Return the letters of a text it cannot write."""
        return "".join(dict.fromkeys(one for one in text if not one.isspace() and ord(one) not in self.letters))


def places() -> list[Path]:
    """Return the font files to try, the office's own first."""
    own = settings.DATA / "fonts"
    given = (
        sorted(one for one in own.iterdir() if one.suffix.lower() in (".ttf", ".otf", ".ttc")) if own.is_dir() else []
    )
    return [*given, *(Path(one) for one in PLACES)]


@cache
def _face(path: Path) -> Face:
    """Read what a font file can write; its simplified face where it is a collection."""
    if path.suffix.lower() != ".ttc":
        with TTFont(path, lazy=True) as font:
            return Face(path, 0, frozenset(font.getBestCmap()))
    with TTCollection(path, lazy=True) as fonts:
        names = [str(font["name"].getDebugName(1)) for font in fonts.fonts]
        number = next((place for place, name in enumerate(names) if SIMPLIFIED in name.split()), 0)
        return Face(path, number, frozenset(fonts.fonts[number].getBestCmap()))


def face_for(text: str) -> Face:
    """Return the first face that writes all of a text; a file that is no font is passed over. Raises FontMissing."""
    lacking, damaged = [], []
    for path in places():
        if not path.is_file():
            continue
        try:
            face = _face(path)
        except UNREADABLE:
            log.warning("font file cannot be read: %s", path, exc_info=True)
            damaged.append(path.name)
            continue
        missing = face.lacks(text)
        if not missing:
            return face
        lacking.append(missing)
    instead = "请打开“打印证书”，在打印窗口里直接打印，或者存为 PDF。"
    if not lacking and damaged:
        raise FontMissing(f"字体文件“{'”、“'.join(damaged)}”读不出，不能生成 PDF 文件。{instead}")
    if not lacking:
        raise FontMissing(f"这台服务器上没有中文字体，不能生成 PDF 文件。{instead}")
    raise FontMissing(f"这台服务器上的字体写不出“{min(lacking, key=len)[:10]}”，不能生成 PDF 文件。{instead}")


def certificates_pdf(certificates: Sequence[Certificate], title: str) -> bytes:
    """Return the certificates as a PDF, a page each. Raises FontMissing."""
    face = face_for("".join(_written(certificates)))
    paper = FPDF(orientation="landscape", unit="mm", format="A4")
    paper.set_auto_page_break(False)
    paper.set_title(title)
    paper.set_lang("zh-CN")
    paper.add_font("paper", "", face.path, collection_font_number=face.number)
    for certificate in certificates:
        paper.add_page()
        _frame(paper)
        _words(paper, certificate)
    out = BytesIO()
    paper.output(out)
    return out.getvalue()


def _written(certificates: Iterable[Certificate]) -> Iterator[str]:
    yield "荣誉证书编号：（盖章）"
    for one in certificates:
        yield from (one.to, one.text, one.citation, one.closing, one.by, one.day, one.number)


def _frame(paper: FPDF) -> None:
    paper.set_draw_color(*RED)
    paper.set_line_width(1.6)
    paper.rect(9, 9, WIDE - 18, HIGH - 18)
    paper.set_draw_color(*GOLD)
    paper.set_line_width(0.5)
    paper.rect(12.2, 12.2, WIDE - 24.4, HIGH - 24.4)
    paper.rect(13.6, 13.6, WIDE - 27.2, HIGH - 27.2)
    for x in (13.6, WIDE - 13.6):
        for y in (13.6, HIGH - 13.6):
            side_x, side_y = (1 if x < WIDE / 2 else -1), (1 if y < HIGH / 2 else -1)
            paper.line(x, y + 9 * side_y, x + 9 * side_x, y + 9 * side_y)
            paper.line(x + 9 * side_x, y, x + 9 * side_x, y + 9 * side_y)


def _words(paper: FPDF, certificate: Certificate) -> None:
    width = WIDE - LEFT - RIGHT
    paper.set_text_color(*RED)
    paper.set_font("paper", size=46)
    paper.set_char_spacing(14)
    paper.set_xy(0, 32)
    paper.cell(WIDE + 5, 20, "荣誉证书", align="C")
    paper.set_char_spacing(0)
    paper.set_draw_color(*GOLD)
    paper.set_line_width(0.6)
    paper.line(WIDE / 2 - 34, 57, WIDE / 2 + 34, 57)
    paper.set_text_color(*INK)
    for y, line in _above(paper, certificate.to, 24, 80):
        paper.text(LEFT, y, line)
    size, lines = _set(paper, [certificate.text + certificate.citation, certificate.closing], width)
    paper.set_font("paper", size=size)
    for place, line in enumerate(lines, 1):
        paper.text(LEFT, TOP + place * size * LEADING, line)
    for y, line in chain(_above(paper, certificate.by, 18, 160), _above(paper, certificate.day, 18, 171)):
        paper.text(WIDE - RIGHT - paper.get_string_width(line), y, line)
    paper.set_font("paper", size=11)
    paper.text(LEFT, 187, f"证书编号：{certificate.number}")


def _above(paper: FPDF, text: str, size: float, y: float) -> Iterator[tuple[float, str]]:
    """Yield the lines of a name with their heights, the last at ``y``: smaller where it is too wide, then on more than one line.

    The font is the one they were measured in as long as they are walked.
    """
    width = WIDE - LEFT - RIGHT
    paper.set_font("paper", size=size)
    while size > NAME_LEAST and paper.get_string_width(text) > width:
        size -= 1
        paper.set_font("paper", size=size)
    lines = lines_of(text, width, paper.get_string_width)
    for place, line in enumerate(lines, 1):
        yield y - (len(lines) - place) * size * LEADING, line


def _set(paper: FPDF, paragraphs: Sequence[str], width: float) -> tuple[float, list[str]]:
    """Return the largest size at which the paragraphs fit, and their lines; the smallest where none does."""
    lines: list[str] = []
    for size in SIZES:
        paper.set_font("paper", size=size)
        lines = [line for one in paragraphs for line in lines_of(INDENT + one, width, paper.get_string_width)]
        if len(lines) * size * LEADING <= BOTTOM - TOP:
            return size, lines
    return SIZES[-1], lines


def lines_of(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text into lines: no line begins with a closing mark or ends with an opening one, and figures stay together."""
    lines, line = [], ""
    for letter in text:
        if not line or measure(line + letter) <= width:
            line += letter
            continue
        kept, carried = line, letter
        while len(kept) > 1 and (
            carried[0] in NEVER_FIRST or kept[-1] in NEVER_LAST or (carried[0] + kept[-1]).isascii()
        ):
            kept, carried = kept[:-1], kept[-1] + carried
        lines.append(kept)
        line = carried
    return [*lines, line] if line else lines
