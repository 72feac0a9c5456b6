"""党员示范岗: who does what in which state, that nobody decides about his own, what its pages say, and who is reminded."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from awards.actions import posts as actions
from awards.models import ModelPost
from awards.queries.posts import year_after
from awards.states import HELD, PostState
from awards.workflow.posts import POST, WITH_A_PAGE, offers
from branches.actions import transfer_member
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import letters, reminding
from schedule.models import Notice, ReminderMark
from schedule.planner import plan_reminder
from tests import build as people
from tests.awards import build_posts as build
from tests.awards.build_posts import APPLIED, GRANTED, ON, REVIEWED
from tests.conftest import Cast

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
Table = dict[tuple[str, str], set[str]]


@pytest.fixture(autouse=True)
def on_that_day(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


@pytest.fixture
def users(cast: Cast) -> dict[str, User]:
    """The cast with a commissioner in the first branch and one on the unit's committee."""
    found = cast.users()
    for name, place in [("zuzhi1", cast.one), ("zuzhi", cast.general)]:
        member = people.member(cast.one, name)
        people.appoint(member, place, Post.ORGANIZATION_COMMISSIONER)
        found[name] = people.account(member, name)
    return found


# ---- the table of moves ----


def table(writes: set[str], reviews: set[str], grants: set[str]) -> Table:
    return {
        ("applied", "review"): reviews,
        ("applied", "refuse"): reviews,
        ("applied", "withdraw"): writes,
        ("reviewed", "grant"): grants,
        ("reviewed", "return"): grants,
        ("reviewed", "refuse"): grants,
        ("reviewed", "withdraw"): writes,
        **{(state, verb): grants for state in HELD for verb in ("keep", "revoke")},
    }


UNIT = {"zongzhi", "ganshi", "zuzhi"}
OF: dict[str, Table] = {
    "a member's": table({"dangyuan1", "shuji1"}, {"shuji1", "zuzhi1"}, UNIT),
    "the secretary's": table({"shuji1"}, {"zuzhi1"}, UNIT),
    "the branch's commissioner's": table({"zuzhi1", "shuji1"}, {"shuji1"}, UNIT),
    "the unit's secretary's": table({"zongzhi", "shuji1"}, {"shuji1", "zuzhi1"}, UNIT - {"zongzhi"}),
    # nobody but he sits on his branch's committee: the unit's reviews it
    "a lone secretary's": table({"shuji2"}, UNIT, UNIT),
}


def post_of(kind: str, users: dict[str, User]) -> ModelPost:
    name = {
        "a member's": "dangyuan1",
        "the secretary's": "shuji1",
        "the branch's commissioner's": "zuzhi1",
        "the unit's secretary's": "zongzhi",
        "a lone secretary's": "shuji2",
    }[kind]
    return build.applied(users[name].member, users[name])


@pytest.mark.parametrize("kind", OF)
def test_who_may_do_what_in_every_state(kind: str, users: dict[str, User]) -> None:
    post = post_of(kind, users)
    found: Table = {}
    for state in PostState:
        granted = GRANTED if state in HELD else None
        ModelPost.objects.filter(pk=post.pk).update(state=state, granted_on=granted, assess_by=granted)
        post = build.again(post)
        for verb in POST.moves:
            if may := {name for name, user in users.items() if POST.verdict(post, verb, by=user, on=ON)}:
                found[state, verb] = may
    assert found == OF[kind]


def test_the_table_is_whole_and_the_documents_show_it() -> None:
    assert POST.unreachable() == set() and POST.dead_ends() == set()
    assert f"```mermaid\n{POST.diagram()}```\n" in DOCUMENT.read_text()
    assert all(letters.get(move.letter) for move in POST.moves.values() if move.letter)


def test_from_application_to_plate_to_the_next_year_and_down_again(cast: Cast) -> None:
    post = build.his(cast)
    assert (post.state, post.reviewed_on, post.granted_on, post.assess_by) == (
        PostState.GRANTED,
        REVIEWED,
        GRANTED,
        date(2012, 3, 15),
    )
    post = build.assessed(post, cast.zongzhi, assess_by=None)
    assert (post.state, post.assess_by) == (PostState.REASSESSED, date(2012, 6, 20))
    day = date(2012, 6, 1)
    post = build.assessed(post, cast.ganshi, kept=False, on=day, held_on=date(2012, 5, 30), text="调离岗位")
    assert (post.state, post.assess_by, post.ended_on) == (PostState.REVOKED, None, date(2012, 5, 30))
    assert [(one.held_on, one.kept) for one in post.assessments.all()] == [(date(2012, 5, 30), False), (ON, True)]
    told = LogEntry.objects.of(post).values_list("verb", "on")
    assert list(told) == [
        ("apply", APPLIED),
        ("review", REVIEWED),
        ("grant", GRANTED),
        ("keep", ON),
        ("revoke", day),
    ]


def test_one_s_own_application_never_comes_among_those_one_decides(cast: Cast) -> None:
    own = build.applied(cast.zongzhi.member, cast.zongzhi)
    other = build.applied(cast.member1, cast.dangyuan1)
    posts = ModelPost.objects.all()
    assert set(posts.to_review(cast.shuji1, ON)) == {own, other}
    build.moved(own, "review", cast.shuji1, REVIEWED)
    build.moved(other, "review", cast.shuji1, REVIEWED)
    assert set(posts.to_grant(cast.zongzhi, ON)) == {other}
    assert set(posts.to_grant(cast.ganshi, ON)) == {own, other}
    for post in (own, other):
        build.moved(build.again(post), "grant", cast.ganshi, GRANTED)
    after = date(2012, 3, 15)
    assert set(posts.to_assess(cast.zongzhi, after)) == {other}
    assert set(posts.to_assess(cast.ganshi, after)) == {own, other}
    assert set(posts.to_assess(cast.ganshi, after - timedelta(days=1))) == set()


def test_who_has_a_seat_and_is_the_applicant_reads_why_he_stays_out_of_it(cast: Cast, users: dict[str, User]) -> None:
    own = build.applied(cast.shuji1.member, cast.shuji1)
    said = {offer.move.verb: offer.verdict.reason for offer in offers(own, by=cast.shuji1, on=ON) if not offer.verdict}
    assert set(said) == {"review", "refuse"} and "应当回避" in said["review"]
    plain = build.applied(cast.member1, cast.dangyuan1)
    assert [offer.move.verb for offer in offers(plain, by=cast.dangyuan1, on=ON)] == ["withdraw"]


def test_the_page_of_assessment_is_never_a_button(cast: Cast) -> None:
    post = build.his(cast)
    assert WITH_A_PAGE == {"keep", "revoke"} and not offers(post, by=cast.zongzhi, on=ON)


def test_a_member_has_one_post_at_a_time_and_may_try_again_after_a_no(cast: Cast) -> None:
    first = build.applied(cast.member1, cast.dangyuan1)
    with pytest.raises(ValidationError, match="一名党员同时只有一个示范岗"):
        build.applied(cast.member1, cast.shuji1, name="另一个岗位")
    build.moved(first, "refuse", cast.shuji1, REVIEWED, note="职责还不清楚")
    assert build.applied(cast.member1, cast.dangyuan1).state == PostState.APPLIED


def test_nobody_applies_for_a_member_of_another_branch(cast: Cast) -> None:
    with pytest.raises(Refused, match="由党员本人申请"):
        build.applied(cast.member2, cast.shuji1)
    assert build.applied(cast.member2, cast.shuji2).organization == cast.two


def test_a_member_of_a_group_applies_in_the_group_s_branch(cast: Cast) -> None:
    group = people.organization("group", cast.one, "第一党小组")
    member = people.member(group, "组员")
    assert build.applied(member, people.account(member)).organization == cast.one
    other = people.member(group, "另一组员")
    assert build.applied(other, cast.shuji1).organization == cast.one


def test_who_has_left_the_branch_gets_no_plate_there(cast: Cast) -> None:
    post = build.reviewed(cast.member1, cast.dangyuan1, cast.shuji1)
    transfer_member(member=cast.member1, organization=cast.two, reason="调动", by=None, on=GRANTED)
    with pytest.raises(Refused, match="已经不在第一党支部"):
        build.moved(post, "grant", cast.zongzhi, ON)


def test_returned_to_be_completed_it_is_changed_and_reviewed_again(cast: Cast) -> None:
    post = build.reviewed(cast.member1, cast.dangyuan1, cast.shuji1)
    with pytest.raises(Refused, match="内容不能再改"):
        actions.change(post=post, **build.words(), version=post.version, by=cast.dangyuan1, on=ON)
    with pytest.raises(Refused, match="退回意见"):
        build.moved(post, "return", cast.zongzhi, GRANTED)
    post = build.moved(post, "return", cast.zongzhi, GRANTED, note="写明每月次数")
    assert (post.state, post.reviewed_on) == (PostState.APPLIED, None)
    promise = "每月听课两次，当面反馈"
    actions.change(post=post, **build.words(promise=promise), version=post.version, by=cast.dangyuan1, on=ON)
    entry = LogEntry.objects.of(post).get(verb="change_post")
    assert entry.changes == {"promise": [build.PROMISE, promise]}


def test_a_change_on_an_older_reading_is_a_conflict_and_a_move_is_overtaken(cast: Cast) -> None:
    post, stale = build.applied(cast.member1, cast.dangyuan1), None
    stale = build.again(post)
    actions.change(post=post, **build.words(duty="新的职责"), version=1, by=cast.dangyuan1, on=ON)
    with pytest.raises(Conflict):
        actions.change(post=stale, **build.words(duty="别的职责"), version=1, by=cast.shuji1, on=ON)
    with pytest.raises(Overtaken):
        actions.act(post=stale, verb="review", version=1, by=cast.shuji1, on=ON)
    assert build.again(post).duty == "新的职责"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"held_on": ON + timedelta(days=1), "assess_by": None}, "held_on"),
        ({"held_on": GRANTED - timedelta(days=1), "assess_by": GRANTED}, "held_on"),
        ({"assess_by": ON}, "assess_by"),
        ({"assess_by": date(2012, 6, 21)}, "assess_by"),
    ],
)
def test_an_assessment_whose_days_do_not_follow_is_refused_whole(
    fields: dict[str, Any], field: str, cast: Cast
) -> None:
    post = build.his(cast)
    with pytest.raises(ValidationError) as refused:
        build.assessed(post, cast.zongzhi, **fields)
    assert set(refused.value.message_dict) == {field}
    assert build.again(post).state == PostState.GRANTED and not post.assessments.exists()


def test_a_year_after_the_29th_of_february_is_the_28th() -> None:
    assert year_after(date(2012, 2, 29)) == date(2013, 2, 28) and year_after(ON) == date(2012, 6, 20)


# ---- its pages ----


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"awards:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_member_applies_and_the_branch_and_the_unit_find_it_waiting(client: Client, cast: Cast) -> None:
    as_(client, cast.dangyuan1)
    response = client.post(reverse("awards:post_add"), build.words(member=cast.member1.pk))
    post = ModelPost.objects.get()
    assert response.status_code == 302 and response["Location"] == post.get_absolute_url()
    assert "我的示范岗" in page(client, "post_list")
    html = page(as_(client, cast.shuji1), "post_list")
    assert "等支部评议的示范岗申请" in html and "审定授牌的示范岗" not in html
    move = reverse("awards:post_move", args=[post.pk])
    assert client.post(move, {"verb": "review", "version": post.version}).status_code == 302
    assert "等审定授牌的示范岗" in page(as_(client, cast.zongzhi), "post_list")
    shown = page(client, "post_list", query="?waiting=to_grant")
    assert build.NAME in shown
    assert build.NAME not in page(as_(client, cast.shuji1), "post_list", query="?waiting=to_grant")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "请写岗位名称"),
        ({"duty": "职" * 301}, "最多 300 个字，现在是 301 个字"),
        ({"promise": ""}, "请写示范承诺"),
        ({"member": "0"}, "选择一个有效的选项"),
    ],
)
def test_what_does_not_fit_is_given_back_with_the_sentence(
    typed: dict[str, str], sentence: str, client: Client, cast: Cast
) -> None:
    data = build.words(member=cast.member1.pk, name="岗位甲") | typed
    response = as_(client, cast.dangyuan1).post(reverse("awards:post_add"), data)
    html = response.content.decode()
    assert response.status_code == 422 and sentence in html
    assert (build.DUTY in html or "职职职" in html) and not ModelPost.objects.exists()


def test_a_second_application_is_given_back_with_the_reason_at_the_member(client: Client, cast: Cast) -> None:
    build.his(cast)
    response = as_(client, cast.shuji1).post(
        reverse("awards:post_add"), build.words(member=cast.member1.pk, name="第二个")
    )
    html = response.content.decode()
    assert response.status_code == 422 and "一名党员同时只有一个示范岗" in html and "第二个" in html


def test_a_change_on_an_older_reading_shows_both_texts(client: Client, cast: Cast) -> None:
    post = build.applied(cast.member1, cast.dangyuan1)
    data = build.words(duty="我写的职责", version=post.version + 3)
    response = as_(client, cast.dangyuan1).post(reverse("awards:post_edit", args=[post.pk]), data)
    html = response.content.decode()
    assert response.status_code == 409 and "我写的职责" in html and build.DUTY in html


def test_a_refused_move_gives_the_note_back(client: Client, cast: Cast) -> None:
    post = build.applied(cast.member1, cast.dangyuan1)
    move = reverse("awards:post_move", args=[post.pk])
    data = {"verb": "refuse", "note": "岗位不对", "version": post.version}
    response = as_(client, cast.dangyuan1).post(move, data)
    assert response.status_code == 403 and "岗位不对" in response.content.decode()
    response = as_(client, cast.shuji1).post(move, data | {"version": post.version + 1})
    assert response.status_code == 409 and "岗位不对" in response.content.decode()
    assert client.post(move, data | {"verb": "keep"}).status_code == 400


def test_the_assessment_page_keeps_what_was_typed_and_registers_it(client: Client, cast: Cast) -> None:
    post = build.his(cast)
    url = reverse("awards:post_assess", args=[post.pk])
    data = {"held_on": f"{ON}", "kept": "1", "assess_by": "2013-01-01", "text": "做到了", "version": post.version}
    response = as_(client, cast.zongzhi).post(url, data)
    html = response.content.decode()
    assert response.status_code == 422 and "一年之内（到 2012-06-20 为止）" in html and "做到了" in html
    stale = client.post(url, data | {"assess_by": "2012-06-01", "version": 1})
    assert stale.status_code == 409 and "做到了" in stale.content.decode()
    assert client.post(url, data | {"assess_by": "2012-06-01"}).status_code == 302
    assert build.again(post).assess_by == date(2012, 6, 1)


def test_opinions_are_for_the_member_and_those_above_him_only(client: Client, cast: Cast) -> None:
    post = build.assessed(build.his(cast), cast.zongzhi, text="内部意见在此")
    for user, reads in [(cast.dangyuan1, True), (cast.shuji1, True), (cast.dangyuan2, False), (cast.shuji2, False)]:
        html = page(as_(client, user), "post_detail", post.pk)
        assert build.PROMISE in html and ("内部意见在此" in html) is reads and ("办理经过" in html) is reads


def test_the_plate_names_member_post_and_duty_and_hangs_only_when_granted(client: Client, cast: Cast) -> None:
    post = build.his(cast)
    html = page(as_(client, cast.dangyuan1), "post_print", post.pk)
    assert html.count(build.NAME) == 2 and html.count("党员甲") == 2 and html.count(build.DUTY) == 2
    waiting = build.applied(cast.member2, cast.dangyuan2)
    refused = as_(client, cast.dangyuan2).get(reverse("awards:post_print", args=[waiting.pk]))
    assert refused.status_code == 403 and "没有桌牌可以打印" in refused.content.decode()
    assert page(as_(client, cast.shuji1), "post_plates").count("plate-sheet") == 1


def test_visitors_read_plates_that_hang_and_nothing_else_of_a_person(client: Client, cast: Cast) -> None:
    post = build.his(cast)
    build.applied(cast.member2, cast.dangyuan2, name="还在申请的岗位")
    html = page(client, "posts_public")
    assert build.NAME in html and "党员甲" in html and "第一党支部" in html and "还在申请的岗位" not in html
    assert cast.member1.email not in html and "sessionid" not in client.cookies
    build.assessed(post, cast.zongzhi, kept=False)
    assert build.NAME not in page(client, "posts_public")


def test_the_ledger_holds_typed_cells_and_only_what_is_open_to_the_reader(client: Client, cast: Cast) -> None:
    build.assessed(build.his(cast), cast.zongzhi)
    build.granted(cast.member2, cast.dangyuan2, cast.shuji2, cast.zongzhi, name="第二支部的岗位")
    response: Any = as_(client, cast.shuji1).get(reverse("awards:post_export"))
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (line,) = [row for row in rows if build.NAME in row]
    assert not any("第二支部的岗位" in row for row in rows)
    days = [cell.date() for cell in line if hasattr(cell, "date")]
    assert days == [APPLIED, REVIEWED, GRANTED, ON, date(2012, 6, 20)]
    assert "复评合格" in line and LogEntry.objects.filter(label="导出示范岗台账").count() == 1


@pytest.mark.parametrize("name", ["post_list", "posts_public", "post_plates"])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    name: str, client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    as_(client, cast.zongzhi)
    build.his(cast)
    page(client, name)
    for more in range(2):
        if more:
            for number in range(6):
                member = people.member(cast.one, f"党员{number}")
                build.granted(member, cast.shuji1, cast.shuji1, cast.zongzhi, name=f"岗位{number}")
        with django_assert_max_num_queries(14) as asked:
            page(client, name)
        if not more:
            first = len(asked)
    assert len(asked) == first


# ---- who is told ----


def people_told(letter: str) -> set[str]:
    return {str(row.person) for row in Notice.objects.filter(letter=letter)}


def test_each_step_tells_whom_it_concerns_and_never_the_applicant_as_judge(cast: Cast, users: dict[str, User]) -> None:
    with clock.standing_on(APPLIED):
        post = build.applied(cast.member1, cast.dangyuan1)
        own = build.applied(cast.shuji1.member, cast.shuji1)
    assert people_told("post_applied") == {"书记一", "zuzhi1"}
    assert {str(row.person) for row in Notice.objects.filter(letter="post_applied", target_id=own.pk)} == {"zuzhi1"}
    with clock.standing_on(REVIEWED):
        post = build.moved(post, "review", cast.shuji1, REVIEWED)
    assert people_told("post_reviewed") == {"总支书记", "干事"}
    with clock.standing_on(GRANTED):
        post = build.moved(post, "grant", cast.ganshi, GRANTED)
    assert people_told("post_granted") == {"党员甲", "书记一"}
    with clock.standing_on(ON):
        build.assessed(post, cast.ganshi, kept=False, text="调离岗位")
    notice = Notice.objects.filter(letter="post_revoked").first()
    assert notice is not None and "调离岗位" in notice.body and people_told("post_revoked") == {"党员甲", "书记一"}


@pytest.fixture
def planned(cast: Cast) -> Iterator[None]:
    for kind in ("post_waits", "post_assess_due"):
        ReminderMark.objects.create(kind=kind, since=APPLIED, planned_on=APPLIED, planned_at=clock.wall())
    with clock.standing_on(APPLIED):
        yield


def live(first: date, last: date) -> None:
    """Let the portal plan on each day of a stretch."""
    day = first
    while day <= last:
        with clock.standing_on(day):
            for kind in ("post_waits", "post_assess_due"):
                reminder = reminding.find(kind)
                assert reminder is not None
                plan_reminder(reminder, on=day)
        day += timedelta(days=1)


def told(letter: str, person: str) -> list[str]:
    return sorted(f"{row.on:%m-%d}" for row in Notice.objects.filter(letter=letter) if str(row.person) == person)


def test_an_application_that_waits_is_brought_to_mind_where_it_lies(planned: None, cast: Cast) -> None:
    post = build.applied(cast.member1, cast.dangyuan1)
    live(APPLIED, APPLIED + timedelta(days=9))
    assert told("post_waits", "书记一") == ["03-04", "03-08"] and not told("post_waits", "总支书记")
    with clock.standing_on(date(2011, 3, 11)):
        build.moved(post, "review", cast.shuji1, date(2011, 3, 11))
    live(date(2011, 3, 11), date(2011, 3, 30))
    assert told("post_waits", "总支书记") == ["03-14", "03-18"] and len(told("post_waits", "书记一")) == 2


def test_a_plate_is_brought_to_mind_before_its_year_is_over_and_after_until_it_is_assessed(
    planned: None, cast: Cast
) -> None:
    post = build.his(cast)
    live(date(2012, 3, 1), date(2012, 3, 23))
    assert told("post_assess_due", "总支书记") == ["03-08", "03-12", "03-15", "03-22"]
    assert not told("post_assess_due", "党员甲")
    due = reminding.find("post_assess_due")
    assert due is not None and due.still_open(build.again(post), date(2012, 3, 22))
    with clock.standing_on(date(2012, 3, 24)):
        post = build.assessed(post, cast.zongzhi, on=date(2012, 3, 24), assess_by=date(2013, 3, 1))
    assert not due.still_open(post, date(2012, 3, 24))
    live(date(2012, 3, 24), date(2012, 4, 10))
    assert len(told("post_assess_due", "总支书记")) == 4


def test_the_bearer_of_a_plate_is_not_told_to_assess_himself(planned: None, cast: Cast) -> None:
    build.granted(cast.zongzhi.member, cast.zongzhi, cast.shuji1, cast.ganshi)
    live(date(2012, 3, 14), date(2012, 3, 15))
    assert "03-15" in told("post_assess_due", "干事") and not told("post_assess_due", "总支书记")


@pytest.mark.parametrize("kind", ["post_waits", "post_assess_due"])
def test_open_items_take_a_fixed_number_of_queries(kind: str, cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        member = people.member(cast.one, f"党员{number}")
        if kind == "post_waits":
            build.applied(member, cast.shuji1)
        else:
            build.granted(member, cast.shuji1, cast.shuji1, cast.zongzhi)
    reminder = reminding.find(kind)
    assert reminder is not None
    with django_assert_max_num_queries(4):
        assert len(list(reminder.open_items(date(2012, 3, 15), date(2012, 3, 15)))) == 8
