"""Nominations, who may be nominated, and how far one has come. Each function says how many queries it costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import LogEntry
from awards.models import AwardCategory, AwardRound, Nomination, Override
from awards.queries.dossier import person_lines
from awards.queries.eligibility import Bar, bars_of
from awards.scope.nominations import NOMINATORS, NominationQuerySet
from awards.states import NOMINATION_FINALS, NominationState, NomineeKind
from branches.models import Member, Membership, Organization
from branches.scope import Standing, within
from branches.states import Kind
from schedule.models import Meeting

S = NominationState
# the way of a nomination as its page shows it; an objection stands in the notice
WAY = (S.DRAFT, S.RECOMMENDED, S.PRESELECTED, S.AUDITED, S.IN_NOTICE, S.DECIDED, S.COMMENDED)
# moves everybody who reads the papers may know of, and those whose words are theirs too
TOLD = frozenset(
    {"begin_nomination", "recommend", "recall", "return", "preselect", "audit", "post", "object", "clear", "decide"}
    | {"commend", "reject", "withdraw", "override"}
)
ENDED = NOMINATION_FINALS
WITH_WORDS = frozenset({"return", "reject", "withdraw", "override"})


def for_work(nominations: NominationQuerySet) -> NominationQuerySet:
    """Fetch with everything the rules ask for: one query."""
    return nominations.select_related(
        "round__organization", "category__round__organization", "nominator", "member__user", "organization", "author"
    )


def for_lists(nominations: NominationQuerySet) -> NominationQuerySet:
    """Fetch with what a line of a list says: one query."""
    return nominations.select_related("round", "category", "nominator", "member", "organization")


def with_papers(nominations: NominationQuerySet) -> NominationQuerySet:
    """Fetch with all its page shows: four queries."""
    overrides = Override.objects.select_related("by", "rule")
    return (
        for_work(nominations)
        .select_related("meeting")
        .prefetch_related("evidence", Prefetch("overrides", overrides), "opinions")
    )


def log_of(nomination: Nomination) -> list[LogEntry]:
    """Return all that was done to a nomination, the newest first. One query."""
    return list(LogEntry.objects.of(nomination).order_by("-pk"))


def told(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Return what may be known to those who do not decide: the moves, without the words of who judges. Nothing of what is not announced."""
    found = [entry for entry in entries if entry.verb in TOLD]
    for entry in found:
        entry.note = entry.note if entry.verb in WITH_WORDS else ""
    return found


def said_when_returned(nomination: Nomination, entries: Iterable[LogEntry]) -> LogEntry | None:
    """Return the words it was sent back with, where that was the last move; ``entries`` the newest first."""
    if nomination.state != S.DRAFT:
        return None
    last = next((entry for entry in entries if "state" in entry.changes), None)
    return last if last is not None and last.verb == "return" else None


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way: reached on a day, under way now, or still to come; ``end`` says how it ended before its time."""

    label: str
    on: date | None
    is_now: bool = False
    end: bool = False


def way_of(nomination: Nomination, entries: Iterable[LogEntry]) -> list[Step]:
    """Return the steps of a nomination with the day of each; ``entries`` the newest first."""
    reached: dict[str, date] = {}
    for entry in reversed(list(entries)):
        if entry.verb == "begin_nomination":
            reached[S.DRAFT] = entry.on
        if "state" in entry.changes and entry.verb != "clear":  # back in the notice: it has hung all the time
            reached[str(entry.changes["state"][1])] = entry.on
    state = S(nomination.state)
    if state in (S.REJECTED, S.WITHDRAWN):
        passed = [Step(one.label, reached[one]) for one in WAY if one in reached]
        return [*passed, Step(state.label, reached.get(state), is_now=True, end=True)]
    place = WAY.index(S.IN_NOTICE if state == S.OBJECTED else state)
    return [
        Step(
            state.label if number == place else one.label,
            reached.get(state if number == place else one) if number <= place else None,
            is_now=number == place,
        )
        for number, one in enumerate(WAY)
    ]


def person_of(nomination: Nomination, on: date) -> Mapping[str, str]:
    """Return the person block by label: as it was frozen, or of a draft as it is now. Three queries at most."""
    sections = nomination.dossier.get("sections", [])
    frozen = next((one["lines"] for one in sections if one["key"] == "person"), None)
    if frozen is not None:
        return {line["label"]: line["text"] for line in frozen}
    return {line.label: line.text for line in person_lines(nomination.nominee, on)}


# ---- whom one may nominate ----


def nominators_in(round_: AwardRound, standing: Standing, on: date) -> list[Organization]:
    """Return the organisations of the round's tree in whose name the person recommends. One query."""
    seats = [seat.organization_id for seat in standing.seats if seat.post in NOMINATORS]
    places = Organization.objects.filter(within("path", [round_.path]), pk__in=seats).existing(on)
    return list(places.exclude(kind=Kind.GROUP).order_by("path"))


def categories_taking(standing: Standing, on: date) -> list[AwardCategory]:
    """Return the categories of the rounds that take nominations and in whose tree the person recommends, round by round. One query."""
    paths = [seat.path for seat in standing.seats if seat.post in NOMINATORS]
    rounds = AwardRound.objects.visible_to(standing, on).taking(on)
    rows = AwardCategory.objects.filter(round__in=rounds.values("pk")).select_related("round__organization")
    found = rows.order_by("round__nominate_by", "round", "place", "pk")
    return [one for one in found if any(path.startswith(one.round.path) for path in paths)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be nominated: where he belongs, the nomination he has in this category already, and the rules that bar him."""

    nominee: Member | Organization
    place: Organization
    taken: Nomination | None
    bars: Sequence[Bar]

    @property
    def key(self) -> str:
        """How forms call it: m12 or o3."""
        return key_of(self.nominee)

    @property
    def is_open(self) -> bool:
        """A nomination may be begun: nothing bars him but rules that may be passed over with a reason."""
        return self.taken is None and all(bar.rule.may_override for bar in self.bars)


def key_of(nominee: Member | Organization) -> str:
    """Return how forms call a nominee."""
    return f"{'m' if isinstance(nominee, Member) else 'o'}{nominee.pk}"


def candidate_rows(category: AwardCategory, nominator: Organization, on: date, text: str = "") -> "QuerySet[Any]":
    """Return memberships or organisations from which the nominator may choose, in the tree's order, narrowed to a name."""
    if category.nominee_kind == NomineeKind.MEMBER:
        rows = Membership.objects.within(nominator.path).current(on).select_related("member", "organization")
        if text:
            rows = rows.filter(Q(member__name__icontains=text) | Q(member__search_key__icontains=text))
        members: QuerySet[Any] = rows.order_by("path", "member__sort_key", "member_id")
        return members
    places = Organization.objects.within(nominator.path).existing(on).exclude(kind=Kind.GROUP)
    places = places.exclude(pk=category.round.organization_id)
    return places.filter(name__icontains=text).order_by("path") if text else places.order_by("path")


def candidates_of(category: AwardCategory, rows: Iterable[Any], on: date) -> list[Candidate]:
    """Return these rows as candidates, each with what bars him. One query, and those of the rules, however many rows."""
    pairs = [(row.member, row.organization) if isinstance(row, Membership) else (row, row) for row in rows]
    standing = Nomination.objects.filter(category=category).exclude(state__in=[S.REJECTED, S.WITHDRAWN])
    about = Q(member__in=[one.pk for one, _ in pairs if isinstance(one, Member)])
    about |= Q(organization__in=[one.pk for one, _ in pairs if isinstance(one, Organization)])
    taken = {key_of(one.nominee): one for one in for_lists(standing.filter(about))}
    barred = bars_of(category, [nominee for nominee, _ in pairs], on=on)
    return [Candidate(nominee, place, taken.get(key_of(nominee)), barred[nominee.pk]) for nominee, place in pairs]


def nominee_named(category: AwardCategory, nominator: Organization, key: str, on: date) -> Member | Organization | None:
    """Return the candidate a form names, of those the nominator may choose from. One query."""
    kind, digits = key[:1], key[1:]
    if kind not in ("m", "o") or not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        return None
    if (kind == "m") != (category.nominee_kind == NomineeKind.MEMBER):
        return None
    rows = candidate_rows(category, nominator, on)
    if kind == "m":
        found = rows.filter(member=int(digits)).first()
        return found.member if found is not None else None
    place: Organization | None = rows.filter(pk=int(digits)).first()
    return place


def meetings_for(nomination: Nomination, standing: Standing, on: date) -> "QuerySet[Meeting]":
    """Return the nominator's meetings since the announcement that the person may read about, the newest first, and the one named already."""
    known = Meeting.objects.visible_to(standing, on)
    here = Q(organization=nomination.nominator_id, held_on__gte=nomination.round.announced_on or on, held_on__lte=on)
    if nomination.meeting_id is not None:
        here |= Q(pk=nomination.meeting_id)
    found: QuerySet[Meeting] = known.filter(here).order_by("-held_on", "-pk")
    return found
