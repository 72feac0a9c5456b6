"""What a study plan would make of a semester, before it is saved: the days, who lectures, what moved and why. Reads only."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q

from branches.models import Member
from schedule.models import Attendance, StudyFile, StudyPlan, StudySession, TurnSwap
from schedule.queries.days import SATURDAY, Day, days_of
from schedule.queries.study import for_work, speakers_of, turns_of
from schedule.rota import REACH, Placed, Turn, assign, lacking, place, rhythm
from schedule.states.study import SessionState, SwapState

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Slot:
    """A session as the filled semester has it. ``session`` is there already, unless it is None; ``why`` says what moved it."""

    day: date
    lecturer: Member | None
    session: StudySession | None = None
    why: str = ""
    kept: str = ""
    goes: bool = False

    @property
    def is_new(self) -> bool:
        """Answer whether it would be made."""
        return self.session is None


@dataclass(frozen=True, slots=True)
class Filling:
    """The semester as it would be filled. ``mark`` changes whenever anything in it does."""

    slots: list[Slot]
    without_place: list[date]

    @property
    def new(self) -> list[Slot]:
        """Those that would be made."""
        return [slot for slot in self.slots if slot.is_new]

    @property
    def going(self) -> list[Slot]:
        """Those that no longer fit the plan and in which nobody has put anything."""
        return [slot for slot in self.slots if slot.goes]

    @property
    def changes(self) -> bool:
        """Answer whether saving it would change anything."""
        return bool(self.new or self.going)

    @property
    def mark(self) -> str:
        """Name what is shown, so that nothing else is saved than what was seen."""
        return mark_of(
            (slot.day, slot.lecturer.pk if slot.lecturer else 0, slot.session.pk if slot.session else 0, slot.goes)
            for slot in self.slots
        )


def mark_of(rows: object) -> str:
    """Return a short name of what is shown."""
    return sha256(repr(list(rows)).encode()).hexdigest()[:16]  # type: ignore[call-overload]


def reason_kept(session: StudySession, on: date) -> str:
    """Why a session is left as it is when the semester is filled again; empty for one in which nobody has put anything yet.

    Fetch with `touched`.
    """
    if session.state != SessionState.PLANNED:
        return session.get_state_display()
    if session.on <= on:
        return "日期已到"
    if session.plan_id is None:
        return "另外安排的"
    if session.on != session.planned_on:
        return "改过日期"
    if session.topic or session.materials or session.is_touched:  # type: ignore[attr-defined]
        return "已有内容"
    return ""


def touched(plan: StudyPlan) -> list[StudySession]:
    """Return the sessions of the plan's organisation in its semester, cancelled ones too, by day. One query."""
    agreed = TurnSwap.objects.filter(Q(mine=OuterRef("pk")) | Q(other=OuterRef("pk")), state=SwapState.AGREED)
    talked = TurnSwap.objects.filter(Q(mine=OuterRef("pk")) | Q(other=OuterRef("pk")), state=SwapState.ASKED)
    papers = StudyFile.objects.filter(entry=OuterRef("pk"))
    reading = StudySession.documents.through.objects.filter(studysession=OuterRef("pk"))
    attended = Attendance.objects.filter(session=OuterRef("pk"))
    rows = StudySession.objects.filter(organization=plan.organization_id, semester=plan.semester_id)
    marked = rows.annotate(
        is_touched=Exists(papers) | Exists(reading) | Exists(attended) | Exists(agreed) | Exists(talked),
        is_swapped=Exists(agreed),
    )
    return list(for_work(marked).order_by("on", "pk"))


def filling(plan: StudyPlan, on: date) -> Filling:
    """Return what filling the plan's semester would make of it. Six queries.

    Days that have passed are not filled: what was held then is written down by itself. Kept is what `reason_kept` says; a session in
    which nobody has put anything stays when the plan still has its day, and goes when it has not.
    """
    semester = plan.semester
    first, last = semester.starts_on, semester.ends_on
    known = days_of(first - timedelta(days=1), last + timedelta(days=REACH))
    workdays = [one.day for one in known.values() if one.is_work and one.day.weekday() < SATURDAY]
    able = {day for day in workdays if first <= day <= last and day > on}
    rows = touched(plan)
    kept = {one.pk: why for one in rows if (why := reason_kept(one, on))}
    covered = [day for one in rows if one.pk in kept for day in {one.on, one.planned_on}]
    standing_on = {one.on for one in rows if one.pk in kept and one.state != SessionState.CANCELLED}
    ahead = [day for day in rhythm(plan.starts_on, last, plan.interval_days) if day > on]
    wanted = lacking(ahead, covered, plan.interval_days)
    before = max((one.on for one in rows if one.pk in kept and one.on <= on and one.on in standing_on), default=None)
    placed = place(wanted, able - standing_on, plan.interval_days, before)
    by_day = {one.day: one for one in placed}
    loose = {one.on: one for one in rows if one.pk not in kept}
    new = [day for day in by_day if day not in loose]
    going = {one.pk for day, one in loose.items() if day not in by_day}
    turns: list[Turn[int]] = turns_of(plan.organization, going)
    assigned = assign(speakers_of(plan.path, on), turns, new)
    people = Member.objects.in_bulk([key for key in assigned.values() if key is not None])
    slots = [Slot(day, people.get(assigned[day] or 0), why=_why(by_day[day], known)) for day in new]
    for one in rows:
        why = _why(by_day[one.on], known) if one.on in by_day and one.pk not in kept else ""
        slots.append(Slot(one.on, one.lecturer, one, why, kept.get(one.pk, ""), one.pk in going))
    without = sorted(set(wanted) - {one.rhythm for one in placed})
    return Filling(sorted(slots, key=lambda slot: (slot.day, slot.goes)), without)


def _why(one: Placed, known: dict[date, Day]) -> str:
    if not one.moved:
        return ""
    free = known.get(one.rhythm)
    name = free.name if free and free.name else f"星期{WEEKDAYS[one.rhythm.weekday()]}"
    way = "提前" if one.day < one.rhythm else "推后"
    return f"原定{one.rhythm.month}月{one.rhythm.day}日遇{name}，{way}"


@dataclass(frozen=True, slots=True)
class Dealt:
    """A planned session whose turn is given out anew; ``kept`` says why it is not."""

    session: StudySession
    before: Member | None
    after: Member | None
    kept: str = ""

    @property
    def changes(self) -> bool:
        """Answer whether somebody else's turn it becomes."""
        return self.before != self.after


def dealing(plan: StudyPlan, on: date) -> list[Dealt]:
    """Return whose turn the planned sessions ahead would be, given out anew by the rota. Four queries.

    Who has a topic already, and who changed places with a colleague, keeps his turn.
    """
    ahead = [one for one in touched(plan) if one.state == SessionState.PLANNED and one.on > on]
    kept = {one.pk: "已定主题" for one in ahead if one.topic}
    kept |= {one.pk: "商定调换" for one in ahead if one.is_swapped}  # type: ignore[attr-defined]
    free = [one for one in ahead if one.pk not in kept]
    turns: list[Turn[int]] = turns_of(plan.organization, [one.pk for one in free])
    assigned = assign(speakers_of(plan.path, on), turns, [one.on for one in free])
    people = Member.objects.in_bulk([key for key in assigned.values() if key is not None])
    return [
        Dealt(one, one.lecturer, one.lecturer, kept[one.pk])
        if one.pk in kept
        else Dealt(one, one.lecturer, people.get(assigned[one.on] or 0))
        for one in ahead
    ]


def dealt_mark(rows: list[Dealt]) -> str:
    """Name what is shown."""
    return mark_of((row.session.pk, row.session.version, row.after.pk if row.after else 0) for row in rows)
