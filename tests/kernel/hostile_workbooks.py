"""Files that mean harm, and a runner that opens each in a process of its own under a memory limit.

python -m tests.kernel.hostile_workbooks FOLDER      prints one JSON line per file
"""

import json
import os
import random
import resource
import struct
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from chuangxian.sheets import Column, Sheet, Unreadable

from .xlsx import HEAD, MAIN_NS, OFFICE_NS, RELS_NS, parts, sheet_xml, text_cell, workbook_of, zipped

ADDRESS_SPACE = 512 * 2**20
SHEET: Sheet[object] = Sheet("名册", [Column("姓名", "name", required=True), Column("部门", "unit")])

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def with_doctype(doctype: str, xml: str) -> str:
    return '<?xml version="1.0"?>' + doctype + xml.replace('<?xml version="1.0" encoding="UTF-8"?>', "")


def plus(**extra: bytes) -> bytes:
    """A good workbook and some parts more (names with "|" for "/")."""
    found = parts(sheet_xml("<row r='2'>" + text_cell("A2", "甲") + "</row>"))
    return zipped({**found, **{name.replace("|", "/"): content for name, content in extra.items()}})


def bomb(megabytes: int, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    rows = "".join(f'<row r="{n}">{text_cell(f"A{n}", "甲")}</row>' for n in range(2, 50))
    return zipped({**parts(sheet_xml(rows)), "xl/media/a.bin": b"\0" * (megabytes * 2**20)}, packed)


def noisy_bomb() -> bytes:
    """Packs less than a hundredfold, but is larger than allowed."""
    block = random.Random(1).randbytes(700) + b"\0" * 50_000
    return zipped({**parts(), "xl/media/a.bin": block * 2_200})


def lying_size() -> bytes:
    """The directory says 2,000 bytes, the stream holds 40 MB."""
    xml = sheet_xml(" " * 40_000_000)
    content = zipped(parts(xml))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    return content[: place + 24] + struct.pack("<I", 2_000) + content[place + 28 :]


def symlink() -> bytes:
    stream = BytesIO(plus())
    with zipfile.ZipFile(stream, "a") as archive:
        entry = zipfile.ZipInfo("xl/worksheets/sheet9.xml")
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def doubled() -> bytes:
    stream = BytesIO(plus())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", sheet_xml())
    return stream.getvalue()


def overlapping() -> bytes:
    """Two directory entries that share one stream."""
    content = zipped({**parts(), "xl/a.xml": b"x" * 5_000, "xl/b.xml": b"y" * 5_000})
    first = content.rindex(b"xl/a.xml") - 46
    second = content.rindex(b"xl/b.xml") - 46
    offset = content[first + 42 : first + 46]
    return content[: second + 42] + offset + content[second + 46 :]


def flagged_encrypted() -> bytes:
    content = bytearray(plus())
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[place + 8] |= 1
    return bytes(content)


def rows_of(count: int, first: int = 2, more: str = "") -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c>{more}</row>' for n in range(first, first + count))


def bulk(megabytes: int) -> str:
    """Text that packs well, but less than a hundredfold."""
    noise = random.Random(20100720)
    return "".join(f"{noise.getrandbits(80):020x}{'a' * 600}" for _ in range(megabytes * 2**20 // 620))


def long_directory() -> bytes:
    """Nothing but 170,000 directory entries."""
    entry = b"PK\x01\x02" + b"\0" * 24 + struct.pack("<H", 6) + b"\0" * 16
    directory = b"".join(entry + b"%06d" % number for number in range(170_000))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65_535, 65_535, len(directory), 4, 0)
    return b"PK\x03\x04" + directory + end


def old_excel() -> bytes:
    return OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 3_000


def open_document() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


def many_sheets() -> bytes:
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="s1"/>' for n in range(1, 1_000_001))
    xml = f'<workbook xmlns="{MAIN_NS}" xmlns:r="{OFFICE_NS}"><sheets>{listed}</sheets></workbook>'
    return zipped(parts(workbook=xml))


def hundred_fifty_sheets() -> bytes:
    return zipped(parts(sheets=[(f"表{n}", sheet_xml(), "visible") for n in range(150)]))


def strings_xml(body: str) -> str:
    return f'<sst xmlns="{MAIN_NS}">{body}</sst>'


FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # name: (file name, maker, a word its refusal must contain)
    "bomb by ratio": ("a.xlsx", lambda: bomb(90), "压缩炸弹"),
    "bomb by size": ("a.xlsx", noisy_bomb, "解压后超过"),
    "bomb of 306 MB": ("a.xlsx", lambda: bomb(306), "压缩炸弹"),
    "stream larger than its directory says": ("a.xlsx", lying_size, "损坏"),
    "cell at XFD1048576": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="1048576">' + text_cell("XFD1048576", "x") + "</row>")), "XFD1048576"),
    "cell in the 61st column": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2">' + text_cell("BI2", "x") + "</row>")), "60 列"),
    "cell in the last row": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="1048576">' + text_cell("A1048576", "x") + "</row>")), "10000 行"),
    "20,000 rows": ("a.xlsx", lambda: workbook_of(sheet_xml(rows_of(20_000))), "10000 行"),
    "20,000 rows under a dimension of three": ("a.xlsx", lambda: workbook_of(sheet_xml(rows_of(20_000), before='<dimension ref="A1:B3"/>')), "10000 行"),
    "400,000 empty rows": ("a.xlsx", lambda: workbook_of(sheet_xml("".join(f'<row r="{n}"/>' for n in range(2, 400_000)))), "已拒绝"),
    "billion laughs in the sheet": ("a.xlsx", lambda: workbook_of(with_doctype(LAUGHS, sheet_xml('<row r="2">' + text_cell("A2", "&a9;") + "</row>"))), "实体"),
    "billion laughs in the strings": ("a.xlsx", lambda: workbook_of(sheet_xml(), strings=with_doctype(LAUGHS, strings_xml("<si><t>&a9;</t></si>"))), "实体"),
    "billion laughs in the styles": ("a.xlsx", lambda: workbook_of(sheet_xml(), styles=with_doctype(LAUGHS, f'<styleSheet xmlns="{MAIN_NS}">&a9;</styleSheet>')), "实体"),
    "external entity": ("a.xlsx", lambda: workbook_of(with_doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', sheet_xml('<row r="2">' + text_cell("A2", "&e;") + "</row>"))), "实体"),
    "external document type": ("a.xlsx", lambda: workbook_of(sheet_xml(), workbook=f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><workbook xmlns="{MAIN_NS}"/>'), "实体"),
    "parameter entity": ("a.xlsx", lambda: workbook_of(with_doctype('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hosts"> %p;]>', sheet_xml())), "实体"),
    "quadratic entity": ("a.xlsx", lambda: workbook_of(with_doctype(f'<!DOCTYPE x [<!ENTITY e "{"x" * 50_000}">]>', sheet_xml('<row r="2">' + text_cell("A2", "&e;" * 50_000) + "</row>"))), "实体"),
    "entity in the content types": ("a.xlsx", lambda: zipped({**parts(), "[Content_Types].xml": with_doctype(LAUGHS, "<Types>&a9;</Types>")}), "实体"),
    "symbolic link": ("a.xlsx", symlink, "链接"),
    "path going up": ("a.xlsx", lambda: plus(**{"..|..|etc|passwd": b"x"}), "路径"),
    "absolute path": ("a.xlsx", lambda: plus(**{"|etc|passwd": b"x"}), "路径"),
    "backslash path": ("a.xlsx", lambda: plus(**{"xl\\..\\..\\a": b"x"}), "路径"),
    "drive path": ("a.xlsx", lambda: plus(**{"C:|a": b"x"}), "路径"),
    "deep folders": ("a.xlsx", lambda: plus(**{"a|" * 50 + "b": b"x"}), "路径"),
    "5,000 entries": ("a.xlsx", lambda: plus(**{f"xl|media|{n}.png": b"" for n in range(5_000)}), "部件"),
    "170,000 directory entries": ("a.xlsx", long_directory, "部件过多"),
    "a million sheets in the list": ("a.xlsx", many_sheets, "已拒绝"),
    "150 sheets": ("a.xlsx", hundred_fifty_sheets, "张"),
    "two entries of one name": ("a.xlsx", doubled, "重名"),
    "overlapping entries": ("a.xlsx", overlapping, "重叠"),
    "encrypted entry": ("a.xlsx", flagged_encrypted, "加密"),
    "strange compression": ("a.xlsx", lambda: zipped(parts(), zipfile.ZIP_LZMA), "压缩方式"),
    "renamed zip": ("a.xlsx", lambda: zipped({"a.txt": b"hello"}), "压缩包"),
    "renamed xls": ("a.xlsx", old_excel, ".xls"),
    "real xls": ("a.xls", old_excel, ".xls"),
    "password": ("a.xlsx", lambda: OLE + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900, "密码"),
    "renamed doc": ("a.xlsx", lambda: OLE + b"\0" * 900 + "WordDocument".encode("utf-16-le") + b"\0" * 900, "Word"),
    "renamed csv": ("a.xlsx", lambda: "姓名,部门\n甲,乙\n".encode("gb18030"), "csv"),
    "renamed html": ("a.xlsx", lambda: b"<html><table><tr><td>a</td></tr></table></html>", "HTML"),
    "renamed XML table": ("a.xlsx", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
    "renamed pdf": ("a.xlsx", lambda: b"%PDF-1.4\n%%EOF", "PDF"),
    "renamed picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
    "renamed docx": ("a.xlsx", lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "Word"),
    "renamed pptx": ("a.xlsx", lambda: zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<w/>"}), "演示"),
    "renamed ods": ("a.xlsx", open_document, "OpenDocument"),
    "renamed xlsb": ("a.xlsx", lambda: plus(**{"xl|workbook.bin": b"x"}), "xlsb"),
    "renamed xlsm": ("a.xlsx", lambda: zipped(parts(main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml")), "宏"),
    "right content, wrong name": ("a.xlsm", plus, ".xlsx"),
    "macro": ("a.xlsx", lambda: plus(**{"xl|vbaProject.bin": b"x"}), "宏"),
    "old macro sheet": ("a.xlsx", lambda: plus(**{"xl|macrosheets|sheet1.xml": b"x"}), "宏"),
    "external link": ("a.xlsx", lambda: plus(**{"xl|externalLinks|externalLink1.xml": b"x"}), "外部链接"),
    "connection": ("a.xlsx", lambda: plus(**{"xl|connections.xml": b"x"}), "外部链接"),
    "enclosed program": ("a.xlsx", lambda: plus(**{"xl|embeddings|oleObject1.bin": b"x"}), "嵌入"),
    "ActiveX": ("a.xlsx", lambda: plus(**{"xl|activeX|activeX1.xml": b"x"}), "嵌入"),
    "elements nested 100,000 deep": ("a.xlsx", lambda: workbook_of(sheet_xml("<a>" * 100_000)), "嵌套"),
    "attribute of 30 MB": ("a.xlsx", lambda: workbook_of(sheet_xml(f'<row r="2" x="{bulk(30)}"/>')), "异常长"),
    "comment of 30 MB": ("a.xlsx", lambda: workbook_of(sheet_xml(f"<!--{bulk(30)}-->")), "异常长"),
    "cell text of 30 MB": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2">' + text_cell("A2", bulk(30)) + "</row>")), "文字超过"),
    "string of 30 MB": ("a.xlsx", lambda: workbook_of(sheet_xml(), strings=strings_xml(f"<si><t>{bulk(30)}</t></si>")), "文字超过"),
    "a million strings": ("a.xlsx", lambda: workbook_of(sheet_xml(), strings=strings_xml("".join(f"<si><t>{n}</t></si>" for n in range(1_000_000)))), "拒绝"),
    "a million styles": ("a.xlsx", lambda: workbook_of(sheet_xml(), styles=f'<styleSheet xmlns="{MAIN_NS}"><cellXfs>' + "".join(f'<xf numFmtId="{n}"/>' for n in range(1_000_000)) + "</cellXfs></styleSheet>"), "样式"),
    "100,000 merged cells": ("a.xlsx", lambda: workbook_of(sheet_xml(after="".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, 100_000)))), "合并"),
    "array formulas over everything": ("a.xlsx", lambda: workbook_of(sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c></row>' for n in range(2, 10_000)))), "数组公式"),
    "string number out of range": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2"><c r="A2" t="s"><v>99</v></c></row>')), "损坏"),
    "negative string number": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2"><c r="A2" t="s"><v>-1</v></c></row>'), strings=strings_xml("<si><t>a</t></si>")), "损坏"),
    "rows going back": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="5"/><row r="2"/>')), "损坏"),
    "two cells in one place": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2">' + text_cell("A2", "甲") + text_cell("A2", "乙") + "</row>")), "损坏"),
    "cell of another row": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="2">' + text_cell("A7", "甲") + "</row>")), "损坏"),
    "row number that is none": ("a.xlsx", lambda: workbook_of(sheet_xml('<row r="1e9"/>')), "损坏"),
    "sheet that is no sheet": ("a.xlsx", lambda: workbook_of("<a/>"), "损坏"),
    "XML cut short": ("a.xlsx", lambda: workbook_of(HEAD + "<sheetData><row"), "损坏"),
    "not UTF-8": ("a.xlsx", lambda: zipped({**parts(), "xl/worksheets/sheet1.xml": HEAD.encode() + b"\xff\xfe</worksheet>"}), "损坏"),
    "zip cut short": ("a.xlsx", lambda: plus()[:-200], "损坏"),
    "no workbook": ("a.xlsx", lambda: zipped({**parts(), "_rels/.rels": f'<Relationships xmlns="{RELS_NS}"/>', "xl/workbook.xml": b"<a/>"}), "工作表"),
    "empty file": ("a.xlsx", lambda: b"", "空"),
    "11 MB": ("a.xlsx", lambda: b"PK\x03\x04" + b"\0" * (11 * 2**20), "10 MB"),
    "noise": ("a.xlsx", lambda: b"noise" + random.Random(2).randbytes(5_000), "格式"),
}  # fmt: skip


def opened(path: Path, name: str) -> dict[str, object]:
    """What happens to one file, in a fork of its own."""
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        with os.fdopen(reader) as stream:
            said = stream.read()
        _, status, usage = os.wait4(child, 0)
        found = json.loads(said) if said else {"sentence": "", "error": f"exit status {status}", "seconds": 0}
        return {**found, "rss": usage.ru_maxrss // 1024}
    os.close(reader)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    start = time.process_time()
    found = {"sentence": "", "error": ""}
    with path.open("rb") as file:
        try:
            reading = SHEET.read(file, name=name)
            found["error"] = f"was read: {len(reading.rows)} rows"
        except Unreadable as refusal:
            found["sentence"] = refusal.sentence
        except Exception as error:
            found["error"] = repr(error)[:300]
    with os.fdopen(writer, "w") as out:
        json.dump({**found, "seconds": time.process_time() - start}, out)
    os._exit(0)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for index, case in enumerate(FILES):
        outcome = {"case": case, **opened(folder / f"{index}.bin", FILES[case][0])}
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
