"""The forms the office may replace by its own: which there are, what each may name, and which of the office's is in force."""

from reports.papers.base import Form, Ledger, Paper
from reports.papers.ledgers import LEDGERS, ledger_of
from reports.papers.records import PAPERS

FORMS: tuple[Form, ...] = (*PAPERS, *LEDGERS)

__all__ = ["FORMS", "PAPERS", "Form", "Ledger", "Paper", "form_of", "ledger_of", "papers_of_view"]


def form_of(key: str) -> Form | None:
    """Return the form of that key; None when there is none."""
    return next((form for form in FORMS if form.key == key), None)


def papers_of_view(view: str) -> list[Paper]:
    """Return the sheets that a page prints."""
    return [paper for paper in PAPERS if paper.view == view]
