"""The form loses nothing: not by an error, a collision, a closed window or a sign-in that has run out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Typed
from chuangxian import clock
from reviews.models import CommentRound, Measure, SelfReview, SelfReviewLine
from reviews.states import ReviewState
from tests import build as people
from tests.conftest import Cast
from tests.reviews import self_reviews as build
from tests.reviews.build import ended, round_of
from tests.reviews.self_reviews import ROW, posted

LONG = "参加集中学习十二次并主讲一次，写读书笔记两万余字"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(build.SUBMITTED):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


@pytest.fixture
def review(cast: Cast, round_: CommentRound) -> SelfReview:
    build.second_standard()
    return build.begun(round_, cast.dangyuan1)


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.dangyuan1)
    return client


def first_line(review: SelfReview) -> SelfReviewLine:
    line: SelfReviewLine = build.again(review).lines.all()[0]
    return line


def edit_url(review: SelfReview) -> str:
    return reverse("reviews:self_review_edit", args=[review.pk])


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_everything_typed_is_saved_measures_in_their_order(member: Client, review: SelfReview) -> None:
    rows = [ROW, {"text": "", "due_on": ""}, {"text": "建立问题清单", "due_on": "2011-07-31"}]
    assert member.post(edit_url(review), posted(review, *rows, practice=LONG)).status_code == 302
    for line in build.again(review).lines.all():
        assert (line.answer, line.practice, line.gap) == ("partly", LONG, build.GAP)
        assert [m.text for m in line.measures.all()] == ["每月下乡听课一次", "建立问题清单"]
    again = build.again(review)
    text = shown(member.get(edit_url(review)))
    assert "建立问题清单" in text and 'value="2011-07-31"' in text
    # a row taken away is gone, the other stays
    member.post(edit_url(review), posted(again, ROW | {"DELETE": "on"}, rows[2]))
    assert set(Measure.objects.values_list("text", flat=True)) == {"建立问题清单"}


def test_what_is_saved_half_finished_is_no_error(member: Client, review: SelfReview) -> None:
    assert (
        member.post(edit_url(review), posted(review, answer="", gap="", cause="", practice="写到一半")).status_code
        == 302
    )
    assert first_line(review).practice == "写到一半"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"text": "只有措施", "due_on": ""}, "五带头之二，第 1 条完成时限：请填完成时限。"),
        ({"text": "", "due_on": "2011-07-31"}, "五带头之二，第 1 条措施：请写措施；不要这一条就勾选删除。"),
        ({"text": "太早", "due_on": "2011-01-01"}, "完成时限要在 2011-05-03 到 2012-12-31 之间。"),
        ({"text": "坏日期", "due_on": "明年"}, "日期请写成 2011-06-30 的样子。"),
    ],
)
def test_a_wrong_measure_is_an_error_and_everything_typed_comes_back(
    member: Client, review: SelfReview, row: dict[str, str], sentence: str
) -> None:
    response = member.post(edit_url(review), posted(review, row, ROW, practice=LONG))
    text = shown(response)
    assert response.status_code == 422 and sentence in text
    assert all(word in text for word in (LONG, build.GAP, "每月下乡听课一次", row["text"], row["due_on"]))
    assert not Measure.objects.exists()


def test_a_member_from_elsewhere_does_not_answer_for_a_measure(cast: Cast, round_: CommentRound) -> None:
    review = build.begun(round_, cast.shuji1, organization=cast.one)
    client = Client()
    client.force_login(cast.shuji1)
    refused = client.post(edit_url(review), posted(review, ROW | {"responsible": cast.member2.pk}))
    assert refused.status_code == 422 and "不在可用的选项中" in shown(refused)
    assert client.post(edit_url(review), posted(review, ROW | {"responsible": cast.member1.pk})).status_code == 302
    assert Measure.objects.get().responsible == cast.member1


def test_all_no_gap_asks_for_confirmation_and_nothing_is_lost(member: Client, review: SelfReview) -> None:
    met = posted(review, answer="met", gap="", cause="", practice=LONG) | {"submit": "1"}
    text = shown(member.post(edit_url(review), met, follow=True))
    assert "内容已保存，还没有提交" in text and "如果确实没有差距，请勾选" in text and LONG in text
    again = build.again(review)
    assert again.state == ReviewState.DRAFT
    confirmed = posted(again, answer="met", gap="", cause="", practice=LONG, confirmed_no_gap=True) | {"submit": "1"}
    member.post(edit_url(review), confirmed)
    assert (build.again(review).state, build.again(review).confirmed_no_gap) == (ReviewState.SUBMITTED, True)


def test_one_more_measure_comes_without_script_and_nothing_is_saved_or_complained_of(
    member: Client, review: SelfReview
) -> None:
    prefix = f"s{first_line(review).standard_id}-measures"
    data = posted(review, {"text": "写到一半", "due_on": ""}, practice=LONG) | {"add_row": prefix}
    text = shown(member.post(edit_url(review), data))
    assert f'name="{prefix}-1-text"' in text and LONG in text and "写到一半" in text and "处需要修改" not in text
    assert not Measure.objects.exists()
    assert member.post(edit_url(review), data | {"add_row": "nothing"}).status_code == 200


def test_a_post_cut_off_half_way_is_answered_with_the_form_and_changes_nothing(
    member: Client, review: SelfReview
) -> None:
    build.written(review, review.author)
    before = build.again(review)
    prefix = f"s{first_line(review).standard_id}"
    response = member.post(edit_url(review), {"version": before.version, f"{prefix}-practice": LONG})
    assert response.status_code == 422 and LONG in shown(response)
    assert Measure.objects.count() == 2 and first_line(review).practice == build.PRACTICE


# ---- autosave ----


def autosave(client: Client, review: SelfReview, *rows: dict[str, Any], **fields: Any) -> Any:
    return client.post(
        reverse("reviews:self_review_autosave", args=[review.pk]), posted(build.again(review), *rows, **fields)
    )


def test_what_was_typed_is_offered_again_with_its_measures_and_without_complaints(
    member: Client, review: SelfReview
) -> None:
    answer = autosave(member, review, {"text": "半条措施", "due_on": ""}, practice=LONG)
    assert answer.status_code == 200 and len(answer.json()["saved_at"]) == 5
    text = shown(member.get(edit_url(review)))
    assert LONG in text and "半条措施" in text and "这里是您上次没有保存的内容" in text and "处需要修改" not in text
    assert LONG not in shown(member.get(edit_url(review) + "?saved=1"))
    assert first_line(review).practice == ""
    member.post(edit_url(review), posted(review, practice="新"))
    assert not Typed.objects.exists()


def test_a_draft_is_its_writers_alone_and_can_be_thrown_away(cast: Cast, member: Client, review: SelfReview) -> None:
    autosave(member, review, practice=LONG)
    secretary = Client()
    secretary.force_login(cast.shuji1)
    assert secretary.get(edit_url(review)).status_code == 404 and autosave(secretary, review).status_code == 404
    member.post(reverse("reviews:self_review_discard", args=[review.pk]))
    assert not Typed.objects.exists()


def test_autosave_says_when_somebody_else_has_saved_and_when_the_sign_in_is_over(
    member: Client, review: SelfReview
) -> None:
    url = reverse("reviews:self_review_autosave", args=[review.pk])
    assert member.post(url, posted(review, version=review.version + 1)).status_code == 409
    assert Client().post(url, posted(review)).status_code == 401
    assert not Typed.objects.exists()


# ---- two at once ----


def test_a_collision_shows_both_texts_and_mine_can_be_saved_on_purpose(cast: Cast, round_: CommentRound) -> None:
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, "deputy_secretary")
    review = build.begun(round_, cast.shuji1, organization=cast.one)
    one, two = Client(), Client()
    one.force_login(cast.shuji1)
    two.force_login(people.account(deputy))
    mine = posted(review, ROW, practice="书记写的内容在这里")
    two.post(edit_url(review), posted(review, practice="副书记写的内容在那里"))
    response = one.post(edit_url(review), mine)
    text = shown(response)
    assert response.status_code == 409
    assert all(
        word in text for word in ("书记写的内容在这里", "副书记写的内容在那里", "每月下乡听课一次（2011-08-31 前）")
    )
    assert first_line(review).practice == "副书记写的内容在那里"
    assert "书记写的内容在这里" in shown(one.get(edit_url(review))), "found again later"
    one.post(edit_url(review), mine | {"version": build.again(review).version})
    assert first_line(review).practice == "书记写的内容在这里"


def test_what_was_written_while_the_round_ended_comes_back(
    cast: Cast, member: Client, review: SelfReview, round_: CommentRound
) -> None:
    data = posted(review, ROW, practice=LONG, submit="1")
    ended(round_, cast.zongzhi, build.SUBMITTED)
    response = member.post(edit_url(review), data)
    text = shown(response)
    assert response.status_code == 403 and "没有保存：" in text
    assert LONG in text and "每月下乡听课一次" in text and "提交审阅</button>" not in text
    assert first_line(review).practice != LONG
    assert member.get(edit_url(review)).status_code == 403
    cut_off = member.post(edit_url(review), {"version": review.version, "confirmed_no_gap": "on"})
    assert cut_off.status_code == 403 and "没有保存：" in shown(cut_off)


def test_what_was_kept_while_typing_is_given_back_after_the_round_has_ended(
    cast: Cast, member: Client, review: SelfReview, round_: CommentRound
) -> None:
    member.post(reverse("reviews:self_review_autosave", args=[review.pk]), posted(review, ROW, practice=LONG))
    ended(round_, cast.zongzhi, build.SUBMITTED)
    response = member.get(edit_url(review))
    text = shown(response)
    assert response.status_code == 403 and "没有保存：" in text and LONG in text and "每月下乡听课一次" in text


# ---- a sign-in that has run out ----


def test_a_form_posted_after_the_session_ended_is_there_again_after_signing_in(cast: Cast, review: SelfReview) -> None:
    cast.dangyuan1.set_password("chang-zhou-2011")
    cast.dangyuan1.save()
    browser = Client()
    response = browser.post(edit_url(review), posted(review, ROW, practice=LONG))
    text = shown(response)
    assert response.status_code == 401 and LONG in text and "每月下乡听课一次" in text and "重新登录" in text
    assert "五带头" not in text
    sign_in = f"{reverse('accounts:sign_in')}?next={edit_url(review)}"
    answer = browser.post(
        sign_in, {"username": "dangyuan1", "password": "chang-zhou-2011", "next": edit_url(review)}, follow=True
    )
    text = shown(answer)
    assert LONG in text and "每月下乡听课一次" in text and "没有保存的内容" in text


def test_what_was_parked_is_not_given_to_somebody_else_and_no_mountains_are_taken(
    cast: Cast, review: SelfReview
) -> None:
    browser = Client()
    browser.post(edit_url(review), posted(review, practice="别人看不到"))
    browser.force_login(cast.dangyuan2)
    assert browser.get(edit_url(review)).status_code == 404
    assert not Typed.objects.exists()
    text = shown(Client().post(edit_url(review), posted(review, practice="长" * 60_000)))
    assert "没能替您存下" in text and "长长长" in text


def test_an_anonymous_reader_is_sent_to_sign_in(review: SelfReview) -> None:
    response = Client().get(edit_url(review))
    assert response.status_code == 302 and response.url.startswith(reverse("accounts:sign_in"))  # type: ignore[attr-defined]
