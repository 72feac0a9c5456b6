"""Files kept as evidence: the same for whatever they prove, and all of them count against one quota of the organisation."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Sum

from accounts.models import User
from chuangxian import clock


class StoredEvidence(models.Model):
    """A file beside an entry. A subclass adds ``entry`` and ``file`` (under a random name), and says in ORGANIZATION how it leads to whose it is."""

    ORGANIZATION: ClassVar[str]

    name = models.CharField("文件名", max_length=130)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人", editable=False)
    entered_at = models.DateTimeField("上传时间", default=clock.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def kept_bytes(organization: int) -> int:
    """Return how much an organisation keeps, of every kind of evidence. One query a kind."""
    kinds = StoredEvidence.__subclasses__()
    sums = (
        kind._default_manager.filter(**{kind.ORGANIZATION: organization}).aggregate(sum=Sum("size"))["sum"]
        for kind in kinds
    )
    return sum(kept or 0 for kept in sums)


def task_path(evidence: StoredEvidence, name: str) -> str:
    """Return where a file is kept: a random name, so that a path tells nothing and cannot be guessed."""
    return f"tasks/{uuid4().hex}"


def study_path(evidence: StoredEvidence, name: str) -> str:
    """Return where the materials of a study session are kept."""
    return f"study/{uuid4().hex}"


def meeting_path(evidence: StoredEvidence, name: str) -> str:
    """Return where the papers of a meeting are kept."""
    return f"meetings/{uuid4().hex}"


def activity_path(evidence: StoredEvidence, name: str) -> str:
    """Return where the photos and papers of an activity are kept."""
    return f"activities/{uuid4().hex}"
