"""Recurring tasks: set with all their days at once, and ended."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import log
from accounts.models import User
from branches.models import Organization
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule.actions.tasks import cancel_task, set_task
from schedule.models import TaskSeries
from schedule.queries.series import MOST, occurrences, tasks_of
from schedule.rules import tasks as rules


@transaction.atomic
def set_series(
    *,
    organization: Organization,
    title: str,
    text: str = "",
    target: str,
    evidence_needed: bool = False,
    rule: str,
    starts_on: date,
    ends_on: date,
    lead_days: int = 7,
    by: User,
    on: date,
) -> TaskSeries:
    """Set a recurring task and make its tasks, each due on a workday. Raises ValidationError when its days are none, or too many."""
    require(rules.may_set(organization, by, on))
    refusal = rules.fits(organization, target)
    if not refusal:
        raise ValidationError({"target": refusal.reason})
    if starts_on < on:
        raise ValidationError({"starts_on": "周期任务从今天或者今天以后开始；以前的事请单个补录。"})
    days = occurrences(rule, starts_on, ends_on) if ends_on >= starts_on else []
    if not days:
        raise ValidationError("这段时间里一次也轮不到，请看看起止日期。")
    if len(days) > MOST:
        raise ValidationError(f"一次最多排 {MOST} 次，请缩短起止日期。")
    series = TaskSeries(
        organization=organization,
        title=title.strip(),
        text=text.strip(),
        target=target,
        evidence_needed=evidence_needed,
        rule=rule,
        starts_on=starts_on,
        ends_on=ends_on,
        lead_days=lead_days,
        by=by,
    )
    series.save()
    log.record(verb="set", label="布置周期任务", obj=series, note=f"共 {len(days)} 次", by=by, on=on)
    for one in days:
        set_task(
            organization=organization,
            title=title,
            text=text,
            target=target,
            evidence_needed=evidence_needed,
            opens_on=max(one.due_on - timedelta(days=lead_days), starts_on),
            due_on=one.due_on,
            series=series,
            series_day=one.day,
            by=by,
            on=on,
        )
    return series


@transaction.atomic
def end_series(*, series: TaskSeries, reason: str, version: int | None, by: User, on: date) -> int:
    """End a series: what is still ahead of it is taken back. Returns how many tasks that were."""
    require(rules.may_manage_series(series, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么停止。"})
    held = TaskSeries.objects.filter(pk=series.pk, version=version or 0, ended_on__isnull=True)
    if held.update(ended_on=on, version=F("version") + 1) != 1:
        raise Overtaken("这项周期任务刚刚有过变动，请刷新页面后再看。")
    series.refresh_from_db(fields=["ended_on", "version"])
    log.record(verb="end", label="停止周期任务", obj=series, note=reason.strip(), by=by, on=on)
    ahead = list(tasks_of(series).filter(due_on__gt=on, cancelled_on__isnull=True).select_related("organization"))
    for task in ahead:
        cancel_task(task=task, reason=reason, version=task.version, by=by, on=on)
    return len(ahead)
