"""The pages of public notices: open ones without a trace, the office's with all that was typed coming back, and lists that do not ask row by row."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.actions import rounds
from awards.models import Nomination, Objection, PublicNotice
from awards.states import NoticeState
from awards.views import public_notices
from branches.states import Post
from chuangxian.no_trace import quiet
from tests import build as people
from tests.awards import build_notices as build
from tests.awards.build_notices import ENDS, POSTED, TEXT
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = POSTED + timedelta(days=2)


@pytest.fixture(autouse=True)
def on_that_day(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = DAY


def posted(cast: Cast) -> tuple[PublicNotice, Nomination]:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    return build.posted(round_, cast.ganshi), one


def test_doors_lead_only_to_what_can_be_done(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    office = browser(cast.ganshi)
    assert "起草公示" in office.get(round_.get_absolute_url()).content.decode()
    build.posted(round_, cast.ganshi)
    assert "起草公示" not in office.get(round_.get_absolute_url()).content.decode()
    page = office.get(one.get_absolute_url()).content.decode()
    assert "审核意见" in page and "登记意见" not in page, "the sides are heard before the audit is passed"


def test_the_page_of_decision_says_what_locks_the_confirmation(cast: Cast) -> None:
    notice, one = posted(cast)
    address = reverse("awards:decision", args=[one.pk])
    office = browser(cast.ganshi)
    assert "现在不能审定" not in office.get(address).content.decode()
    build.objection(notice, one)
    page = office.get(address).content.decode()
    assert "现在不能审定" in page and "还有 1 件异议没有答复，不能审定。" in page


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def public(notice: PublicNotice, name: str = "public_notice") -> str:
    return reverse(f"awards:{name}", args=[notice.pk])


def number_in(page: str) -> str:
    return page.partition('class="posting-number">')[2].partition("<")[0]


# ---- for everybody ----


def test_a_visitor_reads_the_notice_its_days_and_how_to_object_and_gets_no_cookie(cast: Cast, client: Client) -> None:
    notice, _ = posted(cast)
    response = client.get(public(notice))
    page = response.content.decode()
    for said in ("党员甲", "第 5 个工作日", "到 2011年6月20日为止", "周末，不计", "办公室 0519-00000000", "提出异议"):
        assert said in page
    assert not response.cookies
    assert not client.get(reverse("awards:public_notice_list")).cookies


def test_after_its_time_strangers_read_no_name_and_people_of_the_unit_do(cast: Cast, settings: Any) -> None:
    notice, _ = posted(cast)
    settings.CHUANGXIAN_TODAY = POSTED + timedelta(days=31)
    for client in (Client(), browser(cast.stranger)):
        page = client.get(public(notice)).content.decode()
        assert "党员甲" not in page and TEXT not in page and "登录以后查看" in page
    assert "党员甲" in browser(cast.dangyuan2).get(public(notice)).content.decode()
    settings.CHUANGXIAN_TODAY = POSTED + timedelta(days=30)
    assert "党员甲" in Client().get(public(notice)).content.decode()


def test_of_an_edition_that_was_replaced_visitors_find_only_the_way_to_the_new_one(cast: Cast, client: Client) -> None:
    old, _ = posted(cast)
    new = build.posted(old.round, cast.ganshi, on=DAY, replaces=old)
    page = client.get(public(old)).content.decode()
    assert "党员甲" not in page and public(new) in page
    listed = client.get(reverse("awards:public_notice_list")).content.decode()
    assert public(new) in listed and f'"{public(old)}"' not in listed


def test_who_objects_gets_a_number_once_and_finds_the_answer_by_it(cast: Cast, client: Client) -> None:
    notice, one = posted(cast)
    response = client.post(public(notice, "public_object"), {"nomination": one.pk, "text": TEXT})
    number = number_in(response.content.decode())
    assert response.status_code == 200 and len(number) == 21
    assert not response.cookies and response["Cache-Control"] == "no-store"
    reply = reverse("awards:public_reply")
    page = client.post(reply, {"number": number.lower()}).content.decode()
    assert "正在核实" in page and TEXT not in page
    build.answered(Objection.objects.get(), cast.ganshi, on=DAY)
    page = client.post(reply, {"number": number.replace("-", "")}).content.decode()
    assert "不成立" in page and "经核实，听课记录属实。" in page and "查了听课记录" not in page


def test_the_pages_that_take_words_know_nobody_even_signed_in(cast: Cast) -> None:
    notice, one = posted(cast)
    client = browser(cast.zongzhi)
    page = client.get(public(notice, "public_object"))
    assert not page.wsgi_request.user.is_authenticated
    assert quiet(public(notice, "public_object")) and quiet(reverse("awards:public_reply"))
    assert quiet(public(notice)) is None
    client.post(public(notice, "public_object"), {"nomination": one.pk, "text": TEXT})
    assert Objection.objects.get().taken_by is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "请写异议内容。"),
        ({"text": "太短"}, "至少 10 个字"),
        ({"text": "长" * 2001}, "最多 2000 字，现在是 2001 字"),
        ({"nomination": ""}, "请选择针对谁。"),
        ({"nomination": "99999"}, "99999"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(
    cast: Cast, client: Client, fields: dict[str, str], sentence: str
) -> None:
    notice, _ = posted(cast)
    typed = {"nomination": "0", "text": TEXT, "name": "王老师", "contact": "0519-1", **fields}
    response = client.post(public(notice, "public_object"), typed)
    page = response.content.decode()
    assert response.status_code == 422 and sentence in page and "王老师" in page
    assert not Objection.objects.exists()


def test_after_the_last_day_the_words_are_not_taken_and_not_lost(cast: Cast, client: Client, settings: Any) -> None:
    notice, one = posted(cast)
    settings.CHUANGXIAN_TODAY = ENDS + timedelta(days=1)
    response = client.post(public(notice, "public_object"), {"nomination": one.pk, "text": TEXT})
    assert response.status_code == 409 and TEXT in response.content.decode()


def test_too_many_at_once_are_held_back_and_nothing_typed_is_lost(
    cast: Cast, client: Client, counted_afresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_notices, "OBJECTIONS_FROM_ADDRESS", 2)
    notice, one = posted(cast)
    sent = [
        client.post(public(notice, "public_object"), {"nomination": one.pk, "text": f"{TEXT}{n}"}) for n in range(3)
    ]
    assert [response.status_code for response in sent] == [200, 200, 429]
    assert f"{TEXT}2" in sent[2].content.decode() and Objection.objects.count() == 2


def test_wrong_numbers_are_counted_and_right_ones_never(
    cast: Cast, client: Client, counted_afresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_notices, "GUESSES_FROM_ADDRESS", 2)
    notice, one = posted(cast)
    page = client.post(public(notice, "public_object"), {"nomination": one.pk, "text": TEXT}).content.decode()
    reply = reverse("awards:public_reply")
    codes = [client.post(reply, {"number": "0000"}).status_code for _ in range(3)]
    assert codes == [422, 422, 429]
    assert client.post(reply, {"number": number_in(page)}).status_code == 200


# ---- the office ----


def form(*listed: Nomination, **fields: Any) -> dict[str, Any]:
    ticks = {f"listed_{one.pk}": "on" for one in listed} | {f"deeds_{one.pk}": "下校听课四十节。" for one in listed}
    return {**build.words(), **ticks, **fields}


def test_the_office_drafts_with_usual_words_and_shortened_deeds_and_posts(cast: Cast) -> None:
    round_ = build.round_of(cast.general, basis_document="《通知》")
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    client = browser(cast.ganshi)
    url = reverse("awards:notice_add", args=[round_.pk])
    page = client.get(url).content.decode()
    assert "根据《通知》，经民主推荐" in page and "该同志三年来坚持下校听课" in page
    response = client.post(url, form(one))
    notice = PublicNotice.objects.get()
    assert response["Location"] == notice.get_absolute_url()
    act = reverse("awards:notice_act", args=[notice.pk])
    client.post(act, {"verb": "post", "version": notice.version})
    assert build.again(notice).state == NoticeState.POSTED


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"workdays": "4"}, "不少于 5 个工作日"),
        ({"workdays": "31"}, "最多 30 个工作日"),
        ({"workdays": "五"}, "公示工作日请填整数"),
        ({"title": ""}, "请写公示标题。"),
        ({"contact": ""}, "请写明异议由谁受理"),
        ({"listed": ""}, "请至少列入一个人选。"),
        ({"deeds": " "}, "请写党员甲的主要事迹。"),
        ({"deeds": "长" * 1001}, "最多 1000 字，现在是 1001 字"),
    ],
)
def test_a_draft_says_what_is_wrong_and_gives_everything_back(
    cast: Cast, change: dict[str, str], sentence: str
) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    named = {f"{name}_{one.pk}" if name in ("listed", "deeds") else name: value for name, value in change.items()}
    typed = form(one, text="写了很久的正文。") | named
    response = browser(cast.ganshi).post(reverse("awards:notice_add", args=[round_.pk]), typed)
    page = response.content.decode()
    assert response.status_code == 422 and sentence in page and "写了很久的正文。" in page


def test_what_was_typed_and_not_saved_is_there_again(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    client = browser(cast.ganshi)
    kept = client.post(reverse("awards:notice_add_autosave", args=[round_.pk]), form(one, text="没有保存的正文"))
    assert kept.status_code == 200
    page = client.get(reverse("awards:notice_add", args=[round_.pk])).content.decode()
    assert "没有保存的正文" in page and "这里是您上次没有保存的内容" in page


def test_who_saves_on_an_older_reading_sees_both_texts(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    notice = build.draft(round_, cast.ganshi)
    url = reverse("awards:notice_edit", args=[notice.pk])
    browser(cast.zongzhi).post(url, form(one, title="甲", version=notice.version))
    response = browser(cast.ganshi).post(url, form(one, title="乙", version=notice.version))
    page = response.content.decode()
    assert response.status_code == 409 and "甲" in page and "乙" in page


def test_the_page_says_why_the_notice_cannot_be_closed_yet(cast: Cast) -> None:
    notice, _ = posted(cast)
    client = browser(cast.ganshi)
    assert "公示要满 5 个工作日，到 2011-06-20 为止" in client.get(notice.get_absolute_url()).content.decode()
    response = client.post(reverse("awards:notice_act", args=[notice.pk]), {"verb": "close"})
    assert response.status_code == 403 and "现在还不能结束" in response.content.decode()
    assert client.post(reverse("awards:notice_act", args=[notice.pk]), {"verb": "replace"}).status_code == 400


def test_an_answer_without_a_consequence_comes_back_whole(cast: Cast) -> None:
    notice, one = posted(cast)
    objection = build.objection(notice, one)
    url = reverse("awards:objection_answer", args=[objection.pk])
    typed = build.ANSWER | {"finding": "upheld", "version": objection.version}
    response = browser(cast.ganshi).post(url, typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "异议成立的，要写明怎样处理。" in page and build.ANSWER["inquiry"] in page


def test_whom_an_objection_is_about_only_learns_that_others_answer_it(cast: Cast) -> None:
    people.appoint(cast.member1, cast.general, "discipline_commissioner")
    notice, one = posted(cast)
    objection = build.objection(notice, one)
    client = browser(cast.dangyuan1)
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "另有 1 件异议涉及您本人" in page and TEXT not in page
    assert client.get(objection.get_absolute_url()).status_code == 404
    assert TEXT not in client.get(reverse("awards:objection_list")).content.decode()


def test_the_sheet_to_hang_up_has_days_contact_and_address(cast: Cast) -> None:
    notice, _ = posted(cast)
    page = browser(cast.ganshi).get(reverse("awards:notice_print", args=[notice.pk])).content.decode()
    assert "到 2011年6月20日为止" in page and public(notice) in page and "党员甲" in page


# ---- lists ----


def many(cast: Cast, number: int) -> None:
    for _ in range(number):
        round_ = build.round_of(cast.general)
        member = people.member(cast.one)
        one = build.nomination(round_, member, cast.one, cast.shuji1)
        notice = build.posted(round_, cast.ganshi)
        build.objection(notice, one)
        build.objection(notice)


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is asked once a process is asked now
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


Address = Callable[[], str]


@pytest.mark.parametrize(
    ("name", "signed_in"), [("notice_list", True), ("objection_list", True), ("public_notice_list", False)]
)
def test_a_list_asks_no_more_for_more_rows(cast: Cast, name: str, signed_in: bool) -> None:
    client = browser(cast.ganshi) if signed_in else Client()
    many(cast, 1)
    few = queries(client, reverse(f"awards:{name}"))
    many(cast, 3)
    assert queries(client, reverse(f"awards:{name}")) == few


def test_a_notice_asks_no_more_for_more_people_and_objections(cast: Cast) -> None:
    few_round, more_round = build.round_of(cast.general), build.round_of(cast.general)
    for round_, number in ((few_round, 1), (more_round, 4)):
        for _ in range(number):
            build.nomination(round_, people.member(cast.one), cast.one, cast.shuji1)
    few, more = (build.posted(round_, cast.ganshi) for round_ in (few_round, more_round))
    for notice in (few, more):
        for entry in notice.entries.all():
            build.objection(notice, entry.nomination)
    client = browser(cast.ganshi)
    assert queries(client, few.get_absolute_url()) == queries(client, more.get_absolute_url())
    assert queries(Client(), public(few)) == queries(Client(), public(more))


def test_the_lists_narrow(cast: Cast) -> None:
    notice, one = posted(cast)
    objection = build.objection(notice, one)
    build.answered(objection, cast.ganshi, on=date(2011, 6, 15))
    client = browser(cast.ganshi)
    for name, query in (("notice_list", "?state=closed"), ("objection_list", "?state=received")):
        assert "没有符合条件的" in client.get(reverse(f"awards:{name}") + query).content.decode()
    for name, query in (("notice_list", "?state=posted"), ("objection_list", f"?notice={notice.pk}")):
        assert "共 1" in client.get(reverse(f"awards:{name}") + query).content.decode()


@pytest.mark.parametrize("who", ["shuji1", "dangyuan1"])
def test_the_list_counts_no_objection_one_may_not_read(cast: Cast, who: str) -> None:
    # the one leads a branch below, the other sits on the committee and is the nominee
    people.appoint(cast.member1, cast.general, Post.DISCIPLINE_COMMISSIONER)
    notice, one = posted(cast)
    build.objection(notice, one)
    waiting = '<span class="matters">1</span>'
    address = reverse("awards:notice_list")
    assert waiting in browser(cast.ganshi).get(address).content.decode()
    page = browser(cast.users()[who]).get(address).content.decode()
    assert "待答复异议" in page and waiting not in page


def test_who_drafts_at_the_same_time_as_somebody_else_gets_every_word_back(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    build.draft(round_, cast.zongzhi)
    data = build.words(text="写了很久的一段公示正文。") | {f"listed_{one.pk}": "on", f"deeds_{one.pk}": "写好的事迹"}
    answer = browser(cast.ganshi).post(reverse("awards:notice_add", args=[round_.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 409 and "有人先一步起草了一份公示" in page
    assert "写了很久的一段公示正文。" in page and "写好的事迹" in page
    assert PublicNotice.objects.count() == 1


def test_with_a_round_made_void_the_names_come_down(cast: Cast) -> None:
    notice, _ = posted(cast)
    rounds.act(round_=notice.round, verb="void", note="不办了", version=None, by=cast.ganshi, on=DAY)
    page = Client().get(public(notice)).content.decode()
    assert "党员甲" not in page and "这一批评选已经作废" in page
    assert str(notice) not in Client().get(reverse("awards:public_notice_list")).content.decode()
    answer = Client().post(public(notice, "public_object"), {"nomination": "0", "text": TEXT})
    assert answer.status_code == 409 and TEXT in answer.content.decode()
    inside = browser(cast.dangyuan2).get(public(notice)).content.decode()
    assert "党员甲" in inside and "这一批评选已经作废" in inside
