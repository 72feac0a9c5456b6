"""The table of a comment's moves: who may do what in which state, what follows from what, and what is refused."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from branches.actions import end_post
from branches.models import PostAssignment
from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from reviews.actions import comments as actions
from reviews.models import CommentProblem, CommentRound, LeaderComment
from reviews.states import CommentState
from reviews.workflow.comments import COMMENT, FOLLOWING, WITH_A_PAGE, offers
from schedule import letters
from schedule.actions import items as item_actions
from schedule.models import ActionItem
from schedule.states.items import ItemState
from schedule.workflow.items import ITEM
from tests import build as people
from tests.conftest import Cast
from tests.reviews import comments as build
from tests.reviews.comments import ON, round_of

Table = dict[tuple[str, str], set[str]]
DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"

MEMBERS: Table = {
    ("draft", "issue"): {"shuji1"},
    ("draft", "discard"): {"shuji1"},
    ("issued", "recall"): {"shuji1"},
    ("issued", "acknowledge"): {"dangyuan1"},
    ("verified", "close"): {"shuji1", "ganshi"},
}
SECRETARYS: Table = {
    ("draft", "issue"): {"zongzhi"},
    ("draft", "discard"): {"zongzhi"},
    ("issued", "recall"): {"zongzhi"},
    ("issued", "acknowledge"): {"shuji1"},
    ("verified", "close"): {"zongzhi", "ganshi"},
}
BRANCHS = SECRETARYS  # its leaders sign for it
REGISTERED: Table = {
    ("draft", "issue"): {"ganshi"},
    ("draft", "discard"): {"ganshi"},
    ("issued", "recall"): {"ganshi"},
    ("issued", "acknowledge"): {"dangyuan1"},
    ("verified", "close"): {"shuji1", "ganshi"},
}
OUTSIDE: Table = {key: {"zongzhi"} if key[1] == "acknowledge" else {"ganshi"} for key in REGISTERED}
WITHOUT_ACCOUNT: Table = {key: {"ganshi"} if key[1] == "acknowledge" else who for key, who in MEMBERS.items()}
OF = {
    "member": MEMBERS,
    "secretary": SECRETARYS,
    "branch": BRANCHS,
    "registered": REGISTERED,
    "outside": OUTSIDE,
    "without_account": WITHOUT_ACCOUNT,
}


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def comment_of(kind: str, cast: Cast, round_: CommentRound) -> LeaderComment:
    one = build.problem()
    match kind:
        case "member":
            return build.draft(round_, "member", cast.member1, cast.shuji1, one)
        case "secretary":
            return build.draft(round_, "secretary", cast.one, cast.zongzhi, one)
        case "branch":
            return build.draft(round_, "organization", cast.one, cast.zongzhi, one)
        case "registered":
            return build.draft(round_, "member", cast.member1, cast.ganshi, one, commentator=cast.shuji1.member)
        case "outside":
            return build.draft(round_, "organization", cast.general, cast.ganshi, one, outside=True)
    return build.draft(round_, "member", people.member(cast.one, "无账号党员"), cast.shuji1, one)


def put_in(comment: LeaderComment, state: str) -> LeaderComment:
    LeaderComment.objects.filter(pk=comment.pk).update(state=state)
    return build.again(comment)


def who_may(comment: LeaderComment, verb: str, cast: Cast) -> set[str]:
    return {name for name, user in cast.users().items() if COMMENT.verdict(comment, verb, by=user, on=ON)}


def allowed(comment: LeaderComment, cast: Cast, states: Iterable[str] = tuple(CommentState)) -> Table:
    found: Table = {}
    for state in states:
        standing = put_in(comment, state)
        for verb in COMMENT.moves:
            if names := who_may(standing, verb, cast):
                found[str(state), verb] = names
    return found


@pytest.mark.parametrize("kind", OF)
def test_who_may_do_what_in_every_state(kind: str, cast: Cast, round_: CommentRound) -> None:
    assert allowed(comment_of(kind, cast, round_), cast) == OF[kind]


def test_once_the_round_is_closed_nothing_is_given_or_taken_back_but_rectification_goes_on(
    cast: Cast, round_: CommentRound
) -> None:
    comment = comment_of("member", cast, round_)
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=ON)
    left = {key: who for key, who in MEMBERS.items() if key[1] not in ("issue", "recall")}
    assert allowed(comment, cast) == left | {("draft", "expire"): {"zongzhi", "ganshi"}}


def test_a_move_out_of_the_wrong_state_is_refused_with_a_sentence(cast: Cast, round_: CommentRound) -> None:
    comment = comment_of("member", cast, round_)
    for state in CommentState:
        comment = put_in(comment, state)
        for verb in [verb for verb, move in COMMENT.moves.items() if state not in move.sources]:
            for user in cast.users().values():
                verdict = COMMENT.verdict(comment, verb, by=user, on=ON)
                assert not verdict and verdict.reason.endswith("。"), (state, verb, user)


def test_every_state_can_be_reached_and_left_unless_it_is_final() -> None:
    assert COMMENT.unreachable() == set()
    assert COMMENT.dead_ends() == set()


def test_every_move_has_its_letter_and_every_letter_can_be_written(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    for move in COMMENT.moves.values():
        if move.letter:
            text = letters.write(letters.get(move.letter), comment, note="意见", by=cast.shuji1, on=ON)
            assert "党员甲" in text.subject and text.body


def test_moves_that_follow_or_have_a_page_are_no_buttons(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "member", cast.member1, cast.shuji1)
    assert [offer.move.verb for offer in offers(comment, by=cast.shuji1, on=ON)] == ["discard"]
    assert FOLLOWING | WITH_A_PAGE < set(COMMENT.moves)


def test_the_documents_show_the_moves_of_a_comment_as_they_are() -> None:
    assert f"```mermaid\n{COMMENT.diagram()}```\n" in DOCUMENT.read_text()


# ---- what is not given ----


def refusal(comment: LeaderComment, cast: Cast, on: date = ON) -> str:
    verdict = COMMENT.verdict(comment, "issue", by=comment.author, on=on)
    assert not verdict
    return verdict.reason


def test_all_praise_is_refused(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "member", cast.member1, cast.shuji1, direction=" ", achievements="样样都好")
    assert refusal(comment, cast) == "点评不能只讲成绩：请至少写一条存在问题，或者写明努力方向。"
    with pytest.raises(Refused, match="不能只讲成绩"):
        actions.issue(comment=comment, version=comment.version, by=cast.shuji1, on=ON)
    assert build.again(comment).state == CommentState.DRAFT


def test_a_direction_alone_is_enough(cast: Cast, round_: CommentRound) -> None:
    assert build.without_problems(round_, "member", cast.member1, cast.shuji1).state == CommentState.ISSUED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"held_on": date(2011, 5, 2)}, "点评日期要在这一轮开始（2011-05-03）以后"),
        ({"held_on": ON + timedelta(days=1)}, "点评日期要在这一轮开始"),
        ({"rating": "good"}, "没有要求定等次"),
        ({"problems": [build.problem(due_on=ON - timedelta(days=1))]}, "第 1 个问题的整改时限是 2011-06-19，已经过了"),
    ],
)
def test_what_is_not_right_is_not_given(
    cast: Cast, round_: CommentRound, fields: dict[str, object], sentence: str
) -> None:
    problems = fields.pop("problems", [])
    comment = build.draft(round_, "member", cast.member1, cast.shuji1, *problems)  # type: ignore[misc]
    LeaderComment.objects.filter(pk=comment.pk).update(**fields)
    assert sentence in refusal(build.again(comment), cast)


def test_a_rating_is_given_where_the_round_asks_for_it(cast: Cast) -> None:
    round_ = round_of(cast.general, with_rating=True)
    comment = build.draft(round_, "member", cast.member1, cast.shuji1, rating="good")
    assert COMMENT.verdict(comment, "issue", by=cast.shuji1, on=ON)


def test_a_comment_stands_on_the_post_of_its_day(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "member", cast.member2, cast.ganshi, commentator=cast.shuji2.member)
    successor = people.member(cast.two, "新书记二")
    people.appoint(successor, cast.two, Post.SECRETARY, on=ON)
    assert "书记二在 2011-06-20 不能点评党员乙" in refusal(comment, cast)
    LeaderComment.objects.filter(pk=comment.pk).update(held_on=ON - timedelta(days=1))
    assert COMMENT.verdict(build.again(comment), "issue", by=cast.ganshi, on=ON)


def test_an_organisation_without_a_secretary_has_nobody_to_put_its_problems_right(
    cast: Cast, round_: CommentRound
) -> None:
    comment = build.draft(round_, "organization", cast.one, cast.zongzhi, build.problem())
    post = PostAssignment.objects.get(organization=cast.one, post=Post.SECRETARY)
    end_post(assignment=post, by=None, on=ON - timedelta(days=1))
    assert "没有书记" in refusal(build.again(comment), cast)
    CommentProblem.objects.all().delete()
    assert COMMENT.verdict(build.again(comment), "issue", by=cast.zongzhi, on=ON)


def test_somebody_above_the_unit_is_named_with_his_post(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "organization", cast.general, cast.ganshi, outside=True, commentator_post=" ")
    assert refusal(comment, cast) == "请写明点评人的姓名和职务。"


def test_a_round_that_has_not_begun_or_is_over_takes_no_comment(cast: Cast, round_: CommentRound) -> None:
    before = round_.opens_on - timedelta(days=1)
    with pytest.raises(Refused, match="2011年上半年点评从 2011-05-03 开始"):
        build.draft(round_, "member", cast.member1, cast.shuji1, on=before)
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=ON)
    with pytest.raises(Refused, match="已经结束"):
        build.draft(CommentRound.objects.get(), "member", cast.member1, cast.shuji1)


def test_a_leader_has_one_sheet_for_each_subject_whoever_writes_it(cast: Cast, round_: CommentRound) -> None:
    build.draft(round_, "member", cast.member1, cast.ganshi, commentator=cast.shuji1.member)
    with pytest.raises(Overtaken, match="已经有一份对党员甲的点评"):
        build.draft(round_, "member", cast.member1, cast.shuji1)


def test_a_discarded_draft_makes_room_for_another(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "member", cast.member1, cast.shuji1)
    actions.act(comment=comment, verb="discard", version=comment.version, by=cast.shuji1, on=ON)
    assert build.draft(round_, "member", cast.member1, cast.shuji1).state == CommentState.DRAFT


# ---- what follows ----


@pytest.mark.parametrize(
    ("kind", "responsible", "verifying"),
    [
        ("member", "党员甲", "第一党支部"),
        ("secretary", "书记一", "教研室党总支"),
        ("branch", "书记一", "教研室党总支"),
        ("outside", "总支书记", None),
    ],
)
def test_giving_a_comment_raises_an_item_for_each_problem(
    kind: str, responsible: str, verifying: str | None, cast: Cast, round_: CommentRound
) -> None:
    comment = comment_of(kind, cast, round_)
    two = actions.Text({}, [build.problem("第一件"), build.problem("第二件", date(2011, 8, 31))])
    actions.save_text(comment=comment, text=two, version=comment.version, by=comment.author, on=ON)
    comment = build.again(comment)
    actions.issue(comment=comment, version=comment.version, by=comment.author, on=ON)
    items = build.items(comment)
    assert [(i.problem, i.due_on, i.source, i.source_place) for i in items] == [
        ("第一件", build.RECTIFY_BY, "comment", 1),
        ("第二件", date(2011, 8, 31), "comment", 2),
    ]
    assert {str(item.responsible) for item in items} == {responsible}
    assert {item.verifying and str(item.verifying) for item in items} == {verifying}
    assert {item.member for item in items} == {comment.member}


def test_without_problems_signing_closes_it(cast: Cast, round_: CommentRound) -> None:
    comment = build.without_problems(round_, "member", cast.member1, cast.shuji1)
    actions.act(comment=comment, verb="acknowledge", note="谢谢", version=None, by=cast.dangyuan1, on=ON)
    comment = build.again(comment)
    assert (comment.state, comment.response) == (CommentState.CLOSED, "谢谢")
    assert comment.acknowledged_on == comment.closed_on == ON
    assert build.items(comment) == []


def test_with_problems_signing_leaves_it_open(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    actions.act(comment=comment, verb="acknowledge", version=None, by=cast.dangyuan1, on=ON)
    assert build.again(comment).state == CommentState.ACKNOWLEDGED


def work_on(item: ActionItem, cast: Cast, by: str = "dangyuan1") -> ActionItem:
    user = getattr(cast, by)
    item_actions.plan(item=item, cause="忙", measure="每节课写三条", version=item.version, by=user, on=ON)
    item_actions.enter(item=item, day=ON, text="写了三节", by=user, on=ON)
    return fresh(item)


def fresh(item: ActionItem) -> ActionItem:
    found: ActionItem = ActionItem.objects.select_related(
        "organization", "member", "responsible__user", "verifying"
    ).get(pk=item.pk)
    return found


def finish(item: ActionItem, cast: Cast, verifier: str = "shuji1", by: str = "dangyuan1") -> None:
    ITEM.move(item, "submit", note="都写了", by=getattr(cast, by), on=ON)
    ITEM.move(item, "verify", by=getattr(cast, verifier), on=ON)


def test_it_goes_on_with_its_items_to_the_end(cast: Cast, round_: CommentRound) -> None:
    two = [build.problem("第一件"), build.problem("第二件")]
    comment = build.issued(round_, "member", cast.member1, cast.shuji1, *two)
    actions.act(comment=comment, verb="acknowledge", version=None, by=cast.dangyuan1, on=ON)
    first, second = build.items(comment)
    first = work_on(first, cast)
    assert build.again(comment).state == CommentState.RECTIFYING
    finish(first, cast)
    assert build.again(comment).state == CommentState.RECTIFYING
    second = work_on(second, cast)
    ITEM.move(second, "submit", note="写了", by=cast.dangyuan1, on=ON)
    ITEM.move(second, "reopen", note="还不够", by=cast.shuji1, on=ON)
    assert build.again(comment).state == CommentState.RECTIFYING
    finish(fresh(second), cast)
    comment = build.again(comment)
    assert (comment.state, comment.verified_on) == (CommentState.VERIFIED, ON)
    actions.act(comment=comment, verb="close", version=None, by=cast.shuji1, on=ON)
    assert build.again(comment).state == CommentState.CLOSED


def test_whoever_works_on_it_has_read_it(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    work_on(build.items(comment)[0], cast)
    comment = build.again(comment)
    assert (comment.state, comment.acknowledged_on) == (CommentState.RECTIFYING, ON)


def test_items_taken_back_count_as_done(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1, build.problem("甲"), build.problem("乙"))
    first, second = build.items(comment)
    finish(work_on(first, cast), cast)
    ITEM.move(second, "cancel", note="不是他的事", by=cast.shuji1, on=ON)
    assert build.again(comment).state == CommentState.VERIFIED


def test_taken_back_it_is_a_draft_again_and_its_items_are_cancelled(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    actions.act(comment=comment, verb="recall", version=comment.version, by=cast.shuji1, on=ON)
    comment = build.again(comment)
    assert (comment.state, comment.issued_on) == (CommentState.DRAFT, None)
    assert [item.state for item in build.items(comment)] == [ItemState.CANCELLED]
    actions.issue(comment=comment, version=comment.version, by=cast.shuji1, on=ON)
    assert [item.state for item in build.items(comment)] == [ItemState.CANCELLED, ItemState.OPEN]


def test_what_has_been_signed_for_is_not_taken_back(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    actions.act(comment=comment, verb="acknowledge", version=None, by=cast.dangyuan1, on=ON)
    with pytest.raises(Refused, match="现在是“已签收”状态，不能收回"):
        actions.recall(comment=build.again(comment), by=cast.shuji1, on=ON)
    assert [item.state for item in build.items(comment)] == [ItemState.OPEN]


def test_who_commented_does_not_sign_for_the_subject(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "organization", cast.one, cast.zongzhi)
    people.appoint(cast.zongzhi.member, cast.one, Post.DEPUTY_SECRETARY)
    verdict = COMMENT.verdict(comment, "acknowledge", by=cast.zongzhi, on=ON)
    assert not verdict and verdict.reason == "自己作的点评，要由被点评的一方签收。"


def test_a_member_in_the_office_does_not_close_what_is_about_himself(cast: Cast, round_: CommentRound) -> None:
    comment = put_in(build.issued(round_, "member", cast.member1, cast.shuji1), CommentState.VERIFIED)
    people.appoint(cast.member1, cast.general, Post.OFFICE_STAFF)
    verdict = COMMENT.verdict(comment, "close", by=cast.dangyuan1, on=ON)
    assert not verdict and "自己" in verdict.reason
