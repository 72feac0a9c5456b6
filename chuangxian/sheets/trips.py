"""There and back: the key of an exported row, and what a stored value becomes once it has been written to a workbook and read again.

A key says which record the row is, how its cells stood when it was exported, and when that was. It is signed: a key nobody gave out is
none.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from .brush import safe_text
from .columns import Column, shown
from .parse import tidy
from .problems import BadCell

SALT = "chuangxian.sheets.trips"
HINT = "编号由系统生成，请勿改动；新增的行请把编号留空"


@dataclass(frozen=True)
class RowKey:
    """Which record, how its cells stood, and the second of the export."""

    pk: int
    mark: str
    second: int

    def written(self, table: str) -> str:
        """Return the key as it stands in the workbook of a table."""
        body = f"R{self.pk}-{self.mark}-{self.second}"
        return f"{body}-{_signature(table, body)}"


def _signature(table: str, body: str) -> str:
    return salted_hmac(SALT, f"{table}:{body}").hexdigest()[:10]


def read_key(table: str, text: str) -> RowKey:
    """Read a key of this table, or raise BadCell."""
    body, _, signature = text.rpartition("-")
    if not body or not constant_time_compare(signature, _signature(table, body)):
        raise BadCell(f"不是本系统为这张表导出的编号，{HINT}")
    pk, mark, second = body.removeprefix("R").split("-")
    return RowKey(int(pk), mark, int(second))


def second_of(moment: datetime) -> int:
    """Return the second by which something had been entered."""
    return ceil(moment.timestamp())


def settled(column: Column[Any], value: Any) -> Any:
    """Return a stored value as the reader finds it in an untouched cell: None for nothing."""
    if isinstance(value, str) and not column.choices:
        before, value = None, value.replace("\ufffd", "")
        while before != value:  # a letter made half-width may first now meet the accent that follows it
            before, value = value, tidy(safe_text(value), spaces=column.spaces, fold=column.fold, lines=column.wrap)
    if isinstance(value, Decimal):
        value = value.normalize() + 0
    return None if value == "" else value


def mark_of(columns: Sequence[Column[Any]], values: Sequence[Any]) -> str:
    """Return the fingerprint of a row's cells as the reader finds them."""
    told = [_json(settled(column, value)) for column, value in zip(columns, values, strict=True)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def told(column: Column[Any], value: Any) -> str:
    """Return a value as a reader of the page sees it."""
    if isinstance(value, Decimal):
        value = f"{value:f}"
    return shown(column, value)
