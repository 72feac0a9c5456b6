"""The group robots a reminder can go to."""

from django.db import models


class Flavour(models.TextChoices):
    """群机器人: each wants its own form of message."""

    WECOM = "wecom", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    FEISHU = "feishu", "飞书"
