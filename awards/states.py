"""How rounds, nominations, public notices, honours, model posts and brands can stand. What the calendar decides (open, over) is never stored."""

from django.db import models


class Level(models.TextChoices):
    """Who commends, lowest first."""

    BRANCH = "branch", "支部级"
    GENERAL_BRANCH = "general_branch", "总支级"
    EDUCATION_COMMITTEE = "education_committee", "教育工委级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"
    NATION = "nation", "国家级"


class Node(models.TextChoices):
    """What the commendation is held for."""

    ANNIVERSARY_90 = "anniversary_90", "建党90周年"
    CONGRESS_18 = "congress_18", "迎接党的十八大"
    ANNUAL = "annual", "年度"


class NomineeKind(models.TextChoices):
    """Who may be commended in a category."""

    MEMBER = "member", "党员"
    ORGANIZATION = "organization", "党组织"


class Basis(models.TextChoices):
    """What places are counted from."""

    COUNT = "count", "固定名额"
    PERCENT_OF_MEMBERS = "percent_of_members", "按党员人数的百分比"
    PERCENT_OF_BRANCHES = "percent_of_branches", "按支部数的百分比"


class Rounding(models.TextChoices):
    """What becomes of a part of a place."""

    DOWN = "down", "舍去"
    NEAREST = "nearest", "四舍五入"
    UP = "up", "进一"


class RuleKind(models.TextChoices):
    """What an eligibility rule looks at. ``number``, ``day`` and ``other`` of the rule mean what its kind says."""

    FULL_MEMBER = "full_member", "表彰当日是正式党员"
    BELONGS_FOR = "belongs_for", "在本单位满若干个月"
    HOLDS_POST = "holds_post", "担任党内职务"
    EXCLUSIVE = "exclusive", "同一批不再推荐到另一类别"
    NOT_COMMENDED_SINCE = "not_commended_since", "某日以来没有受过同级同类表彰"
    PLEDGED = "pledged", "有已公示的承诺"
    FULFILMENT = "fulfilment", "承诺兑现率不低于"
    COMMENTED = "commented", "受过领导点评"
    NO_OVERDUE_ITEM = "no_overdue_item", "没有逾期未完成的整改"
    ATTENDANCE = "attendance", "学习出勤率不低于"
    SATISFACTION = "satisfaction", "群众评议满意率不低于"


class RoundState(models.TextChoices):
    """The life of a round. Whether nominations are taken is decided by the calendar while it is announced."""

    DRAFT = "draft", "起草"
    ANNOUNCED = "announced", "已布置"
    COMMENDED = "commended", "已表彰"
    VOID = "void", "已作废"


ROUND_FINALS = (RoundState.COMMENDED, RoundState.VOID)
ROUND_TONES = {
    RoundState.DRAFT: "neutral",
    RoundState.ANNOUNCED: "info",
    RoundState.COMMENDED: "good",
    RoundState.VOID: "plain",
}


class NominationState(models.TextChoices):
    """The life of a nomination, in its order."""

    DRAFT = "draft", "起草"
    RECOMMENDED = "recommended", "民主推荐"
    PRESELECTED = "preselected", "初评通过"
    AUDITED = "audited", "审核通过"
    IN_NOTICE = "in_notice", "公示中"
    OBJECTED = "objected", "有异议"
    DECIDED = "decided", "已审定"
    COMMENDED = "commended", "已表彰"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


NOMINATION_FINALS = (NominationState.COMMENDED, NominationState.REJECTED, NominationState.WITHDRAWN)
# handed up and still in the running
RUNNING = (
    NominationState.RECOMMENDED,
    NominationState.PRESELECTED,
    NominationState.AUDITED,
    NominationState.IN_NOTICE,
    NominationState.OBJECTED,
    NominationState.DECIDED,
)
# holds one of the category's places
PLACED = (
    NominationState.PRESELECTED,
    NominationState.AUDITED,
    NominationState.IN_NOTICE,
    NominationState.OBJECTED,
    NominationState.DECIDED,
    NominationState.COMMENDED,
)
NOMINATION_TONES = {
    NominationState.DRAFT: "neutral",
    NominationState.RECOMMENDED: "wait",
    NominationState.PRESELECTED: "info",
    NominationState.AUDITED: "info",
    NominationState.IN_NOTICE: "info",
    NominationState.OBJECTED: "late",
    NominationState.DECIDED: "good",
    NominationState.COMMENDED: "good",
    NominationState.REJECTED: "plain",
    NominationState.WITHDRAWN: "plain",
}


class Side(models.TextChoices):
    """Who is asked before a nomination passes the audit."""

    MEMBERS = "members", "党员意见"
    MASSES = "masses", "群众意见"
    DISCIPLINE = "discipline", "纪检意见"


class Stand(models.TextChoices):
    """What a side said."""

    AGREES = "agrees", "同意"
    RESERVES = "reserves", "有保留"
    OPPOSES = "opposes", "不同意"


class Pending(models.TextChoices):
    """A decision taken at the meeting and not announced yet; the value is the move it will be."""

    PRESELECT = "preselect", "拟初评通过"
    DECIDE = "decide", "拟审定"
    REJECT = "reject", "拟不通过"


class NoticeState(models.TextChoices):
    """The life of a public notice; whether its days have passed is decided by the calendar."""

    DRAFT = "draft", "起草"
    POSTED = "posted", "公示中"
    REPLACED = "replaced", "已由新版替代"
    CLOSED = "closed", "公示结束"


NOTICE_FINALS = (NoticeState.REPLACED, NoticeState.CLOSED)
NOTICE_TONES = {
    NoticeState.DRAFT: "neutral",
    NoticeState.POSTED: "info",
    NoticeState.REPLACED: "plain",
    NoticeState.CLOSED: "good",
}


class Finding(models.TextChoices):
    """What became of an objection."""

    UPHELD = "upheld", "异议成立"
    PARTLY = "partly", "部分成立，不影响推荐"
    DISMISSED = "dismissed", "不成立"


class Consequence(models.TextChoices):
    """What is done where an objection was right."""

    REJECTED = "rejected", "取消推荐"
    REPOSTED = "reposted", "重新公示"
    KEPT = "kept", "说明理由，继续推荐"


class ObjectionState(models.TextChoices):
    """The life of an objection."""

    RECEIVED = "received", "待核实"
    ANSWERED = "answered", "已答复"


OBJECTION_TONES = {ObjectionState.RECEIVED: "late", ObjectionState.ANSWERED: "good"}


class StoryState(models.TextChoices):
    """The life of a model's story."""

    DRAFT = "draft", "起草"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


STORY_TONES = {
    StoryState.DRAFT: "neutral",
    StoryState.PUBLISHED: "good",
    StoryState.WITHDRAWN: "plain",
}


class PostState(models.TextChoices):
    """The life of a 党员示范岗."""

    APPLIED = "applied", "已申请"
    REVIEWED = "reviewed", "支部已评"
    GRANTED = "granted", "已授牌"
    REASSESSED = "reassessed", "复评合格"
    REVOKED = "revoked", "已撤牌"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


POST_FINALS = (PostState.REVOKED, PostState.REFUSED, PostState.WITHDRAWN)
# the plate hangs
HELD = (PostState.GRANTED, PostState.REASSESSED)
POST_TONES = {
    PostState.APPLIED: "wait",
    PostState.REVIEWED: "info",
    PostState.GRANTED: "good",
    PostState.REASSESSED: "good",
    PostState.REVOKED: "plain",
    PostState.REFUSED: "plain",
    PostState.WITHDRAWN: "plain",
}


class BrandState(models.TextChoices):
    """The life of a 党建品牌."""

    DRAFT = "draft", "起草"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


class SummaryState(models.TextChoices):
    """The life of a summing up."""

    DRAFT = "draft", "起草"
    FINAL = "final", "已定稿"
    DISCARDED = "discarded", "已作废"


SUMMARY_FINALS = (SummaryState.FINAL, SummaryState.DISCARDED)
SUMMARY_TONES = {
    SummaryState.DRAFT: "neutral",
    SummaryState.FINAL: "good",
    SummaryState.DISCARDED: "plain",
}
