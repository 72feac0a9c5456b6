"""评选批次: who commends whom for what, how many places there are, and who may have one. Places and rules are data, frozen with the announcement."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from awards.scope.rounds import AwardQuotaQuerySet, AwardRoundQuerySet
from awards.states import ROUND_TONES, Basis, Level, Node, NomineeKind, Rounding, RoundState, RuleKind
from branches.models import PATH_MAX, Organization
from chuangxian import clock
from schedule.models import Campaign

User = settings.AUTH_USER_MODEL
WORKDAYS_LEAST = 5


class AwardRound(models.Model):
    """评选批次 of one organisation. Nominations are taken from the announcement to ``nominate_by``; ``commend_on`` is the day of the commendation."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="award_rounds", verbose_name="组织评选的党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="award_rounds", verbose_name="活动")
    name = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    level = models.CharField("级别", max_length=20, choices=Level)
    node = models.CharField("节点", max_length=20, choices=Node, default=Node.ANNUAL)
    basis_document = models.CharField("依据文件", max_length=200, blank=True)
    evidence_from = models.DateField("业绩起算", help_text="推荐材料汇集这一天以来的承诺、点评、评议和学习记录。")
    nominate_by = models.DateField("推荐截止")
    decide_by = models.DateField("审定截止")
    commend_on = models.DateField("表彰日期")
    notice_workdays = models.PositiveSmallIntegerField(
        "公示工作日",
        default=WORKDAYS_LEAST,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="按国务院公布的放假和调休安排计算。",
    )
    deeds_least = models.PositiveSmallIntegerField("事迹最少字数", default=800)
    deeds_most = models.PositiveSmallIntegerField("事迹最多字数", default=2000, validators=[MaxValueValidator(4000)])
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.DRAFT, editable=False)
    announced_on = models.DateField("布置日期", null=True, blank=True, editable=False)
    commended_on = models.DateField("实际表彰日期", null=True, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = AwardRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评选批次"
        ordering = ["-commend_on", "path", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(nominate_by__lte=F("decide_by"), decide_by__lte=F("commend_on")),
                name="awardround_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(deeds_least__lte=F("deeds_most")), name="awardround_deeds_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the round's page."""
        return reverse("awards:round_detail", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        """Categories, places and rules may not change any more."""
        return self.state != RoundState.DRAFT

    def takes_nominations(self, on: date) -> bool:
        """Answer whether nominations are handed up on that day."""
        return self.state == RoundState.ANNOUNCED and on <= self.nominate_by

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return ROUND_TONES[RoundState(self.state)]


class AwardCategory(models.Model):
    """表彰类别 of a round, with the places it has as a whole."""

    round = models.ForeignKey(AwardRound, models.CASCADE, related_name="categories", verbose_name="评选批次")
    place = models.PositiveSmallIntegerField("序号", default=0)
    key = models.SlugField("代号", max_length=40, help_text="同一类别在各批次用同一个代号。")
    title = models.CharField("荣誉称号", max_length=60)
    nominee_kind = models.CharField("表彰对象", max_length=12, choices=NomineeKind, default=NomineeKind.MEMBER)
    conditions = models.TextField("评选条件", max_length=1000, blank=True)
    # a secret ballot of the committee about the candidates, where the office wants one
    ballot = models.ForeignKey(
        "reviews.EvaluationRound",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="award_categories",
        editable=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "表彰类别"
        ordering = ["round", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="awardcategory_key_once")]

    def __str__(self) -> str:
        return self.title


class AwardQuota(models.Model):
    """名额 of a category: of the whole round, or (with ``organization``) how many this one may recommend; ``each`` is said of every recommending branch."""

    category = models.ForeignKey(AwardCategory, models.CASCADE, related_name="quotas", verbose_name="表彰类别")
    each = models.BooleanField("每个支部的推荐名额", default=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="推荐单位"
    )
    basis = models.CharField("依据", max_length=20, choices=Basis, default=Basis.COUNT)
    value = models.DecimalField(
        "数值",
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text="个数或百分比。",
    )
    rounding = models.CharField("小数", max_length=8, choices=Rounding, default=Rounding.DOWN)
    minimum = models.PositiveSmallIntegerField("至少", default=1)

    objects: ClassVar[Any] = AwardQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        ordering = ["category", "each", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["category"], condition=Q(each=False, organization__isnull=True), name="awardquota_whole_once"
            ),
            models.UniqueConstraint(fields=["category"], condition=Q(each=True), name="awardquota_each_once"),
            models.UniqueConstraint(
                fields=["category", "organization"],
                condition=Q(organization__isnull=False),
                name="awardquota_organization_once",
            ),
            models.CheckConstraint(
                condition=Q(each=False) | Q(organization__isnull=True), name="awardquota_each_or_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}：{self.figure}{'名' if self.basis == Basis.COUNT else '%'}"

    @property
    def figure(self) -> str:
        """The value as one says it: 10 and 2.5, never 10.0."""
        return f"{self.value.normalize():f}"


class EligibilityRule(models.Model):
    """资格条件 of a category. ``sentence`` is what somebody reads whom it bars; empty for the usual one of its kind.

    ``number`` is per cent or months, ``day`` a first day, ``other`` another category of the round, as the kind has it.
    """

    category = models.ForeignKey(AwardCategory, models.CASCADE, related_name="rules", verbose_name="表彰类别")
    place = models.PositiveSmallIntegerField("序号", default=0)
    kind = models.CharField("条件", max_length=24, choices=RuleKind)
    number = models.PositiveSmallIntegerField("数值", null=True, blank=True)
    day = models.DateField("起算日", null=True, blank=True)
    other = models.ForeignKey(
        AwardCategory, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="另一类别"
    )
    sentence = models.CharField("不符合时的说明", max_length=200, blank=True)
    may_override = models.BooleanField("可以说明理由后破例", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "资格条件"
        ordering = ["category", "place", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
