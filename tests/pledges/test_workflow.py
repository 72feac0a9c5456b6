"""The table of moves: who may do what in which state, for each kind of pledge."""

from collections.abc import Iterable

import pytest

from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import State
from pledges.workflow import FOLLOWING, PLEDGE, WITH_A_PAGE, offers
from schedule import letters
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON

Table = dict[tuple[str, str], set[str]]

MEMBERS: Table = {
    ("draft", "submit"): {"dangyuan1"},
    ("draft", "lapse"): {"dangyuan1"},
    ("submitted", "withdraw"): {"dangyuan1"},
    ("submitted", "approve"): {"shuji1"},
    ("submitted", "return"): {"shuji1"},
    ("returned", "submit"): {"dangyuan1"},
    ("returned", "lapse"): {"dangyuan1"},
    ("approved", "publish"): {"shuji1"},
    ("published", "report"): {"dangyuan1"},
    ("reported", "return_report"): {"shuji1"},
    ("reported", "appraise"): {"shuji1"},
}
SECRETARYS: Table = {
    ("draft", "submit"): {"shuji1"},
    ("draft", "lapse"): {"shuji1"},
    ("submitted", "withdraw"): {"shuji1"},
    ("submitted", "approve"): {"zongzhi"},
    ("submitted", "return"): {"zongzhi"},
    ("returned", "submit"): {"shuji1"},
    ("returned", "lapse"): {"shuji1"},
    ("approved", "publish"): {"shuji1"},
    ("published", "report"): {"shuji1"},
    ("reported", "return_report"): {"zongzhi"},
    ("reported", "appraise"): {"zongzhi"},
}
BRANCHS = SECRETARYS  # its leaders write it, the level above reviews it, and it publishes its own
GENERAL_BRANCHS: Table = {
    ("draft", "submit"): {"zongzhi"},
    ("draft", "lapse"): {"zongzhi"},
    ("submitted", "withdraw"): {"zongzhi"},
    ("submitted", "record_approval"): {"zongzhi", "ganshi"},
    ("returned", "submit"): {"zongzhi"},
    ("returned", "lapse"): {"zongzhi"},
    ("approved", "publish"): {"zongzhi"},
    ("published", "report"): {"zongzhi"},
    ("reported", "return_report"): {"ganshi"},
    ("reported", "appraise"): {"ganshi"},
}
WITHOUT_ACCOUNT: Table = {key: {"ganshi"} if who == {"dangyuan1"} else who for key, who in MEMBERS.items()}
CLOSING: Table = {
    **{(state, "expire"): {"zongzhi", "ganshi"} for state in ("draft", "submitted", "returned", "approved")},
    **{(state, "archive"): {"zongzhi", "ganshi"} for state in ("published", "reported", "appraised")},
}
OF = {
    "member": MEMBERS,
    "secretary": SECRETARYS,
    "branch": BRANCHS,
    "general_branch": GENERAL_BRANCHS,
    "without_account": WITHOUT_ACCOUNT,
}


def pledge_of(kind: str, cast: Cast, cycle: PledgeCycle) -> Pledge:
    match kind:
        case "member":
            return build.submitted(cycle, cast.dangyuan1)
        case "secretary":
            return build.submitted(cycle, cast.shuji1)
        case "branch":
            return build.submitted(cycle, cast.shuji1, organization=cast.one)
        case "general_branch":
            return build.submitted(cycle, cast.zongzhi, organization=cast.general)
    return build.submitted(cycle, cast.ganshi, member=people.member(cast.one, "无账号党员"))


def put_in(pledge: Pledge, state: str) -> Pledge:
    """The pledge as if it stood in that state, with everything the calendar and the text could ask for."""
    Pledge.objects.filter(pk=pledge.pk).update(
        state=state, external_document="常教党〔2011〕3号", external_document_on=build.APPROVED
    )
    outcome = {"outcome": "fulfilled", "settled_on": build.PUBLISHED} if state != "draft" else {}
    PledgeItem.objects.filter(pledge=pledge).update(**outcome)
    return build.again(pledge)


def who_may(pledge: Pledge, verb: str, cast: Cast) -> set[str]:
    return {name for name, user in cast.users().items() if PLEDGE.verdict(pledge, verb, by=user, on=ON)}


def allowed(pledge: Pledge, cast: Cast, states: Iterable[str] = tuple(State)) -> Table:
    found: Table = {}
    for state in states:
        standing = put_in(pledge, state)
        for verb in PLEDGE.moves:
            if names := who_may(standing, verb, cast):
                found[str(state), verb] = names
    return found


@pytest.mark.parametrize("kind", OF)
def test_who_may_do_what_in_every_state(kind: str, cast: Cast, cycle: PledgeCycle) -> None:
    assert allowed(pledge_of(kind, cast, cycle), cast) == OF[kind]


def test_in_a_closed_cycle_nothing_moves_but_what_closing_moves(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = pledge_of("member", cast, cycle)
    PledgeCycle.objects.filter(pk=cycle.pk).update(closed_on=ON)
    # throwing away one's own draft stays possible
    assert allowed(pledge, cast) == CLOSING | {(s, "lapse"): {"dangyuan1"} for s in ("draft", "returned")}


def test_a_published_edition_gives_way_only_to_an_approved_one_and_by_whoever_publishes_that(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    assert who_may(pledge, "supersede", cast) == set()
    build.writing.revise(pledge=pledge, reason="工作调整", by=cast.dangyuan1, on=ON)
    Pledge.objects.filter(supersedes=pledge).update(state=State.APPROVED)
    assert who_may(pledge, "supersede", cast) == {"shuji1"}


def test_every_state_can_be_reached_and_left_unless_it_is_final() -> None:
    assert PLEDGE.unreachable() == set()
    assert PLEDGE.dead_ends() == set()


def test_every_move_has_its_letter_and_every_letter_can_be_written(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    for move in PLEDGE.moves.values():
        if move.letter:
            text = letters.write(letters.get(move.letter), pledge, note="意见", by=cast.shuji1, on=ON)
            assert "党员甲" in text.subject and text.body


def test_moves_that_follow_from_others_or_have_a_page_are_no_buttons(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    PledgeCycle.objects.filter(pk=cycle.pk).update(closed_on=ON)
    pledge = build.again(pledge)
    assert PLEDGE.verdict(pledge, "archive", by=cast.ganshi, on=ON)
    assert [offer.move.verb for offer in offers(pledge, by=cast.ganshi, on=ON)] == []
    assert FOLLOWING | WITH_A_PAGE < set(PLEDGE.moves)


def test_a_return_without_a_word_is_refused(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    with pytest.raises(Refused, match="退回修改必须写明退回意见"):
        PLEDGE.move(pledge, "return", note="  ", by=cast.shuji1, on=ON)


def test_who_read_an_older_text_does_not_approve_the_newer_one(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    read = pledge.version
    build.writing.act(pledge=build.again(pledge), verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    build.writing.act(pledge=build.again(pledge), verb="submit", version=None, by=cast.dangyuan1, on=ON)
    with pytest.raises(Overtaken):
        PLEDGE.move(build.again(pledge), "approve", version=read, by=cast.shuji1, on=ON)


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "还没有填写承诺事项"),
        ([build.text(due_on=build.date(2012, 1, 1))], "第 1 项的完成时限是 2012-01-01，不在2011年承诺"),
        ([build.text(), build.text(due_on=build.date(2010, 12, 31))], "第 2 项的完成时限是 2010-12-31"),
    ],
)
def test_what_is_not_complete_is_not_handed_in(
    cast: Cast, cycle: PledgeCycle, items: list[object], sentence: str
) -> None:
    pledge = build.draft(cycle, cast.dangyuan1, items=items)  # type: ignore[arg-type]
    verdict = PLEDGE.verdict(pledge, "submit", by=cast.dangyuan1, on=ON)
    assert not verdict and sentence in verdict.reason


def test_a_general_branchs_pledge_needs_number_and_date_of_the_document(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.zongzhi, organization=cast.general)
    record = build.reviewing.record_approval
    with pytest.raises(Refused, match="文号和日期"):
        record(pledge=pledge, document=" ", document_on=ON, version=pledge.version, by=cast.ganshi, on=ON)
    with pytest.raises(Refused, match="批复日期不能晚于今天"):
        record(
            pledge=pledge,
            document="3号",
            document_on=build.date(2011, 6, 21),
            version=pledge.version,
            by=cast.ganshi,
            on=ON,
        )
    record(pledge=pledge, document="3号", document_on=ON, version=pledge.version, by=cast.ganshi, on=ON)
    pledge = build.again(pledge)
    assert (pledge.state, pledge.external_document, pledge.external_document_on) == (State.APPROVED, "3号", ON)


def test_the_last_opinion_is_kept_with_who_and_when(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    build.writing.act(pledge=pledge, verb="return", note="太空", version=None, by=cast.shuji1, on=ON)
    assert [(r.decision, r.opinion, r.reviewer, r.on) for r in pledge.reviews.all()] == [
        ("return", "太空", cast.shuji1, ON)
    ]


# ---- who reviews ----


def reviewing(pledge: Pledge) -> str:
    return str(build.again(pledge).reviewing)


def test_a_pledge_goes_to_the_branch_a_secretarys_and_a_branchs_one_level_up(cast: Cast, cycle: PledgeCycle) -> None:
    assert reviewing(build.submitted(cycle, cast.dangyuan1)) == "第一党支部"
    assert reviewing(build.submitted(cycle, cast.shuji1)) == "教研室党总支"
    assert reviewing(build.submitted(cycle, cast.shuji1, organization=cast.one)) == "教研室党总支"
    assert build.submitted(cycle, cast.zongzhi, organization=cast.general).goes_outside


def test_a_general_branch_secretary_is_an_ordinary_member_in_his_branch(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.zongzhi)
    assert reviewing(pledge) == "第一党支部"
    assert who_may(pledge, "approve", cast) == {"shuji1"}


def test_whoever_is_secretary_on_both_levels_is_reviewed_above_the_unit(cast: Cast, cycle: PledgeCycle) -> None:
    people.appoint(cast.zongzhi.member, cast.two, Post.SECRETARY, on=build.DRAFTED)
    both = build.draft(cycle, cast.zongzhi, organization=cast.two)
    assert both.goes_outside


def test_a_branch_without_leaders_is_read_one_level_up(cast: Cast, cycle: PledgeCycle) -> None:
    bare = people.branch(cast.general, "第三党支部")
    user = people.account(people.member(bare, "孤岛"))
    assert reviewing(build.submitted(cycle, user)) == "教研室党总支"


def test_a_deputy_alone_does_not_review_himself(cast: Cast, cycle: PledgeCycle) -> None:
    bare = people.branch(cast.general, "第三党支部")
    deputy = people.member(bare, "副书记三")
    people.appoint(deputy, bare, Post.DEPUTY_SECRETARY)
    pledge = build.submitted(cycle, people.account(deputy))
    assert reviewing(pledge) == "教研室党总支"


def test_two_leaders_of_a_branch_review_each_others_but_nobody_his_own(cast: Cast, cycle: PledgeCycle) -> None:
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY)
    user = people.account(deputy, "fushuji1")
    pledge = build.submitted(cycle, user)
    assert PLEDGE.verdict(pledge, "approve", by=cast.shuji1, on=ON)
    verdict = PLEDGE.verdict(pledge, "approve", by=user, on=ON)
    assert not verdict and verdict.reason == "不能审自己的承诺，也不能审自己填写或提交的承诺。"
    assert PLEDGE.verdict(build.submitted(cycle, cast.dangyuan1), "approve", by=user, on=ON)


def test_a_leader_whose_own_pledge_goes_up_reads_why_and_finds_no_button(cast: Cast, cycle: PledgeCycle) -> None:
    personal = build.submitted(cycle, cast.shuji1)
    branchs = build.submitted(cycle, cast.shuji1, organization=cast.one)
    outside = build.submitted(cycle, cast.zongzhi, organization=cast.general)
    for pledge, user in ((personal, cast.shuji1), (branchs, cast.shuji1), (outside, cast.zongzhi)):
        verdict = PLEDGE.verdict(pledge, "approve", by=user, on=ON)
        assert not verdict and verdict.reason == "不能审自己的承诺，也不能审自己填写或提交的承诺。"
        assert "approve" not in {offer.move.verb for offer in offers(pledge, by=user, on=ON)}
    for user in (cast.dangyuan1, cast.ganshi, cast.shuji2):
        verdict = PLEDGE.verdict(personal, "approve", by=user, on=ON)
        assert not verdict and "由承诺人所在组织的书记或者上一级组织负责" in verdict.reason


def test_who_wrote_an_organisations_pledge_does_not_review_it_after_a_promotion(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.shuji1, organization=cast.one)
    people.appoint(cast.shuji1.member, cast.general, Post.DEPUTY_SECRETARY, on=build.APPROVED)
    verdict = PLEDGE.verdict(pledge, "approve", by=cast.shuji1, on=ON)
    assert not verdict and "自己" in verdict.reason
    assert PLEDGE.verdict(pledge, "approve", by=cast.zongzhi, on=ON)


def test_an_organisation_commissioner_reviews_where_the_cycle_delegates_it(cast: Cast, cycle: PledgeCycle) -> None:
    commissioner = people.member(cast.one, "组织委员")
    people.appoint(commissioner, cast.one, Post.ORGANIZATION_COMMISSIONER)
    user = people.account(commissioner, "zuzhi1")
    members, branchs = (
        build.submitted(cycle, cast.dangyuan1),
        build.submitted(cycle, cast.shuji1, organization=cast.one),
    )
    assert not PLEDGE.verdict(members, "approve", by=user, on=ON)
    PledgeCycle.objects.filter(pk=cycle.pk).update(commissioners_review=True)
    assert PLEDGE.verdict(build.again(members), "approve", by=user, on=ON)
    assert not PLEDGE.verdict(build.again(branchs), "approve", by=user, on=ON)
    assert list(Pledge.objects.to_review(user, ON)) == [members]


def test_rights_to_review_end_with_the_post(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    successor = people.member(cast.one, "新书记")
    people.appoint(successor, cast.one, Post.SECRETARY, on=build.date(2011, 6, 1))
    assert not PLEDGE.verdict(pledge, "approve", by=cast.shuji1, on=ON)
    assert PLEDGE.verdict(pledge, "approve", by=people.account(successor), on=ON)


def test_the_pile_of_those_to_review_is_what_the_rule_allows(cast: Cast, cycle: PledgeCycle) -> None:
    for kind in OF:
        pledge_of(kind, cast, cycle)
    for user in cast.users().values():
        pile = set(Pledge.objects.to_review(user, ON))
        every = reading.with_items(Pledge.objects.all())
        assert pile == {pledge for pledge in every if PLEDGE.verdict(pledge, "approve", by=user, on=ON)}
