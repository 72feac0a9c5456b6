"""The life of an evaluation round as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.workflow import Move, Note, Offer, Workflow
from reviews.models import EvaluationRound
from reviews.rules import evaluations as rules
from reviews.states import EVALUATION_FINALS, EvaluationState
from schedule import outbox

EVALUATION = Workflow(
    "群众评议",
    states=EvaluationState,
    initial=EvaluationState.DRAFT,
    finals=EVALUATION_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="announce",
            label="公布评议安排",
            sources=[EvaluationState.DRAFT],
            target=EvaluationState.ANNOUNCED,
            who=rules.runs,
            when=rules.is_complete,
            sets=lambda round_, by, on: {"announced_on": on},
            tone="primary",
        ),
        Move(
            verb="withdraw",
            label="收回公布",
            sources=[EvaluationState.ANNOUNCED],
            target=EvaluationState.DRAFT,
            who=rules.runs,
            when=rules.nothing_cast,
            note=Note.REQUIRED,
            note_label="收回的原因",
            sets=lambda round_, by, on: {"announced_on": None},
        ),
        Move(
            verb="seal",
            label="封存计票",
            sources=[EvaluationState.ANNOUNCED],
            target=EvaluationState.SEALED,
            who=rules.runs,
            when=rules.is_over,
            sets=lambda round_, by, on: {"sealed_on": on},
            tone="primary",
        ),
        Move(
            verb="publish",
            label="公布结果",
            sources=[EvaluationState.SEALED],
            target=EvaluationState.PUBLISHED,
            who=rules.runs,
            sets=lambda round_, by, on: {"published_on": on},
            tone="primary",
        ),
        Move(
            verb="void",
            label="作废",
            sources=[EvaluationState.DRAFT, EvaluationState.ANNOUNCED, EvaluationState.SEALED],
            target=EvaluationState.VOID,
            who=rules.runs,
            note=Note.REQUIRED,
            note_label="作废的原因",
            tone="danger",
        ),
    ],
)

# Done on a page of their own, where the counts are entered or read.
WITH_A_PAGE = frozenset({"seal", "publish"})


def offers(round_: EvaluationRound, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the round's page."""
    return [o for o in EVALUATION.available(round_, by=by, on=on) if o.move.verb not in WITH_A_PAGE]
