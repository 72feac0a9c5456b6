"""Paper ballots: the stub is spent at the box, two people key the sheets, and only what both read the same is counted."""

import random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry
from chuangxian.verdicts import Refused
from reviews import codes
from reviews.actions import batches
from reviews.actions import paper as actions
from reviews.actions.casting import Kind
from reviews.actions.casting import cast as cast_ballot
from reviews.models import Ballot, Code, EvaluationRound, Mixed, PaperPile, PaperSheet, Remark
from reviews.queries.casting import sheet_of
from reviews.queries.paper import differences_in
from reviews.rules import paper as rules
from reviews.states import RaterKind
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.reviews import papers

SHEETS = 500
TYPOS = 0.02  # of the digits keyed
SEED = 20110620


@pytest.fixture
def round_(cast: Cast) -> EvaluationRound:
    return build.announced(cast.general, cast.ganshi)


@pytest.fixture
def desk(cast: Cast, settings: Any) -> Client:
    """The office at its desk on the open day."""
    settings.CHUANGXIAN_TODAY = build.CLOSES
    client = Client()
    client.force_login(cast.ganshi)
    return client


def page(client: Client, name: str, pile: PaperPile) -> str:
    return client.get(reverse(f"reviews:paper_{name}", args=[pile.round_id, pile.pk])).content.decode()


# ---- the box ----


def test_a_stub_used_online_is_refused_at_the_box_and_the_other_way_round(cast: Cast, round_: EvaluationRound) -> None:
    first, _ = build.categories_of(round_)
    _, (online, paper) = papers.batch(first, 2)

    def vote(code: str) -> Kind:
        return cast_ballot(round_=round_, code=code, nonce=code, grades={(0, 1): 1}, on=build.OPEN_DAY).kind

    assert vote(online) is Kind.ACCEPTED
    with pytest.raises(Refused, match="已经用过"):
        papers.box(first, [online])
    pile = papers.box(first, [paper])
    assert vote(paper) is Kind.SPENT
    pile = papers.keyed(pile, cast.ganshi, [papers.ANSWERS])
    papers.keyed(pile, cast.zongzhi, [papers.ANSWERS])
    actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)
    assert Ballot.objects.count() == 2 == Code.objects.filter(is_used=True).count(), "a ballot for each code"


def test_the_box_takes_only_stubs_that_count(cast: Cast, round_: EvaluationRound) -> None:
    first, second = build.categories_of(round_)
    batch, (good, revoked) = papers.batch(first, 2)
    _, (others,) = papers.batch(second, 1)
    _, (kept,) = papers.batch(first, 1, is_reserve=True)
    batches.revoke_slip(round_=round_, typed=revoked, reason="印坏了", by=cast.ganshi, on=build.ANNOUNCED)
    pile = papers.box(first, [f"https://cxzy.example.edu.cn/v/{round_.pk}/＃{codes.shown(good).lower()}"])
    assert pile.stubs == 1
    for typed, sentence in (
        (good, "已经用过"),
        (revoked, "已经作废"),
        (others, "请投到那一类的票箱"),
        (kept, "没有这个评议码"),
        ("看不清", "没有这个评议码"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.spend_stub(pile=pile, typed=typed, by=cast.ganshi, on=build.OPEN_DAY)
    assert papers.again(pile).stubs == 1


def test_the_box_takes_nothing_before_and_after(cast: Cast, round_: EvaluationRound) -> None:
    _, plain = papers.batch(build.categories_of(round_)[0], 1)
    pile = papers.box(build.categories_of(round_)[0])
    for on, sentence in ((build.ANNOUNCED, "现在还不能评议"), (build.SEALED, "已经截止")):
        with pytest.raises(Refused, match=sentence):
            actions.spend_stub(pile=pile, typed=plain[0], by=cast.ganshi, on=on)


def test_a_stub_leaves_nothing_but_a_number(cast: Cast, round_: EvaluationRound, desk: Client) -> None:
    _, plain = papers.batch(build.categories_of(round_)[0], 1)
    pile = papers.box(build.categories_of(round_)[0])
    lines = LogEntry.objects.count()
    url = reverse("reviews:paper_box", args=[round_.pk, pile.pk])
    response = desk.post(url, {"code": plain[0]}, follow=True)
    after = response.content.decode()
    assert "请把票投进票箱" in after and plain[0] not in after
    assert LogEntry.objects.count() == lines
    assert PaperPile.objects.get().stubs == 1 and not PaperSheet.objects.exists() and not Ballot.objects.exists()
    assert Code.objects.get().receipt == ""


# ---- keying ----


def test_nobody_sees_what_the_other_has_keyed_until_both_are_done(
    cast: Cast, round_: EvaluationRound, desk: Client
) -> None:
    pile = papers.keyed(papers.filled(round_), cast.ganshi, ["43424"] * 5)
    assert 'value="43424"' in page(desk, "key", pile)
    other = Client()
    other.force_login(cast.zongzhi)
    assert "43424" not in page(other, "key", pile) + page(other, "check", pile)
    pile = papers.keyed(pile, cast.zongzhi, ["43424"] * 4)
    assert "43424" not in page(other, "check", pile)
    pile = papers.keyed(pile, cast.zongzhi, {5: "43421"})
    assert "改我录的" in page(other, "check", pile) and "第 5 张" in page(other, "check", pile)


def test_one_person_is_not_two(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.keyed(papers.filled(round_), cast.ganshi, [papers.ANSWERS] * 5)
    pile = papers.keyed(pile, cast.ganshi, {1: "11111"})
    assert (pile.first, pile.second) == (cast.ganshi, None)
    with pytest.raises(Refused, match="两个人分别录完"):
        actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)
    pile = papers.keyed(pile, cast.zongzhi, ["11111", *[papers.ANSWERS] * 4])
    with pytest.raises(Refused, match="第三个人不能再录"):
        papers.keyed(pile, papers.another(cast.general), {1: "11111"})


def test_a_box_of_few_is_not_opened_while_more_may_come(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.filled(round_, 4)
    with pytest.raises(Refused, match="不到 5 张"):
        actions.keep_entries(pile=pile, entries={1: papers.ANSWERS}, by=cast.ganshi, on=build.CLOSES)
    papers.keyed(pile, cast.ganshi, {1: papers.ANSWERS})


def test_no_stub_goes_into_an_opened_box(cast: Cast, round_: EvaluationRound) -> None:
    first = build.categories_of(round_)[0]
    _, plain = papers.batch(first, 6)
    pile = papers.box(first, plain[:5])
    with pytest.raises(Refused, match="截止那天起才能开箱"):
        actions.keep_entries(pile=pile, entries={1: papers.ANSWERS}, by=cast.ganshi, on=build.OPEN_DAY)
    actions.keep_entries(pile=pile, entries={1: papers.ANSWERS}, by=cast.ganshi, on=build.CLOSES)
    with pytest.raises(Refused, match="已经开箱"):
        actions.spend_stub(pile=pile, typed=plain[5], by=cast.ganshi, on=build.CLOSES)


def test_there_are_no_more_sheets_than_stubs(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.filled(round_, 5)
    with pytest.raises(Refused, match="没有第 6 张"):
        papers.keyed(pile, cast.ganshi, [papers.ANSWERS] * 6)
    assert not PaperSheet.objects.exists()


def test_what_cannot_be_on_a_sheet_comes_back_with_the_fault_named(
    cast: Cast, round_: EvaluationRound, desk: Client
) -> None:
    pile = papers.filled(round_)
    url = reverse("reviews:paper_key", args=[round_.pk, pile.pk])
    response = desk.post(url, {"s1-0": "11213", "s2-0": "1121", "s3-0": "11219", "r1": "食堂很好"})
    after = response.content.decode()
    assert response.status_code == 422
    assert "第 2 张" in after and "第 3 张" in after and "还有 2 处" in after
    assert all(f'value="{typed}"' in after for typed in ("11213", "1121", "11219", "食堂很好"))
    assert not PaperSheet.objects.exists() and papers.again(pile).first is None


def test_digits_are_taken_as_people_type_them(cast: Cast, round_: EvaluationRound, desk: Client) -> None:
    pile = papers.filled(round_)
    url = reverse("reviews:paper_key", args=[round_.pk, pile.pk])
    desk.post(url, {"s1-0": "１１２１３", "s2-0": "1 1-2,1", "s3-0": "0", "r3": "空白票"})
    assert list(PaperSheet.objects.values_list("first", flat=True)) == ["11213", "11021", "00000"]
    assert PaperSheet.objects.get(place=3).remark == "空白票"


def test_five_hundred_sheets_with_two_per_cent_of_typos_are_all_flagged(cast: Cast) -> None:
    chance = random.Random(SEED)
    round_ = build.announced(
        cast.general, cast.ganshi, subjects=[cast.one, cast.two], categories=[build.category(eligible=SHEETS)]
    )
    pile = papers.filled(round_, SHEETS, cast.ganshi)
    worst, cells = len(sheet_of(round_).grades), 10
    right = ["".join(str(chance.randint(0, worst)) for _ in range(cells)) for _ in range(SHEETS)]
    wrong: set[tuple[int, int]] = set()
    typed = {"first": list(right), "second": list(right)}
    for at in range(SHEETS * cells):
        if chance.random() < TYPOS:
            number, cell = divmod(at, cells)
            column = chance.choice(["first", "second"])
            other = chance.choice([digit for digit in range(worst + 1) if str(digit) != right[number][cell]])
            keyed = typed[column][number]
            typed[column][number] = keyed[:cell] + str(other) + keyed[cell + 1 :]
            wrong.add((number + 1, cell))
    pile = papers.keyed(pile, cast.ganshi, typed["first"])
    pile = papers.keyed(pile, cast.zongzhi, typed["second"])
    sheet = sheet_of(round_)
    place_of = {
        (subject, item): at
        for at, (subject, item) in enumerate((s, i) for _, s in sheet.subjects for _, i in sheet.items)
    }
    found = [(one.place, place_of[one.subject, one.item]) for one in differences_in(pile, sheet)]
    assert set(found) == wrong and len(found) == len(wrong) > 60
    with pytest.raises(Refused, match="不一样"):
        actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)

    papers.keyed(pile, cast.ganshi, {place: right[place - 1] for place, _ in wrong})
    papers.keyed(pile, cast.zongzhi, {place: right[place - 1] for place, _ in wrong})
    assert actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED) == SHEETS
    counted = list(Ballot.objects.values_list("answers", flat=True))
    assert sorted(counted) == sorted(right) and counted != right
    assert not PaperSheet.objects.exists() and Mixed.objects.filter(round=round_).exists()


def test_who_skipped_a_sheet_starts_over_without_touching_the_other(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.keyed(papers.filled(round_), cast.ganshi, [papers.ANSWERS] * 5)
    pile = papers.keyed(pile, cast.zongzhi, ["44444"] * 5)
    actions.clear_entries(pile=pile, column="second", by=cast.zongzhi, on=build.SEALED)
    assert list(PaperSheet.objects.values_list("first", "second")) == [(papers.ANSWERS, "")] * 5
    third = papers.another(cast.general)
    pile = papers.keyed(papers.again(pile), third, [papers.ANSWERS] * 5)
    assert (pile.first, pile.second) == (cast.ganshi, third)
    assert actions.commit_pile(pile=pile, by=third, on=build.SEALED) == 5


# ---- counting ----


def agreed(cast: Cast, round_: EvaluationRound, number: int = 5) -> PaperPile:
    pile = papers.filled(round_, number)
    for person in (cast.ganshi, cast.zongzhi):
        pile = papers.keyed(pile, person, [papers.ANSWERS] * (number - 1))
    return pile


def test_a_pile_counts_once_with_its_category_and_its_remarks(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.filled(round_)
    actions.keep_entries(
        pile=pile, entries={1: "11111", 2: "22222"}, remarks={1: "多到一线来"}, by=cast.ganshi, on=build.SEALED
    )
    papers.keyed(pile, cast.zongzhi, ["11111", "22222"])
    assert actions.commit_pile(pile=pile, by=cast.zongzhi, on=build.SEALED) == 2
    assert set(Ballot.objects.values_list("category", "answers")) == {
        (pile.category_id, "11111"),
        (pile.category_id, "22222"),
    }
    assert Remark.objects.get().text == "多到一线来"
    done = papers.again(pile)
    assert (done.committed, done.committed_on, done.stubs) == (2, build.SEALED, 5)
    assert "计入 2 张，票根 5 张" in LogEntry.objects.get(verb="commit_paper").note
    with pytest.raises(Refused, match="已经计入"):
        actions.commit_pile(pile=pile, by=cast.zongzhi, on=build.SEALED)


def test_remarks_on_paper_are_read_by_the_two_who_key_them(cast: Cast, round_: EvaluationRound, desk: Client) -> None:
    pile = agreed(cast, round_)
    actions.keep_entries(pile=pile, entries={1: "11111"}, remarks={1: "多到一线来"}, by=cast.ganshi, on=build.SEALED)
    assert "多到一线来" in page(desk, "check", pile)
    third = Client()
    third.force_login(papers.another(cast.general, "第三人"))
    assert "多到一线来" not in page(third, "check", pile)


def test_a_missing_sheet_in_the_middle_is_noticed(cast: Cast, round_: EvaluationRound) -> None:
    pile = papers.filled(round_)
    for person in (cast.ganshi, cast.zongzhi):
        pile = papers.keyed(pile, person, {1: papers.ANSWERS, 3: papers.ANSWERS})
    with pytest.raises(Refused, match="第 2 张"):
        actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)


def test_the_seal_waits_for_every_box_with_stubs(cast: Cast, round_: EvaluationRound) -> None:
    assert rules.piles_done(round_)
    papers.box(build.categories_of(round_)[1])
    assert rules.piles_done(round_), "an empty box waits for nothing"
    pile = agreed(cast, round_)
    assert "2号票箱" in rules.piles_done(round_).reason
    actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)
    assert rules.piles_done(round_)


def test_a_lost_box_is_left_out_with_the_reason_and_its_codes_stay_spent(cast: Cast, round_: EvaluationRound) -> None:
    pile = agreed(cast, round_)
    actions.leave_out_pile(pile=pile, reason="票比票根多，查不明", by=cast.ganshi, on=build.SEALED)
    assert rules.piles_done(round_)
    assert not Ballot.objects.exists() and not PaperSheet.objects.exists()
    assert Code.objects.filter(is_used=True).count() == 5
    assert "查不明" in LogEntry.objects.get(verb="leave_out_paper").note


def test_nothing_is_counted_into_a_sealed_round(cast: Cast, round_: EvaluationRound) -> None:
    pile = agreed(cast, round_)
    EvaluationRound.objects.filter(pk=round_.pk).update(state="sealed", sealed_on=build.SEALED)
    with pytest.raises(Refused, match="封存以前"):
        actions.commit_pile(pile=pile, by=cast.ganshi, on=build.SEALED)
    assert not Ballot.objects.exists()


def test_no_page_asks_more_for_more_sheets(cast: Cast, round_: EvaluationRound, desk: Client) -> None:
    pile = papers.filled(round_, 18)
    for name in ("list", "key", "check"):
        url = reverse(f"reviews:paper_{name}", args=[round_.pk] if name == "list" else [round_.pk, pile.pk])
        desk.get(url)
        asked = []
        for number in (5, 17):
            for person in (cast.ganshi, cast.zongzhi):
                papers.keyed(pile, person, dict.fromkeys(range(1, number + 1), papers.ANSWERS))
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(url).status_code == 200
            asked.append(len(queries))
        assert asked[0] == asked[1], name


# ---- the answer sheet ----


def test_the_answer_sheet_has_a_box_for_every_grade_and_no_code(round_: EvaluationRound, desk: Client) -> None:
    category = build.categories_of(round_)[0]
    _, plain = papers.batch(category, 3)
    sheet = desk.get(reverse("reviews:paper_sheet", args=[round_.pk, category.pk])).content.decode()
    assert sheet.count("□") == 5 * len(sheet_of(round_).grades)
    assert all(text in sheet for _, text in (*sheet_of(round_).items, *sheet_of(round_).grades))
    assert "svg viewBox" not in sheet and not any(code in sheet for code in plain)
    again = desk.get(reverse("reviews:paper_sheet", args=[round_.pk, category.pk])).content.decode()
    assert again == sheet, "all sheets are alike"


def test_many_members_are_asked_for_numbers_so_that_one_page_is_enough(cast: Cast, desk: Client) -> None:
    round_ = build.about_members(cast.general, 30, by=cast.ganshi, categories=[build.category(RaterKind.OTHER)])
    url = reverse("reviews:paper_sheet", args=[round_.pk, build.categories_of(round_)[0].pk])
    sheet = desk.get(url).content.decode()
    assert "每一格填一个数字" in sheet and sheet.count('class="paper-number"') == 30 * len(sheet_of(round_).items)
