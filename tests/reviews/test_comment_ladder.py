"""Who may comment on whom: by the ladder and the posts of the day."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from branches.actions import transfer_member
from branches.models import Member, Organization
from branches.states import Kind, Post
from reviews.models import CommentRound
from reviews.queries.comment_ladder import target_on
from reviews.queries.comment_pile import pile_of, piles_of
from reviews.queries.coverage import comments_given
from reviews.rules import comments as rules
from tests import build as people
from tests.conftest import Cast
from tests.reviews import comments as build
from tests.reviews.comments import ON, round_of


@dataclass
class Unit:
    """The cast with a deputy on each level, a group with its leader and a member, and somebody without an account."""

    cast: Cast
    round: CommentRound
    users: dict[str, User]
    places: dict[str, Organization]
    members: dict[str, Member]


@pytest.fixture
def unit(cast: Cast) -> Unit:
    group = people.organization(Kind.GROUP, cast.one, "第一党小组")
    zuyuan, zuzhang = people.member(group, "组员"), people.member(group, "组长丁")
    people.appoint(zuzhang, group, Post.GROUP_LEADER)
    fu1, fuzong = people.member(cast.one, "副书记一"), people.member(cast.two, "总支副书记")
    people.appoint(fu1, cast.one, Post.DEPUTY_SECRETARY)
    people.appoint(fuzong, cast.general, Post.DEPUTY_SECRETARY)
    users = {
        **cast.users(),
        "zuzhang": people.account(zuzhang, "zuzhang"),
        "zuyuan": people.account(zuyuan, "zuyuan"),
        "fushuji1": people.account(fu1, "fushuji1"),
        "fuzong": people.account(fuzong, "fuzong"),
    }
    return Unit(
        cast,
        round_of(cast.general),
        users,
        {"general": cast.general, "one": cast.one, "two": cast.two},
        {name: user.member for name, user in users.items() if hasattr(user, "member")},
    )


# who may comment by himself; the office and others never by themselves
TABLE: dict[tuple[str, str], set[str]] = {
    ("organization", "general"): set(),
    ("secretary", "general"): set(),
    ("organization", "one"): {"zongzhi", "fuzong"},
    ("secretary", "one"): {"zongzhi", "fuzong"},
    ("organization", "two"): {"zongzhi", "fuzong"},
    ("secretary", "two"): {"zongzhi", "fuzong"},
    ("member", "dangyuan1"): {"shuji1", "fushuji1", "zongzhi", "fuzong"},
    ("member", "dangyuan2"): {"shuji2", "zongzhi", "fuzong"},
    ("member", "zuyuan"): {"zuzhang", "shuji1", "fushuji1", "zongzhi", "fuzong"},
    ("member", "zuzhang"): {"shuji1", "fushuji1", "zongzhi", "fuzong"},
    ("member", "fushuji1"): {"shuji1", "zongzhi", "fuzong"},
    # as a member, too, a branch's secretary is commented on only by the level above
    ("member", "shuji1"): {"zongzhi", "fuzong"},
    ("member", "shuji2"): {"zongzhi", "fuzong"},
    # in his branch the secretary of the general branch is an ordinary member
    ("member", "zongzhi"): {"shuji1", "fushuji1", "fuzong"},
    ("member", "fuzong"): {"shuji2", "zongzhi"},
}


def number_of(unit: Unit, kind: str, name: str) -> int:
    return unit.members[name].pk if kind == "member" else unit.places[name].pk


def who_may(unit: Unit, kind: str, name: str) -> set[str]:
    target = target_on(kind, number_of(unit, kind, name), unit.round.path, ON)
    assert target is not None
    return {
        who
        for who, user in unit.users.items()
        if hasattr(user, "member") and rules.may_comment(unit.round, target, user.member, user, ON, day=ON)
    }


@pytest.mark.parametrize(("kind", "name"), TABLE)
def test_who_may_comment_on_whom(unit: Unit, kind: str, name: str) -> None:
    assert who_may(unit, kind, name) == TABLE[kind, name]


def test_the_pile_holds_what_the_rule_allows_with_secretaries_once(unit: Unit) -> None:
    for who, user in unit.users.items():
        if not hasattr(user, "member"):
            continue
        pile = {line.target.address for line in pile_of(unit.round, user.member, ON).lines}
        allowed = {
            f"{kind}-{number_of(unit, kind, name)}"
            for (kind, name), whose in TABLE.items()
            if who in whose and not (kind == "member" and name in ("shuji1", "shuji2"))
        }
        assert pile == allowed, who


def names(lines: object) -> list[str]:
    return [f"{line.target.kind} {line.target}" for line in lines]  # type: ignore[attr-defined]


def test_each_level_owes_its_own_comments_first(unit: Unit) -> None:
    pile = pile_of(unit.round, unit.members["zongzhi"], ON)
    assert names(pile.duty) == [
        "organization 第一党支部",
        "secretary 书记一",
        "organization 第二党支部",
        "secretary 书记二",
    ]
    assert "member 党员甲" in names(pile.besides)
    assert "member 党员甲" in names(pile_of(unit.round, unit.members["shuji1"], ON).duty)
    assert names(pile_of(unit.round, unit.members["zuzhang"], ON).duty) == ["member 组员"]
    assert names(pile_of(unit.round, None, ON).duty) == ["organization 教研室党总支", "secretary 总支书记"]


def test_a_branch_without_a_leader_is_owed_to_by_the_level_above(unit: Unit) -> None:
    bare = people.branch(unit.cast.general, "第三党支部")
    people.member(bare, "孤岛")
    assert "member 孤岛" in names(pile_of(unit.round, unit.members["zongzhi"], ON).duty)


def test_nobody_comments_on_an_organisation_he_leads_himself(unit: Unit) -> None:
    people.appoint(unit.members["fuzong"], unit.cast.two, Post.DEPUTY_SECRETARY)
    assert who_may(unit, "organization", "two") == {"zongzhi"}


def test_the_office_registers_for_those_entitled_and_for_nobody_else(unit: Unit) -> None:
    office, one = unit.cast.ganshi, build.target(unit.round, "member", unit.members["dangyuan1"])
    ask = rules.may_comment
    assert ask(unit.round, one, unit.members["shuji1"], office, ON, day=ON)
    foreign = ask(unit.round, one, unit.members["shuji2"], office, ON, day=ON)
    assert not foreign and foreign.reason.startswith("书记二在 2011-06-20 不能点评党员甲")
    assert not ask(unit.round, one, unit.members["shuji1"], unit.cast.zongzhi, ON, day=ON)


def test_what_is_said_above_the_unit_is_registered_only_for_its_top(unit: Unit) -> None:
    office = unit.cast.ganshi
    asked: list[tuple[str, Member | Organization, bool]] = [
        ("organization", unit.cast.general, True),
        ("secretary", unit.cast.general, True),
        ("organization", unit.cast.one, False),
        ("member", unit.members["dangyuan1"], False),
    ]
    for kind, of, allowed in asked:
        verdict = rules.may_comment(unit.round, build.target(unit.round, kind, of), None, office, ON, day=ON)
        assert bool(verdict) is allowed, verdict.reason
    assert not rules.may_comment(
        unit.round, build.target(unit.round, "organization", unit.cast.general), None, unit.cast.zongzhi, ON, day=ON
    )


def test_an_office_worker_does_not_register_what_was_said_of_himself(unit: Unit) -> None:
    people.appoint(unit.members["dangyuan1"], unit.cast.general, Post.OFFICE_STAFF)
    target = build.target(unit.round, "member", unit.members["dangyuan1"])
    verdict = rules.may_comment(unit.round, target, unit.members["shuji1"], unit.users["dangyuan1"], ON, day=ON)
    assert not verdict and "自己" in verdict.reason


def test_the_posts_of_the_day_count(unit: Unit) -> None:
    change = ON - timedelta(days=5)
    successor = people.member(unit.cast.two, "新书记二")
    people.appoint(successor, unit.cast.two, Post.SECRETARY, on=change)
    target = build.target(unit.round, "member", unit.members["dangyuan2"])
    office = unit.cast.ganshi

    def may(leader: Member, day: date) -> bool:
        return bool(rules.may_comment(unit.round, target, leader, office, ON, day=day))

    before = change - timedelta(days=1)
    assert may(unit.members["shuji2"], before) and not may(unit.members["shuji2"], ON)
    assert may(successor, ON) and not may(successor, before)
    assert target_on("secretary", unit.cast.two.pk, unit.round.path, ON).member == successor  # type: ignore[union-attr]
    assert target_on("secretary", unit.cast.two.pk, unit.round.path, before).member == unit.members["shuji2"]  # type: ignore[union-attr]


def test_after_a_transfer_the_new_branch_comments(unit: Unit) -> None:
    moved = ON - timedelta(days=3)
    member = unit.members["dangyuan1"]
    transfer_member(member=member, organization=unit.cast.two, by=None, on=moved)
    assert who_may(unit, "member", "dangyuan1") == {"shuji2", "zongzhi", "fuzong"}
    left = target_on("member", member.pk, unit.round.path, moved - timedelta(days=1))
    assert left is not None and left.organization == unit.cast.one


@pytest.mark.parametrize("kind", ["organization", "secretary", "member"])
def test_nobody_of_another_unit_is_found(unit: Unit, kind: str) -> None:
    stranger = unit.users["stranger"].member
    home = stranger.memberships.get().organization
    people.appoint(stranger, home, Post.SECRETARY)
    number = stranger.pk if kind == "member" else home.pk
    assert target_on(kind, number, unit.round.path, ON) is None


# ---- who has been commented on ----


def test_a_comment_on_somebody_as_secretary_counts_for_him_as_member(unit: Unit) -> None:
    cast = unit.cast
    build.issued(unit.round, "secretary", cast.one, cast.zongzhi)
    build.issued(unit.round, "organization", cast.one, cast.zongzhi)
    build.draft(unit.round, "member", cast.member1, cast.shuji1)
    found = set(comments_given([unit.round], ON))
    assert found == {
        (unit.round.pk, ("member", unit.members["shuji1"].pk)),
        (unit.round.pk, ("organization", cast.one.pk)),
    }
    assert comments_given([unit.round], ON - timedelta(days=1)) == {}


def test_many_rounds_are_asked_in_one_query(unit: Unit) -> None:
    with CaptureQueriesContext(connection) as captured:
        comments_given([unit.round] * 6, ON)
    assert len(captured) == 1


def test_who_was_commented_on_by_a_deputy_is_not_owed_any_more(unit: Unit) -> None:
    before = len(pile_of(unit.round, unit.members["shuji1"], ON).left)
    build.issued(unit.round, "member", unit.cast.member1, unit.users["fushuji1"])
    pile = pile_of(unit.round, unit.members["shuji1"], ON)
    line = pile.find(f"member-{unit.cast.member1.pk}")
    assert line is not None and line.is_done and line.mine is None and line.stands == "副书记一已点评"
    assert len(pile.left) == before - 1


def test_everybodys_pile_costs_what_one_persons_costs(unit: Unit) -> None:
    with CaptureQueriesContext(connection) as one:
        pile_of(unit.round, unit.members["shuji1"], ON)
    with CaptureQueriesContext(connection) as every:
        piles = piles_of(unit.round, ON)
    assert len(one) == len(every) == 5
    assert [str(leader) for leader in piles] == ["总支书记", "总支副书记", "书记一", "副书记一", "组长丁", "书记二"]
    for leader, pile in piles.items():
        assert names(pile.lines) == names(pile_of(unit.round, leader, ON).lines)
