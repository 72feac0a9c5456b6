"""指标: what a standard means in particular, in versions; and scoring, where a campaign has switched it on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from chuangxian import clock
from schedule.models.plan import KEY_MAX, LINE_MAX, Campaign, Standard
from schedule.scope.indicators import IndicatorQuerySet
from schedule.states.indicators import STANDARD_WEIGHT, EvidenceKind


class Indicator(models.Model):
    """指标 under a standard: for everybody without an organisation, else for one branch; with ``post``, for those who hold it.

    What people have measured themselves by is never rewritten: a change after its first day ends this version on that day and a new one,
    which ``replaces`` it, begins. ``key`` names the one the plan file wrote; one that was ended or replaced by hand keeps its key, so
    that loading the file again does not bring it back.
    """

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="indicators", verbose_name="标准")
    organization = models.ForeignKey(
        "branches.Organization", models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name="党组织"
    )
    post = models.CharField("岗位", max_length=LINE_MAX, blank=True)
    text = models.TextField("指标", max_length=500)
    points = models.PositiveSmallIntegerField(
        "分值", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    rule = models.TextField("扣分办法", max_length=500, blank=True)
    evidence_kind = models.CharField("佐证材料", max_length=12, choices=EvidenceKind, blank=True)
    key = models.SlugField("代号", max_length=KEY_MAX, blank=True, editable=False)
    order = models.PositiveSmallIntegerField("次序", default=0, editable=False)
    starts_on = models.DateField("启用日期", editable=False)
    ended_on = models.DateField("停用日期", null=True, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="代替", editable=False
    )
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering: ClassVar[Sequence[Any]] = [
            "standard",
            F("organization__path").asc(nulls_first=True),
            "post",
            "order",
            "pk",
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="indicator_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(key="") | Q(organization__isnull=True), name="indicator_of_the_file_is_general"
            ),
            models.UniqueConstraint(
                fields=["standard", "key"], condition=~Q(key=""), name="indicator_key_once_in_standard"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        """Return its place on the page of the standards."""
        return f"{reverse('schedule:indicator_list')}#indicator-{self.pk}"

    @property
    def whose(self) -> str:
        """Whom it holds for, in words; empty for everybody."""
        return " ".join(str(part) for part in (self.organization, self.post) if part)

    def holds_on(self, on: date) -> bool:
        """Answer whether it is in force on that day."""
        return self.starts_on <= on and (self.ended_on is None or self.ended_on > on)


class ScoringScheme(models.Model):
    """计分办法 of a campaign. Without one, or with one that is off, no number of any person or organisation is shown.

    ``bands`` is a list of {"from", "label"} in hundredths of what can be reached, highest first, the last one from 0. What was decided
    ``by_hand``, on the page, is left to the page when the plan file is loaded again.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="scoring", verbose_name="活动")
    enabled = models.BooleanField("计分", default=False)
    weight = models.PositiveSmallIntegerField("每条标准分值", default=STANDARD_WEIGHT)
    bands = models.JSONField("等次")
    by_hand = models.BooleanField("在网页上定的", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "计分办法"

    def __str__(self) -> str:
        return f"{self.campaign.name}计分办法"

    def band_of(self, points: Decimal, most: int) -> str:
        """Return the word for ``points`` out of ``most``."""
        return next(str(band["label"]) for band in self.bands if points * 100 >= band["from"] * most)
