"""Codes and ballots, made so that nothing leads from one to the other or to a person.

Every column here is on an allow-list held by a test (`reviews/queries/secrecy.py`). No time, no serial, no user, no order: keys are random,
and `reviews/actions/mixing.py` rewrites the rows in random order so that neither storage nor transaction numbers tell.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models.evaluations import EvaluationRound, RaterCategory

User = settings.AUTH_USER_MODEL
REMARK_MOST = 500
ANSWERS_MOST = 2000


class CodeBatch(models.Model):
    """评议码批次 of one category, printed once. A reserve batch is closed until two people open it. Who printed and who opened is in the log."""

    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="batches", verbose_name="评议活动")
    category = models.ForeignKey(RaterCategory, models.PROTECT, related_name="batches", verbose_name="评议人类别")
    label = models.CharField("批次", max_length=20)
    size = models.PositiveIntegerField("张数")
    is_reserve = models.BooleanField("备用", default=False)
    is_open = models.BooleanField("已启用", default=True)
    is_revoked = models.BooleanField("已作废", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "评议码批次"
        ordering = ["round", "category__place", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "label"], name="batch_label_once")]

    def __str__(self) -> str:
        return self.label


class ReserveConsent(models.Model):
    """启用备用评议码: one person's consent; the second opens the batch."""

    batch = models.ForeignKey(CodeBatch, models.PROTECT, related_name="consents", verbose_name="批次")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="同意人")
    on = models.DateField("日期")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "启用备用评议码"
        constraints = [models.UniqueConstraint(fields=["batch", "by"], name="reserve_consent_once")]

    def __str__(self) -> str:
        return f"{self.batch} {self.by}"


class Code(models.Model):
    """评议码. ``digest`` is HMAC-SHA-256 of the code in hex, which only the holder of the slip can name; ``receipt`` is the digest of
    the page that spent it, kept until the next mix, so that a lost reply can be answered.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    batch = models.ForeignKey(CodeBatch, models.PROTECT, related_name="codes", verbose_name="批次")
    is_used = models.BooleanField("已使用", default=False)
    is_revoked = models.BooleanField("已作废", default=False)
    receipt = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "评议码"
        indexes = [models.Index(fields=["batch"], condition=~Q(receipt=""), name="code_unmixed")]
        constraints = [
            models.CheckConstraint(condition=~Q(is_used=True, is_revoked=True), name="code_used_or_revoked"),
            models.CheckConstraint(condition=Q(receipt="") | Q(is_used=True), name="code_receipt_if_used"),
        ]

    def __str__(self) -> str:
        return "评议码"


class Ballot(models.Model):
    """测评票: ``answers`` has one digit for each subject and item, subjects first: the place of the grade, 0 for none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="ballots", verbose_name="评议活动")
    category = models.ForeignKey(RaterCategory, models.PROTECT, related_name="ballots", verbose_name="评议人类别")
    answers = models.CharField("评议", max_length=ANSWERS_MOST)
    format = models.PositiveSmallIntegerField("格式", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "测评票"

    def __str__(self) -> str:
        return "测评票"


class Remark(models.Model):
    """意见建议, apart from every ballot. After the seal one person proposes the text to show, a second confirms it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="remarks", verbose_name="评议活动")
    text = models.TextField("意见建议", max_length=REMARK_MOST)

    class Meta:
        verbose_name = verbose_name_plural = "意见建议"

    def __str__(self) -> str:
        return "意见建议"


class RemarkReading(models.Model):
    """意见建议的整理: what may be shown of a remark once ``second`` has agreed to what ``first`` proposed; ``shown`` empty leaves it out."""

    remark = models.OneToOneField(Remark, models.CASCADE, related_name="reading", verbose_name="意见建议")
    shown = models.TextField("公布的文字", max_length=REMARK_MOST, blank=True)
    first = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="整理人")
    second = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="复核人")

    class Meta:
        verbose_name = verbose_name_plural = "意见建议整理"
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=models.F("first")), name="remark_read_by_two"
            )
        ]

    def __str__(self) -> str:
        return "意见建议整理"


class PaperPile(models.Model):
    """纸质票一叠 of one category. The stub with the code is spent at the box and only counted here; the sheet goes into the box.

    Later two people key the shuffled sheets, each for himself; the pile counts when both agree and there are not more sheets than stubs.
    """

    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="piles", verbose_name="评议活动")
    category = models.ForeignKey(RaterCategory, models.PROTECT, related_name="piles", verbose_name="评议人类别")
    label = models.CharField("名称", max_length=20)
    stubs = models.PositiveIntegerField("已投入票箱", default=0, editable=False)
    first = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="第一录入人")
    second = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="第二录入人")
    committed_on = models.DateField("计入日期", null=True, blank=True, editable=False)
    committed = models.PositiveIntegerField("计入张数", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "纸质票"
        ordering = ["round", "category__place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "label"], name="pile_label_once"),
            models.CheckConstraint(
                condition=Q(first__isnull=True) | Q(second__isnull=True) | ~Q(first=models.F("second")),
                name="pile_keyed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PaperSheet(models.Model):
    """One sheet of a pile as the two people keyed it; deleted when the pile is counted. ``place`` is its place in the shuffled pile."""

    pile = models.ForeignKey(PaperPile, models.CASCADE, related_name="sheets", verbose_name="纸质票")
    place = models.PositiveIntegerField("第几张")
    first = models.CharField("第一次录入", max_length=ANSWERS_MOST, blank=True)
    second = models.CharField("第二次录入", max_length=ANSWERS_MOST, blank=True)
    remark = models.TextField("意见建议", max_length=REMARK_MOST, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸质票录入"
        ordering = ["pile", "place"]
        constraints = [models.UniqueConstraint(fields=["pile", "place"], name="sheet_place_once")]

    def __str__(self) -> str:
        return f"第 {self.place} 张"


class Mixed(models.Model):
    """When a round's codes and ballots were last rewritten in random order. It tells of no ballot."""

    round = models.OneToOneField(EvaluationRound, models.CASCADE, related_name="mixed", verbose_name="评议活动")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "打乱记录"

    def __str__(self) -> str:
        return f"{self.round}"
