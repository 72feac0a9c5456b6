"""What a number format makes of a number: the difference between 40379 and a day in July."""

import re
from dataclasses import dataclass
from functools import lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS

from .guard import Package, parse_xml
from .problems import Unreadable

DATE_LETTERS = re.compile(r"[ymdhs]", re.I)
NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
HALF_DAY = re.compile("am/pm|a/p|上午/下午")

# Formats 27–36 and 50–58 are built in but depend on the language; these are the Chinese ones (ECMA-376 part 1, 18.8.30).
CHINESE_FORMATS = {
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """A number format: its code and what of a date it shows (letters out of "ymdt", t for time; "" for no date).

    distorts: a number is shown quite differently from what is stored (percent, fraction, powers of ten).
    """

    code: str = "General"
    shows: str = ""
    distorts: bool = False

    @property
    def is_date(self) -> bool:
        return bool(self.shows)


@lru_cache(maxsize=512)
def format_of(code: str) -> Format:
    plain = NOT_SHOWN.sub("", code.split(";")[0]).lower().replace("g/通用格式", "general")
    if "general" in plain or not DATE_LETTERS.search(plain):
        return Format(code, distorts=any(mark in plain.replace("general", "") for mark in "%/e"))
    plain = HALF_DAY.sub("", plain)
    shows = "".join(letter for letter in "yd" if letter in plain)
    if "e" in plain and "y" not in shows and re.search("[md]", plain):
        shows = "y" + shows  # a year by the local calendar
    if "h" in plain or "s" in plain:
        shows += "t"
        # m beside hours or seconds is minutes: h:mm, mm:ss
        plain = re.sub(r"(h+\W*)m+|m+(\W*s)", r"\1\2", plain)
    if "m" in plain:
        shows += "m"
    return Format(code, shows)


def read_formats(package: Package, part: str) -> list[Format]:
    """The format of each cell style, by style index."""
    codes: dict[int, str] = {**BUILTIN_FORMATS, **CHINESE_FORMATS}
    formats: list[Format] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = name.rpartition("|")[2]
        if local == "numFmt" and len(codes) < 5_000:
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")[:255]
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            if len(formats) >= 65_500:
                raise Unreadable("文件里的单元格样式过多，已拒绝。")
            formats.append(format_of(codes.get(int(attributes.get("numFmtId", 0)), "General")))

    def end(name: str) -> None:
        nonlocal inside
        if name.endswith("|cellXfs"):
            inside = False

    for _ in parse_xml(package, part, start, end):
        pass
    return formats
