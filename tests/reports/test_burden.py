"""What is asked of people: papers from the log, notices from the inbox, month by month and person by person."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian import clock
from reports.queries.burden import Burden, burden
from schedule.actions.feeds import make_feed
from schedule.models import Meeting, Notice, NoticePreference
from schedule.states.items import MeetingKind
from schedule.states.notices import Skip
from tests import build
from tests.conftest import Cast

ON = date(2011, 6, 20)
PAGE, EXPORT = reverse("reports:burden"), reverse("reports:burden_export")


def wrote(by: User, about: object, on: date, **fields: object) -> None:
    log.record(verb="save", label="修改", obj=about, by=by, on=on, **fields)  # type: ignore[arg-type]


def a_meeting(place: Organization) -> Meeting:
    return Meeting.objects.create(organization=place, kind=MeetingKind.BRANCH_ASSEMBLY, title="支部大会", held_on=ON)


def told(member: Member, on: date, number: int, skipped: str = "") -> None:
    Notice.objects.create(
        letter="action_due",
        target_type="schedule.actionitem",
        target_id=number,
        slot="s",
        member=member,
        title="到期",
        on=on,
        skipped=skipped,
    )


@pytest.fixture
def place(db: None) -> Organization:
    return build.branch()


@pytest.fixture
def people(place: Organization) -> list[Member]:
    found = [build.member(place, name) for name in ("甲", "乙")]
    for number, member in enumerate(found):
        build.account(member, f"user{number}")
    return found


def spring(place: Organization) -> Burden:
    return burden([place.path], date(2011, 5, 1), ON)


def test_a_paper_counts_once_a_month_however_often_it_was_opened(place: Organization, people: list[Member]) -> None:
    one, _ = people
    assert one.user
    meeting = a_meeting(place)
    for day in (date(2011, 5, 3), date(2011, 5, 9), date(2011, 6, 1)):
        wrote(one.user, meeting, day)
    found = spring(place)
    assert [(load.month.month, load.people, load.papers, load.papers_most) for load in found.months] == [
        (5, 2, 1, 1),
        (6, 2, 1, 1),
    ]
    assert [(person.name, person.total) for person in found.people] == [("甲", 2), ("乙", 0)]
    assert found.kinds == ["会议记录"]
    assert found.months[0].papers_each == 0.5


def test_keeping_accounts_exporting_and_the_time_outside_do_not_count(
    place: Organization, people: list[Member]
) -> None:
    one, two = people
    assert one.user
    meeting = a_meeting(place)
    wrote(one.user, two, ON)
    wrote(one.user, meeting, ON, category=LogEntry.Category.EXPORT)
    wrote(one.user, meeting, date(2011, 4, 30))
    assert spring(place).people[0].total == 0


def test_notices_count_when_they_were_told(place: Organization, people: list[Member]) -> None:
    told(people[0], ON, 1)
    told(people[0], ON, 2)
    told(people[1], ON, 1)
    told(people[1], ON, 3, Skip.MISSED)
    found = spring(place)
    assert [(load.notices, load.notices_most) for load in found.months] == [(0, 0), (3, 2)]
    assert [(one.label, one.told, one.people) for one in found.letters] == [("整改快到期了", 3, 2)]


def test_who_left_counts_to_the_months_he_was_there(place: Organization, people: list[Member]) -> None:
    people[0].memberships.update(ends_on=date(2011, 5, 20))
    assert [load.people for load in spring(place).months] == [2, 1]


def test_what_he_did_elsewhere_before_or_after_is_not_counted_here(place: Organization, people: list[Member]) -> None:
    one, _ = people
    assert one.user
    one.memberships.update(ends_on=date(2011, 5, 20))
    for day in (date(2011, 5, 3), date(2011, 6, 7)):
        wrote(one.user, a_meeting(place), day)
        told(one, day, day.month)
    found = spring(place)
    assert [(load.papers, load.notices) for load in found.months] == [(1, 1), (0, 0)]
    assert [(person.total, person.notices) for person in found.people] == [(1, 1), (0, 0)]


def test_how_one_is_told_is_no_paper(place: Organization, people: list[Member]) -> None:
    one, _ = people
    assert one.user
    told(one, ON, 1)
    wrote(one.user, Notice.objects.get(), ON)
    wrote(one.user, NoticePreference.objects.create(user=one.user), ON)
    wrote(one.user, make_feed(organization=None, by=one.user, on=ON).feed, ON)
    found = spring(place)
    assert (found.people[0].total, found.kinds) == (0, [])


def test_another_branch_is_another_matter(place: Organization, people: list[Member]) -> None:
    other = build.branch()
    stranger = build.member(other)
    wrote(build.account(stranger), a_meeting(other), ON)
    told(stranger, ON, 1)
    found = spring(place)
    assert sum(load.papers + load.notices for load in found.months) == 0


def test_five_queries_however_many_people(place: Organization, people: list[Member]) -> None:
    for number in range(10):
        told(build.member(place), ON, number)
    with CaptureQueriesContext(connection) as queries:
        spring(place)
    assert len(queries) <= 5


def test_the_page_and_the_workbook_say_the_same(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    wrote(cast.ganshi, a_meeting(cast.general), clock.today())
    page = client.get(PAGE, {"semester": ""})
    assert page.status_code == 200
    (mine,) = [person for person, _ in page.context["rows"] if person.total]
    book = load_workbook(BytesIO(b"".join(client.get(EXPORT, {"semester": ""}).streaming_content)))  # type: ignore[attr-defined]
    cells = [row for row in book.active.iter_rows(values_only=True) if row and row[0] == mine.name]
    assert cells[0][2] == 1
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT).count() == 1
