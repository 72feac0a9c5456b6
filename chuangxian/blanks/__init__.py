"""Forms the office lays out itself: a workbook or a Word document with named places, checked once and filled in often.

PLEDGE = Shape([Field("承诺人", "作出承诺的党员", "王建国", wanted=True)], [Rows("事项", "承诺的事项", [Field("内容", "承诺什么", "办好一件实事")])])

kind = checked(name, content)                     # raises Unreadable(sentence) for what is no form at all
troubles = check(kind, content, PLEDGE)           # Trouble(place, text, level); errors refuse the form
fill(kind, content, PLEDGE, {"承诺人": "王建国", "事项": [{"内容": "…"}]})      # bytes
starter(kind, "承诺书", PLEDGE)                    # bytes: a form to begin with
"""

from collections.abc import Mapping
from typing import Any

from . import letter, spreadsheet
from .marks import Field, Rows, Shape, Trouble
from .package import checked
from .starter import starter

__all__ = ["Field", "Rows", "Shape", "Trouble", "check", "checked", "fill", "starter"]


def check(kind: str, content: bytes, shape: Shape) -> list[Trouble]:
    """Return what is wrong with a checked form, errors and warnings. Raises `Unreadable` when its inside is broken."""
    return (spreadsheet if kind == "xlsx" else letter).check(content, shape)


def fill(kind: str, content: bytes, shape: Shape, values: Mapping[str, Any]) -> bytes:
    """Return a form without errors filled in."""
    return (spreadsheet if kind == "xlsx" else letter).fill(content, shape, values)
