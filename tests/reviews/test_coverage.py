"""Nobody left out: the board, the names of the missing, reminding them, and the end of a round."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry
from branches.models import Member, Membership
from chuangxian import clock
from reviews.models import CommentRound, LeaderComment, RoundGap, SelfReview
from reviews.queries import coverage
from reviews.reminders import self_reviews as reminders
from reviews.states import CommentState, Duty, ReviewState
from schedule.models import Notice, StandardSet
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import build
from tests.reviews.build import ON

BOARD = "reviews:coverage_board"
SEMESTERS = [
    ("2010-spring", date(2010, 3, 1), date(2010, 6, 30)),
    ("2010-autumn", date(2010, 9, 1), date(2011, 1, 22)),
    ("2011-spring", date(2011, 2, 14), date(2011, 6, 30)),
    ("2011-autumn", date(2011, 9, 1), date(2012, 1, 12)),
    ("2012-spring", date(2012, 2, 6), date(2012, 6, 30)),
    ("2012-autumn", date(2012, 9, 1), date(2012, 12, 31)),
]


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return build.round_of(cast.general)


def reviewed(round_: CommentRound, cast: Cast, *members: Member, state: str = ReviewState.SUBMITTED) -> None:
    """Self-reviews handed in on 10 June."""
    pledging.campaign()
    standards = StandardSet.objects.get(target="member")
    for member in members:
        home = member.memberships.get().organization
        SelfReview.objects.create(
            round=round_,
            subject_kind="member",
            organization=home,
            member=member,
            set=standards,
            state=state,
            author=cast.ganshi,
            first_submitted_on=None if state == ReviewState.DRAFT else date(2011, 6, 10),
        )


def commented(
    round_: CommentRound, cast: Cast, *members: Member, kind: str = "member", state: str = CommentState.ISSUED
) -> None:
    """Comments given on 12 June."""
    for member in members:
        LeaderComment.objects.create(
            round=round_,
            subject_kind=kind,
            organization=member.memberships.get().organization,
            member=member,
            commentator_name="总支书记",
            author=cast.ganshi,
            held_on=date(2011, 6, 12),
            state=state,
            issued_on=None if state == CommentState.DRAFT else date(2011, 6, 12),
        )


def names(missing: list[coverage.Missing], duty: str) -> set[str]:
    return {str(one.subject) for one in missing if one.duty == duty}


def test_whoever_handed_in_or_was_commented_on_is_not_missing_and_drafts_do_not_count(
    cast: Cast, round_: CommentRound
) -> None:
    reviewed(round_, cast, cast.member1)
    reviewed(round_, cast, cast.member2, state=ReviewState.DRAFT)
    commented(round_, cast, cast.member2)
    commented(round_, cast, cast.member1, state=CommentState.DRAFT)
    missing = coverage.missing_in(round_, on=ON)
    everybody = {"教研室党总支", "第一党支部", "第二党支部", "党员甲", "党员乙", "总支书记", "书记一", "书记二"}
    assert names(missing, Duty.SELF_REVIEW) == everybody - {"党员甲"}
    assert names(missing, Duty.COMMENT) == everybody - {"党员乙"}


def test_a_comment_on_the_secretary_counts_for_him_as_member(cast: Cast, round_: CommentRound) -> None:
    commented(round_, cast, cast.shuji1.member, kind="secretary")
    assert "书记一" not in names(coverage.missing_in(round_, on=ON), Duty.COMMENT)


def test_retired_members_are_never_missing_but_count_when_they_take_part(cast: Cast, round_: CommentRound) -> None:
    old = people.member(cast.one, "老党员", member_type="retired")
    assert "老党员" not in names(coverage.missing_in(round_, on=ON), Duty.COMMENT)
    before = counts(cast)
    commented(round_, cast, old)
    after = counts(cast)
    assert (after.done - before.done, after.asked - before.asked) == (1, 1)


def counts(cast: Cast) -> coverage.Count:
    board = coverage.board(cast.general, pledging.campaign(), paths=[cast.general.path], on=ON)
    return board.terms[0].counts[Duty.COMMENT]


def test_who_joined_after_a_round_is_no_gap_in_it(cast: Cast) -> None:
    autumn = build.semester(*SEMESTERS[1])
    build.round_of(
        cast.general,
        autumn,
        on=date(2010, 12, 1),
        self_review_by=date(2010, 12, 15),
        closes_on=date(2011, 1, 14),
        rectify_by=date(2011, 4, 30),
    )
    people.member(cast.one, "新来的", on=date(2011, 3, 1))
    board = coverage.board(cast.general, pledging.campaign(), paths=[cast.general.path], on=ON)
    line = next(line for line in board.lines if str(line.subject) == "新来的")
    assert [cell.word for cell in line.semesters[0]] == ["—", "—", "—"]
    assert [cell.word for cell in board.lines[0].semesters[0]] == ["—", "缺", "缺"]


def test_the_round_itself_and_its_letters_leave_out_whom_the_board_does_not_ask(
    cast: Cast, round_: CommentRound
) -> None:
    after = date(2011, 6, 28)
    people.member(cast.one, "来得早的", on=round_.closes_on)
    people.member(cast.one, "来得晚的", on=date(2011, 6, 26))
    missing = coverage.missing_in(round_, on=after)
    told = {str(subject) for subject in reminders.missing(round_, after)}
    for named in (names(missing, Duty.SELF_REVIEW), names(missing, Duty.COMMENT), told):
        assert "来得早的" in named and "来得晚的" not in named
    board = coverage.board(cast.general, pledging.campaign(), paths=[cast.general.path], on=after)
    gaps = {str(line.subject) for line in board.lines if any(cell.missing for cell in line.semesters[0][1:])}
    assert gaps == names(missing, Duty.SELF_REVIEW) | names(missing, Duty.COMMENT)


def test_who_only_changed_branches_is_asked_as_before(cast: Cast, round_: CommentRound) -> None:
    moved = people.member(cast.one, "换支部的")
    moved.memberships.update(ends_on=date(2011, 6, 26))
    Membership.objects.create(member=moved, organization=cast.two, starts_on=date(2011, 6, 26))
    for paths in ([cast.general.path], [cast.two.path]):
        missing = coverage.missing_in(round_, paths=paths, on=date(2011, 6, 28))
        assert "换支部的" in names(missing, Duty.COMMENT)


def test_a_semester_in_which_nothing_was_asked_says_so_once(cast: Cast, round_: CommentRound, client: Client) -> None:
    build.semester(*SEMESTERS[3])
    client.force_login(cast.zongzhi)
    response = client.get(reverse(BOARD))
    assert [term.is_empty for term in response.context["board"].terms] == [False, True]
    assert response.content.decode().count('<td colspan="3" class="muted">没有安排</td>') == 1


def test_before_a_round_begins_nobody_is_missing(cast: Cast, round_: CommentRound) -> None:
    assert coverage.missing_in(round_, on=date(2011, 5, 2)) == []


def test_a_branch_committee_sees_its_own_branch_alone(cast: Cast, round_: CommentRound, client: Client) -> None:
    client.force_login(cast.shuji1)
    board = client.get(reverse(BOARD)).context["board"]
    assert {str(line.subject) for line in board.lines} == {"第一党支部", "党员甲", "总支书记", "书记一"}
    text = client.get(reverse("reviews:round_missing", args=[round_.pk])).content.decode()
    assert "党员甲" in text and "党员乙" not in text


def sixty_by_six(cast: Cast, members: int) -> None:
    """So many more members, every semester with its round and everybody reviewed and commented."""
    already = Member.objects.count()
    made = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(members)
    )
    Membership.objects.bulk_create(
        Membership(member=member, organization=cast.two, path=cast.two.path, starts_on=date(2010, 1, 1))
        for member in made
    )
    standards = StandardSet.objects.get(target="member")
    for round_ in CommentRound.objects.all():
        SelfReview.objects.bulk_create(
            SelfReview(
                round=round_,
                subject_kind="member",
                organization=cast.two,
                path=cast.two.path,
                member=member,
                set=standards,
                state=ReviewState.ACCEPTED,
                author=cast.ganshi,
                first_submitted_on=round_.self_review_by,
            )
            for member in made
        )
        LeaderComment.objects.bulk_create(
            LeaderComment(
                round=round_,
                subject_kind="member",
                organization=cast.two,
                path=cast.two.path,
                member=member,
                commentator_name="书记二",
                author=cast.ganshi,
                held_on=round_.opens_on,
                state=CommentState.ISSUED,
                issued_on=round_.opens_on,
            )
            for member in made
        )


def test_sixty_members_by_six_semesters_cost_the_queries_of_three(cast: Cast, client: Client) -> None:
    for number, (key, starts_on, ends_on) in enumerate(SEMESTERS):
        build.round_of(
            cast.general,
            build.semester(key, starts_on, ends_on),
            on=starts_on,
            name=f"第{number}轮",
            self_review_by=starts_on,
            closes_on=ends_on,
            rectify_by=ends_on,
        )
        if number in (0, 2, 4):
            pledging.cycle(cast.general, starts_on.year)
    client.force_login(cast.zongzhi)
    with clock.standing_on(date(2012, 12, 31)):

        def queries(view: str) -> int:
            client.get(reverse(view))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(view)).status_code == 200
            return len(captured)

        sixty_by_six(cast, 3)
        few = {view: queries(view) for view in (BOARD, "reviews:coverage_export", "reviews:coverage_print")}
        sixty_by_six(cast, 57)
        assert {view: queries(view) for view in few} == few
        assert few[BOARD] <= 30
        board = client.get(reverse(BOARD)).context["board"]
    assert len(board.terms) == 6 and len(board.lines) == 68
    assert [term.counts[Duty.COMMENT].done for term in board.terms] == [60] * 6


def remind(client: Client, round_: CommentRound, **data: str) -> None:
    client.post(reverse("reviews:round_remind", args=[round_.pk]), data)


def told(letter: str) -> set[str]:
    return {str(one.member or one.user) for one in Notice.objects.filter(letter=letter)}


def test_one_click_reminds_each_who_is_missing_once_a_day(cast: Cast, round_: CommentRound, client: Client) -> None:
    reviewed(round_, cast, cast.member1)
    client.force_login(cast.zongzhi)
    for _ in range(2):
        remind(client, round_, duty="self_review")
    # he who reminds is among the missing himself, and is told like everybody
    assert told("self_review_nudge") == {"党员乙", "总支书记", "书记一", "书记二"}
    assert Notice.objects.filter(letter="self_review_nudge").count() == 4


def test_a_comment_waits_for_the_branch_and_on_those_who_lead_it_for_the_level_above(
    cast: Cast, round_: CommentRound, client: Client
) -> None:
    client.force_login(cast.zongzhi)
    remind(client, round_, duty="comment", name=f"comment-member-{cast.member2.pk}")
    assert told("comment_nudge") == {"书记二"}
    remind(client, round_, duty="comment", name=f"comment-member-{cast.shuji1.member.pk}")
    assert told("comment_nudge") == {"书记二", "总支书记"}
    remind(client, round_, duty="comment", name=f"comment-organization-{cast.general.pk}")
    assert told("comment_nudge") == {"书记二", "总支书记", "干事"}


def close(client: Client, round_: CommentRound, **data: str) -> Any:
    return client.post(reverse("reviews:round_close", args=[round_.pk]), {"version": round_.version, **data})


def test_a_round_with_gaps_ends_only_with_a_reason_for_each_and_prints_them(
    cast: Cast, round_: CommentRound, client: Client
) -> None:
    client.force_login(cast.ganshi)
    one = f"comment-member-{cast.member1.pk}"
    refused = close(client, round_, **{one: "长期病假"})
    assert refused.status_code == 422 and "长期病假" in refused.content.decode()
    assert "没有对照检查的原因" in refused.content.decode() and not RoundGap.objects.exists()
    wordy = close(client, round_, same="抽调外出，下学期补" * 30)
    assert wordy.status_code == 422 and "没有对照检查的原因" not in wordy.content.decode(), "said once, where it is"
    assert close(client, round_, same="抽调外出，下学期补", **{one: "长期病假"}).status_code == 302
    assert RoundGap.objects.count() == 16
    assert RoundGap.objects.get(duty="comment", member=cast.member1).reason == "长期病假"
    round_.refresh_from_db()
    assert round_.closed_on == ON
    paper = client.get(reverse("reviews:coverage_print")).content.decode()
    assert "长期病假" in paper and "抽调外出，下学期补" in paper
    assert close(client, round_, same="再来一次").status_code == 403


def test_the_reasons_of_another_branch_are_not_told(cast: Cast, round_: CommentRound, client: Client) -> None:
    client.force_login(cast.ganshi)
    close(client, round_, same="抽调外出", **{f"comment-member-{cast.member2.pk}": "长期病假"})
    client.force_login(cast.shuji1)
    text = client.get(reverse("reviews:round_missing", args=[round_.pk])).content.decode()
    assert "党员甲" in text and "党员乙" not in text and "长期病假" not in text


def test_the_end_of_a_round_archives_what_is_accepted_and_lapses_the_rest(
    cast: Cast, round_: CommentRound, client: Client
) -> None:
    reviewed(round_, cast, cast.member1, state=ReviewState.ACCEPTED)
    reviewed(round_, cast, cast.member2, state=ReviewState.DRAFT)
    commented(round_, cast, cast.member1, state=CommentState.DRAFT)
    commented(round_, cast, cast.member2)
    client.force_login(cast.ganshi)
    assert close(client, round_, same="抽调外出").status_code == 302
    assert set(SelfReview.objects.values_list("member__name", "state")) == {
        ("党员甲", ReviewState.ARCHIVED),
        ("党员乙", ReviewState.LAPSED),
    }
    assert set(LeaderComment.objects.values_list("member__name", "state")) == {
        ("党员甲", CommentState.DISCARDED),
        ("党员乙", CommentState.ISSUED),
    }


def test_what_was_handed_in_and_never_read_is_no_gap_when_its_round_has_ended(
    cast: Cast, round_: CommentRound, client: Client
) -> None:
    reviewed(round_, cast, cast.member1)
    client.force_login(cast.ganshi)
    assert close(client, round_, same="抽调外出").status_code == 302
    assert SelfReview.objects.get().state == ReviewState.LAPSED
    board = coverage.board(cast.general, pledging.campaign(), paths=[cast.general.path], on=ON)
    line = next(line for line in board.lines if line.subject.member == cast.member1)
    assert [cell.word for cell in line.semesters[0]] == ["—", "有", "缺"]


def test_the_workbook_names_every_gap(cast: Cast, round_: CommentRound, client: Client) -> None:
    reviewed(round_, cast, cast.member1)
    client.force_login(cast.ganshi)
    answer = client.get(reverse("reviews:coverage_export"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    gaps = [[cell.value for cell in row] for row in book["缺项名单"].iter_rows()]
    assert any(row[1:4] == ["党员乙", "2011-spring", "对照检查"] for row in gaps)
    assert not any(row[1:4] == ["党员甲", "2011-spring", "对照检查"] for row in gaps)
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT, label="导出覆盖情况").count() == 1
