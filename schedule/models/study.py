"""学习: a branch's fortnightly sessions of a semester, whose turn it is to lecture, and who was there."""

import secrets
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models.evidence import StoredEvidence, study_path
from schedule.models.meetings import Meeting
from schedule.models.plan import LINE_MAX, Semester, StudyDocument
from schedule.scope.study import (
    AttendanceQuerySet,
    StudyFileQuerySet,
    StudyPlanQuerySet,
    StudySessionQuerySet,
    TurnSwapQuerySet,
)
from schedule.states.study import PRESENCE_TONES, SESSION_TONES, Presence, SessionState, SignedBy, SwapState

User = settings.AUTH_USER_MODEL


def _key() -> str:
    return secrets.token_hex(16)


def _hours(label: str, **options: Any) -> "models.DecimalField[Any, Any]":
    limits = [MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("24"))]
    return models.DecimalField(label, max_digits=4, decimal_places=1, validators=limits, **options)


class StudyPlan(models.Model):
    """学习计划 of a branch for a semester: from which day on, how often, where. Its sessions are made from it, then live by themselves."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="study_plans", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    semester = models.ForeignKey(Semester, models.PROTECT, related_name="study_plans", verbose_name="学期")
    starts_on = models.DateField("第一次学习日期")
    interval_days = models.PositiveSmallIntegerField(
        "间隔天数", default=14, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    starts_at = models.TimeField("时间", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    hours = _hours("每次学时", default=Decimal("2"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制定人", editable=False)
    made_on = models.DateField("制定日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = StudyPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习计划"
        ordering = ["-semester__starts_on", "path"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "semester"], name="studyplan_once_a_semester"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}{self.semester.short_label}学习计划"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the plan's page."""
        return reverse("schedule:study_plan_detail", args=[self.pk])


class StudySession(models.Model):
    """学习活动: one fortnightly session. ``planned_on`` is where the plan put it; ``on`` where it lies now, or the day it was held.

    ``sign_key`` is what the moving sign-in code is made from; it never leaves the server.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="study_sessions", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    plan = models.ForeignKey(
        StudyPlan, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="学习计划"
    )
    semester = models.ForeignKey(Semester, models.PROTECT, related_name="study_sessions", verbose_name="学期")
    planned_on = models.DateField("计划日期", editable=False)
    on = models.DateField("学习日期")
    starts_at = models.TimeField("时间", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    host = models.CharField("主持人", max_length=40, blank=True)
    lecturer = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="lectures", verbose_name="主讲人"
    )
    topic = models.CharField("主题", max_length=LINE_MAX, blank=True)
    materials = models.TextField("学习材料", max_length=1000, blank=True)
    documents = models.ManyToManyField(StudyDocument, blank=True, related_name="sessions", verbose_name="方案学习材料")
    hours = _hours("学时", default=Decimal("2"))
    state = models.CharField("状态", max_length=10, choices=SessionState, default=SessionState.PLANNED, editable=False)
    discussion = models.TextField("讨论记录", max_length=5000, blank=True)
    reason = models.CharField("调整原因", max_length=LINE_MAX, blank=True, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="study_sessions", verbose_name="同时是哪次会议"
    )
    sign_key = models.CharField(max_length=32, default=_key, editable=False)
    sign_open = models.BooleanField("正在签到", default=False, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="记录人", editable=False
    )
    recorded_on = models.DateField("记录日期", null=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = StudySessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习活动"
        ordering = ["on", "path", "pk"]
        indexes = [models.Index(fields=["on", "path"], name="studysession_on_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "on"],
                condition=~Q(state=SessionState.CANCELLED),
                name="studysession_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.topic or '学习'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the session's page."""
        return reverse("schedule:session_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return SESSION_TONES[SessionState(self.state)]


class Attendance(models.Model):
    """出勤 of one member at one session, and what he wrote about it. Without a row nothing has been said of him yet.

    ``owed`` is what a make-up stands for, and what it goes back to when it is returned. ``answer`` is what was last said about a leave asked
    for or a make-up returned.
    """

    session = models.ForeignKey(StudySession, models.CASCADE, related_name="attendances", verbose_name="学习活动")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances", verbose_name="党员")
    status = models.CharField("出勤", max_length=10, choices=Presence)
    signed_by = models.CharField("签到方式", max_length=6, choices=SignedBy, blank=True, editable=False)
    reason = models.CharField("事由", max_length=LINE_MAX, blank=True)
    made_up_on = models.DateField("补学日期", null=True, blank=True)
    made_up_how = models.CharField("补学方式", max_length=LINE_MAX, blank=True)
    owed = models.CharField("补学前", max_length=10, choices=Presence, blank=True, editable=False)
    answer = models.CharField("答复", max_length=LINE_MAX, blank=True, editable=False)
    notes = models.TextField("学习心得", max_length=5000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "出勤"
        ordering = ["session", "member__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="attendance_once_a_session"),
            models.CheckConstraint(
                condition=Q(status=Presence.MADE_UP, made_up_on__isnull=False)
                | (~Q(status=Presence.MADE_UP) & Q(made_up_on__isnull=True)),
                name="attendance_made_up_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_status_display()}"

    @property
    def tone(self) -> str:
        """The colour of the status."""
        return PRESENCE_TONES[Presence(self.status)]


class TurnSwap(models.Model):
    """调换主讲: who has the turn at ``mine`` asks who has it at ``other``; only when he agrees do the two change places."""

    mine = models.ForeignKey(StudySession, models.CASCADE, related_name="swaps_asked", verbose_name="我的主讲")
    other = models.ForeignKey(StudySession, models.CASCADE, related_name="swaps_offered", verbose_name="对方的主讲")
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_of = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="对方")
    reason = models.CharField("原因", max_length=LINE_MAX, blank=True)
    state = models.CharField("状态", max_length=10, choices=SwapState, default=SwapState.ASKED, editable=False)
    asked_on = models.DateField("提出日期", editable=False)
    answered_on = models.DateField("答复日期", null=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TurnSwapQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "调换主讲"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mine"], condition=Q(state=SwapState.ASKED), name="turnswap_one_question_a_turn"
            ),
            models.CheckConstraint(condition=~Q(mine=F("other")), name="turnswap_of_two_sessions"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by}与{self.asked_of}调换主讲"

    def get_absolute_url(self) -> str:
        """Return the session it is asked about."""
        return self.other.get_absolute_url()


class StudyFile(StoredEvidence):
    """学习材料、记录 of a session. Given out by a view that asks for the right to the session."""

    ORGANIZATION = "entry__organization"

    entry = models.ForeignKey(StudySession, models.CASCADE, related_name="evidence", verbose_name="学习活动")
    file = models.FileField("文件", upload_to=study_path, max_length=100)

    objects: ClassVar[Any] = StudyFileQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "学习附件"
