"""What indicators are proved by, and what scoring is without a word in the plan file. What is in force on a day is computed, never stored."""

from django.db import models

STANDARD_WEIGHT = 20
BANDS = (
    {"from": 90, "label": "好"},
    {"from": 80, "label": "较好"},
    {"from": 60, "label": "一般"},
    {"from": 0, "label": "较差"},
)


class EvidenceKind(models.TextChoices):
    """佐证材料 an indicator is checked by."""

    MEETINGS = "meetings", "会议记录"
    PLEDGES = "pledges", "承诺和践诺记录"
    STUDY = "study", "学习记录"
    EVALUATION = "evaluation", "群众评议结果"
    DOCUMENTS = "documents", "文件、照片"
    OTHER = "other", "其他"
