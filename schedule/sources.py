"""What raises action items. Each room registers its own in its ``sources`` module, found at start-up like its letters.

An item points back to its source by type and number, because the rooms that raise items stand above this one. The source says where the
record is read, and hears of every move of its items, in the move's own transaction: a comment is verified when its last item is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

from schedule.models import ActionItem

Followed = Callable[[ActionItem, str, Any, date], None]


def _nothing(item: ActionItem, verb: str, by: Any, on: date) -> None:
    return None


@dataclass(frozen=True)
class Origin:
    """A kind of record that raises items: ``model`` its label (``pledges.pledgeitem``), ``url(number)`` its page, ``followed`` hears of moves."""

    model: str
    url: Callable[[int], str]
    followed: Followed = _nothing


_origins: dict[str, Origin] = {}


def register(origin: Origin) -> Origin:
    """Make the origin known. Raises ValueError when another one has that model."""
    if _origins.setdefault(origin.model, origin) is not origin:
        raise ValueError(f"{origin.model} is registered already")
    return origin


def url_of(item: ActionItem) -> str:
    """Return the page of the record that raised the item, or nothing."""
    origin = _origins.get(item.source_type)
    return origin.url(item.source_id) if origin is not None and item.source_id is not None else ""


def followed(item: ActionItem, verb: str, by: Any, on: date) -> None:
    """Tell the room that raised the item."""
    origin = _origins.get(item.source_type)
    if origin is not None:
        origin.followed(item, verb, by, on)


def every() -> list[Origin]:
    """Return all origins; a test looks that each names a model."""
    return list(_origins.values())


def model_of(item: ActionItem) -> Any:
    """Return the model of the record that raised the item, or None."""
    return apps.get_model(item.source_type) if item.source_type else None
