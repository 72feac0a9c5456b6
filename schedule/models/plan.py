"""The plan as data. Every row is known by its key inside the row it belongs to, so that a plan file can be loaded again and again.

Rows are loaded by ``load_plan`` and changed by changing the file. A row that left the file while something still refers to it stays,
withdrawn: it can be read where it was used and is offered nowhere.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from schedule import calendar
from schedule.states.plan import Aim, DocumentKind, MilestoneKind, Precision, Standing, Target, WayOfWorking

Day = date  # inside Milestone, ``date`` is a field

KEY_MAX = 60
LINE_MAX = 200


def _key() -> "models.SlugField[str, str]":
    return models.SlugField("代号", max_length=KEY_MAX)


def _line(label: str, **options: Any) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=LINE_MAX, **options)


def _precision(label: str) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=10, choices=Precision, default=Precision.DAY)


class PlanQuerySet(models.QuerySet[Any]):
    """Reads rows of the plan."""

    def in_plan(self) -> Self:
        """Leave out what has been withdrawn from the plan."""
        return self.filter(withdrawn_on__isnull=True)


class PlanRow(models.Model):
    """A row that came from the plan file, in the file's order."""

    key = _key()
    order = models.PositiveSmallIntegerField("次序", default=0)
    withdrawn_on = models.DateField("移出方案日期", null=True, blank=True)

    objects: ClassVar[Any] = PlanQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["order", "pk"]


def _once(owner: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[owner, "key"], name=f"%(class)s_key_once_in_{owner}")


class Campaign(models.Model):
    """活动. Loading refuses campaigns whose days overlap, so a day belongs to one at most."""

    key = models.SlugField("代号", max_length=KEY_MAX, unique=True)
    name = _line("简称")
    title = _line("方案名称")
    unit = _line("单位")
    starts_on = models.DateField("开始")
    start_precision = _precision("开始精度")
    ends_on = models.DateField("结束")
    end_precision = _precision("结束精度")
    background = models.TextField("活动背景")
    content = models.TextField("主要内容")
    approach = models.TextField("基本要求", blank=True)
    method = models.TextField("活动方式")
    span = models.TextField("活动跨度", blank=True)
    span_note = models.TextField("活动跨度的理解", blank=True)
    theme = _line("实践主题")
    motto = models.TextField("承诺内容")
    steps = models.TextField("步骤说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def motto_lines(self) -> list[str]:
        """The motto as it is set on a page, a line each."""
        return self.motto.splitlines()

    def standing(self, on: date) -> Standing:
        """Say whether the campaign is ahead, running or over."""
        return calendar.standing(self.starts_on, self.ends_on, on)


class ThemeGoal(PlanRow):
    """One aim of 两提升、两促进."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="theme_goals", verbose_name="活动")
    kind = models.CharField("类别", max_length=10, choices=Aim)
    title = _line("名称")
    text = _line("原文")

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "主题目标"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.text


class StandardSet(PlanRow):
    """标准体系: 五个好 or 五带头 as one version of the plan words them."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="standard_sets", verbose_name="活动")
    target = models.CharField("适用对象", max_length=12, choices=Target)
    title = _line("名称")
    honour = _line("争创目标")
    preface = models.TextField("基本要求")
    version = _line("版次")
    effective_from = models.DateField("启用日期")

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "标准体系"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.title


class Standard(PlanRow):
    """标准, e.g. 领导班子好. ``definition`` is the editor's explanation, not the plan's wording."""

    set = models.ForeignKey(StandardSet, models.PROTECT, related_name="standards", verbose_name="标准体系")
    title = _line("名称")
    definition = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "标准"
        ordering = ["set__order", "set", "order", "pk"]
        constraints = [_once("set")]

    def __str__(self) -> str:
        return self.title


class Way(PlanRow):
    """活动方式: one of the four ways of working; the order is the plan's."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="ways", verbose_name="活动")
    key = models.CharField("代号", max_length=KEY_MAX, choices=WayOfWorking)
    title = _line("名称")
    summary = models.TextField("说明", blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "活动方式"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.title


class Milestone(PlanRow):
    """重大节点. ``date`` is the first day it may mean at its precision."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="milestones", verbose_name="活动")
    title = _line("名称")
    date = models.DateField("日期")
    precision = _precision("日期精度")
    kind = models.CharField("类别", max_length=12, choices=MilestoneKind, default=MilestoneKind.OTHER)
    remind_days_before = models.PositiveSmallIntegerField("提前提醒天数", default=30)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "重大节点"
        ordering = ["date", "order", "pk"]
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> Day:
        """The last day it may mean."""
        return calendar.stretch(self.date, self.precision).last

    @property
    def spoken_date(self) -> str:
        """The date as exactly as it is known."""
        return calendar.spoken(self.date, self.precision)

    def standing(self, on: Day) -> Standing:
        """Say whether it is ahead, now or over."""
        return calendar.standing(self.date, self.last_day, on)


class SchoolYear(PlanRow):
    """学年 as the plan counts them; its days are those of its semesters."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="school_years", verbose_name="活动")
    label = _line("名称")

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "学年"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.label


class SemesterManager(models.Manager["Semester"]):
    """Every semester knows when the next one starts, without asking again."""

    def get_queryset(self) -> PlanQuerySet:
        """Read semesters with the start of the next one."""
        following = Semester.plain.filter(
            campaign=OuterRef("campaign"), starts_on__gt=OuterRef("starts_on"), withdrawn_on__isnull=True
        ).order_by("starts_on")
        return (
            PlanQuerySet(self.model, using=self._db)
            .select_related("campaign")
            .annotate(next_starts_on=Subquery(following.values("starts_on")[:1]))
        )

    def in_plan(self) -> PlanQuerySet:
        """Leave out what has been withdrawn from the plan."""
        return self.get_queryset().in_plan()


class Semester(PlanRow):
    """学期: from the first day of term to the last. For reporting it runs on through the vacation (``reporting_until``)."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="semesters", verbose_name="活动")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="semesters", verbose_name="学年")
    label = _line("名称")
    short_label = _line("简称")
    starts_on = models.DateField("开学日期")
    ends_on = models.DateField("放假日期")

    objects: ClassVar[Any] = SemesterManager()
    plain: ClassVar[Any] = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学期"
        ordering = ["starts_on"]
        base_manager_name = "objects"
        constraints = [
            _once("campaign"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="semester_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.label

    @cached_property
    def next_starts_on(self) -> date | None:
        """The first day of the next semester; rows read from the database carry it, a fresh one asks."""
        following = Semester.plain.in_plan().filter(campaign=self.campaign_id, starts_on__gt=self.starts_on)
        return following.order_by("starts_on").values_list("starts_on", flat=True).first()

    @property
    def reporting_until(self) -> date:
        """The last day that counts to this semester: the day before the next one starts, or the campaign's last day."""
        if self.next_starts_on:
            return self.next_starts_on - timedelta(days=1)
        return self.campaign.ends_on

    def standing(self, on: date) -> Standing:
        """Say whether it is ahead, running or over, vacation included."""
        return calendar.standing(self.starts_on, self.reporting_until, on)


class Carrier(PlanRow):
    """活动载体. ``goal`` and ``standards`` are the editor's classification."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="carriers", verbose_name="活动")
    title = _line("名称")
    text = models.TextField("原文")
    goal = models.ForeignKey(
        ThemeGoal, models.PROTECT, null=True, blank=True, related_name="carriers", verbose_name="对应主题目标"
    )
    standards = models.ManyToManyField(Standard, blank=True, related_name="carriers", verbose_name="支撑的标准")

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "活动载体"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.title


class CarrierItem(PlanRow):
    """One content of a carrier; with a parent, one of the things the plan enumerates there (评优课, 研究课…)."""

    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="items", verbose_name="活动载体")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="points", verbose_name="所属内容"
    )
    title = _line("名称")
    text = models.TextField("原文", blank=True)
    interval_days = models.PositiveSmallIntegerField("间隔天数", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "载体内容"
        constraints = [_once("carrier")]

    def __str__(self) -> str:
        return self.title


class FoundingCondition(PlanRow):
    """创建条件: what the unit already stands on."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="founding_conditions", verbose_name="活动")
    text = models.TextField("原文")

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "创建条件"
        constraints = [_once("campaign")]

    def __str__(self) -> str:
        return self.text


class Phase(PlanRow):
    """阶段. Phases may overlap; ``label`` is how the plan writes the time."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="phases", verbose_name="活动")
    title = _line("名称")
    label = _line("时间（原文）")
    starts_on = models.DateField("开始")
    start_precision = _precision("开始精度")
    ends_on = models.DateField("结束")
    end_precision = _precision("结束精度")
    text = models.TextField("原文", blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "阶段"
        constraints = [
            _once("campaign"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="phase_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    def standing(self, on: date) -> Standing:
        """Say whether it is ahead, running or over."""
        return calendar.standing(self.starts_on, self.ends_on, on)


class PhaseTask(PlanRow):
    """What a phase is to get done. With a ``target`` it is set to every branch or member of each unit, until ``due_on`` (the phase's end)."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="tasks", verbose_name="阶段")
    title = _line("名称")
    text = models.TextField("原文", blank=True)
    target = models.CharField("布置给", max_length=12, choices=Target, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    due_precision = _precision("时限精度")
    evidence_needed = models.BooleanField("完成时要附材料", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "阶段工作"
        ordering = ["phase__order", "phase", "order", "pk"]
        constraints = [_once("phase")]

    def __str__(self) -> str:
        return self.title


class StudyDocument(PlanRow):
    """What is to be read in a phase's task."""

    task = models.ForeignKey(PhaseTask, models.PROTECT, related_name="documents", verbose_name="阶段工作")
    title = _line("名称")
    kind = models.CharField("类别", max_length=12, choices=DocumentKind)
    issuer = _line("制发单位", blank=True)

    class Meta(PlanRow.Meta):
        verbose_name = verbose_name_plural = "学习材料"
        constraints = [_once("task")]

    def __str__(self) -> str:
        return self.title
