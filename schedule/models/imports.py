"""Tables exported, changed in a spreadsheet and imported again: the file, what it would do, and every row it did something to."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from branches.models import PATH_MAX, Organization
from chuangxian.imports import FileImport, RecordChange, random_name
from schedule.scope.imports import TableImportQuerySet


def table_file_name(imported: "TableImport", name: str) -> str:
    """Return where an uploaded table is kept."""
    return random_name("tables")


class TableImport(FileImport):
    """A table's file and what became of it. ``table`` is the key of `schedule.trips`; ``found`` what the last rehearsal told."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="table_imports", verbose_name="党组织")
    path = models.CharField(max_length=PATH_MAX, editable=False, db_index=True)
    table = models.CharField("表", max_length=20)
    file = models.FileField("文件", upload_to=table_file_name, max_length=120)
    found = models.JSONField("预演", default=dict, blank=True)

    objects: ClassVar[Any] = TableImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表格导入"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["table", "organization", "sha256"], name="tableimport_same_file")]

    def __str__(self) -> str:
        return f"{self.organization}《{self.file_name}》"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the organisation's path."""
        self.path = self.organization.path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the page of the rehearsal or of what was imported."""
        return reverse("schedule:table_import_detail", args=[self.pk])


class TableChange(RecordChange):
    """One row an import made, altered or removed; ``record`` is the label of its model."""

    imported = models.ForeignKey(TableImport, models.CASCADE, related_name="changes", verbose_name="表格导入")
    record = models.CharField("记录类别", max_length=60)
    after = models.JSONField("新值", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "表格导入的改动"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["imported", "record", "object_id"], name="tablechange_once_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.object_id}"
