"""总结: a draft put together from the records, its figures with their sources, then edited by people and sent as Word."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from awards.scope.summaries import SummaryQuerySet
from awards.states import SUMMARY_TONES, SummaryState
from branches.models import PATH_MAX, Organization
from chuangxian import clock
from schedule.models import Campaign

User = settings.AUTH_USER_MODEL
SECTION_MOST = 4000


class Summary(models.Model):
    """工作总结 of one organisation about the campaign, or a stretch of it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="summaries", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="summaries", verbose_name="活动")
    title = models.CharField("标题", max_length=100)
    first = models.DateField("起")
    last = models.DateField("止")
    state = models.CharField("状态", max_length=10, choices=SummaryState, default=SummaryState.DRAFT, editable=False)
    gathered_on = models.DateField("汇集日期", editable=False)
    final_on = models.DateField("定稿日期", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作总结"
        ordering = ["-last", "path", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="summary_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the summary's page."""
        return reverse("awards:summary_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Its text may still be changed."""
        return self.state == SummaryState.DRAFT

    @property
    def mark(self) -> str:
        """What stands under the title of a copy that is not the final text; nothing on a final one."""
        return {SummaryState.DRAFT: "讨论稿", SummaryState.DISCARDED: "已作废"}.get(SummaryState(self.state), "")

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return SUMMARY_TONES[SummaryState(self.state)]


class SummarySection(models.Model):
    """One part of a summary. ``drafted`` is what the records gave, ``text`` what people made of it.

    ``figures``: [{"label", "value", "definition", "count", "url"}], as gathered on the summary's day; they are not edited.
    """

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="sections", verbose_name="工作总结")
    place = models.PositiveSmallIntegerField("序号")
    key = models.SlugField(max_length=40)
    heading = models.CharField("小标题", max_length=60)
    drafted = models.TextField("由记录汇成", editable=False)
    text = models.TextField("正文", max_length=SECTION_MOST, blank=True)
    figures = models.JSONField("数字和来源", default=list, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "总结段落"
        ordering = ["summary", "place"]
        constraints = [models.UniqueConstraint(fields=["summary", "key"], name="summarysection_once")]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_edited(self) -> bool:
        """People have made something else of it than the records gave."""
        return self.text.split() != self.drafted.split()

    @property
    def length(self) -> int:
        """Characters of the text, blanks and line breaks left out."""
        return length_of(self.text)

    @property
    def paragraphs(self) -> list[str]:
        """The text a paragraph each."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def length_of(text: str) -> int:
    """Count the characters of a text as an office does: blanks and line breaks left out."""
    return len("".join(text.split()))
