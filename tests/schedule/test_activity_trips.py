"""活动 goes round: corrected, written down later, taken back."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuangxian import clock
from schedule.actions import activities as room
from schedule.actions import imports as actions
from schedule.models import Activity, TableImport
from schedule.states.activities import Role
from schedule.tables.activities import ACTIVITIES
from tests import build as people
from tests.conftest import Cast
from tests.schedule import activities as build
from tests.schedule.activities import ON
from tests.schedule.trips import Book, committed, everything, exported, messages, saved_by_office, uploaded

TRIPS = int(os.environ.get("ROUND_TRIPS", "20"))


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


def two(cast: Cast) -> list[Activity]:
    """One with people, schools and standards; one without."""
    given: dict[str, Any] = {"participants": {cast.member1.pk: Role.ORGANIZER}, "schools": ["局前街小学", "实验中学"]}
    return [
        build.activity(cast.one, cast.shuji1, **given, standards=build.standards(), place="二楼"),
        build.activity(cast.one, cast.shuji1, title="下校调研", starts_on=date(2011, 5, 20), ends_on=date(2011, 5, 21)),
    ]


def out(cast: Cast) -> Book:
    return Book(exported(ACTIVITIES, cast.one, cast.shuji1))


def back(cast: Cast, book: Book) -> TableImport:
    return uploaded(ACTIVITIES, cast.one, book.saved(), cast.shuji1)


def counts(imported: TableImport) -> tuple[int, ...]:
    return tuple(imported.found["counts"][name] for name in ("add", "change", "same", "bad", "missing"))


def taken_back(cast: Cast, imported: TableImport) -> None:
    imported.refresh_from_db()
    actions.undo_table(table=ACTIVITIES, imported=imported, by=cast.shuji1, on=ON)


def test_an_untouched_export_changes_nothing(cast: Cast) -> None:
    kept = two(cast)
    room.withdraw_activity(activity=kept[1], reason="重复", version=1, by=cast.shuji1, on=ON)
    before = everything(ACTIVITIES.records)
    imported = back(cast, out(cast))
    assert counts(imported) == (0, 0, 2, 0, 0) and not messages(imported)
    committed(ACTIVITIES, imported, cast.shuji1)
    assert everything(ACTIVITIES.records) == before


def test_rows_are_corrected_and_added_and_all_of_it_is_taken_back(cast: Cast) -> None:
    two(cast)
    second = people.member(cast.one, "新来的")
    before = everything(ACTIVITIES.records)
    book = out(cast)
    book.set(1, "参加党员", "党员甲；新来的（评委、评课）")
    book.set(1, "服务学校", "局前街小学")
    book.set(2, "计入学时", 3.5)
    book.set(2, "具体内容", "基本功竞赛")
    row = {"党组织": "第一党支部", "活动载体": "research载体", "活动名称": "命题研讨", "开始日期": date(2010, 11, 3)}
    book.add(**row, 参加党员="党员甲", 服务人次=40, 对外公开="是")
    imported = back(cast, book)
    assert counts(imported) == (1, 2, 0, 0, 0), messages(imported)
    assert everything(ACTIVITIES.records) == before
    committed(ACTIVITIES, imported, cast.shuji1)
    first, other, late = Activity.objects.order_by("pk")
    assert {one.member: one.role for one in first.participants.all()} == {
        cast.member1: Role.PARTICIPANT,
        second: Role.JUDGE,
    }
    assert [one.name for one in first.schools.all()] == ["局前街小学"]
    assert first.standards.count() == 2 and first.place == "二楼"
    assert other.hours == Decimal("3.5") and other.item is not None and other.item.title == "基本功竞赛"
    assert (late.starts_on, late.ends_on, late.recorded_on) == (date(2010, 11, 3), date(2010, 11, 3), ON)
    assert late.served == 40 and late.is_public and late.standards.count() == 2
    taken_back(cast, imported)
    assert everything(ACTIVITIES.records) == before


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("参加党员", "查无此人", "没有叫“查无此人”的党员"),
        ("参加党员", "党员甲（领导）", "不是参加方式"),
        ("活动载体", "没有这个载体", "方案里没有叫“没有这个载体”的活动载体"),
        ("具体内容", "没有这项", "下面没有叫“没有这项”的内容"),
        ("结束日期", date(2011, 5, 1), "结束日期不能早于开始日期"),
        ("开始日期", date(2011, 7, 1), "结束日期不能早于开始日期"),
        ("支撑的标准", "没有这条", "没有叫“没有这条”的标准"),
        ("撤回日期", ON, "撤回请到活动页面办理"),
        ("党组织", "第二党支部", "不能把活动改到别的党组织"),
        ("活动名称", None, "必填，不能为空"),
        ("计入学时", 200, "99"),
    ],
)
def test_what_cannot_be_is_said_at_its_cell(cast: Cast, header: str, value: Any, said: str) -> None:
    two(cast)
    book = out(cast)
    book.set(1, header, value)
    imported = back(cast, book)
    assert [said in one for one in messages(imported)] == [True], messages(imported)


def test_a_row_left_out_is_taken_back_only_when_ticked(cast: Cast) -> None:
    kept = two(cast)
    book = out(cast)
    book.remove(2)
    imported = back(cast, book)
    assert [one["pk"] for one in imported.found["missing"]] == [kept[1].pk]
    before = everything(ACTIVITIES.records)
    committed(ACTIVITIES, imported, cast.shuji1, dropping=[kept[1].pk])
    assert Activity.objects.get(pk=kept[1].pk).withdrawn_on == ON
    taken_back(cast, imported)
    assert everything(ACTIVITIES.records) == before


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_file_saved_again_by_libreoffice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    two(cast)
    content = saved_by_office(exported(ACTIVITIES, cast.one, cast.shuji1), tmp_path)
    imported = uploaded(ACTIVITIES, cast.one, content, cast.shuji1)
    assert counts(imported) == (0, 0, 2, 0, 0), imported.found


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@settings(
    max_examples=TRIPS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "title": TEXT.filter(lambda one: any(letter.isalnum() for letter in one)),
                "place": TEXT,
                "text": TEXT,
                "result": TEXT,
                "hours": st.decimals(0, 99, places=1),
                "served": st.none() | st.integers(0, 10**6),
                "is_public": st.booleans(),
                "withdrawn_on": st.none() | st.just(ON),
                "days": st.integers(0, 3),
                "role": st.none() | st.sampled_from(Role.values),
                "schools": st.lists(TEXT, max_size=2, unique=True),
            }
        ),
        max_size=4,
    )
)
def test_no_random_table_is_changed_by_going_round(cast: Cast, rows: list[dict[str, Any]]) -> None:
    Activity.objects.all().delete()
    carrier, first = build.carrier(), date(2011, 5, 1)
    for row in rows:
        days, role, schools = row.pop("days"), row.pop("role"), row.pop("schools")
        made = Activity.objects.create(
            organization=cast.one,
            carrier=carrier,
            item=build.point() if days else None,
            starts_on=first,
            ends_on=first + timedelta(days=days),
            by=cast.shuji1,
            recorded_on=ON,
            **row,
        )
        if role:
            made.participants.create(member=cast.member1, role=role)
        for school in schools:
            made.schools.create(name=school)
        made.standards.set(build.standards()[:days])
    before = everything(ACTIVITIES.records)
    imported = back(cast, out(cast))
    assert counts(imported) == (0, 0, len(rows), 0, 0), imported.found["problems"]
    committed(ACTIVITIES, imported, cast.shuji1)
    assert everything(ACTIVITIES.records) == before


def test_the_way_in_stands_on_the_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.shuji1)
    url = reverse("schedule:table_list", args=["activities"])
    assert url in client.get(reverse("schedule:activity_list")).content.decode()
    assert reverse("schedule:table_import", args=["activities", cast.one.pk]) in client.get(url).content.decode()
