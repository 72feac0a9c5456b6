"""The semester workbook: the figures of a semester with what they count, a list of what follows, and the tables of the work the reader may have."""

from dataclasses import dataclass

from awards.queries.gathering import Asked as Stretch
from awards.queries.gathering import gather
from chuangxian.sheets import Column, Sheet
from reports import rules
from reports.catalogue.base import Asked, Report, Shelf, Tab
from reports.catalogue.rooms import REPORTS
from reports.queries.snapshots import Figure
from reports.sheets import FIGURES, SIGNATURES
from schedule.queries.plan import current_campaign, semester_on


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet of the workbook, in the list of what it holds."""

    number: int
    title: str
    text: str
    records: int


CONTENTS: Sheet[Entry] = Sheet(
    "目录",
    [
        Column("序号", "number", "integer", width=8),
        Column("表", "title", width=24),
        Column("内容", "text", width=60, wrap=True),
        Column("记录数", "records", "integer", width=10),
    ],
)


def figures_of(asked: Asked) -> list[Figure]:
    """Return the figures of the time asked for, part by part, with what they count. Nothing before a plan is loaded."""
    place, campaign = asked.place, current_campaign(asked.on)
    if place is None or campaign is None:
        return []
    first = asked.first or campaign.starts_on
    stretch = Stretch(place, campaign, first, max(first, asked.last), asked.standing, asked.on)
    return [{"part": draft.heading, **figure} for draft in gather(stretch) for figure in draft.kept]


def book(asked: Asked) -> list[Tab]:
    """The workbook of a semester; without one, of the running one."""
    semester = asked.semester or semester_on(asked.on)
    if semester is None:
        return []
    asked = Asked(asked.standing, asked.on, asked.organization, semester)
    lines = figures_of(asked)
    mine = [report for report in REPORTS if report.in_book and report.rule(asked.standing, asked.on)]
    parts = [(report, tab) for report in mine for tab in report.tabs(asked)]
    entries = [
        Entry(number, tab.sheet.title, report.text, tab.number()) for number, (report, tab) in enumerate(parts, 1)
    ]
    title = f"{asked.place or ''}创先争优活动{semester}台账"
    head = {"as_of": asked.on, "landscape": True}
    return [
        Tab(
            CONTENTS,
            entries,
            lambda: len(entries),
            {"heading": [title], "as_of": asked.on, "landscape": False, "footer": SIGNATURES},
        ),
        Tab(FIGURES, lines, lambda: len(lines), {"heading": ["主要数字", f"{semester}"], **head}),
        *(tab for _, tab in parts),
    ]


SEMESTER_BOOK = Report(
    "semester-book",
    "学期台账（合订）",
    "一个学期的主要数字、目录和全部台账，合在一个文件里；每个数字写着怎样数的、数了多少条",
    Shelf.OTHERS,
    lambda standing, on: rules.may_see_ledgers(standing),
    book,
)
