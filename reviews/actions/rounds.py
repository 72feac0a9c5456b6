"""The round: opened for a semester, changed while it runs. Closing it stands in `closing`."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from reviews.models import CommentRound
from reviews.rules import rounds as rules
from schedule.models import Semester


@transaction.atomic
def open_round(
    *, organization: Organization, semester: Semester, by: User | None, on: date, **fields: Any
) -> CommentRound:
    """Open a unit's round for a semester. ``by=None`` is a command of the system. Raises ValidationError for dates out of order."""
    if by is not None:
        require(rules.may_run_round(organization, by, on))
    round_ = CommentRound(organization=organization, semester=semester, **fields)
    round_.full_clean(exclude=["path"])
    round_.save()
    log.record(verb="open_round", label="开始点评轮次", obj=round_, by=by, on=on)
    return round_


@transaction.atomic
def change_round(*, round_: CommentRound, version: int, by: User, on: date, **fields: Any) -> None:
    """Change name, dates, rating or publicity of an open round. Raises Conflict, ValidationError."""
    require(rules.may_change_round(round_, by, on))
    before = {name: str(getattr(round_, name)) for name in fields}
    for name, value in fields.items():
        setattr(round_, name, value)
    round_.full_clean(exclude=["path"])
    save_version(round_, fields, version=version)
    changes = {name: [before[name], str(getattr(round_, name))] for name in fields}
    log.record(
        verb="change_round",
        label="修改点评轮次",
        obj=round_,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
