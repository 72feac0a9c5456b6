"""States of this room's records."""

from django.db import models


class RunState(models.TextChoices):
    """How far a workbook made in the background has come."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "生成中"
    DONE = "done", "已生成"
    FAILED = "failed", "没有生成"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "已过期删除"


class HandoverState(models.TextChoices):
    """A handover is drawn up, carried out in one act, and confirmed once all three have signed."""

    DRAFTED = "drafted", "待移交"
    HANDED_OVER = "handed_over", "已移交，待确认"
    CONFIRMED = "confirmed", "三方已确认"


HANDOVER_TONES = {
    HandoverState.DRAFTED: "wait",
    HandoverState.HANDED_OVER: "info",
    HandoverState.CONFIRMED: "good",
}
UNDER_WAY = frozenset({RunState.QUEUED, RunState.RUNNING})


class TemplateState(models.TextChoices):
    """Whether a form of the office is used."""

    DRAFT = "draft", "待启用"
    IN_FORCE = "in_force", "使用中"
    RETIRED = "retired", "已停用"
