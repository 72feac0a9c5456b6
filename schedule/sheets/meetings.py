"""会议台账 as a table, and the rhythm of 三会一课 beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chuangxian.sheets import Column, Groups, Sheet
from schedule.models import Meeting
from schedule.queries.meetings import Count, Rhythm
from schedule.scope.items import MeetingQuerySet
from schedule.states.items import MeetingKind


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One meeting, numbered within its organisation."""

    meeting: Meeting
    number: int

    @property
    def resolved(self) -> str:
        """What it resolved, a line each."""
        return "\n".join(f"{one.text}（{one.result}）" for one in self.meeting.resolutions.all())


LEDGER: Sheet[LedgerLine] = Sheet(
    "会议台账",
    [
        Column("党组织", "meeting.organization.name", key="organization", width=18, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("召开日期", "meeting.held_on", "date", key="held_on"),
        Column("类别", "meeting.kind", "choice", choices=MeetingKind.choices, key="kind", width=14),
        Column("会议名称", "meeting.title", key="title", width=26, wrap=True),
        Column("地点", "meeting.place", key="place", width=14, wrap=True),
        Column("主持人", "meeting.host", key="host", width=10),
        Column("应到", "meeting.due_count", "integer", key="due_count"),
        Column("实到", "meeting.present_count", "integer", key="present_count"),
        Column("决议", "resolved", key="resolved", width=36, wrap=True),
        Column("缺席人员及原因", "meeting.absent", key="absent", width=24, wrap=True, printed=False),
        Column("会议纪要", "meeting.minutes", key="minutes", width=50, wrap=True, printed=False),
        Column("附件", lambda line: len(line.meeting.evidence.all()), "integer", key="files", printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.meeting.organization_id, line.meeting.organization.name),
    label=lambda key: str(key[1]),
    counts=["number"],
)


def ledger_lines(meetings: MeetingQuerySet) -> Iterator[LedgerLine]:
    """Walk these meetings organisation by organisation, numbered within each, in handfuls."""
    rows = meetings.select_related("organization").prefetch_related("resolutions", "evidence")
    number, place = 0, None
    for meeting in rows.order_by("path", "organization_id", "held_on", "pk").iterator(chunk_size=500):
        number = number + 1 if meeting.organization_id == place else 1
        place = meeting.organization_id
        yield LedgerLine(meeting, number)


@dataclass(frozen=True, slots=True)
class RhythmLine:
    """One kind of meeting of one branch in the semester."""

    rhythm: Rhythm
    count: Count

    @property
    def missing(self) -> str:
        """Which are missing, or why none is expected."""
        return "、".join(self.count.missing) or self.count.nothing_asked


RHYTHM: Sheet[RhythmLine] = Sheet(
    "三会一课",
    [
        Column("党支部", "rhythm.branch.name", key="branch", width=20, wrap=True),
        Column("类别", "count.kind", "choice", choices=MeetingKind.choices, key="kind", width=14),
        Column("已召开", "count.held", "integer", key="held"),
        Column("到今天应召开", "count.expected", "integer", key="expected"),
        Column("缺", lambda line: len(line.count.missing) or None, "integer", key="lacking"),
        Column("缺哪几次", "missing", key="missing", width=44, wrap=True),
    ],
)


def rhythm_lines(rhythms: Iterable[Rhythm]) -> list[RhythmLine]:
    """Return a line for each branch and kind."""
    return [RhythmLine(one, count) for one in rhythms for count in one.counts]
