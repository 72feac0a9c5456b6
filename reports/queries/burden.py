"""What the campaign asks of people: how many papers passed through each person's hands in a month, and how often he was told something.

A paper is a record somebody wrote in or decided on in that month, however many times he opened it; it is counted from the log, so every room
counts by the same rule and nothing is kept for the purpose. Ballots are in no log and in no count.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from accounts.models import LogEntry
from branches.models import Membership, PostAssignment
from branches.scope import within
from schedule import letters
from schedule.calendar import after_month, months
from schedule.models import CalendarFeed, LeadTimes, Notice, NoticePreference, WebhookChannel, WebhookDelivery
from schedule.states.notices import Skip

# who keeps accounts and rosters does it for the house, not for the campaign
WORK = [LogEntry.Category.DECISION, LogEntry.Category.CHANGE]
HOUSEKEEPING = ("accounts.", "branches.")
# how people are told is nobody's paper: put off, sent again, carried away, set up
WAYS_OF_TELLING = [
    one._meta.label_lower
    for one in (CalendarFeed, LeadTimes, Notice, NoticePreference, WebhookChannel, WebhookDelivery)
]

Person = tuple[str, int]  # "member" or "user", and the number


@dataclass
class PersonLoad:
    """One person's share of the stretch: papers by kind, notices."""

    name: str
    place: str
    papers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    notices: int = 0

    @property
    def total(self) -> int:
        """Papers of all kinds."""
        return sum(self.papers.values())


@dataclass
class MonthLoad:
    """A month: how many people there were, and how papers and notices fell on them."""

    month: date
    people: int = 0
    papers: int = 0
    notices: int = 0
    papers_most: int = 0
    notices_most: int = 0

    @property
    def papers_each(self) -> float:
        """Papers a head."""
        return self.papers / self.people if self.people else 0

    @property
    def notices_each(self) -> float:
        """Notices a head."""
        return self.notices / self.people if self.people else 0


@dataclass(frozen=True, slots=True)
class LetterLoad:
    """A kind of letter: how often it was told, and to how many people."""

    label: str
    told: int
    people: int


@dataclass(frozen=True)
class Burden:
    """A stretch of the campaign: month by month, person by person (most papers first), letter by letter (most often told first)."""

    months: list[MonthLoad]
    people: list[PersonLoad]
    letters: list[LetterLoad]

    @property
    def kinds(self) -> list[str]:
        """The kinds of papers there were, most frequent first."""
        sums: dict[str, int] = defaultdict(int)
        for person in self.people:
            for kind, number in person.papers.items():
                sums[kind] += number
        return sorted(sums, key=lambda kind: (-sums[kind], kind))


def burden(paths: Iterable[str], first: date, last: date) -> Burden:
    """Return what was asked of those who belonged to these subtrees between two days, both included. Five queries."""
    people, present, person_of_user = _people(list(paths), first, last)
    by_month = {month: MonthLoad(month) for month in months(first, last)}
    for stays in present.values():
        for month, load in by_month.items():
            until = after_month(month) - timedelta(days=1)
            load.people += any(start <= min(until, last) and end >= max(month, first) for start, end in stays)

    def was_there(person: Person, month: date) -> bool:
        until = after_month(month) - timedelta(days=1)
        return any(start <= until and end >= month for start, end in present[person])

    paper_months: dict[tuple[date, Person], int] = defaultdict(int)
    for month, user, target_type, number in _papers(list(person_of_user), first, last):
        person = person_of_user[user]
        if not was_there(person, month):
            continue
        people[person].papers[_kind(target_type)] += number
        paper_months[month, person] += number
    for (month, _), number in paper_months.items():
        load = by_month[month]
        load.papers += number
        load.papers_most = max(load.papers_most, number)
    notice_months: dict[tuple[date, Person], int] = defaultdict(int)
    told: dict[str, dict[Person, int]] = defaultdict(lambda: defaultdict(int))
    for month, member, user, letter, number in _notices(people, first, last):
        person = ("member", member) if member else ("user", user)
        if not was_there(person, month):
            continue
        people[person].notices += number
        notice_months[month, person] += number
        told[letter][person] += number
    for (month, _), number in notice_months.items():
        load = by_month[month]
        load.notices += number
        load.notices_most = max(load.notices_most, number)
    return Burden(
        list(by_month.values()),
        sorted(people.values(), key=lambda one: (-one.total, -one.notices)),
        sorted(
            (LetterLoad(_letter(kind), sum(of.values()), len(of)) for kind, of in told.items()),
            key=lambda one: (-one.told, one.label),
        ),
    )


Stays = dict[Person, list[tuple[date, date]]]


def _people(paths: list[str], first: date, last: date) -> tuple[dict[Person, PersonLoad], Stays, dict[int, Person]]:
    """Members with their stays, and those who serve there by an account alone."""
    overlap = Q(starts_on__lte=last) & (Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    people: dict[Person, PersonLoad] = {}
    present: Stays = defaultdict(list)
    person_of_user: dict[int, Person] = {}
    rows = Membership.objects.filter(overlap, within("path", paths)).select_related("member", "organization")
    for row in rows.order_by("member__sort_key", "starts_on", "pk"):
        person: Person = ("member", row.member_id)
        people[person] = PersonLoad(row.member.name, row.organization.name)
        present[person].append((row.starts_on, row.ends_on or last))
        if row.member.user_id:
            person_of_user[row.member.user_id] = person
    posts = PostAssignment.objects.filter(overlap, within("organization__path", paths), user__isnull=False)
    for post in posts.select_related("user", "organization").order_by("starts_on", "pk"):
        person = ("user", post.user_id)
        people[person] = PersonLoad(post.user.display_name, f"{post.organization.name}（{post.get_post_display()}）")
        present[person].append((post.starts_on, post.ends_on or last))
        person_of_user[post.user_id] = person
    return people, present, person_of_user


def _papers(users: list[int], first: date, last: date) -> Iterable[tuple[date, int, str, int]]:
    lines = LogEntry.objects.filter(category__in=WORK, on__gte=first, on__lte=last, actor__in=users)
    for housekeeping in HOUSEKEEPING:
        lines = lines.exclude(target_type__startswith=housekeeping)
    grouped = lines.exclude(target_type__in=["", *WAYS_OF_TELLING]).annotate(month=TruncMonth("on")).order_by()
    rows = grouped.values_list("month", "actor_id", "target_type").annotate(papers=Count("target_id", distinct=True))
    return [(month, user, target_type, number) for month, user, target_type, number in rows]


def _notices(people: Iterable[Person], first: date, last: date) -> Iterable[tuple[date, int, int, str, int]]:
    wanted = list(people)
    members = [number for kind, number in wanted if kind == "member"]
    users = [number for kind, number in wanted if kind == "user"]
    told = Notice.objects.filter(on__gte=first, on__lte=last, skipped=Skip.NONE)
    told = told.filter(Q(member__in=members) | Q(user__in=users)).annotate(month=TruncMonth("on")).order_by()
    rows = told.values_list("month", "member_id", "user_id", "letter").annotate(told=Count("pk"))
    return [(month, member, user, letter, number) for month, member, user, letter, number in rows]


def _kind(target_type: str) -> str:
    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except LookupError:  # a kind of record that has gone from the program since
        return target_type


def _letter(kind: str) -> str:
    letter = letters.find(kind)
    return letter.label if letter else kind
