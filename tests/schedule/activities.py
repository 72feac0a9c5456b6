"""Builders of activities: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from schedule.actions import activities as actions
from schedule.models import Activity, Carrier, CarrierItem, Standard
from schedule.queries import activities as queries
from schedule.queries.activities import Content
from tests.pledges.build import campaign

HELD, ON = date(2011, 5, 12), date(2011, 6, 20)
TITLE = "初中数学评优课观摩"


def standards() -> list[Standard]:
    """One of the organisations' and one of the members'."""
    campaign()
    return list(Standard.objects.order_by("key"))


def carrier(key: str = "research") -> Carrier:
    """A carrier that supports both standards, with one content and two things enumerated in it."""
    made, new = Carrier.objects.get_or_create(
        campaign=campaign(), key=key, defaults={"title": f"{key}载体", "text": "以各类教研活动为载体"}
    )
    if new:
        made.standards.set(standards())
        item = CarrierItem.objects.create(carrier=made, key="contests", title="评比活动", order=1)
        for order, (point, title) in enumerate([("award", "评优课"), ("skills", "基本功竞赛")], 2):
            CarrierItem.objects.create(carrier=made, parent=item, key=point, title=title, order=order)
    return made


def point(key: str = "award") -> CarrierItem:
    """One of the things enumerated."""
    found: CarrierItem = carrier().items.get(key=key)
    return found


def entry(*members: Member, content: Content | None = None, **given: Any) -> actions.Entry:
    """An activity as the form gives it; whatever is a column goes into the record."""
    beside = ("participants", "schools", "standards", "photos", "papers", "drop")
    fields = {"title": TITLE, "starts_on": HELD, "ends_on": HELD, "hours": 2, "text": "听课六节"}
    fields |= {name: value for name, value in given.items() if name not in beside}
    more = {name: value for name, value in given.items() if name in beside}
    more.setdefault("participants", dict.fromkeys((one.pk for one in members), "participant"))
    return actions.Entry(content=content or Content(carrier(), point()), fields=fields, **more)


def activity(organization: Organization, by: User, *members: Member, on: date = ON, **given: Any) -> Activity:
    """An activity written down."""
    made = actions.record_activity(organization=organization, entry=entry(*members, **given), by=by, on=on)
    return again(made)


def again(made: Activity) -> Activity:
    """The activity as it stands in the database, fetched as the views fetch it."""
    found: Activity = queries.with_everything(Activity.objects.all()).get(pk=made.pk)
    return found


def typed(**fields: Any) -> dict[str, Any]:
    """What the form posts."""
    data: dict[str, Any] = {
        "content": f"i{point().pk}",
        "title": TITLE,
        "starts_on": f"{HELD}",
        "ends_on": "",
        "text": "听课六节",
        "hours": "2",
        "served": "",
        "meeting": "",
        "schools": "",
    }
    return data | fields
