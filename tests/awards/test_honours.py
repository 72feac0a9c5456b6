"""Honours: a round commended in one act, others' honours entered and taken back, the roll inside and for everybody, its table."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from awards.actions import honours as actions
from awards.models import AwardRound, Honour, Nomination
from awards.queries import honours as queries
from awards.states import NominationState, RoundState
from branches.actions import transfer_member
from branches.states import Kind
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import letters
from schedule.models import Notice
from tests import build as people
from tests.awards import build_honours as build
from tests.awards.build_honours import AWARDED, ON
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(view: str, *args: Any) -> str:
    return reverse(f"awards:{view}", args=args)


def cost(client: Client, address: str) -> int:
    client.get(address)  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# ---- a round is commended ----


def test_all_who_were_decided_are_commended_in_one_act_and_others_are_not(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    build.decided(round_, cast.two, cast.ganshi)
    build.decided(round_, cast.member2, cast.ganshi, NominationState.REJECTED)
    honours = build.commended(round_, cast.zongzhi, document="总支〔2011〕6号")
    assert [(one.holder, one.title, one.number) for one in honours] == [
        (cast.two, "先进党支部", "2011-总支-0001"),
        (cast.member1, "优秀共产党员", "2011-总支-0002"),
    ]
    personal = honours[1]
    assert (personal.organization, personal.awarded_on, personal.awarded_by) == (cast.one, AWARDED, "教研室党总支")
    assert (personal.document, personal.key, personal.level, personal.is_public) == (
        "总支〔2011〕6号",
        "member",
        "general_branch",
        True,
    )
    states = dict(Nomination.objects.values_list("pk", "state"))
    assert sorted(states.values()) == ["commended", "commended", "rejected"]
    assert AwardRound.objects.get().state == RoundState.COMMENDED


def test_a_round_is_commended_once(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    build.commended(round_, cast.ganshi)
    with pytest.raises(Refused):
        build.commended(round_, cast.ganshi)
    assert Honour.objects.count() == 1


def test_a_round_is_not_commended_before_its_day_nor_with_one_still_waiting(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    with pytest.raises(Refused, match="还没有到"):
        build.commended(round_, cast.ganshi, on=AWARDED - timedelta(days=1))
    build.decided(round_, cast.member2, cast.ganshi, NominationState.OBJECTED)
    with pytest.raises(Refused, match="还有 1 份"):
        build.commended(round_, cast.ganshi)
    assert not Honour.objects.exists() and AwardRound.objects.get().state == RoundState.ANNOUNCED


def test_the_day_on_the_certificates_lies_between_the_rounds_day_and_today(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    for day in (AWARDED - timedelta(days=1), ON + timedelta(days=1)):
        with pytest.raises(ValidationError):
            build.commended(round_, cast.ganshi, awarded_on=day)
    assert build.commended(round_, cast.ganshi, awarded_on=ON)[0].awarded_on == ON


def test_whoever_was_slower_commends_nobody(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    with pytest.raises(Overtaken), transaction.atomic():
        build.commended(round_, cast.ganshi, version=round_.version + 1)
    assert not Honour.objects.exists()
    assert Nomination.objects.get().state == NominationState.DECIDED


def test_numbers_run_on_within_a_year_and_level_and_begin_anew_in_another(cast: Cast) -> None:
    for year, level, expected in [
        (2011, "general_branch", "2011-总支-0001"),
        (2011, "general_branch", "2011-总支-0002"),
        (2011, "branch", "2011-支部-0001"),
        (2012, "general_branch", "2012-总支-0001"),
    ]:
        round_ = build.round_of(cast.general, name=f"{year}{level}{expected}", year=year, level=level)
        build.decided(round_, cast.member1, cast.ganshi)
        assert [one.number for one in build.commended(round_, cast.ganshi)] == [expected]
    with pytest.raises(IntegrityError), transaction.atomic():
        Honour.objects.filter(number="2011-总支-0002").update(number="2011-总支-0001")


def test_a_member_who_moved_is_honoured_where_he_belongs_that_day(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    nomination = build.decided(round_, cast.member1, cast.ganshi)
    Nomination.objects.filter(pk=nomination.pk).update(nominator=cast.two)
    assert build.commended(round_, cast.ganshi)[0].organization == cast.one


def test_who_belongs_to_a_group_is_honoured_as_of_his_branch(cast: Cast) -> None:
    group = people.organization(Kind.GROUP, cast.one, "第一党小组")
    grouped = [people.member(group, "组员甲"), people.member(group, "组员乙")]
    round_ = build.round_of(cast.general)
    build.decided(round_, grouped[0], cast.ganshi)
    assert build.commended(round_, cast.ganshi)[0].organization == cast.one
    assert build.honour(cast.one, cast.ganshi, grouped[1]).organization == cast.one
    page = Client().get(url("public_honours")).content.decode()
    assert "组员甲" in page and "组员乙" in page and "党小组" not in page


def test_the_page_before_the_commendation_names_who_will_be_honoured_or_what_stands_against_it(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    client = signed_in(cast.zongzhi)
    page = client.get(url("round_commend", round_.pk)).content.decode()
    assert "党员甲" in page and "确认表彰（1 个）" in page
    answer = client.post(url("round_commend", round_.pk), {"awarded_on": "2011-02-30", "document": "总支6号"})
    assert (
        answer.status_code == 422 and "日期请写成" in answer.content.decode() and "总支6号" in answer.content.decode()
    )
    answer = client.post(url("round_commend", round_.pk), {"awarded_on": "2011-06-18", "version": "99"})
    assert answer.status_code == 409 and "有人先一步" in answer.content.decode()
    waiting = build.decided(round_, cast.member2, cast.ganshi, NominationState.IN_NOTICE)
    page = client.get(url("round_commend", round_.pk)).content.decode()
    assert "现在还不能表彰" in page and "确认表彰" not in page
    Nomination.objects.filter(pk=waiting.pk).delete()
    answer = client.post(url("round_commend", round_.pk), {"awarded_on": "2011-06-18", "version": "1"})
    assert answer.status_code == 302 and Honour.objects.count() == 1


def test_a_commendation_costs_no_more_for_each_but_its_own_rows(cast: Cast) -> None:
    def counted(number: int) -> int:
        round_ = build.round_of(cast.general, name=f"{number}")
        for _ in range(number):
            build.decided(round_, people.member(cast.one), cast.ganshi)
        with CaptureQueriesContext(connection) as captured:
            build.commended(round_, cast.ganshi)
        return len(captured)

    one, five = counted(1), counted(5)
    # its move, its line in the log, its honour and its letter
    assert (five - one) / 4 <= 18


# ---- entered by hand ----


def test_an_honour_given_by_others_is_entered_with_its_document_and_its_holder_is_told(cast: Cast) -> None:
    honour = build.honour(cast.general, cast.ganshi, cast.member1)
    assert (honour.organization, honour.number, honour.holder) == (cast.one, "", cast.member1)
    assert [(one.member, one.letter) for one in Notice.objects.all()] == [(cast.member1, "honour_entered")]
    branchs = build.honour(cast.two, cast.ganshi, title="先进党支部")
    assert branchs.holder == cast.two
    assert Notice.objects.filter(letter="honour_entered", member=cast.shuji2.member).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"document": " "}, "document"),
        ({"awarded_on": ON + timedelta(days=1)}, "awarded_on"),
        ({"year": 2009}, "year"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        build.honour(cast.one, cast.ganshi, cast.member1, **wrong)
    assert field in caught.value.message_dict


def test_nobody_is_entered_twice_nor_below_an_organisation_he_never_belonged_to(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    with pytest.raises(ValidationError, match="已经登记过"):
        build.honour(cast.general, cast.ganshi, cast.member1)
    with pytest.raises(ValidationError, match="不是第二党支部的党员"):
        build.honour(cast.two, cast.ganshi, cast.member1, title="师德标兵")


def test_nobody_enters_or_takes_back_his_own(cast: Cast) -> None:
    with pytest.raises(Refused, match="涉及本人"):
        build.honour(cast.one, cast.zongzhi, cast.zongzhi.member)
    own = build.honour(cast.one, cast.ganshi, cast.zongzhi.member)
    with pytest.raises(Refused, match="涉及本人"):
        actions.revoke_honour(honour=own, reason="不要", version=1, by=cast.zongzhi, on=ON)


def test_the_form_of_an_honour_says_what_is_wrong_and_gives_all_back(cast: Cast) -> None:
    client, address = signed_in(cast.ganshi), url("honour_record", cast.one.pk)
    typed = build.typed_honour(nominee=str(cast.member1.pk), awarded_on="昨天", document="", citation="写了一句颁奖词")
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "写了一句颁奖词" in page
    assert "日期请写成" in page and "请填表彰文件的文号" in page
    assert client.post(address, build.typed_honour(nominee=str(cast.member1.pk))).status_code == 302
    answer = client.post(address, build.typed_honour(nominee=str(cast.member1.pk)))
    assert answer.status_code == 422 and "已经登记过" in answer.content.decode()
    assert client.post(address, {}).status_code == 422


def test_two_who_correct_at_once_see_both_texts(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    client, address = signed_in(cast.zongzhi), url("honour_edit", honour.pk)
    first = build.typed_honour(version=1, citation="先写的颁奖词")
    assert signed_in(cast.ganshi).post(address, first).status_code == 302
    answer = client.post(address, build.typed_honour(version=1, citation="后写的颁奖词"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "先写的颁奖词" in page and "后写的颁奖词" in page
    assert Honour.objects.get().citation == "先写的颁奖词"
    assert client.post(address, build.typed_honour(version=2, citation="后写的颁奖词")).status_code == 302
    with pytest.raises(Conflict):
        actions.change_honour(honour=build.again(honour), fields=build.given(), version=1, by=cast.ganshi, on=ON)


def test_of_a_rounds_honour_only_what_was_not_decided_there_changes(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    [honour] = build.commended(round_, cast.ganshi)
    address = url("honour_edit", honour.pk)
    sent = build.typed_honour(version=1, title="劳动模范", citation="敬业。", document="")
    assert signed_in(cast.ganshi).post(address, sent).status_code == 302
    honour = build.again(honour)
    assert (honour.title, honour.citation, honour.number) == ("优秀共产党员", "敬业。", "2011-总支-0001")
    assert LogEntry.objects.of(honour).get(verb="change_honour").changes == {"citation": ["", "敬业。"]}


def test_a_revoked_honour_stays_with_its_reason_and_leaves_roll_and_certificate(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    [honour] = build.commended(round_, cast.ganshi)
    client = signed_in(cast.ganshi)
    answer = client.post(url("honour_revoke", honour.pk), {"reason": " ", "version": "1"})
    assert answer.status_code == 422 and "请写明撤销的原因和依据" in answer.content.decode()
    answer = client.post(url("honour_revoke", honour.pk), {"reason": "受到党纪处分", "version": "7"})
    assert answer.status_code == 409 and "受到党纪处分" in answer.content.decode()
    assert client.post(url("honour_revoke", honour.pk), {"reason": "受到党纪处分", "version": "1"}).status_code == 302
    assert "党员甲" not in client.get(url("honour_list")).content.decode()
    assert "党员甲" in client.get(url("honour_list") + "?state=revoked").content.decode()
    assert "党员甲" not in Client().get(url("public_honours")).content.decode()
    assert client.get(url("honour_certificate", honour.pk)).status_code == 403
    assert Notice.objects.filter(letter="honour_revoked", member=cast.member1).exists()
    assert "受到党纪处分" in signed_in(cast.dangyuan1).get(honour.get_absolute_url()).content.decode()
    assert "受到党纪处分" not in signed_in(cast.dangyuan2).get(honour.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="已经撤销"):
        actions.revoke_honour(honour=build.again(honour), reason="再撤", version=2, by=cast.ganshi, on=ON)


# ---- the roll ----


def test_the_public_roll_says_name_organisation_title_and_citation_and_nothing_else(cast: Cast) -> None:
    people_ = people.member(cast.one, "公开的", unit_post="物理教研员", education="研究生")
    build.honour(cast.one, cast.ganshi, people_, citation="扎根教研。")
    page = Client().get(url("public_honours")).content.decode()
    for shown in ("公开的", "第一党支部", "优秀共产党员", "扎根教研。", "市教育工委"):
        assert shown in page
    for hidden in ("物理教研员", "研究生", "常教工委〔2011〕18号"):
        assert hidden not in page


def test_the_person_takes_his_own_off_the_public_roll_and_puts_it_back(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    client = signed_in(cast.dangyuan1)
    client.post(url("honour_show", honour.pk), {"shown": "0", "version": "1"})
    assert not Honour.objects.get().is_public
    assert "党员甲" not in Client().get(url("public_honours")).content.decode()
    client.post(url("honour_show", honour.pk), {"shown": "1", "version": "1"})
    assert not Honour.objects.get().is_public, "read before it had changed"
    client.post(url("honour_show", honour.pk), {"shown": "1", "version": "2"})
    assert Honour.objects.get().is_public
    assert [one.label for one in LogEntry.objects.of(honour).filter(verb="show_honour")] == [
        "不列入公开的光荣榜",
        "列入公开的光荣榜",
    ]


def test_what_the_person_took_off_the_public_roll_nobody_else_puts_back(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    actions.show_honour(honour=build.again(honour), is_public=False, version=1, by=cast.dangyuan1, on=ON)
    keeper = signed_in(cast.ganshi)
    page = keeper.get(honour.get_absolute_url()).content.decode()
    assert "本人不同意公开" in page and url("honour_show", honour.pk) not in page
    assert keeper.post(url("honour_show", honour.pk), {"shown": "1", "version": "2"}).status_code == 403
    sent = build.typed_honour(version=2, citation="改过的颁奖词。")
    assert 'name="is_public"' not in keeper.get(url("honour_edit", honour.pk)).content.decode()
    assert keeper.post(url("honour_edit", honour.pk), sent).status_code == 302
    assert (build.again(honour).citation, build.again(honour).is_public) == ("改过的颁奖词。", False)
    with pytest.raises(Refused, match="本人不同意"):
        fields = build.given(is_public=True)
        actions.change_honour(honour=build.again(honour), fields=fields, version=3, by=cast.ganshi, on=ON)
    assert "党员甲" not in Client().get(url("public_honours")).content.decode()
    actions.show_honour(honour=build.again(honour), is_public=True, version=3, by=cast.dangyuan1, on=ON)
    actions.show_honour(honour=build.again(honour), is_public=False, version=4, by=cast.ganshi, on=ON)
    assert signed_in(cast.ganshi).post(url("honour_show", honour.pk), {"shown": "1", "version": "5"}).status_code == 302
    assert build.again(honour).is_public, "the office undoes what it did itself"


def test_a_member_who_has_moved_is_not_entered_a_second_time_for_the_same_honour(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    transfer_member(member=cast.member1, organization=cast.two, by=None, on=ON)
    with pytest.raises(ValidationError, match="已经登记过"):
        build.honour(cast.general, cast.ganshi, cast.member1, awarded_on=ON)


def test_an_honour_is_not_on_the_roll_before_its_day(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    assert Honour.objects.public(AWARDED).exists() and not Honour.objects.public(AWARDED - timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"党员甲", "党员乙", "第一党支部"}),
        ("?year=2010", {"党员乙"}),
        ("?level=province", {"第一党支部"}),
        ("?title=先进党支部", {"第一党支部"}),
        ("?q=甲", {"党员甲"}),
        ("?q=党支部", {"第一党支部"}),
        ("?year=abc&level=x", {"党员甲", "党员乙", "第一党支部"}),
    ],
)
def test_the_roll_is_narrowed_as_asked(cast: Cast, query: str, found: set[str]) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    build.honour(cast.two, cast.ganshi, cast.member2, year=2010, awarded_on=date(2010, 12, 30))
    build.honour(cast.one, cast.ganshi, title="先进党支部", level="province")
    for client, view in ((signed_in(cast.zongzhi), "honour_list"), (Client(), "public_honours")):
        page = client.get(url(view) + query).context["page"]
        assert {str(one.holder) for one in page} == found
    within = signed_in(cast.zongzhi).get(url("honour_list") + f"?organization={cast.two.pk}").context["page"]
    assert {str(one.holder) for one in within} == {"党员乙"}


def test_the_roll_sets_out_the_latest_year_and_the_highest_level_first_organisations_before_members(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1, level="general_branch", awarded_by="党总支", title="甲")
    build.honour(cast.one, cast.ganshi, cast.member1, level="nation", awarded_by="中组部", title="乙")
    build.honour(cast.one, cast.ganshi, None, level="nation", awarded_by="中组部", title="丙")
    build.honour(cast.one, cast.ganshi, cast.member1, year=2010, awarded_on=date(2010, 12, 1), title="丁")
    groups = Client().get(url("public_honours")).context["groups"]
    assert [group.title for group in groups] == ["丙", "乙", "甲", "丁"]


def test_the_rolls_table_has_a_typed_cell_for_everything_and_is_logged(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    response: Any = signed_in(cast.shuji1).get(url("honour_export"))
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    line = next(row for row in rows if "党员甲" in row)
    assert line[:6] == [2011, "市级", "优秀共产党员", 1, "党员甲", "第一党支部"] and line[6].date() == AWARDED
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT, label="导出光荣榜").count() == 1


def test_the_roll_on_paper_is_what_the_list_shows(cast: Cast) -> None:
    build.honour(cast.one, cast.ganshi, cast.member1)
    build.honour(cast.two, cast.ganshi, cast.member2, title="师德标兵")
    page = signed_in(cast.shuji1).get(url("honour_print") + "?title=师德标兵").content.decode()
    assert "党员乙" in page and "党员甲" not in page


def test_pages_of_honours_cost_the_same_however_many_there_are(cast: Cast) -> None:
    inside = signed_in(cast.ganshi)
    pages = [(inside, url("honour_list")), (inside, url("honour_print")), (Client(), url("public_honours"))]
    round_ = build.round_of(cast.general, name="先")
    build.decided(round_, people.member(cast.one), cast.ganshi)
    build.commended(round_, cast.ganshi)
    pages += [(inside, url("round_certificates", round_.pk)), (inside, url("round_commend", round_.pk))]
    before = [cost(*page) for page in pages]
    for number in range(4):
        build.honour(cast.one, cast.ganshi, people.member(cast.one), title=f"称号{number}")
    again = build.round_of(cast.general, name="后")
    for _ in range(4):
        build.decided(again, people.member(cast.two), cast.ganshi)
    build.commended(again, cast.ganshi)
    pages[3:] = [(inside, url("round_certificates", again.pk)), (inside, url("round_commend", again.pk))]
    assert [cost(*page) for page in pages] == before


def test_an_empty_roll_says_so(cast: Cast) -> None:
    assert "光荣榜上还没有人" in signed_in(cast.dangyuan1).get(url("honour_list")).content.decode()
    assert "没有符合条件的荣誉" in Client().get(url("public_honours") + "?q=无").content.decode()


def test_every_letter_about_honours_can_be_written(cast: Cast) -> None:
    for honour in (build.honour(cast.one, cast.ganshi, cast.member1), build.honour(cast.one, cast.ganshi)):
        actions.revoke_honour(honour=honour, reason="重复", version=1, by=cast.ganshi, on=ON)
        read = letters.read_again(Honour, [honour.pk])[honour.pk]
        for kind in ("honour_entered", "honour_revoked"):
            text = letters.write(letters.get(kind), read, note="重复", by=cast.ganshi, on=ON)
            assert str(honour.holder) in text.subject and text.body


def test_days_are_written_out_as_documents_write_them() -> None:
    days = [date(2011, 7, 1), date(2010, 10, 10), date(2012, 12, 21), date(2011, 11, 30)]
    assert [queries.written_out(day) for day in days] == [
        "二〇一一年七月一日",
        "二〇一〇年十月十日",
        "二〇一二年十二月二十一日",
        "二〇一一年十一月三十日",
    ]
