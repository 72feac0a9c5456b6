"""Points in self-reviews: asked for, given and shown while the campaign keeps scores, and nowhere while it does not."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chuangxian import clock
from chuangxian.verdicts import Refused
from reviews.actions import self_reviews as actions
from reviews.models import CommentRound, SelfReview, SelfReviewLine
from reviews.states import ReviewState
from schedule.models import ActionItem, ScoringScheme
from tests.conftest import Cast
from tests.reviews import self_reviews as build
from tests.reviews.build import round_of
from tests.reviews.self_reviews import ACCEPTED, ON, ROW, SUBMITTED, posted
from tests.reviews.test_self_review_pages import many, queries
from tests.schedule.indicators import scoring

OWN, GIVEN = "19.5", "16.5"  # of each standard; 39 and 33 of 40


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    build.second_standard()
    return round_of(cast.general)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


def url(name: str, review: SelfReview) -> str:
    return reverse(f"reviews:{name}", args=[review.pk])


def fields(review: SelfReview, points: str = GIVEN, **more: Any) -> dict[str, Any]:
    """What the browser posts to accept: the same points for every standard."""
    data = {f"assessed-s{line.standard_id}": points for line in review.lines.all()}
    return {"verb": "accept", "version": review.version, **data, **more}


def handed_in(round_: CommentRound, by: User, *, own: str | None = OWN, **subject: Any) -> SelfReview:
    """A self-review handed in with its points; without any when ``own`` is None, as before scores were kept."""
    review = build.written(build.begun(round_, by, on=SUBMITTED, **subject), by, on=SUBMITTED)
    review.lines.update(self_score=own)
    if own is None:
        SelfReview.objects.filter(pk=review.pk).update(
            state=ReviewState.SUBMITTED, submitted_on=SUBMITTED, first_submitted_on=SUBMITTED, submitted_by=by
        )
    else:
        review = build.again(review)
        actions.act(review=review, verb="submit", version=review.version, by=by, on=SUBMITTED)
    return build.again(review)


def assessed(round_: CommentRound, by: User, reader: User, **subject: Any) -> SelfReview:
    review = handed_in(round_, by, **subject)
    points = {line.pk: Decimal(GIVEN) for line in review.lines.all()}
    verb, note = ("register", "同意") if review.goes_outside else ("accept", "")
    actions.act(review=review, verb=verb, note=note, points=points, version=review.version, by=reader, on=ACCEPTED)
    return build.again(review)


def stored(review: SelfReview) -> set[tuple[Any, Any]]:
    return set(SelfReviewLine.objects.filter(review=review).values_list("self_score", "assessed_score"))


# ---- writing ----


def test_points_are_saved_with_the_text_and_come_back(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    client = signed_in(cast.dangyuan1)
    assert client.post(url("self_review_edit", review), posted(review, ROW, self_score="17.5")).status_code == 302
    assert stored(review) == {(Decimal("17.5"), None)}
    assert shown(client.get(url("self_review_edit", review))).count('value="17.5"') == 2
    again = build.again(review)
    client.post(url("self_review_edit", review), posted(again, ROW, self_score="18") | {"submit": "1"})
    assert build.again(review).state == ReviewState.SUBMITTED and stored(review) == {(Decimal(18), None)}


def test_a_draft_may_lack_points_but_is_not_handed_in_without(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    client = signed_in(cast.dangyuan1)
    data = posted(review, ROW, self_score="") | {"submit": "1"}
    text = shown(client.post(url("self_review_edit", review), data, follow=True))
    assert "内容已保存，还没有提交" in text and "还没有打自查分" in text and build.GAP in text
    assert build.again(review).state == ReviewState.DRAFT


def test_points_out_of_range_are_said_clearly_and_nothing_typed_is_lost(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    response = signed_in(cast.dangyuan1).post(
        url("self_review_edit", review), posted(review, ROW, self_score="21", practice="写了很久")
    )
    text = shown(response)
    assert response.status_code == 422 and "五带头之二，自查分：分数在 0 到 20 之间。" in text
    assert 'value="21"' in text and "写了很久" in text and ROW["text"] in text
    assert stored(review) == {(None, None)}


def test_points_being_typed_are_kept_by_autosave_and_offered_again(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    client = signed_in(cast.dangyuan1)
    client.post(url("self_review_autosave", review), posted(review, ROW, self_score="13.5"))
    text = shown(client.get(url("self_review_edit", review)))
    assert "您上次没有保存的内容" in text and 'value="13.5"' in text
    assert stored(review) == {(None, None)}


def test_of_two_who_save_at_once_both_points_are_shown(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    client = signed_in(cast.dangyuan1)
    client.post(url("self_review_edit", review), posted(review, ROW, self_score="13.5"))
    late = shown(client.post(url("self_review_edit", review), posted(review, ROW, self_score="14.5")))
    assert "自查分：14.5" in late and "自查分：13.5" in late
    ScoringScheme.objects.update(enabled=False)
    late = shown(client.post(url("self_review_edit", review), posted(review, ROW, self_score="14.5")))
    assert "自查分" not in late


def test_what_a_stranger_to_the_session_typed_comes_back_with_its_points(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = build.begun(round_, cast.dangyuan1)
    client = Client()
    response = client.post(url("self_review_edit", review), posted(review, ROW, self_score="13.5"))
    assert response.status_code == 401 and "自查分：13.5" in shown(response)
    client.force_login(cast.dangyuan1)
    assert 'value="13.5"' in shown(client.get(url("self_review_edit", review)))


# ---- assessing ----


@pytest.mark.parametrize("page", ["review_read", "self_review_detail"])
def test_the_reader_gives_points_beside_ones_own_and_accepts_with_them(
    page: str, cast: Cast, round_: CommentRound
) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    client = signed_in(cast.shuji1)
    text = shown(client.get(url(page, review)))
    assert text.count('name="assessed-s') == 2 and 'value="accept"' in text and "自查 19.5 分" in text
    assert "自查合计" in text and "39 分（满分 40），好" in text
    assert client.post(url("self_review_act", review), fields(review, note="还要多下校")).status_code == 302
    again = build.again(review)
    assert again.state == ReviewState.ACCEPTED and stored(review) == {(Decimal(OWN), Decimal(GIVEN))}
    assert again.opinions.get().opinion == "还要多下校" and ActionItem.objects.count() == 2


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("20.5", "考核分：分数在 0 到 20 之间。"),
        ("-1", "考核分：分数在 0 到 20 之间。"),
        ("16.3", "考核分：分数最多打到半分，比如 17.5。"),
        ("很好", "考核分：请填写数字。"),
        ("", "考核分：请打分。"),
    ],
)
def test_points_that_cannot_stand_give_everything_back_and_accept_nothing(
    points: str, said: str, cast: Cast, round_: CommentRound
) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    first, *_ = review.lines.all()
    data = fields(review, note="写了很久的意见") | {f"assessed-s{first.standard_id}": points}
    response = signed_in(cast.shuji1).post(url("self_review_act", review) + "?then=pile", data)
    text = shown(response)
    assert response.status_code == 422 and said in text and "还有 1 处需要修改" in text
    assert f'value="{points}"' in text and f'value="{GIVEN}"' in text and "写了很久的意见" in text
    assert f'action="{url("self_review_act", review)}?then=pile"' in text
    assert build.again(review).state == ReviewState.SUBMITTED and stored(review) == {(Decimal(OWN), None)}


def test_overtaken_the_points_and_the_opinion_come_back(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    client = signed_in(cast.shuji1)
    stale = client.post(url("self_review_act", review), fields(review, version=review.version - 1, note="意见还在"))
    text = shown(stale)
    assert stale.status_code == 409 and text.count(f'value="{GIVEN}"') == 2 and "意见还在" in text
    # meanwhile, in another window, it was accepted
    others = {line.pk: Decimal(18) for line in review.lines.all()}
    actions.act(review=review, verb="accept", points=others, version=review.version, by=cast.shuji1, on=ON)
    gone = client.post(url("self_review_act", review), fields(review, note="意见还在"))
    text = shown(gone)
    assert gone.status_code == 403 and "您打的考核分" in text and "五带头之二 16.5" in text and "意见还在" in text
    assert stored(review) == {(Decimal(OWN), Decimal(18))}


def test_whoever_may_not_accept_gives_no_points(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    for user in (cast.dangyuan1, cast.zongzhi, cast.ganshi):
        assert 'name="assessed-s' not in shown(signed_in(user).get(url("self_review_detail", review)))
        assert signed_in(user).post(url("self_review_act", review), fields(review)).status_code == 403
    assert stored(review) == {(Decimal(OWN), None)}


def test_none_is_accepted_without_points_not_even_in_a_pile(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    text = shown(signed_in(cast.shuji1).get(reverse("reviews:review_pile")))
    assert "逐条打考核分后认可" in text and 'name="review"' not in text and "细读、打分" in text
    data = {"review": review.pk, f"version-{review.pk}": review.version}
    text = shown(signed_in(cast.shuji1).post(reverse("reviews:review_pile"), data, follow=True))
    assert "没有办成：这次活动计分" in text
    with pytest.raises(Refused, match="还没有打考核分"):
        actions.act(review=review, verb="accept", version=review.version, by=cast.shuji1, on=ON)
    assert build.again(review).state == ReviewState.SUBMITTED


def test_what_is_sent_back_needs_no_points(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = handed_in(round_, cast.dangyuan1)
    data = {"verb": "return", "version": review.version, "note": "太空"}
    assert signed_in(cast.shuji1).post(url("self_review_act", review), data).status_code == 302
    assert build.again(review).state == ReviewState.RETURNED


def test_the_level_above_the_unit_may_give_points_or_none(cast: Cast, round_: CommentRound) -> None:
    scoring()
    unit = handed_in(round_, cast.zongzhi, organization=cast.general)
    client = signed_in(cast.ganshi)
    assert 'value="register"' in shown(client.get(url("self_review_detail", unit)))
    bare = client.post(url("self_review_act", unit), fields(unit, points="", verb="register"))
    assert bare.status_code == 403 and "必须写明上级意见" in shown(bare)
    data = fields(unit, points="", verb="register", note="党工委：同意")
    assert client.post(url("self_review_act", unit), data).status_code == 302
    assert build.again(unit).state == ReviewState.ACCEPTED and {pair[1] for pair in stored(unit)} == {None}


def test_what_was_handed_in_before_scores_were_kept_can_be_assessed(cast: Cast, round_: CommentRound) -> None:
    review = handed_in(round_, cast.dangyuan1, own=None)
    scoring()
    SelfReview.objects.filter(pk=review.pk).update(reviewing=cast.one)
    client = signed_in(cast.shuji1)
    assert "没有打" in shown(client.get(url("review_read", review)))
    client.post(url("self_review_act", review), fields(build.again(review)))
    text = shown(client.get(url("self_review_detail", review)))
    assert "考核 33 分（满分 40），较好" in text and "自查" not in text.partition("得分")[2].partition("</dd>")[0]


# ---- showing ----


def test_both_totals_their_bands_and_how_far_apart_they_lie_are_on_page_and_paper(
    cast: Cast, round_: CommentRound
) -> None:
    scoring()
    review = assessed(round_, cast.dangyuan1, cast.shuji1)
    for user in (cast.dangyuan1, cast.shuji1, cast.zongzhi):
        text = shown(signed_in(user).get(url("self_review_detail", review)))
        assert "自查 39 分（满分 40），好" in text and "考核 33 分（满分 40），较好" in text
        assert text.count("比自查低 3 分") == 2
    paper = shown(signed_in(cast.dangyuan1).get(url("self_review_print", review)))
    assert "自查 39 分（满分 40），好" in paper and "考核 33 分（满分 40），较好" in paper
    assert paper.count('<td class="center">19.5</td><td class="center">16.5</td>') == 2


@pytest.mark.parametrize(
    ("points", "band"),
    [("18", "好"), ("17.5", "较好"), ("16", "较好"), ("15.5", "一般"), ("12", "一般"), ("11.5", "较差")],
)
def test_a_total_stands_in_its_band_to_the_half_point(points: str, band: str, cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = assessed(round_, cast.dangyuan1, cast.shuji1)
    review.lines.update(assessed_score=points)
    total = f"{Decimal(points) * 2:.0f}"
    text = shown(signed_in(cast.dangyuan1).get(url("self_review_detail", review)))
    assert f"考核 {total} 分（满分 40），{band}" in text


def test_while_a_standard_lacks_points_the_total_has_no_band(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = assessed(round_, cast.dangyuan1, cast.shuji1)
    SelfReviewLine.objects.filter(pk=build.again(review).lines.all()[0].pk).update(assessed_score=None)
    text = shown(signed_in(cast.dangyuan1).get(url("self_review_detail", review)))
    assert "考核 16.5 分（满分 40）</dd>" in text


def book_of(user: User) -> Any:
    response: Any = signed_in(user).get(reverse("reviews:self_review_export"))
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_has_points_by_standard_and_a_sheet_of_totals_in_the_order_of_the_roster(
    cast: Cast, round_: CommentRound
) -> None:
    scoring()
    assessed(round_, cast.dangyuan1, cast.shuji1)
    handed_in(round_, cast.shuji1, own="20")
    summary, totals = book_of(cast.zongzhi).worksheets
    assert sum(OWN in map(str, row) and GIVEN in map(str, row) for row in cells(summary)) == 2
    rows = [row for row in cells(totals) if row[:1] == ["第一党支部"]]
    given = {row[1]: row[4:] for row in rows}
    assert given == {"党员甲": [40, 39, "好", 33, "较好", -6, "已认可"], "书记一": [40, 40, "好", "待审"]}
    order = list(SelfReview.objects.order_by("path", "-subject_kind", "member__sort_key").values_list("member__name"))
    assert [(row[1],) for row in rows] == order


@pytest.mark.parametrize("page", ["review_pile", "self_review_export"])
def test_three_or_sixty_with_points_cost_the_same(page: str, cast: Cast, round_: CommentRound) -> None:
    scoring()
    client, address = signed_in(cast.shuji1), reverse(f"reviews:{page}")
    many(round_, cast, 3)
    few = queries(client, address)
    many(round_, cast, 57)
    assert queries(client, address) == few


def test_off_no_number_is_on_page_paper_or_workbook_even_where_rows_have_some(cast: Cast, round_: CommentRound) -> None:
    scoring()
    review = assessed(round_, cast.dangyuan1, cast.shuji1)
    waiting = handed_in(round_, cast.zongzhi)
    ScoringScheme.objects.update(enabled=False)
    pages = [
        (cast.dangyuan1, url("self_review_detail", review)),
        (cast.shuji1, url("self_review_detail", review)),
        (cast.zongzhi, url("self_review_detail", review)),
        (cast.dangyuan1, url("self_review_print", review)),
        (cast.shuji1, url("review_read", waiting)),
        (cast.shuji1, url("self_review_detail", waiting)),
        (cast.shuji1, reverse("reviews:review_pile")),
    ]
    for user, address in pages:
        text = shown(signed_in(user).get(address))
        for word in ("19.5", "16.5", "自查分", "考核", "满分", "得分", "assessed-"):
            assert word not in text, (address, word)
    book = book_of(cast.zongzhi)
    words = {str(cell) for sheet in book.worksheets for row in cells(sheet) for cell in row}
    assert len(book.worksheets) == 1 and not words & {"自查分", "考核分", "19.5", "16.5"}
    # and nothing is asked for: a text is written and accepted as if there were no points
    draft = build.begun(round_, cast.shuji1)
    edit = url("self_review_edit", draft)
    assert "self_score" not in shown(signed_in(cast.shuji1).get(edit))
    signed_in(cast.shuji1).post(edit, posted(draft, ROW, self_score="19.5") | {"submit": "1"})
    assert build.again(draft).state == ReviewState.SUBMITTED and stored(draft) == {(None, None)}
    client = signed_in(cast.shuji1)
    assert client.post(url("self_review_act", waiting), fields(waiting)).status_code == 302
    assert stored(waiting) == {(Decimal(OWN), None)}
