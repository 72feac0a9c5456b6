"""Evaluation rounds: which ones, of whom, how far. Each function says how many queries it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, When

from accounts.models import LogEntry
from branches.models import Member, Membership, Organization
from branches.queries import roster
from branches.scope import Standing, Viewer, standing_of
from branches.states import Kind
from reviews.models import (
    Code,
    EvaluationRound,
    EvaluationSubject,
    EvaluationTemplate,
    GradeScale,
    RaterCategory,
)
from reviews.scope.evaluations import BALLOTING, RUNNERS, EvaluationQuerySet
from reviews.states import EvaluationState, SubjectKind
from schedule.models import Campaign, Semester, Standard
from schedule.queries.plan import semesters_of, standards_of

# what is asked and what follows from it
AGREED = (
    "invitation",
    "least_group",
    "rectify_below",
    "rectify_days",
    "make_up",
    "publicity",
    "with_remarks",
)
# what an editor sets, in the order of the form
FIELDS = ("name", "semester_id", "year", "opens_on", "closes_on", *AGREED)
# what a round that repeats another takes over
REPEATED = ("semester", "year", "kind", "subject_kind", *AGREED)


def standards_by_key(subject_kind: str, on: date) -> dict[str, Standard]:
    """Return the plan's standards for organisations or members, by key. Three queries."""
    return {standard.key: standard for standard in standards_of(subject_kind, on)}


def homes_of(members: Sequence[Member], round_: EvaluationRound, on: date) -> dict[int, Organization]:
    """Return where these members belong in the round's tree on that day, by member. One query."""
    rows = Membership.objects.filter(member__in=[member.pk for member in members]).current(on).within(round_.path)
    return {row.member_id: row.organization for row in rows.select_related("organization")}


# ---- lists ----


def rounds_for(viewer: Viewer, on: date, kind: str) -> EvaluationQuerySet:
    """The rounds of one kind the person knows; those he runs first, then the newest, with unit and semester."""
    standing = standing_of(viewer, on)
    run = [seat.organization_id for seat in standing.seats if seat.post in RUNNERS]
    rounds: EvaluationQuerySet = EvaluationRound.objects.visible_to(standing, on).filter(kind=kind)
    mine = Case(When(organization_id__in=run, then=0), default=1, output_field=IntegerField())
    return rounds.select_related("organization", "semester").order_by(mine, "-opens_on", "path", "-pk")


def sits(standing: Standing) -> bool:
    """Answer whether the person sits on a committee or serves an office, so that a committee's ballot may concern him."""
    return any(seat.post in BALLOTING for seat in standing.seats)


def units_run_by(standing: Standing) -> list[Organization]:
    """Return the organisations whose rounds the person runs, the highest first. One query."""
    run = [seat.organization_id for seat in standing.seats if seat.post in RUNNERS]
    return list(Organization.objects.filter(pk__in=run).existing(standing.on).order_by("path"))


def templates_for(viewer: Viewer, on: date) -> list[EvaluationTemplate]:
    """Return the central templates and the units' own, each with ``asks``, the number of its items. One query."""
    templates = EvaluationTemplate.objects.visible_to(viewer, on)
    return list(templates.select_related("scale", "organization").annotate(asks=Count("items")).order_by("pk"))


def default_scale() -> GradeScale | None:
    """Return the scale a round without a template begins with: the first one. One query."""
    return GradeScale.objects.order_by("pk").first()


# ---- one round ----


@dataclass(frozen=True)
class Offered:
    """A subject that may be rated: ``key`` as the form posts it."""

    key: str
    subject: Organization | Member
    note: str = ""


@dataclass
class Shelf:
    """Subjects offered together."""

    title: str
    rows: list[Offered] = field(default_factory=list)


def subjects_offered(round_: EvaluationRound, standing: Standing, on: date) -> list[Shelf]:
    """Return who can be rated in the round on that day: the unit and its branches, or its members by organisation. One query."""
    if round_.subject_kind == SubjectKind.ORGANIZATION:
        found = Organization.objects.within(round_.path).existing(on).exclude(kind=Kind.GROUP).order_by("path")
        return [Shelf("党组织", [Offered(f"o{one.pk}", one, one.get_kind_display()) for one in found])]
    shelves: dict[int, Shelf] = {}
    for membership in roster(standing, on, round_.path).order_by("path", "member__sort_key", "member_id"):
        place = membership.organization
        shelf = shelves.setdefault(place.pk, Shelf(str(place)))
        shelf.rows.append(Offered(f"m{membership.member_id}", membership.member, membership.member.unit_post))
    return list(shelves.values())


def subject_key(subject: EvaluationSubject) -> str:
    """Return the key under which the form offers a subject already chosen."""
    return f"m{subject.member_id}" if subject.member_id is not None else f"o{subject.organization_id}"


@dataclass(frozen=True)
class Turnout:
    """How far one category has come: only numbers."""

    category: RaterCategory
    issued: int
    used: int


def turnout(round_: EvaluationRound) -> list[Turnout]:
    """Return codes issued and used by category. A reserve that is not open, and what was revoked unused, is not issued. Two queries."""
    live = Q(batch__is_revoked=False, batch__is_open=True, is_revoked=False) | Q(is_used=True)
    counts = {
        row["batch__category"]: (row["issued"], row["used"])
        for row in Code.objects.filter(batch__round=round_)
        .values("batch__category")
        .annotate(issued=Count("pk", filter=live), used=Count("pk", filter=Q(is_used=True)))
    }
    return [Turnout(category, *counts.get(category.pk, (0, 0))) for category in round_.categories.all()]


def stage(round_: EvaluationRound, on: date) -> str:
    """Say where a round stands on a day, also a past one."""
    if round_.state == EvaluationState.VOID or round_.announced_on is None:
        return round_.get_state_display()
    if round_.published_on is not None and round_.published_on <= on:
        return "结果已公布"
    if round_.sealed_on is not None and round_.sealed_on <= on:
        return "已封存，等待公布结果"
    if on < round_.opens_on:
        return "等待开始"
    return "正在评议" if on <= round_.closes_on else "已截止，等待封存"


def next_step(round_: EvaluationRound, issued: int, on: date) -> str:
    """Say to those who run the round what is to be done now; nothing while it only waits. ``issued`` codes have been made."""
    if round_.state == EvaluationState.DRAFT:
        return "核对评议什么、评议谁、谁来评；没有要改的，就公布评议安排。公布以后再制作评议码。"
    if round_.state == EvaluationState.SEALED:
        return "看过结果，按事先定好的范围公布。结果只公布一次。"
    if round_.state != EvaluationState.ANNOUNCED:
        return ""
    if on > round_.closes_on:
        return "收回没有用过的评议码，数清张数，录完纸质票，再封存计票。封存以前，谁也看不到结果。"
    if not issued:
        return "制作、打印评议码，装进信封或者放进抽签箱，让评议人自己抽取。第一张票收到以后，就不能再加发。"
    return ""


def days_of(round_: EvaluationRound, on: date) -> list[tuple[str, date | None, str, str]]:
    """Return the days of a round: label, day, what is done, and "past", "next" or nothing. None: no day is set beforehand."""
    ended = f"{round_.closes_on.month}月{round_.closes_on.day}日"
    rows: list[tuple[str, date | None, str, bool]] = [
        ("公布评议安排", round_.announced_on, "评议什么、谁来评、怎样评都定下来，以后不再改；印发评议码。",
         round_.announced_on is not None),
        ("开始评议", round_.opens_on, "凭评议码在手机、电脑上评议，或者填纸质票。", on >= round_.opens_on),
        ("截止", round_.closes_on, "这一天是最后一天，当天仍可评议。", on > round_.closes_on),
        ("封存计票", round_.sealed_on, f"{ended}评议结束后，收回没有用过的评议码，封存，计票。", round_.is_counted),
        ("公布结果", round_.published_on, "按事先定好的范围公布一次；需要整改的项目列入整改。",
         round_.published_on is not None),
    ]  # fmt: skip
    started = round_.announced_on is not None
    coming = next((place for place, row in enumerate(rows) if not (row[3] and (started or place == 0))), len(rows))
    return [
        (label, day, text, "past" if place < coming else "next" if place == coming else "")
        for place, (label, day, text, _) in enumerate(rows)
    ]


def history_of(round_: EvaluationRound) -> list[LogEntry]:
    """Return who did what to the round. One query."""
    return list(LogEntry.objects.filter(target_type=round_._meta.label_lower, target_id=str(round_.pk)))


# ---- the years and semesters a round can be about ----


def periods(campaign: Campaign) -> dict[str, Semester | int]:
    """Return what a round can be about by the key the form posts: the semesters, and the years. One query."""
    years = range(campaign.starts_on.year, campaign.ends_on.year + 1)
    return {
        **{f"s{semester.pk}": semester for semester in semesters_of(campaign)},
        **{f"y{year}": year for year in years},
    }


def period_key(round_: EvaluationRound) -> str:
    """Return the key of the semester or year a round is about."""
    return f"s{round_.semester_id}" if round_.semester_id is not None else f"y{round_.year}"


# ---- who waits for what ----


def unfinished(viewer: Viewer, on: date) -> list[EvaluationRound]:
    """Return the rounds the person runs that are announced or sealed, with ``has_codes``, the earliest first. One query."""
    live = Code.objects.filter(batch__round=OuterRef("pk"), is_revoked=False)
    rounds = EvaluationRound.objects.run_by(viewer, on).filter(
        state__in=[EvaluationState.ANNOUNCED, EvaluationState.SEALED]
    )
    return list(rounds.annotate(has_codes=Exists(live)).select_related("organization").order_by("opens_on", "pk"))
