"""承诺 as a table that goes round: an item a row, pledge by pledge. Found at start-up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from branches.models import Member, Organization
from branches.scope import Standing, Viewer
from chuangxian.sheets import Column
from chuangxian.verdicts import Verdict
from pledges import rules
from pledges.actions import fulfilling, history, writing
from pledges.actions.fulfilling import Account
from pledges.actions.history import DAYS, PastItem
from pledges.actions.writing import ITEM_TEXTS, ItemText
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import ItemKind, Outcome, State, SubjectKind
from schedule.models import Standard
from schedule.queries.study import lecturers_ever
from schedule.tables.places import person_of, place_of, places_of
from schedule.trips import BadCells, Entry, Table, Work, register

TEXT = ("kind", "standard", "content", "measure", "baseline", "target", "due_on", "responsible")
ACCOUNT = ("outcome", "explanation")
LONG = {"content": 500, "measure": 500, "baseline": 200, "target": 200}
BY_ITSELF = "由办理产生，不能在表格里改；请到承诺页面办理"


@dataclass(frozen=True, slots=True)
class Line:
    """One item with its pledge."""

    item: PledgeItem

    @property
    def pk(self) -> int:
        """The item's number."""
        return self.item.pk

    @property
    def pledge(self) -> Pledge:
        """The pledge it belongs to."""
        return self.item.pledge

    @property
    def entered_at(self) -> datetime:
        """When its pledge was entered."""
        return self.item.pledge.entered_at


@dataclass(frozen=True)
class Known:
    """What is looked up once."""

    places: Mapping[str, Organization]
    cycles: Mapping[str, PledgeCycle]
    standards: Mapping[tuple[str, str], Standard]


def _days(row: Any) -> dict[str, date | None]:
    return {name: row[name] for name in ("signed_on", *DAYS)}


class PledgeTable(Table):
    """The items of the pledges of an organisation and all below it."""

    key = "pledges"
    title = "承诺"
    records = (Pledge, PledgeItem)
    fields = {"responsible_member": "responsible", "external_document": "document"}
    columns: Sequence[Column[Any]] = [
        Column("周期", key="cycle", required=True, max_length=60, width=14),
        Column("党组织", key="organization", required=True, max_length=80, width=18, wrap=True),
        Column("主体", key="subject_kind", kind="choice", choices=SubjectKind.choices, required=True, width=8),
        Column("承诺人", key="subject", spaces="none", max_length=40, width=9, help="党员姓名；党组织的承诺留空"),
        Column("类别", key="kind", kind="choice", choices=ItemKind.choices, required=True, width=10),
        Column("对应标准", key="standard", max_length=100, width=14, wrap=True),
        Column("承诺内容", key="content", required=True, max_length=500, width=34, wrap=True),
        Column("践诺措施", key="measure", max_length=500, width=24, wrap=True, printed=False),
        Column("现状", key="baseline", max_length=200, width=16, wrap=True, printed=False),
        Column("目标", key="target", max_length=200, width=16, wrap=True),
        Column("责任人", key="responsible", max_length=60, width=9, printed=False, help="党组织的承诺才填"),
        Column("完成时限", key="due_on", kind="date", required=True),
        Column("兑现情况", key="outcome", kind="choice", choices=Outcome.choices, width=11),
        Column("说明", key="explanation", max_length=1000, width=20, wrap=True, printed=False),
        Column("兑现日期", key="settled_on", kind="date", printed=False),
        Column("状态", key="state", kind="choice", choices=State.choices, width=11, help="新增时留空就是起草"),
        Column("版次", key="edition", kind="integer", width=6, printed=False, help="由系统编，新增时留空"),
        Column("签署", key="signed_on", kind="date", printed=False),
        Column("提交", key="submitted_on", kind="date", printed=False),
        Column("定诺", key="approved_on", kind="date", printed=False),
        Column("亮诺", key="published_on", kind="date"),
        Column("述诺", key="reported_on", kind="date", printed=False),
        Column("评诺", key="appraised_on", kind="date", printed=False),
        Column("批复文号", key="document", max_length=80, width=16, printed=False),
    ]  # fmt: skip

    def may(self, organization: Organization, by: Viewer, on: date) -> Verdict:
        """The organisation's leaders, those above them, the office."""
        return rules.may_keep_table(organization, by, on)

    def may_somewhere(self, standing: Standing) -> bool:
        """Who leads an organisation, or serves an office."""
        return standing.is_leader or standing.is_office

    def stored(self, organization: Organization, by: Viewer, on: date) -> list[Line]:
        """Return the items of pledges he sees. One query."""
        pledges = Pledge.objects.visible_to(by, on).within(organization.path).exclude(state=State.LAPSED)
        items = PledgeItem.objects.filter(pledge__in=pledges.order_by().values("pk")).select_related(
            "standard", "responsible_member", "pledge__cycle", "pledge__organization", "pledge__member"
        )
        where = ("pledge__cycle__year", "pledge__path", "pledge__organization_id")
        who = ("-pledge__subject_kind", "pledge__member__sort_key", "pledge__member_id", "pledge__edition")
        return [Line(item) for item in items.order_by(*where, *who, "place", "pk")]

    def cells(self, row: Line) -> dict[str, Any]:
        """Return an item's cells."""
        item, pledge = row.item, row.pledge
        return {
            **{name: getattr(item, name) for name in ("kind", *LONG, "due_on", *ACCOUNT, "settled_on")},
            **{name: getattr(pledge, name) for name in ("subject_kind", "state", "edition", "signed_on", *DAYS)},
            "cycle": pledge.cycle.name,
            "organization": pledge.organization.name,
            "subject": pledge.member.name if pledge.member else "",
            "standard": item.standard.title if item.standard else "",
            "responsible": item.responsible_member.name if item.responsible_member else item.responsible,
            "document": pledge.external_document,
        }

    def name(self, row: Line) -> str:
        """Return whose pledge and which item."""
        return f"{row.pledge}第 {row.item.place} 项"

    def choices(self, organization: Organization, on: date) -> dict[str, list[str]]:
        """Offer organisations, cycles and standards."""
        known = self.known(organization, on)
        standards = list(dict.fromkeys(title for _, title in known.standards))
        return {"organization": list(known.places), "cycle": list(known.cycles), "standard": standards}

    def known(self, organization: Organization, on: date) -> Known:
        """Look up organisations, the cycles by which they pledge, and the standards."""
        cycles: dict[str, list[PledgeCycle]] = {}
        over = PledgeCycle.objects.above(organization.path) | PledgeCycle.objects.filter(
            path__startswith=organization.path
        )
        for cycle in over.select_related("organization").order_by("-year", "pk"):
            cycles.setdefault(cycle.name, []).append(cycle)
        standards = Standard.objects.select_related("set").order_by("-set__effective_from", "pk")
        return Known(
            places_of(organization),
            {name: found[0] for name, found in cycles.items() if len(found) == 1},
            {(one.set.target, one.title): one for one in reversed(standards)},
        )

    def units(self, entries: Sequence[Entry]) -> Iterable[list[Entry]]:
        """Return the rows pledge by pledge; a new row goes with the latest edition of its subject that is in the file."""
        latest: dict[Any, int] = {}
        found: dict[Any, list[Entry]] = {}
        for entry in entries:
            if entry.stored is not None:
                latest[_subject(self.settled(entry.stored))] = entry.stored.pledge.pk
        for entry in entries:
            subject = _subject(entry.row)
            key = entry.stored.pledge.pk if entry.stored is not None else latest.get(subject, subject)
            found.setdefault(key, []).append(entry)
        return found.values()

    def around(self, unit: Sequence[Entry], work: Work) -> Iterable[models.Model]:
        """Return the pledge with its items, or those of the subject where it is new."""
        stored = next((one.stored for one in unit if one.stored is not None), None)
        row = unit[0].row
        pledges = Pledge.objects.filter(pk=stored.pledge.pk) if stored is not None else _of_subject(row)
        return [*pledges, *PledgeItem.objects.filter(pledge__in=pledges)]

    def apply(self, unit: Sequence[Entry], work: Work) -> None:
        """Change what the rules let change; begin what is new, or enter it as history."""
        stored = next((one.stored for one in unit if one.stored is not None), None)
        if stored is not None:
            self._change(reading.with_items(Pledge.objects.all()).get(pk=stored.pledge.pk), unit, work)
            return
        row = unit[0].row
        cycle = work.known.cycles.get(row["cycle"])
        if cycle is None:
            raise BadCells(("cycle", f"没有叫“{row['cycle']}”的承诺周期"))
        place = place_of(row, work.known.places)
        if not place.path.startswith(cycle.path):
            raise BadCells(("cycle", f"{place.name}不按“{cycle}”承诺"))
        member = self._member(row, place)
        before = reading.with_items(Pledge.objects.filter(cycle=cycle, member=member).exclude(state=State.LAPSED))
        if member is None:
            before = before.filter(organization=place)
        if (pledge := before.order_by("-edition").first()) is not None:
            self._change(pledge, unit, work)
        elif row["state"] in (None, State.DRAFT, State.SUBMITTED):
            self._begin(cycle, place, member, unit, work)
        else:
            self._history(cycle, place, member, unit, work)

    def _member(self, row: Any, place: Organization) -> Member | None:
        if row["subject_kind"] == SubjectKind.ORGANIZATION:
            if row["subject"] not in (None, "".join(place.name.split())):
                raise BadCells(("subject", "党组织的承诺，承诺人留空"), row=row)
            return None
        if not row["subject"]:
            raise BadCells(("subject", "请写承诺的党员姓名"), row=row)
        return person_of(row, "subject", lecturers_ever(place), place.name)

    def _begin(
        self, cycle: PledgeCycle, place: Organization, member: Member | None, unit: Sequence[Entry], work: Work
    ) -> None:
        for entry in unit:
            _refuse(entry, ("outcome", "explanation", "settled_on", *DAYS), "提交、公布以后才有，起草时请留空")
        pledge = writing.begin(cycle=cycle, member=member, organization=place, by=work.by, on=work.on)
        texts = [ItemText(self._text(one, TEXT, pledge, work)) for one in unit]
        _due_in(cycle, unit)
        signed = unit[0].row["signed_on"]
        fields = {"signed_on": signed} if signed else {}
        writing.save_text(pledge=pledge, items=texts, version=pledge.version, by=work.by, on=work.on, **fields)
        if unit[0].row["state"] == State.SUBMITTED:
            writing.act(pledge=pledge, verb="submit", version=pledge.version, by=work.by, on=work.on)

    def _history(
        self, cycle: PledgeCycle, place: Organization, member: Member | None, unit: Sequence[Entry], work: Work
    ) -> None:
        first = unit[0].row
        for entry in unit[1:]:
            for name in ("state", "signed_on", *DAYS, "document"):
                if entry.row[name] != first[name]:
                    raise BadCells((name, f"和第 {first.number} 行是同一份承诺，这一列应当相同"), row=entry.row)
        subject = Pledge(member=member, organization=place, cycle=cycle)
        items = []
        for entry in unit:
            fields = self._text(entry, TEXT, subject, work)
            fields |= {name: entry.row[name] or "" for name in ACCOUNT}
            items.append(PastItem({**fields, "settled_on": entry.row["settled_on"]}))
        history.record_history(
            cycle=cycle,
            organization=place,
            member=member,
            state=first["state"],
            days=_days(first),
            items=items,
            document=first["document"] or "",
            by=work.by,
            on=work.on,
        )

    def _change(self, pledge: Pledge, unit: Sequence[Entry], work: Work) -> None:
        fresh = [one for one in unit if one.stored is None]
        for entry in fresh:
            # two may be called the same: the name alone never decides whose pledge a new row goes to
            if self._member(entry.row, pledge.organization) != pledge.member:
                raise BadCells(("subject", f"和{pledge.subject}的承诺不是同一人"), row=entry.row)
        changed = {one.stored.pk: one for one in unit if one.stored is not None and one.differences}
        for entry in changed.values():
            _refuse_changed(entry, {*TEXT, *ACCOUNT, "signed_on"}, BY_ITSELF)
        self._rewrite(pledge, changed, fresh, work)
        accounts = {}
        for pk, entry in changed.items():
            if asked := entry.changed & set(ACCOUNT):
                verdict = rules.may_report(pledge, work.by, work.on)
                if not verdict:
                    raise BadCells(*((name, verdict.reason) for name in sorted(asked)), row=entry.row)
                accounts[pk] = Account(entry.row["outcome"] or "", entry.row["explanation"] or "")
        if accounts:
            pledge = reading.with_items(Pledge.objects.all()).get(pk=pledge.pk)
            fulfilling.account_for(
                pledge=pledge,
                accounts=accounts,
                summary=pledge.summary,
                version=pledge.version,
                by=work.by,
                on=work.on,
            )

    def _rewrite(self, pledge: Pledge, changed: Mapping[int, Entry], fresh: Sequence[Entry], work: Work) -> None:
        """Change the wording, while it may still be changed."""
        rewritten = [one for one in changed.values() if one.changed & {*TEXT, "signed_on"}]
        if not rewritten and not fresh:
            return
        verdict = rules.may_edit(pledge, work.by, work.on)
        for entry in (*rewritten, *fresh):
            if not verdict:
                names = sorted(entry.changed & {*TEXT, "signed_on"}) or ["content"]
                raise BadCells(*((name, verdict.reason) for name in names), row=entry.row)
        for entry in fresh:
            _refuse(entry, ("outcome", "explanation", "settled_on"), "公布以后才有，请留空")
            if entry.row["state"] not in (None, pledge.state):
                raise BadCells(("state", BY_ITSELF), row=entry.row)
        _due_in(pledge.cycle, [*rewritten, *fresh])
        texts = []
        for item in pledge.items.all():
            fields = {name: getattr(item, name) for name in ITEM_TEXTS}
            if (one := changed.get(item.pk)) is not None:
                fields |= self._text(one, [name for name in TEXT if name in one.changed], pledge, work)
            texts.append(ItemText(fields, item.pk))
        texts += [ItemText(self._text(one, TEXT, pledge, work)) for one in fresh]
        signed = {one.row["signed_on"] for one in rewritten if "signed_on" in one.changed}
        if len(signed) > 1:
            raise BadCells(("signed_on", "同一份承诺只有一个签署日期"), row=rewritten[0].row)
        given = {"signed_on": signed.pop()} if signed else {}
        writing.save_text(pledge=pledge, items=texts, version=pledge.version, by=work.by, on=work.on, **given)

    def _text(self, entry: Entry, names: Iterable[str], pledge: Pledge, work: Work) -> dict[str, Any]:
        row = entry.row
        fields: dict[str, Any] = {}
        for name in names:
            if name == "standard":
                fields[name] = self._standard(row, pledge, work)
            elif name == "responsible":
                fields |= self._responsible(row, pledge)
            else:
                fields[name] = row[name] or "" if name in LONG else row[name]
        return fields

    def _standard(self, row: Any, pledge: Pledge, work: Work) -> Standard | None:
        if not row["standard"]:
            return None
        target = "member" if pledge.member else "organization"
        found: Standard | None = work.known.standards.get((target, row["standard"]))
        if found is None:
            raise BadCells(("standard", f"没有叫“{row['standard']}”的标准"), row=row)
        return found

    def _responsible(self, row: Any, pledge: Pledge) -> dict[str, Any]:
        written = row["responsible"] or ""
        if pledge.member is not None:
            if written:
                raise BadCells(("responsible", "党员的承诺由本人负责，责任人留空"), row=row)
            return {}
        same = list(lecturers_ever(pledge.organization).filter(name=written)) if written else []
        if len(same) == 1:
            return {"responsible": "", "responsible_member": same[0]}
        return {"responsible": written, "responsible_member": None}


def _subject(cells: Any) -> tuple[Any, ...]:
    return tuple(cells[name] for name in ("cycle", "organization", "subject_kind", "subject"))


def _of_subject(row: Any) -> "models.QuerySet[Pledge]":
    pledges = Pledge.objects.filter(cycle__name=row["cycle"], organization__name=row["organization"])
    found: models.QuerySet[Pledge] = pledges.filter(subject_kind=row["subject_kind"])
    return found


def _refuse(entry: Entry, names: Iterable[str], sentence: str) -> None:
    if filled := [name for name in names if entry.row[name] is not None]:
        raise BadCells(*((name, sentence) for name in filled), row=entry.row)


def _refuse_changed(entry: Entry, allowed: Iterable[str], sentence: str) -> None:
    if strange := sorted(entry.changed - set(allowed)):
        raise BadCells(*((name, sentence) for name in strange), row=entry.row)


def _due_in(cycle: PledgeCycle, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if not cycle.starts_on <= entry.row["due_on"] <= cycle.ends_on:
            said = f"完成时限要在 {cycle.starts_on:%Y-%m-%d} 到 {cycle.ends_on:%Y-%m-%d} 之间"
            raise BadCells(("due_on", said), row=entry.row)


PLEDGES = PledgeTable()
register(PLEDGES)
