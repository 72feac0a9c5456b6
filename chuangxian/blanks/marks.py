"""Named places: how a form says what is to stand where, and what may be named.

`{{承诺人}}` stands for a value, `{{事项.内容}}` for one of each item of a list (its row is repeated), `{{事项.2.内容}}` for that of the second
item. Full-width braces and spaces inside do not matter: an input method for Chinese writes both.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

from chuangxian.sheets.columns import PartialDate, local_naive

MARK = re.compile(r"(?:\{\{|｛｛)([^{}｛｝]*)(?:\}\}|｝｝)")
LEFT_OVER = re.compile(r"\{\{|｛｛|\}\}|｝｝")
SINGLE = re.compile(r"[{｛]([^{}｛｝]{1,40})[}｝]")
DOTS = str.maketrans({"。": ".", "·": ".", "_": "."})
NAME_MOST = 40
NUMBER = "序号"
ALIKE = 0.5

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence about one place of a form. error: the form cannot be used; warning: it can, but somebody should look."""

    place: str
    text: str
    level: Level = "error"

    @property
    def is_error(self) -> bool:
        """Stands in the way."""
        return self.level == "error"

    def __str__(self) -> str:
        return f"{self.place}：{self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Field:
    """A value a form may name: what it means, an example of its type, and whether a form without it is worth a warning."""

    name: str
    meaning: str
    example: Any
    wanted: bool = False


@dataclass(frozen=True)
class Rows:
    """A list a form may name the items of; every list also counts its items as 序号."""

    name: str
    meaning: str
    fields: Sequence[Field]
    examples: Sequence[Mapping[str, Any]] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields of an item, 序号 among them."""
        return {one.name: one for one in (Field(NUMBER, "第几项，从 1 数起", 1), *self.fields)}


@dataclass(frozen=True, slots=True)
class Spot:
    """What a mark asks for: a field, or the field of every item of a list, or with ``index`` (from 1) of one item."""

    field: Field
    rows: Rows | None = None
    index: int | None = None

    @property
    def repeats(self) -> bool:
        """Its row stands once for each item."""
        return self.rows is not None and self.index is None


@dataclass(frozen=True)
class Shape:
    """What a kind of form may name."""

    fields: Sequence[Field]
    lists: Sequence[Rows] = ()
    by_name: dict[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})

    def spot(self, name: str) -> Spot | None:
        """Return what a name stands for; None when it stands for nothing."""
        if name in self.by_name:
            return Spot(self.by_name[name])
        first, _, rest = name.partition(".")
        rows = next((one for one in self.lists if one.name == first), None)
        if rows is None or not rest:
            return None
        number, dot, last = rest.partition(".")
        if dot:
            if not (number.isascii() and number.isdecimal()) or not 0 < int(number[:4]) < 1000 or len(number) > 3:
                return None
            return Spot(rows.by_name[last], rows, int(number)) if last in rows.by_name else None
        return Spot(rows.by_name[rest], rows) if rest in rows.by_name else None

    @cached_property
    def names(self) -> list[str]:
        """Every name there is, those of lists without a number."""
        return [*self.by_name, *(f"{rows.name}.{name}" for rows in self.lists for name in rows.by_name)]

    def unknown(self, name: str) -> str:
        """Return the sentence about a name that stands for nothing, with the nearest one that does."""
        if not name:
            return "两对花括号之间是空的，请写上名称。"
        said = f"“{clipped(name)}”不是可用的名称"
        plain = re.sub(r"\.\d+\.", ".", name)
        near = get_close_matches(plain, self.names, 1, ALIKE)
        last = plain.rpartition(".")[2]
        near = near or [one for one in self.names if one.rpartition(".")[2] == last][:1]
        return f"{said}，是不是“{near[0]}”？" if near else f"{said}，请从名称表里选。"

    def examples(self) -> dict[str, Any]:
        """Return an example of everything."""
        found: dict[str, Any] = {one.name: one.example for one in self.fields}
        for rows in self.lists:
            found[rows.name] = list(rows.examples) or [{one.name: one.example for one in rows.fields}] * 2
        return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a text, from ``start`` to before ``end``."""

    start: int
    end: int
    name: str


def plain_name(raw: str) -> str:
    """Return a name as it is compared: without spaces, full-width letters and dots made plain."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)).translate(DOTS)


def marks_in(text: str) -> list[Mark]:
    """Return the marks of a text in their order."""
    return [Mark(one.start(), one.end(), plain_name(one[1])) for one in MARK.finditer(text)]


def judged(shape: Shape, text: str, place: str) -> Iterator[Trouble]:
    """Yield what is wrong with the marks of a text."""
    for mark in marks_in(text):
        if shape.spot(mark.name) is None:
            yield Trouble(place, shape.unknown(mark.name))
    rest = MARK.sub("", text)
    if found := LEFT_OVER.search(rest):
        opens = found[0] in ("{{", "｛｛")
        yield Trouble(place, f"“{found[0]}”没有配对的“{'}}' if opens else '{{'}”，名称两边各要两个花括号。")
    for single in SINGLE.finditer(rest):
        if shape.spot(plain_name(single[1])) is not None:
            text = f"“{single[0]}”只有一个花括号，会原样印出来；要填内容的，请写成“{{{{{plain_name(single[1])}}}}}”。"
            yield Trouble(place, text, "warning")


def said(value: Any) -> str:
    """Return a value as it stands inside a text."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return local_naive(value).strftime("%Y-%m-%d %H:%M")
        case PartialDate():
            return str(value)
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def value_at(spot: Spot, values: Mapping[str, Any], item: Mapping[str, Any] | None) -> Any:
    """Return what stands at a spot; ``item`` is the one whose row it is. None for nothing, so for an item beyond the last."""
    if spot.rows is None:
        return values.get(spot.field.name)
    if spot.index is not None:
        items = items_of(spot.rows, values)
        item = items[spot.index - 1] if spot.index <= len(items) else None
    return item.get(spot.field.name) if item else None


def items_of(rows: Rows, values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the items of a list, numbered."""
    return [{NUMBER: number, **item} for number, item in enumerate(values.get(rows.name, ()), 1)]


def filled(shape: Shape, text: str, values: Mapping[str, Any], item: Mapping[str, Any] | None = None) -> Any:
    """Return a text with its marks filled in; the value itself, with its type, where the text is nothing but one mark."""
    marks = marks_in(text)
    spots = [shape.spot(mark.name) for mark in marks]
    if len(marks) == 1 and spots[0] and text.strip() == text[marks[0].start : marks[0].end]:
        return value_at(spots[0], values, item)
    parts, last = [], 0
    for mark, spot in zip(marks, spots, strict=True):
        parts += [text[last : mark.start], said(value_at(spot, values, item)) if spot else text[mark.start : mark.end]]
        last = mark.end
    return "".join([*parts, text[last:]])


@dataclass
class Seen:
    """What a form names, gathered while it is read, to say at the end what it leaves out."""

    shape: Shape
    spots: list[Spot] = field(default_factory=list)

    def note(self, text: str) -> list[Spot]:
        """Return the spots of a text and remember them."""
        found = [spot for mark in marks_in(text) if (spot := self.shape.spot(mark.name))]
        self.spots += found
        return found

    def troubles(self) -> Iterator[Trouble]:
        """Yield what the form as a whole lacks."""
        if not self.spots:
            yield Trouble(
                "", "文件里没有任何名称，填不进内容。请在要填的地方写上名称，例如“{{" + self.shape.names[0] + "}}”。"
            )
            return
        named = {spot.field.name for spot in self.spots if spot.rows is None}
        for one in self.shape.fields:
            if one.wanted and one.name not in named:
                yield Trouble("", f"没有放“{one.name}”，填好的表上不会有{one.meaning}。", "warning")
        for rows in self.shape.lists:
            mine = [spot for spot in self.spots if spot.rows is rows]
            wanted = any(one.wanted for one in rows.fields)
            if not mine and wanted:
                yield Trouble("", f"没有放“{rows.name}”的任何一项，填好的表上不会有{rows.meaning}。", "warning")
            if mine and not any(spot.repeats for spot in mine):
                most = max(spot.index or 0 for spot in mine)
                yield Trouble("", f"“{rows.name}”只放了第 1 到第 {most} 项，更多的不会印出来。", "warning")


def clipped(text: str) -> str:
    """Return a foreign name fit to stand inside a sentence."""
    plain = "".join(char for char in text if char.isprintable())
    return plain if len(plain) <= NAME_MOST else plain[: NAME_MOST - 1] + "…"
