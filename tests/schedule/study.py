"""Builders of study: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from schedule.actions import study as actions
from schedule.actions import study_plans, swaps
from schedule.models import SchoolYear, Semester, StudyPlan, StudySession, TurnSwap
from schedule.queries import study as queries
from schedule.queries.study_filling import filling
from tests.schedule.notices import campaign

ON = date(2011, 6, 20)
FIRST = date(2011, 6, 24)
MADE, BEGINS = date(2011, 2, 18), date(2011, 2, 25)


def semester(first: date = date(2011, 2, 14), last: date = date(2011, 7, 29)) -> Semester:
    """A semester of the campaign; the spring of 2011 runs on to the end of July, so that there is something ahead."""
    year, _ = SchoolYear.objects.get_or_create(campaign=campaign(), key="2010", defaults={"label": "2010—2011学年"})
    names = {"label": f"{first:%Y}年{first.month}月学期", "short_label": f"{first:%Y-%m}"}
    made, _ = Semester.plain.get_or_create(
        campaign=campaign(),
        key=f"{first}",
        defaults={"school_year": year, "starts_on": first, "ends_on": last, **names},
    )
    found: Semester = Semester.objects.get(pk=made.pk)
    return found


def plan(organization: Organization, by: User, on: date = ON, **fields: Any) -> StudyPlan:
    """The organisation's plan of the semester, every two weeks from FIRST on."""
    given: dict[str, Any] = {"starts_on": FIRST, "place": "二楼会议室", "semester": semester()} | fields
    return study_plans.make_plan(organization=organization, by=by, on=on, **given)


def filled(organization: Organization, by: User, on: date = ON, **fields: Any) -> StudyPlan:
    """A plan with its sessions."""
    made = plan(organization, by, on, **fields)
    return refill(made, by, on)


def refill(made: StudyPlan, by: User, on: date = ON) -> StudyPlan:
    """Fill what lacks."""
    study_plans.fill(plan=made, seen=filling(made, on).mark, by=by, on=on)
    return made


def session(organization: Organization, by: User, day: date = FIRST, on: date = ON, **fields: Any) -> StudySession:
    """A session outside any plan, still ahead."""
    semester()
    given: dict[str, Any] = {"hours": 2} | fields
    return again(actions.add_session(organization=organization, day=day, by=by, on=on, **given))


def held(
    organization: Organization, by: User, day: date = date(2011, 6, 10), on: date = ON, **fields: Any
) -> StudySession:
    """A session that was held, written down later."""
    given: dict[str, Any] = {"topic": "学习杨善洲同志先进事迹", "discussion": "大家联系各自的教研工作谈了体会。"}
    return session(organization, by, day, on, **given | fields)


def past(organization: Organization, by: User, day: date = date(2011, 6, 10), **fields: Any) -> StudySession:
    """A session planned in good time whose day has passed, and of which nothing is written down."""
    return session(organization, by, day, on=day.replace(day=1), **fields)


def swap(mine: StudySession, other: StudySession, by: User, on: date = ON) -> TurnSwap:
    """One lecturer asks another to change places."""
    return swaps.ask(mine=mine, other=other, reason="那天外出听课", by=by, on=on)


def two_turns(organization: Organization, by: User, one: Member, other: Member) -> tuple[StudySession, StudySession]:
    """Two turns ahead."""
    later = date(2011, 7, 8)
    return session(organization, by, lecturer=one), session(organization, by, later, lecturer=other)


def again(made: StudySession) -> StudySession:
    """The session as it stands in the database, fetched as the views fetch it."""
    found: StudySession = queries.with_papers(StudySession.objects.all()).get(pk=made.pk)
    return found
