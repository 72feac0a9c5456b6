"""Public notices: which one a nomination stands in, who may be listed, how a person is shown, and which days count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import LogEntry
from awards.models import AwardRound, Nomination, NoticeEntry, Objection, PublicNotice
from awards.scope.nominations import concerning
from awards.states import Consequence, NominationState, NoticeState, ObjectionState, RoundState
from branches.models import Member, Membership, Organization
from branches.queries import post_title, posts_of
from branches.scope import Viewer, standing_of
from branches.states import Kind, Post, Precision
from schedule.calendar import spoken
from schedule.queries.days import LONGEST, Day, days_of, official

ABRIDGED = 300  # characters of the deeds that a draft begins with
IN_NOTICE = (NominationState.IN_NOTICE, NominationState.OBJECTED)
LISTABLE = (NominationState.AUDITED, *IN_NOTICE)


def notice_of(nomination: Nomination) -> PublicNotice | None:
    """Return the notice that counts for a nomination: the newest one posted with it, not replaced."""
    found: PublicNotice | None = (
        PublicNotice.objects.filter(entries__nomination=nomination)
        .exclude(state__in=[NoticeState.DRAFT, NoticeState.REPLACED])
        .order_by("-posted_on", "-pk")
        .first()
    )
    return found


def opposing(nomination: Nomination) -> "QuerySet[Objection]":
    """Return the objections that wait for an answer and concern a nomination: those about it, and those against any notice that lists it."""
    about = Q(nomination=nomination) | Q(nomination__isnull=True, notice__entries__nomination=nomination)
    found: QuerySet[Objection] = Objection.objects.unanswered().filter(about).distinct()
    return found


def is_to_be_reposted(notice: PublicNotice) -> bool:
    """Answer whether an objection against the notice was right and a new edition has been promised."""
    return bool(notice.objections.filter(consequence=Consequence.REPOSTED).exists())


# ---- notices ----


def for_lists(notices: "QuerySet[PublicNotice]") -> "QuerySet[PublicNotice]":
    """Return them with what a list shows, the newest first."""
    counted = notices.select_related("round__organization").annotate(people=Count("entries", distinct=True))
    return counted.order_by("-posted_on", "-pk")


def with_unanswered(notices: "QuerySet[PublicNotice]", seen: "QuerySet[Objection]") -> "QuerySet[PublicNotice]":
    """Return them with how many of the objections the person may read wait for an answer: of those about himself not even the number."""
    waiting = Q(objections__state=ObjectionState.RECEIVED, objections__in=seen.order_by().values("pk"))
    return notices.annotate(unanswered=Count("objections", filter=waiting, distinct=True))


def with_round(notices: "QuerySet[PublicNotice]") -> "QuerySet[PublicNotice]":
    """Return them with what their page asks of the round and the edition before."""
    return notices.select_related("round__organization", "replaces")


def entries_of(notice: PublicNotice) -> list[NoticeEntry]:
    """Return whom a notice names, in its order, with what they were recommended for."""
    rows = notice.entries.select_related(
        "nomination__member", "nomination__organization", "nomination__category", "nomination__round__organization"
    )
    return list(rows)


def newer_edition(notice: PublicNotice) -> PublicNotice | None:
    """Return the edition that took a notice's place, once posted."""
    found: PublicNotice | None = notice.replaced_by.exclude(state=NoticeState.DRAFT).order_by("-pk").first()
    return found


def draft_for(round_: AwardRound, replaces: PublicNotice | None) -> PublicNotice | None:
    """Return the draft that is there already: the round's, or the next edition of a notice."""
    found: PublicNotice | None = round_.notices.filter(state=NoticeState.DRAFT, replaces=replaces).first()
    return found


def last_contact(organization: Organization) -> str:
    """Return whom the unit's newest notice named as receiving objections."""
    notices = PublicNotice.objects.filter(round__organization=organization).order_by("-pk")
    return str(notices.values_list("contact", flat=True).first() or "")


def involves(notice: PublicNotice, viewer: Viewer, on: date) -> bool:
    """Answer whether the person stands in the notice, or an organisation he leads."""
    standing = standing_of(viewer, on)
    return bool(PublicNotice.objects.filter(concerning(standing, "entries__nomination__"), pk=notice.pk).exists())


def candidates_for(round_: AwardRound, replaces: PublicNotice | None) -> list[Nomination]:
    """Return who may be listed: those audited and in no other draft, and those still in the notice that is to be replaced."""
    condition = Q(state=NominationState.AUDITED)
    if replaces is not None:
        condition |= Q(state__in=IN_NOTICE, notice_entries__notice=replaces)
    rows = Nomination.objects.filter(condition, round=round_).distinct()
    return list(with_nominee(rows).order_by("category__place", "path", "member__sort_key", "pk"))


def with_nominee(nominations: "QuerySet[Nomination]") -> "QuerySet[Nomination]":
    """Return them with what rules and pages ask of nominee, category and round."""
    return nominations.select_related(
        "member", "organization__parent", "category__round", "nominator", "round__organization"
    )


def concerns(nominations: Iterable[Nomination], viewer: Viewer, on: date) -> bool:
    """Answer whether one of these is about the person, or an organisation he leads."""
    numbers = [nomination.pk for nomination in nominations]
    return bool(Nomination.objects.filter(concerning(standing_of(viewer, on)), pk__in=numbers).exists())


def missing_in(notice: PublicNotice, listed: Iterable[int]) -> list[Nomination]:
    """Return who still stands in the notice this one replaces, and is not listed in it."""
    if notice.replaces is None:
        return []
    rows = Nomination.objects.filter(notice_entries__notice=notice.replaces, state__in=IN_NOTICE)
    return list(with_nominee(rows.exclude(pk__in=list(listed))))


def abridged(deeds: str, most: int = ABRIDGED) -> str:
    """Return the beginning of the deeds, whole sentences where there are any, for the office to edit."""
    # paragraphs become one; a space between two Chinese sentences would be a gap
    text = "".join(line.strip() for line in deeds.splitlines())
    if len(text) <= most:
        return text
    whole = text[:most].rpartition("。")[0]
    return f"{whole}。" if whole else f"{text[: most - 1]}…"


# ---- how somebody is shown ----


def shown_as(nominations: Sequence[Nomination], on: date) -> dict[int, dict[str, str]]:
    """Return for each nomination what a notice says of the nominee besides deeds: columns of `NoticeEntry`. Two queries."""
    members = [nomination.member_id for nomination in nominations if nomination.member_id]
    homes = {
        row.member_id: row.organization
        for row in Membership.objects.filter(member_id__in=members).current(on).select_related("organization__parent")
    }
    posts = posts_of(members, on) if members else {}
    return {
        nomination.pk: {"title": nomination.category.title, **_of_nominee(nomination, homes, posts)}
        for nomination in nominations
    }


def _of_nominee(nomination: Nomination, homes: dict[int, Organization], posts: dict[int, list[Any]]) -> dict[str, str]:
    member = nomination.member
    if member is None:
        assert nomination.organization is not None  # nomination_has_one_nominee
        above = nomination.organization.parent
        return {"name": str(nomination.organization), "unit": str(above or nomination.nominator)}
    home = homes.get(member.pk, nomination.nominator)
    branch = home.parent if home.kind == Kind.GROUP and home.parent is not None else home
    held = [post_title(one) for one in posts.get(member.pk, []) if one.post != Post.OFFICE_STAFF]
    return {
        "name": member.name,
        "sex": member.get_sex_display(),
        "born": _born(member),
        "education": member.education,
        "unit": str(branch),
        "post": "、".join([*held, *([member.unit_post] if member.unit_post else [])])[:80],
    }


def _born(member: Member) -> str:
    """Return the month of birth and never the day; less where less is known."""
    if member.born_on is None:
        return ""
    if member.born_precision == Precision.YEAR:
        return f"{member.born_on.year}年"
    return spoken(member.born_on, Precision.MONTH)


# ---- its days ----


@dataclass(frozen=True, slots=True)
class Counted:
    """A day of a notice; ``number`` is which working day it is, 0 for one that does not count."""

    day: Day
    number: int


def counts(day: Day) -> bool:
    """Answer whether a day counts for a notice: worked by the official calendar as well, where it knows the year.

    What the office sets for itself may make a notice longer, never shorter.
    """
    known = official(day.day)
    return day.is_work and (known.is_work or not known.official)


def last_day(posted_on: date, workdays: int) -> date:
    """Return the last day of a notice posted then. One query."""
    reach = timedelta(days=workdays * 2 + LONGEST)
    days = days_of(posted_on + timedelta(days=1), posted_on + reach).values()
    return [day.day for day in days if counts(day)][workdays - 1]


def counted_days(notice: PublicNotice) -> list[Counted]:
    """Return every day after the posting to the last one, and which of them count; nothing where the calendar was changed since. One query."""
    if notice.posted_on is None or notice.ends_on is None:
        return []
    found, number = [], 0
    for day in days_of(notice.posted_on + timedelta(days=1), notice.ends_on).values():
        number += counts(day)
        found.append(Counted(day, number if counts(day) else 0))
    return found if number == notice.workdays else []


def history_of(notice: PublicNotice) -> list[LogEntry]:
    """Return who did what to a notice, newest first. One query."""
    return list(LogEntry.objects.of(notice).order_by("-pk"))


def rounds_to_post(viewer: Viewer, on: date) -> "QuerySet[AwardRound]":
    """Return the rounds in which the person decides and somebody audited waits to be posted, no draft being there."""
    drafts = PublicNotice.objects.filter(state=NoticeState.DRAFT, replaces__isnull=True)
    waiting = Nomination.objects.to_decide(viewer, on).filter(state=NominationState.AUDITED)
    found: QuerySet[AwardRound] = AwardRound.objects.filter(
        pk__in=waiting.values("round"), state=RoundState.ANNOUNCED
    ).exclude(pk__in=drafts.values("round"))
    return found
