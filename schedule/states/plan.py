"""How the parts of the plan can stand. Which phase or semester runs is the calendar's to say, never a column."""

from django.db import models


class Precision(models.TextChoices):
    """How exactly the plan names a day: plans say 上旬 and 下旬, and we do not pretend to know more."""

    DAY = "day", "日"
    TEN_DAYS = "ten_days", "旬"
    MONTH = "month", "月"


class Target(models.TextChoices):
    """Whom a set of standards measures."""

    ORGANIZATION = "organization", "党组织"
    MEMBER = "member", "党员"


class Aim(models.TextChoices):
    """The two halves of the theme."""

    RAISE = "raise", "两提升"
    PROMOTE = "promote", "两促进"


class WayOfWorking(models.TextChoices):
    """The four ways, in their order; each has its own room in the portal."""

    PUBLIC_PLEDGE = "public_pledge", "公开承诺"
    LEADER_COMMENT = "leader_comment", "领导点评"
    MASS_EVALUATION = "mass_evaluation", "群众评议"
    AWARD = "award", "评选表彰"


class MilestoneKind(models.TextChoices):
    ANNIVERSARY = "anniversary", "纪念日"
    CONGRESS = "congress", "党代会"
    OTHER = "other", "其他"


class DocumentKind(models.TextChoices):
    SPEECH = "speech", "讲话"
    DOCUMENT = "document", "文件"
    OUTLINE = "outline", "规划纲要"
    OTHER = "other", "其他"


class Standing(models.TextChoices):
    """Where a stretch of time lies as seen from a day; computed, never stored."""

    AHEAD = "ahead", "尚未开始"
    RUNNING = "running", "正在进行"
    OVER = "over", "已经结束"
