"""The pages of action items and meetings: whom they open for, what they give back, what they cost; the ledger as a workbook."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, Typed, User
from branches.models import Member, Membership
from chuangxian import clock
from schedule.actions import items as actions
from schedule.models import ActionEvidence, ActionItem, Meeting
from schedule.sheets.items import LEDGER
from schedule.states.items import ItemState
from tests import build as people
from tests.conftest import Cast
from tests.schedule import items
from tests.schedule.items import ON, RAISED


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "") -> str:
    response = signed_in(user).get(reverse(f"schedule:{view}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def many(cast: Cast, number: int) -> None:
    """So many items of as many members of branch one, half of them handed in, and as many meetings."""
    already = Member.objects.count()
    members = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(number)
    )
    at = {"organization": cast.one, "path": cast.one.path}
    Membership.objects.bulk_create(Membership(member=member, starts_on=people.DAY, **at) for member in members)
    handed_in = {"state": ItemState.SUBMITTED, "submitted_on": ON, "submitted_by": cast.ganshi, "measure": "听课"}
    ActionItem.objects.bulk_create(
        ActionItem(
            member=member,
            responsible=member,
            verifying=cast.one,
            problem=f"问题{number}",
            due_on=date(2011, 6, 1 + number % 28),
            raised_on=RAISED,
            **at,
            **(handed_in if number % 2 else {}),
        )
        for number, member in enumerate(members)
    )
    Meeting.objects.bulk_create(
        Meeting(kind="comment", title=f"点评会{n}", held_on=ON, recorded_by=cast.shuji1, **at) for n in range(number)
    )


@pytest.mark.parametrize("who", ["zongzhi", "shuji1", "dangyuan1", "ganshi"])
@pytest.mark.parametrize("view", ["item_list", "meeting_list"])
def test_a_list_costs_the_same_with_three_rows_and_with_three_hundred(cast: Cast, view: str, who: str) -> None:
    user, url = getattr(cast, who), reverse(f"schedule:{view}")

    def queries() -> int:
        client = signed_in(user)
        client.get(url)  # the first page of a session also writes the session
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    items.item(cast.one, cast.member1)
    many(cast, 3)
    few = queries()
    many(cast, 297)
    assert queries() == few <= 16


def test_an_items_page_costs_the_same_with_one_entry_and_with_thirty(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    client, url = signed_in(cast.shuji1), item.get_absolute_url()

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries()
    for _ in range(29):
        actions.enter(item=items.again(item), day=ON, text="听课", by=cast.dangyuan1, on=ON)
    assert queries() == few <= 18


# ---- the list ----


def listed(user: User, query: str = "") -> set[str]:
    response = signed_in(user).get(reverse("schedule:item_list") + query)
    assert response.status_code == 200
    return {line.item.problem for line in response.context["items"]}


def test_the_list_shows_what_is_unfinished_in_ones_scope_and_what_is_asked_for(cast: Cast) -> None:
    items.item(cast.one, cast.member1, problem="甲逾期", due_on=items.DONE, source="comment")
    items.submitted(items.item(cast.one, cast.shuji1.member, problem="书记待验"), cast.shuji1)
    items.item(cast.one, responsible=cast.shuji1.member, problem="支部的", source="self_review")
    items.item(cast.two, cast.member2, problem="乙")
    items.verified(items.item(cast.one, cast.member1, problem="甲销号"), cast.dangyuan1, cast.shuji1)
    assert listed(cast.zongzhi) == {"甲逾期", "书记待验", "支部的", "乙"}
    assert listed(cast.shuji1) == {"甲逾期", "书记待验", "支部的"}
    assert listed(cast.dangyuan1) == {"甲逾期", "支部的"}
    assert listed(cast.dangyuan2) == {"乙"}
    assert listed(cast.stranger) == listed(cast.guanli) == set()
    assert listed(cast.zongzhi, "?state=verified") == {"甲销号"}
    assert listed(cast.zongzhi, "?state=all") == {"甲逾期", "书记待验", "支部的", "乙", "甲销号"}
    assert listed(cast.zongzhi, "?overdue=1") == {"甲逾期"}
    assert listed(cast.zongzhi, "?source=self_review") == {"支部的"}
    assert listed(cast.zongzhi, f"?organization={cast.two.pk}") == {"乙"}
    assert listed(cast.zongzhi, "?responsible=书记") == {"书记待验", "支部的"}
    assert listed(cast.zongzhi, "?waiting=to_verify") == {"书记待验"}
    assert listed(cast.shuji1, "?waiting=to_do") == {"支部的"}
    assert listed(cast.dangyuan1, "?waiting=to_do") == {"甲逾期"}


def test_on_a_past_day_the_list_is_that_of_that_day(cast: Cast) -> None:
    items.verified(items.item(cast.one, cast.member1, problem="甲"), cast.dangyuan1, cast.shuji1)
    items.item(cast.one, cast.member1, problem="后来的", on=ON)
    with clock.standing_on(items.SUBMITTED):
        assert listed(cast.zongzhi) == {"甲"}


def test_above_the_list_stands_what_waits_for_oneself(cast: Cast) -> None:
    items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    items.item(cast.one, cast.member1)
    assert "等我验收的整改事项" in page(cast.shuji1, "item_list")
    assert "要我整改的事项" in page(cast.dangyuan1, "item_list")
    assert "等我办的</h2>" not in page(cast.zongzhi, "item_list")


@pytest.mark.parametrize("view", ["item_list", "meeting_list", "item_add", "meeting_add"])
def test_every_page_opens_while_there_is_nothing(cast: Cast, view: str) -> None:
    assert page(cast.zongzhi, view)


# ---- one item ----


def test_the_page_says_how_late_it_is_and_offers_each_what_is_his(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1, due_on=items.DONE, by=cast.zongzhi), cast.dangyuan1)
    mine = page(cast.dangyuan1, "item_detail", item.pk)
    assert "已过 19 天" in mine and "记一笔进展" in mine and "提交验收" in mine and "延期" not in mine
    assert "听课两节" in mine and "忙于事务" in mine and "每周听课两节" in mine
    assert "填写原因和措施" in mine  # the history
    theirs = page(cast.shuji1, "item_detail", item.pk)
    assert "记一笔进展" not in theirs and "延期" in theirs and "撤销事项" in theirs


def test_a_move_is_made_from_the_page_and_a_refusal_gives_the_words_back(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    client, url = signed_in(cast.dangyuan1), reverse("schedule:item_act", args=[item.pk])
    refused = client.post(url, {"verb": "cancel", "version": item.version, "note": "我不想改了"})
    text = refused.content.decode()
    assert refused.status_code == 403 and "我不想改了" in text and "由提出的人或者验收的组织撤销" in text
    stale = client.post(url, {"verb": "submit", "version": item.version - 1, "note": "做完了十二节"})
    assert stale.status_code == 409 and "做完了十二节" in stale.content.decode()
    assert client.post(url, {"verb": "submit", "version": item.version, "note": "做完"}).status_code == 302
    assert client.post(url, {"verb": "begin"}).status_code == 400
    assert items.again(item).result == "做完"


def test_what_was_reopened_says_at_the_head_what_is_still_missing(cast: Cast) -> None:
    item = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    actions.act(item=item, verb="reopen", note="请补评课记录", version=None, by=cast.shuji1, on=ON)
    text = page(cast.dangyuan1, "item_detail", item.pk)
    assert "退回再改：补做以后请再提交验收" in text and text.count("请补评课记录") == 2  # there and in the history


def test_a_plan_saved_on_an_older_reading_shows_both_texts_and_can_still_be_kept(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    client, url = signed_in(cast.dangyuan1), reverse("schedule:item_plan", args=[item.pk])
    actions.plan(item=item, cause="别处写的", measure="别处的措施", version=item.version, by=cast.dangyuan1, on=ON)
    mine = {"cause": "我写的原因", "measure": "我写的措施", "version": 1}
    response = client.post(url, mine)
    text = response.content.decode()
    assert response.status_code == 409
    assert all(word in text for word in ("我写的原因", "我写的措施", "别处写的", "别处的措施"))
    assert items.again(item).measure == "别处的措施"
    assert client.post(url, mine | {"version": items.again(item).version}).status_code == 302
    assert items.again(item).measure == "我写的措施"


def test_a_plan_without_a_measure_comes_back_with_everything_typed(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    url = reverse("schedule:item_plan", args=[item.pk])
    response = signed_in(cast.dangyuan1).post(url, {"cause": "写了很久的原因", "measure": "", "version": item.version})
    text = response.content.decode()
    assert response.status_code == 422 and "请写明准备怎么整改" in text and "写了很久的原因" in text


def test_a_day_too_early_comes_back_when_more_time_is_given(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    url = reverse("schedule:item_postpone", args=[item.pk])
    client = signed_in(cast.shuji1)
    given = {"due_on": "2011-06-29", "reason": "学校停课两周", "version": item.version}
    response = client.post(url, given)
    assert response.status_code == 422 and "学校停课两周" in response.content.decode()
    slip = client.post(url, given | {"due_on": "2111-07-31"})
    assert slip.status_code == 422 and "时限最晚到 2013-12-31，请看看年份有没有写错" in slip.content.decode()
    stale = client.post(url, given | {"due_on": "2011-07-31", "version": item.version + 3})
    assert (
        stale.status_code == 409 and "有过变动" in stale.content.decode() and "学校停课两周" in stale.content.decode()
    )
    assert client.post(url, given | {"due_on": "2011-07-31"}).status_code == 302
    assert items.again(item).due_on == date(2011, 7, 31)


# ---- evidence ----


def upload(name: str = "评课记录.txt", content: bytes = "评课记录".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def enter_page(user: User, item: ActionItem, **fields: Any) -> Any:
    data = {"on": "2011-06-18", "text": "到第二实验小学听课两节"}
    return signed_in(user).post(reverse("schedule:item_progress", args=[item.pk]), data | fields)


def test_evidence_is_kept_under_a_random_name_and_given_to_whoever_sees_the_item(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    assert enter_page(cast.dangyuan1, item, evidence=[upload(), upload("二.txt")]).status_code == 302
    evidence = ActionEvidence.objects.get(name="评课记录.txt")
    assert "评课" not in str(evidence.file.name) and Path(evidence.file.path).read_bytes() == "评课记录".encode()
    url = reverse("schedule:item_evidence", args=[evidence.pk])
    for user in (cast.dangyuan1, cast.shuji1, cast.zongzhi, cast.ganshi):
        answer = signed_in(user).get(url)
        assert b"".join(answer.streaming_content) == "评课记录".encode()  # type: ignore[attr-defined]
        assert "sandbox" in answer["Content-Security-Policy"]
    for user in (cast.dangyuan2, cast.shuji2, cast.stranger, cast.guanli):
        assert signed_in(user).get(url).status_code == 404
    assert "评课记录.txt" in page(cast.shuji1, "item_detail", item.pk)


@pytest.mark.parametrize(
    ("name", "content"),
    [("坏.pdf", b"<html>"), ("坏.exe", b"MZ\x90"), ("坏.png", b"<svg onload=alert(1)>"), ("坏.docx", b"PK\x03\x04")],
)
def test_a_hostile_file_is_refused_with_its_name_the_text_comes_back_and_nothing_is_kept(
    cast: Cast, name: str, content: bytes
) -> None:
    item = items.item(cast.one, cast.member1)
    response = enter_page(cast.dangyuan1, item, evidence=[upload(), upload(name, content)])
    text = response.content.decode()
    assert response.status_code == 422 and name in text and "到第二实验小学听课两节" in text
    assert not ActionEvidence.objects.exists() and not item.entries.exists()


def test_what_came_too_late_is_given_back(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    meanwhile = [{"state": ItemState.SUBMITTED, "submitted_by": cast.ganshi, "submitted_on": ON}]

    def faster(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Somebody else hands it in after the page was read and just before the entry is written."""
        if sql.startswith('UPDATE "schedule_actionitem"') and meanwhile:
            ActionItem.objects.filter(pk=item.pk).update(**meanwhile.pop())
        return execute(sql, *rest)

    with connection.execute_wrapper(faster):
        response = enter_page(cast.dangyuan1, item)
    text = response.content.decode()
    assert response.status_code == 409 and "刚刚已经提交验收" in text and "到第二实验小学听课两节" in text
    assert item.entries.count() == 1


@pytest.mark.parametrize(
    ("view", "who", "data"),
    [
        ("item_plan", "dangyuan1", {"cause": "忙于事务性工作太多", "measure": "每周到校听课两节"}),
        ("item_progress", "dangyuan1", {"on": "2011-06-18", "text": "到第三实验小学听课三节"}),
        ("item_postpone", "shuji1", {"due_on": "2011-09-30", "reason": "学校放假，等到开学再听"}),
    ],
)
def test_what_was_written_while_it_was_settled_comes_back_on_the_same_page(
    cast: Cast, view: str, who: str, data: dict[str, Any]
) -> None:
    item = items.item(cast.one, cast.member1)
    client, url = signed_in(getattr(cast, who)), reverse(f"schedule:{view}", args=[item.pk])
    assert client.get(url).status_code == 200
    items.verified(item, cast.dangyuan1, cast.shuji1)
    response = client.post(url, data | {"version": item.version})
    text = response.content.decode()
    assert response.status_code == 403 and "没有保存：" in text and "已销号" in text
    assert all(typed in text for typed in data.values())
    assert client.get(url).status_code == 403


def test_whom_an_item_does_not_concern_finds_only_his_own_words(cast: Cast) -> None:
    item = items.verified(items.item(cast.one, cast.member1), cast.dangyuan1, cast.shuji1)
    url = reverse("schedule:item_plan", args=[item.pk])
    response = signed_in(cast.zongzhi).post(url, {"measure": "总支书记写了一段措施", "version": 1})
    text = response.content.decode()
    assert response.status_code == 403 and "总支书记写了一段措施" in text and "每周听课两节" not in text


def test_what_was_written_by_somebody_whose_post_has_ended_is_shown_for_copying(cast: Cast) -> None:
    meeting = items.meeting(cast.one, cast.shuji1)
    url = reverse("schedule:meeting_edit", args=[meeting.pk])
    typed = HELD | {"version": 1, "minutes": "逐人点评，写了很长的一段记录"}
    for who, code in ((cast.dangyuan1, 403), (cast.shuji2, 404)):
        response = signed_in(who).post(url, typed)
        text = response.content.decode()
        assert response.status_code == code and "逐人点评，写了很长的一段记录" in text and "复制出来" in text


# ---- kept while it is written ----

HALF = "到第三实验小学听课三节，课后还没来得及"


def test_progress_half_written_is_there_again_until_it_is_written_down(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    client, url = signed_in(cast.dangyuan1), reverse("schedule:item_progress", args=[item.pk])
    autosave = reverse("schedule:item_progress_autosave", args=[item.pk])
    assert set(client.post(autosave, {"on": "", "text": HALF}).json()) == {"saved_at"}
    again = client.get(url)
    text = again.content.decode()
    assert again.status_code == 200 and HALF in text and "上次没有保存的内容" in text and "处需要修改" not in text
    assert item.entries.count() == 1 and not Typed.objects.exclude(user=cast.dangyuan1).exists()
    client.post(url, {"on": "2011-06-18", "text": HALF + "交换意见"})
    assert not Typed.objects.exists() and HALF not in client.get(url).content.decode()


def test_what_was_half_written_can_be_thrown_away(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    client, url = signed_in(cast.dangyuan1), reverse("schedule:item_progress", args=[item.pk])
    client.post(reverse("schedule:item_progress_autosave", args=[item.pk]), {"text": HALF})
    page = client.post(url, {"forget": "1"}, follow=True).content.decode()
    assert "已放弃" in page and HALF not in page and not item.entries.exists()


def test_what_is_no_longer_worked_on_keeps_nothing(cast: Cast) -> None:
    item = items.verified(items.item(cast.one, cast.member1), cast.dangyuan1, cast.shuji1)
    url = reverse("schedule:item_progress_autosave", args=[item.pk])
    assert signed_in(cast.dangyuan1).post(url, {"text": HALF}).status_code == 403
    assert not Typed.objects.exists()


def test_minutes_half_written_are_there_again_a_new_meetings_apart_from_anothers(cast: Cast) -> None:
    client, add = signed_in(cast.shuji1), reverse("schedule:meeting_add")
    client.post(reverse("schedule:meeting_add_autosave"), HELD | {"title": "新的会", "minutes": HALF})
    assert HALF in client.get(add).content.decode()
    meeting = items.meeting(cast.one, cast.shuji1)
    assert not Typed.objects.exists(), "written down"
    edit = reverse("schedule:meeting_edit", args=[meeting.pk])
    autosave = reverse("schedule:meeting_autosave", args=[meeting.pk])
    client.post(autosave, HELD | {"version": 1, "minutes": HALF})
    assert HALF in client.get(edit).content.decode() and HALF not in client.get(add).content.decode()
    client.post(edit, HELD | {"version": 1, "minutes": "写完了"})
    assert not Typed.objects.exists()
    stale = client.post(autosave, HELD | {"version": 1, "minutes": HALF})
    assert stale.status_code == 409 and "他人已修改" in stale.json()["sentence"] and not Typed.objects.exists()


# ---- on the page of whom it is about ----


def test_the_page_of_a_member_lists_what_is_open_about_him_for_whoever_may_see_it(cast: Cast) -> None:
    items.item(cast.one, cast.member1, problem="到农村初中听课太少", by=cast.shuji1)
    items.verified(items.item(cast.one, cast.member1, problem="课题结题晚了"), cast.dangyuan1, cast.shuji1)
    items.item(cast.one, cast.shuji1.member, problem="谈心谈话不够")
    url = reverse("branches:member_detail", args=[cast.member1.pk])
    colleague = people.account(people.member(cast.one, "同支部的"))
    seen = {
        who: signed_in(user).get(url).content.decode()
        for who, user in (("own", cast.dangyuan1), ("leader", cast.shuji1), ("colleague", colleague))
    }
    for who in ("own", "leader"):
        assert "未办结的整改事项" in seen[who] and "到农村初中听课太少" in seen[who]
        assert "课题结题晚了" not in seen[who] and "谈心谈话不够" not in seen[who]
    assert "未办结的整改事项" not in seen["colleague"]


def test_the_page_of_an_organisation_lists_its_own_open_items_as_of_the_day_asked_for(cast: Cast) -> None:
    items.item(cast.one, responsible=cast.shuji1.member, problem="学习制度不落实")
    items.item(cast.one, cast.member1, problem="到农村初中听课太少")
    url = reverse("branches:organization_detail", args=[cast.one.pk])
    for user in (cast.dangyuan1, cast.shuji1, cast.ganshi):
        text = signed_in(user).get(url).content.decode()
        assert "学习制度不落实" in text and "到农村初中听课太少" not in text
    assert "学习制度不落实" not in signed_in(cast.dangyuan2).get(url).content.decode()
    assert "学习制度不落实" not in signed_in(cast.shuji1).get(url, {"on": "2011-05-09"}).content.decode()


def test_the_page_of_an_organisation_costs_the_same_with_one_open_item_and_with_thirty(cast: Cast) -> None:
    client, url = signed_in(cast.shuji1), reverse("branches:organization_detail", args=[cast.one.pk])

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    items.item(cast.one, responsible=cast.shuji1.member)
    few = queries()
    for number in range(29):
        items.item(cast.one, responsible=cast.shuji1.member, problem=f"问题{number}")
    assert queries() == few


# ---- raising by hand ----


def test_a_finding_is_raised_with_who_answers_chosen_among_the_organisations_members(cast: Cast) -> None:
    client, url = signed_in(cast.zongzhi), reverse("schedule:item_raise", args=[cast.one.pk])
    shown = client.get(url)
    assert shown.context["form"].initial == {"responsible": cast.shuji1.member.pk, "due_on": date(2011, 8, 19)}
    names = {str(member) for member in shown.context["form"].fields["responsible"].queryset}
    assert names == {"总支书记", "书记一", "党员甲"}
    given: dict[str, Any] = {
        "problem": "学习记录不全",
        "responsible": cast.member1.pk,
        "member": "",
        "due_on": "2011-07-31",
    }
    refused: list[tuple[dict[str, Any], str]] = [
        ({"responsible": cast.member2.pk}, "选择一个有效的选项"),
        ({"due_on": "2011-06-19"}, "完成时限不能早于今天"),
        ({"due_on": "2111-07-31"}, "请看看年份有没有写错"),
        ({"responsible": ""}, "请选责任人"),
    ]
    for wrong, sentence in refused:
        response = client.post(url, given | wrong)
        text = response.content.decode()
        assert response.status_code == 422 and sentence in text and "学习记录不全" in text
    response = client.post(url, given)
    item = ActionItem.objects.get()
    assert response["Location"] == item.get_absolute_url()
    assert (item.subject, item.responsible, item.verifying, item.raised_by) == (
        cast.one, cast.member1, cast.general, cast.zongzhi
    )  # fmt: skip


def test_who_has_one_organisation_only_is_led_straight_to_it(cast: Cast) -> None:
    response = signed_in(cast.shuji1).get(reverse("schedule:item_add"))
    assert response["Location"] == reverse("schedule:item_raise", args=[cast.one.pk])
    assert "教研室党总支" in page(cast.zongzhi, "item_add")


# ---- paper and workbook ----


def test_the_paper_names_problem_measure_progress_and_who_verified(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    text = page(cast.dangyuan1, "item_print", item.pk)
    for word in ("整改通知与销号单", items.PROBLEM, "每周听课两节", "听课两节", "2011年6月30日", "责任人（签名）"):
        assert word in text
    items.submitted(item, cast.dangyuan1)
    actions.act(item=items.again(item), verb="verify", note="属实", version=None, by=cast.shuji1, on=ON)
    text = page(cast.dangyuan1, "item_print", item.pk)
    assert items.RESULT in text and "验收销号：属实（书记一，2011年6月20日）" in text


def ledger(user: User, query: str = "") -> list[list[Any]]:
    """The sheet from its header on."""
    response = signed_in(user).get(reverse("schedule:item_export") + query)
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return rows[next(number for number, row in enumerate(rows) if row[0] == "党组织") :]


def day(value: date) -> datetime:
    return datetime(value.year, value.month, value.day)


def test_an_item_is_a_row_with_typed_dates_and_how_late_it_was(cast: Cast) -> None:
    late = items.item(cast.one, cast.member1, problem="=1+1", due_on=items.DONE, source="comment")
    items.verified(late, cast.dangyuan1, cast.shuji1)
    items.item(cast.one, cast.member1, problem="正在改", due_on=date(2011, 6, 15))
    items.item(cast.two, responsible=cast.member2, problem="二支部的")
    head, first, second, subtotal, third, last, total = ledger(cast.zongzhi, "?state=all")
    assert head == LEDGER.headers
    row = {name: value for name, value in zip(head, first, strict=True) if value is not None}
    assert row == {
        "党组织": "第一党支部", "序号": 1, "对象": "党员甲", "来源": "领导点评", "问题": "=1+1", "整改措施": "每周听课两节",
        "责任人": "党员甲", "完成时限": day(items.DONE), "状态": "已销号", "逾期天数": 9, "销号日期": day(items.VERIFIED),
        "验收": "书记一", "原因": "忙于事务", "整改结果": items.RESULT, "提出日期": day(RAISED), "提交验收": day(items.SUBMITTED),
    }  # fmt: skip
    number, overdue, late_by, closed = (head.index(name) for name in ("序号", "已逾期", "逾期天数", "销号日期"))
    assert (second[number], second[overdue], second[late_by], second[closed]) == (2, "是", 5, None)
    assert (subtotal[0], subtotal[number], subtotal[overdue], subtotal[closed]) == ("第一党支部小计", 2, 1, 1)
    assert (third[0], third[number], third[head.index("对象")]) == ("第二党支部", 1, "第二党支部")
    assert (last[0], total[0], total[number], total[overdue], total[closed]) == ("第二党支部小计", "合计", 3, 1, 1)


def test_scope_and_filters_apply_to_the_workbook_and_every_export_is_logged(cast: Cast) -> None:
    items.item(cast.one, cast.member1, problem="甲")
    items.item(cast.two, cast.member2, problem="乙")
    problem = LEDGER.headers.index("问题")

    def problems(user: User, query: str = "") -> set[str]:
        return {row[problem] for row in ledger(user, query)[1:]} - {None}

    assert problems(cast.zongzhi) == {"甲", "乙"}
    assert problems(cast.shuji1) == {"甲"}
    assert problems(cast.zongzhi, f"?organization={cast.two.pk}") == {"乙"}
    entry = LogEntry.objects.filter(category="export").order_by("pk").last()
    assert entry is not None
    assert (entry.actor, entry.label, entry.note) == (cast.zongzhi, "导出整改台账", f"organization={cast.two.pk}")


# ---- meetings ----

HELD = {"kind": "comment", "title": "上半年点评会", "held_on": "2011-06-15", "place": "会议室", "host": "书记一",
        "due_count": "12", "present_count": "11", "minutes": "逐人点评",
        "resolutions-TOTAL_FORMS": "0", "resolutions-INITIAL_FORMS": "0"}  # fmt: skip


def test_a_meeting_is_written_down_read_and_corrected(cast: Cast) -> None:
    client = signed_in(cast.shuji1)
    add = reverse("schedule:meeting_add")
    wrong = client.post(add, HELD | {"organization": cast.one.pk, "present_count": "13", "held_on": "2011-06-21"})
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "不能多于应到人数" in text and "不能晚于今天" in text and "逐人点评" in text
    assert client.post(add, HELD | {"organization": cast.two.pk}).status_code == 422
    assert client.post(add, HELD | {"organization": cast.one.pk}).status_code == 302
    meeting = Meeting.objects.get()
    assert "逐人点评" in page(cast.dangyuan1, "meeting_detail", meeting.pk)
    assert "上半年点评会" in page(cast.dangyuan1, "meeting_list", query="?kind=comment&q=点评")
    assert "没有符合条件的会议" in page(cast.dangyuan1, "meeting_list", query="?kind=lecture")
    edit = reverse("schedule:meeting_edit", args=[meeting.pk])
    assert client.post(edit, HELD | {"version": 1, "minutes": "改过"}).status_code == 302
    stale = client.post(edit, HELD | {"version": 1, "minutes": "旧页上写的", "kind": "lecture"})
    text = stale.content.decode()
    assert stale.status_code == 409 and "旧页上写的" in text and "改过" in text and "党课" in text
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.kind, meeting.version) == ("改过", "comment", 2)
