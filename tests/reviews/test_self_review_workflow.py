"""The table of moves of a self-review: who may do what in which state, for each kind of subject."""

from collections.abc import Iterable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from reviews.actions import self_reviews as actions
from reviews.actions.self_reviews import MeasureText
from reviews.models import CommentRound, SelfReview
from reviews.queries import self_reviews as queries
from reviews.states import ReviewState
from reviews.workflow.self_reviews import FOLLOWING, SELF_REVIEW, offers
from schedule import letters
from schedule.models import ActionItem
from tests import build as people
from tests.conftest import Cast
from tests.reviews import self_reviews as build
from tests.reviews.build import round_of
from tests.reviews.self_reviews import ON

Table = dict[tuple[str, str], set[str]]

MEMBERS: Table = {
    ("draft", "submit"): {"dangyuan1"},
    ("draft", "lapse"): {"dangyuan1"},
    ("submitted", "withdraw"): {"dangyuan1"},
    ("submitted", "accept"): {"shuji1"},
    ("submitted", "return"): {"shuji1"},
    ("returned", "submit"): {"dangyuan1"},
    ("returned", "lapse"): {"dangyuan1"},
}
SECRETARYS: Table = {
    ("draft", "submit"): {"shuji1"},
    ("draft", "lapse"): {"shuji1"},
    ("submitted", "withdraw"): {"shuji1"},
    ("submitted", "accept"): {"zongzhi"},
    ("submitted", "return"): {"zongzhi"},
    ("returned", "submit"): {"shuji1"},
    ("returned", "lapse"): {"shuji1"},
}
BRANCHS = SECRETARYS  # its leaders write it, the level above reads it
GENERAL_BRANCHS: Table = {
    ("draft", "submit"): {"zongzhi"},
    ("draft", "lapse"): {"zongzhi"},
    ("submitted", "withdraw"): {"zongzhi"},
    ("submitted", "register"): {"ganshi"},
    ("submitted", "return"): {"ganshi"},
    ("returned", "submit"): {"zongzhi"},
    ("returned", "lapse"): {"zongzhi"},
}
WITHOUT_ACCOUNT: Table = {key: {"ganshi"} if who == {"dangyuan1"} else who for key, who in MEMBERS.items()}
CLOSING: Table = {
    **{(state, "expire"): {"zongzhi", "ganshi"} for state in ("draft", "submitted", "returned")},
    ("accepted", "archive"): {"zongzhi", "ganshi"},
}
OF = {
    "member": MEMBERS,
    "secretary": SECRETARYS,
    "branch": BRANCHS,
    "general_branch": GENERAL_BRANCHS,
    "without_account": WITHOUT_ACCOUNT,
}


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def review_of(kind: str, cast: Cast, round_: CommentRound) -> SelfReview:
    match kind:
        case "member":
            return build.submitted(round_, cast.dangyuan1)
        case "secretary":
            return build.submitted(round_, cast.shuji1)
        case "branch":
            return build.submitted(round_, cast.shuji1, organization=cast.one)
        case "general_branch":
            return build.submitted(round_, cast.zongzhi, organization=cast.general)
    return build.submitted(round_, cast.ganshi, member=people.member(cast.one, "无账号党员"))


def who_may(review: SelfReview, verb: str, cast: Cast) -> set[str]:
    return {name for name, user in cast.users().items() if SELF_REVIEW.verdict(review, verb, by=user, on=ON)}


def allowed(review: SelfReview, cast: Cast, states: Iterable[str] = tuple(ReviewState)) -> Table:
    found: Table = {}
    for state in states:
        SelfReview.objects.filter(pk=review.pk).update(state=state)
        standing = build.again(review)
        for verb in SELF_REVIEW.moves:
            if names := who_may(standing, verb, cast):
                found[str(state), verb] = names
    return found


@pytest.mark.parametrize("kind", OF)
def test_who_may_do_what_in_every_state(kind: str, cast: Cast, round_: CommentRound) -> None:
    assert allowed(review_of(kind, cast, round_), cast) == OF[kind]


def test_in_a_closed_round_nothing_moves_but_what_closing_moves(cast: Cast, round_: CommentRound) -> None:
    review = review_of("member", cast, round_)
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=ON)
    # throwing away one's own draft stays possible
    assert allowed(review, cast) == CLOSING | {(s, "lapse"): {"dangyuan1"} for s in ("draft", "returned")}


def test_every_state_can_be_reached_and_left_unless_it_is_final() -> None:
    assert SELF_REVIEW.unreachable() == set()
    assert SELF_REVIEW.dead_ends() == set()


def test_every_move_has_its_letter_and_every_letter_can_be_written(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    written = [m.letter for m in SELF_REVIEW.moves.values() if m.letter]
    for kind in written:
        text = letters.write(letters.get(kind), review, note="意见", by=cast.shuji1, on=ON)
        assert "党员甲" in text.subject and text.body
    assert set(written) == {"self_review_submitted", "self_review_accepted", "self_review_returned"}


def test_moves_that_follow_from_closing_are_no_buttons(cast: Cast, round_: CommentRound) -> None:
    review = build.accepted(round_, cast.dangyuan1, cast.shuji1)
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=ON)
    review = build.again(review)
    assert SELF_REVIEW.verdict(review, "archive", by=cast.ganshi, on=ON)
    assert offers(review, by=cast.ganshi, on=ON) == []
    assert FOLLOWING < set(SELF_REVIEW.moves)


@pytest.mark.parametrize(
    ("kind", "verb", "actor", "sentence"),
    [
        ("member", "accept", "dangyuan1", "由所在组织的书记或者上一级组织审阅"),
        ("member", "register", "ganshi", "不需要登记上级意见"),
        ("member", "submit", "shuji1", "由本人填写"),
        ("branch", "accept", "shuji1", "由所在组织的书记或者上一级组织审阅"),
        ("branch", "submit", "dangyuan1", "由本组织的书记、副书记填写"),
        ("general_branch", "accept", "zongzhi", "由上级党组织审阅，意见由创先争优办公室登记"),
        ("general_branch", "register", "zongzhi", "由上级党组织审阅，意见由创先争优办公室登记"),
    ],
)
def test_who_may_not_is_told_why(
    kind: str, verb: str, actor: str, sentence: str, cast: Cast, round_: CommentRound
) -> None:
    review = review_of(kind, cast, round_)
    verdict = SELF_REVIEW.verdict(review, verb, by=cast.users()[actor], on=ON)
    assert not verdict and sentence in verdict.reason


def test_a_move_out_of_the_wrong_state_says_so(cast: Cast, round_: CommentRound) -> None:
    review = build.accepted(round_, cast.dangyuan1, cast.shuji1)
    with pytest.raises(Refused, match="现在是“已认可”状态，不能认可"):
        SELF_REVIEW.move(review, "accept", by=cast.shuji1, on=ON)
    with pytest.raises(Refused, match="现在是“已认可”状态，不能撤回"):
        SELF_REVIEW.move(review, "withdraw", by=cast.dangyuan1, on=ON)


def test_nothing_is_handed_in_or_accepted_before_the_round_begins_or_after_it(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    later = {"opens_on": build.date(2011, 6, 21), "self_review_by": build.date(2011, 6, 24)}
    CommentRound.objects.filter(pk=round_.pk).update(**later)
    verdict = SELF_REVIEW.verdict(build.again(review), "accept", by=cast.shuji1, on=ON)
    assert not verdict and "从 2011-06-21 开始" in verdict.reason


def test_a_return_without_a_word_and_a_registration_without_the_opinion_are_refused(
    cast: Cast, round_: CommentRound
) -> None:
    with pytest.raises(Refused, match="退回修改必须写明退回意见"):
        SELF_REVIEW.move(build.submitted(round_, cast.dangyuan1), "return", note=" ", by=cast.shuji1, on=ON)
    unit = build.submitted(round_, cast.zongzhi, organization=cast.general)
    with pytest.raises(Refused, match="必须写明上级意见"):
        SELF_REVIEW.move(unit, "register", note=" ", by=cast.ganshi, on=ON)


def test_who_read_an_older_text_does_not_accept_the_newer_one(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    read = review.version
    for verb in ("withdraw", "submit"):
        actions.act(review=build.again(review), verb=verb, version=None, by=cast.dangyuan1, on=ON)
    with pytest.raises(Overtaken):
        SELF_REVIEW.move(build.again(review), "accept", version=read, by=cast.shuji1, on=ON)
    assert not ActionItem.objects.exists()


def test_the_opinions_are_kept_with_who_and_when(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    actions.act(review=review, verb="return", note="差距太空", version=None, by=cast.shuji1, on=ON)
    actions.act(review=build.again(review), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    actions.act(review=build.again(review), verb="accept", note="可以", version=None, by=cast.shuji1, on=ON)
    assert [(o.decision, o.opinion, o.reviewer, o.on) for o in review.opinions.all()] == [
        ("return", "差距太空", cast.shuji1, ON),
        ("accept", "可以", cast.shuji1, ON),
    ]


def test_a_withdrawn_one_has_never_been_handed_in_unless_it_was_returned_before(
    cast: Cast, round_: CommentRound
) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    actions.act(review=review, verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert build.again(review).first_submitted_on is None
    actions.act(review=build.again(review), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    actions.act(review=build.again(review), verb="return", note="改", version=None, by=cast.shuji1, on=ON)
    actions.act(review=build.again(review), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    actions.act(review=build.again(review), verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert build.again(review).first_submitted_on == ON


# ---- what may be handed in ----


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"answer": ""}, "“带头争创佳绩”还没有对照"),
        ({"answer": "met", "practice": " "}, "还没有写做法"),
        ({"answer": "gap", "gap": " "}, "选的是“有差距”，请写明差距在哪里"),
        ({"answer": "partly", "cause": ""}, "请再写明原因"),
        ({"answer": "partly", "measures": ()}, "至少要有一条措施"),
        (
            {"measures": (MeasureText("写反馈", build.date(2011, 6, 19)),)},
            "完成时限是 2011-06-19，已经过了，请改晚一些",
        ),
        ({"answer": "met"}, "如果确实没有差距，请勾选“经核对确实没有差距”"),
    ],
)
def test_what_is_not_complete_is_not_handed_in(
    cast: Cast, round_: CommentRound, given: dict[str, Any], sentence: str
) -> None:
    review = build.written(build.begun(round_, cast.dangyuan1), cast.dangyuan1, **given)
    verdict = SELF_REVIEW.verdict(review, "submit", by=cast.dangyuan1, on=ON)
    assert not verdict and sentence in verdict.reason


def test_met_and_a_gap_at_once_is_asked_about(cast: Cast, round_: CommentRound) -> None:
    review = build.written(build.begun(round_, cast.dangyuan1), cast.dangyuan1)
    review.lines.update(answer="met")
    verdict = SELF_REVIEW.verdict(build.again(review), "submit", by=cast.dangyuan1, on=ON)
    assert not verdict and "选的是“做到了”，又写了差距或措施" in verdict.reason


def test_no_gap_at_all_is_handed_in_once_confirmed_and_the_confirmation_goes_with_the_first_gap(
    cast: Cast, round_: CommentRound
) -> None:
    review = build.written(build.begun(round_, cast.dangyuan1), cast.dangyuan1, answer="met", confirmed=True)
    assert SELF_REVIEW.verdict(review, "submit", by=cast.dangyuan1, on=ON)
    assert not build.written(review, cast.dangyuan1, confirmed=True).confirmed_no_gap


# ---- who reads ----


def test_a_members_goes_to_his_branch_a_secretarys_and_a_branchs_one_level_up(cast: Cast, round_: CommentRound) -> None:
    assert review_of("member", cast, round_).reviewing == cast.one
    assert review_of("secretary", cast, round_).reviewing == cast.general
    assert review_of("branch", cast, round_).reviewing == cast.general
    assert review_of("general_branch", cast, round_).goes_outside


def test_the_reader_is_found_anew_with_each_submission(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    actions.act(review=review, verb="return", note="改", version=None, by=cast.shuji1, on=build.ACCEPTED)
    people.appoint(cast.member1, cast.one, Post.SECRETARY, on=build.date(2011, 6, 10))
    actions.act(review=build.again(review), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    assert build.again(review).reviewing == cast.general


def test_who_wrote_a_branchs_does_not_read_it_after_a_promotion(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.shuji1, organization=cast.one)
    people.appoint(cast.shuji1.member, cast.general, Post.DEPUTY_SECRETARY, on=build.ACCEPTED)
    verdict = SELF_REVIEW.verdict(review, "accept", by=cast.shuji1, on=ON)
    assert not verdict and verdict.reason == "不能审阅自己的、自己填写或提交的对照检查。"


def test_the_office_does_not_register_what_it_wrote_itself(cast: Cast, round_: CommentRound) -> None:
    member = people.member(cast.one, "无账号书记")
    people.appoint(member, cast.one, Post.SECRETARY, on=build.date(2011, 5, 1))
    people.appoint(member, cast.general, Post.SECRETARY, on=build.date(2011, 5, 1))
    review = build.submitted(round_, cast.ganshi, member=member)
    assert review.goes_outside
    verdict = SELF_REVIEW.verdict(review, "register", by=cast.ganshi, on=ON)
    assert not verdict and "要由别人登记" in verdict.reason


def test_the_pile_of_those_to_read_is_what_the_rule_allows(cast: Cast, round_: CommentRound) -> None:
    for kind in OF:
        review_of(kind, cast, round_)
    every = list(queries.with_lines(SelfReview.objects.all()))
    for user in cast.users().values():
        pile = set(SelfReview.objects.to_review(user, ON))
        assert pile == {review for review in every if SELF_REVIEW.verdict(review, "return", by=user, on=ON)}


# ---- measures become action items ----


def test_on_acceptance_each_measure_becomes_an_item_once_with_the_gap_and_its_cause(
    cast: Cast, round_: CommentRound
) -> None:
    late = MeasureText("已经过了时限的一条", build.date(2011, 6, 5))
    other = MeasureText("每月下乡听课一次", build.DUE)
    build.second_standard()
    review = build.accepted(round_, cast.dangyuan1, cast.shuji1, measures=(other, late))
    items = list(ActionItem.objects.order_by("source_place"))
    assert [(i.source_place, i.measure, i.due_on) for i in items] == [
        (1, "每月下乡听课一次", build.DUE),
        (2, "已经过了时限的一条", build.date(2011, 8, 7)),
        (3, "每月下乡听课一次", build.DUE),
        (4, "已经过了时限的一条", build.date(2011, 8, 7)),
    ]
    first = items[0]
    assert (first.problem, first.cause, first.source, first.source_id) == (
        build.GAP,
        "下乡安排得少",
        "self_review",
        review.pk,
    )
    assert (first.organization, first.member, first.responsible) == (cast.one, cast.member1, cast.member1)
    assert {i.standard for i in items} == {line.standard for line in review.lines.all()}
    assert first.verifying == cast.one and first.raised_by == cast.shuji1


def test_an_organisations_measure_is_its_secretarys_unless_somebody_is_named(cast: Cast, round_: CommentRound) -> None:
    measures = (MeasureText("甲", build.DUE), MeasureText("乙", build.DUE, cast.member1))
    build.accepted(round_, cast.shuji1, cast.zongzhi, organization=cast.one, measures=measures)
    who = ActionItem.objects.order_by("source_place").values_list("member", "responsible__name")
    assert list(who) == [(None, "书记一"), (None, "党员甲")]


def test_a_measure_nobody_answers_for_keeps_the_whole_from_being_accepted(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.shuji1, organization=cast.one)
    people.actions.end_post(assignment=cast.shuji1.member.posts.get(), by=None, on=build.date(2011, 6, 10))
    with pytest.raises(Refused, match="第 1 条措施没有写责任人，.*现在也没有书记"):
        actions.act(review=build.again(review), verb="accept", version=None, by=cast.zongzhi, on=ON)
    assert build.again(review).state == ReviewState.SUBMITTED and not ActionItem.objects.exists()


def test_two_who_accept_at_once_raise_the_items_once(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    mine, theirs = build.again(review), build.again(review)
    actions.act(review=mine, verb="accept", version=mine.version, by=cast.shuji1, on=ON)
    with pytest.raises(Overtaken):
        actions.act(review=theirs, verb="accept", version=theirs.version, by=cast.shuji1, on=ON)
    assert ActionItem.objects.count() == 1 and review.opinions.count() == 1


def test_accepted_in_two_windows_at_once_the_items_are_raised_once(racing: None, cast: Cast) -> None:
    review = build.submitted(round_of(cast.general), cast.dangyuan1)
    told, barrier = [], Barrier(2)

    def accept() -> None:
        mine = build.again(review)
        barrier.wait()
        try:
            actions.act(review=mine, verb="accept", version=mine.version, by=cast.shuji1, on=ON)
        except Overtaken as overtaken:
            told.append(overtaken.reason)
        finally:
            connection.close()

    threads = [Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1 and ActionItem.objects.count() == 1 and review.opinions.count() == 1


def test_no_gap_raises_nothing(cast: Cast, round_: CommentRound) -> None:
    build.accepted(round_, cast.dangyuan1, cast.shuji1, answer="met", confirmed=True)
    assert not ActionItem.objects.exists()


# ---- the end of a round ----


def test_closing_archives_what_is_accepted_and_lets_the_rest_lapse(cast: Cast, round_: CommentRound) -> None:
    kept = build.accepted(round_, cast.dangyuan1, cast.shuji1)
    left = [build.submitted(round_, cast.dangyuan2), build.begun(round_, cast.shuji1)]
    assert actions.cut_short(round_) == 2
    round_.closed_on = ON
    round_.save()
    actions.close_self_reviews(round_=round_, by=cast.ganshi, on=ON)
    assert build.again(kept).state == ReviewState.ARCHIVED
    assert {build.again(review).state for review in left} == {ReviewState.LAPSED}
    assert ActionItem.objects.unfinished(ON).count() == 1, "what is open in rectification goes on"
