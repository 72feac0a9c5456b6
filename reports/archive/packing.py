"""Packing an archive while it is being sent: one document at a time, never all of it."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any, cast

from chuangxian import clock
from chuangxian.sheets import Column, Sheet, write_workbook
from reports.archive.listing import Archive, Document, Missing

CHUNK = 64 * 1024
INDEX, MANIFEST = "00 档案目录.xlsx", "校验清单（SHA-256）.txt"
GONE = "原文件已经找不到"
CHANGED = "和上传时不一样"

HAVE: Sheet[tuple[int, Document, str]] = Sheet(
    "档案目录",
    [
        Column("序号", lambda row: row[0], "integer", key="number", width=7),
        Column("文件夹", lambda row: row[1].folder, key="folder", width=14),
        Column("名称", lambda row: row[1].title, key="title", width=36, wrap=True),
        Column("党组织", lambda row: row[1].organization, key="organization", width=20, wrap=True),
        Column("日期", lambda row: row[1].day, "date", key="day"),
        Column("位置", lambda row: row[1].path, key="path", width=56, wrap=True),
        Column("说明", lambda row: row[2], key="note", width=18, wrap=True),
    ],
)
LACK: Sheet[Missing] = Sheet(
    "缺少的",
    [
        Column("文件夹", "folder", width=14),
        Column("缺少什么", "title", width=36, wrap=True),
        Column("党组织", "organization", width=20, wrap=True),
        Column("时间", "when", width=18),
        Column("原因", "reason", width=36, wrap=True),
    ],
)


class Pipe:
    """A file one only writes to, and whose content is taken away piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> Iterator[bytes]:
        """Take away what has come."""
        pieces, self.pieces = self.pieces, []
        yield from pieces


def file_name(archive: Archive) -> str:
    """Return what the download is called."""
    return f"{archive.title}_{archive.asked.on:%Y%m%d}.zip"


def packed(archive: Archive, *, who: str) -> Iterator[bytes]:
    """Yield the ZIP: the documents in their folders, the index of what is there and what is not, the sums of all.

    A file that has gone, or that is no longer what was handed in, is said so in the index; the others come all the same.
    """
    pipe = Pipe()
    sums: list[tuple[str, str]] = []
    rows: list[tuple[int, Document, str]] = []
    lost: list[Missing] = []
    with zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_DEFLATED) as book:
        for number, document in enumerate(archive.documents, 1):
            source = document.open()
            if source is None:
                if document.sha256:
                    lost.append(_gone(document))
                continue
            digest = hashlib.sha256()
            with source, book.open(document.path, "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
                    yield from pipe.taken()
            found = digest.hexdigest()
            sums.append((found, document.path))
            rows.append((number, document, CHANGED if document.sha256 and document.sha256 != found else ""))
        index = _index(archive, rows, [*lost, *archive.missing], who)
        sums.append((hashlib.sha256(index).hexdigest(), INDEX))
        book.writestr(INDEX, index)
        book.writestr(MANIFEST, _manifest(sums))
        yield from pipe.taken()
    yield from pipe.taken()


def _gone(document: Document) -> Missing:
    return Missing(document.folder, document.title, document.organization, f"{document.day or ''}", GONE)


def _index(archive: Archive, rows: Iterable[Any], missing: list[Missing], who: str) -> bytes:
    target = BytesIO()
    shape = {"as_of": archive.asked.on, "landscape": True}
    parts: list[Any] = [
        (HAVE, rows, {"heading": [archive.title.replace("_", "　")], **shape}),
        (LACK, missing, {"heading": [f"缺少的（{len(missing)} 项）"], **shape}),
    ]
    write_workbook(target, parts, title=archive.title, who=who, at=clock.now())
    return target.getvalue()


def _manifest(sums: Iterable[tuple[str, str]]) -> str:
    """One line a file, as `sha256sum --check` reads it."""
    return "".join(f"{digest}  {path}\n" for digest, path in sums)
