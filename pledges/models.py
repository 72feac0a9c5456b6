"""公开承诺: the yearly cycle, pledges in editions, their items, what was done and what came of it."""

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from pledges import calendar
from pledges.scope import CycleQuerySet, EvidenceQuerySet, PledgeQuerySet
from pledges.states import (
    IN_FORCE,
    IN_WORK,
    OUTCOME_TONES,
    PUBLIC,
    STATE_TONES,
    Decision,
    ItemKind,
    Outcome,
    State,
    SubjectKind,
)
from schedule.models import Campaign, Standard
from schedule.models.evidence import StoredEvidence

User = settings.AUTH_USER_MODEL


class PledgeCycle(models.Model):
    """承诺周期 of one unit (a general branch or what stands like one): a year with its dates. Everybody in the tree pledges by it."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="pledge_cycles", verbose_name="组织承诺的党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledge_cycles", verbose_name="活动")
    name = models.CharField("名称", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    starts_on = models.DateField("开始")
    submit_by = models.DateField("提诺截止")
    review_by = models.DateField("审诺截止")
    publish_by = models.DateField("亮诺截止")
    midyear_on = models.DateField("年中检查", null=True, blank=True)
    ends_on = models.DateField("践诺截止", help_text="每项承诺的完成时限都要在开始与这一天之间。")
    appraise_by = models.DateField("评诺截止")
    commissioners_review = models.BooleanField(
        "组织委员受委托审诺", default=False, help_text="打开后，支部组织委员也可以审本支部党员的承诺。"
    )
    closed_on = models.DateField("结束日期", null=True, blank=True, editable=False)
    closing_note = models.TextField("结束说明", blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺周期"
        ordering = ["-year", "path"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="pledge_cycle_once_a_year"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("submit_by"))
                & Q(submit_by__lte=F("review_by"))
                & Q(review_by__lte=F("publish_by"))
                & Q(publish_by__lte=F("ends_on"))
                & Q(ends_on__lte=F("appraise_by")),
                name="pledge_cycle_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def stage(self, on: date) -> calendar.Stage:
        """Return where the cycle stands on that day."""
        if self.closed_on is not None and self.closed_on <= on:
            return calendar.Stage.OVER
        return calendar.stage(
            starts_on=self.starts_on,
            submit_by=self.submit_by,
            review_by=self.review_by,
            publish_by=self.publish_by,
            ends_on=self.ends_on,
            appraise_by=self.appraise_by,
            on=on,
        )

    @property
    def is_closed(self) -> bool:
        """Nothing is submitted, published or appraised any more."""
        return self.closed_on is not None


class Pledge(models.Model):
    """承诺书: one edition of what a subject promises for a cycle.

    ``organization`` is where it was made (a transfer does not rewrite it). ``reviewing`` is the organisation whose leaders review it,
    found anew with each submission; none when it is approved above the unit, outside the portal. Editions of one subject share cycle and subject; at most one is in work and one in force.
    """

    cycle = models.ForeignKey(PledgeCycle, models.PROTECT, related_name="pledges", verbose_name="承诺周期")
    subject_kind = models.CharField("承诺主体", max_length=12, choices=SubjectKind)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="pledges", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="党员"
    )
    reviewing = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+", verbose_name="审诺党组织", editable=False
    )
    edition = models.PositiveSmallIntegerField("版次", default=1, editable=False)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later_editions",
        editable=False,
        verbose_name="修订自",
    )
    revision_reason = models.TextField("修订理由", blank=True)
    slogan = models.CharField("承诺主题", max_length=100, blank=True, help_text="一两句话，也可以不写。")
    signed_on = models.DateField("签署日期", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT, editable=False)
    first_submitted_on = models.DateField("首次提交日期", null=True, blank=True, editable=False)
    submitted_on = models.DateField("提交日期", null=True, blank=True, editable=False)
    approved_on = models.DateField("定诺日期", null=True, blank=True, editable=False)
    published_on = models.DateField("亮诺日期", null=True, blank=True, editable=False)
    superseded_on = models.DateField("停用日期", null=True, blank=True, editable=False)
    reported_on = models.DateField("述诺日期", null=True, blank=True, editable=False)
    appraised_on = models.DateField("评诺日期", null=True, blank=True, editable=False)
    summary = models.TextField("述诺小结", blank=True, help_text="一年来践诺的总的情况，可以不写。")
    external_document = models.CharField("批复文号", max_length=80, blank=True)
    external_document_on = models.DateField("批复日期", null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填写人", editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="提交人", editable=False
    )
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺书"
        ordering = ["-cycle__year", "path", "-subject_kind", "member__sort_key", "-edition"]
        indexes = [
            models.Index(fields=["cycle", "path", "state"], name="pledge_cycle_path_state"),
            models.Index(fields=["reviewing", "state"], name="pledge_reviewing_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.MEMBER, member__isnull=False)
                | Q(subject_kind=SubjectKind.ORGANIZATION, member__isnull=True),
                name="pledge_member_if_personal",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(revision_reason=""), name="pledge_revision_has_reason"
            ),
            models.UniqueConstraint(
                fields=["cycle", "member"], condition=Q(state__in=IN_FORCE), name="pledge_one_in_force_of_member"
            ),
            models.UniqueConstraint(
                fields=["cycle", "member"], condition=Q(state__in=IN_WORK), name="pledge_one_in_work_of_member"
            ),
            models.UniqueConstraint(
                fields=["cycle", "organization"],
                condition=Q(state__in=IN_FORCE, member__isnull=True),
                name="pledge_one_in_force_of_organization",
            ),
            models.UniqueConstraint(
                fields=["cycle", "organization"],
                condition=Q(state__in=IN_WORK, member__isnull=True),
                name="pledge_one_in_work_of_organization",
            ),
            # a draft thrown away gives its number back
            models.UniqueConstraint(
                fields=["cycle", "member", "edition"],
                condition=~Q(state=State.LAPSED),
                name="pledge_edition_once_of_member",
            ),
            models.UniqueConstraint(
                fields=["cycle", "organization", "edition"],
                condition=Q(member__isnull=True) & ~Q(state=State.LAPSED),
                name="pledge_edition_once_of_organization",
            ),
        ]

    def __str__(self) -> str:
        edition = f"（第{self.edition}版）" if self.edition > 1 else ""
        return f"{self.subject}{self.cycle.year}年承诺书{edition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    @property
    def subject(self) -> Member | Organization:
        """Who pledges."""
        return self.member or self.organization

    @property
    def is_personal(self) -> bool:
        """A member's pledge, not an organisation's."""
        return self.subject_kind == SubjectKind.MEMBER

    @property
    def is_public(self) -> bool:
        """It has hung on the wall."""
        return self.state in PUBLIC

    @property
    def is_late(self) -> bool:
        """Handed in after the day set for it; a revision is never late."""
        return self.supersedes_id is None and calendar.is_late(self.first_submitted_on, submit_by=self.cycle.submit_by)

    @property
    def goes_outside(self) -> bool:
        """Approved above the unit, outside the portal, and only recorded here."""
        return self.reviewing_id is None

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return STATE_TONES[State(self.state)]


class PledgeItem(models.Model):
    """承诺事项. Its outcome is what the subject reported and, where the reviewer corrected it, what the reviewer found.

    ``carried_from`` is last year's item it continues, ``revises`` the item of the edition before.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="items", verbose_name="承诺书")
    place = models.PositiveSmallIntegerField("序号", default=0, editable=False)
    kind = models.CharField("类别", max_length=10, choices=ItemKind, default=ItemKind.POST)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="pledge_items", verbose_name="对应标准"
    )
    content = models.TextField("承诺内容", max_length=500)
    measure = models.TextField("践诺措施", max_length=500, blank=True)
    baseline = models.CharField("现状", max_length=200, blank=True)
    target = models.CharField("目标", max_length=200, blank=True)
    due_on = models.DateField("完成时限")
    responsible = models.CharField("责任人（其他）", max_length=60, blank=True)
    responsible_member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    outcome = models.CharField("兑现情况", max_length=12, choices=Outcome, blank=True)
    reported_outcome = models.CharField("本人所述兑现情况", max_length=12, choices=Outcome, blank=True, editable=False)
    explanation = models.TextField("说明", max_length=1000, blank=True)
    settled_on = models.DateField("兑现（说明）日期", null=True, blank=True, editable=False)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to", editable=False, verbose_name="结转自"
    )
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="revised_by", editable=False, verbose_name="修订自"
    )

    class Meta:
        verbose_name = verbose_name_plural = "承诺事项"
        ordering = ["pledge", "place", "pk"]
        indexes = [models.Index(fields=["due_on", "outcome"], name="pledge_item_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_on__isnull=True) | (~Q(outcome="") & Q(settled_on__isnull=False)),
                name="pledge_item_settled_with_outcome",
            )
        ]

    def __str__(self) -> str:
        return self.content[:40]

    def is_overdue(self, on: date) -> bool:
        """Answer whether its day has passed without a word on the outcome."""
        return calendar.is_overdue(self.due_on, settled_on=self.settled_on, on=on)

    def settled(self, on: date) -> bool:
        """Answer whether its outcome was known on that day."""
        return self.settled_on is not None and self.settled_on <= on

    @property
    def who(self) -> str:
        """Who answers for it: the named member, the name as written, else the one who pledged."""
        if self.responsible_member is not None:
            return self.responsible_member.name
        return self.responsible or (self.pledge.member.name if self.pledge.member else "")

    @property
    def outcome_tone(self) -> str:
        """The colour of its outcome."""
        return OUTCOME_TONES[Outcome(self.outcome)] if self.outcome else "neutral"

    @property
    def was_corrected(self) -> bool:
        """The reviewer found otherwise than reported."""
        return bool(self.reported_outcome) and self.reported_outcome != self.outcome


class FulfilmentEntry(models.Model):
    """践诺记录: what was done for an item, the day it was done and the moment it was written down."""

    item = models.ForeignKey(PledgeItem, models.PROTECT, related_name="entries", verbose_name="承诺事项")
    on = models.DateField("日期")
    text = models.TextField("做了什么", max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "践诺记录"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


def evidence_path(evidence: "Evidence", name: str) -> str:
    """Return where a file is kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"pledges/{uuid4().hex}"


class Evidence(StoredEvidence):
    """佐证材料 of an entry. Given out by a view that asks for the right to the pledge, never by address."""

    ORGANIZATION = "entry__item__pledge__organization"

    entry = models.ForeignKey(FulfilmentEntry, models.PROTECT, related_name="evidence", verbose_name="践诺记录")
    file = models.FileField("文件", upload_to=evidence_path, max_length=100)

    objects: ClassVar[Any] = EvidenceQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "佐证材料"


class Review(models.Model):
    """审诺、评诺意见: what a reviewer decided and why. Kept beside the log, because forms print it."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="reviews", verbose_name="承诺书")
    decision = models.CharField("意见类别", max_length=14, choices=Decision)
    opinion = models.TextField("意见", blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    on = models.DateField("日期")
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "审诺意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.pledge}"
