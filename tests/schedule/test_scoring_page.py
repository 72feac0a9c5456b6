"""The switch of scoring and its bands, on the page."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry
from chuangxian import clock
from chuangxian.verdicts import Refused
from schedule.actions import scoring as actions
from schedule.actions.plan import load_plan
from schedule.models import ScoringScheme
from schedule.plan_file import read_plan
from schedule.states.indicators import BANDS
from tests.conftest import Cast
from tests.pledges.build import campaign
from tests.schedule.indicators import ADDED, scoring
from tests.schedule.original import TOML

pytestmark = pytest.mark.django_db

PAGE = "schedule:scoring_edit"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ADDED):
        yield


@pytest.fixture
def office(cast: Cast) -> Client:
    campaign()
    client = Client()
    client.force_login(cast.ganshi)
    return client


def posted(*bands: tuple[str, str], version: int = 1, on: bool = True) -> dict[str, Any]:
    data: dict[str, Any] = {"version": version} | ({"enabled": "on"} if on else {})
    for row, (label, start) in enumerate(bands):
        data |= {f"label_{row}": label, f"from_{row}": start}
    return data


def post(client: Client, *bands: tuple[str, str], **more: Any) -> Any:
    return client.post(reverse(PAGE), posted(*bands, **more))


def test_it_starts_off_with_bands_to_choose_and_is_switched_on_and_off(office: Client) -> None:
    text = office.get(reverse(PAGE)).content.decode()
    assert all(f'value="{band["label"]}"' in text for band in BANDS) and "checked" not in text
    assert post(office, ("优", "95"), ("差", "0"), ("良", "85")).status_code == 302
    scheme = ScoringScheme.objects.get()
    assert scheme.enabled and scheme.bands == [
        {"from": 95, "label": "优"},
        {"from": 85, "label": "良"},
        {"from": 0, "label": "差"},
    ]
    assert "20 分" in office.get(reverse("schedule:indicator_list")).content.decode()
    post(office, ("优", "95"), ("差", "0"), version=scheme.version, on=False)
    assert not ScoringScheme.objects.get().enabled
    assert "20 分" not in office.get(reverse("schedule:indicator_list")).content.decode()
    labels = LogEntry.objects.filter(verb="scoring_decide").order_by("pk").values_list("label", flat=True)
    assert list(labels) == ["打开计分", "关闭计分"]


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([("好", "90"), ("一般", "60")], "最低的等次“一般”要从 0 开始，现在从 60 开始，低分就没有等次了。"),
        ([("好", "90"), ("较好", "90"), ("差", "0")], "已经有一个等次从 90 分起。"),
        ([("好", "90"), ("好", "0")], "“好”写了两次。"),
        ([("", "90"), ("差", "0")], "请写等次的名称；不要这一行就把起点也清空。"),
        ([("好", ""), ("差", "0")], "请写“好”从多少分起。"),
        ([("好", "101"), ("差", "0")], "起点在 0 到 100 之间。"),
        ([("好", "很高"), ("差", "0")], "请填写整数。"),
        ([], "至少要有一个等次。"),
    ],
)
def test_bands_that_leave_a_gap_are_refused_and_come_back_as_typed(
    office: Client, bands: list[tuple[str, str]], said: str
) -> None:
    response = post(office, *bands)
    text = response.content.decode()
    assert response.status_code == 422 and said in text and "checked" in text
    assert all(f'value="{part}"' in text for band in bands for part in band)
    assert not ScoringScheme.objects.exists()


def test_of_two_who_decide_at_once_the_second_sees_both_and_can_go_on(office: Client) -> None:
    post(office, ("优", "95"), ("差", "0"))
    response = post(office, ("甲等", "80"), ("乙等", "0"))
    text = response.content.decode()
    assert response.status_code == 409 and "优 95 分起，差 0 分起" in text and 'value="甲等"' in text
    version = ScoringScheme.objects.get().version
    assert f'name="version" value="{version}"' in text
    assert post(office, ("甲等", "80"), ("乙等", "0"), version=version).status_code == 302


def test_a_page_without_a_plan_says_so(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ganshi)
    assert "还没有装入活动方案" in client.get(reverse(PAGE)).content.decode()


def test_whoever_does_not_keep_the_plan_decides_nothing(cast: Cast) -> None:
    found = campaign()
    for user in (cast.shuji1, cast.dangyuan1, cast.guanli):
        with pytest.raises(Refused, match="计分办法由本单位"):
            actions.decide(campaign=found, enabled=True, bands=BANDS, version=1, by=user, on=ADDED)
    assert not ScoringScheme.objects.exists()


FILE = "\n[scoring]\nenabled = true\nweight = 20\n"


@pytest.mark.parametrize("given", ["", FILE])
def test_what_was_decided_on_the_page_is_left_to_the_page_when_the_file_is_loaded_again(cast: Cast, given: str) -> None:
    content = (TOML.read_text(encoding="utf-8") + given).encode()
    load_plan(plan=read_plan(content), by=None, on=ADDED)
    client = Client()
    client.force_login(cast.ganshi)
    wanted = not given
    post(client, ("优", "95"), ("差", "0"), on=wanted)
    assert load_plan(plan=read_plan(content), by=None, on=ADDED).moved is False
    scheme = ScoringScheme.objects.get()
    assert scheme.enabled is wanted and [band["label"] for band in scheme.bands] == ["优", "差"]


def test_a_scheme_of_the_file_leaves_with_the_file(cast: Cast) -> None:
    load_plan(plan=read_plan((TOML.read_text(encoding="utf-8") + FILE).encode()), by=None, on=ADDED)
    assert load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=ADDED).removed == ["计分办法：创先争优计分办法"]


def test_points_are_placed_at_the_edges_of_their_bands(cast: Cast) -> None:
    scheme = scoring()
    places = {
        "100": "好",
        "90": "好",
        "89.5": "较好",
        "80": "较好",
        "79.5": "一般",
        "60": "一般",
        "59.5": "较差",
        "0": "较差",
    }
    assert {points: scheme.band_of(Decimal(points), 100) for points in places} == places
