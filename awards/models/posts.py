"""党员示范岗 and 党建品牌: what stands as an example for a time, and is looked at again."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from awards.scope.posts import BrandQuerySet, ModelPostQuerySet
from awards.states import POST_TONES, BrandState, PostState
from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models import Activity, Carrier

User = settings.AUTH_USER_MODEL
BRAND_TONES = {BrandState.DRAFT: "neutral", BrandState.PUBLISHED: "good", BrandState.RETIRED: "plain"}


class ModelPost(models.Model):
    """党员示范岗 a member applies for: the post, its duty and what he promises there. ``organization`` is his branch."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="model_posts", verbose_name="党支部")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="model_posts", verbose_name="党员")
    name = models.CharField("岗位名称", max_length=60)
    duty = models.CharField("岗位职责", max_length=300)
    promise = models.TextField("示范承诺", max_length=500)
    state = models.CharField("状态", max_length=12, choices=PostState, default=PostState.APPLIED, editable=False)
    applied_on = models.DateField("申请日期", editable=False)
    reviewed_on = models.DateField("支部评议日期", null=True, blank=True, editable=False)
    granted_on = models.DateField("授牌日期", null=True, blank=True, editable=False)
    assess_by = models.DateField("下次复评", null=True, blank=True, editable=False)
    ended_on = models.DateField("撤牌日期", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填表人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ModelPostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员示范岗"
        ordering = ["path", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state__in=[PostState.APPLIED, PostState.REVIEWED, PostState.GRANTED, PostState.REASSESSED]),
                name="modelpost_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.member}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the post's page."""
        return reverse("awards:post_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return POST_TONES[PostState(self.state)]

    def is_overdue(self, on: date) -> bool:
        """Answer whether its plate should have been looked at again before that day."""
        return self.assess_by is not None and self.assess_by < on


class PostAssessment(models.Model):
    """复评 of a model post: kept or taken away, and why."""

    post = models.ForeignKey(ModelPost, models.CASCADE, related_name="assessments", verbose_name="党员示范岗")
    held_on = models.DateField("复评日期")
    kept = models.BooleanField("继续授牌")
    text = models.TextField("复评意见", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "示范岗复评"
        ordering = ["post", "held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {'合格' if self.kept else '撤牌'}"


class PartyBrand(models.Model):
    """党建品牌 of an organisation: name, meaning, goal, the carriers it works through, measures and results."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="brands", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    name = models.CharField("品牌名称", max_length=40)
    slogan = models.CharField("品牌口号", max_length=60, blank=True)
    meaning = models.TextField("品牌内涵", max_length=1000)
    goal = models.TextField("创建目标", max_length=1000)
    measures = models.TextField("主要做法", max_length=3000, blank=True)
    results = models.TextField("创建成效", max_length=3000, blank=True)
    carriers = models.ManyToManyField(Carrier, blank=True, related_name="brands", verbose_name="活动载体")
    activities = models.ManyToManyField(Activity, blank=True, related_name="brands", verbose_name="品牌活动")
    state = models.CharField("状态", max_length=10, choices=BrandState, default=BrandState.DRAFT, editable=False)
    published_on = models.DateField("发布日期", null=True, blank=True, editable=False)
    retired_on = models.DateField("停用日期", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填表人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建品牌"
        ordering = ["path", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="partybrand_name_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the brand's page."""
        return reverse("awards:brand_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return BRAND_TONES[BrandState(self.state)]
