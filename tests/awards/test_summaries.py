"""Summing up: drafted from the records alone, written on by people, gathered again without losing a word, exported to Word."""

import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from accounts.models import LogEntry, Typed, User
from awards.actions import summaries as actions
from awards.models import Honour, PartyBrand, Summary
from awards.queries.gathering import SECTIONS, Draft
from awards.queries.gathering.shapes import quoted, shortened
from awards.queries.summaries import changes_of
from awards.rules import summaries as rules
from awards.sheets import summaries as sheets
from awards.states import SummaryState
from awards.workflow.summaries import SUMMARY
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.templatetags.ui import percent
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from pledges.actions import fulfilling
from schedule import letters
from schedule.models import (
    ActionItem,
    Activity,
    ActivityParticipant,
    Assignment,
    Carrier,
    Notice,
    StudySession,
)
from schedule.queries.activities import Content
from tests import build as people
from tests.awards import build_brands as brands
from tests.awards import build_honours as honours
from tests.awards import build_posts as posts
from tests.awards import build_summaries as build
from tests.awards.build_summaries import AHEAD, FIRST, LAST, ON, again, drafts, section, summary, typed, written
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import build as rounds
from tests.reviews import comments as commenting
from tests.reviews import results
from tests.schedule import activities, items, study, tasks

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, made: Summary | None = None) -> str:
    return reverse(f"awards:summary_{name}", args=[made.pk] if made is not None else [])


def figures(draft: Draft) -> dict[str, str]:
    return {one.label: one.value for one in draft.figures}


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """A branch with something of everything in the first half of 2011."""
    rounds.semester()
    cycle = pledging.cycle(cast.general)
    two = [pledging.text("听评课不少于40节", date(2011, 6, 10)), pledging.text("年底前送教下乡四次", date(2011, 12, 1))]
    pledge = pledging.published(cycle, cast.dangyuan1, cast.shuji1, items=two)
    first, done = pledge.items.order_by("place")[0], date(2011, 6, 5)
    account = fulfilling.Account("fulfilled")
    fulfilling.enter(item=first, day=done, text="已听课四十一节", account=account, by=cast.dangyuan1, on=done)
    round_ = rounds.round_of(cast.general)
    commenting.issued(round_, "member", cast.member1, cast.shuji1)
    items.verified(items.item(cast.one, cast.member1, problem="听课太少"), cast.dangyuan1, cast.shuji1)
    items.item(cast.one, responsible=cast.shuji1.member, problem="支委会开得少", due_on=date(2011, 6, 1))
    activities.activity(
        cast.one, cast.shuji1, cast.member1, schools=["实验小学", "星河小学"], served=40, result="收到建议九条"
    )
    study.held(cast.one, cast.shuji1, lecturer=cast.member1, topic="学习规划纲要")
    made = tasks.task(
        cast.general, cast.zongzhi, on=date(2011, 6, 1), opens_on=date(2011, 6, 1), due_on=date(2011, 6, 15)
    )
    tasks.done(tasks.of(made, cast.one), cast.shuji1, on=date(2011, 6, 14), done_on=date(2011, 6, 14))
    return cast


# ---- gathering ----


def test_without_records_every_section_says_so_and_invents_nothing(cast: Cast) -> None:
    found = drafts(cast.one, cast.shuji1)
    assert list(found) == [
        "basics", "pledges", "comments", "masses", "study", "carriers", "tasks", "honours", "problems", "ahead",
    ]  # fmt: skip
    assert found["pledges"].text == "这一时期没有公开承诺的记录。"
    assert found["comments"].text == "这一时期没有对照检查、领导点评和整改的记录。"
    assert found["masses"].text == "这一时期没有已公布结果的群众评议。"
    assert found["study"].text == "这一时期没有学习和会议的记录。"
    assert found["carriers"].text == "这一时期没有活动记录。"
    assert found["tasks"].text == "这一时期没有到时限的任务。"
    assert found["honours"].text == "这一时期没有表彰的记录。"
    assert found["problems"].text == "截至2011年6月20日，记录里没有未办结的整改、未兑现的承诺和应做未做的工作。"
    assert found["ahead"].text == "", "what comes next is for people to write"
    assert [key for key, one in found.items() if one.figures] == ["basics"]


def test_the_first_section_counts_the_roster_and_tells_the_plan(cast: Cast) -> None:
    found = drafts(cast.one, cast.shuji1)["basics"]
    assert found.paragraphs == [
        "截至2011年6月20日，第一党支部共有党员3名，其中正式党员3名。",
        "2010年7月21日以来，按照《创先争优活动方案》的安排，围绕“两提升、两促进”的主题，开展了创先争优活动。",
    ]
    unit = drafts(cast.general, cast.zongzhi)["basics"]
    assert unit.paragraphs[0].startswith("截至2011年6月20日，教研室党总支下设党支部2个，共有党员5名，")


def test_sentences_tell_what_the_records_say(lived: Cast) -> None:
    found = drafts(lived.one, lived.shuji1)
    assert found["pledges"].paragraphs == [
        "2011年承诺：应承诺党员3名，提交1名，亮诺1名；应承诺党组织1个，提交0个。",
        "承诺事项共2项，其中岗位承诺2项。到期1项，兑现1项，兑现率100%。写下践诺记录1条。",
    ]
    assert "共发出领导点评1份，按对象分党员1份，" in found["comments"].text
    assert "共提出整改事项3项，" in found["comments"].text
    assert "已验收销号1项，占33.3%，其中按时完成1项。" in found["comments"].text
    assert "共组织学习1次、2学时，轮流主讲1次，主讲人1名。主要学习了“学习规划纲要”。" in found["study"].text
    assert "活动1次，党员参加1人次，服务学校2所，服务40人次，有“初中数学评优课观摩”。" in found["carriers"].text
    assert "活动记录写明的成效有：“收到建议九条”。" in found["carriers"].text
    assert (
        "布置给党组织、已到时限的任务有1项，应完成1项次，已完成1项次，完成率100%，其中按时完成1项次。"
        in found["tasks"].text
    )
    assert "还有2项整改没有办结，其中逾期1项。党组织需要继续整改的问题有“支委会开得少”。" in found["problems"].text
    assert "听课太少" not in found["problems"].text, "a member's own shortcoming is nobody else's reading"


def test_every_figure_stands_in_its_section_with_definition_count_and_a_page_that_opens(lived: Cast) -> None:
    client = signed_in(lived.shuji1)
    counted = 0
    for draft in drafts(lived.one, lived.shuji1).values():
        for one in draft.figures:
            assert one.value in draft.text, one
            assert one.definition and one.count >= 0
            assert client.get(one.url).status_code == 200, one
            counted += 1
        labels = [one.label for one in draft.figures]
        assert len(set(labels)) == len(labels), "a figure is found again by its label"
    assert counted > 40


def test_every_number_of_a_sentence_is_a_figure_a_date_or_a_quotation(lived: Cast) -> None:
    for draft in drafts(lived.one, lived.shuji1).values():
        plain = re.sub(r"“[^”]*”|《[^》]*》", "", draft.text)
        plain = re.sub(r"\d{4}年(\d+月(\d+日)?)?", "", plain)
        plain = plain.replace(str(rounds.semester().short_label), "")
        allowed = {number for one in draft.figures for number in re.findall(r"[\d.]+", one.value)}
        assert set(re.findall(r"\d[\d.]*", plain.replace("。", " "))) <= allowed, draft.heading


def test_only_what_lies_between_the_days_and_under_the_organisation_counts(lived: Cast) -> None:
    activities.activity(lived.two, lived.shuji2, lived.member2, title="二支部的")
    activities.activity(lived.one, lived.shuji1, title="去年的", starts_on=date(2010, 12, 1), ends_on=date(2010, 12, 1))
    spring = drafts(lived.one, lived.shuji1, first=date(2011, 2, 14))["carriers"]
    assert figures(spring)["活动"] == "1次" and "二支部的" not in spring.text and "去年的" not in spring.text
    assert figures(drafts(lived.one, lived.shuji1)["carriers"])["活动"] == "2次"
    assert figures(drafts(lived.general, lived.zongzhi)["carriers"])["活动"] == "3次"
    assert drafts(lived.one, lived.shuji1, last=date(2010, 9, 1))["carriers"].text == "这一时期没有活动记录。"


def test_ratings_are_told_only_where_their_result_was_published_beyond_the_committee(cast: Cast) -> None:
    shown = results.voted(cast.general, cast.ganshi, [(20, 1)], publicity="unit", name="上半年评议")
    results.published(shown, cast.ganshi)
    unit = drafts(cast.general, cast.zongzhi, last=date(2011, 7, 31), on=date(2011, 7, 31))["masses"]
    assert "发出评议码20张，收回20张。对教研室党总支的评议，满意率最高的是" in unit.text and "为100%" in unit.text
    hidden = results.voted(cast.general, cast.ganshi, [(20, 4)], publicity="committee", name="只给班子看的")
    results.published(hidden, cast.ganshi)
    unit = drafts(cast.general, cast.zongzhi, last=date(2011, 7, 31), on=date(2011, 7, 31))["masses"]
    assert "只给班子看的" not in unit.text and "0%，" not in unit.text
    assert unit.paragraphs[-1] == "另组织了群众评议1次，结果没有公开，这里不写。"


def test_few_raters_are_told_by_what_the_disclosure_lets_through(cast: Cast) -> None:
    few = results.voted(cast.general, cast.ganshi, [(4, 1)], publicity="unit", name="人少的评议")
    results.published(few, cast.ganshi)
    found = drafts(cast.general, cast.zongzhi, last=date(2011, 7, 31), on=date(2011, 7, 31))["masses"]
    assert "对教研室党总支的评议人数少，不单独显示。" in found.text
    assert "满意率" not in found.text


def test_honours_are_told_from_the_highest_level_down_and_revoked_ones_not_at_all(cast: Cast) -> None:
    def honour(title: str, level: str, **fields: Any) -> None:
        Honour.objects.create(
            nominee_kind="member", organization=cast.one, member=cast.member1, title=title, level=level, year=2011,
            awarded_on=date(2011, 6, 1), awarded_by="教研室党总支", by=cast.ganshi, **fields,
        )  # fmt: skip

    honour("优秀共产党员", "general_branch")
    honour("优秀党务工作者", "city")
    honour("撤销了的", "city", revoked_on=date(2011, 6, 10), revoke_reason="材料不实")
    found = drafts(cast.one, cast.shuji1)["honours"]
    assert found.text == "获得表彰2项。市级1项：优秀党务工作者（党员甲）。总支级1项：优秀共产党员（党员甲）。"


def test_quotations_are_short_and_keep_marks_apart() -> None:
    assert quoted(["讲“三农”的课。", "", "讲“三农”的课。", "乙", "丙", "丁"]) == "“讲‘三农’的课”、“乙”、“丙”等"
    assert shortened("长" * 80) == "长" * 59 + "…"


def test_what_gathering_costs_does_not_grow_with_people_and_records(lived: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            drafts(lived.one, lived.shuji1)
        return len(captured)

    before = cost()
    for number in range(5):
        person = people.member(lived.one, f"新党员{number}")
        activities.activity(lived.one, lived.shuji1, person, title=f"活动{number}")
        items.item(lived.one, person)
    assert cost() == before


# ---- begun, written, gathered again ----


def test_a_summary_begins_with_what_the_records_give(lived: Cast) -> None:
    client = signed_in(lived.shuji1)
    response = client.post(
        url("add"), {"organization": lived.one.pk, "first": f"{FIRST}", "last": f"{LAST}", "title": ""}
    )
    made = Summary.objects.get()
    assert response.status_code == 302 and response["Location"] == url("edit", made)
    assert made.title == "第一党支部2010—2011年创先争优活动工作总结" and made.gathered_on == ON
    assert [one.key for one in made.sections.all()] == [
        "basics", "pledges", "comments", "masses", "study", "carriers", "tasks", "honours", "problems", "ahead",
    ]  # fmt: skip
    assert len(SECTIONS) == 10 and all(one.text == one.drafted and not one.is_edited for one in made.sections.all())
    assert section(made, "study").figures[0]["label"] == "学习次数"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"organization": ""}, "organization", "请选择党组织。"),
        ({"first": "2011-07-01", "last": "2011-08-01"}, "first", "这一天还没有到，没有可以总结的记录。"),
        ({"first": "2011-05-01", "last": "2011-04-01"}, "last", "止不能早于起。"),
        ({"first": "去年"}, "first", "日期请写成 2011-06-30 的样子。"),
        ({"title": "长" * 101}, "title", "最多 100 个字（换行算两个），现在有 101 个，请删短一些。"),
    ],
)
def test_bad_input_is_told_at_its_field_and_comes_back(
    cast: Cast, fields: dict[str, str], field: str, sentence: str
) -> None:
    build.campaign()
    data = {"organization": f"{cast.one.pk}", "first": "2010-07-21", "last": "2011-06-30", "title": "总结"} | fields
    response = signed_in(cast.shuji1).post(url("add"), data)
    assert response.status_code == 422
    assert response.context["form"].errors[field] == [sentence]
    assert response.context["form"]["title"].value() == data["title"]
    assert not Summary.objects.exists()


def test_another_branchs_summary_is_not_ones_to_begin(cast: Cast) -> None:
    build.campaign()
    data = {"organization": cast.two.pk, "first": "2010-07-21", "last": "2011-06-30"}
    response = signed_in(cast.shuji1).post(url("add"), data)
    assert response.context["form"].errors["organization"] == ["这个党组织的总结不由您起草。"]
    with pytest.raises(Refused):
        summary(cast.two, cast.shuji1)
    with pytest.raises(ValidationError):
        summary(cast.one, cast.shuji1, first=date(2011, 9, 1), last=date(2011, 12, 1))


def test_usual_stretches_are_one_click_away(cast: Cast) -> None:
    rounds.semester()
    page = signed_in(cast.shuji1).get(url("add"))
    assert [span.label for span in page.context["spans"]] == ["整个活动", "2011-spring"]
    chosen = signed_in(cast.shuji1).get(url("add") + "?first=2011-02-14&last=2011-06-30")
    assert chosen.context["form"]["first"].value() == date(2011, 2, 14)
    assert signed_in(cast.shuji1).get(url("add") + "?first=2011-02-31").status_code == 200


def test_what_is_saved_is_logged_before_and_after(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    response = signed_in(cast.shuji1).post(url("edit", made), typed(made, text_ahead=AHEAD, title="新标题"))
    assert response.status_code == 302
    assert section(made, "ahead").text == AHEAD and again(made).title == "新标题"
    line = LogEntry.objects.of(made).last()
    assert line is not None and line.changes == {"title": [made.title, "新标题"], "ahead": ["", AHEAD]}


def test_a_text_too_long_comes_back_whole(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    response = signed_in(cast.shuji1).post(url("edit", made), typed(made, text_ahead="长" * 4001, title=""))
    assert response.status_code == 422
    assert response.context["form"]["text-ahead"].value() == "长" * 4001
    assert response.context["form"].errors["title"] == ["请写标题。"]
    assert section(made, "ahead").text == ""


def test_who_saves_on_an_older_reading_sees_both_texts_and_loses_none(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    form = typed(made, text_ahead="我写的下一步")
    written(made, cast.ganshi, ahead="别人写的下一步")
    response = signed_in(cast.shuji1).post(url("edit", made), form)
    page = response.content.decode()
    assert response.status_code == 409 and "我写的下一步" in page and "别人写的下一步" in page
    assert section(made, "ahead").text == "别人写的下一步"
    kept = dict(response.context["typed"]) | {"version": response.context["version"]}
    assert signed_in(cast.shuji1).post(url("edit", made), kept).status_code == 302
    assert section(made, "ahead").text == "我写的下一步"
    with pytest.raises(Conflict):
        actions.save_text(summary=made, title=made.title, texts={}, version=made.version, by=cast.shuji1, on=ON)


def test_what_is_typed_is_kept_while_one_writes_and_offered_again(cast: Cast) -> None:
    made, client = summary(cast.one, cast.shuji1), signed_in(cast.shuji1)
    assert client.post(url("autosave", made), typed(made, text_ahead="写了一半")).status_code == 200
    page = client.get(url("edit", made))
    assert page.context["form"]["text-ahead"].value() == "写了一半" and "上次没有保存的内容" in page.content.decode()
    assert section(made, "ahead").text == ""
    client.post(url("edit", made), typed(made, text_ahead="写完了"))
    assert not Typed.objects.exists()
    assert client.post(url("autosave", made), typed(made)).status_code == 409, "an older reading"
    again_made = again(made)
    client.post(url("autosave", again_made), typed(again_made, text_ahead="不要的"))
    assert client.post(url("edit", made), {"forget": "1"}).status_code == 302
    assert not Typed.objects.exists()


def test_gathered_again_untouched_sections_follow_the_records_and_edited_ones_keep_their_words(lived: Cast) -> None:
    made = summary(lived.one, lived.shuji1)
    words = section(made, "study").text.replace("共组织学习1次", "一年来学习抓得紧，共组织学习1次")
    made = written(made, lived.shuji1, study=words)
    study.held(lived.one, lived.shuji1, day=date(2011, 6, 2), lecturer=lived.shuji1.member, topic="七一讲话")
    activities.activity(lived.one, lived.shuji1, lived.member1, title="新的活动")
    page = signed_in(lived.shuji1).get(url("gather", made))
    shown = {one.section.key: one for one in page.context["changes"]}
    assert {"study", "carriers"} <= shown.keys()
    change = next(one for one in shown["study"].figures if one.label == "学习次数")
    assert (change.old, change.new, change.in_text) == ("1次", "2次", True)
    assert "还写着上次的数" in page.content.decode()
    assert section(made, "carriers").text == section(again(made), "carriers").drafted, "looking changes nothing"

    response = signed_in(lived.shuji1).post(url("gather", made), {"version": made.version})
    assert response.status_code == 302
    assert section(made, "study").text == words, "what people wrote is not lost"
    assert "共组织学习2次" in section(made, "study").drafted
    assert section(made, "study").figures[0]["value"] == "2次"
    assert "共开展活动2次" in section(made, "carriers").text
    made = again(made)
    assert not [one for one in changes_of(made, actions.gathered(made, by=lived.shuji1, on=ON)) if one.is_new]


def test_what_was_typed_and_not_saved_is_offered_beside_the_newly_gathered_text(lived: Cast) -> None:
    made, client = summary(lived.one, lived.shuji1), signed_in(lived.shuji1)
    assert client.post(url("autosave", made), typed(made, text_ahead="写了一半的打算")).status_code == 200
    study.held(lived.one, lived.shuji1, day=date(2011, 6, 2), lecturer=lived.shuji1.member, topic="七一讲话")
    client.post(url("gather", made), {"version": made.version})
    page = client.get(url("edit", made))
    form = page.context["form"]
    assert form["text-ahead"].value() == "写了一半的打算"
    assert form["text-study"].value().startswith("共组织学习2次"), "nobody had written in this one"
    sent = {name: form[name].value() for name in form.fields} | {"version": form.data["version"]}
    assert client.post(url("edit", made), sent).status_code == 302
    assert section(made, "ahead").text == "写了一半的打算"
    assert section(made, "study").text.startswith("共组织学习2次")


def test_what_was_typed_on_an_older_reading_is_not_made_the_latest_by_gathering(lived: Cast) -> None:
    made, client = summary(lived.one, lived.shuji1), signed_in(lived.shuji1)
    read = f"{made.version}"
    client.post(url("autosave", made), typed(made, text_tasks="我写的任务"))
    now = written(made, lived.ganshi, tasks="干事写的任务")
    client.post(url("gather", made), {"version": now.version})
    form = client.get(url("edit", made)).context["form"]
    assert form.data["version"] == read and form["text-tasks"].value() == "我写的任务"
    sent = {name: form[name].value() for name in form.fields} | {"version": form.data["version"]}
    assert client.post(url("edit", made), sent).status_code == 409, "both texts are shown"


def test_an_edited_section_is_replaced_only_when_that_is_asked_for(lived: Cast) -> None:
    made = written(
        summary(lived.one, lived.shuji1), lived.shuji1, study="自己写的学习情况。", tasks="自己写的任务情况。"
    )
    client = signed_in(lived.shuji1)
    assert client.post(url("gather", made), {"version": made.version, "replace": ["study"]}).status_code == 302
    assert section(made, "study").text.startswith("共组织学习1次")
    assert section(made, "tasks").text == "自己写的任务情况。"
    line = LogEntry.objects.of(made).last()
    assert line is not None and line.changes["study"][0] == "自己写的学习情况。", "the log still has it"


def test_gathering_on_an_older_reading_is_told_and_changes_nothing(lived: Cast) -> None:
    made = summary(lived.one, lived.shuji1)
    read = made.version
    written(made, lived.ganshi, ahead=AHEAD)
    response = signed_in(lived.shuji1).post(url("gather", made), {"version": read})
    assert response.status_code == 409 and "刚刚有人改过" in response.content.decode()
    response = signed_in(lived.shuji1).post(url("gather", made), {"version": again(made).version, "replace": ["wall"]})
    assert response.status_code == 422


# ---- its life ----


def test_the_documents_show_the_moves_of_a_summary_as_they_are() -> None:
    assert f"```mermaid\n{SUMMARY.diagram()}```\n" in DOCUMENT.read_text()


def test_every_state_is_reached_nothing_is_a_dead_end_and_every_letter_exists() -> None:
    assert not SUMMARY.unreachable() and not SUMMARY.dead_ends()
    assert all(letters.get(move.letter) for move in SUMMARY.moves.values() if move.letter)


MAY: dict[tuple[str, str], set[str]] = {
    ("draft", "finalise"): {"shuji1", "fushuji1"},
    ("draft", "discard"): {"shuji1", "fushuji1", "weiyuan1", "ganshi"},
    ("final", "reopen"): {"shuji1", "fushuji1"},
}


@pytest.mark.parametrize("state", list(SummaryState))
def test_who_may_do_what_in_which_state(cast: Cast, state: SummaryState) -> None:
    users = cast.users()
    for name, post in (("fushuji1", Post.DEPUTY_SECRETARY), ("weiyuan1", Post.PUBLICITY_COMMISSIONER)):
        member = people.member(cast.one, name)
        people.appoint(member, cast.one, post)
        users[name] = people.account(member, name)
    made = written(summary(cast.one, cast.shuji1), cast.shuji1, ahead=AHEAD)
    Summary.objects.filter(pk=made.pk).update(state=state, final_on=ON if state == SummaryState.FINAL else None)
    made = again(made)
    for verb in SUMMARY.moves:
        may = {name for name, user in users.items() if SUMMARY.verdict(made, verb, by=user, on=ON)}
        assert may == MAY.get((state, verb), set()), verb
    edits = {name for name, user in users.items() if rules.may_edit(made, user, ON)}
    assert edits == (MAY["draft", "discard"] if state == SummaryState.DRAFT else set())


def test_a_summary_stands_only_when_every_section_is_written_and_the_level_above_is_told(cast: Cast) -> None:
    made, client = summary(cast.one, cast.shuji1), signed_in(cast.shuji1)
    refused = client.post(url("move", made), {"verb": "finalise", "version": made.version})
    assert refused.status_code == 403 and "“下一步打算”还没有写，写好以后才能定稿。" in refused.content.decode()
    made = written(made, cast.shuji1, ahead=AHEAD)
    assert client.post(url("move", made), {"verb": "finalise", "version": made.version}).status_code == 302
    made = again(made)
    assert (made.state, made.final_on) == (SummaryState.FINAL, ON)
    told = Notice.objects.filter(letter="summary_final")
    assert {one.member.name if one.member else str(one.user) for one in told} == {"总支书记", "干事"}
    assert signed_in(cast.shuji1).get(url("edit", made)).status_code == 403


def test_a_summary_taken_back_needs_a_reason_and_may_be_written_again(cast: Cast) -> None:
    made, client = build.final(cast.one, cast.shuji1), signed_in(cast.shuji1)
    refused = client.post(url("move", made), {"verb": "reopen", "version": made.version, "note": " "})
    assert refused.status_code == 403 and "必须写明退回的原因" in refused.content.decode()
    client.post(url("move", made), {"verb": "reopen", "version": made.version, "note": "补一个数字"})
    made = again(made)
    assert (made.state, made.final_on) == (SummaryState.DRAFT, None)
    with pytest.raises(Overtaken):
        actions.act(summary=made, verb="finalise", version=1, by=cast.shuji1, on=ON)
    assert client.post(url("move", made), {"verb": "burn"}).status_code == 400


# ---- pages ----


def test_the_list_shows_what_one_reads_and_costs_the_same_however_long(cast: Cast) -> None:
    client = signed_in(cast.zongzhi)

    def cost() -> int:
        client.get(url("list"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("list")).status_code == 200
        return len(captured)

    assert "还没有工作总结" in client.get(url("list")).content.decode()
    summary(cast.one, cast.shuji1)
    before = cost()
    for place, by in ((cast.two, cast.shuji2), (cast.general, cast.zongzhi), (cast.one, cast.ganshi)):
        summary(place, by, title=f"{place}的总结")
    assert cost() == before
    assert len(client.get(url("list")).context["page"]) == 4
    assert len(signed_in(cast.shuji2).get(url("list")).context["page"]) == 1
    assert not signed_in(cast.dangyuan1).get(url("list")).context["page"].object_list


def test_the_list_is_narrowed_by_organisation_state_and_title_and_leaves_discarded_ones_out(cast: Cast) -> None:
    kept = summary(cast.one, cast.shuji1, title="留下的")
    gone = summary(cast.two, cast.shuji2, title="作废的")
    actions.act(summary=gone, verb="discard", note="写错了", by=cast.shuji2, on=ON)

    def titles(query: str) -> list[str]:
        return [one.title for one in signed_in(cast.zongzhi).get(url("list") + query).context["page"]]

    assert titles("") == ["留下的"] and titles("?state=discarded") == ["作废的"]
    assert titles(f"?organization={cast.one.pk}") == [kept.title] and titles("?q=没有的") == []
    assert titles("?state=nonsense&organization=x") == ["留下的"]


def test_a_page_costs_the_same_whatever_stands_in_it(lived: Cast) -> None:
    made, bare = summary(lived.one, lived.shuji1), summary(lived.two, lived.shuji2)
    client = signed_in(lived.zongzhi)

    def cost(name: str, of: Summary) -> int:
        client.get(url(name, of))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(name, of)).status_code == 200
        return len(captured)

    for name in ("detail", "print"):
        assert cost(name, made) == cost(name, bare) <= 16


def test_the_print_has_text_and_annex(lived: Cast) -> None:
    made = build.final(lived.one, lived.shuji1)
    page = signed_in(lived.zongzhi).get(url("print", made)).content.decode()
    assert "<h2>一、基本情况</h2>" in page and "<h2>十、下一步打算</h2>" in page and AHEAD in page
    assert "数字和来源" in page and "学习次数" in page and "讨论稿" not in page
    assert "（讨论稿）" in signed_in(lived.zongzhi).get(url("print", summary(lived.one, lived.shuji1))).content.decode()


# ---- Word ----


def opened(made: Summary, user: User, query: str = "") -> Any:
    response: Any = signed_in(user).get(url("word", made) + query)
    assert response.status_code == 200 and response["Content-Type"] == sheets.DOCX
    return Document(BytesIO(b"".join(response.streaming_content)))


def lines(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def east_asian(run: Any) -> str:
    return str(run._r.rPr.rFonts.get(qn("w:eastAsia")))


def test_the_word_file_is_set_as_offices_set_their_papers(lived: Cast) -> None:
    made = build.final(lived.one, lived.shuji1)
    document = opened(made, lived.shuji1)
    page = document.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    title, under, *_ = document.paragraphs
    assert title.text == made.title and (east_asian(title.runs[0]), title.runs[0].font.size.pt) == (
        "方正小标宋简体",
        22,
    )
    assert under.text == "（2010年7月21日至2011年6月30日）"
    head = next(one for one in document.paragraphs if one.text == "一、基本情况")
    assert (east_asian(head.runs[0]), head.runs[0].font.size.pt, head.style.name) == ("黑体", 16, "Heading 1")
    text = next(one for one in document.paragraphs if one.text == AHEAD)
    assert (east_asian(text.runs[0]), text.runs[0].font.size.pt, text.paragraph_format.first_line_indent.pt) == (
        "仿宋", 16, 32,
    )  # fmt: skip
    for footer in (page.footer, page.even_page_footer):
        assert "PAGE" in footer._element.xml and footer.paragraphs[0].text == "—  —"
    told = lines(document)
    assert [one for one in told if re.match("[一二三四五六七八九十]、", one)] == [
        f"{numeral}、{one.heading}" for numeral, one in zip(sheets.NUMERALS, made.sections.all(), strict=True)
    ]
    assert told[told.index(AHEAD) + 2 :][:2] == ["第一党支部", "2011年6月20日"]
    assert "（讨论稿）" not in told


def test_the_annex_has_every_figure_and_leads_to_its_records(lived: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://cx.example.org"
    made = build.final(lived.one, lived.shuji1)
    document = opened(made, lived.shuji1)
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["项目", "数值", "怎样计算", "来源记录"]
    kept = [one for part in made.sections.all() for one in part.figures]
    figures_ = [row for row in rows[1:] if row[0] != row[1]]
    assert [row[:3] for row in figures_] == [[one["label"], one["value"], one["definition"]] for one in kept]
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml, "the head stands on every page"
    links = [one.target_ref for one in document.part.rels.values() if "hyperlink" in one.reltype]
    assert set(links) == {f"https://cx.example.org{one['url']}" for one in kept if one["url"]}
    assert not opened(made, lived.shuji1, "?figures=0").tables


def test_a_draft_says_that_it_is_one_and_every_export_is_logged(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    assert "（讨论稿）" in lines(opened(made, cast.zongzhi, "?figures=0"))
    line = LogEntry.objects.of(made).last()
    assert line is not None and (line.category, line.label, line.note, line.actor) == (
        LogEntry.Category.EXPORT, "导出工作总结（Word）", "只有正文", cast.zongzhi,
    )  # fmt: skip


def test_a_discarded_summary_says_so_wherever_it_is_taken_out(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    actions.act(summary=made, verb="discard", note="重复", version=made.version, by=cast.shuji1, on=ON)
    assert "（已作废）" in lines(opened(made, cast.shuji1))
    assert "（已作废）" in signed_in(cast.shuji1).get(url("print", made)).content.decode()


def test_what_no_word_file_can_hold_is_left_out_and_the_name_suits_every_file_system(cast: Cast) -> None:
    made = written(summary(cast.one, cast.shuji1), cast.shuji1, ahead="一\x01\x0b二\ufffe\n<三>&“四”")
    Summary.objects.filter(pk=made.pk).update(title='a/b\\c:d*e?f"g<h>i|j\u202e. ')
    made = again(made)
    told = "".join(lines(opened(made, cast.shuji1)))
    assert "一" in told and "<三>&“四”" in told and "\x01" not in told
    assert sheets.word_name(made) == "abcdefghij.docx"
    Summary.objects.filter(pk=made.pk).update(title="///")
    assert sheets.word_name(again(made)) == "工作总结.docx"


def test_the_files_own_properties_name_the_paper_and_who_took_it_out(cast: Cast) -> None:
    made = summary(cast.one, cast.shuji1)
    about = opened(made, cast.zongzhi).core_properties
    assert (about.title, about.author, about.last_modified_by) == (made.title, str(cast.zongzhi), str(cast.zongzhi))


@pytest.mark.process
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
def test_an_office_program_opens_the_file_and_makes_pages_of_it(lived: Cast, tmp_path: Path) -> None:
    made = build.final(lived.one, lived.shuji1)
    file = tmp_path / "summary.docx"
    file.write_bytes(sheets.word_of(made, with_figures=True, who="书记一", at=clock.now()).getvalue())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(file)],
        check=True,
        capture_output=True,
        timeout=180,
        stdin=subprocess.DEVNULL,
    )
    pdf = (tmp_path / "summary.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page[^s]", pdf)) >= 3


# ---- figures recounted by hand ----


def test_five_figures_are_what_one_counts_row_by_row(lived: Cast) -> None:
    """Of the whole unit, with rows beside that must not count: another's, earlier, taken back, not held, cancelled."""
    unit = lived.general
    activities.activity(lived.two, lived.shuji2, lived.member2, lived.shuji2.member, title="二支部的", served=25)
    activities.activity(lived.one, lived.shuji1, title="早了", starts_on=date(2010, 7, 20), ends_on=date(2010, 7, 20))
    gone = activities.activity(lived.two, lived.shuji2, title="撤回的")
    Activity.objects.filter(pk=gone.pk).update(withdrawn_on=ON)
    study.past(lived.two, lived.shuji2, day=date(2011, 6, 3))
    study.held(lived.two, lived.shuji2, day=date(2011, 6, 7), lecturer=lived.member2, topic="七一讲话", hours=3)
    cancelled = items.item(lived.two, lived.member2)
    ActionItem.objects.filter(pk=cancelled.pk).update(state="cancelled", cancelled_on=date(2011, 6, 15))
    made = tasks.task(unit, lived.zongzhi, on=date(2011, 6, 1), opens_on=date(2011, 6, 1), due_on=date(2011, 6, 18))
    tasks.excused(tasks.of(made, lived.two), lived.zongzhi, on=date(2011, 6, 10))
    found = {label: value for one in drafts(unit, lived.zongzhi).values() for label, value in figures(one).items()}

    def inside(path: str, day: date | None) -> bool:
        return path.startswith(unit.path) and day is not None and FIRST <= day <= ON

    acts = [one for one in Activity.objects.all() if inside(one.path, one.starts_on) and one.withdrawn_on is None]
    assert (found["活动"], len(acts)) == ("2次", 2)
    heads = sum(ActivityParticipant.objects.filter(activity=one).count() for one in acts)
    assert (found["research载体参加"], heads) == ("3人次", 3)
    assert found["research载体服务"] == f"{sum(one.served or 0 for one in acts)}人次" == "65人次"

    sessions = [one for one in StudySession.objects.all() if inside(one.path, one.on) and one.state == "held"]
    assert found["学习次数"] == f"{len(sessions)}次" == "2次"
    assert found["学习学时"] == f"{float(sum(one.hours for one in sessions)):g}学时" == "5学时"

    raised = [
        one
        for one in ActionItem.objects.all()
        if inside(one.path, one.raised_on) and not inside(one.path, one.cancelled_on)
    ]
    over = [one for one in raised if one.verified_on is not None and one.verified_on <= ON]
    assert (found["整改事项"], found["已销号"]) == (f"{len(raised)}项", f"{len(over)}项") == ("3项", "1项")
    left = [one for one in raised if one not in over]
    assert found["逾期的整改"] == f"{sum(one.due_on < ON for one in left)}项" == "1项"

    asked_of = [
        one
        for one in Assignment.objects.select_related("task")
        if one.member_id is None and inside(one.path, one.task.due_on) and one.state != "excused"
    ]
    kept = [one for one in asked_of if one.state == "done"]
    assert (
        found["党组织应完成任务"] == f"{len(asked_of)}项次" and found["党组织完成任务"] == f"{len(kept)}项次" == "1项次"
    )
    assert found["党组织任务完成率"] == percent(Decimal(len(kept)) / len(asked_of))


def test_an_activity_whose_carrier_has_left_the_plan_counts_all_the_same(lived: Cast) -> None:
    activities.activity(lived.one, lived.shuji1, title="老载体的", content=Content(activities.carrier("old")))
    Carrier.objects.filter(key="old").update(withdrawn_on=date(2011, 6, 18))
    found = drafts(lived.one, lived.shuji1)["carriers"]
    assert figures(found)["活动"] == "2次" and figures(found)["old载体活动"] == "1次"
    assert "“old载体”：活动1次" in found.text
    Carrier.objects.filter(key="unused").delete()
    Activity.objects.exclude(title="老载体的").delete()
    assert "还没有活动记录" in drafts(lived.one, lived.shuji1)["carriers"].text


def test_a_task_done_after_the_stretch_was_late_in_it(lived: Cast) -> None:
    made = tasks.task(
        lived.general, lived.zongzhi, on=date(2011, 6, 1), opens_on=date(2011, 6, 1), due_on=date(2011, 6, 15)
    )
    tasks.done(tasks.of(made, lived.one), lived.shuji1, on=date(2011, 6, 19), done_on=date(2011, 6, 19))
    found = drafts(lived.one, lived.shuji1, last=date(2011, 6, 17))
    assert (figures(found["tasks"])["党组织应完成任务"], figures(found["tasks"])["党组织完成任务"]) == (
        "2项次",
        "1项次",
    )
    assert figures(found["problems"])["逾期未完成的任务"] == "1项次"
    assert "逾期未完成的任务" not in figures(drafts(lived.one, lived.shuji1)["problems"])


def test_meetings_left_out_are_counted_in_any_stretch_of_a_semester_to_its_last_day(cast: Cast) -> None:
    rounds.semester()
    items.meeting(cast.one, cast.shuji1, kind="branch_assembly", held_on=date(2011, 3, 2))

    def missing(first: date, last: date) -> str | None:
        return figures(drafts(cast.one, cast.shuji1, first=first, last=last, on=date(2011, 7, 15))["problems"]).get(
            "三会一课没有记录"
        )

    assert missing(date(2011, 2, 14), date(2011, 6, 30)) == "3次", "a lecture in the first quarter, both in the second"
    assert missing(date(2011, 5, 1), date(2011, 6, 30)) == "2次", "no semester begins here, the quarter ends here"
    assert missing(date(2011, 5, 1), date(2011, 5, 31)) is None
    assert missing(date(2010, 7, 21), date(2011, 2, 13)) is None, "nothing is asked before the first semester"


def test_honours_posts_brands_and_stories_lead_to_their_lists(lived: Cast) -> None:
    honours.honour(lived.one, lived.ganshi, lived.member1)
    honours.published(lived.one, lived.shuji1)
    posts.his(lived)
    brands.published(lived.one, lived.shuji1)
    found = drafts(lived.one, lived.shuji1)["honours"]
    client = signed_in(lived.shuji1)
    assert {one.label for one in found.figures} == {"荣誉", "市级荣誉", "党员示范岗", "党建品牌", "典型事迹"}
    for one in found.figures:
        page = client.get(one.url)
        assert page.status_code == 200 and page.context["page"].paginator.count == one.count, one


def test_a_brand_retired_since_stood_in_the_stretch(lived: Cast) -> None:
    brand = brands.published(lived.one, lived.shuji1)
    until = {"last": ON, "on": date(2011, 9, 1)}
    assert figures(drafts(lived.one, lived.shuji1, **until)["honours"])["党建品牌"] == "1个"
    PartyBrand.objects.filter(pk=brand.pk).update(state="retired", retired_on=date(2011, 8, 1))
    assert figures(drafts(lived.one, lived.shuji1, **until)["honours"])["党建品牌"] == "1个"
    PartyBrand.objects.filter(pk=brand.pk).update(retired_on=ON)
    assert "党建品牌" not in figures(drafts(lived.one, lived.shuji1, **until)["honours"])
