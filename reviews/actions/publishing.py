"""One publication of a round, and what follows: an item to put right for each weak figure, and a make-up round in draft."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from accounts import log
from accounts.models import User
from branches.models import Member
from branches.queries import posts_at
from branches.states import Post
from reviews.actions.evaluations import draft_round, set_subjects, still_there
from reviews.models import EvaluationRound, EvaluationSubject, RoundItem
from reviews.states import EvaluationKind
from reviews.tally.results import Figure, Rate, results_of
from reviews.workflow.evaluations import EVALUATION
from schedule.actions.items import raise_item
from schedule.states.items import Source

Weak = tuple[EvaluationSubject, RoundItem, Rate]


@transaction.atomic
def publish(*, round_: EvaluationRound, version: int | None = None, by: User, on: date) -> list[Weak]:
    """Publish the result, once. Raises the items and drafts the make-up round that the round's rule asks for; returns what fell short.

    Raises Refused, Overtaken.
    """
    weak = weak_figures(round_, by, on)
    EVALUATION.move(round_, "publish", version=version, by=by, on=on)
    for subject, item, rate in weak:
        _raise(round_, subject, item, rate, by, on)
    if weak and round_.make_up and round_.repeats_id is None:
        _draft_again(round_, weak, by, on)
    return weak


def weak_figures(round_: EvaluationRound, by: User, on: date) -> list[Weak]:
    """Return the items below the round's line, of those whose positive rate may be shown. 民主评议党员 is left to the committee."""
    if round_.kind != EvaluationKind.MASS or round_.rectify_below is None:
        return []
    found = results_of(round_, by, on).subjects
    return [
        (result.subject, figure.item, figure.positive)
        for result in found
        for figure in result.whole.figures
        if figure.positive is not None and is_weak(figure, round_)
    ]


def is_weak(figure: Figure, round_: EvaluationRound) -> bool:
    """Answer whether a figure lies below the line, counted exactly, not as rounded; never where fewer than k had an opinion at all."""
    rate, line = figure.positive, round_.rectify_below
    if rate is None or line is None or rate.whole < round_.least_group:
        return False
    return 100 * rate.part < line * rate.whole


def _raise(
    round_: EvaluationRound, subject: EvaluationSubject, item: RoundItem, rate: Rate, by: User, on: date
) -> None:
    responsible = responsible_for(subject, on)
    if responsible is None:
        note = f"{subject}“{item.text}”满意率 {rate.percent}%，没有在任书记，请指定责任人后手工提出整改。"
        log.record(verb="rectify_unassigned", label="整改没有责任人", obj=round_, note=note, by=by, on=on)
        return
    raise_item(
        organization=subject.organization,
        member=subject.member,
        source=Source.EVALUATION,
        origin=round_,
        place=place_of(subject, item),
        standard=item.standard,
        problem=f"群众评议“{item.text}”满意率 {rate.percent}%（{rate.part}/{rate.whole}），低于整改线 {round_.rectify_below}%。",
        responsible=responsible,
        due_on=on + timedelta(days=round_.rectify_days),
        by=by,
        on=on,
    )


def place_of(subject: EvaluationSubject, item: RoundItem) -> int:
    """Number subject and item within the round, so that each raises one item."""
    return subject.place * 100 + item.place


def responsible_for(subject: EvaluationSubject, on: date) -> Member | None:
    """Return who puts it right: the member himself; an organisation's secretary, else the one above it."""
    if subject.member is not None:
        return subject.member
    places = [number for number in (subject.organization_id, subject.organization.parent_id) if number is not None]
    posts = posts_at(places, on)
    held = [row.member for place in places for row in posts.get(place, []) if row.post == Post.SECRETARY]
    return next((member for member in held if member is not None), None)


def _draft_again(round_: EvaluationRound, weak: Sequence[Weak], by: User, on: date) -> EvaluationRound | None:
    subjects = still_there(round_, list({subject.pk: subject for subject, _, _ in weak}.values()), on)
    if not subjects:
        return None
    opens_on = on + timedelta(days=round_.rectify_days + 1)
    again = draft_round(
        organization=round_.organization,
        campaign=round_.campaign,
        repeats=round_,
        name=f"{round_.name[:56]}（补评）",
        opens_on=opens_on,
        closes_on=opens_on + (round_.closes_on - round_.opens_on),
        by=by,
        on=on,
    )
    set_subjects(round_=again, subjects=subjects, by=by, on=on)
    return again
