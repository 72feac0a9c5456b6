"""How a self-review, a comment round and a leader's comment can stand. What the calendar decides (late, due) is never stored."""

from django.db import models


class SubjectKind(models.TextChoices):
    """Who is reviewed or commented on. A secretary is commented on as secretary by the level above."""

    ORGANIZATION = "organization", "党组织"
    SECRETARY = "secretary", "书记"
    MEMBER = "member", "党员"


class Duty(models.TextChoices):
    """What a round asks for of everybody."""

    SELF_REVIEW = "self_review", "对照检查"
    COMMENT = "comment", "领导点评"


# ---- 对照检查 ----


class ReviewState(models.TextChoices):
    """The life of a self-review, in its order."""

    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待审"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已认可"
    ARCHIVED = "archived", "已归档"
    LAPSED = "lapsed", "已作废"


WRITABLE = (ReviewState.DRAFT, ReviewState.RETURNED)
HANDED_IN = (ReviewState.SUBMITTED, ReviewState.RETURNED, ReviewState.ACCEPTED, ReviewState.ARCHIVED)
REVIEW_FINALS = (ReviewState.ARCHIVED, ReviewState.LAPSED)

REVIEW_TONES = {
    ReviewState.DRAFT: "neutral",
    ReviewState.SUBMITTED: "wait",
    ReviewState.RETURNED: "bad",
    ReviewState.ACCEPTED: "good",
    ReviewState.ARCHIVED: "plain",
    ReviewState.LAPSED: "plain",
}


class Answer(models.TextChoices):
    """How one stands before a standard, in one's own words' short form."""

    MET = "met", "做到了"
    PARTLY = "partly", "基本做到"
    GAP = "gap", "有差距"


class Decision(models.TextChoices):
    """What the reader of a self-review decided."""

    RETURN = "return", "退回修改"
    ACCEPT = "accept", "认可"


# ---- 领导点评 ----


class CommentState(models.TextChoices):
    """The life of a comment, in its order."""

    DRAFT = "draft", "起草"
    ISSUED = "issued", "已点评"
    ACKNOWLEDGED = "acknowledged", "已签收"
    RECTIFYING = "rectifying", "整改中"
    VERIFIED = "verified", "已整改"
    CLOSED = "closed", "已办结"
    DISCARDED = "discarded", "已作废"


# somebody has been commented on
GIVEN = (
    CommentState.ISSUED,
    CommentState.ACKNOWLEDGED,
    CommentState.RECTIFYING,
    CommentState.VERIFIED,
    CommentState.CLOSED,
)
COMMENT_FINALS = (CommentState.CLOSED, CommentState.DISCARDED)

COMMENT_TONES = {
    CommentState.DRAFT: "neutral",
    CommentState.ISSUED: "wait",
    CommentState.ACKNOWLEDGED: "info",
    CommentState.RECTIFYING: "info",
    CommentState.VERIFIED: "good",
    CommentState.CLOSED: "plain",
    CommentState.DISCARDED: "plain",
}


class CommentForm(models.TextChoices):
    """点评方式."""

    MEETING = "meeting", "会议点评"
    INDIVIDUAL = "individual", "个别点评"
    ON_SITE = "on_site", "现场点评"
    RANDOM = "random", "随机点评"
    WRITTEN = "written", "书面点评"


class Publicity(models.TextChoices):
    """Who may read a comment besides its subject, its author and the line above."""

    PRIVATE = "private", "只告知本人"
    BRANCH = "branch", "在本支部公开"
    PUBLIC = "public", "对外公开"


class Rating(models.TextChoices):
    """An overall grade; off unless a round asks for it."""

    GOOD = "good", "好"
    FAIR = "fair", "较好"
    ORDINARY = "ordinary", "一般"
    POOR = "poor", "差"


# ---- 群众评议 ----


class EvaluationKind(models.TextChoices):
    """Different things in law: the masses' evaluation, the members' yearly appraisal of each other, and a committee's own secret ballot
    about those recommended for an honour. Only the first says what the masses think.
    """

    MASS = "mass", "群众评议"
    APPRAISAL = "appraisal", "民主评议党员"
    BALLOT = "ballot", "推荐票决"


class EvaluationState(models.TextChoices):
    """The life of an evaluation round. Whether ballots are taken is decided by the calendar while it is announced."""

    DRAFT = "draft", "起草"
    ANNOUNCED = "announced", "已公布"
    SEALED = "sealed", "已封存"
    PUBLISHED = "published", "已公布结果"
    VOID = "void", "已作废"


EVALUATION_FINALS = (EvaluationState.PUBLISHED, EvaluationState.VOID)
# ballots lie complete and nothing is added any more
COUNTED = (EvaluationState.SEALED, EvaluationState.PUBLISHED)

EVALUATION_TONES = {
    EvaluationState.DRAFT: "neutral",
    EvaluationState.ANNOUNCED: "info",
    EvaluationState.SEALED: "wait",
    EvaluationState.PUBLISHED: "good",
    EvaluationState.VOID: "plain",
}


class RaterKind(models.TextChoices):
    """Who rates."""

    PARTY_MEMBER = "party_member", "党员"
    NON_PARTY_STAFF = "non_party_staff", "党外群众"
    SERVICE_RECIPIENT = "service_recipient", "服务对象"
    OTHER = "other", "其他"


class Choosing(models.TextChoices):
    """How the raters of a category were found; said beside every result."""

    EVERYBODY = "everybody", "全体参加"
    DRAWN = "drawn", "随机抽取"
    DELEGATED = "delegated", "推荐代表"
    PRESENT = "present", "到场参加"


class ResultPublicity(models.TextChoices):
    """Who reads a published result. Results about persons never leave the committee and the person himself."""

    COMMITTEE = "committee", "支部委员会和被评议的人"
    UNIT = "unit", "本单位党员"
    PUBLIC = "public", "对外公开"


class AppraisalGrade(models.TextChoices):
    """The grades a committee decides in 民主评议党员."""

    EXCELLENT = "excellent", "优秀"
    QUALIFIED = "qualified", "合格"
    BARELY = "barely", "基本合格"
    UNQUALIFIED = "unqualified", "不合格"
