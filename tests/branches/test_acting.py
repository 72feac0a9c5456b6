"""代理: somebody stands in from a day to a day. He may what the holder may, nothing about himself or the holder, and the day after nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry, User
from branches import actions, queries, rules
from branches.models import PostAssignment
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from pledges import rules as pledge_rules
from pledges.models import Pledge
from schedule.models import Notice, ReminderMark
from schedule.planner import plan
from schedule.rules import items as item_rules
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.schedule import items

ON, LAST = date(2011, 6, 20), date(2011, 7, 31)
AFTER = LAST + timedelta(days=1)


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with clock.standing_on(ON):
        yield


def post_of(user: User) -> PostAssignment:
    return PostAssignment.objects.own().get(member__user=user)


def lent(cast: Cast, to: User | None = None, **given: Any) -> PostAssignment:
    """The secretary of the first branch is stood in for by its ordinary member."""
    days = {"starts_on": ON, "ends_on": LAST} | given
    member = (to or cast.dangyuan1).member
    return actions.delegate(assignment=post_of(cast.shuji1), member=member, by=cast.shuji1, on=ON, **days)


def code(client: Client, user: User, name: str, *args: Any, on: date = ON) -> int:
    client.force_login(user)
    with clock.standing_on(on):
        return client.get(reverse(name, args=args)).status_code


@pytest.mark.parametrize(("day", "leads"), [(ON - timedelta(days=1), False), (ON, True), (LAST, True), (AFTER, False)])
def test_he_leads_from_the_first_day_to_the_last_and_the_holder_leads_all_the_time(
    cast: Cast, day: date, leads: bool
) -> None:
    lent(cast)
    assert standing_of(cast.dangyuan1, day).leads(cast.one.path) is leads
    assert standing_of(cast.shuji1, day).leads(cast.one.path)


def test_the_day_after_the_same_pages_are_shut_to_him(client: Client, cast: Cast) -> None:
    lent(cast)
    pages: list[tuple[Any, ...]] = [
        ("branches:roster_export", cast.one.pk),
        ("reports:ledger_list",),
        ("reports:overview",),
        ("pledges:pledge_coverage",),
        ("schedule:meeting_ledger",),
        ("schedule:reminder_preview",),
    ]
    for page in pages:
        assert code(client, cast.dangyuan1, *page, on=LAST) == 200, page
        assert code(client, cast.dangyuan1, *page, on=AFTER) == 403, page
    pledge = pledging.submitted(pledging.cycle(cast.general), cast.dangyuan1, on=pledging.SUBMITTED)
    assert code(client, cast.dangyuan1, "pledges:pledge_detail", pledge.pk, on=AFTER) == 200  # his own stays his own


def test_a_colleagues_paper_he_reviews_while_it_lasts_is_refused_the_day_after(client: Client, cast: Cast) -> None:
    lent(cast)
    colleague = build.account(build.member(cast.one, "党员丙"))
    pledge = pledging.submitted(pledging.cycle(cast.general), colleague)
    assert pledge_rules.may_review(pledge, cast.dangyuan1, LAST)
    assert not pledge_rules.may_review(pledge, cast.dangyuan1, AFTER)
    client.force_login(cast.dangyuan1)
    url = reverse("pledges:pledge_act", args=[pledge.pk])
    with clock.standing_on(AFTER):
        assert client.post(url, {"verb": "approve", "note": "同意", "version": pledge.version}).status_code in (
            403,
            404,
        )
    with clock.standing_on(LAST):
        assert client.post(url, {"verb": "approve", "note": "同意", "version": pledge.version}).status_code == 302
    line = LogEntry.objects.of(pledge).get(verb="approve")
    assert line.actor_name == "党员甲（代理第一党支部书记）"


def test_he_judges_neither_his_own_nor_the_holders_papers(cast: Cast) -> None:
    cycle = pledging.cycle(cast.general)
    own, holders = pledging.submitted(cycle, cast.dangyuan1), pledging.submitted(cycle, cast.shuji1)
    lent(cast)
    assert not pledge_rules.may_review(own, cast.dangyuan1, ON)
    assert not pledge_rules.may_review(holders, cast.dangyuan1, ON)
    assert not Pledge.objects.to_review(cast.dangyuan1, ON).exists()
    assert list(Pledge.objects.to_review(cast.shuji1, ON)) == [own]
    # the general branch's secretary is stood in for by the branch secretary: the pledge of the one he stands in for waits for neither
    actions.delegate(
        assignment=post_of(cast.zongzhi), member=cast.shuji2.member, starts_on=ON, ends_on=LAST, by=None, on=ON
    )
    generals = pledging.submitted(cycle, cast.zongzhi)
    assert pledge_rules.is_own(generals, standing_of(cast.shuji2, ON))
    assert not pledge_rules.may_review(generals, cast.shuji2, ON)
    assert pledge_rules.may_review(holders, cast.shuji2, ON)


def test_he_does_not_see_closed_what_the_holder_answers_for(cast: Cast) -> None:
    general = post_of(cast.zongzhi)
    actions.delegate(assignment=general, member=cast.shuji2.member, starts_on=ON, ends_on=LAST, by=None, on=ON)
    made = items.submitted(items.item(cast.one, responsible=cast.zongzhi.member), cast.zongzhi)
    assert not item_rules.may_verify(made, cast.shuji2, ON)
    others = items.submitted(items.item(cast.one, responsible=cast.shuji1.member), cast.shuji1)
    assert item_rules.may_verify(others, cast.shuji2, ON)


def test_the_secretary_whose_name_is_shown_is_the_real_one(cast: Cast) -> None:
    lent(cast)
    standing = standing_of(cast.zongzhi, ON)
    [row] = queries.tree([cast.one], standing, ON)
    assert row.secretary is not None and row.secretary.member == cast.shuji1.member
    posts = queries.posts_at([cast.one.pk], ON)
    assert queries.holding(posts, cast.one.pk, {Post.SECRETARY}) == [
        cast.shuji1.member,
        cast.member1,
    ]  # letters go to both


def test_who_stands_in_lends_it_to_nobody_and_keeps_nobody_in_charge(cast: Cast) -> None:
    acting = lent(cast)
    assert not rules.may_delegate(acting, cast.dangyuan1, ON)
    assert not rules.may_delegate(post_of(cast.shuji1), cast.dangyuan1, ON)
    assert not rules.may_delegate(post_of(cast.shuji1), cast.shuji2, ON)
    for able in (cast.shuji1, cast.zongzhi, cast.ganshi):
        assert rules.may_delegate(post_of(cast.shuji1), able, ON)
        assert rules.may_end_acting(acting, able, ON)
    assert rules.may_end_acting(acting, cast.dangyuan1, ON)  # he may give it up
    assert not rules.may_end_post(acting, cast.ganshi, ON)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_on": ON - timedelta(days=1)}, "starts_on"),
        ({"ends_on": ON - timedelta(days=1)}, "ends_on"),
        ({"ends_on": ON + timedelta(days=rules.ACTING_DAYS_MOST)}, "ends_on"),
    ],
)
def test_a_wrong_span_is_refused_with_its_field(cast: Cast, given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        lent(cast, **given)
    assert list(refusal.value.message_dict) == [field]


def test_the_longest_span_is_half_a_year(cast: Cast) -> None:
    assert lent(cast, ends_on=ON + timedelta(days=rules.ACTING_DAYS_MOST - 1)).pk


def test_not_himself_not_a_stranger_not_one_without_account_not_two_at_once(cast: Cast) -> None:
    without = build.member(cast.one)
    for member in (cast.shuji1.member, cast.stranger.member, cast.shuji2.member, without):
        with pytest.raises(ValidationError) as refusal:
            actions.delegate(assignment=post_of(cast.shuji1), member=member, starts_on=ON, ends_on=LAST, by=None, on=ON)
        assert "member" in refusal.value.message_dict
    lent(cast)
    other = build.account(build.member(cast.one))
    with pytest.raises(ValidationError, match="已由党员甲代理"):
        lent(cast, other, starts_on=LAST, ends_on=AFTER)
    assert lent(cast, other, starts_on=AFTER, ends_on=AFTER).pk


def test_taken_back_at_once_it_is_over_today(cast: Cast) -> None:
    acting = lent(cast)
    with clock.standing_on(ON + timedelta(days=3)):
        actions.end_acting(acting=acting, ends_on=ON + timedelta(days=2), by=cast.shuji1, on=ON + timedelta(days=3))
    assert standing_of(cast.dangyuan1, ON + timedelta(days=2)).is_leader
    assert not standing_of(cast.dangyuan1, ON + timedelta(days=3)).is_leader
    assert LogEntry.objects.filter(verb="end_acting").count() == 1


def test_what_had_not_begun_goes_and_the_log_keeps_the_line(cast: Cast) -> None:
    acting = lent(cast, starts_on=LAST)
    actions.end_acting(acting=acting, ends_on=ON - timedelta(days=1), by=cast.shuji1, on=ON)
    assert not PostAssignment.objects.filter(acting_for__isnull=False).exists()
    assert LogEntry.objects.get(verb="end_acting").target_name == "第一党支部代理书记 党员甲"


def test_it_cannot_be_lengthened_nor_taken_back_for_days_gone_by(cast: Cast) -> None:
    acting = lent(cast)
    for last in (AFTER, ON - timedelta(days=2)):
        with pytest.raises(ValidationError):
            actions.end_acting(acting=acting, ends_on=last, by=cast.shuji1, on=ON)


def test_with_the_holders_term_ends_what_others_do_in_his_place(cast: Cast) -> None:
    lent(cast)
    new = build.member(cast.one, "新书记")
    later = ON + timedelta(days=5)
    build.appoint(new, cast.one, Post.SECRETARY, on=later)
    assert standing_of(cast.dangyuan1, later - timedelta(days=1)).is_leader
    assert not standing_of(cast.dangyuan1, later).is_leader


def test_whoever_leaves_or_moves_away_stands_in_no_longer(cast: Cast) -> None:
    lent(cast)
    actions.transfer_member(member=cast.member1, organization=cast.two, by=None, on=ON + timedelta(days=2))
    assert not standing_of(cast.dangyuan1, ON + timedelta(days=2)).is_leader
    other = build.account(build.member(cast.one))
    lent(cast, other, starts_on=ON + timedelta(days=2))
    actions.leave(member=other.member, reason="调出", by=None, on=ON + timedelta(days=3))
    assert not standing_of(other, ON + timedelta(days=4)).is_leader


def test_who_stands_in_may_be_appointed_himself(cast: Cast) -> None:
    lent(cast)
    build.appoint(cast.member1, cast.one, Post.SECRETARY, on=ON + timedelta(days=1))
    standing = standing_of(cast.dangyuan1, ON + timedelta(days=1))
    assert standing.is_leader and not standing.acting_seats


def test_a_unit_is_not_left_to_somebody_who_only_stands_in(cast: Cast) -> None:
    actions.delegate(
        assignment=post_of(cast.zongzhi), member=cast.shuji1.member, starts_on=ON, ends_on=LAST, by=None, on=ON
    )
    office = PostAssignment.objects.get(user=cast.ganshi)
    actions.end_post(assignment=office, by=None, on=ON)
    with pytest.raises(ValidationError, match="没有能登录"):
        actions.end_post(assignment=post_of(cast.zongzhi), by=cast.ganshi, on=ON)


def test_both_are_told_when_it_begins_ends_early_and_runs_out(cast: Cast) -> None:
    def told(letter: str) -> set[str]:
        return {str(notice.person) for notice in Notice.objects.filter(letter=letter)}

    acting = actions.delegate(
        assignment=post_of(cast.shuji1), member=cast.member1, starts_on=ON, ends_on=LAST, by=cast.ganshi, on=ON
    )
    assert told("acting_lent") == {"党员甲", "书记一"}
    ReminderMark.objects.create(kind="acting_ends", since=ON, planned_on=ON, planned_at=clock.wall())
    for before, expected in [(8, set()), (7, {"党员甲", "书记一"})]:
        day = LAST - timedelta(days=before)
        with clock.standing_on(day):
            plan(on=day)
        assert told("acting_ends") == expected
    with clock.standing_on(LAST - timedelta(days=3)):
        actions.end_acting(acting=acting, ends_on=LAST - timedelta(days=3), by=cast.ganshi, on=LAST - timedelta(days=3))
    assert told("acting_returned") == {"党员甲", "书记一"}


def test_the_page_gives_it_says_it_everywhere_and_takes_it_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.shuji1)
    url = reverse("branches:post_delegate", args=[post_of(cast.shuji1).pk])
    wrong = client.post(url, {"member": cast.member1.pk, "starts_on": "2011-06-20", "ends_on": "2012-06-20"})
    assert wrong.status_code == 422 and "最长 184 天" in wrong.content.decode()
    days = {"starts_on": "2011-06-20", "ends_on": "2011-07-31", "reason": "病假"}
    assert client.post(url, {"member": cast.member1.pk, **days}).status_code == 302
    assert client.post(url, {"member": cast.stranger.member.pk, **days}).status_code == 422
    place = client.get(cast.one.get_absolute_url()).content.decode()
    assert "代理书记（代书记一）" in place and "提前结束" in place
    assert "代理书记" in client.get(cast.member1.get_absolute_url()).content.decode()
    client.force_login(cast.dangyuan1)
    banner = client.get(reverse("reports:dashboard")).content.decode()
    assert "您代理<strong>第一党支部书记</strong>（代书记一），至 2011-07-31" in banner
    acting = PostAssignment.objects.get(acting_for__isnull=False)
    back = reverse("branches:acting_end", args=[acting.pk])
    assert client.post(back, {}).status_code == 422
    assert client.post(back, {"ends_on": "2011-06-25", "reason": "提前回来"}).status_code == 302
    acting.refresh_from_db()
    assert acting.ends_on == date(2011, 6, 25)
    with clock.standing_on(date(2011, 6, 26)):
        assert "您代理" not in client.get(reverse("reports:dashboard")).content.decode()
        assert client.get(back).status_code == 403
