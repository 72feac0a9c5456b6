"""The documents show the table of moves as it is, every state is reached, and every letter is there."""

from pathlib import Path

from awards.workflow.nominations import NOMINATION
from schedule import letters

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


def test_the_documents_show_the_moves_of_a_nomination_as_they_are() -> None:
    assert f"```mermaid\n{NOMINATION.diagram()}```\n" in DOCUMENT.read_text()


def test_every_state_of_a_nomination_is_reached_and_left_or_final() -> None:
    assert NOMINATION.unreachable() == NOMINATION.dead_ends() == set()


def test_every_letter_of_a_nominations_moves_is_registered() -> None:
    assert all(letters.find(move.letter) for move in NOMINATION.moves.values() if move.letter)
