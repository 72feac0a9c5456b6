"""The tables of moves of sessions and of swaps: reachable, drawn in the documents, each with its letter."""

from pathlib import Path

import pytest

from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken, Workflow
from schedule import letters
from schedule.actions import swaps
from schedule.models import TurnSwap
from schedule.states.study import SwapState
from schedule.workflow.study import FOLLOWING, SESSION, SWAP, swap_offers
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import ON

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


@pytest.mark.parametrize("table", [SESSION, SWAP], ids=lambda table: table.name)
def test_every_state_can_be_reached_and_left_unless_it_is_final(table: Workflow) -> None:
    assert table.unreachable() == set()
    assert table.dead_ends() == set()


@pytest.mark.parametrize("table", [SESSION, SWAP], ids=lambda table: table.name)
def test_the_documents_show_the_moves_as_they_are(table: Workflow) -> None:
    assert f"```mermaid\n{table.diagram()}```\n" in DOCUMENT.read_text()


def asked(cast: Cast) -> TurnSwap:
    """dangyuan1 asks his secretary to change places."""
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)
    return study.swap(mine, other, cast.dangyuan1)


def test_every_move_has_its_letter_and_every_letter_can_be_written(cast: Cast) -> None:
    swap = asked(cast)
    for table, obj in ((SESSION, swap.mine), (SWAP, swap)):
        for move in table.moves.values():
            if move.letter:
                text = letters.write(letters.get(move.letter), obj, note="说明", by=cast.shuji1, on=ON)
                assert text.subject and text.body and "None" not in text.body


def test_only_who_was_asked_answers_and_only_who_asked_takes_it_back(cast: Cast) -> None:
    swap = asked(cast)
    may = {
        verb: {name for name, user in cast.users().items() if SWAP.verdict(swap, verb, by=user, on=ON)}
        for verb in set(SWAP.moves) - FOLLOWING
    }
    assert may == {"agree": {"shuji1"}, "decline": {"shuji1"}, "withdraw": {"dangyuan1"}}
    assert [offer.move.verb for offer in swap_offers(swap, by=cast.shuji1, on=ON)] == ["agree", "decline"]


def test_an_answer_given_twice_is_refused(cast: Cast) -> None:
    swap = asked(cast)
    again = TurnSwap.objects.get(pk=swap.pk)
    swaps.answer(swap=swap, verb="decline", note="那天也有课", version=None, by=cast.shuji1, on=ON)
    assert swap.state == SwapState.DECLINED
    with pytest.raises(Overtaken):
        swaps.answer(swap=again, verb="agree", version=None, by=cast.shuji1, on=ON)


def test_only_those_who_keep_study_record_or_cancel(cast: Cast) -> None:
    session = study.past(cast.one, cast.shuji1, lecturer=cast.member1)
    for verb in SESSION.moves:
        may = {name for name, user in cast.users().items() if SESSION.verdict(session, verb, by=user, on=ON)}
        assert may == {"shuji1", "zongzhi", "ganshi"}


def test_what_has_not_come_is_not_recorded(cast: Cast) -> None:
    session = study.session(cast.one, cast.shuji1)
    with pytest.raises(Refused, match="会后再填写记录"):
        SESSION.move(session, "record", by=cast.shuji1, on=ON)
