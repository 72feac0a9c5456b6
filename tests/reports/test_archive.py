"""The archive an inspector asks for: complete, foldered, summed, in scope, streamed; what is missing is said by name."""

import hashlib
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as Word
from openpyxl import load_workbook

from accounts.models import LogEntry
from awards.models import Nomination, NominationFile
from branches.models import Organization
from branches.scope import standing_of
from reports.archive import archive_of, packed
from reports.archive.listing import fit
from reports.catalogue import Asked
from reviews.models import SelfReview
from schedule.models import Meeting, MeetingFile, TaskEvidence
from tests.access import tasks as access_to_tasks
from tests.awards import build_nominations as nominating
from tests.conftest import Cast
from tests.reviews import build as reviewing
from tests.reviews import self_reviews

TODAY = date(2011, 6, 20)
PAGE, DOWNLOAD = reverse("reports:archive"), reverse("reports:archive_download")
MANIFEST, INDEX = "校验清单（SHA-256）.txt", "00 档案目录.xlsx"


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


def meeting(place: Organization, title: str = "支部党员大会", on: date = date(2011, 5, 10), **fields: Any) -> Meeting:
    given = {"kind": "branch_assembly", "minutes": "讨论了下半年的安排。", "due_count": 12, "present_count": 11}
    return Meeting.objects.create(organization=place, title=title, held_on=on, **{**given, **fields})


def attached(to: Meeting, cast: Cast, content: bytes = b"%PDF-1.4 paper", name: str = "签到表.pdf") -> MeetingFile:
    given = {"content_type": "application/pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return MeetingFile.objects.create(entry=to, name=name, file=ContentFile(content, name), by=cast.shuji1, **given)


def downloaded(client: Client, **query: Any) -> zipfile.ZipFile:
    answer = client.get(DOWNLOAD, query)
    assert answer.status_code == 200 and answer.streaming
    return zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def lines(book: zipfile.ZipFile, sheet: str) -> list[list[str]]:
    rows = load_workbook(BytesIO(book.read(INDEX)))[sheet].iter_rows(values_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in rows]


def test_it_holds_ledgers_minutes_and_papers_and_the_sums_are_right(client: Client, cast: Cast) -> None:
    reviewing.round_of(cast.general)  # with its semester
    held = meeting(cast.one)
    paper = attached(held, cast)
    client.force_login(cast.ganshi)
    book = downloaded(client)
    names = book.namelist()
    assert "01 台账/01 学期台账（合订）.xlsx" in names
    minutes = "02 会议记录/第一党支部/2011-05-10 支部党员大会.docx"
    words = [paragraph.text for paragraph in Word(BytesIO(book.read(minutes))).paragraphs]
    assert "讨论了下半年的安排。" in words
    place = "04 附件/会议附件/第一党支部/2011-05-10 支部党员大会 签到表.pdf"
    assert hashlib.sha256(book.read(place)).hexdigest() == paper.sha256
    sums = [line.split("  ", 1) for line in book.read(MANIFEST).decode().splitlines()]
    assert {path for _, path in sums} == set(names) - {MANIFEST}
    assert all(hashlib.sha256(book.read(path)).hexdigest() == digest for digest, path in sums)
    listed = {line[-1] for line in lines(book, "档案目录")} | {
        cell for line in lines(book, "档案目录") for cell in line
    }
    assert set(names) - {MANIFEST, INDEX} <= listed
    entry = LogEntry.objects.get(label="下载检查档案")
    assert entry.actor == cast.ganshi and "缺" in entry.note


def test_a_record_deleted_from_the_source_shows_up_as_missing(client: Client, cast: Cast) -> None:
    round_ = reviewing.round_of(cast.general)
    self_reviews.submitted(round_, cast.dangyuan1)
    client.force_login(cast.ganshi)
    asked = Asked(standing_of(cast.ganshi, TODAY), TODAY)
    lost = f"{cast.member1}的对照检查"
    assert lost not in [one.title for one in archive_of(asked).missing]
    SelfReview.objects.filter(member=cast.member1).update(state="lapsed", submitted_on=None, first_submitted_on=None)
    assert lost in [one.title for one in archive_of(asked).missing]
    assert lost in client.get(PAGE).content.decode()
    assert [lost in line for line in lines(downloaded(client), "缺少的")].count(True) == 1


def test_a_file_that_has_gone_or_changed_is_said_and_the_others_come(client: Client, cast: Cast) -> None:
    held = meeting(cast.one)
    gone, changed = attached(held, cast, name="不见了.pdf"), attached(held, cast, name="改过了.pdf")
    attached(held, cast, name="还在.pdf")
    gone.file.storage.delete(str(gone.file.name))
    with changed.file.storage.open(str(changed.file.name), "wb") as file:
        file.write(b"%PDF-1.4 something else")
    client.force_login(cast.ganshi)
    book = downloaded(client)
    assert [line[-1] for line in lines(book, "缺少的") if "不见了.pdf" in line] == ["原文件已经找不到"]
    assert [line[-1] for line in lines(book, "档案目录") if "改过了.pdf" in line] == ["和上传时不一样"]
    assert any(name.endswith("还在.pdf") for name in book.namelist())
    assert not any(name.endswith("不见了.pdf") for name in book.namelist())


def test_evidence_of_what_is_not_done_yet_is_there_and_papers_of_drafts_are_not(cast: Cast) -> None:
    todo = access_to_tasks.evidence(cast)["pk"]
    TaskEvidence.objects.filter(pk=todo).update(name="未完.txt")
    draft = nominating.written(
        nominating.members(nominating.round_of(cast.general, cast.ganshi)), cast.one, cast.member1, cast.shuji1
    )
    paper = NominationFile(entry=draft, name="草稿.txt", content_type="text/plain", size=6, sha256="0" * 64)
    paper.by = cast.shuji1
    paper.file.save("x", ContentFile("票样".encode()))
    assert TaskEvidence.objects.get(pk=todo).entry.done_on is None and draft.recommended_on is None
    asked = Asked(standing_of(cast.ganshi, TODAY), TODAY)
    files = {one.title: one for one in archive_of(asked).documents if one.folder == "04 附件"}
    assert set(files) == {"未完.txt"} and files["未完.txt"].day == TODAY
    Nomination.objects.filter(pk=draft.pk).update(recommended_on=TODAY)
    assert "草稿.txt" in {one.title for one in archive_of(asked).documents}


def test_a_branch_secretary_gets_his_branch_whatever_he_asks_for(client: Client, cast: Cast) -> None:
    attached(meeting(cast.two, "第二支部的会"), cast)
    attached(meeting(cast.one, "第一支部的会"), cast)
    client.force_login(cast.shuji1)
    for query in ({}, {"organization": cast.general.pk}, {"organization": cast.two.pk}):
        answer = client.get(DOWNLOAD, query)
        if answer.status_code == 302:  # what is not his is no choice: the page says so
            continue
        book = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        said = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "ignore") + str(book.namelist())
        assert "第一支部的会" in said and "第二支部的会" not in said
    client.force_login(cast.dangyuan1)
    assert client.get(DOWNLOAD).status_code == 403


def test_one_semester_holds_what_happened_in_it(client: Client, cast: Cast) -> None:
    round_ = reviewing.round_of(cast.general)
    meeting(cast.one, "秋天的会", date(2010, 10, 10))
    meeting(cast.one, "春天的会", date(2011, 4, 10))
    client.force_login(cast.ganshi)
    names = str(downloaded(client, semester=round_.semester.pk).namelist())
    assert ("春天的会" in names) != ("秋天的会" in names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/b\\c:d*e?f", "a b c d e f"),
        ("  .. ", "未命名"),
        ("标题\n第二行", "标题 第二行"),
        ("长" * 200, "长" * 60),
        ("../../etc/passwd", "etc passwd"),
    ],
)
def test_names_fit_every_system_and_lead_nowhere(text: str, name: str) -> None:
    assert fit(text) == name


def test_two_of_one_name_are_numbered(cast: Cast) -> None:
    meeting(cast.one)
    meeting(cast.one)
    asked = Asked(standing_of(cast.ganshi, TODAY), TODAY)
    paths = [one.path for one in archive_of(asked).documents]
    assert len(paths) == len(set(paths))
    assert [path for path in paths if path.endswith("支部党员大会（2）.docx")]


def test_it_is_sent_while_it_is_packed(cast: Cast) -> None:
    content = bytes(range(256)) * 4096  # a megabyte that does not shrink to nothing
    for number in range(3):
        attached(meeting(cast.one, f"第{number}次会"), cast, content)
    asked = Asked(standing_of(cast.ganshi, TODAY), TODAY)
    pieces = list(packed(archive_of(asked), who="干事"))
    assert len(pieces) > 20
    assert max(map(len, pieces)) <= 256 * 1024
    assert zipfile.ZipFile(BytesIO(b"".join(pieces))).testzip() is None


def test_the_page_costs_the_same_with_few_documents_and_with_many(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)

    def queries(number: int) -> int:
        for _ in range(number):
            attached(meeting(cast.one), cast)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    few = queries(1)
    assert queries(15) == few <= 60


def test_it_bears_the_name_of_whose_it_is(cast: Cast) -> None:
    titles = [archive_of(Asked(standing_of(user, TODAY), TODAY)).title for user in (cast.shuji1, cast.ganshi)]
    assert titles == ["创先争优档案_第一党支部_整个活动", "创先争优档案_教研室党总支_整个活动"]
