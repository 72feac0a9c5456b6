"""Groups' robots: set up, changed, tried out; their messages sent again."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from accounts import log
from accounts.models import User
from branches.models import Organization
from branches.scope import standing_of
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import outbox, robots
from schedule.leases import Trouble
from schedule.models import WebhookChannel, WebhookDelivery
from schedule.robots import Message
from schedule.rules import channels as rules
from schedule.states.notices import RESENDABLE, Error, MailState

# the address and the secret are never written into the log
OPEN = ("name", "flavour", "letters", "is_active")
SECRET = {"url": "地址", "secret": "签名密钥"}


@transaction.atomic
def add(*, organization: Organization, by: User, on: date, **fields: Any) -> WebhookChannel:
    """Set up a robot for a group of this organisation."""
    require(rules.may_keep_of(organization, standing_of(by, on)))
    if WebhookChannel.objects.filter(organization=organization).count() >= settings.WEBHOOK_CHANNELS_MOST:
        raise ValidationError(f"一个党组织最多设 {settings.WEBHOOK_CHANNELS_MOST} 个群机器人。")
    channel = WebhookChannel(organization=organization, by=by, **fields)
    _checked(channel)
    channel.save()
    log.record(verb="channel_add", label="设置群机器人", obj=channel, note=f"{organization}", by=by, on=on)
    return channel


@transaction.atomic
def change(*, channel: WebhookChannel, version: int, by: User, on: date, **fields: Any) -> None:
    """Change a robot. Raises Conflict when somebody changed it in between."""
    require(rules.may_keep(channel, standing_of(by, on)))
    before = {name: getattr(channel, name) for name in fields}
    for name, value in fields.items():
        setattr(channel, name, value)
    _checked(channel)
    save_version(channel, fields, version=version)
    changes = {name: [before[name], fields[name]] for name in OPEN if name in fields and before[name] != fields[name]}
    renewed = [label for name, label in SECRET.items() if name in fields and before[name] != fields[name]]
    note = f"换了{'、'.join(renewed)}" if renewed else ""
    log.record(verb="channel_change", label="修改群机器人", obj=channel, note=note, changes=changes, by=by, on=on)


def _checked(channel: WebhookChannel) -> None:
    if wrong := robots.what_is_wrong(channel.flavour, channel.url):
        raise ValidationError({"url": wrong})
    channel.clean_fields(exclude=["organization", "path", "url", "by", "secret"])


def try_out(*, channel: WebhookChannel, by: User, on: date) -> Trouble | None:
    """Say one line to the group now. Returns what went wrong, None when the robot took it. Not in a transaction: the network is slow."""
    require(rules.may_keep(channel, standing_of(by, on)))
    message = Message("这是一条测试消息：群机器人已接通。", "", settings.SITE_URL)
    trouble = robots.tell(channel.flavour, channel.url, channel.secret, message)
    said = f"{trouble.error}：{trouble.text}" if trouble else "已发出"
    log.record(verb="channel_test", label="测试群机器人", obj=channel, note=said[:200], by=by, on=on)
    return trouble


@transaction.atomic
def resend(*, delivery: WebhookDelivery, by: User, on: date) -> None:
    """Send a message that did not arrive again, with all its tries.

    Raises `Overtaken` when it is not, or no longer, one that waits for such a decision.
    """
    require(rules.may_keep(delivery.channel, standing_of(by, on)))
    afresh = {"state": MailState.READY, "attempt": 0, "tries_since": Now(), "due_at": Now()}
    stuck = WebhookDelivery.objects.filter(pk=delivery.pk, state__in=RESENDABLE)
    if stuck.update(**afresh, error=Error.NONE, error_text="") != 1:
        raise Overtaken("这条群消息已不在“发送失败”或“结果不明”之列，可能有人先一步重发了。")
    log.record(verb="resend_message", label="重发群消息", obj=delivery, by=by, on=on)
    outbox.ring()
