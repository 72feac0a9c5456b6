"""What the calendar says about a pledge. Pure functions of days; nobody here asks what day it is."""

from datetime import date, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """Where a cycle stands on a day, as people call it."""

    AHEAD = "尚未开始"
    WRITING = "提诺阶段"
    REVIEWING = "审诺阶段"
    PUBLISHING = "亮诺阶段"
    FULFILLING = "践诺阶段"
    APPRAISING = "述诺评诺阶段"
    OVER = "已结束"


def stage(
    *, starts_on: date, submit_by: date, review_by: date, publish_by: date, ends_on: date, appraise_by: date, on: date
) -> Stage:
    """Return the stage of a cycle; the last day of a stage still belongs to it."""
    last_days = [
        (submit_by, Stage.WRITING),
        (review_by, Stage.REVIEWING),
        (publish_by, Stage.PUBLISHING),
        (ends_on, Stage.FULFILLING),
        (appraise_by, Stage.APPRAISING),
    ]
    if on < starts_on:
        return Stage.AHEAD
    return next((name for last, name in last_days if on <= last), Stage.OVER)


def proposed_days(year: int, on: date) -> dict[str, date | None]:
    """Return the usual days of a cycle; of a year already begun those that are over are moved so that there is time for each."""
    starts_on, ends_on = max(date(year, 1, 1), on), date(year, 12, 20)
    usual = {
        "submit_by": (date(year, 2, 28), 14),
        "review_by": (date(year, 3, 10), 24),
        "publish_by": (date(year, 3, 15), 29),
    }
    moved = on > usual["submit_by"][0]
    days = {name: min(on + timedelta(days=later), ends_on) if moved else day for name, (day, later) in usual.items()}
    midyear = date(year, 6, 30)
    return {
        "starts_on": starts_on,
        **days,
        "midyear_on": midyear if midyear > days["publish_by"] else None,
        "ends_on": ends_on,
        "appraise_by": date(year, 12, 31),
    }


def is_overdue(due_on: date, *, settled_on: date | None, on: date) -> bool:
    """Answer whether an item's day has passed and nothing had been said of its outcome by then."""
    return due_on < on and (settled_on is None or settled_on > on)


def is_due(due_on: date, *, on: date) -> bool:
    """Answer whether an item counts in the fulfilment rate: its day has come."""
    return due_on <= on


def is_late(submitted_on: date | None, *, submit_by: date) -> bool:
    """Answer whether a pledge was handed in after the day set for it."""
    return submitted_on is not None and submitted_on > submit_by


def days_left(due_on: date, on: date) -> int:
    """Return the days until ``due_on``, negative when it has passed."""
    return (due_on - on).days
