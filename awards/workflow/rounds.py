"""The life of an award round as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import AwardRound
from awards.rules import rounds as rules
from awards.states import ROUND_FINALS, RoundState
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox

S = RoundState

ROUND = Workflow(
    "评选批次",
    states=RoundState,
    initial=S.DRAFT,
    finals=ROUND_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="announce",
            label="布置评选",
            sources=[S.DRAFT],
            target=S.ANNOUNCED,
            who=rules.runs,
            when=rules.is_complete,
            sets=lambda round_, by, on: {"announced_on": on},
            letter="round_announced",
            tone="primary",
        ),
        Move(
            verb="recall",
            label="收回布置",
            sources=[S.ANNOUNCED],
            target=S.DRAFT,
            who=rules.runs,
            when=rules.nothing_handed_up,
            note=Note.REQUIRED,
            note_label="收回的原因",
            sets=lambda round_, by, on: {"announced_on": None},
            letter="round_recalled",
        ),
        Move(
            verb="commend",
            label="表彰",
            sources=[S.ANNOUNCED],
            target=S.COMMENDED,
            who=rules.runs,
            when=rules.day_has_come,
            sets=lambda round_, by, on: {"commended_on": on},
            tone="primary",
        ),
        Move(
            verb="void",
            label="作废",
            sources=[S.DRAFT, S.ANNOUNCED],
            target=S.VOID,
            who=rules.runs,
            note=Note.REQUIRED,
            note_label="作废的原因",
            letter="round_void",
            tone="danger",
        ),
    ],
)

# Done on a page of its own, with everybody decided upon at once.
WITH_A_PAGE = frozenset({"commend"})


def offers(round_: AwardRound, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the round's page."""
    return [offer for offer in ROUND.available(round_, by=by, on=on) if offer.move.verb not in WITH_A_PAGE]
