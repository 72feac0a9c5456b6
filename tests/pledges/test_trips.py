"""承诺 goes round: drafts changed and begun, outcomes accounted for, history entered with its own days, and all of it taken back."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LogEntry
from branches.models import Member
from branches.states import Post
from chuangxian import clock
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.states import ItemKind, Outcome, State
from pledges.tables import PLEDGES
from schedule.actions import imports as actions
from schedule.models import Mail, Notice, TableImport
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON
from tests.schedule.trips import Book, committed, everything, exported, messages, saved_by_office, uploaded

TRIPS = int(os.environ.get("ROUND_TRIPS", "20"))
PAST = {
    "周期": "2010年承诺",
    "党组织": "第一党支部",
    "主体": "党员",
    "承诺人": "党员甲",
    "类别": "岗位承诺",
    "承诺内容": "听评课不少于40节",
    "完成时限": date(2010, 11, 30),
    "兑现情况": "兑现",
    "兑现日期": date(2010, 11, 20),
    "状态": "已评诺",
    "提交": date(2010, 9, 10),
    "定诺": date(2010, 9, 15),
    "亮诺": date(2010, 9, 20),
    "述诺": date(2010, 12, 10),
    "评诺": date(2010, 12, 20),
}


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def past(cast: Cast) -> PledgeCycle:
    """The cycle of 2010."""
    return build.cycle(cast.general, 2010)


@pytest.fixture
def paper(cast: Cast, cycle: PledgeCycle) -> Member:
    """A member without an account, whose pledge the office wrote."""
    member = people.member(cast.one, "无账号党员")
    build.draft(cycle, cast.ganshi, member=member, items=[build.text(), build.text("下校二十次")])
    return member


def out(cast: Cast) -> Book:
    return Book(exported(PLEDGES, cast.general, cast.ganshi))


def back(cast: Cast, book: Book) -> TableImport:
    return uploaded(PLEDGES, cast.general, book.saved(), cast.ganshi)


def counts(imported: TableImport) -> tuple[int, ...]:
    return tuple(imported.found["counts"][name] for name in ("add", "change", "same", "bad"))


def taken_back(cast: Cast, imported: TableImport) -> None:
    imported.refresh_from_db()
    actions.undo_table(table=PLEDGES, imported=imported, by=cast.ganshi, on=ON)


def test_an_untouched_export_changes_nothing(cast: Cast, cycle: PledgeCycle, paper: Member) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    before = everything(PLEDGES.records)
    imported = back(cast, out(cast))
    assert counts(imported) == (0, 0, 3, 0) and not messages(imported)
    committed(PLEDGES, imported, cast.ganshi)
    assert everything(PLEDGES.records) == before


def test_drafts_of_others_are_not_in_the_file(cast: Cast, cycle: PledgeCycle, paper: Member) -> None:
    build.draft(cycle, cast.dangyuan1)
    book = out(cast)
    lines = [book.get(line, "承诺人") for line in range(1, book.sheet.max_row - book.top + 1)]
    assert "党员甲" not in lines and "无账号党员" in lines


def test_a_draft_is_rewritten_and_grows(cast: Cast, cycle: PledgeCycle, paper: Member) -> None:
    before = everything(PLEDGES.records)
    book = out(cast)
    book.set(1, "承诺内容", "听评课不少于50节")
    new = {"周期": cycle.name, "党组织": "第一党支部", "主体": "党员", "承诺人": "无账号党员", "类别": "共性承诺"}
    book.add(**new, 承诺内容="带头学习", 完成时限=date(2011, 9, 30))
    imported = back(cast, book)
    assert counts(imported) == (1, 1, 1, 0), messages(imported)
    committed(PLEDGES, imported, cast.ganshi)
    contents = PledgeItem.objects.order_by("place").values_list("content", flat=True)
    assert list(contents) == ["听评课不少于50节", "下校二十次", "带头学习"]
    taken_back(cast, imported)
    assert everything(PLEDGES.records) == before


def test_history_is_entered_with_its_own_days_and_tells_nobody(cast: Cast, past: PledgeCycle) -> None:
    book = out(cast)
    book.add(**PAST)
    second = {"承诺内容": "下校二十次", "兑现情况": "基本兑现", "说明": "去了十八次", "兑现日期": date(2010, 11, 29)}
    book.add(**{**PAST, **second})
    before = everything(PLEDGES.records)
    imported = back(cast, book)
    assert counts(imported) == (2, 0, 0, 0), messages(imported)
    committed(PLEDGES, imported, cast.ganshi)
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.author, pledge.edition) == (State.APPRAISED, cast.ganshi, 1)
    assert (pledge.submitted_on, pledge.approved_on) == (date(2010, 9, 10), date(2010, 9, 15))
    assert (pledge.published_on, pledge.reported_on, pledge.appraised_on) == tuple(
        PAST[name] for name in ("亮诺", "述诺", "评诺")
    )
    assert pledge.entered_at.date() == ON
    items = list(pledge.items.all())
    assert [(one.outcome, one.settled_on) for one in items] == [
        (Outcome.FULFILLED, date(2010, 11, 20)),
        (Outcome.PARTLY, date(2010, 11, 29)),
    ]
    assert not Notice.objects.exists() and not Mail.objects.exists()
    assert LogEntry.objects.get(verb="record_history").on == ON
    assert counts(back(cast, out(cast))) == (0, 0, 2, 0)
    taken_back(cast, imported)
    assert everything(PLEDGES.records) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"亮诺": None}, "请写明亮诺是哪一天"),
        ({"定诺": date(2010, 9, 1)}, "定诺日期早于前一步的日期"),
        ({"评诺": date(2011, 12, 20)}, "不能晚于今天"),
        ({"兑现情况": "未兑现"}, "没有完全兑现，请写明原因"),
        ({"兑现日期": None}, "要么都写，要么都不写"),
        ({"完成时限": date(2011, 1, 30)}, "完成时限不在"),
        ({"承诺人": "查无此人"}, "没有叫“查无此人”的党员"),
        ({"承诺人": None}, "请写承诺的党员姓名"),
        ({"周期": "2008年承诺"}, "没有叫“2008年承诺”的承诺周期"),
        ({"状态": "已定诺"}, "只能补录已亮诺、已述诺、已评诺、已归档的承诺"),
        ({"状态": "已归档"}, "没有结束的周期，不能是“已归档”"),
        ({"对应标准": "没有这条"}, "没有叫“没有这条”的标准"),
        ({"责任人": "某人"}, "责任人留空"),
    ],
)
def test_history_that_cannot_be_is_refused_at_its_cell(
    cast: Cast, past: PledgeCycle, given: dict[str, Any], said: str
) -> None:
    book = out(cast)
    book.add(**{**PAST, **given})
    imported = back(cast, book)
    assert [said in one for one in messages(imported)] == [True], messages(imported)


def test_nobody_enters_his_own_history_or_that_of_a_running_cycle(
    cast: Cast, past: PledgeCycle, cycle: PledgeCycle
) -> None:
    book = Book(exported(PLEDGES, cast.one, cast.shuji1))
    assert cast.shuji1.member is not None
    book.add(**{**PAST, "承诺人": cast.shuji1.member.name})
    assert "由创先争优办公室补录" in messages(uploaded(PLEDGES, cast.one, book.saved(), cast.shuji1))[0]
    PledgeCycle.objects.filter(pk=cycle.pk).update(publish_by=ON)
    book = out(cast)
    now = {"周期": cycle.name, "完成时限": date(2011, 6, 1), "状态": "已亮诺", "述诺": None, "评诺": None}
    days = {"提交": date(2011, 2, 10), "定诺": date(2011, 2, 11), "亮诺": date(2011, 2, 12)}
    book.add(**{**PAST, **now, **days, "兑现日期": date(2011, 3, 1)})
    assert "还没有过亮诺截止日期" in messages(back(cast, book))[0]


def test_a_published_text_is_not_rewritten(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    book = out(cast)
    book.set(1, "承诺内容", "改过的承诺")
    said = messages(back(cast, book))
    assert len(said) == 1 and "党员的承诺由本人填写" in said[0] and "承诺内容" in said[0]
    book = out(cast)
    book.set(1, "亮诺", date(2011, 3, 1))
    assert "由办理产生，不能在表格里改" in messages(back(cast, book))[0]


def test_what_came_of_a_published_pledge_is_accounted_for_by_its_rules(cast: Cast, cycle: PledgeCycle) -> None:
    member = people.member(cast.one, "无账号党员")
    build.published(cycle, cast.ganshi, cast.shuji1, member=member)
    before = everything(PLEDGES.records)
    book = out(cast)
    book.set(1, "兑现情况", "基本兑现")
    assert "没有完全兑现的，请写明原因" in messages(back(cast, book))[0]
    book.set(1, "说明", "听了三十八节")
    imported = back(cast, book)
    committed(PLEDGES, imported, cast.ganshi)
    item = PledgeItem.objects.get()
    assert (item.outcome, item.settled_on) == (Outcome.PARTLY, ON)
    taken_back(cast, imported)
    assert everything(PLEDGES.records) == before


def test_a_new_pledge_is_begun_by_whoever_may_write_it(cast: Cast, cycle: PledgeCycle) -> None:
    people.member(cast.one, "无账号党员")
    book = out(cast)
    new = {
        "周期": cycle.name,
        "党组织": "第一党支部",
        "主体": "党员",
        "类别": "岗位承诺",
        "完成时限": date(2011, 9, 30),
    }
    book.add(**new, 承诺人="无账号党员", 承诺内容="下校二十次")
    book.add(**new, 承诺人="党员甲", 承诺内容="替有账号的人写")
    imported = back(cast, book)
    assert counts(imported) == (1, 0, 0, 1)
    assert "党员的承诺由本人填写" in messages(imported)[0]
    committed(PLEDGES, imported, cast.ganshi, only_good=True)
    assert Pledge.objects.get().state == State.DRAFT


def test_undo_is_refused_once_somebody_went_on_with_the_pledge(cast: Cast, past: PledgeCycle) -> None:
    book = out(cast)
    book.add(**PAST)
    imported = back(cast, book)
    committed(PLEDGES, imported, cast.ganshi)
    item = PledgeItem.objects.get()
    item.entries.create(on=date(2010, 11, 1), text="听课", by=cast.dangyuan1)
    with pytest.raises(Exception, match="践诺记录记录，不能整体撤销"):
        taken_back(cast, imported)
    assert Pledge.objects.exists()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_file_saved_again_by_libreoffice_changes_nothing(
    cast: Cast, cycle: PledgeCycle, paper: Member, tmp_path: Path
) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("=两行\n的承诺", target="100%")])
    imported = uploaded(
        PLEDGES, cast.general, saved_by_office(exported(PLEDGES, cast.general, cast.ganshi), tmp_path), cast.ganshi
    )
    assert counts(imported) == (0, 0, 3, 0), imported.found


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
DAYS = st.none() | st.dates(date(2009, 1, 1), date(2013, 12, 31))


@settings(
    max_examples=TRIPS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    state=st.sampled_from([one for one in State.values if one != State.LAPSED]),
    days=st.tuples(DAYS, DAYS, DAYS, DAYS, DAYS),
    document=TEXT,
    items=st.lists(
        st.fixed_dictionaries(
            {
                "content": TEXT.filter(lambda one: any("一" <= letter <= "龥" or letter.isalnum() for letter in one)),
                "measure": TEXT,
                "baseline": TEXT,
                "target": TEXT,
                "responsible": TEXT,
                "explanation": TEXT,
                "kind": st.sampled_from(ItemKind.values),
                "due_on": st.dates(date(2011, 1, 1), date(2011, 12, 20)),
                "settled": st.none() | st.tuples(st.sampled_from(Outcome.values), st.dates(date(2011, 1, 1), ON)),
            }
        ),
        max_size=5,
    ),
)
def test_no_random_table_is_changed_by_going_round(
    cast: Cast, cycle: PledgeCycle, state: str, days: Any, document: str, items: list[dict[str, Any]]
) -> None:
    PledgeItem.objects.all().delete()
    Pledge.objects.all().delete()
    names = ("submitted_on", "approved_on", "published_on", "reported_on", "appraised_on")
    pledge = Pledge.objects.create(
        cycle=cycle,
        subject_kind="organization",
        organization=cast.general,
        state=state,
        author=cast.ganshi,
        external_document=document,
        **dict(zip(names, days, strict=True)),
    )
    for place, fields in enumerate(items, 1):
        outcome, settled_on = fields.pop("settled") or ("", None)
        PledgeItem.objects.create(pledge=pledge, place=place, outcome=outcome, settled_on=settled_on, **fields)
    seen = Pledge.objects.visible_to(cast.zongzhi, ON).exists()
    before = everything(PLEDGES.records)
    content = exported(PLEDGES, cast.general, cast.zongzhi)
    imported = uploaded(PLEDGES, cast.general, content, cast.zongzhi)
    assert counts(imported) == (0, 0, len(items) * seen, 0), imported.found["problems"]
    committed(PLEDGES, imported, cast.zongzhi)
    assert everything(PLEDGES.records) == before


def test_the_ways_in_stand_where_the_table_is(cast: Cast, cycle: PledgeCycle, client: Client) -> None:
    client.force_login(cast.ganshi)
    url = reverse("schedule:table_list", args=["pledges"])
    assert url in client.get(reverse("pledges:pledge_list")).content.decode()
    assert "教研室党总支" in client.get(url).content.decode()
    client.force_login(cast.dangyuan1)
    assert url not in client.get(reverse("pledges:pledge_list")).content.decode()
    assert client.get(url).status_code == 403


def test_a_commissioner_reads_no_file_of_pledges(cast: Cast, past: PledgeCycle, client: Client) -> None:
    commissioner = people.member(cast.one, "宣传委员")
    people.appoint(commissioner, cast.one, Post.PUBLICITY_COMMISSIONER)
    imported = uploaded(PLEDGES, cast.one, exported(PLEDGES, cast.one, cast.ganshi), cast.ganshi)
    client.force_login(people.account(commissioner))
    assert client.get(imported.get_absolute_url()).status_code == 403
