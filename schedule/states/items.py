"""How an action item can stand, where it came from, and what kinds of meetings there are. Overdue is the calendar's to say, never a column."""

from django.db import models


class ItemState(models.TextChoices):
    """The life of an action item, in its order."""

    OPEN = "open", "待整改"
    IN_PROGRESS = "in_progress", "整改中"
    SUBMITTED = "submitted", "待验收"
    REOPENED = "reopened", "退回再改"
    VERIFIED = "verified", "已销号"
    CANCELLED = "cancelled", "已撤销"


# somebody still has to do something
WORKABLE = (ItemState.OPEN, ItemState.IN_PROGRESS, ItemState.REOPENED)
UNFINISHED = (*WORKABLE, ItemState.SUBMITTED)
FINALS = (ItemState.VERIFIED, ItemState.CANCELLED)

ITEM_TONES = {
    ItemState.OPEN: "neutral",
    ItemState.IN_PROGRESS: "info",
    ItemState.SUBMITTED: "wait",
    ItemState.REOPENED: "bad",
    ItemState.VERIFIED: "good",
    ItemState.CANCELLED: "plain",
}


class Source(models.TextChoices):
    """What raised it."""

    SELF_REVIEW = "self_review", "对照检查"
    COMMENT = "comment", "领导点评"
    PLEDGE = "pledge", "未兑现的承诺"
    EVALUATION = "evaluation", "群众评议"
    OTHER = "other", "其他"


class MeetingKind(models.TextChoices):
    """三会一课 and the meetings of the campaign."""

    BRANCH_ASSEMBLY = "branch_assembly", "支部党员大会"
    BRANCH_COMMITTEE = "branch_committee", "支部委员会"
    GROUP = "group", "党小组会"
    LECTURE = "lecture", "党课"
    ORGANIZATION_LIFE = "organization_life", "组织生活会"
    DEMOCRATIC_LIFE = "democratic_life", "民主生活会"
    COMMENT = "comment", "点评会"
    MOBILISATION = "mobilisation", "动员会"
    COMMENDATION = "commendation", "表彰会"
    OTHER = "other", "其他"
