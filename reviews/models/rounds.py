"""点评轮次: a semester's self-reviews and comments of one unit, and who was left out of them and why."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from reviews.scope.rounds import GapQuerySet, RoundQuerySet
from reviews.states import Duty, Publicity
from schedule.models import Semester

User = settings.AUTH_USER_MODEL


class CommentRound(models.Model):
    """点评轮次 of one unit in one semester: first everybody reviews himself, then leaders comment on everybody."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="comment_rounds", verbose_name="组织点评的党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    semester = models.ForeignKey(Semester, models.PROTECT, related_name="comment_rounds", verbose_name="学期")
    name = models.CharField("名称", max_length=60)
    opens_on = models.DateField("开始")
    self_review_by = models.DateField("对照检查截止")
    closes_on = models.DateField("点评截止")
    rectify_by = models.DateField("整改时限", help_text="点评指出的问题，一般要在这一天以前整改完；每一条可以另定。")
    with_rating = models.BooleanField("点评时定等次", default=False, help_text="方案没有要求定等次，一般不打开。")
    publicity = models.CharField("点评一般", max_length=10, choices=Publicity, default=Publicity.BRANCH)
    closed_on = models.DateField("结束日期", null=True, blank=True, editable=False)
    closing_note = models.TextField("结束说明", blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "点评轮次"
        ordering = ["-opens_on", "path"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "semester"], name="comment_round_once_a_semester"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("self_review_by"))
                & Q(self_review_by__lte=F("closes_on"))
                & Q(closes_on__lte=F("rectify_by")),
                name="comment_round_dates_in_order",
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
        return reverse("reviews:round_detail", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Nothing is written, accepted or issued any more; what is open in rectification goes on."""
        return self.closed_on is not None

    def is_running(self, on: date) -> bool:
        """Answer whether it has begun and not been closed."""
        return self.opens_on <= on and (self.closed_on is None or self.closed_on > on)


class RoundGap(models.Model):
    """Somebody a round left out, and why; written when it is closed, and printed."""

    round = models.ForeignKey(CommentRound, models.PROTECT, related_name="gaps", verbose_name="点评轮次")
    duty = models.CharField("缺少", max_length=12, choices=Duty)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员")
    reason = models.CharField("原因", max_length=200)

    objects: ClassVar[Any] = GapQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未覆盖说明"
        ordering = ["round", "duty", "organization__path", "member__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "duty", "member"], name="round_gap_once_a_member"),
            models.UniqueConstraint(
                fields=["round", "duty", "organization"],
                condition=Q(member__isnull=True),
                name="round_gap_once_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.organization}：{self.get_duty_display()}"
