"""What a person did in an activity, and what kind of file shows it."""

from django.db import models


class Role(models.TextChoices):
    """参加方式."""

    ORGANIZER = "organizer", "组织者"
    SPEAKER = "speaker", "主讲、授课"
    JUDGE = "judge", "评委、评课"
    PARTICIPANT = "participant", "参加者"


class FileKind(models.TextChoices):
    PHOTO = "photo", "照片"
    DOCUMENT = "document", "材料"
