"""Ordering a workbook made in the background and calling it off; freezing the figures of a day; the office's own forms."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from branches.scope import standing_of
from chuangxian import bell
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from reports import rules
from reports.models import OfficeTemplate, ReportRun, Snapshot
from reports.states import RunState, TemplateState
from schedule.models import Semester

MAKE = "reports.tasks.make_reports"


@transaction.atomic
def order(
    *,
    report: str,
    title: str,
    rows_total: int,
    organization: Organization | None,
    semester: Semester | None,
    as_of: date,
    by: User,
    on: date,
) -> ReportRun:
    """Put a workbook into the queue and ring for a worker. Raises `Refused` when too many of one's own are still under way."""
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once count each other
    require(rules.may_order(by))
    run = ReportRun.objects.create(
        report=report,
        title=title,
        rows_total=rows_total,
        organization=organization,
        semester=semester,
        as_of=as_of,
        by=by,
        on=on,
    )
    log.record(
        verb="order_report",
        label="后台导出",
        obj=run,
        note=" ".join(str(part) for part in (organization, semester, f"截至 {as_of}") if part),
        category=LogEntry.Category.EXPORT,
        by=by,
        on=on,
    )
    bell.ring(MAKE)
    return run


@transaction.atomic
def cancel(*, run: ReportRun, by: User, on: date) -> None:
    """Call it off: what waits ends at once, what is being made stops at the next look. What has ended stays as it is."""
    waiting = ReportRun.objects.filter(pk=run.pk, state=RunState.QUEUED)
    running = ReportRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    if waiting.update(state=RunState.CANCELLED, cancel_asked=True) or running.update(cancel_asked=True):
        log.record(verb="cancel_report", label="取消后台导出", obj=run, category=LogEntry.Category.EXPORT, by=by, on=on)


# ---- figures of a day ----


@transaction.atomic
def take_snapshot(
    *,
    organization: Organization,
    semester: Semester | None,
    purpose: str,
    figures: Sequence[dict[str, Any]],
    by: User,
    on: date,
) -> Snapshot:
    """Keep these figures as they stand. Raises `Refused` for an organisation whose records he does not read."""
    require(rules.may_take_snapshot(organization, standing_of(by, on)))
    fields = {"semester": semester, "purpose": purpose, "figures": list(figures)}
    snapshot = Snapshot.objects.create(organization=organization, **fields, by=by, on=on)
    log.record(verb="take_snapshot", label="取统计数字", obj=snapshot, note=purpose, by=by, on=on)
    return snapshot


@transaction.atomic
def void_snapshot(*, snapshot: Snapshot, reason: str, by: User, on: date) -> None:
    """Mark it as void with the reason; the figures stay as they were. Raises `Refused`."""
    held = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    require(rules.may_void(held, standing_of(by, on)))
    Snapshot.objects.filter(pk=held.pk).update(voided_on=on, void_reason=reason)
    log.record(verb="void_snapshot", label="作废统计", obj=held, note=reason, by=by, on=on)


# ---- the office's own forms ----


@transaction.atomic
def add_template(
    *, form: str, organization: Organization, file: Accepted, note: str, by: User, on: date
) -> OfficeTemplate:
    """Keep a checked form as the next version; it is not used before it is put into force. Raises `Refused` for another office's organisation."""
    require(rules.may_keep_form(organization, standing_of(by, on)))
    Organization.objects.select_for_update().get(pk=organization.pk)  # two uploads at once get two numbers
    earlier = OfficeTemplate.objects.filter(form=form, organization=organization)
    template = OfficeTemplate(
        form=form,
        organization=organization,
        number=(earlier.aggregate(last=Max("number"))["last"] or 0) + 1,
        name=file.name,
        kind=file.suffix,
        size=file.size,
        sha256=file.sha256,
        note=note,
        by=by,
        on=on,
    )
    template.file.save("", ContentFile(file.content), save=False)
    template.save()
    log.record(verb="add_template", label="上传表样", obj=template, note=note, by=by, on=on)
    return template


@transaction.atomic
def use_template(*, template: OfficeTemplate, by: User, on: date) -> None:
    """Put a version into force in the place of the one before, which stays and can be taken again. Raises `Refused`."""
    Organization.objects.select_for_update().get(pk=template.organization_id)  # one at most is in force
    held = OfficeTemplate.objects.select_related("organization").get(pk=template.pk)
    require(rules.may_use(held, standing_of(by, on)))
    same = OfficeTemplate.objects.in_force().filter(form=held.form, organization=held.organization)
    same.update(state=TemplateState.RETIRED, retired_on=on)
    used = {"state": TemplateState.IN_FORCE, "in_force_from": on, "put_in_force_by": by, "retired_on": None}
    OfficeTemplate.objects.filter(pk=held.pk).update(**used)
    log.record(verb="use_template", label="启用表样", obj=held, by=by, on=on)


@transaction.atomic
def retire_template(*, template: OfficeTemplate, by: User, on: date) -> None:
    """Take a version out of use; the form above it, or the built-in one, stands again. Raises `Refused`."""
    held = OfficeTemplate.objects.select_for_update(of=("self",)).select_related("organization").get(pk=template.pk)
    require(rules.may_retire(held, standing_of(by, on)))
    OfficeTemplate.objects.filter(pk=held.pk).update(state=TemplateState.RETIRED, retired_on=on)
    log.record(verb="retire_template", label="停用表样", obj=held, by=by, on=on)
