"""What may stand behind a name, and what it becomes: one function a kind, each returning the model's fields."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from schedule import calendar
from schedule.plan_file.shape import KEY_MAX, LINE_MAX, Field, Kind
from schedule.states.plan import Precision

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")


class Wrong(Exception):
    """A value that does not fit; the rest of the sentence that begins with the field's name."""


def _said(given: Any) -> str:
    """Say what stands in the file, in a reader's words."""
    match given:
        case bool():
            return f"是/否值 {str(given).lower()}"
        case int() | float():
            return f"数字 {given}"
        case str():
            return f"文字“{given if len(given) <= 30 else given[:30] + '…'}”"
        case datetime():
            return "带时刻的日期"
        case date():
            return f"日期 {given}"
        case list():
            return "一个列表"
    return "一组值"


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise Wrong(f"应该是文字，现在是{_said(given)}")
    return "\n".join(" ".join(line.split()) for line in given.strip().splitlines())


def _line(field_: Field, given: Any) -> dict[str, Any]:
    text = _text(given)
    if "\n" in text:
        raise Wrong("只能写一行")
    if len(text) > LINE_MAX:
        raise Wrong(f"太长了，最多 {LINE_MAX} 个字，现在有 {len(text)} 个")
    return _filled(field_, text)


def _prose(field_: Field, given: Any) -> dict[str, Any]:
    return _filled(field_, _text(given))


def _filled(field_: Field, text: str) -> dict[str, Any]:
    if field_.required and not text:
        raise Wrong("不能是空的")
    return {field_.name: text}


def _key(field_: Field, given: Any) -> dict[str, Any]:
    text = _text(given)
    if not _KEY.fullmatch(text) or len(text) > KEY_MAX:
        raise Wrong(f"只能用小写字母、数字、“_”和“-”，最多 {KEY_MAX} 个，现在是“{text}”")
    return {field_.name: text}


def _day(field_: Field, given: Any) -> dict[str, Any]:
    if not isinstance(given, date) or isinstance(given, datetime):
        raise Wrong(f"应该是日期（如 2011-07-01，不加引号），现在是{_said(given)}")
    return {field_.name: given}


def _stretch(given: Any) -> calendar.Stretch:
    if isinstance(given, date) and not isinstance(given, datetime):
        return calendar.stretch(given, Precision.DAY)
    if not isinstance(given, str):
        raise Wrong(f"应该是日期，可以写 {calendar.EXAMPLES}，现在是{_said(given)}")
    try:
        return calendar.read_written(given)
    except ValueError as wrong:
        raise Wrong(f"写的{wrong}") from wrong


def _written_day(field_: Field, given: Any) -> dict[str, Any]:
    found = _stretch(given)
    return {field_.name: found.first, "precision": found.precision}


def _start(field_: Field, given: Any) -> dict[str, Any]:
    found = _stretch(given)
    return {f"{field_.name}_on": found.first, "start_precision": found.precision}


def _end(field_: Field, given: Any) -> dict[str, Any]:
    found = _stretch(given)
    return {f"{field_.name}_on": found.last, "end_precision": found.precision}


def _due(field_: Field, given: Any) -> dict[str, Any]:
    found = _stretch(given)
    return {f"{field_.name}_on": found.last, f"{field_.name}_precision": found.precision}


def _number(field_: Field, given: Any) -> dict[str, Any]:
    if not isinstance(given, int) or isinstance(given, bool):
        raise Wrong(f"应该是整数，现在是{_said(given)}")
    if not field_.least <= given <= field_.most:
        raise Wrong(f"应该在 {field_.least} 到 {field_.most} 之间，现在是 {given}")
    return {field_.name: given}


def _yes_no(field_: Field, given: Any) -> dict[str, Any]:
    if not isinstance(given, bool):
        raise Wrong(f"应该是 true（是）或者 false（否），不加引号，现在是{_said(given)}")
    return {field_.becomes or field_.name: given}


def _choice(field_: Field, given: Any) -> dict[str, Any]:
    assert field_.choices is not None
    if given not in field_.choices.values:
        known = "、".join(f"{value}（{label}）" for value, label in field_.choices.choices)
        raise Wrong(f"只能是 {known}，现在是{_said(given)}")
    return {field_.becomes or field_.name: given}


def _reference(field_: Field, given: Any) -> dict[str, Any]:
    return {field_.name: _text(given)}


def _references(field_: Field, given: Any) -> dict[str, Any]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Wrong(f'应该是代号的列表，如 ["good_leadership"]，现在是{_said(given)}')
    return {field_.name: given}


def empty(field_: Field) -> dict[str, Any]:
    """Return what the model gets when the file is silent."""
    match field_.kind:
        case Kind.LINE | Kind.PROSE:
            return {field_.name: ""}
        case Kind.CHOICE if not field_.required:
            return {field_.becomes or field_.name: ""}
        case Kind.YES_NO if not field_.required:
            return {field_.becomes or field_.name: False}
        case Kind.DUE:
            return {f"{field_.name}_on": None, f"{field_.name}_precision": Precision.DAY}
        case Kind.REFERENCES:
            return {field_.name: []}
        case Kind.NUMBER | Kind.REFERENCE:
            return {field_.name: None}
    return {}


VALUES: dict[Kind, Callable[[Field, Any], dict[str, Any]]] = {
    Kind.LINE: _line,
    Kind.PROSE: _prose,
    Kind.KEY: _key,
    Kind.DAY: _day,
    Kind.WRITTEN_DAY: _written_day,
    Kind.START: _start,
    Kind.END: _end,
    Kind.DUE: _due,
    Kind.NUMBER: _number,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.REFERENCE: _reference,
    Kind.REFERENCES: _references,
}
