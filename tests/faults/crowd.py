"""A campaign with many people to remind, written straight into the tables: the log, which nobody may empty, stays empty."""

from datetime import date

from django.db.models import Count

from branches.models import Member, Membership, Organization, PostAssignment
from branches.names import sort_key
from branches.states import Kind, Post
from schedule.models import ActionItem, Campaign, Mail, Milestone, Notice, ReminderMark
from schedule.states.notices import UNDER_WAY

DAY = date(2011, 6, 24)
MILESTONE = date(2011, 7, 1)
LONG_AGO = date(2010, 7, 20)


def members(number: int) -> list[Member]:
    """People of one branch, each with an address."""
    place = Organization.objects.create(kind=Kind.BRANCH, name="第一党支部", path="0001", unit_path="0001")
    people = Member.objects.bulk_create(
        Member(name=f"党员{n}", sort_key=sort_key(f"党员{n}"), sex="male", email=f"p{n}@example.com")
        for n in range(number)
    )
    at = {"organization": place, "path": place.path, "starts_on": LONG_AGO}
    Membership.objects.bulk_create(Membership(member=person, **at) for person in people)
    return people


def milestones(number: int) -> list[Milestone]:
    """So many milestones a week from DAY."""
    fields = {"name": "创先争优", "title": "活动方案", "unit": "党总支", "theme": "两提升、两促进"}
    campaign = Campaign.objects.create(key="test", starts_on=LONG_AGO, ends_on=date(2012, 12, 31), **fields)
    return Milestone.objects.bulk_create(
        Milestone(campaign=campaign, key=f"m{n}", title=f"节点{n}", date=MILESTONE) for n in range(number)
    )


def deputies(number: int, *, reminders: int) -> int:
    """Put ``number`` people in charge of ``reminders`` milestones that fall due for reminding on DAY; returns how many letters follow."""
    people = members(number)
    place = Organization.objects.get()
    post = {"organization": place, "post": Post.DEPUTY_SECRETARY, "starts_on": LONG_AGO}
    PostAssignment.objects.bulk_create(PostAssignment(member=person, **post) for person in people)
    milestones(reminders)
    planned = {"since": LONG_AGO, "planned_on": date(2011, 6, 23), "planned_at": "2011-06-23T12:00:00+08:00"}
    ReminderMark.objects.create(kind="milestone_ahead", **planned)
    return number * reminders


def more_milestones(number: int, day: date = MILESTONE) -> list[Milestone]:
    """Add milestones to the campaign there is, told first a week before, and let the planner look at this day again."""
    campaign, there = Campaign.objects.get(), Milestone.objects.count()
    ReminderMark.objects.update(planned_on=LONG_AGO)
    return Milestone.objects.bulk_create(
        Milestone(campaign=campaign, key=f"m{there + n}", title=f"节点{there + n}", date=day, remind_days_before=7)
        for n in range(number)
    )


def items(number: int, people: list[Member], due_on: date = MILESTONE) -> list[ActionItem]:
    """So many items, shared out among these people, due a week from DAY: each brings one letter on DAY."""
    place = Organization.objects.get()
    marks = {"since": LONG_AGO, "planned_on": LONG_AGO, "planned_at": "2011-05-31T12:00:00+08:00"}
    for kind in ("action_due", "action_overdue", "action_waits", "action_escalated", "milestone_ahead"):
        ReminderMark.objects.get_or_create(kind=kind, defaults=marks)
    at = {"organization": place, "path": place.path, "raised_on": date(2011, 6, 1), "due_on": due_on}
    return ActionItem.objects.bulk_create(
        (
            ActionItem(problem=f"问题{n}", responsible=people[n % len(people)], member=people[n % len(people)], **at)
            for n in range(number)
        ),
        batch_size=2000,
    )


def told_more_than_once() -> int:
    """Count the letters that somebody has been told more than once about one record and slot."""
    pairs = (
        Notice.objects.values("letter", "target_type", "target_id", "member", "slot")
        .order_by()
        .annotate(rows=Count("pk"))
    )
    return pairs.filter(rows__gt=1).count()


def under_way() -> int:
    """Count the mails that are still to go out."""
    return Mail.objects.filter(state__in=UNDER_WAY).count()
