"""群众评议: what is asked, about whom, of whom. Codes and ballots stand in `ballots`, where nothing leads back to a person."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from reviews.scope.evaluations import EvaluationQuerySet, EvaluationSubjectQuerySet, TemplateQuerySet
from reviews.states import (
    EVALUATION_TONES,
    AppraisalGrade,
    Choosing,
    EvaluationKind,
    EvaluationState,
    RaterKind,
    ResultPublicity,
    SubjectKind,
)
from schedule.models import Campaign, Semester, Standard

User = settings.AUTH_USER_MODEL
RATED = [(kind.value, kind.label) for kind in (SubjectKind.ORGANIZATION, SubjectKind.MEMBER)]
# one digit stands for a grade in a ballot, and one place is kept for "not answered"
GRADES_MOST = 9


class GradeScale(models.Model):
    """等次: a set of grades to choose from."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "等次体系"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class GradeFields(models.Model):
    """What a grade says, in a scale and in a round. ``place`` 1 is the best; ``score`` serves only where distributions may not be shown."""

    place = models.PositiveSmallIntegerField("序号", validators=[MinValueValidator(1), MaxValueValidator(GRADES_MOST)])
    label = models.CharField("等次", max_length=20)
    score = models.DecimalField("折合分", max_digits=4, decimal_places=1, null=True, blank=True)
    is_valid = models.BooleanField("计入有效票", default=True)
    is_positive = models.BooleanField("计入满意", default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class Grade(GradeFields):
    """One grade of a scale."""

    scale = models.ForeignKey(GradeScale, models.CASCADE, related_name="grades", verbose_name="等次体系")

    class Meta:
        verbose_name = verbose_name_plural = "等次"
        ordering = ["scale", "place"]
        constraints = [models.UniqueConstraint(fields=["scale", "place"], name="grade_place_once")]


class EvaluationTemplate(models.Model):
    """测评表: items to ask about one kind of subject, with its scale. ``organization`` is empty for the central ones."""

    key = models.SlugField(max_length=40, unique=True, null=True, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="自定的党组织"
    )
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("评议种类", max_length=10, choices=EvaluationKind, default=EvaluationKind.MASS)
    subject_kind = models.CharField("评议对象", max_length=12, choices=RATED)
    scale = models.ForeignKey(GradeScale, models.PROTECT, related_name="+", verbose_name="等次体系")
    source = models.CharField("依据", max_length=200, blank=True)

    objects: ClassVar[Any] = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测评表"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class TemplateItem(models.Model):
    """测评项目 of a template; ``standard_key`` names the plan's standard it belongs to, for the page of self and others."""

    template = models.ForeignKey(EvaluationTemplate, models.CASCADE, related_name="items", verbose_name="测评表")
    place = models.PositiveSmallIntegerField("序号")
    text = models.CharField("测评项目", max_length=100)
    standard_key = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "测评项目"
        ordering = ["template", "place"]
        constraints = [models.UniqueConstraint(fields=["template", "place"], name="template_item_place_once")]

    def __str__(self) -> str:
        return self.text


class EvaluationRound(models.Model):
    """评议活动 of one unit about a semester or a year. Everything is frozen once it is announced; ballots are taken from
    ``opens_on`` to ``closes_on``, both included, until it is sealed.

    ``least_group`` is k: no figure about fewer raters is shown. ``rectify_below`` is in per cent of the positive grades. No column here
    names a person: a path from a code to somebody must not exist (the log says who did what).
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="evaluation_rounds", verbose_name="组织评议的党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="evaluation_rounds", verbose_name="活动")
    semester = models.ForeignKey(
        Semester, models.PROTECT, null=True, blank=True, related_name="evaluation_rounds", verbose_name="学期"
    )
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    kind = models.CharField("种类", max_length=10, choices=EvaluationKind, default=EvaluationKind.MASS)
    subject_kind = models.CharField("评议对象", max_length=12, choices=RATED)
    name = models.CharField("名称", max_length=60)
    invitation = models.TextField("给评议人的话", max_length=500, blank=True)
    opens_on = models.DateField("开始")
    closes_on = models.DateField("截止")
    least_group = models.PositiveSmallIntegerField(
        "最少人数",
        default=5,
        validators=[MinValueValidator(5), MaxValueValidator(50)],
        help_text="少于这个人数的评议人类别不单独公布，也推算不出来。",
    )
    rectify_below = models.PositiveSmallIntegerField(
        "整改线（%）",
        null=True,
        blank=True,
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="满意率低于它的项目列入整改；不填就不设。",
    )
    rectify_days = models.PositiveSmallIntegerField("整改天数", default=60, validators=[MinValueValidator(7)])
    make_up = models.BooleanField("低于整改线时起草补评", default=True)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeated_by", verbose_name="补评的是"
    )
    publicity = models.CharField(
        "结果公布范围", max_length=10, choices=ResultPublicity, default=ResultPublicity.COMMITTEE
    )
    with_remarks = models.BooleanField("可以写意见建议", default=True)
    state = models.CharField(
        "状态", max_length=10, choices=EvaluationState, default=EvaluationState.DRAFT, editable=False
    )
    announced_on = models.DateField("公布日期", null=True, blank=True, editable=False)
    sealed_on = models.DateField("封存日期", null=True, blank=True, editable=False)
    published_on = models.DateField("结果公布日期", null=True, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评议活动"
        ordering = ["-opens_on", "path", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(semester__isnull=True, year__isnull=False) | Q(semester__isnull=False, year__isnull=True),
                name="evaluation_semester_or_year",
            ),
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="evaluation_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(subject_kind=SubjectKind.MEMBER) | Q(publicity=ResultPublicity.COMMITTEE),
                name="evaluation_of_members_stays_inside",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EvaluationKind.APPRAISAL) | Q(subject_kind=SubjectKind.MEMBER),
                name="evaluation_appraisal_is_of_members",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EvaluationKind.BALLOT) | Q(publicity=ResultPublicity.COMMITTEE),
                name="evaluation_ballot_stays_inside",
                violation_error_message="推荐票决的结果只告诉委员会。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the round's page."""
        return reverse("reviews:evaluation_detail", args=[self.pk])

    @property
    def period(self) -> str:
        """The semester or year it is about, as people say it."""
        return self.semester.short_label if self.semester is not None else f"{self.year}年"

    @property
    def is_frozen(self) -> bool:
        """Nothing that a rater reads may change any more."""
        return self.state != EvaluationState.DRAFT

    @property
    def is_counted(self) -> bool:
        """Sealed: no ballot is added any more, and the results may be worked out."""
        return self.sealed_on is not None

    def is_open(self, on: date) -> bool:
        """Answer whether ballots are taken on that day."""
        return self.state == EvaluationState.ANNOUNCED and self.opens_on <= on <= self.closes_on

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return EVALUATION_TONES[EvaluationState(self.state)]


class RoundItem(models.Model):
    """测评项目 as this round asks it."""

    round = models.ForeignKey(EvaluationRound, models.CASCADE, related_name="items", verbose_name="评议活动")
    place = models.PositiveSmallIntegerField("序号")
    text = models.CharField("测评项目", max_length=100)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对应标准"
    )

    class Meta:
        verbose_name = verbose_name_plural = "本次测评项目"
        ordering = ["round", "place"]
        constraints = [models.UniqueConstraint(fields=["round", "place"], name="round_item_place_once")]

    def __str__(self) -> str:
        return self.text


class RoundGrade(GradeFields):
    """A grade as this round offers it."""

    round = models.ForeignKey(EvaluationRound, models.CASCADE, related_name="grades", verbose_name="评议活动")

    class Meta:
        verbose_name = verbose_name_plural = "本次等次"
        ordering = ["round", "place"]
        constraints = [models.UniqueConstraint(fields=["round", "place"], name="round_grade_place_once")]


class EvaluationSubject(models.Model):
    """被评议的党组织或者党员. ``place`` is where its answers stand in a ballot, from 0."""

    round = models.ForeignKey(EvaluationRound, models.CASCADE, related_name="subjects", verbose_name="评议活动")
    place = models.PositiveSmallIntegerField("序号")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="evaluations", verbose_name="党员"
    )

    objects: ClassVar[Any] = EvaluationSubjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评议对象"
        ordering = ["round", "place"]
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="subject_place_once"),
            models.UniqueConstraint(fields=["round", "organization", "member"], name="subject_once_a_member"),
            models.UniqueConstraint(
                fields=["round", "organization"], condition=Q(member__isnull=True), name="subject_once_an_organization"
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    @property
    def subject(self) -> Member | Organization:
        """Who is rated."""
        return self.member or self.organization


class RaterCategory(models.Model):
    """评议人类别 of a round. ``eligible`` is how many could rate, ``weight`` is empty where all ballots count alike."""

    round = models.ForeignKey(EvaluationRound, models.CASCADE, related_name="categories", verbose_name="评议活动")
    place = models.PositiveSmallIntegerField("序号", default=0)
    kind = models.CharField("类别", max_length=18, choices=RaterKind)
    name = models.CharField("名称", max_length=40)
    eligible = models.PositiveIntegerField("应评人数", help_text="这一类一共有多少人可以参加评议。")
    choosing = models.CharField("评议人产生办法", max_length=10, choices=Choosing, default=Choosing.EVERYBODY)
    weight = models.DecimalField(
        "权重（%）",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = verbose_name_plural = "评议人类别"
        ordering = ["round", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="category_name_once")]

    def __str__(self) -> str:
        return self.name


class RaterDraw(models.Model):
    """抽取评议人: whoever has the list, the seed and the number gets the same names again. Names of raters stand here, never beside codes."""

    category = models.ForeignKey(RaterCategory, models.CASCADE, related_name="draws", verbose_name="评议人类别")
    names = models.JSONField("名单")
    wanted = models.PositiveIntegerField("抽取人数")
    seed = models.CharField("种子", max_length=64)
    drawn = models.JSONField("抽中", editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="抽取人", editable=False)
    on = models.DateField("日期", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评议人抽取"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.category}抽取 {self.wanted} 人"


class ClosingRecord(models.Model):
    """封存记录: what was counted when the round was sealed. ``totals`` holds per category issued, used, revoked, ballots;
    ``fingerprint`` is the SHA-256 of the ballots in canonical order, ``unused_counted`` the unused slips counted by hand.
    """

    round = models.OneToOneField(EvaluationRound, models.PROTECT, related_name="closing", verbose_name="评议活动")
    totals = models.JSONField("数目")
    fingerprint = models.CharField("校验码", max_length=64)
    unused_counted = models.PositiveIntegerField("收回未用评议码（张）", null=True, blank=True)
    remark = models.TextField("说明", max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="封存人")
    on = models.DateField("日期")
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "封存记录"

    def __str__(self) -> str:
        return f"{self.round}封存记录"


class Appraisal(models.Model):
    """评定等次: what the committee decided about a member after 民主评议."""

    subject = models.OneToOneField(
        EvaluationSubject, models.PROTECT, related_name="appraisal", verbose_name="被评议的党员"
    )
    grade = models.CharField("等次", max_length=12, choices=AppraisalGrade)
    opinion = models.TextField("评语", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    decided_on = models.DateField("评定日期")

    class Meta:
        verbose_name = verbose_name_plural = "民主评议等次"

    def __str__(self) -> str:
        return f"{self.subject}：{self.get_grade_display()}"
