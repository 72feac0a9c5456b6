"""Study plans: made, changed, filled with sessions, and the turns given out again."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.actions.turns import end_swaps, hold, tell_lecturer
from schedule.models import Semester, StudyPlan, StudySession
from schedule.queries.days import regular_workdays
from schedule.queries.study_filling import Filling, dealing, dealt_mark, filling
from schedule.rules import study as rules

SEEN_OTHERWISE = "安排在您查看期间有了变化，请看过新的安排再保存。"
TOLD = {
    "starts_on": "第一次学习日期",
    "interval_days": "间隔天数",
    "starts_at": "时间",
    "place": "地点",
    "hours": "每次学时",
}


@transaction.atomic
def make_plan(*, organization: Organization, semester: Semester, by: User, on: date, **fields: Any) -> StudyPlan:
    """Plan an organisation's study in a semester. Raises ValidationError: there is one already, or the first day is none of term."""
    hold(organization)
    require(rules.may_plan(organization, by, on))
    plan = StudyPlan(organization=organization, semester=semester, by=by, made_on=on, **fields)
    if StudyPlan.objects.filter(organization=organization, semester=semester).exists():
        raise ValidationError({"semester": f"{organization}{semester.short_label}已经有学习计划了。"})
    _check(plan)
    plan.save()
    log.record(verb="make_plan", label="制定学习计划", obj=plan, by=by, on=on)
    return plan


@transaction.atomic
def change_plan(*, plan: StudyPlan, version: int, by: User, on: date, **fields: Any) -> None:
    """Change the rhythm, time or place; sessions follow when the semester is filled again. Raises Conflict, ValidationError."""
    require(rules.may_change_plan(plan, by, on))
    before = {name: str(getattr(plan, name) or "") for name in fields}
    for name, value in fields.items():
        setattr(plan, name, value)
    _check(plan)
    save_version(plan, fields, version=version)
    changes = {name: [before[name], str(getattr(plan, name) or "")] for name in fields}
    log.record(
        verb="change_plan",
        label="修改学习计划",
        obj=plan,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


def _check(plan: StudyPlan) -> None:
    plan.full_clean(exclude=["path"], validate_constraints=False)
    semester, first = plan.semester, plan.starts_on
    if not semester.starts_on <= first <= semester.ends_on:
        term = f"{semester.starts_on:%Y-%m-%d} 到 {semester.ends_on:%Y-%m-%d}"
        raise ValidationError({"starts_on": f"第一次学习要在学期内（{term}）。"})
    if not regular_workdays(first, first):
        raise ValidationError({"starts_on": "第一次学习请定在平常的工作日，不在节假日、周末或者调休上班的周末。"})


@transaction.atomic
def fill(*, plan: StudyPlan, seen: str, by: User, on: date) -> Filling:
    """Make the sessions that lack and take away those nobody has touched that no longer fit. ``seen`` is the mark of what was shown.

    Raises Overtaken when it would become something else by now.
    """
    hold(plan.organization)
    require(rules.may_change_plan(plan, by, on))
    filled = filling(plan, on)
    if filled.mark != seen:
        raise Overtaken(SEEN_OTHERWISE)
    gone = [slot.session for slot in filled.going if slot.session]
    StudySession.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for slot in filled.new:
        StudySession.objects.create(
            organization=plan.organization,
            plan=plan,
            semester=plan.semester,
            planned_on=slot.day,
            on=slot.day,
            starts_at=plan.starts_at,
            place=plan.place,
            hours=plan.hours,
            lecturer=slot.lecturer,
        )
    _follow_plan(plan, filled)
    log.record(
        verb="fill",
        label="排定学习日期",
        obj=plan,
        note=f"新排 {len(filled.new)} 次，去掉 {len(gone)} 次",
        changes={
            "sessions": [[f"{one.on}" for one in gone], [f"{slot.day} {slot.lecturer or ''}" for slot in filled.new]]
        },
        by=by,
        on=on,
    )
    return filled


def _follow_plan(plan: StudyPlan, filled: Filling) -> None:
    """Give the sessions nobody has touched the plan's time, place and hours."""
    loose = [slot.session.pk for slot in filled.slots if slot.session and not slot.kept and not slot.goes]
    StudySession.objects.filter(pk__in=loose).update(
        plan=plan, starts_at=plan.starts_at, place=plan.place, hours=plan.hours
    )


@transaction.atomic
def deal(*, plan: StudyPlan, seen: str, by: User, on: date) -> int:
    """Give the turns of the planned sessions ahead out anew, by the rota. Returns how many change hands. Raises Overtaken as `fill`."""
    hold(plan.organization)
    require(rules.may_change_plan(plan, by, on))
    rows = dealing(plan, on)
    if dealt_mark(rows) != seen:
        raise Overtaken(SEEN_OTHERWISE)
    changing = [row for row in rows if row.changes]
    if not changing:
        raise Refused("按轮值次序，现在的主讲安排不用变动。")
    for row in changing:
        row.session.lecturer = row.after
        save_version(row.session, ["lecturer"], version=row.session.version)
    end_swaps([row.session for row in changing], by=by, on=on)
    log.record(
        verb="deal",
        label="轮值重排",
        obj=plan,
        changes={f"{row.session.on}": [str(row.before or ""), str(row.after or "")] for row in changing},
        by=by,
        on=on,
    )
    for row in changing:
        tell_lecturer(row.session, by=by, on=on)
    return len(changing)
