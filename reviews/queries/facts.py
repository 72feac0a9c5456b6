"""What the system already knows of a subject in a semester, standard by standard, so that nobody types it again.

Standards are told apart by their key: a later version of the set keeps it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from pledges.models import PledgeItem
from pledges.states import IN_FORCE, Outcome
from reviews.models import SelfReview
from schedule.models import ActionItem, Activity, Semester
from schedule.queries.activities import evidence_for
from schedule.queries.items import for_work
from schedule.states.items import UNFINISHED, ItemState

TITLES = 5  # as many activities are named where a text begins with them
NO_STANDARD = ""  # the key of what stands under no standard


@dataclass(frozen=True, slots=True)
class PledgeFact:
    """A pledged item as it stood in the semester: ``entries`` and ``evidence`` count what was written down in it."""

    item: PledgeItem
    entries: int
    evidence: int
    last_entry_on: date | None
    settled: bool
    overdue: bool

    @property
    def label(self) -> str:
        """How it stands, in a word."""
        if self.settled:
            return self.item.get_outcome_display()
        return "逾期未说明" if self.overdue else "践诺中"

    @property
    def tone(self) -> str:
        """The colour of that word."""
        if self.settled:
            return self.item.outcome_tone
        return "late" if self.overdue else "info"


@dataclass(frozen=True)
class Facts:
    """Under one standard: pledged items, activities held or taken part in, shortcomings closed in the semester, and those still open."""

    pledges: list[PledgeFact] = field(default_factory=list)
    verified: list[ActionItem] = field(default_factory=list)
    open: list[ActionItem] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.pledges or self.verified or self.open or self.activities)


def facts_of(review: SelfReview, on: date) -> Mapping[str, Facts]:
    """Return what is known of the review's subject by standard's key, as it stood on that day. Four queries."""
    semester = review.round.semester
    found: dict[str, Facts] = defaultdict(Facts)
    until = min(semester.reporting_until, on)
    for fact in pledges_in(review, semester, until):
        found[_key(fact.item)].pledges.append(fact)
    items = ActionItem.objects.of_subject(organization=review.organization_id, member=review.member_id)
    # an old self-review does not learn of later semesters' items
    items = items.filter(raised_on__lte=until)
    closed = Q(state=ItemState.VERIFIED, verified_on__gte=semester.starts_on, verified_on__lte=until)
    wanted = items.filter(closed | Q(pk__in=items.unfinished(on).values("pk")))
    for item in for_work(wanted).order_by("due_on", "pk"):
        # what this review itself has raised is its result, not what it started from
        if item.source_type == SelfReview._meta.label_lower and item.source_id == review.pk:
            continue
        facts = found[_key(item)]
        was_closed = item.state not in UNFINISHED and item.verified_on is not None and item.verified_on <= on
        (facts.verified if was_closed else facts.open).append(item)
    subject: dict[str, Any] = {"member": review.member} if review.is_personal else {"organization": review.organization}
    for key, activities in evidence_for(**subject, first=semester.starts_on, last=until).items():
        found[key].activities.extend(activities)
    return found


def pledges_in(review: SelfReview, semester: Semester, until: date) -> list[PledgeFact]:
    """Return the subject's pledged items that fell due, were settled or worked on between the first day and ``until``. One query."""
    since = semester.starts_on
    items = PledgeItem.objects.filter(pledge__state__in=IN_FORCE, pledge__published_on__lte=until)
    if review.is_personal:
        items = items.filter(pledge__member=review.member_id)
    else:
        items = items.filter(pledge__organization=review.organization_id, pledge__member__isnull=True)
    days = Q(entries__on__gte=since, entries__on__lte=until)
    rows = items.annotate(
        in_semester=Count("entries", filter=days, distinct=True),
        files=Count("entries__evidence", filter=days, distinct=True),
        last=Max("entries__on", filter=days),
    )
    rows = rows.filter(
        Q(in_semester__gt=0)
        | Q(due_on__gte=since, due_on__lte=until)
        | Q(settled_on__gte=since, settled_on__lte=until)
        | Q(due_on__lt=since, outcome="")
    )
    return [
        PledgeFact(
            item=row,
            entries=row.in_semester,
            evidence=row.files,
            last_entry_on=row.last,
            settled=row.settled(until),
            overdue=row.is_overdue(until),
        )
        for row in rows.select_related("standard", "pledge__cycle").order_by("pledge__cycle__year", "place", "pk")
    ]


def as_practice(facts: Facts) -> str:
    """Write the facts down as the beginning of a text, a line each: what was kept, what goes on, what was held, what was put right."""
    lines = [_told(fact) for fact in facts.pledges]
    if facts.activities:
        titles = "、".join(
            f"“{_short(title)}”" for title in dict.fromkeys(one.title for one in facts.activities[:TITLES])
        )
        more = "等" if len(facts.activities) > TITLES else ""
        lines.append(f"本学期活动{len(facts.activities)}次：{titles}{more}。")
    lines += [f"整改事项“{_short(item.problem)}”已于{_day(item.verified_on)}销号。" for item in facts.verified]
    return "\n".join(line for line in lines if line)


def _told(fact: PledgeFact) -> str:
    what = f"公开承诺“{_short(fact.item.content)}”"
    noted = f"，本学期践诺记录{fact.entries}次" if fact.entries else ""
    if fact.settled and fact.item.outcome in (Outcome.FULFILLED, Outcome.PARTLY):
        return f"{what}{_day(fact.item.settled_on)}{fact.item.get_outcome_display()}{noted}。"
    if not fact.settled and fact.entries:
        return f"{what}正在践诺{noted}，最近一次是{_day(fact.last_entry_on)}。"
    return ""


def _short(text: str) -> str:
    plain = " ".join(text.split()).rstrip("。；;")
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def _key(row: Any) -> str:
    return row.standard.key if row.standard is not None else NO_STANDARD
