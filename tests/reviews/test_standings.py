"""Self and others on one page: what each voice says, who reads it, and that no number of a person is shown unless scores are kept."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from branches.models import Member, Organization
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from reviews.models import CommentRound
from reviews.queries.standings import View, Voice, view_of
from reviews.states import Answer, CommentState, ReviewState
from schedule.queries.scoring import scheme_of
from schedule.states.items import ItemState
from tests import build as people
from tests.conftest import Cast
from tests.pledges.build import campaign
from tests.reviews.build import ON, round_of, semester
from tests.reviews.standings import DUE, comment, item, review, standards
from tests.schedule.indicators import scoring

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def view(subject: Member | Organization, by: User, on: date = ON) -> View:
    return view_of(subject, campaign(), scheme_of(campaign()), standing_of(by, on), on)


def levels(found: View, voice: Voice) -> list[int | None]:
    term = found.term("")
    assert term is not None
    return [row.level(voice) for row in term.rows]


# ---- the voices ----


def test_ones_own_answers_are_levels_and_an_unanswered_standard_is_none(cast: Cast, round_: CommentRound) -> None:
    review(round_, cast.member1, cast.one, cast.dangyuan1, [Answer.MET, Answer.PARTLY, Answer.GAP, ""])
    assert levels(view(cast.member1, cast.shuji1), Voice.SELF) == [3, 2, 1, None, None]
    assert levels(view(cast.member1, cast.shuji1), Voice.LEADER) == [None] * 5
    assert levels(view(cast.member1, cast.shuji1), Voice.MASSES) == [None] * 5


def test_a_leaders_view_follows_what_became_of_the_problems_he_named(cast: Cast, round_: CommentRound) -> None:
    first, second, third, *_ = standards()
    told = comment(
        round_,
        cast.member1,
        cast.one,
        cast.shuji1,
        [(first, "听课太少"), (second, "反馈太慢"), (second, "记录不全"), (third, "没有带徒")],
    )
    done = {"state": ItemState.VERIFIED, "verified_on": date(2011, 6, 18), "verified_by": cast.shuji1}
    item(told, 0, cast.member1, cast.shuji1)
    item(told, 1, cast.member1, cast.shuji1, **done)
    item(told, 2, cast.member1, cast.shuji1)
    item(told, 3, cast.member1, cast.shuji1, **done)
    assert levels(view(cast.member1, cast.shuji1), Voice.LEADER) == [1, 1, 2, 3, 3]
    before = view(cast.member1, cast.shuji1, date(2011, 6, 17))
    assert levels(before, Voice.LEADER) == [1, 1, 1, 3, 3]
    assert levels(view(cast.member1, cast.shuji1, date(2011, 6, 14)), Voice.LEADER) == [None] * 5


def test_a_problem_whose_item_was_taken_back_no_longer_counts(cast: Cast, round_: CommentRound) -> None:
    first, second, *_ = standards()
    told = comment(round_, cast.member1, cast.one, cast.shuji1, [(first, "听课太少"), (second, "反馈太慢")])
    item(told, 0, cast.member1, cast.shuji1, state=ItemState.CANCELLED, cancelled_on=date(2011, 6, 16))
    assert levels(view(cast.member1, cast.shuji1), Voice.LEADER) == [3, 1, 3, 3, 3]


def test_a_comment_put_right_as_a_whole_settles_all_its_problems(cast: Cast, round_: CommentRound) -> None:
    problems = [(standards()[0], "听课太少")]
    comment(
        round_,
        cast.member1,
        cast.one,
        cast.shuji1,
        problems,
        state=CommentState.VERIFIED,
        verified_on=date(2011, 6, 18),
    )
    assert levels(view(cast.member1, cast.shuji1), Voice.LEADER)[0] == 2


@pytest.mark.parametrize("state", [CommentState.DRAFT, CommentState.DISCARDED])
def test_a_comment_not_given_is_no_voice(cast: Cast, round_: CommentRound, state: str) -> None:
    comment(round_, cast.member1, cast.one, cast.shuji1, [(standards()[0], "听课太少")], state=state)
    assert levels(view(cast.member1, cast.shuji1), Voice.LEADER) == [None] * 5


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.LAPSED])
def test_a_self_review_not_handed_in_is_no_voice(cast: Cast, round_: CommentRound, state: str) -> None:
    review(round_, cast.member1, cast.one, cast.dangyuan1, state=state)
    for by in (cast.dangyuan1, cast.shuji1):
        found = view(cast.member1, by)
        term = found.term("")
        assert term is not None and term.is_empty


def test_met_against_a_named_problem_is_marked_and_nothing_else_is(cast: Cast, round_: CommentRound) -> None:
    first, second, third, *_ = standards()
    review(round_, cast.member1, cast.one, cast.dangyuan1, [Answer.MET, Answer.GAP, Answer.PARTLY, Answer.MET])
    comment(round_, cast.member1, cast.one, cast.shuji1, [(first, "听课太少"), (second, "反馈太慢"), (third, "不全")])
    term = view(cast.member1, cast.shuji1).term("")
    assert term is not None
    assert [row.differs for row in term.rows] == [True, False, False, False, False]
    assert term.differing == 1


def test_what_belongs_to_no_standard_stands_beside_them(cast: Cast, round_: CommentRound) -> None:
    told = comment(
        round_, cast.member1, cast.one, cast.shuji1, [(None, "常迟到"), (standards("organization")[0], "旧账")]
    )
    item(told, 0, cast.member1, cast.shuji1)
    term = view(cast.member1, cast.shuji1).term("")
    assert term is not None
    assert [one.problem.text for one in term.elsewhere] == ["常迟到", "旧账"]
    assert [one.problem for one in term.open_elsewhere] == ["常迟到"]
    assert all(row.leader_level == 3 for row in term.rows)


def test_open_items_stand_with_their_standard_from_the_semester_they_were_raised_in(
    cast: Cast, round_: CommentRound
) -> None:
    semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 22))
    told = comment(round_, cast.member1, cast.one, cast.shuji1, [(standards()[1], "反馈太慢")])
    item(told, 0, cast.member1, cast.shuji1)
    before, now = view(cast.member1, cast.shuji1).terms
    assert [len(row.open_items) for row in before.rows] == [0, 0, 0, 0, 0]
    assert [len(row.open_items) for row in now.rows] == [0, 1, 0, 0, 0]


def test_the_last_semester_in_which_something_was_said_is_shown_unless_another_is_asked_for(
    cast: Cast, round_: CommentRound
) -> None:
    semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 22))
    semester("2011-autumn", date(2011, 9, 1), date(2012, 1, 12))
    review(round_, cast.member1, cast.one, cast.dangyuan1)
    found = view(cast.member1, cast.shuji1, date(2011, 9, 10))
    chosen = [found.term(key) for key in ("", "2010-autumn", "nonsense")]
    assert [term.semester.key for term in chosen if term] == ["2011-spring", "2010-autumn", "2011-spring"]
    assert [term.semester.key for term in view(cast.member1, cast.shuji1).terms] == ["2010-autumn", "2011-spring"]


def test_before_the_first_semester_there_is_nothing(cast: Cast, round_: CommentRound) -> None:
    assert view(cast.member1, cast.shuji1, date(2011, 1, 1)).term("") is None
    assert "活动还没有开始" in text_of(cast.shuji1, member_url(cast.member1), date(2011, 1, 1))


def test_the_radar_has_a_series_for_each_voice_that_spoke_and_words_instead_of_numbers(
    cast: Cast, round_: CommentRound
) -> None:
    review(round_, cast.member1, cast.one, cast.dangyuan1)
    found = view(cast.member1, cast.shuji1)
    term = found.term("")
    assert term is not None
    assert found.chart(term) == {
        "type": "radar",
        "labels": ["带头争创佳绩", "标准2", "标准3", "标准4", "标准5"],
        "series": [{"label": "自查", "values": [3, 2, 1, None, None]}],
        "words": ["有差距", "基本做到", "做到了"],
    }
    comment(round_, cast.member1, cast.one, cast.shuji1)
    found = view(cast.member1, cast.shuji1)
    term = found.term("")
    assert term is not None
    assert [one["label"] for one in found.chart(term)["series"]] == ["自查", "领导点评"]


# ---- the page ----


def member_url(member: Member, query: str = "") -> str:
    return reverse("reviews:standing_member", args=[member.pk]) + query


def organization_url(organization: Organization) -> str:
    return reverse("reviews:standing_organization", args=[organization.pk])


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, url: str, on: date = ON) -> Any:
    with clock.standing_on(on):
        return client_of(user).get(url)


def text_of(user: User, url: str, on: date = ON) -> str:
    """The words of a page's content, without markup and data for scripts."""
    response = get(user, url, on)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def everything(cast: Cast, round_: CommentRound, **scores: Any) -> None:
    """One standard seen differently, one put right, one agreed to be a gap."""
    first, second, third, *_ = standards()
    review(
        round_, cast.member1, cast.one, cast.dangyuan1, [Answer.MET, Answer.PARTLY, Answer.GAP, Answer.MET], **scores
    )
    told = comment(
        round_, cast.member1, cast.one, cast.shuji1, [(first, "听课太少"), (second, "反馈太慢"), (third, "不全")]
    )
    done = {"state": ItemState.VERIFIED, "verified_on": date(2011, 6, 18), "verified_by": cast.shuji1}
    item(told, 0, cast.member1, cast.shuji1)
    item(told, 1, cast.member1, cast.shuji1, **done)
    item(told, 2, cast.member1, cast.shuji1, due_on=date(2011, 6, 19))


def test_the_page_says_both_side_by_side_with_gaps_problems_and_open_items(cast: Cast, round_: CommentRound) -> None:
    everything(cast, round_)
    text = text_of(cast.shuji1, member_url(cast.member1))
    for words in ("下校太少", "原因：会议多", "听课太少", "多到薄弱学校去", "已逾期", "看法不同 1 条标准"):
        assert words in text, words
    row = text[text.index("逐条对照") :]
    assert row.index("看法不同") < row.index("听课太少") < row.index("基本做到") < row.index("问题已整改")


def test_without_scores_no_number_of_a_person_is_anywhere_even_where_rows_have_some(
    cast: Cast, round_: CommentRound
) -> None:
    everything(cast, round_, scores=[("19.5", "13.5"), ("18", "16"), ("17", "15"), ("16", "14")])
    for by in (cast.shuji1, cast.dangyuan1, cast.ganshi):
        page = get(by, member_url(cast.member1)).content.decode()
        assert "13.5" not in page and "19.5" not in page and "满分" not in page and not re.search(r"\d+ 分\b", page)


def test_with_scores_the_axes_are_points_and_the_totals_have_their_band(cast: Cast, round_: CommentRound) -> None:
    scoring()
    everything(cast, round_, scores=[("19.5", "13.5"), ("18", "16"), ("17", "15"), ("16", "14")])
    found = view(cast.member1, cast.shuji1)
    term = found.term("")
    assert term is not None
    assert found.chart(term) == {
        "type": "radar",
        "labels": ["带头争创佳绩", "标准2", "标准3", "标准4", "标准5"],
        "series": [
            {"label": "自查", "values": [19.5, 18, 17, 16, None]},
            {"label": "领导点评", "values": [13.5, 16, 15, 14, None]},
        ],
        "most": 20,
    }
    text = text_of(cast.shuji1, member_url(cast.member1))
    assert "自查 70.5 分（满分 80），较好" in text and "考核 58.5 分（满分 80），一般" in text


def test_points_given_before_anybody_has_commented_are_in_the_table_as_in_the_radar(
    cast: Cast, round_: CommentRound
) -> None:
    scoring()
    review(round_, cast.member1, cast.one, cast.dangyuan1, [Answer.MET], scores=[("19.5", "13.5")])
    found = view(cast.member1, cast.shuji1)
    term = found.term("")
    assert term is not None
    assert [one["values"][0] for one in found.chart(term)["series"]] == [19.5, 13.5]
    text = text_of(cast.shuji1, member_url(cast.member1))
    row = text[text.index("逐条对照 标准") :]
    assert "做到了 19.5 分 考核 13.5 分" in row


@pytest.mark.parametrize(
    ("who", "status"),
    [("dangyuan1", 200), ("shuji1", 200), ("zongzhi", 200), ("ganshi", 200), ("shuji2", 404), ("dangyuan2", 404)],
)
def test_a_members_page_is_his_and_his_leaders(cast: Cast, round_: CommentRound, who: str, status: int) -> None:
    everything(cast, round_)
    assert get(cast.users()[who], member_url(cast.member1)).status_code == status


def test_nobody_sees_the_page_of_a_member_beside_him(cast: Cast, round_: CommentRound) -> None:
    beside = people.account(people.member(cast.one, "同支部"))
    response = get(beside, member_url(cast.member1))
    assert response.status_code == 403 and "只给本人" in response.content.decode()


def test_who_leads_a_member_now_does_not_read_what_he_wrote_elsewhere(cast: Cast, round_: CommentRound) -> None:
    review(round_, cast.member1, cast.two, cast.dangyuan1)
    assert view(cast.member1, cast.shuji1).terms[0].review is None
    assert view(cast.member1, cast.dangyuan1).terms[0].review is not None


def test_a_members_secretary_comment_stands_on_his_page_and_not_on_the_branchs(
    cast: Cast, round_: CommentRound
) -> None:
    secretary = cast.shuji1.member
    told = comment(round_, secretary, cast.one, cast.zongzhi)
    type(told).objects.filter(pk=told.pk).update(subject_kind="secretary")
    assert [one.pk for one in view(secretary, cast.zongzhi).terms[0].comments] == [told.pk]
    assert view(cast.one, cast.zongzhi).terms[0].comments == []


def test_a_branchs_page_is_for_those_who_belong_to_it_and_those_above(cast: Cast, round_: CommentRound) -> None:
    review(round_, cast.one, cast.one, cast.shuji1)
    comment(round_, cast.one, cast.one, cast.zongzhi, [(standards("organization")[0], "台账不全")], publicity="branch")
    for name in ("dangyuan1", "shuji1", "zongzhi", "ganshi"):
        assert "台账不全" in text_of(cast.users()[name], organization_url(cast.one))
    for name in ("dangyuan2", "shuji2"):
        assert get(cast.users()[name], organization_url(cast.one)).status_code == 403
    assert get(cast.stranger, organization_url(cast.one)).status_code == 404
    group = people.organization("group", cast.one)
    assert get(cast.zongzhi, organization_url(group)).status_code == 404


def test_a_comment_told_to_its_subject_alone_is_not_on_the_branchs_page_for_its_members(
    cast: Cast, round_: CommentRound
) -> None:
    comment(round_, cast.one, cast.one, cast.zongzhi, [(standards("organization")[0], "台账不全")])
    assert "台账不全" not in text_of(cast.dangyuan1, organization_url(cast.one))
    assert "台账不全" in text_of(cast.shuji1, organization_url(cast.one))


def test_the_page_of_somebody_about_whom_nothing_was_said_yet(cast: Cast, round_: CommentRound) -> None:
    text = text_of(cast.dangyuan1, member_url(cast.member1))
    assert "还没有对照检查，也没有点评" in text and "历次对照" in text


def test_the_pages_of_people_and_branches_lead_there_those_who_may(cast: Cast, round_: CommentRound) -> None:
    beside = people.account(people.member(cast.one, "同支部"))
    detail = reverse("branches:member_detail", args=[cast.member1.pk])
    for user, leads in [(cast.dangyuan1, True), (cast.shuji1, True), (beside, False)]:
        assert (member_url(cast.member1) in get(user, detail).content.decode()) is leads
    detail = reverse("branches:organization_detail", args=[cast.one.pk])
    for user, leads in [(cast.dangyuan1, True), (cast.shuji2, False)]:
        assert (organization_url(cast.one) in get(user, detail).content.decode()) is leads


def test_a_portal_without_a_plan_says_so(cast: Cast) -> None:
    assert "还没有装入活动方案" in get(cast.dangyuan1, member_url(cast.member1)).content.decode()


def test_the_page_costs_the_same_for_one_semester_and_for_six(cast: Cast, round_: CommentRound) -> None:
    people.appoint(cast.member1, cast.one, Post.ORGANIZATION_COMMISSIONER)
    later = date(2012, 12, 20)
    everything(cast, round_)

    def queries() -> int:
        with clock.standing_on(later):
            client, url = client_of(cast.shuji1), member_url(cast.member1)
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
        return len(captured)

    few = queries()
    for number, starts in enumerate(
        [date(2010, 3, 1), date(2010, 9, 1), date(2011, 9, 1), date(2012, 2, 13), date(2012, 9, 1)]
    ):
        term = semester(f"s{number}", starts, starts.replace(month=starts.month + 3))
        one = round_of(cast.general, term)
        for _ in range(2):
            told = comment(
                one, cast.member1, cast.one, cast.shuji1, [(each, "又一条") for each in standards()],
                commentator=None, issued_on=starts,
            )  # fmt: skip
            for place in range(5):
                item(told, place, cast.member1, cast.shuji1, raised_on=starts, due_on=DUE)
        review(one, cast.member1, cast.one, cast.dangyuan1, on=starts)
    assert queries() == few <= 25
