"""What belongs into the archive of what was asked for: every document with its place, and everything that should be there and is not."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from io import BytesIO
from operator import attrgetter
from tempfile import TemporaryFile
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate

from awards.models import NominationFile, StoryPicture, Summary
from awards.queries import summaries as summary_queries
from awards.sheets import summaries as summary_sheets
from awards.states import SummaryState
from branches.models import Organization
from branches.scope import within
from chuangxian import blanks, clock
from chuangxian.verdicts import Refused
from pledges.models import Evidence
from reports import making
from reports.archive import papers
from reports.catalogue import REPORTS, Asked, Report
from reports.catalogue.book import SEMESTER_BOOK
from reports.models import OfficeTemplate
from reports.papers import PAPERS, filling
from reports.queries.templates import in_force_of, nearest
from reviews.queries import coverage
from reviews.sheets.coverage import gaps_of
from schedule.models import (
    ActionEvidence,
    ActivityFile,
    Meeting,
    MeetingFile,
    Semester,
    StudyFile,
    StudySession,
    TaskEvidence,
)
from schedule.models.evidence import StoredEvidence
from schedule.queries.meetings import branches_read, rhythm_of
from schedule.queries.plan import current_campaign
from schedule.states.study import SessionState

logger = logging.getLogger(__name__)

LEDGERS, MINUTES, STUDY, FILES, SUMMARIES = "01 台账", "02 会议记录", "03 学习记录", "04 附件", "05 工作总结"
UNFIT = re.compile(r"[\\\\/:*?\"<>|\x00-\x1f]+")
NAME_MOST = 60

Open = Callable[[], Any]  # returns a file to read from its beginning; None when it is gone


@dataclass(frozen=True)
class Document:
    """A document of the archive: where it lies, what it is, whose, of which day. ``open`` makes or fetches it when its turn comes."""

    path: str
    title: str
    organization: str
    day: date | None
    open: Open
    size: int = 0  # bytes, where it is known beforehand
    sha256: str = ""  # as it was when it was handed in

    @property
    def folder(self) -> str:
        """The folder at the top in which it lies."""
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Missing:
    """Something that should be there and is not: what, whose, of when, and why if a reason was given."""

    folder: str
    title: str
    organization: str
    when: str
    reason: str = ""


@dataclass(frozen=True)
class Archive:
    """The list of an archive, in the order in which it is packed."""

    title: str
    asked: Asked
    documents: list[Document]
    missing: list[Missing] = field(default_factory=list)

    @property
    def folders(self) -> list[tuple[str, int]]:
        """How many documents lie in each folder."""
        found: dict[str, int] = dict.fromkeys((LEDGERS, MINUTES, STUDY, FILES, SUMMARIES), 0)
        for document in self.documents:
            found[document.folder] += 1
        return list(found.items())


@dataclass(frozen=True)
class Kind:
    """A kind of file people hand in: where it goes, its day, and what it belongs to.

    What has no day yet is a draft, which is its writer's own affair; it comes in with the day on which he hands it up.
    """

    folder: str
    model: type[StoredEvidence]
    day: Combinable
    entry: tuple[str, ...]  # what to fetch with it
    title: Callable[[Any], str]


KINDS = (
    Kind("承诺佐证", Evidence, F("entry__on"), ("entry__item",), lambda one: one.entry.item.content),
    Kind("整改佐证", ActionEvidence, F("entry__on"), ("entry__item",), lambda one: one.entry.item.problem),
    # evidence of a task that is not done yet stands under the day it was handed in
    Kind(
        "任务佐证",
        TaskEvidence,
        Coalesce("entry__done_on", TruncDate("entered_at")),
        ("entry__task",),
        lambda one: one.entry.task.title,
    ),
    Kind("会议附件", MeetingFile, F("entry__held_on"), ("entry",), lambda one: one.entry.title),
    Kind("学习附件", StudyFile, F("entry__on"), ("entry",), lambda one: one.entry.topic),
    Kind("活动附件", ActivityFile, F("entry__starts_on"), ("entry",), lambda one: one.entry.title),
    Kind("推荐附件", NominationFile, F("entry__recommended_on"), ("entry",), lambda one: "推荐"),
    Kind("典型照片", StoryPicture, F("entry__published_on"), ("entry",), lambda one: one.entry.title),
)


def archive_of(asked: Asked) -> Archive:
    """Return the list for what was asked: queries by kind of document, none by document."""
    names = _Names()
    documents = [
        *_ledgers(asked, names),
        *_minutes(asked, names),
        *_study(asked, names),
        *_files(asked, names),
        *_summaries(asked, names),
    ]
    missing = [*_gaps(asked), *_meetings_missing(asked), *_study_missing(asked)]
    return Archive(f"创先争优档案_{asked.place or ''}_{asked.semester or '整个活动'}", asked, documents, missing)


class _Names:
    """Gives every document a place of its own; two of the same name are numbered."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def place(self, *parts: str, suffix: str) -> str:
        folder = "/".join(fit(part) for part in parts[:-1])
        stem = fit(parts[-1])
        number, path = 1, f"{folder}/{stem}{suffix}"
        while path.lower() in self.taken:
            number += 1
            path = f"{folder}/{stem}（{number}）{suffix}"
        self.taken.add(path.lower())
        return path


def fit(text: str) -> str:
    """Return a text as a name of a file or folder, on whatever system it is unpacked."""
    plain = UNFIT.sub(" ", " ".join(text.split())).strip(" .") or "未命名"
    return plain[:NAME_MOST].rstrip(" .")


def _ledgers(asked: Asked, names: _Names) -> Iterator[Document]:
    reports = [SEMESTER_BOOK, *(report for report in REPORTS if report is not SEMESTER_BOOK)]
    open_ = [report for report in reports if report.rule(asked.standing, asked.on)]
    for number, report in enumerate(open_, 1):
        path = names.place(LEDGERS, f"{number:02d} {report.title}", suffix=".xlsx")
        yield Document(path, report.title, "", asked.on, partial(_workbook, report, asked))


def _workbook(report: Report, asked: Asked) -> Any:
    tabs = list(report.tabs(asked))
    if not tabs:
        return None
    target = TemporaryFile()  # noqa: SIM115 - closed by whoever packs it
    making.write_tabs(target, tabs, title=report.title, who=str(asked.standing.user))
    target.seek(0)
    return target


def _minutes(asked: Asked, names: _Names) -> Iterator[Document]:
    meetings = Meeting.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(held_on__lte=asked.last)
    if asked.first:
        meetings = meetings.filter(held_on__gte=asked.first)
    own = _Own("meeting")
    rows = meetings.select_related("organization", "recorded_by").prefetch_related("resolutions")
    for meeting in rows.order_by("path", "held_on", "pk"):
        place = str(meeting.organization)
        suffix, make = own.made(asked, meeting, papers.minutes_of)
        path = names.place(MINUTES, place, f"{meeting.held_on} {meeting.title}", suffix=suffix)
        yield Document(path, meeting.title, place, meeting.held_on, make)


def _study(asked: Asked, names: _Names) -> Iterator[Document]:
    rows = _sessions(asked).filter(state=SessionState.HELD).select_related("organization", "lecturer")
    own = _Own("study")
    for session in rows.order_by("path", "on", "pk"):
        place, topic = str(session.organization), session.topic or "集体学习"
        suffix, make = own.made(asked, session, papers.study_record_of)
        path = names.place(STUDY, place, f"{session.on} {topic}", suffix=suffix)
        yield Document(path, topic, place, session.on, make)


class _Own:
    """The forms of the offices for a kind of paper; one whose file is gone counts as none, and the built-in one stands. One query."""

    def __init__(self, key: str) -> None:
        self.paper = next(paper for paper in PAPERS if paper.key == key)
        self.contents: dict[OfficeTemplate, bytes] = {}
        for template in in_force_of(key):
            try:
                self.contents[template] = filling.content_of(template)
            except Refused:
                logger.warning("the file of form %s is not what was handed in", template.pk)

    def made(self, asked: Asked, record: Any, built_in: Callable[[Any], Any]) -> tuple[str, Open]:
        """Return the suffix of a record's paper and how it is made."""
        template = nearest(self.contents, record.organization)
        if template is None:
            return ".docx", partial(built_in, record)
        return f".{template.kind}", partial(self._filled, template, asked, record)

    def _filled(self, template: OfficeTemplate, asked: Asked, record: Any) -> BytesIO:
        values = self.paper.values(record, asked.standing, asked.on)
        return BytesIO(blanks.fill(template.kind, self.contents[template], self.paper.shape, values))


def _sessions(asked: Asked) -> Any:
    found = StudySession.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(on__lte=asked.last)
    return found.filter(semester=asked.semester) if asked.semester else found


def _files(asked: Asked, names: _Names) -> Iterator[Document]:
    for kind in KINDS:
        lookup = kind.model.ORGANIZATION
        found = kind.model._default_manager.visible_to(asked.standing, asked.on)  # type: ignore[attr-defined]
        found = found.filter(within(f"{lookup}__path", asked.paths)).annotate(kept_on=kind.day)
        found = found.filter(kept_on__lte=asked.last)
        if asked.first:
            found = found.filter(kept_on__gte=asked.first)
        for one in found.select_related(*kind.entry, lookup).order_by(f"{lookup}__path", "kept_on", "pk"):
            place, day = str(_at(lookup)(one)), one.kept_on
            stem, _, suffix = one.name.rpartition(".")
            path = names.place(FILES, kind.folder, place, f"{day} {kind.title(one)[:24]} {stem}", suffix=f".{suffix}")
            yield Document(path, one.name, place, day, partial(_stored, one), one.size, one.sha256)


def _at(lookup: str) -> Callable[[Any], Any]:
    return attrgetter(lookup.replace("__", "."))


def _stored(one: Any) -> Any:
    try:
        return one.file.open("rb")
    except FileNotFoundError:
        return None


def _summaries(asked: Asked, names: _Names) -> Iterator[Document]:
    found = Summary.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    found = found.filter(state=SummaryState.FINAL, final_on__lte=asked.on)
    if asked.first:
        found = found.filter(last__gte=asked.first, first__lte=asked.last)
    for summary in summary_queries.for_work(found):
        place = str(summary.organization)
        path = names.place(SUMMARIES, place, summary.title, suffix=".docx")
        who = str(asked.standing.user)
        make = partial(summary_sheets.word_of, summary, with_figures=True, who=who, at=clock.now())
        yield Document(path, summary.title, place, summary.final_on, make)


# ---- what is not there ----


def _gaps(asked: Asked) -> Iterator[Missing]:
    """Pledges, self-reviews and comments that were asked for and not given."""
    unit, campaign = coverage.unit_of(asked.standing), current_campaign(asked.on)
    if unit is None or campaign is None:
        return
    board = coverage.board(unit, campaign, paths=asked.paths, on=asked.on)
    wanted = asked.semester.short_label if asked.semester else ""
    for gap in gaps_of(board):
        if not wanted or gap.semester == wanted:
            subject = f"{gap.line.subject}的{gap.duty}"
            yield Missing(LEDGERS, subject, str(gap.line.subject.organization), gap.semester, gap.reason)


def _meetings_missing(asked: Asked) -> Iterator[Missing]:
    """Regular meetings of branches that are not recorded."""
    branches: list[Organization] = list(
        branches_read(asked.standing, asked.on).filter(within("path", asked.paths)).order_by("path")
    )
    for semester in _semesters(asked):
        for rhythm in rhythm_of(branches, semester, asked.on):
            for count in rhythm.counts:
                for when in count.missing:
                    yield Missing(MINUTES, count.kind.label, str(rhythm.branch), when)


def _study_missing(asked: Asked) -> Iterator[Missing]:
    """Study sessions whose day has passed without a record."""
    rows = _sessions(asked).filter(state=SessionState.PLANNED, on__lt=asked.on).select_related("organization")
    for session in rows.order_by("path", "on", "pk"):
        yield Missing(STUDY, session.topic or "集体学习", str(session.organization), f"{session.on}")


def _semesters(asked: Asked) -> Sequence[Semester]:
    if asked.semester:
        return [asked.semester]
    campaign = current_campaign(asked.on)
    begun = Semester.objects.in_plan().filter(campaign=campaign, starts_on__lte=asked.on)
    return list(begun.order_by("starts_on"))
