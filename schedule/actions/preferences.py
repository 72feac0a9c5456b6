"""People say how they want to be told; the office says how long before."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from django.db import transaction

from accounts import log
from accounts.models import User
from branches.scope import standing_of
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule.models import LeadTimes, Notice, NoticePreference, ReminderMark, Snooze
from schedule.reminding import Reminder
from schedule.rules import reminders as rules


@transaction.atomic
def set_preference(
    *, digest: bool, quiet_from: time | None, quiet_until: time | None, version: int, by: User, on: date
) -> NoticePreference:
    """Keep how this account wants to be told. Raises Conflict when it was changed elsewhere in between."""
    preference, _ = NoticePreference.objects.get_or_create(user=by)
    said = {"digest": digest, "quiet_from": quiet_from, "quiet_until": quiet_until}
    before = {name: getattr(preference, name) for name in said}
    for name, value in said.items():
        setattr(preference, name, value)
    preference.full_clean()
    save_version(preference, said, version=version)
    changes = {name: [_plain(before[name]), _plain(value)] for name, value in said.items() if before[name] != value}
    log.record(verb="notice_preference", label="设置提醒方式", obj=preference, changes=changes, by=by, on=on)
    return preference


def _plain(value: object) -> object:
    return f"{value:%H:%M}" if isinstance(value, time) else value


@transaction.atomic
def set_leads(*, reminder: Reminder, days: Sequence[int], by: User, on: date) -> None:
    """Have this kind remind so many days before (or after); no days at all: as the program does.

    The change digs up nothing: slots count from today, or from where planning had got to if the clock stood still.
    """
    require(rules.may_set_leads(standing_of(by, on)))
    require(rules.has_days(reminder))
    mark = ReminderMark.objects.filter(kind=reminder.kind).first()
    since = min(on, mark.planned_on + timedelta(days=1)) if mark else on
    before = LeadTimes.objects.filter(kind=reminder.kind).first()
    said = {"days": list(days), "by": by, "since": since}
    row, _ = LeadTimes.objects.update_or_create(kind=reminder.kind, defaults=said)
    changes = {"days": [before.days if before and before.days else reminder.days, list(days) or reminder.days]}
    note = f"{reminder.label}：{reminder.spoken(changes['days'][1])}" + ("" if days else "（恢复默认）")
    log.record(verb="lead_times", label="设置提前天数", obj=row, note=note, changes=changes, by=by, on=on)


@transaction.atomic
def snooze(*, notice: Notice, until: date, last: date, reason: str, by: User, on: date) -> Snooze:
    """Put off what this reminder is about until a day; ``last`` is the last one allowed. Those above hear of it all the same."""
    require(rules.may_snooze(notice, last, on))
    row = Snooze(
        member_id=notice.member_id,
        user_id=notice.user_id,
        reminder=notice.reminder,
        target_type=notice.target_type,
        target_id=notice.target_id,
        until=min(until, last),
        reason=reason,
        by=by,
        on=on,
    )
    row.full_clean()
    row.save()
    log.record(verb="snooze", label="稍后提醒", obj=notice, note=f"推后到 {row.until}：{reason}", by=by, on=on)
    return row
