"""How a pledge, its items and its cycle can stand. What the calendar decides (overdue, late, in fulfilment) is never stored."""

from django.db import models


class SubjectKind(models.TextChoices):
    """Who pledges."""

    ORGANIZATION = "organization", "党组织"
    MEMBER = "member", "党员"


class State(models.TextChoices):
    """The life of one edition of a pledge, in its order."""

    DRAFT = "draft", "提诺（起草）"
    SUBMITTED = "submitted", "待审"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已定诺"
    PUBLISHED = "published", "已亮诺"
    REPORTED = "reported", "已述诺"
    APPRAISED = "appraised", "已评诺"
    ARCHIVED = "archived", "已归档"
    SUPERSEDED = "superseded", "已有新版"
    LAPSED = "lapsed", "已作废"


# an edition that somebody still works on; a subject has at most one of them in a cycle
IN_WORK = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED)
# the edition that counts; a subject has at most one of them in a cycle
IN_FORCE = (State.PUBLISHED, State.REPORTED, State.APPRAISED, State.ARCHIVED)
WRITABLE = (State.DRAFT, State.RETURNED)
# what the wall shows, and what stays readable beside it
PUBLIC = (*IN_FORCE, State.SUPERSEDED)
FINALS = (State.ARCHIVED, State.SUPERSEDED, State.LAPSED)

STATE_TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "wait",
    State.RETURNED: "bad",
    State.APPROVED: "info",
    State.PUBLISHED: "good",
    State.REPORTED: "wait",
    State.APPRAISED: "good",
    State.ARCHIVED: "neutral",
    State.SUPERSEDED: "plain",
    State.LAPSED: "plain",
}


class ItemKind(models.TextChoices):
    """What an item promises."""

    COMMON = "common", "共性承诺"
    POST = "post", "岗位承诺"
    PRACTICAL = "practical", "实事承诺"
    ADHOC = "adhoc", "即时承诺"


class Outcome(models.TextChoices):
    """What became of an item."""

    FULFILLED = "fulfilled", "兑现"
    PARTLY = "partly", "基本兑现"
    EXCUSED = "excused", "因客观原因未兑现"
    UNFULFILLED = "unfulfilled", "未兑现"


# an outcome that nobody can understand without a word of explanation; the explanation is public
NEEDS_EXPLANATION = (Outcome.PARTLY, Outcome.EXCUSED, Outcome.UNFULFILLED)

OUTCOME_TONES = {
    Outcome.FULFILLED: "good",
    Outcome.PARTLY: "info",
    Outcome.EXCUSED: "neutral",
    Outcome.UNFULFILLED: "bad",
}


class Decision(models.TextChoices):
    """What a reviewer decided."""

    RETURN = "return", "退回修改"
    APPROVE = "approve", "同意定诺"
    RECORD = "record", "登记上级批复"
    RETURN_REPORT = "return_report", "退回述诺"
    APPRAISE = "appraise", "评诺"
