"""What changes the organisation, and what it refuses."""

import random
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from accounts.models import LogEntry
from branches import actions, queries
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import standing_of
from branches.states import Kind, Post
from chuangxian.edits import Conflict
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)
DAY = timedelta(days=1)

# ---- organisations ----

LADDER = [
    (Kind.WORKING_COMMITTEE, Kind.COMMITTEE, True),
    (Kind.WORKING_COMMITTEE, Kind.BRANCH, True),
    (Kind.GENERAL_BRANCH, Kind.BRANCH, True),
    (Kind.BRANCH, Kind.GROUP, True),
    (Kind.BRANCH, Kind.BRANCH, False),
    (Kind.BRANCH, Kind.GENERAL_BRANCH, False),
    (Kind.GROUP, Kind.GROUP, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("upper", "lower", "allowed"), LADDER)
def test_the_ladder_decides_what_stands_under_what(upper: str, lower: str, allowed: bool) -> None:
    parent = build.organization(upper)
    if allowed:
        assert build.organization(lower, parent).path.startswith(parent.path)
    else:
        with pytest.raises(ValidationError, match="不能设在"):
            build.organization(lower, parent)


def test_a_name_is_taken_once_under_a_parent(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        build.branch(cast.general, cast.one.name)
    assert build.branch(build.general_branch(), cast.one.name)


def test_changing_an_organisation_is_logged_with_old_and_new(cast: Cast) -> None:
    actions.change_organization(organization=cast.one, name="小学党支部", duty="教研", by=cast.ganshi, on=ON)
    entry = LogEntry.objects.get(verb="change_organization")
    assert entry.changes == {"name": ["第一党支部", "小学党支部"], "duty": ["", "教研"]}
    actions.change_organization(organization=cast.one, duty="教研", by=cast.ganshi, on=ON)
    assert LogEntry.objects.filter(verb="change_organization").count() == 1


def test_nothing_is_dissolved_while_somebody_belongs_to_it(cast: Cast) -> None:
    for organization, words in ((cast.general, "下级党组织"), (cast.one, "党员")):
        with pytest.raises(ValidationError, match=words):
            actions.change_organization(organization=organization, dissolved_on=ON, by=cast.ganshi, on=ON)
    empty = build.branch(cast.general)
    actions.change_organization(organization=empty, dissolved_on=ON, by=cast.ganshi, on=ON)
    assert empty not in Organization.objects.existing(ON)
    assert empty in Organization.objects.existing(ON - DAY)


# ---- members ----


def test_a_transfer_ends_the_old_membership_the_day_before_and_the_posts_there(cast: Cast) -> None:
    member = build.member(cast.one)
    build.appoint(member, cast.one, Post.PUBLICITY_COMMISSIONER)
    build.appoint(member, cast.general, Post.DISCIPLINE_COMMISSIONER)
    actions.transfer_member(member=member, organization=cast.two, reason="岗位调整", by=cast.ganshi, on=ON)
    old, new = member.memberships.order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.ends_on) == (ON - DAY, ON, None)
    assert {post.post: post.ends_on for post in member.posts.all()} == {
        Post.PUBLICITY_COMMISSIONER: ON - DAY,
        Post.DISCIPLINE_COMMISSIONER: None,
    }


def test_a_roster_of_the_past_names_who_belonged_then(cast: Cast) -> None:
    member = build.member(cast.one, "转走的人")
    actions.transfer_member(member=member, organization=cast.two, by=cast.ganshi, on=ON)
    standing = standing_of(cast.zongzhi, ON + 10 * DAY)

    def names(place: Organization, on: date) -> set[str]:
        return {str(one.member) for one in queries.roster(standing, on, place.path)}

    assert "转走的人" in names(cast.one, ON - DAY) and "转走的人" not in names(cast.two, ON - DAY)
    assert "转走的人" in names(cast.two, ON) and "转走的人" not in names(cast.one, ON)


def test_whoever_left_is_on_the_roster_up_to_his_last_day_and_can_come_back(cast: Cast) -> None:
    member = build.member(cast.one)
    build.appoint(member, cast.one, Post.PUBLICITY_COMMISSIONER)
    actions.leave(member=member, reason="转往外单位", by=cast.ganshi, on=ON)
    assert Member.objects.belonging(ON, cast.one.path).filter(pk=member.pk).exists()
    assert not Member.objects.belonging(ON + DAY, cast.one.path).filter(pk=member.pk).exists()
    assert member.posts.get().ends_on == ON
    with pytest.raises(ValidationError, match="党籍期内"):
        actions.transfer_member(member=member, organization=cast.two, by=cast.ganshi, on=ON)
    actions.transfer_member(member=member, organization=cast.two, by=cast.ganshi, on=ON + 30 * DAY)
    assert Member.objects.belonging(ON + 30 * DAY, cast.two.path).filter(pk=member.pk).exists()


REFUSED_TRANSFERS = [("one", ON, "已经在"), ("two", build.DAY, "必须晚于")]


@pytest.mark.parametrize(("where", "on", "words"), REFUSED_TRANSFERS)
def test_transfers_that_cannot_be(where: str, on: date, words: str, cast: Cast) -> None:
    with pytest.raises(ValidationError, match=words):
        actions.transfer_member(member=cast.member1, organization=getattr(cast, where), by=cast.ganshi, on=on)
    assert Membership.objects.filter(member=cast.member1).count() == 1


def test_the_second_of_two_editors_learns_of_the_first_and_nothing_is_lost(cast: Cast) -> None:
    first, second = (Member.objects.get(pk=cast.member1.pk) for _ in range(2))
    first.education, second.education = "本科", "大专"
    actions.change_member(member=first, fields=["education"], version=1, by=cast.ganshi, on=ON)
    with pytest.raises(Conflict) as conflict:
        actions.change_member(member=second, fields=["education"], version=1, by=cast.shuji1, on=ON)
    assert conflict.value.mine == {"education": "大专"}
    assert Member.objects.get(pk=first.pk).education == "本科"


def test_a_renamed_member_is_sorted_and_found_by_the_new_name(cast: Cast) -> None:
    member = Member.objects.get(pk=cast.member1.pk)
    member.name = "单小明"
    actions.change_member(member=member, fields=["name"], version=1, by=cast.ganshi, on=ON)
    member.refresh_from_db()
    assert member.sort_key.startswith("shan ") and member.search_key == "shanxiaoming sxm"


def test_an_initial_password_must_be_changed_and_is_kept_nowhere(cast: Cast) -> None:
    member = build.member(cast.one, "新账号")
    user, password = actions.issue_account(member=member, username="xzh", by=cast.ganshi, on=ON)
    assert user.check_password(password) and user.must_change_password and user.password_expires_at is not None
    assert Member.objects.get(pk=member.pk).user == user
    assert not LogEntry.objects.filter(note__contains=password).exists()
    with pytest.raises(ValidationError, match="已经有账号"):
        actions.issue_account(member=member, username="xzh2", by=cast.ganshi, on=ON)


# ---- posts ----


def test_a_new_secretary_ends_the_term_of_the_one_before(cast: Cast) -> None:
    member = build.member(cast.one)
    actions.appoint(holder=member, organization=cast.one, post=Post.SECRETARY, by=cast.ganshi, on=ON)
    terms = PostAssignment.objects.filter(organization=cast.one, post=Post.SECRETARY).order_by("starts_on")
    assert [(str(one.holder), one.ends_on) for one in terms] == [("书记一", ON - DAY), (member.name, None)]


REFUSED_POSTS = [
    ("account in a Party post", "ganshi", "one", Post.SECRETARY, ON, "只能由党员担任"),
    ("twice the same", "shuji1", "one", Post.SECRETARY, ON, "已经担任"),
    ("a later secretary is known", "dangyuan1", "one", Post.SECRETARY, date(2010, 6, 1), "已有书记"),
    ("leader of a group in a branch", "dangyuan1", "one", Post.GROUP_LEADER, ON, "组长只设在党小组"),
]


@pytest.mark.parametrize(("who", "where", "post", "on", "words"), [row[1:] for row in REFUSED_POSTS], ids=[row[0] for row in REFUSED_POSTS])  # fmt: skip
def test_appointments_that_cannot_be(who: str, where: str, post: str, on: date, words: str, cast: Cast) -> None:
    user = getattr(cast, who)
    before = PostAssignment.objects.count()
    with pytest.raises(ValidationError, match=words):
        actions.appoint(holder=getattr(user, "member", user), organization=getattr(cast, where), post=post, by=cast.ganshi, on=on)  # fmt: skip
    assert PostAssignment.objects.count() == before


def test_the_last_two_people_who_keep_the_roster_cannot_dismiss_each_other(cast: Cast) -> None:
    zongzhi, ganshi = (
        PostAssignment.objects.get(organization=cast.general, post=p) for p in (Post.SECRETARY, Post.OFFICE_STAFF)
    )
    actions.end_post(assignment=zongzhi, by=cast.ganshi, on=ON)
    with pytest.raises(ValidationError, match="没有能登录"):
        actions.end_post(assignment=ganshi, by=cast.zongzhi, on=ON)
    ganshi.refresh_from_db()
    assert ganshi.ends_on is None


def test_a_new_secretary_without_an_account_cannot_replace_the_only_one_who_can_sign_in(cast: Cast) -> None:
    PostAssignment.objects.filter(organization=cast.general, post=Post.OFFICE_STAFF).update(ends_on=ON - DAY)
    successor = build.member(cast.two)
    with pytest.raises(ValidationError, match="开通账号"):
        actions.appoint(holder=successor, organization=cast.general, post=Post.SECRETARY, by=cast.ganshi, on=ON)
    build.account(successor)
    actions.appoint(holder=successor, organization=cast.general, post=Post.SECRETARY, by=cast.ganshi, on=ON)


def test_no_chain_of_steps_leaves_a_unit_without_somebody_who_can_manage_it(cast: Cast) -> None:
    """Four hundred random dismissals, appointments and departures."""
    chance = random.Random(20110620)
    people = [build.member(cast.one) for _ in range(4)]
    for member in people[:2]:
        build.account(member)
    on = ON
    for _ in range(400):
        on += DAY
        open_posts = list(PostAssignment.objects.filter(organization=cast.general, ends_on=None, starts_on__lt=on))
        try:
            match chance.choice(["end", "end", "appoint", "leave"]):
                case "end" if open_posts:
                    actions.end_post(assignment=chance.choice(open_posts), by=cast.ganshi, on=on - DAY)
                case "appoint":
                    post = chance.choice(
                        [Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.OFFICE_STAFF, Post.PUBLICITY_COMMISSIONER]
                    )
                    holder = chance.choice([*people, cast.zongzhi.member])
                    actions.appoint(holder=holder, organization=cast.general, post=post, by=cast.ganshi, on=on)
                case "leave":
                    member = chance.choice(people)
                    if member.memberships.filter(ends_on=None).exists():
                        actions.leave(member=member, reason="试", by=cast.ganshi, on=on - DAY)
                    else:
                        actions.transfer_member(member=member, organization=cast.one, by=cast.ganshi, on=on)
        except ValidationError:
            pass
        assert queries.managers(cast.general.path, on).exists()


# ---- paths ----


def test_every_copy_of_a_path_is_known_to_the_move(cast: Cast) -> None:
    copies = {
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if {"path", "organization"} <= {field.name for field in model._meta.concrete_fields}
        and model._meta.get_field("organization").related_model is Organization
    }
    assert set(actions.PATH_COPIES) == copies


def test_a_move_takes_every_copy_along(cast: Cast) -> None:
    group = build.organization(Kind.GROUP, cast.two)
    build.member(group)
    other = build.general_branch()
    actions.move_organization(organization=cast.two, parent=other, by=None, on=ON)
    assert queries.wrong_paths(actions.PATH_COPIES) == []
    group.refresh_from_db()
    assert group.path.startswith(other.path) and group.unit_path == other.path


def test_an_organisation_is_not_moved_below_itself(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="自己的下级"):
        actions.move_organization(organization=cast.general, parent=cast.one, by=None, on=ON)


def test_wrong_paths_are_found_and_rebuilt(cast: Cast) -> None:
    group = build.organization(Kind.GROUP, cast.one)
    build.member(group)
    right = dict(Organization.objects.values_list("pk", "path"))
    one, two = cast.one.path, cast.two.path
    Organization.objects.filter(pk=cast.one.pk).update(path="x")
    Organization.objects.filter(pk=cast.two.pk).update(path=one)
    Organization.objects.filter(pk=cast.one.pk).update(path=two)
    Organization.objects.filter(pk=group.pk).update(unit_path="0009")
    Membership.objects.filter(organization=cast.one).update(path="00010009")
    assert {(wrong.model, wrong.field) for wrong in queries.wrong_paths(actions.PATH_COPIES)} == {
        (Organization, "path"),
        (Organization, "unit_path"),
        (Membership, "path"),
    }
    actions.rebuild_paths(by=None, on=ON)
    assert queries.wrong_paths(actions.PATH_COPIES) == []
    stored = dict(Organization.objects.values_list("pk", "path"))
    # two siblings that changed places are both usable where they are; what hangs below follows
    assert {stored[cast.one.pk], stored[cast.two.pk]} == {right[cast.one.pk], right[cast.two.pk]}
    assert stored[group.pk].startswith(stored[cast.one.pk])
