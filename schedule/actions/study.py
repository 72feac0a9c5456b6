"""Study sessions: added, prepared, moved, cancelled, recorded, corrected; every change is in the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import outbox
from schedule.actions.evidence import attach
from schedule.actions.turns import Prepared, end_swaps, hold, prepared_of, put, tell_lecturer
from schedule.models import StudyDocument, StudySession
from schedule.queries.study import following, semester_of_day
from schedule.queries.study_filling import mark_of
from schedule.rota import Shift, shifted
from schedule.rules import study as rules
from schedule.states.study import Presence, SessionState
from schedule.workflow.study import SESSION


def form_of(session: StudySession) -> FormKey:
    """Name the form in which a session is written down."""
    return FormKey("schedule.studysession", session.pk)


def form_of_new(organization: Organization) -> FormKey:
    """Name the form in which a session of this organisation is added."""
    return FormKey("schedule.studysession.new", organization.pk)


@transaction.atomic
def add_session(
    *,
    organization: Organization,
    day: date,
    documents: Iterable[StudyDocument] = (),
    files: Sequence[Accepted] = (),
    by: User,
    on: date,
    **fields: Any,
) -> StudySession:
    """Add a session outside the plan. With a discussion it is one that was held: history; without, one more that is planned ahead.

    Raises ValidationError: another session stands on that day, the day lies in no semester, or what was held says nothing.
    """
    hold(organization)
    require(rules.may_plan(organization, by, on))
    session = StudySession(organization=organization, on=day, planned_on=day, **fields)
    held = bool(session.discussion.strip())
    if session.on > on and held:
        raise ValidationError({"on": "还没有举行的学习不能写讨论记录：日期不能晚于今天。"})
    if session.on < on and not held:
        raise ValidationError({"discussion": "补记以前的学习，请写讨论记录。"})
    _check(session)
    session.save()
    session.documents.set(documents)
    attach(entry=session, files=files, organization=organization.pk, by=by)
    drafts.forget(form=form_of_new(organization), by=by)
    log.record(verb="add", label="另加一次学习", obj=session, category=LogEntry.Category.CHANGE, by=by, on=on)
    if held:
        SESSION.move(session, "record", by=by, on=on)
    else:
        tell_lecturer(session, by=by, on=on)
    return session


@transaction.atomic
def prepare(
    *,
    session: StudySession,
    version: int,
    documents: Iterable[StudyDocument],
    files: Sequence[Accepted] = (),
    by: User,
    on: date,
    **fields: Any,
) -> None:
    """Write topic and materials: the lecturer his own. Raises Conflict when somebody saved in between."""
    require(rules.may_prepare(session, by, on))
    _save(session, version, fields, documents, files, "准备主讲", by=by, on=on)


@transaction.atomic
def change_session(
    *,
    session: StudySession,
    version: int,
    documents: Iterable[StudyDocument],
    files: Sequence[Accepted] = (),
    day: date | None = None,
    by: User,
    on: date,
    **fields: Any,
) -> None:
    """Change what is planned, or correct what was written down. Raises Conflict, ValidationError."""
    hold(session.organization)
    require(rules.may_change(session, by, on))
    before = session.lecturer_id
    fields |= {"on": day} if day is not None else {}
    label = "修改学习记录" if session.state == SessionState.HELD else "修改学习安排"
    _save(session, version, fields, documents, files, label, by=by, on=on)
    if session.lecturer_id != before:
        end_swaps([session], by=by, on=on)
        if session.state == SessionState.PLANNED:
            tell_lecturer(session, by=by, on=on)


@transaction.atomic
def record_session(
    *,
    session: StudySession,
    version: int,
    day: date,
    documents: Iterable[StudyDocument],
    files: Sequence[Accepted] = (),
    by: User,
    on: date,
    **fields: Any,
) -> None:
    """Write down what was done; the session counts as held from now on. Raises Conflict, ValidationError."""
    hold(session.organization)
    require(rules.may_record(session, by, on))
    _save(session, version, fields | {"on": day}, documents, files, "填写学习记录", by=by, on=on)
    SESSION.move(session, "record", by=by, on=on)
    end_swaps([session], by=by, on=on)


def _save(
    session: StudySession,
    version: int,
    fields: dict[str, Any],
    documents: Iterable[StudyDocument],
    files: Sequence[Accepted],
    label: str,
    *,
    by: User,
    on: date,
) -> None:
    before = {name: _told(getattr(session, name)) for name in fields}
    read_before = _titles(session)
    for name, value in fields.items():
        setattr(session, name, value)
    if session.on > on and "discussion" in fields:
        raise ValidationError({"on": "学习记录在会后填写，日期不能晚于今天。"})
    if "discussion" in fields and not session.discussion.strip():
        raise ValidationError({"discussion": "请写讨论记录。"})
    _check(session)
    columns = [*fields, "semester"] if "on" in fields else list(fields)
    save_version(session, columns, version=version)
    session.documents.set(documents)
    attach(entry=session, files=files, organization=session.organization_id, by=by)
    drafts.forget(form=form_of(session), by=by)
    changes: dict[str, Any] = {name: [before[name], _told(getattr(session, name))] for name in fields}
    changes["documents"] = [read_before, _titles(session)]
    if files:
        changes["files"] = ["", "、".join(file.name for file in files)]
    log.record(
        verb="change_session",
        label=label,
        obj=session,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


def _titles(session: StudySession) -> str:
    return "、".join(session.documents.order_by("pk").values_list("title", flat=True))


def _told(value: Any) -> str:
    return "" if value is None else str(value)


def _check(session: StudySession) -> None:
    """Raises ValidationError unless the session can stand on its day with its lecturer."""
    semester = semester_of_day(session.on)
    if semester is None:
        raise ValidationError({"on": "这一天不在活动的任何一个学期里。"})
    session.semester = semester
    session.full_clean(exclude=["path", "planned_on", "sign_key"], validate_constraints=False)
    same_day = StudySession.objects.filter(organization=session.organization_id, on=session.on).standing()
    if same_day.exclude(pk=session.pk).exists():
        raise ValidationError({"on": f"{session.on:%Y-%m-%d} 已经有一次学习了。"})
    if session.lecturer is not None and not _may_lecture(session.lecturer, session):
        raise ValidationError({"lecturer": f"{session.lecturer}那天不属于{session.organization}。"})


def _may_lecture(member: Member, session: StudySession) -> bool:
    return Member.objects.belonging(session.on, session.organization.path).filter(pk=member.pk).exists()


@transaction.atomic
def move_session(*, session: StudySession, day: date, reason: str, version: int, by: User, on: date) -> None:
    """Put a planned session on another day of its term; the turn stays with its lecturer. Raises Conflict, ValidationError."""
    hold(session.organization)
    require(rules.may_move(session, by, on))
    semester = session.semester
    if day == session.on:
        raise ValidationError({"day": "新的日期和原来一样。"})
    if day < on:
        raise ValidationError({"day": "改到的日期不能早于今天；已经举行的学习，请直接填写记录。"})
    if not semester.starts_on <= day <= semester.ends_on:
        term = f"{semester.starts_on:%Y-%m-%d} 到 {semester.ends_on:%Y-%m-%d}"
        raise ValidationError({"day": f"改到的日期要在学期内（{term}）。"})
    if session.attendances.filter(status=Presence.PRESENT).exists():
        raise ValidationError({"day": "这次学习已经有人签到，不能改期；请填写学习记录，或者取消以后另加一次。"})
    same_day = StudySession.objects.filter(organization=session.organization_id, on=day).standing()
    if same_day.exists():
        raise ValidationError({"day": f"{day:%Y-%m-%d} 已经有一次学习了。"})
    before, session.on, session.reason = session.on, day, reason.strip()
    save_version(session, ["on", "reason"], version=version)
    log.record(
        verb="move",
        label="改期",
        obj=session,
        note=f"{before:%Y-%m-%d} 改到 {day:%Y-%m-%d}：{session.reason}",
        changes={"on": [str(before), str(day)]},
        by=by,
        on=on,
    )
    end_swaps([session], by=by, on=on)
    outbox.announce("study_moved", obj=session, by=by, on=on, note=f"{before.year}年{before.month}月{before.day}日")


@dataclass(frozen=True)
class Falling:
    """What cancelling a session does to the turns after it; ``left`` is the turn for which no session is left this time."""

    shifts: list[Shift[StudySession, Prepared | None]]
    left: Prepared | None

    @property
    def mark(self) -> str:
        """Name what is shown, so that nothing else is done than what was seen."""
        return mark_of(
            (shift.place.pk, shift.place.version, shift.new.lecturer.pk if shift.new and shift.new.lecturer else 0)
            for shift in self.shifts
        )


def falling(session: StudySession, on: date) -> Falling:
    """Return whose turn becomes whose when a session fetched with its papers falls away. Three queries."""
    turn = prepared_of(session)
    if turn is None:
        return Falling([], None)
    return Falling(*shifted(turn, [(one, prepared_of(one)) for one in following(session, on)]))


@transaction.atomic
def cancel_session(*, session: StudySession, reason: str, version: int, seen: str, by: User, on: date) -> None:
    """Let a planned session fall away: its turn is the next one's, and so on down the term. ``seen`` is the mark of what was shown.

    Raises Overtaken when it would be something else by now, Refused without a reason.
    """
    hold(session.organization)
    require(rules.may_cancel(session, by, on))
    fall = falling(session, on)
    if fall.mark != seen:
        raise Overtaken("后面的主讲安排在您查看期间有了变化，请看过再取消。")
    SESSION.move(session, "cancel", note=reason, version=version, by=by, on=on)
    for shift in fall.shifts:
        assert shift.new is not None  # a turn is carried on until it finds a place
        put(shift.place, shift.new)
        log.record(
            verb="shift",
            label="主讲顺延",
            obj=shift.place,
            note=f"{session.on:%Y-%m-%d} 的学习取消",
            changes={"lecturer": [_name(shift.old), _name(shift.new)]},
            by=by,
            on=on,
        )
        tell_lecturer(shift.place, by=by, on=on)
    end_swaps([session, *(shift.place for shift in fall.shifts)], by=by, on=on)


def _name(turn: Prepared | None) -> str:
    return str(turn.lecturer) if turn is not None else ""
