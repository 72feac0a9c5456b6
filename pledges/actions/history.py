"""History: a pledge of the past, entered as it was, with its own days. Nobody is told, nothing is reviewed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.verdicts import require
from pledges import rules
from pledges.actions.writing import insert
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import NEEDS_EXPLANATION, State, SubjectKind

# the days of a pledge's life, in their order, and from which state on each must be known
DAYS = ("submitted_on", "approved_on", "published_on", "reported_on", "appraised_on")
LABELS = {
    "submitted_on": "提交",
    "approved_on": "定诺",
    "published_on": "亮诺",
    "reported_on": "述诺",
    "appraised_on": "评诺",
}
NEEDED = {State.PUBLISHED: 3, State.REPORTED: 4, State.APPRAISED: 5, State.ARCHIVED: 3}


@dataclass(frozen=True)
class PastItem:
    """One item as it was: ``fields`` are columns of PledgeItem."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_history(
    *,
    cycle: PledgeCycle,
    organization: Organization,
    member: Member | None,
    state: str,
    days: Mapping[str, date | None],
    items: Sequence[PastItem],
    document: str = "",
    by: User,
    on: date,
) -> Pledge:
    """Enter a pledge that was published in the past, with the days (by DAYS, and ``signed_on``) on which things happened.

    Raises ValidationError by column for days out of order or missing, Refused, Overtaken where the subject has a pledge in that cycle.
    """
    _check_days(cycle, state, days, on)
    pledge = Pledge(
        cycle=cycle,
        subject_kind=SubjectKind.MEMBER if member else SubjectKind.ORGANIZATION,
        organization=organization,
        member=member,
        reviewing=reading.reviewing_organization(
            cycle=cycle, organization=organization, member=member, on=days["submitted_on"] or on
        ),
        state=state,
        first_submitted_on=days["submitted_on"],
        signed_on=days.get("signed_on") or days["submitted_on"],
        external_document=document,
        external_document_on=days["approved_on"] if document else None,
        author=by,
        submitted_by=by,
        **{name: days.get(name) for name in DAYS},
    )
    require(rules.may_record_history(pledge, by, on))
    insert(pledge)
    for place, item in enumerate(items, 1):
        _insert_item(pledge, place, item, state, on)
    log.record(
        verb="record_history",
        label="补录承诺",
        obj=pledge,
        changes={name: ["", str(day)] for name in DAYS if (day := days.get(name))},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    return pledge


def _check_days(cycle: PledgeCycle, state: str, days: Mapping[str, date | None], on: date) -> None:
    if state not in NEEDED:
        raise ValidationError({"state": "只能补录已亮诺、已述诺、已评诺、已归档的承诺；还在办理的，请按步骤办理。"})
    for name in DAYS[: NEEDED[State(state)]]:
        if days.get(name) is None:
            raise ValidationError({name: f"补录“{State(state).label}”的承诺，请写明{LABELS[name]}是哪一天。"})
    for name in DAYS[NEEDED[State(state)] :]:
        if state != State.ARCHIVED and days.get(name) is not None:
            raise ValidationError({name: f"“{State(state).label}”的承诺还没有{LABELS[name]}。"})
    last: date | None = days.get("signed_on")
    for name in DAYS:
        day = days.get(name)
        if day is None:
            continue
        if last is not None and day < last:
            raise ValidationError({name: f"{LABELS[name]}日期早于前一步的日期。"})
        if day > on:
            raise ValidationError({name: "补录的日期不能晚于今天。"})
        last = day
    if (first := days.get("submitted_on")) is not None and first.year < cycle.starts_on.year - 1:
        raise ValidationError({"submitted_on": f"提交日期比{cycle}早得太多，请核对。"})


def _insert_item(pledge: Pledge, place: int, item: PastItem, state: str, on: date) -> None:
    made = PledgeItem(pledge=pledge, place=place, **item.fields)
    made.reported_outcome = made.outcome
    cycle = pledge.cycle
    if not cycle.starts_on <= made.due_on <= cycle.ends_on:
        raise ValidationError(
            {
                "due_on": f"第 {place} 项的完成时限不在{cycle}（{cycle.starts_on:%Y-%m-%d} 至 {cycle.ends_on:%Y-%m-%d}）之内。"
            }
        )
    if state in (State.REPORTED, State.APPRAISED) and not made.outcome:
        raise ValidationError({"outcome": f"第 {place} 项还没有说明兑现情况。"})
    if made.outcome in NEEDS_EXPLANATION and not made.explanation.strip():
        raise ValidationError({"explanation": f"第 {place} 项没有完全兑现，请写明原因。"})
    if bool(made.outcome) != (made.settled_on is not None):
        raise ValidationError({"settled_on": f"第 {place} 项的兑现情况和兑现日期要么都写，要么都不写。"})
    if made.settled_on is not None and not cycle.starts_on <= made.settled_on <= on:
        raise ValidationError({"settled_on": f"第 {place} 项的兑现日期要在 {cycle.starts_on:%Y-%m-%d} 到今天之间。"})
    made.full_clean(exclude=["pledge"], validate_constraints=False)
    made.save()
