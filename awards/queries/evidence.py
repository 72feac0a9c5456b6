"""What the records say of somebody in a stretch of time: figures with their whole, never a grade of our own making.

Each question exists for one nominee and, with ``_of``, for many of one kind at once, by their number and in a fixed number of queries. Days
are the first and the last of the stretch, both included. Nothing here is told to who may not know it anyway: results of the masses only
as far as they were published to the committee of the nominee's own branch, and so to those above it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Q

from awards.models import Honour
from branches.models import Member, Membership, Organization
from branches.states import Kind
from pledges.models import Pledge, PledgeItem
from pledges.states import Outcome
from reviews.models import (
    Appraisal,
    Ballot,
    EvaluationRound,
    EvaluationSubject,
    LeaderComment,
    RaterCategory,
    RoundGrade,
    RoundItem,
)
from reviews.rules.results import is_published
from reviews.states import EvaluationKind, EvaluationState
from reviews.tally.answers import position
from reviews.tally.counting import counted
from reviews.tally.results import result_of
from schedule.models import ActionItem, Activity
from schedule.queries.hours import Hours, hours_of

Nominee = Member | Organization
Nominees = Sequence[Nominee]  # all members, or all organisations
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rate:
    """``number`` of ``of``. Of nothing there is no share."""

    number: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; none of nothing."""
        return self.number / self.of if self.of else None

    def reaches(self, percent: int) -> bool:
        """Answer whether it is at least so many per cent; of nothing it is not."""
        return self.of > 0 and self.number * 100 >= percent * self.of

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.number + other.number, self.of + other.of)


NONE = Rate(0, 0)


@dataclass(frozen=True, slots=True)
class Rated:
    """A published mass evaluation of the nominee. ``rate``: positive of valid answers over all items; None where so few answered that it is not shown."""

    round: EvaluationRound
    rate: Rate | None


# ---- pledges ----


def fulfilment(nominee: Nominee, first: date, last: date) -> Rate:
    """Return how many of the pledged items due in these days were fulfilled by the last. One query."""
    return fulfilment_of([nominee], first, last)[nominee.pk]


def fulfilment_of(nominees: Nominees, first: date, last: date) -> dict[int, Rate]:
    """Return the fulfilled of the items due in these days in the pledges then in force, an organisation's own. One query."""
    key = "pledge__member" if _are_members(nominees) else "pledge__organization"
    pledges = _pledges(nominees).public(last).order_by().values("pk")
    items = PledgeItem.objects.filter(pledge__in=pledges, due_on__gte=first, due_on__lte=last)
    kept = Q(outcome=Outcome.FULFILLED, settled_on__lte=last)
    rows = items.order_by().values(key).annotate(of=Count("pk"), number=Count("pk", filter=kept))
    return _with_all(nominees, {row[key]: Rate(row["number"], row["of"]) for row in rows}, NONE)


def members_fulfilment(place: Organization, first: date, last: date) -> Rate:
    """Return how many of the items due in these days were fulfilled, of all members' pledges made in an organisation and below. One query."""
    pledges = Pledge.objects.within(place.path).filter(member__isnull=False).public(last).order_by().values("pk")
    items = PledgeItem.objects.filter(pledge__in=pledges, due_on__gte=first, due_on__lte=last)
    kept = Q(outcome=Outcome.FULFILLED, settled_on__lte=last)
    return Rate(**items.aggregate(of=Count("pk"), number=Count("pk", filter=kept)))


def pledged(nominee: Nominee, last: date) -> bool:
    """Answer whether a pledge of the nominee hangs on the wall on that day. One query."""
    return nominee.pk in pledged_of([nominee], last)


def pledged_of(nominees: Nominees, last: date) -> set[int]:
    """Return those of whom a pledge hangs on the wall on that day. One query."""
    key = "member" if _are_members(nominees) else "organization"
    return set(_pledges(nominees).public(last).order_by().values_list(key, flat=True))


def pledge_in_force(nominee: Nominee, last: date) -> Pledge | None:
    """Return the nominee's pledge of the latest year that hangs on the wall on that day. One query."""
    rows = _pledges([nominee]).public(last).select_related("cycle").order_by("-cycle__year", "-edition")
    found: Pledge | None = rows.first()
    return found


def _pledges(nominees: Nominees) -> Any:
    return _about(Pledge.objects.all(), nominees)


# ---- comments and what is to be put right ----


def comments(nominee: Nominee, first: date, last: date) -> list[LeaderComment]:
    """Return the leaders' comments given to the nominee in these days, the latest first. One query."""
    rows = _comments([nominee], first, last)
    return list(rows.select_related("round__semester", "organization", "member").order_by("-held_on", "-pk"))


def comments_of(nominees: Nominees, first: date, last: date) -> dict[int, int]:
    """Return how many comments each was given in these days. One query."""
    return _counts(nominees, _comments(nominees, first, last))


def _comments(nominees: Nominees, first: date, last: date) -> Any:
    given = LeaderComment.objects.given().filter(issued_on__gte=first, issued_on__lte=last)
    return _about(given, nominees)


def open_items(nominee: Nominee, on: date) -> int:
    """Return how many things found wanting are not yet put right on that day. One query."""
    return open_items_of([nominee], on)[nominee.pk]


def open_items_of(nominees: Nominees, on: date) -> dict[int, int]:
    """Return the same for each. One query."""
    return _counts(nominees, _about(ActionItem.objects.unfinished(on), nominees))


def overdue_items(nominee: Nominee, on: date) -> int:
    """Return how many of them are past their day. One query."""
    return overdue_items_of([nominee], on)[nominee.pk]


def overdue_items_of(nominees: Nominees, on: date) -> dict[int, int]:
    """Return the same for each. One query."""
    return _counts(nominees, _about(ActionItem.objects.overdue(on), nominees))


# ---- study and activities ----


def attendance(nominee: Nominee, first: date, last: date) -> Rate | None:
    """Return at how many of the study sessions due the nominee was present; of an organisation all its members, for their time there. None where nothing was due. Four queries."""
    return attendance_of([nominee], first, last)[nominee.pk]


def attendance_of(nominees: Nominees, first: date, last: date) -> dict[int, Rate | None]:
    """Return the same for each. Four queries for any number of members; four for each organisation, because a member who moves counts in both."""
    found: dict[int, Rate] = {}
    if _are_members(nominees):
        for one in hours_of(members=[nominee.pk for nominee in nominees], first=first, last=last):
            found[one.member.pk] = _present(one)
    else:
        for place in nominees:
            assert isinstance(place, Organization)
            each = hours_of(paths=[place.path], first=first, last=last)
            found[place.pk] = sum((_present(one) for one in each), NONE)
    return {nominee.pk: rate if (rate := found.get(nominee.pk, NONE)).of else None for nominee in nominees}


def _present(hours: Hours) -> Rate:
    return Rate(hours.present, hours.due)


def activities(nominee: Nominee, first: date, last: date) -> list[Activity]:
    """Return the activities begun in these days: a member's are those he took part in, an organisation's those held in it and below. One query."""
    rows = Activity.objects.kept_on(last).between(first, last)
    rows = rows.taken_part_in(nominee.pk) if isinstance(nominee, Member) else rows.within(nominee.path)
    return list(rows.select_related("carrier").order_by("-starts_on", "-pk"))


# ---- the masses, the members, the committee ----


def satisfaction(nominee: Nominee, first: date, last: date) -> list[Rated]:
    """Return the mass evaluations of the nominee that closed in these days and were published by the last, the latest first. Seven queries."""
    return satisfaction_of([nominee], first, last)[nominee.pk]


def satisfaction_of(nominees: Nominees, first: date, last: date) -> dict[int, list[Rated]]:
    """Return the same for each. 民主评议党员 is never in it. Seven queries for any number of rounds."""
    subjects = _subjects(nominees, EvaluationKind.MASS, last).filter(
        round__closes_on__gte=first, round__closes_on__lte=last
    )
    rows = _readable(nominees, subjects.select_related("round", "organization", "member"), last)
    found: dict[int, list[Rated]] = {nominee.pk: [] for nominee in nominees}
    if not rows:
        return found
    rounds = {row.round_id for row in rows}
    items: Mapping[int, list[RoundItem]] = _by_round(RoundItem.objects.filter(round__in=rounds))
    grades: Mapping[int, list[RoundGrade]] = _by_round(RoundGrade.objects.filter(round__in=rounds))
    categories: Mapping[int, list[RaterCategory]] = _by_round(RaterCategory.objects.filter(round__in=rounds))
    placed = counted(
        Ballot.objects.filter(round__in=rounds),
        answers=max(position(row.place + 1, 1, len(items[row.round_id])) for row in rows),
        grades=max(len(each) for each in grades.values()),
    )
    for row in rows:
        number = len(items[row.round_id])
        own = {category.pk for category in categories[row.round_id]}
        counts = {
            (category, place // number, place % number + 1): cell
            for (category, place), cell in placed.items()
            if category in own
        }
        # what may not be shown is not in the result, so it cannot be in the sum either
        result = result_of(row, row.round, items[row.round_id], grades[row.round_id], categories[row.round_id], counts)
        shown = [Rate(one.positive.part, one.positive.whole) for one in result.whole.figures if one.positive]
        found[_number(row)].append(Rated(row.round, sum(shown, NONE) if shown else None))
    return found


def appraisal(member: Member, first: date, last: date) -> Appraisal | None:
    """Return the latest grade the committee decided in 民主评议党员 in these days, where the round is published. Two queries."""
    subjects = _subjects([member], EvaluationKind.APPRAISAL, last)
    decided = subjects.filter(appraisal__decided_on__gte=first, appraisal__decided_on__lte=last)
    rows = decided.select_related("round", "appraisal").order_by("-appraisal__decided_on", "-pk")
    return next((row.appraisal for row in _readable([member], rows, last)), None)


def _subjects(nominees: Nominees, kind: str, last: date) -> Any:
    rows = EvaluationSubject.objects.filter(
        round__kind=kind, round__state=EvaluationState.PUBLISHED, round__published_on__lte=last
    )
    return _about(rows, nominees).order_by("-round__closes_on", "-round")


def _readable(nominees: Nominees, rows: Any, last: date) -> list[EvaluationSubject]:
    """Return the rows whose result is open to the committee of the nominee's branch. What he was rated as elsewhere stays there. One query."""
    homes = _homes(nominees, last)
    return [row for row in rows if is_published(row.round, last) and row.path.startswith(homes.get(_number(row), "-"))]


def _homes(nominees: Nominees, on: date) -> dict[int, str]:
    """Return the path of each one's branch on that day; of a member of a group the branch above it."""
    if not _are_members(nominees):
        return {place.pk: place.path for place in nominees if isinstance(place, Organization)}
    rows = Membership.objects.filter(member__in=[nominee.pk for nominee in nominees]).current(on)
    return {
        row.member_id: row.organization.parent.path
        if row.organization.kind == Kind.GROUP and row.organization.parent is not None
        else row.path
        for row in rows.select_related("organization__parent")
    }


def _number(row: EvaluationSubject) -> int:
    return row.member_id if row.member_id is not None else row.organization_id


def _by_round(rows: Any) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.round_id].append(row)
    return found


# ---- honours ----


def honours(nominee: Nominee, last: date) -> list[Honour]:
    """Return the honours held on that day, the latest first. One query."""
    return honours_of([nominee], last)[nominee.pk]


def honours_of(nominees: Nominees, last: date) -> dict[int, list[Honour]]:
    """Return the same for each. One query."""
    rows = Honour.objects.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=last), awarded_on__lte=last)
    found: dict[int, list[Honour]] = {nominee.pk: [] for nominee in nominees}
    for row in _about(rows, nominees).select_related("organization", "member").order_by("-awarded_on", "-pk"):
        found[row.member_id if row.member_id is not None else row.organization_id].append(row)
    return found


# ---- whose it is ----


def _are_members(nominees: Nominees) -> bool:
    return bool(nominees) and isinstance(nominees[0], Member)


def _about(rows: Any, nominees: Nominees) -> Any:
    """Narrow records with ``member`` and ``organization`` to those about these members, or about these organisations themselves."""
    numbers = [nominee.pk for nominee in nominees]
    if _are_members(nominees):
        return rows.filter(member__in=numbers)
    return rows.filter(organization__in=numbers, member__isnull=True)


def _counts(nominees: Nominees, rows: Any) -> dict[int, int]:
    key = "member" if _are_members(nominees) else "organization"
    counted_rows = rows.order_by().values_list(key).annotate(number=Count("pk"))
    return _with_all(nominees, dict(counted_rows.values_list(key, "number")), 0)


def _with_all(nominees: Nominees, found: Mapping[int, T], nothing: T) -> dict[int, T]:
    return {nominee.pk: found.get(nominee.pk, nothing) for nominee in nominees}
