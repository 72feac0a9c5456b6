"""How people want to be told: digest and quiet hours, a reminder put off, other lead times, and the robots of their groups."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from branches.models import PATH_MAX, Member, Organization
from chuangxian import clock
from schedule.models.notices import Outgoing, ways_to
from schedule.models.plan import LINE_MAX
from schedule.scope.channels import WebhookChannelQuerySet
from schedule.states.channels import Flavour


class NoticePreference(models.Model):
    """提醒方式 of an account. Without a row: each mail by itself, the house's quiet hours."""

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference", verbose_name="账号")
    digest = models.BooleanField("每天合成一封", default=False)
    quiet_from = models.TimeField("免打扰开始", null=True, blank=True)
    quiet_until = models.TimeField("免打扰结束", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提醒方式"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="noticepreference_quiet_from_and_until",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}的提醒方式"


class LeadTimes(models.Model):
    """提前天数 of a kind of reminder, where the office wants others than the program's."""

    kind = models.CharField("提醒", max_length=60, unique=True)
    days = models.JSONField("提前天数")  # none: the program's own again
    # slots before this day are not dug up by the change
    since = models.DateField("启用日", editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="设定人", editable=False)
    entered_at = models.DateTimeField("设定时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "提前天数"

    def __str__(self) -> str:
        return self.kind


class Snooze(models.Model):
    """稍后提醒: one person hears no more of one record until a day, for a reason the office can read. Those above hear of it all the same."""

    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号")
    reminder = models.CharField("提醒", max_length=60)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.BigIntegerField("对象编号")
    until = models.DateField("到哪一天再提醒")
    reason = models.CharField("原因", max_length=LINE_MAX)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人", editable=False)
    on = models.DateField("提出日期", editable=False)
    entered_at = models.DateTimeField("录入时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "稍后提醒"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="snooze_target")]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, user__isnull=False) | Q(member__isnull=False, user__isnull=True),
                name="snooze_has_one_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.user}：{self.until:%Y-%m-%d}再提醒"


class WebhookChannel(models.Model):
    """群机器人 of an organisation's group. Its address is a secret: whoever has it can write into the group."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="webhook_channels", verbose_name="党组织"
    )
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    name = models.CharField("群名称", max_length=60)
    flavour = models.CharField("机器人", max_length=10, choices=Flavour)
    url = models.URLField("地址", max_length=500)
    secret = models.CharField("签名密钥", max_length=200, blank=True)
    letters = models.JSONField("发到群里的通知", default=list)
    is_active = models.BooleanField("启用", default=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="设置人", editable=False)
    entered_at = models.DateTimeField("设置时间", default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = WebhookChannelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"
        ordering = ["path", "pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_flavour_display()}）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)


class WebhookDelivery(Outgoing):
    """One message to a group: a letter about a record, once a slot, however many people of the group it was also written to."""

    channel = models.ForeignKey(WebhookChannel, models.CASCADE, related_name="deliveries", verbose_name="群机器人")
    letter = models.CharField("信件", max_length=60)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.BigIntegerField("对象编号")
    slot = models.CharField("时点", max_length=40)
    title = models.CharField("标题", max_length=200)
    url = models.CharField("链接", max_length=300, blank=True)
    reminder = models.CharField("提醒", max_length=60, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    on = models.DateField("活动日")

    class Meta(Outgoing.Meta):
        verbose_name = verbose_name_plural = "群消息"
        indexes = ways_to("webhookdelivery")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "letter", "target_type", "target_id", "slot"], name="webhookdelivery_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.channel}"
