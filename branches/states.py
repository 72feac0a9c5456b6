"""How an organisation, a member and a post can stand."""

from django.db import models


class Kind(models.TextChoices):
    """The ladder, highest first; a child always stands lower than its parent."""

    WORKING_COMMITTEE = "working_committee", "党工委"
    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    GROUP = "group", "党小组"


LADDER = list(Kind)
# these run a campaign of their own, wherever they stand
UNITS = frozenset({Kind.WORKING_COMMITTEE, Kind.COMMITTEE, Kind.GENERAL_BRANCH})


def may_stand_under(child: str, parent: str) -> bool:
    """Answer whether the ladder allows ``child`` directly or indirectly under ``parent``."""
    return LADDER.index(Kind(child)) > LADDER.index(Kind(parent))


class MemberType(models.TextChoices):
    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    RETIRED = "retired", "离退休党员"


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Precision(models.TextChoices):
    """How much of a date is known: a form that says 1983.10 does not know the day, and we do not invent one."""

    DAY = "day", "日"
    MONTH = "month", "月"
    YEAR = "year", "年"


class Post(models.TextChoices):
    """Posts are dated; rights follow them, never static groups."""

    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy_secretary", "副书记"
    ORGANIZATION_COMMISSIONER = "organization_commissioner", "组织委员"
    PUBLICITY_COMMISSIONER = "publicity_commissioner", "宣传委员"
    DISCIPLINE_COMMISSIONER = "discipline_commissioner", "纪检委员"
    GROUP_LEADER = "group_leader", "组长"
    OFFICE_STAFF = "office_staff", "创先争优办公室工作人员"


LEADERS = frozenset({Post.SECRETARY, Post.DEPUTY_SECRETARY})
COMMITTEE = LEADERS | {Post.ORGANIZATION_COMMISSIONER, Post.PUBLICITY_COMMISSIONER, Post.DISCIPLINE_COMMISSIONER}
# in these somebody may stand in for the holder; office staff are simply appointed
DELEGABLE = COMMITTEE | {Post.GROUP_LEADER}
# posts that only somebody without Party membership can hold through an account alone
ACCOUNT_POSTS = frozenset({Post.OFFICE_STAFF})
