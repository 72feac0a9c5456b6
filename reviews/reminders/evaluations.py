"""Letters of evaluation rounds. They go to a whole category or to those who run the round; none depends on who has rated, which nobody knows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from reviews.models import EvaluationRound
from reviews.queries import evaluation_people as people
from reviews.states import EvaluationState, RaterKind
from schedule.letters import Letter
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def round_url(round_: EvaluationRound) -> str:
    """Return the round's page."""
    return reverse("reviews:evaluation_detail", args=[round_.pk])


register_letter(Letter("evaluation_opens", "评议开始", round_url))
register_letter(Letter("evaluation_closing", "评议快要截止", round_url))
register_letter(Letter("evaluation_to_seal", "评议已截止，等待封存", round_url))
register_letter(Letter("evaluation_to_publish", "评议已封存，等待公布结果", round_url))


# ---- to the party members, where they are among the raters ----


def _asking_members(on: date, day: str, until: date) -> Iterator[tuple[EvaluationRound, list[Any]]]:
    # those still to begin are there for the page that looks ahead
    asked = EvaluationRound.objects.told_to_all().filter(
        state=EvaluationState.ANNOUNCED,
        closes_on__gte=on,
        categories__kind=RaterKind.PARTY_MEMBER,
        **{f"{day}__lte": until},
    )
    for batch in in_batches(asked.distinct().select_related("organization").order_by("pk")):
        told = people.members(batch, on)
        yield from ((round_, told[round_.pk]) for round_ in batch)


def rounds_opening(on: date, until: date) -> Iterator[Due]:
    """Rounds by their first day. One announced on its first day is told of that day, too: that is no history."""
    for round_, members in _asking_members(on, "opens_on", until):
        yield Due(round_, members, round_.opens_on)


def rounds_closing(on: date, until: date) -> Iterator[Due]:
    """Rounds by their last day."""
    for round_, members in _asking_members(on, "closes_on", until):
        yield Due(round_, members, round_.closes_on, round_.opens_on)


def takes_ballots(round_: EvaluationRound, on: date) -> bool:
    """Answer whether one can still rate."""
    return round_.is_open(on)


# ---- to those who run the round ----


def _waiting(state: EvaluationState, on: date, **narrow: Any) -> Iterator[tuple[EvaluationRound, list[Any]]]:
    rounds = EvaluationRound.objects.filter(state=state, **narrow).select_related("organization").order_by("pk")
    for batch in in_batches(rounds):
        told = people.runners(batch, on)
        yield from ((round_, told[round_.pk]) for round_ in batch)


def rounds_to_seal(on: date, until: date) -> Iterator[Due]:
    """Rounds whose last day has come and that are not sealed; every slot lies after it."""
    for round_, runners in _waiting(EvaluationState.ANNOUNCED, on, closes_on__lte=until):
        yield Due(round_, runners, round_.closes_on, round_.announced_on)


def is_unsealed(round_: EvaluationRound, on: date) -> bool:
    """Answer whether it is over and not sealed."""
    return round_.state == EvaluationState.ANNOUNCED and round_.closes_on < on


def rounds_to_publish(on: date, until: date) -> Iterator[Due]:
    """Rounds sealed whose result has not been published; the day of the seal counts."""
    for round_, runners in _waiting(EvaluationState.SEALED, on, sealed_on__lte=until):
        assert round_.sealed_on is not None  # the move sets it
        yield Due(round_, runners, round_.sealed_on, round_.sealed_on)


def is_unpublished(round_: EvaluationRound, on: date) -> bool:
    """Answer whether it is sealed and not published."""
    return round_.state == EvaluationState.SEALED


WAITED = (-1, -3, -7, -14)  # days after the last day, or after the seal

for reminder in [
    Reminder("evaluation_opens", "评议开始", "evaluation_opens", (0,), rounds_opening, takes_ballots),
    Reminder("evaluation_closing", "评议快要截止", "evaluation_closing", (1,), rounds_closing, takes_ballots),
    Reminder("evaluation_to_seal", "评议等待封存", "evaluation_to_seal", WAITED, rounds_to_seal, is_unsealed),
    Reminder(
        "evaluation_to_publish", "评议等待公布结果", "evaluation_to_publish", WAITED, rounds_to_publish, is_unpublished
    ),
]:
    register_reminder(reminder)
