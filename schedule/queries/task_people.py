"""Who is to be told of a task: whoever has to do it, and who set it. Each for many at once, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import date

from accounts.models import User
from branches.models import Member
from branches.queries import Posts, holding, offices_over, posts_at
from branches.states import LEADERS
from schedule.models import Assignment, Task
from schedule.queries.notices import key_of, reach_of
from schedule.queries.tasks import for_work
from schedule.states.tasks import WORKABLE

Person = Member | User


def known_of(assignments: Sequence[Assignment], on: date) -> Posts:
    """Return who leads the organisations these assignments are set to on that day. One query."""
    return posts_at({one.organization_id for one in assignments if one.member_id is None}, on)


def doers(assignment: Assignment, known: Posts) -> list[Person]:
    """Who does it: the member, or the organisation's leaders.

    The office, which reports for members without an account, finds them in its list: a letter for each of them would bury it.
    """
    if assignment.member is None:
        return holding(known, assignment.organization_id, LEADERS)
    return [assignment.member]


def untold(assignments: Sequence[Assignment], on: date) -> list[Person]:
    """Return who of those who do it can be told nothing: without account and address, or gone. Six queries at most."""
    known = known_of(assignments, on)
    persons = list(dict.fromkeys(person for one in assignments for person in doers(one, known)))
    reach = reach_of([key_of(person) for person in persons], on)
    return [person for person in persons if reach[key_of(person)].obstacle]


def setters(tasks: Sequence[Task], on: date) -> dict[int, list[Person]]:
    """Return for each task the leaders of the organisation that set it; where there are none, the office. Two queries."""
    posts = posts_at({task.organization_id for task in tasks}, on)
    offices = offices_over({task.path for task in tasks}, on)
    return {task.pk: holding(posts, task.organization_id, LEADERS) or offices[task.path] for task in tasks}


def doers_of(assignment: Assignment, on: date) -> list[Person]:
    """Return who does it, as a letter asks it. One query."""
    return doers(assignment, known_of([assignment], on))


def asked(task: Task, on: date) -> list[Person]:
    """Return all who still have to do a task, taken back or not. Two queries."""
    undone = Assignment.objects.filter(task=task, state__in=WORKABLE)
    rows = list(for_work(undone))
    known = known_of(rows, on)
    return list(dict.fromkeys(person for row in rows for person in doers(row, known)))
