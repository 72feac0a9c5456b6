"""Workbooks made by hand, part by part, for what no office program would write."""

import zipfile
from io import BytesIO

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

HEAD = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN_NS}">'
HEADERS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>部门</t></is></c></row>'
)


def sheet_xml(rows: str = "", *, before: str = "", after: str = "", head: str = HEAD, headers: str = HEADERS) -> str:
    return f"{head}{before}<sheetData>{headers}{rows}</sheetData>{after}</worksheet>"


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def parts(
    sheet: str | bytes = "",
    *,
    sheets: list[tuple[str, str | bytes, str]] | None = None,
    strings: str | bytes | None = None,
    styles: str | bytes | None = None,
    workbook: str | bytes | None = None,
    workbook_pr: str = "",
    main_type: str = SHEET_TYPE,
) -> dict[str, str | bytes]:
    """The parts of a package. sheets: (title, xml, state)."""
    every = sheets or [("表一", sheet or sheet_xml(), "visible")]
    listed = "".join(
        f'<sheet name="{title}" sheetId="{number}" state="{state}" r:id="s{number}"/>'
        for number, (title, _, state) in enumerate(every, 1)
    )
    relations = "".join(
        f'<Relationship Id="s{number}" Type="{OFFICE_NS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(every) + 1)
    )
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS_NS}"><Relationship Id="r1" Type="{OFFICE_NS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook
        or f'<workbook xmlns="{MAIN_NS}" xmlns:r="{OFFICE_NS}">{workbook_pr}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS_NS}">{relations}'
        f'<Relationship Id="st" Type="{OFFICE_NS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="ss" Type="{OFFICE_NS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    }
    for number, (_, xml, _) in enumerate(every, 1):
        found[f"xl/worksheets/sheet{number}.xml"] = xml
    if strings is not None:
        found["xl/sharedStrings.xml"] = strings
    if styles is not None:
        found["xl/styles.xml"] = styles
    return found


def zipped(found: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return stream.getvalue()


def builtin(code: str) -> bool:
    return code.isdigit() and not code.startswith("0")


def styles_xml(*codes: str) -> str:
    """Style 0 is General, then one style for each number format (an int is a built-in id)."""
    formats = "".join(
        f'<numFmt numFmtId="{200 + index}" formatCode="{code.replace("&", "&amp;").replace(chr(34), "&quot;")}"/>'
        for index, code in enumerate(codes)
        if not builtin(code)
    )
    xfs = "".join(f'<xf numFmtId="{code if builtin(code) else 200 + index}"/>' for index, code in enumerate(codes))
    return f'<styleSheet xmlns="{MAIN_NS}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>{xfs}</cellXfs></styleSheet>'


def workbook_of(sheet: str, **options: str) -> bytes:
    return zipped(parts(sheet, **options))  # type: ignore[arg-type]
