"""What must hold between the rows of a plan. Rows that are already known to be broken are passed over."""

from collections.abc import Iterator
from itertools import pairwise

from schedule.plan_file.entries import Entry, Plan, Problem, twice
from schedule.plan_file.shape import Kind
from schedule.states.indicators import STANDARD_WEIGHT


def check(plan: Plan) -> list[Problem]:
    """Return everything that does not fit together."""
    return [
        *_campaign_order(plan),
        *_phases_inside(plan),
        *_phases_in_order(plan),
        *_tasks_due_in_time(plan),
        *_semesters_in_order(plan),
        *_semesters_touch_the_campaign(plan),
        *_milestones_inside(plan),
        *_keys_once_beyond_siblings(plan),
        *_references_known(plan),
        *_points_add_up(plan),
        *_bands_reach_down_to_nothing(plan),
    ]


def _campaign_order(plan: Plan) -> Iterator[Problem]:
    campaign = plan.campaign
    if _has(campaign, "starts_on", "ends_on") and campaign.values["starts_on"] > campaign.values["ends_on"]:
        yield Problem(
            campaign.line_of("ends"),
            f"活动的结束（{_day(campaign, 'ends_on')}）早于开始（{_day(campaign, 'starts_on')}）。",
        )


def _phases_inside(plan: Plan) -> Iterator[Problem]:
    if not _has(plan.campaign, "starts_on", "ends_on"):
        return
    begins, closes = plan.campaign.values["starts_on"], plan.campaign.values["ends_on"]
    for phase in plan.rows("phases"):
        if _has(phase, "starts_on") and not begins <= phase.values["starts_on"] <= closes:
            yield Problem(
                phase.line_of("starts"),
                f"阶段“{phase.name}”从 {_day(phase, 'starts_on')} 开始，不在活动期间（{begins} 至 {closes}）之内。",
            )
        if _has(phase, "ends_on") and not begins <= phase.values["ends_on"] <= closes:
            yield Problem(
                phase.line_of("ends"),
                f"阶段“{phase.name}”到 {_day(phase, 'ends_on')} 结束，不在活动期间（{begins} 至 {closes}）之内。",
            )


def _phases_in_order(plan: Plan) -> Iterator[Problem]:
    for phase in plan.rows("phases"):
        if _has(phase, "starts_on", "ends_on") and phase.values["starts_on"] > phase.values["ends_on"]:
            yield Problem(
                phase.line_of("ends"),
                f"阶段“{phase.name}”的结束（{_day(phase, 'ends_on')}）早于开始（{_day(phase, 'starts_on')}）。",
            )
    for before, phase in pairwise(plan.rows("phases")):
        if (
            _has(before, "starts_on")
            and _has(phase, "starts_on")
            and phase.values["starts_on"] < before.values["starts_on"]
        ):
            yield Problem(
                phase.line_of("starts"), f"阶段“{phase.name}”排在“{before.name}”后面，却比它先开始，请按时间先后排列。"
            )


def _tasks_due_in_time(plan: Plan) -> Iterator[Problem]:
    """What is set to somebody falls due while the phase or the campaign still runs; what is set to nobody has no day."""
    for phase in plan.rows("phases"):
        for task in phase.children.get("tasks", []):
            due = task.values.get("due_on")
            if due is None:
                continue
            if not task.values.get("target"):
                yield Problem(task.line_of("due"), f"阶段工作“{task.name}”写了完成时限，却没有写布置给谁，请加上 to。")
            if _has(phase, "starts_on") and due < phase.values["starts_on"]:
                yield Problem(
                    task.line_of("due"),
                    f"阶段工作“{task.name}”的完成时限（{due}）早于阶段开始（{_day(phase, 'starts_on')}）。",
                )
            if _has(plan.campaign, "ends_on") and due > plan.campaign.values["ends_on"]:
                yield Problem(
                    task.line_of("due"),
                    f"阶段工作“{task.name}”的完成时限（{due}）晚于活动结束（{_day(plan.campaign, 'ends_on')}）。",
                )


def _semesters_in_order(plan: Plan) -> Iterator[Problem]:
    for semester in plan.all_semesters():
        if _has(semester, "starts_on", "ends_on") and semester.values["starts_on"] > semester.values["ends_on"]:
            yield Problem(
                semester.line_of("ends_on"),
                f"学期“{semester.name}”的放假日期（{_day(semester, 'ends_on')}）早于开学日期（{_day(semester, 'starts_on')}）。",
            )
    for before, semester in pairwise(plan.all_semesters()):
        if not (_has(before, "starts_on", "ends_on") and _has(semester, "starts_on")):
            continue
        if semester.values["starts_on"] <= before.values["starts_on"]:
            yield Problem(
                semester.line_of("starts_on"),
                f"学期“{semester.name}”排在“{before.name}”后面，却没有比它晚开学，请按时间先后排列。",
            )
        elif semester.values["starts_on"] <= before.values["ends_on"]:
            yield Problem(
                semester.line_of("starts_on"),
                f"学期“{semester.name}”从 {_day(semester, 'starts_on')} 开始，与“{before.name}”（到 {_day(before, 'ends_on')}）重叠，学期不能重叠。",
            )


def _semesters_touch_the_campaign(plan: Plan) -> Iterator[Problem]:
    """A semester lasts until the next one starts; one wholly before or after the campaign has no use."""
    semesters = plan.all_semesters()
    if not _has(plan.campaign, "starts_on", "ends_on"):
        return
    begins, closes = plan.campaign.values["starts_on"], plan.campaign.values["ends_on"]
    for semester in semesters:
        if _has(semester, "starts_on") and semester.values["starts_on"] > closes:
            yield Problem(
                semester.line_of("starts_on"),
                f"学期“{semester.name}”在活动结束（{closes}）以后才开学。",
            )
    for semester, after in pairwise(semesters):
        if _has(after, "starts_on") and after.values["starts_on"] <= begins:
            yield Problem(
                semester.line_of("ends_on"),
                f"学期“{semester.name}”连同假期都在活动开始（{begins}）以前。",
            )
    if semesters and _has(semesters[0], "starts_on") and semesters[0].values["starts_on"] > begins:
        yield Problem(
            semesters[0].line_of("starts_on"),
            f"第一个学期“{semesters[0].name}”从 {_day(semesters[0], 'starts_on')} 开始，晚于活动开始（{begins}），中间的日子不属于任何学期。",
        )


def _milestones_inside(plan: Plan) -> Iterator[Problem]:
    if not _has(plan.campaign, "starts_on", "ends_on"):
        return
    begins, closes = plan.campaign.values["starts_on"], plan.campaign.values["ends_on"]
    for milestone in plan.rows("milestones"):
        if _has(milestone, "date") and not begins <= milestone.values["date"] <= closes:
            yield Problem(
                milestone.line_of("date"),
                f"节点“{milestone.name}”（{_day(milestone, 'date')}）不在活动期间（{begins} 至 {closes}）之内。",
            )


def _keys_once_beyond_siblings(plan: Plan) -> Iterator[Problem]:
    """Semesters are known by key in the whole campaign, a carrier's contents and their points in the carrier."""
    yield from _again(plan.all_semesters())
    for carrier in plan.rows("carriers"):
        items = carrier.children.get("items", [])
        yield from _again([*items, *(point for item in items for point in item.children.get("points", []))])


def _again(entries: list[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.key and entry.key in first:
            yield twice(entry, first[entry.key])
        first.setdefault(entry.key, entry)


def _references_known(plan: Plan) -> Iterator[Problem]:
    known = {"standards": plan.all_standards(), "theme_goals": plan.rows("theme_goals")}
    for carrier in plan.rows("carriers"):
        for field in carrier.table.fields:
            if field.kind not in (Kind.REFERENCE, Kind.REFERENCES):
                continue
            given = carrier.values.get(field.name) or []
            keys = {entry.key for entry in known[field.refers_to]}
            for key in [given] if isinstance(given, str) else given:
                if key not in keys:
                    yield Problem(
                        carrier.line_of(field.name),
                        f"载体“{carrier.name}”的{field.label}“{key}”不认识，只能是 {'、'.join(sorted(keys))}。",
                    )


def _points_add_up(plan: Plan) -> Iterator[Problem]:
    """The general indicators of a standard share its weight, when they have points at all."""
    given_weight = plan.scoring.values.get("weight") if plan.scoring is not None else None
    weight = given_weight or STANDARD_WEIGHT
    for standard in plan.all_standards():
        entries = standard.children.get("indicators", [])
        scored = [entry for entry in entries if entry.values.get("points")]
        total = sum(entry.values["points"] for entry in scored)
        if scored and total != weight and all(_has(entry, "points") for entry in entries):
            yield Problem(
                scored[0].line_of("points"),
                f"标准“{standard.name}”各项指标的分值加起来是 {total}，应该正好是 {weight}；要么都不写分值。",
            )


def _bands_reach_down_to_nothing(plan: Plan) -> Iterator[Problem]:
    bands = plan.scoring.children.get("bands", []) if plan.scoring is not None else []
    if not all(_has(band, "from", "label") for band in bands):
        return
    for before, band in pairwise(bands):
        if band.values["from"] >= before.values["from"]:
            yield Problem(
                band.line_of("from"),
                f"等次“{band.name}”的起点（{band.values['from']}）要低于前一个“{before.name}”（{before.values['from']}），请从高到低排列。",
            )
    if bands and bands[-1].values["from"] != 0:
        yield Problem(
            bands[-1].line_of("from"),
            f"最后一个等次“{bands[-1].name}”要从 0 开始，现在从 {bands[-1].values['from']} 开始，低分就没有等次了。",
        )


def _has(entry: Entry, *names: str) -> bool:
    return all(name in entry.values for name in names)


def _day(entry: Entry, name: str) -> str:
    return str(entry.values[name])
