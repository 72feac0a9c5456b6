"""Activities: typed once, after they were held; corrected or taken back later. Every change is in the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
from schedule.models import Activity, ActivityParticipant, ActivitySchool, Standard
from schedule.queries.activities import Content, candidates_for, supported_by_default
from schedule.rules import activities as rules
from schedule.states.activities import FileKind, Role

COLUMNS = (
    "carrier",
    "item",
    "title",
    "starts_on",
    "ends_on",
    "place",
    "text",
    "result",
    "hours",
    "served",
    "meeting",
    "is_public",
)


@dataclass(frozen=True)
class Entry:
    """An activity as the form gives it.

    ``fields`` are columns of the record, ``participants`` map a member's number to his role. Without standards, a new record takes those
    of its carrier.
    """

    content: Content
    fields: Mapping[str, Any]
    participants: Mapping[int, str] = field(default_factory=dict)
    schools: Sequence[str] = ()
    standards: Sequence[Standard] = ()
    photos: Sequence[Accepted] = ()
    papers: Sequence[Accepted] = ()
    drop: Collection[int] = ()


def new_form(organization: Organization) -> FormKey:
    """Name the form in which a new activity of the organisation is written down."""
    return FormKey("schedule.activity.new", organization.pk)


def edit_form(activity: Activity) -> FormKey:
    """Name the form in which it is corrected."""
    return FormKey("schedule.activity", activity.pk)


@transaction.atomic
def record_activity(*, organization: Organization, entry: Entry, by: User, on: date) -> Activity:
    """Write an activity down. Raises ValidationError when it is still to come, or somebody named does not belong to the organisation."""
    require(rules.may_record(organization, by, on))
    activity = Activity(organization=organization, by=by, recorded_on=on)
    _take_over(activity, entry, on)
    activity.save()
    standards = [one.pk for one in entry.standards] or supported_by_default([entry.content])[entry.content.carrier.pk]
    _hang_on(activity, entry, standards, by, on)
    drafts.forget(form=new_form(organization), by=by)
    log.record(verb="record_activity", label="记录活动", obj=activity, category=LogEntry.Category.CHANGE, by=by, on=on)
    return activity


@transaction.atomic
def change_activity(*, activity: Activity, entry: Entry, version: int, by: User, on: date) -> None:
    """Correct what was written down. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_change(activity, by, on))
    before = _told(activity)
    _take_over(activity, entry, on)
    save_version(activity, COLUMNS, version=version)
    _hang_on(activity, entry, [one.pk for one in entry.standards], by, on)
    after = _told(Activity.objects.get(pk=activity.pk))
    drafts.forget(form=edit_form(activity), by=by)
    log.record(
        verb="change_activity",
        label="修改活动记录",
        obj=activity,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


@transaction.atomic
def withdraw_activity(*, activity: Activity, reason: str, version: int, by: User, on: date) -> None:
    """Take a record back, with the reason: it counts nowhere any more. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_change(activity, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么撤回。"})
    activity.withdrawn_on, activity.withdraw_reason = on, reason.strip()
    activity.full_clean(exclude=["path"], validate_constraints=False)
    save_version(activity, ["withdrawn_on", "withdraw_reason"], version=version)
    log.record(
        verb="withdraw_activity", label="撤回活动记录", obj=activity, note=activity.withdraw_reason, by=by, on=on
    )


def _take_over(activity: Activity, entry: Entry, on: date) -> None:
    activity.carrier, activity.item = entry.content.carrier, entry.content.item
    for name, value in entry.fields.items():
        setattr(activity, name, value)
    activity.ends_on = activity.ends_on or activity.starts_on
    activity.full_clean(exclude=["path"], validate_constraints=False)
    if activity.ends_on < activity.starts_on:
        raise ValidationError({"ends_on": "结束日期不能早于开始日期。"})
    if activity.ends_on > on:
        raise ValidationError({"ends_on": "活动记录在活动之后填写，日期不能晚于今天。"})
    meeting = activity.meeting
    if meeting is not None and not activity.starts_on <= meeting.held_on <= activity.ends_on:
        raise ValidationError({"meeting": f"这次会议是 {meeting.held_on:%Y-%m-%d} 开的，不在活动的日期里。"})


def _hang_on(activity: Activity, entry: Entry, standards: Sequence[int], by: User, on: date) -> None:
    known = set(activity.participants.values_list("member", flat=True))
    days = (activity.starts_on, activity.ends_on, on)
    names = {one.member.pk: one.member for one in candidates_for(activity.organization, days, but=known)}
    if strangers := entry.participants.keys() - names.keys():
        raise ValidationError({"took_part": f"选中的人里有 {len(strangers)} 位不属于{activity.organization}。"})
    activity.participants.all().delete()
    ActivityParticipant.objects.bulk_create(
        ActivityParticipant(activity=activity, member=names[pk], role=Role(role))
        for pk, role in entry.participants.items()
    )
    activity.schools.all().delete()
    schools = dict.fromkeys(name.strip() for name in entry.schools if name.strip())
    ActivitySchool.objects.bulk_create(ActivitySchool(activity=activity, name=name) for name in schools)
    activity.standards.set(standards)
    detach(entry=activity, numbers=entry.drop)
    for files, kind, name in (
        (entry.photos, FileKind.PHOTO, "photos"),
        (entry.papers, FileKind.DOCUMENT, "papers"),
    ):
        attach(entry=activity, files=files, organization=activity.organization_id, by=by, field=name, kind=kind)


def _told(activity: Activity) -> dict[str, Any]:
    """Return the record in JSON terms, its people and schools by name."""
    told: dict[str, Any] = {}
    for name in COLUMNS:
        value = getattr(activity, name)
        told[name] = value if isinstance(value, bool) else ("" if value is None else str(value))
    told["participants"] = [str(one) for one in activity.participants.select_related("member")]
    told["schools"] = [one.name for one in activity.schools.all()]
    told["standards"] = [one.title for one in activity.standards.all()]
    told["evidence"] = [one.name for one in activity.evidence.all()]
    return told
