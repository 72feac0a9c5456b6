"""Swaps of turns: asked, agreed, declined, taken back. Only when both want it do two lecturers change places."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from branches.scope import as_member, standing_of
from chuangxian.verdicts import require
from schedule import outbox
from schedule.actions.turns import end_swaps, hold, prepared_of, put
from schedule.models import StudySession, TurnSwap
from schedule.queries.study import with_papers
from schedule.rules import study as rules
from schedule.states.study import SessionState, SwapState
from schedule.workflow.study import SWAP


@transaction.atomic
def ask(*, mine: StudySession, other: StudySession, reason: str, by: User, on: date) -> TurnSwap:
    """Ask whose turn is at ``other`` to change places. Raises ValidationError when that turn cannot be asked for."""
    hold(mine.organization)
    require(rules.may_ask_swap(mine, by, on))
    end_swaps([mine], by=by, on=on)
    me = as_member(standing_of(by, on))
    if other.organization_id != mine.organization_id or other.lecturer is None or other.lecturer == me:
        raise ValidationError({"other": "请选本组织另一位同志的主讲。"})
    if other.state != SessionState.PLANNED or other.on <= on:
        raise ValidationError({"other": "只有还没有举行的主讲可以调换。"})
    if TurnSwap.objects.filter(mine=mine, state=SwapState.ASKED).exists():
        raise ValidationError({"other": "您已经问过一位同志，请等他答复，或者先收回请求。"})
    swap = TurnSwap.objects.create(
        mine=mine, other=other, asked_by=me, asked_of=other.lecturer, reason=reason.strip(), asked_on=on
    )
    log.record(verb="ask_swap", label="提出调换主讲", obj=swap, note=swap.reason, by=by, on=on)
    outbox.announce("turn_swap_asked", obj=swap, by=by, on=on, note=swap.reason)
    return swap


@transaction.atomic
def answer(*, swap: TurnSwap, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Agree, decline or take back. Agreed, the two change places, each with what he prepared. Raises Refused, Overtaken."""
    hold(swap.mine.organization)
    SWAP.move(swap, verb, note=note, version=version, by=by, on=on)
    if swap.state == SwapState.AGREED:
        _change_places(swap, by=by, on=on)


def _change_places(swap: TurnSwap, *, by: User, on: date) -> None:
    numbers = [swap.mine_id, swap.other_id]
    sessions = with_papers(StudySession.objects.filter(pk__in=numbers)).in_bulk()
    mine, other = (sessions[number] for number in numbers)
    turns = prepared_of(mine), prepared_of(other)
    for session, turn in ((mine, turns[1]), (other, turns[0])):
        assert turn is not None  # the rule has just asked: both are still theirs
        before = session.lecturer
        put(session, turn)
        log.record(
            verb="swap",
            label="调换主讲",
            obj=session,
            changes={"lecturer": [str(before), str(turn.lecturer)]},
            by=by,
            on=on,
        )
    end_swaps([mine, other], by=by, on=on)
