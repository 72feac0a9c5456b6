"""Tables out and in again in the browser: exported, looked at, taken over, taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.imports import ImportState
from schedule.models import StudySession, TableImport
from schedule.tables.study import STUDY
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import FIRST, ON
from tests.schedule.trips import Book, everything


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ganshi)
    return client


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def out(client: Client, cast: Cast) -> Book:
    return Book(content(client.get(reverse("schedule:table_export", args=["study", cast.general.pk]))))


def back(client: Client, cast: Cast, book: Book) -> TableImport:
    url = reverse("schedule:table_import", args=["study", cast.general.pk])
    assert client.post(url, {"file": SimpleUploadedFile("改好.xlsx", book.saved())}).status_code == 302
    return TableImport.objects.latest("pk")


def page(client: Client, imported: TableImport) -> str:
    return str(client.get(imported.get_absolute_url()).content.decode())


def do(client: Client, imported: TableImport, what: str, **data: Any) -> Any:
    return client.post(reverse(f"schedule:table_import_{what}", args=[imported.pk]), data)


def test_the_office_takes_a_table_out_and_in_and_back(office: Client, cast: Cast) -> None:
    study.session(cast.one, cast.shuji1, lecturer=cast.member1, topic="先进事迹")
    study.session(cast.two, cast.shuji2)
    before = everything(STUDY.records)
    book = out(office, cast)
    book.set(1, "主题", "新的主题")
    imported = back(office, cast, book)
    shown = page(office, imported)
    assert "先进事迹" in shown and "新的主题" in shown and "确认导入" in shown
    assert everything(STUDY.records) == before
    assert do(office, imported, "commit", seen=imported.found["digest"]).status_code == 302
    assert StudySession.objects.get(organization=cast.one, on=FIRST).topic == "新的主题"
    assert "整体撤销" in page(office, imported)
    assert do(office, imported, "undo").status_code == 302
    assert everything(STUDY.records) == before
    verbs = ["export", "store_table", "commit_table", "undo_table"]
    found = LogEntry.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", flat=True)
    assert list(found) == verbs


def test_an_untouched_file_has_nothing_to_confirm(office: Client, cast: Cast) -> None:
    study.session(cast.one, cast.shuji1)
    shown = page(office, back(office, cast, out(office, cast)))
    assert "文件与系统一致" in shown and "确认导入" not in shown


def test_errors_are_shown_and_given_back_in_a_file(office: Client, cast: Cast) -> None:
    study.session(cast.one, cast.shuji1)
    book = out(office, cast)
    book.set(1, "主讲人", "查无此人")
    imported = back(office, cast, book)
    assert "没有叫“查无此人”的党员" in page(office, imported) and "下载标注文件" in page(office, imported)
    answer = office.get(reverse("schedule:table_import_annotated", args=[imported.pk]))
    cell = (repaired := Book(content(answer))).sheet.cell(repaired.top + 1, repaired.columns["主讲人"])
    assert "查无此人" in cell.comment.text
    refused = do(office, imported, "commit", seen=imported.found["digest"])
    assert refused.status_code == 409 and "文件里还有错误" in refused.content.decode()


def test_what_changed_meanwhile_is_shown_again_instead_of_done(office: Client, cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, topic="先进事迹")
    book = out(office, cast)
    book.set(1, "主题", "新的主题")
    imported = back(office, cast, book)
    StudySession.objects.filter(pk=session.pk).update(topic="又变了")
    answer = do(office, imported, "commit", seen=imported.found["digest"])
    assert answer.status_code == 409 and "又变了" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.state == ImportState.REHEARSED and StudySession.objects.get().topic == "又变了"


def test_an_undo_that_would_lose_something_says_why_not(office: Client, cast: Cast) -> None:
    study.session(cast.one, cast.shuji1)
    book = out(office, cast)
    book.set(1, "主题", "新的主题")
    imported = back(office, cast, book)
    do(office, imported, "commit", seen=imported.found["digest"])
    StudySession.objects.update(topic="以后改的")
    answer = do(office, imported, "undo")
    assert answer.status_code == 409 and "又有改动，不能整体撤销" in answer.content.decode()


def test_a_file_put_aside_is_gone(office: Client, cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    study.session(cast.one, cast.shuji1)
    imported = back(office, cast, out(office, cast))
    with django_capture_on_commit_callbacks(execute=True):
        do(office, imported, "discard")
    imported.refresh_from_db()
    assert imported.state == ImportState.DISCARDED and not imported.file.storage.exists(str(imported.file.name))


def test_no_workbook_is_refused_with_a_sentence(office: Client, cast: Cast) -> None:
    url = reverse("schedule:table_import", args=["study", cast.general.pk])
    answer = office.post(url, {"file": SimpleUploadedFile("x.xlsx", b"nothing")})
    assert answer.status_code == 422 and not TableImport.objects.exists()


def test_the_rehearsal_costs_the_same_for_any_number_of_rows(office: Client, cast: Cast) -> None:
    def cost(number: int) -> int:
        book = out(office, cast)
        for line in range(1, number + 1):
            book.set(line, "主题", f"第{number}轮第{line}行")
        imported = back(office, cast, book)
        with CaptureQueriesContext(connection) as captured:
            page(office, imported)
        return len(captured)

    for day in range(1, 9):
        study.session(cast.one, cast.shuji1, FIRST.replace(month=7, day=day))
    assert cost(1) == cost(8)


def test_the_ways_in_stand_where_the_table_is(office: Client, cast: Cast) -> None:
    session = study.filled(cast.one, cast.shuji1)
    url = reverse("schedule:table_import", args=["study", cast.one.pk])
    assert url in office.get(session.get_absolute_url()).content.decode()
    listed = office.get(reverse("schedule:table_list", args=["study"])).content.decode()
    assert url in listed
    assert (
        reverse("schedule:table_list", args=["study"]) in office.get(reverse("schedule:study_ledger")).content.decode()
    )
