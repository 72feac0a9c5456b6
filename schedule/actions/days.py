"""Days set right by the office, a stretch at once; every change is in the log. Sessions already planned stay where they are."""

from datetime import date, timedelta

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from chuangxian import clock
from chuangxian.verdicts import require
from schedule.models import DayOverride
from schedule.rules import days as rules
from schedule.states.days import DayKind


@transaction.atomic
def set_days(*, first: date, last: date, kind: str, name: str, by: User, on: date) -> None:
    """Say of each day of a stretch what it is; what had been said of it before no longer holds."""
    require(rules.may_set_days(by, on))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    DayOverride.objects.bulk_create(
        [DayOverride(day=day, kind=kind, name=name, by=by, entered_at=clock.now()) for day in days],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name", "by", "entered_at"],
    )
    _log("set_days", "设定放假与调休", f"{spoken(first, last)}：{DayKind(kind).label}（{name}）", by, on)


@transaction.atomic
def clear_days(*, first: date, last: date, by: User, on: date) -> int:
    """Let a stretch follow the official calendar again; return how many days had been set."""
    require(rules.may_set_days(by, on))
    number, _ = DayOverride.objects.filter(day__range=(first, last)).delete()
    if number:
        _log("clear_days", "取消放假与调休的设定", spoken(first, last), by, on)
    return number


def spoken(first: date, last: date) -> str:
    """Say a stretch of days."""
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"


def _log(verb: str, label: str, note: str, by: User, on: date) -> None:
    log.record(verb=verb, label=label, note=note, category=LogEntry.Category.CHANGE, by=by, on=on)
