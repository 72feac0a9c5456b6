"""Whatever people typed, no export holds a formula, and every text arrives as it was typed."""

import re
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from openpyxl import load_workbook

from branches.scope import standing_of
from reports.archive import archive_of, packed
from reports.archive.listing import LEDGERS
from reports.catalogue import Asked
from tests.access.trying import TODAY
from tests.conftest import Cast
from tests.reports.poison import HARMLESS, PAYLOADS, Poison
from tests.reports.rooms import Built, exports_of, fill_rooms

# what exports read and a careless test would not fill
READ = {
    "accounts.LogEntry.note",
    "awards.Override.reason",
    "awards.PostAssessment.text",
    "pledges.PledgeItem.explanation",
    "reports.Snapshot.figures.definition",
    "reviews.RemarkReading.shown",
    "reviews.RoundGap.reason",
    "schedule.ActivitySchool.name",
    "schedule.Resolution.text",
    "schedule.TaskEvidence.name",
    "schedule.StudyFile.name",
}
# rows of a file that came in, no records
WITHOUT_RECORDS = {"branches:roster_import_bad_rows"}
FORMULA = re.compile(r"<f[\s/>]")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Parcel:
    """A workbook, a Word file, or a ZIP of such: what can be read in it, and what is wrong with it."""

    words: str
    wrong: list[str]
    cells: int


def workbook_of(content: bytes) -> Parcel:
    words, wrong, cells = [], [], 0
    with zipfile.ZipFile(BytesIO(content)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and FORMULA.search(book.read(name).decode()):
                wrong.append(f"a formula in {name}")
            if re.search("externalLink|connections|vbaProject", name):
                wrong.append(f"{name} leads outside")
    for sheet in load_workbook(BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                cells += 1
                words.append(str(cell.value))
                if cell.data_type not in ("s", "n", "d") or cell.hyperlink:
                    wrong.append(f"{sheet.title}!{cell.coordinate} is {cell.data_type}: {cell.value!r}")
                if cell.data_type == "s" and str(cell.value)[:1] in "=+-@＝＋－＠\t" and not cell.quotePrefix:
                    wrong.append(f"{sheet.title}!{cell.coordinate} becomes a formula when it is edited: {cell.value!r}")
    return Parcel("\n".join(words), wrong, cells)


def word_file_of(content: bytes) -> Parcel:
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = [ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.startswith("word/")]
    fields = {one.text for part in parts for one in part.iter(f"{WORD}instrText")} - {"PAGE"}
    wrong = [f"a field {one!r}" for one in fields] + [
        "a field" for part in parts for _ in part.iter(f"{WORD}fldSimple")
    ]
    words = ["".join(one.itertext()) for part in parts for one in part.iter(f"{WORD}p")]
    return Parcel("\n".join(words), wrong, 0)


def parcel_of(content: bytes) -> Parcel:
    with zipfile.ZipFile(BytesIO(content)) as book:
        names = book.namelist()
        if "xl/workbook.xml" in names:
            return workbook_of(content)
        if "word/document.xml" in names:
            return word_file_of(content)
        inside = [parcel_of(book.read(name)) for name in names if name.endswith((".xlsx", ".docx"))]
    return Parcel(
        "\n".join(one.words for one in inside),
        [fault for one in inside for fault in one.wrong],
        sum(one.cells for one in inside),
    )


def taken(client: Client, cast: Cast, built: Built, *, whole: bool) -> dict[str, Parcel]:
    """Take every export away; of the archive only what is no table when it is not to be ``whole``."""
    found = {}
    for name, url in exports_of(built, whole):
        answer = client.get(url)
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"], (name, answer)
        found[name] = parcel_of(answer.getvalue())
    if not whole:
        archive = archive_of(Asked(standing_of(cast.ganshi, TODAY), TODAY))
        papers = [one for one in archive.documents if one.folder != LEDGERS]
        found["papers"] = parcel_of(b"".join(packed(replace(archive, documents=papers), who=str(cast.ganshi))))
    return found


@pytest.fixture
def built(cast: Cast, settings: Any, tmp_path: Any) -> Built:
    """Every room with something in it; the arguments of the addresses by the name of the URL."""
    settings.CHUANGXIAN_TODAY, settings.MEDIA_ROOT = TODAY, tmp_path
    return fill_rooms(cast)


def test_no_text_becomes_a_formula_and_every_text_arrives(client: Client, cast: Cast, built: Built) -> None:
    client.force_login(cast.ganshi)
    poison = Poison()
    poison.spread(HARMLESS)
    reached = {
        (name, whole): poison.reached(parcel.words)
        for whole in (True, False)
        for name, parcel in taken(client, cast, built, whole=whole).items()
    }
    assert {name for (name, _), marks in reached.items() if not marks} == WITHOUT_RECORDS
    fields = poison.fields(set().union(*reached.values()))
    assert sorted(READ - fields) == [], "exports read these, and nothing stands there in this test"
    wrong = []
    for payload in PAYLOADS:
        poison.spread(payload)
        whole = payload == PAYLOADS[0]
        for name, parcel in taken(client, cast, built, whole=whole).items():
            lost = poison.lost(reached[name, whole], parcel.words)
            if name.startswith(
                "schedule:table_export"
            ):  # names of people and places go out as they are read back: without spaces
                lost = [text for text in lost if text.replace(" ", "") not in parcel.words]
            wrong += [f"{name}, {payload!r}: {one}" for one in (*parcel.wrong, *(f"lost {text!r}" for text in lost))]
    assert not wrong, "\n".join(wrong)
