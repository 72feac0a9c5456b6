"""Builders of study sessions and of what happens to people there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from branches.scope import standing_of
from schedule import signing
from schedule.actions import attendance as actions
from schedule.actions.attendance import Said
from schedule.models import Attendance, SchoolYear, Semester, StudySession
from schedule.queries import attendance as queries
from schedule.states.study import Presence, SessionState
from tests.pledges.build import campaign

ON = date(2011, 6, 20)  # the day the cast stands on; sessions are held on it unless another is given
HELD = date(2011, 6, 7)
NOTES = "要把课标读透，再去听课。"


def semester() -> Semester:
    """The spring of 2011; its days count until the autumn begins."""
    year, _ = SchoolYear.objects.get_or_create(campaign=campaign(), key="year", defaults={"label": "2010—2011学年"})
    for key, starts_on, ends_on in [
        ("2011-autumn", date(2011, 9, 1), date(2012, 1, 10)),
        ("2011-spring", date(2011, 2, 14), date(2011, 6, 30)),
    ]:
        given = {"school_year": year, "label": key, "short_label": key, "starts_on": starts_on, "ends_on": ends_on}
        made, _ = Semester.objects.get_or_create(campaign=campaign(), key=key, defaults=given)
    found: Semester = Semester.objects.get(pk=made.pk)
    return found


def session(organization: Organization, on: date = ON, **fields: Any) -> StudySession:
    """A session; one before the cast's day was held, unless it is said otherwise."""
    state = SessionState.HELD if on < ON else SessionState.PLANNED
    given: dict[str, Any] = {"semester": semester(), "planned_on": on, "topic": "课标解读", "state": state}
    made = StudySession.objects.create(organization=organization, on=on, **given | fields)
    return again(made)


def again(made: StudySession) -> StudySession:
    """The session as the views fetch it."""
    found: StudySession = StudySession.objects.select_related("organization", "semester", "lecturer").get(pk=made.pk)
    return found


def open_(organization: Organization, by: User, **fields: Any) -> StudySession:
    """A session of today that takes signatures."""
    made = session(organization, **fields)
    actions.open_signing(session=made, by=by, on=ON)
    return again(made)


def signed(made: StudySession, by: User) -> Attendance:
    """Signed by the moving code."""
    return row(actions.sign(session=made, by=by, on=made.on))


def listed(made: StudySession, by: User, said: Mapping[Member, str], reason: str = "出差", on: date = ON) -> None:
    """Entered by the chair's list, as it was just shown."""
    shown = {line.member: line for line in queries.lines_of(made)}
    told = {}
    for member, status in said.items():
        line = shown[member]
        told[member.pk] = Said(
            status,
            "" if status == Presence.PRESENT else reason,
            line.status,
            line.row.version if line.row is not None else 0,
        )
    actions.record_list(session=made, said=told, by=by, on=on)


def asked(made: StudySession, by: User, reason: str = "参加命题会议", on: date | None = None) -> Attendance:
    """Leave asked for and not yet answered."""
    return row(actions.ask_leave(session=made, reason=reason, by=by, on=on or min(made.on, ON)))


def of(made: StudySession, user: User) -> Attendance:
    """What is said of this person."""
    found = queries.row_of(made, standing_of(user, made.on).member)
    assert found is not None
    return found


def row(one: Attendance) -> Attendance:
    """The row as the views fetch it."""
    found: Attendance = queries.for_work(Attendance.objects.all()).get(pk=one.pk)
    return found


def missed(organization: Organization, by: User, member: Member, on: date = HELD) -> Attendance:
    """A session that was held and the member missed."""
    made = session(organization, on)
    listed(made, by, {member: Presence.ABSENT})
    return row(Attendance.objects.get(session=made, member=member))


def made_up(one: Attendance, by: User, on: date = ON) -> Attendance:
    """Made up afterwards."""
    actions.make_up(row=one, day=on, how="自学材料", notes=NOTES, version=one.version, by=by, on=on)
    return row(one)


def code(made: StudySession, at: Any) -> str:
    """The long code of a moment."""
    return signing.code_of(made, signing.window_of(at))


def digits(made: StudySession, at: Any) -> str:
    """The six digits of a moment."""
    return signing.digits_of(made, signing.window_of(at))
