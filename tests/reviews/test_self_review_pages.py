"""Every page opens for whom it is meant, and costs the same number of queries with 3 rows and with 300, with 1 measure and with 20."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, User
from branches.models import Member, Membership
from chuangxian import clock
from reviews.actions import self_reviews as actions
from reviews.models import CommentRound, Measure, SelfReview, SelfReviewLine
from reviews.states import ReviewState
from schedule.models import ActionItem, Standard
from tests import build as people
from tests.conftest import Cast
from tests.reviews import self_reviews as build
from tests.reviews.build import round_of
from tests.reviews.self_reviews import ON


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


def many(round_: CommentRound, cast: Cast, number: int, state: str = ReviewState.SUBMITTED) -> None:
    """So many self-reviews of as many members of branch one, each with a gap and a measure."""
    already = Member.objects.count()
    members = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(member=member, organization=cast.one, path=cast.one.path, starts_on=people.DAY) for member in members
    )
    standard = Standard.objects.get(key="five_takes_the_lead_one")
    reviews = SelfReview.objects.bulk_create(
        SelfReview(
            round=round_,
            subject_kind="member",
            organization=cast.one,
            path=cast.one.path,
            member=member,
            set=standard.set,
            reviewing=cast.one,
            state=state,
            author=cast.dangyuan2,
            first_submitted_on=build.SUBMITTED,
            submitted_on=build.SUBMITTED,
        )
        for member in members
    )
    lines = SelfReviewLine.objects.bulk_create(
        SelfReviewLine(
            review=review, standard=standard, answer="gap", practice=build.PRACTICE, gap=build.GAP, cause="忙"
        )
        for review in reviews
    )
    Measure.objects.bulk_create(Measure(line=line, place=1, text="每月一次", due_on=build.DUE) for line in lines)


def queries(client: Client, url: str) -> int:
    client.get(url)  # what is asked once a session is not counted
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response: Any = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("view", "who"),
    [
        ("self_review_list", "zongzhi"),
        ("self_review_list", "shuji1"),
        ("self_review_start", "ganshi"),
        ("review_pile", "shuji1"),
        ("self_review_export", "zongzhi"),
    ],
)
def test_three_or_three_hundred_cost_the_same(view: str, who: str, cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.users()[who]), reverse(f"reviews:{view}")
    many(round_, cast, 3)
    few = queries(client, url)
    many(round_, cast, 297)
    assert queries(client, url) == few


@pytest.mark.parametrize(
    ("view", "who", "state"),
    [
        ("self_review_detail", "shuji1", ReviewState.ACCEPTED),
        ("self_review_edit", "dangyuan1", ReviewState.DRAFT),
        ("self_review_print", "dangyuan1", ReviewState.ACCEPTED),
        ("review_read", "shuji1", ReviewState.SUBMITTED),
    ],
)
def test_one_or_twenty_measures_cost_the_same(
    view: str, who: str, state: str, cast: Cast, round_: CommentRound
) -> None:
    last = build.last_round(cast.general)
    older = build.submitted(last, cast.dangyuan1, on=build.date(2010, 12, 1))
    actions.act(review=older, verb="accept", version=None, by=cast.shuji1, on=build.date(2010, 12, 8))
    review = build.accepted(round_, cast.dangyuan1, cast.shuji1)
    SelfReview.objects.filter(pk=review.pk).update(state=state)
    client, url = signed_in(cast.users()[who]), reverse(f"reviews:{view}", args=[review.pk])
    few = queries(client, url)
    line, item = review.lines.get(), ActionItem.objects.get(source_id=review.pk)
    for place in range(2, 21):
        Measure.objects.create(line=line, place=place, text=f"措施{place}", due_on=build.DUE)
        item.pk, item.source_place, item.measure = None, place, f"措施{place}"
        item.save()
    assert queries(client, url) == few


def test_the_list_is_paged_and_filtered_and_its_filters_hold_for_the_workbook(cast: Cast, round_: CommentRound) -> None:
    many(round_, cast, 60)
    build.accepted(round_, cast.dangyuan1, cast.shuji1)
    client = signed_in(cast.zongzhi)
    url, of_round = reverse("reviews:self_review_list"), str(round_.pk)
    assert "共 61 份" in shown(client.get(url)) and "page=2" in shown(client.get(url))
    text = shown(client.get(url, {"round": of_round, "state": "accepted"}))
    assert "共 1 份" in text and "党员甲" in text and "0/1" in text
    assert "共 0 份" in shown(client.get(url, {"round": of_round, "organization": str(cast.two.pk)}))
    assert "共 1 份" in shown(client.get(url, {"round": of_round, "q": "党员甲"}))


def test_a_new_one_is_begun_from_the_start_page_and_offered_no_second_time(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), reverse("reviews:self_review_start")
    text = shown(client.get(url))
    own, branch = f"{round_.pk}-m{cast.shuji1.member.pk}", f"{round_.pk}-o{cast.one.pk}"
    assert own in text and branch in text and "已过期限，仍可补交" in text
    response = client.post(url, {"subject": own})
    review = SelfReview.objects.get()
    assert response.url == reverse("reviews:self_review_edit", args=[review.pk])  # type: ignore[attr-defined]
    assert own not in shown(client.get(url)) and client.post(url, {"subject": own}).status_code == 403


def test_the_office_begins_for_a_member_without_an_account_and_the_log_says_so(
    cast: Cast, round_: CommentRound
) -> None:
    member = people.member(cast.one, "无账号")
    client = signed_in(cast.ganshi)
    client.post(reverse("reviews:self_review_start"), {"subject": f"{round_.pk}-m{member.pk}"})
    assert SelfReview.objects.get().member == member
    assert LogEntry.objects.filter(verb="begin_for", actor=cast.ganshi).exists()


def test_before_a_round_runs_and_after_it_there_is_nothing_to_begin(cast: Cast, round_: CommentRound) -> None:
    CommentRound.objects.filter(pk=round_.pk).update(closed_on=ON)
    assert "现在没有可以写的对照检查" in shown(signed_in(cast.dangyuan1).get(reverse("reviews:self_review_start")))


# ---- reading ----


def test_those_ticked_are_accepted_together_and_one_refusal_does_not_stop_the_others(
    cast: Cast, round_: CommentRound
) -> None:
    build.second_standard()
    first = build.submitted(round_, cast.dangyuan1)
    changed = build.submitted(round_, cast.zongzhi)
    client, url = signed_in(cast.shuji1), reverse("reviews:review_pile")
    data = {"review": [first.pk, changed.pk], f"version-{first.pk}": first.version, f"version-{changed.pk}": 1}
    text = shown(client.post(url, data | {"note": "同意"}, follow=True))
    assert "已认可 1 份" in text and "没有办成：有人先一步处理了" in text
    assert (build.again(first).state, build.again(changed).state) == ("accepted", "submitted")
    assert first.opinions.get().opinion == "同意" and ActionItem.objects.count() == 2


def test_nothing_ticked_gives_the_note_back(cast: Cast, round_: CommentRound) -> None:
    build.submitted(round_, cast.dangyuan1)
    response = signed_in(cast.shuji1).post(reverse("reviews:review_pile"), {"note": "写好的意见"})
    assert response.status_code == 422 and "还没有勾选任何一份" in shown(response) and "写好的意见" in shown(response)


def test_the_office_registers_together_only_with_the_opinion_from_above(cast: Cast, round_: CommentRound) -> None:
    unit = build.submitted(round_, cast.zongzhi, organization=cast.general)
    client, url = signed_in(cast.ganshi), reverse("reviews:review_pile")
    data = {"review": unit.pk, f"version-{unit.pk}": unit.version}
    assert "必须写明上级意见" in shown(client.post(url, data, follow=True))
    client.post(url, data | {"note": "党工委：同意"})
    assert build.again(unit).state == "accepted"


def test_after_one_decision_the_next_of_the_pile_is_there(cast: Cast, round_: CommentRound) -> None:
    first, second = build.submitted(round_, cast.dangyuan1), build.submitted(round_, cast.zongzhi)
    client = signed_in(cast.shuji1)
    read = reverse("reviews:review_read", args=[first.pk])
    assert "共 2 份" in shown(client.get(read))
    act = reverse("reviews:self_review_act", args=[first.pk]) + "?then=pile"
    response = client.post(act, {"verb": "accept", "version": first.version})
    assert response.url == reverse("reviews:review_read", args=[second.pk])  # type: ignore[attr-defined]
    last = reverse("reviews:self_review_act", args=[second.pk]) + "?then=pile"
    response = client.post(last, {"verb": "return", "note": "太空", "version": second.version})
    assert response.url == reverse("reviews:review_pile")  # type: ignore[attr-defined]


def test_a_refused_move_gives_the_note_back(cast: Cast, round_: CommentRound) -> None:
    review = build.submitted(round_, cast.dangyuan1)
    client, url = signed_in(cast.shuji1), reverse("reviews:self_review_act", args=[review.pk])
    response = client.post(url, {"verb": "return", "version": review.version - 1, "note": "写了很久的意见"})
    assert response.status_code == 409 and "写了很久的意见" in shown(response) and "有人先一步" in shown(response)


def test_ordinary_members_read_what_their_branch_wrote_but_not_the_opinions_on_it(
    cast: Cast, round_: CommentRound
) -> None:
    review = build.accepted(round_, cast.shuji1, cast.zongzhi, organization=cast.one)
    review.opinions.update(opinion="只给负责人看")
    url = reverse("reviews:self_review_detail", args=[review.pk])
    assert "只给负责人看" in shown(signed_in(cast.shuji1).get(url))
    text = shown(signed_in(cast.dangyuan1).get(url))
    assert build.GAP in text and "只给负责人看" not in text and "办理经过" not in text
    printed = reverse("reviews:self_review_print", args=[review.pk])
    assert "只给负责人看" not in shown(signed_in(cast.dangyuan1).get(printed))
    assert "只给负责人看" in shown(signed_in(cast.zongzhi).get(printed))


def test_hints_are_for_author_and_reader_alone(cast: Cast, round_: CommentRound) -> None:
    older = build.submitted(build.last_round(cast.general), cast.dangyuan1, on=build.date(2010, 12, 1))
    actions.act(review=older, verb="accept", version=None, by=cast.shuji1, on=build.date(2010, 12, 8))
    review = build.submitted(round_, cast.dangyuan1)
    url = reverse("reviews:self_review_detail", args=[review.pk])
    for user, sees in [(cast.dangyuan1, True), (cast.shuji1, True), (cast.zongzhi, False)]:
        assert ("与上一次比，做法有 100% 相同" in shown(signed_in(user).get(url))) is sees
        assert "上一次（2010-autumn）" in shown(signed_in(user).get(url))
    assert "有提示" in shown(signed_in(cast.shuji1).get(reverse("reviews:review_pile")))


def test_what_is_still_open_stands_in_the_next_form(cast: Cast, round_: CommentRound) -> None:
    older = build.submitted(build.last_round(cast.general), cast.dangyuan1, on=build.date(2010, 12, 1))
    actions.act(review=older, verb="accept", version=None, by=cast.shuji1, on=build.date(2010, 12, 8))
    review = build.begun(round_, cast.dangyuan1)
    text = shown(signed_in(cast.dangyuan1).get(reverse("reviews:self_review_edit", args=[review.pk])))
    assert "上学期还没有销号的" in text and ActionItem.objects.get().get_absolute_url() in text


# ---- the workbook ----


def test_the_summary_has_a_row_for_each_standard_with_measures_and_what_became_of_them(
    cast: Cast, round_: CommentRound
) -> None:
    measures = (build.MeasureText("甲", build.DUE), build.MeasureText("乙", build.DUE, cast.member1))
    build.accepted(round_, cast.shuji1, cast.zongzhi, organization=cast.one, measures=measures)
    item = ActionItem.objects.get(source_place=1)
    ActionItem.objects.filter(pk=item.pk).update(state="verified", verified_on=ON, verified_by=cast.zongzhi)
    response: Any = signed_in(cast.zongzhi).get(reverse("reviews:self_review_export"))
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    rows = [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]
    found = next(row for row in rows if build.GAP in row)
    assert found[:6] == ["第一党支部", "第一党支部", "工作业绩好", "基本做到", build.GAP, "下乡安排得少"]
    assert found[6:12] == ["1. 甲\n2. 乙", "1. 2011-08-31\n2. 2011-08-31", "1. 书记\n2. 党员甲", 2, 1, "已认可"]
    assert LogEntry.objects.filter(verb="export", label="导出对照检查汇总", actor=cast.zongzhi).count() == 1
