"""The table of moves: who may do what in which state, for each kind of item."""

from pathlib import Path

import pytest
from django.db.models import Model

from accounts.models import User
from branches.scope import standing_of
from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import letters, sources
from schedule.models import ActionItem
from schedule.queries.items import for_work
from schedule.rules.items import may_postpone
from schedule.states.items import FINALS, UNFINISHED, WORKABLE, ItemState
from schedule.workflow.items import FOLLOWING, ITEM, offers
from tests import build as people
from tests.conftest import Cast
from tests.schedule import items
from tests.schedule.items import ON

Table = dict[tuple[str, str], set[str]]
DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
RAISER = "zuzhi1"  # the first branch's organisation commissioner, who leads nothing


@pytest.fixture
def users(cast: Cast) -> dict[str, User]:
    """The cast with a deputy, a commissioner and a group leader in the first branch."""
    group = people.organization("group", cast.one, "第一党小组")
    posts = [
        ("fushuji1", cast.one, cast.one, Post.DEPUTY_SECRETARY),
        (RAISER, cast.one, cast.one, Post.ORGANIZATION_COMMISSIONER),
        ("zuzhang", group, group, Post.GROUP_LEADER),
    ]
    found = cast.users()
    for name, home, place, post in posts:
        member = people.member(home, name)
        people.appoint(member, place, post)
        found[name] = people.account(member, name)
    return found


def table(works: set[str], verifies: set[str], cancels: set[str]) -> Table:
    """Who moves an item, by who works on it, who verifies it, and who takes it back."""
    return {
        ("open", "begin"): works,
        **{(state, "submit"): works for state in WORKABLE},
        **{("submitted", verb): verifies for verb in ("verify", "reopen")},
        **{(state, "cancel"): cancels for state in UNFINISHED},
    }


FIRST = {"shuji1", "fushuji1"}
OF: dict[str, Table] = {
    "members": table({"dangyuan1"}, FIRST, FIRST | {RAISER}),
    "secretarys": table({"shuji1"}, {"zongzhi"}, {"zongzhi", RAISER}),
    "deputys": table({"fushuji1"}, {"shuji1"}, {"shuji1", RAISER}),
    # its own leaders are concerned, whoever answers for it
    "branchs": table({"shuji1"}, {"zongzhi"}, {"zongzhi", RAISER}),
    "branchs, a member answers": table({"dangyuan1"}, {"zongzhi"}, {"zongzhi", RAISER}),
    "members, another answers": table({"dangyuan2"}, FIRST, FIRST | {RAISER}),
    "members, the secretary answers": table({"shuji1"}, {"fushuji1"}, {"fushuji1", RAISER}),
    "group leaders": table({"zuzhang"}, FIRST, FIRST | {RAISER}),
    # above the unit nobody has an account: its office registers what was found
    "general branchs": table({"zongzhi"}, {"ganshi"}, {"ganshi", RAISER}),
    "without account": table({"ganshi"}, FIRST, FIRST | {RAISER}),
}


def item_of(kind: str, cast: Cast, users: dict[str, User]) -> ActionItem:
    by = users[RAISER]
    match kind:
        case "members":
            return items.item(cast.one, cast.member1, by=by)
        case "secretarys":
            return items.item(cast.one, cast.shuji1.member, by=by)
        case "deputys":
            return items.item(cast.one, users["fushuji1"].member, by=by)
        case "branchs":
            return items.item(cast.one, responsible=cast.shuji1.member, by=by)
        case "branchs, a member answers":
            return items.item(cast.one, responsible=cast.member1, by=by)
        case "members, another answers":
            return items.item(cast.one, cast.member1, responsible=cast.member2, by=by)
        case "members, the secretary answers":
            return items.item(cast.one, cast.member1, responsible=cast.shuji1.member, by=by)
        case "group leaders":
            return items.item(cast.one, users["zuzhang"].member, by=by)
        case "general branchs":
            return items.item(cast.general, responsible=cast.zongzhi.member, by=by)
    return items.item(cast.one, people.member(cast.one, "无账号"), by=by)


def put_in(item: ActionItem, state: str, by: User) -> ActionItem:
    """The item as if it stood in that state, with everything the text could be asked for."""
    handed_in = {"submitted_by": by, "submitted_on": ON} if state in ("submitted", "verified") else {}
    closed = {"verified_by": by, "verified_on": ON} if state == "verified" else {}
    blank = {"submitted_by": None, "submitted_on": None, "verified_by": None, "verified_on": None}
    ActionItem.objects.filter(pk=item.pk).update(state=state, measure="听课", **blank | handed_in | closed)
    return items.again(item)


def who_may(item: ActionItem, verb: str, users: dict[str, User]) -> set[str]:
    return {name for name, user in users.items() if ITEM.verdict(item, verb, by=user, on=ON)}


def worker(kind: str, users: dict[str, User]) -> User:
    (name,) = OF[kind]["open", "begin"]
    return users[name]


@pytest.mark.parametrize("kind", OF)
def test_who_may_do_what_in_every_state(kind: str, cast: Cast, users: dict[str, User]) -> None:
    item = item_of(kind, cast, users)
    item.entries.create(on=ON, text="听课", by=worker(kind, users))
    found: Table = {}
    for state in ItemState:
        standing = put_in(item, state, worker(kind, users))
        for verb in ITEM.moves:
            if names := who_may(standing, verb, users):
                found[str(state), verb] = names
    assert found == OF[kind]


@pytest.mark.parametrize("kind", OF)
def test_nobody_concerned_ever_verifies_postpones_or_takes_back(kind: str, cast: Cast, users: dict[str, User]) -> None:
    item = put_in(item_of(kind, cast, users), "submitted", worker(kind, users))
    concerned = {
        name
        for name, user in users.items()
        if user == item.submitted_by
        or getattr(user, "member", 0) in (item.responsible, item.member or item.responsible)
    }
    assert concerned
    for verb in ("verify", "reopen", "cancel"):
        assert not who_may(item, verb, users) & concerned
    assert not {name for name in concerned if may_postpone(item, users[name], ON)}


@pytest.mark.parametrize("state", WORKABLE)
@pytest.mark.parametrize("kind", OF)
def test_the_lists_of_what_waits_are_what_the_rules_allow(
    kind: str, state: str, cast: Cast, users: dict[str, User]
) -> None:
    item = item_of(kind, cast, users)
    item.entries.create(on=ON, text="听课", by=worker(kind, users))
    for stands, verb, door in ((state, "submit", "to_do"), ("submitted", "verify", "to_verify")):
        standing = put_in(item, stands, worker(kind, users))
        listed = {name for name, user in users.items() if getattr(ActionItem.objects, door)(user, ON).exists()}
        assert listed == who_may(standing, verb, users)


def test_every_state_can_be_reached_and_left_unless_it_is_final() -> None:
    assert ITEM.unreachable() == set()
    assert ITEM.dead_ends() == set()
    assert set(UNFINISHED) | set(FINALS) == set(ItemState)


def test_the_documents_show_the_moves_of_an_action_item_as_they_are() -> None:
    assert f"```mermaid\n{ITEM.diagram()}```\n" in DOCUMENT.read_text()


def test_every_move_has_its_letter_and_every_letter_can_be_written(cast: Cast) -> None:
    item = items.verified(items.item(cast.one, cast.member1), cast.dangyuan1, cast.shuji1)
    for move in ITEM.moves.values():
        if move.letter:
            text = letters.write(letters.get(move.letter), item, note="意见", by=cast.shuji1, on=ON)
            assert items.PROBLEM in text.subject and text.body and "None" not in text.body


def test_what_follows_from_an_entry_is_no_button(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    assert ITEM.verdict(item, "begin", by=cast.dangyuan1, on=ON)
    assert [offer.move.verb for offer in offers(item, by=cast.dangyuan1, on=ON)] == ["submit"]
    assert set(ITEM.moves) > FOLLOWING


# ---- sentences ----


@pytest.mark.parametrize(
    ("state", "verb", "who", "sentence"),
    [
        ("submitted", "verify", "dangyuan1", "整改由责任人所在组织的书记或者上一级组织验收。"),
        ("submitted", "verify", "zongzhi", "整改由责任人所在组织的书记或者上一级组织验收。"),
        ("in_progress", "submit", "shuji1", "整改由责任人办理；没有账号的责任人，由创先争优办公室代为登记。"),
        ("verified", "reopen", "shuji1", "现在是“已销号”状态，不能退回再改。"),
        ("cancelled", "submit", "dangyuan1", "现在是“已撤销”状态，不能提交验收。"),
        ("open", "verify", "shuji1", "现在是“待整改”状态，不能验收销号。"),
        ("open", "cancel", "dangyuan2", "整改事项由提出的人或者验收的组织撤销。"),
    ],
)
def test_a_move_out_of_turn_is_refused_with_its_sentence(
    state: str, verb: str, who: str, sentence: str, cast: Cast
) -> None:
    item = put_in(items.item(cast.one, cast.member1), state, cast.dangyuan1)
    with pytest.raises(Refused) as refused:
        ITEM.move(item, verb, note="意见", by=cast.users()[who], on=ON)
    assert refused.value.reason == sentence


def test_whoever_submitted_does_not_verify_what_he_submitted(cast: Cast) -> None:
    member = people.member(cast.general, "总支无账号")
    item = items.submitted(items.item(cast.general, responsible=member), cast.ganshi)
    verdict = ITEM.verdict(item, "verify", by=cast.ganshi, on=ON)
    assert not verdict and verdict.reason == "自己的问题要由别人验收销号。"
    colleague = people.user("ganshi2", "另一位干事")
    people.appoint(colleague, cast.general, Post.OFFICE_STAFF)
    assert ITEM.verdict(item, "verify", by=colleague, on=ON)


def test_who_leads_on_both_levels_does_not_verify_what_concerns_the_branch_he_leads(cast: Cast) -> None:
    people.appoint(cast.shuji1.member, cast.general, Post.DEPUTY_SECRETARY)
    item = items.submitted(items.item(cast.one, responsible=cast.member1), cast.dangyuan1)
    verdict = ITEM.verdict(item, "verify", by=cast.shuji1, on=ON)
    assert not verdict and verdict.reason == "自己的问题要由别人验收销号。"
    assert ITEM.verdict(item, "verify", by=cast.zongzhi, on=ON)


def test_what_says_neither_measure_nor_progress_is_not_handed_in(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    assert "先写明整改措施" in ITEM.verdict(item, "submit", by=cast.dangyuan1, on=ON).reason
    items.actions.plan(item=item, cause="", measure="听课", version=item.version, by=cast.dangyuan1, on=ON)
    assert "还没有整改进展" in ITEM.verdict(items.again(item), "submit", by=cast.dangyuan1, on=ON).reason


@pytest.mark.parametrize(("verb", "label"), [("submit", "整改结果"), ("reopen", "退回意见"), ("cancel", "撤销原因")])
def test_a_move_that_needs_words_is_refused_without(verb: str, label: str, cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    item = items.submitted(item, cast.dangyuan1) if verb == "reopen" else items.begun(item, cast.dangyuan1)
    by = cast.dangyuan1 if verb == "submit" else cast.shuji1
    with pytest.raises(Refused, match=f"必须写明{label}"):
        ITEM.move(item, verb, note=" ", by=by, on=ON)


# ---- a life ----


def test_what_was_reopened_once_is_verified_by_another_person(cast: Cast) -> None:
    item = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    assert (item.state, item.result) == (ItemState.SUBMITTED, items.RESULT)
    items.actions.act(item=item, verb="reopen", note="没有记录", version=item.version, by=cast.shuji1, on=ON)
    item = items.again(item)
    assert (item.state, item.submitted_by, item.submitted_on) == (ItemState.REOPENED, None, None)
    items.actions.enter(item=item, day=ON, text="补了记录", by=cast.dangyuan1, on=ON)
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY)
    item = items.submitted(item, cast.dangyuan1, on=ON)
    items.actions.act(item=item, verb="verify", version=item.version, by=people.account(deputy), on=ON)
    item = items.again(item)
    assert (item.state, str(item.verified_by), item.verified_on) == (ItemState.VERIFIED, "副书记一", ON)


def test_who_verifies_is_found_anew_when_the_item_is_handed_in(cast: Cast) -> None:
    item = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    assert item.verifying == cast.one
    people.appoint(cast.member1, cast.one, Post.SECRETARY, on=items.SUBMITTED)
    assert items.submitted(item, cast.dangyuan1).verifying == cast.general


def test_who_read_an_older_reading_does_not_verify_the_newer_one(cast: Cast) -> None:
    item = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    read = item.version
    ITEM.move(items.again(item), "reopen", note="补", by=cast.shuji1, on=ON)
    items.submitted(item, cast.dangyuan1, on=ON)
    with pytest.raises(Overtaken):
        ITEM.move(items.again(item), "verify", version=read, by=cast.shuji1, on=ON)


def test_the_room_that_raised_it_hears_of_every_move(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    origin: Model = cast.one
    monkeypatch.setattr(sources, "_origins", {})
    sources.register(
        sources.Origin(
            "branches.organization", lambda number: f"/{number}/", lambda item, verb, by, on: heard.append(verb)
        )
    )
    item = items.item(cast.one, cast.member1, origin=origin)
    items.verified(item, cast.dangyuan1, cast.shuji1)
    assert heard == ["plan", "begin", "submit", "verify"]
    assert sources.url_of(item) == f"/{cast.one.pk}/" and sources.model_of(item) is type(cast.one)


def test_rules_ask_the_database_nothing_of_an_item_fetched_for_work(
    cast: Cast, django_assert_num_queries: object
) -> None:
    items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    standing = standing_of(cast.shuji1, ON)
    (item,) = for_work(ActionItem.objects.all())
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert ITEM.verdict(item, "verify", by=standing, on=ON) and ITEM.verdict(item, "cancel", by=standing, on=ON)


def test_a_move_reads_the_record_again_and_keeps_at_hand_what_it_points_to(
    cast: Cast, django_assert_num_queries: object
) -> None:
    submitted = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)
    (item,) = for_work(ActionItem.objects.filter(pk=submitted.pk))
    ActionItem.objects.filter(pk=item.pk).update(problem="有人改过的问题")
    ITEM.move(item, "verify", note="属实。", by=cast.shuji1, on=ON)
    assert item.problem == "有人改过的问题"
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert str(item) == f"{cast.member1}：有人改过的问题"
