"""活动 as a table that goes round: an activity a row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from branches.models import Organization
from branches.scope import Viewer
from chuangxian.sheets import Column
from chuangxian.verdicts import Verdict
from schedule.actions import activities as actions
from schedule.models import Activity, ActivityParticipant, ActivitySchool, Standard
from schedule.models.plan import LINE_MAX
from schedule.queries import activities as queries
from schedule.queries.activities import Content, candidates_for, contents_of, standards_of_plan
from schedule.rules import activities as rules
from schedule.states.activities import Role
from schedule.tables.places import parts, place_of, places_of, titled
from schedule.trips import BadCells, Entry, Table, Work

TEXT = ("title", "place", "text", "result")
PLAIN = (*TEXT, "starts_on", "ends_on", "hours", "served", "is_public")
PERSON = re.compile(r"(.+?)(?:[（(](.+)[)）])?")
SCHOOL_MAX = 60


@dataclass(frozen=True)
class Known:
    """What is looked up once: contents by carrier and title ("" for the carrier as a whole), standards by title."""

    places: Mapping[str, Organization]
    contents: Mapping[tuple[str, str], Content]
    standards: Mapping[str, Standard]


class ActivityTable(Table):
    """Activities of an organisation and all below it."""

    key = "activities"
    title = "活动"
    records = (Activity, ActivityParticipant, ActivitySchool, Activity.standards.through)
    drop_label = "撤回"
    fields = {"took_part": "people"}
    columns: Sequence[Column[Any]] = [
        Column("党组织", key="organization", required=True, max_length=80, width=18, wrap=True),
        Column("活动载体", key="carrier", required=True, max_length=200, width=20, wrap=True),
        Column("具体内容", key="item", max_length=200, width=14, wrap=True),
        Column("活动名称", key="title", required=True, max_length=LINE_MAX, width=28, wrap=True),
        Column("开始日期", key="starts_on", kind="date", required=True),
        Column("结束日期", key="ends_on", kind="date", help="只有一天就不用填"),
        Column("地点", key="place", max_length=80, width=14),
        Column(
            "参加党员", key="people", max_length=8000, width=30, wrap=True,
            help="姓名之间用“；”隔开；不只是参加的，写在括号里，如 张三（组织者）；李四（评委、评课）",
        ),
        Column("服务学校", key="schools", max_length=4000, width=20, wrap=True, printed=False, help="几所之间用“；”隔开"),
        Column("服务人次", key="served", kind="integer", width=9),
        Column("计入学时", key="hours", kind="decimal", width=9),
        Column("支撑的标准", key="standards", max_length=4000, width=20, wrap=True, printed=False, help="几条之间用“；”隔开；新增时留空，按载体取"),
        Column("活动内容", key="text", max_length=3000, width=36, wrap=True, printed=False),
        Column("活动成效", key="result", max_length=2000, width=24, wrap=True, printed=False),
        Column("对外公开", key="is_public", kind="choice", choices=[(True, "是"), (False, "否")], width=9, printed=False),
        Column("撤回日期", key="withdrawn_on", kind="date", printed=False),
    ]  # fmt: skip

    def may(self, organization: Organization, by: Viewer, on: date) -> Verdict:
        """Those who keep the organisation's records."""
        return rules.may_record(organization, by, on)

    def stored(self, organization: Organization, by: Viewer, on: date) -> list[Activity]:
        """Return its activities and those of all below it. Five queries."""
        activities = Activity.objects.within(organization.path)
        return list(queries.with_everything(activities).order_by("path", "organization_id", "starts_on", "pk"))

    def cells(self, row: Activity) -> dict[str, Any]:
        """Return an activity's cells."""
        return {
            **{name: getattr(row, name) for name in (*PLAIN, "withdrawn_on")},
            "organization": row.organization.name,
            "carrier": row.carrier.title,
            "item": row.item.title if row.item else "",
            "people": "；".join(_person(one) for one in row.participants.all()),
            "schools": "；".join(one.name for one in row.schools.all()),
            "standards": "；".join(sorted(one.title for one in row.standards.all())),
        }

    def name(self, row: Activity) -> str:
        """Return the organisation, the day and the title."""
        return f"{row.organization.name} {row.starts_on:%Y-%m-%d} {row.title}"

    def choices(self, organization: Organization, on: date) -> dict[str, list[str]]:
        """Offer organisations, carriers and their contents."""
        known = self.known(organization, on)
        carriers = list(dict.fromkeys(carrier for carrier, _ in known.contents))
        items = list(dict.fromkeys(item for _, item in known.contents if item))
        return {"organization": list(known.places), "carrier": carriers, "item": items}

    def known(self, organization: Organization, on: date) -> Known:
        """Look up organisations, contents and standards; a title that fits two is left out."""
        contents: dict[tuple[str, str], list[Content]] = {}
        for content in contents_of(on):
            title = content.item.title if content.item else ""
            contents.setdefault((content.carrier.title, title), []).append(content)
        standards: dict[str, list[Standard]] = {}
        for standard in standards_of_plan(on):
            standards.setdefault(standard.title, []).append(standard)
        return Known(
            places_of(organization),
            {key: found[0] for key, found in contents.items() if len(found) == 1},
            {title: found[0] for title, found in standards.items() if len(found) == 1},
        )

    def around(self, unit: Sequence[Entry], work: Work) -> Iterable[models.Model]:
        """Return the activity with its people, schools and standards; of a new row, those like it."""
        row, stored = unit[0].row, unit[0].stored
        if stored is not None:
            return _rows(Activity.objects.filter(pk=stored.pk))
        alike = {"organization__name": row["organization"], "title": row["title"], "starts_on": row["starts_on"]}
        return _rows(Activity.objects.filter(**alike))

    def apply(self, unit: Sequence[Entry], work: Work) -> None:
        """Write the activity down, or correct it."""
        entry = unit[0]
        if entry.changed & {"withdrawn_on", "organization"}:
            refused = {"withdrawn_on": "撤回请到活动页面办理", "organization": "不能把活动改到别的党组织"}
            raise BadCells(*((name, said) for name, said in refused.items() if name in entry.changed))
        if entry.stored is None:
            self._record(entry, work)
        else:
            self._correct(entry, entry.stored, work)

    def _record(self, entry: Entry, work: Work) -> None:
        row = entry.row
        if row["withdrawn_on"] is not None:
            raise BadCells(("withdrawn_on", "新增的活动没有撤回日期"))
        place = place_of(row, work.known.places)
        actions.record_activity(
            organization=place,
            entry=actions.Entry(
                content=self._content(entry, work),
                fields=_fields(row, PLAIN),
                participants=_people(row, place, work, known=()),
                schools=_schools(row),
                standards=titled(row, "standards", work.known.standards, "标准"),
            ),
            by=work.by,
            on=work.on,
        )

    def _correct(self, entry: Entry, activity: Activity, work: Work) -> None:
        row, changed = entry.row, entry.changed
        people = {one.member_id: str(one.role) for one in activity.participants.all()}
        if "people" in changed:
            people = _people(row, activity.organization, work, known=list(people))
        schools = _schools(row) if "schools" in changed else [one.name for one in activity.schools.all()]
        standards = (
            titled(row, "standards", work.known.standards, "标准")
            if "standards" in changed
            else list(activity.standards.all())
        )
        content = Content(activity.carrier, activity.item)
        actions.change_activity(
            activity=activity,
            entry=actions.Entry(
                content=self._content(entry, work) if changed & {"carrier", "item"} else content,
                fields=_fields(row, [name for name in PLAIN if name in changed]),
                participants=people,
                schools=schools,
                standards=standards,
            ),
            version=activity.version,
            by=work.by,
            on=work.on,
        )

    def _content(self, entry: Entry, work: Work) -> Content:
        row = entry.row
        contents: Mapping[tuple[str, str], Content] = work.known.contents
        if (row["carrier"], "") not in contents:
            raise BadCells(("carrier", f"方案里没有叫“{row['carrier']}”的活动载体"))
        found = contents.get((row["carrier"], row["item"] or ""))
        if found is None:
            raise BadCells(("item", f"“{row['carrier']}”下面没有叫“{row['item']}”的内容，或者不止一项"))
        return found

    def may_be_missing(self, row: Activity) -> bool:
        """What was taken back is not missed."""
        return row.withdrawn_on is None

    def around_drop(self, row: Activity, work: Work) -> Iterable[models.Model]:
        """Return the activity."""
        return _rows(Activity.objects.filter(pk=row.pk))

    def drop(self, row: Activity, work: Work) -> None:
        """Take the record back."""
        activity = Activity.objects.select_related("organization").get(pk=row.pk)
        actions.withdraw_activity(
            activity=activity, reason="导入的活动表里没有这一条", version=activity.version, by=work.by, on=work.on
        )


def _person(one: ActivityParticipant) -> str:
    return one.member.name if one.role == Role.PARTICIPANT else f"{one.member.name}（{one.get_role_display()}）"


def _rows(activities: "models.QuerySet[Activity]") -> list[models.Model]:
    numbers = list(activities.values_list("pk", flat=True))
    return [
        *Activity.objects.filter(pk__in=numbers),
        *ActivityParticipant.objects.filter(activity__in=numbers),
        *ActivitySchool.objects.filter(activity__in=numbers),
        *Activity.standards.through.objects.filter(activity__in=numbers),
    ]


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    nothing: dict[str, Any] = {**dict.fromkeys(TEXT, ""), "hours": Decimal(0), "is_public": False}
    return {name: nothing.get(name) if row[name] is None else row[name] for name in names}


def _schools(row: Any) -> list[str]:
    names = parts(row["schools"])
    if long := [name for name in names if len(name) > SCHOOL_MAX]:
        raise BadCells(("schools", f"“{long[0][:20]}…”太长，学校名称最多 {SCHOOL_MAX} 个字，几所之间用“；”隔开"))
    return names


def _people(row: Any, place: Organization, work: Work, known: Sequence[int]) -> dict[int, str]:
    """Return who took part, by number, with his role."""
    days = [day for day in (row["starts_on"], row["ends_on"], work.on) if day is not None]
    by_name: dict[str, list[int]] = {}
    for one in candidates_for(place, days, but=known):
        by_name.setdefault(one.member.name, []).append(one.member.pk)
    roles = {role.label: role.value for role in Role}
    found: dict[int, str] = {}
    for written in parts(row["people"]):
        match = PERSON.fullmatch(written)
        name, role = (match[1].strip(), match[2]) if match else (written, None)
        if role is not None and role not in roles:
            raise BadCells(("people", f"“{role}”不是参加方式，可以写：{'、'.join(f'（{label}）' for label in roles)}"))
        people = by_name.get(name, [])
        if len(people) != 1:
            said = f"有 {len(people)} 名叫“{name}”的党员，无法判断是哪一位" if people else f"没有叫“{name}”的党员"
            raise BadCells(("people", f"{place.name}{said}；姓名之间用“；”隔开"))
        found[people[0]] = roles[role] if role is not None else Role.PARTICIPANT.value
    return found


ACTIVITIES = ActivityTable()
