"""The pages of those who run a round, and what everybody else finds there."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from branches.states import Post
from chuangxian import clock
from reviews.actions import batches as batch_actions
from reviews.actions import evaluations as actions
from reviews.actions.evaluations import GradeText
from reviews.models import EvaluationRound, EvaluationTemplate, GradeScale
from reviews.queries.evaluations import stage
from tests import build as people
from tests.conftest import Cast
from tests.reviews import evaluations as build

pytestmark = pytest.mark.django_db
ON = date(2011, 6, 1)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "") -> Any:
    return browser(user).get(reverse(f"reviews:{view}", args=args) + query)


def text_of(response: Any) -> str:
    return response.content.decode()


def typed(round_: EvaluationRound, **fields: Any) -> dict[str, Any]:
    """The edit form as a browser posts it unchanged."""
    items, grades, categories = list(round_.items.all()), list(round_.grades.all()), list(round_.categories.all())
    data: dict[str, Any] = {
        "version": round_.version,
        "name": round_.name,
        "period": f"y{round_.year}",
        "opens_on": f"{round_.opens_on}",
        "closes_on": f"{round_.closes_on}",
        "invitation": round_.invitation,
        "with_remarks": "on",
        "least_group": round_.least_group,
        "rectify_below": round_.rectify_below or "",
        "rectify_days": round_.rectify_days,
        "make_up": "on",
        "publicity": round_.publicity,
        "subject": [
            f"m{one.member_id}" if one.member_id else f"o{one.organization_id}" for one in round_.subjects.all()
        ],
        **rows("items", [{"text": one.text, "standard": one.standard_id or ""} for one in items]),
        **rows(
            "grades",
            [
                {"label": one.label, "score": one.score or ""}
                | ({"valid": "on"} if one.is_valid else {})
                | ({"positive": "on"} if one.is_positive else {})
                for one in grades
            ],
        ),
        **rows(
            "categories",
            [
                {
                    "pk": one.pk,
                    "kind": one.kind,
                    "name": one.name,
                    "eligible": one.eligible,
                    "choosing": one.choosing,
                    "weight": one.weight or "",
                }
                for one in categories
            ],
        ),
    }
    given = {name.partition("-")[0] for name in fields if name.endswith("-TOTAL_FORMS")}
    return {name: value for name, value in data.items() if name.partition("-")[0] not in given} | fields


def rows(prefix: str, given: list[dict[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": len(given)}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def save(user: User, round_: EvaluationRound, **fields: Any) -> Any:
    return browser(user).post(reverse("reviews:evaluation_edit", args=[round_.pk]), typed(round_, **fields))


def start(user: User, **fields: Any) -> Any:
    given = {"base": "organization", "period": "y2011", "opens_on": "2011-06-10", "closes_on": "2011-06-20"}
    return browser(user).post(reverse("reviews:evaluation_add"), given | fields)


# ---- beginning ----


def test_a_draft_begins_with_the_items_of_the_template_chosen(cast: Cast) -> None:
    template = build.template(build.MEMBERS)
    build.campaign()
    assert "创先发〔2011〕17号" in text_of(page(cast.ganshi, "evaluation_add"))
    answer = start(cast.ganshi, base=template.pk)
    made = EvaluationRound.objects.get()
    assert answer["Location"] == reverse("reviews:evaluation_edit", args=[made.pk])
    assert made.name == "2011年党员群众评议" and made.items.count() == 4 and made.organization == cast.general


def test_a_draft_may_begin_with_items_of_ones_own(cast: Cast) -> None:
    build.template()
    build.campaign()
    start(cast.shuji1, name="支部测评")
    made = EvaluationRound.objects.get()
    assert (made.organization, made.items.count(), made.grades.count()) == (cast.one, 0, 5)


def test_who_runs_several_units_says_for_which(cast: Cast) -> None:
    people.appoint(cast.zongzhi.member, cast.one, Post.DEPUTY_SECRETARY)
    build.template()
    build.campaign()
    assert start(cast.zongzhi).status_code == 422
    start(cast.zongzhi, unit_choice=cast.one.pk)
    assert EvaluationRound.objects.get().organization == cast.one


def test_days_in_the_wrong_order_come_back_with_a_sentence(cast: Cast) -> None:
    build.campaign()
    answer = start(cast.ganshi, closes_on="2011-06-01", name="名称还在")
    assert answer.status_code == 422
    assert "截止不能早于开始" in text_of(answer) and "名称还在" in text_of(answer)


# ---- the draft ----


def test_the_whole_draft_is_saved_at_once(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    answer = save(
        cast.ganshi,
        round_,
        name="改了名称",
        **rows("items", [{"text": "公开承诺的兑现"}, {"text": "删去的", "DELETE": "on"}]),
        subject=[f"o{cast.two.pk}", f"o{cast.one.pk}"],
        **rows("categories", [{"kind": "service_recipient", "eligible": 30, "choosing": "drawn", "weight": ""}]),
    )
    assert answer.status_code == 302
    saved = build.again(round_)
    assert saved.name == "改了名称"
    assert [one.text for one in saved.items.all()] == ["公开承诺的兑现"]
    assert [one.organization for one in saved.subjects.all()] == [cast.one, cast.two]
    assert [(one.name, one.eligible) for one in saved.categories.all()] == [("服务对象", 30)]


def test_a_draft_saved_unchanged_stays_as_it_is(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    before = list(round_.categories.values_list("pk", "name", "eligible"))
    assert save(cast.ganshi, round_).status_code == 302
    assert list(round_.categories.values_list("pk", "name", "eligible")) == before
    assert round_.items.count() == 5 and round_.grades.count() == 5 and round_.subjects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"invitation": "请大家都选“满意”"}, "不要提示选哪一档"),
        ({"opens_on": "2011-06-31"}, "日期请写成"),
        ({"least_group": "3"}, "大于或等于5"),
        (rows("items", [{"text": "长" * 101}]), "项目 1"),
        (rows("grades", [{"label": "不了解", "positive": "on"}]), "不能计入满意率"),
        (
            rows("categories", [{"kind": "other", "name": "甲", "eligible": 9, "choosing": "present"}] * 2),
            "写了两次",
        ),
        (rows("categories", [{"kind": "other", "eligible": "", "choosing": "present"}]), "一共有多少人"),
    ],
    ids=["steers", "day", "k", "item", "grade", "category twice", "no number"],
)
def test_what_is_wrong_is_said_and_what_was_typed_comes_back(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    answer = save(cast.ganshi, round_, name="打的字还在", **fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer) and "打的字还在" in text_of(answer)
    assert build.again(round_).name == round_.name


def test_the_second_to_save_learns_of_the_first(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    save(cast.zongzhi, round_, name="总支书记改的")
    answer = save(cast.ganshi, round_, name="干事改的")
    assert answer.status_code == 409
    assert "别人刚刚改过" in text_of(answer) and "干事改的" in text_of(answer)
    assert build.again(round_).name == "总支书记改的"
    save(cast.ganshi, round_, name="干事改的", version=build.again(round_).version)
    assert build.again(round_).name == "干事改的"


def test_without_script_rows_are_added_and_all_subjects_ticked_by_a_button(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    answer = save(cast.ganshi, round_, add_row="categories")
    assert answer.status_code == 200 and 'name="categories-3-name"' in text_of(answer)
    answer = save(cast.ganshi, round_, tick_all="1")
    assert text_of(answer).count('name="subject"') == text_of(answer).count(" checked> ") == 3
    assert build.again(round_).version == round_.version


def test_members_are_offered_by_branch_and_none_from_elsewhere(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi, subjects=[cast.member1], key=build.MEMBERS)
    shown = text_of(page(cast.ganshi, "evaluation_edit", round_.pk))
    assert "党员甲" in shown and "党员乙" in shown and "外单位党员" not in shown
    save(cast.ganshi, round_, subject=[f"m{cast.member2.pk}", f"m{cast.stranger.member.pk}"])
    assert [one.member for one in round_.subjects.all()] == [cast.member2]


# ---- a round ----


def test_everybody_of_the_unit_reads_how_he_is_asked_and_only_runners_the_turnout(cast: Cast) -> None:
    round_ = build.about_members(cast.general, by=cast.ganshi)
    first, second = build.categories_of(round_)
    build.ballots(first, 3)
    build.make_codes(second, 4)
    with clock.standing_on(build.OPEN_DAY):
        mine, theirs = (
            page(cast.dangyuan1, "evaluation_detail", round_.pk),
            page(cast.ganshi, "evaluation_detail", round_.pk),
        )
        assert "请不要给自己打分，本人一栏留空" in text_of(mine)
        assert "已有多少人评议" not in text_of(mine)
        assert "已有多少人评议" in text_of(theirs)
        piece = page(cast.ganshi, "evaluation_turnout", round_.pk)
        assert [(line.issued, line.used) for line in piece.context["turnout"]] == [(3, 3), (4, 0)]
        batch_actions.revoke_batch(batch=first.batches.get(), reason="丢失", by=cast.ganshi, on=build.OPEN_DAY)
        piece = page(cast.ganshi, "evaluation_turnout", round_.pk)
        # what had been used before stays issued: never more returned than issued
        assert [(line.issued, line.used) for line in piece.context["turnout"]] == [(3, 3), (4, 0)]


def test_a_draft_made_void_is_nobodys_business(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    actions.act(round_=round_, verb="void", note="不办了", version=round_.version, by=cast.ganshi, on=build.DRAFTED)
    assert Client().get(reverse("voting:enter", args=[round_.pk])).status_code == 404


def test_the_two_kinds_are_listed_apart_and_ones_own_come_first(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi, name="总支评议", opens_on=date(2011, 6, 12))
    build.announced(cast.one, by=cast.shuji1, name="支部评议")
    shown = page(cast.shuji1, "evaluation_list")
    assert [(str(round_), mine) for round_, _, mine in shown.context["rows"]] == [
        ("支部评议", True),
        ("总支评议", False),
    ]
    assert page(cast.shuji1, "evaluation_list", query="?kind=appraisal").context["rows"] == []


def test_a_move_refused_says_why_and_gives_the_words_back(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi, categories=[])
    act = reverse("reviews:evaluation_act", args=[round_.pk])
    answer = browser(cast.ganshi).post(act, {"verb": "announce", "version": round_.version})
    assert answer.status_code == 403 and "还没有评议人类别" in text_of(answer)
    answer = browser(cast.ganshi).post(act, {"verb": "void", "version": round_.version, "note": ""})
    assert answer.status_code == 403 and "必须写明作废的原因" in text_of(answer)
    answer = browser(cast.ganshi).post(act, {"verb": "void", "version": 99, "note": "不办了"})
    assert answer.status_code == 409 and "不办了" in text_of(answer)
    assert browser(cast.ganshi).post(act, {"verb": "seal", "version": round_.version}).status_code == 400


def test_a_unit_keeps_a_template_of_its_own(cast: Cast) -> None:
    round_ = build.announced(cast.one, by=cast.shuji1, name="支部测评", invitation="请如实评议")
    keep = reverse("reviews:evaluation_keep", args=[round_.pk])
    for _ in range(2):
        assert browser(cast.shuji1).post(keep).status_code == 302
    own = EvaluationTemplate.objects.get(organization=cast.one)
    assert (own.name, own.items.count(), own.scale.key) == ("支部测评", 5, "satisfaction")
    assert "支部测评" in text_of(page(cast.shuji1, "evaluation_add"))
    start(cast.shuji1, base=own.pk)
    made = EvaluationRound.objects.exclude(pk=round_.pk).get()
    assert [one.text for one in made.items.all()] == [one.text for one in round_.items.all()]


def test_grades_of_ones_own_become_a_scale_once(cast: Cast) -> None:
    round_ = build.draft(cast.one, by=cast.shuji1)
    grades = [GradeText("好", is_positive=True), GradeText("差"), GradeText("说不清", is_valid=False)]
    actions.set_grades(round_=round_, grades=grades, by=cast.shuji1, on=ON)
    for _ in range(2):
        browser(cast.shuji1).post(reverse("reviews:evaluation_keep", args=[round_.pk]))
    assert [one.name for one in GradeScale.objects.filter(key__startswith="own")] == ["好、差"]


def test_more_rounds_and_more_subjects_cost_no_more_queries(cast: Cast) -> None:
    def queries(view: str, *args: Any) -> int:
        seen = browser(cast.ganshi)
        with CaptureQueriesContext(connection) as counted:
            assert seen.get(reverse(f"reviews:{view}", args=args)).status_code == 200
        return len(counted)

    one = build.draft(cast.general, cast.ganshi, build.members_of(cast.general, 2), key=build.MEMBERS)
    few = queries("evaluation_list"), queries("evaluation_detail", one.pk), queries("evaluation_edit", one.pk)
    more = build.draft(cast.general, cast.ganshi, build.members_of(cast.general, 5), key=build.MEMBERS)
    assert (
        queries("evaluation_list"),
        queries("evaluation_detail", more.pk),
        queries("evaluation_edit", more.pk),
    ) == few


def test_a_round_stands_as_it_stood_on_a_past_day(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    EvaluationRound.objects.filter(pk=round_.pk).update(
        state="published", sealed_on=build.SEALED, published_on=date(2011, 6, 25)
    )
    round_ = build.again(round_)
    days = [build.ANNOUNCED, build.OPEN_DAY, build.CLOSES, build.SEALED, date(2011, 6, 25)]
    assert [stage(round_, day) for day in days] == [
        "等待开始",
        "正在评议",
        "正在评议",
        "已封存，等待公布结果",
        "结果已公布",
    ]
