"""The pages of organisations and members: what they show, to whom, and at what cost."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, User
from branches import actions
from branches.models import Member, Membership, Organization, PostAssignment
from branches.states import Kind, Post
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)


@pytest.fixture(autouse=True)
def campaign_day(settings: Any) -> Iterator[None]:
    settings.CHUANGXIAN_TODAY = ON
    yield


def page(client: Client, user: User, name: str, *args: object, query: str = "") -> Any:
    """Open a page as somebody."""
    client.force_login(user)
    return client.get(reverse(f"branches:{name}", args=args) + query)


def text(response: Any) -> str:
    return str(response.content.decode())


def queries_of(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


# ---- cost ----

KEEPERS, ALL = ("ganshi", "zongzhi"), ("ganshi", "zongzhi", "shuji1")
LISTS: list[tuple[str, str, tuple[str, ...]]] = [
    ("organization_list", "", ALL),
    ("organization_detail", "general", ALL),
    ("organization_detail", "one", ALL),
    ("member_list", "", ALL),
    ("post_appoint", "one", KEEPERS),
    ("roster_export", "general", KEEPERS),
    ("roster_export", "one", ALL),
    ("roster_import", "general", KEEPERS),
]


@pytest.mark.parametrize(
    ("name", "where", "who"), [(name, where, who) for name, where, people in LISTS for who in people]
)
def test_lists_ask_the_database_as_often_for_300_rows_as_for_3(
    name: str, where: str, who: str, cast: Cast, client: Client, settings: Any
) -> None:
    settings.PAGE_SIZE = 1000
    user = getattr(cast, who)
    args = [getattr(cast, where).pk] if where else []
    page(client, user, name, *args)
    few = queries_of(lambda: page(client, user, name, *args))
    members = [Member(name=f"人{n}", sex="male") for n in range(300)]
    for member in members:
        member.set_keys()
    Member.objects.bulk_create(members)
    Membership.objects.bulk_create(
        Membership(member=one, organization=cast.one, path=cast.one.path, starts_on=build.DAY) for one in members
    )
    PostAssignment.objects.bulk_create(
        PostAssignment(member=one, organization=cast.one, post=Post.PUBLICITY_COMMISSIONER, starts_on=build.DAY)
        for one in members
    )
    for _ in range(30):
        build.branch(cast.general)
    many = queries_of(lambda: page(client, user, name, *args))
    assert many == few <= 30


def test_a_member_page_costs_the_same_with_one_entry_and_with_thirty(cast: Cast, client: Client) -> None:
    def cost() -> int:
        return queries_of(lambda: page(client, cast.ganshi, "member_detail", cast.member1.pk))

    cost()
    few = cost()
    for number in range(30):
        actions.transfer_member(
            member=cast.member1,
            organization=(cast.two, cast.one)[number % 2],
            by=cast.ganshi,
            on=date(2010, 8, number + 1),
        )
    assert cost() == few <= 30


# ---- the tree ----


def test_the_tree_shows_secretaries_and_numbers_of_the_day(cast: Cast, client: Client) -> None:
    group = build.organization(Kind.GROUP, cast.one, "第一党小组")
    build.member(group)
    rows = page(client, cast.ganshi, "organization_list").context["rows"]
    told = [(row.organization.name, row.depth, str(row.secretary.holder) if row.secretary else "", row.members, row.branches) for row in rows]  # fmt: skip
    assert told == [
        (cast.general.parent.name, 0, "", None, 2),  # type: ignore[union-attr]
        ("教研室党总支", 1, "总支书记", 6, 2),
        ("第一党支部", 2, "书记一", 4, 0),
        ("第一党小组", 3, "", 1, 0),
        ("第二党支部", 2, "书记二", 2, 0),
    ]
    before = page(client, cast.ganshi, "organization_list", query="?on=2010-06-30").context["rows"]
    assert [row.organization.name for row in before] == []


def test_a_member_learns_no_numbers_of_other_branches(cast: Cast, client: Client) -> None:
    rows = page(client, cast.dangyuan1, "organization_list").context["rows"]
    assert {row.organization.name: row.members for row in rows} == {
        cast.general.parent.name: None,  # type: ignore[union-attr]
        "教研室党总支": None,
        "第一党支部": 3,
        "第二党支部": None,
    }
    assert "党员乙" not in text(page(client, cast.dangyuan1, "organization_detail", cast.two.pk))
    assert "书记二" in text(page(client, cast.dangyuan1, "organization_detail", cast.two.pk))


def test_a_branch_page_shows_the_roster_of_any_day(cast: Cast, client: Client) -> None:
    member = build.member(cast.one, "转走的人")
    actions.transfer_member(member=member, organization=cast.two, by=cast.ganshi, on=date(2011, 3, 1))
    assert "转走的人" not in [
        str(one.member) for one in page(client, cast.shuji1, "organization_detail", cast.one.pk).context["lines"]
    ]
    past = page(client, cast.shuji1, "organization_detail", cast.one.pk, query="?on=2011-02-28")
    assert "转走的人" in [str(one.member) for one in past.context["lines"]]
    assert "2011年2月28日" in text(past)


@pytest.mark.parametrize("query", ["?on=2011-02-30", "?on=x", "?on=9999999-01-01", "?on=", "?page=x&on=1"])
def test_a_day_that_does_not_exist_shows_the_present_and_says_so(query: str, cast: Cast, client: Client) -> None:
    response = page(client, cast.ganshi, "organization_detail", cast.one.pk, query=query)
    assert (response.status_code, response.context["day"]) == (200, ON)
    assert ("invalid-feedback" in text(response)) == (query != "?on=")


def test_former_holders_stay_readable(cast: Cast, client: Client) -> None:
    actions.appoint(
        holder=cast.member1, organization=cast.one, post=Post.SECRETARY, by=cast.ganshi, on=date(2011, 1, 1)
    )
    response = page(client, cast.dangyuan1, "organization_detail", cast.one.pk)
    assert [str(one.holder) for one in response.context["former"]] == ["书记一"]


# ---- search ----

SEARCHES = [
    ("张三", {"张三"}),
    ("三", {"张三"}),
    ("zhangsan", {"张三"}),
    ("zhang", {"张三", "张四平"}),
    ("ZS", {"张三", "张四平"}),
    ("zsp", {"张四平"}),
    ("ｚｓ", {"张三", "张四平"}),
    ("shanxx", set()),
    ("sxx", {"单雄信"}),
    ("%", set()),
]


@pytest.mark.parametrize(("words", "found"), SEARCHES)
def test_people_are_found_by_name_sound_or_initials(words: str, found: set[str], cast: Cast, client: Client) -> None:
    for name in ("张三", "张四平", "单雄信"):
        build.member(cast.one, name)
    client.force_login(cast.ganshi)
    lines = client.get(reverse("branches:member_list"), {"q": words}).context["lines"]
    assert {str(one.member) for one in lines} == found


def test_filters_narrow_and_never_widen(cast: Cast, client: Client) -> None:
    build.member(cast.one, "预备", member_type="probationary")
    client.force_login(cast.dangyuan1)

    def names(**query: Any) -> set[str]:
        return {str(one.member) for one in client.get(reverse("branches:member_list"), query).context["lines"]}

    assert names(member_type="probationary") == {"预备"}
    assert names(organization=cast.one.pk) == {"党员甲", "书记一", "总支书记", "预备"}
    # another branch is no choice of his, and asking for it opens nothing
    assert "党员乙" not in names(organization=cast.two.pk)


def test_the_list_is_sorted_by_sound_and_pages(cast: Cast, client: Client, settings: Any) -> None:
    settings.PAGE_SIZE = 3
    for name in ("阿一", "邹二", "单三", "曾四"):
        build.member(cast.two, name)
    client.force_login(cast.ganshi)
    names = [
        str(one.member)
        for number in (1, 2, 3)
        for one in client.get(reverse("branches:member_list"), {"organization": cast.two.pk, "page": number}).context[
            "lines"
        ]
    ]
    assert names[:6] == ["阿一", "党员乙", "单三", "书记二", "曾四", "邹二"]


# ---- personal data ----

PERSONAL = ["1970年5月6日", "geren@example.com", "汉族", "1995年7月"]


@pytest.fixture
def person(cast: Cast) -> Member:
    """A member of the first branch with personal data and an account."""
    member = build.member(cast.one, "有资料", born_on=date(1970, 5, 6), ethnicity="汉族", email="geren@example.com", joined_on=date(1995, 7, 1), joined_precision="month")  # fmt: skip
    build.account(member, "ziliao")
    return member


def test_personal_data_is_shown_to_oneself_at_once_and_unlogged(person: Member, client: Client) -> None:
    assert person.user is not None
    body = text(page(client, person.user, "member_detail", person.pk))
    assert all(words in body for words in PERSONAL)
    assert not LogEntry.objects.filter(category=LogEntry.Category.REVEAL).exists()


@pytest.mark.parametrize("who", ["shuji1", "zongzhi", "ganshi"])
def test_others_see_personal_data_after_asking_and_each_look_is_logged(who: str, person: Member, cast: Cast, client: Client) -> None:  # fmt: skip
    user = getattr(cast, who)
    body = text(page(client, user, "member_detail", person.pk))
    assert not any(words in body for words in PERSONAL)
    for looks in (1, 2):
        revealed = client.post(reverse("branches:member_reveal", args=[person.pk]))
        assert all(words in text(revealed) for words in PERSONAL)
        entries = LogEntry.objects.filter(category=LogEntry.Category.REVEAL, actor=user, target_id=str(person.pk))
        assert entries.count() == looks


def test_a_colleague_sees_no_personal_data_and_cannot_ask(person: Member, cast: Cast, client: Client) -> None:
    body = text(page(client, cast.dangyuan1, "member_detail", person.pk))
    assert not any(words in body for words in PERSONAL) and "查看个人信息" not in body
    assert client.post(reverse("branches:member_reveal", args=[person.pk])).status_code == 403
    assert not any(words in text(page(client, cast.dangyuan1, "member_list")) for words in PERSONAL)


def test_opening_the_form_of_somebody_else_is_a_look_too(person: Member, cast: Cast, client: Client) -> None:
    page(client, cast.ganshi, "member_edit", person.pk)
    assert LogEntry.objects.filter(category=LogEntry.Category.REVEAL, actor=cast.ganshi).count() == 1


# ---- forms ----


def test_a_branch_secretary_can_post_nothing_but_the_address(person: Member, cast: Cast, client: Client) -> None:
    client.force_login(cast.shuji1)
    everything = {"name": "改名", "sex": "female", "born": "1980-01-01", "education": "博士", "member_type": "retired", "unit_post": "主任", "joined": "2000-01", "confirmed": "2001-01", "ethnicity": "回族"}  # fmt: skip
    before = Member.objects.filter(pk=person.pk).values().get()
    client.post(
        reverse("branches:member_edit", args=[person.pk]), {**everything, "email": "xin@example.com", "version": 1}
    )
    after = Member.objects.filter(pk=person.pk).values().get()
    assert after == {**before, "email": "xin@example.com", "version": 2}


def test_what_was_typed_comes_back_with_a_sentence(person: Member, cast: Cast, client: Client) -> None:
    client.force_login(cast.ganshi)
    data = {"name": "有资料", "sex": "male", "born": "1970年13月", "joined": "1960-01-01", "member_type": "full", "email": "不是", "version": 1}  # fmt: skip
    response = client.post(reverse("branches:member_edit", args=[person.pk]), data)
    body = text(response)
    assert "1970年13月" in body and "不是真实存在的日期" in body and "不是" in body
    data |= {"born": "1970-05-06", "email": ""}
    assert "必须晚于出生年月" in text(client.post(reverse("branches:member_edit", args=[person.pk]), data))
    assert Member.objects.get(pk=person.pk).version == 1


def test_a_month_stays_a_month_through_the_form(person: Member, cast: Cast, client: Client) -> None:
    client.force_login(cast.ganshi)
    url = reverse("branches:member_edit", args=[person.pk])
    assert 'value="1995-07"' in text(client.get(url))
    data = {
        "name": "有资料",
        "sex": "male",
        "born": "1970-05",
        "joined": "1995-07",
        "member_type": "full",
        "version": 1,
    }
    assert client.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.born_on, person.born_precision) == (date(1970, 5, 1), "month")
    assert (person.joined_on, person.joined_precision) == (date(1995, 7, 1), "month")


def test_two_editors_meet_on_a_page_that_shows_both_texts(person: Member, cast: Cast, client: Client) -> None:
    Member.objects.filter(pk=person.pk).update(education="本科", version=2)
    client.force_login(cast.ganshi)
    data = {"name": "有资料", "sex": "male", "education": "我写的", "member_type": "full", "version": 1}
    response = client.post(reverse("branches:member_edit", args=[person.pk]), data)
    assert response.status_code == 409
    assert "我写的" in text(response) and "本科" in text(response)


def test_a_namesake_has_to_be_looked_at_before_somebody_is_taken_up(cast: Cast, client: Client) -> None:
    client.force_login(cast.ganshi)
    url = reverse("branches:member_create", args=[cast.two.pk])
    data = {"name": "党员 甲", "sex": "male", "member_type": "full", "starts_on": "2011-01-01"}
    assert "已有同名党员" in text(client.post(url, data))
    assert Member.objects.filter(name="党员甲").count() == 1
    assert client.post(url, {**data, "same_person_checked": "on"}).status_code == 302
    assert Membership.objects.get(member__name="党员甲", organization=cast.two).starts_on == date(2011, 1, 1)


def test_an_account_is_opened_with_a_password_seen_once(cast: Cast, client: Client) -> None:
    member = build.member(cast.one, "单雄信")
    client.force_login(cast.ganshi)
    url = reverse("branches:member_account", args=[member.pk])
    assert 'value="shanxiongxin"' in text(client.get(url))
    opened = client.post(url, {"username": "shanxiongxin"})
    password = opened.context["password"]
    user = User.objects.get(username="shanxiongxin")
    assert user.check_password(password) and user.must_change_password
    assert "no-store" in opened["Cache-Control"]
    assert password not in text(page(client, cast.ganshi, "member_detail", member.pk))
    assert client.post(url, {"username": "again"}).status_code == 403


def test_a_username_that_is_taken_or_impossible_is_said(cast: Cast, client: Client) -> None:
    member = build.member(cast.one)
    client.force_login(cast.ganshi)
    for name in ("GANSHI", "有 空格", "a" * 61, ""):
        response = client.post(reverse("branches:member_account", args=[member.pk]), {"username": name})
        assert response.status_code == 200 and response.context["form"].errors


def test_an_office_worker_outside_the_party_is_appointed_by_account(cast: Cast, client: Client) -> None:
    clerk = build.user("wenyuan", "文员")
    client.force_login(cast.zongzhi)
    url = reverse("branches:post_appoint", args=[cast.general.pk])
    for data, words in (
        ({"post": Post.OFFICE_STAFF, "username": "没有", "on": "2011-06-20"}, "没有这个账号"),
        ({"post": Post.OFFICE_STAFF, "username": "dangyuan1", "on": "2011-06-20"}, "他是党员"),
        ({"post": Post.PUBLICITY_COMMISSIONER, "username": "wenyuan", "on": "2011-06-20"}, "只能由党员担任"),
        ({"post": Post.OFFICE_STAFF, "on": "2011-06-20"}, "请选择党员"),
    ):
        assert words in text(client.post(url, data))
    assert client.post(url, {"post": Post.OFFICE_STAFF, "username": "wenyuan", "on": "2011-06-20"}).status_code == 302
    assert PostAssignment.objects.get(user=clerk).organization == cast.general


def test_nobody_can_be_chosen_or_smuggled_into_his_own_appointment(cast: Cast, client: Client) -> None:
    own = cast.zongzhi.member
    client.force_login(cast.zongzhi)
    response = client.post(
        reverse("branches:post_appoint", args=[cast.one.pk]),
        {"post": Post.SECRETARY, "member": own.pk, "on": "2011-06-20"},
    )
    assert response.context["form"].errors["member"]
    assert not PostAssignment.objects.filter(member=own, organization=cast.one).exists()


def test_somebody_from_another_unit_cannot_be_posted_into_ours(cast: Cast, client: Client) -> None:
    foreign, place = cast.stranger.member, Organization.objects.get(name="外单位党支部")
    client.force_login(cast.ganshi)
    client.post(reverse("branches:post_appoint", args=[cast.one.pk]), {"post": Post.SECRETARY, "member": foreign.pk, "on": "2011-06-20"})  # fmt: skip
    client.post(
        reverse("branches:member_transfer", args=[cast.member1.pk]), {"organization": place.pk, "on": "2011-06-20"}
    )
    assert not PostAssignment.objects.filter(member=foreign).exists()
    assert not Membership.objects.filter(member=cast.member1, organization=place).exists()


def test_what_would_lock_everybody_out_is_said_on_the_form(cast: Cast, client: Client) -> None:
    secretary = PostAssignment.objects.get(member__user=cast.zongzhi)
    clerk = PostAssignment.objects.get(user=cast.ganshi)
    client.force_login(cast.ganshi)
    assert client.post(reverse("branches:post_end", args=[secretary.pk]), {"on": "2011-06-20"}).status_code == 302
    client.force_login(cast.zongzhi)  # in office until the end of the day
    response = client.post(reverse("branches:post_end", args=[clerk.pk]), {"on": "2011-06-20"})
    assert "没有能登录并管理" in text(response)
    clerk.refresh_from_db()
    assert clerk.ends_on is None
