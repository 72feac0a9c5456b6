"""Keeping evidence: the files of one entry, as far as the organisation still has room."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from chuangxian.uploads import Accepted
from schedule.models.evidence import kept_bytes


def attach(
    *, entry: Any, files: Sequence[Accepted], organization: int, by: User, field: str = "evidence", **fields: Any
) -> None:
    """Keep files beside an entry just written, inside its transaction; ``fields`` are what such a file says besides.

    Raises ValidationError, of the form's ``field``, when the organisation's store is full.
    """
    if not files:
        return
    if kept_bytes(organization) + sum(file.size for file in files) > settings.UPLOAD_BRANCH_QUOTA_BYTES:
        raise ValidationError({field: "本组织的附件已满，请联系创先争优办公室。"})
    for file in files:
        evidence = entry.evidence.model(
            entry=entry,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            by=by,
            **fields,
        )
        evidence.file.save(file.name, ContentFile(file.content), save=True)


def detach(*, entry: Any, numbers: Collection[int]) -> list[str]:
    """Take files of an entry away and return their names; they leave the disk once that is certain."""
    gone = list(entry.evidence.filter(pk__in=numbers))
    for evidence in gone:
        evidence.delete()
        transaction.on_commit(partial(evidence.file.storage.delete, evidence.file.name))
    return [evidence.name for evidence in gone]
