"""The documents show the tables of moves as they are."""

from pathlib import Path

import pytest

from awards.workflow.notices import NOTICE, OBJECTION
from chuangxian.workflow import Workflow

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"


@pytest.mark.parametrize("workflow", [NOTICE, OBJECTION], ids=["notice", "objection"])
def test_the_documents_show_the_moves_as_they_are(workflow: Workflow) -> None:
    assert f"```mermaid\n{workflow.diagram()}```\n" in DOCUMENT.read_text()
