"""Writing the log: one function, called inside the transaction of what it tells."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models

from accounts.models import LogEntry, User

SYSTEM = "系统"

# says in what capacity somebody acts upon a record, as in 代理第一支部书记; the room that knows posts sets it at start-up
Capacity = Callable[[User, models.Model | None], str]
_capacities: list[Capacity] = []


def ask_for_capacity(capacity: Capacity) -> None:
    """Have every line say in what capacity its actor acted, behind his name."""
    if capacity not in _capacities:
        _capacities.append(capacity)


def _signed(by: User, obj: models.Model | None) -> str:
    capacity = "".join(capacity(by, obj) for capacity in _capacities)
    longest = LogEntry._meta.get_field("actor_name").max_length
    return (f"{by}（{capacity}）" if capacity else str(by))[:longest]


def record(
    *,
    verb: str,
    label: str,
    obj: models.Model | None = None,
    note: str = "",
    changes: dict[str, Any] | None = None,
    category: str = LogEntry.Category.DECISION,
    who: str = SYSTEM,
    by: User | None,
    on: date,
) -> LogEntry:
    """Append one line. ``changes`` maps a field to [before, after] in JSON terms; ``by=None`` is the system itself, or ``who``."""
    entry = line(verb=verb, label=label, obj=obj, note=note, changes=changes, category=category, who=who, by=by, on=on)
    entry.save()
    return entry


def line(
    *,
    verb: str,
    label: str,
    obj: models.Model | None = None,
    note: str = "",
    changes: dict[str, Any] | None = None,
    category: str = LogEntry.Category.DECISION,
    who: str = SYSTEM,
    by: User | None,
    on: date,
) -> LogEntry:
    """Return a line without appending it, for those who append thousands at once."""
    return LogEntry(
        on=on,
        category=category,
        actor=by,
        actor_name=_signed(by, obj) if by else who,
        verb=verb,
        label=label,
        target_type=obj._meta.label_lower if obj is not None else "",
        target_id=str(obj.pk) if obj is not None else "",
        target_name=str(obj)[:200] if obj is not None else "",
        note=note,
        changes=changes or {},
    )
