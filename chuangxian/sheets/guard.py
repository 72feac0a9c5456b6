"""What is refused before anything is parsed, and the bounded way to read what is left.

Nothing here trusts the archive: its directory is checked first, every part is read through a byte budget, and XML goes
through expat with document types forbidden, so there are no entities to expand. openpyxl never sees an uploaded file.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from .problems import Unreadable

MAX_BYTES = 10 * 2**20
MAX_ENTRIES = 200
MAX_UNPACKED = 100 * 2**20
MAX_RATIO = 100
RATIO_FLOOR = 2**20  # small parts may pack as well as they like
MAX_DEPTH = 64
MAX_ELEMENTS = 1_500_000
MAX_TOKEN = 2**20
CHUNK = 2**16

SAVE_AS = "请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再上传。"
DAMAGED = "文件已损坏，无法读取。请在 Excel 或 WPS 中打开后另存为 .xlsx 再上传。"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

PASTE = "请把表格内容以“只粘贴数值”的方式复制到新工作簿，存为 .xlsx 后再上传。"
# what a spreadsheet has no business to carry: (pattern of the part's name, what it is, the way out)
UNWANTED = (
    (re.compile(r"vbaproject|/macrosheets/|/dialogsheets/|vbadata", re.I), "宏", SAVE_AS),
    (re.compile(r"/externallinks?/|/connections\.xml$|/querytables?/", re.I), "指向其他文件的外部链接", PASTE),
    (re.compile(r"/activex/|/embeddings/|/ctrlprops/|/webextensions/|^/customui/", re.I), "嵌入的程序或控件", PASTE),
)


@dataclass
class Package:
    """A checked archive. `part()` streams one part within what is left of the budget."""

    archive: zipfile.ZipFile
    bytes_left: int = MAX_UNPACKED
    elements_left: int = MAX_ELEMENTS
    names: frozenset[str] = field(default_factory=frozenset)

    def part(self, name: str) -> Iterator[bytes]:
        try:
            with self.archive.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    self.bytes_left -= len(chunk)
                    if self.bytes_left < 0:
                        raise Unreadable(too_big_inside())
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise Unreadable(DAMAGED) from error

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (type's last word, target part), for the internal relations of `source` ("" the package)."""
        folder, base = posixpath.split(source)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        if rels not in self.names:
            return found
        for _, attributes in elements(self, rels, {"Relationship"}):
            if attributes.get("TargetMode", "Internal") != "Internal":
                continue
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(path))
        return found


def too_big_inside() -> str:
    return f"文件解压后超过 {MAX_UNPACKED // 2**20} MB，已拒绝。请只保留需要导入的工作表，删除多余的空行和图片。"


def check(stream: IO[bytes], name: str = "") -> Package:
    """Return the opened package, or raise Unreadable with a sentence for the person who chose the file."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size == 0:
        raise Unreadable("文件是空的（0 字节），请重新选择文件。")
    if size > MAX_BYTES:
        raise Unreadable(f"文件有 {size / 2**20:.1f} MB，超过 {MAX_BYTES // 2**20} MB 的上限，请拆分后再上传。")
    start = stream.read(4096)
    if not start.startswith(b"PK\x03\x04"):
        raise Unreadable(not_a_package(start, stream))
    if name and not name.lower().endswith(".xlsx"):
        raise Unreadable(f"只接受 .xlsx 文件，“{clipped(name)}”不是。{SAVE_AS}")
    archive = open_archive(stream, what="表格")
    package = Package(archive, names=frozenset(archive.namelist()))
    check_directory(archive, what="表格")
    check_parts(package)
    return package


def open_archive(stream: IO[bytes], *, what: str, max_entries: int = MAX_ENTRIES) -> zipfile.ZipFile:
    """Open an archive whose directory is short enough to be held in memory at all."""
    try:
        # zipfile reads the whole directory before it can be asked how long it is
        end = zipfile._EndRecData(stream)  # type: ignore[attr-defined]
        if end and end[5] > 600 * max_entries:
            raise Unreadable(f"文件内部的部件过多，不是正常的{what}，已拒绝。")
        stream.seek(0)
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, struct.error) as error:
        raise Unreadable(DAMAGED) from error


def check_directory(
    archive: zipfile.ZipFile, *, what: str, max_entries: int = MAX_ENTRIES, max_unpacked: int = MAX_UNPACKED
) -> None:
    """Refuse bombs, odd names, links, encryption and overlapping entries by the archive's directory alone."""
    entries = archive.infolist()
    if len(entries) > max_entries:
        raise Unreadable(f"文件内部有 {len(entries)} 个部件，正常的{what}不超过 {max_entries} 个，已拒绝。")
    if not entries:
        raise Unreadable(f"这是一个空的压缩包，不是{what}。")
    seen: set[str] = set()
    for entry in entries:
        path = entry.filename
        if (
            path.startswith(("/", "\\"))
            or "\\" in path
            or ":" in path
            or "\0" in entry.orig_filename
            or ".." in path.split("/")
            or path.count("/") > 6
        ):
            raise Unreadable(f"文件内部含有不安全的路径，不是正常的{what}，已拒绝。")
        if path.lower() in seen:
            raise Unreadable("文件内部有重名的部件，无法确定以哪一个为准，已拒绝。")
        seen.add(path.lower())
        if entry.flag_bits & 0x1:
            raise Unreadable("文件已加密，无法读取。请去掉密码后另存再上传。")
        mode = entry.external_attr >> 16
        if entry.create_system == 3 and mode & 0o170000 not in (0, 0o100000, 0o040000):
            raise Unreadable(f"文件内部含有链接，不是正常的{what}，已拒绝。")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(f"文件的压缩方式不是{what}所用的，已拒绝。")
        if entry.file_size > RATIO_FLOOR and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Unreadable("文件的压缩比异常，可能是压缩炸弹，已拒绝。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max_unpacked:
        raise Unreadable(too_big_inside())
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unreadable("文件内部的部件互相重叠，不是正常的压缩包，已拒绝。")
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size


def check_parts(package: Package) -> None:
    names = package.names
    if "[Content_Types].xml" not in names:
        raise Unreadable(f"这是一个压缩包，不是 Excel 表格。{other_archive(names)}{SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise Unreadable(f"这是二进制工作簿（.xlsb）。{SAVE_AS}")
    for name in names:
        for pattern, what, way_out in UNWANTED:
            if pattern.search("/" + name):
                raise Unreadable(f"文件含有{what}，为安全起见不予读取。{way_out}")
    types = {
        attributes.get("ContentType", "").lower()
        for _, attributes in elements(package, "[Content_Types].xml", {"Override", "Default"})
    }
    if any("macroenabled" in kind or "vbaproject" in kind for kind in types):
        raise Unreadable(f"这是含宏的工作簿（.xlsm）。{SAVE_AS}")
    if MAIN_TYPE not in types:
        raise Unreadable(f"这不是 Excel 工作簿。{other_archive(names)}{SAVE_AS}")


def other_archive(names: frozenset[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "看起来是 Word 文档（.docx）。"
    if any(name.startswith("ppt/") for name in names):
        return "看起来是演示文稿（.pptx）。"
    if "content.xml" in names and "mimetype" in names:
        return "看起来是 OpenDocument 文件（.ods）。"
    return "看起来是普通压缩包（.zip）。" if "[Content_Types].xml" not in names else ""


def not_a_package(start: bytes, stream: IO[bytes]) -> str:
    """Name what the file really is."""
    low = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        stream.seek(0)
        body = stream.read(MAX_BYTES)
        if "EncryptedPackage".encode("utf-16-le") in body:
            return "文件设了打开密码，无法读取。请去掉密码后另存为 .xlsx 再上传。"
        if "WordDocument".encode("utf-16-le") in body:
            return f"这是旧版 Word 文档（.doc），不是表格。{SAVE_AS}"
        return f"这是旧版 Excel 文件（.xls）。{SAVE_AS}"
    if start.startswith(b"%PDF"):
        return f"这是 PDF 文件，不是表格。{SAVE_AS}"
    if low.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<script", b"<style")):
        return f"这是网页（HTML）文件，只是改了扩展名。{SAVE_AS}"
    if low.startswith((b"<?xml", b"<workbook")):
        return f"这是 XML 文件，不是 .xlsx。{SAVE_AS}"
    if low.startswith(b"{\\rtf"):
        return f"这是 RTF 文档，不是表格。{SAVE_AS}"
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")):
        return "这是图片文件，不是表格。请上传 .xlsx 文件。"
    if start.startswith((b"PK", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return f"这是损坏的或其他格式的压缩包，不是表格。{SAVE_AS}"
    if b"\0" not in start and (b"," in start or b"\t" in start or b";" in start):
        return f"看起来是文本表格（.csv）。{SAVE_AS}"
    return f"无法识别的文件格式，只接受 .xlsx。{SAVE_AS}"


def clipped(text: str, length: int = 40) -> str:
    """A foreign text fit to stand inside a sentence."""
    text = "".join(char if char.isprintable() else " " for char in text).strip()
    return text if len(text) <= length else text[: length - 1] + "…"


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def parse_xml(
    package: Package, part: str, start: Start, end: End | None = None, text: Text | None = None
) -> Iterator[None]:
    """Run one XML part through expat, yielding after every chunk; names arrive as "namespace|local".

    No document type (so no entities, internal or external), bounded depth, elements and token length.
    """
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    depth = 0

    def refuse(*_: object) -> int:
        raise Unreadable("文件的 XML 含有实体或文档类型声明，可能是攻击文件，已拒绝。")

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        package.elements_left -= 1
        if depth > MAX_DEPTH or package.elements_left < 0:
            raise Unreadable("文件内部结构过于庞大或嵌套过深，已拒绝。请只保留需要导入的工作表和行。")
        start(name, attributes)

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    if text:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        for chunk in package.part(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - max(parser.CurrentByteIndex, 0) > MAX_TOKEN:
                raise Unreadable("文件内部含有异常长的标记，已拒绝。")
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    yield


def elements(package: Package, part: str, wanted: set[str], limit: int = 20_000) -> list[tuple[str, dict[str, str]]]:
    """The (local name, attributes) of the wanted elements of a small part, attribute names without namespace."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("|")[2]
        if local in wanted:
            if len(found) >= limit:
                raise Unreadable("文件内部结构过于庞大，已拒绝。")
            found.append((local, {key.rpartition("|")[2]: value for key, value in attributes.items()}))

    for _ in parse_xml(package, part, start):
        pass
    return found
