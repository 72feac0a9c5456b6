"""The pages of those who set a round up, and what everybody else finds there."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.forms import CheckboxInput, Select
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from awards.models import AwardRound
from awards.parts import ORGANIZATION, OUTSTANDING, WORKER
from awards.states import NominationState, RoundState, RuleKind
from chuangxian import clock
from tests import build as people
from tests.awards import build_rounds as build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ON = build.DRAFTED


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "") -> Any:
    return browser(user).get(reverse(f"awards:{view}", args=args) + query)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def typed(user: User, round_: AwardRound, **fields: Any) -> dict[str, Any]:
    """The edit form as a browser posts it unchanged, but for these fields; None takes a field out."""
    shown = page(user, "round_edit", round_.pk).context
    rows = shown["rows"]
    data: dict[str, Any] = {"version": shown["version"], "save": "1"}
    forms = [shown["form"], *(form for formset in rows.all for form in (formset.management_form, *formset.forms))]
    for form in forms:
        for bound in form:
            widget, value = bound.field.widget, bound.value()
            if isinstance(widget, CheckboxInput):
                data |= {bound.html_name: "on"} if value else {}
            elif isinstance(widget, Select) and value is None:  # a browser posts the first choice then
                data[bound.html_name] = next(iter(bound.field.choices))[0]
            else:
                data[bound.html_name] = "" if value is None else f"{value}"
    data |= fields
    return {name: value for name, value in data.items() if value is not None}


def save(user: User, round_: AwardRound, **fields: Any) -> Any:
    return browser(user).post(reverse("awards:round_edit", args=[round_.pk]), typed(user, round_, **fields))


# ---- beginning ----


def test_a_round_is_begun_with_one_date_and_everything_else_is_filled_in(cast: Cast) -> None:
    build.campaign()
    client = browser(cast.ganshi)
    shown = client.get(reverse("awards:round_add"))
    assert shown.context["form"].initial["commend_on"] == date(2011, 7, 1)
    response: Any = client.post(reverse("awards:round_add"), {"commend_on": "2011-07-01", "node": "anniversary_90"})
    round_ = AwardRound.objects.get()
    assert response.url == reverse("awards:round_edit", args=[round_.pk])
    assert (round_.name, round_.year, round_.level) == ("2011年建党90周年评选表彰", 2011, "general_branch")
    assert round_.categories.count() == 3


def test_close_to_july_the_next_years_is_proposed(cast: Cast) -> None:
    build.campaign()
    with clock.standing_on(date(2011, 6, 20)):
        assert page(cast.ganshi, "round_add").context["form"].initial["commend_on"] == date(2012, 7, 1)


def test_a_later_round_is_begun_as_a_copy(cast: Cast) -> None:
    first = build.draft(cast.general, by=cast.ganshi, categories=build.places(7))
    data = {"commend_on": "2012-07-01", "node": "congress_18", "copied": first.pk, "name": "2012年表彰"}
    browser(cast.ganshi).post(reverse("awards:round_add"), data)
    second = AwardRound.objects.get(name="2012年表彰")
    assert build.category(second).quotas.get(each=False).value == 7


def test_who_runs_two_organisations_says_whose_round_it_is(cast: Cast) -> None:
    build.campaign()
    people.appoint(cast.zongzhi.member, cast.two, "deputy_secretary")
    data = {"commend_on": "2011-07-01", "node": "annual", "unit_choice": cast.two.pk}
    browser(cast.zongzhi).post(reverse("awards:round_add"), data)
    assert (AwardRound.objects.get().organization, AwardRound.objects.get().level) == (cast.two, "branch")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("", "请填日期。"), ("7月1日", "日期请写成 2011-06-30 的样子。"), ("9999-12-31", "年份要在 2000 到 2099 之间。")],
)
def test_a_wrong_day_is_said_at_its_field_and_the_rest_comes_back(cast: Cast, day: str, sentence: str) -> None:
    build.campaign()
    data = {"commend_on": day, "node": "annual", "name": "我起的名称"}
    response = browser(cast.ganshi).post(reverse("awards:round_add"), data)
    assert response.status_code == 422
    assert sentence in text_of(response) and "我起的名称" in text_of(response)
    assert not AwardRound.objects.exists()


# ---- the form ----


def test_saving_unchanged_changes_nothing(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    before = list(round_.categories.values()), [list(one.rules.values()) for one in round_.categories.all()]
    assert save(cast.ganshi, round_).status_code == 302
    fresh = build.again(round_)
    assert (list(fresh.categories.values()), [list(one.rules.values()) for one in fresh.categories.all()]) == before


def test_days_places_rules_and_own_places_are_saved_together(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    category = build.category(round_)
    fields = {
        "decide_by": "2011-06-27",
        "categories-1-title": "创先争优优秀共产党员",
        "categories-1-value": "12.5",
        "categories-1-rounding": "up",
        "categories-1-each_value": "",
        "categories-1-attendance_on": None,
        "categories-1-fulfilment_number": "95",
        "categories-1-commented_on": "on",
        "categories-1-commented_sentence": "没有点评的不推荐。",
        "categories-1-exclusive_other": "",
        "own-0-category": category.pk,
        "own-0-organization": cast.two.pk,
        "own-0-number": "3",
    }
    assert save(cast.ganshi, round_, **fields).status_code == 302
    fresh, rules = build.again(round_), {rule.kind: rule for rule in category.rules.all()}
    assert fresh.decide_by == date(2011, 6, 27)
    assert build.category(fresh).title == "创先争优优秀共产党员"
    whole = category.quotas.get(each=False, organization=None)
    assert (whole.figure, whole.rounding) == ("12.5", "up")
    assert not category.quotas.filter(each=True).exists()
    assert category.quotas.get(organization=cast.two).value == 3
    assert RuleKind.ATTENDANCE not in rules and rules[RuleKind.FULFILMENT].number == 95
    assert rules[RuleKind.COMMENTED].sentence == "没有点评的不推荐。" and rules[RuleKind.EXCLUSIVE].other is None


def test_a_category_is_added_and_another_removed(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    added = {
        "categories-TOTAL_FORMS": 4, "categories-2-DELETE": "on", "categories-3-key": "", "categories-3-title": "青年先锋",
        "categories-3-nominee_kind": "member", "categories-3-basis": "count", "categories-3-value": "5",
        "categories-3-rounding": "down", "categories-3-each_basis": "count", "categories-3-each_rounding": "down",
        "categories-3-pledged_on": "on",
    }  # fmt: skip
    assert save(cast.ganshi, round_, **added).status_code == 302
    found = {one.key: one for one in build.again(round_).categories.all()}
    assert list(found) == [ORGANIZATION, OUTSTANDING, "own-1"] and WORKER not in found
    assert [rule.kind for rule in found["own-1"].rules.all()] == ["pledged"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"nominate_by": "2011-07-20"}, "审定截止不能早于推荐截止。"),
        ({"decide_by": "2011-06-08"}, "5 个工作日到 2011-06-10 满"),
        ({"commend_on": "0001-01-01"}, "年份要在 2000 到 2099 之间。"),
        ({"notice_workdays": "0"}, "确保该值大于"),
        ({"deeds_most": "100"}, "最多字数不能少于最少字数。"),
        ({"categories-0-title": ""}, "请写荣誉称号；不要这一类就删除。"),
        ({"categories-0-key": OUTSTANDING}, "“先进基层党组织”的类别写了两次"),
        ({"categories-1-title": "先进基层党组织"}, "“先进基层党组织”的荣誉称号写了两次"),
        ({"categories-2-value": "2.5"}, "固定名额要填整数。"),
        ({"categories-1-value": "101"}, "百分比不能超过 100。"),
        ({"categories-1-fulfilment_number": ""}, "请填数值。"),
        ({"categories-1-fulfilment_number": "101"}, "确保该值小于"),
        ({"categories-1-not_commended_since_day": ""}, "请填起算日。"),
        ({"categories-0-holds_post_on": "on"}, "这一条只对党员"),
        ({"own-0-number": "2"}, "请选推荐单位；不要就删除这一行。"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(
    cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    response = save(cast.ganshi, round_, **{"basis_document": "我写的文号", **fields})
    assert response.status_code == 422
    text = text_of(response)
    assert sentence in text and "我写的文号" in text and "处需要修改，内容都已保留" in text
    assert build.again(round_).version == round_.version


def test_a_removed_row_is_asked_for_nothing(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    removed = {"categories-0-DELETE": "on", "categories-0-title": "", "categories-0-value": "abc"}
    assert save(cast.ganshi, round_, **removed).status_code == 302


def test_rows_are_added_without_script_and_nothing_is_called_wrong(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    response = save(cast.ganshi, round_, add_row="categories", save=None, name="")
    rows = response.context["rows"]
    assert response.status_code == 200 and rows.categories.total_form_count() == 4
    assert "error-summary" not in text_of(response)
    response = save(cast.ganshi, round_, add_row="own", save=None)
    assert response.context["rows"].own.total_form_count() == 4


def test_the_second_to_save_sees_what_he_typed_and_may_save_again(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    mine = typed(cast.ganshi, round_, name="我的名称")
    build.change(round_, cast.zongzhi, name="别人的名称")
    url = reverse("awards:round_edit", args=[round_.pk])
    response = browser(cast.ganshi).post(url, mine)
    assert response.status_code == 409 and "我的名称" in text_of(response)
    assert build.again(round_).name == "别人的名称"
    mine["version"] = response.context["version"]
    assert browser(cast.ganshi).post(url, mine).status_code == 302
    assert build.again(round_).name == "我的名称"


def test_a_category_in_use_says_why_it_stays(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.member1, cast.one, state=NominationState.DRAFT)
    AwardRound.objects.update(state=RoundState.DRAFT, announced_on=None)
    response = save(cast.ganshi, build.again(round_), **{"categories-1-DELETE": "on"})
    assert response.status_code == 422 and "这个类别不能删除" in text_of(response)


# ---- a round ----


def test_the_page_says_how_places_were_counted_and_what_is_asked(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    text = text_of(page(cast.dangyuan1, "round_detail", round_.pk))
    assert "5 名党员的 10% 是 0.50，舍去，至少 1 个，共 1 个名额" in text
    assert "承诺兑现率不低于 90%" in text and "可说明理由破例" in text and "各单位推荐名额" in text
    assert "布置评选</button>" not in text and "办理经过" not in text


def test_the_runner_finds_the_moves_and_a_refused_one_with_its_reason(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    build.change(round_, cast.ganshi, categories=[])
    text = text_of(page(cast.ganshi, "round_detail", round_.pk))
    assert "还没有表彰类别。" in text and "办理经过" in text


def test_a_move_is_made_and_a_refused_one_gives_the_note_back(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    url, client = reverse("awards:round_move", args=[round_.pk]), browser(cast.ganshi)
    response: Any = client.post(url, {"verb": "announce", "version": round_.version})
    assert response.url == round_.get_absolute_url() and build.again(round_).state == RoundState.ANNOUNCED
    response = client.post(url, {"verb": "recall", "version": 1, "note": "名额写错了"})
    assert response.status_code == 409 and "名额写错了" in text_of(response)
    response = client.post(url, {"verb": "recall", "version": build.again(round_).version, "note": " "})
    assert response.status_code == 403 and "收回布置必须写明收回的原因。" in text_of(response)
    assert client.post(url, {"verb": "commend"}).status_code == 400


def test_counts_are_of_those_one_may_read_and_never_of_oneself(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.zongzhi.member, cast.one, WORKER)
    build.nomination(round_, cast.member1, cast.one)
    build.nomination(round_, cast.member2, cast.two, state=NominationState.REJECTED)
    build.nomination(round_, cast.one, cast.one, ORGANIZATION, state=NominationState.DRAFT)

    def counts(user: User) -> dict[str, int]:
        return dict(page(user, "round_detail", round_.pk).context["counts"])

    assert counts(cast.ganshi) == {"recommended": 2, "rejected": 1}
    assert counts(cast.zongzhi) == {"recommended": 1, "rejected": 1}
    assert counts(cast.shuji1) == {"draft": 1, "recommended": 2}
    assert counts(cast.dangyuan1) == {}


def test_who_leads_a_branch_is_led_to_recommending_while_it_is_time(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert page(cast.shuji1, "round_detail", round_.pk).context["may_nominate"]
    assert not page(cast.dangyuan1, "round_detail", round_.pk).context["may_nominate"]
    with clock.standing_on(date(2011, 6, 2)):
        assert not page(cast.shuji1, "round_detail", round_.pk).context["may_nominate"]


@pytest.mark.parametrize(
    ("on", "stage", "coming"),
    [
        (build.ANNOUNCED, "正在推荐", "推荐截止"),
        (date(2011, 6, 1), "正在推荐", "推荐截止"),
        (date(2011, 6, 2), "审议中", "审定截止"),
        (date(2011, 6, 25), "审议中", "表彰"),
        (date(2011, 7, 1), "等待表彰", "表彰"),
    ],
)
def test_the_stage_follows_the_calendar(cast: Cast, on: date, stage: str, coming: str) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    with clock.standing_on(on):
        context = page(cast.dangyuan1, "round_detail", round_.pk).context
    assert context["stage"] == stage
    assert [label for label, *_, standing in context["days"] if standing == "next"] == [coming]


# ---- the list ----


def test_the_list_is_narrowed_and_says_when_nothing_is_left(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi)
    build.draft(cast.general, by=cast.ganshi, name="明年的", year=2012, commend_on=date(2012, 7, 1))
    rows = {one.name for one, *_ in page(cast.ganshi, "round_list").context["rows"]}
    assert rows == {"2011年“七一”评选表彰", "明年的"}
    assert len(page(cast.dangyuan1, "round_list").context["rows"]) == 1
    assert [one.name for one, *_ in page(cast.ganshi, "round_list", query="?year=2012").context["rows"]] == ["明年的"]
    assert "没有符合条件的评选" in text_of(page(cast.ganshi, "round_list", query="?state=commended"))
    assert "还没有评选" in text_of(page(cast.stranger, "round_list"))
    assert page(cast.ganshi, "round_list", query="?year=abc&level=x").status_code == 200


def test_the_list_and_the_page_cost_the_same_however_much_there_is(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)

    def cost(view: str, *args: Any) -> int:
        client = browser(cast.ganshi)
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse(f"awards:{view}", args=args))
        return len(counted)

    views: list[tuple[Any, ...]] = [("round_list",), ("round_detail", round_.pk)]
    cost("round_list")
    before = [cost(*view) for view in views]
    for number in range(12):
        build.draft(cast.general, by=cast.ganshi, name=f"第{number}批")
        place = people.branch(cast.general)
        build.nomination(round_, people.member(place), place)
    assert [cost(*view) for view in views] == before
