"""Who may do what: one table, every cell."""

from collections.abc import Callable
from datetime import date

import pytest

from branches import rules
from branches.models import Member, Organization, PostAssignment, RosterImport
from branches.scope import Viewer, standing_of
from branches.states import Kind, Post
from chuangxian.imports import ImportState
from chuangxian.verdicts import Verdict
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)
ACTORS = ["zongzhi", "ganshi", "shuji1", "shuji2", "dangyuan1", "guanli", "stranger"]

# rule about something in the first branch → who may
TABLE: dict[str, set[str]] = {
    "may_found": {"zongzhi", "ganshi"},
    "may_change_organization": {"zongzhi", "ganshi"},
    "may_enroll": {"zongzhi", "ganshi"},
    "may_appoint": {"zongzhi", "ganshi"},
    "may_import_roster": {"zongzhi", "ganshi"},
    "may_export_roster": {"zongzhi", "ganshi", "shuji1"},
    "may_see_history": {"zongzhi", "ganshi", "shuji1"},
    "may_see_roster": {"zongzhi", "ganshi", "shuji1", "dangyuan1"},
    "may_see_personal": {"zongzhi", "ganshi", "shuji1"},
    "may_change_member": {"zongzhi", "ganshi", "shuji1"},
    "may_transfer": {"zongzhi", "ganshi"},
    "may_return": {"zongzhi", "ganshi"},
    "may_open_account": {"zongzhi", "ganshi"},
    "may_end_post": {"zongzhi", "ganshi"},
    "may_undo_roster": {"zongzhi", "ganshi"},
}


def subject(rule: str, cast: Cast) -> Organization | Member | PostAssignment | RosterImport:
    """Return what the rule is asked about, in a state in which only the person decides."""
    if rule == "may_end_post":
        member = build.member(cast.one)
        build.appoint(member, cast.one, Post.PUBLICITY_COMMISSIONER)
        return PostAssignment.objects.get(member=member)
    if rule == "may_undo_roster":
        return RosterImport.objects.create(organization=cast.one, roster_on=ON, state=ImportState.COMMITTED)
    if rule == "may_return":
        member = build.member(cast.one)
        member.memberships.update(ends_on=date(2011, 1, 1))
        return member
    if rule in ("may_see_personal", "may_change_member", "may_transfer", "may_open_account"):
        return build.member(cast.one)
    return cast.one


@pytest.mark.parametrize("rule", TABLE)
def test_the_table_of_rules(rule: str, cast: Cast) -> None:
    ask: Callable[[object, Viewer, date], Verdict] = getattr(rules, rule)
    obj = subject(rule, cast)
    allowed = {name for name in ACTORS if ask(obj, getattr(cast, name), ON)}
    assert allowed == TABLE[rule]
    for name in set(ACTORS) - allowed:
        assert ask(obj, getattr(cast, name), ON).reason.endswith("。")


@pytest.mark.parametrize("rule", TABLE)
def test_rights_end_with_the_post(rule: str, cast: Cast) -> None:
    ask = getattr(rules, rule)
    obj = subject(rule, cast)
    PostAssignment.objects.filter(organization=cast.general).update(ends_on=date(2011, 6, 1))
    assert not ask(obj, cast.ganshi, ON)
    # as a member of the first branch he goes on seeing its roster
    assert bool(ask(obj, cast.zongzhi, ON)) == (rule == "may_see_roster")


def test_a_member_sees_his_own_personal_data_and_changes_none_of_the_roster(cast: Cast) -> None:
    assert rules.may_see_personal(cast.member1, cast.dangyuan1, ON)
    assert not rules.may_change_member(cast.member1, cast.dangyuan1, ON)
    assert not rules.may_see_personal(cast.member2, cast.dangyuan1, ON)


def test_a_branch_secretary_changes_addresses_only(cast: Cast) -> None:
    assert rules.editable_fields(cast.member1, cast.shuji1, ON) == {"email"}
    assert rules.editable_fields(cast.member2, cast.shuji1, ON) == frozenset()
    assert rules.editable_fields(cast.member1, cast.ganshi, ON) == rules.ALL_FIELDS


# post at the general branch / at a branch → who may give it
GIVEN: dict[tuple[str, str], set[str]] = {
    ("general", Post.SECRETARY): {"ganshi"},
    ("general", Post.DEPUTY_SECRETARY): {"ganshi"},
    ("general", Post.PUBLICITY_COMMISSIONER): {"ganshi", "zongzhi", "deputy"},
    ("general", Post.OFFICE_STAFF): {"zongzhi", "deputy"},
    ("one", Post.SECRETARY): {"ganshi", "zongzhi", "deputy"},
    ("one", Post.ORGANIZATION_COMMISSIONER): {"ganshi", "zongzhi", "deputy"},
}


@pytest.mark.parametrize(("where", "post"), GIVEN)
def test_nobody_hands_out_what_stands_as_high_as_his_own(where: str, post: str, cast: Cast) -> None:
    deputy = build.member(cast.two, "副书记")
    build.appoint(deputy, cast.general, Post.DEPUTY_SECRETARY)
    actors = {name: getattr(cast, name) for name in ACTORS} | {"deputy": build.account(deputy)}
    place = getattr(cast, where)
    assert {name for name, by in actors.items() if rules.may_give_post(place, post, by, ON)} == GIVEN[where, post]


@pytest.mark.django_db
def test_a_branch_right_under_the_working_committee_keeps_its_own_roster() -> None:
    branch = build.branch(build.organization(Kind.WORKING_COMMITTEE))
    member = build.member(branch)
    build.appoint(member, branch)
    assert standing_of(build.account(member), ON).manages(branch.path)


def test_nobody_handles_his_own_post_or_membership(cast: Cast) -> None:
    own = PostAssignment.objects.get(member__user=cast.zongzhi)
    assert "自己" in rules.is_for_oneself(own.holder, cast.zongzhi, ON).reason
    assert not rules.may_end_post(own, cast.zongzhi, ON)
    assert "自己" in rules.may_transfer(own.member, cast.zongzhi, ON).reason  # type: ignore[arg-type]


def test_a_group_takes_no_roster_and_no_organisation_of_its_own(cast: Cast) -> None:
    group = build.organization(Kind.GROUP, cast.one)
    assert not rules.may_import_roster(group, cast.ganshi, ON)
    assert not rules.may_found(group, cast.ganshi, ON)
    assert rules.may_enroll(group, cast.ganshi, ON)
    assert not rules.may_enroll(cast.general, cast.ganshi, ON)
