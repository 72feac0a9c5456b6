"""Tasks: set, changed, taken back; and everybody they concern reached, newcomers too."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import log
from accounts.models import User
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from schedule import letters, outbox
from schedule.models import Assignment, PhaseTask, Task, TaskSeries
from schedule.outbox import Draft
from schedule.queries import task_people as people
from schedule.queries import tasks as queries
from schedule.queries.task_people import Person
from schedule.queries.tasks import Reached
from schedule.rules import tasks as rules
from schedule.states.plan import Precision

AT_ONCE = 500
GONE = "方案中已没有这项工作"
# what the plan says of a task until somebody changes it by hand
FROM_PLAN = ("title", "text", "target", "evidence_needed", "opens_on", "due_on", "due_precision")


@transaction.atomic
def set_task(
    *,
    organization: Organization,
    title: str,
    text: str = "",
    target: str,
    evidence_needed: bool = False,
    opens_on: date,
    due_on: date,
    due_precision: str = Precision.DAY,
    series: TaskSeries | None = None,
    series_day: date | None = None,
    by: User,
    on: date,
) -> Task:
    """Set a task; whoever it concerns is reached at once when it has opened, and told unless it is history.

    Raises ValidationError when its day lies before it opens, or when nobody of that kind stands below.
    """
    require(rules.may_set(organization, by, on))
    refusal = rules.fits(organization, target)
    if not refusal:
        raise ValidationError({"target": refusal.reason})
    if due_on < opens_on:
        raise ValidationError({"due_on": "完成时限不能早于下达日期。"})
    task = Task.objects.create(
        organization=organization,
        series=series,
        series_day=series_day,
        title=title.strip(),
        text=text.strip(),
        target=target,
        evidence_needed=evidence_needed,
        opens_on=opens_on,
        due_on=due_on,
        due_precision=due_precision,
        by=by,
        set_on=on,
    )
    if series is None:
        log.record(verb="set", label="布置任务", obj=task, by=by, on=on)
    if due_on < on:
        record_history(task, on=on)
    elif opens_on <= on:
        reach(task, on=on)
    return task


def reach_everybody(on: date) -> int:
    """Bring the running tasks to whoever belongs there on that day and has not got them; returns how many those were.

    Also sets what the plan sets, once a unit. Harmless at any multiplicity: the unique constraints decide.
    """
    set_plan(on=on)
    return sum(reach(task, on=on) for task in queries.reaching(on))


def reach(task: Task, *, on: date) -> int:
    """Bring one task to those who are missing, and tell them. Returns how many were missing."""
    missing = queries.belonging_to(task, on)
    if missing:
        with transaction.atomic():
            _assign(task, missing, on)
            _tell(queries.letters_of(task, missing), by=task.by, on=on)
    return len(missing)


@transaction.atomic
def record_history(task: Task, *, on: date) -> int:
    """Bring a task that is over to those who belonged there on its last day. Entered late it is history and tells nobody."""
    missing = queries.belonging_to(task, task.due_on)
    _assign(task, missing, on)
    return len(missing)


def _assign(task: Task, missing: Sequence[Reached], on: date) -> None:
    rows = [
        Assignment(
            task=task, organization_id=one.organization_id, path=one.path, member_id=one.member_id, reached_on=on
        )
        for one in missing
    ]
    # somebody else may have been faster: what is there already stays as it is
    Assignment.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _tell(assignments: Sequence[Assignment], *, by: User | None, on: date) -> None:
    """Post the letter of a new task; its key has no day, so that a second try posts nothing."""
    letter = letters.get("task_set")
    known = people.known_of(assignments, on)
    drafts = [
        Draft(letter, one, to, "set", letters.write(letter, one, by=by, on=on), letter.url(one), one.task.due_on, by=by)
        for one in assignments
        if (to := _others(people.doers(one, known), by))
    ]
    if drafts:
        outbox.put(drafts, on=on)


def _others(persons: Iterable[Person], by: User | None) -> list[Person]:
    """Leave out who does it himself: he knows."""
    return [one for one in persons if by is None or (one if isinstance(one, User) else one.user_id) not in (by, by.pk)]


# ---- what comes from the plan ----


def set_plan(*, on: date) -> int:
    """Set what the plan sets to every branch or member, once a unit. Returns how many tasks are new."""
    work = list(queries.set_by_plan())
    places = queries.units(on) if work else []
    known = set(
        Task.objects.filter(phase_task__in=work, organization__in=places).values_list("organization", "phase_task")
    )
    rows = [
        Task(organization=place, path=place.path, phase_task=one, set_on=on, **_as_planned(one))
        for place in places
        for one in work
        if (place.pk, one.pk) not in known
    ]
    if rows:
        Task.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)


def _as_planned(one: PhaseTask) -> dict[str, Any]:
    assert one.due_on is not None  # only what has a day is set
    return {
        "title": one.title,
        "text": one.text,
        "target": one.target,
        "evidence_needed": one.evidence_needed,
        "opens_on": min(one.phase.starts_on, one.due_on),
        "due_on": one.due_on,
        "due_precision": one.due_precision,
    }


@transaction.atomic
def follow_plan(*, on: date) -> None:
    """Let the tasks of the plan say what the plan says now, those that are over or were changed by hand left alone.

    One whose work has left the plan, or is set to nobody any more, is taken back.
    """
    standing = Task.objects.filter(phase_task__isnull=False, cancelled_on__isnull=True, due_on__gte=on)
    for task in standing.select_related("phase_task__phase"):
        planned = task.phase_task
        assert planned is not None  # filtered above
        if planned.withdrawn_on is not None or not planned.target:
            cancel_task(task=task, reason=GONE, version=task.version, by=None, on=on)
            continue
        said = _as_planned(planned)
        if task.version > 1 or said["target"] != task.target:
            continue  # whom it was brought to cannot be changed under them
        if any(getattr(task, name) != said[name] for name in FROM_PLAN):
            Task.objects.filter(pk=task.pk).update(**said)


# ---- changing and taking back ----


@transaction.atomic
def change_task(*, task: Task, reason: str, version: int, by: User, on: date, **fields: Any) -> None:
    """Change what is asked for or until when, with the reason; whoever still has to do it is told.

    Raises Conflict when somebody saved in between, ValidationError.
    """
    require(rules.may_change(task, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么调整。"})
    before = {name: str(getattr(task, name)) for name in fields}
    for name, value in fields.items():
        setattr(task, name, value.strip() if isinstance(value, str) else value)
    if task.due_on < task.opens_on:
        raise ValidationError({"due_on": "完成时限不能早于下达日期。"})
    after = {name: str(getattr(task, name)) for name in fields}
    changes = {name: [before[name], after[name]] for name in fields if before[name] != after[name]}
    if not changes:
        raise ValidationError("没有改动什么。")
    save_version(task, fields, version=version)
    log.record(verb="change", label="调整任务", obj=task, note=reason.strip(), changes=changes, by=by, on=on)
    if not is_history(task):
        outbox.announce("task_changed", obj=task, by=by, on=on, note=reason)
    if task.opens_on <= on <= task.due_on:
        reach(task, on=on)


def move_task(*, task: Task, due_on: date, reason: str, version: int, by: User, on: date) -> None:
    """Move one occurrence of a series to another day, with the reason; the rest of the series stays."""
    lead = task.due_on - task.opens_on
    opens_on = task.opens_on if task.opens_on <= on else due_on - lead
    fields = {"due_on": due_on, "due_precision": Precision.DAY, "opens_on": min(opens_on, due_on)}
    change_task(task=task, reason=reason, version=version, by=by, on=on, **fields)


@transaction.atomic
def cancel_task(*, task: Task, reason: str, version: int, by: User | None, on: date) -> None:
    """Take a task back, with the reason; whoever still had to do it is told. ``by`` is nobody where the plan itself changed."""
    if by is not None:
        require(rules.may_change(task, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么撤销。"})
    held = Task.objects.filter(pk=task.pk, version=version, cancelled_on__isnull=True)
    if held.update(cancelled_on=on, cancel_reason=reason.strip()[:200], version=F("version") + 1) != 1:
        raise Overtaken("这项任务刚刚有过变动，请刷新页面后再看。")
    task.refresh_from_db(fields=["cancelled_on", "cancel_reason", "version"])
    log.record(verb="cancel", label="撤销任务", obj=task, note=reason.strip(), by=by, on=on)
    if not is_history(task):
        outbox.announce("task_cancelled", obj=task, by=by, on=on, note=reason)


def is_history(task: Task) -> bool:
    """Answer whether it was over when it was entered: history mails nobody."""
    return task.due_on < task.set_on


# ---- asking once more ----


def remind(*, assignments: Iterable[Assignment], by: User, on: date) -> int:
    """Ask those who have not done it once more, each at most once a day, whoever can be told. Returns how many letters are new."""
    rows = list(assignments)
    for one in rows:
        require(rules.may_remind(one, by, on))
    letter = letters.get("task_nudge")
    known, silent = people.known_of(rows, on), people.untold(rows, on)
    drafts = [
        Draft(
            letter, one, to, f"{on}", letters.write(letter, one, by=by, on=on), letter.url(one), one.task.due_on, by=by
        )
        for one in rows
        if (to := [person for person in people.doers(one, known) if person not in silent])
    ]
    with transaction.atomic():
        new = outbox.put(drafts, on=on) if drafts else 0
        if new:
            label = "提醒完成任务"
            log.record(verb="remind", label=label, obj=rows[0].task, note=f"{len(drafts)} 个", by=by, on=on)
    return new
