"""Whatever people typed, no export holds a formula, and every text arrives as it was typed."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as portal
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from awards.models import EligibilityRule, ModelPost, Nomination, Override, PostAssessment
from awards.states import RuleKind
from branches.scope import standing_of
from pledges.models import PledgeItem
from pledges.states import Outcome
from reports.archive import archive_of, packed
from reports.archive.listing import LEDGERS
from reports.catalogue import REPORTS, Asked
from reports.catalogue.book import SEMESTER_BOOK
from reviews.models import CommentRound, EvaluationRound, RemarkReading, RoundGap
from reviews.states import Duty
from schedule.models import Activity, ActivitySchool, Meeting, Resolution, StudySession
from tests.access.cells import Row
from tests.access.downloads import EXPORTS
from tests.access.table import ACCESS
from tests.access.trying import TODAY
from tests.conftest import Cast
from tests.reports.poison import HARMLESS, PAYLOADS, Poison
from tests.reviews import build as reviewing
from tests.reviews import comments, evaluations, self_reviews

# the rows of the access table that fill the rooms, in an order in which one can live beside the other
ROOMS = (
    "reviews:result_sheet to the unit",
    "pledges:evidence_file",
    "schedule:item_evidence",
    "schedule:task_evidence",
    "schedule:study_file",
    "schedule:hours_export",
    "schedule:meeting_file",
    "schedule:activity_file",
    "awards:nomination_file",
    "awards:honour_export",
    "awards:story_picture published",
    "awards:post_export",
    "awards:brand_export",
    "awards:summary_word",
    "branches:roster_export own branch's",
    "branches:roster_import_bad_rows",
    "reports:snapshot_export",
)
# rows of a file that came in, no records
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
WITHOUT_RECORDS = {"branches:roster_import_bad_rows"}
Built = dict[str, dict[str, Any]]
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


def row_named(name: str) -> Row:
    return next(row for row in ACCESS if str(row) == name)


def exports_of(built: Built, whole: bool) -> Iterator[tuple[str, str]]:
    """Every export with its address; ``whole``: also each table of the catalogue for itself, which the semester book holds too."""
    for name in EXPORTS:
        if name == "reports:ledger_export":
            keys = [one.key for one in REPORTS if whole or one is SEMESTER_BOOK]
            yield from ((f"{name} {key}", reverse(name, args=[key])) for key in keys)
        elif name == "reports:archive_download" and not whole:
            continue
        elif name != "reports:ledger_run_file":  # made in the background: tests/reports/test_making.py reads it
            yield name, reverse(name, kwargs=built.get(name, {}))


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


def what_the_rows_leave_out(cast: Cast, round_: CommentRound) -> None:
    """A record of every other kind that exports read."""
    by, text = cast.ganshi, HARMLESS
    Resolution.objects.create(meeting=Meeting.objects.all()[0], text=text, voters_due=3, votes_for=3)
    ActivitySchool.objects.create(activity=Activity.objects.all()[0], name=text)
    RoundGap.objects.create(
        round=round_, duty=Duty.SELF_REVIEW, organization=cast.two, member=cast.member2, reason=text
    )
    PledgeItem.objects.update(outcome=Outcome.UNFULFILLED, explanation=text, settled_on=TODAY)
    PostAssessment.objects.create(post=ModelPost.objects.all()[0], held_on=TODAY, kept=True, text=text, by=by)
    nomination = Nomination.objects.all()[0]
    rule = EligibilityRule.objects.create(category=nomination.category, kind=RuleKind.FULL_MEMBER, sentence=text)
    Override.objects.create(nomination=nomination, rule=rule, sentence=text, reason=text, by=by, on=TODAY)
    StudySession.objects.filter(evidence__isnull=False).update(on=TODAY)
    for remark in evaluations.remarks(EvaluationRound.objects.all()[0], *[text] * portal.REMARKS_FROM):
        RemarkReading.objects.create(remark=remark, shown=text, first=by, second=cast.zongzhi)


@pytest.fixture
def built(cast: Cast, settings: Any, tmp_path: Any) -> Built:
    """Every room with something in it; the arguments of the addresses by the name of the URL."""
    settings.CHUANGXIAN_TODAY, settings.MEDIA_ROOT = TODAY, tmp_path
    round_ = reviewing.round_of(cast.general)
    self_reviews.accepted(round_, cast.dangyuan1, cast.shuji1)
    comments.issued(round_, "member", cast.member1, cast.shuji1)
    found = {row.url: row.args(cast) for row in map(row_named, ROOMS)}
    what_the_rows_leave_out(cast, round_)
    return found | {"branches:roster_template": {"pk": cast.general.pk}}


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
            wrong += [f"{name}, {payload!r}: {one}" for one in (*parcel.wrong, *(f"lost {text!r}" for text in lost))]
    assert not wrong, "\n".join(wrong)
