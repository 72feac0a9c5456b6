"""The desk of those who decide: every nomination handed up in a round, with what stands in its way as far as it can be seen at a glance."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from awards.models import AwardCategory, AwardRound, Nomination, NoticeEntry, Objection, PublicNotice
from awards.queries.eligibility import bars_of, not_passed_over
from awards.queries.places import Places, places_of
from awards.states import PLACED, RUNNING, NominationState, NoticeState, Side, Stand
from branches.scope import Standing

STAND_TONES = {Stand.AGREES: "good", Stand.RESERVES: "wait", Stand.OPPOSES: "bad"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a side said last; nothing where it has not been asked."""

    side: Side
    stand: Stand | None

    @property
    def tone(self) -> str:
        """The colour of its stand."""
        return STAND_TONES[self.stand] if self.stand is not None else "neutral"


@dataclass(frozen=True, slots=True)
class Posted:
    """The notice a nomination stands in, and how many objections to it wait for an answer."""

    notice: PublicNotice
    unanswered: int


@dataclass
class Line:
    """A nomination on the desk."""

    nomination: Nomination
    heard: list[Heard]
    posted: Posted | None


@dataclass
class Shelf:
    """A category: its places (``whole`` None: no limit), how many are taken, and its nominations."""

    category: AwardCategory
    whole: Places | None
    taken: int
    lines: list[Line] = field(default_factory=list)
    ended: list[Nomination] = field(default_factory=list)

    @property
    def left(self) -> int | None:
        """Places nobody holds; None without a limit."""
        return None if self.whole is None else self.whole.number - self.taken

    @property
    def pending(self) -> int:
        """How many decisions wait to be announced."""
        return sum(bool(line.nomination.pending) for line in self.lines)


def desk_of(round_: AwardRound, standing: Standing, on: date) -> list[Shelf]:
    """Return the categories with the nominations the person decides about. A fixed number of queries, and one a category with a percentage."""
    taken = dict(
        Nomination.objects.filter(round=round_, state__in=PLACED)
        .order_by()
        .values_list("category")
        .annotate(number=Count("pk"))
    )
    shelves = {}
    for category in round_.categories.select_related("ballot").prefetch_related("quotas"):
        quota = next((one for one in category.quotas.all() if not one.each and one.organization_id is None), None)
        whole = places_of(quota, round_.organization, round_.announced_on or on) if quota is not None else None
        shelves[category.pk] = Shelf(category, whole, taken.get(category.pk, 0))
    rows = list(
        Nomination.objects.to_decide(standing, on)
        .filter(round=round_)
        .select_related("round__organization", "category", "nominator", "member", "organization")
        .prefetch_related("opinions", "overrides")
        .order_by("path", "member__sort_key", "organization__path", "pk")
    )
    posted = _posted([one for one in rows if one.state in (NominationState.IN_NOTICE, NominationState.OBJECTED)])
    for nomination in rows:
        shelf = shelves[nomination.category_id]
        if nomination.state in RUNNING or nomination.state == NominationState.COMMENDED:
            shelf.lines.append(Line(nomination, heard_of(nomination), posted.get(nomination.pk)))
        else:
            shelf.ended.append(nomination)
    return list(shelves.values())


def barred_on(shelf: Shelf, on: date) -> list[tuple[Line, str]]:
    """Return the nominations of a category that a rule bars now, with its sentence; as many queries a rule, however many they are."""
    found = bars_of(shelf.category, [line.nomination.nominee for line in shelf.lines], on=on)
    asked = [
        (line, not_passed_over(found[line.nomination.nominee.pk], {o.rule_id for o in line.nomination.overrides.all()}))
        for line in shelf.lines
    ]
    return [(line, left[0].sentence) for line, left in asked if left]


def heard_of(nomination: Nomination) -> list[Heard]:
    """Return what each side said last. No query where the opinions are at hand."""
    last = {opinion.side: Stand(opinion.stand) for opinion in nomination.opinions.all()}
    return [Heard(side, last.get(side)) for side in Side]


def _posted(nominations: list[Nomination]) -> dict[int, Posted]:
    """Return the notice that counts for each, as `queries.notices.notice_of` finds it for one. Three queries."""
    wanted = [one.pk for one in nominations]
    entries = (
        NoticeEntry.objects.filter(nomination__in=wanted)
        .exclude(notice__state__in=[NoticeState.DRAFT, NoticeState.REPLACED])
        .select_related("notice")
        .order_by("notice__posted_on", "notice")
    )
    notices = {entry.nomination_id: entry.notice for entry in entries}
    open_ = Objection.objects.all().unanswered()
    about = list(open_.filter(nomination__in=wanted).values_list("pk", "nomination"))
    about += open_.filter(nomination__isnull=True, notice__entries__nomination__in=wanted).values_list(
        "pk", "notice__entries__nomination"
    )
    unanswered = Counter(nomination for _, nomination in set(about))
    return {pk: Posted(notice, unanswered[pk]) for pk, notice in notices.items()}
