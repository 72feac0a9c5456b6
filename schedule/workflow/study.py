"""The life of a study session and of a swap of turns, each as one table. Refusals, log, letters, diagrams and tests come from them."""

from datetime import date
from typing import Any

from accounts import log
from chuangxian.workflow import Move, Note, Offer, Workflow, anyone
from schedule import outbox
from schedule.models import StudySession, TurnSwap
from schedule.rules import study as rules
from schedule.states.study import SessionState, SwapState


def _written_down(session: StudySession, by: Any, on: date) -> dict[str, Any]:
    return {"recorded_by": by, "recorded_on": on, "sign_open": False}


def _reason_kept(session: StudySession, by: Any, on: date, note: str) -> None:
    StudySession.objects.filter(pk=session.pk).update(reason=note)
    session.reason = note


SESSION = Workflow(
    "学习活动",
    states=SessionState,
    initial=SessionState.PLANNED,
    finals=(SessionState.HELD, SessionState.CANCELLED),
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="record",
            label="记录学习",
            sources=[SessionState.PLANNED],
            target=SessionState.HELD,
            who=rules.may_keep,
            when=rules.has_come,
            sets=_written_down,
            tone="primary",
        ),
        Move(
            verb="cancel",
            label="取消学习",
            sources=[SessionState.PLANNED],
            target=SessionState.CANCELLED,
            who=rules.may_keep,
            note=Note.REQUIRED,
            note_label="取消原因",
            sets=lambda session, by, on: {"sign_open": False},
            after=_reason_kept,
            letter="study_cancelled",
            tone="danger",
        ),
    ],
)


def _answered(swap: TurnSwap, by: Any, on: date) -> dict[str, Any]:
    return {"answered_on": on}


SWAP = Workflow(
    "调换主讲",
    states=SwapState,
    initial=SwapState.ASKED,
    finals=(SwapState.AGREED, SwapState.DECLINED, SwapState.WITHDRAWN),
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="agree",
            label="同意调换",
            sources=[SwapState.ASKED],
            target=SwapState.AGREED,
            who=rules.may_answer_swap,
            when=rules.swap_stands,
            sets=_answered,
            letter="turn_swap_agreed",
            tone="primary",
        ),
        Move(
            verb="decline",
            label="不同意",
            sources=[SwapState.ASKED],
            target=SwapState.DECLINED,
            who=rules.may_answer_swap,
            note=Note.OPTIONAL,
            note_label="说明",
            sets=_answered,
            letter="turn_swap_declined",
        ),
        Move(
            verb="withdraw",
            label="收回请求",
            sources=[SwapState.ASKED],
            target=SwapState.WITHDRAWN,
            who=rules.may_withdraw_swap,
            sets=_answered,
            letter="turn_swap_over",
        ),
        Move(
            verb="lapse",
            label="因主讲变动失效",
            sources=[SwapState.ASKED],
            target=SwapState.WITHDRAWN,
            who=anyone,
            sets=_answered,
            letter="turn_swap_over",
        ),
    ],
)

# Done by another act (a session moved into the past, cancelled, given to somebody else): in the table, never a button.
FOLLOWING = frozenset({"lapse"})


def swap_offers(swap: TurnSwap, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons beside a swap."""
    return [offer for offer in SWAP.available(swap, by=by, on=on) if offer.move.verb not in FOLLOWING]
