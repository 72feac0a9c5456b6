"""Award rounds: which ones, how far, and who has recommended nobody yet. Each function says how many queries it costs."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Case, Count, IntegerField, When

from accounts.models import LogEntry, User
from awards.models import AwardCategory, AwardRound, EligibilityRule, Nomination
from awards.parts import USUAL_TITLES
from awards.queries.eligibility import TAKES
from awards.queries.notices import last_day
from awards.scope.rounds import DECIDERS, AwardRoundQuerySet, run_at
from awards.states import NominationState, RoundState
from branches.models import Member, Organization
from branches.queries import holding, posts_at
from branches.scope import Standing, Viewer, standing_of, within
from branches.states import LEADERS, Kind, Post

Person = Member | User
# handed up, and neither passed in the end nor failed
UNDECIDED = (
    NominationState.RECOMMENDED,
    NominationState.PRESELECTED,
    NominationState.AUDITED,
    NominationState.IN_NOTICE,
    NominationState.OBJECTED,
)
NOT_HANDED_UP = (NominationState.DRAFT, NominationState.WITHDRAWN)


# ---- lists ----


def rounds_for(viewer: Viewer, on: date) -> AwardRoundQuerySet:
    """The rounds the person knows, those he runs first, then the latest commendation; with their unit and the number of categories."""
    standing = standing_of(viewer, on)
    mine = Case(When(organization_id__in=run_at(standing), then=0), default=1, output_field=IntegerField())
    rounds: AwardRoundQuerySet = AwardRound.objects.visible_to(standing, on)
    return (
        rounds.select_related("organization")
        .annotate(kinds=Count("categories"))
        .order_by(mine, "-commend_on", "path", "-pk")
    )


def units_run_by(standing: Standing) -> list[Organization]:
    """Return the organisations whose rounds the person sets up, the highest first. One query."""
    units = Organization.objects.filter(pk__in=run_at(standing)).existing(standing.on).exclude(kind=Kind.GROUP)
    return list(units.order_by("path"))


def to_copy(standing: Standing) -> list[AwardRound]:
    """Return the rounds a new one may begin as a copy of, the latest first: those the person sets up, void ones left out. One query."""
    rounds = AwardRound.objects.run_by(standing, standing.on).exclude(state=RoundState.VOID)
    return list(rounds.select_related("organization").order_by("-commend_on", "-pk"))


def stage(round_: AwardRound, on: date) -> str:
    """Say where a round stands on a day."""
    if round_.state != RoundState.ANNOUNCED:
        return round_.get_state_display()
    if on <= round_.nominate_by:
        return "正在推荐"
    return "审议中" if on < round_.commend_on else "等待表彰"


# ---- one round ----


def categories_of(round_: AwardRound) -> list[AwardCategory]:
    """Return the categories in their order, with quotas and rules. Four queries."""
    return list(round_.categories.prefetch_related("quotas", "rules__other").order_by("place", "pk"))


def lacking(category: AwardCategory) -> EligibilityRule | None:
    """Return a rule that needs a number or a day and has none."""
    for rule in category.rules.all():
        takes = TAKES[rule.kind]
        if (takes.unit and rule.number is None) or (takes.day and rule.day is None):
            return rule
    return None


def notice_ends_on(round_: AwardRound) -> date:
    """Return the last day of a notice posted the day after nominations end. One query."""
    return last_day(round_.nominate_by + timedelta(days=1), round_.notice_workdays)


def days_of(round_: AwardRound, on: date) -> list[tuple[str, date | None, str, str]]:
    """Return the days of a round: label, day, what is done, and "past", "next" or nothing. None: no day is set beforehand."""
    announced = round_.announced_on is not None
    rows: list[tuple[str, date | None, str, bool]] = [
        ("布置评选", round_.announced_on, "类别、名额和条件定下来，各支部开始民主推荐。", announced),
        ("推荐截止", round_.nominate_by, "这一天是最后一天，当天仍可上报。", on > round_.nominate_by),
        ("审定截止", round_.decide_by,
         f"初评、审核以后公示 {round_.notice_workdays} 个工作日，公示期满、异议都答复了再审定。", on > round_.decide_by),
        ("表彰", round_.commended_on or round_.commend_on, "公布表彰决定，颁发证书，列入光荣榜。",
         round_.state == RoundState.COMMENDED),
    ]  # fmt: skip
    if round_.state == RoundState.VOID:
        return [(label, day, text, "") for label, day, text, _ in rows]
    coming = next((place for place, row in enumerate(rows) if not row[3] or not announced), len(rows))
    return [
        (label, day, text, "past" if place < coming else "next" if place == coming else "")
        for place, (label, day, text, _) in enumerate(rows)
    ]


def history_of(round_: AwardRound) -> list[LogEntry]:
    """Return who did what to the round. One query."""
    return list(LogEntry.objects.filter(target_type=round_._meta.label_lower, target_id=str(round_.pk)))


def counts_of(round_: AwardRound, viewer: Viewer, on: date) -> list[tuple[NominationState, int]]:
    """Return how many nominations stand in each state, of those the person decides about or else may read; his own never. One query."""
    standing = standing_of(viewer, on)
    if standing.holds_at(DECIDERS, round_.organization_id):
        rows = Nomination.objects.to_decide(standing, on)
    else:
        rows = Nomination.objects.filter(within("path", standing.reading_paths()))
    found = dict(rows.filter(round=round_).order_by().values_list("state").annotate(Count("pk")))
    return [(state, found[state]) for state in NominationState if found.get(state)]


def recommending(round_: AwardRound, on: date) -> list[Organization]:
    """Return the organisations of the round's tree that recommend, groups left out, the unit itself first. One query."""
    return list(Organization.objects.within(round_.path).existing(on).exclude(kind=Kind.GROUP).order_by("path"))


def places_to_nominate(round_: AwardRound, standing: Standing) -> list[int]:
    """Return the organisations of the round's tree in whose name the person may recommend. No query."""
    return [
        seat.organization_id for seat in standing.seats if seat.post in WRITERS and seat.path.startswith(round_.path)
    ]


WRITERS = LEADERS | {Post.ORGANIZATION_COMMISSIONER, Post.OFFICE_STAFF}


# ---- keys of categories ----


def keys_of(organization: Organization) -> dict[str, str]:
    """Return the keys categories of the unit can have, with a title: the usual ones, and its own of earlier rounds, the latest title. One query."""
    rows = AwardCategory.objects.filter(round__organization=organization).order_by("pk").values_list("key", "title")
    own = {key: title for key, title in rows if key not in USUAL_TITLES}
    return USUAL_TITLES | own


# ---- who is to be told ----


def secretaries(rounds: Sequence[AwardRound], on: date) -> dict[int, dict[int, list[Person]]]:
    """Return for each round who speaks for each organisation of its tree: the secretary, where there is none the deputies. Two queries."""
    if not rounds:
        return {}
    places = list(Organization.objects.within(*{one.path for one in rounds}).existing(on).exclude(kind=Kind.GROUP))
    posts = posts_at({place.pk for place in places}, on)
    spoken = {
        place.pk: holding(posts, place.pk, {Post.SECRETARY}) or holding(posts, place.pk, LEADERS) for place in places
    }
    return {
        one.pk: {place.pk: spoken[place.pk] for place in places if place.path.startswith(one.path)} for one in rounds
    }


def silent(rounds: Sequence[AwardRound], on: date) -> dict[int, list[Person]]:
    """Return for each round the secretaries of the branches that have handed up nobody. Three queries."""
    told = secretaries(rounds, on)
    branches = {place for places in told.values() for place in places}
    kinds = set(Organization.objects.filter(pk__in=branches, kind=Kind.BRANCH).values_list("pk", flat=True))
    spoken = defaultdict(set)
    handed_up = Nomination.objects.filter(round__in=[one.pk for one in rounds]).exclude(state__in=NOT_HANDED_UP)
    for number, nominator in handed_up.order_by().values_list("round", "nominator").distinct():
        spoken[number].add(nominator)
    return {
        number: list(
            dict.fromkeys(
                person
                for place, persons in places.items()
                if place in kinds and place not in spoken[number]
                for person in persons
            )
        )
        for number, places in told.items()
    }


def deciders(rounds: Sequence[AwardRound], on: date) -> dict[int, list[Person]]:
    """Return who sits in judgement in each round. One query."""
    posts = posts_at({one.organization_id for one in rounds}, on)
    return {one.pk: holding(posts, one.organization_id, DECIDERS) for one in rounds}
