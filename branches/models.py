"""The organisation as it is and as it stood: a tree of organisations, members, and what they belonged to and held from day to day."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from branches.names import keys
from branches.scope import (
    MemberQuerySet,
    MembershipQuerySet,
    OrganizationQuerySet,
    PostQuerySet,
    RosterImportQuerySet,
)
from branches.states import Kind, MemberType, Post, Precision, Sex
from chuangxian import clock
from chuangxian.imports import FileImport, RecordChange, random_name

PATH_MAX = 40


class Organization(models.Model):
    """党组织. ``path`` is four digits a level; the subtree is one range of it.

    ``unit_path`` is the path of the unit that runs its own campaign and whose tree its people know: the nearest general branch or
    committee, or the organisation right under the working committee when there is none.
    """

    kind = models.CharField("类别", max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级党组织"
    )
    path = models.CharField("路径", max_length=PATH_MAX, unique=True, editable=False)
    unit_path = models.CharField("所属单位路径", max_length=PATH_MAX, db_index=True, editable=False)
    established_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    duty = models.CharField("主要职责", max_length=200, blank=True)

    objects: ClassVar[Any] = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="organization_name_once_under_parent")]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        """Return the organisation's page."""
        return reverse("branches:organization_detail", args=[self.pk])

    @property
    def depth(self) -> int:
        """Levels above this one."""
        return len(self.path) // 4 - 1


class Member(models.Model):
    """党员. Never deleted: memberships end."""

    name = models.CharField("姓名", max_length=40)
    sort_key = models.CharField(max_length=120, editable=False, db_index=True)
    search_key = models.CharField(max_length=80, editable=False, default="")
    sex = models.CharField("性别", max_length=6, choices=Sex)
    born_on = models.DateField("出生年月", null=True, blank=True)
    born_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    joined_on = models.DateField("入党时间", null=True, blank=True)
    joined_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    confirmed_on = models.DateField("转正时间", null=True, blank=True)
    confirmed_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    member_type = models.CharField("党员类别", max_length=12, choices=MemberType, default=MemberType.FULL)
    unit_post = models.CharField("行政职务（岗位）", max_length=60, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="member", verbose_name="账号")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(joined_on__isnull=True) | Q(joined_on__gt=F("born_on")),
                name="member_joined_after_birth",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys true to the name."""
        self.set_keys()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the member's page."""
        return reverse("branches:member_detail", args=[self.pk])

    def set_keys(self) -> None:
        """Work out the keys the name is sorted and found by; for those who write many rows at once, past ``save``."""
        self.sort_key, self.search_key = keys(self.name)


class Dated(models.Model):
    """Something that holds from a day to a day, both included; an open end is still running."""

    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="%(class)s_ends_after_start"
            )
        ]

    def runs_on(self, on: date) -> bool:
        """Answer whether it holds on that day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class Membership(Dated):
    """Who belonged to which branch or group. A transfer ends one row and starts the next; history is never rewritten."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="memberships", verbose_name="党员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "党籍隶属"
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["path", "member"], name="membership_path")]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["member"], condition=Q(ends_on__isnull=True), name="membership_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.member}（{self.organization}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path, so a subtree's roster is one index range."""
        self.path = self.organization.path
        super().save(*args, **kwargs)


class PostAssignment(Dated):
    """任职. Held by a member, or by an account alone where the office employs somebody outside the Party.

    With ``acting_for`` it is 代理: somebody stands in for the holder of that post until a day, and the holder's own term goes on.
    """

    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="党员")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="账号")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts", verbose_name="党组织")
    post = models.CharField("职务", max_length=30, choices=Post)
    acting_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="acting", verbose_name="代理的任职", editable=False
    )

    objects: ClassVar[Any] = PostQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "任职"
        ordering = ["organization__path", "starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(member__isnull=True, user__isnull=False) | Q(member__isnull=False, user__isnull=True),
                name="post_has_one_holder",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(post=Post.SECRETARY, ends_on__isnull=True),
                name="organization_one_open_secretary",
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | Q(ends_on__isnull=False, member__isnull=False),
                name="acting_post_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}{self.title} {self.holder}"

    @property
    def title(self) -> str:
        """The post's name; of who stands in for somebody, with 代理 before it."""
        return f"代理{self.get_post_display()}" if self.acting_for_id is not None else self.get_post_display()

    @property
    def holder(self) -> Member | User:
        """The member, or the account, that holds the post."""
        holder = self.member or self.user
        assert holder is not None  # post_has_one_holder
        return holder


def roster_file_name(roster: "RosterImport", name: str) -> str:
    """Return where an uploaded roster is kept."""
    return random_name("rosters")


class RosterImport(FileImport):
    """A roster file and what became of it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="roster_imports", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    roster_on = models.DateField("名册日期")
    file = models.FileField("文件", upload_to=roster_file_name, max_length=120)

    objects: ClassVar[Any] = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organization", "sha256"], name="rosterimport_same_file")]

    def __str__(self) -> str:
        return f"{self.organization}《{self.file_name}》"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the page of the rehearsal or of what was imported."""
        return reverse("branches:roster_import_detail", args=[self.pk])


class RosterChange(RecordChange):
    """One row an import made or altered, as it was before (None: it was not there) and as it was left. Undo reads it backwards."""

    class Record(models.TextChoices):
        ORGANIZATION = "organization", "党组织"
        MEMBER = "member", "党员"
        MEMBERSHIP = "membership", "党籍隶属"
        POST = "postassignment", "任职"

    roster = models.ForeignKey(RosterImport, models.CASCADE, related_name="changes", verbose_name="名册导入")
    record = models.CharField("记录类别", max_length=20, choices=Record)
    after = models.JSONField("新值")

    class Meta:
        verbose_name = verbose_name_plural = "名册导入的改动"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "record", "object_id"], name="rosterchange_once_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.get_record_display()} {self.object_id}"
