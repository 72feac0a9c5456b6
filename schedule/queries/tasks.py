"""Tasks and those they reach. Each function says how many queries it costs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Prefetch, Q, QuerySet, Value, When

from accounts.models import LogEntry
from branches.models import Membership, Organization
from branches.scope import PATH_STEP, Standing, within
from branches.states import Kind
from schedule.models import Assignment, Phase, PhaseTask, Task
from schedule.queries.waiting import Waiting
from schedule.scope.tasks import AssignmentQuerySet, TaskQuerySet
from schedule.states.plan import Target
from schedule.states.tasks import WORKABLE, TaskState

MATRIX_PAGE = 200  # lines of the matrix on one page


# ---- fetching ----


def for_work(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Fetch with everything the rules ask for and a line of a list says: one query."""
    return assignments.select_related(
        "task__organization", "task__phase_task__phase", "organization", "member__user", "meeting", "done_by"
    )


def with_evidence(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Fetch with the files that show it was done: two queries."""
    return for_work(assignments).prefetch_related("evidence")


def with_missing(tasks: TaskQuerySet) -> TaskQuerySet:
    """Fetch with those who have not done it, as ``missing``: two queries."""
    undone = for_work(Assignment.objects.workable()).order_by("path", "pk")
    return tasks.select_related("organization", "phase_task__phase").prefetch_related(
        Prefetch("assignments", undone, to_attr="missing")
    )


def history_of(record: Task | Assignment) -> list[LogEntry]:
    """Return who did what, newest first. One query."""
    return list(LogEntry.objects.of(record).order_by("-pk"))


# ---- whom a task reaches ----


@dataclass(frozen=True, slots=True)
class Reached:
    """One of those a task reaches: the organisation where it counts, and the member where it is set to members."""

    organization_id: int
    path: str
    member_id: int | None = None


def belonging(
    organization: Organization, target: str, on: date, *, whole: bool = True, task: Task | None = None
) -> list[Reached]:
    """Return whom a task set there reaches on that day; without ``whole`` only those of the very unit, for what comes from the plan.

    With ``task`` those it has reached already are left out. One query.
    """
    if target == Target.ORGANIZATION:
        places = Organization.objects.within(organization.path).pledging().existing(on).exclude(pk=organization.pk)
        if not whole:
            places = places.filter(unit_path=organization.path)
        if task is not None:
            known = Assignment.objects.filter(task=task, member=None, organization=OuterRef("pk"))
            places = places.exclude(Exists(known))
        return [Reached(pk, path) for pk, path in places.order_by("path").values_list("pk", "path")]
    members = Membership.objects.within(organization.path).current(on)
    if not whole:
        members = members.filter(organization__unit_path=organization.path)
    if task is not None:
        known = Assignment.objects.filter(task=task, member=OuterRef("member_id"))
        members = members.exclude(Exists(known))
    rows = members.order_by("path", "pk").values_list(
        "member_id", "organization_id", "path", "organization__kind", "organization__parent_id"
    )
    found: dict[int, Reached] = {}
    for member, place, path, kind, parent in rows:
        # what a group's member does counts for the branch
        at = (parent, path[:-PATH_STEP]) if kind == Kind.GROUP else (place, path)
        found.setdefault(member, Reached(*at, member))
    return list(found.values())


def belonging_to(task: Task, on: date) -> list[Reached]:
    """Return whom a task should reach on that day and has not reached yet. One query."""
    return belonging(task.organization, task.target, on, whole=task.phase_task_id is None, task=task)


def reaching(on: date) -> TaskQuerySet:
    """The tasks that take newcomers on that day: asked for, and not over. One query."""
    running: TaskQuerySet = Task.objects.running(on)
    return running.filter(due_on__gte=on).select_related("organization").order_by("pk")


def units(on: date) -> list[Organization]:
    """Return the units that have branches of their own on that day. One query."""
    branches = Organization.objects.existing(on).filter(kind=Kind.BRANCH)
    return list(Organization.objects.filter(path__in=branches.values("unit_path")).order_by("path"))


def set_by_plan() -> "QuerySet[PhaseTask]":
    """The plan's work that is set to somebody. One query."""
    rows: QuerySet[PhaseTask] = PhaseTask.objects.in_plan().filter(due_on__isnull=False).exclude(target="")
    return rows.select_related("phase").order_by("phase__order", "order", "pk")


# ---- how far it has come ----


def counted(tasks: TaskQuerySet, standing: Standing) -> TaskQuerySet:
    """Annotate how many of those open to the viewer are asked (``asked``), have done it (``done``), are not asked any more (``excused``).

    In the same query.
    """
    open_to = within("assignments__path", standing.reading_paths())
    done = open_to & Q(assignments__state=TaskState.DONE)
    excused = open_to & Q(assignments__state=TaskState.EXCUSED)
    return tasks.select_related("organization", "phase_task__phase").annotate(
        reached=Count("assignments", filter=open_to),
        done=Count("assignments", filter=done),
        excused=Count("assignments", filter=excused),
        asked=F("reached") - F("excused"),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """How far one organisation, or all (without one), have come with a task."""

    organization: Any
    asked: int
    done: int

    @property
    def missing(self) -> int:
        """How many have not done it."""
        return self.asked - self.done


def shares(assignments: AssignmentQuerySet) -> list[Share]:
    """Return how far each organisation has come with a task, in the order of the tree. Two queries."""
    rows = list(
        assignments.order_by("path")
        .values("organization_id", "path")
        .annotate(
            asked=Count("pk", filter=~Q(state=TaskState.EXCUSED)), done=Count("pk", filter=Q(state=TaskState.DONE))
        )
    )
    places = Organization.objects.in_bulk([row["organization_id"] for row in rows])
    return [Share(places[row["organization_id"]], row["asked"], row["done"]) for row in rows]


def whole(parts: Iterable[Share]) -> Share:
    """Add the shares up."""
    known = list(parts)
    return Share(None, sum(one.asked for one in known), sum(one.done for one in known))


def whole_of(assignments: AssignmentQuerySet) -> Share:
    """Return how far these have come together. One query."""
    found = assignments.aggregate(
        asked=Count("pk", filter=~Q(state=TaskState.EXCUSED)), done=Count("pk", filter=Q(state=TaskState.DONE))
    )
    return Share(None, found["asked"], found["done"])


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """An assignment as a page shows it on a day."""

    assignment: Assignment
    overdue: bool
    workable: bool
    days_left: int
    may_remind: bool = False

    @property
    def days_over(self) -> int:
        """Days since it was due."""
        return max(0, -self.days_left)


def line(assignment: Assignment, on: date, *, may_remind: bool = False) -> AssignmentLine:
    """Return an assignment as it stands on that day."""
    return AssignmentLine(
        assignment,
        assignment.is_overdue(on),
        assignment.is_workable(),
        (assignment.task.due_on - on).days,
        may_remind,
    )


def lines(assignments: Iterable[Assignment], on: date) -> list[AssignmentLine]:
    """Return the lines of assignments fetched `for_work`."""
    return [line(one, on) for one in assignments]


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one organisation, with how far it has come in all."""

    share: Share
    lines: list[AssignmentLine]


def by_organization(found: Iterable[AssignmentLine], parts: Iterable[Share]) -> list[Group]:
    """Put the lines of a page under their organisations, in the order of the tree; those with no line on it are left out."""
    under: dict[int, list[AssignmentLine]] = {}
    for one in found:
        under.setdefault(one.assignment.organization_id, []).append(one)
    return [Group(part, under[part.organization.pk]) for part in parts if part.organization.pk in under]


def open_first(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Order with what is still to be done first, the most urgent at the top; below it the latest."""
    is_open = Q(state__in=WORKABLE, task__cancelled_on__isnull=True)
    return assignments.annotate(
        rank=Case(When(is_open, then=Value(0)), default=Value(1), output_field=IntegerField())
    ).order_by("rank", "task__due_on", "pk")


def running_phases(on: date) -> list[Phase]:
    """Return the phases of the plan, in its order. One query."""
    return list(Phase.objects.in_plan().order_by("starts_on", "order"))


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return what waits for a person: the tasks he has to do, with how many are late. One query."""
    found: dict[str, Any] = Assignment.objects.to_do(standing, on).aggregate(
        count=Count("pk"),
        late=Count("pk", filter=Q(task__due_on__lt=on)),
        due_on=Min("task__due_on"),
        since=Min("reached_on"),
    )
    if not found["count"]:
        return []
    return [
        Waiting(
            "tasks",
            "要完成的任务",
            found["count"],
            "schedule:task_list",
            "?show=mine",
            since=found["since"],
            due_on=found["due_on"],
            late=found["late"],
        )
    ]


def undone(task: Task, standing: Standing, on: date) -> AssignmentQuerySet:
    """The assignments of a task that are still to be done, as far as the viewer sees them."""
    return for_work(Assignment.objects.visible_to(standing, on).filter(task=task).workable()).order_by("path", "pk")


def letters_of(task: Task, reached: Collection[Reached]) -> list[Assignment]:
    """Return the assignments of a task with these, fetched for their letters. One query."""
    wanted = {(one.organization_id, one.member_id) if one.member_id is None else one.member_id for one in reached}
    rows = for_work(Assignment.objects.filter(task=task)).order_by("pk")
    return [
        row for row in rows if (row.member_id if row.member_id is not None else (row.organization_id, None)) in wanted
    ]
