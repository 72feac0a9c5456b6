"""党建品牌: who writes and publishes it, where its activities come from, what its pages say and to whom."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from awards.actions import brands as actions
from awards.models import PartyBrand
from awards.queries import brands as queries
from awards.states import BrandState
from awards.workflow.brands import BRAND
from branches.states import Post
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from schedule.actions.activities import withdraw_activity
from tests import build as people
from tests.awards import build_brands as build
from tests.awards.build_brands import ON, WRITTEN
from tests.conftest import Cast
from tests.schedule import activities

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


@pytest.fixture(autouse=True)
def on_that_day(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


@pytest.fixture
def users(cast: Cast) -> dict[str, User]:
    """The cast with a commissioner in the first branch."""
    member = people.member(cast.one, "宣传委员")
    people.appoint(member, cast.one, Post.PUBLICITY_COMMISSIONER)
    return cast.users() | {"xuanchuan1": people.account(member, "xuanchuan1")}


# ---- the table of moves ----

WRITES = {"shuji1", "xuanchuan1", "ganshi"}
PUBLISHES = {"shuji1", "zongzhi", "ganshi"}


def test_who_may_do_what_in_every_state(cast: Cast, users: dict[str, User]) -> None:
    brand = build.drafted(cast.one, cast.shuji1)
    found = {}
    for state in BrandState:
        PartyBrand.objects.filter(pk=brand.pk).update(state=state)
        brand = build.again(brand)
        for verb in BRAND.moves:
            if may := {name for name, user in users.items() if BRAND.verdict(brand, verb, by=user, on=ON)}:
                found[state, verb] = may
    assert found == {
        ("draft", "publish"): PUBLISHES,
        ("published", "withdraw"): PUBLISHES,
        ("published", "retire"): PUBLISHES,
        ("retired", "revive"): PUBLISHES,
    }


@pytest.mark.parametrize(
    ("state", "who"), [("draft", WRITES), ("published", WRITES - {"xuanchuan1"}), ("retired", set())]
)
def test_who_may_change_its_words_in_every_state(state: str, who: set[str], cast: Cast, users: dict[str, User]) -> None:
    brand = build.drafted(cast.one, cast.shuji1)
    PartyBrand.objects.filter(pk=brand.pk).update(state=state)
    found = set()
    for name, user in users.items():
        brand = build.again(brand)
        try:
            actions.change(brand=brand, text=build.text(results=name), version=brand.version, by=user, on=ON)
        except Refused:
            continue
        found.add(name)
    assert found == who


def test_the_table_is_whole_and_the_documents_show_it() -> None:
    assert BRAND.unreachable() == set() and BRAND.dead_ends() == set()
    assert f"```mermaid\n{BRAND.diagram()}```\n" in DOCUMENT.read_text()


def test_it_is_published_only_with_measures_and_a_carrier(cast: Cast) -> None:
    bare = build.drafted(cast.one, cast.shuji1, measures="", carriers=[])
    with pytest.raises(Refused, match="还缺“主要做法”和活动载体"):
        actions.act(brand=bare, verb="publish", by=cast.shuji1, on=ON)
    whole = build.published(cast.two, cast.shuji2)
    assert (whole.state, whole.published_on) == (BrandState.PUBLISHED, WRITTEN)


def test_taken_back_and_published_again_it_keeps_its_first_day(cast: Cast) -> None:
    brand = build.published(cast.one, cast.shuji1)
    with pytest.raises(Refused, match="必须写明收回的原因"):
        actions.act(brand=brand, verb="withdraw", by=cast.shuji1, on=ON)
    actions.act(brand=brand, verb="withdraw", note="改成效", by=cast.shuji1, on=ON)
    actions.act(brand=brand, verb="publish", by=cast.shuji1, on=ON)
    assert build.again(brand).published_on == WRITTEN
    actions.act(brand=brand, verb="retire", note="换届", by=cast.zongzhi, on=ON)
    assert build.again(brand).retired_on == ON
    actions.act(brand=brand, verb="revive", note="继续做", by=cast.zongzhi, on=ON)
    assert build.again(brand).retired_on is None


def test_a_name_stands_once_in_an_organisation(cast: Cast) -> None:
    build.drafted(cast.one, cast.shuji1)
    with pytest.raises(ValidationError, match="已经有同名的品牌"):
        build.drafted(cast.one, cast.ganshi)
    assert build.drafted(cast.two, cast.shuji2).name == build.BRAND
    other = build.drafted(cast.one, cast.shuji1, name="另一个")
    with pytest.raises(ValidationError, match="已经有同名的品牌"):
        actions.change(brand=other, text=build.text(), version=other.version, by=cast.shuji1, on=ON)


def test_a_change_tells_what_it_was_and_one_on_an_older_reading_is_a_conflict(cast: Cast) -> None:
    brand = build.published(cast.one, cast.shuji1)
    stale = build.again(brand)
    new = build.text(results="听课二百节", carriers=[activities.carrier("service")])
    actions.change(brand=brand, text=new, version=brand.version, by=cast.shuji1, on=ON)
    assert LogEntry.objects.of(brand).get(verb="change_brand").changes == {
        "results": ["", "听课二百节"],
        "carriers": [["research载体"], ["service载体"]],
    }
    with pytest.raises(Conflict):
        actions.change(brand=stale, text=build.text(), version=stale.version, by=cast.shuji1, on=ON)


# ---- its activities ----


def test_its_activities_come_from_the_organisation_s_own_and_those_below_it(cast: Cast) -> None:
    own = activities.activity(cast.one, cast.shuji1, cast.member1, served=40)
    foreign = activities.activity(cast.two, cast.shuji2, cast.member2)
    brand = build.carried_by(build.drafted(cast.one, cast.shuji1), cast.shuji1, own.pk, foreign.pk, 10**8)
    assert list(brand.activities.all()) == [own]
    unit = build.carried_by(build.drafted(cast.general, cast.zongzhi), cast.zongzhi, own.pk, foreign.pk)
    assert set(unit.activities.all()) == {own, foreign}
    assert queries.carried_by(unit, ON) == queries.Carried(2, 2, 40)
    withdraw_activity(activity=foreign, reason="重复", version=1, by=cast.shuji2, on=ON)
    assert queries.carried_by(unit, ON) == queries.Carried(1, 1, 40)
    assert queries.for_lists(PartyBrand.objects.filter(pk=unit.pk), ON).get().held == 1


def test_a_page_of_choices_leaves_what_is_not_on_it_alone(cast: Cast) -> None:
    first, second, third = (activities.activity(cast.one, cast.shuji1, title=f"活动{one}") for one in range(3))
    brand = build.carried_by(build.drafted(cast.one, cast.shuji1), cast.shuji1, first.pk, second.pk)
    number = actions.choose_activities(
        brand=brand, shown=[second.pk, third.pk], chosen=[third.pk], version=brand.version, by=cast.shuji1, on=ON
    )
    assert number == 2 and set(brand.activities.all()) == {first, third}
    last = LogEntry.objects.of(brand).filter(verb="choose_activities").last()
    assert last is not None and last.changes == {"activities": [["活动1"], ["活动2"]]}
    with pytest.raises(Conflict):
        actions.choose_activities(brand=brand, shown=[], chosen=[], version=1, by=cast.shuji1, on=ON)


# ---- its pages ----


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"awards:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def typed(place: Any = None, **fields: Any) -> dict[str, Any]:
    """What the form posts."""
    text = build.text()
    data = dict(text.fields) | {"carriers": [one.pk for one in text.carriers]}
    return data | ({"organization": place.pk} if place is not None else {}) | fields


def test_a_branch_writes_chooses_and_publishes(client: Client, cast: Cast) -> None:
    held = activities.activity(cast.one, cast.shuji1, cast.member1)
    as_(client, cast.shuji1).post(reverse("awards:brand_add"), typed(cast.one))
    brand = PartyBrand.objects.get()
    url = reverse("awards:brand_activities", args=[brand.pk])
    assert activities.TITLE in client.get(url).content.decode()
    client.post(url, {"version": brand.version, "shown": [held.pk], "picked": [held.pk]})
    assert "checked" in page(client, "brand_activities", brand.pk, query="?show=chosen")
    brand = build.again(brand)
    move = reverse("awards:brand_move", args=[brand.pk])
    assert client.post(move, {"verb": "publish", "version": brand.version}).status_code == 302
    html = page(as_(client, cast.dangyuan2), "brand_detail", brand.pk)
    # whoever may not read the activity finds its name without a link
    assert build.MEANING in html and activities.TITLE in html and held.get_absolute_url() not in html
    assert held.get_absolute_url() in page(as_(client, cast.dangyuan1), "brand_detail", brand.pk)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"name": " "}, "请写品牌名称"), ({"goal": ""}, "请写创建目标"), ({"carriers": ["0"]}, "选择")],
)
def test_what_does_not_fit_is_given_back_with_the_sentence(
    given: dict[str, Any], sentence: str, client: Client, cast: Cast
) -> None:
    response = as_(client, cast.shuji1).post(reverse("awards:brand_add"), typed(cast.one, **given))
    html = response.content.decode()
    assert response.status_code == 422 and sentence in html and build.MEANING in html
    assert not PartyBrand.objects.exists()


def test_what_was_typed_and_not_saved_is_there_again(client: Client, cast: Cast) -> None:
    brand = build.drafted(cast.one, cast.shuji1)
    url = reverse("awards:brand_autosave", args=[brand.pk])
    data = typed(results="写到一半的成效", version=brand.version)
    assert as_(client, cast.shuji1).post(url, data).status_code == 200
    assert "写到一半的成效" in page(client, "brand_edit", brand.pk)
    assert client.post(url, data | {"version": brand.version + 1}).status_code == 409
    assert client.post(reverse("awards:brand_edit", args=[brand.pk]), data).status_code == 302
    assert "上次没有保存的内容" not in page(client, "brand_edit", brand.pk)
    client.post(reverse("awards:brand_add_autosave"), typed(cast.one, name="新品牌"))
    assert "新品牌" in page(client, "brand_add")


def test_a_change_on_an_older_reading_shows_both_texts(client: Client, cast: Cast) -> None:
    brand = build.drafted(cast.one, cast.shuji1)
    url = reverse("awards:brand_edit", args=[brand.pk])
    response = as_(client, cast.shuji1).post(url, typed(meaning="我写的内涵", version=brand.version + 1))
    html = response.content.decode()
    assert response.status_code == 409 and "我写的内涵" in html and build.MEANING in html and "research载体" in html


def test_choices_on_an_older_reading_are_kept_on_the_page(client: Client, cast: Cast) -> None:
    held = activities.activity(cast.one, cast.shuji1)
    brand = build.drafted(cast.one, cast.shuji1)
    url = reverse("awards:brand_activities", args=[brand.pk])
    response = as_(client, cast.shuji1).post(url, {"version": 9, "shown": [held.pk], "picked": [held.pk]})
    html = response.content.decode()
    assert response.status_code == 409 and f'id="picked-{held.pk}" checked' in html
    assert not brand.activities.exists()


def test_visitors_read_published_brands_and_only_activities_meant_for_them(client: Client, cast: Cast) -> None:
    shown = activities.activity(cast.one, cast.shuji1, cast.member1, title="公开的观摩课", is_public=True)
    inner = activities.activity(cast.one, cast.shuji1, cast.member1, title="内部的研讨")
    brand = build.carried_by(build.published(cast.one, cast.shuji1), cast.shuji1, shown.pk, inner.pk)
    draft = build.drafted(cast.two, cast.shuji2, name="还没发布")
    html = page(client, "brands_public")
    assert build.BRAND in html and "还没发布" not in html
    html = page(client, "brand_public", brand.pk)
    assert "公开的观摩课" in html and "内部的研讨" not in html and "党员甲" not in html
    assert client.get(reverse("awards:brand_public", args=[draft.pk])).status_code == 404


def test_the_ledger_holds_typed_cells_and_only_what_is_open_to_the_reader(client: Client, cast: Cast) -> None:
    held = activities.activity(cast.one, cast.shuji1)
    build.carried_by(build.published(cast.one, cast.shuji1), cast.shuji1, held.pk)
    build.published(cast.two, cast.shuji2, name="第二支部的品牌")
    response: Any = as_(client, cast.shuji1).get(reverse("awards:brand_export"))
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (line,) = [row for row in rows if build.BRAND in row]
    assert not any("第二支部的品牌" in row for row in rows)
    assert [cell.date() for cell in line if hasattr(cell, "date")] == [WRITTEN] and line.count(1) == 2
    assert LogEntry.objects.filter(label="导出党建品牌台账").count() == 1


@pytest.mark.parametrize("name", ["brand_list", "brands_public", "brand_detail", "brand_activities", "brand_public"])
def test_a_page_asks_the_same_number_of_questions_however_much_is_on_it(
    name: str, client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    as_(client, cast.zongzhi)
    brand = build.published(cast.general, cast.zongzhi)
    args = [brand.pk] if name.startswith("brand_") and name != "brand_list" else []
    counts = []
    for more in range(2):
        for number in range(1 + 5 * more):
            held = activities.activity(cast.one, cast.shuji1, title=f"活动{more}{number}", is_public=True)
            brand = build.carried_by(build.again(brand), cast.zongzhi, held.pk)
            build.published(cast.one, cast.shuji1, name=f"品牌{more}{number}")
        page(client, name, *args)
        with django_assert_max_num_queries(20) as asked:
            page(client, name, *args)
        counts.append(len(asked))
    assert counts[0] == counts[1]
