"""Looking at the portal as it stood on a past day."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from branches import actions
from branches.models import PostAssignment
from chuangxian.middleware import PAST_DAY
from reports.urls import urlpatterns
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging

TODAY = date(2011, 6, 20)
CHOOSE, LEAVE, HOME = (reverse(f"reports:{name}") for name in ("past_day", "past_day_leave", "dashboard"))


@pytest.fixture(autouse=True)
def campaign(db: Any, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    pledging.campaign()


def go(client: Client, day: str) -> Any:
    return client.post(CHOOSE, {"day": day})


def test_a_leader_sees_the_roster_and_posts_of_that_day_with_a_banner_and_comes_back(
    client: Client, cast: Cast
) -> None:
    newcomer = build.member(cast.one, "后来的", on=date(2011, 5, 1))
    client.force_login(cast.zongzhi)
    roster = reverse("branches:member_list")
    assert newcomer.name in client.get(roster).content.decode()
    assert go(client, "2011-04-30")["Location"] == HOME
    body = client.get(roster).content.decode()
    assert newcomer.name not in body and "2011年4月30日" in body and "只能看，不能改" in body
    assert client.post(LEAVE)["Location"] == HOME
    assert newcomer.name in client.get(roster).content.decode()


def test_nothing_can_be_written_on_a_past_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.zongzhi)
    go(client, "2011-04-30")
    answer = client.post(reverse("branches:organization_edit", args=[cast.one.pk]), {"name": "改名"})
    assert answer.status_code == 403
    assert "请先回到今天" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2011-06-20", "今天以前"),
        ("2030-01-01", "今天以前"),
        ("2009-01-01", "2010年7月21日开始"),
        ("2011-02-30", "有效的日期"),
        ("", "必填"),
    ],
)
def test_only_past_days_of_the_campaign_can_be_chosen(client: Client, cast: Cast, day: str, sentence: str) -> None:
    client.force_login(cast.zongzhi)
    answer = go(client, day)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert PAST_DAY not in client.session


def test_another_day_can_be_chosen_from_a_past_day(client: Client, cast: Cast) -> None:
    client.force_login(cast.shuji1)
    go(client, "2011-04-30")
    go(client, "2011-03-01")
    assert client.session[PAST_DAY] == "2011-03-01"


def test_members_do_not_look_back_and_find_no_door(client: Client, cast: Cast) -> None:
    client.force_login(cast.dangyuan1)
    assert go(client, "2011-04-30").status_code == 403
    assert CHOOSE not in client.get(HOME).content.decode()


def test_looking_back_ends_with_the_post_so_that_past_rights_are_not_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.shuji2)
    go(client, "2011-04-30")
    post = PostAssignment.objects.get(member__user=cast.shuji2)
    build.appoint(cast.member2, cast.two, on=date(2011, 6, 15))
    post.refresh_from_db()
    assert post.ends_on == date(2011, 6, 14)
    coverage = reverse("pledges:pledge_coverage")
    assert client.get(coverage).status_code == 403
    assert PAST_DAY not in client.session


def test_the_right_of_today_opens_the_past_not_the_right_of_then(client: Client, cast: Cast) -> None:
    actions.end_post(assignment=PostAssignment.objects.get(member__user=cast.shuji2), by=None, on=date(2011, 6, 1))
    client.force_login(cast.shuji2)
    assert client.get(CHOOSE).status_code == 403


def test_the_views_of_this_room_that_write_are_the_two_that_move_the_day() -> None:
    marked = {entry.name for entry in urlpatterns if getattr(entry.callback, "works_on_past_days", False)}
    assert marked == {"past_day", "past_day_leave"}
