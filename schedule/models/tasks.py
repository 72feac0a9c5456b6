"""任务: one task to many organisations or persons, done or not done by each; and tasks that come again and again."""

from datetime import date
from typing import Any, ClassVar

from dateutil.rrule import rrulestr
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule import calendar
from schedule.models.evidence import StoredEvidence, task_path
from schedule.models.meetings import Meeting
from schedule.models.plan import LINE_MAX, PhaseTask
from schedule.scope.tasks import AssignmentQuerySet, SeriesQuerySet, TaskEvidenceQuerySet, TaskQuerySet
from schedule.states.plan import Precision, Target
from schedule.states.tasks import TASK_TONES, WORKABLE, TaskState

User = settings.AUTH_USER_MODEL


def readable_rule(value: str) -> None:
    """Refuse what is no recurrence rule of RFC 5545. Raises ValidationError."""
    try:
        rrulestr(value)
    except ValueError:
        raise ValidationError("看不懂这条重复规则。") from None


class TaskSeries(models.Model):
    """周期任务: ``rule`` is an RRULE of RFC 5545 without a start; its days are counted from ``starts_on`` until ``ends_on``.

    Its tasks are made when the series is; an exception is one of them moved (its ``series_day`` stays) or cancelled.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="task_series", verbose_name="布置单位")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    title = models.CharField("任务名称", max_length=LINE_MAX)
    text = models.TextField("要求", max_length=2000, blank=True)
    target = models.CharField("布置给", max_length=12, choices=Target, default=Target.ORGANIZATION)
    evidence_needed = models.BooleanField("完成时要附材料", default=False)
    rule = models.CharField("重复规则", max_length=200, validators=[readable_rule])
    starts_on = models.DateField("从")
    ends_on = models.DateField("到")
    lead_days = models.PositiveSmallIntegerField("提前几天下达", default=7)
    ended_on = models.DateField("停止日期", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="布置人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "周期任务"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="taskseries_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the series' page."""
        return reverse("schedule:series_detail", args=[self.pk])


class Task(models.Model):
    """任务 as ``organization`` set it, for what stands below it (``target``: branches, or members).

    ``due_on`` is the last day that is in time; ``due_precision`` says how exactly people speak of it. It is asked for from ``opens_on`` on:
    whoever belongs there then, or comes later while it runs, gets his `Assignment`. What comes from the plan has a ``phase_task``, once a unit.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="tasks", verbose_name="布置单位")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    phase_task = models.ForeignKey(
        PhaseTask, models.PROTECT, null=True, blank=True, related_name="set_tasks", verbose_name="方案中的工作"
    )
    series = models.ForeignKey(
        TaskSeries, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="周期任务", editable=False
    )
    series_day = models.DateField("原定日期", null=True, blank=True, editable=False)
    title = models.CharField("任务名称", max_length=LINE_MAX)
    text = models.TextField("要求", max_length=2000, blank=True)
    target = models.CharField("布置给", max_length=12, choices=Target, default=Target.ORGANIZATION)
    evidence_needed = models.BooleanField("完成时要附材料", default=False)
    opens_on = models.DateField("下达日期")
    due_on = models.DateField("完成时限")
    due_precision = models.CharField("时限精度", max_length=10, choices=Precision, default=Precision.DAY)
    cancelled_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    cancel_reason = models.CharField("撤销原因", max_length=LINE_MAX, blank=True, editable=False)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="布置人", editable=False
    )
    set_on = models.DateField("布置日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["opens_on", "due_on"], name="task_opens_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "phase_task"],
                condition=Q(phase_task__isnull=False),
                name="task_of_the_plan_once_a_unit",
            ),
            models.UniqueConstraint(
                fields=["series", "series_day"], condition=Q(series__isnull=False), name="task_once_a_day_of_its_series"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("opens_on")), name="task_due_after_it_opens"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the task's page."""
        return reverse("schedule:task_detail", args=[self.pk])

    @property
    def spoken_due(self) -> str:
        """The day as exactly as it was set."""
        return calendar.spoken(self.due_on, self.due_precision)

    def is_running(self, on: date) -> bool:
        """Answer whether it is asked for on that day."""
        return self.cancelled_on is None and self.opens_on <= on


class Assignment(models.Model):
    """A task with one of those it reaches: ``organization`` (where it counts), or its ``member``. A transfer does not rewrite it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments", verbose_name="任务")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="党员"
    )
    state = models.CharField("状态", max_length=12, choices=TaskState, default=TaskState.TODO, editable=False)
    result = models.TextField("完成情况", max_length=1000, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="在哪次会议上完成"
    )
    done_on = models.DateField("完成日期", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    note = models.CharField("说明", max_length=LINE_MAX, blank=True, editable=False)
    reached_on = models.DateField("下达日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务落实"
        ordering = ["task__due_on", "path", "pk"]
        indexes = [models.Index(fields=["state", "task"], name="assignment_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organization"],
                condition=Q(member__isnull=True),
                name="assignment_once_an_organization",
            ),
            models.UniqueConstraint(
                fields=["task", "member"], condition=Q(member__isnull=False), name="assignment_once_a_member"
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, done_on__isnull=False)
                | (~Q(state=TaskState.DONE) & Q(done_on__isnull=True)),
                name="assignment_done_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}（{self.whose}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("schedule:assignment_detail", args=[self.pk])

    @property
    def whose(self) -> Member | Organization:
        """Whom it reaches."""
        return self.member or self.organization

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TASK_TONES[TaskState(self.state)]

    def is_workable(self) -> bool:
        """Answer whether it is still to be done; its task stands."""
        return self.state in WORKABLE and self.task.cancelled_on is None

    def is_overdue(self, on: date) -> bool:
        """Answer whether its day has passed undone."""
        return self.is_workable() and self.task.due_on < on


class TaskEvidence(StoredEvidence):
    """A file that shows the task was done."""

    ORGANIZATION = "entry__organization"

    entry = models.ForeignKey(Assignment, models.CASCADE, related_name="evidence", verbose_name="任务落实")
    file = models.FileField("文件", upload_to=task_path, max_length=100)

    objects: ClassVar[Any] = TaskEvidenceQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "任务材料"
