"""荣誉: the roll of who was commended, and the stories of models."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from awards.models.nominations import Nomination
from awards.scope.honours import HonourQuerySet, StoryPictureQuerySet, StoryQuerySet
from awards.states import STORY_TONES, Level, NomineeKind, StoryState
from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models.evidence import StoredEvidence

User = settings.AUTH_USER_MODEL


class Honour(models.Model):
    """荣誉 given to a member or an organisation: by a round of ours (``nomination``), or entered with its document where somebody else commended.

    ``organization`` is the one honoured, or the one the member belonged to that day. Never erased: it is revoked with a reason.
    """

    nominee_kind = models.CharField("表彰对象", max_length=12, choices=NomineeKind)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="honours", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="honours", verbose_name="党员"
    )
    nomination = models.OneToOneField(
        Nomination, models.PROTECT, null=True, blank=True, related_name="honour", verbose_name="推荐", editable=False
    )
    key = models.SlugField("类别代号", max_length=40, blank=True)
    title = models.CharField("荣誉称号", max_length=60)
    level = models.CharField("级别", max_length=20, choices=Level)
    year = models.PositiveSmallIntegerField("年度")
    awarded_on = models.DateField("表彰日期")
    awarded_by = models.CharField("表彰单位", max_length=80)
    document = models.CharField("表彰文号", max_length=80, blank=True)
    number = models.CharField("证书编号", max_length=40, blank=True, editable=False)
    citation = models.CharField("颁奖词", max_length=300, blank=True)
    is_public = models.BooleanField("列入公开的光荣榜", default=True)
    # while it stands, nobody but himself puts it back on the public roll
    declined_on = models.DateField("本人不同意公开", null=True, blank=True, editable=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revoke_reason = models.CharField("撤销原因", max_length=300, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "荣誉"
        ordering = ["-awarded_on", "level", "title", "path", "member__sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(nominee_kind=NomineeKind.ORGANIZATION, member__isnull=True)
                | Q(nominee_kind=NomineeKind.MEMBER, member__isnull=False),
                name="honour_member_if_personal",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="honour_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.holder}：{self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the honour's page."""
        return reverse("awards:honour_detail", args=[self.pk])

    @property
    def holder(self) -> Member | Organization:
        """Who was honoured."""
        return self.member or self.organization

    @property
    def is_shown(self) -> bool:
        """It stands on the public roll."""
        return self.is_public and self.revoked_on is None


class ModelStory(models.Model):
    """典型事迹 of a member or an organisation.

    A person's story is published only after he agreed to these very words (``agreed_on``): whoever changes them asks him anew.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="stories", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="stories", verbose_name="党员"
    )
    honour = models.ForeignKey(
        Honour, models.PROTECT, null=True, blank=True, related_name="stories", verbose_name="所获荣誉"
    )
    title = models.CharField("标题", max_length=80)
    lead = models.CharField("导语", max_length=200, blank=True)
    text = models.TextField("正文", max_length=6000)
    state = models.CharField("状态", max_length=10, choices=StoryState, default=StoryState.DRAFT, editable=False)
    asked_on = models.DateField("征求本人意见", null=True, blank=True, editable=False)
    agreed_on = models.DateField("本人同意公开", null=True, blank=True, editable=False)
    published_on = models.DateField("发布日期", null=True, blank=True, editable=False)
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="撰写人", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "典型事迹"
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the story's page."""
        return reverse("awards:story_detail", args=[self.pk])

    @property
    def subject(self) -> Member | Organization:
        """Whose story it is."""
        return self.member or self.organization

    @property
    def shown_honour(self) -> Honour | None:
        """The honour as far as everybody may read of it: it stands, and is on the public roll."""
        return self.honour if self.honour is not None and self.honour.is_shown else None

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return STORY_TONES[StoryState(self.state)]


def story_path(evidence: StoredEvidence, name: str) -> str:
    """Return where a story's pictures are kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"stories/{uuid4().hex}"


class StoryPicture(StoredEvidence):
    """照片 of a story, with what it shows in words."""

    ORGANIZATION = "entry__organization"

    entry = models.ForeignKey(ModelStory, models.CASCADE, related_name="evidence", verbose_name="典型事迹")
    file = models.FileField("文件", upload_to=story_path, max_length=100)
    caption = models.CharField("图片说明", max_length=100)

    objects: ClassVar[Any] = StoryPictureQuerySet.as_manager()

    class Meta(StoredEvidence.Meta):
        verbose_name = verbose_name_plural = "典型事迹照片"
