"""Builders of pledges: each makes one real thing through the product's own actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from pledges.actions import cycles, reviewing, writing
from pledges.actions.writing import ItemText
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from schedule.models import Campaign, Standard, StandardSet

ON = date(2011, 6, 20)
DRAFTED, SUBMITTED, APPROVED, PUBLISHED = date(2011, 2, 10), date(2011, 2, 14), date(2011, 2, 20), date(2011, 2, 28)
DAY_OF = {
    "first_submitted_on": SUBMITTED,
    "submitted_on": SUBMITTED,
    "approved_on": APPROVED,
    "published_on": PUBLISHED,
}
CONTENT = "听评课不少于40节"


def campaign() -> Campaign:
    """The campaign, with one standard for members and one for organisations."""
    found = Campaign.objects.filter(key="excellence").first()
    if found is not None:
        return found
    made = Campaign.objects.create(
        key="excellence",
        name="创先争优",
        title="创先争优活动方案",
        unit="教研室党总支",
        starts_on=date(2010, 7, 21),
        ends_on=date(2012, 12, 31),
        theme="两提升、两促进",
        motto="研究为本，服务至上",
    )
    for key, target, title, standard in [
        ("five_goods", "organization", "五个好", "工作业绩好"),
        ("five_takes_the_lead", "member", "五带头", "带头争创佳绩"),
    ]:
        group = StandardSet.objects.create(
            campaign=made, key=key, target=target, title=title, version="2010", effective_from=made.starts_on
        )
        Standard.objects.create(set=group, key=f"{key}_one", title=standard)
    return made


def cycle(organization: Organization, year: int = 2011, on: date | None = None, **fields: Any) -> PledgeCycle:
    """A cycle of the calendar year with the dates of spring 2011."""
    dates = {
        "name": f"{year}年承诺",
        "starts_on": date(year, 1, 1),
        "submit_by": date(year, 2, 28),
        "review_by": date(year, 3, 10),
        "publish_by": date(year, 3, 15),
        "midyear_on": date(year, 6, 30),
        "ends_on": date(year, 12, 20),
        "appraise_by": date(year, 12, 31),
    }
    return cycles.open_cycle(
        organization=organization, campaign=campaign(), year=year, by=None, on=on or date(year, 1, 1), **dates | fields
    )


def text(content: str = CONTENT, due_on: date = date(2011, 6, 30), **fields: Any) -> ItemText:
    """An item as a form gives it."""
    return ItemText({"kind": "post", "content": content, "due_on": due_on, **fields})


def draft(
    cycle: PledgeCycle,
    by: User,
    member: Member | None = None,
    organization: Organization | None = None,
    items: Sequence[ItemText] | None = None,
    on: date = DRAFTED,
) -> Pledge:
    """A draft with one item; a member's unless only an organisation is given."""
    if member is None and organization is None:
        member = by.member
    place = organization or reading.branch_of(member, on)  # type: ignore[arg-type]
    assert place is not None
    pledge = writing.begin(cycle=cycle, member=member, organization=place, by=by, on=on)
    given = [text()] if items is None else items
    writing.save_text(pledge=pledge, items=given, version=pledge.version, by=by, on=on)
    return again(pledge)


def submitted(cycle: PledgeCycle, by: User, on: date = SUBMITTED, **given: Any) -> Pledge:
    """A pledge handed in."""
    pledge = draft(cycle, by, on=on, **given)
    writing.act(pledge=pledge, verb="submit", version=pledge.version, by=by, on=on)
    return again(pledge)


def approved(cycle: PledgeCycle, by: User, reviewer: User, on: date = APPROVED, **given: Any) -> Pledge:
    """A pledge approved; what goes above the unit by its document."""
    pledge = submitted(cycle, by, **given)
    if pledge.goes_outside:
        reviewing.record_approval(
            pledge=pledge, document="常教党〔2011〕3号", document_on=on, version=pledge.version, by=reviewer, on=on
        )
    else:
        writing.act(pledge=pledge, verb="approve", version=pledge.version, by=reviewer, on=on)
    return again(pledge)


def published(
    cycle: PledgeCycle, by: User, reviewer: User, publisher: User | None = None, on: date = PUBLISHED, **given: Any
) -> Pledge:
    """A pledge on the wall."""
    pledge = approved(cycle, by, reviewer, **given)
    writing.publish(pledge=pledge, version=pledge.version, by=publisher or reviewer, on=on)
    return again(pledge)


def again(pledge: Pledge) -> Pledge:
    """The pledge as it stands in the database, fetched as the views fetch it."""
    found: Pledge = reading.with_progress(Pledge.objects.all()).get(pk=pledge.pk)
    return found


def only_item(pledge: Pledge) -> PledgeItem:
    """The one item of a pledge."""
    return PledgeItem.objects.select_related("pledge__cycle", "pledge__member", "pledge__organization").get(
        pledge=pledge
    )
