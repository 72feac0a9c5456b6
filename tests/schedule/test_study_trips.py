"""学习安排 goes round: exported, changed in a spreadsheet, imported, taken back."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.imports import Changed, ImportState
from schedule.actions import imports as actions
from schedule.actions import study as study_actions
from schedule.models import Notice, StudySession, TableChange, TableImport
from schedule.states.study import SessionState
from schedule.tables.study import STUDY
from schedule.trips import problems_of
from tests import build as people
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import FIRST, ON
from tests.schedule.trips import Book, committed, everything, exported, messages, saved_by_office, uploaded

TRIPS = int(os.environ.get("ROUND_TRIPS", "20"))


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


def three(cast: Cast) -> list[StudySession]:
    """One held, two ahead."""
    return [
        study.held(cast.one, cast.shuji1, lecturer=cast.member1),
        study.session(cast.one, cast.shuji1, lecturer=cast.member1, topic="先进事迹", place="二楼"),
        study.session(cast.one, cast.shuji1, date(2011, 7, 8), lecturer=cast.shuji1.member),
    ]


def changed(cast: Cast, *changes: tuple[int, str, Any]) -> TableImport:
    """The export with these cells typed over, uploaded by the branch secretary."""
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    for line, header, value in changes:
        book.set(line, header, value)
    return uploaded(STUDY, cast.one, book.saved(), cast.shuji1)


def test_an_untouched_export_changes_nothing(cast: Cast) -> None:
    three(cast)
    before, lines = everything(STUDY.records), LogEntry.objects.count()
    imported = uploaded(STUDY, cast.one, exported(STUDY, cast.one, cast.shuji1), cast.shuji1)
    assert imported.found["counts"] == {"add": 0, "change": 0, "same": 3, "bad": 0, "missing": 0}
    assert not messages(imported)
    committed(STUDY, imported, cast.shuji1)
    assert everything(STUDY.records) == before and not TableChange.objects.exists()
    assert list(LogEntry.objects.values_list("verb", flat=True).order_by("pk")[lines:]) == [
        "store_table",
        "commit_table",
    ]


def test_a_rehearsal_shows_old_and_new_and_writes_nothing(cast: Cast) -> None:
    three(cast)
    before, notices = everything(STUDY.records), Notice.objects.count()
    imported = changed(cast, (2, "主题", "新的主题"), (2, "地点", None), (3, "学时", 3))
    assert everything(STUDY.records) == before and Notice.objects.count() == notices
    assert [one["differences"] for one in imported.found["changed"]] == [
        [["地点", "二楼", ""], ["主题", "先进事迹", "新的主题"]],
        [["学时", "2", "3"]],
    ]
    committed(STUDY, imported, cast.shuji1)
    second = StudySession.objects.get(on=FIRST)
    assert (second.topic, second.place) == ("新的主题", "")


def test_added_recorded_and_moved_rows_go_through_the_rooms_actions(cast: Cast) -> None:
    three(cast)
    study.past(cast.one, cast.shuji1, date(2011, 6, 13), lecturer=cast.member1)
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    book.set(2, "状态", "已举行")
    book.set(2, "主题", "党史")
    book.set(2, "讨论记录", "谈了体会")
    book.set(3, "学习日期", date(2011, 6, 27))
    book.set(3, "调整原因", "听课冲突")
    book.add(
        党组织="第一党支部", 学习日期=datetime(2011, 3, 4), 主题="补记", 讨论记录="早先的学习", 学时=1.5, 时间="15:30"
    )
    book.add(党组织="第一党支部", 学习日期=date(2011, 7, 22), 主讲人="党员甲")
    imported = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert messages(imported) == []
    committed(STUDY, imported, cast.shuji1)
    assert StudySession.objects.get(on=date(2011, 6, 13)).state == SessionState.HELD
    moved = StudySession.objects.get(on=date(2011, 6, 27))
    assert (moved.planned_on, moved.reason) == (FIRST, "听课冲突")
    late = StudySession.objects.get(on=date(2011, 3, 4))
    assert (late.state, late.hours, late.recorded_on) == (SessionState.HELD, Decimal("1.5"), ON)
    assert StudySession.objects.get(on=date(2011, 7, 22)).lecturer == cast.member1
    assert Notice.objects.filter(letter="study_moved").exists()


@pytest.mark.parametrize(
    ("line", "header", "value", "said"),
    [
        (2, "主讲人", "查无此人", "没有叫“查无此人”的党员"),
        (2, "时间", "下午三点", "不是时间"),
        (2, "党组织", "第二党支部", "不能把学习改到别的党组织"),
        (2, "学习日期", "2011-06-10", "改了学习日期，请写明为什么改期"),
        (2, "状态", "已取消", "在表格里不能取消学习"),
        (2, "状态", "已举行", "会后再填写记录"),
        (1, "讨论记录", None, "请写讨论记录"),
        (1, "状态", "待举行", "不能从“已举行”改为“待举行”"),
        (1, "编号", "R1-abc-1-0000000000", "不是本系统为这张表导出的编号"),
        (1, "编号", "乱写", "不是本系统为这张表导出的编号"),
        (2, "方案学习材料", "没有这份", "没有叫“没有这份”的方案学习材料"),
    ],
)
def test_what_cannot_be_is_said_at_its_cell(cast: Cast, line: int, header: str, value: Any, said: str) -> None:
    three(cast)
    imported = changed(cast, (line, header, value))
    assert [said in one for one in messages(imported)] == [True]
    with pytest.raises(ValidationError, match="文件里还有错误"):
        committed(STUDY, imported, cast.shuji1)


def test_a_row_of_somebody_elses_organisation_is_no_row_of_this_file(cast: Cast) -> None:
    three(cast)
    study.session(cast.two, cast.shuji2)
    imported = uploaded(STUDY, cast.one, exported(STUDY, cast.two, cast.shuji2), cast.shuji1)
    assert "系统里没有这一行" in messages(imported)[0]


def test_a_copied_row_keeps_a_key_that_can_be_only_once(cast: Cast) -> None:
    three(cast)
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    book.set(2, "编号", book.get(1, "编号"))
    imported = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert len(messages(imported)) == 2 and "编号相同" in messages(imported)[0]


def test_what_changed_in_the_portal_since_the_export_is_not_overwritten(cast: Cast) -> None:
    second = three(cast)[1]
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    second = study.again(second)
    study_actions.change_session(
        session=second, version=second.version, documents=[], topic="系统里改的", by=cast.shuji1, on=ON
    )
    untouched = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert untouched.found["counts"]["change"] == 0 and not messages(untouched)
    assert any("文件里没有改动，保留系统里的" in one["message"] for one in untouched.found["problems"])
    book.set(2, "主题", "表格里改的")
    imported = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert ["导出之后系统里已改为“系统里改的”" in one for one in messages(imported)] == [True]


def test_the_commit_does_only_what_was_on_the_screen(cast: Cast) -> None:
    second = three(cast)[1]
    imported = changed(cast, (3, "主题", "新的主题"))
    second = study.again(second)
    study_actions.change_session(
        session=second, version=second.version, documents=[], topic="又变了", by=cast.shuji1, on=ON
    )
    with pytest.raises(Changed):
        committed(STUDY, imported, cast.shuji1)
    imported.refresh_from_db()
    assert imported.state == ImportState.REHEARSED


def test_only_the_good_rows_by_an_explicit_tick(cast: Cast) -> None:
    three(cast)
    imported = changed(cast, (2, "主讲人", "查无此人"), (3, "主题", "好的一行"))
    committed(STUDY, imported, cast.shuji1, only_good=True)
    assert StudySession.objects.get(on=date(2011, 7, 8)).topic == "好的一行"
    assert StudySession.objects.get(on=FIRST).lecturer == cast.member1


def test_bad_cells_come_back_coloured_with_a_note_and_can_be_repaired(cast: Cast) -> None:
    three(cast)
    imported = changed(cast, (2, "主讲人", "查无此人"))
    with imported.file.open() as file:
        content = STUDY.sheet.annotated(BytesIO(file.read()), problems_of(imported.found["problems"]))
    book = Book(content)
    cell = book.sheet.cell(book.top + 1, book.columns["主讲人"])
    assert cell.fill.fgColor.rgb.endswith("F8C9C4") and "查无此人" in cell.comment.text
    book.set(1, "主讲人", "党员甲")
    again = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert not messages(again) and again.found["counts"]["missing"] == 2


def test_a_row_left_out_is_told_and_falls_away_only_when_ticked(cast: Cast) -> None:
    sessions = three(cast)
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    book.remove(2)
    study.session(cast.one, cast.shuji1, date(2011, 7, 15))
    StudySession.objects.filter(on=date(2011, 7, 15)).update(entered_at=clock.now() + timedelta(minutes=5))
    imported = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    assert [one["pk"] for one in imported.found["missing"]] == [sessions[1].pk]
    before = everything(STUDY.records)
    committed(STUDY, imported, cast.shuji1, dropping=[sessions[1].pk])
    assert StudySession.objects.get(pk=sessions[1].pk).state == SessionState.CANCELLED
    assert StudySession.objects.get(pk=sessions[2].pk).lecturer == cast.member1  # the turn moved on
    imported.refresh_from_db()
    actions.undo_table(table=STUDY, imported=imported, by=cast.shuji1, on=ON)
    assert everything(STUDY.records) == before


def test_undo_restores_every_field_and_only_once(cast: Cast) -> None:
    three(cast)
    before = everything(STUDY.records)
    book = Book(exported(STUDY, cast.one, cast.shuji1))
    book.set(1, "讨论记录", "改过的记录")
    book.set(2, "主讲人", None)
    book.set(3, "学习日期", date(2011, 7, 9))
    book.set(3, "调整原因", "有事")
    book.add(党组织="第一党支部", 学习日期=date(2011, 7, 22), 主讲人="党员甲")
    imported = uploaded(STUDY, cast.one, book.saved(), cast.shuji1)
    committed(STUDY, imported, cast.shuji1)
    assert everything(STUDY.records) != before
    imported.refresh_from_db()
    actions.undo_table(table=STUDY, imported=imported, by=cast.shuji1, on=ON)
    assert everything(STUDY.records) == before


def test_undo_is_refused_with_sentences_once_somebody_went_on_from_there(cast: Cast) -> None:
    three(cast)
    first = changed(cast, (2, "主题", "第一次"))
    committed(STUDY, first, cast.shuji1)
    second = changed(cast, (2, "主题", "第二次"))
    committed(STUDY, second, cast.shuji1)
    first.refresh_from_db()
    second.refresh_from_db()
    with pytest.raises(ValidationError, match="在导入之后又有改动，不能整体撤销"):
        actions.undo_table(table=STUDY, imported=first, by=cast.shuji1, on=ON)
    first.refresh_from_db()
    assert first.state == ImportState.COMMITTED
    actions.undo_table(table=STUDY, imported=second, by=cast.shuji1, on=ON)
    actions.undo_table(table=STUDY, imported=first, by=cast.shuji1, on=ON)
    assert StudySession.objects.get(on=FIRST).topic == "先进事迹"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_file_saved_again_by_libreoffice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    three(cast)
    study.session(cast.one, cast.shuji1, date(2011, 7, 1), topic="=1+1 两行\n文字", starts_at="09:05", hours="1.5")
    content = saved_by_office(exported(STUDY, cast.one, cast.shuji1), tmp_path)
    assert load_workbook(BytesIO(content)).worksheets[0].data_validations.dataValidation
    imported = uploaded(STUDY, cast.one, content, cast.shuji1)
    assert imported.found["counts"] == {"add": 0, "change": 0, "same": 4, "bad": 0, "missing": 0}, imported.found


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@settings(
    max_examples=TRIPS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "topic": TEXT,
                "materials": TEXT,
                "place": TEXT,
                "host": TEXT,
                "discussion": TEXT,
                "reason": TEXT,
                "hours": st.decimals(0, 24, places=1),
                "starts_at": st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)),
                "state": st.sampled_from(SessionState.values),
                "led": st.booleans(),
            }
        ),
        max_size=6,
    )
)
def test_no_random_table_is_changed_by_going_round(cast: Cast, rows: list[dict[str, Any]]) -> None:
    StudySession.objects.all().delete()
    term = study.semester()
    for number, row in enumerate(rows):
        day, led = date(2011, 3, 1) + timedelta(days=number), row.pop("led")
        lecturer = cast.member1 if led else None
        StudySession.objects.create(
            organization=cast.one, semester=term, on=day, planned_on=day, lecturer=lecturer, **row
        )
    before = everything(STUDY.records)
    imported = uploaded(STUDY, cast.one, exported(STUDY, cast.one, cast.shuji1), cast.shuji1)
    counts = {"add": 0, "change": 0, "same": len(rows), "bad": 0, "missing": 0}
    assert imported.found["counts"] == counts, imported.found["problems"]
    committed(STUDY, imported, cast.shuji1)
    assert everything(STUDY.records) == before


def test_a_thousand_rows_are_compared_in_a_fixed_number_of_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    term = study.semester()
    StudySession.objects.bulk_create(
        StudySession(
            organization=cast.one, path=cast.one.path, semester=term, on=day, planned_on=day, topic=f"第{number}次"
        )
        for number, day in ((n, date(2008, 1, 1) + timedelta(days=n)) for n in range(1000))
    )
    content = exported(STUDY, cast.one, cast.shuji1)
    with django_assert_max_num_queries(30):
        uploaded(STUDY, cast.one, content, cast.shuji1)


def test_who_does_not_plan_the_study_takes_no_file_in(cast: Cast) -> None:
    three(cast)
    member = people.account(people.member(cast.one), "putong")
    with pytest.raises(Exception, match="学习由本组织的委员会"):
        uploaded(STUDY, cast.one, exported(STUDY, cast.one, cast.shuji1), member)
