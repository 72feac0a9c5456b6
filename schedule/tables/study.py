"""学习安排 as a table that goes round: a session a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import models

from branches.models import Organization
from branches.scope import Viewer
from chuangxian.sheets import Column
from chuangxian.verdicts import Verdict
from schedule.actions import study as actions
from schedule.models import StudyDocument, StudyFile, StudySession, TurnSwap
from schedule.models.plan import LINE_MAX
from schedule.queries import study as queries
from schedule.rules import study as rules
from schedule.states.study import SessionState
from schedule.tables.places import person_of, place_of, places_of, titled
from schedule.trips import BadCells, Entry, Table, Work

PLAIN = ("place", "host", "topic", "materials", "hours", "discussion")
FALLS_AWAY = "在表格里不能取消学习：请删去这一行，预演时在“文件里没有的”里勾选"


@dataclass(frozen=True)
class Known:
    """What is looked up once."""

    places: Mapping[str, Organization]
    documents: Mapping[str, StudyDocument]


class StudyTable(Table):
    """Sessions of an organisation and all below it."""

    key = "study"
    title = "学习安排"
    records = (StudySession, StudySession.documents.through, StudyFile, TurnSwap)
    drop_label = "取消"
    fields = {"day": "on"}
    columns: Sequence[Column[Any]] = [
        Column("党组织", key="organization", required=True, max_length=80, width=18, wrap=True),
        Column("学习日期", key="on", kind="date", required=True),
        Column("时间", key="starts_at", fold=True, spaces="none", max_length=8, width=8, help="如 15:30"),
        Column("地点", key="place", max_length=80, width=14),
        Column("主持人", key="host", max_length=40, width=9),
        Column("主讲人", key="lecturer", spaces="none", max_length=40, width=9, help="本组织党员的姓名"),
        Column("主题", key="topic", max_length=LINE_MAX, width=26, wrap=True),
        Column(
            "方案学习材料", key="documents", max_length=4000, width=24, wrap=True, help="方案里的材料名称，几份之间用“；”隔开"
        ),
        Column("学习材料", key="materials", max_length=1000, width=24, wrap=True),
        Column("学时", key="hours", kind="decimal", width=7),
        Column("状态", key="state", kind="choice", choices=SessionState.choices, width=9),
        Column("讨论记录", key="discussion", max_length=5000, width=36, wrap=True, printed=False),
        Column(
            "调整原因", key="reason", max_length=LINE_MAX, width=18, wrap=True, help="改日期的，请写明为什么", printed=False
        ),
    ]  # fmt: skip

    def may(self, organization: Organization, by: Viewer, on: date) -> Verdict:
        """Those who plan the organisation's study."""
        return rules.may_plan(organization, by, on)

    def stored(self, organization: Organization, by: Viewer, on: date) -> list[StudySession]:
        """Return its sessions and those of all below it. Three queries."""
        sessions = StudySession.objects.within(organization.path)
        return list(queries.with_papers(sessions).order_by("path", "organization_id", "on", "pk"))

    def cells(self, row: StudySession) -> dict[str, Any]:
        """Return a session's cells."""
        return {
            "organization": row.organization.name,
            "on": row.on,
            "starts_at": f"{row.starts_at:%H:%M}" if row.starts_at else "",
            "lecturer": row.lecturer.name if row.lecturer else "",
            "documents": "；".join(sorted(one.title for one in row.documents.all())),
            "state": row.state,
            "reason": row.reason,
            **{name: getattr(row, name) for name in PLAIN},
        }

    def name(self, row: StudySession) -> str:
        """Return the organisation, the day and the topic."""
        return f"{row.organization.name} {row}"

    def choices(self, organization: Organization, on: date) -> dict[str, list[str]]:
        """Offer the organisations."""
        return {"organization": list(places_of(organization))}

    def known(self, organization: Organization, on: date) -> Known:
        """Look up the organisations and the plan's documents."""
        return Known(places_of(organization), {one.title: one for one in StudyDocument.objects.order_by("-pk")})

    def around(self, unit: Sequence[Entry], work: Work) -> Iterable[models.Model]:
        """Return the session, or all those of its organisation where it is new."""
        row, stored = unit[0].row, unit[0].stored
        if stored is not None:
            return _rows(StudySession.objects.filter(pk=stored.pk))
        return _rows(StudySession.objects.filter(organization__name=row["organization"], on=row["on"]))

    def apply(self, unit: Sequence[Entry], work: Work) -> None:
        """Add the session, or move, record, change it."""
        entry = unit[0]
        if entry.stored is None:
            self._add(entry, work)
        else:
            self._change(entry, work)

    def _add(self, entry: Entry, work: Work) -> None:
        row = entry.row
        place = place_of(row, work.known.places)
        fields = self._fields(entry, [*PLAIN, "starts_at", "lecturer"], place, row["on"])
        if row["hours"] is None:
            fields.pop("hours", None)
        documents = titled(row, "documents", work.known.documents, "方案学习材料")
        made = actions.add_session(
            organization=place, day=row["on"], documents=documents, by=work.by, on=work.on, **fields
        )
        if row["state"] not in (None, made.state):
            raise BadCells(
                ("state", f"按所填内容应是“{made.get_state_display()}”：写了讨论记录的是已举行，没写的是待举行")
            )

    def _change(self, entry: Entry, work: Work) -> None:
        row, session, changed = entry.row, entry.stored, entry.changed
        if "organization" in changed:
            raise BadCells(("organization", "不能把学习改到别的党组织"))
        if row["state"] == SessionState.CANCELLED and "state" in changed:
            raise BadCells(("state", FALLS_AWAY))
        records = "state" in changed and row["state"] == SessionState.HELD and session.state == SessionState.PLANNED
        if "state" in changed and not records:
            raise BadCells(
                (
                    "state",
                    f"不能从“{session.get_state_display()}”改为“{SessionState(row['state']).label if row['state'] else '空'}”",
                )
            )
        moves = "on" in changed and session.state == SessionState.PLANNED and not records
        if "reason" in changed and not moves:
            raise BadCells(("reason", "调整原因只在改期时填写"))
        given = {"day": row["on"]} if "on" in changed and not moves else {}
        if moves:
            if not row["reason"]:
                raise BadCells(("reason", "改了学习日期，请写明为什么改期"))
            actions.move_session(
                session=session, day=row["on"], reason=row["reason"], version=session.version, by=work.by, on=work.on
            )
        names = [name for name in (*PLAIN, "starts_at", "lecturer") if name in changed]
        fields = self._fields(entry, names, session.organization, row["on"])
        documents = (
            titled(row, "documents", work.known.documents, "方案学习材料")
            if "documents" in changed
            else list(session.documents.all())
        )
        common: dict[str, Any] = {"session": session, "version": session.version, "documents": documents}
        if records:
            actions.record_session(
                **common,
                day=row["on"],
                by=work.by,
                on=work.on,
                **{"discussion": row["discussion"] or session.discussion, **fields},
            )
        elif fields or given or "documents" in changed:
            actions.change_session(**common, **given, by=work.by, on=work.on, **fields)

    def _fields(self, entry: Entry, names: Iterable[str], place: Organization, day: date) -> dict[str, Any]:
        row = entry.row
        fields: dict[str, Any] = {}
        for name in names:
            if name == "starts_at":
                fields[name] = _time(row["starts_at"])
            elif name == "lecturer":
                fields[name] = person_of(row, "lecturer", queries.possible_lecturers(place, day), f"{place.name}那天")
            elif name == "hours" and row["hours"] is None and entry.stored is not None:
                raise BadCells(("hours", "请填学时"))
            else:
                fields[name] = row[name] if name == "hours" else row[name] or ""
        return fields

    def may_be_missing(self, row: StudySession) -> bool:
        """What fell away is not missed."""
        return row.state != SessionState.CANCELLED

    def around_drop(self, row: StudySession, work: Work) -> Iterable[models.Model]:
        """Return all sessions of the organisation: turns move on from one that falls away."""
        return _rows(StudySession.objects.filter(organization=row.organization_id))

    def drop(self, row: StudySession, work: Work) -> None:
        """Let a planned session fall away."""
        session = queries.with_papers(StudySession.objects.filter(pk=row.pk)).get()
        actions.cancel_session(
            session=session,
            reason="导入的学习安排里没有这一次",
            version=session.version,
            seen=actions.falling(session, work.on).mark,
            by=work.by,
            on=work.on,
        )


def _rows(sessions: "models.QuerySet[StudySession]") -> list[models.Model]:
    numbers = list(sessions.values_list("pk", flat=True))
    swaps = models.Q(mine__in=numbers) | models.Q(other__in=numbers)
    return [
        *StudySession.objects.filter(pk__in=numbers),
        *StudySession.documents.through.objects.filter(studysession__in=numbers),
        *StudyFile.objects.filter(entry__in=numbers),
        *TurnSwap.objects.filter(swaps),
    ]


def _time(text: str | None) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text.replace("：", ":").rjust(5, "0"))
    except ValueError:
        raise BadCells(("starts_at", f"“{text}”不是时间，请写成 15:30 的样子")) from None


STUDY = StudyTable()
