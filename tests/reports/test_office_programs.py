"""What leaves the portal as a workbook opens in LibreOffice, and everything in it is still there."""

import shutil
import subprocess
from collections import Counter
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.access.trying import TODAY
from tests.conftest import Cast
from tests.reports.rooms import exports_of, fill_rooms


def cells_of(content: bytes) -> Counter[str]:
    """Every value of a workbook with the sheet it stands in; a number as a number, whatever type it has."""
    found: Counter[str] = Counter()
    for sheet in load_workbook(BytesIO(content)):
        for row in sheet.iter_rows(values_only=True):
            found.update(f"{sheet.title}: {said(value)}" for value in row if value not in (None, ""))
    return found


def said(value: Any) -> str:
    if isinstance(value, datetime):  # kept as a fraction of a day, which each program rounds by itself
        return value.isoformat(timespec="seconds")
    return f"{value:.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.process
def test_libreoffice_opens_every_workbook_and_loses_nothing(
    client: Client, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.CHUANGXIAN_TODAY, settings.MEDIA_ROOT = TODAY, tmp_path / "media"
    built = fill_rooms(cast)
    client.force_login(cast.ganshi)
    sent = {}
    for number, (name, url) in enumerate(exports_of(built, whole=True)):
        answer = client.get(url)
        if answer["Content-Type"].endswith("spreadsheetml.sheet"):
            path = tmp_path / f"{number:02d}.xlsx"
            path.write_bytes(answer.getvalue())
            sent[path.name] = name
    assert len(sent) >= 40
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), *(str(tmp_path / name) for name in sent)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for file, name in sent.items():
        before, after = (cells_of((folder / file).read_bytes()) for folder in (tmp_path, tmp_path / "out"))
        assert before == after, (name, (before - after) | (after - before))
