"""What can be checked, and what is nearly a copy."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from branches.scope import standing_of
from pledges.hints import Text, Words, copy_hint, count_hint, is_checkable, item_hint, likeness, pledge_hints, shingles
from pledges.models import Pledge, PledgeCycle
from pledges.queries import reading
from pledges.queries.likeness import hints_for
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON

CHECKABLE = [
    "听评课不少于40节，2011-06前",
    "坚持每两周一次的学习制度",
    "撰写一篇调研报告",
    "形成区域质量监控调研报告",
    "每周到校两次",
    "热情服务，零投诉",
    "年底前完成课题结题",
    "指导青年教师三人",
    "学习笔记达到２万字",
    "参训率达到百分之九十五",
    "上一节区级公开课",
    "编写初三数学题库",
    "不迟到，不早退",
]
NOT_CHECKABLE = [
    "努力提高教学质量",
    "学习贯彻十七届四中全会精神，争做五带头表率",
    "进一步加强师德修养，严格要求自己",
    "关心青年教师成长",
    "提高命题水平",
    "牢记三个代表重要思想，第一时间服务群众",
    "结对帮扶青年教师",
    "以优异成绩迎接建党90周年",
    "落实五个好，做到两提升、两促进",
    "一切为了师生",
    "做好“十二五”规划工作",
]


@pytest.mark.parametrize("text", CHECKABLE)
def test_a_figure_a_date_or_a_thing_to_show_can_be_checked(text: str) -> None:
    assert is_checkable(text) and item_hint(Words(text), 0) is None


@pytest.mark.parametrize("text", NOT_CHECKABLE)
def test_large_words_and_fixed_phrases_cannot_be_checked(text: str) -> None:
    hint = item_hint(Words(text), 3)
    assert hint is not None and hint.item == 3


def test_vague_verbs_are_named_and_plain_duty_is_not_called_vague() -> None:
    vague = item_hint(Words("努力提高教学质量"), 0)
    plain = item_hint(Words("结对帮扶青年教师"), 0)
    assert vague is not None and vague.code == "vague" and "“努力”“提高”" in vague.sentence
    assert plain is not None and plain.code == "no_yardstick"


@pytest.mark.parametrize("where", ["measure", "baseline", "target"])
def test_a_yardstick_may_stand_in_any_field(where: str) -> None:
    assert item_hint(Words("努力提高教学质量", **{where: "听课40节"}), 0) is None  # type: ignore[arg-type]


def test_an_empty_item_gets_no_remark() -> None:
    assert item_hint(Words("  "), 0) is None


@pytest.mark.parametrize(("count", "code"), [(0, None), (1, "few"), (2, None), (5, None), (6, "many")])
def test_the_number_of_items_is_remarked_on_outside_its_range(count: int, code: str | None) -> None:
    hint = count_hint(count, 2, 5)
    assert (hint.code if hint else None) == code
    assert count_hint(99, 1, None) is None


# ---- copies ----

ONE = "每学期听评课不少于40节，课后与任课教师当面交流，期末形成一份学科教学建议交教研室"
OTHER = "组织两次全市命题培训，编写初中物理实验题库一册，年底前完成区域质量监控分析报告"


def text(key: int, *contents: str, **words: bool) -> Text:
    return Text(key, f"甲{key}的承诺书", [Words(content, **words) for content in contents])  # type: ignore[arg-type]


def test_likeness_is_the_share_of_equal_text() -> None:
    assert likeness(shingles(ONE), shingles(ONE)) == 1
    assert likeness(shingles(ONE), shingles(ONE.replace("40", "50"))) > 0.9
    assert likeness(shingles(ONE), shingles(OTHER)) < 0.2
    assert likeness(shingles(""), shingles(ONE)) == 0


def test_spaces_punctuation_and_full_width_do_not_hide_a_copy() -> None:
    disguised = ONE.replace("，", "。 ").replace("40", "４０")
    assert likeness(shingles(ONE), shingles(disguised)) == 1


def test_the_nearest_copy_is_named_and_oneself_is_none() -> None:
    mine = text(1, ONE)
    near, nearer = text(2, ONE.replace("交教研室", "报总支")), text(3, ONE.replace("40", "41"))
    hint = copy_hint(mine, [mine, near, text(4, OTHER), nearer], since=0.8)
    assert hint is not None and hint.other == 3 and "甲3的承诺书" in hint.sentence
    assert copy_hint(mine, [mine, text(4, OTHER)], since=0.8) is None


def test_common_and_carried_items_are_no_copies() -> None:
    carried = Text(1, "", [Words(ONE, carried=True)])
    assert copy_hint(carried, [text(2, ONE)], since=0.85) is None
    mixed = Text(1, "", [Words(ONE, common=True), Words(OTHER)])
    assert copy_hint(mixed, [text(2, ONE)], since=0.85) is None
    assert copy_hint(Text(1, "", [Words(ONE, common=True)]), [text(2, ONE)], since=0.85) is not None


def test_short_texts_are_alike_by_chance_and_not_compared() -> None:
    assert copy_hint(text(1, "听课40节"), [text(2, "听课40节")], since=0.85) is None


def remarks(mine: Text, *others: Text) -> list[tuple[str, int | None, int | None]]:
    return [
        (h.code, h.item, h.other) for h in pledge_hints(mine, others=others, count=(1, 9), similar_from=0.85, on=ON)
    ]


def test_one_item_word_for_word_anothers_is_remarked_on_where_the_rest_is_ones_own() -> None:
    mine = text(1, OTHER, "，".join(ONE))
    assert remarks(mine, text(2, ONE, "每周到三所学校听课，记下十条建议，月底前逐条答复")) == [("same_item", 1, 2)]
    assert remarks(mine, text(2, ONE.replace("40", "41"), "每周到三所学校听课，记下十条建议，月底前逐条答复")) == []
    assert remarks(mine, mine) == []
    assert remarks(mine, text(2, OTHER, ONE)) == [("copy", None, 2)], (
        "the whole has been named, its items are not again"
    )
    assert remarks(text(1, OTHER, "听课40节"), text(2, ONE, "听课40节")) == [], "short ones are alike by chance"


@pytest.mark.parametrize("words", [{"carried": True}, {"common": True}])
def test_common_and_carried_items_are_not_remarked_on_one_by_one(words: dict[str, bool]) -> None:
    alike, own = Words(ONE, **words), Words(OTHER)  # type: ignore[arg-type]
    foreign = Words("每周到三所学校听课，记下十条建议，月底前逐条答复")
    assert remarks(Text(1, "", [alike, own]), Text(2, "", [Words(ONE), foreign])) == []
    assert remarks(Text(1, "", [Words(ONE), own]), Text(2, "", [alike, foreign])) == []


def test_a_day_already_past_is_remarked_on_together_with_what_else_is_to_be_said() -> None:
    past = build.date(2011, 6, 19)
    assert remarks(Text(1, "", [Words("听课40节", due_on=ON), Words("听课40节", due_on=past)])) == [("past", 1, None)]
    found = pledge_hints(
        Text(1, "", [Words("努力工作", due_on=past)]), others=[], count=(1, 9), similar_from=0.85, on=ON
    )
    assert [hint.code for hint in found] == ["vague past"]
    assert found[0].sentence.startswith("“努力”") and "完成时限 2011-06-19 已经过去" in found[0].sentence


def test_forty_pledges_are_compared_with_four_hundred_in_a_blink() -> None:
    pile = [text(n, *(f"{ONE}{OTHER}第{n * 7 % 401}号{n}" for _ in range(4))) for n in range(400)]
    began = time.perf_counter()
    for one in pile[:40]:
        pledge_hints(one, others=pile, count=(1, 5), similar_from=0.85, on=ON)
    assert time.perf_counter() - began < 5


# ---- in the database ----


def copied(cast: Cast, cycle: PledgeCycle) -> tuple[Pledge, Pledge]:
    """A pledge of branch one handed in, and its copy in branch two."""
    first = build.submitted(cycle, cast.dangyuan1, items=[build.text(ONE)])
    return first, build.submitted(cycle, cast.dangyuan2, items=[build.text(ONE)])


def hint_to(viewer: object, pledge: Pledge) -> list[str]:
    return [h.sentence for h in hints_for([build.again(pledge)], viewer=viewer, on=ON)[pledge.pk]]  # type: ignore[arg-type]


def test_the_author_learns_of_a_copy_without_the_others_name_until_that_is_public(
    cast: Cast, cycle: PledgeCycle
) -> None:
    first, second = copied(cast, cycle)
    assert "与本单位另一份承诺书有 100% 相同" in hint_to(cast.dangyuan2, second)[0]
    assert "与党员甲的承诺书有 100% 相同" in hint_to(cast.zongzhi, second)[0]
    build.writing.act(pledge=first, verb="approve", version=None, by=cast.shuji1, on=ON)
    build.writing.publish(pledge=build.again(first), by=cast.shuji1, on=ON)
    assert "与党员甲的承诺书有 100% 相同" in hint_to(cast.dangyuan2, second)[0]


def test_a_draft_is_nobodys_business_and_another_unit_is_not_compared(cast: Cast, cycle: PledgeCycle) -> None:
    build.draft(cycle, cast.dangyuan1, items=[build.text(ONE)])
    elsewhere = people.general_branch("另一总支")
    far = people.account(people.member(people.branch(elsewhere), "远处"))
    build.draft(build.cycle(elsewhere), far, items=[build.text(ONE)])
    assert hint_to(cast.dangyuan2, build.submitted(cycle, cast.dangyuan2, items=[build.text(ONE)])) == []


def test_last_years_own_text_is_remarked_on_unless_it_was_carried_over(cast: Cast, cycle: PledgeCycle) -> None:
    before = build.cycle(cast.general, 2010)
    old = build.text(ONE, due_on=build.date(2010, 12, 1))
    build.published(before, cast.dangyuan1, cast.shuji1, items=[old])
    copy = build.submitted(cycle, cast.dangyuan1, items=[build.text(ONE)])
    assert hint_to(cast.dangyuan1, copy)[0].startswith("与本人2010年的承诺书有 100% 相同")


def test_author_and_reviewer_are_told_of_a_day_already_past(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1, items=[build.text(due_on=build.date(2011, 5, 31))])
    for viewer in (cast.dangyuan1, cast.shuji1):
        assert hint_to(viewer, pledge) == ["完成时限 2011-05-31 已经过去，一公布就算过期；应改成还没有到的日子。"]
    for url in ("pledges:pledge_detail", "pledges:review_read"):
        client = Client()
        client.force_login(cast.shuji1)
        assert "完成时限 2011-05-31 已经过去" in client.get(reverse(url, args=[pledge.pk])).content.decode()


def test_an_edition_is_not_called_a_copy_of_the_one_it_revises(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(ONE)])
    edition = build.writing.revise(pledge=pledge, reason="改时限", by=cast.dangyuan1, on=ON)
    assert hint_to(cast.dangyuan1, edition) == []


def test_hints_on_a_pile_cost_four_queries_however_high_it_is(
    cast: Cast, cycle: PledgeCycle, django_assert_num_queries: object
) -> None:
    copied(cast, cycle)
    for number in range(3):
        build.submitted(cycle, people.account(people.member(cast.one, f"更多{number}")), items=[build.text(OTHER)])
    for size in (1, 5):
        pile = list(reading.with_items(Pledge.objects.all())[:size])
        standing = standing_of(cast.zongzhi, ON)
        with django_assert_num_queries(4):  # type: ignore[operator]
            hints_for(pile, viewer=standing, on=ON)
