"""The chair's list, leave, make-up and notes: who may do what, what is kept, what the pages give back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, Typed, User
from branches.actions.members import transfer_member
from branches.actions.posts import end_post
from branches.models import Member, Membership
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from schedule.actions import attendance as actions
from schedule.actions.attendance import Changed, Said
from schedule.models import Attendance, Notice, StudySession
from schedule.queries import attendance as queries
from schedule.states.study import Presence, SignedBy
from tests import build as people
from tests.conftest import Cast
from tests.schedule import attendance as study
from tests.schedule.attendance import HELD, NOTES, ON

PRESENT, LEAVE, ABSENT = Presence.PRESENT, Presence.LEAVE, Presence.ABSENT


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(view: str, *args: Any) -> str:
    return reverse(f"schedule:{view}", args=args)


def told(letter: str) -> list[str]:
    return sorted(str(notice.person) for notice in Notice.objects.filter(letter=letter))


def statuses(session: StudySession) -> dict[str, str]:
    return {line.member.name: line.status for line in queries.lines_of(session)}


def seen(session: StudySession) -> str:
    response = signed_in_chair(session).get(url("attendance_list", session.pk))
    return str(response.context["form"].seen_now)


def signed_in_chair(session: StudySession) -> Client:
    return signed_in(User.objects.get(username="shuji1"))


# ---- the chair's list ----


def test_the_list_holds_all_of_that_day_and_chooses_only_what_is_known(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    study.signed(session, cast.dangyuan1)
    study.asked(session, cast.zongzhi, "到南京开会")
    form = signed_in(cast.shuji1).get(url("attendance_list", session.pk)).context["form"]
    chosen = {line.member.name: status.value() for line, status, _ in form.rows()}
    assert chosen == {"党员甲": PRESENT, "书记一": None, "总支书记": None}
    page = signed_in(cast.shuji1).get(url("attendance_list", session.pk)).content.decode()
    assert "到南京开会" in page and "请假待批" in page and "扫码签到" in page


def test_the_list_is_saved_in_one_go_and_corrections_are_in_the_log(cast: Cast) -> None:
    session, client = study.session(cast.one, HELD), signed_in(cast.shuji1)
    one, two, three = (line.member.pk for line in queries.lines_of(session))
    data = {
        "seen": "",
        f"status-{one}": PRESENT,
        f"status-{two}": LEAVE,
        f"reason-{two}": " 出差 ",
        f"status-{three}": ABSENT,
    }
    mine = cast.shuji1.member.pk
    data[f"status-{mine}"] = PRESENT
    assert client.post(url("attendance_list", session.pk), data).status_code == 302
    rows = {row.member_id: row for row in Attendance.objects.filter(session=session)}
    assert rows[mine].signed_by == SignedBy.LIST and rows[mine].status == PRESENT
    entry = LogEntry.objects.of(session).get()
    assert entry.label == "登记出勤" and len(entry.changes) == 3

    study.listed(session, cast.shuji1, {cast.member1: LEAVE}, "生病")
    last = LogEntry.objects.of(session).order_by("-pk")[0]
    assert last.label == "更正出勤" and list(last.changes) == ["党员甲"]
    study.listed(session, cast.shuji1, {cast.member1: LEAVE}, "生病")  # nothing new, nothing in the log
    assert LogEntry.objects.of(session).count() == 2


def test_a_signature_given_while_the_list_is_filled_in_is_not_overwritten(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.shuji1)
    shown = seen(session)
    study.signed(session, cast.dangyuan1)
    zongzhi = cast.zongzhi.member.pk
    data = {"seen": shown, f"status-{cast.member1.pk}": ABSENT, f"status-{zongzhi}": LEAVE, f"reason-{zongzhi}": "开会"}
    response = client.post(url("attendance_list", session.pk), data)
    page = response.content.decode()
    assert response.status_code == 409 and "刚刚有变动" in page and 'value="开会"' in page
    assert statuses(session) == {"党员甲": PRESENT, "书记一": "", "总支书记": ""}  # nothing was saved
    # the page now shows the signature; who still says absent means it
    data["seen"] = response.context["form"].seen_now
    assert client.post(url("attendance_list", session.pk), data).status_code == 302
    assert statuses(session) == {"党员甲": ABSENT, "书记一": "", "总支书记": LEAVE}


def test_whom_the_chair_left_alone_keeps_what_came_meanwhile(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    shown = seen(session)
    study.signed(session, cast.dangyuan1)
    data = {"seen": shown, f"status-{cast.zongzhi.member.pk}": PRESENT}
    assert signed_in(cast.shuji1).post(url("attendance_list", session.pk), data).status_code == 302
    assert statuses(session) == {"党员甲": PRESENT, "书记一": "", "总支书记": PRESENT}


def test_the_list_is_kept_from_the_day_on_and_not_for_a_session_that_fell_away(cast: Cast) -> None:
    for session in (study.session(cast.one, ON + timedelta(days=7)), study.session(cast.one, HELD, state="cancelled")):
        with pytest.raises(Refused):
            actions.record_list(session=session, said={}, by=cast.shuji1, on=ON)
    with pytest.raises(Refused, match="委员会"):
        actions.record_list(session=study.session(cast.one), said={}, by=cast.dangyuan1, on=ON)


def test_nobody_writes_his_own_leave_into_the_list(cast: Cast) -> None:
    session, mine = study.session(cast.one), cast.shuji1.member
    response = signed_in(cast.shuji1).post(
        url("attendance_list", session.pk), {"seen": "", f"status-{mine.pk}": LEAVE, f"reason-{mine.pk}": "开会"}
    )
    assert response.status_code == 422 and "自己的请假要由别人批准" in response.content.decode()
    assert not Attendance.objects.exists()


def test_the_list_grants_leave_that_was_asked_for_and_tells_the_member(cast: Cast) -> None:
    session = study.session(cast.one)
    study.asked(session, cast.dangyuan1)
    study.listed(session, cast.shuji1, {cast.member1: LEAVE}, "参加命题会议")
    assert told("study_leave_answered") == ["党员甲"]


def test_what_was_made_up_stands_in_the_list_and_is_not_asked_about(cast: Cast) -> None:
    row = study.made_up(study.missed(cast.one, cast.shuji1, cast.member1), cast.dangyuan1)
    page = signed_in(cast.shuji1).get(url("attendance_list", row.session_id)).content.decode()
    assert "自学材料" in page and f"status-{cast.member1.pk}" not in page
    actions.record_list(session=row.session, said={cast.member1.pk: Said(ABSENT, "")}, by=cast.shuji1, on=ON)
    assert study.row(row).status == Presence.MADE_UP


def test_strangers_in_the_posted_list_are_passed_over(cast: Cast) -> None:
    session = study.session(cast.one)
    actions.record_list(session=session, said={cast.member2.pk: Said(PRESENT, "")}, by=cast.shuji1, on=ON)
    assert not Attendance.objects.exists()


def test_two_chairs_at_once_the_second_hears_of_the_first(cast: Cast) -> None:
    session = study.session(cast.one, HELD)
    said = {cast.member1.pk: Said(ABSENT, "生病")}
    actions.record_list(session=session, said=said, by=cast.shuji1, on=ON)
    with pytest.raises(Changed) as told_so:
        actions.record_list(session=session, said={cast.member1.pk: Said(PRESENT, "")}, by=cast.ganshi, on=ON)
    assert [line.member for line in told_so.value.lines] == [cast.member1]


def test_who_signs_between_reading_and_writing_is_told_by_name_and_nothing_is_written(cast: Cast) -> None:
    session = study.session(cast.one, HELD)
    as_read = [(line, str(PRESENT), "") for line in queries.lines_of(session)]
    actions.record_list(session=session, said={cast.member1.pk: Said(ABSENT, "生病")}, by=cast.shuji1, on=ON)
    with pytest.raises(Changed) as told_so:
        actions._enter(session, as_read, cast.ganshi)
    assert [line.member for line in told_so.value.lines] == [cast.member1]
    assert Attendance.objects.filter(session=session).count() == 1


def test_the_list_and_the_sessions_page_cost_the_same_with_few_and_with_many(cast: Cast) -> None:
    session, client = study.session(cast.one), signed_in(cast.shuji1)

    def costs() -> list[int]:
        found = []
        for view in ("attendance_list", "session_detail", "notes_list"):
            client.get(url(view, session.pk))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(view, session.pk)).status_code == 200
            found.append(len(captured))
        return found

    few = costs()
    members = Member.objects.bulk_create(Member(name=f"众{n}", sort_key=f"{n:05}", sex="male") for n in range(120))
    at = {"organization": cast.one, "path": cast.one.path, "starts_on": date(2010, 7, 1)}
    Membership.objects.bulk_create(Membership(member=member, **at) for member in members)
    Attendance.objects.bulk_create(
        Attendance(session=session, member=member, status=PRESENT, notes="读了", by=cast.shuji1) for member in members
    )
    assert costs() == few
    assert max(few) <= 16


# ---- the session's page ----


def test_the_sessions_page_counts_and_names_and_keeps_reasons_from_fellow_members(cast: Cast) -> None:
    people.member(cast.one, "刚来的")
    session = study.session(cast.one, HELD)
    study.listed(session, cast.shuji1, {cast.member1: PRESENT, cast.zongzhi.member: ABSENT}, "住院")
    mine = signed_in(cast.dangyuan1).get(session.get_absolute_url()).content.decode()
    theirs = signed_in(cast.shuji1).get(session.get_absolute_url()).content.decode()
    for page in (mine, theirs):
        assert (
            "应到 <strong>4</strong>" in page
            and "实到 <strong>1</strong>" in page
            and "缺席 <strong>1</strong>" in page
        )
        assert "刚来的" in page and "总支书记" in page
    assert "住院" in theirs and "住院" not in mine
    listing = reverse("schedule:attendance_list", args=[session.pk])
    assert listing in theirs and listing not in mine
    assert "写学习心得" in mine
    assert "住院" in signed_in(cast.zongzhi).get(session.get_absolute_url()).content.decode()


def test_leave_and_absence_are_counted_as_such_also_after_they_were_made_up(cast: Cast) -> None:
    row = study.made_up(study.missed(cast.one, cast.shuji1, cast.member1), cast.dangyuan1)
    found = queries.session_attendance(row.session, standing_of(cast.shuji1, ON), ON)
    assert (found.due, found.present, found.leave, found.absent, found.made_up) == (3, 0, 0, 1, 1)


# ---- leave ----


def test_leave_is_asked_of_the_secretary_granted_and_told(cast: Cast) -> None:
    session, client = study.session(cast.one, ON + timedelta(days=7)), signed_in(cast.dangyuan1)
    assert client.post(url("leave_ask", session.pk), {"reason": ""}).status_code == 422
    assert client.post(url("leave_ask", session.pk), {"reason": "命题"}).status_code == 302
    assert told("study_leave_asked") == ["书记一"]
    row = study.of(session, cast.dangyuan1)
    again = client.post(url("leave_ask", session.pk), {"reason": "又一次"})
    assert again.status_code == 422 and "请假待批" in again.content.decode()

    chair = signed_in(cast.shuji1)
    assert "党员甲" in chair.get(url("leave_list")).content.decode()
    refused = chair.post(url("leave_answer", row.pk), {"answer": "refuse", "version": row.version, "note": ""})
    assert refused.status_code == 422 and "不准假要说明原因" in refused.content.decode()
    data = {"answer": "grant", "version": row.version, "note": ""}
    assert chair.post(url("leave_answer", row.pk), data).status_code == 302
    assert study.row(row).status == LEAVE
    assert told("study_leave_answered") == ["党员甲"]
    assert not chair.get(url("leave_list")).context["rows"]
    assert chair.post(url("leave_answer", row.pk), data).status_code == 403
    assert [entry.verb for entry in queries.history_of(row)] == ["grant_leave", "ask_leave"]


def test_who_was_refused_may_ask_again_and_reads_why(cast: Cast) -> None:
    session = study.session(cast.one, ON + timedelta(days=7))
    row = study.asked(session, cast.dangyuan1)
    actions.answer_leave(row=row, granted=False, note="这次要全体到", version=row.version, by=cast.shuji1, on=ON)
    page = signed_in(cast.dangyuan1).get(session.get_absolute_url()).content.decode()
    assert "请假未准" in page and "这次要全体到" in page
    again = study.asked(session, cast.dangyuan1, "住院")
    assert (again.pk, again.status, again.reason, again.answer) == (row.pk, Presence.ASKED, "住院", "")
    assert len(told("study_leave_asked")) == 2


def test_leave_may_be_granted_after_the_day_with_a_word_why(cast: Cast) -> None:
    session = study.session(cast.one)
    row, later = study.asked(session, cast.dangyuan1), ON + timedelta(days=3)
    with pytest.raises(ValidationError, match="事后准假要说明原因"):
        actions.answer_leave(row=row, granted=True, note="", version=row.version, by=cast.shuji1, on=later)
    row = study.row(row)
    actions.answer_leave(row=row, granted=True, note="确有急事", version=row.version, by=cast.shuji1, on=later)
    assert study.row(row).status == LEAVE


def test_after_the_session_leave_is_no_longer_asked(cast: Cast) -> None:
    for session in (study.session(cast.one, HELD), study.session(cast.one, state="held")):
        with pytest.raises(Refused, match="学习已经结束"):
            actions.ask_leave(session=session, reason="忘了", by=cast.dangyuan1, on=ON)
    with pytest.raises(Refused):
        actions.ask_leave(session=study.session(cast.two), reason="不是我的", by=cast.dangyuan1, on=ON)


def test_nobody_grants_his_own_leave_the_deputy_or_the_level_above_does(cast: Cast) -> None:
    session = study.session(cast.one, ON + timedelta(days=7))
    row = study.asked(session, cast.shuji1)
    assert told("study_leave_asked") == ["总支书记"]
    with pytest.raises(Refused, match="自己的请假"):
        actions.answer_leave(row=row, granted=True, note="", version=row.version, by=cast.shuji1, on=ON)
    assert not queries.to_answer(standing_of(cast.shuji1, ON), ON).exists()
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY)
    assert queries.those_who_answer(row, ON) == [deputy]
    for by in (cast.dangyuan1, cast.shuji2, cast.ganshi):
        with pytest.raises(Refused):
            actions.answer_leave(row=row, granted=True, note="", version=row.version, by=by, on=ON)
    actions.answer_leave(row=row, granted=True, note="", version=row.version, by=cast.zongzhi, on=ON)


def test_where_a_branch_has_no_leader_leave_waits_for_the_level_above_that_is_told(cast: Cast) -> None:
    end_post(assignment=cast.shuji1.member.posts.get(), by=cast.ganshi, on=ON - timedelta(days=1))
    row = study.asked(study.session(cast.one, ON + timedelta(days=7)), cast.dangyuan1)
    assert told("study_leave_asked") == ["总支书记"]
    assert list(queries.to_answer(standing_of(cast.zongzhi, ON), ON)) == [row]


def test_two_who_answer_at_once_the_second_is_told(cast: Cast) -> None:
    row = study.asked(study.session(cast.one), cast.dangyuan1)
    other = study.row(row)
    actions.answer_leave(row=row, granted=True, note="", version=row.version, by=cast.shuji1, on=ON)
    with pytest.raises(Conflict):
        actions.answer_leave(row=other, granted=False, note="不行", version=other.version, by=cast.zongzhi, on=ON)


# ---- making up ----


def test_a_member_makes_up_with_day_way_and_notes_and_it_counts_at_once(cast: Cast) -> None:
    row, client = study.missed(cast.one, cast.shuji1, cast.member1), signed_in(cast.dangyuan1)
    page = client.post(
        url("make_up", row.pk), {"version": row.version, "day": "2011-06-15", "how": "自学", "notes": ""}
    )
    assert (
        page.status_code == 422 and "请写学习心得" in page.content.decode() and 'value="自学"' in page.content.decode()
    )
    data = {"version": row.version, "day": "2011-06-15", "how": "自学", "notes": NOTES}
    early = client.post(url("make_up", row.pk), data | {"day": "2011-06-01"})
    assert early.status_code == 422 and "到今天之间" in early.content.decode()
    assert client.post(url("make_up", row.pk), data).status_code == 302
    row = study.row(row)
    assert (row.status, row.made_up_on, row.owed, row.notes) == (Presence.MADE_UP, date(2011, 6, 15), ABSENT, NOTES)
    assert client.post(url("make_up", row.pk), data).status_code == 403  # it has been made up


def test_what_was_written_elsewhere_meanwhile_is_not_overwritten(cast: Cast) -> None:
    row, client = study.missed(cast.one, cast.shuji1, cast.member1), signed_in(cast.dangyuan1)
    data = {"version": row.version + 1, "day": "2011-06-15", "how": "自学", "notes": NOTES}
    answer = client.post(url("make_up", row.pk), data)
    assert answer.status_code == 409 and NOTES in answer.content.decode()


def test_making_up_is_for_the_same_semester_later_the_committee_enters_it(cast: Cast) -> None:
    row, autumn = study.missed(cast.one, cast.shuji1, cast.member1), date(2011, 9, 1)
    with pytest.raises(Refused, match="本学期内"):
        study.made_up(row, cast.dangyuan1, autumn)
    with pytest.raises(Refused, match="由本人登记"):
        study.made_up(row, cast.shuji1)
    assert study.made_up(row, cast.shuji1, autumn).status == Presence.MADE_UP
    # the vacation still counts to the semester
    other = study.missed(cast.one, cast.shuji1, cast.member1, on=date(2011, 6, 1))
    assert study.made_up(other, cast.dangyuan1, date(2011, 8, 31)).status == Presence.MADE_UP


def test_who_has_moved_to_another_branch_still_sees_makes_up_and_reflects_on_what_he_owes_there(cast: Cast) -> None:
    row = study.missed(cast.one, cast.shuji1, cast.member1)
    other = study.session(cast.one, date(2011, 6, 3))
    transfer_member(member=cast.member1, organization=cast.two, by=cast.ganshi, on=date(2011, 6, 14))
    client, now = signed_in(cast.dangyuan1), study.row(row)
    data = {"version": now.version, "day": "2011-06-15", "how": "自学", "notes": NOTES}
    assert client.post(url("make_up", row.pk), data, follow=True).status_code == 200
    assert client.get(url("study_notes", row.session_id)).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.post(url("leave_ask", row.session_id), {"reason": "x"}).status_code == 403


def test_the_committee_enters_it_for_who_has_no_account(cast: Cast) -> None:
    retired = people.member(cast.one, "老党员")
    row = study.missed(cast.one, cast.shuji1, retired)
    assert study.made_up(row, cast.shuji1).status == Presence.MADE_UP


def test_a_make_up_is_returned_with_the_reason_and_its_words_stay(cast: Cast) -> None:
    session = study.session(cast.one, HELD)
    study.listed(session, cast.shuji1, {cast.member1: LEAVE})
    row = study.made_up(study.of(session, cast.dangyuan1), cast.dangyuan1)
    chair = signed_in(cast.shuji1)
    assert chair.post(url("make_up_return", row.pk), {"version": row.version, "reason": ""}).status_code == 422
    data = {"version": row.version, "reason": "心得是抄的"}
    assert chair.post(url("make_up_return", row.pk), data).status_code == 302
    row = study.row(row)
    assert (row.status, row.made_up_on, row.notes, row.answer) == (LEAVE, None, NOTES, "心得是抄的")
    assert told("study_make_up_returned") == ["党员甲"]
    page = signed_in(cast.dangyuan1).get(url("make_up", row.pk)).content.decode()
    assert "心得是抄的" in page and NOTES in page
    assert study.made_up(row, cast.dangyuan1).status == Presence.MADE_UP


def test_nobody_returns_his_own_make_up(cast: Cast) -> None:
    row = study.made_up(study.missed(cast.one, cast.zongzhi, cast.shuji1.member), cast.shuji1)
    with pytest.raises(Refused, match="别人"):
        actions.return_make_up(row=row, reason="x", version=row.version, by=cast.shuji1, on=ON)
    actions.return_make_up(row=row, reason="补得太短", version=row.version, by=cast.zongzhi, on=ON)


# ---- notes ----


def test_notes_are_written_after_the_session_and_read_by_the_committee_only(cast: Cast) -> None:
    session, client = study.session(cast.one, HELD, lecturer=cast.zongzhi.member), signed_in(cast.dangyuan1)
    assert client.get(url("study_notes", session.pk)).status_code == 403  # nothing is said of him yet
    study.listed(session, cast.shuji1, {cast.member1: PRESENT, cast.zongzhi.member: PRESENT})
    row = study.of(session, cast.dangyuan1)
    answer = client.post(url("study_notes", session.pk), {"version": row.version, "notes": NOTES})
    assert answer.status_code == 302
    assert NOTES in signed_in(cast.shuji1).get(url("notes_list", session.pk)).content.decode()
    other = people.account(people.member(cast.one, "同支部的"), "tong")
    assert signed_in(other).get(url("notes_list", session.pk)).status_code == 403
    assert NOTES not in signed_in(other).get(session.get_absolute_url()).content.decode()
    stale = client.post(url("study_notes", session.pk), {"version": row.version, "notes": "改过的话"})
    assert stale.status_code == 409 and "改过的话" in stale.content.decode()


def test_a_lecturer_without_a_post_does_not_read_the_notes(cast: Cast) -> None:
    session = study.session(cast.one, HELD, lecturer=cast.member1)
    assert signed_in(cast.dangyuan1).get(url("notes_list", session.pk)).status_code == 403


@pytest.mark.parametrize(("view", "save"), [("study_notes", "study_notes_autosave"), ("make_up", "make_up_autosave")])
def test_words_typed_and_not_saved_are_there_next_time(cast: Cast, view: str, save: str) -> None:
    if view == "study_notes":
        session = study.session(cast.one, HELD)
        study.listed(session, cast.shuji1, {cast.member1: PRESENT})
        number = session.pk
    else:
        number = study.missed(cast.one, cast.shuji1, cast.member1).pk
    client = signed_in(cast.dangyuan1)
    assert client.post(url(save, number), {"notes": "写到一半"}).status_code == 200
    page = client.get(url(view, number)).content.decode()
    assert "写到一半" in page and "上次没有保存的内容" in page
    client.post(url(view, number), {"forget": "1"})
    assert not Typed.objects.exists()


# ---- what waits ----


def test_what_waits_for_whom(cast: Cast) -> None:
    def waits(user: User, on: date = ON) -> list[tuple[str, int, int]]:
        return [(one.key, one.count, one.late) for one in queries.waiting_lines(standing_of(user, on), on)]

    study.asked(study.session(cast.one), cast.dangyuan1)
    study.missed(cast.one, cast.shuji1, cast.member1)
    study.missed(cast.one, cast.shuji1, cast.member1, on=date(2011, 5, 9))
    assert waits(cast.dangyuan1) == [("study_make_up", 2, 1)]
    assert waits(cast.shuji1) == [("study_leave", 1, 0)]
    assert waits(cast.zongzhi) == []  # he may answer, but it is not his to do
    group = people.organization("group", cast.one, "第一党小组")
    study.asked(study.session(group), people.account(people.member(group, "组员"), "zuyuan"))
    study.asked(study.session(cast.one, ON + timedelta(days=7)), cast.shuji1)
    assert waits(cast.shuji1) == [("study_leave", 2, 0)]
    assert waits(cast.zongzhi) == [("study_leave", 1, 0)]  # the secretary's own
    assert waits(cast.shuji2) == waits(cast.guanli) == waits(cast.ganshi) == []
    assert waits(cast.dangyuan1, date(2011, 9, 1)) == []  # another semester
