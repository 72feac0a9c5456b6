"""Meetings: what they resolve and by how many votes, their papers, what they serve at once, their ledger, and the rhythm of 三会一课."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from branches.scope import standing_of
from branches.states import Kind, Post
from chuangxian import clock
from chuangxian.edits import Conflict
from reviews.models import LeaderComment
from schedule import duties, reminding
from schedule.actions import meetings as actions
from schedule.actions.preferences import set_leads
from schedule.models import Meeting, MeetingFile, Notice, ReminderMark, Resolution, Semester
from schedule.planner import plan
from schedule.queries import meetings as queries
from schedule.states.items import MeetingKind
from tests import build as people
from tests.conftest import Cast
from tests.reviews.build import round_of, semester
from tests.schedule import calendars as studying
from tests.schedule import items
from tests.schedule import tasks as asking
from tests.schedule.items import ON

REPORT = {"text": "同意接收预备党员", "voters_due": 12, "votes_for": 7, "votes_against": 2, "abstained": 1}


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


def typed(*resolutions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the form of a meeting posts."""
    data: dict[str, Any] = {
        "kind": "branch_assembly",
        "title": "党员大会",
        "held_on": "2011-06-15",
        "due_count": "12",
        "present_count": "11",
        "minutes": "讨论并表决",
        "resolutions-TOTAL_FORMS": str(len(resolutions)),
        "resolutions-INITIAL_FORMS": "0",
    }
    for number, one in enumerate(resolutions):
        data |= {f"resolutions-{number}-{name}": value for name, value in one.items()}
    return data | fields


# ---- resolutions ----


@pytest.mark.parametrize(("due", "votes", "passed"), [(12, 7, True), (12, 6, False), (11, 6, True), (11, 5, False)])
def test_a_resolution_passes_with_more_than_half_of_all_who_were_due(
    cast: Cast, due: int, votes: int, passed: bool
) -> None:
    made = items.meeting(cast.one, cast.shuji1, resolutions=[REPORT | {"voters_due": due, "votes_for": votes,
                         "votes_against": 0, "abstained": 0}])  # fmt: skip
    resolution = made.resolutions.get()
    assert resolution.passed is passed
    assert resolution.told.endswith("，通过。" if passed else "，未通过。")
    assert f"应到有表决权 {due} 人，赞成 {votes}" in page(cast.dangyuan1, "meeting_detail", made.pk)


def test_more_votes_than_voters_or_people_there_are_refused_beside_the_field_and_nothing_typed_is_lost(
    cast: Cast,
) -> None:
    client, add = signed_in(cast.shuji1), reverse("schedule:meeting_add")
    wrong = [
        (REPORT | {"votes_for": 11}, "一共 14 票，多于应到有表决权的 12 人"),
        (REPORT | {"votes_for": 9}, "一共 12 票，多于会议实到的 11 人"),
        (REPORT | {"voters_due": 13}, "应到有表决权的 13 人，多于会议应到的 12 人"),
    ]
    for resolution, sentence in wrong:
        response = client.post(add, typed(resolution, organization=cast.one.pk))
        text = response.content.decode()
        assert response.status_code == 422 and sentence in text and "同意接收预备党员" in text and "讨论并表决" in text
    with pytest.raises(ValidationError, match="多于应到"):
        items.meeting(cast.one, cast.shuji1, resolutions=[REPORT | {"votes_for": 11}])
    assert not Meeting.objects.exists()


def test_votes_left_empty_are_none_and_rows_left_empty_or_removed_are_no_resolutions(cast: Cast) -> None:
    first = REPORT | {"votes_against": "", "abstained": ""}
    removed = REPORT | {"text": "不要的", "DELETE": "on"}
    empty = dict.fromkeys(REPORT, "")
    response = signed_in(cast.shuji1).post(
        reverse("schedule:meeting_add"), typed(first, removed, empty, organization=cast.one.pk)
    )
    assert response.status_code == 302
    resolution = Resolution.objects.get()
    assert (resolution.text, resolution.votes_against, resolution.abstained) == ("同意接收预备党员", 0, 0)


def test_more_rows_come_without_script_and_nothing_is_saved_by_asking_for_them(cast: Cast) -> None:
    data = typed(REPORT, organization=cast.one.pk, add_row="1")
    response = signed_in(cast.shuji1).post(reverse("schedule:meeting_add"), data)
    text = response.content.decode()
    assert response.status_code == 200 and "resolutions-1-text" in text and "同意接收预备党员" in text
    assert not Meeting.objects.exists()


def test_resolutions_are_corrected_with_their_meeting_and_the_log_tells_both(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1, resolutions=[REPORT])
    edit = reverse("schedule:meeting_edit", args=[made.pk])
    client = signed_in(cast.shuji1)
    assert "同意接收预备党员" in client.get(edit).content.decode()
    client.post(edit, typed(REPORT | {"votes_for": 6}, {**REPORT, "text": "通过工作计划"}, version=1))
    assert [(one.text, one.votes_for) for one in made.resolutions.all()] == [
        ("同意接收预备党员", 6),
        ("通过工作计划", 7),
    ]
    changes = LogEntry.objects.of(made).get(verb="change_meeting").changes["resolutions"]
    assert "赞成 7" in changes[0][0] and "赞成 6" in changes[1][0] and len(changes[1]) == 2


def test_a_correction_from_elsewhere_leaves_the_resolutions_as_they_are(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1, resolutions=[REPORT])
    actions.change_meeting(meeting=made, version=1, place="会议室", by=cast.shuji1, on=ON)
    assert made.resolutions.count() == 1


def test_who_saves_on_an_older_reading_sees_both_resolutions_and_may_insist(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1, resolutions=[REPORT])
    edit = reverse("schedule:meeting_edit", args=[made.pk])
    actions.change_meeting(meeting=made, version=1, place="别处", by=cast.ganshi, on=ON)
    mine = typed(REPORT | {"text": "我改的决议"}, version=1)
    response = signed_in(cast.shuji1).post(edit, mine)
    text = response.content.decode()
    assert response.status_code == 409 and "我改的决议（赞成 7" in text and "同意接收预备党员（赞成 7" in text
    assert 'name="resolutions-0-text" value="我改的决议"' in text
    with pytest.raises(Conflict):
        actions.change_meeting(
            meeting=Meeting.objects.get(), version=1, resolutions=[], by=cast.shuji1, on=ON, place="x"
        )
    assert made.resolutions.count() == 1, "nothing of a refused correction stays"


# ---- papers ----


def test_papers_are_kept_given_to_its_readers_and_taken_away_with_a_line_in_the_log(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cast.shuji1)
    upload = SimpleUploadedFile("签到表.txt", "签到".encode())
    response = client.post(
        reverse("schedule:meeting_add"), typed(organization=cast.one.pk, evidence=upload, absent="李四：出差")
    )
    assert response.status_code == 302
    file = MeetingFile.objects.get()
    text = page(cast.dangyuan1, "meeting_detail", file.entry_id)
    assert "签到表.txt" in text and "李四：出差" in text
    given = signed_in(cast.dangyuan1).get(reverse("schedule:meeting_file", args=[file.pk]))
    assert b"".join(given.streaming_content) == "签到".encode()  # type: ignore[attr-defined]
    assert signed_in(cast.dangyuan2).get(reverse("schedule:meeting_file", args=[file.pk])).status_code == 404
    storage, name = file.file.storage, str(file.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("schedule:meeting_edit", args=[file.entry_id]), typed(version=1, drop=file.pk))
    assert not MeetingFile.objects.exists() and not storage.exists(name)
    assert LogEntry.objects.get(verb="change_meeting").changes["evidence"] == [["签到表.txt"], []]


def test_a_file_of_another_meeting_cannot_be_taken_away_here(cast: Cast) -> None:
    client = signed_in(cast.shuji1)
    for title in ("甲会", "乙会"):
        upload = SimpleUploadedFile(f"{title}.txt", b"x")
        client.post(reverse("schedule:meeting_add"), typed(organization=cast.one.pk, title=title, evidence=upload))
    one, other = MeetingFile.objects.order_by("pk")
    edit = reverse("schedule:meeting_edit", args=[one.entry_id])
    assert client.post(edit, typed(version=1, drop=other.pk)).status_code == 422
    assert MeetingFile.objects.count() == 2


# ---- what it serves at once ----


def test_the_meetings_page_lists_the_comments_made_at_it_as_far_as_one_may_read_them(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1)
    round_ = round_of(cast.general)
    given = {
        "round": round_, "organization": cast.one, "path": cast.one.path, "subject_kind": "member", "meeting": made,
        "commentator": cast.shuji1.member, "commentator_name": "书记一", "author": cast.shuji1, "state": "issued",
        "held_on": ON, "issued_on": ON, "publicity": "private",
    }  # fmt: skip
    LeaderComment.objects.create(member=cast.member1, **given)
    colleague = people.account(people.member(cast.one, "同支部的"))
    for user, sees in ((cast.shuji1, True), (cast.dangyuan1, True), (colleague, False)):
        text = page(user, "meeting_detail", made.pk)
        assert ("书记一点评党员甲" in text) is sees and ("同时用于" in text) is sees


def test_a_duty_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        duties.register(duties.Duty("comments", "另一个", lambda meeting, standing, on: []))


# ---- the ledger ----


def test_the_list_is_narrowed_by_semester_and_so_are_workbook_and_print(cast: Cast) -> None:
    spring, autumn = semester(), semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 20))
    items.meeting(cast.one, cast.shuji1, title="春季的会", resolutions=[REPORT])
    items.meeting(cast.one, cast.shuji1, title="寒假的会", held_on=date(2011, 2, 1))
    for chosen, here, gone in ((spring, "春季的会", "寒假的会"), (autumn, "寒假的会", "春季的会")):
        query = f"?semester={chosen.pk}"
        for view in ("meeting_list", "meeting_ledger"):
            text = page(cast.shuji1, view, query=query)
            assert here in text and gone not in text
    assert "同意接收预备党员（通过）" in page(cast.shuji1, "meeting_ledger")
    response = signed_in(cast.shuji1).get(reverse("schedule:meeting_export") + f"?semester={spring.pk}")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    cells = [str(cell.value) for row in book["会议台账"].iter_rows() for cell in row if cell.value]
    assert "春季的会" in cells and "寒假的会" not in cells and "同意接收预备党员（通过）" in cells
    assert book.sheetnames == ["会议台账", "三会一课"]
    assert LogEntry.objects.get(verb="export").label == "导出会议台账"


def test_the_minutes_print_with_resolutions_and_a_line_to_sign(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1, resolutions=[REPORT], absent="李四：出差", minutes="逐人点评")
    text = page(cast.dangyuan1, "meeting_print", made.pk)
    assert all(word in text for word in ("同意接收预备党员", "通过", "李四：出差", "逐人点评", "主持人（签名）"))


@pytest.mark.parametrize("view", ["meeting_ledger", "meeting_rhythm", "meeting_list"])
def test_a_page_costs_the_same_with_three_meetings_and_with_two_hundred(cast: Cast, view: str) -> None:
    semester()
    client, url = signed_in(cast.zongzhi), reverse(f"schedule:{view}")

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    for number in range(3):
        items.meeting(cast.one, cast.shuji1, title=f"会{number}", resolutions=[REPORT])
    few = cost()
    for number in range(60):
        items.meeting(cast.two, cast.shuji2, title=f"会{number}", kind="group", resolutions=[REPORT])
    assert cost() == few <= 16


def test_a_meetings_page_costs_the_same_with_one_resolution_and_with_twenty(cast: Cast) -> None:
    made = [items.meeting(cast.one, cast.shuji1, resolutions=[REPORT] * number) for number in (1, 20)]
    client, costs = signed_in(cast.dangyuan1), []
    for one in made:
        client.get(one.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(one.get_absolute_url())
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 16


# ---- the rhythm ----


def spring_counts(cast: Cast, on: date = ON) -> dict[MeetingKind, queries.Count]:
    return {count.kind: count for count in queries.rhythm_of([cast.one], semester(), on)[0].counts}


def with_committee(cast: Cast) -> None:
    """Two more on the committee of branch one: it sits as such."""
    for post in (Post.ORGANIZATION_COMMISSIONER, Post.PUBLICITY_COMMISSIONER):
        people.appoint(people.member(cast.one), cast.one, post)


def test_months_and_quarters_count_to_the_semester_in_which_they_end(cast: Cast) -> None:
    autumn = semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 20))
    spring = semester()
    by_key = {one.key: one for one in Semester.objects.all()}
    months = [one.label for key in (autumn.key, spring.key) for one in queries.periods_in(by_key[key], queries.MONTH)]
    assert months[0] == "2010年9月" and months[4:6] == ["2011年1月", "2011年2月"] and len(months) == len(set(months))
    quarters = [one.label for one in queries.periods_in(by_key[autumn.key], queries.QUARTER)]
    assert quarters == ["2010年第三季度", "2010年第四季度"]
    assert queries.period_of(date(2011, 12, 5), queries.QUARTER).last == date(2011, 12, 31)


def test_an_assembly_is_asked_once_a_quarter_and_one_in_the_quarter_is_enough(cast: Cast) -> None:
    assert spring_counts(cast)[MeetingKind.BRANCH_ASSEMBLY].missing == ("2011年第一季度",)
    assert spring_counts(cast)[MeetingKind.BRANCH_ASSEMBLY].running == "2011年第二季度"
    items.meeting(cast.one, cast.shuji1, kind="branch_assembly", held_on=date(2011, 1, 10))
    found = spring_counts(cast)[MeetingKind.BRANCH_ASSEMBLY]
    assert (found.held, found.expected, found.missing) == (1, 1, ())
    late = spring_counts(cast, date(2011, 7, 1))[MeetingKind.BRANCH_ASSEMBLY]
    assert (late.expected, late.missing) == (2, ("2011年第二季度",))


def test_two_in_one_month_do_not_make_up_for_another(cast: Cast) -> None:
    with_committee(cast)
    for day in (date(2011, 3, 3), date(2011, 3, 20), date(2011, 5, 5)):
        items.meeting(cast.one, cast.shuji1, kind="branch_committee", held_on=day)
    found = spring_counts(cast)[MeetingKind.BRANCH_COMMITTEE]
    assert (found.held, found.expected) == (3, 4)
    assert found.missing == ("2011年2月", "2011年4月") and found.running == "2011年6月"


def test_where_no_committee_sits_and_no_groups_are_nothing_is_asked(cast: Cast) -> None:
    found = spring_counts(cast)
    assert found[MeetingKind.BRANCH_COMMITTEE].nothing_asked == "没有设支部委员会"
    assert found[MeetingKind.GROUP].nothing_asked == "没有设党小组"


def test_each_group_meets_by_itself_and_the_branchs_entry_counts_for_all(cast: Cast) -> None:
    groups = [people.organization(Kind.GROUP, cast.one, name) for name in ("一组", "二组")]
    for group in groups:
        items.meeting(group, cast.shuji1, kind="group", held_on=date(2011, 2, 20))
    items.meeting(groups[0], cast.shuji1, kind="group", held_on=date(2011, 3, 20))
    items.meeting(cast.one, cast.shuji1, kind="group", held_on=date(2011, 4, 20))
    found = spring_counts(cast)[MeetingKind.GROUP]
    assert (found.held, found.expected) == (4, 8)
    assert found.missing == ("2011年3月（二组）", "2011年5月（一组）", "2011年5月（二组）")


def test_a_lecture_of_the_general_branch_counts_for_its_branches_and_a_branchs_own_for_itself(cast: Cast) -> None:
    items.meeting(cast.general, cast.zongzhi, kind="lecture", held_on=date(2011, 3, 1))
    items.meeting(cast.two, cast.shuji2, kind="lecture", held_on=date(2011, 4, 1))
    items.meeting(cast.general, cast.zongzhi, kind="branch_assembly", held_on=date(2011, 3, 1))
    found = spring_counts(cast)
    assert found[MeetingKind.LECTURE].missing == () and found[MeetingKind.LECTURE].held == 1
    assert found[MeetingKind.BRANCH_ASSEMBLY].held == 0
    assert found[MeetingKind.LECTURE].running == "2011年第二季度"


def test_a_branch_founded_in_the_middle_owes_nothing_from_before(cast: Cast) -> None:
    cast.one.established_on = date(2011, 4, 15)
    cast.one.save()
    assert spring_counts(cast)[MeetingKind.LECTURE].expected == 0


def test_the_page_names_what_is_missing_to_those_who_read_the_branch(cast: Cast) -> None:
    semester()
    text = page(cast.shuji1, "meeting_rhythm")
    assert "2011年第一季度" in text and "第一党支部" in text and "第二党支部" not in text
    assert "第二党支部" in page(cast.zongzhi, "meeting_rhythm")
    assert signed_in(cast.dangyuan1).get(reverse("schedule:meeting_rhythm")).status_code == 403


def test_what_is_missing_waits_for_the_committee_of_the_branch(cast: Cast) -> None:
    semester()
    lines = queries.waiting_lines(standing_of(cast.shuji1, ON), ON)
    assert [(line.count, line.view) for line in lines] == [(2, "schedule:meeting_rhythm")]
    assert queries.waiting_lines(standing_of(cast.dangyuan1, ON), ON) == []
    assert queries.waiting_lines(standing_of(cast.zongzhi, ON), ON) == []
    for kind in ("branch_assembly", "lecture"):
        items.meeting(cast.one, cast.shuji1, kind=kind, held_on=date(2011, 3, 1))
    assert queries.waiting_lines(standing_of(cast.shuji1, ON), ON) == []


def test_what_was_also_a_committee_s_meeting_names_it_to_those_alone_who_read_of_it(cast: Cast) -> None:
    made = items.meeting(cast.one, cast.shuji1, kind="branch_committee", title="讨论处分的支委会", held_on=ON)
    session = studying.session(cast.one, state="held", on=ON, meeting=made)
    asked = asking.of(asking.task(cast.general, cast.zongzhi), cast.one)
    asking.done(asked, cast.shuji1, meeting=made)
    for url in (session.get_absolute_url(), asked.get_absolute_url()):
        assert "讨论处分的支委会" in read(cast.shuji1, url)
        assert "讨论处分的支委会" not in read(cast.dangyuan1, url)


def read(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    with clock.standing_on(ON):
        response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# ---- who is reminded ----


def lacking(on: date, until: date = date(2013, 1, 1)) -> list[tuple[str, date, list[str]]]:
    reminder = reminding.find("meeting_missing")
    assert reminder is not None
    found = list(reminder.open_items(on, until))
    return [(str(due.obj), due.due_on, [str(one) for one in due.to]) for due in found if due.to]


def test_the_branchs_leaders_are_reminded_when_a_month_or_quarter_ends_without_its_meetings(cast: Cast) -> None:
    semester()
    ends = [(name, end) for name, end, _ in lacking(date(2011, 6, 25))]
    assert ends == [("第一党支部", date(2011, 6, 30)), ("第二党支部", date(2011, 6, 30))], "no committee, so not in May"
    assert lacking(date(2011, 6, 25))[0][2] == ["书记一"]
    assert lacking(date(2011, 4, 26), until=date(2011, 4, 30)) == [
        ("第一党支部", date(2011, 3, 31), ["书记一"]),
        ("第二党支部", date(2011, 3, 31), ["书记二"]),
    ]
    for kind in ("branch_assembly", "lecture"):
        items.meeting(cast.one, cast.shuji1, kind=kind, held_on=date(2011, 6, 1))
    assert [name for name, *_ in lacking(date(2011, 6, 25))] == ["第二党支部"]
    with_committee(cast)
    assert ("第一党支部", date(2011, 5, 31)) in [(name, end) for name, end, _ in lacking(date(2011, 6, 2))]


def test_who_has_met_meanwhile_gets_no_mail(cast: Cast) -> None:
    semester()
    reminder = reminding.find("meeting_missing")
    assert reminder is not None and reminder.still_open(cast.one, date(2011, 6, 26))
    for kind in ("branch_assembly", "lecture"):
        items.meeting(cast.one, cast.shuji1, kind=kind, held_on=date(2011, 6, 1))
    assert not reminder.still_open(cast.one, date(2011, 6, 26))


def test_told_earlier_because_the_office_wants_it_the_mail_goes_all_the_same(cast: Cast) -> None:
    semester()
    reminder = reminding.find("meeting_missing")
    assert reminder is not None
    for kind in ("branch_assembly", "lecture"):
        items.meeting(cast.one, cast.shuji1, kind=kind, held_on=date(2011, 3, 1))
    assert not reminder.still_open(cast.one, date(2011, 6, 20))
    set_leads(reminder=reminder, days=[10], by=cast.ganshi, on=ON)
    assert reminder.still_open(cast.one, date(2011, 6, 20))


def test_before_the_first_semester_nobody_is_reminded(cast: Cast) -> None:
    semester()
    assert lacking(date(2010, 8, 27)) == []


def test_the_letter_goes_out_once_five_days_before_the_quarter_ends(cast: Cast) -> None:
    semester()
    mark = {"since": date(2011, 6, 1), "planned_on": date(2011, 6, 1), "planned_at": clock.wall()}
    ReminderMark.objects.create(kind="meeting_missing", **mark)
    for day in (date(2011, 6, 24), date(2011, 6, 25), date(2011, 6, 26)):
        with clock.standing_on(day):
            plan(on=day)
        told = Notice.objects.filter(letter="meeting_missing")
        assert told.count() == (0 if day.day == 24 else 2)
    assert {str(one.person) for one in told} == {"书记一", "书记二"}
