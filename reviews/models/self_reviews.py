"""对照检查: standard by standard what was done, what falls short, why, and what will be done about it."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from reviews.models.rounds import CommentRound
from reviews.scope.self_reviews import SelfReviewQuerySet
from reviews.states import REVIEW_TONES, Answer, Decision, ReviewState, SubjectKind
from schedule.models import Standard, StandardSet

User = settings.AUTH_USER_MODEL


class SelfReview(models.Model):
    """对照检查材料 of an organisation or a member for one round.

    ``organization`` is where it was made (a transfer does not rewrite it). ``reviewing`` is the organisation whose leaders read it, found
    anew with each submission; none when that lies above the unit, then the unit's office registers what was said there.
    """

    round = models.ForeignKey(CommentRound, models.PROTECT, related_name="self_reviews", verbose_name="点评轮次")
    subject_kind = models.CharField("主体", max_length=12, choices=SubjectKind)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="self_reviews", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="self_reviews", verbose_name="党员"
    )
    set = models.ForeignKey(StandardSet, models.PROTECT, related_name="self_reviews", verbose_name="标准体系")
    reviewing = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="审阅党组织", editable=False
    )
    state = models.CharField("状态", max_length=12, choices=ReviewState, default=ReviewState.DRAFT, editable=False)
    confirmed_no_gap = models.BooleanField("经核对确实没有差距", default=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填写人", editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="提交人", editable=False
    )
    first_submitted_on = models.DateField("首次提交日期", null=True, blank=True, editable=False)
    submitted_on = models.DateField("提交日期", null=True, blank=True, editable=False)
    accepted_on = models.DateField("认可日期", null=True, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = SelfReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对照检查"
        ordering = ["-round__opens_on", "path", "-subject_kind", "member__sort_key", "pk"]
        indexes = [
            models.Index(fields=["round", "path", "state"], name="selfreview_round_path_state"),
            models.Index(fields=["reviewing", "state"], name="selfreview_reviewing_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.MEMBER, member__isnull=False)
                | Q(subject_kind=SubjectKind.ORGANIZATION, member__isnull=True),
                name="selfreview_member_if_personal",
            ),
            models.UniqueConstraint(
                fields=["round", "member"], condition=~Q(state=ReviewState.LAPSED), name="selfreview_once_a_member"
            ),
            models.UniqueConstraint(
                fields=["round", "organization"],
                condition=Q(member__isnull=True) & ~Q(state=ReviewState.LAPSED),
                name="selfreview_once_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}{self.round.semester.short_label}对照检查"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the self-review's page."""
        return reverse("reviews:self_review_detail", args=[self.pk])

    @property
    def subject(self) -> Member | Organization:
        """Who reviews himself."""
        return self.member or self.organization

    @property
    def is_personal(self) -> bool:
        """A member's, not an organisation's."""
        return self.subject_kind == SubjectKind.MEMBER

    @property
    def goes_outside(self) -> bool:
        """Read above the unit, outside the portal, and only recorded here."""
        return self.reviewing_id is None

    @property
    def is_late(self) -> bool:
        """Handed in after the day set for it."""
        return self.first_submitted_on is not None and self.first_submitted_on > self.round.self_review_by

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return REVIEW_TONES[ReviewState(self.state)]


class SelfReviewLine(models.Model):
    """One standard answered. Scores are used only where the campaign has switched scoring on."""

    review = models.ForeignKey(SelfReview, models.CASCADE, related_name="lines", verbose_name="对照检查")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="self_review_lines", verbose_name="标准")
    place = models.PositiveSmallIntegerField("序号", default=0, editable=False)
    answer = models.CharField("对照结果", max_length=8, choices=Answer, blank=True)
    practice = models.TextField("做法", max_length=2000, blank=True)
    gap = models.TextField("差距", max_length=1000, blank=True)
    cause = models.TextField("原因", max_length=1000, blank=True)
    self_score = models.DecimalField(
        "自查分",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    assessed_score = models.DecimalField(
        "考核分",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = verbose_name_plural = "对照检查事项"
        ordering = ["review", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "standard"], name="selfreview_standard_once")]

    def __str__(self) -> str:
        return f"{self.standard}"

    @property
    def apart(self) -> Decimal | None:
        """By how many points others see it higher; below nothing, lower. None until both have given theirs."""
        if self.self_score is None or self.assessed_score is None:
            return None
        return self.assessed_score - self.self_score


class Measure(models.Model):
    """整改措施 as the self-review proposes it; an action item once the review has been accepted."""

    line = models.ForeignKey(SelfReviewLine, models.CASCADE, related_name="measures", verbose_name="对照检查事项")
    place = models.PositiveSmallIntegerField("序号", default=0, editable=False)
    text = models.TextField("措施", max_length=500)
    due_on = models.DateField("完成时限")
    responsible = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改措施"
        ordering = ["line", "place", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class ReviewOpinion(models.Model):
    """审阅意见: what the reader of a self-review decided and why. Kept beside the log, because forms print it."""

    review = models.ForeignKey(SelfReview, models.PROTECT, related_name="opinions", verbose_name="对照检查")
    decision = models.CharField("意见类别", max_length=8, choices=Decision)
    opinion = models.TextField("意见", blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审阅人")
    on = models.DateField("日期")
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "审阅意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.review}"
