"""What happens to people at a study session: signing, the chair's list, leave, make-up, notes. Every change is in the log.

No table of moves stands behind it: the list may say anything of anybody, and corrects whatever it said. Who may do what is in the rules.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member
from branches.scope import as_member, standing_of
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import outbox
from schedule.models import Attendance, StudySession
from schedule.queries import attendance as queries
from schedule.rules import attendance as rules
from schedule.states.study import Presence, SignedBy

CHANGE = LogEntry.Category.CHANGE
SOMEBODY_FASTER = "这一条刚刚有过变动，请看看现在的情况再办。"


# ---- signing ----


@transaction.atomic
def open_signing(*, session: StudySession, by: User, on: date) -> None:
    """Begin to take signatures. Opening twice does no harm."""
    require(rules.may_open(session, by, on))
    _turn(session, True, "open_signing", "开始签到", by, on)


@transaction.atomic
def close_signing(*, session: StudySession, by: User, on: date) -> None:
    """Take no more signatures."""
    require(rules.may_open(session, by, on))
    _turn(session, False, "close_signing", "结束签到", by, on)


def _turn(session: StudySession, to: bool, verb: str, label: str, by: User, on: date) -> None:
    if StudySession.objects.filter(pk=session.pk, sign_open=not to).update(sign_open=to):
        log.record(verb=verb, label=label, obj=session, category=CHANGE, by=by, on=on)
    session.sign_open = to


@transaction.atomic
def sign(*, session: StudySession, by: User, on: date) -> Attendance:
    """Enter the person himself as present. Who has signed already stays signed; who had asked for leave and came is present."""
    require(rules.may_sign(session, by, on))
    member = as_member(standing_of(by, on))
    row = queries.row_of(session, member)
    if row is not None and row.status in (Presence.PRESENT, Presence.MADE_UP):
        return row
    before = row.status if row is not None else ""
    given = {"status": Presence.PRESENT, "signed_by": SignedBy.CODE, "reason": "", "by": by}
    try:
        row = _write(row, session, member, given)
    except Overtaken:  # tapped twice, or the chair entered him at this moment
        row = queries.row_of(session, member)
        if row is None or row.status != Presence.PRESENT:
            raise
        return row
    _record(row, "sign", "扫码签到", before, by, on)
    return row


# ---- the chair's list ----


@dataclass(frozen=True, slots=True)
class Said:
    """What the list says of a member, and what its screen showed: status and version, 0 when nothing had been said."""

    status: str
    reason: str
    seen: str = ""
    version: int = 0


class Changed(Exception):
    """Some were changed while the list was being filled in; nothing was saved. ``lines`` says how they stand now."""

    def __init__(self, lines: list[queries.Line]) -> None:
        super().__init__(f"{queries.names(lines)}在您填写期间有了新的登记。")
        self.lines = lines


@transaction.atomic
def record_list(*, session: StudySession, said: Mapping[int, Said], by: User, on: date) -> Counter[str]:
    """Save the list; whom it leaves out, or shows as he stands, stays as he is. Returns how many were set to what.

    Raises `Changed` when somebody whom the list sets has been set otherwise since it was shown, ValidationError for one's own leave.
    """
    require(rules.may_record(session, by, on))
    me = standing_of(by, on).member
    changed, work = [], []
    for line in queries.lines_of(session):
        told = said.get(line.member.pk)
        if told is None or not told.status or line.status == Presence.MADE_UP:
            continue
        reason = "" if told.status == Presence.PRESENT else told.reason.strip()
        if line.row is not None and (line.status, line.row.reason) == (told.status, reason):
            continue
        if (line.row.version if line.row is not None else 0) != told.version:
            if told.status != told.seen:
                changed.append(line)
            continue
        if me is not None and line.member.pk == me.pk and told.status == Presence.LEAVE != line.status:
            raise ValidationError({f"{line.member.pk}": "自己的请假要由别人批准。"})
        work.append((line, told.status, reason))
    if changed:
        raise Changed(changed)
    _enter(session, [one for one in work if one[0].row is None], by)
    for line, status, reason in work:
        if line.row is not None:
            _set(session, line, status, reason, by, on)
    if work:
        _record_list(session, work, by, on)
    return Counter(status for _, status, _ in work)


def _given(line: queries.Line, status: str, reason: str, by: User) -> dict[str, Any]:
    """What is written of a member; who signed stays said where the status stays."""
    given = {"status": status, "reason": reason, "by": by}
    if status != line.status:
        given["signed_by"] = SignedBy.LIST if status == Presence.PRESENT else ""
    return given


def _enter(session: StudySession, work: list[tuple[queries.Line, str, str]], by: User) -> None:
    """Write down those of whom nothing had been said, all at once. Raises `Changed` when one has signed in the meantime."""
    rows = [
        Attendance(session=session, member=line.member, **_given(line, status, reason, by))
        for line, status, reason in work
    ]
    try:
        with transaction.atomic():
            Attendance.objects.bulk_create(rows)
    except IntegrityError:
        known = {line.member.pk for line, *_ in work}
        now = [line for line in queries.lines_of(session) if line.row is not None and line.member.pk in known]
        raise Changed(now) from None


def _set(session: StudySession, line: queries.Line, status: str, reason: str, by: User, on: date) -> None:
    granted = line.status == Presence.ASKED and status == Presence.LEAVE
    try:
        row = _write(line.row, session, line.member, _given(line, status, reason, by))
    except Overtaken:
        raise Changed([line]) from None
    if granted:
        outbox.announce("study_leave_answered", obj=_again(row), by=by, on=on)


def _record_list(session: StudySession, work: list[tuple[queries.Line, str, str]], by: User, on: date) -> None:
    counts = Counter(Presence(status).label for _, status, _ in work)
    twice = Counter(line.member.name for line, *_ in work)
    changes = {}
    for line, status, reason in work:
        name = line.member.name if twice[line.member.name] == 1 else f"{line.member.name}（{line.member.pk}）"
        before = line.label if line.row is not None else ""
        changes[name] = [before, Presence(status).label + (f"：{reason}" if reason else "")]
    corrected = any(line.row is not None for line, *_ in work)
    log.record(
        verb="record_attendance",
        label="更正出勤" if corrected else "登记出勤",
        obj=session,
        note="，".join(f"{label} {number} 人" for label, number in counts.items()),
        changes=changes,
        category=CHANGE,
        by=by,
        on=on,
    )


# ---- leave ----


@transaction.atomic
def ask_leave(*, session: StudySession, reason: str, by: User, on: date) -> Attendance:
    """Ask to be excused. Raises ValidationError when it has been asked or said already."""
    require(rules.may_ask_leave(session, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明事由。"})
    member = as_member(standing_of(by, on))
    row = queries.row_of(session, member)
    if row is not None and row.status != Presence.REFUSED:
        raise ValidationError(f"这次学习已经登记了您的出勤：{row.get_status_display()}。")
    before = row.status if row is not None else ""
    given = {"status": Presence.ASKED, "reason": reason.strip(), "answer": "", "by": by}
    row = _write(row, session, member, given)
    _record(row, "ask_leave", "请假", before, by, on, note=row.reason)
    outbox.announce("study_leave_asked", obj=_again(row), by=by, on=on, note=row.reason)
    return row


@transaction.atomic
def answer_leave(*, row: Attendance, granted: bool, note: str, version: int, by: User, on: date) -> None:
    """Grant or refuse. A refusal says why, and so does leave granted after the day. Raises Conflict, ValidationError."""
    require(rules.may_answer(row, by, on))
    note = note.strip()
    if not note and not granted:
        raise ValidationError({"note": "不准假要说明原因。"})
    if not note and row.session.on < on:
        raise ValidationError({"note": "学习已经过了，事后准假要说明原因。"})
    row.status, row.answer = (Presence.LEAVE if granted else Presence.REFUSED), note
    save_version(row, ["status", "answer"], version=version)
    label = "准假" if granted else "不准假"
    _record(row, "grant_leave" if granted else "refuse_leave", label, Presence.ASKED, by, on, note=note)
    outbox.announce("study_leave_answered", obj=row, by=by, on=on, note=note)


# ---- making up ----


@transaction.atomic
def make_up(*, row: Attendance, day: date, how: str, notes: str, version: int, by: User, on: date) -> None:
    """Enter what was learned afterwards; it counts at once. Raises Conflict, ValidationError."""
    require(rules.may_make_up(row, by, on))
    if not row.session.on <= day <= on:
        raise ValidationError({"day": f"补学日期要在学习那天（{row.session.on:%Y-%m-%d}）到今天之间。"})
    for name, text, sentence in [("how", how, "请写怎样补的。"), ("notes", notes, "请写学习心得。")]:
        if not text.strip():
            raise ValidationError({name: sentence})
    before = row.status
    row.owed, row.status = before, Presence.MADE_UP
    row.made_up_on, row.made_up_how, row.notes, row.answer = day, how.strip(), notes.strip(), ""
    fields = ["owed", "status", "made_up_on", "made_up_how", "notes", "answer"]
    save_version(row, fields, version=version)
    drafts.forget(form=make_up_form(row), by=by)
    _record(row, "make_up", "登记补学", before, by, on, note=f"{day:%Y-%m-%d} {row.made_up_how}")


@transaction.atomic
def return_make_up(*, row: Attendance, reason: str, version: int, by: User, on: date) -> None:
    """Take a make-up as not done, with the reason; what the member wrote stays. Raises Conflict, ValidationError."""
    require(rules.may_return(row, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么退回。"})
    row.status, row.owed, row.made_up_on, row.answer = row.owed or Presence.ABSENT, "", None, reason.strip()
    save_version(row, ["status", "owed", "made_up_on", "answer"], version=version)
    _record(row, "return_make_up", "退回补学", Presence.MADE_UP, by, on, note=row.answer)
    outbox.announce("study_make_up_returned", obj=row, by=by, on=on, note=row.answer)


def make_up_form(row: Attendance) -> FormKey:
    """Name the form in which a make-up is entered."""
    return FormKey("schedule.makeup", row.pk)


# ---- notes ----


def notes_form(row: Attendance) -> FormKey:
    """Name the form in which notes are written."""
    return FormKey("schedule.studynotes", row.pk)


@transaction.atomic
def write_notes(*, row: Attendance, notes: str, version: int, by: User, on: date) -> None:
    """Write what was learned. Raises Conflict when it was saved elsewhere in between."""
    require(rules.may_write_notes(row, by, on))
    row.notes = notes.strip()
    save_version(row, ["notes"], version=version)
    drafts.forget(form=notes_form(row), by=by)
    log.record(verb="write_notes", label="写学习心得", obj=row, category=CHANGE, by=by, on=on)


# ---- writing a row ----


def _write(row: Attendance | None, session: StudySession, member: Member, given: dict[str, Any]) -> Attendance:
    """Make the row or change it where it is still as it was read. Raises `Overtaken` when somebody was faster."""
    if row is None:
        try:
            with transaction.atomic():
                return Attendance.objects.create(session=session, member=member, **given)
        except IntegrityError:
            raise Overtaken(SOMEBODY_FASTER) from None
    held = Attendance.objects.filter(pk=row.pk, version=row.version)
    if held.update(**given, version=F("version") + 1) != 1:
        raise Overtaken(SOMEBODY_FASTER)
    row.refresh_from_db(fields=[*given, "version"])
    return row


def _again(row: Attendance) -> Attendance:
    """The row with all its letters show."""
    found: Attendance = queries.for_work(Attendance.objects.filter(pk=row.pk)).get()
    return found


def _record(row: Attendance, verb: str, label: str, before: str, by: User, on: date, note: str = "") -> None:
    changes = {"status": [before, row.status]}
    log.record(verb=verb, label=label, obj=row, note=note, changes=changes, category=CHANGE, by=by, on=on)
