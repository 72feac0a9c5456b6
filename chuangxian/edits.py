"""Saving what two people may have on screen at once: the second learns of the first, and no text is lost."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.forms import BaseForm

from chuangxian.workflow import Overtaken

STALE = "这一条在您填写期间有过变动。您填的内容还在，请核对后再交一次。"


class Conflict(Exception):
    """The record changed since it was read. ``current`` is what stands now, ``mine`` what could not be saved."""

    def __init__(self, *, current: models.Model, mine: dict[str, Any]) -> None:
        super().__init__("这份材料在您编辑期间已被他人修改。")
        self.current = current
        self.mine = mine


def save_version(obj: models.Model, fields: Iterable[str], *, version: int) -> None:
    """Write ``fields`` of ``obj`` where its ``version`` is still the given one, and raise the version by one.

    Raises `Conflict` when somebody saved in between; then nothing was written.
    """
    columns = {name: getattr(obj, name) for name in fields}
    manager = type(obj)._base_manager
    if manager.filter(pk=obj.pk, version=version).update(**columns, version=F("version") + 1) != 1:
        raise Conflict(current=manager.get(pk=obj.pk), mine=columns)
    obj.refresh_from_db(fields=["version"])


def version_read(text: str | None) -> int | None:
    """Return the version a form says its screen was made from, or None when it says nothing that could be one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def tried(form: BaseForm, act: Callable[[], object], stale: str = STALE) -> int:
    """Do what a form asks for, unless it is wrong. Return 0 when it is done, else the status of the page that shows the form again:
    422 for what is wrong in it, 409 when somebody was faster; the reason then stands on the form beside all that was typed.

    What is said of a field the form does not have is said above it.
    """
    if not form.is_valid():
        return 422
    try:
        act()
    except Conflict:
        form.add_error(None, stale)
        return 409
    except Overtaken as overtaken:
        form.add_error(None, overtaken.reason)
        return 409
    except ValidationError as error:
        has_its_fields = hasattr(error, "error_dict") and error.error_dict.keys() <= form.fields.keys()
        form.add_error(None, error if has_its_fields else list(error.messages))
        return 422
    return 0
