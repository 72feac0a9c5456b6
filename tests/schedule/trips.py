"""Tables on their way: exported, changed with openpyxl, uploaded again."""

import subprocess
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import models
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from branches.models import Organization
from chuangxian import clock
from chuangxian.imports import snapshot
from schedule.actions import imports as actions
from schedule.models import TableImport
from schedule.trips import Table


def exported(table: Table, place: Organization, by: User) -> bytes:
    """The table as the office gets it."""
    stream = BytesIO()
    table.sheet.write_to_change(
        stream,
        table.exported(place, clock.now(), by, clock.today()),
        heading=["导出修改用"],
        choices=table.choices(place, clock.today()),
    )
    return stream.getvalue()


class Book:
    """An exported workbook in somebody's spreadsheet."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(BytesIO(content))
        self.sheet: Worksheet = self.book.worksheets[0]
        self.top = next(row for row in range(1, 10) if self.sheet.cell(row, 1).value == "编号")
        heads = [str(cell.value).removesuffix(" *") for cell in self.sheet[self.top]]
        self.columns = {head: place for place, head in enumerate(heads, 1)}

    def set(self, line: int, header: str, value: Any) -> None:
        """Type into the ``line``-th row of data."""
        self.sheet.cell(self.top + line, self.columns[header]).value = value

    def get(self, line: int, header: str) -> Any:
        """Read from the ``line``-th row of data."""
        return self.sheet.cell(self.top + line, self.columns[header]).value

    def add(self, **cells: Any) -> None:
        """Write a new row below."""
        row = self.sheet.max_row + 1
        for header, value in cells.items():
            self.sheet.cell(row, self.columns[header]).value = value

    def remove(self, line: int) -> None:
        """Delete a row."""
        self.sheet.delete_rows(self.top + line)

    def saved(self) -> bytes:
        """The file as saved."""
        stream = BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def uploaded(table: Table, place: Organization, content: bytes, by: User) -> TableImport:
    """The file, kept and looked at."""
    return actions.store_table(
        table=table, organization=place, content=BytesIO(content), file_name="改好.xlsx", by=by, on=clock.today()
    )


def committed(table: Table, imported: TableImport, by: User, **options: Any) -> Any:
    """The import, done as it was shown."""
    given: dict[str, Any] = {"only_good": False, "seen": imported.found["digest"]} | options
    return actions.commit_table(table=table, imported=imported, by=by, on=clock.today(), **given)


def everything(kinds: Iterable[type[models.Model]]) -> dict[str, dict[int, dict[str, Any]]]:
    """Every field of every row of these models."""
    return {model._meta.label: {one.pk: snapshot(one) for one in model._base_manager.order_by("pk")} for model in kinds}


def saved_by_office(content: bytes, folder: Path) -> bytes:
    """The file as LibreOffice saves it."""
    (folder / "in.xlsx").write_bytes(content)
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(folder / "in.xlsx")], check=True, capture_output=True)
    return (out / "in.xlsx").read_bytes()


def messages(imported: TableImport) -> list[str]:
    """What the rehearsal complains of, with the place."""
    return [f"{one['place']}：{one['message']}" for one in imported.found["problems"] if one["level"] == "error"]


Change = Callable[[Book], None]
