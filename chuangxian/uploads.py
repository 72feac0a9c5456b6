"""Attachments: what is taken in, and how it is given out again.

Taken in: a short list of kinds whose content must be what the name says; pictures are decoded and written anew, so nothing
hidden in them (position, camera, appended archives) stays. Given out: only by a view that has checked rights, with headers
that keep the browser from running anything. No virus scanner is asked; the page says so.
"""

import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Protocol
from xml.parsers import expat

from django.http import FileResponse
from PIL import Image, ImageOps, UnidentifiedImageError

from chuangxian.sheets import guard
from chuangxian.sheets.problems import Unreadable

MAX_BYTES = 20 * 2**20
MAX_NAME = 120
MAX_PIXELS = 40_000_000
MAX_SIDE = 4096  # larger pictures are scaled down: a slide or a page stays readable
OFFICE_ENTRIES = 2_000
OFFICE_UNPACKED = 200 * 2**20

TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
}
INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
ACCEPT = ",".join(f".{suffix}" for suffix in (*TYPES, "jpeg"))  # for <input type=file accept>
ALLOWED = "可以上传 PDF、Word（docx）、Excel（xlsx）、PPT（pptx）、图片（jpg、png、webp）和文本（txt）。"

SIGNATURES = {
    "jpg": ("JPEG", rb"\xff\xd8\xff"),
    "png": ("PNG", rb"\x89PNG\r\n\x1a\n"),
    "webp": ("WEBP", rb"RIFF.{4}WEBP"),
}
OFFICE_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": guard.MAIN_TYPE,
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
OFFICE_UNWANTED = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/activex/|/ctrlprops/|oleobject|/embeddings/.*\.(?!xlsx$|docx$|pptx$)[^/]*$|^customui|/webextensions/|/externallinks?/",
    re.I,
)
# inserted objects that fetch or run something when opened; hyperlinks only act when clicked
HARMLESS_EXTERNAL = frozenset({"hyperlink"})
PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)(?![A-Za-z])")
PDF_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.S)
PDF_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
MARKUP = re.compile(
    r"\s*(<!doctype|<\?xml|<\?php|<(html|head|body|svg|script|iframe|object|embed|style|meta|table|img|a)\b|%pdf-|#!)",
    re.I,
)

BIDI_AND_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
PROGRAM = re.compile(
    r"\.(exe|com|bat|cmd|scr|pif|msi|jar|js|jse|vbs|vbe|wsf|hta|ps1|lnk|reg|sh|php\d?|phtml|asp|aspx|jsp|html?|xhtml|svg|dll|apk)$",
    re.I,
)


class BadUpload(Exception):
    """The file is not taken; `sentence` says why and what would be."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NamedFile(Protocol):
    """What a form gives: Django's UploadedFile, or an open file with a name."""

    name: Any

    def read(self, size: int = ..., /) -> bytes: ...
    def seek(self, offset: int, whence: int = ..., /) -> Any: ...


@dataclass(frozen=True)
class Accepted:
    """A file fit to be stored. `name` is for showing; store `content` under a random name of your own."""

    name: str
    suffix: str
    content_type: str
    size: int
    sha256: str
    content: bytes


def accept(file: NamedFile, *, max_bytes: int = MAX_BYTES) -> Accepted:
    """Check an upload and return what shall be stored (pictures are written anew), or raise BadUpload."""
    name, suffix = clean_name(str(file.name or ""))
    file.seek(0)
    content = file.read(max_bytes + 1)
    if not content:
        raise BadUpload(f"“{name}”是空文件，请重新选择。")
    if len(content) > max_bytes:
        raise BadUpload(f"“{name}”超过 {max_bytes // 2**20 or 1} MB 的上限，请压缩或拆分后再上传。")
    match suffix:
        case "pdf":
            check_pdf(name, content)
        case "docx" | "xlsx" | "pptx":
            check_office(name, suffix, content)
        case "txt":
            content = checked_text(name, content)
        case _:
            content = redrawn(name, suffix, content)
    digest = hashlib.sha256(content).hexdigest()
    return Accepted(name, suffix, TYPES[suffix], len(content), digest, content)


def clean_name(raw: str) -> tuple[str, str]:
    """A name safe to show and to send in a header, and its suffix. BadUpload when the kind is not allowed."""
    name = unicodedata.normalize("NFC", raw[-8_192:]).encode("utf-8", "ignore").decode()
    name = re.split(r"[/\\]", name)[-1]
    if "\0" in raw:
        raise BadUpload("文件名含有非法字符，请改名后再上传。")
    name = FORBIDDEN.sub("_", BIDI_AND_INVISIBLE.sub("", name))
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    suffix = unicodedata.normalize("NFKC", suffix).lower()
    suffix = "jpg" if suffix in ("jpeg", "jpe") else suffix
    if not dot or suffix not in TYPES:
        raise BadUpload(f"不能上传“{guard.clipped(name) or '无名文件'}”这种文件。{ALLOWED}")
    stem = stem.strip(" .") or "附件"
    if PROGRAM.search(stem):
        raise BadUpload(f"“{guard.clipped(name)}”的名字像是程序文件，请改名后再上传。")
    if RESERVED.match(stem):
        stem = f"附件_{stem}"
    return f"{stem[: MAX_NAME - len(suffix) - 1].rstrip(' .')}.{suffix}", suffix


def disagrees(name: str) -> BadUpload:
    return BadUpload(f"“{name}”的内容与扩展名不符，可能只是改了扩展名或已损坏。{ALLOWED}")


def check_pdf(name: str, content: bytes) -> None:
    """A PDF by its first and last bytes, without the visible marks of scripts, launches and enclosed files.

    Marks inside compressed streams are not seen: the headers of serve() are what makes a PDF harmless.
    """
    if not re.match(rb"%PDF-[12]\.\d", content) or b"%%EOF" not in content[-2048:]:
        raise disagrees(name)
    # a short mark turns up in compressed bytes by chance, and a name may be written with #xx
    names = PDF_HEX.sub(lambda match: bytes([int(match[1], 16)]), PDF_STREAM.sub(b"", content))
    if found := PDF_ACTIVE.search(names):
        raise BadUpload(f"“{name}”含有脚本或嵌入文件（{found[1].decode()}），请重新打印成普通 PDF 后再上传。")


def check_office(name: str, suffix: str, content: bytes) -> None:
    """A Word, Excel or PowerPoint package of the kind its name says, with nothing that runs or fetches by itself."""
    if not content.startswith(b"PK\x03\x04"):
        raise disagrees(name)
    try:
        archive = guard.open_archive(BytesIO(content), what="Office 文件", max_entries=OFFICE_ENTRIES)
        guard.check_directory(archive, what="Office 文件", max_entries=OFFICE_ENTRIES, max_unpacked=OFFICE_UNPACKED)
        package = guard.Package(archive, OFFICE_UNPACKED, names=frozenset(archive.namelist()))
        if "[Content_Types].xml" not in package.names:
            raise disagrees(name)
        kinds = guard.elements(package, "[Content_Types].xml", {"Override", "Default"})
        types = {attributes.get("ContentType", "").lower() for _, attributes in kinds}
        if OFFICE_MAIN[suffix] not in types:
            raise disagrees(name)
        if any("macroenabled" in kind or "vbaproject" in kind for kind in types) or any(
            OFFICE_UNWANTED.search(part) for part in package.names
        ):
            raise BadUpload(f"“{name}”含有宏、控件或嵌入的程序，请另存为不含这些内容的文件后再上传。")
        for part in package.names:
            if part.endswith(".rels"):
                check_relations(name, package, part)
    except (
        Unreadable,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        expat.ExpatError,
    ) as error:
        damaged = not isinstance(error, Unreadable) or error.sentence == guard.DAMAGED
        reason = "文件已损坏，请重新保存后再上传。" if damaged else str(error)
        raise BadUpload(f"“{name}”没有通过检查：{reason}") from error


def check_relations(name: str, package: guard.Package, part: str) -> None:
    for _, attributes in guard.elements(package, part, {"Relationship"}):
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") == "External" and kind.lower() not in HARMLESS_EXTERNAL:
            raise BadUpload(f"“{name}”打开时会读取外部的模板、图片或数据，请改为嵌入后再上传。")


def checked_text(name: str, content: bytes) -> bytes:
    """The text in UTF-8: read as UTF-8, GB18030 or marked UTF-16, without control characters, and not markup under another name."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadUpload(f"“{name}”不是纯文本，或编码无法识别，请另存为 UTF-8 文本。")
    if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text):
        raise disagrees(name)
    if MARKUP.match(text):
        raise BadUpload(f"“{name}”是网页或程序代码，不是普通文本，不能上传。")
    return text.encode()


def redrawn(name: str, suffix: str, content: bytes) -> bytes:
    """The picture decoded and encoded anew: only pixels survive."""
    form, signature = SIGNATURES[suffix]
    if not re.match(signature, content, re.S):
        raise disagrees(name)
    output = BytesIO()
    try:
        image: Image.Image = Image.open(BytesIO(content), formats=(form,) if form != "JPEG" else ("JPEG", "MPO"))
        if image.width * image.height > MAX_PIXELS:
            raise BadUpload(f"“{name}”有 {image.width}×{image.height} 像素，过大，请缩小后再上传。")
        if getattr(image, "n_frames", 1) > 1 and form != "JPEG":
            raise BadUpload(f"“{name}”是动图，请改用静态图片。")
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image = plain_mode(ImageOps.exif_transpose(image), form)
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        bare = Image.new(image.mode, image.size)
        bare.paste(image)
        bare.save(output, form, **({} if form == "PNG" else {"quality": 88}))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise disagrees(name) from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        MemoryError,
    ) as error:
        # Pillow's decoders raise any of these on damaged data
        raise BadUpload(f"“{name}”已损坏，无法打开，请重新拍摄或另存后再上传。") from error
    return output.getvalue()


def plain_mode(image: Image.Image, form: str) -> Image.Image:
    """Grey, colour, or colour with transparency."""
    if image.mode.startswith(("I", "F")):
        # 16 bits of grey, as scanners write them
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if form != "JPEG" and image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def serve(fieldfile: IO[bytes] | Any, *, name: str, content_type: str) -> FileResponse:
    """Send a stored attachment; the caller has checked the right to it. Only PDF and pictures open in the browser."""
    inline = content_type in INLINE
    response = FileResponse(
        fieldfile.open("rb") if hasattr(fieldfile, "open") else fieldfile,
        as_attachment=not inline,
        filename=name,
        content_type=content_type if inline or content_type in TYPES.values() else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    return response
