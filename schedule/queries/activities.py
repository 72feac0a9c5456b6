"""Activities: where they stand in the plan, who may have taken part, and what they prove. Each function says how many queries it costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import LogEntry
from branches.models import Member, Membership, Organization
from branches.scope import within
from schedule.models import (
    Activity,
    ActivityFile,
    ActivityParticipant,
    ActivitySchool,
    Carrier,
    CarrierItem,
    Standard,
)
from schedule.queries.plan import current_campaign
from schedule.scope.activities import ActivityQuerySet
from schedule.states.activities import FileKind
from schedule.states.plan import Target

SCHOOLS_MOST = 60


def for_lists(activities: ActivityQuerySet) -> ActivityQuerySet:
    """Fetch with what a line of a list says, how many took part and how many photos there are among it: one query."""
    people = ActivityParticipant.objects.filter(activity=OuterRef("pk")).order_by()
    photos = ActivityFile.objects.filter(entry=OuterRef("pk"), kind=FileKind.PHOTO).order_by()
    return activities.select_related("organization", "carrier", "item").annotate(
        people=_counted(people, "activity"), photos=_counted(photos, "entry")
    )


def _counted(rows: "QuerySet[ActivityParticipant] | QuerySet[ActivityFile]", by: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(by).annotate(count=Count("pk")).values("count")), 0)


def with_everything(activities: ActivityQuerySet) -> ActivityQuerySet:
    """Fetch with all that its page shows: five queries."""
    return activities.select_related("organization", "carrier", "item__parent", "meeting", "by").prefetch_related(
        Prefetch("participants", ActivityParticipant.objects.select_related("member")),
        "schools",
        "evidence",
        Prefetch("standards", Standard.objects.select_related("set")),
    )


def history_of(activity: Activity) -> list[LogEntry]:
    """Return who did what to an activity, newest first. One query."""
    return list(LogEntry.objects.of(activity).order_by("-pk"))


# ---- where it stands in the plan ----


@dataclass(frozen=True, slots=True)
class Content:
    """A carrier, one of its contents, or one of the things enumerated there: ``c3`` and ``i12`` in addresses and forms."""

    carrier: Carrier
    item: CarrierItem | None = None

    @property
    def key(self) -> str:
        """How forms and addresses call it."""
        return f"i{self.item.pk}" if self.item is not None else f"c{self.carrier.pk}"

    @property
    def label(self) -> str:
        """How it stands in a list under its carrier."""
        if self.item is None:
            return "不分具体内容"
        return f"　· {self.item.title}" if self.item.parent_id is not None else self.item.title


def key_of(activity: Activity) -> str:
    """Return the content of an activity as forms call it."""
    return f"i{activity.item_id}" if activity.item_id is not None else f"c{activity.carrier_id}"


def contents_of(on: date) -> list[Content]:
    """Return what the plan of that day offers, carrier by carrier, each content before what is enumerated in it. Three queries."""
    campaign = current_campaign(on)
    carriers = list(Carrier.objects.in_plan().filter(campaign=campaign))
    below: dict[int, list[CarrierItem]] = defaultdict(list)
    points: dict[int, list[CarrierItem]] = defaultdict(list)
    for item in CarrierItem.objects.in_plan().filter(carrier__campaign=campaign):
        (points[item.parent_id] if item.parent_id is not None else below[item.carrier_id]).append(item)
    found = []
    for carrier in carriers:
        found.append(Content(carrier))
        for item in below[carrier.pk]:
            found += [Content(carrier, one) for one in (item, *points[item.pk])]
    return found


def grouped(contents: Iterable[Content]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the contents as the choices of a field, a group for each carrier."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for content in contents:
        groups.setdefault(content.carrier.title, []).append((content.key, content.label))
    return list(groups.items())


def standing_at(activities: ActivityQuerySet, content: Content) -> ActivityQuerySet:
    """Narrow to a carrier, or to a content with what is enumerated in it."""
    if content.item is None:
        return activities.filter(carrier=content.carrier)
    return activities.filter(Q(item=content.item) | Q(item__parent=content.item))


def supported_by_default(contents: Iterable[Content]) -> dict[int, list[int]]:
    """Return the standards each carrier supports, by the plan's classification. One query."""
    carriers = {content.carrier.pk for content in contents}
    pairs = Standard.objects.in_plan().filter(carriers__in=carriers).values_list("carriers", "pk")
    found: dict[int, list[int]] = defaultdict(list)
    for carrier, standard in pairs:
        found[carrier].append(standard)
    return found


def standards_of_plan(on: date) -> "QuerySet[Standard]":
    """Return all standards of the campaign, those of organisations and those of members."""
    found: QuerySet[Standard] = Standard.objects.in_plan().filter(set__campaign=current_campaign(on))
    return found.select_related("set")


# ---- who took part ----


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who may have taken part, and where he belongs."""

    member: Member
    place: str


def candidates_for(place: Organization, days: Iterable[date], but: Iterable[int] = ()) -> list[Candidate]:
    """Return who belonged below the organisation on one of these days, and these ``but`` anyway, each once. Two queries at most."""
    now: Q = Q()
    for day in days:
        now |= Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    rows = Membership.objects.filter(within("path", [place.path])).filter(now)
    rows = rows.select_related("member", "organization").order_by("path", "member__sort_key", "starts_on", "pk")
    found = {row.member_id: Candidate(row.member, row.organization.name) for row in rows}
    if missing := set(but) - found.keys():
        gone = Member.objects.filter(pk__in=missing)
        found |= {member.pk: Candidate(member, "已调出") for member in gone}
    return list(found.values())


def schools_known(place: Organization, on: date) -> list[str]:
    """Return the names of schools people of the unit have written before, the latest first. One query."""
    rows = ActivitySchool.objects.filter(within("activity__path", [place.unit_path or place.path]))
    rows = rows.filter(activity__withdrawn_on__isnull=True, activity__starts_on__lte=on)
    names = rows.values("name").annotate(last=Max("activity__starts_on")).order_by("-last", "name")
    return [row["name"] for row in names[:SCHOOLS_MOST]]


# ---- what it proves ----


def evidence_for(
    *, organization: Organization | None = None, member: Member | None = None, first: date, last: date
) -> Mapping[str, list[Activity]]:
    """Return the activities of those days by the key of each standard they support: a member's are those he took part in and his
    standards the members'; an organisation's those held in it and below, and its standards the organisations'. Two queries.

    Raises ValueError unless exactly one of the two is given.
    """
    if (organization is None) == (member is None):
        raise ValueError("either an organisation or a member")
    activities = Activity.objects.kept().between(first, last)
    if member is not None:
        activities, target = activities.taken_part_in(member.pk), Target.MEMBER
    else:
        assert organization is not None
        activities, target = activities.within(organization.path), Target.ORGANIZATION
    wanted = Standard.objects.filter(set__target=target)
    rows = activities.filter(standards__in=wanted).distinct().order_by("starts_on", "pk")
    found: dict[str, list[Activity]] = defaultdict(list)
    for activity in rows.prefetch_related(Prefetch("standards", wanted)):
        # two versions of a set have the same key
        for key in dict.fromkeys(standard.key for standard in activity.standards.all()):
            found[key].append(activity)
    return dict(found)
