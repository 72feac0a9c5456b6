"""Workbooks on their way out: written to disk, not to memory, and sent as they are."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import FileResponse

from chuangxian.sheets import Sheet, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(
    name: str, parts: Sequence[tuple[Sheet[Any], Any, Mapping[str, Any]]], *, who: str, at: datetime
) -> FileResponse:
    """Return the download of a workbook of these sheets; ``name`` is the file's."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    write_workbook(file, parts, who=who, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
