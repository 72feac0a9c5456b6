"""Who must know of leave and make-up: letters between the member and his leaders, and a word to him who has not made up in two weeks."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.models import Attendance
from schedule.queries import attendance as queries
from schedule.queries.attendance import MAKE_UP_DAYS, for_work, himself, those_who_answer
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder
from schedule.states.study import OWING


def session_url(row: Attendance) -> str:
    """Return the session's page."""
    return row.session.get_absolute_url()


def answer_url(row: Attendance) -> str:
    """Return where leave is granted or refused."""
    return reverse("schedule:leave_answer", args=[row.pk])


def make_up_url(row: Attendance) -> str:
    """Return where a make-up is entered."""
    return reverse("schedule:make_up", args=[row.pk])


read_with(Attendance, for_work)

register_letter(Letter("study_leave_asked", "有人请假", answer_url, those_who_answer))
register_letter(Letter("study_leave_answered", "请假有了答复", session_url, himself))
register_letter(Letter("study_make_up_returned", "补学被退回", make_up_url, himself))
register_letter(Letter("study_make_up", "还没有补学", make_up_url))


def make_ups_owed(on: date, until: date) -> Iterator[Due]:
    """What was missed in the running semester and is not made up; the member is told when two weeks have passed."""
    for batch in in_batches(queries.unfinished_make_ups(on, until)):
        for row in batch:
            due = row.session.on + timedelta(days=MAKE_UP_DAYS)
            yield Due(row, [row.member], due, timezone.localtime(row.entered_at).date())


def is_owed(row: Attendance, on: date) -> bool:
    """Answer whether it is still to be made up, and may be."""
    return row.status in OWING and on <= row.session.semester.reporting_until


register_reminder(Reminder("study_make_up", "缺席未补学", "study_make_up", (0,), make_ups_owed, is_owed))
