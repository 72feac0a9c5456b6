"""A notice is a row before it is a message: told once in the inbox, sent by mail as a row of its own."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from branches.models import PATH_MAX, Member, Organization
from branches.scope import Viewer, standing_of, within
from chuangxian import clock
from schedule.states.notices import Error, MailState, Skip


class NoticeQuerySet(models.QuerySet[Any]):
    """Notices."""

    def of(self, viewer: Viewer, on: date) -> Self:
        """Those written to the viewer himself, as a member or by his account."""
        standing = standing_of(viewer, on)
        if not isinstance(standing.user, User):
            return self.none()
        own = Q(user_id=standing.user.pk)
        return self.filter(own | Q(member_id=standing.member.pk) if standing.member else own)

    def inbox(self) -> Self:
        """Those that were told; slots passed in a standstill were not."""
        return self.exclude(skipped=Skip.MISSED)

    def unread(self) -> Self:
        """Those nobody has opened yet."""
        return self.filter(read_at__isnull=True)

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """One's own, and those of the organisations whose internal records are open to the viewer."""
        standing = standing_of(viewer, on)
        if not isinstance(standing.user, User):
            return self.none()
        known = within("path", standing.reading_paths()) | Q(user_id=standing.user.pk)
        return self.filter(known | Q(member_id=standing.member.pk) if standing.member else known)


class Notice(models.Model):
    """What one person is told about one record, once.

    Unique are letter, record, person and slot together; so posting twice is harmless, and any number of planners may run at once. The
    text is written when the row is: what was said stays readable as it was said, and every try of its mail is the same mail.
    ``organization`` is the person's branch (or the place of his post) on that day.
    """

    letter = models.CharField("信件", max_length=60)
    reminder = models.CharField("提醒", max_length=60, blank=True)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.BigIntegerField("对象编号")
    slot = models.CharField("时点", max_length=40)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="党员"
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="账号"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="党组织"
    )
    path = models.CharField(max_length=PATH_MAX, blank=True, editable=False)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="经办人"
    )
    due_on = models.DateField("期限", null=True, blank=True)
    on = models.DateField("活动日")
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)
    skipped = models.CharField("跳过原因", max_length=12, choices=Skip, default=Skip.NONE, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    # who gets it in his digest instead of a mail of its own, of which day's; the digest once it is made, and why it was left out of it
    digest_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    digest_on = models.DateField("汇总日", null=True, blank=True, editable=False)
    digest = models.ForeignKey(
        "schedule.Digest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
        verbose_name="每日汇总",
        editable=False,
    )
    digest_dropped = models.CharField(
        "没有写进汇总的原因", max_length=12, db_default="", default="", blank=True, editable=False
    )

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, user__isnull=False) | Q(member__isnull=False, user__isnull=True),
                name="notice_has_one_person",
            ),
            models.UniqueConstraint(
                fields=["letter", "target_type", "target_id", "member", "slot"],
                condition=Q(user__isnull=True),
                name="notice_once_to_member",
            ),
            models.UniqueConstraint(
                fields=["letter", "target_type", "target_id", "user", "slot"],
                condition=Q(member__isnull=True),
                name="notice_once_to_user",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "id"], condition=Q(member__isnull=False), name="notice_of_member"),
            models.Index(fields=["user", "id"], condition=Q(user__isnull=False), name="notice_of_user"),
            models.Index(fields=["path", "id"], name="notice_path"),
            models.Index(
                fields=["digest_on"],
                condition=Q(digest__isnull=True, digest_for__isnull=False),
                name="notice_waits_for_digest",
            ),
            models.Index(fields=["digest", "id"], condition=Q(digest__isnull=False), name="notice_in_digest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def person(self) -> Member | User:
        """The member, or the account without one."""
        person = self.member or self.user
        assert person is not None  # notice_has_one_person
        return person

    @property
    def letter_out(self) -> "ByMail | None":
        """The mail that tells it, its own or the day's digest; None where only the inbox does, or the digest is yet to be made."""
        return getattr(self, "mail", None) or self.digest


class Outgoing(models.Model):
    """What leaves the house. Times here are the database's own clock, the only one all hosts share.

    ``owner`` is the token of the claim that holds it; whoever comes back late finds another owner and changes nothing (the fence).
    """

    state = models.CharField("状态", max_length=10, choices=MailState, default=MailState.READY)
    created_at = models.DateTimeField("生成时间", db_default=Now(), editable=False)
    tries_since = models.DateTimeField("本轮发送开始时间", db_default=Now())
    due_at = models.DateTimeField("下次发送时间", db_default=Now())
    attempt = models.PositiveSmallIntegerField("尝试次数", default=0)
    owner = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    error = models.CharField("错误类别", max_length=12, choices=Error, default=Error.NONE, blank=True)
    error_text = models.CharField("错误说明", max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[Sequence[str]] = ["-pk"]


def ways_to(name: str) -> list[models.Index]:
    """Return the indexes by which claim, sweep and fence find their rows."""
    return [
        models.Index(fields=["due_at", "id"], condition=Q(state=MailState.READY), name=f"{name}_ready"),
        models.Index(
            fields=["lease_until"],
            condition=Q(state__in=[MailState.CLAIMED, MailState.SENDING]),
            name=f"{name}_leased",
        ),
        models.Index(fields=["owner"], condition=Q(owner__isnull=False), name=f"{name}_owner"),
    ]


class ByMail(Outgoing):
    """What goes out as a mail. The Message-ID is fixed when the row is made, so that every copy can be known as the same mail."""

    address = models.EmailField("收件地址")
    message_id = models.CharField("邮件编号", max_length=200, editable=False)

    class Meta(Outgoing.Meta):
        abstract = True


class Mail(ByMail):
    """One outgoing mail."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="mail", verbose_name="通知")

    class Meta(Outgoing.Meta):
        verbose_name = verbose_name_plural = "邮件"
        indexes = ways_to("mail")

    def __str__(self) -> str:
        return f"{self.notice} → {self.address}"


class Digest(ByMail):
    """每日汇总: one mail a day to somebody who prefers that; its notices are joined to it in the transaction that makes it, never later."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name="账号")
    on = models.DateField("汇总日")

    class Meta(Outgoing.Meta):
        verbose_name = verbose_name_plural = "每日汇总"
        indexes = ways_to("digest")
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}的汇总 → {self.address}"


class BouncedAddress(models.Model):
    """An address a mail server refused for good: nothing more is sent there until somebody in the office says so."""

    address = models.EmailField("收件地址", unique=True)
    at = models.DateTimeField("退信时间", db_default=Now())
    error_text = models.CharField("退信说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退信地址"

    def __str__(self) -> str:
        return self.address


class ReminderMark(models.Model):
    """How far a kind of reminder has been planned. Only saves work: planning the same day again changes nothing."""

    kind = models.CharField("提醒", max_length=60, unique=True)
    since = models.DateField("首次计划日")
    planned_on = models.DateField("已计划到")
    planned_at = models.DateTimeField("计划时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒进度"

    def __str__(self) -> str:
        return self.kind


class Heartbeat(models.Model):
    """When the clock that drives the reminders last ticked, in real time, and what it could not do then."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField("时间")
    trouble = models.CharField("故障", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
