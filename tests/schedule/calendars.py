"""What stands on a calendar, made as rows: each row is what the room it belongs to would have written."""

from datetime import date, time
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from schedule.actions.feeds import Made, make_feed
from schedule.actions.plan import load_plan
from schedule.models import Activity, Assignment, Carrier, Semester, StudySession, Task
from schedule.plan_file import read_plan
from tests.pledges.build import campaign
from tests.reviews.build import semester
from tests.schedule.original import TOML

ON = date(2011, 6, 20)
SATURDAY = date(2011, 6, 25)


def plan() -> None:
    """The unit's own plan."""
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=date(2010, 7, 21))


def session(place: Organization, on: date = date(2011, 6, 22), **fields: Any) -> StudySession:
    """A session of a branch, planned for half past two."""
    given: dict[str, Any] = {
        "planned_on": on,
        "starts_at": time(14, 30),
        "place": "三楼会议室",
        "topic": "学习胡锦涛同志“七一”讲话",
        "semester": Semester.objects.in_plan().filter(starts_on__lte=on).last() or semester(),
    }
    return StudySession.objects.create(organization=place, on=on, **given | fields)


def activity(place: Organization, by: User, on: date = date(2011, 6, 21), **fields: Any) -> Activity:
    """An activity a branch held on one day."""
    carrier = Carrier.objects.first() or Carrier.objects.create(campaign=campaign(), key="classes", title="研究课")
    given: dict[str, Any] = {"title": "送教下乡", "starts_on": on, "ends_on": on, "recorded_on": on}
    return Activity.objects.create(organization=place, carrier=carrier, by=by, **given | fields)


def task(place: Organization, by: User, due_on: date = date(2011, 6, 24), **fields: Any) -> Task:
    """A task a unit set."""
    given: dict[str, Any] = {"title": "上报半年小结", "opens_on": date(2011, 6, 1), "set_on": date(2011, 6, 1)}
    return Task.objects.create(organization=place, by=by, due_on=due_on, **given | fields)


def reached(made: Task, place: Organization, member: Member | None = None, **fields: Any) -> Assignment:
    """A task with one of those it reached."""
    return Assignment.objects.create(task=made, organization=place, member=member, reached_on=made.opens_on, **fields)


def feed(by: User, organization: Organization | None = None, on: date = ON, name: str = "手机") -> Made:
    """A feed and its secret."""
    return make_feed(organization=organization, name=name, by=by, on=on)
