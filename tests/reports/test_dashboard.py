"""The first page: what waits for whom, and how far things have come."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches import actions
from branches.models import PostAssignment
from branches.scope import standing_of
from branches.states import Post
from pledges.actions import fulfilling, writing
from pledges.models import PledgeCycle
from reports.queries import progress, waiting
from schedule.models import Standard
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import build as reviewing

ON = date(2011, 6, 20)
HOME = reverse("reports:dashboard")


@pytest.fixture
def cycle(cast: Cast, settings: Any) -> PledgeCycle:
    settings.CHUANGXIAN_TODAY = ON
    return pledging.cycle(cast.general)


def page(client: Client, user: Any) -> str:
    client.force_login(user)
    answer = client.get(HOME)
    assert answer.status_code == 200
    return answer.content.decode()


def tasks(client: Client, user: Any) -> dict[str, waiting.Task]:
    """What waits for the person, by what it says."""
    client.force_login(user)
    return {task.label: task for task in client.get(HOME).context["tasks"]}


# ---- what waits for me ----


def test_who_has_not_pledged_is_led_to_where_a_pledge_is_begun(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    found = tasks(client, cast.dangyuan1)
    assert list(found) == ["写我的 2011 年承诺书"]
    task = found["写我的 2011 年承诺书"]
    assert (task.url, task.due_on) == (reverse("pledges:pledge_start"), cycle.submit_by)


def test_retired_members_are_not_pressed(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    retired = build.account(build.member(cast.one, "老党员", member_type="retired"))
    assert tasks(client, retired) == {}


def test_a_returned_pledge_comes_with_the_readers_words_and_a_link_to_itself(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = pledging.submitted(cycle, cast.dangyuan1)
    note = "请写明听课节数。"
    writing.act(pledge=pledge, verb="return", note=note, version=pledge.version, by=cast.shuji1, on=pledging.APPROVED)
    found = tasks(client, cast.dangyuan1)
    assert list(found) == ["我的承诺书被退回，请修改后再交"]
    task = found["我的承诺书被退回，请修改后再交"]
    assert task.due_on == cycle.submit_by
    assert (task.note, task.url) == ("请写明听课节数。", reverse("pledges:pledge_detail", args=[pledge.pk]))
    assert "请写明听课节数。" in page(client, cast.dangyuan1)


def test_nobody_is_late_with_what_came_after_the_day_was_over(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    came = date(2011, 6, 2)
    pledge = pledging.submitted(cycle, cast.dangyuan1, on=came)
    to_review = tasks(client, cast.shuji1)["等我审的承诺"]
    assert (to_review.due_on, to_review.note) == (None, "期限过后才转来的，最早的一份是 6 月 2 日。")
    pledging.submitted(cycle, cast.zongzhi)
    assert tasks(client, cast.shuji1)["等我审的承诺"].due_on == cycle.review_by
    writing.act(pledge=pledge, verb="return", note="太空", version=pledge.version, by=cast.shuji1, on=ON)
    assert tasks(client, cast.dangyuan1)["我的承诺书被退回，请修改后再交"].due_on is None


def test_a_new_edition_is_not_bound_to_the_day_of_the_first(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    pledge = pledging.published(cycle, cast.dangyuan1, cast.shuji1)
    writing.revise(pledge=pledge, reason="工作调整", by=cast.dangyuan1, on=ON)
    assert tasks(client, cast.dangyuan1)["我的承诺书还没有提交"].due_on is None


def test_items_overdue_and_soon_due_are_counted_with_their_first_day(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    days = [date(2011, 5, 31), date(2011, 6, 19), date(2011, 6, 20), date(2011, 7, 4), date(2011, 7, 5)]
    pledging.published(cycle, cast.dangyuan1, cast.shuji1, items=[pledging.text(f"第{day}项", day) for day in days])
    found = tasks(client, cast.dangyuan1)
    overdue = found["我的承诺书：已过完成时限、还没有说明的事项"]
    soon = found["我的承诺书：14 天内到期的事项"]
    assert (overdue.count, overdue.due_on) == (2, date(2011, 5, 31))
    assert (soon.count, soon.due_on) == (2, date(2011, 6, 20))
    assert "已过 20 天" in page(client, cast.dangyuan1)


def test_a_settled_item_waits_no_longer(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    pledge = pledging.published(cycle, cast.dangyuan1, cast.shuji1, items=[pledging.text(due_on=date(2011, 5, 31))])
    item = pledging.only_item(pledge)
    accounts = {item.pk: fulfilling.Account("fulfilled")}
    fulfilling.account_for(
        pledge=pledge, accounts=accounts, summary="", version=pledge.version, by=cast.dangyuan1, on=date(2011, 6, 1)
    )
    assert tasks(client, cast.dangyuan1) == {}


def test_an_item_of_the_branchs_pledge_waits_for_the_member_who_answers_for_it(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    items = [
        pledging.text("支部事项", date(2011, 6, 25), responsible_member=cast.member1),
        pledging.text("别人的事项", date(2011, 6, 25)),
    ]
    pledging.published(cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one, items=items)
    found = tasks(client, cast.dangyuan1)["第一党支部的承诺书：14 天内到期的事项"]
    assert found.count == 1
    assert tasks(client, cast.shuji1)["第一党支部的承诺书：14 天内到期的事项"].count == 2


def test_a_secretary_is_told_what_to_review_and_who_is_missing(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    pledging.submitted(cycle, cast.dangyuan1)
    found = tasks(client, cast.shuji1)
    assert found["等我审的承诺"].count == 1
    assert found["等我审的承诺"].url == reverse("pledges:review_list")
    assert {"写我的 2011 年承诺书", "写第一党支部的 2011 年承诺书"} <= set(found)
    missing = found["还没有提交承诺的党员和党组织"]
    assert missing.count == 2, "总支书记 and the secretary himself; the branch's own stands above as a task of its own"
    assert "等我审的承诺" not in tasks(client, cast.shuji2)


def test_the_keepers_of_the_roster_are_told_of_a_branch_without_a_secretary(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    assert "第二党支部没有书记" not in tasks(client, cast.ganshi)
    post = PostAssignment.objects.get(member__user=cast.shuji2, post=Post.SECRETARY)
    actions.end_post(assignment=post, by=cast.ganshi, on=date(2011, 6, 1))
    assert tasks(client, cast.ganshi)["第二党支部没有书记"].url == cast.two.get_absolute_url()
    assert "第二党支部没有书记" not in tasks(client, cast.shuji1)


def test_the_administrator_is_told_of_initial_passwords_and_sees_no_content(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    pledging.published(cycle, cast.dangyuan1, cast.shuji1)
    build.user("xinren", "新人", must_change_password=True)
    found = tasks(client, cast.guanli)
    assert found["发了初始密码、本人还没有修改的账号"].count == 1
    body = page(client, cast.guanli)
    assert "第一党支部" not in body and "看不到党内材料" in body


def test_every_task_leads_to_a_page_that_opens(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    pledging.submitted(cycle, cast.dangyuan1)
    pledging.approved(cycle, cast.dangyuan2, cast.shuji2)
    for user in cast.users().values():
        for task in tasks(client, user).values():
            assert client.get(task.url).status_code == 200, (user, task)


# ---- how far things have come ----


def test_branches_stand_in_the_order_of_the_tree_with_numerator_and_denominator(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    pledging.published(cycle, cast.dangyuan2, cast.shuji2, items=[pledging.text(due_on=date(2011, 5, 31))])
    pledging.submitted(cycle, cast.dangyuan1)
    found = progress.comparison(standing_of(cast.zongzhi, ON), cycle, ON)
    rows = [
        (str(line.organization), line.coverage.submitted, line.coverage.published, line.coverage.due, line.rate.due)
        for line in found.lines
    ]
    assert rows == [("教研室党总支", 0, 0, 0, 0), ("第一党支部", 1, 0, 3, 0), ("第二党支部", 1, 1, 2, 1)]
    assert (found.total.coverage.submitted, found.total.coverage.due, found.total.rate.overdue) == (2, 5, 1)


def test_a_branch_secretary_sees_his_branch_alone(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    found = progress.comparison(standing_of(cast.shuji2, ON), cycle, ON)
    assert found.is_alone and str(found.lines[0].organization) == "第二党支部"
    body = page(client, cast.shuji2)
    assert "第二党支部的承诺" in body and "第一党支部" not in body


def test_a_member_sees_no_comparison(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    assert "各支部进度" not in page(client, cast.dangyuan1)


def test_each_standard_says_what_was_promised_due_fulfilled_recorded_and_evidenced(
    cast: Cast, cycle: PledgeCycle
) -> None:
    standard = Standard.objects.get(key="five_takes_the_lead_one")
    items = [
        pledging.text("到期的", date(2011, 5, 31), standard=standard),
        pledging.text("未到期", date(2011, 11, 30), standard=standard),
    ]
    pledge = pledging.published(cycle, cast.dangyuan1, cast.shuji1, items=items)
    first = pledge.items.first()
    assert first is not None
    for text in ("第一次", "第二次"):
        fulfilling.enter(item=first, day=date(2011, 5, 1), text=text, files=[], by=cast.dangyuan1, on=date(2011, 5, 2))
    goods, leads = progress.standards(cycle, [cast.one.path], ON)
    assert [(line.items, line.entries) for line in goods.lines] == [(0, 0)], "nothing promised is a line, too"
    (line,) = leads.lines
    assert (line.items, line.due, line.fulfilled, line.entries, line.evidenced) == (2, 1, 0, 2, 0)
    (elsewhere,) = progress.standards(cycle, [cast.two.path], ON)[1].lines
    assert elsewhere.items == 0


def test_the_general_branchs_page_costs_the_same_queries_whatever_the_rows(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    reviewing.round_of(cast.general)
    client.force_login(cast.zongzhi)
    client.get(HOME)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    assert len(few) <= 50
    for number in range(3):
        branch = build.branch(cast.general)
        secretary = build.account(build.member(branch))
        build.appoint(secretary.member, branch)
        for _ in range(4):
            author = build.account(build.member(branch))
            pledging.published(
                cycle, author, secretary, items=[pledging.text(), pledging.text("另一项", date(2011, 5, number + 1))]
            )
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)
    assert len(many) == len(few)


# ---- before anything is there, and for those outside ----


def test_an_empty_site_has_a_first_page_for_everybody(client: Client, cast: Cast) -> None:
    assert "活动方案还没有载入" in client.get(HOME).content.decode()
    for user in cast.users().values():
        assert "眼下没有待办的事" in page(client, user)


def test_the_front_page_shows_the_campaign_and_what_hangs_on_the_wall(
    client: Client, cast: Cast, cycle: PledgeCycle
) -> None:
    pledging.published(cycle, cast.dangyuan1, cast.shuji1)
    pledging.submitted(cycle, cast.dangyuan2)
    body = client.get(HOME).content.decode()
    assert "党组织 <strong>0</strong> 份，党员 <strong>1</strong> 份" in body
    assert reverse("accounts:sign_in") in body and reverse("pledges:pledge_wall") in body


def test_the_front_page_costs_few_queries_and_names_nobody(client: Client, cast: Cast, cycle: PledgeCycle) -> None:
    pledging.published(cycle, cast.dangyuan1, cast.shuji1)
    with CaptureQueriesContext(connection) as queries:
        body = client.get(HOME).content.decode()
    assert len(queries) <= 10
    assert "党员甲" not in body
