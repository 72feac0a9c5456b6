"""What was not fulfilled is not forgotten: it becomes a dated item that somebody else must see closed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from branches.models import PostAssignment
from branches.states import Post
from chuangxian import clock
from chuangxian.verdicts import Refused
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.models import Pledge, PledgeCycle
from pledges.states import Outcome, State
from schedule import sources
from schedule.models import ActionItem, Notice
from schedule.states.items import ItemState, Source
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON
from tests.schedule import items as raising

WHY = "下半年抽调外出"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def reported(pledge: Pledge, by: User, *outcomes: str) -> Pledge:
    """A report with these outcomes, item by item."""
    given = [Account(outcome, "" if outcome == Outcome.FULFILLED else WHY) for outcome in outcomes]
    accounts = {item.pk: account for item, account in zip(pledge.items.all(), given, strict=True)}
    fulfilling.report(pledge=pledge, accounts=accounts, summary="", version=pledge.version, by=by, on=ON)
    return build.again(pledge)


def appraised(pledge: Pledge, by: User, **found: Any) -> Pledge:
    given = {"outcomes": {}, "opinion": "请整改"} | found
    fulfilling.appraise(pledge=pledge, version=pledge.version, by=by, on=ON, **given)
    return build.again(pledge)


def members(cast: Cast, cycle: PledgeCycle) -> Pledge:
    """A pledge of 党员甲, one item under a standard."""
    standard = build.Standard.objects.get(key="five_takes_the_lead_one")
    texts = [build.text("听评课四十节", standard=standard), build.text("写调研报告"), build.text("编题库")]
    return build.published(cycle, cast.dangyuan1, cast.shuji1, items=texts)


def test_each_item_found_unfulfilled_raises_one_and_the_others_none(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = reported(members(cast, cycle), cast.dangyuan1, Outcome.UNFULFILLED, Outcome.EXCUSED, Outcome.FULFILLED)
    assert not ActionItem.objects.exists()
    pledge = appraised(pledge, cast.shuji1)
    (raised,) = ActionItem.objects.all()
    one = pledge.items.all()[0]
    assert (raised.source, raised.source_type, raised.source_id) == (Source.PLEDGE, "pledges.pledgeitem", one.pk)
    assert (raised.problem, raised.cause, raised.standard) == ("承诺未兑现：听评课四十节", WHY, one.standard)
    assert (raised.organization, raised.member, raised.responsible) == (cast.one, cast.member1, cast.member1)
    assert (raised.due_on, raised.raised_on) == (ON + timedelta(days=settings.RECTIFY_DAYS), ON)
    assert (raised.raised_by, raised.verifying, raised.state) == (cast.shuji1, cast.one, ItemState.OPEN)
    assert raised.source_name == "党员甲2011年承诺书第 1 项"
    assert [str(notice.person) for notice in Notice.objects.filter(letter="action_raised")] == ["党员甲"]


def test_what_the_reviewer_corrects_counts_not_what_was_reported(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = reported(members(cast, cycle), cast.dangyuan1, Outcome.UNFULFILLED, Outcome.FULFILLED, Outcome.FULFILLED)
    one, two, _ = pledge.items.all()
    appraised(pledge, cast.shuji1, outcomes={one.pk: Outcome.FULFILLED, two.pk: Outcome.UNFULFILLED}, opinion="核对过")
    assert [item.problem for item in ActionItem.objects.all()] == ["承诺未兑现：写调研报告"]


def test_for_an_organisation_the_member_named_answers_else_its_secretary(cast: Cast, cycle: PledgeCycle) -> None:
    texts = [build.text("甲", responsible_member=cast.member1), build.text("乙")]
    pledge = build.published(
        cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one, items=texts
    )
    appraised(reported(pledge, cast.shuji1, Outcome.UNFULFILLED, Outcome.UNFULFILLED), cast.zongzhi)
    found = [(str(i.responsible), i.member, i.organization, i.verifying) for i in ActionItem.objects.order_by("pk")]
    assert found == [("党员甲", None, cast.one, cast.general), ("书记一", None, cast.one, cast.general)]


def test_a_general_branchs_goes_to_its_office_to_be_verified(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.zongzhi, cast.ganshi, publisher=cast.zongzhi, organization=cast.general)
    appraised(reported(pledge, cast.zongzhi, Outcome.UNFULFILLED), cast.ganshi, opinion="上级评定：未兑现")
    (raised,) = ActionItem.objects.all()
    assert (raised.responsible, raised.verifying) == (cast.zongzhi.member, None)


def test_where_nobody_leads_any_more_the_appraisal_says_what_is_missing_and_nothing_is_done(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.published(cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one)
    pledge = reported(pledge, cast.shuji1, Outcome.UNFULFILLED)
    PostAssignment.objects.filter(organization=cast.one).update(ends_on=date(2011, 6, 19))
    with pytest.raises(Refused, match="第一党支部现在没有书记、副书记"):
        appraised(pledge, cast.zongzhi)
    assert build.again(pledge).state == State.REPORTED and not ActionItem.objects.exists()
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY, on=ON)
    appraised(build.again(pledge), cast.zongzhi)
    assert ActionItem.objects.get().responsible == deputy


def test_a_long_item_and_a_long_explanation_are_kept_whole_and_can_still_be_edited(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("长" * 500)])
    accounts = {pledge.items.get().pk: Account(Outcome.UNFULFILLED, "因" * 1000)}
    fulfilling.report(pledge=pledge, accounts=accounts, summary="", version=pledge.version, by=cast.dangyuan1, on=ON)
    appraised(build.again(pledge), cast.shuji1)
    raised = raising.again(ActionItem.objects.get())
    assert (raised.problem, raised.cause) == ("承诺未兑现：" + "长" * 500, "因" * 1000)
    client = signed_in(cast.dangyuan1)
    typed = {"cause": raised.cause, "measure": "补上", "version": raised.version}
    assert client.post(reverse("schedule:item_plan", args=[raised.pk]), typed).status_code == 302


def test_an_item_carried_over_to_the_next_year_leaves_its_action_item_as_it_is(cast: Cast, cycle: PledgeCycle) -> None:
    appraised(
        reported(members(cast, cycle), cast.dangyuan1, Outcome.UNFULFILLED, Outcome.FULFILLED, Outcome.FULFILLED),
        cast.shuji1,
    )
    following, day = build.cycle(cast.general, 2012), date(2012, 2, 1)
    raised = raising.again(ActionItem.objects.get())
    pledge = build.draft(following, cast.dangyuan1, items=[build.text("新的", due_on=date(2012, 6, 1))], on=day)
    assert writing.carry_over(pledge=pledge, version=pledge.version, by=cast.dangyuan1, on=day) == 1
    assert raising.again(raised) == raised and raising.again(raised).state == ItemState.OPEN
    assert raising.verified(raised, cast.dangyuan1, cast.shuji1).state == ItemState.VERIFIED


# ---- pages ----


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_item_leads_to_the_pledge_and_the_pledge_shows_how_the_item_stands(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = reported(members(cast, cycle), cast.dangyuan1, Outcome.UNFULFILLED, Outcome.FULFILLED, Outcome.FULFILLED)
    appraised(pledge, cast.shuji1)
    raised = ActionItem.objects.get()
    url = reverse("pledges:pledge_detail", args=[pledge.pk])
    assert sources.url_of(raised) == url
    page = signed_in(cast.dangyuan1).get(raised.get_absolute_url()).content.decode()
    assert f'href="{url}"' in page and "党员甲2011年承诺书第 1 项" in page
    raising.submitted(raised, cast.dangyuan1, on=ON)
    page = signed_in(cast.shuji1).get(url).content.decode()
    assert "没有兑现的，整改情况" in page and raised.get_absolute_url() in page and "待验收" in page


def test_who_reads_the_pledge_on_the_wall_only_does_not_see_its_action_items(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = reported(members(cast, cycle), cast.dangyuan1, Outcome.UNFULFILLED, Outcome.FULFILLED, Outcome.FULFILLED)
    appraised(pledge, cast.shuji1)
    page = signed_in(cast.dangyuan2).get(reverse("pledges:pledge_detail", args=[pledge.pk]))
    assert page.status_code == 200 and "整改情况" not in page.content.decode()


def test_the_page_of_a_source_that_is_gone_is_nothing(db: None) -> None:
    assert sources.url_of(ActionItem(source_type="pledges.pledgeitem", source_id=10**6)) == ""
    assert sources.url_of(ActionItem()) == ""


def test_every_origin_names_a_model_of_the_portal() -> None:
    models = [sources.model_of(ActionItem(source_type=origin.model)) for origin in sources.every()]
    assert [model._meta.label_lower for model in models] == [origin.model for origin in sources.every()]
    assert "pledges.pledgeitem" in [origin.model for origin in sources.every()]
