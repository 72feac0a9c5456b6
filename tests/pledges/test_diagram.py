"""The documents show the table of moves as it is."""

from pathlib import Path

from pledges.workflow import PLEDGE

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


def test_the_documents_show_the_moves_of_a_pledge_as_they_are() -> None:
    assert f"```mermaid\n{PLEDGE.diagram()}```\n" in DOCUMENT.read_text()
