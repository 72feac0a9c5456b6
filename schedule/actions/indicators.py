"""Indicators: added, put in other words, ended, on the page and by the plan file. What has been in force is never rewritten."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Max

from accounts import log
from accounts.models import User
from branches.models import Organization
from chuangxian.edits import Conflict, save_version
from chuangxian.verdicts import require
from schedule.models import Indicator, Standard
from schedule.plan_file import Entry
from schedule.rules import indicators as rules

# what a version says; the rest is whose it is and when it holds
WORDS = ("post", "text", "points", "rule", "evidence_kind")


@transaction.atomic
def add(*, standard: Standard, organization: Organization | None, by: User, on: date, **words: Any) -> Indicator:
    """Add an indicator that holds from this day; for everybody, or for one branch."""
    require(rules.may_keep(organization, by, on))
    indicator = Indicator(standard=standard, organization=organization, starts_on=on, **words)
    indicator.order = _last(standard) + 1
    indicator.full_clean()
    indicator.save()
    log.record(verb="indicator_add", label="增加指标", obj=indicator, note=_named(indicator), by=by, on=on)
    return indicator


@transaction.atomic
def change(*, indicator: Indicator, version: int, by: User, on: date, **words: Any) -> Indicator:
    """Put it in other words; return what holds now.

    On its first day the row itself changes; afterwards, and where the plan file wrote it, a new version takes its place from this day.
    Raises Conflict when somebody changed it in between.
    """
    require(rules.may_keep(indicator.organization, by, on))
    later = Indicator.objects.filter(replaces=indicator).first()
    if later is not None:
        raise Conflict(current=later, mine=words)
    require(rules.is_in_force(indicator, on))
    before = {name: getattr(indicator, name) for name in WORDS}
    if all(before[name] == value for name, value in words.items()):
        return indicator
    if indicator.starts_on == on and not indicator.key:
        now = indicator
        for name, value in words.items():
            setattr(now, name, value)
        now.full_clean()
        save_version(now, words, version=version)
    else:
        _end(indicator, version, on, mine=words)
        now = _next(indicator, on, **before | words)
        now.full_clean()
        now.save()
    changes = {name: [before[name], value] for name, value in words.items() if before[name] != value}
    log.record(verb="indicator_change", label="修改指标", obj=now, note=_named(now), changes=changes, by=by, on=on)
    return now


@transaction.atomic
def end(*, indicator: Indicator, reason: str, version: int, by: User, on: date) -> None:
    """Let it hold no longer, from this day on. Raises Conflict when somebody changed it in between."""
    require(rules.may_change(indicator, by, on))
    _end(indicator, version, on, mine={})
    log.record(
        verb="indicator_end", label="停用指标", obj=indicator, note=reason.strip() or _named(indicator), by=by, on=on
    )


def _end(indicator: Indicator, version: int, on: date, *, mine: dict[str, Any]) -> None:
    indicator.ended_on = on
    try:
        save_version(indicator, ["ended_on"], version=version)
    except Conflict as conflict:
        raise Conflict(current=conflict.current, mine=mine) from conflict


def _next(indicator: Indicator, on: date, **words: Any) -> Indicator:
    return Indicator(
        standard=indicator.standard,
        organization=indicator.organization,
        order=indicator.order,
        starts_on=on,
        replaces=indicator,
        **words,
    )


def _last(standard: Standard) -> int:
    return Indicator.objects.filter(standard=standard).aggregate(last=Max("order"))["last"] or 0


def _named(indicator: Indicator) -> str:
    whose = indicator.whose or "通用"
    return f"{indicator.standard}，{whose}：{indicator.text}"


# ---- the plan file ----


@dataclass(frozen=True)
class Followed:
    """What the file did to an indicator."""

    indicator: Indicator
    done: str  # added, changed, same, removed (never in force), ended
    names: tuple[str, ...] = ()


def follow_file(standard: Standard, entries: list[Entry], *, since: date, on: date) -> Iterator[Followed]:
    """Bring the general indicators the file wrote in line with it. New ones hold from ``since``.

    One that was changed or ended on the page is left to the page. One in other words ends, and its new version takes over its key.
    """
    found = {row.key: row for row in Indicator.objects.filter(standard=standard).exclude(key="")}
    for order, entry in enumerate(entries, start=1):
        row = found.pop(entry.key, None)
        words = {name: entry.values[name] for name in WORDS if name in entry.values}
        if row is None:
            made = Indicator(standard=standard, key=entry.key, order=order, starts_on=since, **words)
            made.save()
            yield Followed(made, "added")
        else:
            yield _followed(row, words, order, on)
    for row in found.values():
        if row.ended_on is None:
            yield _left_the_file(row, on)


def _followed(row: Indicator, words: dict[str, Any], order: int, on: date) -> Followed:
    different = tuple(name for name, value in words.items() if getattr(row, name) != value)
    if row.ended_on is not None or not (different or row.order != order):
        return Followed(row, "same")
    row.order = order
    if different and row.starts_on < on:
        now = _next(row, on, **{"post": row.post, **words})
        now.key, row.key, row.ended_on = row.key, "", on
        _save(row, ["key", "ended_on", "order"])
        now.save()
        return Followed(now, "changed", different)
    for name in different:
        setattr(row, name, words[name])
    _save(row, [*different, "order"])
    return Followed(row, "changed", different or ("order",))


def _left_the_file(row: Indicator, on: date) -> Followed:
    if row.starts_on >= on:
        row.delete()
        return Followed(row, "removed")
    row.key, row.ended_on = "", on
    _save(row, ["key", "ended_on"])
    return Followed(row, "ended")


def _save(row: Indicator, fields: Iterable[str]) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def by_hand(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Leave out, of any rows, indicators that came with the plan file: they go with their standard."""
    return rows.filter(key="") if rows.model is Indicator else rows
