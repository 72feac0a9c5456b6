"""Meetings: written down after they were held, with what they resolved and their papers, corrected later; every change is in the log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from schedule.actions.evidence import attach, detach
from schedule.models import Meeting, Resolution
from schedule.rules import items as rules
from schedule.rules.meetings import too_many

Texts = Sequence[Mapping[str, Any]]


def form_of(meeting: Meeting | None = None) -> FormKey:
    """Name the form in which a meeting is written down, a new one or one to be corrected."""
    return FormKey("schedule.meeting", meeting.pk if meeting is not None else 0)


@transaction.atomic
def record_meeting(
    *,
    organization: Organization,
    resolutions: Texts = (),
    files: Sequence[Accepted] = (),
    by: User,
    on: date,
    **fields: Any,
) -> Meeting:
    """Write a meeting down. Raises ValidationError when it is still to come, or more people came or voted than were expected."""
    require(rules.may_record_meeting(organization, by, on))
    meeting = Meeting(organization=organization, recorded_by=by, **fields)
    _check(meeting, on)
    meeting.save()
    _resolve(meeting, resolutions)
    attach(entry=meeting, files=files, organization=organization.pk, by=by)
    drafts.forget(form=form_of(), by=by)
    log.record(verb="record_meeting", label="记录会议", obj=meeting, category=LogEntry.Category.CHANGE, by=by, on=on)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    version: int,
    resolutions: Texts | None = None,
    files: Sequence[Accepted] = (),
    drop: Collection[int] = (),
    by: User,
    on: date,
    **fields: Any,
) -> None:
    """Correct what was written down; without ``resolutions`` they stay. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_change_meeting(meeting, by, on))
    before = {name: _told(getattr(meeting, name)) for name in fields}
    resolved = _lines(meeting)
    for name, value in fields.items():
        setattr(meeting, name, value)
    _check(meeting, on)
    save_version(meeting, fields, version=version)
    if resolutions is not None:
        meeting.resolutions.all().delete()
        _resolve(meeting, resolutions)
    changes: dict[str, Any] = {name: [before[name], _told(getattr(meeting, name))] for name in fields}
    changes["resolutions"] = [resolved, _lines(meeting)]
    changes["evidence"] = [detach(entry=meeting, numbers=drop), [file.name for file in files]]
    attach(entry=meeting, files=files, organization=meeting.organization_id, by=by)
    drafts.forget(form=form_of(meeting), by=by)
    log.record(
        verb="change_meeting",
        label="修改会议记录",
        obj=meeting,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


def _resolve(meeting: Meeting, resolutions: Texts) -> None:
    for order, text in enumerate(resolutions):
        resolution = Resolution(meeting=meeting, order=order, **text)
        resolution.full_clean(validate_constraints=False)
        if sentence := too_many(text, due=meeting.due_count, present=meeting.present_count):
            raise ValidationError(sentence)
        resolution.save()


def _lines(meeting: Meeting) -> list[str]:
    return [f"{one.text}：{one.told}" for one in meeting.resolutions.all()]


def _check(meeting: Meeting, on: date) -> None:
    meeting.full_clean(exclude=["path"], validate_constraints=False)
    if meeting.held_on > on:
        raise ValidationError({"held_on": "会议记录在会后填写，日期不能晚于今天。"})
    if (
        meeting.due_count is not None
        and meeting.present_count is not None
        and meeting.present_count > meeting.due_count
    ):
        raise ValidationError({"present_count": "实到人数不能多于应到人数。"})


def _told(value: Any) -> str:
    return "" if value is None else str(value)
