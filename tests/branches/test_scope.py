"""Who sees which organisations and members."""

from datetime import date

from branches import actions
from branches.models import Member, Organization, PostAssignment
from branches.queries import posts_at
from branches.scope import outermost, remembering, standing_of, upper_bound
from branches.states import Kind, Post
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)


def names(rows: object) -> set[str]:
    return {str(row) for row in rows}  # type: ignore[attr-defined]


def test_a_subtree_is_one_range_of_digits() -> None:
    assert upper_bound("00010009") == "00010010"
    assert upper_bound("00019999") == "00020000"
    assert outermost(["00010002", "0001", "00010002", "0002"]) == ["0001", "0002"]


def test_a_member_sees_the_members_of_his_own_branch(cast: Cast) -> None:
    seen = names(Member.objects.visible_to(cast.dangyuan2, ON))
    assert seen == {"党员乙", "书记二"}


def test_a_general_branch_secretary_sees_the_whole_general_branch_and_nothing_beside_it(cast: Cast) -> None:
    seen = names(Member.objects.visible_to(cast.zongzhi, ON))
    assert seen == {"党员甲", "党员乙", "书记一", "书记二", "总支书记"}


def test_a_member_knows_the_tree_of_his_general_branch_and_the_line_above(cast: Cast) -> None:
    seen = Organization.objects.visible_to(cast.dangyuan1, ON)
    assert names(seen) == names([cast.general.parent, cast.general, cast.one, cast.two])


def test_nobody_without_an_account_sees_internal_rows_and_the_administrator_sees_none(cast: Cast) -> None:
    assert not Member.objects.visible_to(cast.guanli, ON).exists()
    assert not Organization.objects.visible_to(cast.guanli, ON).exists()


def test_a_disabled_account_sees_nothing(cast: Cast) -> None:
    cast.zongzhi.is_active = False
    assert not Member.objects.visible_to(cast.zongzhi, ON).exists()


def test_rights_begin_and_end_with_the_post(cast: Cast) -> None:
    assert not standing_of(cast.zongzhi, date(2010, 6, 30)).is_leader
    actions.end_post(
        assignment=PostAssignment.objects.get(member__user=cast.zongzhi, post=Post.SECRETARY),
        by=None,
        on=date(2011, 5, 31),
    )
    assert standing_of(cast.zongzhi, date(2011, 5, 31)).leads(cast.two.path)
    assert not standing_of(cast.zongzhi, date(2011, 6, 1)).leads(cast.two.path)


def test_a_group_member_belongs_to_the_branch_above_his_group(cast: Cast) -> None:
    group = build.organization(Kind.GROUP, cast.one)
    user = build.account(build.member(group, "组员"))
    standing = standing_of(user, ON)
    assert (standing.home_id, standing.branch_id) == (group.pk, cast.one.pk)
    assert "党员甲" in names(Member.objects.visible_to(user, ON))


def test_a_standing_costs_two_queries(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        standing_of(cast.zongzhi, ON)


def test_a_moved_organisation_takes_its_people_and_their_rights_along(cast: Cast) -> None:
    other = build.general_branch("另一党总支")
    other_secretary = build.account(build.member(build.branch(other), "另一书记"))
    build.appoint(other_secretary.member, other)
    assert not Member.objects.visible_to(other_secretary, ON).filter(pk=cast.member2.pk).exists()
    actions.move_organization(organization=cast.two, parent=other, by=None, on=ON)
    assert Member.objects.visible_to(other_secretary, ON).filter(pk=cast.member2.pk).exists()
    assert not Member.objects.visible_to(cast.zongzhi, ON).filter(pk=cast.member2.pk).exists()
    assert standing_of(cast.shuji2, ON).unit_path == other.path


def test_inside_remembering_a_standing_is_asked_for_once(cast: Cast, django_assert_num_queries: object) -> None:
    with remembering(), django_assert_num_queries(4):  # type: ignore[operator]
        first = standing_of(cast.zongzhi, ON)
        assert standing_of(cast.zongzhi, ON) is first
        assert standing_of(cast.shuji1, ON) is not first


def test_inside_remembering_only_new_places_are_asked_for(cast: Cast, django_assert_num_queries: object) -> None:
    with remembering(), django_assert_num_queries(2):  # type: ignore[operator]
        first = posts_at([cast.one.pk], ON)
        with remembering():
            both = posts_at([cast.one.pk, cast.two.pk], ON)
        assert posts_at([cast.two.pk], ON) == {cast.two.pk: both[cast.two.pk]}
        assert both[cast.one.pk] is first[cast.one.pk]
    assert both == posts_at([cast.one.pk, cast.two.pk], ON)
