"""公示: what is posted for everybody to read, frozen, with its days, and what people said against it."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from awards.models.nominations import Nomination
from awards.models.rounds import AwardRound
from awards.scope.notices import ObjectionQuerySet, PublicNoticeQuerySet
from awards.states import (
    NOTICE_TONES,
    OBJECTION_TONES,
    Consequence,
    Finding,
    NoticeState,
    ObjectionState,
    RoundState,
)
from chuangxian import clock

User = settings.AUTH_USER_MODEL
TITLE_MOST, ENTRY_DEEDS_MOST, OBJECTION_MOST = 100, 1000, 2000


class PublicNotice(models.Model):
    """公示 of a round. Once posted its text is frozen; a change posts a new ``edition``, whose days begin anew.

    ``ends_on`` is the last of ``workdays`` working days after ``posted_on``, worked out when it is posted.
    """

    # from the day it was posted, and never less than its own days
    VISITORS_READ = timedelta(days=30)

    round = models.ForeignKey(AwardRound, models.PROTECT, related_name="notices", verbose_name="评选批次")
    edition = models.PositiveSmallIntegerField("版次", default=1, editable=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代", editable=False
    )
    title = models.CharField("标题", max_length=TITLE_MOST)
    text = models.TextField("正文", max_length=2000)
    contact = models.CharField("受理部门和联系方式", max_length=200)
    workdays = models.PositiveSmallIntegerField("公示工作日")
    state = models.CharField("状态", max_length=10, choices=NoticeState, default=NoticeState.DRAFT, editable=False)
    posted_on = models.DateField("公示开始", null=True, blank=True, editable=False)
    ends_on = models.DateField("公示截止", null=True, blank=True, editable=False)
    closed_on = models.DateField("公示结束", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = PublicNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["round", "-edition", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, ends_on__isnull=True) | Q(ends_on__gt=models.F("posted_on")),
                name="publicnotice_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page for who runs the round; visitors have ``awards:public_notice``."""
        return reverse("awards:notice_detail", args=[self.pk])

    def has_passed(self, on: date) -> bool:
        """Answer whether all its days are over: the last one counts to its end."""
        return self.ends_on is not None and on > self.ends_on

    def takes_objections(self, on: date) -> bool:
        """Answer whether visitors may object on that day: to its last day's end."""
        return self.hangs and self.state == NoticeState.POSTED and self.ends_on is not None and on <= self.ends_on

    @property
    def hangs(self) -> bool:
        """Its round goes on, or was commended; with a round made void everybody's name comes down."""
        return self.round.state != RoundState.VOID

    def names_shown_until(self) -> date | None:
        """Return the last day on which visitors read whom it names; None where they never do: a draft, what a new edition replaced, or of a void round."""
        if not self.hangs or self.state not in (NoticeState.POSTED, NoticeState.CLOSED):
            return None
        if self.posted_on is None or self.ends_on is None:
            return None
        return max(self.posted_on + self.VISITORS_READ, self.ends_on)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return NOTICE_TONES[NoticeState(self.state)]


class NoticeEntry(models.Model):
    """One nominee as the notice shows him: copied when the notice is posted, and never again."""

    notice = models.ForeignKey(PublicNotice, models.CASCADE, related_name="entries", verbose_name="公示")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="notice_entries", verbose_name="推荐")
    place = models.PositiveSmallIntegerField("序号", default=0)
    title = models.CharField("荣誉称号", max_length=60)
    name = models.CharField("姓名或名称", max_length=80)
    sex = models.CharField("性别", max_length=10, blank=True)
    born = models.CharField("出生年月", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    unit = models.CharField("所在党组织", max_length=80)
    post = models.CharField("职务", max_length=80, blank=True)
    deeds = models.TextField("主要事迹", max_length=ENTRY_DEEDS_MOST)

    class Meta:
        verbose_name = verbose_name_plural = "公示人选"
        ordering = ["notice", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "nomination"], name="noticeentry_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.title}）"


class Objection(models.Model):
    """异议 against a notice, with or without a name. ``number_digest`` finds it by the number its author was told; the number is not kept.

    Where it was right, ``consequence`` says what is done, with the reason in ``consequence_note``.
    """

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name="所指人选"
    )
    text = models.TextField("异议内容", max_length=OBJECTION_MOST)
    name = models.CharField("姓名", max_length=40, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    received_on = models.DateField("收到日期")
    # who took it down when it came by letter or telephone; nobody when it came through the page
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人", editable=False
    )
    number_digest = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState, default=ObjectionState.RECEIVED, editable=False
    )
    inquiry = models.TextField("核实情况", max_length=2000, blank=True, editable=False)
    finding = models.CharField("结论", max_length=10, choices=Finding, blank=True, editable=False)
    consequence = models.CharField("处理", max_length=10, choices=Consequence, blank=True, editable=False)
    consequence_note = models.TextField("处理的理由", max_length=500, blank=True, editable=False)
    reply = models.TextField("答复", max_length=1000, blank=True, editable=False)
    answered_on = models.DateField("答复日期", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["notice", "received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ObjectionState.RECEIVED, finding="")
                | (Q(state=ObjectionState.ANSWERED, finding__in=Finding.values) & ~Q(reply="")),
                name="objection_answered_with_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} 的异议"

    def get_absolute_url(self) -> str:
        """Return the page where it is looked into."""
        return reverse("awards:objection_detail", args=[self.pk])

    @property
    def about(self) -> str:
        """Whom or what it is about."""
        return str(self.nomination) if self.nomination is not None else "整个公示"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return OBJECTION_TONES[ObjectionState(self.state)]
