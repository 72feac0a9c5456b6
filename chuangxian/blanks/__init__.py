"""Forms the office lays out itself: a workbook or a Word document with named places, checked once and filled in often.

PLEDGE = Shape([Field("承诺人", "作出承诺的党员", "王建国", wanted=True)], [Rows("事项", "承诺的事项", [Field("内容", "承诺什么", "办好一件实事")])])

kind = checked(name, content)                     # raises Unreadable(sentence) for what is no form at all
troubles = check(kind, content, PLEDGE)           # Trouble(place, text, level); errors refuse the form
fill(kind, content, PLEDGE, {"承诺人": "王建国", "事项": [{"内容": "…"}]})      # bytes
starter(kind, "承诺书", PLEDGE)                    # bytes: a form to begin with
"""

import logging
from collections.abc import Mapping
from typing import Any

from docx.opc.exceptions import OpcError
from openpyxl.utils.exceptions import InvalidFileException

from chuangxian.sheets import Unreadable

from . import letter, spreadsheet
from .marks import Field, Rows, Shape, Trouble
from .package import checked
from .starter import starter

logger = logging.getLogger(__name__)

# openpyxl and python-docx let through whatever their readers trip over; lxml's errors are SyntaxErrors
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidFileException,
    LookupError,
    OpcError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)

__all__ = ["Field", "Rows", "Shape", "Trouble", "check", "checked", "fill", "starter"]


def check(kind: str, content: bytes, shape: Shape) -> list[Trouble]:
    """Return what is wrong with a checked form, errors and warnings; one without errors has been filled in once to see that it can be.

    Raises `Unreadable` when its inside is broken.
    """
    room = spreadsheet if kind == "xlsx" else letter
    try:
        found = room.check(content, shape)
        if not any(one.is_error for one in found):
            room.fill(content, shape, shape.examples())
    except BROKEN as error:
        logger.warning("a form could not be read", exc_info=True)
        raise Unreadable("文件的内部结构不完整，读不出来。请在 Office 或 WPS 中打开后另存一份再上传。") from error
    return found


def fill(kind: str, content: bytes, shape: Shape, values: Mapping[str, Any]) -> bytes:
    """Return a form without errors filled in."""
    return (spreadsheet if kind == "xlsx" else letter).fill(content, shape, values)
