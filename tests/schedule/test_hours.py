"""学时: what each member owed, attended and earned, in his own time, at a fixed cost; the pages, the workbook, the paper."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import LogEntry, User
from branches.actions import transfer_member
from branches.models import Member, Membership
from chuangxian import clock
from schedule.models import Activity, ActivityParticipant, Attendance, Carrier, StudySession
from schedule.queries.hours import Hours, hours_of, own_hours
from schedule.states.study import Presence, SessionState
from tests import build as people
from tests.conftest import Cast
from tests.pledges.build import campaign
from tests.schedule import attendance as study
from tests.schedule.attendance import HELD, ON

FIRST, LAST = date(2011, 2, 14), date(2011, 8, 31)
PRESENT, LEAVE, ABSENT = Presence.PRESENT, Presence.LEAVE, Presence.ABSENT


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def activity(cast: Cast, *members: Member, hours: str = "3", on: date = HELD, **fields: Any) -> Activity:
    carrier, _ = Carrier.objects.get_or_create(campaign=campaign(), key="classes", defaults={"title": "送教下乡"})
    made = Activity.objects.create(
        organization=cast.one,
        carrier=carrier,
        title="送教下乡",
        starts_on=on,
        ends_on=on,
        hours=Decimal(hours),
        by=cast.shuji1,
        recorded_on=on,
        **fields,
    )
    ActivityParticipant.objects.bulk_create(ActivityParticipant(activity=made, member=member) for member in members)
    return made


def hours(name: str, *paths: str, **fields: Any) -> Hours:
    found = {one.member.name: one for one in hours_of(paths=paths, first=FIRST, last=LAST, **fields)}
    return found[name]


def counts(one: Hours) -> tuple[int, ...]:
    return one.due, one.present, one.leave, one.absent, one.made_up, one.unsaid


def test_hours_come_from_sessions_attended_or_made_up_and_from_activities(cast: Cast) -> None:
    days = [date(2011, 3, 7), date(2011, 3, 21), date(2011, 4, 11), date(2011, 4, 25), HELD]
    for day, status in zip(days, [PRESENT, LEAVE, ABSENT, ABSENT, None], strict=True):
        session = study.session(cast.one, day, hours=Decimal("1.5"))
        if status:
            study.listed(session, cast.shuji1, {cast.member1: status})
    study.made_up(study.row(Attendance.objects.get(session__on=date(2011, 4, 25))), cast.dangyuan1)
    study.session(cast.one, date(2011, 5, 9), state=SessionState.CANCELLED)
    study.session(cast.one, ON)  # not held yet
    activity(cast, cast.member1, hours="2.5")
    activity(cast, cast.member1, hours="9", withdrawn_on=ON)
    activity(cast, cast.member1, hours="9", on=date(2011, 1, 5))  # another semester
    one = hours("党员甲", cast.one.path)
    assert counts(one) == (5, 1, 1, 1, 1, 1)
    assert (one.study, one.activities, one.total, one.rate) == (Decimal(3), Decimal("2.5"), Decimal("5.5"), 0.2)
    assert counts(hours("书记一", cast.one.path)) == (5, 0, 0, 0, 0, 5)
    assert counts(hours("党员乙", cast.two.path)) == (0,) * 6
    assert hours("党员乙", cast.two.path).rate is None


def test_the_sessions_of_what_stands_above_and_of_ones_group_are_owed_too(cast: Cast) -> None:
    group = people.organization("group", cast.one, "第一党小组")
    member = people.member(group, "组员")
    for place in (cast.general, cast.one, group, cast.two):
        study.session(place, HELD)
    assert hours("组员", cast.general.path).due == 3
    assert hours("党员甲", cast.general.path).due == 2
    assert hours_of(members=[member.pk], first=FIRST, last=LAST)[0].due == 3


def test_who_came_or_left_in_the_middle_owes_only_what_was_held_in_his_time(cast: Cast) -> None:
    early, late = date(2011, 3, 7), date(2011, 5, 9)
    people.member(cast.one, "四月来的", on=date(2011, 4, 1))
    for place in (cast.one, cast.two):
        for day in (early, late):
            study.session(place, day)
    for session in StudySession.objects.filter(organization=cast.one, on=early):
        study.listed(session, cast.shuji1, {cast.member1: PRESENT})
    transfer_member(member=cast.member1, organization=cast.two, by=None, on=date(2011, 4, 1))
    for session in StudySession.objects.filter(organization=cast.two, on=late):
        study.listed(session, cast.shuji2, {cast.member1: PRESENT})
    assert hours("四月来的", cast.one.path).due == 1
    # his old branch counts what he did there, his new one what he does here, the unit both
    assert counts(hours("党员甲", cast.one.path)) == (1, 1, 0, 0, 0, 0)
    assert counts(hours("党员甲", cast.two.path)) == (1, 1, 0, 0, 0, 0)
    assert hours("党员甲", cast.general.path).study == 4
    assert hours_of(members=[cast.member1.pk], first=FIRST, last=LAST)[0].due == 2
    assert len(own_hours(cast.member1, paths=[cast.one.path], first=FIRST, last=LAST).sessions) == 1


def test_it_costs_four_queries_however_many_people_and_sessions(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            hours_of(paths=[cast.general.path], first=FIRST, last=LAST)
        return len(captured)

    session = study.session(cast.one, HELD)
    assert cost() == 4
    members = Member.objects.bulk_create(Member(name=f"众{n}", sort_key=f"{n:05}", sex="male") for n in range(700))
    at = {"organization": cast.one, "path": cast.one.path, "starts_on": date(2010, 7, 1)}
    Membership.objects.bulk_create(Membership(member=member, **at) for member in members)
    Attendance.objects.bulk_create(
        Attendance(session=session, member=member, status=PRESENT, by=cast.shuji1) for member in members
    )
    for n in range(10):
        study.session(cast.two, HELD - timedelta(days=14 * n + 1))
    activity(cast, *members)
    assert cost() == 4
    assert hours("众699", cast.one.path).total == 5


def test_the_page_costs_the_same_with_few_and_with_many(cast: Cast) -> None:
    client, url = signed_in(cast.zongzhi), reverse("schedule:study_hours")

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    study.session(cast.one, HELD)
    few = cost()
    for n in range(30):
        people.member(cast.one, f"众{n}")
    assert cost() == few <= 18


def test_a_member_sees_himself_and_a_committee_its_branch(cast: Cast) -> None:
    study.missed(cast.one, cast.shuji1, cast.member1)
    url = reverse("schedule:study_hours")
    mine = signed_in(cast.dangyuan1).get(url).content.decode()
    assert "我的学时" in mine and "登记补学" in mine and "书记一" not in mine
    branch = signed_in(cast.shuji1).get(url).content.decode()
    assert "党员甲" in branch and "党员乙" not in branch
    assert "我的学时" in signed_in(cast.shuji1).get(url + "?mine=1").content.decode()
    unit = signed_in(cast.ganshi).get(url).content.decode()
    assert "党员甲" in unit and "党员乙" in unit
    only_two = signed_in(cast.ganshi).get(f"{url}?organization={cast.two.pk}").content.decode()
    assert "党员甲" not in only_two and "党员乙" in only_two
    assert "没有对应的党员" in signed_in(cast.guanli).get(url).content.decode()


def test_another_semester_may_be_asked_for(cast: Cast) -> None:
    study.session(cast.one, HELD)
    semester = study.semester()
    with clock.standing_on(date(2011, 9, 20)):
        client, url = signed_in(cast.shuji1), reverse("schedule:study_hours")
        now = client.get(url).context["rows"]
        then = client.get(f"{url}?semester={semester.pk}").context["rows"]
    assert {one.due for one in now} == {0} and {one.due for one in then} == {1}


def test_the_pages_open_before_any_plan_is_there(cast: Cast) -> None:
    for view in ("study_hours", "hours_print"):
        assert signed_in(cast.shuji1).get(reverse(f"schedule:{view}")).status_code == 200
    assert signed_in(cast.dangyuan1).get(reverse("schedule:study_hours")).status_code == 200


def test_the_workbook_says_what_the_page_says_and_its_export_is_in_the_log(cast: Cast) -> None:
    study.listed(study.session(cast.one, HELD), cast.shuji1, {cast.member1: PRESENT})
    response = signed_in(cast.ganshi).get(reverse("schedule:hours_export"))
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    line = next(row for row in rows if "党员甲" in row)
    assert line[2:5] == [1, 1, 0] and line[9] == 2
    assert any("小计" in str(row) for row in rows) and any("合计" in str(row) for row in rows)
    assert LogEntry.objects.filter(verb="export", label="导出学时统计").count() == 1


def test_the_paper_lists_the_branches_one_after_the_other(cast: Cast) -> None:
    study.session(cast.one, HELD)
    page = signed_in(cast.ganshi).get(reverse("schedule:hours_print")).content.decode()
    assert page.index("第一党支部</caption>") < page.index("第二党支部</caption>")
    assert signed_in(cast.dangyuan1).get(reverse("schedule:hours_print")).status_code == 403
