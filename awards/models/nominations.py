"""推荐: who was recommended by whom with which votes and deeds, what the system knew of him that day, who was asked, and what was decided."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from awards.models.rounds import AwardCategory, AwardRound, EligibilityRule
from awards.scope.nominations import NominationFileQuerySet, NominationQuerySet
from awards.states import NOMINATION_TONES, NominationState, Pending, Side, Stand
from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models import Meeting
from schedule.models.evidence import StoredEvidence

User = settings.AUTH_USER_MODEL
DEEDS_MOST = 4000


class Nomination(models.Model):
    """推荐. ``nominator`` is the organisation that recommends; ``organization`` the nominee where a category is about organisations.

    ``dossier`` is frozen when it is handed up: {"on": day, "sections": [{"key", "title", "lines": [{"label", "text", "number",
    "of", "url"}]}]}; nothing in it is typed. ``pending`` is a decision taken and not announced: only who decides knows it.
    """

    round = models.ForeignKey(AwardRound, models.PROTECT, related_name="nominations", verbose_name="评选批次")
    category = models.ForeignKey(AwardCategory, models.PROTECT, related_name="nominations", verbose_name="表彰类别")
    nominator = models.ForeignKey(
        Organization, models.PROTECT, related_name="nominations_made", verbose_name="推荐单位"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="nominations", verbose_name="推荐人选"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="nominations", verbose_name="推荐党组织"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="nominations", verbose_name="推荐会议"
    )
    voted_on = models.DateField("推荐日期", null=True, blank=True)
    votes_due = models.PositiveIntegerField("应到人数", null=True, blank=True)
    votes_present = models.PositiveIntegerField("实到人数", null=True, blank=True)
    votes_for = models.PositiveIntegerField("赞成票数", null=True, blank=True)
    deeds = models.TextField("主要事迹", max_length=DEEDS_MOST, blank=True)
    dossier = models.JSONField("材料", default=dict, blank=True, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=NominationState, default=NominationState.DRAFT, editable=False
    )
    pending = models.CharField("待宣布", max_length=10, choices=Pending, blank=True, editable=False)
    pending_note = models.TextField("待宣布的理由", max_length=500, blank=True, editable=False)
    recommended_on = models.DateField("推荐上报日期", null=True, blank=True, editable=False)
    decided_on = models.DateField("审定日期", null=True, blank=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填表人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推荐"
        ordering = ["round", "category__place", "path", "pk"]
        indexes = [models.Index(fields=["round", "state"], name="nomination_round_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, organization__isnull=False)
                | Q(member__isnull=False, organization__isnull=True),
                name="nomination_has_one_nominee",
            ),
            models.CheckConstraint(
                condition=Q(votes_for__isnull=True) | Q(votes_for__lte=F("votes_present")),
                name="nomination_votes_within_present",
            ),
            models.CheckConstraint(
                condition=Q(votes_present__isnull=True) | Q(votes_present__lte=F("votes_due")),
                name="nomination_present_within_due",
            ),
            models.UniqueConstraint(
                fields=["category", "member"],
                condition=Q(member__isnull=False) & ~Q(state__in=[NominationState.REJECTED, NominationState.WITHDRAWN]),
                name="nomination_once_a_member",
            ),
            models.UniqueConstraint(
                fields=["category", "organization"],
                condition=Q(organization__isnull=False)
                & ~Q(state__in=[NominationState.REJECTED, NominationState.WITHDRAWN]),
                name="nomination_once_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nominee}（{self.category}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the nominator's path."""
        self.path = self.nominator.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the nomination's page."""
        return reverse("awards:nomination_detail", args=[self.pk])

    @property
    def nominee(self) -> Member | Organization:
        """Whom it is about."""
        nominee = self.member or self.organization
        assert nominee is not None  # nomination_has_one_nominee
        return nominee

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return NOMINATION_TONES[NominationState(self.state)]


def nomination_path(evidence: StoredEvidence, name: str) -> str:
    """Return where a nomination's papers are kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"nominations/{uuid4().hex}"


class NominationFile(StoredEvidence):
    """附件 of a nomination. Given out by a view that asks for the right to the nomination."""

    ORGANIZATION = "entry__nominator"

    entry = models.ForeignKey(Nomination, models.CASCADE, related_name="evidence", verbose_name="推荐")
    file = models.FileField("文件", upload_to=nomination_path, max_length=100)

    objects: ClassVar[Any] = NominationFileQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "推荐附件"


class AuditOpinion(models.Model):
    """审核意见 of one side, asked before the audit is passed. A later one of the same side counts; none is erased."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="opinions", verbose_name="推荐")
    side = models.CharField("听取", max_length=12, choices=Side)
    stand = models.CharField("意见", max_length=10, choices=Stand)
    text = models.TextField("意见内容", max_length=500)
    heard = models.PositiveSmallIntegerField("听取人数", null=True, blank=True)
    given_by = models.CharField("提出人或部门", max_length=60)
    given_on = models.DateField("听取日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["nomination", "pk"]

    def __str__(self) -> str:
        return f"{self.get_side_display()}：{self.get_stand_display()}"


class Override(models.Model):
    """破例: a rule that barred somebody, the sentence it said, and the reason why it was passed over. Printed on the form."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="overrides", verbose_name="推荐")
    rule = models.ForeignKey(EligibilityRule, models.PROTECT, related_name="+", verbose_name="资格条件")
    sentence = models.CharField("条件", max_length=200)
    reason = models.TextField("破例理由", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="批准人", editable=False)
    on = models.DateField("批准日期")

    class Meta:
        verbose_name = verbose_name_plural = "破例"
        ordering = ["nomination", "pk"]
        constraints = [models.UniqueConstraint(fields=["nomination", "rule"], name="override_once_a_rule")]

    def __str__(self) -> str:
        return self.sentence
