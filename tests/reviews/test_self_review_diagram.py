"""The documents show the table of moves as it is."""

from pathlib import Path

from reviews.workflow.self_reviews import SELF_REVIEW

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


def test_the_documents_show_the_moves_of_a_self_review_as_they_are() -> None:
    assert f"```mermaid\n{SELF_REVIEW.diagram()}```\n" in DOCUMENT.read_text()
