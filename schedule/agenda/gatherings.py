"""Where people come together: study sessions, meetings, activities."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from branches.models import Organization
from branches.scope import Standing
from schedule.agenda.entries import Entry, Source, line_of, register
from schedule.models import Activity, Meeting, StudySession
from schedule.scope.activities import ActivityQuerySet
from schedule.scope.study import StudySessionQuerySet
from schedule.states.study import SessionState


def own_line(standing: Standing) -> list[str]:
    """Return the paths of the person's group, branch and general branch."""
    return line_of(standing.home_path, standing.unit_path)


def study_sessions(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the sessions the person may read about, each with who lectures; another branch's with its name. One query."""
    line = own_line(standing)
    for session in _sessions(StudySession.objects.visible_to(standing, on), first, last):
        yield _session(session, standing, whose="" if session.path in line else str(session.organization))


def own_study_sessions(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the sessions of the person's own line. One query."""
    mine = StudySession.objects.visible_to(standing, on).filter(path__in=own_line(standing))
    for session in _sessions(mine, first, last):
        yield _session(session, standing, whose="")


def public_study_sessions(organization: Organization, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield day, time, topic and place of an organisation's sessions, and of its groups'; nobody's name. One query."""
    for session in _sessions(StudySession.objects.within(organization.path), first, last):
        yield Entry(
            uid=f"study-{session.pk}",
            day=session.on,
            starts_at=session.starts_at,
            lasts=_lasts(session),
            title=f"学习：{session.topic}" if session.topic else "学习",
            kind="study",
            label="学习",
            url=session.get_absolute_url(),
            place=session.place,
            note="" if session.organization_id == organization.pk else str(session.organization),
        )


def _sessions(rows: StudySessionQuerySet, first: date, last: date) -> StudySessionQuerySet:
    found: StudySessionQuerySet = rows.standing().filter(on__range=(first, last))
    return found.select_related("organization", "lecturer")


def _session(session: StudySession, standing: Standing, whose: str) -> Entry:
    lecturer = session.lecturer
    mine = lecturer is not None and standing.member is not None and lecturer.pk == standing.member.pk
    held = session.state == SessionState.HELD
    notes = [f"{lecturer.name}主讲" if lecturer else "", whose]
    told = (
        f"主讲人：{lecturer.name}" if lecturer else "",
        f"主持人：{session.host}" if session.host else "",
        f"党组织：{session.organization}",
        session.materials,
    )
    return Entry(
        uid=f"study-{session.pk}",
        day=session.on,
        starts_at=session.starts_at,
        lasts=_lasts(session),
        title=f"学习：{session.topic}" if session.topic else "学习",
        kind="study",
        label="学习",
        url=session.get_absolute_url(),
        place=session.place,
        text="\n".join(line for line in told if line),
        note="，".join(note for note in notes if note),
        tone="good" if held else "info",
        mine=mine,
    )


def _lasts(session: StudySession) -> timedelta:
    return timedelta(hours=float(session.hours))


def meetings(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the meetings the person may read about, held by that day; another organisation's with its name. One query."""
    line = own_line(standing)
    for meeting in _meetings(standing, first, last, on):
        yield _meeting(meeting, whose="" if meeting.path in line else str(meeting.organization))


def own_meetings(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the meetings of the person's own line. One query."""
    line = own_line(standing)
    yield from (_meeting(one, whose="") for one in _meetings(standing, first, last, on) if one.path in line)


def _meetings(standing: Standing, first: date, last: date, on: date) -> Iterable[Meeting]:
    rows = Meeting.objects.visible_to(standing, on).filter(held_on__range=(first, min(last, on)))
    found: Iterable[Meeting] = rows.select_related("organization")
    return found


def _meeting(meeting: Meeting, whose: str) -> Entry:
    return Entry(
        uid=f"meeting-{meeting.pk}",
        day=meeting.held_on,
        title=meeting.title,
        kind="meeting",
        label="会议",
        url=meeting.get_absolute_url(),
        place=meeting.place,
        text=f"{meeting.get_kind_display()}，{meeting.organization}",
        note=whose,
        tone="neutral",
    )


def activities(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the activities the person may read about; another organisation's with its name. One query."""
    line = own_line(standing)
    for activity in _activities(Activity.objects.visible_to(standing, on), first, last):
        yield _activity(activity, whose="" if activity.path in line else str(activity.organization))


def own_activities(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the activities of the person's own line. One query."""
    mine = Activity.objects.visible_to(standing, on).filter(path__in=own_line(standing))
    yield from (_activity(one, whose="") for one in _activities(mine, first, last))


def public_activities(organization: Organization, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield what an organisation and what belongs to it have made public. One query."""
    rows = Activity.objects.within(organization.path).filter(is_public=True)
    yield from (
        _activity(one, whose="" if one.organization_id == organization.pk else str(one.organization))
        for one in _activities(rows, first, last)
    )


def _activities(rows: ActivityQuerySet, first: date, last: date) -> ActivityQuerySet:
    found: ActivityQuerySet = rows.kept().filter(starts_on__lte=last, ends_on__gte=first)
    return found.select_related("organization", "carrier")


def _activity(activity: Activity, whose: str) -> Entry:
    return Entry(
        uid=f"activity-{activity.pk}",
        day=activity.starts_on,
        until=activity.ends_on if activity.ends_on != activity.starts_on else None,
        title=activity.title,
        kind="activity",
        label="活动",
        url=activity.get_absolute_url(),
        place=activity.place,
        text=f"{activity.carrier}，{activity.organization}",
        note=whose,
        tone="good",
    )


STUDY = register(Source("study", "学习", study_sessions, own=own_study_sessions, public=public_study_sessions))
MEETINGS = register(Source("meeting", "会议", meetings, own=own_meetings))
ACTIVITIES = register(Source("activity", "活动", activities, own=own_activities, public=public_activities))
