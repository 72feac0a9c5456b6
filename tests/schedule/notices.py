"""A small plan of one campaign for the tests of notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from chuangxian import clock
from schedule import letters, reminding
from schedule.letters import Letter
from schedule.models import Campaign, Milestone, Phase, ReminderMark
from schedule.reminding import Reminder

DAY = date(2011, 6, 20)


def campaign() -> Campaign:
    """The campaign, made once."""
    fields = {"name": "创先争优", "title": "创先争优活动方案", "unit": "教研室党总支", "theme": "两提升、两促进"}
    days = {"starts_on": date(2010, 7, 21), "ends_on": date(2012, 12, 31)}
    return Campaign.objects.get_or_create(key="test", defaults=fields | days)[0]


def milestone(day: date = date(2011, 7, 1), title: str = "建党90周年", **fields: Any) -> Milestone:
    """A milestone of the campaign, 建党90周年 unless said otherwise."""
    number = Milestone.objects.count()
    return Milestone.objects.create(campaign=campaign(), key=f"m{number}", title=title, date=day, **fields)


def phase(starts_on: date, ends_on: date, title: str = "健全机制，全面争创", **fields: Any) -> Phase:
    """A phase of the campaign."""
    number = Phase.objects.count()
    label = f"{starts_on:%Y年%m月}—{ends_on:%Y年%m月}"
    return Phase.objects.create(
        campaign=campaign(), key=f"p{number}", title=title, label=label, starts_on=starts_on, ends_on=ends_on, **fields
    )


@contextmanager
def reminder(kind: str = "test_due", **fields: Any) -> Iterator[Reminder]:
    """Register a reminder of the tests' own, with its letter, for the time of the block; no other reminder is planned in it."""
    known_letters, known_reminders = dict(letters._letters), dict(reminding._reminders)
    reminding._reminders.clear()
    policy, urgent = fields.pop("policy", "resend"), fields.pop("urgent", False)
    recipients = fields.pop("recipients", None)
    letters.register(
        Letter(
            kind, "测试提醒", lambda obj: f"/record/{obj.pk}/", recipients, "mail/milestone_ahead.txt", policy, urgent
        )
    )
    rest: dict[str, Any] = {"leads": (7, 3, 0), "open_items": lambda on, until: [], "still_open": lambda obj, on: True}
    try:
        yield reminding.register(Reminder(kind, "测试提醒", letter=kind, **(rest | fields)))
    finally:
        letters._letters.clear()
        letters._letters.update(known_letters)
        reminding._reminders.clear()
        reminding._reminders.update(known_reminders)


def planned_since(kind: str, day: date) -> None:
    """Let a kind of reminder have been planned on that day, and not since."""
    ReminderMark.objects.create(kind=kind, since=day, planned_on=day, planned_at=clock.wall())


def around_now() -> tuple[time, time]:
    """Quiet hours in which we stand now, whatever the hour."""
    now = timezone.localtime(clock.wall())
    return (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()
