"""Rounds: opened for a semester with days that fit it, changed while they run."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chuangxian import clock
from reviews.models import CommentRound
from reviews.queries import rounds as queries
from tests.conftest import Cast
from tests.reviews.build import ON, round_of, semester

DAYS = {
    "name": "上半年点评",
    "opens_on": "2011-05-03",
    "self_review_by": "2011-06-10",
    "closes_on": "2011-06-25",
    "rectify_by": "2011-09-30",
    "publicity": "branch",
}


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_days_proposed_fit_the_semester(cast: Cast) -> None:
    spring = semester()
    semester("2011-autumn", date(2011, 9, 1), date(2012, 1, 12))
    assert queries.proposed_days(spring) == {
        "opens_on": date(2011, 5, 12),
        "self_review_by": date(2011, 6, 11),
        "closes_on": date(2011, 6, 25),
        "rectify_by": date(2011, 9, 30),
    }


def test_the_semester_that_runs_is_proposed_and_another_can_be_chosen(cast: Cast) -> None:
    spring, autumn = semester(), semester("2011-autumn", date(2011, 9, 1), date(2012, 1, 12))
    client, url = signed_in(cast.ganshi), reverse("reviews:round_add")
    assert client.get(url).context["semester"] == spring
    assert client.get(url, {"semester": autumn.pk}).context["semester"] == autumn
    made = client.post(url, DAYS | {"semester": spring.pk})
    assert made.url == reverse("reviews:round_detail", args=[CommentRound.objects.get().pk])  # type: ignore[attr-defined]
    assert client.get(url).context["semester"] == autumn
    assert client.post(url, DAYS | {"semester": spring.pk}).status_code == 403


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closes_on": "2011-06-01"}, "不能早于“对照检查截止”。"),
        ({"opens_on": "五月"}, "日期请写成 2011-06-30 的样子。"),
        ({"rectify_by": ""}, "请填日期。"),
    ],
)
def test_days_that_are_wrong_come_back_with_a_sentence(cast: Cast, change: dict[str, str], sentence: str) -> None:
    data = DAYS | change | {"semester": semester().pk}
    response = signed_in(cast.zongzhi).post(reverse("reviews:round_add"), data)
    assert response.status_code == 422 and sentence in response.content.decode()
    assert "上半年点评" in response.content.decode()


def test_two_who_change_a_round_see_each_others_days(cast: Cast) -> None:
    round_ = round_of(cast.general)
    url = reverse("reviews:round_edit", args=[round_.pk])
    assert signed_in(cast.zongzhi).post(url, DAYS | {"version": 1}).status_code == 302
    late = signed_in(cast.ganshi).post(url, DAYS | {"version": 1, "name": "我起的名字"})
    assert late.status_code == 409
    assert "我起的名字" in late.content.decode() and "上半年点评" in late.content.decode()
    again = DAYS | {"version": late.context["version"], "name": "我起的名字"}
    assert signed_in(cast.ganshi).post(url, again).status_code == 302
    assert CommentRound.objects.get().name == "我起的名字"


@pytest.mark.parametrize(
    ("on", "stage"),
    [
        (date(2011, 5, 2), "尚未开始"),
        (date(2011, 6, 10), "对照检查"),
        (date(2011, 6, 25), "领导点评"),
        (date(2011, 6, 26), "点评已到期"),
    ],
)
def test_a_round_says_where_it_stands(cast: Cast, on: date, stage: str) -> None:
    assert queries.stage(round_of(cast.general), on) == stage
