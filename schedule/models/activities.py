"""活动 by carrier: typed once, counted as study hours, in the branch's ledger, the carrier's statistics and the standards' evidence."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models.evidence import StoredEvidence, activity_path
from schedule.models.meetings import Meeting
from schedule.models.plan import LINE_MAX, Carrier, CarrierItem, Standard
from schedule.scope.activities import ActivityFileQuerySet, ActivityQuerySet
from schedule.states.activities import FileKind, Role

User = settings.AUTH_USER_MODEL


class Activity(models.Model):
    """活动 an organisation held or took part in. ``hours`` above 0 count as study of those who took part."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="activities", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="activities", verbose_name="活动载体")
    item = models.ForeignKey(
        CarrierItem, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="具体内容"
    )
    title = models.CharField("活动名称", max_length=LINE_MAX)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    place = models.CharField("地点", max_length=80, blank=True)
    text = models.TextField("活动内容", max_length=3000, blank=True)
    result = models.TextField("活动成效", max_length=2000, blank=True)
    hours = models.DecimalField(
        "计入学时",
        max_digits=4,
        decimal_places=1,
        default=Decimal("0"),
        validators=[MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("99"))],
    )
    served = models.PositiveIntegerField("服务人次", null=True, blank=True)
    standards = models.ManyToManyField(Standard, blank=True, related_name="activities", verbose_name="支撑的标准")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="同时是哪次会议"
    )
    is_public = models.BooleanField("对外公开", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人", editable=False)
    recorded_on = models.DateField("记录日期", editable=False)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True, editable=False)
    withdraw_reason = models.CharField("撤回原因", max_length=LINE_MAX, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动记录"
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["starts_on", "path"], name="activity_starts_path")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="activity_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the activity's page."""
        return reverse("schedule:activity_detail", args=[self.pk])


class ActivityParticipant(models.Model):
    """A member who took part, and how."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participants", verbose_name="活动")
    member = models.ForeignKey(Member, models.PROTECT, related_name="activities", verbose_name="党员")
    role = models.CharField("参加方式", max_length=12, choices=Role, default=Role.PARTICIPANT)

    class Meta:
        verbose_name = verbose_name_plural = "活动参加人"
        ordering = ["activity", "member__sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="activityparticipant_once")]

    def __str__(self) -> str:
        return f"{self.member}（{self.get_role_display()}）"


class ActivitySchool(models.Model):
    """A school the activity served, under the name people wrote."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="schools", verbose_name="活动")
    name = models.CharField("学校", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "服务学校"
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "name"], name="activityschool_once")]

    def __str__(self) -> str:
        return self.name


class ActivityFile(StoredEvidence):
    """照片、材料 of an activity. Given out by a view that asks for the right to the activity."""

    ORGANIZATION = "entry__organization"

    entry = models.ForeignKey(Activity, models.CASCADE, related_name="evidence", verbose_name="活动")
    kind = models.CharField("类别", max_length=10, choices=FileKind, default=FileKind.DOCUMENT)
    file = models.FileField("文件", upload_to=activity_path, max_length=100)

    objects: ClassVar[Any] = ActivityFileQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "活动材料"
