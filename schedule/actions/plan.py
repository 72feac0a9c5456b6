"""Loading a plan: the file says what should be, the database follows, and the report says what that took."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import models, transaction

from accounts.log import record
from accounts.models import LogEntry, User
from schedule.actions import indicators
from schedule.actions.tasks import follow_plan, reach_everybody
from schedule.models import (
    Campaign,
    Carrier,
    CarrierItem,
    FoundingCondition,
    Milestone,
    Phase,
    PhaseTask,
    PlanRow,
    SchoolYear,
    ScoringScheme,
    Semester,
    Standard,
    StandardSet,
    StudyDocument,
    ThemeGoal,
    Way,
)
from schedule.plan_file import Entry, Plan, PlanProblems, Problem
from schedule.states.indicators import BANDS, STANDARD_WEIGHT

# what the file gives as keys of other rows; linked once those rows are there
LINKS = ("goal", "standards")

Also = Callable[[Entry, dict[str, Any]], dict[str, Any]]


def _nothing_else(entry: Entry, done: dict[str, Any]) -> dict[str, Any]:
    return {}


@dataclass
class LoadReport:
    """What loading did, or would do: sentences for a reader."""

    rehearsed: bool
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: int = 0
    removed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return (
            f"新增 {len(self.added)} 条，修改 {len(self.changed)} 条，不变 {self.same} 条，"
            f"文件中已没有 {len(self.removed) + len(self.withdrawn)} 条"
            f"（删去 {len(self.removed)}，有人引用而停用 {len(self.withdrawn)}）"
        )

    @property
    def moved(self) -> bool:
        """Whether anything became different."""
        return bool(self.added or self.changed or self.removed or self.withdrawn)


@transaction.atomic
def load_plan(*, plan: Plan, rehearse: bool = False, by: User | None, on: date) -> LoadReport:
    """Make the database say what the plan says, all of it or nothing; a rehearsal reports and changes nothing.

    Raises `PlanProblems` when the plan cannot stand beside what is already there.
    """
    _refuse_overlap(plan)
    loading = _Loading(LoadReport(rehearsed=rehearse), on)
    campaign = loading.campaign(plan)
    if rehearse:
        transaction.set_rollback(True)
        return loading.report
    follow_plan(on=on)
    reach_everybody(on)
    if loading.report.moved:
        record(
            verb="plan_load",
            label="装入方案",
            obj=campaign,
            note=loading.report.summary,
            category=LogEntry.Category.IMPORT,
            by=by,
            on=on,
        )
    return loading.report


def _refuse_overlap(plan: Plan) -> None:
    values = plan.campaign.values
    others = Campaign.objects.exclude(key=values["key"])
    other = others.filter(starts_on__lte=values["ends_on"], ends_on__gte=values["starts_on"]).first()
    if other:
        sentence = (
            f"活动期间与已有的“{other.title}”（{other.starts_on} 至 {other.ends_on}）重叠，同一天只能有一个活动。"
        )
        raise PlanProblems([Problem(plan.campaign.line_of("starts"), sentence)])


class _Loading:
    """One pass over the plan, parents before children; what the file no longer has is put away at the end, children first."""

    def __init__(self, report: LoadReport, on: date) -> None:
        self.report = report
        self.on = on
        self.gone: list[PlanRow] = []

    def campaign(self, plan: Plan) -> Campaign:
        values = plan.campaign.values
        campaign = Campaign.objects.filter(key=values["key"]).first() or Campaign(key=values["key"])
        self.save(campaign, values)
        goals = self.rows(ThemeGoal, plan.rows("theme_goals"), {"campaign": campaign})
        sets = self.rows(StandardSet, plan.rows("standard_sets"), {"campaign": campaign})
        for entry in plan.rows("standard_sets"):
            self.standards(sets[entry.key], entry.children["standards"])
        self.scoring(plan.scoring, campaign)
        self.rows(Way, plan.rows("ways"), {"campaign": campaign})
        self.rows(Milestone, plan.rows("milestones"), {"campaign": campaign})
        self.school_years(plan, campaign)
        self.carriers(plan, campaign, goals)
        self.rows(FoundingCondition, plan.rows("founding_conditions"), {"campaign": campaign})
        self.phases(plan, campaign)
        for row in reversed(self.gone):
            self.put_away(row)
        return campaign

    def standards(self, owner: StandardSet, entries: list[Entry]) -> None:
        """Standards with their indicators. Those that come with their standard hold since it does, later ones from this day."""
        known = set(Standard.objects.filter(set=owner).values_list("key", flat=True))
        rows = self.rows(Standard, entries, {"set": owner})
        for entry in entries:
            since = self.on if entry.key in known else owner.effective_from
            given = entry.children["indicators"]
            for followed in indicators.follow_file(rows[entry.key], given, since=since, on=self.on):
                self.tell(followed)

    def tell(self, followed: indicators.Followed) -> None:
        called = _called(followed.indicator)
        match followed.done:
            case "added":
                self.report.added.append(called)
            case "changed":
                fields = "、".join(_field(followed.indicator, name).verbose_name for name in followed.names)
                self.report.changed.append(f"{called}（{fields}）")
            case "removed":
                self.report.removed.append(called)
            case "ended":
                self.report.withdrawn.append(called)
            case _:
                self.report.same += 1

    def scoring(self, entry: Entry | None, campaign: Campaign) -> None:
        scheme = ScoringScheme.objects.filter(campaign=campaign).first()
        if entry is not None:
            bands = [{"from": band.values["from"], "label": band.values["label"]} for band in entry.children["bands"]]
            values = {
                "enabled": entry.values["enabled"],
                "weight": entry.values["weight"] or STANDARD_WEIGHT,
                "bands": bands or list(BANDS),
            }
            if scheme is not None and scheme.by_hand:  # the page decides what the page can; the rest is the file's
                values = {"weight": values["weight"]}
            self.save(scheme or ScoringScheme(campaign=campaign), values)
        elif scheme is not None and not scheme.by_hand:
            self.report.removed.append(_called(scheme))
            scheme.delete()

    def school_years(self, plan: Plan, campaign: Campaign) -> None:
        years = self.rows(SchoolYear, plan.rows("school_years"), {"campaign": campaign})
        year_of = {
            semester.key: years[year.key]
            for year in plan.rows("school_years")
            for semester in year.children["semesters"]
        }
        self.rows(
            Semester, plan.all_semesters(), {"campaign": campaign}, lambda entry, _: {"school_year": year_of[entry.key]}
        )

    def carriers(self, plan: Plan, campaign: Campaign, goals: dict[str, Any]) -> None:
        entries = plan.rows("carriers")
        standards = list(Standard.objects.filter(set__campaign=campaign))

        def links(entry: Entry, done: dict[str, Any]) -> dict[str, Any]:
            named = entry.values["standards"]
            return {
                "goal": goals.get(entry.values["goal"]),
                "standards": {standard for standard in standards if standard.key in named},
            }

        carriers = self.rows(Carrier, entries, {"campaign": campaign}, links)
        for entry in entries:
            self.carrier_items(carriers[entry.key], entry.children["items"])

    def carrier_items(self, carrier: Carrier, entries: list[Entry]) -> None:
        points = [point for entry in entries for point in entry.children["points"]]
        parent_of = {point.key: entry.key for entry in entries for point in entry.children["points"]}
        self.rows(
            CarrierItem,
            [*entries, *points],
            {"carrier": carrier},
            lambda entry, done: {"parent": done.get(parent_of.get(entry.key, ""))},
        )

    def phases(self, plan: Plan, campaign: Campaign) -> None:
        phases = self.rows(Phase, plan.rows("phases"), {"campaign": campaign})
        for entry in plan.rows("phases"):
            phase = phases[entry.key]
            tasks = self.rows(PhaseTask, entry.children["tasks"], {"phase": phase}, partial(_due_in, phase))
            for task in entry.children["tasks"]:
                self.rows(StudyDocument, task.children["documents"], {"task": tasks[task.key]})

    def rows(
        self, model: type[PlanRow], entries: list[Entry], owner: dict[str, models.Model], also: Also = _nothing_else
    ) -> dict[str, Any]:
        """Bring the rows inside one owner in line with the file; return them by key.

        ``also`` gives the values that point at other rows; it sees the rows done so far.
        """
        found = {row.key: row for row in model.objects.filter(**owner)}
        done: dict[str, Any] = {}
        for order, entry in enumerate(entries, start=1):
            row = found.pop(entry.key, None) or model(key=entry.key, **owner)
            plain = {name: value for name, value in entry.values.items() if name not in LINKS}
            self.save(row, {**plain, **also(entry, done), "order": order, "withdrawn_on": None})
            done[entry.key] = row
        self.gone.extend(found.values())
        return done

    def save(self, row: models.Model, values: dict[str, Any]) -> None:
        """Write only what differs, and say what that was. Links to many rows are given as sets."""
        new = row.pk is None
        linked = {name for name in values if _field(row, name).many_to_many}
        different = [name for name in values if name not in linked and (new or getattr(row, name) != values[name])]
        for name in different:
            setattr(row, name, values[name])
        if different:
            row.save(update_fields=None if new else different)
        for name in linked:
            if set(getattr(row, name).all()) != values[name]:
                getattr(row, name).set(values[name])
                different.append(name)
        if new:
            self.report.added.append(_called(row))
        elif different:
            self.report.changed.append(f"{_called(row)}（{'、'.join(_field(row, n).verbose_name for n in different)}）")
        else:
            self.report.same += 1

    def put_away(self, row: PlanRow) -> None:
        """Delete a row the file no longer has, with what belongs to it; one that something refers to stays, withdrawn."""
        for part in _parts(row):
            self.put_away(part)
        if not _referred_to(row):
            if isinstance(row, Standard):
                row.indicators.all().delete()
            self.report.removed.append(_called(row))
            row.delete()
        elif row.withdrawn_on is None:
            row.withdrawn_on = self.on
            row.save(update_fields=["withdrawn_on"])
            self.report.withdrawn.append(_called(row))


def _due_in(phase: Phase, entry: Entry, done: dict[str, Any]) -> dict[str, Any]:
    """What is set to somebody is due when its phase ends, unless the file says otherwise."""
    if entry.values["target"] and entry.values["due_on"] is None:
        return {"due_on": phase.ends_on, "due_precision": phase.end_precision}
    return {}


def _parts(row: PlanRow) -> Iterable[PlanRow]:
    """Return the rows that came into the plan with this one."""
    match row:
        case StandardSet():
            return list(row.standards.all())
        case Carrier():
            return list(row.items.order_by(models.F("parent").desc(nulls_last=True)))
        case Phase():
            return list(row.tasks.all())
        case PhaseTask():
            return list(row.documents.all())
    return []


def _referred_to(row: PlanRow) -> bool:
    """Answer whether any row of any app points at this one; its own links to many others and the file's indicators do not count."""
    relations = [rel for rel in row._meta.get_fields(include_hidden=True) if isinstance(rel, models.ForeignObjectRel)]
    return any(
        indicators.by_hand(relation.related_model._base_manager.filter(**{relation.field.name: row})).exists()
        for relation in relations
        if relation.related_model._meta.auto_created is not type(row)
    )


def _field(row: models.Model, name: str) -> Any:
    return row._meta.get_field(name)


def _called(row: models.Model) -> str:
    return f"{row._meta.verbose_name}：{row}"
