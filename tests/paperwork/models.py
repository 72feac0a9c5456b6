"""A paper that is written, handed in, sent back or stamped."""

from django.db import models


class PaperState(models.TextChoices):
    DRAFT = "draft", "草稿"
    HANDED_IN = "handed_in", "已交"
    STAMPED = "stamped", "已盖章"


class Paper(models.Model):
    """The kernel's test record."""

    state = models.CharField(max_length=20, choices=PaperState, default=PaperState.DRAFT)
    text = models.CharField("正文", max_length=40, blank=True)
    stamped_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "paperwork"

    def __str__(self) -> str:
        return self.text
