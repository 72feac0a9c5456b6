"""会议记录: one meeting may serve several duties at once; what it resolved, by how many votes, and its papers."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from branches.models import PATH_MAX, Organization
from chuangxian import clock
from schedule.models.evidence import StoredEvidence, meeting_path
from schedule.scope.activities import MeetingFileQuerySet
from schedule.scope.items import MeetingQuerySet
from schedule.states.items import MeetingKind

User = settings.AUTH_USER_MODEL


class Meeting(models.Model):
    """会议记录. One meeting may serve several duties: comments, self-reviews and what else points here."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="meetings", verbose_name="召开会议的党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    kind = models.CharField("会议类别", max_length=20, choices=MeetingKind)
    title = models.CharField("会议名称", max_length=120)
    held_on = models.DateField("召开日期")
    place = models.CharField("地点", max_length=80, blank=True)
    host = models.CharField("主持人", max_length=40, blank=True)
    due_count = models.PositiveSmallIntegerField("应到人数", null=True, blank=True)
    present_count = models.PositiveSmallIntegerField("实到人数", null=True, blank=True)
    absent = models.TextField("缺席人员及原因", max_length=500, blank=True)
    minutes = models.TextField("会议纪要", blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="记录人", editable=False
    )
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议记录"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_count__isnull=True)
                | Q(present_count__isnull=True)
                | Q(present_count__lte=models.F("due_count")),
                name="meeting_present_at_most_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the meeting's page."""
        return reverse("schedule:meeting_detail", args=[self.pk])


class Resolution(models.Model):
    """决议 of a meeting. It passes with more than half of all members with a vote who were due, not of those present."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="resolutions", verbose_name="会议")
    order = models.PositiveSmallIntegerField("次序", default=0, editable=False)
    text = models.TextField("决议事项", max_length=1000)
    voters_due = models.PositiveSmallIntegerField("应到有表决权人数")
    votes_for = models.PositiveSmallIntegerField("赞成")
    votes_against = models.PositiveSmallIntegerField("反对", default=0)
    abstained = models.PositiveSmallIntegerField("弃权", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "决议"
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voters_due__gte=F("votes_for") + F("votes_against") + F("abstained")),
                name="resolution_no_more_votes_than_voters",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def passed(self) -> bool:
        """Whether it was carried."""
        return self.votes_for * 2 > self.voters_due

    @property
    def result(self) -> str:
        """How it went, in a word."""
        return "通过" if self.passed else "未通过"

    @property
    def told(self) -> str:
        """The votes and what they mean, in a sentence."""
        half = "超过应到有表决权人数的一半" if self.passed else "没有超过应到有表决权人数的一半"
        return (
            f"应到有表决权 {self.voters_due} 人，赞成 {self.votes_for}、反对 {self.votes_against}、"
            f"弃权 {self.abstained}，赞成{half}，{self.result}。"
        )


class MeetingFile(StoredEvidence):
    """会议附件. Given out by a view that asks for the right to the meeting, never by address."""

    ORGANIZATION = "entry__organization"

    entry = models.ForeignKey(Meeting, models.PROTECT, related_name="evidence", verbose_name="会议")
    file = models.FileField("文件", upload_to=meeting_path, max_length=100)

    objects: ClassVar[Any] = MeetingFileQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "会议附件"
