"""学习台账 as a table: a session a row, organisation by organisation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from chuangxian.sheets import Column, Groups, Sheet
from schedule.models import StudySession
from schedule.queries.study import with_papers
from schedule.queries.study_filling import WEEKDAYS
from schedule.scope.study import StudySessionQuerySet
from schedule.states.study import SessionState


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One session."""

    session: StudySession
    number: int

    @property
    def weekday(self) -> str:
        """星期几."""
        return WEEKDAYS[self.session.on.weekday()]

    @property
    def materials(self) -> str:
        """What was read: the plan's documents, then what else was written down."""
        read = [one.title for one in self.session.documents.all()]
        return "；".join([*read, *([self.session.materials] if self.session.materials else [])])

    @property
    def hours_held(self) -> Decimal | None:
        """The hours of what took place."""
        return self.session.hours if self.session.state == SessionState.HELD else None


LEDGER: Sheet[LedgerLine] = Sheet(
    "学习台账",
    [
        Column("党组织", "session.organization.name", key="organization", width=16, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("日期", "session.on", "date", key="on"),
        Column("星期", "weekday", key="weekday", width=6),
        Column("主题", "session.topic", key="topic", width=26, wrap=True),
        Column("主讲人", lambda line: line.session.lecturer and line.session.lecturer.name, key="lecturer", width=9),
        Column("学习材料", "materials", key="materials", width=30, wrap=True),
        Column("地点", "session.place", key="place", width=12, wrap=True),
        Column("主持人", "session.host", key="host", width=9),
        Column("学时", "hours_held", "decimal", key="hours", width=7),
        Column("状态", "session.state", "choice", choices=SessionState.choices, key="state", width=9),
        Column("讨论记录", "session.discussion", key="discussion", width=40, wrap=True, printed=False),
        Column("计划日期", "session.planned_on", "date", key="planned_on", printed=False),
        Column("调整原因", "session.reason", key="reason", width=20, wrap=True, printed=False),
        Column(
            "记录人",
            lambda line: str(line.session.recorded_by) if line.session.recorded_by else "",
            key="recorder",
            width=10,
            printed=False,
        ),
        Column("记录日期", "session.recorded_on", "date", key="recorded_on", printed=False),
    ],
)

LEDGER_GROUPS: Groups[LedgerLine] = Groups(
    key=lambda line: (line.session.organization_id, line.session.organization.name),
    label=lambda key: str(key[1]),
    sums=["hours"],
    counts=["number"],
)


def ledger_lines(sessions: StudySessionQuerySet) -> Iterator[LedgerLine]:
    """Walk these sessions organisation by organisation, numbered within each, streamed. Three queries a thousand."""
    rows = with_papers(sessions).order_by("path", "organization_id", "on", "pk")
    return numbered(rows.iterator(chunk_size=1000))


def numbered(rows: Iterable[StudySession]) -> Iterator[LedgerLine]:
    """Number sessions within their organisation."""
    number, place = 0, None
    for session in rows:
        number = number + 1 if session.organization_id == place else 1
        place = session.organization_id
        yield LedgerLine(session, number)
