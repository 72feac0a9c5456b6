"""Who must know: a letter for every move, and reminders of what is not yet done. Found by the schedule at start-up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from branches.models import Membership, Organization
from branches.queries import posts_at
from branches.states import LEADERS
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import coverage, people, reading
from pledges.states import State
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def pledge_url(pledge: Pledge) -> str:
    """Return the pledge's own page."""
    return reverse("pledges:pledge_detail", args=[pledge.pk])


def item_url(item: PledgeItem) -> str:
    """Return where something can be written down for the item."""
    return reverse("pledges:entry_add", args=[item.pk])


def start_url(obj: Any) -> str:
    """Return where a pledge is begun."""
    return reverse("pledges:pledge_start")


for kind, label, who in [
    ("pledge_submitted", "有承诺等待审诺", people.readers),
    ("pledge_returned", "承诺被退回修改", people.writers),
    ("pledge_approved", "承诺已定诺", people.writers_and_publishers),
    ("pledge_published", "承诺已公布", people.writers),
    ("pledge_reported", "有述诺等待评诺", people.readers),
    ("pledge_report_returned", "述诺被退回", people.writers),
    ("pledge_appraised", "承诺已评诺", people.writers),
]:
    register_letter(Letter(kind, label, pledge_url, people.among(who)))

read_with(Pledge, reading.for_work)
read_with(PledgeItem, lambda items: items.select_related("pledge__cycle"))
read_with(Membership, lambda memberships: memberships.select_related("member"))

register_letter(Letter("pledge_item_reassigned", "承诺事项换了责任人", item_url))
register_letter(Letter("pledge_due", "提交承诺的日子快到了", start_url))
register_letter(Letter("pledge_due_organization", "提交党组织承诺的日子快到了", start_url))
register_letter(Letter("pledge_waits", "有承诺在等您审", pledge_url))
register_letter(Letter("item_due", "承诺事项的完成时限", item_url))
register_letter(Letter("item_overdue", "承诺事项已过完成时限", item_url))
register_letter(Letter("midyear_check", "年中检查快到了，还没有践诺记录", pledge_url))
register_letter(Letter("report_due", "该述诺了", lambda pledge: reverse("pledges:pledge_report", args=[pledge.pk])))


# ---- a pledge is to be handed in ----


def cycles_being_written(until: date) -> "QuerySet[PledgeCycle]":
    """Open cycles whose day of handing in comes by ``until``."""
    return PledgeCycle.objects.open().filter(submit_by__lte=until).select_related("organization")


def members_to_pledge(on: date, until: date) -> Iterator[Due]:
    """Members who ought to pledge and have not handed in."""
    for cycle in cycles_being_written(until):
        missing = {member.pk for member in coverage.missing_members(cycle, on)}
        rows = Membership.objects.within(cycle.path).current(on).filter(member__in=missing)
        for membership in rows.select_related("member", "organization"):
            entered = max(_entered_on(cycle), membership.starts_on)
            yield Due(membership, [membership.member], cycle.submit_by, entered)


def member_has_to_pledge(membership: Membership, on: date) -> bool:
    """Answer whether the member still belongs there and has not handed in."""
    cycle = _cycle_of(membership.path)
    if cycle is None or not membership.runs_on(on):
        return False
    return membership.member.member_type not in settings.PLEDGE_OPTIONAL_MEMBER_TYPES and not _handed_in(
        cycle, member=membership.member_id
    )


def organizations_to_pledge(on: date, until: date) -> Iterator[Due]:
    """Organisations that have not handed in theirs; their leaders hear of it."""
    for cycle in cycles_being_written(until):
        missing = coverage.missing_organizations(cycle, on)
        posts = posts_at([place.pk for place in missing], on)
        for place in missing:
            leaders = [row.holder for row in posts.get(place.pk, []) if row.post in LEADERS]
            yield Due(place, leaders, cycle.submit_by, _entered_on(cycle))


def organization_has_to_pledge(organization: Organization, on: date) -> bool:
    """Answer whether the organisation has not handed in."""
    cycle = _cycle_of(organization.path)
    return cycle is not None and not _handed_in(cycle, member=None, organization=organization)


def _cycle_of(path: str) -> PledgeCycle | None:
    return PledgeCycle.objects.above(path).open().select_related("organization").order_by("-year").first()


def _handed_in(cycle: PledgeCycle, **subject: Any) -> bool:
    return (
        Pledge.objects.filter(cycle=cycle, first_submitted_on__isnull=False, **subject)
        .exclude(state=State.LAPSED)
        .exists()
    )


def _entered_on(cycle: PledgeCycle) -> date:
    return timezone.localtime(cycle.entered_at).date()


# ---- a pledge waits for its reader, its report is due ----


def pledges_waiting(on: date, until: date) -> Iterator[Due]:
    """Pledges handed in and not yet read; the day they were handed in counts."""
    pledges = Pledge.objects.filter(state=State.SUBMITTED, cycle__closed_on__isnull=True, submitted_on__lte=until)
    for batch in in_batches(_read(pledges)):
        posts = people.posts_of(batch, on)
        for pledge in batch:
            assert pledge.submitted_on is not None  # filtered above
            yield Due(pledge, people.readers(pledge, posts), pledge.submitted_on, pledge.submitted_on)


def is_waiting(pledge: Pledge, on: date) -> bool:
    """Answer whether nobody has decided yet."""
    return pledge.state == State.SUBMITTED and not pledge.cycle.is_closed


def reports_due(on: date, until: date) -> Iterator[Due]:
    """Published pledges of cycles whose year of fulfilment is over, to be reported by the day of appraisal."""
    pledges = Pledge.objects.filter(
        state=State.PUBLISHED, cycle__closed_on__isnull=True, cycle__ends_on__lte=on, cycle__appraise_by__lte=until
    )
    for batch in in_batches(_read(pledges)):
        posts = people.posts_of(batch, on)
        for pledge in batch:
            yield Due(pledge, people.writers(pledge, posts), pledge.cycle.appraise_by, pledge.published_on)


def pledges_without_entries(on: date, until: date) -> Iterator[Due]:
    """Published pledges for which nothing has been written down, to be looked at in the middle of the year."""
    pledges = Pledge.objects.filter(state=State.PUBLISHED, cycle__closed_on__isnull=True, cycle__midyear_on__lte=until)
    silent = pledges.exclude(items__entries__isnull=False)
    for batch in in_batches(_read(silent)):
        posts = people.posts_of(batch, on)
        for pledge in batch:
            yield Due(pledge, people.writers(pledge, posts), pledge.cycle.midyear_on, pledge.published_on)


def is_silent(pledge: Pledge, on: date) -> bool:
    """Answer whether nothing has been written down for a published pledge."""
    return is_unreported(pledge, on) and not pledge.items.filter(entries__isnull=False).exists()


def is_unreported(pledge: Pledge, on: date) -> bool:
    """Answer whether nothing has been reported yet."""
    return pledge.state == State.PUBLISHED and not pledge.cycle.is_closed


# ---- an item falls due, is overdue ----


def items_open(on: date, until: date) -> Iterator[Due]:
    """Items in fulfilment nobody has said the outcome of; the writer hears of them, and who answers for the item."""
    items = PledgeItem.objects.filter(
        pledge__state=State.PUBLISHED, pledge__cycle__closed_on__isnull=True, outcome="", due_on__lte=until
    )
    items = items.select_related(
        "responsible_member", "pledge__member", "pledge__organization", "pledge__cycle", "pledge__author"
    ).order_by("pk")
    for batch in in_batches(items):
        posts = people.posts_of([item.pledge for item in batch], on)
        for item in batch:
            to = [item.responsible_member] if item.responsible_member else people.writers(item.pledge, posts)
            yield Due(item, to, item.due_on, item.pledge.published_on)


def is_item_open(item: PledgeItem, on: date) -> bool:
    """Answer whether the item is still in fulfilment without an outcome."""
    return not item.outcome and item.pledge.state == State.PUBLISHED and not item.pledge.cycle.is_closed


def _read(pledges: "QuerySet[Pledge]") -> "QuerySet[Pledge]":
    return pledges.select_related("cycle", "organization", "member", "author", "reviewing").order_by("pk")


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}
WAITED = tuple(-days for days in settings.REVIEW_WAITING_DAYS)

for reminder in [
    Reminder("pledge_due", "党员提交承诺", "pledge_due", BEFORE, members_to_pledge, member_has_to_pledge, **AGAIN),
    Reminder(
        "pledge_due_organization",
        "党组织提交承诺",
        "pledge_due_organization",
        BEFORE,
        organizations_to_pledge,
        organization_has_to_pledge,
        **AGAIN,
    ),
    Reminder("pledge_waits", "承诺等待审诺", "pledge_waits", WAITED, pledges_waiting, is_waiting),
    Reminder("item_due", "承诺事项快到期", "item_due", BEFORE, items_open, is_item_open),
    Reminder("item_overdue", "承诺事项逾期", "item_overdue", (), items_open, is_item_open, **AGAIN),
    Reminder("midyear_check", "年中检查", "midyear_check", BEFORE, pledges_without_entries, is_silent),
    Reminder("report_due", "提交述诺", "report_due", BEFORE, reports_due, is_unreported, **AGAIN),
]:
    register_reminder(reminder)
