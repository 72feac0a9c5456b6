"""What waits for whoever runs rounds of evaluation."""

from datetime import date

from django.urls import reverse

from branches.scope import Standing
from reports.queries.waiting import Task
from reviews.models import EvaluationRound
from reviews.queries.evaluations import unfinished
from reviews.scope.evaluations import RUNNERS
from reviews.states import EvaluationState


def evaluation_tasks(standing: Standing, on: date) -> list[Task]:
    """Return the rounds that wait for codes, for the seal, for publication. One query; none for whoever runs nothing."""
    if not any(seat.post in RUNNERS for seat in standing.seats):
        return []
    tasks = [_task(round_, on) for round_ in unfinished(standing, on)]
    return [task for task in tasks if task is not None]


def _task(round_: EvaluationRound, on: date) -> Task | None:
    url = reverse("reviews:evaluation_detail", args=[round_.pk])
    if round_.state == EvaluationState.SEALED:
        return Task(f"“{round_}”已封存，还没有公布结果", url, "去公布")
    if on > round_.closes_on:
        return Task(f"“{round_}”已截止，还没有封存", url, "去封存", due_on=round_.closes_on)
    if not round_.has_codes:  # type: ignore[attr-defined]
        return Task(f"“{round_}”还没有制作评议码", url, "去制作", due_on=round_.opens_on)
    return None
