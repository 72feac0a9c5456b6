"""Who must know of study: whose turn comes, who meets tomorrow, what is not written down, where nobody has met for too long; and swaps."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from branches.models import Organization
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.models import StudySession, TurnSwap
from schedule.queries import study_people as people
from schedule.queries.plan import semester_on
from schedule.queries.study import UNRECORDED_AFTER, for_work, gaps, studying, swaps_for_work
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder
from schedule.states.study import SessionState


def session_url(session: StudySession) -> str:
    """Return the session's own page."""
    return session.get_absolute_url()


def record_url(session: StudySession) -> str:
    """Return where a session is written down."""
    return reverse("schedule:session_record", args=[session.pk])


def prepare_url(session: StudySession) -> str:
    """Return where topic and materials are written."""
    return reverse("schedule:session_edit", args=[session.pk])


def swap_url(swap: TurnSwap) -> str:
    """Return the page of the turn that was asked for, where the answer is given."""
    return swap.get_absolute_url()


def mine_url(swap: TurnSwap) -> str:
    """Return the page of the turn that was to be given away."""
    return swap.mine.get_absolute_url()


def branch_url(organization: Organization) -> str:
    """Return the branch's study of this semester."""
    return f"{reverse('schedule:study_list')}?organization={organization.pk}"


for letter in [
    Letter("study_moved", "学习改期", session_url, people.listeners, group=True),
    Letter("study_cancelled", "学习取消", session_url, people.listeners, group=True),
    Letter("study_turn_set", "主讲安排有变", session_url, people.lecturer),
    Letter("turn_swap_asked", "有人想和您调换主讲", swap_url, people.who_was_asked),
    Letter("turn_swap_agreed", "主讲已调换", swap_url, people.who_asked),
    Letter("turn_swap_declined", "对方没有同意调换主讲", mine_url, people.who_asked),
    Letter("turn_swap_over", "调换主讲的请求已收回或失效", swap_url, people.both),
    Letter("study_turn", "快轮到您主讲了", prepare_url, people.lecturer),
    Letter("study_session_tomorrow", "明天学习", session_url, group=True),
    Letter("study_unrecorded", "学习还没有记录", record_url),
    Letter("study_gap", "支部已超过十四天没有学习", branch_url, group=True),
]:
    register_letter(letter)

read_with(StudySession, for_work)
read_with(TurnSwap, swaps_for_work)


def _planned(**days: date) -> Any:
    return for_work(StudySession.objects.filter(state=SessionState.PLANNED, **days)).order_by("on", "pk")


def turns_ahead(on: date, until: date) -> Iterator[Due]:
    """Planned sessions ahead, for their lecturers; who has left the organisation speaks there no more."""
    for batch in in_batches(_planned(on__gte=on, on__lte=until)):
        members = people.members_of({session.path for session in batch}, on)
        for session in batch:
            to = [member for member in members[session.path] if member.pk == session.lecturer_id]
            yield Due(session, to, session.on)


def sessions_ahead(on: date, until: date) -> Iterator[Due]:
    """Planned sessions ahead, for the members who meet; the lecturer is reminded of his turn, who has leave need not come."""
    for batch in in_batches(_planned(on__gte=on, on__lte=until)):
        members = people.members_of({session.path for session in batch}, on)
        away = people.excused(batch)
        for session in batch:
            away.add((session.pk, session.lecturer_id or 0))
            to = [member for member in members[session.path] if (session.pk, member.pk) not in away]
            yield Due(session, to, session.on)


def lies_ahead(session: StudySession, on: date) -> bool:
    """Answer whether it is still to come."""
    return session.state == SessionState.PLANNED and session.on >= on


def unrecorded(on: date, until: date) -> Iterator[Due]:
    """Sessions whose day has passed and of which nothing is written down, for those in charge of study there."""
    for batch in in_batches(_planned(on__lt=on, on__lte=until)):
        known = people.in_charge({(session.organization_id, session.path) for session in batch}, on)
        for session in batch:
            # a session entered today for a day that has passed has been written down at once: what is here was planned ahead
            yield Due(session, known[session.organization_id, session.path], session.on)


def is_unrecorded(session: StudySession, on: date) -> bool:
    """Answer whether nothing is written down yet."""
    return session.state == SessionState.PLANNED and session.on < on


def branches_in_a_gap(on: date, until: date) -> Iterator[Due]:
    """Branches that have not met for more than fourteen days of term; the day the next session was due counts."""
    found = gaps(list(studying(on)), semester_on(on), on)
    known = people.keepers({(gap.organization.pk, gap.organization.path) for gap in found}, on)
    for gap in found:
        if gap.due_on <= until:
            yield Due(gap.organization, known[gap.organization.pk, gap.organization.path], gap.due_on)


def is_in_a_gap(organization: Organization, on: date) -> bool:
    """Answer whether the branch has still not met."""
    return bool(gaps([organization], semester_on(on), on))


AGAIN = 7  # days between two reminders of the same

for reminder in [
    Reminder("study_turn", "快轮到主讲", "study_turn", (7, 1), turns_ahead, lies_ahead),
    Reminder("study_session_tomorrow", "明天学习", "study_session_tomorrow", (1,), sessions_ahead, lies_ahead),
    Reminder(
        "study_unrecorded",
        "学习没有记录",
        "study_unrecorded",
        (-UNRECORDED_AFTER,),
        unrecorded,
        is_unrecorded,
        overdue_every=AGAIN,
        overdue_most=4,
    ),
    # until one is held: a term has no more weeks than this
    Reminder(
        "study_gap",
        "支部超过十四天没有学习",
        "study_gap",
        (-1,),
        branches_in_a_gap,
        is_in_a_gap,
        overdue_every=AGAIN,
        overdue_most=26,
    ),
]:
    register_reminder(reminder)
