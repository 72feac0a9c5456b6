"""Codes: made once, counted always, revoked unused; the reserve opens with two; raters are drawn so that anybody can check."""

import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, User
from chuangxian import qr
from chuangxian.verdicts import Refused
from reviews import codes
from reviews.actions import batches as actions
from reviews.actions.casting import Kind, cast
from reviews.models import Code, CodeBatch, EvaluationRound, RaterCategory, RaterDraw
from reviews.queries.batches import Counts, code_counts, next_label
from reviews.queries.casting import usable_code
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.reviews import papers

LETTERS = re.compile(rf"[{codes.ALPHABET}]{{4}}(?:-[{codes.ALPHABET}]{{4}}){{3}}-[{codes.ALPHABET}]")


@pytest.fixture
def round_(cast: Cast) -> EvaluationRound:
    return build.announced(cast.general, cast.ganshi)


@pytest.fixture
def members(round_: EvaluationRound) -> RaterCategory:
    """The first category: twenty party members."""
    return build.categories_of(round_)[0]


@pytest.fixture
def office(cast: Cast, settings: Any) -> Client:
    settings.CHUANGXIAN_TODAY = build.ANNOUNCED
    client = Client()
    client.force_login(cast.ganshi)
    return client


def counts(round_: EvaluationRound) -> Counts:
    return sum((row.counts for row in code_counts(round_)), Counts())


def vote(round_: EvaluationRound, code: str) -> Kind:
    return cast(round_=round_, code=code, nonce=code[::-1], grades={(0, 1): 1}, on=build.OPEN_DAY).kind


def page_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


# ---- making ----


def test_a_batch_keeps_digests_and_logs_who_printed_how_many(round_: EvaluationRound, members: RaterCategory) -> None:
    batch, plain = papers.batch(members, 20)
    assert len(set(plain)) == 20 and all(codes.tidy(code) == code for code in plain)
    digests = set(Code.objects.filter(batch=batch).values_list("digest", flat=True))
    assert digests == {codes.digest(round_.pk, code) for code in plain}
    line = LogEntry.objects.get(verb="make_codes")
    assert line.note == "党员第1批，20 张，由办公室打印" and line.actor_name == "办公室"


def test_slips_lie_in_no_order_of_the_rows(round_: EvaluationRound, members: RaterCategory) -> None:
    _, plain = papers.batch(members, 20)
    assert [codes.digest(round_.pk, code) for code in plain] != sorted(codes.digest(round_.pk, code) for code in plain)


def test_nobody_gets_a_second_code_there_are_no_more_than_raters(members: RaterCategory) -> None:
    papers.batch(members, 15)
    with pytest.raises(Refused, match="最多还能制作 5 张"):
        papers.batch(members, 6)
    papers.batch(members, 5)


def test_a_lost_print_is_revoked_and_made_again(cast: Cast, members: RaterCategory) -> None:
    lost, _ = papers.batch(members, 20)
    actions.revoke_batch(batch=lost, reason="打印机卡纸", by=cast.ganshi, on=build.ANNOUNCED)
    papers.batch(members, 20)
    assert counts(members.round) == Counts(issued=40, used=0, unused=20, revoked=20)


def test_the_reserve_is_five_per_cent_and_at_least_one(members: RaterCategory) -> None:
    with pytest.raises(Refused, match="最多还能制作 1 张"):
        papers.batch(members, 2, is_reserve=True)
    papers.batch(members, 1, is_reserve=True)


def test_codes_are_made_between_the_announcement_and_the_first_ballot(cast: Cast, members: RaterCategory) -> None:
    _, plain = papers.batch(members, 10)
    assert vote(members.round, plain[0]) is Kind.ACCEPTED
    with pytest.raises(Refused, match="已经有人评议"):
        papers.batch(members, 5)
    drafted = build.draft(cast.one, build.runner(cast.one), name="另一次评议")
    with pytest.raises(Refused, match="公布以后"):
        papers.batch(build.categories_of(drafted)[0], 5)


# ---- the page of slips ----


def test_the_answer_to_the_post_is_the_only_page_of_slips(
    office: Client, round_: EvaluationRound, members: RaterCategory
) -> None:
    url = reverse("reviews:batch_make", args=[round_.pk, members.pk])
    typed = {"label": next_label(round_), "size": 20}
    response = office.post(url, typed)
    page = page_of(response)
    assert response["Cache-Control"] == "no-store, private" and response["X-Accel-Buffering"] == "no"
    letters = LETTERS.findall(page)
    assert len(set(letters)) == len(letters) == 20
    assert all(usable_code(round_, code) for code in letters)
    assert page.count('class="sheet slips"') == 3, "eight on a page"
    assert "2011年6月20日截止" in page and f"/v/{round_.pk}/" in page

    again = office.post(url, typed)
    assert again.status_code == 409 and "已经制作过了" in again.content.decode()
    assert CodeBatch.objects.count() == 1
    listed = office.get(reverse("reviews:batch_list", args=[round_.pk])).content.decode()
    assert not LETTERS.findall(listed)


def test_the_qr_code_leads_to_the_ballot_with_the_code_behind_the_fragment(
    office: Client, round_: EvaluationRound, members: RaterCategory, settings: Any
) -> None:
    settings.SITE_URL = "https://cxzy.example.edu.cn"
    url = reverse("reviews:batch_make", args=[round_.pk, members.pk])
    page = page_of(office.post(url, {"label": next_label(round_), "size": 1}))
    (letters,) = LETTERS.findall(page)
    text = f"https://cxzy.example.edu.cn/v/{round_.pk}/#{letters.replace('-', '')}"
    (path,) = re.findall(r' d="([^"]+)"', page)
    assert modules_of(path) == {
        (x + qr.BORDER, y + qr.BORDER)
        for y, row in enumerate(segno.make_qr(text, error="m", mask=qr.MASK).matrix)
        for x, dark in enumerate(row)
        if dark
    }


def modules_of(path: str) -> set[tuple[int, int]]:
    """The dark modules of a path of strokes."""
    strokes = re.findall(r"M(\d+) (\d+)\.5h(\d+)", path)
    return {(int(x) + step, int(y)) for x, y, width in strokes for step in range(int(width))}


def test_too_many_slips_are_refused_on_the_form_with_the_number_kept(
    office: Client, round_: EvaluationRound, members: RaterCategory
) -> None:
    url = reverse("reviews:batch_make", args=[round_.pk, members.pk])
    response = office.post(url, {"label": next_label(round_), "size": 21})
    page = response.content.decode()
    assert response.status_code == 422 and "最多还能制作 20 张" in page and 'value="21"' in page
    assert not CodeBatch.objects.exists()


def test_the_list_asks_as_much_for_ten_batches_as_for_one(
    office: Client, round_: EvaluationRound, members: RaterCategory
) -> None:
    url = reverse("reviews:batch_list", args=[round_.pk])
    office.get(url)  # the first visit of a session costs more
    asked = []
    for number in (1, 9):
        for _ in range(number):
            papers.batch(members, 1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = office.get(url).content.decode()
        asked.append(len(queries))
    assert "发出 10 ＝ 已用 0 ＋ 未用 10 ＋ 作废 0" in page
    assert asked[0] == asked[1]


# ---- revoking ----


def test_a_batch_is_revoked_as_far_as_it_is_unused(cast: Cast, members: RaterCategory) -> None:
    batch, plain = papers.batch(members, 10)
    vote(members.round, plain[0])
    number = actions.revoke_batch(batch=batch, reason="一盒丢了", by=cast.ganshi, on=build.OPEN_DAY)
    assert number == 9
    assert counts(members.round) == Counts(issued=10, used=1, unused=0, revoked=9)
    assert vote(members.round, plain[1]) is Kind.UNKNOWN
    with pytest.raises(Refused, match="已经作废"):
        actions.revoke_batch(batch=batch, reason="再来", by=cast.ganshi, on=build.OPEN_DAY)


def test_a_slip_is_revoked_by_presenting_it(cast: Cast, members: RaterCategory) -> None:
    round_ = members.round
    _, plain = papers.batch(members, 3)
    vote(round_, plain[0])

    def revoke(typed: str) -> None:
        actions.revoke_slip(round_=round_, typed=typed, reason="印得看不清", by=cast.ganshi, on=build.OPEN_DAY)

    revoke(codes.shown(plain[1]).lower())
    revoke(f"https://cxzy.example.edu.cn/v/{round_.pk}/#{plain[2]}")
    assert counts(round_) == Counts(issued=3, used=1, unused=0, revoked=2)
    for typed, sentence in ((plain[0], "已经用过"), (plain[1], "已经作废"), (codes.new_code(), "没有这个评议码")):
        with pytest.raises(Refused, match=sentence):
            revoke(typed)
    assert LogEntry.objects.filter(verb="revoke_slip").count() == 2


def test_a_code_of_another_round_is_unknown(cast: Cast, members: RaterCategory) -> None:
    other = build.announced(cast.one, build.runner(cast.one))
    _, plain = papers.batch(build.categories_of(other)[0], 1)
    with pytest.raises(Refused, match="没有这个评议码"):
        actions.revoke_slip(round_=members.round, typed=plain[0], reason="拿错了", by=cast.ganshi, on=build.OPEN_DAY)


def test_a_wrong_code_comes_back_on_the_page(office: Client, round_: EvaluationRound) -> None:
    url = reverse("reviews:slip_revoke", args=[round_.pk])
    response = office.post(url, {"code": "ABCD-0000", "reason": "印得看不清"})
    page = response.content.decode()
    assert response.status_code == 422 and "没有这个评议码" in page and "ABCD-0000" in page and "印得看不清" in page


def test_withdrawing_a_round_leaves_no_code_that_works(cast: Cast, round_: EvaluationRound) -> None:
    for category in build.categories_of(round_):
        papers.batch(category, 5)
        papers.batch(category, 1, is_reserve=True)
    assert actions.revoke_all(round_=round_, by=cast.ganshi, on=build.ANNOUNCED) == 12
    assert counts(round_) == Counts(issued=12, used=0, unused=0, revoked=12)
    assert not CodeBatch.objects.filter(is_revoked=False).exists()


# ---- the reserve ----


def test_the_reserve_opens_when_a_second_person_agrees(cast: Cast, members: RaterCategory) -> None:
    round_ = members.round
    batch, plain = papers.batch(members, 1, is_reserve=True)
    assert vote(round_, plain[0]) is Kind.UNKNOWN

    def agree(by: User) -> bool:
        return actions.consent(batch=batch, reason="两张纸条湿了", by=by, on=build.OPEN_DAY)

    assert agree(cast.ganshi) is False
    with pytest.raises(Refused, match="另外一个人"):
        agree(cast.ganshi)
    assert vote(round_, plain[0]) is Kind.UNKNOWN
    assert agree(cast.zongzhi) is True
    assert vote(round_, plain[0]) is Kind.ACCEPTED
    with pytest.raises(Refused, match="已经启用"):
        agree(papers.another(cast.general))
    lines = LogEntry.objects.filter(verb__in=("consent_reserve", "open_reserve")).order_by("pk")
    assert [(line.actor, "两张纸条湿了" in line.note) for line in lines] == [(cast.ganshi, True), (cast.zongzhi, True)]


def test_no_reserve_opens_after_the_last_day(cast: Cast, members: RaterCategory) -> None:
    batch, _ = papers.batch(members, 1, is_reserve=True)
    with pytest.raises(Refused, match="已经截止"):
        actions.consent(batch=batch, reason="补发", by=cast.ganshi, on=build.CLOSES + timedelta(days=1))


def test_only_a_reserve_is_opened(cast: Cast, members: RaterCategory) -> None:
    batch, _ = papers.batch(members, 1)
    with pytest.raises(Refused, match="不是备用"):
        actions.consent(batch=batch, reason="补发", by=cast.ganshi, on=build.OPEN_DAY)


def test_who_does_not_run_the_round_makes_revokes_and_opens_nothing(cast: Cast, members: RaterCategory) -> None:
    batch, plain = papers.batch(members, 1, is_reserve=True)
    given: dict[str, Any] = {"by": cast.shuji1, "on": build.ANNOUNCED}
    for act in (
        lambda: papers.batch(members, 1, cast.shuji1),
        lambda: actions.revoke_batch(batch=batch, reason="x", **given),
        lambda: actions.revoke_slip(round_=members.round, typed=plain[0], reason="x", **given),
        lambda: actions.consent(batch=batch, reason="x", **given),
        lambda: actions.draw(category=members, names=["王建国"], wanted=1, **given),
    ):
        with pytest.raises(Refused, match="组织"):
            act()


# ---- drawing raters ----

NAMES = [f"教师{number}" for number in range(1, 41)]


def test_anybody_can_check_the_draw_with_sha256sum(cast: Cast, members: RaterCategory) -> None:
    seed = "骰子 6 3 1 4"
    row = actions.draw(category=members, names=NAMES, wanted=10, seed=seed, by=cast.ganshi, on=build.ANNOUNCED)
    numbers = {}
    for line, name in enumerate(NAMES, 1):
        said = subprocess.run(["sha256sum"], input=f"{seed}|{line}|{name}".encode(), capture_output=True, check=True)
        numbers[name] = said.stdout.split()[0].decode()
    assert row.drawn == sorted(NAMES, key=numbers.__getitem__)[:10]
    assert "40 人中抽取 10 人，种子 骰子 6 3 1 4" in LogEntry.objects.get(verb="draw_raters").note


def test_the_page_draws_again_and_says_whether_it_is_the_same(
    office: Client, cast: Cast, members: RaterCategory
) -> None:
    row = actions.draw(category=members, names=NAMES, wanted=3, by=cast.ganshi, on=build.ANNOUNCED)
    pages = [reverse(f"reviews:draw_{name}", args=[members.round_id, row.pk]) for name in ("detail", "print")]
    assert all("相同" in office.get(url).content.decode() for url in pages)
    RaterDraw.objects.filter(pk=row.pk).update(drawn=NAMES[:3])
    assert all("改动过" in office.get(url).content.decode() for url in pages)


def test_an_empty_seed_is_made_up_and_differs_each_time(cast: Cast, members: RaterCategory) -> None:
    draws = [
        actions.draw(category=members, names=NAMES, wanted=1, by=cast.ganshi, on=build.ANNOUNCED) for _ in range(5)
    ]
    assert len({row.seed for row in draws}) == 5


def test_who_stands_twice_on_the_list_is_named(office: Client, members: RaterCategory) -> None:
    url = reverse("reviews:draw_add", args=[members.round_id])
    typed = {"category": members.pk, "names": "王建国\n李秀英\n\n王建国", "wanted": 5, "seed": "6 3 1"}
    response = office.post(url, typed)
    page = response.content.decode()
    assert response.status_code == 422 and "王建国（第 1、3 个）" in page and "李秀英\r\n" in page.replace("\n", "\r\n")
    response = office.post(url, {**typed, "names": "王建国\n李秀英"})
    assert response.status_code == 422 and "名单上只有 2 人" in response.content.decode()
    assert not RaterDraw.objects.exists()


def test_the_list_is_deleted_only_after_publication(cast: Cast, members: RaterCategory) -> None:
    row = actions.draw(category=members, names=NAMES, wanted=1, by=cast.ganshi, on=build.ANNOUNCED)
    with pytest.raises(Refused, match="公布以后才能删除"):
        actions.forget_draw(draw=row, by=cast.ganshi, on=build.SEALED)
    EvaluationRound.objects.filter(pk=members.round_id).update(state="published")
    row = RaterDraw.objects.select_related("category__round__organization").get(pk=row.pk)
    actions.forget_draw(draw=row, by=cast.ganshi, on=build.SEALED)
    assert not RaterDraw.objects.exists()
    assert "40 人的名单" in LogEntry.objects.get(verb="forget_draw").note
