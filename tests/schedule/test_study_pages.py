"""The pages of study: whom they open for, what they show and give back, what they cost; the ledger as a workbook and on paper."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, Typed, User
from branches.actions.members import transfer_member
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from schedule.models import Attendance, Semester, StudyFile, StudyPlan, StudySession, TurnSwap
from schedule.queries.study import waiting_lines
from schedule.sheets.study import LEDGER
from schedule.states.study import SessionState
from tests import build as people
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import FIRST, ON

RECORD = {"on": "2011-06-10", "topic": "学党史", "hours": "2", "discussion": "大家谈了体会"}


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "") -> str:
    response = signed_in(user).get(reverse(f"schedule:{view}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def post(user: User, view: str, *args: Any, **data: Any) -> Any:
    return signed_in(user).post(reverse(f"schedule:{view}", args=args), data)


def many(cast: Cast, number: int, semester: Semester) -> None:
    """So many sessions of the first branch, one a day, every second held."""
    begun = StudySession.objects.filter(organization=cast.one).count()
    at = {"organization": cast.one, "path": cast.one.path, "semester": semester, "lecturer": cast.member1}
    days = [date(2011, 2, 14) + timedelta(days=begun + n) for n in range(number)]
    StudySession.objects.bulk_create(
        StudySession(on=day, planned_on=day, state=SessionState.HELD if day.day % 2 else SessionState.PLANNED, **at)
        for day in days
    )


def cost_of(user: User, url: str) -> Callable[[], int]:
    def queries() -> int:
        client = signed_in(user)
        client.get(url)  # the first page of a session also writes the session
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    return queries


@pytest.mark.parametrize("view", ["study_list", "study_ledger", "study_print", "study_export"])
def test_a_list_costs_the_same_with_three_sessions_and_with_a_hundred(cast: Cast, view: str) -> None:
    semester = study.semester()
    queries = cost_of(cast.shuji1, reverse(f"schedule:{view}"))
    many(cast, 3, semester)
    few = queries()
    many(cast, 97, semester)
    assert queries() <= few + (view == "study_ledger") <= 22  # a ledger of two pages counts them once more


def test_the_overview_costs_the_same_with_two_branches_and_with_twenty(cast: Cast) -> None:
    study.held(cast.one, cast.shuji1)
    queries = cost_of(cast.zongzhi, reverse("schedule:study_list"))
    few = queries()
    for _ in range(18):
        study.held(people.branch(cast.general), cast.ganshi)
    assert queries() == few <= 20


@pytest.mark.parametrize("view", ["study_plan_detail", "study_plan_fill", "study_rota"])
def test_a_plan_costs_the_same_with_few_sessions_and_with_many(cast: Cast, view: str) -> None:
    semester = study.semester()
    plan = study.plan(cast.one, cast.shuji1)
    queries = cost_of(cast.shuji1, reverse(f"schedule:{view}", args=[plan.pk]))
    many(cast, 3, semester)
    few = queries()
    many(cast, 60, semester)
    assert queries() == few <= 20


def test_a_sessions_page_has_a_price(cast: Cast) -> None:
    session = study.held(cast.one, cast.shuji1, lecturer=cast.member1)
    assert cost_of(cast.dangyuan1, session.get_absolute_url())() <= 16


# ---- the list ----


def test_a_member_sees_his_branchs_semester_and_his_own_next_turn(cast: Cast) -> None:
    study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    study.session(cast.two, cast.shuji2, lecturer=cast.member2)
    html = page(cast.dangyuan1, "study_list")
    assert "第一党支部的学习" in html and "我的下一次主讲" in html and "还没有定主题" in html
    assert "2011年6月24日" in html and "星期五" in html and "党员乙" not in html
    assert "制定学习计划" not in html


def test_the_general_branch_sees_all_branches_with_what_was_held_and_the_longest_gap(cast: Cast) -> None:
    study.held(cast.one, cast.shuji1)
    study.session(cast.one, cast.shuji1)
    html = page(cast.zongzhi, "study_list")
    assert "第一党支部" in html and "第二党支部" in html
    assert "116 天" in html  # from the first day of term to the tenth of June
    assert "超过十四天" in html and "2月14日起" in html
    assert "第一党支部的学习" in page(cast.zongzhi, "study_list", query=f"?organization={cast.one.pk}")


def test_where_a_session_waits_for_its_record_the_branch_is_not_told_that_it_did_not_study(cast: Cast) -> None:
    study.past(cast.one, cast.shuji1, date(2011, 6, 10))
    html = page(cast.shuji1, "study_list", query=f"?organization={cast.one.pk}")
    assert "有 1 次过了日期还没有记录" in html and "以后还没有学习" not in html
    assert "以后还没有学习" in page(cast.shuji2, "study_list", query=f"?organization={cast.two.pk}")


def test_another_semester_can_be_chosen(cast: Cast) -> None:
    autumn = study.semester(date(2010, 9, 1), date(2011, 1, 28))
    study.held(cast.one, cast.shuji1, date(2010, 11, 5))
    study.semester()
    assert "2010年11月5日" not in page(cast.dangyuan1, "study_list")
    assert "2010年11月5日" in page(cast.dangyuan1, "study_list", query=f"?semester={autumn.pk}")


def test_without_a_plan_of_the_campaign_there_is_a_page_that_says_so(cast: Cast) -> None:
    assert "还没有学期" in page(cast.dangyuan1, "study_list")


def test_what_waits_for_whom(cast: Cast) -> None:
    xuanwei = people.member(cast.one, "宣委")
    people.appoint(xuanwei, cast.one, Post.PUBLICITY_COMMISSIONER)
    people.account(xuanwei, "xuanwei")
    study.past(cast.one, cast.shuji1)
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    study.swap(mine, other, cast.dangyuan1)

    def waiting(user: Any) -> dict[str, tuple[int, int]]:
        return {line.key: (line.count, line.late) for line in waiting_lines(standing_of(user, ON), ON)}

    assert waiting(cast.dangyuan1) == {"my_turn": (1, 0)}
    assert waiting(cast.shuji1) == {"to_record": (1, 1), "my_turn": (1, 0), "swaps": (1, 0)}
    assert waiting(xuanwei.user) == {"to_record": (1, 1)}
    assert waiting(cast.zongzhi) == waiting(cast.ganshi) == {}
    for line in waiting_lines(standing_of(cast.shuji1, ON), ON):
        assert "共 1 次" in page(cast.shuji1, "study_list", query=line.query)
    with CaptureQueriesContext(connection) as captured:
        standing = standing_of(cast.shuji1, ON)
        waiting_lines(standing, ON)
    assert len(captured) == 3  # two of them for the standing


# ---- plans ----


def test_a_plan_is_shown_before_it_is_saved_and_then_saved_at_once(cast: Cast) -> None:
    semester = study.semester()
    typed = {"semester": semester.pk, "starts_on": "2011-06-24", "interval_days": 14, "hours": 2, "starts_at": "15:30"}
    response = post(cast.shuji1, "study_plan_add", cast.one.pk, **typed)
    plan = StudyPlan.objects.get()
    assert response.url == reverse("schedule:study_plan_fill", args=[plan.pk])
    html = page(cast.shuji1, "study_plan_fill", plan.pk)
    assert "2011年6月24日" in html and "新排 3 次" in html and not StudySession.objects.exists()
    seen = signed_in(cast.shuji1).get(response.url).context["filling"].mark
    assert post(cast.shuji1, "study_plan_fill", plan.pk, seen="x").status_code == 409
    assert post(cast.shuji1, "study_plan_fill", plan.pk, seen=seen).status_code == 302
    assert StudySession.objects.count() == 3


def test_a_plan_that_cannot_be_gives_back_what_was_typed(cast: Cast) -> None:
    semester = study.semester()
    typed = {"semester": semester.pk, "starts_on": "2011-06-25", "interval_days": 14, "hours": 2, "place": "阅览室"}
    response = post(cast.shuji1, "study_plan_add", cast.one.pk, **typed)
    assert response.status_code == 422
    assert "平常的工作日" in response.content.decode() and "阅览室" in response.content.decode()


def test_who_changes_a_plan_on_an_older_reading_is_told(cast: Cast) -> None:
    plan = study.plan(cast.one, cast.shuji1)
    typed = {"version": 9, "starts_on": "2011-06-24", "interval_days": 7, "hours": 2}
    response = post(cast.shuji1, "study_plan_edit", plan.pk, **typed)
    assert response.status_code == 409 and "被别人改过" in response.content.decode()


# ---- a session ----


def test_the_lecturer_writes_topic_materials_and_files_and_nothing_else(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    html = page(cast.dangyuan1, "session_edit", session.pk)
    assert 'name="topic"' in html and 'name="lecturer"' not in html and 'name="hours"' not in html
    paper = SimpleUploadedFile("讲稿.txt", "讲稿".encode(), content_type="text/plain")
    typed = {"version": 1, "topic": "学党史", "materials": "党章", "evidence": paper, "place": "别处"}
    assert post(cast.dangyuan1, "session_edit", session.pk, **typed).status_code == 302
    session = study.again(session)
    assert (session.topic, session.materials, session.place) == ("学党史", "党章", "")
    file = StudyFile.objects.get()
    assert "讲稿.txt" in page(cast.shuji1, "session_detail", session.pk)
    assert signed_in(cast.shuji1).get(reverse("schedule:study_file", args=[file.pk])).status_code == 200
    assert signed_in(cast.dangyuan2).get(reverse("schedule:study_file", args=[file.pk])).status_code == 404


def test_a_lecturer_who_will_have_left_by_his_day_is_told_so_and_keeps_his_words(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    cast.member1.memberships.update(ends_on=FIRST - timedelta(days=1))
    answer = post(cast.dangyuan1, "session_edit", session.pk, version=1, topic="学党史", materials="")
    assert answer.status_code == 422
    assert "那天不属于" in answer.content.decode() and "学党史" in answer.content.decode()


def test_a_record_is_written_and_the_draft_is_kept_meanwhile(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1, lecturer=cast.member1)
    draft = {"version": 1, **RECORD, "discussion": "写了一半"}
    assert post(cast.shuji1, "session_autosave", session.pk, **draft).status_code == 200
    assert "写了一半" in page(cast.shuji1, "session_record", session.pk)
    assert post(cast.shuji1, "session_autosave", session.pk, version=7, **RECORD).status_code == 409
    assert post(cast.shuji1, "session_record", session.pk, version=1, **RECORD).status_code == 302
    assert not Typed.objects.exists()
    html = page(cast.dangyuan1, "session_detail", session.pk)
    assert "大家谈了体会" in html and "书记一" in html and "已举行" in html


def test_a_record_without_discussion_gives_back_what_was_typed(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1)
    response = post(cast.shuji1, "session_record", session.pk, version=1, **RECORD | {"discussion": ""})
    assert response.status_code == 422
    assert "请写讨论记录" in response.content.decode() and "学党史" in response.content.decode()


def test_what_somebody_else_recorded_first_gives_the_second_his_words_back(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1)
    assert post(cast.shuji1, "session_record", session.pk, version=1, **RECORD).status_code == 302
    late = post(cast.ganshi, "session_record", session.pk, version=1, **RECORD | {"discussion": "我的一份"})
    assert late.status_code == 403 and "我的一份" in late.content.decode()


def test_two_who_correct_at_once_see_both_texts(cast: Cast) -> None:
    session = study.held(cast.one, cast.shuji1)
    response = post(cast.ganshi, "session_edit", session.pk, version=1, **RECORD)
    assert response.status_code == 409
    html = response.content.decode()
    assert "大家谈了体会" in html and "大家联系各自的教研工作谈了体会" in html and "用我写的" in html


def test_history_and_one_more_session_are_added_beside_the_plan(cast: Cast) -> None:
    study.semester()
    assert post(cast.shuji1, "session_add", cast.one.pk, **RECORD).status_code == 302
    assert post(cast.shuji1, "session_add", cast.one.pk, on="2011-06-23", hours="2").status_code == 302
    states = dict(StudySession.objects.values_list("on", "state"))
    assert states == {date(2011, 6, 10): "held", date(2011, 6, 23): "planned"}
    response = post(cast.shuji1, "session_add", cast.one.pk, on="2011-06-10", hours="2", discussion="又一次")
    assert response.status_code == 422 and "已经有一次学习" in response.content.decode()


def test_history_may_name_a_lecturer_who_has_left_since_and_nobody_who_was_not_there_that_day(cast: Cast) -> None:
    study.semester()
    gone = people.member(cast.one, "调走的")
    gone.memberships.update(ends_on=date(2011, 4, 30))
    typed = {"topic": "学党史", "hours": "2", "discussion": "谈体会", "lecturer": gone.pk}
    late = post(cast.shuji1, "session_add", cast.one.pk, on="2011-05-13", **typed)
    assert late.status_code == 422 and "那天不属于" in late.content.decode()
    assert post(cast.shuji1, "session_add", cast.one.pk, on="2011-04-15", **typed).status_code == 302


def test_before_cancelling_one_sees_whose_turn_becomes_whose(cast: Cast) -> None:
    mine, _ = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    html = page(cast.shuji1, "session_cancel", mine.pk)
    assert "主讲这样顺延" in html and "书记一这学期没有后面的日期了" in html
    refused = post(cast.shuji1, "session_cancel", mine.pk, version=1, seen="x", reason="停课")
    assert refused.status_code == 409 and "停课" in refused.content.decode()
    empty = post(cast.shuji1, "session_cancel", mine.pk, version=1, seen="x", reason="")
    assert empty.status_code == 422 and "请写明为什么取消" in empty.content.decode()


def test_moved_on_a_day_off_one_is_told_so(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    client = signed_in(cast.shuji1)
    url = reverse("schedule:session_move", args=[session.pk])
    html = client.post(url, {"version": 1, "day": "2011-06-25", "reason": "停课"}, follow=True).content.decode()
    assert "那天是休息日" in html and "改期原因：停课" in html
    assert client.post(url, {"version": 1, "day": "2011-06-27", "reason": "停课"}).status_code == 409


def test_a_swap_is_asked_and_answered_on_the_page(cast: Cast) -> None:
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    assert post(cast.dangyuan1, "swap_ask", mine.pk, other=other.pk, reason="外出").status_code == 302
    swap = TurnSwap.objects.get()
    assert "同意调换" in page(cast.shuji1, "session_detail", other.pk)
    assert "收回请求" in page(cast.dangyuan1, "session_detail", mine.pk)
    assert "同意调换" not in page(cast.zongzhi, "session_detail", other.pk)
    refused = post(cast.zongzhi, "swap_answer", swap.pk, verb="decline", note="不行")
    assert refused.status_code == 403 and "不行" in refused.content.decode()
    assert post(cast.shuji1, "swap_answer", swap.pk, verb="agree").status_code == 302
    assert study.again(mine).lecturer == cast.shuji1.member


# ---- papers ----


def test_the_record_on_paper_says_who_was_there_to_those_who_keep_it(cast: Cast) -> None:
    session = study.held(cast.one, cast.shuji1, lecturer=cast.member1, host="书记一", place="二楼会议室")
    session.attendances.create(member=cast.member1, status="present", by=cast.shuji1)
    session.attendances.create(member=cast.zongzhi.member, status="leave", reason="出差", by=cast.shuji1)
    html = page(cast.shuji1, "session_print", session.pk)
    for words in ("学习记录", "二楼会议室", "党员甲", "杨善洲", "谈了体会", "出差", "记录人：书记一"):
        assert words in html
    assert "出差" not in page(cast.dangyuan1, "session_print", session.pk)


def test_a_turn_whose_lecturer_has_left_says_so_on_its_page(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    client = signed_in(cast.shuji1)
    assert "请另定主讲人" not in client.get(session.get_absolute_url()).content.decode()
    transfer_member(member=cast.member1, organization=cast.two, by=cast.ganshi, on=ON)
    assert "请另定主讲人" in client.get(session.get_absolute_url()).content.decode()


def test_the_ledger_of_who_came_from_another_branch_holds_nothing_of_it(cast: Cast) -> None:
    session = study.held(cast.one, cast.shuji1, topic="原支部的学习")
    Attendance.objects.create(session=session, member=cast.shuji2.member, status="present", by=cast.shuji1)
    client = signed_in(cast.shuji2)
    assert client.get(session.get_absolute_url()).status_code == 200
    assert "原支部的学习" not in client.get(reverse("schedule:study_ledger")).content.decode()


def test_the_ledger_goes_to_excel_and_the_log_says_so(cast: Cast, tmp_path: Path) -> None:
    study.held(cast.one, cast.shuji1, lecturer=cast.member1, topic="=1+1")
    study.held(cast.two, cast.shuji2, lecturer=cast.member2)
    study.session(cast.one, cast.shuji1)  # lies ahead
    response = signed_in(cast.zongzhi).get(reverse("schedule:study_export"))
    sheet = load_workbook(BytesIO(response.getvalue())).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("党员甲" in row and "=1+1" in row for row in cells) and any("党员乙" in row for row in cells)
    assert not any(row[2] == FIRST for row in cells)
    assert LogEntry.objects.filter(verb="export", label="导出学习台账").count() == 1
    assert [column.header for column in LEDGER.columns[:3]] == ["党组织", "序号", "日期"]
    assert "学习台账" in page(cast.zongzhi, "study_print") and "第二党支部" in page(cast.zongzhi, "study_print")
