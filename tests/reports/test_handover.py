"""交接: what hangs on a post moves in one act, three people sign, and nothing is left without somebody who answers for it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, Typed, User
from branches import actions as branches
from branches.models import Member, PostAssignment
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from chuangxian.verdicts import Refused
from pledges.models import PledgeItem
from reports.handover import acts, gathering, rules
from reports.models import Handover
from reports.states import HandoverState
from schedule.actions import items as item_actions
from schedule.models import ActionItem, Notice, StudySession
from tests import build
from tests.access.branches import roster
from tests.awards import build_rounds
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import comments, evaluations, self_reviews
from tests.reviews.build import round_of
from tests.schedule import items, study, tasks

ON = date(2011, 6, 20)
BEFORE = ON - timedelta(days=1)


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


def an_item(cast: Cast, **fields: Any) -> ActionItem:
    """Something the first branch has to put right; its secretary answers for it."""
    return items.item(cast.one, responsible=cast.shuji1.member, **fields)


def a_promise(cast: Cast) -> PledgeItem:
    """An item of the branch's published pledge for which its secretary answers."""
    cycle = pledging.cycle(cast.general)
    text = pledging.text(responsible_member=cast.shuji1.member)
    pledge = pledging.published(cycle, cast.shuji1, cast.zongzhi, cast.shuji1, organization=cast.one, items=[text])
    return pledging.only_item(pledge)


def successor(cast: Cast, on: date = ON) -> User:
    """A new secretary of the first branch, who can sign in."""
    user = build.account(build.member(cast.one, "新书记"), "xinshuji")
    build.appoint(user.member, cast.one, Post.SECRETARY, on=on)
    return user


def drawn_up(cast: Cast) -> tuple[Handover, User]:
    new = successor(cast)
    return Handover.objects.get(), new


def test_a_new_secretary_finds_what_the_former_one_leaves_and_all_are_told(client: Client, cast: Cast) -> None:
    an_item(cast)
    handover, new = drawn_up(cast)
    assert (handover.outgoing.holder, handover.incoming.holder) == (cast.shuji1.member, new.member)
    told = {str(notice.person) for notice in Notice.objects.filter(letter="handover_drawn_up")}
    assert told == {"书记一", "新书记", "总支书记", "干事"}
    for user in (cast.shuji1, new, cast.zongzhi, cast.ganshi):
        client.force_login(user)
        assert handover.get_absolute_url() in client.get(cast.one.get_absolute_url()).content.decode()
        assert client.get(handover.get_absolute_url()).status_code == 200
    client.force_login(cast.shuji1)
    assert str(handover) in client.get(reverse("reports:dashboard")).content.decode()


def test_without_anything_left_and_without_anybody_before_nothing_is_drawn_up(cast: Cast) -> None:
    successor(cast)
    build.appoint(build.member(cast.two), cast.two, Post.DEPUTY_SECRETARY)
    assert not Handover.objects.exists()


def test_the_list_has_one_of_each_kind_of_open_thing(cast: Cast) -> None:
    own = an_item(cast)
    promise = a_promise(cast)
    waits = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    pledging.submitted(PledgeItem.objects.get().pledge.cycle, cast.dangyuan1, on=pledging.SUBMITTED)
    task = tasks.task(cast.general, cast.zongzhi)
    set_here = tasks.task(cast.one, cast.shuji1, target="member")
    study.semester()
    session = study.session(cast.one, cast.shuji1)
    personal = items.item(cast.one, cast.shuji1.member)
    handover, _ = drawn_up(cast)
    lines = {(item.kind, item.way) for item in handover.items.all()}
    assert {
        ("整改事项", "移交给接任人"),
        ("组织承诺事项", "移交给接任人"),
        ("等验收的整改", "随职务"),
        ("等审的承诺", "随职务"),
        ("要完成的任务", "随职务"),
        ("布置的任务", "随职务"),
        ("安排的学习", "随职务"),
        ("本人的整改", "本人的，不移交"),
    } <= lines
    texts = " ".join(item.text for item in handover.items.all())
    for named in (own, waits, personal, task, set_here, session):
        assert str(named)[:20] in texts
    assert promise.content in texts


def test_the_list_of_the_general_branch_has_its_rounds_files_and_what_is_stood_in_for(cast: Cast) -> None:
    pledging.cycle(cast.general)
    round_ = round_of(cast.general)
    self_reviews.submitted(round_, cast.shuji1)
    comments.draft(round_, "secretary", cast.one, cast.zongzhi)
    evaluations.draft(cast.general)
    build_rounds.draft(cast.general)
    roster(at="general")(cast)
    branches.delegate(assignment=post_of(cast.zongzhi), member=cast.member1, starts_on=ON, ends_on=ON, by=None, on=ON)
    Typed.objects.create(user=cast.zongzhi, record="pledges.pledge", number=1, typed={})
    found = gathering.hanging_on(post_of(cast.zongzhi), ON)
    assert {
        ("承诺周期", ""),
        ("点评轮次", ""),
        ("等审阅的对照检查", ""),
        ("点评草稿", "草稿只有起草人能改，不移交；由接任的人另写"),
        ("评议活动", ""),
        ("评选批次", ""),
        ("名册导入", ""),
        ("代理", "随原任职结束"),
        ("没有提交的草稿", "只有本人看得到，不移交；要紧的请本人先提交"),
    } <= {(one.kind, one.remark) for one in found}


def test_the_act_moves_what_is_tied_to_the_person_and_leaves_what_is_his_own(cast: Cast) -> None:
    own, personal, promise = an_item(cast), items.item(cast.one, cast.shuji1.member), a_promise(cast)
    handover, new = drawn_up(cast)
    acts.hand_over(handover=handover, by=cast.shuji1, on=ON)
    for one in (own, personal, promise, handover):
        one.refresh_from_db()
    assert own.responsible == new.member and own.verifying == cast.general
    assert promise.responsible_member == new.member
    assert personal.responsible == cast.shuji1.member
    assert handover.state == HandoverState.HANDED_OVER and handover.handed_over_on == ON
    assert {item.moved_on for item in handover.items.exclude(record="")} == {ON}
    assert LogEntry.objects.of(own).filter(verb="reassign", changes__responsible=["书记一", "新书记"]).exists()
    assert {str(n.person) for n in Notice.objects.filter(letter="action_reassigned")} == {"新书记"}
    assert not gathering.ownerless([cast.general.path], ON)


def test_the_turn_of_one_who_left_moves_and_of_one_who_stays_does_not(cast: Cast) -> None:
    study.semester()
    session = study.session(cast.one, cast.shuji1, lecturer=cast.shuji1.member)
    assert not [one for one in gathering.hanging_on(post_of(cast.shuji1), ON) if one.kind == "学习主讲"]
    branches.leave(member=cast.shuji1.member, reason="调出", by=None, on=BEFORE)
    handover, new = drawn_up(cast)
    acts.hand_over(handover=handover, by=cast.zongzhi, on=ON)
    assert StudySession.objects.get(pk=session.pk).lecturer == new.member
    assert {str(n.person) for n in Notice.objects.filter(letter="study_turn_set")} >= {"新书记"}


def post_of(user: User) -> PostAssignment:
    return PostAssignment.objects.own().get(member=user.member)


def test_what_is_done_meanwhile_drops_out_and_the_explanations_stay(cast: Cast) -> None:
    done, kept = an_item(cast), an_item(cast, problem="会议记录不全")
    handover, _ = drawn_up(cast)
    line = handover.items.get(number=kept.pk)
    acts.explain(handover=handover, notes={line.pk: "材料在柜子里"}, by=cast.shuji1, on=ON)
    items.verified(done, cast.shuji1, cast.zongzhi, on=ON)
    acts.hand_over(handover=handover, by=cast.shuji1, on=ON)
    assert [(item.number, item.note) for item in handover.items.exclude(record="")] == [(kept.pk, "材料在柜子里")]


def test_when_one_thing_cannot_move_nothing_has_moved(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = an_item(cast), an_item(cast, problem="会议记录不全")
    handover, _ = drawn_up(cast)
    # the list is read first, and before its second line is moved that one is seen closed by somebody else
    real = item_actions.reassign

    def overtaken(*, number: int, **rest: Any) -> None:
        if number == second.pk:
            ActionItem.objects.filter(pk=number).update(state="cancelled", cancelled_on=ON)
        real(number=number, **rest)

    monkeypatch.setitem(gathering.MOVERS, "schedule.actionitem", overtaken)
    client.force_login(cast.shuji1)
    answer = client.post(reverse("reports:handover_act", args=[handover.pk]))
    assert answer.status_code == 422 and "没有移交，一项也没有动" in answer.content.decode()
    first.refresh_from_db()
    handover.refresh_from_db()
    assert first.responsible == cast.shuji1.member and handover.state == HandoverState.DRAFTED
    assert not Notice.objects.filter(letter="action_reassigned").exists()


def test_each_signs_only_his_own_part_and_the_third_signature_confirms(cast: Cast) -> None:
    an_item(cast)
    handover, new = drawn_up(cast)
    people = {"outgoing": cast.shuji1, "incoming": new, "supervisor": cast.zongzhi}
    with pytest.raises(Refused, match="要先移交"):
        acts.sign(handover=handover, side="outgoing", by=cast.shuji1, on=ON)
    acts.hand_over(handover=handover, by=cast.shuji1, on=ON)
    handover.refresh_from_db()
    for side, signer in people.items():
        for other in {cast.shuji1, new, cast.zongzhi, cast.dangyuan1, cast.shuji2} - {signer}:
            assert not rules.may_sign(handover, side, standing_of(other, ON)), (side, other)
        acts.sign(handover=handover, side=side, by=signer, on=ON)
        with pytest.raises(Refused):
            acts.sign(handover=handover, side=side, by=signer, on=ON)
    handover.refresh_from_db()
    assert handover.state == HandoverState.CONFIRMED and handover.supervisor == cast.zongzhi


def test_who_stands_in_for_the_level_above_does_not_oversee_his_own_handover(cast: Cast) -> None:
    an_item(cast)
    handover, new = drawn_up(cast)
    branches.delegate(assignment=post_of(cast.zongzhi), member=new.member, starts_on=ON, ends_on=ON, by=None, on=ON)
    acts.hand_over(handover=handover, by=cast.shuji1, on=ON)
    handover.refresh_from_db()
    assert not rules.may_sign(handover, "supervisor", standing_of(new, ON))
    assert rules.may_sign(handover, "supervisor", standing_of(cast.ganshi, ON))


def test_nobody_else_sees_it_or_hands_over(client: Client, cast: Cast) -> None:
    an_item(cast)
    handover, new = drawn_up(cast)
    for user in (cast.dangyuan1, cast.dangyuan2, cast.shuji2, cast.guanli, cast.stranger):
        client.force_login(user)
        assert client.get(handover.get_absolute_url()).status_code == 404
        assert client.post(reverse("reports:handover_act", args=[handover.pk])).status_code == 404
    client.force_login(new)  # who takes over does not hand over to himself
    assert client.post(reverse("reports:handover_act", args=[handover.pk])).status_code == 403


def test_the_whole_way_by_its_pages(client: Client, cast: Cast) -> None:
    an_item(cast)
    handover, new = drawn_up(cast)
    url = handover.get_absolute_url()
    client.force_login(cast.shuji1)
    line = handover.items.get()
    assert "移交" in client.get(url).content.decode()
    assert client.post(url, {f"note-{line.pk}": "记录在柜子里"}).status_code == 302
    assert client.post(reverse("reports:handover_act", args=[handover.pk])).status_code == 302
    for user, side in ((cast.shuji1, "outgoing"), (new, "incoming"), (cast.ganshi, "supervisor")):
        client.force_login(user)
        assert client.post(reverse("reports:handover_sign", args=[handover.pk, side])).status_code == 302
    page = client.get(url).content.decode()
    assert "三方已确认" in page and "记录在柜子里" in page and "已移交" in page
    sheet = client.get(reverse("reports:handover_print", args=[handover.pk])).content.decode()
    for words in (
        "工作交接清单",
        "移交人（签名）",
        "接交人（签名）",
        "监交人（签名）",
        "记录在柜子里",
        "2011年6月20日",
    ):
        assert words in sheet
    assert url in client.get(reverse("reports:handover_list")).content.decode()
    assert url not in client.get(cast.one.get_absolute_url()).content.decode()  # what is confirmed waits for nobody


def test_what_is_in_nobodys_hands_is_found_and_given_to_somebody(client: Client, cast: Cast) -> None:
    left = an_item(cast)
    promise = a_promise(cast)
    assert not gathering.ownerless([cast.general.path], ON)
    branches.leave(member=cast.shuji1.member, reason="调出", by=None, on=BEFORE)
    found = gathering.ownerless([cast.general.path], ON)
    assert {(one.hanging.number, one.reason) for one in found} == {(left.pk, "已经转出"), (promise.pk, "已经转出")}
    client.force_login(cast.zongzhi)
    assert "没有人负责的事项" in client.get(reverse("reports:dashboard")).content.decode()
    assert "指定责任人" in client.get(reverse("reports:ownerless")).content.decode()
    for one in found:
        url = reverse("reports:ownerless_assign", args=[one.hanging.record, one.hanging.number])
        assert client.get(url).status_code == 200
        assert client.post(url, {"to": cast.member2.pk}).status_code == 422  # of the other branch
        assert client.post(url, {"to": cast.member1.pk}).status_code == 302
        assert client.get(url).status_code == 404
    left.refresh_from_db()
    assert left.responsible == cast.member1
    assert not gathering.ownerless([cast.general.path], ON)


def test_one_who_stays_but_has_no_post_any_more_keeps_only_what_is_his_own(cast: Cast) -> None:
    about_the_branch, own = an_item(cast), items.item(cast.one, cast.shuji1.member)
    branches.end_post(assignment=post_of(cast.shuji1), by=None, on=BEFORE)
    [one] = gathering.ownerless([cast.general.path], ON)
    assert (one.hanging.number, one.reason) == (about_the_branch.pk, "已经不担任职务")
    assert own.responsible == cast.shuji1.member


def test_who_left_long_ago_with_everything_open_leaves_nothing_behind_after_the_handover(cast: Cast) -> None:
    an_item(cast)
    a_promise(cast)
    branches.leave(member=cast.shuji1.member, reason="调出", by=None, on=ON - timedelta(days=30))
    handover, new = drawn_up(cast)
    assert len(gathering.ownerless([cast.general.path], ON)) == 2
    acts.hand_over(handover=handover, by=cast.ganshi, on=ON)
    assert not gathering.ownerless([cast.general.path], ON)
    assert set(ActionItem.objects.values_list("responsible", flat=True)) == {new.member.pk}


@pytest.mark.parametrize("view", ["reports:ownerless", "reports:handover_list", "detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(client: Client, cast: Cast, view: str) -> None:
    def cost() -> int:
        url = Handover.objects.earliest("pk").get_absolute_url() if view == "detail" else reverse(view)
        client.force_login(cast.zongzhi)
        client.get(url)  # the first visit opens the session
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    an_item(cast)
    drawn_up(cast)
    first = cost()
    former = Member.objects.get(pk=cast.shuji1.member.pk)
    for number in range(4):
        items.item(cast.one, responsible=former, problem=f"问题{number}")
        if view == "reports:handover_list":
            other = build.branch(cast.general)
            secretary, new = build.member(other), build.member(other)
            build.appoint(secretary, other)
            items.item(other, responsible=secretary)
            build.appoint(new, other, on=ON)
    assert cost() == first


def test_a_commissioner_reads_what_nobody_has_in_hand_and_gives_it_to_nobody(client: Client, cast: Cast) -> None:
    left = an_item(cast)
    commissioner = build.account(build.member(cast.one, "组织委员"))
    build.appoint(commissioner.member, cast.one, Post.ORGANIZATION_COMMISSIONER)
    branches.end_post(assignment=post_of(cast.shuji1), by=None, on=BEFORE)
    client.force_login(commissioner)
    page = client.get(reverse("reports:ownerless")).content.decode()
    assert str(left) in page and "指定责任人" not in page
    url = reverse("reports:ownerless_assign", args=["schedule.actionitem", left.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {"to": commissioner.member.pk}).status_code == 403


def test_whoever_has_no_post_there_any_more_is_led_to_no_page_that_refuses_him(client: Client, cast: Cast) -> None:
    item = an_item(cast)
    handover, new = drawn_up(cast)
    for user, leads in ((cast.shuji1, False), (new, True)):
        client.force_login(user)
        assert (
            f'href="{item.get_absolute_url()}"' in client.get(handover.get_absolute_url()).content.decode()
        ) is leads
