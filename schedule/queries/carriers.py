"""What was done for each carrier of the plan, content by content and semester by semester."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from schedule.models import ActivityFile, ActivityParticipant, ActivitySchool, Carrier, CarrierItem, Semester
from schedule.queries.activities import Content
from schedule.scope.activities import ActivityQuerySet
from schedule.states.activities import FileKind

UNNAMED = "没有注明具体内容"
EVER = 0  # instead of a semester's number: all of them together


@dataclass
class Figures:
    """What a number of activities amount to. ``participations`` count heads each time, ``members`` each person once, and each school is
    counted once."""

    activities: int = 0
    participations: int = 0
    served: int = 0
    photos: int = 0
    _members: set[int] = field(default_factory=set)
    _schools: set[str] = field(default_factory=set)

    @property
    def members(self) -> int:
        """How many different members took part."""
        return len(self._members)

    @property
    def schools(self) -> int:
        """How many different schools were served."""
        return len(self._schools)

    def add(self, members: Sequence[int], schools: Sequence[str], served: int | None, photos: int) -> None:
        """Count one more activity."""
        self.activities += 1
        self.participations += len(members)
        self.served += served or 0
        self.photos += photos
        self._members.update(members)
        self._schools.update(schools)


@dataclass(frozen=True, slots=True)
class Line:
    """A content of a carrier in the table: ``point`` for what is enumerated in one; a content's figures include those."""

    title: str
    figures: Figures
    item: CarrierItem | None = None
    point: bool = False


@dataclass(frozen=True, slots=True)
class CarrierTable:
    """A carrier: in the stretch asked for by content, and semester by semester."""

    carrier: Carrier
    total: Figures
    lines: tuple[Line, ...]
    terms: tuple[tuple[Semester, Figures], ...]


@dataclass(frozen=True)
class Statistics:
    """The figures of some activities by carrier, content and semester; ask with `of`."""

    contents: Sequence[Content]
    semesters: Sequence[Semester]
    _found: dict[tuple[int, int | None, int], Figures]

    def of(self, carrier: Carrier, item: int | None = None, semester: Semester | None = None) -> Figures:
        """Return the figures of a carrier or of one of its contents (0: none named), in a semester or altogether."""
        return self._found.get((carrier.pk, item, semester.pk if semester else EVER), Figures())

    def carriers(self) -> list[Carrier]:
        """Return the carriers in the plan's order."""
        return [content.carrier for content in self.contents if content.item is None]

    def lines(self, carrier: Carrier, semester: Semester | None = None) -> Iterator[Line]:
        """Yield the contents of a carrier in the plan's order, last what named none."""
        for content in self.contents:
            if content.item is not None and content.carrier.pk == carrier.pk:
                figures = self.of(carrier, content.item.pk, semester)
                yield Line(content.item.title, figures, content.item, content.item.parent_id is not None)
        if (unnamed := self.of(carrier, 0, semester)).activities:
            yield Line(UNNAMED, unnamed)

    def tables(self, semester: Semester | None = None) -> list[CarrierTable]:
        """Return a table for each carrier."""
        return [
            CarrierTable(
                carrier,
                self.of(carrier, semester=semester),
                tuple(self.lines(carrier, semester)),
                tuple((one, self.of(carrier, semester=one)) for one in self.semesters),
            )
            for carrier in self.carriers()
        ]


def statistics_of(
    activities: ActivityQuerySet, contents: Sequence[Content], semesters: Sequence[Semester]
) -> Statistics:
    """Count these activities. Four queries, however many there are."""
    numbers = activities.order_by().values("pk")
    members: dict[int, list[int]] = defaultdict(list)
    for activity, member in ActivityParticipant.objects.filter(activity__in=numbers).values_list("activity", "member"):
        members[activity].append(member)
    schools: dict[int, list[str]] = defaultdict(list)
    for activity, name in ActivitySchool.objects.filter(activity__in=numbers).values_list("activity", "name"):
        schools[activity].append(name)
    pictures = ActivityFile.objects.filter(entry__in=numbers, kind=FileKind.PHOTO).order_by().values("entry")
    photos = dict(pictures.annotate(count=Count("pk")).values_list("entry", "count"))
    found: dict[tuple[int, int | None, int], Figures] = defaultdict(Figures)
    rows = activities.order_by("pk").values_list("pk", "carrier", "item", "item__parent", "starts_on", "served")
    for pk, carrier, item, parent, day, served in rows:
        term = next((one.pk for one in semesters if one.starts_on <= day <= one.reporting_until), None)
        for place in {None, item or 0, *([parent] if parent else [])}:
            for stretch in (EVER, *([term] if term is not None else [])):
                found[carrier, place, stretch].add(members[pk], schools[pk], served, photos.get(pk, 0))
    return Statistics(contents, semesters, dict(found))
