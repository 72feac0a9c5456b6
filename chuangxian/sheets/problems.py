"""What can be wrong with a file or a cell, said so that the office can repair it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]

LEVEL_LABELS: dict[Level, str] = {"error": "错误", "warning": "提醒", "note": "说明"}


class Unreadable(Exception):
    """The whole file is refused; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadCell(Exception):
    """One cell is refused. Raised by the parsers here and by a Column's own `parse`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about one place of a workbook.

    `row` counts from 1 as Excel shows it, 0 means the whole sheet; `column` is the letter, "" the whole row.
    error: the row cannot be imported. warning: it can, but somebody should look. note: left out or read on purpose.
    """

    sheet: str
    row: int
    column: str
    header: str
    message: str
    level: Level = "error"

    @property
    def place(self) -> str:
        parts = [f"第 {self.row} 行"] if self.row else []
        if self.column:
            parts.append(f"{self.column} 列“{self.header}”" if self.header else f"{self.column} 列")
        return " ".join(parts) or f"工作表“{self.sheet}”"

    @property
    def level_label(self) -> str:
        return LEVEL_LABELS[self.level]

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"

    def as_dict(self) -> dict[str, str | int]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "message": self.message,
            "level": self.level,
        }
