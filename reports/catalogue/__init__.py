"""Every table of the portal as one list: what it is called, who may have it, and how its rows are found for what was asked.

The centre's pages, the workbooks made in the background, the semester workbook and the archive all take their tables from here.
"""

from reports.catalogue.base import Asked, Report, Shelf, Tab
from reports.catalogue.book import SEMESTER_BOOK, figures_of
from reports.catalogue.rooms import REPORTS as TABLES

REPORTS = (*TABLES, SEMESTER_BOOK)

__all__ = ["REPORTS", "SEMESTER_BOOK", "Asked", "Report", "Shelf", "Tab", "figures_of", "open_to", "report_of"]


def report_of(key: str) -> Report | None:
    """Return the table of that key; None when there is none."""
    return next((report for report in REPORTS if report.key == key), None)


def open_to(asked: Asked) -> list[Report]:
    """Return the tables the reader may have, in the order of the shelves."""
    return [report for report in REPORTS if report.rule(asked.standing, asked.on)]
