"""措施、整改: a shortcoming as a dated item that somebody else must see closed."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models.evidence import StoredEvidence
from schedule.models.plan import Standard
from schedule.scope.items import ActionEvidenceQuerySet, ActionItemQuerySet
from schedule.states.items import ITEM_TONES, ItemState, Source

User = settings.AUTH_USER_MODEL


class ActionItem(models.Model):
    """措施（整改）事项: what falls short, why, what is done about it, by whom, by when, and who saw it closed.

    ``organization`` is where it was raised, ``member`` whom it concerns (None: the organisation itself). ``verifying`` is the
    organisation whose leaders verify; none when that lies above the unit, then its office registers what was found. ``source_type``,
    ``source_id`` and ``source_place`` point back to the record that raised it, in a room this one does not know (see schedule.sources).
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="action_items", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name="党员"
    )
    source = models.CharField("来源", max_length=12, choices=Source, default=Source.OTHER)
    source_type = models.CharField(max_length=60, blank=True, editable=False)
    source_id = models.BigIntegerField(null=True, editable=False)
    source_place = models.PositiveSmallIntegerField(default=0, editable=False)
    source_name = models.CharField("来源材料", max_length=200, blank=True)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name="对应标准"
    )
    problem = models.TextField("问题", max_length=600)
    cause = models.TextField("原因", max_length=1000, blank=True)
    measure = models.TextField("整改措施", max_length=500, blank=True)
    responsible = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="责任人")
    due_on = models.DateField("完成时限")
    verifying = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="验收党组织", editable=False
    )
    state = models.CharField("状态", max_length=12, choices=ItemState, default=ItemState.OPEN, editable=False)
    raised_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="提出人", editable=False
    )
    raised_on = models.DateField("提出日期", editable=False)
    result = models.TextField("整改结果", max_length=1000, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    submitted_on = models.DateField("提交验收日期", null=True, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="验收人", editable=False
    )
    verified_on = models.DateField("销号日期", null=True, editable=False)
    cancelled_on = models.DateField("撤销日期", null=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="actionitem_state_due"),
            models.Index(fields=["source_type", "source_id"], name="actionitem_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ItemState.VERIFIED, verified_on__isnull=False, verified_by__isnull=False)
                | (~Q(state=ItemState.VERIFIED) & Q(verified_on__isnull=True)),
                name="actionitem_verified_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["source_type", "source_id", "source_place"],
                condition=~Q(source_type="") & ~Q(state=ItemState.CANCELLED),
                name="actionitem_once_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}：{self.problem[:40]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the item's page."""
        return reverse("schedule:item_detail", args=[self.pk])

    @property
    def subject(self) -> Member | Organization:
        """Whom it concerns."""
        return self.member or self.organization

    def is_unfinished(self, on: date) -> bool:
        """Answer whether it was neither verified nor cancelled by that day."""
        ended_on = self.verified_on or self.cancelled_on
        return ended_on is None or ended_on > on

    def is_overdue(self, on: date) -> bool:
        """Answer whether its day has passed while it was unfinished."""
        return self.is_unfinished(on) and self.due_on < on

    def days_late(self, on: date) -> int:
        """Days from the day set to the day it was handed in for good, or to that day; 0 in time. The wait for the verifier is not his."""
        handed_in = self.submitted_on if self.submitted_on is not None and self.submitted_on <= on else on
        return max(0, (handed_in - self.due_on).days)

    def days_left(self, on: date) -> int:
        """Days until it is due; negative once its day has passed."""
        return (self.due_on - on).days

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return ITEM_TONES[ItemState(self.state)]


class ProgressEntry(models.Model):
    """整改进展: what was done, the day it was done and the moment it was written down."""

    item = models.ForeignKey(ActionItem, models.PROTECT, related_name="entries", verbose_name="整改事项")
    on = models.DateField("日期")
    text = models.TextField("做了什么", max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "整改进展"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


def action_evidence_path(evidence: "ActionEvidence", name: str) -> str:
    """Return where a file is kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"actions/{uuid4().hex}"


class ActionEvidence(StoredEvidence):
    """佐证材料 of a progress entry. Given out by a view that asks for the right to the item, never by address."""

    ORGANIZATION = "entry__item__organization"

    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="evidence", verbose_name="整改进展")
    file = models.FileField("文件", upload_to=action_evidence_path, max_length=100)

    objects: ClassVar[Any] = ActionEvidenceQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "整改佐证材料"
