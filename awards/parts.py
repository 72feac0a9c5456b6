"""What a round is made of besides its dates, as an office writes it down: categories, places and rules; and what offices usually set.

The usual three categories, their share of places and their rules are a beginning to be changed: sources disagree about the share
(5 to 30 per cent all occur), so nothing in the code depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from awards.states import Basis, NomineeKind, Rounding, RuleKind

ORGANIZATION, OUTSTANDING, WORKER = "advanced_organization", "outstanding_member", "outstanding_party_worker"
USUAL_TITLES = {ORGANIZATION: "先进基层党组织", OUTSTANDING: "优秀共产党员", WORKER: "优秀党务工作者"}
CATEGORIES_MOST = 8
# days before the commendation, and the stretch that is looked back upon
NOMINATE_BEFORE, DECIDE_BEFORE, LOOK_BACK = 30, 7, 365


@dataclass(frozen=True)
class QuotaText:
    """So many places: a number, or a percentage with what becomes of a part of a place and how many there are at least."""

    value: Decimal
    basis: str = Basis.COUNT
    rounding: str = Rounding.DOWN
    minimum: int = 1


@dataclass(frozen=True)
class RuleText:
    """One rule; ``other`` is the key of another category of the round, empty for any other."""

    kind: str
    number: int | None = None
    day: date | None = None
    other: str = ""
    sentence: str = ""
    may_override: bool = False


@dataclass(frozen=True)
class CategoryText:
    """One category; ``pk`` of the row it changes, none for a new one. An empty ``key`` asks for a new one, no quota means no limit."""

    title: str
    key: str = ""
    nominee_kind: str = NomineeKind.MEMBER
    conditions: str = ""
    whole: QuotaText | None = None
    each: QuotaText | None = None
    rules: Sequence[RuleText] = ()
    pk: int | None = None


@dataclass(frozen=True)
class OwnPlaces:
    """How many one organisation may recommend in a category, in place of what every branch may."""

    category: int
    organization: int
    number: int


def usual_categories(since: date) -> list[CategoryText]:
    """Return the three categories every commendation of these years had; nobody commended ``since`` then is commended again."""
    pledged = RuleText(RuleKind.PLEDGED)
    kept = RuleText(RuleKind.FULFILMENT, number=90, may_override=True)
    tidy = RuleText(RuleKind.NO_OVERDUE_ITEM, may_override=True)
    fresh = RuleText(RuleKind.NOT_COMMENDED_SINCE, day=since, may_override=True)
    full = RuleText(RuleKind.FULL_MEMBER)
    studied = RuleText(RuleKind.ATTENDANCE, number=80, may_override=True)
    one = QuotaText(Decimal(1))
    return [
        CategoryText(
            USUAL_TITLES[ORGANIZATION],
            key=ORGANIZATION,
            nominee_kind=NomineeKind.ORGANIZATION,
            conditions="领导班子好、党员队伍好、工作机制好、工作业绩好、群众反映好。",
            whole=QuotaText(Decimal(30), Basis.PERCENT_OF_BRANCHES, Rounding.NEAREST),
            each=one,
            rules=[pledged, kept, RuleText(RuleKind.COMMENTED), tidy, fresh],
        ),
        CategoryText(
            USUAL_TITLES[OUTSTANDING],
            key=OUTSTANDING,
            conditions="带头学习提高、带头争创佳绩、带头服务群众、带头遵纪守法、带头弘扬正气。",
            whole=QuotaText(Decimal(10), Basis.PERCENT_OF_MEMBERS),
            each=QuotaText(Decimal(10), Basis.PERCENT_OF_MEMBERS, Rounding.NEAREST),
            rules=[full, RuleText(RuleKind.EXCLUSIVE, other=WORKER), pledged, kept, studied, tidy, fresh],
        ),
        CategoryText(
            USUAL_TITLES[WORKER],
            key=WORKER,
            conditions="从事党务工作满一年，熟悉党务，作风扎实，所在党组织工作有成效。",
            whole=QuotaText(Decimal(2)),
            each=one,
            rules=[
                full,
                RuleText(RuleKind.HOLDS_POST),
                RuleText(RuleKind.BELONGS_FOR, number=12, may_override=True),
                RuleText(RuleKind.EXCLUSIVE, other=OUTSTANDING),
                pledged,
                kept,
                fresh,
            ],
        ),
    ]


def usual_days(commend_on: date, *, since: date, on: date) -> dict[str, date]:
    """Return the days of a round that leads to a commendation on that day, begun on ``on``; the campaign runs ``since`` then."""
    decide_by = max(commend_on - timedelta(days=DECIDE_BEFORE), min(on, commend_on))
    nominate_by = max(commend_on - timedelta(days=NOMINATE_BEFORE), min(on, decide_by))
    evidence_from = max(commend_on - timedelta(days=LOOK_BACK), min(since, nominate_by))
    return {"evidence_from": evidence_from, "nominate_by": nominate_by, "decide_by": decide_by}
