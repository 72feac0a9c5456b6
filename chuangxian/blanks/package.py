"""What a form may not be or carry, said before any library opens it."""

import re
from io import BytesIO

from openpyxl.utils import range_boundaries

from chuangxian.sheets import guard
from chuangxian.sheets.problems import Unreadable
from chuangxian.uploads import BadUpload, check_office

FIELD_CODES = re.compile(r"\b(DDE(AUTO)?|INCLUDE(TEXT|PICTURE)|LINK|MACROBUTTON|DATABASE)\b", re.I)
MAX_ENTRIES = 400
SPREAD_MOST = 50_000
SAVE_WORD = "请在 Word 或 WPS 中另存为“Word 文档（.docx）”后再上传。"


def checked(name: str, content: bytes) -> str:
    """Return the kind of a form, "xlsx" or "docx". Raises `Unreadable` with the reason why it is neither, or is not taken."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in ("xlsm", "xltm", "docm", "dotm"):
        raise Unreadable(f"“{guard.clipped(name)}”是含宏的文件，为安全起见不接受。请另存为 .xlsx 或 .docx 后再上传。")
    if suffix not in ("xlsx", "docx"):
        raise Unreadable(f"“{guard.clipped(name)}”不能用作表样，只接受 Excel（.xlsx）和 Word（.docx）。")
    if suffix == "xlsx":
        guard.check(BytesIO(content), name)
    else:
        _check_word(content)
    try:
        check_office(guard.clipped(name), suffix, content)
    except BadUpload as bad:
        raise Unreadable(bad.sentence) from bad
    _read_through(content, suffix)
    return suffix


def _check_word(content: bytes) -> None:
    """Name what a file really is that calls itself a Word document."""
    if not content:
        raise Unreadable("文件是空的（0 字节），请重新选择文件。")
    if len(content) > guard.MAX_BYTES:
        size, most = len(content) / 2**20, guard.MAX_BYTES // 2**20
        raise Unreadable(f"文件有 {size:.1f} MB，超过 {most} MB 的上限，请去掉大图片后再上传。")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(f"文件设了打开密码，无法读取。请去掉密码后再上传。{SAVE_WORD}")
        raise Unreadable(f"这是旧版 Word 文档（.doc）。{SAVE_WORD}")
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable(f"这不是 Word 文档，只是改了扩展名，或者已经损坏。{SAVE_WORD}")


def _read_through(content: bytes, suffix: str) -> None:
    """Read every XML part once within the bounds, so that no library meets entities, endless nesting or fields that fetch."""
    archive = guard.open_archive(BytesIO(content), what="Office 文件", max_entries=MAX_ENTRIES)
    package = guard.Package(archive, names=frozenset(archive.namelist()))
    for part in sorted(package.names):
        if not part.endswith((".xml", ".rels", ".vml")):
            continue
        if part.endswith(".vml") and suffix == "xlsx":
            continue  # notes of cells in an old dialect; it is written anew, never copied
        if part.startswith("xl/worksheets/") and (spread := _spread(package, part)) > SPREAD_MOST:
            raise Unreadable(
                f"合并单元格或超链接一共盖住了 {spread} 个单元格，不像一张表样。请取消整行整列的合并后再上传。"
            )
        codes = _field_codes(package, part)
        if found := FIELD_CODES.search(codes):
            raise Unreadable(
                f"文件含有会读取外部内容的域（{found[0].upper()}），请删除这个域，改为直接写内容后再上传。"
            )


def _spread(package: guard.Package, part: str) -> int:
    """How many cells merges and links cover: openpyxl makes an object of each, however empty."""
    covered = 0
    for _, attributes in guard.elements(package, part, {"mergeCell", "hyperlink"}):
        try:
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
        except ValueError as error:
            raise Unreadable(guard.DAMAGED) from error
        if not (left and top and right and bottom) or left > right or top > bottom:
            raise Unreadable(guard.DAMAGED)
        covered += (right - left + 1) * (bottom - top + 1)
    return covered


def _field_codes(package: guard.Package, part: str) -> str:
    """The instructions of the fields of a Word part; a field may be written in pieces."""
    codes: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = name.rpartition("|")[2]
        inside = local == "instrText"
        if local == "altChunk":
            raise Unreadable("文件里插入了另一个文件（altChunk），请把内容直接写在文件里后再上传。")
        if local == "fldSimple":
            codes.extend(" " + value for key, value in attributes.items() if key.rpartition("|")[2] == "instr")
        if local == "fldChar":
            codes.append(" ")

    def end(name: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside:
            codes.append(data)

    for _ in guard.parse_xml(package, part, start, end, text):
        pass
    return "".join(codes)


def drawn_text(content: bytes) -> list[tuple[str, str]]:
    """Return the shapes of a checked workbook, which openpyxl drops: for each part with any, its name and the text in it."""
    archive = guard.open_archive(BytesIO(content), what="表格")
    package = guard.Package(archive, names=frozenset(archive.namelist()))
    found = []
    for part in sorted(package.names):
        if not (part.startswith("xl/drawings/") and part.endswith(".xml")):
            continue
        shapes, texts = _shapes(package, part)
        if shapes:
            found.append((part, texts))
    return found


def _shapes(package: guard.Package, part: str) -> tuple[int, str]:
    count = 0
    texts: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, inside
        local = name.rpartition("|")[2]
        count += local in ("sp", "cxnSp", "graphicFrame")
        inside = local == "t"

    def end(name: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside:
            texts.append(data)

    for _ in guard.parse_xml(package, part, start, end, text):
        pass
    return count, "".join(texts)
