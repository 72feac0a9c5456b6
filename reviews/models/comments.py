"""领导点评: one leader's comment on one subject, with the shortcomings he named; each becomes an action item when the comment is issued."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from reviews.models.rounds import CommentRound
from reviews.scope.comments import CommentQuerySet
from reviews.states import (
    COMMENT_TONES,
    CommentForm,
    CommentState,
    Publicity,
    Rating,
    SubjectKind,
)
from schedule.models import Meeting, Standard

User = settings.AUTH_USER_MODEL


class LeaderComment(models.Model):
    """领导点评. ``organization`` is the one commented on, the one a secretary leads, or the one a member belonged to on that day.

    ``commentator`` held ``commentator_post`` on ``held_on``; a leader above the unit has no record here, only ``commentator_name``,
    and the office registers what he said. ``author`` is who wrote it down.
    """

    round = models.ForeignKey(CommentRound, models.PROTECT, related_name="comments", verbose_name="点评轮次")
    subject_kind = models.CharField("点评对象", max_length=12, choices=SubjectKind)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="comments", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name="党员"
    )
    commentator = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="comments_given", verbose_name="点评人"
    )
    commentator_name = models.CharField("点评人姓名", max_length=40)
    commentator_post = models.CharField("点评人职务", max_length=60, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    form = models.CharField("点评方式", max_length=12, choices=CommentForm, default=CommentForm.INDIVIDUAL)
    held_on = models.DateField("点评日期")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name="会议"
    )
    achievements = models.TextField("主要成绩", max_length=1000, blank=True)
    direction = models.TextField("努力方向", max_length=1000, blank=True)
    rating = models.CharField("等次", max_length=10, choices=Rating, blank=True)
    publicity = models.CharField("公开范围", max_length=10, choices=Publicity, default=Publicity.BRANCH)
    state = models.CharField("状态", max_length=14, choices=CommentState, default=CommentState.DRAFT, editable=False)
    issued_on = models.DateField("点评发出日期", null=True, blank=True, editable=False)
    acknowledged_on = models.DateField("签收日期", null=True, blank=True, editable=False)
    response = models.TextField("签收意见", max_length=500, blank=True, editable=False)
    verified_on = models.DateField("整改完成日期", null=True, blank=True, editable=False)
    closed_on = models.DateField("办结日期", null=True, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "领导点评"
        ordering = ["-round__opens_on", "path", "-subject_kind", "member__sort_key", "pk"]
        indexes = [models.Index(fields=["round", "path", "state"], name="comment_round_path_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.ORGANIZATION, member__isnull=True)
                | (~Q(subject_kind=SubjectKind.ORGANIZATION) & Q(member__isnull=False)),
                name="comment_member_if_personal",
            ),
            models.CheckConstraint(
                condition=Q(commentator__isnull=True) | Q(member__isnull=True) | ~Q(commentator=models.F("member")),
                name="comment_not_on_oneself",
            ),
            models.UniqueConstraint(
                fields=["round", "commentator", "subject_kind", "organization", "member"],
                condition=Q(member__isnull=False) & ~Q(state=CommentState.DISCARDED),
                name="comment_once_a_member",
            ),
            models.UniqueConstraint(
                fields=["round", "commentator", "organization"],
                condition=Q(member__isnull=True) & ~Q(state=CommentState.DISCARDED),
                name="comment_once_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commentator_name}点评{self.subject}（{self.round.semester.short_label}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the comment's page."""
        return reverse("reviews:comment_detail", args=[self.pk])

    @property
    def subject(self) -> Member | Organization:
        """Whom it is about."""
        return self.member or self.organization

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return COMMENT_TONES[CommentState(self.state)]


class CommentProblem(models.Model):
    """存在问题: one shortcoming the leader named, with the day by which it is to be put right."""

    comment = models.ForeignKey(LeaderComment, models.CASCADE, related_name="problems", verbose_name="点评")
    place = models.PositiveSmallIntegerField("序号", default=0, editable=False)
    text = models.TextField("问题", max_length=500)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="comment_problems", verbose_name="对应标准"
    )
    due_on = models.DateField("整改时限")

    class Meta:
        verbose_name = verbose_name_plural = "点评指出的问题"
        ordering = ["comment", "place", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
