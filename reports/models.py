"""What this room keeps of its own: the workbooks made in the background, figures of a day, forms of the office. All figures are read from the other rooms."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.urls import reverse

from accounts.models import User
from branches.models import PATH_MAX, Organization, PostAssignment
from chuangxian import clock
from reports.scope import HandoverQuerySet, RunQuerySet, SnapshotQuerySet, TemplateQuerySet
from reports.states import HANDOVER_TONES, UNDER_WAY, HandoverState, RunState, TemplateState
from schedule.models import Semester

KEY_MAX = 40


def run_path(run: "ReportRun", name: str) -> str:
    """Return where a workbook is kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"reports/{uuid4().hex}"


class ReportRun(models.Model):
    """A workbook somebody ordered: what was asked for, how far it is, and the file until it is deleted.

    ``owner`` and ``lease_until`` belong to the worker that makes it; the file lies in private storage and goes out through scope only.
    """

    report = models.CharField("表", max_length=KEY_MAX, editable=False)
    title = models.CharField("名称", max_length=60, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="党组织", editable=False
    )
    semester = models.ForeignKey(
        Semester, models.PROTECT, null=True, related_name="+", verbose_name="学期", editable=False
    )
    as_of = models.DateField("截至", editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="report_runs", verbose_name="导出人", editable=False)
    on = models.DateField("日期", editable=False)
    ordered_at = models.DateTimeField("要求生成的时间", default=clock.wall, editable=False)

    state = models.CharField("状态", max_length=10, choices=RunState.choices, default=RunState.QUEUED, editable=False)
    tries = models.PositiveSmallIntegerField("次数", default=0, editable=False)
    rows_done = models.PositiveIntegerField("已写行数", default=0, editable=False)
    rows_total = models.PositiveIntegerField("总行数", default=0, editable=False)
    cancel_asked = models.BooleanField("要求取消", default=False, editable=False)
    owner = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    kept_until = models.DateTimeField("保留到", null=True, editable=False)
    file = models.FileField("文件", upload_to=run_path, max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField("字节数", default=0, editable=False)
    trouble = models.CharField("原因", max_length=200, blank=True, editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台导出"
        ordering = ["-ordered_at", "-pk"]
        indexes = [
            models.Index(fields=["by", "-ordered_at"], name="reportrun_of_person"),
            models.Index(fields=["ordered_at"], condition=models.Q(state__in=UNDER_WAY), name="reportrun_under_way"),
            models.Index(fields=["kept_until"], condition=models.Q(state="done"), name="reportrun_kept_until"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        """Waits or is being made."""
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much has been written, in hundredths; the last one belongs to the file's end."""
        if self.state == RunState.DONE:
            return 100
        return min(99, 100 * self.rows_done // self.rows_total) if self.rows_total else 0

    @property
    def file_name(self) -> str:
        """What the download is called."""
        return f"{self.title}_{self.as_of:%Y%m%d}.xlsx"


class Snapshot(models.Model):
    """统计快照: the figures of an organisation for a stretch of time as they stood on a day, with what each counts. Never changed; voided with a reason.

    ``figures``: [{"part", "label", "value", "definition", "count"}] in the order in which they are shown.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    semester = models.ForeignKey(Semester, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学期")
    purpose = models.CharField("用途", max_length=100, blank=True)
    figures = models.JSONField("数字", editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="统计人", editable=False)
    on = models.DateField("统计日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    voided_on = models.DateField("作废日期", null=True, editable=False)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "统计快照"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization}{self.semester or '整个活动'}统计（{self.on:%Y-%m-%d}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the snapshot's page."""
        return reverse("reports:snapshot_detail", args=[self.pk])


def template_path(template: "OfficeTemplate", name: str) -> str:
    """Return where a form is kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"templates/{uuid4().hex}"


class OfficeTemplate(models.Model):
    """表样: a form an office laid out itself, used for its organisation and those below it in place of the built-in one.

    Each upload is a version of its own and never changed; one at most is in force for a form of an organisation.
    """

    form = models.CharField("表", max_length=KEY_MAX, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    number = models.PositiveIntegerField("版次", editable=False)
    name = models.CharField("文件名", max_length=130, editable=False)
    kind = models.CharField("格式", max_length=4, choices=[("xlsx", "Excel"), ("docx", "Word")], editable=False)
    file = models.FileField("文件", upload_to=template_path, max_length=100, editable=False)
    size = models.PositiveIntegerField("字节数", editable=False)
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人", editable=False)
    on = models.DateField("上传日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=TemplateState.choices, default=TemplateState.DRAFT, editable=False
    )
    in_force_from = models.DateField("启用日期", null=True, editable=False)
    put_in_force_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="启用人", editable=False
    )
    retired_on = models.DateField("停用日期", null=True, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表样"
        ordering = ["form", "path", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "organization", "number"], name="office_template_number"),
            models.UniqueConstraint(
                fields=["form", "organization"],
                condition=models.Q(state="in_force"),
                name="office_template_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}表样“{self.name}”第 {self.number} 版"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the page of this version."""
        return reverse("reports:form_version", args=[self.pk])

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return {"draft": "wait", "in_force": "good"}.get(self.state, "neutral")


class Handover(models.Model):
    """交接 of one post from whoever held it to whoever holds it now: what moves in one act, and the three who sign for it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    outgoing = models.OneToOneField(
        PostAssignment, models.PROTECT, related_name="handed_over", verbose_name="移交人任职"
    )
    incoming = models.ForeignKey(PostAssignment, models.PROTECT, related_name="taken_over", verbose_name="接交人任职")
    state = models.CharField(
        "状态", max_length=12, choices=HandoverState, default=HandoverState.DRAFTED, editable=False
    )
    drafted_on = models.DateField("列出日期", editable=False)
    handed_over_on = models.DateField("移交日期", null=True, editable=False)
    outgoing_signed_on = models.DateField("移交人签字日期", null=True, editable=False)
    incoming_signed_on = models.DateField("接交人签字日期", null=True, editable=False)
    supervisor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="监交人", editable=False
    )
    supervisor_signed_on = models.DateField("监交人签字日期", null=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交接"
        ordering = ["-drafted_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization}{self.outgoing.get_post_display()}交接（{self.outgoing.holder} → {self.incoming.holder}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the handover's page."""
        return reverse("reports:handover_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return HANDOVER_TONES[HandoverState(self.state)]


class HandoverItem(models.Model):
    """One line of the list, as it was written: tied to the person (``record`` and ``number`` name what moves) or following the post."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items", verbose_name="交接")
    place = models.PositiveIntegerField("序号")
    kind = models.CharField("类别", max_length=40)
    text = models.CharField("事项", max_length=300)
    url = models.CharField(max_length=200, blank=True)
    due_on = models.DateField("时限", null=True)
    record = models.CharField(max_length=60, blank=True, editable=False)
    number = models.BigIntegerField(default=0, editable=False)
    remark = models.CharField("办法", max_length=200, blank=True)
    moved_on = models.DateField("移交日期", null=True, editable=False)
    note = models.CharField("移交说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "交接事项"
        ordering = ["handover", "place", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}：{self.text}"

    @property
    def way(self) -> str:
        """How it reaches the successor, or why it does not."""
        if self.remark:
            return self.remark
        if not self.record:
            return "随职务"
        return "已移交" if self.moved_on else "移交给接任人"
