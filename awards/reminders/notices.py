"""Letters and reminders of notices: an objection has come, it waits too long for its answer, a notice's days are over."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from awards.models import Objection, PublicNotice
from awards.queries import notice_people as people
from awards.queries.notices import with_round
from awards.queries.objections import answer_days, with_everything
from awards.states import NoticeState, ObjectionState
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder

ONE_DAY = timedelta(days=1)


def objection_url(objection: Objection) -> str:
    """Return the page where it is looked into."""
    return objection.get_absolute_url()


def answer_url(objection: Objection) -> str:
    """Return where it is answered."""
    return reverse("awards:objection_answer", args=[objection.pk])


def notice_url(notice: PublicNotice) -> str:
    """Return the notice's page inside."""
    return notice.get_absolute_url()


register_letter(Letter("objection_received", "收到异议", objection_url, people.who_answers))
register_letter(Letter("objection_waits", "异议等待答复", answer_url, people.who_answers))
register_letter(Letter("notice_over", "公示期满", notice_url, people.who_keeps))

read_with(Objection, with_everything)
read_with(PublicNotice, with_round)


def objections_waiting(on: date, until: date) -> Iterator[Due]:
    """Objections nobody has answered, by the third working day after they came."""
    rows = with_everything(Objection.objects.unanswered().filter(received_on__lte=until)).order_by("pk")
    for batch in in_batches(rows):
        known = people.known_of([one.notice for one in batch], on)
        days = answer_days(one.received_on for one in batch)
        for one in batch:
            if days[one.received_on] <= until:
                yield Due(one, people.answerers(one, known), days[one.received_on], one.received_on)


def is_unanswered(objection: Objection, on: date) -> bool:
    """Answer whether it still waits."""
    return objection.state == ObjectionState.RECEIVED


def notices_over(on: date, until: date) -> Iterator[Due]:
    """Notices whose days are over and that nobody has closed; the day after the last one counts."""
    rows = with_round(PublicNotice.objects.running().filter(ends_on__lt=until)).order_by("pk")
    for batch in in_batches(rows):
        known = people.known_of(batch, on)
        for notice in batch:
            assert notice.ends_on is not None  # filtered above
            yield Due(notice, people.keepers(notice, known), notice.ends_on + ONE_DAY, notice.posted_on)


def is_unclosed(notice: PublicNotice, on: date) -> bool:
    """Answer whether its days are over and it still hangs."""
    return notice.state == NoticeState.POSTED and notice.has_passed(on)


for reminder in [
    Reminder("objection_waits", "异议等待答复", "objection_waits", (0, -2, -5), objections_waiting, is_unanswered),
    Reminder("notice_over", "公示期满", "notice_over", (0, -3, -7), notices_over, is_unclosed),
]:
    register_reminder(reminder)
