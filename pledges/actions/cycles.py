"""The cycle: opened with its dates, changed while it runs, closed once for all its pledges."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import no, require
from pledges import rules
from pledges.models import Pledge, PledgeCycle
from pledges.queries import reading
from pledges.states import State
from pledges.workflow import PLEDGE
from schedule.models import Campaign

DATES = ("starts_on", "submit_by", "review_by", "publish_by", "midyear_on", "ends_on", "appraise_by")


@transaction.atomic
def open_cycle(
    *, organization: Organization, campaign: Campaign, year: int, by: User | None, on: date, **fields: Any
) -> PledgeCycle:
    """Open a unit's cycle for a year. ``by=None`` is a command of the system. Raises ValidationError for dates out of order."""
    if by is not None:
        require(rules.may_run_cycle(organization, by, on))
    cycle = PledgeCycle(organization=organization, campaign=campaign, year=year, **fields)
    cycle.full_clean(exclude=["path"])
    cycle.save()
    log.record(verb="open_cycle", label="开始承诺周期", obj=cycle, by=by, on=on)
    return cycle


@transaction.atomic
def change_cycle(*, cycle: PledgeCycle, version: int, by: User, on: date, **fields: Any) -> None:
    """Change name, dates or delegation of an open cycle. Raises Conflict, ValidationError."""
    require(rules.may_change_cycle(cycle, by, on))
    before = {name: str(getattr(cycle, name)) for name in fields}
    for name, value in fields.items():
        setattr(cycle, name, value)
    cycle.full_clean(exclude=["path"])
    save_version(cycle, fields, version=version)
    changes = {name: [before[name], str(getattr(cycle, name))] for name in fields}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    log.record(
        verb="change_cycle",
        label="修改承诺周期",
        obj=cycle,
        changes=changes,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


@transaction.atomic
def close_cycle(*, cycle: PledgeCycle, note: str = "", version: int, by: User, on: date) -> None:
    """End a cycle: pledges in force are archived, those still in work lapse. Unfinished business needs a word why."""
    require(rules.may_change_cycle(cycle, by, on))
    if unfinished(cycle).exists() and not note.strip():
        require(no("还有没有办完的承诺，结束周期须写明原因。"))
    cycle.closed_on, cycle.closing_note = on, note.strip()
    save_version(cycle, ["closed_on", "closing_note"], version=version)
    for pledge in reading.for_work(Pledge.objects.filter(cycle=cycle)).order_by("pk"):
        for verb in ("expire", "archive"):
            if pledge.state in PLEDGE.moves[verb].sources:
                PLEDGE.move(pledge, verb, by=by, on=on)
                break
    log.record(verb="close_cycle", label="结束承诺周期", obj=cycle, note=note, by=by, on=on)


def unfinished(cycle: PledgeCycle) -> Any:
    """Return the pledges of a cycle that closing would cut short: everything but those appraised, replaced or lapsed."""
    done = (State.APPRAISED, State.ARCHIVED, State.SUPERSEDED, State.LAPSED)
    return Pledge.objects.filter(cycle=cycle).exclude(state__in=done)
