"""Recommendations: who makes them, what they must hold, what is frozen, who may read what, and what the pages cost."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, Typed, User
from awards.actions import nominations as actions
from awards.actions import overrides, rounds
from awards.models import AuditOpinion, AwardCategory, Nomination, NominationFile
from awards.parts import RuleText, usual_categories
from awards.queries import nominations as queries
from awards.rules import nominations as rules
from awards.states import NominationState, RoundState
from branches.models import Member, Membership
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from schedule.models import Notice
from tests import build as people
from tests.awards import build_nominations as build
from tests.awards.build_nominations import DEEDS, ON, typed
from tests.conftest import Cast
from tests.schedule import items


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = signed_in(user).get(reverse(f"awards:{view}", args=args) + query)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def of(cast: Cast) -> AwardCategory:
    """优秀共产党员 of the general branch's round, without limits."""
    return build.members(build.round_of(cast.general, cast.ganshi))


def under(cast: Cast, *given: RuleText) -> AwardCategory:
    """The same with these rules."""
    return build.members(build.round_of(cast.general, cast.ganshi, given))


# ---- who recommends whom ----


def test_a_branch_recommends_its_own_members_until_the_day_has_passed(cast: Cast, of: AwardCategory) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    assert (made.state, made.path, made.author) == ("draft", cast.one.path, cast.shuji1)
    with pytest.raises(Refused, match="不是第一党支部的党员"):
        build.begun(of, cast.one, cast.member2, cast.shuji1)
    with pytest.raises(Refused, match="由本党组织的书记"):
        build.begun(of, cast.two, cast.member2, cast.shuji1)
    with pytest.raises(Refused, match="由本党组织的书记"):
        build.begun(of, cast.two, cast.member2, cast.dangyuan2)
    with pytest.raises(Refused, match="2011-06-25 截止"):
        build.begun(of, cast.two, cast.member2, cast.shuji2, on=date(2011, 6, 26))
    assert build.begun(of, cast.two, cast.member2, cast.shuji2, on=date(2011, 6, 25))


def test_the_general_branch_may_recommend_anybody_below_it(cast: Cast, of: AwardCategory) -> None:
    assert build.begun(of, cast.general, cast.member2, cast.zongzhi)


def test_a_category_of_organisations_takes_organisations_and_not_the_unit_itself(cast: Cast, of: AwardCategory) -> None:
    places = build.organizations(of.round)
    assert build.begun(places, cast.one, cast.one, cast.shuji1)
    with pytest.raises(Refused, match="不能推荐党员"):
        build.begun(places, cast.two, cast.member2, cast.shuji2)
    with pytest.raises(Refused, match="不能推荐党组织"):
        build.begun(of, cast.two, cast.two, cast.shuji2)
    with pytest.raises(Refused, match="不能推荐自己"):
        build.begun(places, cast.general, cast.general, cast.zongzhi)
    with pytest.raises(Refused, match="不是第一党支部范围内"):
        build.begun(places, cast.one, cast.two, cast.shuji1)


def test_nobody_is_recommended_twice_in_a_category_but_again_after_it_was_withdrawn(
    cast: Cast, of: AwardCategory
) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    with pytest.raises(ValidationError, match="已经在“优秀共产党员”里有一份推荐"):
        build.begun(of, cast.general, cast.member1, cast.zongzhi)
    build.moved(made, "withdraw", cast.shuji1, "重新酝酿")
    assert build.begun(of, cast.general, cast.member1, cast.zongzhi)


def test_a_rule_that_bars_is_told_beside_the_candidate_and_to_who_tries(cast: Cast) -> None:
    of = under(cast, RuleText("full_member"))
    Member.objects.filter(pk=cast.member1.pk).update(confirmed_on=date(2011, 8, 1))
    cast.member1.refresh_from_db()
    shown = page(cast.shuji1, "nomination_add", query=f"?category={of.pk}")
    assert shown.count("转正时间是 2011-08-01") == 1
    assert shown.count('name="nominee"') == 2  # the two others of the branch
    with pytest.raises(Refused, match="转正时间是 2011-08-01"):
        build.begun(of, cast.one, cast.member1, cast.shuji1)
    data = {"category": of.pk, "nominator": cast.one.pk, "nominee": f"m{cast.member1.pk}"}
    refused = signed_in(cast.shuji1).post(reverse("awards:nomination_add"), data)
    assert refused.status_code == 422 and "没有建立推荐" in refused.content.decode()
    assert not Nomination.objects.exists()


def test_the_page_of_candidates_begins_a_recommendation(cast: Cast, of: AwardCategory) -> None:
    shown = page(cast.shuji1, "nomination_add", query=f"?category={of.pk}")
    assert "党员甲" in shown and "党员乙" not in shown and "第一党支部" in shown
    data = {"category": of.pk, "nominee": f"m{cast.member1.pk}"}
    answer = signed_in(cast.shuji1).post(reverse("awards:nomination_add"), data)
    made = Nomination.objects.get()
    assert answer["Location"] == reverse("awards:nomination_edit", args=[made.pk])
    assert "已有推荐（第一党支部，起草）" in page(cast.shuji1, "nomination_add", query=f"?category={of.pk}")
    for wrong in ("", "m0", "o1", f"m{cast.member2.pk}", "x", "m９"):
        answer = signed_in(cast.shuji1).post(reverse("awards:nomination_add"), data | {"nominee": wrong})
        assert answer.status_code == 422
    assert "没有这个名字" in page(cast.shuji1, "nomination_add", query=f"?category={of.pk}&q=某某")
    assert "现在没有可以推荐的评选" in page(cast.dangyuan1, "nomination_add")


# ---- what it must hold ----


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"votes_for": None}, "还没有填写推荐会议"),
        ({"votes_present": 4, "votes_for": 4}, "实到 4 人，没有超过半数"),
        ({"votes_due": 14, "votes_present": 8}, "赞成 7 票，没有超过应到人数的半数"),
        ({"deeds": "很好"}, "要求 20 到 200 字，现在是 2 字"),
        ({"deeds": "好" * 201}, "现在是 201 字"),
    ],
)
def test_what_is_handed_up_has_a_majority_and_deeds_of_the_right_length(
    cast: Cast, of: AwardCategory, fields: dict[str, Any], sentence: str
) -> None:
    made = build.written(of, cast.one, cast.member1, cast.shuji1, **fields)
    with pytest.raises(Refused, match=sentence):
        build.moved(made, "recommend", cast.shuji1)


def test_a_branch_recommends_no_more_than_its_places(cast: Cast) -> None:
    of = build.members(build.round_of(cast.general, cast.ganshi, each=1))
    build.recommended(of, cast.one, cast.member1, cast.shuji1)
    second = build.written(of, cast.one, people.member(cast.one), cast.shuji1)
    with pytest.raises(Refused, match="已经推荐 1 个"):
        build.moved(second, "recommend", cast.shuji1)


def test_numbers_that_cannot_be_are_told_at_their_field(cast: Cast, of: AwardCategory) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_edit", args=[made.pk])
    data = typed(votes_due=5, votes_present=6, votes_for=7, voted_on="2011-07-09", version=made.version)
    answer = signed_in(cast.shuji1).post(url, data)
    shown = answer.content.decode()
    assert answer.status_code == 422 and DEEDS in shown
    for sentence in ("不能多于应到的 5 人", "不能多于实到的 6 人", "推荐日期不能晚于今天"):
        assert sentence in shown
    with pytest.raises(ValidationError):
        actions.save_text(
            nomination=made, fields={"votes_due": 5, "votes_present": 6}, version=1, by=cast.shuji1, on=ON
        )
    assert build.again(made).votes_due is None


def test_a_meeting_says_its_day_and_who_was_there(cast: Cast, of: AwardCategory) -> None:
    meeting = items.meeting(cast.one, cast.shuji1, kind="branch_assembly", due_count=12, present_count=11)
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_edit", args=[made.pk])
    data = typed(meeting=meeting.pk, voted_on="", votes_due="", votes_present="", votes_for=10, version=made.version)
    assert signed_in(cast.shuji1).post(url, data).status_code == 302
    made = build.again(made)
    assert (made.voted_on, made.votes_due, made.votes_present, made.votes_for) == (date(2011, 6, 15), 12, 11, 10)
    other = typed(meeting=meeting.pk, voted_on="2011-06-15", votes_due=13, votes_present=11, version=made.version)
    answer = signed_in(cast.shuji1).post(url, other)
    assert answer.status_code == 422 and "会议记录里是 12" in answer.content.decode()
    served = signed_in(cast.shuji1).get(meeting.get_absolute_url()).content.decode()
    assert "评选推荐" in served and "推荐党员甲（优秀共产党员）" in served
    assert "推荐党员甲" not in signed_in(cast.dangyuan1).get(meeting.get_absolute_url()).content.decode()


# ---- what is frozen ----


def test_the_dossier_is_gathered_when_it_is_handed_up_and_stays_as_it_was(cast: Cast, of: AwardCategory) -> None:
    items.item(cast.one, cast.member1)
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    dossier = made.dossier
    assert dossier["on"] == "2011-06-20" and dossier["from"] == "2010-09-01"
    keys = [section["key"] for section in dossier["sections"]]
    assert keys == ["person", "pledges", "comments", "masses", "study", "activities", "honours"]
    lines = {(section["key"], line["label"]): line for section in dossier["sections"] for line in section["lines"]}
    assert lines["comments", "没有完成的整改"]["number"] == 1
    assert lines["person", "所在党组织"]["text"] == "第一党支部"
    assert lines["pledges", "公开承诺"]["text"] == "没有已公示的承诺"
    items.item(cast.one, cast.member1)
    assert build.again(made).dossier == dossier
    assert "1 项" in page(cast.shuji1, "nomination_detail", made.pk)
    back = build.moved(made, "recall", cast.shuji1)
    assert (back.recommended_on, back.dossier) == (None, {})
    assert build.moved(back, "recommend", cast.shuji1).dossier != dossier


def test_the_dossier_of_an_organisation_counts_its_members(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(build.organizations(of.round), cast.one, cast.one, cast.shuji1)
    lines = {line["label"]: line for section in made.dossier["sections"] for line in section["lines"]}
    assert lines["党员人数"]["number"] == 3
    assert lines["书记"]["text"] == "书记一"
    assert "党员承诺兑现" in lines and "民主评议党员" not in lines


def test_after_it_was_handed_up_nothing_can_be_written_and_every_word_comes_back(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_edit", args=[made.pk])
    answer = signed_in(cast.shuji1).post(url, typed(deeds="新写的一大段事迹", version=made.version))
    shown = answer.content.decode()
    assert answer.status_code == 403 and "新写的一大段事迹" in shown and "推荐已经上报" in shown
    assert build.again(made).deeds == DEEDS


def test_two_who_write_at_once_both_keep_their_words(cast: Cast, of: AwardCategory) -> None:
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_edit", args=[made.pk])
    answer = signed_in(cast.shuji1).post(url, typed(deeds="另一个人写的事迹", version=made.version - 1))
    shown = answer.content.decode()
    assert answer.status_code == 409 and "另一个人写的事迹" in shown and DEEDS in shown
    assert Typed.objects.get().typed["deeds"] == ["另一个人写的事迹"]
    with pytest.raises(Conflict):
        actions.save_text(nomination=made, fields=build.VOTES, version=made.version - 1, by=cast.shuji1, on=ON)


def test_what_is_typed_is_kept_and_offered_again(cast: Cast, of: AwardCategory) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    client = signed_in(cast.shuji1)
    kept = client.post(
        reverse("awards:nomination_autosave", args=[made.pk]), typed(deeds="写到一半", version=made.version)
    )
    assert kept.status_code == 200
    assert "写到一半" in page(cast.shuji1, "nomination_edit", made.pk)
    url = reverse("awards:nomination_edit", args=[made.pk])
    assert client.post(url, {"forget": "1"}).status_code == 302
    assert "写到一半" not in page(cast.shuji1, "nomination_edit", made.pk)
    late = client.post(reverse("awards:nomination_autosave", args=[made.pk]), typed(version=made.version + 3))
    assert late.status_code == 409


def test_handing_up_from_the_form_saves_first_and_says_what_is_missing(cast: Cast, of: AwardCategory) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    url, client = reverse("awards:nomination_edit", args=[made.pk]), signed_in(cast.shuji1)
    answer = client.post(url, typed(deeds="短", version=made.version, recommend="1"), follow=True)
    assert "内容已保存，还不能上报：主要事迹要求 20 到 200 字" in answer.content.decode()
    made = build.again(made)
    assert (made.state, made.deeds) == ("draft", "短")
    answer = client.post(url, typed(version=made.version, recommend="1"))
    assert answer["Location"] == made.get_absolute_url()
    assert build.again(made).state == NominationState.RECOMMENDED


def test_papers_are_kept_and_taken_away(cast: Cast, of: AwardCategory) -> None:
    made = build.begun(of, cast.one, cast.member1, cast.shuji1)
    url, client = reverse("awards:nomination_edit", args=[made.pk]), signed_in(cast.shuji1)
    paper = SimpleUploadedFile("票样.txt", "推荐票".encode())
    assert client.post(url, typed(version=made.version) | {"papers": paper}).status_code == 302
    kept = NominationFile.objects.get()
    address = reverse("awards:nomination_file", args=[kept.pk])
    assert client.get(address).status_code == 200
    assert signed_in(cast.shuji2).get(address).status_code == 404
    made = build.again(made)
    client.post(url, typed(version=made.version) | {"drop": kept.pk})
    assert not NominationFile.objects.exists()


# ---- overrides ----


def test_a_rule_may_be_passed_over_with_a_reason_by_who_runs_the_round(cast: Cast) -> None:
    of = under(cast, RuleText("belongs_for", number=24, may_override=True))
    rule = of.rules.get()
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    with pytest.raises(Refused, match="不满 24 个月"):
        build.moved(made, "recommend", cast.shuji1)
    with pytest.raises(Refused, match="破例由组织评选的党组织批准"):
        overrides.override(nomination=made, rule=rule, reason="支教归来", by=cast.shuji1, on=ON)
    url = reverse("awards:nomination_override", args=[made.pk])
    client = signed_in(cast.zongzhi)
    assert "不满 24 个月" in client.get(url).content.decode()
    empty = client.post(url, {"rule": rule.pk, "reason": " "})
    assert empty.status_code == 422 and "破例必须写明理由" in empty.content.decode()
    assert client.post(url, {"rule": rule.pk, "reason": "支教归来，原支部鉴定优秀"}).status_code == 302
    assert build.moved(build.again(made), "recommend", cast.shuji1).state == "recommended"
    printed = page(cast.shuji1, "nomination_print", made.pk)
    assert "支教归来，原支部鉴定优秀" in printed and "不满 24 个月" in printed
    assert LogEntry.objects.filter(verb="override").count() == 1
    with pytest.raises(ValidationError, match="不需要破例"):
        overrides.override(nomination=build.again(made), rule=rule, reason="再来", by=cast.zongzhi, on=ON)


def test_a_firm_rule_is_never_passed_over(cast: Cast) -> None:
    of = under(cast, RuleText("full_member"))
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    Member.objects.filter(pk=cast.member1.pk).update(confirmed_on=date(2011, 8, 1))
    with pytest.raises(ValidationError, match="不能破例"):
        overrides.override(nomination=build.again(made), rule=of.rules.get(), reason="人好", by=cast.zongzhi, on=ON)
    assert "这些条件不能破例" in page(cast.zongzhi, "nomination_override", made.pk)


def test_nobody_passes_a_rule_over_for_himself(cast: Cast, of: AwardCategory) -> None:
    own = build.written(of, cast.one, cast.zongzhi.member, cast.shuji1)
    assert "应当回避" in rules.may_override(own, cast.zongzhi, ON).reason
    assert rules.may_override(own, cast.ganshi, ON)


# ---- who reads what ----


def test_a_draft_is_its_branchs_and_what_was_handed_up_is_who_decides(cast: Cast, of: AwardCategory) -> None:
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    page(cast.shuji1, "nomination_detail", made.pk)
    for user in (cast.dangyuan1, cast.shuji2, cast.dangyuan2, cast.stranger, cast.guanli):
        page(user, "nomination_detail", made.pk, status=404)
    build.moved(made, "recommend", cast.shuji1)
    for user in (cast.shuji1, cast.zongzhi, cast.ganshi, cast.dangyuan1):
        assert DEEDS in page(user, "nomination_detail", made.pk)
    page(cast.shuji2, "nomination_detail", made.pk, status=404)


def test_what_is_not_announced_and_what_the_sides_said_is_for_who_decides_and_not_the_nominee(
    cast: Cast, of: AwardCategory
) -> None:
    made = build.recommended(of, cast.one, cast.zongzhi.member, cast.shuji1)
    Nomination.objects.filter(pk=made.pk).update(pending="reject", pending_note="票数最少")
    AuditOpinion.objects.create(
        nomination=made,
        side="discipline",
        stand="opposes",
        text="正在核实",
        given_by="纪检",
        given_on=ON,
        by=cast.ganshi,
    )
    shown = page(cast.ganshi, "nomination_detail", made.pk)
    assert "票数最少" in shown and "正在核实" in shown
    for user in (cast.zongzhi, cast.shuji1):  # the nominee, though he is secretary of who decides; the branch
        for view in ("nomination_detail", "nomination_print"):
            shown = page(user, view, made.pk)
            assert "票数最少" not in shown and "正在核实" not in shown and "拟不通过" not in shown
    assert "拟不通过" not in page(cast.ganshi, "nomination_list")


def test_of_the_commended_all_know_the_name_and_nobody_else_the_votes(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    Nomination.objects.filter(pk=made.pk).update(state=NominationState.COMMENDED)
    shown = page(cast.dangyuan2, "nomination_detail", made.pk)
    assert "党员甲" in shown and "受到表彰" in shown
    assert DEEDS not in shown and "应到" not in shown
    page(cast.dangyuan2, "nomination_print", made.pk, status=404)
    assert "7 / 9" not in page(cast.dangyuan2, "nomination_list")
    assert "7 / 9" in page(cast.shuji1, "nomination_list")
    book = load_workbook(BytesIO(b"".join(signed_in(cast.shuji2).get(reverse("awards:nomination_export")))))
    assert "党员甲" not in str([[cell.value for cell in row] for row in book.active.iter_rows()])
    page(cast.stranger, "nomination_detail", made.pk, status=404)


def test_words_of_who_judges_are_not_in_the_branchs_history_but_those_it_was_returned_with_are(
    cast: Cast, of: AwardCategory
) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    back = build.moved(made, "return", cast.zongzhi, "事迹要写具体")
    shown = page(cast.shuji1, "nomination_detail", made.pk)
    assert "退回补充：改好以后请重新上报" in shown and "事迹要写具体" in shown
    up = build.moved(back, "recommend", cast.shuji1)
    passed = build.moved(up, "preselect", cast.zongzhi, "票数最高，同意")
    assert passed.state == NominationState.PRESELECTED
    assert "票数最高，同意" in page(cast.ganshi, "nomination_detail", made.pk)
    shown = page(cast.shuji1, "nomination_detail", made.pk)
    assert "票数最高，同意" not in shown and "初评通过" in shown


# ---- moves ----


def test_a_refused_move_gives_the_words_back(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_move", args=[made.pk, "reject"])
    answer = signed_in(cast.shuji1).post(url, {"note": "写了很多的理由", "version": made.version})
    assert answer.status_code == 403 and "由委员会成员或者创先争优办公室登记" in answer.content.decode()
    stale = signed_in(cast.zongzhi).post(url, {"note": "写了很多的理由", "version": made.version - 1})
    assert stale.status_code == 409 and "写了很多的理由" in stale.content.decode()
    empty = signed_in(cast.zongzhi).post(url, {"note": " ", "version": made.version})
    assert empty.status_code == 403 and "必须写明不通过的理由" in empty.content.decode()
    assert signed_in(cast.zongzhi).post(url, {"note": "票数不够", "version": made.version}).status_code == 302
    assert build.again(made).state == NominationState.REJECTED


def test_what_another_act_does_is_no_button(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    url = reverse("awards:nomination_move", args=[made.pk, "act"])
    assert signed_in(cast.zongzhi).post(url, {"verb": "commend"}).status_code == 400
    assert build.again(made).state == NominationState.RECOMMENDED


def test_the_way_shows_each_step_with_its_day(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    steps = queries.way_of(made, queries.log_of(made))
    assert [(one.label, one.on) for one in steps[:3]] == [("起草", ON), ("民主推荐", ON), ("初评通过", None)]
    assert [one.label for one in steps if one.is_now] == ["民主推荐"]
    ended = build.moved(made, "withdraw", cast.shuji1, "本人不愿意")
    steps = queries.way_of(ended, queries.log_of(ended))
    assert [(one.label, one.end) for one in steps] == [("起草", False), ("民主推荐", False), ("已撤回", True)]


# ---- letters ----


def told(letter: str) -> set[str]:
    """Who was told."""
    rows = Notice.objects.filter(letter=letter).select_related("member", "user")
    return {str(row.member or row.user) for row in rows}


def test_who_decides_hears_of_a_recommendation_but_not_whom_it_is_about(cast: Cast, of: AwardCategory) -> None:
    people.appoint(cast.member2, cast.general, Post.DISCIPLINE_COMMISSIONER)
    build.recommended(of, cast.one, cast.zongzhi.member, cast.shuji1)
    assert told("nomination_recommended") == {"干事", "党员乙"}


def test_the_branch_hears_what_became_of_it_and_the_nominee_only_that_he_was_commended(
    cast: Cast, of: AwardCategory
) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    back = build.moved(made, "return", cast.zongzhi, "补充事迹")
    assert told("nomination_returned") == {"书记一"}
    up = build.moved(back, "recommend", cast.shuji1)
    build.moved(up, "reject", cast.zongzhi, "票数不够")
    assert told("nomination_rejected") == {"书记一"}
    other = build.recommended(of, cast.two, cast.member2, cast.shuji2)
    Nomination.objects.filter(pk=other.pk).update(state=NominationState.DECIDED)
    with clock.standing_on(build.COMMEND_ON):
        build.moved(build.again(other), "commend", cast.zongzhi, on=build.COMMEND_ON)
    assert told("nomination_commended") == {"党员乙", "书记二"}
    assert not Notice.objects.filter(member=cast.member1).exists()


def test_a_draft_withdrawn_is_nobodys_news(cast: Cast, of: AwardCategory) -> None:
    draft = build.begun(of, cast.one, cast.member1, cast.shuji1)
    build.moved(draft, "withdraw", cast.shuji1, "填错了")
    assert told("nomination_withdrawn") == set()
    handed_up = build.recommended(of, cast.two, cast.member2, cast.shuji2)
    build.moved(handed_up, "withdraw", cast.shuji2, "本人不愿意")
    assert told("nomination_withdrawn") == {"总支书记", "干事"}


# ---- lists, workbook, cost ----


def test_the_list_is_narrowed_and_says_when_it_is_empty(cast: Cast, of: AwardCategory) -> None:
    assert "还没有推荐" in page(cast.zongzhi, "nomination_list")
    build.recommended(of, cast.one, cast.member1, cast.shuji1)
    build.written(of, cast.two, cast.member2, cast.shuji2)
    both = page(cast.zongzhi, "nomination_list")
    assert "党员甲" in both and "党员乙" in both
    for query, one, other in [
        ("?state=recommended", "党员甲", "党员乙"),
        ("?state=running", "党员甲", "党员乙"),
        ("?q=乙", "党员乙", "党员甲"),
        (f"?round={of.round_id}&category=outstanding_member&whose=decide", "党员甲", "党员乙"),
    ]:
        shown = page(cast.zongzhi, "nomination_list", query=query)
        assert f">{one}</a>" in shown and f">{other}</a>" not in shown
    assert "没有符合条件的推荐" in page(cast.zongzhi, "nomination_list", query="?state=rejected")
    assert "没有符合条件的推荐" in page(cast.zongzhi, "nomination_list", query="?whose=made")


def test_who_decides_is_not_asked_about_himself(cast: Cast, of: AwardCategory) -> None:
    build.recommended(of, cast.one, cast.zongzhi.member, cast.shuji1)
    assert "没有符合条件的推荐" in page(cast.zongzhi, "nomination_list", query="?whose=decide")
    assert ">总支书记</a>" in page(cast.ganshi, "nomination_list", query="?whose=decide")


def test_the_summary_table_is_typed_and_logged(cast: Cast, of: AwardCategory) -> None:
    build.recommended(of, cast.one, cast.member1, cast.shuji1)
    build.recommended(build.organizations(of.round), cast.two, cast.two, cast.shuji2)
    answer = signed_in(cast.zongzhi).get(reverse("awards:nomination_export"))
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "推荐人选" in row)
    line = next(row for row in rows if "党员甲" in row)
    found = dict(zip(head, line, strict=True))
    assert (found["应到"], found["赞成"], round(found["赞成占应到"], 3)) == (9, 7, 0.778)
    assert found["推荐日期"].date() == build.VOTED
    assert found["事迹字数"] == len(DEEDS)
    assert any("第二党支部" in row for row in rows)
    assert LogEntry.objects.get(verb="export").label == "导出推荐汇总表"
    assert signed_in(cast.dangyuan1).get(reverse("awards:nomination_export")).status_code == 403


@pytest.mark.parametrize("view", ["nomination_list", "nomination_export"])
def test_a_longer_list_costs_no_more_queries(cast: Cast, of: AwardCategory, view: str) -> None:
    def cost() -> int:
        client = signed_in(cast.zongzhi)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            response = client.get(reverse(f"awards:{view}"))
            assert response.status_code == 200
            if response.streaming:
                b"".join(response)
        return len(seen)

    build.recommended(of, cast.one, cast.member1, cast.shuji1)
    first = cost()
    for _ in range(6):
        build.recommended(of, cast.one, people.member(cast.one), cast.shuji1)
    assert cost() == first


def test_more_candidates_cost_no_more_queries(cast: Cast) -> None:
    of = under(cast, *usual_categories(date(2010, 4, 1))[1].rules)

    def cost() -> int:
        client = signed_in(cast.shuji1)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(reverse("awards:nomination_add") + f"?category={of.pk}")
        assert "没有已公示的承诺" in answer.content.decode()
        return len(seen)

    first = cost()
    for _ in range(10):
        people.member(cast.one)
    assert cost() == first


def test_the_form_prints_the_person_the_votes_and_places_for_seals(cast: Cast, of: AwardCategory) -> None:
    made = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    printed = page(cast.shuji1, "nomination_print", made.pk)
    for words in ("优秀共产党员推荐登记表", "党员甲", "应到 9 人，实到 8 人，赞成 7 票", "（盖章）", "表彰单位"):
        assert words in printed
    draft = build.begun(of, cast.two, cast.member2, cast.shuji2)
    assert "未上报" in page(cast.shuji2, "nomination_print", draft.pk)
    place = build.recommended(build.organizations(of.round), cast.two, cast.two, cast.shuji2)
    assert "书记二" in page(cast.shuji2, "nomination_print", place.pk)


def test_a_round_that_is_over_or_taken_back_takes_nothing_more(cast: Cast, of: AwardCategory) -> None:
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    type(of.round).objects.filter(pk=of.round_id).update(state=RoundState.VOID)
    with pytest.raises(Refused, match="已作废"):
        build.moved(build.again(made), "recommend", cast.shuji1)
    with pytest.raises(Refused, match="已作废"):
        build.moved(build.again(made), "withdraw", cast.shuji1, "不评了")


def test_a_recommendation_read_before_the_round_was_taken_back_is_not_handed_up(cast: Cast, of: AwardCategory) -> None:
    made = build.written(of, cast.one, cast.member1, cast.shuji1)
    assert made.round.takes_nominations(ON)
    round_ = type(of.round).objects.get(pk=of.round_id)
    rounds.act(round_=round_, verb="recall", note="名额要改", version=None, by=cast.ganshi, on=ON)
    with pytest.raises(Refused, match="现在是“起草”"):
        actions.act(nomination=made, verb="recommend", version=made.version, by=cast.shuji1, on=ON)


def test_who_has_left_the_branch_is_not_handed_up_and_who_has_left_the_unit_is_not_passed(
    cast: Cast, of: AwardCategory
) -> None:
    draft = build.written(of, cast.two, cast.member2, cast.shuji2)
    up = build.recommended(of, cast.one, cast.member1, cast.shuji1)
    Membership.objects.filter(member__in=[cast.member1, cast.member2]).update(ends_on=date(2011, 6, 19))
    with pytest.raises(Refused, match="党员乙不是第二党支部的党员"):
        build.moved(draft, "recommend", cast.shuji2)
    with pytest.raises(Refused, match="党员甲已经不是教研室党总支的党员"):
        build.moved(up, "preselect", cast.ganshi)
    # within the unit one may change the branch
    Membership.objects.create(member=cast.member1, organization=cast.two, starts_on=ON)
    assert build.moved(build.again(up), "preselect", cast.ganshi).state == NominationState.PRESELECTED


@pytest.mark.parametrize("wrong", ["category", "nominator"])
def test_what_was_chosen_and_is_not_open_any_more_is_not_replaced_by_another(
    cast: Cast, of: AwardCategory, wrong: str
) -> None:
    people.appoint(cast.shuji1.member, cast.general, Post.DEPUTY_SECRETARY)  # he may recommend in the name of two
    data = {"category": build.organizations(of.round).pk, "nominator": cast.one.pk, "nominee": f"o{cast.one.pk}"}
    answer = signed_in(cast.shuji1).post(reverse("awards:nomination_add"), data | {wrong: 99999})
    assert answer.status_code == 422 and "请重新选择" in answer.content.decode()
    assert not Nomination.objects.exists()
    assert signed_in(cast.shuji1).post(reverse("awards:nomination_add"), data).status_code == 302


def test_a_name_nobody_can_have_is_looked_for_in_vain(cast: Cast, of: AwardCategory) -> None:
    assert "没有这个名字" in page(cast.shuji1, "nomination_add", query=f"?category={of.pk}&q=%00x")
